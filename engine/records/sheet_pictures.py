"""The pictures on a saved file: alone, each pixel perhaps a block of pixels, or on a sheet with lines between them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from engine.contracts.arrays import Image, Images

GAPS_PX = (2, 1, 0)
"""How wide the lines between the pictures of a sheet are: the command line's, the window's, and those of a strip."""


def alone(saved: NDArray[np.uint8], shape: tuple[int, int, int]) -> Image | None:
    """The one picture (H, W, C) of this shape that a file (h, w, 1 to 4) shows; None where it is no such picture.

    Files have three channels also where the model has one.
    """
    height, width, _ = shape
    times = saved.shape[0] // height
    if times < 1 or saved.shape[:2] != (height * times, width * times):
        return None
    return _smaller(saved, shape, times)


def on_sheet(saved: NDArray[np.uint8], shape: tuple[int, int, int], count: int) -> Iterator[Images]:
    """Every way to cut ``count`` pictures of this shape (H, W, C) out of a file: mostly one, or none."""
    height, width, _ = shape
    for gap in GAPS_PX:
        for columns in range(1, count + 1):
            rows = -(-count // columns)
            times = (saved.shape[1] - gap) // columns - gap
            if times < width or times % width:
                continue
            times //= width
            cell = height * times + gap, width * times + gap
            if saved.shape[:2] != (rows * cell[0] + gap, columns * cell[1] + gap):
                continue
            found = _cut(saved[gap:, gap:], shape, count, columns, gap, times)
            if found is not None:
                yield found


def _cut(
    saved: NDArray[np.uint8], shape: tuple[int, int, int], count: int, columns: int, gap: int, times: int
) -> Images | None:
    high, wide = shape[0] * times, shape[1] * times
    found = np.zeros((count, *shape), np.uint8)
    for index in range(count):
        top, left = index // columns * (high + gap), index % columns * (wide + gap)
        picture = _smaller(saved[top : top + high, left : left + wide], shape, times)
        if picture is None:
            return None
        found[index] = picture
    return found


def _smaller(saved: NDArray[np.uint8], shape: tuple[int, int, int], times: int) -> Image | None:
    """A picture whose pixels are blocks of ``times`` x ``times``; None where its blocks are not of one colour."""
    colors = saved[..., :3] if saved.shape[2] > 2 else saved[..., :1]
    small = colors[::times, ::times]
    if times > 1 and (small.repeat(times, axis=0).repeat(times, axis=1) != colors).any():
        return None
    if shape[2] == 1:
        return small[..., :1] if (small == small[..., :1]).all() else None
    return np.broadcast_to(small, shape)
