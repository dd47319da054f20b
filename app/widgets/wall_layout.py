"""Where the tiles of a wall lie: arithmetic in device px of the wall's whole extent, and nothing drawn.

A *position* is a place in the order shown, 0 to ``count - 1``, row by row.  Qt-free.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Box = tuple[int, int, int, int]
"""Left, top, right and bottom in device px; right and bottom are outside."""

MOST_AVERAGED = 16
"""Px of a picture across that become one at the smallest size."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Size2:
    """Device px across and down."""

    width: int
    height: int


def tile_sides(width: int, height: int, least: int, most: int) -> tuple[int, ...]:
    """How large a picture of ``width`` x ``height`` may be drawn, as device px of its longer side, smallest first.

    Whole multiples, and below the picture's own size the whole fractions that divide both its sides.  At least one.
    """
    longer = max(width, height)
    parts = [k for k in range(MOST_AVERAGED, 1, -1) if width % k == 0 and height % k == 0 and longer // k >= least]
    times = range(1, max(1, most // longer) + 1)
    return (*(longer // k for k in parts), *(longer * m for m in times))


def nearest_side(sides: tuple[int, ...], wish: float) -> int:
    """The largest of ``sides`` within ``wish`` device px, or the smallest there is."""
    return max((side for side in sides if side <= wish + 1e-6), default=sides[0])


def gap_of(side: float) -> int:
    """What parts tiles whose longer side is ``side``, both in device-independent px."""
    return next(gap for least, gap in ((48, 6), (24, 4), (12, 2), (0, 1)) if side >= least)


def around(outer: Box, inner: Box) -> Iterator[Box]:
    """What of ``outer`` is outside of ``inner``: up to four boxes that do not overlap."""
    top, bottom = min(max(inner[1], outer[1]), outer[3]), max(min(inner[3], outer[3]), outer[1])
    bottom = max(top, bottom)
    for found in (
        (outer[0], outer[1], outer[2], top),
        (outer[0], bottom, outer[2], outer[3]),
        (outer[0], top, min(inner[0], outer[2]), bottom),
        (max(inner[2], min(inner[0], outer[2]), outer[0]), top, outer[2], bottom),
    ):
        if found[0] < found[2] and found[1] < found[3]:
            yield found


@dataclass(frozen=True, slots=True, kw_only=True)
class WallLayout:
    """``count`` tiles of ``tile_width`` x ``tile_height``, parted by ``gap``, in a view ``width`` across.

    forced
        Columns that are asked for (a row a class); None: as many as ``width`` holds.
    margin
        Around all tiles.
    title_width, title_height
        The band at the left in which rows have their titles (0: no band), and what a title takes up: no row is
        lower, so titles never overlap.
    """

    count: int
    width: int
    tile_width: int
    tile_height: int
    gap: int = 0
    margin: int = 0
    forced: int | None = None
    title_width: int = 0
    title_height: int = 0

    @property
    def pitch_x(self) -> int:
        """From one column to the next."""
        return self.tile_width + self.gap

    @property
    def pitch_y(self) -> int:
        """From one row to the next."""
        return max(self.tile_height, self.title_height) + self.gap

    @property
    def columns(self) -> int:
        """Tiles side by side, at least one."""
        if self.forced is not None:
            return max(1, self.forced)
        return max(1, (self.width - self.title_width - 2 * self.margin + self.gap) // self.pitch_x)

    @property
    def rows(self) -> int:
        """Rows, the last one perhaps not full."""
        return -(-self.count // self.columns)

    @property
    def left(self) -> int:
        """Where the first column begins; what is left over is shared by both sides."""
        inner = self.columns * self.pitch_x - self.gap
        free = self.width - self.title_width - 2 * self.margin - inner
        return self.title_width + self.margin + (max(0, free // 2) if self.forced is None else 0)

    @property
    def top(self) -> int:
        """Where the first row begins."""
        return self.margin

    @property
    def extent(self) -> Size2:
        """The whole wall, at least as wide as the view."""
        right = self.left + self.columns * self.pitch_x - self.gap + self.margin
        down = self.rows * self.pitch_y - self.gap + 2 * self.margin if self.count else 0
        return Size2(width=max(self.width, right), height=down)

    def cell(self, position: int) -> tuple[int, int]:
        """Row and column of a position."""
        return divmod(position, self.columns)

    def box(self, position: int) -> Box:
        """Where the picture of a position lies."""
        row, column = self.cell(position)
        x = self.left + column * self.pitch_x
        y = self.top + row * self.pitch_y + (self.pitch_y - self.gap - self.tile_height) // 2
        return x, y, x + self.tile_width, y + self.tile_height

    def corners(self, positions: NDArray[np.int64]) -> NDArray[np.int64]:
        """The left and top of many positions' pictures, ``(N, 2)``."""
        row, column = np.divmod(positions, self.columns)
        sunk = (self.pitch_y - self.gap - self.tile_height) // 2
        return np.stack([self.left + column * self.pitch_x, self.top + row * self.pitch_y + sunk], axis=1)

    def at(self, x: int, y: int) -> int:
        """The position whose picture lies there, -1 for none."""
        column, row = (x - self.left) // self.pitch_x, (y - self.top) // self.pitch_y
        if not (0 <= column < self.columns and 0 <= row < self.rows):
            return -1
        position = row * self.columns + column
        if position >= self.count:
            return -1
        x0, y0, x1, y1 = self.box(position)
        return position if x0 <= x < x1 and y0 <= y < y1 else -1

    def nearest(self, x: int, y: int) -> int:
        """The position nearest to there, -1 on an empty wall."""
        if not self.count:
            return -1
        column = min(max((x - self.left) // self.pitch_x, 0), self.columns - 1)
        row = min(max((y - self.top) // self.pitch_y, 0), self.rows - 1)
        return min(row * self.columns + column, self.count - 1)

    def rows_in(self, top: int, bottom: int) -> range:
        """The rows that something of lies between ``top`` and ``bottom``."""
        first = max(0, (top - self.top) // self.pitch_y)
        return range(first, max(first, min(self.rows, -(-(bottom - self.top) // self.pitch_y))))

    def columns_in(self, left: int, right: int) -> range:
        """The columns that something of lies between ``left`` and ``right``."""
        first = max(0, (left - self.left) // self.pitch_x)
        return range(first, max(first, min(self.columns, -(-(right - self.left) // self.pitch_x))))

    def positions_in(self, box: Box) -> NDArray[np.int64]:
        """The positions whose pictures touch ``box``, ascending."""
        rows, columns = self.rows_in(box[1], box[3]), self.columns_in(box[0], box[2])
        found = (np.arange(rows.start, rows.stop)[:, None] * self.columns + np.asarray(columns)[None, :]).ravel()
        found = found[found < self.count]
        x, y = self.corners(found).T
        touched = (x < box[2]) & (x + self.tile_width > box[0]) & (y < box[3]) & (y + self.tile_height > box[1])
        inside: NDArray[np.int64] = found[touched]
        return inside

    def span(self, top: int, bottom: int) -> tuple[int, int]:
        """First position, and that after the last, of the rows whose cells are between ``top`` and ``bottom``."""
        rows = self.rows_in(top + self.gap, bottom)
        return min(rows.start * self.columns, self.count), min(rows.stop * self.columns, self.count)

    def moved(self, position: int, across: int, down: int) -> int:
        """Where an arrow key leads from ``position``: along the rows across line ends, up and down within the wall."""
        if down:
            goal = position + down * self.columns
            if goal >= self.count:  # a last row that is not full still takes who comes from above
                last = (self.rows - 1) * self.columns
                goal = self.count - 1 if position < last else position
            return goal if goal >= 0 else position % self.columns
        return min(max(position + across, 0), self.count - 1)
