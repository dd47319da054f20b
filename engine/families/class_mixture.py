"""Pictures of every class: what a class-conditional model draws when nobody says what it should be.

Told no class, a model draws from what it learnt of pictures whose label was withheld, a small part of its training.
The mixture of its classes, ``p(x) = 1/C sum_c p(x | c)``, is the better density of the two, and the one that pictures
are scored by (`engine.numerics.likelihood.mixture_log_prob`).  To draw from it each picture has a class.  The pixels
that are given before the first unknown one choose before anything is drawn: classes are handed out by
``p(c | those pixels)``, exactly, and evenly over the pictures, so that every likely class has its share.  Raster
order needs no more than that; where particles weigh later pixels, they choose among classes as among pixels, and
classes are handed out with an eye on those pixels too (`engine.families.class_guide`).

Evenly: the numbers that hand out the classes of a run are an additive recurrence by the golden ratio [1, chapter 3],
which is uniform for any one picture, nearly regular over any number of them, and gives a picture its class whichever
others are drawn.

References
----------
[1] H. Niederreiter, "Random Number Generation and Quasi-Monte Carlo Methods", SIAM, 1992.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from engine.contracts.arrays import Levels, Observed
from engine.families.class_guide import ClassGuide, guide_of
from engine.families.parallel_rows import ParallelRowGraph
from engine.families.row_graphs import BoundRowGraph, Conditions
from engine.numerics import categorical, noise
from engine.numerics.likelihood import log_mean_exp
from engine.sampling.autoregressive import Canvas, Logits, Noise, State
from engine.sampling.particles import Chosen, normalised

if TYPE_CHECKING:
    from engine.families.autoregressive import Autoregressive

CLASS = "class"
"""The condition's name, and that of the particles' classes in their state."""
GOLDEN = (5**0.5 - 1) / 2
"""The step of the recurrence that hands classes out."""
MOST_BEGINNINGS = 4
"""Of so many canvases it is kept what their beginnings told."""


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """What the pixels that are given before the first unknown one tell of each class.

    above, part : (C,) float64
        Log p of the wholly given rows and of the given part of the next one, nats.
    state : State or None
        The C states below those rows; None where there are none, or the model has no row graphs.
    """

    above: NDArray[np.float64]
    part: NDArray[np.float64]
    state: State | None

    @property
    def log_p(self) -> NDArray[np.float64]:
        """Log p of these pixels by each class: ``(C,)`` nats."""
        return self.above + self.part


class Beginnings:
    """What the latest canvases' beginnings told a model of its classes, so that a canvas is not passed again for each
    of its chunks, or because something was painted below.  Any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._found: dict[tuple[str, float, bytes, bytes], Told] = {}
        self._guide: list[ClassGuide | None] = []

    def told(self, family: Autoregressive, canvas: Canvas, name: str, temperature: float) -> Told:
        """Pass what is given before the first unknown pixel of ``canvas`` in orientation ``name``, once a class."""
        before = _before(canvas)
        pixels = canvas.known[before]
        key = (name, temperature, before.tobytes(), pixels.tobytes())
        with self._lock:
            found = self._found.get(key)
        if found is None:
            found = _told_before(family, canvas, name, temperature)
            with self._lock:
                self._found[key] = found
                while len(self._found) > MOST_BEGINNINGS:
                    del self._found[next(iter(self._found))]
        return found

    def ahead(self, family: Autoregressive, canvas: Canvas, name: str) -> NDArray[np.float64]:
        """`ClassGuide.ahead` of ``canvas``; all 0 without a guide."""
        with self._lock:
            if not self._guide:
                self._guide.append(guide_of(family))
            guide = self._guide[0]
        if guide is None:
            return np.zeros((len(canvas.observed) + 1, len(family.manifest.class_names)))
        return guide.ahead(canvas, _before(canvas), name)


def _before(canvas: Canvas) -> Observed:
    """Which pixels come before the first unknown one: ``(H, W) bool``."""
    before: Observed = np.cumsum(~canvas.observed.reshape(-1)) == 0
    return before.reshape(canvas.observed.shape)


