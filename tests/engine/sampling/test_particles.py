"""Particles on models small enough to enumerate: the evidence is right, the completions are the posterior's, and where
there is nothing to weigh they are the raster's."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from engine.contracts.arrays import Levels, Observed
from engine.numerics import noise
from engine.numerics.likelihood import log_mean_exp
from engine.sampling.autoregressive import Canvas, Trace, row_cached
from engine.sampling.particles import Cloud, CloudTrace, effective_sample_size, normalised, particles, systematic

if TYPE_CHECKING:
    from tests.engine.sampling.conftest import Toy

MakeToy: TypeAlias = "Callable[..., Toy]"
SIZES = ((4, 4), (5, 5))


def run(
    toy: Toy,
    known: Levels,
    observed: Observed,
    runs: int,
    each: int,
    seed: int = 0,
    before: CloudTrace | None = None,
    most_bytes: int = 0,
) -> CloudTrace:
    shape = (toy.height, toy.width, toy.levels)
    canvas = Canvas(known, observed, noise.gumbel_batch(seed, range(runs * each), shape))
    luck = noise.uniforms_batch(seed, range(runs), noise.RESAMPLING, toy.height)
    *_, last = particles(toy, canvas, luck, before=before, most_bytes=most_bytes)
    assert last.rows_left == 0
    return last


def pictures(cloud: Cloud, known: Levels, observed: Observed) -> Levels:
    """Every particle as a whole picture, ``(B, H, W)``."""
    out = np.repeat(np.where(observed, known, 0)[None], cloud.count, axis=0)
    for step in cloud.rows_of(np.arange(cloud.count)):
        out[:, step.row] = step.levels
    return out


def case(toy: Toy, number: int, most_unknown: int) -> tuple[Levels, Observed]:
    """A picture of the toy's own with a hole, and evidence on all sides of it."""
    rng = np.random.default_rng(number)
    drawn = noise.gumbel_batch(1000 + number, range(1), (toy.height, toy.width, toy.levels))
    blank = Canvas(np.zeros((toy.height, toy.width), np.int64), np.zeros((toy.height, toy.width), bool), drawn)
    known = np.stack([step.levels[0] for step in row_cached(toy, blank, Trace(blank, {}, {}))])
    observed = np.ones(toy.height * toy.width, bool)
    observed[rng.choice(len(observed) - 2, most_unknown, replace=False)] = False
    return known, observed.reshape(toy.height, toy.width)


def posterior(toy: Toy, known: Levels, observed: Observed) -> tuple[Levels, NDArray[np.float64]]:
    """All completions and their log p(completion and given pixels)."""
    places = np.flatnonzero(~observed)
    every = toy.levels ** len(places)
    out = np.repeat(known.reshape(1, -1), every, axis=0)
    for digit, place in enumerate(places):
        out[:, place] = np.arange(every) // toy.levels**digit % toy.levels
    whole = out.reshape(every, toy.height, toy.width)
    return whole, toy.log_prob(whole).sum(axis=(1, 2))


@pytest.mark.parametrize("size", SIZES, ids=["4x4", "5x5"])
@pytest.mark.parametrize("number", range(10))
def test_the_evidence_is_unbiased_and_the_completions_are_the_posteriors(
    make_toy: MakeToy, size: tuple[int, int], number: int
) -> None:
    toy = make_toy(*size, 2, seed=number)
    known, observed = case(toy, number, 9)
    whole, log_p = posterior(toy, known, observed)
    exact = float(np.logaddexp.reduce(log_p))
    ratio = np.exp(run(toy, known, observed, runs=400, each=16, seed=number).cloud.evidence - exact)
    error = ratio.std(ddof=1) / np.sqrt(len(ratio))
    assert abs(ratio.mean() - 1) < 3 * error + 1e-9, (ratio.mean(), error)  # unbiased: its mean is 1
    assert error < 0.15
    cloud = run(toy, known, observed, runs=48, each=16, seed=number).cloud
    weights = (normalised(cloud.log_weights) * np.exp(cloud.evidence - cloud.evidence.max())[:, None]).ravel()
    marginal = np.einsum("b,bhw->hw", weights / weights.sum(), pictures(cloud, known, observed))
    true = np.einsum("b,bhw->hw", np.exp(log_p - exact), whole)
    assert np.abs(marginal - true).max() <= 0.1


