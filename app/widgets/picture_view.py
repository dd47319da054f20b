"""A picture shown large: magnified by whole device pixels, with its edge and nothing else."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtGui import QColor, QImage, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme.stylesheet import active
from app.theme.tokens import Palette
from app.widgets.canvas_layers import magnify
from app.widgets.frames import device_painter
from app.widgets.imaging import packed, picture


class PictureView(QWidget):
    """As large as ``side`` device-independent px at least, or as whole device pixels allow below ``room``."""

    def __init__(self, side: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._palette, self._side, self._room = active(), side, 10_000
        self._columns, self._rows = 28, 28
        self._values: NDArray[np.uint32] | None = None
        self._shown: tuple[tuple[int, float], QImage] | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._fit()

    def set_pixels(self, columns: int, rows: int) -> None:
        """Pictures of this size come."""
        if (columns, rows) != (self._columns, self._rows):
            self._columns, self._rows, self._values, self._shown = columns, rows, None, None
            self._fit()

    def set_side(self, side: int, room: int | None = None) -> None:
        """At least this many device-independent px, as far as there is ``room``; without that as near to them as whole
        device pixels allow, and not more."""
        wanted = (side, side if room is None else room)
        if wanted != (self._side, self._room):
            self._side, self._room = wanted
            self._fit()

    def set_room(self, room: int) -> None:
        """No more than this many device-independent px are there."""
        if room != self._room:
            self._room = room
            self._fit()

    def set_image(self, pixels: NDArray[np.uint8] | None) -> None:
        """Show ``pixels (H, W, C)``, or nothing."""
        if pixels is not None:
            self.set_pixels(pixels.shape[1], pixels.shape[0])
        self._values, self._shown = None if pixels is None else packed(pixels), None
        self.update()

    def set_theme(self, palette: Palette) -> None:
        """Take a theme's colours."""
        self._palette = palette
        self.update()

    def zoom(self) -> int:
        """Device px an image px."""
        scale, longer = self.devicePixelRatioF(), max(self._columns, self._rows)
        wished = math.ceil(self._side * scale / longer - 1e-9)
        return max(1, min(wished, math.floor((self._room - 2) * scale / longer)))

    def sizeHint(self) -> QSize:
        scale, zoom = self.devicePixelRatioF(), self.zoom()
        return QSize(math.ceil(zoom * self._columns / scale) + 2, math.ceil(zoom * self._rows / scale) + 2)

    def _fit(self) -> None:
        self.setFixedSize(self.sizeHint())
        self._shown = None
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, scale = device_painter(self)
        zoom, edge = self.zoom(), max(1, round(scale))
        inner = QRect(edge, edge, zoom * self._columns, zoom * self._rows)
        painter.fillRect(inner.adjusted(-edge, -edge, edge, edge), QColor(self._palette.edge))
        painter.fillRect(inner, QColor(self._palette.mat))
        if self._values is not None:
            painter.drawImage(QPoint(inner.x(), inner.y()), self._magnified(zoom, scale))
        painter.end()

    def _magnified(self, zoom: int, scale: float) -> QImage:
        assert self._values is not None
        if self._shown is None or self._shown[0] != (zoom, scale):
            rows, columns = self._values.shape
            made = magnify(self._values, np.full(columns, zoom), np.full(rows, zoom))
            self._shown = ((zoom, scale), picture(made))
        return self._shown[1]
