"""Orientations: turning back undoes turning, and what a raster order cannot use is counted pixel by pixel."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from engine.sampling import orientation
from engine.sampling.orientation import NAMES

SHAPES = arrays.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=6)
MASKS = arrays.arrays(bool, SHAPES)
NAME = st.sampled_from(NAMES)
RASTER = ["upright", "flip_horizontal", "flip_vertical", "rotate_180"]

PICTURE = np.arange(6).reshape(2, 3)
TURNED = {
    "upright": [[0, 1, 2], [3, 4, 5]],
    "flip_horizontal": [[2, 1, 0], [5, 4, 3]],
    "flip_vertical": [[3, 4, 5], [0, 1, 2]],
    "rotate_180": [[5, 4, 3], [2, 1, 0]],
    "transpose": [[0, 3], [1, 4], [2, 5]],
    "transpose_flip_horizontal": [[2, 5], [1, 4], [0, 3]],
    "transpose_flip_vertical": [[3, 0], [4, 1], [5, 2]],
    "transpose_rotate_180": [[5, 2], [4, 1], [3, 0]],
}
"""Written out by hand: the models were trained with these."""


@pytest.mark.parametrize("name", NAMES)
def test_turning_does_what_it_says(name: str) -> None:
    assert orientation.turn(PICTURE, name).tolist() == TURNED[name]


@given(SHAPES, NAME, st.integers(0, 2), st.integers(0, 1))
def test_turning_back_undoes_turning(shape: tuple[int, ...], name: str, before: int, after: int) -> None:
    """Wherever the rows' axis is, and whatever comes before and after it."""
    full = (2,) * before + shape + (3,) * after
    array = np.arange(np.prod(full)).reshape(full)
    turned = orientation.turn(array, name, before)
    np.testing.assert_array_equal(orientation.turn_back(turned, name, before), array)
    np.testing.assert_array_equal(orientation.turn(orientation.turn_back(array, name, before), name, before), array)


def test_the_eight_are_different() -> None:
    square = np.arange(9).reshape(3, 3)
    assert len({orientation.turn(square, name).tobytes() for name in NAMES}) == 8


@given(SHAPES, NAME)
def test_order_is_where_each_drawn_pixel_stands_upright(shape: tuple[int, int], name: str) -> None:
    order = orientation.order(*shape, name)
    assert order.dtype == np.int32 and sorted(order.tolist()) == list(range(shape[0] * shape[1]))
    picture = np.random.default_rng(0).permutation(order.size).reshape(shape)
    np.testing.assert_array_equal(picture.reshape(-1)[order], orientation.turn(picture, name).reshape(-1))


def unused_by_walking(observed: np.ndarray, name: str) -> set[int]:
    """Walk the raster order; what is given after the first unknown pixel came too late."""
    late, unknown_seen = set(), False
    for index in orientation.order(*observed.shape, name).tolist():
        if not observed.reshape(-1)[index]:
            unknown_seen = True
        elif unknown_seen:
            late.add(index)
    return late


@given(MASKS, NAME)
def test_unused_by_brute_force(observed: np.ndarray, name: str) -> None:
    late = unused_by_walking(observed, name)
    found = orientation.unused(observed, name)
    assert found.dtype == np.bool_ and found.shape == observed.shape
    assert set(np.flatnonzero(found).tolist()) == late
    assert orientation.late_pixels(observed, name) == len(late)


@given(MASKS, st.lists(NAME, min_size=1, max_size=8, unique=True))
def test_best_has_the_fewest_late_pixels_if_that_saves_half_of_them(observed: np.ndarray, names: list[str]) -> None:
    counts = [len(unused_by_walking(observed, name)) for name in names]
    fewest = names[counts.index(min(counts))]
    assert orientation.best(observed, names) == (fewest if 2 * min(counts) <= counts[0] else names[0])


def test_scattered_pixels_turn_nothing_and_a_half_with_a_few_more_does() -> None:
    scattered = np.random.default_rng(0).random((28, 28)) < 0.2
    assert orientation.best(scattered, orientation.NAMES) == "upright"
    below = np.arange(28)[:, None].repeat(28, 1) >= 14
    assert orientation.best(below, orientation.NAMES) == "flip_vertical"
    assert orientation.best(below | (scattered & (np.arange(28) < 4)[:, None]), orientation.NAMES) == "flip_vertical"


@pytest.mark.parametrize(("height", "width"), [(4, 4), (4, 6), (5, 5), (28, 28)])
@pytest.mark.parametrize(
    ("half", "expected"),
    [
        ("top", "upright"),
        ("bottom", "flip_vertical"),
        ("left", "transpose"),
        ("right", "transpose_flip_horizontal"),
    ],
)
def test_halves_are_used_to_the_last_pixel(half: str, expected: str, height: int, width: int) -> None:
    observed = np.zeros((height, width), bool)
    rows = {"top": slice(0, height // 2), "bottom": slice(height - height // 2, None)}.get(half, slice(None))
    columns = {"left": slice(0, width // 2), "right": slice(width - width // 2, None)}.get(half, slice(None))
    observed[rows, columns] = True
    assert orientation.best(observed, NAMES) == expected
    assert not orientation.unused(observed, expected).any()


@pytest.mark.parametrize("observed", [np.zeros((4, 4), bool), np.ones((4, 4), bool)])
def test_of_equally_good_orientations_the_earliest(observed: np.ndarray) -> None:
    assert orientation.best(observed, NAMES) == "upright"
    assert orientation.best(observed, NAMES[::-1]) == NAMES[-1]
    assert orientation.best(observed, RASTER[2:]) == "flip_vertical"