def test_raster_alone_would_not_pass(make_toy: MakeToy) -> None:
    """The same measure of what ignores later evidence: the bar above is one that can be missed."""
    worst = []
    for number in range(10):
        toy = make_toy(5, 5, 2, seed=number)
        known, observed = case(toy, number, 9)
        whole, log_p = posterior(toy, known, observed)
        true = np.einsum("b,bhw->hw", np.exp(log_p - np.logaddexp.reduce(log_p)), whole)
        canvas = Canvas(known, observed, noise.gumbel_batch(number, range(768), (5, 5, 2)))
        drawn = np.repeat(known[None], 768, axis=0)
        for step in row_cached(toy, canvas, Trace(canvas, {}, {})):
            drawn[:, step.row] = step.levels
        worst.append(np.abs(drawn.mean(axis=0) - true).max())
    assert np.median(worst) > 0.25


@given(seed=st.integers(0, 2**16), each=st.sampled_from([1, 2, 16]))
def test_a_picture_wholly_given_has_its_own_probability_as_evidence(make_toy: MakeToy, seed: int, each: int) -> None:
    toy = make_toy(4, 4, 3)
    known = np.random.default_rng(seed).integers(0, 3, (4, 4))
    cloud = run(toy, known, np.ones((4, 4), bool), 2, each).cloud
    assert cloud.evidence == pytest.approx(np.full(2, toy.log_prob(known[None]).sum()), abs=1e-9)
    assert cloud.steps == []


@given(seed=st.integers(0, 2**16), first=st.integers(0, 15))
def test_where_all_evidence_comes_first_particles_are_the_rasters_pictures_bit_for_bit(
    make_toy: MakeToy, seed: int, first: int
) -> None:
    toy = make_toy(4, 4, 3)
    known = np.random.default_rng(seed).integers(0, 3, (4, 4))
    observed = (np.arange(16) < first).reshape(4, 4)
    cloud = run(toy, known, observed, 1, 16, seed).cloud
    canvas = Canvas(known, observed, noise.gumbel_batch(seed, range(16), (4, 4, 3)))
    raster = list(row_cached(toy, canvas, Trace(canvas, {}, {})))
    assert [step.row for step in cloud.steps] == [step.row for step in raster]
    for mine, other in zip(cloud.steps, raster, strict=True):
        np.testing.assert_array_equal(mine.levels, other.levels)
        np.testing.assert_array_equal(mine.logits, other.logits)
    assert not cloud.ancestors and np.ptp(cloud.log_weights) == 0


