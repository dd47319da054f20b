"""How soon the workspace shows what a hand does, for `reverie bench`: a scripted hand in the real view.

Times count from when the hand moved, which is when a step was due and not when the program came to it, to the turn of
the event loop after the paint, when the window has the picture.  Everything happens on the GUI thread.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QObject, QPointF, Qt
from PySide6.QtWidgets import QWidget

from app.documents.latent_chart import Rect
from app.widgets.plane_layers import MapTile
from app.widgets.scripted_hand import FRAME_S, Beat, Hand, Paints

MOVE_S = 0.008
"""A mouse says 125 times a second where it is."""
TURN_S = 2.2
"""Seconds that a dragged point takes around its circle."""
PHASE_S = 2.0
"""Seconds of zooming in, of panning, of zooming out."""
NOTCH_FRAMES, PAN_PX = 6, 10.0
"""Ten notches of the wheel a second, and 600 device-independent px of panning."""
LATTICE = 48
"""Places across and up at which a map at rest is looked for holes."""
_MIDDLE = Qt.MouseButton.MiddleButton


@dataclass(slots=True)
class Trail:
    """When each move was due, and which moves' pictures were painted when; seconds."""

    due: dict[Hashable, tuple[int, float]] = field(default_factory=dict)
    painted: list[tuple[int, float]] = field(default_factory=list)

    def moved(self, place: Hashable, due: float) -> None:
        """The hand went to a place."""
        self.due[place] = (len(self.due), due)

    def shown(self, place: Hashable, now: float) -> None:
        """The picture of a place was painted; places that no move went to, as that before the first, do not count."""
        if place in self.due:
            self.painted.append((self.due[place][0], now))

    def waits(self) -> list[float]:
        """Seconds from each move to the first picture that is its own or a newer one's, as far as there is one."""
        due = [moment for _, moment in self.due.values()]
        waits: list[float] = []
        for number, now in self.painted:
            waits += [now - moment for moment in due[len(waits) : number + 1]]
        return waits

    def backwards(self) -> int:
        """How many pictures were painted after one of a newer move."""
        newest, found = -1, 0
        for number, _ in self.painted:
            found += number < newest
            newest = max(newest, number)
        return found

    def pictures(self) -> int:
        """How many different pictures were painted."""
        return len({number for number, _ in self.painted})


class PointDrag(QObject):
    """Drags the point in circles, and notes when which picture is painted; then calls ``done(trail)``.

    ``place_of_point`` and ``place_of_picture`` say where the point is and where the shown picture was decoded.
    """

    def __init__(
        self,
        plane: QWidget,
        area: Rect,
        surface: QWidget,
        places: tuple[Callable[[], Hashable], Callable[[], Hashable]],
        seconds: float,
        done: Callable[[Trail], None],
    ) -> None:
        super().__init__(plane)
        self._hand, self._area, self._done = Hand(plane), area, done
        self._trail, self._last = Trail(), False
        self._place_of_point, self._place_of_picture = places
        self._paints = Paints(surface, self._place_of_picture, self._painted)
        self._hand.press(self._at(-1))
        self._beat = Beat(self, MOVE_S, round(seconds / MOVE_S), self._move, self._rest)

    def _at(self, number: int) -> QPointF:
        x0, y0, x1, y1 = self._area
        angle, reach = math.tau * number * MOVE_S / TURN_S, 0.3 + 0.1 * math.sin(0.0031 * number)
        return QPointF(
            (x0 + x1) / 2 + reach * (x1 - x0) * math.cos(angle), (y0 + y1) / 2 + reach * (y1 - y0) * math.sin(angle)
        )

    def _move(self, number: int, due: float) -> None:
        self._hand.move(self._at(number))
        self._trail.moved(self._place_of_point(), due)

    def _painted(self, place: Hashable) -> None:
        self._trail.shown(place, time.perf_counter())
        self._finish()

    def _rest(self) -> None:
        self._last = True
        self._finish()

    def _finish(self) -> None:
        """The last move's picture is the end."""
        painted = self._trail.painted
        if self._last and painted and painted[-1][0] == len(self._trail.due) - 1:
            self._last = False
            self._paints.stop()
            self._hand.release(self._at(len(self._trail.due) - 1))
            self._done(self._trail)


class MapTour(QObject):
    """Zooms in, pans and zooms out, over and over, and measures each frame; then calls ``done(frames)``, seconds."""

    def __init__(self, plane: QWidget, area: Rect, seconds: float, first: int, done: Callable[[list[float]], None]):
        super().__init__(plane)
        self._hand, self._area, self._first, self._done = Hand(plane), area, first, done
        self._frames: list[float] = []
        self._due: float | None = None
        self._panning: QPointF | None = None
        self._paints = Paints(plane, lambda: None, self._painted)
        self._beat = Beat(self, FRAME_S, round(seconds / FRAME_S), self._step, self._finish)

    def _step(self, number: int, due: float) -> None:
        if self._due is None:
            self._due = due
        phase, frame = divmod(number, round(PHASE_S / FRAME_S))
        tour = self._first + phase // 3
        if phase % 3 == 1:
            self._pan(tour, frame)
        else:
            self._let_go()
            if frame % NOTCH_FRAMES == 0:
                self._hand.turn(self._place(tour), 1 if phase % 3 == 0 else -1)
            elif self._due == due:
                self._painted()  # nothing was due but that the window is there

    def _place(self, tour: int) -> QPointF:
        """Where a tour zooms: somewhere else each time, spread evenly by two irrational steps."""
        x0, y0, x1, y1 = self._area
        across, up = (0.5 + 0.7548776662 * tour) % 1, (0.5 + 0.5698402910 * tour) % 1
        return QPointF(x0 + (0.15 + 0.7 * across) * (x1 - x0), y0 + (0.15 + 0.7 * up) * (y1 - y0))

    def _pan(self, tour: int, frame: int) -> None:
        angle = 2.399963 * tour + 0.01 * frame
        step = QPointF(PAN_PX * math.cos(angle), PAN_PX * math.sin(angle))
        if self._panning is None:
            self._panning = self._place(tour)
            self._hand.press(self._panning, _MIDDLE)
        self._panning += step
        self._hand.move(self._panning, _MIDDLE)

    def _let_go(self) -> None:
        if self._panning is not None:
            self._hand.release(self._panning, _MIDDLE)
            self._panning = None

    def _painted(self, _: Hashable = None) -> None:
        if self._due is not None:
            self._frames.append(time.perf_counter() - self._due)
            self._due = None

    def _finish(self) -> None:
        self._let_go()
        self._paints.stop()
        self._done(self._frames)


def holes(tiles: Sequence[MapTile], view: Rect) -> int:
    """How many of `LATTICE` x `LATTICE` places in view lie on no picture of the level that is meant.

    At rest that is the finest level that there is, and what is left of another plane counts as nothing.
    """
    fresh = [tile for tile in tiles if not tile.stale]
    finest = min((tile.side / tile.cells for tile in fresh), default=0.0)
    meant = [tile for tile in fresh if tile.side / tile.cells == finest]
    x0, y0, x1, y1 = view
    shares = [(number + 0.5) / LATTICE for number in range(LATTICE)]
    places = [(x0 + across * (x1 - x0), y0 + up * (y1 - y0)) for across in shares for up in shares]
    return sum(not any(t.x <= x <= t.x + t.side and t.y <= y <= t.y + t.side for t in meant) for x, y in places)
