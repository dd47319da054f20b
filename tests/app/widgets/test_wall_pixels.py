"""Pieces of a wall: pixels exact at every whole multiple, true averages below, mats, frames."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.widgets.wall_pixels import CellLook, compose, pack, reduced

GROUND, MAT, ACCENT, LINE = (np.uint32(0xFF000000 | color) for color in (0x101010, 0x222222, 0xFF00FF, 0x334455))
LOOK = CellLook(
    width=8,
    height=8,
    pitch_x=12,
    pitch_y=14,
    x=2,
    y=3,
    outset=2,
    ring=2,
    edge=0,
    ground=GROUND,
    line=LINE,
    mat=MAT,
    accent=ACCENT,
)


def pictures(count: int, side: int, channels: int) -> np.ndarray:
    return np.random.default_rng(3).integers(0, 256, (count, side, side, channels), np.uint8)


def unpacked(values: np.ndarray) -> np.ndarray:
    return np.stack([values >> 16 & 255, values >> 8 & 255, values & 255], axis=-1).astype(np.uint8)


@pytest.mark.parametrize("channels", [1, 3])
def test_packed_pixels_are_the_picture_s(channels: int) -> None:
    images = pictures(2, 5, channels)
    assert np.array_equal(unpacked(pack(images)), np.broadcast_to(images, (2, 5, 5, 3)))
    assert (pack(images) >> 24 == 255).all()


@given(st.sampled_from([1, 3]), st.sampled_from([1, 2, 3, 4, 7, 14, 16]), st.integers(1, 3), st.integers(0, 99))
def test_small_pictures_are_rounded_averages(channels: int, part: int, across: int, seed: int) -> None:
    made = np.random.default_rng(seed).integers(0, 256, (3, 2 * part, across * part, channels), np.uint8)
    made[0] = 255
    squares = made.reshape(3, 2, part, across, part, channels).sum(axis=(2, 4), dtype=np.int64)
    assert np.array_equal(reduced(made, part), (squares + part * part // 2) // (part * part))


@pytest.mark.parametrize("times", [1, 2, 3])
@pytest.mark.parametrize("channels", [1, 3])
def test_tiles_are_magnified_by_whole_pixels_in_their_places(times: int, channels: int) -> None:
    side = 4 * times
    images, look = pictures(9, 4, channels), replace(LOOK, width=side, height=side, pitch_x=side + 4, pitch_y=side + 6)
    indices = np.array([[5, 2, 8], [0, 7, -1]])
    made = compose(images, np.ones(9, bool), np.zeros(9, bool), indices, look)
    left = np.full(made.shape, True)
    for (row, column), index in np.ndenumerate(indices):
        y, x = row * look.pitch_y + look.y, column * look.pitch_x + look.x
        if index >= 0:
            expected = np.repeat(np.repeat(np.broadcast_to(images[index], (4, 4, 3)), times, 0), times, 1)
            assert np.array_equal(unpacked(made[y : y + side, x : x + side]), expected)
            left[y : y + side, x : x + side] = False
    assert (made[left] == GROUND).all()


def test_undrawn_ones_are_mats_whatever_the_array_holds() -> None:
    images = pictures(3, 8, 1)
    made = compose(images, np.array([True, False, True]), np.zeros(3, bool), np.array([[0, 1, 2]]), LOOK)
    assert (made[3:11, 14:22] == MAT).all()
    assert np.array_equal(made[3:11, 2:10], pack(images[0]))


def test_selected_ones_have_a_frame_that_leaves_the_picture_alone() -> None:
    images = pictures(2, 8, 3)
    made = compose(images, np.ones(2, bool), np.array([False, True]), np.array([[0, 1]]), LOOK)
    assert not (made[:, :12] == ACCENT).any()
    cell = made[1:13, 12:24]
    inner = np.zeros(cell.shape, bool)
    inner[2:10, 2:10] = True
    assert (cell[~inner] == ACCENT).all()
    assert np.array_equal(made[3:11, 14:22], pack(images[1]))


def test_an_edge_goes_around_every_tile() -> None:
    images = pictures(2, 8, 3)
    look = replace(LOOK, edge=1)
    made = compose(images, np.array([True, False]), np.zeros(2, bool), np.array([[0, 1, -1]]), look)
    assert (made[2, 1:11] == LINE).all() and (made[2:12, 1] == LINE).all() and (made[11, 13:23] == LINE).all()
    assert np.array_equal(made[3:11, 2:10], pack(images[0]))
    assert (made[3:11, 14:22] == MAT).all() and (made[:, 24:] == GROUND).all()


def test_small_tiles_are_averages_and_for_a_frame_the_middle_pixels() -> None:
    images = pictures(4, 16, 3)
    indices = np.array([[3, 1]])
    drawn, chosen = np.ones(4, bool), np.zeros(4, bool)
    exact = compose(images, drawn, chosen, indices, LOOK)
    rough = compose(images, drawn, chosen, indices, LOOK, rough=True)
    assert np.array_equal(exact[3:11, 2:10], pack(reduced(images[3:4], 2))[0])
    assert np.array_equal(rough[3:11, 2:10], pack(images[3, 1::2, 1::2]))


def test_memory_of_another_piece_is_overwritten_everywhere() -> None:
    images = pictures(4, 8, 1)
    args = (images, np.ones(4, bool), np.zeros(4, bool), np.array([[0, -1]]), LOOK)
    old = np.full((14, 24), 7, np.uint32)
    made = compose(*args, into=old)
    assert made is old
    assert np.array_equal(made, compose(*args))
