"""A small picture that can be pressed, with a word below it: anchors of a plane, key pictures of a path."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.theme.tokens import Type
from app.widgets.buttons import DrawnButton
from app.widgets.canvas_layers import magnify
from app.widgets.frames import box, device_painter, focus_ring, sized, smooth_painter, veil, words
from app.widgets.imaging import packed, picture
from app.widgets.tile import picture_side

RING, CAPTION = 4, 15


class PictureButton(DrawnButton):
    """A picture magnified by whole device pixels; checked it wears the accent."""

    removed = Signal()

    def __init__(self, caption: str, tooltip: str, side: int = 64, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._caption, self._side = caption, side
        self._values: NDArray[np.uint32] | None = None
        self._source: NDArray[np.uint8] | None = None
        self._shown: tuple[tuple[int, float], QImage] | None = None
        self.setCheckable(True)
        self.name_it(caption, tooltip)

    def set_image(self, pixels: NDArray[np.uint8] | None) -> None:
        """Show ``pixels (H, W, C)``, or an empty place."""
        if pixels is self._source:
            return
        self._source, self._shown = pixels, None
        self._values = None if pixels is None else packed(pixels)
        self.updateGeometry()
        self.update()

    def set_side(self, side: int) -> None:
        """The room for the picture, device-independent px."""
        if side != self._side:
            self._side, self._shown = side, None
            self.updateGeometry()
            self.update()

    def set_caption(self, caption: str) -> None:
        """The word below."""
        if caption != self._caption:
            self._caption = caption
            self.setAccessibleName(caption)
            self.update()

    def nextCheckState(self) -> None:
        """A click asks; what is chosen is set from outside."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removed.emit()
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        size = self._picture_rect(self.devicePixelRatioF()).size() / self.devicePixelRatioF()
        return QSize(size.width() + 2 * RING, size.height() + 2 * RING + CAPTION)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, scale = device_painter(self)
        rect = self._picture_rect(scale)
        painter.fillRect(rect, QColor(self._palette.mat))
        if self._values is not None:
            painter.drawImage(QPoint(rect.x(), rect.y()), self._magnified(scale))
        painter.end()
        self._paint_frame(rect, scale)

    def _picture_rect(self, scale: float) -> QRect:
        side, top = round(self._side * scale), round(RING * scale)
        if self._values is None:
            return QRect(top, top, side, side)
        rows, columns = self._values.shape
        zoom = picture_side(columns, rows, self._side, scale)
        return QRect(top, top, columns * zoom, rows * zoom)

    def _magnified(self, scale: float) -> QImage:
        assert self._values is not None
        rows, columns = self._values.shape
        key = (picture_side(columns, rows, self._side, scale), scale)
        if self._shown is None or self._shown[0] != key:
            self._shown = (key, picture(magnify(self._values, np.full(columns, key[0]), np.full(rows, key[0]))))
        return self._shown[1]

    def _paint_frame(self, rect: QRect, scale: float) -> None:
        painter, palette = smooth_painter(self), self._palette
        frame = QRectF(rect.x() / scale, rect.y() / scale, rect.width() / scale, rect.height() / scale)
        if self.isChecked():
            box(painter, frame.adjusted(-2, -2, 2, 2), None, palette.accent, 0, 2)
        else:
            edge = palette.text if self.isDown() or (self.underMouse() and self.isEnabled()) else palette.edge
            box(painter, frame.adjusted(-1, -1, 1, 1), None, edge, 0, 2 if self.isDown() else 1)
        if not self.isEnabled():
            veil(painter, frame, palette)
        if self.hasFocus():
            focus_ring(painter, frame.adjusted(-RING, -RING, RING, RING), palette, 4)
        painter.setFont(sized(self.font(), Type.SECONDARY - 1, self.isChecked()))
        area = QRectF(0, self.height() - CAPTION, self.width(), CAPTION)
        words(painter, area, self._caption, self.ink(palette.text if self.isChecked() else palette.muted))
        painter.end()