def _told_before(family: Autoregressive, canvas: Canvas, name: str, temperature: float) -> Told:
    count = len(family.manifest.class_names)
    start = canvas.rows.start if canvas.rows else len(canvas.observed)
    above, nothing = canvas.known[:start], np.zeros(count)
    graph = family.row_graph(1, "", name)
    if graph is None:
        return Told(*_passed(family, canvas, start, name, temperature), None)
    log_p, state = nothing, None
    if len(above):
        one = [graph.told(told(graph.conditions, np.array([number]))).prime(above, 1) for number in range(count)]
        log_p = np.array([categorical.log_prob(logits, above, temperature).sum() for logits, _ in one])
        state = graph.concatenated([graph.of_each(state, 1) for _, state in one])
    partly = start < len(canvas.observed) and canvas.observed[start, 0]
    return Told(log_p, _passed(family, canvas, start, name, temperature)[1] if partly else nothing, state)


def _passed(
    family: Autoregressive, canvas: Canvas, start: int, name: str, temperature: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """`Told.above` and `Told.part` by one full pass of a picture a class."""
    classes = np.arange(len(family.manifest.class_names))
    pictures = np.repeat(np.where(canvas.observed, canvas.known, 0)[None], len(classes), axis=0)
    conditions = told(family.conditions(len(classes), "", name), classes)
    log_p = categorical.log_prob(family.logits_under(pictures, conditions), pictures, temperature)
    row = slice(start, start + 1)
    return log_p[:, :start].sum(axis=(1, 2)), log_p[:, row].sum(axis=(1, 2), where=_before(canvas)[row])


def handed_out(posterior: NDArray[np.float64], luck: float, images: range) -> NDArray[np.int64]:
    """The classes of these pictures of a run, ``(B,)``, by ``posterior (C,)``; ``luck`` in (0, 1) is the run's."""
    edges = np.cumsum(posterior)
    edges[-1] = 1.0  # sums of rounded numbers are not exactly that
    u = (luck + np.arange(images.start, images.stop) * GOLDEN) % 1.0
    return np.searchsorted(edges, u, side="right").astype(np.int64)


def luck(seed: int, runs: range) -> NDArray[np.float64]:
    """What each run hands classes out with: ``(G,)`` in (0, 1)."""
    return noise.uniforms_batch(seed, runs, noise.CLASSES, 1)[:, 0]


def mixes(family: Autoregressive, class_name: str, temperature: float = 1.0) -> bool:
    """Whether pictures each have a class: a model that knows classes is not told which, and chance is wanted."""
    return not class_name and bool(family.manifest.class_names) and temperature > 0


@dataclass(frozen=True, slots=True, eq=False)
class Mixed:
    """Images of one canvas that each have a class, ``classes (B,)``, by what its beginning ``passed``."""

    classes: NDArray[np.int64]
    passed: Told


def mixed(
    family: Autoregressive,
    canvas: Canvas,
    images: range,
    class_name: str,
    name: str,
    seed: int,
    temperature: float = 1.0,
) -> Mixed | None:
    """The classes of images that are drawn in raster order; None where they are told one or none, or all is given."""
    if not canvas.rows or not mixes(family, class_name, temperature):
        return None
    passed = family.beginnings.told(family, canvas, name, temperature)
    return Mixed(handed_out(normalised(passed.log_p), float(luck(seed, range(1))[0]), images), passed)


class ClassedRowGraph:
    """A bound row graph whose images each have a class: an `engine.sampling.autoregressive.RowGraph` for the canvas
    that they were handed out for."""

    def __init__(self, graph: BoundRowGraph, mixed: Mixed) -> None:
        self._graph, self._mixed = graph, mixed
        self._told = graph.told(told(graph.conditions, mixed.classes))

    def start(self, batch: int) -> State:
        """All zeros."""
        return self._graph.of_each(self._graph.start(batch), batch)

    def prime(self, levels: Levels, batch: int) -> tuple[Logits, State]:
        """The state that was found of each image's class; of the logits, which differ by class, none."""
        state = self._mixed.passed.state
        assert state is not None and batch == len(self._mixed.classes), "made for the canvas that is drawn"
        return np.zeros((*levels.shape, 0), np.float32), self._graph.taken(state, self._mixed.classes)

    def row(self, noise: Noise, known: Levels, observed: Observed, state: State) -> tuple[Levels, Logits, State]:
        """As `BoundRowGraph.row`."""
        return self._told.row(noise, known, observed, state)


class ClassMixtureGraph(ParallelRowGraph):
    """A `ParallelRowGraph` whose particles each have a class; it is part of their state.

    ``luck (G,)`` in (0, 1) is what each run hands classes out with, by what the given pixels before the first unknown
    one ``passed`` and by what lies ``ahead (H + 1, C)`` of each row, nats; ``rows`` are those that are gone through.
    """

    def __init__(
        self,
        chunks: Sequence[tuple[BoundRowGraph, int]],
        passed: Told,
        ahead: NDArray[np.float64],
        rows: range,
        luck: NDArray[np.float64],
    ) -> None:
        super().__init__(chunks)
        self._passed, self._luck = passed, luck
        self._ahead = np.where(np.arange(len(ahead))[:, None] < rows.stop, ahead, 0.0)
        self._rows = rows

    def begin(self, above: Levels) -> tuple[NDArray[np.float64], NDArray[np.float64], State]:
        """An `engine.sampling.particles.Begin`, for the rows that were passed.

        What is given of the next row has its say already in who has which class, so particles begin with the inverse
        of the weight that they will be given for it.
        """
        passed, each = self._passed, self.batch // len(self._luck)
        looks = passed.log_p + (self._ahead[self._rows.start] if self._rows else 0.0)
        given = np.concatenate([handed_out(normalised(looks), float(u), range(each)) for u in self._luck])
        chunks: list[State] = []
        for graph, part in zip(self._graphs, self._parts, strict=True):
            own = given[part]
            start = graph.of_each(graph.start(len(own)), len(own)) if passed.state is None else None
            chunks.append({**(start or graph.taken(passed.state or {}, own)), CLASS: own})
        weights = -passed.part[given].reshape(len(self._luck), each)
        return np.full(len(self._luck), log_mean_exp(looks, axis=0)), weights, self._joined(chunks)

    def due(self, row: int, state: State) -> NDArray[np.float64]:
        """An `engine.sampling.particles.Due`: what a row weighs exactly is not looked ahead at any more."""
        return np.asarray((self._ahead[row + 1] - self._ahead[row])[classes_in(state)])

    def take(self, state: State, images: Chosen) -> State:
        """The state of these particles with their classes, in this order."""
        classes = classes_in(state)[images]
        chunks = self._split(super().take(state, images))
        return self._joined([{**c, CLASS: classes[part]} for c, part in zip(chunks, self._parts, strict=True)])

    def _advanced(
        self, number: int, noise: Noise, known: Levels, observed: Observed, state: State
    ) -> tuple[Levels, Logits, State]:
        classes = state[CLASS]
        graph = self._graphs[number]
        graph = graph.told(told(graph.conditions, classes))
        levels, logits, after = graph.row(noise, known, observed, {k: v for k, v in state.items() if k != CLASS})
        return levels, logits, {**after, CLASS: classes}


def told(conditions: Conditions, classes: NDArray[Any]) -> Conditions:
    """The conditions of the first ``n`` images with the classes ``(n,)`` instead of theirs."""
    own: Mapping[str, NDArray[np.float32]] = {name: value[: len(classes)] for name, value in conditions.items()}
    return {**own, CLASS: np.eye(own[CLASS].shape[1], dtype=np.float32)[classes]}


def classes_in(state: State) -> NDArray[np.int64]:
    """The particles' classes by number, ``(B,)``; none where they have none."""
    found = [value for key, value in state.items() if key.split(" ", 1)[1] == CLASS]
    return np.concatenate(found) if found else np.zeros(0, np.int64)
