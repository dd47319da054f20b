"""The canvas as a surface: one picture in its mat, magnified by whole device pixels, zoomed and panned.

`app.widgets.pixel_canvas` adds the hand.
"""

from __future__ import annotations

import dataclasses
import math
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme.stylesheet import active
from app.theme.tokens import Palette, Size
from app.widgets.canvas_layers import Layers, compose, render
from app.widgets.canvas_painter import CanvasPainter
from app.widgets.canvas_viewport import Viewport
from app.widgets.frames import device_painter
from app.widgets.imaging import packed_color, unowned
from app.widgets.lens_layers import Overlay, covered, hatched


class CanvasSurface(QWidget):
    """A picture whose pixels are unknown, given or adopted, and what is known about them."""

    zoom_changed = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._palette = active()
        self._view = Viewport()
        self._pixels: NDArray[np.uint8] | None = None
        self._state = np.zeros((1, 1), np.uint8)
        self._preview: NDArray[np.uint8] | None = None
        self._drawn: NDArray[np.bool_] | None = None
        self._unused: NDArray[np.bool_] | None = None
        self._layers: Layers | None = None
        self._shown: tuple[tuple[Any, ...], QPoint, QImage] | None = None
        self._device_pixels = np.zeros((1, 1), np.uint32)  # what the image in _shown looks at
        self._cursor_pixel: int | None = None
        self._overlay: Overlay | None = None
        self._pin: tuple[int, int] | None = None
        self._ringed, self._mat, self._sides = False, Size.MAT, 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    # -- what is shown ---------------------------------------------------------------------------------------------

    def set_document(self, pixels: NDArray[np.uint8], state: NDArray[np.uint8]) -> None:
        """Show ``pixels (H, W, C)`` with ``state (H, W)``: 0 unknown, 1 given, 2 adopted.  Neither may change later."""
        resized = self._pixels is None or pixels.shape[:2] != self._pixels.shape[:2]
        if resized:
            self._preview = self._drawn = self._unused = self._cursor_pixel = None
            self._overlay = self._pin = None
        self._pixels, self._state = pixels, state
        before = self._view.zoom
        self._view.set_picture(pixels.shape[1], pixels.shape[0])
        if resized:
            self._say_zoom(before)
        self._recompose()

    def set_preview(self, pixels: NDArray[np.uint8] | None, drawn: NDArray[np.bool_] | None = None) -> None:
        """Show ``pixels (H, W, C)`` in unknown pixels, where ``drawn (H, W)``, or nothing."""
        self._preview, self._drawn = pixels, drawn
        self._recompose()

    def set_unused(self, unused: NDArray[np.bool_] | None) -> None:
        """Dot these given pixels ``(H, W)``: the completion could not use them."""
        self._unused = unused
        self.update()

    def set_cursor_pixel(self, flat: int | None) -> None:
        """Frame the pixel being drawn (row * W + column), or none."""
        self._cursor_pixel = flat
        self.update()

    def set_overlay(self, overlay: Overlay | None, at_once: bool = False) -> None:
        """Lay a lens's map over the picture, or none; ``at_once`` paints it within this call: Qt gathers what is to be
        painted for some milliseconds, and a hand is waiting."""
        self._overlay = overlay
        self._recompose()
        if at_once and self.isVisible():
            self.repaint(self.picture_area())

    def set_pin(self, pixel: tuple[int, int] | None) -> None:
        """Ring the pixel (column, row) that a lens looks at, or none."""
        if pixel != self._pin:
            self._pin = pixel
            self.update()

    def set_mat(self, width: int, sides: int = 0) -> None:
        """Leave this much mat around the fitted picture, and to both ``sides`` of it as much as is to lie there;
        device-independent px."""
        if (width, sides) != (self._mat, self._sides):
            self._mat, self._sides = width, sides
            self._measure()

    def beside(self, sides: int | None = None) -> int:
        """What the fitted picture leaves on either side, or would leave if so much mat were asked for at its ``sides``;
        device-independent px."""
        scale = self.devicePixelRatioF()
        view = self._view if sides is None else dataclasses.replace(self._view, sides=round(sides * scale))
        return int((view.width - view.columns * view.best_fit()) / 2 / scale)

    def set_theme(self, palette: Palette) -> None:
        """Take a theme's colours."""
        self._palette = palette
        self._recompose()
        self.update()

    def _recompose(self) -> None:
        """Make the picture anew, and paint it alone: all that floats beside it would be painted too.  What sticks
        out of it, marks and edge, stays as it is."""
        self._layers = self._shown = None
        self.update(self.picture_area())

    def picture_area(self) -> QRect:
        """Where the picture is, device-independent px."""
        x, y = self._view.x_edges(), self._view.y_edges()
        return self.around(QRectF(int(x[0]), int(y[0]), int(x[-1] - x[0]), int(y[-1] - y[0])), 0.0)

    def around(self, area: QRectF, margin: float) -> QRect:
        """``area``, device px, and a margin around it, in device-independent px."""
        scale = self.devicePixelRatioF()
        here = QRectF(area.x() / scale, area.y() / scale, area.width() / scale, area.height() / scale)
        return here.adjusted(-margin, -margin, margin, margin).toAlignedRect()

    # -- zoom and pan ----------------------------------------------------------------------------------------------

    def zoom(self) -> float:
        """Device px an image px."""
        return self._view.zoom

    def fit(self) -> None:
        """Show the whole picture at the largest whole zoom."""
        before = self._view.zoom
        self._view.fit()
        self._say_zoom(before)

    def place(self) -> Viewport:
        """Where the picture lies, for `go_back_to`."""
        return replace(self._view)

    def go_back_to(self, place: Viewport) -> None:
        """Let the picture lie where it lay when the canvas was as large as now."""
        before, self._view = self._view.zoom, replace(place)
        self._measure()
        self._say_zoom(before)
        self.update()

    def zoom_by(self, factor: float, about: QPointF | None = None) -> None:
        """Zoom about a point of the widget, or about its middle."""
        scale, before = self.devicePixelRatioF(), self._view.zoom
        point = about * scale if about is not None else QPointF(self._view.width / 2, self._view.height / 2)
        self._view.zoom_by(factor, point.x(), point.y())
        self._say_zoom(before)

    def pan_by(self, dx: float, dy: float) -> None:
        """Move the picture by device-independent px."""
        scale = self.devicePixelRatioF()
        self._view.pan(dx * scale, dy * scale)
        self.update()

    def _say_zoom(self, before: float) -> None:
        self.update()
        if self._view.zoom != before:
            self.zoom_changed.emit(self._view.zoom)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._measure()

    def _measure(self) -> None:
        """Take the widget's size in device px; called again when it comes to a screen of another scale."""
        scale, before = self.devicePixelRatioF(), self._view.zoom
        width, height = math.floor(self.width() * scale), math.floor(self.height() * scale)
        self._view.resize(width, height, round(self._mat * scale), round(self._sides * scale))
        self._say_zoom(before)

    def sizeHint(self) -> QSize:
        return QSize(640, 640)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 160)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._measure()
        return super().event(event)

    # -- painting --------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        raw, scale = device_painter(self)
        with raw:  # whatever happens it ends: a painter left open takes the whole window down
            painter = CanvasPainter(raw, self._view, self._palette, scale)
            painter.ground(self._ringed)
            if self._pixels is not None:
                self._paint_picture(painter)
                self._paint_marks(painter, self._pixels)

    def _paint_picture(self, painter: CanvasPainter) -> None:
        corner, image = self._rendered(painter)
        painter.painter.drawImage(corner, image)
        painter.edge()

    def _rendered(self, painter: CanvasPainter) -> tuple[QPoint, QImage]:
        """The magnified picture and where it goes, made again only when it or the view has changed."""
        assert self._pixels is not None
        view = self._view
        key = (view.zoom, view.x, view.y, view.width, view.height, painter.scale)
        if self._shown is None or self._shown[0] != key:
            if self._layers is None:
                self._layers = compose(self._pixels, self._state, self._preview, self._drawn, self._palette)
            layers, overlay = self._layers, self._overlay
            if overlay is not None and overlay.values.shape == self._state.shape:
                layers, lined = covered(layers, overlay, self._palette), hatched(self._state > 0, overlay)
            else:
                lined = None
            contour = packed_color(self._palette.given), packed_color(self._palette.given_edge)
            left, top, made = render(layers, self._state > 0, view, painter.px(1), contour, lined)
            self._shown, self._device_pixels = (key, QPoint(left, top), unowned(made)), made
        return self._shown[1], self._shown[2]

    def _paint_marks(self, painter: CanvasPainter, pixels: NDArray[np.uint8]) -> None:
        """What lies over the picture: dots, the raster cursor; the hand adds its own."""
        if self._unused is not None and self._overlay is None:
            painter.dots(self._unused, pixels)
        if self._cursor_pixel is not None:
            row, column = divmod(self._cursor_pixel, self._view.columns)
            if self.inside((column, row)):
                painter.pixel_frame(column, row, self._palette.raster_cursor)

        if self._pin is not None and self.inside(self._pin):
            painter.pixel_frame(*self._pin, self._palette.pin)

    def inside(self, pixel: tuple[int, int]) -> bool:
        """Whether a pixel (column, row) belongs to the picture."""
        return 0 <= pixel[0] < self._view.columns and 0 <= pixel[1] < self._view.rows
