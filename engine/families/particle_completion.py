"""Completions by particles: an autoregressive model's row graphs under `engine.sampling.particles`."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from engine.contracts.arrays import Levels
from engine.contracts.events import Completion, Particles
from engine.contracts.requests import CompleteImage
from engine.errors import RequestError
from engine.families.class_mixture import ClassMixtureGraph, classes_in
from engine.families.drawing import Drawing
from engine.families.parallel_rows import ParallelRowGraph
from engine.families.row_graphs import CHUNK, BoundRowGraph
from engine.numerics import noise
from engine.sampling import orientation
from engine.sampling.particles import Begin, Chosen, Cloud, CloudTrace, particles, rows_to_pass, systematic
from engine.sampling.step import Progress

if TYPE_CHECKING:
    from engine.families.autoregressive import Autoregressive


MOST_BYTES = 48 * 2**20
"""The most that states kept for the next completion may weigh."""


def parallel_graph(family: Autoregressive, batch: int, class_name: str, name: str) -> ParallelRowGraph:
    """The row graph of a model, for so many particles, all told one class or none; raises `RequestError` for a model
    without one."""
    return ParallelRowGraph(_chunks(family, batch, class_name, name))


def mixture_graph(
    family: Autoregressive, batch: int, name: str, seed: int, runs: range, temperature: float = 1.0
) -> ClassMixtureGraph:
    """The row graph of a class-conditional model, for particles of every class; raises as `parallel_graph` does."""
    luck = noise.uniforms_batch(seed, runs, noise.CLASSES, 1)[:, 0]
    return ClassMixtureGraph(_chunks(family, batch, "", name), len(family.manifest.class_names), luck, temperature)


def begun(
    family: Autoregressive,
    batch: int,
    class_name: str,
    name: str,
    seed: int,
    runs: range,
    mixed: bool,
    temperature: float = 1.0,
) -> tuple[ParallelRowGraph, Begin | None]:
    """The graph of these runs, and how they begin: particles of every class where they are ``mixed``, else all told the
    one class or none."""
    if not mixed:
        return parallel_graph(family, batch, class_name, name), None
    mixture = mixture_graph(family, batch, name, seed, runs, temperature)
    return mixture, mixture.begin


def mixes(family: Autoregressive, class_name: str) -> bool:
    """Whether particles are of every class: a model that knows classes is not told which."""
    return not class_name and bool(family.manifest.class_names)


def _chunks(family: Autoregressive, batch: int, class_name: str, name: str) -> list[tuple[BoundRowGraph, int]]:
    sizes = [min(CHUNK, batch - start) for start in range(0, batch, CHUNK)]
    graphs = {size: family.row_graph(size, class_name, name) for size in set(sizes)}
    chunks = [(graph, size) for size in sizes if (graph := graphs[size]) is not None]
    if not chunks:
        raise RequestError(
            f"{family.manifest.title} has no row sampler, which particles need.", "Use method 'auto' or 'raster'."
        )
    return chunks


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
    mixed = mixes(family, request.class_name) and bool(orientation.late_pixels(request.observed, name))
    graph, begin = begun(
        family, canvas.batch, request.class_name, name, request.seed, range(runs), mixed, request.temperature
    )
    before = before if before is not None and have_classes(before) == (begin is not None) else None
    drawing.work = request.count * max(1, len(rows_to_pass(canvas.observed)))
    shown = np.linspace(0, canvas.batch, request.count, endpoint=False).astype(np.int64)
    reused, trace = -1, None
    try:
        steps = particles(graph, canvas, luck, request.temperature, begin=begin, before=before, most_bytes=MOST_BYTES)
        for trace in steps:
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
    found = told(trace, luck[:, -1], len(family.manifest.class_names))
    return drawing.completion(family.pass_ms(), total_ms, max(0, reused), found)


def have_classes(trace: CloudTrace) -> bool:
    """Whether the particles of an earlier run each have a class: only runs that mix classes can go on from them."""
    return bool(trace.marks) and len(classes_in(trace.marks[min(trace.marks)].state)) > 0


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


def told(trace: CloudTrace, luck: NDArray[np.float64], classes: int = 0) -> Particles:
    """How the particles fared; ``classes`` is how many the model knows."""
    cloud, canvas = trace.cloud, trace.canvas
    last = chosen(cloud, cloud.count, luck)
    lines = cloud.lineage(last)
    hidden = [step.levels[at][:, ~canvas.observed[step.row]] for step, at in lines]
    whole = np.concatenate(hidden, axis=1) if hidden else np.zeros((cloud.count, 0), np.int64)
    rows = np.array([step.row for step in cloud.steps], np.int64)
    first = lines[-1][1] if lines else last
    own = classes_in(trace.marks[min(trace.marks)].state) if trace.marks else np.zeros(0, np.int64)
    return Particles(
        each=cloud.log_weights.shape[1],
        rows=rows,
        ess=np.stack(cloud.ess, axis=1) if cloud.ess else np.zeros((len(cloud.log_weights), 0)),
        distinct=len(np.unique(whole, axis=0)),
        ancestors=len(np.unique(first)) if lines else 1,
        log_evidence=cloud.evidence,
        classes=np.bincount(own[first], minlength=classes) / len(first) if len(own) else None,
    )
