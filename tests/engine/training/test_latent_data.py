"""The pictures that are measured in training are, pixel for pixel, those that ``reverie score`` scores."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.cli.pictures import read_all
from engine.contracts.manifest import ImageSpec
from engine.training.data import BINARIZATION_SEED, Split, fixed_levels
from engine.training.latent_data import as_input, fixed_pixels

GREY = np.random.default_rng(0).integers(0, 256, (30, 28, 28), dtype=np.uint8)


@pytest.mark.parametrize(("levels", "fit"), [(2, "stochastic"), (256, "exact")])
def test_the_command_line_reads_the_measured_pictures(tmp_path: Path, levels: int, fit: str) -> None:
    np.savez(tmp_path / "test.npz", x_test=GREY)
    spec = ImageSpec(height=28, width=28, channels=1, levels=levels, range="0..1")
    read, _ = read_all([str(tmp_path / "test.npz")], spec, fit, BINARIZATION_SEED)
    measured = fixed_pixels(Split(GREY, np.zeros(30, np.uint8)), levels)
    np.testing.assert_array_equal(read[..., 0], measured)


def test_ink_is_that_of_the_pixelcnns() -> None:
    split = Split(GREY, np.zeros(30, np.uint8))
    np.testing.assert_array_equal(fixed_pixels(split, 2), 255 * fixed_levels(split, 2, palette=False))
    np.testing.assert_array_equal(as_input(fixed_pixels(split, 2))[:, 0], fixed_levels(split, 2, palette=False))
