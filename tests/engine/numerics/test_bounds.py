"""Importance weights and bounds against direct computation."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from engine.numerics.bounds import importance_bound, log_weights, sample_counts
from engine.numerics.likelihood import log_mean_exp


def test_weights_are_the_three_densities() -> None:
    rng = np.random.default_rng(0)
    mu, log_var, noise = rng.normal(size=(3, 4, 5))
    nats = rng.normal(-90, 3, 4)
    z = mu + np.exp(log_var / 2) * noise

    def density(x: NDArray[np.float64], m: NDArray[np.float64], v: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray((-0.5 * ((x - m) ** 2 / v + np.log(2 * math.pi * v))).sum(axis=-1))

    expected = nats + density(z, 0 * z, 1 + 0 * z) - density(z, mu, np.exp(log_var))
    np.testing.assert_allclose(log_weights(nats, z, noise, log_var), expected)


@pytest.mark.parametrize(
    ("samples", "counts"),
    [(1, [1]), (2, [1, 2]), (3, [1, 2, 3]), (10, [1, 2, 5, 10]), (500, [1, 2, 5, 10, 20, 50, 100, 200, 500])],
)
def test_counts_end_with_all(samples: int, counts: list[int]) -> None:
    assert sample_counts(samples).tolist() == counts


@given(st.integers(1, 5000))
def test_counts_rise_to_all(samples: int) -> None:
    counts = sample_counts(samples)
    assert counts[0] == 1 and counts[-1] == samples and (np.diff(counts) > 0).all()


WEIGHTS = hnp.arrays(np.float64, (3, 12), elements=st.floats(-2000, 50))


@given(WEIGHTS, st.integers(1, 12))
def test_a_bound_is_the_mean_over_groups(weights: NDArray[np.float64], k: int) -> None:
    groups = [weights[:, i : i + k] for i in range(0, 12 - k + 1, k)]
    expected = np.mean([log_mean_exp(group, axis=1) for group in groups], axis=0)
    np.testing.assert_allclose(importance_bound(weights, k), expected)


@given(WEIGHTS)
def test_bounds_rise_where_each_count_divides_the_next(weights: NDArray[np.float64]) -> None:
    """By Jensen's inequality, for the very same weights, not only in expectation."""
    found = np.stack([importance_bound(weights, k) for k in (1, 2, 4, 12)])
    assert (np.diff(found, axis=0) >= -1e-9).all()
    np.testing.assert_allclose(found[0], weights.mean(axis=1), atol=1e-9)


def test_impossible_and_broken_weights_stay_what_they_are() -> None:
    weights = np.array([[-np.inf, -np.inf], [-np.inf, 0.0], [np.nan, 0.0]])
    found = importance_bound(weights, 2)
    assert found[0] == -np.inf and found[1] == pytest.approx(-math.log(2)) and math.isnan(found[2])
