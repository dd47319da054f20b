"""A tile: one completion, magnified by whole device pixels, overwritten where it is drawn anew and never blanked."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.theme.tokens import Palette, Size, Type
from app.translation import tr
from app.widgets.buttons import DrawnButton
from app.widgets.canvas_layers import magnify
from app.widgets.frames import box, device_painter, focus_ring, icon_at, sized, smooth_painter, veil, words
from app.widgets.imaging import packed, picture

RING = 5  # device-independent px between the picture and the tile's rim: room for the selection and the focus
CAPTION = 14


def picture_side(columns: int, rows: int, limit: float, scale: float) -> int:
    """Device px a pixel: the largest whole number with which the picture stays within ``limit`` independent px."""
    return max(1, math.floor(math.floor(limit * scale + 1e-6) / max(columns, rows)))


class Tile(DrawnButton):
    """One numbered completion."""

    entered = Signal(int)  # index
    left = Signal(int)
    activated = Signal(int)
    enlarge = Signal(int)

    def __init__(self, index: int, limit: int = Size.TILE, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._index, self._limit = index, limit
        self._values = np.zeros((1, 1), np.uint32)  # 0 = never drawn
        self._shown: tuple[tuple[int, float], QImage] | None = None
        self._busy = False
        self.setCheckable(True)
        self.setMouseTracking(True)
        name = tr("Completion {number}").format(number=index + 1)
        self.name_it(name, tr("{name}: click selects, double click or Enter adopts").format(name=name))
        self._resize()

    def set_image(self, pixels: NDArray[np.uint8], drawn: NDArray[np.bool_] | None = None, anew: bool = False) -> None:
        """Overwrite with ``pixels (H, W, C)`` where ``drawn (H, W)`` (everywhere if None); the rest stays as it was, or
        is empty if the picture begins ``anew``."""
        new = packed(pixels)
        if new.shape != self._values.shape:
            self._values = np.zeros(new.shape, np.uint32)
            self._resize()
        elif anew:
            self._values = np.zeros_like(self._values)
        if drawn is None:
            self._values = new
        else:
            np.copyto(self._values, new, where=drawn)
        self._shown = None
        self.update()

    def clear(self) -> None:
        """Forget the picture: another model's will come."""
        self._values, self._shown = np.zeros_like(self._values), None
        self.update()

    def set_busy(self, busy: bool) -> None:
        """Whether it is being drawn."""
        if busy != self._busy:
            self._busy = busy
            self.update()

    def set_limit(self, limit: int) -> None:
        """The greatest side of its picture, device-independent px."""
        if limit != self._limit:
            self._limit = limit
            self._resize()

    def zoom(self) -> int:
        """Device px an image px."""
        rows, columns = self._values.shape
        return picture_side(columns, rows, self._limit, self.devicePixelRatioF())

    def picture_rect(self) -> QRect:
        """Where the picture lies, in the tile's device px."""
        rows, columns = self._values.shape
        scale, zoom = self.devicePixelRatioF(), self.zoom()
        width, height = (columns * zoom, rows * zoom) if columns > 1 else (round(self._limit * scale),) * 2
        top = round(RING * scale)
        return QRect((round(self.width() * scale) - width) // 2, top, width, height)

    def _resize(self) -> None:
        rect, scale = self.picture_rect(), self.devicePixelRatioF()
        width, height = math.ceil(rect.width() / scale), math.ceil(rect.height() / scale)
        self.setFixedSize(width + 2 * RING, height + 2 * RING + CAPTION)
        self.update()

    def event(self, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.HoverEnter:
            self.entered.emit(self._index)
        elif kind == QEvent.Type.HoverLeave:
            self.left.emit(self._index)
        elif kind == QEvent.Type.DevicePixelRatioChange:
            self._shown = None
            self._resize()
        return super().event(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.activated.emit(self._index)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._enlarge_rect().contains(event.position().toPoint()):
            self.enlarge.emit(self._index)
            event.accept()
            return
        super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.activated.emit(self._index)
        elif event.key() == Qt.Key.Key_F:
            self.enlarge.emit(self._index)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Who comes by key sees what is in it, as the pointer does."""
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self.entered.emit(self._index)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The preview goes with the focus, or it would stay and be adopted long after."""
        super().focusOutEvent(event)
        if not self.underMouse():
            self.left.emit(self._index)

    def nextCheckState(self) -> None:
        """A click asks; what is selected is set from outside."""

    def sizeHint(self) -> QSize:
        return self.size()

    def _enlarge_rect(self) -> QRect:
        side = CAPTION + RING
        return QRect(self.width() - side - RING, self.height() - side, side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, scale = device_painter(self)
        self._paint_picture(painter, scale)
        painter.end()
        self._paint_frame()

    def _paint_picture(self, painter: QPainter, scale: float) -> None:
        rect = self.picture_rect()
        painter.fillRect(rect, QColor(self._palette.mat))
        if self._values.shape != (1, 1):
            painter.drawImage(QPoint(rect.x(), rect.y()), self._magnified(scale))

    def _magnified(self, scale: float) -> QImage:
        key = (self.zoom(), scale)
        if self._shown is None or self._shown[0] != key:
            rows, columns = self._values.shape
            across, down = np.full(columns, key[0]), np.full(rows, key[0])
            self._shown = (key, picture(magnify(self._values, across, down)))
        return self._shown[1]

    def _paint_frame(self) -> None:
        painter, palette = smooth_painter(self), self._palette
        scale = self.devicePixelRatioF()
        rect = self.picture_rect()
        frame = QRectF(rect.x() / scale, rect.y() / scale, rect.width() / scale, rect.height() / scale)
        around = frame.adjusted(-RING, -RING, RING, RING)
        if self.isChecked():
            box(painter, frame.adjusted(-2, -2, 2, 2), None, palette.accent, 0, 2)
        elif self.isDown() or (self.underMouse() and self.isEnabled()):
            box(painter, frame.adjusted(-2, -2, 2, 2), None, palette.text, 0, 2 if self.isDown() else 1)
        if not self.isEnabled():
            veil(painter, frame, palette)
        if self.hasFocus():
            focus_ring(painter, around, palette, 4)
        self._paint_caption(painter, palette, scale)
        painter.end()

    def _paint_caption(self, painter: QPainter, palette: Palette, scale: float) -> None:
        area = QRectF(RING, self.height() - CAPTION, self.width() - 2 * RING, CAPTION)
        chosen = self.isChecked()
        painter.setFont(sized(self.font(), Type.SECONDARY - 1, chosen))
        if chosen:
            box(painter, QRectF(area.center().x() - 10, area.y(), 20, CAPTION), palette.accent, None, CAPTION / 2)
        words(painter, area, str(self._index + 1), palette.on_accent if chosen else self.ink(palette.muted))
        if self.underMouse() and self.isEnabled():
            icon_at(painter, QRectF(self._enlarge_rect()), "enlarge", palette.text, scale, 16)
