"""The canvas: one big picture under the hand.

Says what the pointer or the keys did to the picture in image px, and changes nothing itself.  Image px are floats with
pixel ``i`` covering ``[i, i + 1)``; a stroke may leave the picture and come back, so they may lie outside.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPointingDevice,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from app.translation import tr
from app.widgets.canvas_painter import CanvasPainter
from app.widgets.canvas_surface import CanvasSurface

TOOLS = ("pen", "forget", "adopt", "keep", "fill", "pick", "probe", "pan")
_STROKES, _POINTS = ("pen", "forget", "adopt"), ("fill", "pick", "probe")
_NOTCH = 1.25  # zoom a notch of the wheel
_KEY_FOCUS = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.ShortcutFocusReason)
_STEPS = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}


class PixelCanvas(CanvasSurface):
    """The picture, and the hand on it: strokes, rectangles, fills, picks, pans, zooms, dropped files, keys."""

    stroke_started = Signal()
    segment_drawn = Signal(float, float, float, float)  # x0, y0, x1, y1
    stroke_finished = Signal()
    rectangle_drawn = Signal(int, int, int, int, bool)  # x0, y0, x1, y1 exclusive; True keep, False forget
    fill_requested = Signal(int, int)
    color_picked = Signal(int, int)
    pixel_probed = Signal(int, int)
    pixel_hovered = Signal(int, int)  # (-1, -1) leaving
    image_dropped = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tool, self._radius = "pen", 0.5
        self._color: tuple[int, ...] | None = None
        self._pointer: QPointF | None = None  # device px
        self._spot: tuple[int, int] | None = None  # the keyboard's pixel
        self._drag = ""  # "", "stroke", "rectangle", "pan"
        self._last, self._corner, self._keep = QPointF(), (0, 0), True
        self._panning, self._panned = False, False
        self._hovered = (-1, -1)
        self.setMouseTracking(True)
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr("Picture"))
        self.setWhatsThis(  # no tooltip: it would lie over the picture whenever the pointer rests
            tr("The picture: paint it or rub it out, and the model completes the hatched pixels.")
        )
        self.setAccessibleDescription(tr("Arrow keys move over the pixels, Space uses the tool there."))
        self._show_pointer()

    def set_document(self, pixels: NDArray[np.uint8], state: NDArray[np.uint8]) -> None:
        """Show ``pixels (H, W, C)`` with ``state (H, W)``: 0 unknown, 1 given, 2 adopted.  Neither may change later."""
        if self._pixels is None or pixels.shape[:2] != self._pixels.shape[:2]:
            self._spot = None
        super().set_document(pixels, state)

    def set_tool(self, name: str) -> None:
        """Choose what the left button does: one of `TOOLS`."""
        self._tool = name
        self._show_pointer()
        self.update()

    def set_brush(self, radius_px: float, color: tuple[int, ...] | None) -> None:
        """The outline under the pointer: its radius in image px, and the colour it paints (None forgets)."""
        self._radius, self._color = radius_px, color
        self.update()

    def set_panning(self, on: bool) -> None:
        """While on (Space is held), dragging pans whatever the tool is."""
        self._panning, self._panned = on, False
        self._show_pointer()
        self.update()

    # -- the pointer -----------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pointer, self._spot, self._ringed = self._device(event.position()), None, False
        self.update()
        if self._drag or self._pixels is None:
            return
        left, right = event.button() == Qt.MouseButton.LeftButton, event.button() == Qt.MouseButton.RightButton
        if event.button() == Qt.MouseButton.MiddleButton or (left and (self._panning or self._tool == "pan")):
            self._begin_pan()
        elif left and self._tool in _STROKES:
            self._begin_stroke()
        elif (left or right) and self._tool == "keep":
            keep = left and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            self._begin_rectangle(self._pixel_at(self._pointer), keep)
        elif left and self._tool in _POINTS and self.inside(self._pixel_at(self._pointer)):
            self._touch_point(*self._pixel_at(self._pointer))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        point, before = self._device(event.position()), self._pointer
        if self._drag == "pan":
            self._view.pan(point.x() - self._last.x(), point.y() - self._last.y())
            self._last, self._panned = point, True
        elif self._drag == "stroke":
            self._draw_to(point)
        self._pointer = point
        self._hover(self._pixel_at(point))
        if self._drag in ("pan", "rectangle") or self._panning:
            self.update()
        else:
            self._repaint_brush(before)
            self._repaint_brush(point)

    def _repaint_brush(self, at: QPointF | None) -> None:
        """Paint where the brush's outline is, or was."""
        if at is not None and self._tool in _STROKES:
            reach = max(self._radius * self._view.zoom, 2.0 * self.devicePixelRatioF())
            self.update(self.around(QRectF(at.x() - reach, at.y() - reach, 2 * reach, 2 * reach), 4.0))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        point, drag = self._device(event.position()), self._drag
        if drag == "stroke" and event.button() == Qt.MouseButton.LeftButton:
            if point != self._last:
                self._draw_to(point)
            self._end_drag()
        elif drag == "rectangle" and event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton):
            self._pointer = point
            self._finish_rectangle(self._pixel_at(point))
        elif drag == "pan":
            self._end_drag()

    def leaveEvent(self, event: QEvent) -> None:
        self._pointer = None
        self._hover((-1, -1))
        self.update()

    def _device(self, position: QPointF) -> QPointF:
        return position * self.devicePixelRatioF()

    def _pixel_at(self, point: QPointF) -> tuple[int, int]:
        column, row = self._view.to_image(point.x(), point.y())
        return math.floor(column), math.floor(row)

    def _hover(self, pixel: tuple[int, int]) -> None:
        seen = pixel if self._pixels is not None and self.inside(pixel) else (-1, -1)
        if seen != self._hovered:
            self._hovered = seen
            self.pixel_hovered.emit(*seen)

    # -- what a drag does ------------------------------------------------------------------------------------------

    def _begin_pan(self) -> None:
        self._drag, self._last, self._panned = "pan", self._pointer or QPointF(), True
        self._show_pointer()

    def _begin_stroke(self) -> None:
        self._drag, self._last = "stroke", self._pointer or QPointF()
        self.stroke_started.emit()
        self._draw_to(self._last)

    def _draw_to(self, point: QPointF) -> None:
        start = self._view.to_image(self._last.x(), self._last.y())
        end = self._view.to_image(point.x(), point.y())
        self._last = point
        self.segment_drawn.emit(*start, *end)

    def _begin_rectangle(self, corner: tuple[int, int], keep: bool) -> None:
        self._drag, self._corner, self._keep = "rectangle", corner, keep

    def _rectangle_to(self, pixel: tuple[int, int]) -> tuple[int, int, int, int] | None:
        """The pixels between the corner and ``pixel``, both included, inside the picture; exclusive ends."""
        (x0, x1), (y0, y1) = (sorted(pair) for pair in zip(self._corner, pixel, strict=True))
        x0, y0 = max(x0, 0), max(y0, 0)
        x1, y1 = min(x1 + 1, self._view.columns), min(y1 + 1, self._view.rows)
        return (x0, y0, x1, y1) if x0 < x1 and y0 < y1 else None

    def _finish_rectangle(self, pixel: tuple[int, int]) -> None:
        found, keep = self._rectangle_to(pixel), self._keep
        self._end_drag()
        if found is not None:
            self.rectangle_drawn.emit(*found, keep)

    def _touch_point(self, column: int, row: int) -> None:
        said = {"fill": self.fill_requested, "pick": self.color_picked, "probe": self.pixel_probed}
        said[self._tool].emit(column, row)

    def _end_drag(self) -> None:
        drag, self._drag = self._drag, ""
        self._show_pointer()
        self.update()
        if drag == "stroke":
            self.stroke_finished.emit()

    def cancel_drag(self) -> None:
        """Let go: an open stroke ends where it is, an open rectangle is dropped."""
        if self._drag:
            self._end_drag()

    def _show_pointer(self) -> None:
        if self._drag == "pan":
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif self._panning or self._tool == "pan":
            self.setCursor(Qt.CursorShape.OpenHandCursor)
        else:
            self.setCursor(Qt.CursorShape.CrossCursor)

    # -- wheel, pinch, files ---------------------------------------------------------------------------------------

    def wheelEvent(self, event: QWheelEvent) -> None:
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        fingers = event.phase() != Qt.ScrollPhase.NoScrollPhase or (
            event.pointingDevice().type() == QPointingDevice.DeviceType.TouchPad
        )
        if fingers and not control:
            moved = event.pixelDelta() if not event.pixelDelta().isNull() else event.angleDelta() / 4
            self.pan_by(moved.x(), moved.y())
        elif event.angleDelta().y():
            self.zoom_by(_NOTCH ** (event.angleDelta().y() / 120), event.position())
        event.accept()

    def event(self, event: QEvent) -> bool:
        pinch = Qt.NativeGestureType.ZoomNativeGesture
        if isinstance(event, QNativeGestureEvent) and event.gestureType() == pinch:
            self.zoom_by(max(0.1, 1 + event.value()), event.position())
            return True
        return super().event(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()
            self._set_dropping(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._set_dropping(False)

    def dropEvent(self, event: QDropEvent) -> None:
        self._set_dropping(False)
        paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self.image_dropped.emit(paths[0])

    def _set_dropping(self, on: bool) -> None:
        self._ringed = on
        self.update()

    # -- keys ------------------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _STEPS.get(Qt.Key(event.key()))
        if step is not None and self._pixels is not None:
            far = 4 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
            self._move_spot(step[0] * far, step[1] * far)
        elif event.key() == Qt.Key.Key_Space:
            if not event.isAutoRepeat():
                self.set_panning(True)
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() != Qt.Key.Key_Space:
            super().keyReleaseEvent(event)
        elif not event.isAutoRepeat():
            tapped = self._panning and not self._panned
            self.set_panning(False)
            if tapped and self._spot is not None:
                self.apply_at_cursor()

    def _move_spot(self, dx: int, dy: int) -> None:
        start = self._spot or (self._hovered if self._hovered != (-1, -1) else None)
        if start is None:
            spot = (self._view.columns // 2, self._view.rows // 2)
        else:
            spot = (
                min(max(start[0] + dx, 0), self._view.columns - 1),
                min(max(start[1] + dy, 0), self._view.rows - 1),
            )
        self._spot, self._ringed = spot, False
        self._hover(spot)
        self.update()

    def apply_at_cursor(self) -> None:
        """Use the tool at the keyboard's pixel; a rectangle takes two: its corners."""
        if self._spot is None or self._pixels is None or self._drag in ("stroke", "pan"):
            return
        column, row = self._spot
        if self._tool in _STROKES:
            self.stroke_started.emit()
            self.segment_drawn.emit(column + 0.5, row + 0.5, column + 0.5, row + 0.5)
            self.stroke_finished.emit()
        elif self._tool in _POINTS:
            self._touch_point(column, row)
        elif self._tool == "keep" and self._drag == "rectangle":
            self._finish_rectangle(self._spot)
        elif self._tool == "keep":
            self._begin_rectangle(self._spot, True)
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._ringed = event.reason() in _KEY_FOCUS
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._ringed, self._spot = False, None
        self.cancel_drag()
        self.set_panning(False)

    def _paint_marks(self, painter: CanvasPainter, pixels: NDArray[np.uint8]) -> None:
        super()._paint_marks(painter, pixels)
        if self._drag == "rectangle":
            end = self._spot or (self._pixel_at(self._pointer) if self._pointer is not None else self._corner)
            found = self._rectangle_to(end)
            if found is not None:
                painter.rectangle(*found, self._keep)
        if self._spot is not None:
            painter.pixel_frame(*self._spot, self._palette.focus)
        elif self._pointer is not None and self._tool in _STROKES and not self._panning and self._drag != "pan":
            color = self._color if self._tool == "pen" else None
            painter.brush(self._pointer.x(), self._pointer.y(), self._radius, color)
