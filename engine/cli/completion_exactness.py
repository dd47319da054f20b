"""Holes whose completions can all be enumerated: what particles estimate beside what is exactly so.

The model is the one that draws, upright.  Where it knows classes it is told the picture's, and their mixture, which it
draws from when it is told none, is measured once more, in smaller holes since every completion is then asked of each
class.  The exact numbers come from its likelihood graph, which particles ask of what comes before the hole alone.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.cli import completion_cases
from engine.cli.completion_cases import Pictures
from engine.cli.completion_figures import ALL_KNOWN, MARGINAL_ERROR, STANDARD_ERRORS, Bar
from engine.contracts.arrays import Levels, Observed
from engine.contracts.requests import CompleteImage
from engine.families import class_mixture, particle_completion
from engine.families.autoregressive import Autoregressive
from engine.families.class_mixture import mixes
from engine.numerics import categorical, noise
from engine.numerics.likelihood import log_mean_exp
from engine.sampling.autoregressive import Trace
from engine.sampling.particles import Cloud, normalised, particles

MOST_UNKNOWN, MOST_COMPLETIONS = 11, 4096
MIXED_COMPLETIONS = 256
"""The most completions where each is asked of every class."""
EACH, RUNS = 16, 48
FIRST = 64
"""Pictures that are compared where all evidence comes first."""
BATCH, CHUNK = 16, 16
UPRIGHT = "upright"


@dataclass(frozen=True, slots=True)
class Case:
    """What was found of one picture with one hole; nats, and probabilities for the marginals.

    mixed : by the mixture of the model's classes, else by the model told the picture's, if it knows any.
    exact, evidence
        log p(given pixels), and the log of the mean of the runs' estimates of it.
    off : how many standard errors the mean of the estimates is from the exact value.  What rounding alone may do,
        `ALL_KNOWN`, counts as no more than `STANDARD_ERRORS`: where a completion is all but certain there is no error.
    marginal, raster
        The largest error of any level's probability at any unknown pixel: by particles, and by raster drawings.
    all_known : how far the evidence of the wholly given picture is from its log p, as one pass and as the graph of rows
        tells it, which particles go through; the larger of the two.
    same : whether, with all evidence first, particles are the raster's pictures to the last bit.
    """

    mixed: bool
    unknown: int
    completions: int
    exact: float
    evidence: float
    off: float
    marginal: float
    raster: float
    all_known: float
    same: bool


def unknown_pixels(levels: int, most: int = MOST_COMPLETIONS) -> int:
    """How many pixels may be unknown for at most ``most`` completions: no more than `MOST_UNKNOWN`, at least one."""
    return max(1, min(MOST_UNKNOWN, int(math.log2(most) / math.log2(levels) + 1e-9)))


def measure(
    family: Autoregressive, pictures: Pictures, runs: int = RUNS, most: int = MOST_COMPLETIONS
) -> Iterator[Case]:
    """A case a picture, one after the other, of at most ``most`` completions; where the model knows classes a second
    one a picture, `Case.mixed`."""
    names = family.manifest.class_names
    for mixed in (False, True) if names else (False,):
        unknown = unknown_pixels(family.manifest.image.levels, min(most, MIXED_COMPLETIONS) if mixed else most)
        for number, image in enumerate(pictures.images):
            given = completion_cases.hole(image, unknown, number)
            class_name = names[int(pictures.labels[number])] if names and not mixed else ""
            yield case(family, family.codec.encode(image), given, number, runs, class_name)


def case(
    family: Autoregressive, levels: Levels, given: Observed, seed: int, runs: int = RUNS, class_name: str = ""
) -> Case:
    """Enumerate and estimate: ``levels (H, W)``, ``given (H, W)`` with few unknown pixels."""
    places, mixed = np.flatnonzero(~given), mixes(family, class_name)
    spec = family.manifest.image
    every = np.array(list(itertools.product(range(spec.levels), repeat=len(places))), np.int64)
    told = family.manifest.class_names if mixed else (class_name,)
    log_p_of_all = float(log_mean_exp(np.array([family.log_prob(levels[None], name).sum() for name in told]), axis=0))
    log_p = log_mean_exp(np.stack([enumerated(family, levels, places, every, name) for name in told]), axis=0)
    exact = float(np.logaddexp.reduce(log_p))
    true = marginals(every, np.exp(log_p - exact), spec.levels)
    cloud = estimated(family, levels, given, seed, runs, class_name)
    ratio = np.exp(cloud.evidence - exact)
    error = float(ratio.std(ddof=1)) / math.sqrt(len(ratio)) if len(ratio) > 1 else math.nan
    weights = normalised(cloud.log_weights) * np.exp(cloud.evidence - cloud.evidence.max())[:, None]
    mine = marginals(_hidden(cloud, levels, places), (weights / weights.sum()).ravel(), spec.levels)
    drawn = raster_draws(family, levels, given, seed, cloud.count, class_name)
    plain = marginals(drawn, np.full(len(drawn), 1 / len(drawn)), spec.levels)
    return Case(
        mixed=mixed,
        unknown=len(places),
        completions=len(every),
        exact=exact,
        evidence=exact + math.log(max(float(ratio.mean()), 1e-300)),
        off=abs(float(ratio.mean()) - 1) / max(error, ALL_KNOWN / STANDARD_ERRORS),
        marginal=float(np.abs(mine - true).max()),
        raster=float(np.abs(plain - true).max()),
        all_known=max(
            abs(found - log_p_of_all)
            for found in (evidence_of_all(family, levels, class_name), by_rows(family, levels, told))
        ),
        same=same_first(family, levels, seed, class_name),
    )


def enumerated(
    family: Autoregressive, levels: Levels, places: NDArray[np.int64], every: Levels, class_name: str = ""
) -> NDArray[np.float64]:
    """Log p of the picture with each of ``every (M, n)`` in its ``places (n,)``: ``(M,)`` nats."""
    found = []
    for start in range(0, len(every), BATCH):
        part = every[start : start + BATCH]
        whole = np.repeat(levels.reshape(1, -1), len(part), axis=0)
        whole[:, places] = part
        found.append(family.log_prob(whole.reshape(-1, *levels.shape), class_name).sum(axis=(1, 2)))
    return np.concatenate(found)


def estimated(family: Autoregressive, levels: Levels, given: Observed, seed: int, runs: int, class_name: str) -> Cloud:
    """What ``runs`` of `EACH` particles leave."""
    canvas = family.canvas(levels, given, range(runs * EACH), seed, 1.0, UPRIGHT)
    luck = noise.uniforms_batch(seed, range(runs), noise.RESAMPLING, len(given))
    start = particle_completion.begun(family, canvas, class_name, UPRIGHT, seed, range(runs))
    *_, last = particles(start.graph, canvas, luck, begin=start.begin, due=start.due)
    return last.cloud


def raster_draws(
    family: Autoregressive, levels: Levels, given: Observed, seed: int, count: int, class_name: str
) -> Levels:
    """The unknown pixels as raster order draws them, ``(count, n)`` in the order of their places."""
    found = []
    for start in range(0, count, CHUNK):
        images = range(start, min(start + CHUNK, count))
        canvas = family.canvas(levels, given, images, seed, 1.0, UPRIGHT)
        mixed = class_mixture.mixed(family, canvas, images, class_name, UPRIGHT, seed)
        steps = list(family.steps(canvas, class_name, UPRIGHT, None, Trace(canvas, {}, {}), mixed))
        found.append(np.concatenate([step.levels[:, ~given[step.row]] for step in steps], axis=1))
    return np.concatenate(found)


def _hidden(cloud: Cloud, levels: Levels, places: NDArray[np.int64]) -> Levels:
    """The unknown pixels of every particle: ``(B, n)``."""
    whole = np.repeat(levels[None], cloud.count, axis=0)
    for step in cloud.rows_of(np.arange(cloud.count)):
        whole[:, step.row] = step.levels
    return whole.reshape(cloud.count, -1)[:, places]


def marginals(hidden: Levels, weights: NDArray[np.float64], levels: int) -> NDArray[np.float64]:
    """The probability of each level at each unknown pixel: ``hidden (M, n)``, ``weights (M,)`` -> ``(n, K)``."""
    return np.stack([weights @ (hidden == level) for level in range(levels)], axis=1)


def evidence_of_all(family: Autoregressive, levels: Levels, class_name: str) -> float:
    """The evidence that particles tell of a picture of which all is given, nats."""
    request = _request(family, levels, np.ones(levels.shape, bool), 0, "particles", class_name)
    return float(_answer(family.answer(request)).particles.log_evidence[0])


def by_rows(family: Autoregressive, levels: Levels, classes: Sequence[str]) -> float:
    """Log p of a picture by these classes' mixture, nats, as the graph of rows tells it when all is given."""
    return float(log_mean_exp(np.array([_by_rows(family, levels, name) for name in classes]), axis=0))


