"""The endless map: which squares of decoded pictures are in view, which are cached, and which to ask for next.

A square has 8 x 8 pictures whose middles lie on a grid of pitch ``2 ** -level`` chart units, so that squares of one
level never overlap and each level has twice as many pictures across as the one before.  Coarse squares are asked for
first, then those near the middle of the view; at most `IN_FLIGHT` are on their way at once, whatever became of the
view since, so that what has left it is hardly waited for.  None is cancelled: a square takes less than stopping it.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from app.bridge.ports import Dispatcher
from app.documents.latent_chart import Chart, Rect
from app.widgets.plane_layers import MapTile
from app.workspaces.latent.marking import marked
from engine import Plane
from engine.contracts.events import Cancelled, Decoded, Event, Failed, Finished
from engine.contracts.lanes import Lane, Policy
from engine.contracts.manifest import Manifest
from engine.contracts.requests import DecodeLatents

LANE = Lane("latent.map", Policy.QUEUE, interactive=False)
CELLS = 8
"""Pictures on a square's side, fewer where the whole chart has fewer."""
COARSER = 2
"""Levels between what is asked for first and what is asked for then."""
IN_FLIGHT = 2
CACHE_BYTES = 64 * 2**20
"""The map holds no more decoded pictures than this, or than are in view; those looked at longest ago go first."""
LEAST_CELL, LARGEST_LEAST = 22.0, 36.0
"""Device-independent px that a picture of the map has at least: four fifths of its own size, within these."""

Key = tuple[int, int, int]
"""Level, column and row of a square."""


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """What a map is a map of."""

    manifest: Manifest
    plane: Plane
    chart: Chart
    class_name: str = ""

    def same_as(self, other: Ground) -> bool:
        """Whether the squares of one are those of the other."""
        told = self.class_name == other.class_name
        return told and (self.manifest, self.chart) == (other.manifest, other.chart) and self.plane is other.plane

    @property
    def least_cell(self) -> float:
        """Device-independent px that a picture needs."""
        side = max(self.manifest.image.height, self.manifest.image.width)
        return min(max(0.8 * side, LEAST_CELL), LARGEST_LEAST)


def level_of(unit: float, least_cell: float, chart: Chart) -> int:
    """The finest level whose pictures are not smaller than ``least_cell`` where a chart unit has ``unit`` px."""
    level = math.floor(math.log2(max(unit, 1e-9) / least_cell) + 1e-9)
    return max(level, 0) if chart.warped else level


def cells_of(level: int, chart: Chart) -> int:
    """Pictures on a square's side."""
    return min(CELLS, 2**level) if chart.warped else CELLS


def keys_in(view: Rect, level: int, chart: Chart) -> list[Key]:
    """The squares of a level that a view touches, those near its middle first."""
    side = cells_of(level, chart) * 2.0**-level
    x0, y0, x1, y1 = view
    ranges = [range(math.floor(a / side), math.ceil(b / side - 1e-9)) for a, b in ((x0, x1), (y0, y1))]
    middle = ((x0 + x1) / 2 / side - 0.5, (y0 + y1) / 2 / side - 0.5)
    keys = [(level, column, row) for column in ranges[0] for row in ranges[1]]
    return sorted(keys, key=lambda key: math.hypot(key[1] - middle[0], key[2] - middle[1]))


def latents_of(ground: Ground, key: Key) -> np.ndarray:
    """Z of a square's pictures, row by row from the top: ``(cells * cells, D) float32``."""
    level, column, row = key
    cells, pitch = cells_of(level, ground.chart), 2.0**-level
    steps = (np.arange(cells) + 0.5) * pitch
    x = ground.chart.to_plane(column * cells * pitch + steps)
    y = ground.chart.to_plane(row * cells * pitch + steps)[::-1]
    places = np.stack([np.tile(x, cells), np.repeat(y, cells)], axis=1)
    return ground.plane.points(places)


def tile_of(chart: Chart, key: Key, images: np.ndarray) -> MapTile:
    """A square from its pictures ``(cells * cells, H, W, C)``."""
    level, column, row = key
    cells = cells_of(level, chart)
    _, height, width, channels = images.shape
    rows = images.reshape(cells, cells, height, width, channels).transpose(0, 2, 1, 3, 4)
    side = cells * 2.0**-level
    return MapTile(column * side, row * side, side, rows.reshape(cells * height, cells * width, channels), cells)


