"""The mutual information gap where it is known."""

from __future__ import annotations

import math

import numpy as np
import pytest

pytest.importorskip("torch", reason="training needs PyTorch: ./run setup --train")

from engine.training.disentanglement import gap, information_table, mutual_information

RNG = np.random.default_rng(0)
FACTORS = np.stack([RNG.integers(0, 4, 20_000), RNG.integers(0, 3, 20_000)], axis=1)


def mig(codes: np.ndarray) -> list[float]:
    found: list[float] = gap(*information_table(codes, FACTORS)).tolist()
    return found


def test_a_dimension_a_factor_is_a_gap_of_one() -> None:
    noise = RNG.normal(size=20_000)
    assert mig(np.stack([FACTORS[:, 1], noise, -2.5 * FACTORS[:, 0]], axis=1)) == pytest.approx([1, 1], abs=0.01)


def test_two_dimensions_that_say_the_same_are_no_gap() -> None:
    assert mig(np.stack([FACTORS[:, 0], FACTORS[:, 0], FACTORS[:, 1]], axis=1)) == pytest.approx([0, 1], abs=0.01)


def test_noise_is_no_gap() -> None:
    assert mig(RNG.normal(size=(20_000, 3))) == pytest.approx([0, 0], abs=0.01)


def test_information_of_a_noisy_bit() -> None:
    """A bit that is flipped one time in ten carries ln 2 less the entropy of the flip."""
    bit, flip = RNG.integers(0, 2, 400_000), RNG.random(400_000) < 0.1
    expected = math.log(2) + 0.1 * math.log(0.1) + 0.9 * math.log(0.9)
    assert mutual_information(bit, bit ^ flip) == pytest.approx(expected, abs=0.005)
    assert mutual_information(bit, bit) == pytest.approx(math.log(2), abs=1e-4)


def test_a_collapsed_dimension_does_no_harm() -> None:
    codes = np.stack([FACTORS[:, 0], np.zeros(20_000), FACTORS[:, 1]], axis=1)
    assert mig(codes) == pytest.approx([1, 1], abs=0.01)