@settings(max_examples=40)
@given(data=st.data(), seed=st.integers(0, 2**16), runs=st.integers(1, 3), each=st.sampled_from([1, 2, 8]))
def test_given_pixels_are_kept_weights_sum_to_one_and_a_seed_replays(
    make_toy: MakeToy, data: st.DataObject, seed: int, runs: int, each: int
) -> None:
    toy = make_toy(4, 4, 3)
    observed = np.array(data.draw(st.lists(st.booleans(), min_size=16, max_size=16))).reshape(4, 4)
    known = np.random.default_rng(seed).integers(0, 3, (4, 4))
    cloud = run(toy, known, observed, runs, each, seed).cloud
    whole = pictures(cloud, known, observed)
    assert (whole[:, observed] == known[observed]).all()
    np.testing.assert_allclose(normalised(cloud.log_weights).sum(axis=1), 1)
    assert all(((ess >= 1 - 1e-9) & (ess <= each + 1e-9)).all() for ess in cloud.ess)
    again = run(toy, known, observed, runs, each, seed).cloud
    np.testing.assert_array_equal(pictures(again, known, observed), whole)
    np.testing.assert_array_equal(again.evidence, cloud.evidence)
    for _, at in cloud.lineage(np.arange(cloud.count)):
        assert (at // each == np.repeat(np.arange(runs), each)).all()  # runs do not mix


def test_every_run_is_the_run_it_would_be_alone(make_toy: MakeToy) -> None:
    toy = make_toy(5, 5, 2, seed=3)
    known, observed = case(toy, 3, 12)
    both = run(toy, known, observed, 2, 16, seed=5).cloud
    alone = run(toy, known, observed, 1, 16, seed=5).cloud
    assert both.ancestors, "a case in which nothing is resampled shows nothing"
    assert both.evidence[0] == pytest.approx(alone.evidence[0])
    np.testing.assert_array_equal(pictures(both, known, observed)[:16], pictures(alone, known, observed))


@settings(max_examples=60)
@given(data=st.data(), seed=st.integers(0, 2**16), most_bytes=st.sampled_from([0, 500, 10**9]))
def test_what_is_taken_over_after_an_edit_is_what_would_be_drawn(
    make_toy: MakeToy, data: st.DataObject, seed: int, most_bytes: int
) -> None:
    toy = make_toy(5, 4, 2)
    observed = np.array(data.draw(st.lists(st.booleans(), min_size=20, max_size=20))).reshape(5, 4)
    known = np.random.default_rng(seed).integers(0, 2, (5, 4))
    before = run(toy, known, observed, 2, 8, seed, most_bytes=most_bytes)
    now, given_now = known.copy(), observed.copy()
    for _ in range(data.draw(st.integers(0, 3))):
        i, j = data.draw(st.integers(0, 4)), data.draw(st.integers(0, 3))
        now[i, j], given_now[i, j] = data.draw(st.integers(0, 1)), data.draw(st.booleans())
    fresh = run(toy, now, given_now, 2, 8, seed).cloud
    resumed = run(toy, now, given_now, 2, 8, seed, before, most_bytes).cloud
    np.testing.assert_array_equal(pictures(resumed, now, given_now), pictures(fresh, now, given_now))
    np.testing.assert_array_equal(resumed.evidence, fresh.evidence)
    np.testing.assert_array_equal(np.array(resumed.ess), np.array(fresh.ess))


def test_an_edit_below_draws_nothing_above_anew(make_toy: MakeToy) -> None:
    toy = make_toy(5, 4, 2)
    observed = np.zeros((5, 4), bool)
    observed[:, 1] = True
    known = np.ones((5, 4), np.int64)
    before = run(toy, known, observed, 1, 16, most_bytes=10**9)
    drawn, now = len(toy.rows_drawn), known.copy()
    now[3, 1] = 0
    run(toy, now, observed, 1, 16, before=before, most_bytes=10**9)
    assert len(toy.rows_drawn) - drawn == 2


def test_marks_of_states_that_grow_heavy_keep_to_their_weight() -> None:
    """The first state is of one picture for all particles, and light; the rest are of each."""
    observed = np.zeros((20, 4), bool)
    canvas = Canvas(np.zeros((20, 4), np.int64), observed, np.zeros((8, 20, 4, 2), np.float32))
    trace = CloudTrace(canvas, Cloud(np.zeros((1, 8)), np.zeros(1)))
    light, heavy = np.zeros(10, np.uint8), np.zeros(1000, np.uint8)
    for row in range(20):
        trace.mark(row, {"state": light if row == 0 else heavy.copy()}, 5000)
    assert 0 in trace.marks and len(trace.marks) > 3
    assert sum(array.nbytes for array in trace.arrays()) <= 5000 + len(light)


@given(
    weights=st.lists(st.floats(-20, 20), min_size=1, max_size=9),
    luck=st.floats(1e-6, 1 - 1e-6),
    count=st.integers(1, 40),
)
def test_systematic_resampling_takes_each_as_often_as_its_weight_rounded(
    weights: list[float], luck: float, count: int
) -> None:
    log_weights = np.array(weights)
    taken = np.bincount(systematic(log_weights, luck, count), minlength=len(weights))
    wanted = normalised(log_weights) * count
    assert taken.sum() == count
    assert (taken >= np.floor(wanted - 1e-6)).all() and (taken <= np.ceil(wanted + 1e-6)).all()


def test_the_effective_sample_size_is_the_count_of_equal_weights_and_one_of_a_single_heavy_one() -> None:
    assert effective_sample_size(np.zeros(7)) == pytest.approx(7)
    assert effective_sample_size(np.array([0.0, -800, -800])) == pytest.approx(1)
    assert effective_sample_size(np.full(4, -np.inf)) == pytest.approx(4)
    assert log_mean_exp(np.full((1, 4), -np.inf), axis=1)[0] == -np.inf
