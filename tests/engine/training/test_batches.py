"""Training batches are a function of the step; binarization and orientations are what the figures rest on."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.training.data import BatchStream, DataSet, Split, binarize, fixed_levels, one_hot_condition, quantize, turn


def stream(data: DataSet, **changes: Any) -> BatchStream:
    settings: dict[str, Any] = {
        "levels": 2,
        "classes": 3,
        "orientations": 8,
        "orientation_columns": 8,
        "upright_share": 0.4,
        "class_dropout": 0.15,
        "batch": 8,
        "seed": 0,
    }
    return BatchStream(data, **{**settings, **changes})


def fingerprint(levels: np.ndarray, condition: np.ndarray) -> str:
    return hashlib.sha256(levels.astype("<i8").tobytes() + condition.astype("<f4").tobytes()).hexdigest()[:16]


@pytest.mark.parametrize(
    "step,expected",
    [(0, "44f65426ce927b89"), (1, "3432ee95315ab0ae"), (6, "4199c56d14edf7b8"), (1000, "91560ec6cd9d6300")],
)
def test_golden_batches(tiny_data: DataSet, step: int, expected: str) -> None:
    """What a step sees is fixed for ever: else a run could not be resumed by a later version."""
    assert fingerprint(*stream(tiny_data).batch(step)) == expected


def test_golden_batch_of_greys(tiny_data: DataSet) -> None:
    assert fingerprint(*stream(tiny_data, levels=16).batch(3)) == "b0368e3eb73a2923"


def test_a_batch_depends_on_the_step_alone(tiny_data: DataSet) -> None:
    forwards, one = stream(tiny_data), stream(tiny_data)
    in_order = [fingerprint(*forwards.batch(step)) for step in range(14)]
    for step in (13, 0, 6, 5, 12, 1):
        assert fingerprint(*one.batch(step)) == in_order[step]
    assert len(set(in_order)) == 14
    assert fingerprint(*stream(tiny_data, seed=1).batch(0)) != in_order[0]


def test_an_epoch_shows_every_picture_once() -> None:
    pixels = np.repeat(np.arange(48, dtype=np.uint8), 4).reshape(48, 2, 2)
    part = Split(pixels, np.zeros(48, np.uint8))
    batches = stream(DataSet("numbered", part, part, part, np.zeros((48, 3), np.uint8)), levels=48, classes=0)
    for epoch in range(2):
        shown = np.concatenate([batches.batch(epoch * 6 + step)[0][:, 0, 0, 0] for step in range(6)])
        assert sorted(shown) == list(range(48))


def test_shares_of_orientations_and_dropped_classes(tiny_data: DataSet) -> None:
    batches = stream(tiny_data)
    condition = np.concatenate([batches.batch(step)[1] for step in range(600)])
    classes, orientations = condition[:, :4], condition[:, 4:]
    assert (classes.sum(1) == 1).all()
    assert (orientations.sum(1) == 1).all()
    assert classes[:, 3].mean() == pytest.approx(0.15, abs=0.02)
    assert orientations[:, 0].mean() == pytest.approx(0.4, abs=0.03)
    assert orientations[:, 1:].mean(0) == pytest.approx(np.full(7, 0.6 / 7), abs=0.02)


def test_an_upright_recipe_never_turns(tiny_data: DataSet) -> None:
    batches = stream(tiny_data, orientations=1, upright_share=1.0)
    assert all((batches.batch(step)[1][:, 4] == 1).all() for step in range(20))


def test_labels_and_orientations_belong_to_their_pictures() -> None:
    """A picture whose label can be read off it, and whose corner says how it was turned."""
    pixels = np.zeros((30, 3, 3), np.uint8)
    labels = (np.arange(30) % 3).astype(np.uint8)
    pixels[:, 1, 1] = labels + 1  # the centre stays where it is
    pixels[:, 0, 0], pixels[:, 0, 1] = 4, 5
    part = Split(pixels, labels)
    data = DataSet("marked", part, part, part, np.zeros((6, 3), np.uint8))
    for step in range(12):
        levels, condition = stream(data, levels=6, class_dropout=0.0).batch(step)
        assert (condition[:, :3].argmax(1) + 1 == levels[:, 0, 1, 1]).all()
        for image, which in zip(levels[:, 0], condition[:, 4:].argmax(1), strict=True):
            marks = np.zeros((3, 3), np.int64)
            marks[0, 0], marks[0, 1], marks[1, 1] = 4, 5, image[1, 1]
            assert np.array_equal(image, turn(marks, int(which)))


def test_orientations_are_the_eight_symmetries_in_the_order_of_their_names() -> None:
    image = np.array([[1, 2], [3, 4]])
    expected = [
        [[1, 2], [3, 4]],  # upright
        [[2, 1], [4, 3]],  # flip_horizontal
        [[3, 4], [1, 2]],  # flip_vertical
        [[4, 3], [2, 1]],  # rotate_180
        [[1, 3], [2, 4]],  # transpose
        [[2, 4], [1, 3]],  # transpose_flip_horizontal
        [[3, 1], [4, 2]],  # transpose_flip_vertical
        [[4, 2], [3, 1]],  # transpose_rotate_180
    ]
    assert [turn(image, o).tolist() for o in range(8)] == expected
    assert turn(np.arange(6).reshape(1, 2, 3), 4).shape == (1, 3, 2)


def test_binarization_protocol() -> None:
    """Fixed for validation and test: ``default_rng(1234).random(shape) < x / 255`` in file order."""
    pixels = np.random.default_rng(0).integers(0, 256, (40, 5, 4), dtype=np.uint8)
    split = Split(pixels, np.zeros(40, np.uint8))
    expected = np.random.default_rng(1234).random(pixels.shape) < pixels / 255
    assert np.array_equal(fixed_levels(split, 2, palette=False), expected.astype(np.int64))
    assert np.array_equal(fixed_levels(split, 2, palette=False), fixed_levels(split, 2, palette=False))
    draws = [binarize(np.full((200, 200), value, np.uint8), np.random.default_rng(1)).mean() for value in (0, 51, 255)]
    assert draws[0] == 0
    assert draws[1] == pytest.approx(0.2, abs=0.01)
    assert draws[2] == 1


@given(st.integers(0, 255), st.integers(2, 256))
def test_quantize_takes_the_nearest_level(value: int, levels: int) -> None:
    index = int(quantize(np.full((1, 1), value, np.uint8), levels, palette=False)[0, 0])
    greys = np.arange(levels) * 255 / (levels - 1)
    assert abs(greys[index] - value) <= np.abs(greys - value).min() + 1e-9


def test_palette_indices_stay() -> None:
    pixels = np.arange(16, dtype=np.uint8).reshape(1, 4, 4)
    assert np.array_equal(quantize(pixels, 16, palette=True), pixels)


def test_one_hot_columns() -> None:
    condition = one_hot_condition(np.array([1, 2]), np.array([0, 7]), 2, 8)
    assert condition.tolist() == [[0, 1, 0, 1, *[0] * 7], [0, 0, 1, *[0] * 7, 1]]
    assert one_hot_condition(np.array([0]), np.array([0]), 0, 0).shape == (1, 0)
