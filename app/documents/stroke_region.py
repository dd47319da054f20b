"""Which pixels a stroke, a fill or a preset touches: boolean ``(H, W)`` regions, no colours.

Points are ``(x, y)`` in image pixels: pixel (column i, row j) covers [i, i+1) x [j, j+1).  They may lie outside.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from engine.contracts.arrays import Image, Observed

Point = tuple[float, float]

PRESETS: tuple[str, ...] = ("top", "bottom", "left", "right", "scattered")
"""What `preset_region` keeps: one half of the picture, or every fifth pixel by chance."""
SCATTERED_SHARE = 0.2


def segment_region(height: int, width: int, p0: Point, p1: Point, radius_px: float) -> Observed:
    """The pixels that a disc of ``radius_px``, drawn from ``p0`` to ``p1``, covers.

    A thin brush (radius 0.5 or less) draws the one-pixel line (Bresenham 1965); a wider one adds every pixel whose
    centre is within the radius, so that a line never breaks, however fast the pointer was.
    """
    region = np.zeros((height, width), bool)
    reach = max(radius_px, 0.5)
    clipped = _clip(p0, p1, (-reach - 1, -reach - 1, width + reach + 1, height + reach + 1))
    if clipped is None:
        return region
    _draw_line(region, *clipped)
    if radius_px > 0.5:
        region |= _distance(height, width, *clipped) <= radius_px
    return region


def fill_region(pixels: Image, state: NDArray[np.uint8], x: int, y: int) -> Observed:
    """The 4-connected area around (x, y) that looks like it: equal colour if known, unknown if unknown.

    Empty when (x, y) is outside the picture.
    """
    height, width = state.shape
    region = np.zeros((height, width), bool)
    if not (0 <= x < width and 0 <= y < height):
        return region
    known = state != 0
    alike = ~known if not known[y, x] else known & (pixels == pixels[y, x]).all(axis=2)
    region[y, x] = True
    while True:
        grown = region.copy()
        grown[1:] |= region[:-1]
        grown[:-1] |= region[1:]
        grown[:, 1:] |= region[:, :-1]
        grown[:, :-1] |= region[:, 1:]
        grown &= alike
        if (grown == region).all():
            return region
        region = grown


def preset_region(name: str, height: int, width: int, seed: int) -> Observed:
    """The pixels that a preset keeps; an odd middle row or column belongs to the kept half."""
    region = np.zeros((height, width), bool)
    if name == "top":
        region[: (height + 1) // 2] = True
    elif name == "bottom":
        region[height // 2 :] = True
    elif name == "left":
        region[:, : (width + 1) // 2] = True
    elif name == "right":
        region[:, width // 2 :] = True
    elif name == "scattered":
        region |= np.random.default_rng(seed).random((height, width)) < SCATTERED_SHARE
    else:
        raise ValueError(f"unknown preset {name!r}")
    return region


def _clip(p0: Point, p1: Point, box: tuple[float, float, float, float]) -> tuple[Point, Point] | None:
    """The part of the segment inside the box (Liang and Barsky 1984), or None."""
    (x0, y0), dx, dy = p0, p1[0] - p0[0], p1[1] - p0[1]
    if not all(map(math.isfinite, (*p0, *p1, dx, dy))):
        return None
    start, end = 0.0, 1.0
    for step, room in ((-dx, x0 - box[0]), (dx, box[2] - x0), (-dy, y0 - box[1]), (dy, box[3] - y0)):
        if step == 0:
            if room < 0:
                return None
        elif step < 0:
            start = max(start, room / step)
        else:
            end = min(end, room / step)
    if start > end:
        return None
    # Far points lose digits: what they lose must not leave the box, or a line could have any number of pixels.
    inside = [_within(x0 + at * dx, y0 + at * dy, box) for at in (start, end)]
    return inside[0], inside[1]


def _within(x: float, y: float, box: tuple[float, float, float, float]) -> Point:
    return min(max(x, box[0]), box[2]), min(max(y, box[1]), box[3])


def _draw_line(region: Observed, p0: Point, p1: Point) -> None:
    """Set the pixels of the 8-connected line between the pixels of two points, where they are inside."""
    (x0, y0), (x1, y1) = ((math.floor(x), math.floor(y)) for x, y in (p0, p1))
    steps = max(abs(x1 - x0), abs(y1 - y0))
    at = np.linspace(0.0, 1.0, steps + 1)
    columns = np.floor(x0 + (x1 - x0) * at + 0.5).astype(int)
    rows = np.floor(y0 + (y1 - y0) * at + 0.5).astype(int)
    inside = (columns >= 0) & (columns < region.shape[1]) & (rows >= 0) & (rows < region.shape[0])
    region[rows[inside], columns[inside]] = True


def _distance(height: int, width: int, p0: Point, p1: Point) -> NDArray[np.float64]:
    """Distance of every pixel's centre from the segment, in pixels: (H, W)."""
    x = np.arange(width)[None, :] + 0.5 - p0[0]
    y = np.arange(height)[:, None] + 0.5 - p0[1]
    dx, dy = p1[0] - p0[0], p1[1] - p0[1]
    length2 = dx * dx + dy * dy
    along = np.clip((x * dx + y * dy) / length2, 0.0, 1.0) if length2 > 0 else np.zeros((height, width))
    return np.asarray(np.hypot(x - along * dx, y - along * dy))
