"""Completions by particles: an autoregressive model's row graphs under `engine.sampling.particles`."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from engine.contracts.arrays import Levels
from engine.contracts.events import Completion, Particles
from engine.contracts.requests import CompleteImage
from engine.errors import RequestError
from engine.families.class_mixture import ClassMixtureGraph, classes_in, luck, mixes
from engine.families.drawing import Drawing
from engine.families.parallel_rows import ParallelRowGraph
from engine.families.row_graphs import CHUNK, BoundRowGraph
from engine.numerics import noise
from engine.sampling.autoregressive import Canvas
from engine.sampling.particles import Begin, Chosen, Cloud, CloudTrace, Due, particles, rows_to_pass, systematic
from engine.sampling.step import Progress

if TYPE_CHECKING:
    from engine.families.autoregressive import Autoregressive


MOST_BYTES = 48 * 2**20
"""The most that states kept for the next completion may weigh."""


ALIKE = 1e-4
"""Weights that differ by less, in nats, differ by rounding."""


def parallel_graph(family: Autoregressive, batch: int, class_name: str, name: str) -> ParallelRowGraph:
    """The row graph of a model, for so many particles, all told one class or none; raises `RequestError` for a model
    without one."""
    return ParallelRowGraph(_chunks(family, batch, class_name, name))


@dataclass(frozen=True, slots=True, eq=False)
class Start:
    """A graph, and how its particles begin: `engine.sampling.particles.particles` says what ``begin`` and ``due`` are,
    which are None where all particles are told the same."""

    graph: ParallelRowGraph
    begin: Begin | None = None
    due: Due | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Left:
    """What a run leaves for the next one: its trace, and what the guide said of the pixels ahead, if it had one."""

    trace: CloudTrace
    ahead: NDArray[np.float64] | None

    def arrays(self) -> Iterator[NDArray[Any]]:
        """Everything of weight that it holds."""
        return self.trace.arrays()


def begun(
    family: Autoregressive,
    canvas: Canvas,
    class_name: str,
    name: str,
    seed: int,
    runs: range,
    temperature: float = 1.0,
    ahead: NDArray[np.float64] | None = None,
) -> Start:
    """How these runs on ``canvas`` begin: each particle with a class where a model that knows classes is told none,
    else all told the one class or none; ``ahead`` is what an earlier canvas's guide said, in place of this one's."""
    if not mixes(family, class_name, temperature):
        return Start(parallel_graph(family, canvas.batch, class_name, name))
    passed = family.beginnings.told(family, canvas, name, temperature)
    if ahead is None:
        ahead = family.beginnings.ahead(family, canvas, name)
    chunks, rows = _chunks(family, canvas.batch, "", name), rows_to_pass(canvas.observed)
    graph = ClassMixtureGraph(chunks, passed, ahead, rows, luck(seed, runs))
    return Start(graph, graph.begin, graph.due)


def _chunks(family: Autoregressive, batch: int, class_name: str, name: str) -> list[tuple[BoundRowGraph, int]]:
    sizes = [min(CHUNK, batch - start) for start in range(0, batch, CHUNK)]
    graphs = {size: family.row_graph(size, class_name, name) for size in set(sizes)}
    chunks = [(graph, size) for size in sizes if (graph := graphs[size]) is not None]
    if not chunks:
        raise RequestError(
            f"{family.manifest.title} has no row sampler, which particles need.",
            "Complete with method 'auto' or 'raster'; evidence is exact where what is given comes first.",
        )
    return chunks


def complete(
    family: Autoregressive,
    levels: Levels,
    request: CompleteImage,
    name: str,
    before: Left | None = None,
    keep: Callable[[Left], None] = lambda _: None,
) -> Generator[Progress, None, Completion]:
    """Fill the unknown pixels of ``levels (H, W)`` in orientation ``name``.

    ``before`` is what an earlier run of the same request but for its pixels left; ``keep`` is told what this one
    leaves, stopped or not.
    """
    runs, each = request.runs, max(1, request.particles // request.runs)
    drawing = Drawing(family.codec, levels, request.observed, request.count, request.temperature, name)
    canvas = family.canvas(levels, request.observed, range(runs * each), request.seed, request.temperature, name)
    chance = noise.uniforms_batch(request.seed, range(runs), noise.RESAMPLING, len(canvas.observed))
    ahead = None
    if mixes(family, request.class_name, request.temperature):
        ahead = family.beginnings.ahead(family, canvas, name)
        before = _still_good(before, canvas, ahead, request.draft)
        ahead = ahead if before is None else before.ahead
    start = begun(family, canvas, request.class_name, name, request.seed, range(runs), request.temperature, ahead)
    drawing.work = request.count * max(1, len(rows_to_pass(canvas.observed)))
    shown = np.linspace(0, canvas.batch, request.count, endpoint=False).astype(np.int64)
    reused, trace = -1, None
    try:
        steps = particles(
            start.graph,
            canvas,
            chance,
            request.temperature,
            begin=start.begin,
            due=start.due,
            before=None if before is None else before.trace,
            most_bytes=MOST_BYTES,
        )
        for trace in steps:
            reused = len(trace.cloud.steps) - 1 if reused < 0 else reused
            if trace.rows_left:
                drawing.follow(trace.cloud, shown)
                yield drawing.progress(provisional=True)
    finally:
        if trace is not None:
            keep(Left(trace, ahead))
    assert trace is not None, "a run tells at least once what there is"
    last = chosen(trace.cloud, request.count, chance[:, -1])
    drawing.replace(trace.cloud, last)
    total_ms = drawing.elapsed_ms()  # before the pass that is only run to be timed
    found = told(trace, chance[:, -1], len(family.manifest.class_names))
    return drawing.completion(family.pass_ms(), total_ms, max(0, reused), found, classes_of(trace, last))


def _still_good(before: Left | None, canvas: Canvas, ahead: NDArray[np.float64], draft: bool) -> Left | None:
    """What an earlier run left, if its particles have the classes that this one's would have, or might have kept."""
    if before is None or before.ahead is None or before.trace.canvas.first_change(canvas) <= canvas.rows.start:
        return None  # what came before the first unknown pixel handed out other classes
    return before if draft or np.array_equal(before.ahead, ahead) else None


