"""A widget of bars under the pointer and the keys: one of them is looked at, said in a tooltip, and may be chosen."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QFocusEvent, QHelpEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QToolTip, QWidget

from app.theme.stylesheet import active
from app.theme.tokens import Palette

_CHOOSE = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


class BarChoice(QWidget):
    """``back`` and ``on`` are the keys that go through the bars.  A subclass says where they are, paints them and the
    one that is looked at (``_under``, -1: none), and ``update``s when they become others."""

    def __init__(self, back: Qt.Key, on: Qt.Key, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._palette = active()
        self._steps = {back: -1, on: 1}
        self._under, self._choosable = -1, False
        self.setMouseTracking(True)

    def set_theme(self, palette: Palette) -> None:
        """Take a theme's colours."""
        self._palette = palette
        self.update()

    def set_choosable(self, choosable: bool) -> None:
        """Whether a bar can be pressed."""
        if choosable != self._choosable:
            self._choosable = choosable
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if choosable else Qt.FocusPolicy.NoFocus)
            self.setCursor(Qt.CursorShape.PointingHandCursor if choosable else Qt.CursorShape.ArrowCursor)

    # -- what a subclass says --------------------------------------------------------------------------------------

    def bar_count(self) -> int:
        """How many there are."""
        raise NotImplementedError

    def bar_at(self, point: QPointF) -> int:
        """Which one is there, device-independent px; -1: none."""
        raise NotImplementedError

    def first_bar(self) -> int:
        """Where the keys begin."""
        return 0

    def said(self, index: int) -> str:
        """A bar in words."""
        raise NotImplementedError

    def choose(self, index: int) -> None:
        """A bar was pressed."""
        raise NotImplementedError

    # -- the hand --------------------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and (index := self.bar_at(QPointF(event.pos()))) >= 0:
            QToolTip.showText(event.globalPos(), self.said(index), self)
            return True
        return super().event(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._look_at(self.bar_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        self._look_at(-1)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.bar_at(event.position())
        if self._choosable and index >= 0 and event.button() == Qt.MouseButton.LeftButton:
            self.choose(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step, count = self._steps.get(Qt.Key(event.key())), self.bar_count()
        if step is not None and self._choosable and count:
            start = self._under if self._under >= 0 else self.first_bar() - step
            self._look_at(min(max(start + step, 0), count - 1))
        elif event.key() in _CHOOSE and self._choosable and self._under >= 0:
            self.choose(self._under)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._look_at(-1)
        self.update()

    def _look_at(self, index: int) -> None:
        if index != self._under:
            self._under = index
            self.update()
