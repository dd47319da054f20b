"""The square of samples: whole pixels, every picture in its place, and a mark over whatever is wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PySide6.QtWidgets import QWidget

from app.theme.tokens import DARK, channels
from app.widgets.sample_grid import SampleGrid

Show = Callable[..., QWidget]


def greys(side: int) -> np.ndarray:
    """Sixteen pictures, each of one grey."""
    return np.broadcast_to(np.arange(16, dtype=np.uint8)[:, None, None, None] * 10 + 40, (16, side, side, 1)).copy()


def inside(grid: SampleGrid, photograph: Any, index: int) -> np.ndarray:
    scale = grid.devicePixelRatioF()
    cell = grid.cell(index)
    x, y, side = (round(value * scale) for value in (cell.x(), cell.y(), cell.width()))
    inset = side // 5  # the picture may be smaller than its square
    return photograph(grid)[y + inset : y + side - inset, x + inset : x + side - inset, :3]


@pytest.mark.parametrize("side", [8, 28, 300])
def test_every_picture_is_in_its_place(shown: Show, photograph: Any, side: int) -> None:
    grid = SampleGrid(16)
    shown(grid, 420, 420)
    grid.set_samples(greys(side))
    for index in (0, 3, 4, 15):
        assert (inside(grid, photograph, index) == greys(1)[index, 0, 0, 0]).all()


def test_marks_are_seen_and_said(shown: Show, photograph: Any) -> None:
    grid = SampleGrid(16)
    shown(grid, 420, 420)
    places = np.arange(16)
    grid.set_samples(greys(8), places == 1, places == 2, tuple("abcd" * 4))
    assert grid.marks()[:4] == ["", "not finite", "flat", ""]
    warn = np.array(channels(DARK.warn))
    struck = [(np.abs(inside(grid, photograph, n).astype(int) - warn).max(axis=2) < 12) for n in range(4)]
    assert not struck[0].any() and not struck[3].any()
    size = len(struck[1])
    low_left = (slice(size // 2 + 4, None), slice(None, size // 2 - 4))
    assert struck[1][low_left].any() and struck[2].any() and not struck[2][low_left].any()
    assert grid.accessibleDescription() == "16 pictures, 2 of them marked"


def test_nothing_is_shown_before_there_is_something(shown: Show, photograph: Any) -> None:
    grid = SampleGrid(16)
    shown(grid, 420, 420)
    assert (inside(grid, photograph, 5) == channels(DARK.mat)).all()
    grid.set_samples(greys(8))
    grid.set_samples(None)
    assert (inside(grid, photograph, 5) == channels(DARK.mat)).all() and grid.marks() == [""] * 16
