"""Reference pictures side by side, nearest first, each with its distance: as many as have room."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QImage, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.theme.stylesheet import active
from app.theme.tokens import Palette, Space
from app.widgets.canvas_layers import magnify
from app.widgets.chart_axes import LINE, axis_font
from app.widgets.frames import box, device_painter, smooth_painter, words
from app.widgets.imaging import packed, picture
from app.widgets.tile import picture_side

GAP, LEAST, WISHED = Space.S, 44, 4
"""Device-independent px between pictures, and of one at least; so many are to be seen rather than larger ones."""


class NeighbourRow(QWidget):
    """Pictures of one size in a row; nothing of it can be pressed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._palette = active()
        self._images: NDArray[np.uint8] | None = None
        self._captions: tuple[str, ...] = ()
        self._tips: tuple[str, ...] = ()
        self._shown: tuple[tuple[int, float], list[QImage]] | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(2 * LEAST, LEAST + LINE + 4)

    def set_neighbours(self, images: NDArray[np.uint8] | None, captions: Sequence[str], tips: Sequence[str]) -> None:
        """``images (N, H, W, C)`` or nothing, with a word below each, and what is said where the pointer rests."""
        if images is not self._images:
            self._images, self._shown = images, None
        self._captions, self._tips = tuple(captions), tuple(tips)
        self.setAccessibleDescription("; ".join(self._tips))
        self.update()

    def set_theme(self, palette: Palette) -> None:
        """Take a theme's colours."""
        self._palette = palette
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(5 * 72, LEAST + LINE + 4)

    def cells(self) -> list[QRect]:
        """Where the pictures that have room lie, in device px."""
        if self._images is None:
            return []
        scale = self.devicePixelRatioF()
        zoom = self._zoom(scale)
        rows, columns = self._images.shape[1:3]
        width, height = columns * zoom, rows * zoom
        step = max(width + round(GAP * scale), round(LEAST * scale))
        edge = max(1, round(scale))  # of its frame, at either end
        count = min(len(self._images), max(1, (round(self.width() * scale) - 2 * edge + step - width) // step))
        return [QRect(edge + index * step, edge, width, height) for index in range(count)]

    def _zoom(self, scale: float) -> int:
        assert self._images is not None
        rows, columns = self._images.shape[1:3]
        across = (self.width() - 4 - (WISHED - 1) * GAP) / WISHED
        return picture_side(columns, rows, min(self.height() - LINE - 6, max(LEAST, across)), scale)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._images is None:
            return
        painter, scale = device_painter(self)
        cells = self.cells()
        for cell, image in zip(cells, self._magnified(scale), strict=False):
            painter.drawImage(QPoint(cell.x(), cell.y()), image)
        painter.end()
        painter = smooth_painter(self)
        painter.setFont(axis_font(self))
        for number, cell in enumerate(cells):
            frame = _independent(cell, scale)
            box(painter, frame.adjusted(-1, -1, 1, 1), None, self._palette.edge, 0, 1)
            below = QRectF(frame.center().x() - 32, frame.bottom() + 2, 64, LINE)
            color = self._palette.text if number == 0 else self._palette.muted
            words(painter, below, self._captions[number], QColor(color).name(), Qt.AlignmentFlag.AlignHCenter)
        painter.end()

    def _magnified(self, scale: float) -> list[QImage]:
        assert self._images is not None
        key = (self._zoom(scale), scale)
        if self._shown is None or self._shown[0] != key:
            rows, columns = self._images.shape[1:3]
            across, down = np.full(columns, key[0]), np.full(rows, key[0])
            self._shown = (key, [picture(magnify(packed(image), across, down)) for image in self._images])
        return self._shown[1]

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            scale = self.devicePixelRatioF()
            at = QPointF(event.pos())
            found = [n for n, cell in enumerate(self.cells()) if _independent(cell, scale).contains(at)]
            QToolTip.showText(event.globalPos(), self._tips[found[0]] if found else "", self)
            return True
        return super().event(event)


def _independent(rect: QRect, scale: float) -> QRectF:
    return QRectF(rect.x() / scale, rect.y() / scale, rect.width() / scale, rect.height() / scale)
