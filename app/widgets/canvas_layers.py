"""The canvas's layers as arrays: what colour every device pixel of the picture has.  Pure numpy, no Qt.

Pixels are magnified by repetition at whole device pixels, never by a scaler, so they are exact at every zoom and scale.
States are 0 unknown, 1 given, 2 adopted, as in the document.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from app.theme.tokens import ADOPTED_TINT, PREVIEW_STRENGTH, Palette, hatch_lines
from app.widgets.canvas_viewport import Viewport
from app.widgets.imaging import packed, rgb

Pixel = TypeVar("Pixel", np.uint32, np.bool_)
Layers: TypeAlias = tuple[NDArray[np.uint32], NDArray[np.uint32]]
UNKNOWN, GIVEN, ADOPTED = 0, 1, 2
_HATCH_PERIOD = 6
_MIDDLE = 128  # sRGB: above it dark lines are seen better, below it light ones


def compose(
    pixels: NDArray[np.uint8],
    state: NDArray[np.uint8],
    preview: NDArray[np.uint8] | None,
    drawn: NDArray[np.bool_] | None,
    palette: Palette,
) -> Layers:
    """The picture between the hatch lines and on them, both ``uint32 (H, W)``.

    They differ in unknown pixels only.  Unknown pixels show ``preview`` at `PREVIEW_STRENGTH` over the mat where it is
    ``drawn`` (everywhere if that is None), else the mat; adopted ones carry a tint.
    """
    unknown, mat = state == UNKNOWN, rgb(palette.mat)
    base = np.broadcast_to(pixels, (*pixels.shape[:2], 3)).astype(np.float32)
    base[state == ADOPTED] += (rgb(palette.adopted) - base[state == ADOPTED]) * ADOPTED_TINT
    base[unknown] = mat
    if preview is not None:
        shown = unknown if drawn is None else unknown & drawn
        base[shown] += (np.broadcast_to(preview, base.shape)[shown] - mat) * PREVIEW_STRENGTH
    lined = base.copy()
    over_dark, over_light = (rgb(color) for color in hatch_lines(palette))
    light = lined[unknown].mean(axis=1, keepdims=True) > _MIDDLE
    lined[unknown] += (np.where(light, over_light, over_dark) - lined[unknown]) * palette.hatch_alpha
    return packed(base), packed(lined)


def visible(edges: NDArray[np.int64], limit: int) -> tuple[int, NDArray[np.int64]]:
    """Where the visible part starts (device px) and how many device px every pixel fills of ``[0, limit)``."""
    clipped = np.clip(edges, 0, limit)
    return int(clipped[0]), np.diff(clipped)


def magnify(small: NDArray[Pixel], across: NDArray[np.int64], down: NDArray[np.int64]) -> NDArray[Pixel]:
    """Repeat column ``i`` ``across[i]`` times and row ``j`` ``down[j]`` times."""
    return np.repeat(np.repeat(small, across, axis=1), down, axis=0)


@lru_cache(maxsize=8)
def hatch_pattern(width: int, height: int, left: int, top: int, thickness: int) -> NDArray[np.bool_]:
    """True on 45-degree lines, counted from the canvas's corner, so that they keep still under zoom and pan."""
    period = _HATCH_PERIOD * thickness
    sums = (np.arange(width)[None, :] + np.arange(height)[:, None] + left + top) % period
    lines: NDArray[np.bool_] = sums < thickness
    lines.setflags(write=False)
    return lines


def bands(known: NDArray[np.bool_], half: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """The contour's two halves: known device px within ``half`` of unknown ones, and unknown ones within it of known.

    The picture's own rim has none.  Looking ``half`` px away is enough, because a pixel is wider than that.
    """
    near = np.pad(known, half, mode="edge")
    far = near
    for axis in (0, 1):
        size = known.shape[axis]
        parts = [slice(start, start + size) for start in (0, half, 2 * half)]
        before, middle, after = ([near[p], far[p]] if axis == 0 else [near[:, p], far[:, p]] for p in parts)
        near, far = before[0] | middle[0] | after[0], before[1] & middle[1] & after[1]
    return known & ~far, near & ~known


def draw_contour(
    made: NDArray[np.uint32], known: NDArray[np.bool_], half: int, colors: tuple[np.uint32, np.uint32 | None]
) -> None:
    """Paint the contour into ``made`` (both device px): the known side's colour, and the other's where there is one."""
    inner, outer = bands(known, half)
    made[inner] = colors[0]
    if colors[1] is not None:
        made[outer] = colors[1]


def render(
    layers: Layers,
    known: NDArray[np.bool_],
    view: Viewport,
    thickness: int,
    contour: tuple[np.uint32, np.uint32],
    lined: NDArray[np.bool_] | None = None,
) -> tuple[int, int, NDArray[np.uint32]]:
    """The visible part of the picture in device px: its left, its top, and ``uint32`` pixels.

    ``known (H, W)`` is what the contour parts from the rest, in the colours ``contour``; ``thickness`` is a
    device-independent px in device px: that of a hatch line, and of each half of the contour.  ``lined (H, W)``: where
    the layers may differ, unknown pixels if None.
    """
    left, across = visible(view.x_edges(), view.width)
    top, down = visible(view.y_edges(), view.height)
    made = magnify(layers[0], across, down)
    rows, columns = _around(~known if lined is None else lined)
    x, y = int(across[: columns.start].sum()), int(down[: rows.start].sum())
    across, down = across[columns], down[rows]
    part = made[y : y + int(down.sum()), x : x + int(across.sum())]
    if part.size:
        lines = hatch_pattern(part.shape[1], part.shape[0], left + x, top + y, thickness)
        np.copyto(part, magnify(layers[1][rows, columns], across, down), where=lines)
        if known.any():
            small = view.zoom < 8 * thickness
            half = max(1, thickness // 2) if small else thickness
            colors = contour[0], None if small else contour[1]
            draw_contour(part, magnify(known[rows, columns], across, down), half, colors)
    return left, top, made


def _around(marks: NDArray[np.bool_]) -> tuple[slice, slice]:
    """Rows and columns that hold every True of ``(H, W)`` and one pixel around: only there is anything to draw."""
    found = []
    for axis in (1, 0):
        at = np.flatnonzero(marks.any(axis=axis))
        found.append(slice(max(0, int(at[0]) - 1), int(at[-1]) + 2) if at.size else slice(0, 0))
    return found[0], found[1]
