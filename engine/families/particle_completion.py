"""Completions by particles: an autoregressive model's row graphs under `engine.sampling.particles`."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from engine.contracts.arrays import Levels, Observed
from engine.contracts.events import Completion, Particles
from engine.contracts.requests import CompleteImage
from engine.errors import RequestError
from engine.families.drawing import Drawing
from engine.families.passes import work_off
from engine.families.row_graphs import CHUNK, BoundRowGraph
from engine.numerics import noise
from engine.sampling.autoregressive import Canvas, Logits, Noise, State
from engine.sampling.particles import Chosen, Cloud, CloudTrace, particles, rows_to_pass, systematic
from engine.sampling.step import Progress

if TYPE_CHECKING:
    from engine.families.autoregressive import Autoregressive


MOST_BYTES = 48 * 2**20
"""The most that states kept for the next completion may weigh."""


class ParallelRowGraph:
    """Chunks of a batch, each with its bound row graph, which advance on as many threads as there are cores: an
    `engine.sampling.particles.ParticleGraph`."""

    def __init__(self, chunks: Sequence[tuple[BoundRowGraph, int]]) -> None:
        edges = np.cumsum([0, *(size for _, size in chunks)]).tolist()
        self._graphs = [graph for graph, _ in chunks]
        self._parts = [slice(start, stop) for start, stop in pairwise(edges)]

    def start(self, batch: int) -> State:
        """All zeros, chunk by chunk."""
        return self._joined([g.start(_size(part)) for g, part in zip(self._graphs, self._parts, strict=True)])

    def prime(self, levels: Levels, batch: int) -> tuple[Logits, State]:
        """One call: the conditions of all chunks are the same."""
        graph = self._graphs[0]
        logits, first = graph.prime(levels, _size(self._parts[0]))
        shared = graph.held(first) == 1
        return logits, self._joined(
            [first if shared else graph.taken(first, np.arange(_size(part))) for part in self._parts]
        )

    def row(self, noise: Noise, known: Levels, observed: Observed, state: State) -> tuple[Levels, Logits, State]:
        """A row of every chunk, side by side."""
        done: dict[int, tuple[Levels, Logits, State]] = {}
        states = self._split(state)

        def advance(which: slice) -> None:
            number = which.start
            part = noise[self._parts[number]]
            done[number] = self._graphs[number].row(part, known, observed, states[number])

        for _ in work_off([slice(number, number + 1) for number in range(len(self._parts))], advance):
            pass
        rows = [done[number] for number in range(len(self._parts))]
        levels, logits = np.concatenate([row[0] for row in rows]), np.concatenate([row[1] for row in rows])
        return levels, logits, self._joined([row[2] for row in rows])

    def take(self, state: State, images: Chosen) -> State:
        """The state of these images, in this order."""
        graph = self._graphs[0]
        each = [g.of_each(s, _size(p)) for g, s, p in zip(self._graphs, self._split(state), self._parts, strict=True)]
        whole = graph.concatenated(each)
        return self._joined([graph.taken(whole, images[part]) for part in self._parts])

    def _joined(self, states: Sequence[State]) -> State:
        return {f"{number} {name}": value for number, state in enumerate(states) for name, value in state.items()}

    def _split(self, state: State) -> list[State]:
        out: list[dict[str, NDArray[Any]]] = [{} for _ in self._parts]
        for key, value in state.items():
            number, name = key.split(" ", 1)
            out[int(number)][name] = value
        return list(out)


def _size(part: slice) -> int:
    return int(part.stop - part.start)


def parallel_graph(family: Autoregressive, batch: int, class_name: str, name: str) -> ParallelRowGraph:
    """The row graph of a model, for so many particles; raises `RequestError` for a model without one."""
    sizes = [min(CHUNK, batch - start) for start in range(0, batch, CHUNK)]
    graphs = {size: family.row_graph(size, class_name, name) for size in set(sizes)}
    chunks = [(graph, size) for size in sizes if (graph := graphs[size]) is not None]
    if not chunks:
        raise RequestError(
            f"{family.manifest.title} has no row sampler, which particles need.", "Use method 'auto' or 'raster'."
        )
    return ParallelRowGraph(chunks)


def complete(
    family: Autoregressive,
    levels: Levels,
    request: CompleteImage,
    name: str,
    before: CloudTrace | None = None,
    keep: Callable[[CloudTrace], None] = lambda _: None,
) -> Generator[Progress, None, Completion]:
    """Fill the unknown pixels of ``levels (H, W)`` in orientation ``name``.

    ``before`` is what an earlier run of the same request but for its pixels left; ``keep`` is told what this one
    leaves, stopped or not.
    """
    runs, each = request.runs, max(1, request.particles // request.runs)
    drawing = Drawing(family.codec, levels, request.observed, request.count, request.temperature, name)
    canvas = family.canvas(levels, request.observed, range(runs * each), request.seed, request.temperature, name)
    luck = noise.uniforms_batch(request.seed, range(runs), noise.RESAMPLING, len(canvas.observed))
    graph = parallel_graph(family, canvas.batch, request.class_name, name)
    drawing.work = request.count * max(1, len(rows_to_pass(canvas.observed)))
    shown = np.linspace(0, canvas.batch, request.count, endpoint=False).astype(np.int64)
    reused, trace = -1, None
    try:
        for trace in particles(graph, canvas, luck, request.temperature, before=before, most_bytes=MOST_BYTES):
            reused = len(trace.cloud.steps) - 1 if reused < 0 else reused
            if trace.rows_left:
                drawing.replace(trace.cloud, shown)
                yield drawing.progress(provisional=True)
    finally:
        if trace is not None:
            keep(trace)
    assert trace is not None, "a run tells at least once what there is"
    drawing.replace(trace.cloud, chosen(trace.cloud, request.count, luck[:, -1]))
    total_ms = drawing.elapsed_ms()  # before the pass that is only run to be timed
    found = told(trace.cloud, canvas, luck[:, -1])
    return drawing.completion(family.pass_ms(), total_ms, max(0, reused), found)


def chosen(cloud: Cloud, count: int, luck: NDArray[np.float64]) -> Chosen:
    """``count`` particles, each run's share of them by its weights: ``(count,)`` numbers.

    ``luck (G,)`` in (0, 1) is not what rows were resampled with.  Where no particle weighs more than another they are
    the first ones, so that completions are the raster's where that is right.
    """
    runs, each = cloud.log_weights.shape
    shares = np.diff(np.linspace(0, count, runs + 1).round().astype(np.int64))
    found = []
    for run, share in enumerate(shares.tolist()):
        weights = cloud.log_weights[run]
        alike = np.ptp(weights) == 0 and share <= each
        found.append(run * each + (np.arange(share) if alike else systematic(weights, float(luck[run]), share)))
    return np.concatenate(found)


def told(cloud: Cloud, canvas: Canvas, luck: NDArray[np.float64]) -> Particles:
    """How the particles fared."""
    last = chosen(cloud, cloud.count, luck)
    lines = cloud.lineage(last)
    hidden = [step.levels[at][:, ~canvas.observed[step.row]] for step, at in lines]
    whole = np.concatenate(hidden, axis=1) if hidden else np.zeros((cloud.count, 0), np.int64)
    rows = np.array([step.row for step in cloud.steps], np.int64)
    return Particles(
        each=cloud.log_weights.shape[1],
        rows=rows,
        ess=np.stack(cloud.ess, axis=1) if cloud.ess else np.zeros((len(cloud.log_weights), 0)),
        distinct=len(np.unique(whole, axis=0)),
        ancestors=len(np.unique(lines[-1][1])) if lines else 1,
        log_evidence=cloud.evidence,
    )
