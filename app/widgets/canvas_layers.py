"""The canvas's layers as arrays: what colour every device pixel of the picture has.  Pure numpy, no Qt.

Pixels are magnified by repetition at whole device pixels, never by a scaler, so they are exact at every zoom and scale.
States are 0 unknown, 1 given, 2 adopted, as in the document.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from app.theme.tokens import ADOPTED_TINT, PREVIEW_STRENGTH, Palette
from app.widgets.imaging import packed, rgb

UNKNOWN, GIVEN, ADOPTED = 0, 1, 2
_HATCH_PERIOD = 6


def compose(
    pixels: NDArray[np.uint8],
    state: NDArray[np.uint8],
    preview: NDArray[np.uint8] | None,
    drawn: NDArray[np.bool_] | None,
    palette: Palette,
) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
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
    lined[unknown] += (rgb(palette.hatch) - lined[unknown]) * palette.hatch_alpha
    return packed(base), packed(lined)


def visible(edges: NDArray[np.int64], limit: int) -> tuple[int, NDArray[np.int64]]:
    """Where the visible part starts (device px) and how many device px every pixel fills of ``[0, limit)``."""
    clipped = np.clip(edges, 0, limit)
    return int(clipped[0]), np.diff(clipped)


def magnify(small: NDArray[np.uint32], across: NDArray[np.int64], down: NDArray[np.int64]) -> NDArray[np.uint32]:
    """Repeat column ``i`` ``across[i]`` times and row ``j`` ``down[j]`` times."""
    return np.repeat(np.repeat(small, across, axis=1), down, axis=0)


@lru_cache(maxsize=8)
def hatch_lines(width: int, height: int, left: int, top: int, thickness: int) -> NDArray[np.bool_]:
    """True on 45-degree lines, counted from the canvas's corner, so that they keep still under zoom and pan."""
    period = _HATCH_PERIOD * thickness
    sums = (np.arange(width)[None, :] + np.arange(height)[:, None] + left + top) % period
    lines: NDArray[np.bool_] = sums < thickness
    lines.setflags(write=False)
    return lines


def render(
    plain: NDArray[np.uint32],
    lined: NDArray[np.uint32],
    x_edges: NDArray[np.int64],
    y_edges: NDArray[np.int64],
    size: tuple[int, int],
    thickness: int,
) -> tuple[int, int, NDArray[np.uint32]]:
    """The visible part of the picture in device px: its left, its top, and ``uint32`` pixels.

    ``size`` is the canvas's (width, height), ``thickness`` that of a hatch line, all device px.
    """
    left, across = visible(x_edges, size[0])
    top, down = visible(y_edges, size[1])
    made = magnify(plain, across, down)
    if made.size and not np.array_equal(plain, lined):
        lines = hatch_lines(made.shape[1], made.shape[0], left, top, thickness)
        np.copyto(made, magnify(lined, across, down), where=lines)
    return left, top, made


def _runs(marks: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Rows (line, start, end) of the runs of True along the last axis of ``(L, M)``."""
    padded = np.pad(marks, ((0, 0), (1, 1))).astype(np.int8)
    change = np.diff(padded, axis=1)
    line, start = np.nonzero(change == 1)
    _, end = np.nonzero(change == -1)
    return np.stack([line, start, end], axis=1)


def contour(
    state: NDArray[np.uint8], x_edges: NDArray[np.int64], y_edges: NDArray[np.int64], thickness: int
) -> list[tuple[int, int, int, int]]:
    """Rectangles (x, y, width, height), device px, between unknown and known pixels; none along the picture's rim."""
    known = state != UNKNOWN
    half = thickness // 2
    made: list[tuple[int, int, int, int]] = []
    for row, start, end in _runs(known[1:] != known[:-1]).tolist():
        x, right = int(x_edges[start]), int(x_edges[end])
        made.append((x - half, int(y_edges[row + 1]) - half, right - x + thickness, thickness))
    for column, start, end in _runs((known[:, 1:] != known[:, :-1]).T).tolist():
        y, bottom = int(y_edges[start]), int(y_edges[end])
        made.append((int(x_edges[column + 1]) - half, y - half, thickness, bottom - y + thickness))
    return made
