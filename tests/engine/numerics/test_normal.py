"""The normal distribution against Python's own, and KL divergence against its integral."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.numerics.normal import inverse_normal_cdf, kl_divergence, normal_cdf

STANDARD = NormalDist()


@given(st.lists(st.floats(1e-300, 1 - 2**-53), min_size=1, max_size=20))
def test_the_inverse_is_pythons(p: list[float]) -> None:
    expected = [STANDARD.inv_cdf(value) for value in p]
    np.testing.assert_allclose(inverse_normal_cdf(np.array(p)), expected, rtol=1e-12, atol=1e-14)


@given(st.lists(st.floats(-8, 8), min_size=1, max_size=20))
def test_the_distribution_function_is_pythons_and_the_inverse_leads_back(x: list[float]) -> None:
    p = normal_cdf(np.array(x))
    np.testing.assert_allclose(p, [STANDARD.cdf(value) for value in x], rtol=1e-9, atol=1e-15)
    low = np.minimum(np.array(x), 0)  # above, 1 - p has lost its digits
    np.testing.assert_allclose(inverse_normal_cdf(normal_cdf(low)), low, rtol=1e-10, atol=1e-10)


def test_ends_and_beyond() -> None:
    assert inverse_normal_cdf(np.array([0.0, 0.5, 1.0])).tolist() == [-np.inf, 0.0, np.inf]
    assert np.isnan(inverse_normal_cdf(np.array([-0.1, 1.1, np.nan]))).all()


@pytest.mark.parametrize(("mu", "log_var"), [(0.0, 0.0), (1.5, -2.0), (-0.3, 0.7), (0.0, -8.0)])
def test_divergence_is_its_integral(mu: float, log_var: float) -> None:
    sigma = np.exp(log_var / 2)
    z = np.linspace(mu - 12 * sigma, mu + 12 * sigma, 40001)
    log_q = -0.5 * ((z - mu) / sigma) ** 2 - np.log(sigma)
    integral = np.trapezoid(np.exp(log_q) / np.sqrt(2 * np.pi) * (log_q + 0.5 * z**2), z)
    assert kl_divergence(np.array(mu), np.array(log_var)) == pytest.approx(integral, abs=1e-9)


@given(st.floats(-1e-3, 1e-3), st.floats(-1e-3, 1e-3))
def test_a_collapsed_dimensions_divergence_is_small_and_never_negative(mu: float, log_var: float) -> None:
    found = float(kl_divergence(np.float32(mu), np.float32(log_var)))
    assert found >= -1e-18
    assert found == pytest.approx(mu**2 / 2 + log_var**2 / 4, rel=1e-2, abs=1e-15)
