"""What the first-run hints of Complete point at, and the gestures that they ask for.

A hint lies beside what is unknown, never on it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QPointF, QRectF, Signal
from PySide6.QtWidgets import QWidget

from app.theme.tokens import Space
from app.widgets.hint_spot import HintSpot
from app.workspaces.complete.state import CompleteState
from app.workspaces.complete.view_presented import PresentedCanvas
from app.workspaces.complete.view_stage import Floor, Stage


class HintedCanvas(PresentedCanvas):
    """The Complete workspace as first-run hints know it."""

    acted = Signal(str)

    def connect_acts(self) -> None:
        """Let it be known what a person does with the picture and its completions."""
        floor = self.center.floor
        floor.canvas.segment_drawn.connect(lambda *_: self.acted.emit(self._stroke()))
        floor.canvas.rectangle_drawn.connect(lambda *_: self.acted.emit("paint"))
        floor.canvas.fill_requested.connect(lambda *_: self.acted.emit("paint"))
        floor.canvas.zoom_changed.connect(lambda *_: self.acted.emit("view"))
        floor.lenses.lens_chosen.connect(lambda lens: self.acted.emit(f"lens-{lens}"))
        for tiles in (self.center.strip, floor.sheet):
            tiles.tile_hovered.connect(lambda index: self.acted.emit("preview") if index >= 0 else None)
            tiles.tile_activated.connect(lambda _: self.acted.emit("adopt"))

    def _stroke(self) -> str:
        return "brush-adopt" if self._state is not None and self._state.tool == "adopt" else "paint"

    def hint_spot(self, target: str) -> HintSpot | None:
        """Where a hint about this lies, as the centre sees it; None while it is not to be seen."""
        state, floor = self._state, self.center.floor
        over = (floor.sheet, floor.enlarged, floor.card, floor.toast)
        if state is None or state.manifest is None or any(part.isVisible() for part in over):
            return None
        picture = QRectF(floor.canvas.picture_area()).translated(_corner(floor.canvas, self.center))
        unknown = unknown_area(~state.document.observed, picture)
        whole = QRectF(self.center.rect()).adjusted(Space.S, Space.XS, -Space.S, -Space.XS)
        if target == "unknown":
            thing = QRectF(picture.right(), picture.y(), 0, picture.height() / 1.5) if unknown.isEmpty() else unknown
            rooms = (_beside_tools(floor, self.center), whole)
            return HintSpot(thing, rooms, spared=(self._at(floor.lenses),), sentence=state.hint)
        found = self._thing(target, state)
        return None if found is None else HintSpot(found[0], (whole,), (unknown,), (picture,), found[1])

    def _thing(self, target: str, state: CompleteState) -> tuple[QRectF, tuple[str, ...]] | None:
        """Where it is, and on which of its sides a hint lies."""
        floor, tiles = self.center.floor, self.center.strip.grid().tiles()
        drawn = state.drawn is not None and bool(state.drawn.all()) and not state.show_running and bool(tiles)
        if target == "completions" and drawn:
            return self._at(self.center.strip.grid()), ("right", "left", "top")
        if target == "completion" and drawn and state.can_adopt:
            return self._at(tiles[max(0, min(state.selected, len(tiles) - 1))]), ("top",)
        if target == "lenses" and floor.lenses.isVisible():
            return self._at(floor.lenses), ("bottom", "right", "left")
        if target == "undo" and state.can_undo:
            return self._at(self.center.header.buttons["undo"]), ("bottom", "left")
        return None

    def _at(self, widget: QWidget) -> QRectF:
        return QRectF(widget.rect()).translated(_corner(widget, self.center))


def unknown_area(unknown: NDArray[np.bool_], picture: QRectF) -> QRectF:
    """What the unknown pixels ``(H, W)`` of a picture that lies at ``picture`` take up; empty where there are none."""
    height, width = unknown.shape
    rows, columns = np.nonzero(unknown)
    if not len(rows):
        return QRectF()
    across, down = picture.width() / width, picture.height() / height
    corner = QPointF(picture.x() + columns.min() * across, picture.y() + rows.min() * down)
    size = QPointF((columns.max() + 1 - columns.min()) * across, (rows.max() + 1 - rows.min()) * down)
    return QRectF(corner, corner + size)


def _corner(widget: QWidget, center: Stage) -> QPointF:
    return QPointF(widget.mapTo(center, QPoint()))


def _beside_tools(floor: Floor, center: Stage) -> QRectF:
    """The floor between tools and colours."""
    left, right = floor.tools.geometry().right() + Space.S, floor.colors_card.x() - Space.S
    right = right if floor.colors_card.isVisible() else floor.width() - Space.S
    return QRectF(left, Space.S, right - left, floor.height() - 2 * Space.S).translated(_corner(floor, center))


__all__ = ["HintedCanvas", "unknown_area"]
