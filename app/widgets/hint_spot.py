"""Where a hint may point and lie: beside a thing, on nothing that has to be seen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF

from app.theme.tokens import Space

SIDES: tuple[str, ...] = ("right", "left", "bottom", "top")
"""Of the thing, in the order in which they are tried."""
_ARROW_OF = {"right": "left", "left": "right", "bottom": "top", "top": "bottom"}

Area = Callable[[QPointF, str, QRectF], QRectF]
"""The bubble with its tip there, its arrow at that side, kept within that room as far as its arrow allows."""


@dataclass(frozen=True, slots=True)
class HintSpot:
    """What a hint points at, in device-independent px of whoever asks.

    thing : what is pointed at, and never covered; of its ``sides`` the first with room is taken
    rooms : where the bubble may lie, the best one first
    clear, spared : what else is never covered; and what is covered only where there is no other place
    sentence : what this thing has to say for itself; empty for what the hint says
    """

    thing: QRectF
    rooms: tuple[QRectF, ...]
    clear: tuple[QRectF, ...] = ()
    spared: tuple[QRectF, ...] = ()
    sides: tuple[str, ...] = SIDES
    sentence: str = ""

    def moved(self, by: QPointF) -> HintSpot:
        """The same, as seen from where its origin is at ``by``."""
        return HintSpot(
            self.thing.translated(by),
            tuple(room.translated(by) for room in self.rooms),
            tuple(area.translated(by) for area in self.clear),
            tuple(area.translated(by) for area in self.spared),
            self.sides,
            self.sentence,
        )

    def place(self, area_at: Area) -> tuple[QPointF, str, QRectF] | None:
        """The tip, the side of the bubble where the arrow is, and the bubble; None where there is no room for it."""
        for kept in ((*self.clear, *self.spared), self.clear):
            for room in self.rooms:
                for tip, arrow in self._tips(room):
                    area = area_at(tip, arrow, room)
                    if room.contains(area) and not any(area.intersects(other) for other in (self.thing, *kept)):
                        return tip, arrow, area
        return None

    def _tips(self, room: QRectF) -> Iterator[tuple[QPointF, str]]:
        """In the middle of what of a side lies in the room."""
        seen = self.thing.intersected(room)
        middle = (seen if not seen.isEmpty() else self.thing).center()
        tips = {
            "right": QPointF(self.thing.right() + Space.XS, middle.y()),
            "left": QPointF(self.thing.left() - Space.XS, middle.y()),
            "bottom": QPointF(middle.x(), self.thing.bottom() + Space.XS),
            "top": QPointF(middle.x(), self.thing.top() - Space.XS),
        }
        yield from ((tips[side], _ARROW_OF[side]) for side in self.sides)
