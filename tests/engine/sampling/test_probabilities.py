"""Both samplers draw each picture as often as its exact probability says: all pictures are enumerated."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.contracts.arrays import Levels, Observed
from engine.numerics import noise
from engine.sampling.autoregressive import Canvas, Trace, naive, row_cached

if TYPE_CHECKING:
    from tests.engine.sampling.conftest import Toy

DRAWS = 20000


def canvas(toy: Toy, known: Levels, observed: Observed, temperature: float, seed: int = 0) -> Canvas:
    field = noise.gumbel_batch(seed, range(DRAWS), (toy.height, toy.width, toy.levels))
    return Canvas(known, observed, field * np.float32(temperature))


def drawn(toy: Toy, wanted: Canvas, cached: bool) -> Levels:
    levels = np.repeat(wanted.known[None], wanted.batch, axis=0)
    steps = row_cached(toy, wanted, Trace(wanted, {}, {})) if cached else naive(toy, wanted)
    for step in steps:
        levels[:, step.row] = step.levels
    return levels


def agrees(counts: NDArray[np.int64], p: NDArray[np.float64]) -> bool:
    """Chi-square at the 0.999 quantile (Wilson and Hilferty's approximation); rare pictures share a cell."""
    assert abs(p.sum() - 1) < 1e-9 and not counts[p == 0].any()
    rare = p * counts.sum() < 5
    observed = np.append(counts[~rare], counts[rare].sum())
    expected = np.append(p[~rare], p[rare].sum()) * counts.sum()
    observed, expected = observed[expected > 0], expected[expected > 0]
    freedom = len(expected) - 1
    limit = freedom * (1 - 2 / (9 * freedom) + 3.0902 * math.sqrt(2 / (9 * freedom))) ** 3
    return bool(((observed - expected) ** 2 / expected).sum() < limit)


@pytest.mark.parametrize("cached", [False, True], ids=["naive", "row-cached"])
@pytest.mark.parametrize("temperature", [0.6, 1.0, 1.7])
def test_whole_pictures_have_their_exact_probabilities(toy: Toy, temperature: float, cached: bool) -> None:
    nothing = np.zeros((toy.height, toy.width), bool)
    levels = drawn(toy, canvas(toy, np.zeros(nothing.shape, np.int64), nothing, temperature), cached)
    pictures = toy.pictures()
    p = np.exp(toy.log_prob(pictures, temperature).sum(axis=(1, 2)))
    assert agrees(np.bincount(toy.numbers(levels), minlength=len(pictures)), p)


def test_the_check_notices_a_model_that_is_a_little_different(toy: Toy, make_toy: Callable[..., Toy]) -> None:
    """The chi-square above is no formality: draws at another temperature fail it."""
    nothing = np.zeros((toy.height, toy.width), bool)
    levels = drawn(toy, canvas(toy, np.zeros(nothing.shape, np.int64), nothing, 1.1), True)
    p = np.exp(toy.log_prob(toy.pictures()).sum(axis=(1, 2)))
    assert not agrees(np.bincount(toy.numbers(levels), minlength=len(p)), p)


@pytest.mark.parametrize("cached", [False, True], ids=["naive", "row-cached"])
def test_what_comes_first_is_conditioned_on_exactly(toy: Toy, cached: bool) -> None:
    """With the first pixels given, in raster order, the rest follows p(rest | first), by Bayes over all pictures."""
    given = np.arange(toy.height * toy.width).reshape(toy.height, toy.width) < toy.width + 1
    known = np.where(given, np.arange(given.size).reshape(given.shape) % toy.levels, 0)
    levels = drawn(toy, canvas(toy, known, given, 1.0, seed=1), cached)
    pictures = toy.pictures()
    joint = np.exp(toy.log_prob(pictures).sum(axis=(1, 2))) * (pictures[:, given] == known[given]).all(axis=1)
    assert agrees(np.bincount(toy.numbers(levels), minlength=len(pictures)), joint / joint.sum())


@pytest.mark.parametrize("cached", [False, True], ids=["naive", "row-cached"])
def test_what_comes_later_is_kept_but_not_foreseen(toy: Toy, cached: bool) -> None:
    """Pixels given in the middle: each unknown one follows p(x_i | all before it), given or drawn."""
    given = np.zeros((toy.height, toy.width), bool)
    given[0, 1] = given[1, 0] = given[-1, -1] = True
    known = np.where(given, toy.levels - 1, 0)
    levels = drawn(toy, canvas(toy, known, given, 1.0, seed=2), cached)
    pictures = toy.pictures()
    factors = np.where(given, 0.0, toy.log_prob(pictures)).sum(axis=(1, 2))
    p = np.exp(factors) * (pictures[:, given] == known[given]).all(axis=1)
    assert agrees(np.bincount(toy.numbers(levels), minlength=len(pictures)), p)


def test_temperature_0_takes_the_likeliest_level_every_time(toy: Toy) -> None:
    nothing = np.zeros((toy.height, toy.width), bool)
    levels = drawn(toy, canvas(toy, np.zeros(nothing.shape, np.int64), nothing, 0.0), True)
    assert (levels == levels[0]).all()
    np.testing.assert_array_equal(toy(levels[:1]).argmax(-1), levels[:1])
