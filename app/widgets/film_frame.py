"""One frame of a model's film, as large as its place allows: by whole device pixels where that nearly fills it."""

from __future__ import annotations

import math

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme.stylesheet import active
from app.theme.tokens import Palette
from app.widgets.frames import device_painter

FILLED = 0.8
"""Whole device pixels only where the enlarged frame takes at least so much of its place; else it fills the place."""


def enlarged(image: QImage, factor: float) -> tuple[int, int]:
    """Width and height in device px where ``factor`` would fill the place: a whole multiple where that nearly does."""
    if math.floor(factor) >= FILLED * factor:
        factor = float(math.floor(factor))
    return math.floor(image.width() * factor), math.floor(image.height() * factor)


def paint_frame(painter: QPainter, image: QImage, left: int, size: tuple[int, int]) -> None:
    """A frame at the top of its place, in device px."""
    width, height = size
    if width % image.width():
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(QRectF(left, 0, width, height), image, QRectF(image.rect()))


class FilmFrame(QWidget):
    """A square place of `set_side`; the frame stands at its top left."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._palette, self._image, self._side = active(), QImage(), 160
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_frame(self, image: QImage | None) -> None:
        """Show this frame, or an empty place."""
        before, self._image = self._image, image if image is not None else QImage()
        if before.size() != self._image.size():
            self.updateGeometry()
        self.update()

    def set_side(self, side: int) -> None:
        """The longer side's room, device-independent px."""
        if side != self._side:
            self._side = side
            self.updateGeometry()

    def set_theme(self, palette: Palette) -> None:
        """Take a theme's colours."""
        self._palette = palette
        self.update()

    def sizeHint(self) -> QSize:
        if self._image.isNull():
            return QSize(self._side, self._side)
        scale = self.devicePixelRatioF()
        width, height = self._size(scale)
        return QSize(math.ceil(width / scale), math.ceil(height / scale))

    def _size(self, scale: float) -> tuple[int, int]:
        return enlarged(self._image, self._side * scale / max(self._image.width(), self._image.height()))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, scale = device_painter(self)
        if self._image.isNull():
            painter.fillRect(QRectF(0, 0, self._side * scale, self._side * scale), QColor(self._palette.mat))
        else:
            paint_frame(painter, self._image, 0, self._size(scale))
        painter.end()
