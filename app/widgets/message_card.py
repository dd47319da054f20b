"""What went wrong, where the picture would be: a sentence, the remedy, and a button that does it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.theme.stylesheet import active
from app.theme.tokens import Palette, Radius, Space
from app.widgets.frames import box, icon_at, smooth_painter


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
        row = QHBoxLayout(self)
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
        self.update()

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
