"""What went wrong, where the picture would be: a sentence, the remedy, and a button that does it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.theme.stylesheet import active
from app.theme.tokens import Palette, Radius, Space
from app.widgets.frames import box, icon_at, smooth_painter

NARROW = 360
"""Below this width (device-independent px) the button stands below the words."""
_ACROSS, _DOWN = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom


class MessageCard(QWidget):
    """An error (or an empty state) in words, with one button."""

    pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._palette, self._icon = active(), "warning"
        self._problem, self._remedy = QLabel(), QLabel()
        self._button = QPushButton()
        self._problem.setWordWrap(True)
        self._remedy.setWordWrap(True)
        self._remedy.setProperty("role", "muted")
        column = QVBoxLayout()
        column.setSpacing(Space.XS)
        column.addStretch()
        column.addWidget(self._problem)
        column.addWidget(self._remedy)
        column.addStretch()
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(Space.L + 20 + Space.M, Space.M, Space.L, Space.M)
        row.setSpacing(Space.L)
        row.addLayout(column, 1)
        row.addWidget(self._button, 0, Qt.AlignmentFlag.AlignVCenter)
        self._button.clicked.connect(self.pressed)

    def set_message(self, problem: str, remedy: str, action: str = "", *, error: bool = True) -> None:
        """Say what is the matter and what helps; ``action`` is the button's word, none without it."""
        self._icon = "warning" if error else "info"
        self._problem.setText(problem)
        self._remedy.setText(remedy)
        self._remedy.setVisible(bool(remedy))
        self._button.setText(action)
        self._button.setAccessibleName(action)
        self._button.setVisible(bool(action))
        self.setAccessibleName(f"{problem} {remedy}".strip())
        self._row.activate()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        narrow = event.size().width() < NARROW
        self._row.setDirection(_DOWN if narrow else _ACROSS)
        self._row.setSpacing(Space.S if narrow else Space.L)

    def heightForWidth(self, width: int) -> int:
        """What all of it takes up; where it is narrow the button stands below the words."""
        room = width - 2 * Space.L - 20 - Space.M
        beside = self._button.sizeHint().width() + Space.L if not self._button.isHidden() else 0
        words = room if width < NARROW else room - beside
        shown = [label for label in (self._problem, self._remedy) if not label.isHidden()]
        height = sum(label.heightForWidth(words) + Space.XS for label in shown) + 2 * Space.M
        below = self._button.sizeHint().height() + Space.S if beside and width < NARROW else 0
        return height + below

    def set_theme(self, palette: Palette) -> None:
        """Take a theme's colours."""
        self._palette = palette
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, palette = smooth_painter(self), self._palette
        color = palette.error if self._icon == "warning" else palette.muted
        box(
            painter, QRectF(self.rect()), palette.panel, color if self._icon == "warning" else palette.line, Radius.CARD
        )
        spot = QRectF(Space.L, 0, 20, self.height())
        icon_at(painter, spot, self._icon, color, self.devicePixelRatioF())
        painter.end()
