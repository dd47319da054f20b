"""Categorical distributions against sums written out."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from engine.numerics import categorical

LOGITS = st.lists(st.floats(-40, 40, width=32), min_size=2, max_size=6)


def brute_force(logits: list[float], temperature: float) -> list[float]:
    """``softmax(logits / temperature)`` in plain Python."""
    scaled = [x / temperature for x in logits]
    weights = [math.exp(x - max(scaled)) for x in scaled]
    return [w / math.fsum(weights) for w in weights]


def row(logits: list[float]) -> NDArray[np.float32]:
    return np.array(logits, np.float32)


@given(LOGITS, st.floats(0.05, 2.0))
def test_log_softmax_is_the_brute_force_one(logits: list[float], temperature: float) -> None:
    p = np.exp(categorical.log_softmax(row(logits), temperature))
    np.testing.assert_allclose(p, brute_force(logits, temperature), rtol=1e-9, atol=1e-300)


@given(LOGITS, st.floats(0.05, 2.0), st.integers(0, 5))
def test_log_prob_picks_the_level(logits: list[float], temperature: float, level: int) -> None:
    level %= len(logits)
    found = categorical.log_prob(row(logits), np.array(level), temperature)
    assert found == categorical.log_softmax(row(logits), temperature)[level]


@given(LOGITS, st.floats(0.05, 2.0))
def test_entropy_is_the_brute_force_one(logits: list[float], temperature: float) -> None:
    expected = -math.fsum(p * math.log(p) for p in brute_force(logits, temperature) if p > 0)
    assert categorical.entropy(row(logits), temperature) == pytest.approx(expected, abs=1e-9)


@given(LOGITS)
def test_temperature_0_is_all_mass_on_the_first_largest(logits: list[float]) -> None:
    log_p = categorical.log_softmax(row(logits), 0.0)
    assert log_p[int(np.argmax(row(logits)))] == 0.0
    assert np.isneginf(np.delete(log_p, int(np.argmax(row(logits))))).all()
    assert categorical.entropy(row(logits), 0.0) == 0.0


def test_the_limit_of_small_temperatures_is_temperature_0() -> None:
    logits = row([0.3, 0.9, -2.0])
    np.testing.assert_allclose(np.exp(categorical.log_softmax(logits, 1e-4)), [0, 1, 0])


@pytest.mark.parametrize("extreme", [1e4, 1e30, 3e38])
def test_extreme_logits_neither_overflow_nor_make_nan(extreme: float) -> None:
    log_p = categorical.log_softmax(row([extreme, -extreme, 0.0]))
    assert log_p[0] == 0.0 and (log_p[1:] <= -1e4).all()
    assert categorical.entropy(row([extreme, -extreme, 0.0])) == 0.0
    np.testing.assert_allclose(np.exp(categorical.log_softmax(row([extreme, extreme]))), [0.5, 0.5])


def test_whole_pictures_at_once() -> None:
    rng = np.random.default_rng(0)
    logits = rng.normal(size=(2, 3, 4, 5)).astype(np.float32)
    levels = rng.integers(0, 5, (2, 3, 4))
    together = categorical.log_prob(logits, levels, 0.7)
    for n, i, j in np.ndindex(2, 3, 4):
        p = brute_force([float(x) for x in logits[n, i, j]], 0.7)
        assert together[n, i, j] == pytest.approx(math.log(p[levels[n, i, j]]), rel=1e-9)
    assert categorical.entropy(logits).shape == (2, 3, 4)
