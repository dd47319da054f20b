"""A small map for itself, beside another one: what a lens shows of a second model."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRect, QRectF, QSize
from PySide6.QtGui import QColor, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme.stylesheet import active
from app.theme.tokens import Palette
from app.widgets.canvas_layers import hatch_pattern, magnify
from app.widgets.frames import device_painter
from app.widgets.imaging import packed, picture, rgb
from app.widgets.lens_layers import Overlay, covered

SIDE = 120
"""The most of its longer side, device-independent px."""


class LensMapView(QWidget):
    """Every pixel is a whole number of device px."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._palette = active()
        self._overlay: Overlay | None = None
        self._pixel = (-1, -1)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_map(self, overlay: Overlay, column: int, row: int, name: str) -> None:
        """Show this map, and frame the pixel that it is of."""
        before = self.sizeHint()
        self._overlay, self._pixel = overlay, (column, row)
        self.setAccessibleName(name)
        if self.sizeHint() != before:
            self.updateGeometry()
        self.update()

    def set_theme(self, palette: Palette) -> None:
        """Take a theme's colours."""
        self._palette = palette
        self.update()

    def _zoom(self, scale: float) -> int:
        rows, columns = (1, 1) if self._overlay is None else self._overlay.values.shape
        return max(1, int(SIDE * scale / max(rows, columns)))

    def sizeHint(self) -> QSize:
        rows, columns = (1, 1) if self._overlay is None else self._overlay.values.shape
        scale = self.devicePixelRatioF()
        zoom = self._zoom(scale) / scale
        return QSize(int(np.ceil(columns * zoom)) + 2, int(np.ceil(rows * zoom)) + 2)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        overlay = self._overlay
        if overlay is None:
            return
        painter, scale = device_painter(self)
        with painter:
            rows, columns = overlay.values.shape
            zoom, line = self._zoom(scale), max(1, round(scale))
            blank = packed(np.broadcast_to(rgb(self._palette.raised), (rows, columns, 3)).astype(np.float32))
            base, lined = covered((blank, blank.copy()), overlay, self._palette)
            across, down = np.full(columns, zoom), np.full(rows, zoom)
            made, lines = magnify(base, across, down), magnify(lined, across, down)
            np.copyto(made, lines, where=hatch_pattern(made.shape[1], made.shape[0], 0, 0, line))
            painter.drawImage(line, line, picture(made))
            painter.setPen(QPen(QColor(self._palette.edge), line))
            painter.drawRect(QRectF(line / 2, line / 2, made.shape[1] + line, made.shape[0] + line))
            column, row = self._pixel
            if column >= 0:
                ring = QRect(line + column * zoom - line, line + row * zoom - line, zoom + 2 * line, zoom + 2 * line)
                painter.setPen(QPen(QColor(self._palette.pin), 2 * line))
                painter.drawRect(ring)
