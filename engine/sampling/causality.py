"""Whether a model that claims raster order keeps to it.

A likelihood by the chain rule is one only if the distribution of a pixel depends on no pixel that comes after it, nor
on itself.  A graph does not say whether that is so (a mask of the wrong type, a normalisation over the whole picture
and a padding that wraps around all look alike from outside), but it can be tried: where later pixels are changed,
earlier logits have to stay.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from engine.contracts.arrays import Levels
from engine.sampling.autoregressive import Likelihood, Logits

BATCH = 16
TOLERANCE = 1e-4
"""Differences of logits up to this are rounding: of float32 graphs that add some thousand products."""
SUFFIXES = 2
"""How often what comes after a cut is drawn anew: a leak may need a value to show."""


@dataclass(frozen=True, slots=True)
class Leak:
    """The logits of ``pixel`` (row, column) depend on ``source``, which is itself or comes later; by up to ``size``."""

    pixel: tuple[int, int]
    source: tuple[int, int]
    size: float

    def __str__(self) -> str:
        at, by = ("row {} column {}".format(*(n + 1 for n in place)) for place in (self.pixel, self.source))
        what = "itself" if self.pixel == self.source else f"the one at {by}, which comes later"
        return f"the prediction of the pixel at {at} depends on {what}"


def audit(
    likelihood: Likelihood, height: int, width: int, levels: int, *, most: int | None = None, seed: int = 0
) -> Generator[float, None, Leak | None]:
    """A generator of the fraction tried that returns the first leak found, None where there is none.

    For every cut (``most`` of them, spread evenly and a little at random, where that is fewer) the pixels from it on
    are drawn anew, and the logits up to it are held against those of the picture before; two pictures, one of them
    flat, since a dead unit shows nothing.  ``likelihood`` is called with `BATCH` pictures at once, and the first of
    them is always the picture as it was: what depends on its neighbours in the batch does not pass either.
    """
    rng = np.random.default_rng(seed)
    bases = [rng.integers(0, levels, (height, width)), np.full((height, width), levels - 1, np.int64)]
    cuts = _cuts(height * width, most, rng)
    work, done = len(bases) * len(cuts) * SUFFIXES, 0
    for base in bases:
        trials = [(cut, _after(base, cut, levels, rng)) for cut in cuts for _ in range(SUFFIXES)]
        alone = likelihood(base[None])[0]
        for start in range(0, len(trials), BATCH - 1):
            some = trials[start : start + BATCH - 1]
            batch = np.concatenate([base[None], *(changed[None] for _, changed in some)])
            found = _moved(likelihood(_filled(batch)), alone, [height * width, *(cut for cut, _ in some)])
            if found is not None:
                number, pixel = found
                changed = base if number == 0 else some[number - 1][1]
                return _traced(likelihood, base, changed, pixel)
            done += len(some)
            yield done / work
    return None


def _cuts(pixels: int, most: int | None, rng: np.random.Generator) -> list[int]:
    """Places to cut at, the first and the last pixel among them."""
    if most is None or most >= pixels:
        return list(range(pixels))
    edges = np.linspace(0, pixels, max(1, most - 2) + 1).astype(np.int64)
    inside = [int(rng.integers(low, max(low + 1, high))) for low, high in pairwise(edges)]
    return sorted({0, *inside, pixels - 1})


def _others(values: NDArray[np.int64], levels: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Other levels than these."""
    return (values + rng.integers(1, levels, values.shape)) % levels


def _after(base: Levels, cut: int, levels: int, rng: np.random.Generator) -> Levels:
    """The picture with the pixel at the cut changed and all after it drawn anew."""
    flat = base.reshape(-1).copy()
    flat[cut + 1 :] = rng.integers(0, levels, len(flat) - cut - 1)
    flat[cut] = _others(flat[cut : cut + 1], levels, rng)[0]
    return flat.reshape(base.shape)


def _filled(batch: Levels) -> Levels:
    """`BATCH` pictures: the first once more where there are fewer, so that sums are made in one order."""
    return np.concatenate([batch, np.repeat(batch[:1], BATCH - len(batch), axis=0)])


def _moved(logits: Logits, alone: Logits, cuts: Sequence[int]) -> tuple[int, int] | None:
    """The first picture of a batch, and its first pixel up to the cut, whose logits are not those of before."""
    off = np.abs(logits[: len(cuts)] - alone).max(axis=-1).reshape(len(cuts), -1)
    off = np.where(np.isfinite(off), off, np.inf)
    for number, cut in enumerate(cuts):
        late = np.flatnonzero(off[number, : cut + 1] > TOLERANCE)
        if len(late):
            return number, int(late[0])
    return None


def _traced(likelihood: Likelihood, base: Levels, changed: Levels, pixel: int) -> Leak:
    """The leak with its source: the change is halved as long as it still shows."""
    places = np.flatnonzero(base.reshape(-1) != changed.reshape(-1))
    places = places[places >= pixel]
    at = divmod(pixel, base.shape[1])

    def size(some: NDArray[np.int64]) -> float:
        trial = base.reshape(-1).copy()
        trial[some] = changed.reshape(-1)[some]
        pair = likelihood(np.stack([base, trial.reshape(base.shape)]))
        return float(np.abs(pair[1] - pair[0])[at].max())

    while len(places) > 1:
        first, second = places[: len(places) // 2], places[len(places) // 2 :]
        if size(first) > TOLERANCE:
            places = first
        elif size(second) > TOLERANCE:
            places = second
        else:
            break  # it takes several at once
    source = divmod(int(places[0]), base.shape[1]) if len(places) else at
    return Leak(at, source, size(places) if len(places) else float("inf"))
