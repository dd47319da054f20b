"""How probable the given pixels of a picture are, whatever the others: exactly where the raster order reads them first,
else by particles, several times over."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from engine.contracts.arrays import Levels
from engine.contracts.particles import Evidence
from engine.contracts.requests import EstimateEvidence
from engine.families.class_mixture import mixes
from engine.families.particle_completion import begun
from engine.numerics import categorical, noise
from engine.numerics.likelihood import log_mean_exp
from engine.sampling import orientation
from engine.sampling.particles import CloudTrace, normalised, particles, rows_to_pass
from engine.sampling.step import Progress

if TYPE_CHECKING:
    from engine.families.autoregressive import Autoregressive

MOST_AT_ONCE = 128
"""The most particles of one batch: each has its noise, its logits and its states in memory, a tenth of a megabyte."""


def estimate(family: Autoregressive, request: EstimateEvidence) -> Generator[Progress, None, Evidence]:
    """Answer an `EstimateEvidence`; progress shows the picture as it is given."""
    began = time.perf_counter()
    levels = family.codec.encode(request.pixels, "nearest")
    name = request.orientation
    if name == "auto":
        name = orientation.best(request.observed, family.manifest.orientations)
    classes = family.manifest.class_names if request.by_class else (request.class_name,)
    exact = not orientation.late_pixels(request.observed, name)
    estimates, lowest = [], []
    for number, class_name in enumerate(classes):
        if exact:
            estimates.append(np.array([exactly(family, levels, request, class_name, name)]))
            lowest.append(1.0)
            yield _progress(request, (number + 1) / len(classes))
            continue
        steps = by_particles(family, levels, request, class_name, name)
        found, least = yield from _shares(request, steps, number, len(classes))
        estimates.append(found)
        lowest.append(least)
    return gathered(classes, np.stack(estimates), np.array(lowest), name, exact, (time.perf_counter() - began) * 1e3)


def exactly(family: Autoregressive, levels: Levels, request: EstimateEvidence, class_name: str, name: str) -> float:
    """Log p of given pixels that all come before the first unknown one, nats: the chain rule up to there; of a model
    that knows classes and is told none, of their mixture."""
    if mixes(family, class_name):
        each = [exactly(family, levels, request, one, name) for one in family.manifest.class_names]
        return float(log_mean_exp(np.array(each), axis=0))
    turned = orientation.turn(np.where(request.observed, levels, 0), name)[None]
    observed = orientation.turn(request.observed, name)
    log_p = categorical.log_prob(family.logits(np.ascontiguousarray(turned), class_name, name), turned)
    return float(log_p[0][observed].sum())


def by_particles(
    family: Autoregressive, levels: Levels, request: EstimateEvidence, class_name: str, name: str
) -> Generator[float, None, tuple[NDArray[np.float64], float]]:
    """A generator of the fraction done that returns the estimates, ``(R,)`` nats, and the lowest share of the
    effective sample size; repeats are runs of one batch, as many at once as `MOST_AT_ONCE` allows."""
    at_once = max(1, MOST_AT_ONCE // request.particles)
    found, least = [], float(request.particles)
    for start in range(0, request.repeats, at_once):
        runs = range(start, min(start + at_once, request.repeats))
        for trace, rows in _runs(family, levels, request, class_name, name, runs):
            yield (start + (1 - trace.rows_left / rows) * len(runs)) / request.repeats
        found.append(trace.cloud.evidence)
        least = min([least, *(float(ess.min()) for ess in trace.cloud.ess)])
    return np.concatenate(found), least / request.particles


def _runs(
    family: Autoregressive, levels: Levels, request: EstimateEvidence, class_name: str, name: str, runs: range
) -> Iterator[tuple[CloudTrace, int]]:
    """Some of the repeats: what there is after each row, and how many rows there are."""
    images = range(runs.start * request.particles, runs.stop * request.particles)
    canvas = family.canvas(levels, request.observed, images, request.seed, 1.0, name)
    luck = noise.uniforms_batch(request.seed, runs, noise.RESAMPLING, len(canvas.observed))
    start = begun(family, canvas, class_name, name, request.seed, runs)
    rows = max(1, len(rows_to_pass(canvas.observed)))
    for trace in particles(start.graph, canvas, luck, begin=start.begin, due=start.due):
        yield trace, rows


def gathered(
    classes: tuple[str, ...],
    estimates: NDArray[np.float64],
    lowest: NDArray[np.float64],
    name: str,
    exact: bool,
    total_ms: float,
) -> Evidence:
    """The answer: ``estimates (C, R)`` of every class, each repeat of all classes a posterior of its own."""
    log_evidence = log_mean_exp(estimates, axis=1)
    several = estimates.shape[1] > 1
    by_repeat = normalised(estimates.T)  # (R, C)
    return Evidence(
        classes=classes,
        log_evidence=log_evidence,
        estimates=estimates,
        spread=estimates.std(axis=1, ddof=1) if several else np.zeros(len(classes)),
        posterior=normalised(log_evidence),
        posterior_spread=by_repeat.std(axis=0, ddof=1) if several else np.zeros(len(classes)),
        lowest=lowest,
        orientation=name,
        exact=exact,
        total_ms=total_ms,
    )


def _shares(
    request: EstimateEvidence,
    steps: Generator[float, None, tuple[NDArray[np.float64], float]],
    number: int,
    of: int,
) -> Generator[Progress, None, tuple[NDArray[np.float64], float]]:
    """The progress of one class as a share of all."""
    while True:
        try:
            done = next(steps)
        except StopIteration as end:
            found: tuple[NDArray[np.float64], float] = end.value
            return found
        yield _progress(request, (number + done) / of)


def _progress(request: EstimateEvidence, fraction: float) -> Progress:
    return Progress(request.pixels[None], request.observed[None], fraction)
