"""The multivariate normal against its density written out, and its conditionals."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine.numerics.gaussian import MultivariateNormal


def test_terms_sum_to_the_density_and_each_is_its_conditional() -> None:
    rng = np.random.default_rng(0)
    factor = rng.normal(size=(5, 5))
    covariance, mean, x = factor @ factor.T + np.eye(5), rng.normal(size=5), rng.normal(size=(7, 5))
    found = MultivariateNormal(mean, covariance).conditional_log_prob(x)
    off = x - mean
    whole = -0.5 * (
        (off * np.linalg.solve(covariance, off.T).T).sum(axis=1) + np.linalg.slogdet(2 * math.pi * covariance)[1]
    )
    np.testing.assert_allclose(found.sum(axis=1), whole)
    for i in range(5):
        regression = np.linalg.solve(covariance[:i, :i], covariance[:i, i])
        variance = covariance[i, i] - covariance[i, :i] @ regression
        expected = -0.5 * ((off[:, i] - off[:, :i] @ regression) ** 2 / variance + np.log(2 * math.pi * variance))
        np.testing.assert_allclose(found[:, i], expected)


def test_a_flat_has_no_density() -> None:
    with pytest.raises(ValueError, match="not positive definite"):
        MultivariateNormal(np.zeros(3), np.ones((3, 3)))
