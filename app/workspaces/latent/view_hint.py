"""What the first-run hints of Latent point at, and the gestures that they ask for."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QNativeGestureEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from app.theme.tokens import Space
from app.widgets.hint_spot import HintSpot
from app.workspaces.latent.view_presented import PresentedPlane


class HintedPlane(PresentedPlane):
    """The Latent workspace as first-run hints know it."""

    acted = Signal(str)

    def connect_acts(self) -> None:
        """Let it be known what a person does with the point, the map and the drawer."""
        plane, drawer = self.center.floor.plane, self.center.drawer
        plane.point_moved.connect(lambda *_: self.acted.emit("pull"))
        plane.point_stepped.connect(lambda *_: self.acted.emit("pull"))
        drawer.directions.value_changed.connect(lambda *_: self.acted.emit("slide"))
        drawer.path.walk_toggled.connect(lambda: self.acted.emit("walk"))
        self._wheel = _Wheel(plane)
        self._wheel.turned.connect(lambda: self.acted.emit("zoom"))

    def hint_spot(self, target: str) -> HintSpot | None:
        """Where a hint about this lies, as the centre sees it; None while it is not to be seen."""
        state, floor, drawer = self._state, self.center.floor, self.center.drawer
        over = (floor.span, floor.empty, floor.shown.card, floor.toast)
        if state is None or state.manifest is None or any(part.isVisible() for part in over):
            return None
        plane = floor.plane.area().translated(_corner(floor.plane, self.center))
        if target in ("point", "map"):
            if state.point is None:
                return None
            at = QPointF(floor.plane.place_of(*state.point)) + _corner(floor.plane, self.center)
            thing = QRectF(at, at).adjusted(-Space.L, -Space.L, Space.L, Space.L)
            sentence = state.hint if target == "point" else ""
            return HintSpot(thing, (plane,), sentence=sentence) if plane.contains(at) else None
        page: QWidget = {"directions": drawer.directions, "path": drawer.path}[target]
        shown = page if drawer.page == target else drawer.tab(target)
        thing = QRectF(shown.rect()).translated(_corner(shown, self.center))
        whole = QRectF(self.center.rect()).adjusted(Space.S, Space.XS, -Space.S, -Space.XS)
        return HintSpot(thing, (whole,), sides=("top",))


class _Wheel(QObject):
    """Says when the wheel or two fingers zoom a widget; with Alt they do something else."""

    turned = Signal()

    def __init__(self, watched: QWidget) -> None:
        super().__init__(watched)
        watched.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QWheelEvent):
            if event.angleDelta().y() and not event.modifiers() & Qt.KeyboardModifier.AltModifier:
                self.turned.emit()
        elif isinstance(event, QNativeGestureEvent) and event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
            self.turned.emit()
        return False


def _corner(widget: QWidget, center: QWidget) -> QPointF:
    return QPointF(widget.mapTo(center, QPoint()))