def chosen(cloud: Cloud, count: int, chance: NDArray[np.float64]) -> Chosen:
    """``count`` particles, each run's share of them by its weights: ``(count,)`` numbers.

    ``chance (G,)`` in (0, 1) is not what rows were resampled with.  Where no particle weighs more than another they are
    the first ones, so that completions are the raster's where that is right.
    """
    runs, each = cloud.log_weights.shape
    shares = np.diff(np.linspace(0, count, runs + 1).round().astype(np.int64))
    found = []
    for run, share in enumerate(shares.tolist()):
        weights = cloud.log_weights[run]
        alike = np.ptp(weights) < ALIKE and share <= each
        found.append(run * each + (np.arange(share) if alike else systematic(weights, float(chance[run]), share)))
    return np.concatenate(found)


def told(trace: CloudTrace, chance: NDArray[np.float64], classes: int = 0) -> Particles:
    """How the particles fared; ``classes`` is how many the model knows."""
    cloud, canvas = trace.cloud, trace.canvas
    last = chosen(cloud, cloud.count, chance)
    lines = cloud.lineage(last)
    hidden = [step.levels[at][:, ~canvas.observed[step.row]] for step, at in lines]
    whole = np.concatenate(hidden, axis=1) if hidden else np.zeros((cloud.count, 0), np.int64)
    rows = np.array([step.row for step in cloud.steps], np.int64)
    first = lines[-1][1] if lines else last
    own = classes_of(trace, last)
    return Particles(
        each=cloud.log_weights.shape[1],
        rows=rows,
        ess=np.stack(cloud.ess, axis=1) if cloud.ess else np.zeros((len(cloud.log_weights), 0)),
        distinct=len(np.unique(whole, axis=0)),
        ancestors=len(np.unique(first)) if lines else 1,
        log_evidence=cloud.evidence,
        classes=None if own is None else np.bincount(own, minlength=classes) / len(own),
    )


def classes_of(trace: CloudTrace, particles: Chosen) -> NDArray[np.int64] | None:
    """The classes of these particles, ``(n,)`` numbers at the end of the run, where they have any."""
    own = classes_in(trace.marks[min(trace.marks)].state) if trace.marks else np.zeros(0, np.int64)
    lines = trace.cloud.lineage(particles)
    return own[lines[-1][1]] if len(own) and lines else None
