"""Which pictures of a wall are selected and which one is current.  Qt-free.

Pictures are known by their *index*, whatever is sorted or filtered; hands go by *position*, the place in what is shown.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


class WallChoice:
    """``chosen (total,) bool`` by index, the ``current`` index or -1, and where a range with Shift begins."""

    def __init__(self) -> None:
        self.order = np.arange(0)
        self._place = np.arange(0)
        self.chosen = np.zeros(0, bool)
        self.current = self._anchor = -1

    @property
    def count(self) -> int:
        """Pictures shown."""
        return len(self.order)

    def index_at(self, position: int) -> int:
        """The index of the picture shown at a position, -1 for none."""
        return int(self.order[position]) if 0 <= position < len(self.order) else -1

    def place_of(self, index: int) -> int:
        """The position of a picture, -1 while it is not shown."""
        return int(self._place[index]) if 0 <= index < len(self._place) else -1

    def places_of(self, indices: NDArray[np.int64]) -> NDArray[np.int64]:
        """The positions of those of the pictures that are shown."""
        found = self._place[indices]
        return found[found >= 0]

    def selection(self) -> NDArray[np.int64]:
        """The selected indices, in the order shown."""
        return self.order[self.chosen[self.order]]

    def show(self, total: int, order: NDArray[np.int64] | None) -> bool:
        """Of ``total`` pictures, those of ``order`` are shown; whether that is another order than before.

        What is not shown any more is not selected any more.
        """
        made = np.arange(total) if order is None else np.asarray(order, np.int64)
        if total == len(self._place) and np.array_equal(made, self.order):
            return False
        self.order, self._place = made, np.full(total, -1)
        self._place[made] = np.arange(len(made))
        kept = np.zeros(total, bool)
        both = min(total, len(self.chosen))
        kept[:both] = self.chosen[:both]
        self.chosen = kept & (self._place >= 0)
        self.current = self.current if self.place_of(self.current) >= 0 else -1
        self._anchor = self._anchor if self.place_of(self._anchor) >= 0 else self.current
        return True

    def forget(self) -> None:
        """Nothing is selected, nothing current."""
        self.none()
        self.current = self._anchor = -1

    def go(self, position: int) -> None:
        """Make this the current one and leave the selection as it is."""
        self.current = self.index_at(position)

    def take(self, position: int) -> None:
        """Select this one alone; it is the current one."""
        self.none()
        self.current = self._anchor = self.index_at(position)
        if self.current >= 0:
            self.chosen[self.current] = True

    def toggle(self, position: int) -> None:
        """Select it, or no more; it is the current one."""
        self.current = self._anchor = self.index_at(position)
        if self.current >= 0:
            self.chosen = self.chosen.copy()
            self.chosen[self.current] ^= True

    def extend(self, position: int, *, add: bool = False) -> None:
        """Select from where the range began to here, with ``add`` beside what is selected."""
        start = self.place_of(self._anchor)
        start = position if start < 0 else start
        low, high = sorted((start, position))
        base = self.chosen if add else np.zeros_like(self.chosen)
        self._anchor = self.index_at(start)
        self.band(np.arange(low, high + 1), base)
        self.current = self.index_at(position)

    def band(self, positions: NDArray[np.int64], base: NDArray[np.bool_]) -> None:
        """Select ``base`` (by index) and the pictures at ``positions``."""
        self.chosen = base.copy()
        self.chosen[self.order[positions]] = True

    def choose(self, indices: NDArray[np.int64]) -> None:
        """Select these pictures, as far as they are shown."""
        self.none()
        self.chosen[self.order[self.places_of(indices)]] = True

    def all(self) -> None:
        """Select everything shown."""
        self.chosen = self._place >= 0

    def none(self) -> None:
        """Select nothing."""
        self.chosen = np.zeros_like(self.chosen)
