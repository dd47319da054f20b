"""F11: the picture fills the screen, a line of large words below it, a halo about the pointer; Esc or F11 goes back.

What is presented is taken out of its place in the window and put back there as it was: nothing else is hidden or moved.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QLayout, QVBoxLayout, QWidget

from app.shell.frame import Frame
from app.shell.window import Window, application
from app.theme.tokens import Space
from app.widgets.elided_label import ElidedLabel
from app.widgets.halo import Halo
from app.workspaces.registry import WorkspaceView

LEAST = 0.75
"""The part of the window's height that the picture has at least."""
REFRESH_MS = 200
"""How often the words, and what is in front, are looked at again."""


class Presenting(QObject):
    """Presents whichever workspace is in front, and follows when another one is."""

    def __init__(self, window: Window, frame: Frame) -> None:
        super().__init__(window)
        self._window, self._frame = window, frame
        self._view: WorkspaceView | None = None
        self._taken: tuple[QWidget, QWidget] | None = None
        self._screen_before = Qt.WindowState.WindowNoState
        self.card = QFrame(window)
        self.card.setProperty("role", "presented")
        self.caption = ElidedLabel()
        self.caption.setProperty("role", "caption")
        self.caption.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._column = QVBoxLayout(self.card)
        self._column.setContentsMargins(0, Space.S, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self.caption)
        self.caption.setContentsMargins(Space.L, Space.S, Space.L, Space.M)
        self.halo = Halo(self.card)
        self.card.hide()
        self._timer = QTimer(self, interval=REFRESH_MS)
        self._timer.timeout.connect(self._refresh)

    @property
    def is_on(self) -> bool:
        """Whether something is presented."""
        return self._view is not None

    def toggle(self) -> None:
        """Present what is in front, or go back to the window."""
        if self.is_on:
            self.leave()
            return
        self._screen_before = self._frame.windowState()
        self._frame.setWindowState(self._screen_before | Qt.WindowState.WindowFullScreen)
        self._window.set_overrides({"escape": self.leave})
        self._take()
        self.card.setGeometry(self._window.rect())
        self.card.show()
        self.card.raise_()
        self._fit()
        self._timer.start()
        application().installEventFilter(self)
        self._window.installEventFilter(self)
        self._window.view.center.setFocus()

    def leave(self) -> None:
        """Everything is where it was."""
        if not self.is_on:
            return
        application().removeEventFilter(self)
        self._timer.stop()
        self.halo.hide()
        self.card.hide()
        self._frame.setWindowState(self._screen_before)
        self._give_back()
        self._window.set_overrides({})
        self._window.view.center.setFocus()

    # -- what is presented -----------------------------------------------------------------------------------------

    def _take(self) -> None:
        """Put what the workspace in front presents on the card, and an empty widget where it was."""
        view = self._window.view
        presented, stand_in = view.presented, QWidget()
        _layout_of(presented).replaceWidget(presented, stand_in)
        stand_in.show()
        self._column.insertWidget(0, presented, 1)
        presented.show()
        self._view, self._taken = view, (presented, stand_in)
        self.caption.setText(view.caption())

    def _give_back(self) -> None:
        view, taken = self._view, self._taken
        self._view = self._taken = None
        if view is None or taken is None:
            return
        presented, stand_in = taken
        place = _layout_of(stand_in)
        self._column.removeWidget(presented)
        place.replaceWidget(stand_in, presented)
        stand_in.setParent(None)
        stand_in.deleteLater()
        place.activate()
        presented.lower()  # what floats over the centre floats over it again
        presented.show()
        view.present(0)

    def _fit(self) -> None:
        self._column.activate()
        if self._view is not None:
            self._view.present(int(LEAST * self._window.height()) + 1)

    def _refresh(self) -> None:
        """Another workspace or another page may be in front by now."""
        if self._taken is None or self._view is None:
            return
        if self._view is not self._window.view or self._view.presented is not self._taken[0]:
            self._give_back()
            self._take()
            self._fit()
            self._window.view.center.setFocus()
        self.caption.setText(self._window.view.caption())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The halo goes with the pointer, the card with the window."""
        if isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseMove and isinstance(watched, QWidget):
            at = self.card.mapFromGlobal(event.globalPosition().toPoint())
            self.halo.follow(at) if self.card.rect().contains(at) else self.halo.hide()
        elif watched is self._window and event.type() == QEvent.Type.Resize and self.is_on:
            self.card.setGeometry(self._window.rect())
            self._fit()
        return False


def _layout_of(widget: QWidget) -> QLayout:
    """The layout that it lies in."""
    place = widget.parentWidget()
    found = None if place is None else place.layout()
    assert found is not None, "what is presented has a place in a layout"
    return found
