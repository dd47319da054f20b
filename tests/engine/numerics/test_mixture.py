"""Log-likelihoods of whole pictures against sums over classes written out."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.numerics import likelihood


def pixel_log_probs(seed: int, classes: int, low: float) -> np.ndarray:
    """``(classes, 2, 2, 3)`` log-probabilities."""
    return np.random.default_rng(seed).uniform(low, -0.01, (classes, 2, 2, 3))


@given(st.integers(0, 99), st.integers(1, 5))
def test_each_pixel_is_the_ratio_of_two_mixtures(seed: int, classes: int) -> None:
    """log p(x_i | x_<i) = log mean_c p(x_1..x_i | c) - log mean_c p(x_1..x_(i-1) | c), in plain Python."""
    log_p = pixel_log_probs(seed, classes, -3.0)
    found = likelihood.mixture_log_prob(log_p)
    for n in range(2):
        before = 1.0
        for i in range(6):
            seen = [math.exp(math.fsum(log_p[c, n].reshape(-1)[: i + 1])) for c in range(classes)]
            mean = math.fsum(seen) / classes
            assert found[n].reshape(-1)[i] == pytest.approx(math.log(mean / before), abs=1e-9)
            before = mean


@given(st.integers(0, 99), st.integers(1, 5), st.sampled_from([-3.0, -300.0]))
def test_the_sum_is_the_log_mean_exp_of_the_classes(seed: int, classes: int, low: float) -> None:
    """Also where p(x | c) is far below the smallest float."""
    log_p = pixel_log_probs(seed, classes, low)
    whole = likelihood.log_mean_exp(log_p.sum(axis=(2, 3)), axis=0)
    np.testing.assert_allclose(likelihood.mixture_log_prob(log_p).sum(axis=(1, 2)), whole, rtol=1e-10)


def test_log_mean_exp_of_known_numbers() -> None:
    values = np.log(np.array([[1.0, 2.0], [3.0, 4.0]]))
    np.testing.assert_allclose(likelihood.log_mean_exp(values, 0), np.log([2.0, 3.0]))
    np.testing.assert_allclose(likelihood.log_mean_exp(values, 1), np.log([1.5, 3.5]))
    np.testing.assert_allclose(likelihood.log_mean_exp(np.array([-1e5, -1e5]), 0), -1e5)


def test_bits_per_dim() -> None:
    """Fair coins: n pixels of one bit each."""
    np.testing.assert_allclose(likelihood.bits_per_dim(np.array([784 * math.log(0.5), 0.0]), 784), [1.0, 0.0])
