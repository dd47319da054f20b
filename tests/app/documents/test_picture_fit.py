"""Any picture comes to the model's size and levels; what is transparent is unknown."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.documents.picture_fit import fit_picture, level_values, nearest_colors
from engine.contracts.manifest import ImageSpec
from engine.numerics.pixels import Codec

BINARY = ImageSpec(height=4, width=4, channels=1, levels=2)
GREY = ImageSpec(height=4, width=4, channels=1, levels=16)
PALETTE = ImageSpec(height=4, width=4, channels=1, levels=3, palette=((0, 0, 0), (250, 10, 10), (10, 10, 250)))


def rgba(height: int, width: int, color: tuple[int, int, int, int]) -> np.ndarray:
    return np.broadcast_to(np.array(color, np.uint8), (height, width, 4)).copy()


@pytest.mark.parametrize("spec", [BINARY, GREY, PALETTE, ImageSpec(height=2, width=2, channels=1, levels=256)])
def test_levels_are_those_of_the_engine(spec: ImageSpec) -> None:
    assert (level_values(spec) == Codec(spec).display).all()


@pytest.mark.parametrize("spec", [BINARY, GREY, PALETTE])
@given(seed=st.integers(0, 1000), side=st.integers(1, 40))
def test_every_known_pixel_is_on_a_level(spec: ImageSpec, seed: int, side: int) -> None:
    picture = np.random.default_rng(seed).integers(0, 256, (side, side, 4), dtype=np.uint8)
    fitted = fit_picture(picture, spec)
    assert fitted.shape == (4, 4, spec.display_channels)
    table = {tuple(color) for color in level_values(spec)}
    assert {tuple(color) for color in fitted.pixels[fitted.observed]} <= table


def test_a_picture_of_the_right_size_is_taken_pixel_by_pixel() -> None:
    levels = np.random.default_rng(0).integers(0, 16, (4, 4))
    grey = (levels * 17).astype(np.uint8)
    picture = np.stack([grey, grey, grey, np.full_like(grey, 255)], axis=2)
    picture[2, 3, 3] = 0
    fitted = fit_picture(picture, GREY)
    expected = np.ones((4, 4), bool)
    expected[2, 3] = False
    assert (fitted.observed == expected).all()
    assert (fitted.pixels[..., 0][expected] == grey[expected]).all()


def test_area_average() -> None:
    picture = rgba(8, 8, (0, 0, 0, 255))
    picture[:2, :2] = [[[255, 255, 255, 255], [0, 0, 0, 255]], [[0, 0, 0, 255], [0, 0, 0, 255]]]
    picture[6:, 6:, :3] = 255
    fitted = fit_picture(picture, ImageSpec(height=4, width=4, channels=1, levels=256))
    assert fitted.pixels[0, 0, 0] == 64 and fitted.pixels[3, 3, 0] == 255 and fitted.pixels[1, 1, 0] == 0


def test_half_transparent_colours_do_not_bleed() -> None:
    picture = rgba(8, 8, (255, 255, 255, 0))
    picture[::2] = (250, 10, 10, 255)
    fitted = fit_picture(picture, PALETTE)
    assert fitted.is_whole and (fitted.pixels == (250, 10, 10)).all()


def test_other_shapes_are_centred_and_the_margins_are_unknown() -> None:
    fitted = fit_picture(rgba(10, 20, (255, 255, 255, 255)), BINARY)
    assert fitted.observed.tolist() == [[False] * 4, [True] * 4, [True] * 4, [False] * 4]


def test_colour_becomes_grey_by_brightness() -> None:
    assert fit_picture(rgba(4, 4, (0, 255, 0, 255)), BINARY).pixels.all()
    assert not fit_picture(rgba(4, 4, (0, 0, 255, 255)), BINARY).pixels.any()


def test_nearest_palette_colour() -> None:
    colors = np.array([[200.0, 40, 40], [30, 30, 30], [0, 0, 200]])
    assert nearest_colors(colors, PALETTE).tolist() == [[250, 10, 10], [0, 0, 0], [10, 10, 250]]
