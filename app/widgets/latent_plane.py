"""An endless map under the hand and a point to pull: says in chart coordinates (y up) what the hand did, no more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDropEvent,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QPointingDevice,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.documents.latent_chart import Chart, Rect
from app.theme.stylesheet import active
from app.theme.tokens import Palette, Space
from app.translation import tr
from app.widgets.frames import device_painter, smooth_painter
from app.widgets.imaging import packed, picture
from app.widgets.plane_layers import CodeDots, DensityField, MapTile, Pin, PlaneCurve
from app.widgets.plane_painter import GRIP, PlanePainter, frame, ground
from app.widgets.plane_scales import BOTTOM, LEFT, PlaneScales, RuledScales
from app.widgets.plane_viewport import PlaneViewport

_NOTCH = 1.25  # zoom a notch of the wheel
_REST_MS = 120  # after the last zoom, pictures are smoothed
_KEY_FOCUS = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.ShortcutFocusReason)
_STEPS = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, 1), Qt.Key.Key_Down: (0, -1)}


class LatentPlane(QWidget):
    """Map, codes, density, rings, pins and the point; drag moves the point, the wheel zooms, Alt and the wheel move
    along the third direction, arrow keys step."""

    point_grabbed = Signal()
    point_moved = Signal(float, float)
    point_released = Signal()
    point_stepped = Signal(int, int)  # steps across and up
    third_moved = Signal(float)  # steps
    grip_moved = Signal(float, float)
    grip_released = Signal()
    view_changed = Signal(object, float)  # what is in view (x0, y0, x1, y1), device-independent px a chart unit
    image_dropped = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._palette = active()
        self._view, self._chart = PlaneViewport(), Chart()
        self._tiles: tuple[MapTile, ...] = ()
        self._images: dict[int, tuple[MapTile, QImage]] = {}
        self._density: DensityField | None = None
        self._codes: CodeDots | None = None
        self._curves: tuple[PlaneCurve, ...] = ()
        self._pins: tuple[Pin, ...] = ()
        self._names = ("", "")
        self._point: tuple[float, float] | None = None
        self._back: tuple[tuple[Any, ...], QImage] | None = None
        self._ruled = RuledScales()
        self._drag, self._last, self._panning, self._ringed = "", QPointF(), False, False
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(self.update)
        self.setMouseTracking(True)
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setWhatsThis(
            tr("Drag pulls the point, the wheel zooms, Alt and the wheel leave the plane, arrow keys step.")
        )
        self.setAccessibleName(tr("Latent plane"))
        self.setAccessibleDescription(
            tr("Arrow keys move the point, with Shift ten times as far; Page Up and Page Down leave the plane.")
        )

    # -- what is shown ---------------------------------------------------------------------------------------------

    def set_chart(self, chart: Chart, names: tuple[str, str]) -> None:
        """Lay the plane out like this; ``names`` are those of its two directions."""
        self._chart, self._names = chart, names
        before = self._view.home, self._view.bounds
        self._view.set_chart(chart.home_rect, chart.bounds)
        if before != (self._view.home, self._view.bounds):
            self._say_view()
        self.update()

    def set_tiles(self, tiles: Sequence[MapTile]) -> None:
        """The map, the coarse tiles before the fine ones."""
        self._tiles = tuple(tiles)
        kept = {id(tile): self._images.get(id(tile)) for tile in self._tiles}
        self._images = {
            key: known if known is not None else (tile, picture(packed(tile.picture)))
            for tile in self._tiles
            for key, known in [(id(tile), kept[id(tile)])]
        }
        self._redraw()

    def set_density(self, density: DensityField | None) -> None:
        """Where codes lie, or nothing."""
        self._density = density
        self._redraw()

    def set_codes(self, codes: CodeDots | None) -> None:
        """The codes of reference pictures, or nothing."""
        self._codes = codes
        self._redraw()

    def set_curves(self, curves: Sequence[PlaneCurve]) -> None:
        """Rings, paths, ellipses and arrows."""
        self._curves = tuple(curves)
        self._redraw()

    def set_pins(self, pins: Sequence[Pin]) -> None:
        """Named places over everything but the point."""
        self._pins = tuple(pins)
        self.update()

    def set_point(self, place: tuple[float, float] | None) -> None:
        """Where the point is, or that there is none."""
        self._point = place
        self.update()

    def set_theme(self, palette: Palette) -> None:
        """Take a theme's colours."""
        self._palette = palette
        self._redraw()

    def _redraw(self) -> None:
        self._back = None
        self.update()

    # -- zoom and pan ----------------------------------------------------------------------------------------------

    def zoom(self) -> float:
        """Device px a chart unit."""
        return self._view.unit

    @property
    def fitted(self) -> bool:
        """Whether one sees what is seen at first, at whatever size."""
        return self._view.fitted

    def fit(self) -> None:
        """Show what is seen at first."""
        self._view.fit()
        self._say_view()

    def look_at(self, rect: Rect, share: float = 0.5) -> None:
        """Show this part of the chart in the middle, taking up ``share`` of what is in view."""
        self._view.look_at(rect, share)
        self._say_view()

    def zoom_by(self, factor: float, about: QPointF | None = None) -> None:
        """Zoom about a point of the widget, or about the middle."""
        middle = QPointF(self._view.width / 2, self._view.height / 2)
        at = self._inner(about) if about is not None else middle
        self._view.zoom_by(factor, at.x(), at.y())
        self._rest.start()
        self._say_view()

    def pan_by(self, dx: float, dy: float) -> None:
        """Move the map by device-independent px."""
        scale = self.devicePixelRatioF()
        self._view.pan(dx * scale, dy * scale)
        self._say_view()

    def _say_view(self) -> None:
        self.update()
        self.view_changed.emit(self._view.visible(), self._view.unit / self.devicePixelRatioF())

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._measure()

    def _measure(self) -> None:
        area, scale = self.area(), self.devicePixelRatioF()
        self._view.resize(area.width() * scale, area.height() * scale)
        self._say_view()

    def area(self) -> QRectF:
        """The inner area, device-independent px: what the scales leave."""
        top, right = Space.S, Space.S
        width, height = self.width() - LEFT - right, self.height() - BOTTOM - top
        return QRectF(LEFT, top, max(width, 16), max(height, 16))

    def place_of(self, x: float, y: float) -> QPoint:
        """Where a chart point is, in the widget's device-independent px."""
        at = QPointF(*self._view.to_device(x, y)) / self.devicePixelRatioF() + self.area().topLeft()
        return at.toPoint()

    def _inner(self, position: QPointF) -> QPointF:
        return (position - self.area().topLeft()) * self.devicePixelRatioF()

    def _chart_at(self, position: QPointF) -> tuple[float, float]:
        inner = self._inner(position)
        return self._view.to_chart(inner.x(), inner.y())

    def sizeHint(self) -> QSize:
        return QSize(540, 540)

    def minimumSizeHint(self) -> QSize:
        return QSize(240, 240)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._measure()
        pinch = Qt.NativeGestureType.ZoomNativeGesture
        if isinstance(event, QNativeGestureEvent) and event.gestureType() == pinch:
            self.zoom_by(max(0.1, 1 + event.value()), event.position())
            return True
        return super().event(event)

    # -- the hand --------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._ringed = False
        if self._drag:
            return
        left = event.button() == Qt.MouseButton.LeftButton
        if event.button() == Qt.MouseButton.MiddleButton or (left and self._panning):
            self._drag, self._last = "pan", event.position()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif left and self._grip_at(event.position()):
            self._drag = "grip"
        elif left and self._point is not None:
            self._drag = "point"
            self.point_grabbed.emit()
            self.point_moved.emit(*self._chart_at(event.position()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._drag == "pan":
            moved = event.position() - self._last
            self._last = event.position()
            self.pan_by(moved.x(), moved.y())
        elif self._drag == "point":
            self.point_moved.emit(*self._chart_at(event.position()))
        elif self._drag == "grip":
            self.grip_moved.emit(*self._chart_at(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._drag == "pan" or event.button() == Qt.MouseButton.LeftButton:
            self.cancel_drag()

    def cancel_drag(self) -> None:
        """Let go where it is."""
        drag, self._drag = self._drag, ""
        self.setCursor(Qt.CursorShape.OpenHandCursor if self._panning else Qt.CursorShape.CrossCursor)
        if drag == "point":
            self.point_released.emit()
        elif drag == "grip":
            self.grip_released.emit()
        self.update()

    def _grip_at(self, position: QPointF) -> bool:
        inner, reach = self._inner(position), (GRIP + 4) * self.devicePixelRatioF()
        places = [QPointF(*self._view.to_device(pin.x, pin.y)) for pin in self._pins if pin.kind == "grip"]
        return any((inner - place).manhattanLength() <= 1.5 * reach for place in places)

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta().y() or event.angleDelta().x()  # with Alt, Qt turns the wheel sideways
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        fingers = event.phase() != Qt.ScrollPhase.NoScrollPhase or (
            event.pointingDevice().type() == QPointingDevice.DeviceType.TouchPad
        )
        if event.modifiers() & Qt.KeyboardModifier.AltModifier:
            if turned:
                self.third_moved.emit(turned / 120)
        elif fingers and not control:
            moved = event.pixelDelta() if not event.pixelDelta().isNull() else event.angleDelta() / 4
            self.pan_by(moved.x(), moved.y())
        elif turned:
            self.zoom_by(_NOTCH ** (turned / 120), event.position())
        event.accept()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self.image_dropped.emit(paths[0])

    # -- keys ------------------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        far = 10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
        key = Qt.Key(event.key())
        if key in _STEPS and self._point is not None:
            self.point_stepped.emit(_STEPS[key][0] * far, _STEPS[key][1] * far)
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            self.third_moved.emit(float(far if key == Qt.Key.Key_PageUp else -far))
        elif key == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._set_panning(True)
        elif key != Qt.Key.Key_Space:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._set_panning(False)
        elif event.key() != Qt.Key.Key_Space:
            super().keyReleaseEvent(event)

    def _set_panning(self, on: bool) -> None:
        self._panning = on
        if not self._drag:
            self.setCursor(Qt.CursorShape.OpenHandCursor if on else Qt.CursorShape.CrossCursor)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._ringed = event.reason() in _KEY_FOCUS
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._ringed = False
        self._set_panning(False)
        self.cancel_drag()

    # -- painting --------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        raw, scale = device_painter(self)
        area = self.area()
        corner = QPointF(round(area.x() * scale), round(area.y() * scale))
        inner = QRectF(corner.x(), corner.y(), round(self._view.width), round(self._view.height))
        raw.drawImage(corner, self._backdrop(scale))
        raw.save()
        raw.setClipRect(inner)
        raw.translate(corner)
        painter = PlanePainter(raw, self._view, self._palette, scale, self.font())
        for pin in self._pins:
            painter.pin(pin)
        if self._point is not None:
            painter.point(*self._point, held=self._drag == "point", ringed=self._ringed)
        raw.restore()
        scales = PlaneScales(area, self._view, self._chart, self._palette, self.font(), self._names)
        raw.drawImage(QPointF(0, 0), self._ruled.image(scales, self.size(), scale))
        frame(raw, inner, self._palette, scale, self._ringed)
        raw.end()
        smooth = smooth_painter(self)
        if self._point is not None:
            scales.paint_marks(smooth, self._point)
        smooth.end()

    def _backdrop(self, scale: float) -> QImage:
        """All that does not move with the point, made again only when it or the view has changed."""
        view, smooth = self._view, not self._rest.isActive()
        key = (view.x, view.y, view.unit, view.width, view.height, scale, smooth)
        if self._back is None or self._back[0] != key:
            made = QImage(round(view.width), round(view.height), QImage.Format.Format_RGB32)
            raw = QPainter(made)
            ground(raw, QRectF(made.rect()), self._palette, scale)
            painter = PlanePainter(raw, view, self._palette, scale, self.font())
            self._paint_layers(painter, smooth)
            raw.end()
            self._back = (key, made)
        return self._back[1]

    def _paint_layers(self, painter: PlanePainter, smooth: bool) -> None:
        for tile in self._tiles:
            painter.tile(tile, self._images[id(tile)][1], smooth)
        if self._density is not None:
            painter.density(self._density, over_pictures=bool(self._tiles))
        self._paint_rim(painter)
        bare = not self._tiles and self._density is None
        for curve in self._curves:
            painter.curve(curve, bare)
        if self._codes is not None:
            painter.codes(self._codes)
            painter.means(self._codes)
        for curve in self._curves:
            painter.curve_label(curve)

    def _paint_rim(self, painter: PlanePainter) -> None:
        """What lies beyond the chart's bounds is window."""
        if self._chart.bounds is None:
            return
        inside = painter.rect(*self._chart.bounds)
        whole = QRectF(0, 0, self._view.width, self._view.height)
        if not inside.contains(whole):
            for part in (
                QRectF(0, 0, whole.width(), inside.top()),
                QRectF(0, inside.bottom(), whole.width(), whole.height() - inside.bottom()),
                QRectF(0, 0, inside.left(), whole.height()),
                QRectF(inside.right(), 0, whole.width() - inside.right(), whole.height()),
            ):
                if part.width() > 0 and part.height() > 0:
                    painter.painter.fillRect(part, QColor(self._palette.window))
