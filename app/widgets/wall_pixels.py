"""Pieces of a wall as pixels, composed at once from the array of pictures.  NumPy alone.

A picture is magnified by whole device px with nearest neighbour; below its own size it is the average over squares of
whole px, or for a moment, where a frame may not wait for that, the px in the middle of each.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_BYTES = (2, 1, 0) if sys.byteorder == "little" else (1, 2, 3)
"""Where red, green and blue lie in a packed pixel, ``0xAARRGGBB``."""

CACHED_BYTES = 192 * 1024
"""Pictures that are averaged at a time: what stays in the processor's cache meanwhile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CellLook:
    """A tile and what is around it, device px; colours packed.

    width, height, x, y
        The picture's size and where it lies in its cell of ``pitch_x`` x ``pitch_y``.
    outset, ring
        How far the mark of a selected tile lies outside of the picture, and how thick it is.
    edge
        How thick the line around every picture is: a white one on light ground has no rim of its own.
    """

    width: int
    height: int
    pitch_x: int
    pitch_y: int
    x: int
    y: int
    outset: int
    ring: int
    edge: int
    ground: np.uint32
    line: np.uint32
    mat: np.uint32
    accent: np.uint32


def pack(pixels: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """``(..., C)`` display values as packed opaque pixels ``(...)``."""
    if pixels.shape[-1] == 1:
        return pixels[..., 0] * np.uint32(0x010101) | np.uint32(0xFF000000)
    made = np.full(pixels.shape[:-1], 0xFF000000, np.uint32)
    channels = made.view(np.uint8).reshape(*made.shape, 4)
    for source, target in enumerate(_BYTES):
        channels[..., target] = pixels[..., source]
    return made


def reduced(pixels: NDArray[np.uint8], part: int) -> NDArray[np.uint8]:
    """``(N, H, W, C)`` as the rounded averages over squares of ``part`` px (at most 16), which divide H and W.

    Sums run over whole rows at once, the px that are wanted are picked last: three times as fast as square by square.
    """
    count, height, width, channels = pixels.shape
    if part == 1 or not count:
        return pixels
    rows = pixels.reshape(count, height // part, part, width * channels)
    down = np.add(rows[:, :, 0], rows[:, :, 1], dtype=np.uint16)
    for step in range(2, part):
        down += rows[:, :, step]
    flat = down.ravel()
    total = flat.copy()
    for step in range(1, part):
        total[: -step * channels] += flat[step * channels :]
    total += part * part // 2
    total //= part * part
    means = whole_pixels(total.astype(np.uint8).reshape(count, height // part, width, channels))
    return channels_of(means[:, :, ::part], channels)


def whole_pixels(pixels: NDArray[np.uint8]) -> NDArray[np.void]:
    """``(..., C)`` as one item a pixel, so that pixels are picked whole; a view."""
    return pixels.view(f"V{pixels.shape[-1]}")[..., 0]


def channels_of(pixels: NDArray[np.void], channels: int) -> NDArray[np.uint8]:
    """What `whole_pixels` was made of, contiguous."""
    return np.ascontiguousarray(pixels).view(np.uint8).reshape(*pixels.shape, channels)


def small(images: NDArray[np.uint8], indices: NDArray[np.int64], look: CellLook, *, rough: bool) -> NDArray[np.uint32]:
    """The pictures ``indices (N,)`` at their own size, or smaller where ``look`` is, packed ``(N, h, w)``."""
    part = max(1, images.shape[2] // look.width)
    if rough and part > 1 and images.flags.c_contiguous:
        picked = whole_pixels(images)[:, part // 2 :: part, part // 2 :: part][indices]
        return pack(channels_of(picked, images.shape[3]))
    if part == 1:
        return pack(images[indices])
    made = np.empty((len(indices), images.shape[1] // part, images.shape[2] // part), np.uint32)
    some = max(1, CACHED_BYTES // images[:1].nbytes)
    for start in range(0, len(indices), some):
        made[start : start + some] = pack(reduced(images[indices[start : start + some]], part))
    return made


def compose(
    images: NDArray[np.uint8],
    drawn: NDArray[np.bool_],
    chosen: NDArray[np.bool_],
    indices: NDArray[np.int64],
    look: CellLook,
    *,
    rough: bool = False,
    into: NDArray[np.uint32] | None = None,
) -> NDArray[np.uint32]:
    """The tiles ``indices (R, C)`` (-1: none) of ``images (N, H, W, C)`` in rows and columns, packed pixels
    ``(R * pitch_y, C * pitch_x)``; undrawn ones are mats, ``chosen`` ones have a frame.  The pixels go ``into`` an
    array of that shape where one is given: fresh memory costs more than what is written to it."""
    rows, columns = indices.shape
    made = np.empty((rows * look.pitch_y, columns * look.pitch_x), np.uint32) if into is None else into
    made[:] = look.ground
    cells = made.reshape(rows, look.pitch_y, columns, look.pitch_x)
    known = np.where(indices >= 0, indices, 0).ravel()
    values = small(images, known, look, rough=rough)
    values[~drawn[known]] = look.mat
    times = look.width // values.shape[2]
    across = values.reshape(rows, columns, *values.shape[1:]).transpose(0, 2, 1, 3)
    wide = np.repeat(across, times, axis=3) if times > 1 else across
    if look.edge:
        edged = slice(look.y - look.edge, look.y + look.height + look.edge)
        cells[:, edged, :, look.x - look.edge : look.x + look.width + look.edge] = look.line
    inner = cells[:, look.y : look.y + look.height, :, look.x : look.x + look.width]
    for step in range(times):
        inner[:, step::times] = wide
    by_tile = cells.transpose(0, 2, 1, 3)
    if (indices < 0).any():
        by_tile[indices < 0] = look.ground
    selected = (indices >= 0) & chosen[known].reshape(indices.shape)
    if selected.any():
        _frame(by_tile, selected, look)
    return made


def _frame(by_tile: NDArray[np.uint32], selected: NDArray[np.bool_], look: CellLook) -> None:
    """Draw the frame of selected tiles into ``by_tile (R, C, pitch_y, pitch_x)``."""
    top, left = look.y - look.outset, look.x - look.outset
    bottom, right = look.y + look.height + look.outset, look.x + look.width + look.outset
    ring = look.ring
    for down, across in (
        (slice(top, top + ring), slice(left, right)),
        (slice(bottom - ring, bottom), slice(left, right)),
        (slice(top, bottom), slice(left, left + ring)),
        (slice(top, bottom), slice(right - ring, right)),
    ):
        by_tile[:, :, down, across][selected] = look.accent
