"""Orientations: the raster orders that a model with an orientation condition can draw in.

An orientation turns the picture before the model sees it and turns the answer back.  A raster model builds on what lies
above and left *in its own frame*, so turning the picture decides which given pixels it can use.

The eight orientations of a square are, in the order of the models' condition columns (bit 0 flips columns, bit 1 flips
rows, bit 2 transposes afterwards)::

    upright, flip_horizontal, flip_vertical, rotate_180, and each of them followed by a transpose
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.contracts.arrays import Observed

NAMES: tuple[str, ...] = (
    "upright",
    "flip_horizontal",
    "flip_vertical",
    "rotate_180",
    "transpose",
    "transpose_flip_horizontal",
    "transpose_flip_vertical",
    "transpose_rotate_180",
)


TURN_AT = 0.5
"""The share of the first orientation's late pixels at which another one is taken."""


def turn(array: NDArray[Any], name: str, row_axis: int = 0) -> NDArray[Any]:
    """Into the orientation's frame: axes ``row_axis`` and ``row_axis + 1`` are rows and columns.  A view."""
    code = NAMES.index(name)
    if code & 1:
        array = np.flip(array, row_axis + 1)
    if code & 2:
        array = np.flip(array, row_axis)
    return np.swapaxes(array, row_axis, row_axis + 1) if code & 4 else array


def turn_back(array: NDArray[Any], name: str, row_axis: int = 0) -> NDArray[Any]:
    """The inverse of `turn`: back to upright.  A view."""
    code = NAMES.index(name)
    if code & 4:
        array = np.swapaxes(array, row_axis, row_axis + 1)
    if code & 2:
        array = np.flip(array, row_axis)
    return np.flip(array, row_axis + 1) if code & 1 else array


def late_pixels(observed: Observed, name: str) -> int:
    """How many observed pixels come after the first unobserved one in this orientation's raster order."""
    flat = turn(observed, name).reshape(-1)
    return 0 if flat.all() else int(flat[int(np.argmin(flat)) :].sum())


def best(observed: Observed, names: Sequence[str]) -> str:
    """The orientation with the fewest late pixels, if turning saves enough of them; else the first of ``names``.

    Where some orientation has none, sampling in it is exact.  Where all have some they are weighed anyway, and what is
    drawn is a little better in the frame that pictures are seen and scored in: a model turns well, not perfectly.  So
    the picture is turned for at most `TURN_AT` of the first orientation's late pixels.
    """
    fewest = min(names, key=lambda name: late_pixels(observed, name))
    saves = late_pixels(observed, fewest) <= TURN_AT * late_pixels(observed, names[0])
    return fewest if saves else names[0]


def unused(observed: Observed, name: str) -> Observed:
    """The observed pixels that come after the first unobserved one, upright ``(H, W) bool``."""
    turned = turn(observed, name)
    flat = turned.reshape(-1)
    late = np.zeros(flat.shape, bool)
    if not flat.all():
        first = int(np.argmin(flat))
        late[first:] = flat[first:]
    return np.ascontiguousarray(turn_back(late.reshape(turned.shape), name))


def order(height: int, width: int, name: str) -> NDArray[np.int32]:
    """Upright flat pixel indices in the order in which they are drawn: ``(H * W,) int32``."""
    upright = np.arange(height * width, dtype=np.int32).reshape(height, width)
    return np.ascontiguousarray(turn(upright, name)).reshape(-1)