def _by_rows(family: Autoregressive, levels: Levels, class_name: str) -> float:
    graph = particle_completion.parallel_graph(family, CHUNK, class_name, UPRIGHT)  # a whole chunk, as for particles
    state, total = graph.start(CHUNK), 0.0
    blank = np.zeros((CHUNK, levels.shape[1], family.manifest.image.levels), np.float32)
    for row in levels:
        _, logits, state = graph.row(blank, row, np.ones(len(row), bool), state)
        total += float(categorical.log_prob(logits[0], row).sum())
    return total


def same_first(family: Autoregressive, levels: Levels, seed: int, class_name: str) -> bool:
    """Whether with the upper half given particles and raster draw the same pictures of the same probabilities."""
    given = np.zeros(levels.shape, bool)
    given[: len(given) // 2] = True
    one, other = (
        _answer(family.answer(_request(family, levels, given, seed, method, class_name)))
        for method in ("particles", "raster")
    )
    alike = np.array_equal(one.log_prob, other.log_prob, equal_nan=True)
    return bool(np.array_equal(one.images, other.images) and alike)


def _request(
    family: Autoregressive, levels: Levels, given: Observed, seed: int, method: str, class_name: str
) -> CompleteImage:
    return CompleteImage(
        model=family.manifest.id,
        pixels=family.codec.decode(levels),
        observed=given,
        count=FIRST,
        particles=FIRST,
        seed=seed,
        method=method,
        orientation=UPRIGHT,
        class_name=class_name,
    )


def _answer(answering: Generator[Any, None, Any]) -> Any:
    while True:
        try:
            next(answering)
        except StopIteration as end:
            return end.value


def bars(cases: Sequence[Case]) -> list[Bar]:
    """Whether every case is as exact as it has to be."""
    plain, mixed = ([case for case in cases if case.mixed is which] for which in (False, True))
    return [*_bars(plain, "enumerable holes"), *_bars(mixed, "enumerable holes, classes mixed")]


def _bars(cases: Sequence[Case], title: str) -> list[Bar]:
    if not cases:
        return []
    of = len(cases)

    def bar(name: str, wanted: str, good: list[bool], worst: str) -> Bar:
        return Bar(f"{title}: {name}", wanted, f"{sum(good)} of {of} ({worst})", all(good))

    off, errors = max(c.off for c in cases), [c.marginal for c in cases]
    raster, known = float(np.mean([c.raster for c in cases])), max(c.all_known for c in cases)
    said = f"mean {np.mean(errors):.3f}, worst {max(errors):.3f}; raster's mean {raster:.3f}"
    return [
        bar(
            "evidence",
            f"within {STANDARD_ERRORS:g} standard errors of exact",
            [c.off <= STANDARD_ERRORS for c in cases],
            f"worst {off:.2f}",
        ),
        bar("marginal error", f"<= {MARGINAL_ERROR:g}", [c.marginal <= MARGINAL_ERROR for c in cases], said),
        bar("all known", f"log Z = log p to {ALL_KNOWN:g}", [c.all_known <= ALL_KNOWN for c in cases], f"{known:.1e}"),
        bar("evidence first", "raster's pictures, bit for bit", [c.same for c in cases], "pixels and log p"),
    ]
