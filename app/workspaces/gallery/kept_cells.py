"""Kept pictures of any model on one wall: each in a cell as large as the largest of them.  Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from engine.contracts.arrays import Image

MOST = 96
"""The side of the largest cell, px; larger pictures show every n-th pixel on the wall, and all of them when chosen."""
_FIRST = 256


def cell_size(sizes: Iterable[tuple[int, int]]) -> tuple[int, int]:
    """Height and width of the cell for pictures of these widths and heights."""
    widths, heights = zip(*sizes, strict=True) if (sizes := [*sizes]) else ((1,), (1,))
    return min(MOST, max(1, *heights)), min(MOST, max(1, *widths))


def in_cell(pixels: Image, cell: tuple[int, int], margin: tuple[int, int, int]) -> Image:
    """A picture ``(H, W, C)`` in the middle of a cell ``(h, w, 3)``, in whole px, as large as it can be."""
    height, width = cell
    part = max(1, -(-pixels.shape[0] // height), -(-pixels.shape[1] // width))
    small = pixels[::part, ::part]
    times = min(height // small.shape[0], width // small.shape[1])
    large = small.repeat(times, axis=0).repeat(times, axis=1)
    made = np.empty((height, width, 3), np.uint8)
    made[:] = margin
    top, left = (height - large.shape[0]) // 2, (width - large.shape[1]) // 2
    made[top : top + large.shape[0], left : left + large.shape[1]] = large
    return made


class KeptCells:
    """Cells by index; a picture keeps its index as long as the page lives, whatever it is filtered by."""

    def __init__(self) -> None:
        self._indices: dict[int, int] = {}
        self._cell = (1, 1)
        self._allocate(_FIRST)

    @property
    def count(self) -> int:
        """Pictures that have been on the page so far."""
        return len(self._indices)

    @property
    def cell(self) -> tuple[int, int]:
        """Height and width of a cell, px."""
        return self._cell

    @property
    def images(self) -> NDArray[np.uint8]:
        """``(count, h, w, 3)``."""
        return self._images[: self.count]

    @property
    def drawn(self) -> NDArray[np.bool_]:
        """``(count,)``: which cells are filled."""
        return self._drawn[: self.count]

    @property
    def broken(self) -> NDArray[np.bool_]:
        """``(count,)``: which pictures cannot be read any more."""
        return self._broken[: self.count]

    def index_of(self, identity: int) -> int:
        """The index of a picture, -1 if it was not on the page yet."""
        return self._indices.get(identity, -1)

    def show(self, identities: Iterable[int], cell: tuple[int, int]) -> NDArray[np.int64]:
        """These pictures are on the page, in cells of this size: their indices, ``(N,)``."""
        indices = self._indices
        found = np.fromiter((indices.setdefault(each, len(indices)) for each in identities), np.int64)
        if cell != self._cell:
            self._cell = cell
            self._allocate(self.count)
        elif self.count > len(self._drawn):
            self._grow()
        return found

    def fill(self, cells: Mapping[int, Image | None]) -> NDArray[np.int64]:
        """The cells of these pictures, None where there is no reading it; their indices."""
        filled = [(index, cell) for identity, cell in cells.items() if (index := self.index_of(identity)) >= 0]
        for index, cell in filled:
            self._drawn[index] = True
            self._broken[index] = cell is None
            self._images[index] = 128 if cell is None else cell
        return np.array([index for index, _ in filled], np.int64)

    def empty(self) -> None:
        """All cells are to be filled again."""
        self._drawn[:] = False

    def _allocate(self, count: int) -> None:
        """Empty cells for so many pictures and some more; memory is taken as they are filled."""
        room = max(_FIRST, 2 * count)
        self._images = np.zeros((room, *self._cell, 3), np.uint8)
        self._drawn, self._broken = np.zeros(room, bool), np.zeros(room, bool)

    def _grow(self) -> None:
        before = self._images, self._drawn, self._broken
        self._allocate(self.count)
        for old, new in zip(before, (self._images, self._drawn, self._broken), strict=True):
            new[: len(old)] = old
