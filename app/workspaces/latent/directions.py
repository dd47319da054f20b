"""Named directions through latent space: sliders, what each of them does to the picture, and which are collapsed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.bridge.ports import Clock, Dispatcher, Timer
from app.translation import tr
from app.workspaces.latent.desk import Desk, Place
from app.workspaces.latent.feed import Feed
from app.workspaces.latent.marking import marked
from app.workspaces.latent.spans import Vector, coordinate_name, coordinate_order, direction_kinds
from engine.contracts.arrays import Images
from engine.contracts.events import Answer, Decoded, Failed
from engine.contracts.lanes import Lane, Policy
from engine.contracts.latents import LatentArrays
from engine.contracts.requests import DecodeLatents

LANE = Lane("latent.strips", Policy.COALESCE, interactive=False)
FIRST_ROWS, MORE_ROWS, MOST_ROWS = 6, 64, 512
"""Directions that are shown at first, how many more at a press, and at most: a Gaussian over pictures has hundreds."""
STOPS = 7
"""Pictures in a traversal strip."""
REST_MS, REST_SHARE = 100.0, 3.0
"""After its strips have followed the point the page rests: so long, or so many times what they took to decode.  They
are many pictures, and the one at the point is to have the machine."""
COLLAPSED_NATS = 0.01
"""A dimension whose posterior tells less than this from the prior carries nothing (Burda et al. 2016, 1509.00519)."""


@dataclass(frozen=True, slots=True, eq=False)
class Direction:
    """``value`` 0 is at ``origin``, and 1 more is one ``step (D,)`` farther; the slider reaches ``reach`` both ways.

    ``kl`` is the mean KL of a coordinate in nats, ``share`` the part of the codes' variance along a principal axis.
    """

    name: str
    step: Vector
    origin: Vector
    reach: float
    kl: float | None = None
    share: float | None = None

    def value(self, z: Vector) -> float:
        """How far z is along the direction, in steps."""
        return float((z - self.origin) @ self.step / (self.step @ self.step))

    @property
    def collapsed(self) -> bool:
        """Whether the dimension carries nothing."""
        return self.kl is not None and self.kl < COLLAPSED_NATS


@dataclass(frozen=True, slots=True)
class Row:
    """A direction as a slider shows it; ``bar`` in [0, 1] is its KL or its variance beside the largest."""

    index: int
    name: str
    value: float
    reach: float
    bar: float | None
    note: str
    collapsed: bool


@dataclass(frozen=True, slots=True, eq=False)
class DirectionsView:
    """What the page of directions shows; ``strips (rows, STOPS, H, W, C)`` may be those of a moment ago."""

    kinds: tuple[str, ...] = ()
    kind: str = ""
    rows: tuple[Row, ...] = ()
    count: int = 0
    strips: Images | None = None


def directions_of(kind: str, dim: int, arrays: LatentArrays, home: float) -> tuple[Direction, ...]:
    """All directions of a kind."""
    middle = np.zeros(dim) if arrays.code_mean is None else np.asarray(arrays.code_mean, np.float64)
    if kind == "attributes" and arrays.attribute_directions is not None:
        steps = np.asarray(arrays.attribute_directions, np.float64)
        pairs = zip(arrays.attribute_names, steps, strict=True)
        return tuple(Direction(name, step, middle, 3.0) for name, step in pairs if step @ step > 0)
    if kind == "pca" and arrays.pca_axes is not None and arrays.pca_variance is not None:
        variance = np.maximum(np.asarray(arrays.pca_variance, np.float64), 1e-12)
        axes = np.asarray(arrays.pca_axes, np.float64) * np.sqrt(variance)[:, None]
        alike = bool(np.ptp(variance) < 1e-6 * variance.max())  # a Gaussian's z spreads alike along all: no news
        shares = [None if alike else float(value) for value in variance / variance.sum()]
        return tuple(
            Direction(tr("principal axis {n}").format(n=n + 1), axis, middle, 3.0, share=shares[n])
            for n, axis in enumerate(axes)
        )
    kl = None if arrays.kl_per_dim is None else [float(value) for value in arrays.kl_per_dim]
    eye, zero = np.eye(dim), np.zeros(dim)
    return tuple(
        Direction(coordinate_name(n), eye[n], zero, home, kl=None if kl is None else kl[n])
        for n in coordinate_order(dim, arrays)[:MOST_ROWS]
    )


def next_count(shown: int) -> int:
    """How many directions are shown after the next press."""
    return shown - shown % MORE_ROWS + MORE_ROWS


def rows_of(directions: tuple[Direction, ...], z: Vector, count: int) -> tuple[Row, ...]:
    """The first ``count`` directions as sliders."""
    weights = [d.kl if d.kl is not None else d.share for d in directions]
    largest = max((w for w in weights if w is not None), default=0.0) or 1.0
    return tuple(
        Row(
            index=index,
            name=direction.name,
            value=direction.value(z),
            reach=direction.reach,
            bar=None if weight is None else weight / largest,
            note=_note(direction),
            collapsed=direction.collapsed,
        )
        for index, (direction, weight) in enumerate(zip(directions[:count], weights, strict=False))
    )


def _note(direction: Direction) -> str:
    if direction.kl is not None:
        told = tr("KL {kl:.2f} nats").format(kl=direction.kl)
        return tr("{told}: collapsed, it changes nothing").format(told=told) if direction.collapsed else told
    return "" if direction.share is None else tr("{n:.0f} % of the codes' variance").format(n=100 * direction.share)


class Directions:
    """The page of directions: which are shown, and the traversal strips of the lane "latent.strips"."""

    def __init__(self, dispatcher: Dispatcher, clock: Clock, changed: Callable[[], None], engine: str) -> None:
        self._clock, self._changed = clock, changed
        self._rest: Timer | None = None
        self._feed = Feed(dispatcher, LANE, self._answered, self._failed)
        self._feed.set_held(engine != "ready")
        self._known: dict[tuple[int, str], tuple[Desk, tuple[Direction, ...]]] = {}
        self._wanted: tuple[Desk, Place, str, int] | None = None
        self._strips: tuple[str, str, int, Images] | None = None
        self._asked: tuple[Desk, Place, str, int] | None = None

    def of(self, desk: Desk) -> tuple[Direction, ...]:
        """The directions of the desk's kind."""
        key = (id(desk), desk.directions)
        if key not in self._known:
            self._known[key] = (desk, directions_of(desk.directions, desk.dim, desk.arrays, desk.home))
        return self._known[key][1]

    def count(self, desk: Desk) -> int:
        """How many of them are shown."""
        return min(max(desk.unfolded, FIRST_ROWS), len(self.of(desk)))

    def view(self, desk: Desk) -> DirectionsView:
        """What the page shows now."""
        directions, count = self.of(desk), self.count(desk)
        z = np.asarray(desk.now.z, np.float64)
        strips = self._strips
        same = strips is not None and strips[:3] == (desk.manifest.id, desk.directions, count)
        return DirectionsView(
            kinds=direction_kinds(desk.arrays),
            kind=desk.directions,
            rows=rows_of(directions, z, count),
            count=len(directions),
            strips=strips[3] if strips is not None and same else None,
        )

    def show(self, desk: Desk | None) -> None:
        """Have the strips of what the desk shows; None where nobody looks at them."""
        if desk is None or desk.drawer != "directions":
            self._wanted = self._asked = None
            self._feed.drop()
            return
        self._wanted = (desk, desk.now, desk.directions, self.count(desk))
        self._ask()

    def engine_changed(self, state: str) -> None:
        """The engine process is ``ready``, or away."""
        self._feed.set_held(state != "ready")

    def _ask(self) -> None:
        """Ask for the newest that is wanted, once the one before has come: strips follow, they do not lead."""
        wanted = self._wanted
        if wanted is None or self._feed.busy or _same(wanted, self._asked):
            return
        desk, place, kind, count = wanted
        resting = self._rest is not None and self._rest.active
        if resting and self._strips is not None and self._strips[:3] == (desk.manifest.id, kind, count):
            return
        z = traversals(self.of(desk)[:count], np.asarray(place.z, np.float64))
        self._asked = wanted
        rows = z.reshape(-1, desk.dim)
        self._feed.ask(DecodeLatents(model=desk.manifest.id, z=rows, class_name=place.class_name), wanted)

    def _answered(self, subject: object, answer: Answer) -> None:
        if isinstance(subject, tuple) and isinstance(answer, Decoded):
            desk, _, kind, count = subject
            images = marked(answer).reshape(count, STOPS, *answer.images.shape[1:])
            self._strips = (desk.manifest.id, kind, count, images)
            if self._rest is not None:
                self._rest.cancel()
            self._rest = self._clock.call_later(max(REST_MS, REST_SHARE * answer.total_ms), self._ask)
        self._ask()
        self._changed()

    def _failed(self, event: Failed) -> None:
        """The picture at the point says what is wrong; the strips stay empty."""


def traversals(directions: tuple[Direction, ...], z: Vector) -> NDArray[np.float32]:
    """Z with each direction's value set to `STOPS` values from end to end: ``(rows, STOPS, D) float32``."""
    stops = np.linspace(-1.0, 1.0, STOPS)
    rows = [z + (stops * d.reach - d.value(z))[:, None] * d.step for d in directions]
    return np.stack(rows).astype(np.float32)


def _same(one: tuple[Desk, Place, str, int], other: tuple[Desk, Place, str, int] | None) -> bool:
    return other is not None and one[0] is other[0] and one[1].looks_like(other[1]) and one[2:] == other[2:]
