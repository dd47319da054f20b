"""A ring of light about the pointer, for those who watch from afar; it lies over everything and takes no clicks."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QPaintEvent, QPen, QRadialGradient
from PySide6.QtWidgets import QWidget

from app.theme.stylesheet import active
from app.theme.tokens import Palette
from app.widgets.frames import smooth_painter

SIDE, RING = 72, 3
"""Its diameter and the ring's width, device-independent px."""


class Halo(QWidget):
    """Hidden until it is told where the pointer is."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._palette = active()
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFixedSize(SIDE, SIDE)
        self.hide()

    def set_theme(self, palette: Palette) -> None:
        """Take a theme's colours."""
        self._palette = palette
        self.update()

    def follow(self, point: QPoint) -> None:
        """The pointer is here, in the parent's px."""
        self.move(point.x() - SIDE // 2, point.y() - SIDE // 2)
        self.show()
        self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, color = smooth_painter(self), QColor(self._palette.accent)
        middle = QPointF(SIDE / 2, SIDE / 2)
        light = QRadialGradient(middle, SIDE / 2)
        for at, alpha in ((0.0, 0.0), (0.6, 0.10), (1.0, 0.32)):
            color.setAlphaF(alpha)
            light.setColorAt(at, color)
        color.setAlphaF(0.9)
        painter.setPen(QPen(color, RING))
        painter.setBrush(light)
        painter.drawEllipse(middle, SIDE / 2 - RING, SIDE / 2 - RING)
        painter.end()