@dataclass(slots=True, eq=False)
class _Flight:
    """A square that was asked for; ``name`` is the number of its ground, and its key."""

    ground: Ground
    name: tuple[int, Key]


class MapTiles:
    """Owns the lane "latent.map".  ``changed`` is called when a square has come; ``failed`` when one cannot."""

    def __init__(self, dispatcher: Dispatcher, changed: Callable[[], None], failed: Callable[[Failed], None]) -> None:
        self._dispatcher, self._changed, self._failed = dispatcher, changed, failed
        self._ground: Ground | None = None
        self._view: tuple[Rect, float] | None = None
        self._cache: OrderedDict[tuple[int, Key], MapTile] = OrderedDict()
        self._bytes = 0
        self._epoch = 0
        self._epochs: OrderedDict[int, Ground] = OrderedDict()
        self._flying: dict[tuple[int, Key], _Flight] = {}
        self._stale: tuple[MapTile, ...] = ()
        self._tiles: tuple[MapTile, ...] | None = None
        self._wanted = True
        self._held = self._stuck = False

    @property
    def busy(self) -> bool:
        """Squares in view are still missing."""
        return not self._stuck and self._wanted and next(self._missing(), None) is not None

    @property
    def bytes(self) -> int:
        """What the cached pictures take."""
        return self._bytes

    def show(self, ground: Ground | None) -> None:
        """A map of this from now on; what was shown before stays faintly until the new one covers the view."""
        if ground is self._ground or (ground and self._ground and ground.same_as(self._ground)):
            return
        faint = self._ground is not None and ground is not None and ground.manifest == self._ground.manifest
        self._stale = self._faint() if faint and ground is not None and ground.chart == self._chart() else ()
        self._ground, self._tiles, self._stuck = ground, None, False
        if ground is not None:
            known = next((number for number, past in self._epochs.items() if past.same_as(ground)), 0)
            self._epoch = known or self._new_epoch(ground)
        self._pump()

    def _chart(self) -> Chart | None:
        return None if self._ground is None else self._ground.chart

    def _faint(self) -> tuple[MapTile, ...]:
        return tuple(tile if tile.stale else replace(tile, stale=True) for tile in self.tiles)

    def _new_epoch(self, ground: Ground) -> int:
        number = max(self._epochs, default=0) + 1
        self._epochs[number] = ground
        while len(self._epochs) > 32:  # an undone step comes back with its map; older ones are drawn anew
            gone, _ = self._epochs.popitem(last=False)
            for key in [key for key in self._cache if key[0] == gone]:
                self._drop(key)
        return number

    def look(self, view: Rect, unit: float) -> None:
        """This is in view now, with ``unit`` device-independent px a chart unit."""
        if self._view != (view, unit):
            self._view, self._tiles = (view, unit), None
            self._pump()

    def set_wanted(self, wanted: bool) -> None:
        """Whether the map is shown at all."""
        if wanted == self._wanted:  # asked at every move of the point: what is painted must stay the same tuple
            return
        self._wanted, self._tiles = wanted, None
        if not wanted:
            self._stale = ()
        self._pump()

    def set_held(self, held: bool) -> None:
        """While the engine is away nothing is asked for."""
        self._held = held
        if held:
            self._flying.clear()
        else:
            self._stuck = False
        self._pump()

    @property
    def tiles(self) -> tuple[MapTile, ...]:
        """What to paint, in this order; the same tuple until something changes."""
        if self._tiles is None:
            self._tiles = self._collect()
        return self._tiles

    @property
    def finished(self) -> tuple[MapTile, ...]:
        """All squares of the level that is meant; none until each of them is there."""
        if self._ground is None or self._view is None or not self._wanted:
            return ()
        found = [self._cached(key) for key in self._keys(self._level())]
        return tuple(tile for tile in found if tile is not None) if None not in found else ()

    def _level(self) -> int:
        assert self._ground is not None and self._view is not None
        return level_of(self._view[1], self._ground.least_cell, self._ground.chart)

    def _keys(self, level: int) -> list[Key]:
        assert self._ground is not None and self._view is not None
        return keys_in(self._view[0], level, self._ground.chart)

    def _levels(self) -> tuple[int, ...]:
        """The levels to have: a coarse one, then the one that is meant."""
        assert self._ground is not None
        fine = self._level()
        coarse = max(fine - COARSER, 0) if self._ground.chart.warped else fine - COARSER
        return (coarse, fine) if coarse < fine else (fine,)

    def _missing(self) -> Iterator[Key]:
        """What to ask for next: nothing coarse any more where all that is meant is there."""
        if self._ground is None or self._view is None or not self._wanted:
            return
        levels = self._levels()
        fine = [key for key in self._keys(levels[-1]) if (self._epoch, key) not in self._cache]
        if not fine:
            return
        if len(levels) > 1:
            yield from (key for key in self._keys(levels[0]) if (self._epoch, key) not in self._cache)
        yield from fine

    def _collect(self) -> tuple[MapTile, ...]:
        if self._ground is None or self._view is None or not self._wanted:
            return ()
        fine = self._level()
        shown = [self._cached(key) for key in self._keys(fine)]
        if all(tile is not None for tile in shown):
            self._stale = ()
            return tuple(tile for tile in shown if tile is not None)
        under = self._at_level(fine - 3) + self._at_level(fine - 2)
        if self._stale and all(self._cached(key) is not None for key in self._keys(self._levels()[0])):
            self._stale = ()
        between = self._at_level(fine - 1) + self._at_level(fine + 1)
        return (*self._stale, *under, *between, *(tile for tile in shown if tile is not None))

    def _at_level(self, level: int) -> list[MapTile]:
        if self._ground is None or (self._ground.chart.warped and level < 0):
            return []
        return [tile for key in self._keys(level) if (tile := self._cached(key)) is not None]

    def _cached(self, key: Key) -> MapTile | None:
        found = self._cache.get((self._epoch, key))
        if found is not None:
            self._cache.move_to_end((self._epoch, key))
        return found

    # --- asking

    def _pump(self) -> None:
        ground = self._ground
        if ground is None or self._held or self._stuck:
            return
        for key in self._missing():
            if len(self._flying) >= IN_FLIGHT:
                return
            name = (self._epoch, key)
            if name not in self._flying:
                self._ask(ground, name)

    def _ask(self, ground: Ground, name: tuple[int, Key]) -> None:
        request = DecodeLatents(model=ground.manifest.id, z=latents_of(ground, name[1]), class_name=ground.class_name)
        flight = self._flying[name] = _Flight(ground, name)
        self._dispatcher.submit(request, LANE, lambda event: self._event(flight, event))

    def _event(self, flight: _Flight, event: Event) -> None:
        if not isinstance(event, (Finished, Failed, Cancelled)):
            return
        ground, name = flight.ground, flight.name
        mine = self._flying.get(name) is flight
        if mine:
            del self._flying[name]
        if isinstance(event, Finished) and isinstance(event.answer, Decoded) and name[0] in self._epochs:
            self._keep(name, tile_of(ground.chart, name[1], marked(event.answer)))
            self._tiles = None
        elif isinstance(event, Failed) and mine:
            self._stuck = event.code != "EngineDied"  # it would fail again; a dead engine comes back
            self._failed(event)
        self._pump()
        if mine:
            self._changed()

    def _keep(self, name: tuple[int, Key], tile: MapTile) -> None:
        self._drop(name)
        self._cache[name] = tile
        self._bytes += tile.picture.nbytes
        if self._bytes > CACHE_BYTES:
            self._give_up(name)

    def _give_up(self, newest: tuple[int, Key]) -> None:
        """Those looked at longest ago, but none in view: they would be asked for again at once, and for ever."""
        kept = {newest}
        if self._ground is not None and self._view is not None:
            kept |= {(self._epoch, key) for level in self._levels() for key in self._keys(level)}
        while self._bytes > CACHE_BYTES:
            oldest = next((name for name in self._cache if name not in kept), None)
            if oldest is None:
                return
            self._drop(oldest)

    def _drop(self, name: tuple[int, Key]) -> None:
        tile = self._cache.pop(name, None)
        if tile is not None:
            self._bytes -= tile.picture.nbytes
