"""p(x|z): probabilities sum to one, agree with direct formulas, and draws are distributed as they say."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from engine.numerics.observation import draw, log_prob

LEVELS = (np.arange(256, dtype=np.float32) / np.float32(255)).reshape(256, 1, 1, 1)


def one(value: float) -> NDArray[np.float32]:
    return np.full((1, 1, 1, 1), value, np.float32)


@given(st.floats(-0.5, 1.5), st.floats(-9, 2))
def test_the_levels_of_a_discretized_logistic_sum_to_one(mean: float, log_scale: float) -> None:
    nats = log_prob("logistic", LEVELS, one(mean), one(log_scale))
    assert np.exp(nats).sum() == pytest.approx(1, abs=1e-9)


def test_a_discretized_logistic_is_the_difference_of_its_distribution_function() -> None:
    mean, scale = 0.4, 0.07
    edges = (np.arange(257) - 0.5) / 255
    cumulative = 1 / (1 + np.exp(-(edges - mean) / scale))
    cumulative[0], cumulative[-1] = 0, 1
    nats = log_prob("logistic", LEVELS, one(mean), one(math.log(scale)))
    np.testing.assert_allclose(np.exp(nats), np.diff(cumulative), rtol=1e-5)


def test_far_from_the_mean_nothing_cancels() -> None:
    """The difference of two ones; the logarithm is still that of the tail: -|x - m| / s and the level's width."""
    nats = log_prob("logistic", one(1 - 1 / 255), one(0.0), one(math.log(0.01)))
    x = 254 / 255
    width = math.log(math.exp(1 / 510 / 0.01) - math.exp(-1 / 510 / 0.01))
    assert nats[0] == pytest.approx(-x / 0.01 + width, rel=1e-6)
    assert np.isfinite(log_prob("logistic", LEVELS, one(0.5), one(-9.0))).all()


@given(st.floats(0.01, 0.99))
def test_ink_has_its_probability(p: float) -> None:
    p32 = float(np.float32(p))
    assert log_prob("bernoulli", one(1), one(p))[0] == pytest.approx(math.log(p32), rel=1e-5)
    assert log_prob("bernoulli", one(0), one(p))[0] == pytest.approx(math.log1p(-p32), rel=1e-5)


def test_certain_ink_that_is_not_there_costs_much_and_not_everything() -> None:
    for x, p in ((0, 1.0), (1, 0.0)):
        nats = log_prob("bernoulli", one(x), one(p))[0]
        assert math.isfinite(nats) and nats < -16
    assert log_prob("bernoulli", one(1), one(1.0))[0] == log_prob("bernoulli", one(0), one(0.0))[0] == 0


@pytest.mark.parametrize("mean", [-0.5, -1e-3, 1.001, 40.0, np.inf, -np.inf])
def test_no_ink_is_more_than_certain(mean: float) -> None:
    """Decoders that end in no sigmoid give such; log p is never above 0."""
    nats = [log_prob("bernoulli", one(x), one(mean))[0] for x in (0, 1)]
    assert max(nats) == 0 and -70 < min(nats) < -16


def test_a_density_is_pythons() -> None:
    from statistics import NormalDist

    nats = log_prob("gaussian", LEVELS, one(0.3), one(-1.5))
    expected = [math.log(NormalDist(float(np.float32(0.3)), math.exp(-1.5)).pdf(v)) for v in LEVELS.ravel().tolist()]
    np.testing.assert_allclose(nats, expected, rtol=1e-6)


def test_a_picture_is_its_pixels_and_batches_go_together() -> None:
    rng = np.random.default_rng(0)
    x = rng.integers(0, 256, (2, 1, 3, 4, 5)).astype(np.float32) / 255
    mean, log_scale = rng.normal(-2, 1, (2, 2, 7, 3, 4, 5)).astype(np.float32)
    for kind in ("logistic", "gaussian"):
        found = log_prob(kind, x, mean, log_scale)
        assert found.shape == (2, 7) and found.dtype == np.float64
        pixels = 0.0
        for place in np.ndindex(3, 4, 5):
            alone = [a[1, k][place].reshape(1, 1, 1, 1) for a, k in ((x, 0), (mean, 6), (log_scale, 6))]
            pixels += log_prob(kind, *alone)[0]
        assert found[1, 6] == pytest.approx(pixels)


def test_what_is_not_a_number_stays_so() -> None:
    assert np.isnan(log_prob("bernoulli", one(1), one(np.nan))).all()
    assert np.isnan(log_prob("logistic", one(0.5), one(np.nan), one(0))).all()


@pytest.mark.parametrize("kind", ["logistic", "gaussian"])
def test_without_a_scale_there_is_no_such_likelihood(kind: str) -> None:
    with pytest.raises(ValueError, match="needs log_scale"):
        log_prob(kind, one(0), one(0), None)
    with pytest.raises(ValueError, match="needs log_scale"):
        draw(kind, np.full((1, 1, 1, 1), 0.5), one(0), None)


@pytest.mark.parametrize("kind", ["logistic", "gaussian"])
@pytest.mark.parametrize(("mean", "log_scale"), [(0.5, -3.0), (0.02, -2.5), (0.97, -1.0)])
def test_rounded_draws_have_the_levels_probabilities(kind: str, mean: float, log_scale: float) -> None:
    n = 40_000
    u = (np.arange(n) + 0.5) / n
    shape = (n, 1, 1, 1)
    drawn = draw(kind, u.reshape(shape), np.full(shape, mean, np.float32), np.full(shape, log_scale, np.float32))
    shares = np.bincount(np.rint(255 * np.clip(drawn, 0, 1)).astype(int).ravel(), minlength=256) / n
    if kind == "logistic":
        expected = np.exp(log_prob(kind, LEVELS, one(mean), one(log_scale)))
    else:
        from statistics import NormalDist

        edges = [NormalDist(mean, math.exp(log_scale)).cdf((v - 0.5) / 255) for v in range(257)]
        edges[0], edges[-1] = 0, 1
        expected = np.diff(edges)
    np.testing.assert_allclose(shares, expected, atol=3 / n)


def test_ink_is_drawn_where_the_uniform_is_below_its_probability() -> None:
    u = np.array([0.1, 0.3, 0.9]).reshape(3, 1, 1, 1)
    assert draw("bernoulli", u, np.full((3, 1, 1, 1), 0.3, np.float32), None).ravel().tolist() == [1, 1, 0]
