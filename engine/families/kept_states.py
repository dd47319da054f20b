"""What runs leave so that the next one may start lower, of all models of a process together."""

from __future__ import annotations

import threading
from collections.abc import Hashable, Iterable
from typing import Any

from numpy.typing import NDArray

KEPT_BYTES = 64 * 2**20
"""The most that all of it may weigh: a person looks at one picture at a time, and a laptop has other programs."""


class KeptStates:
    """Things by place, of which the latest stay.  Any thread.

    Many arrays are shared, by rows and by runs that followed one another; each weighs once.
    """

    def __init__(self, most_bytes: int = KEPT_BYTES) -> None:
        self.most_bytes = most_bytes
        self._lock = threading.Lock()
        self._kept: dict[Hashable, tuple[Any, dict[int, int]]] = {}

    def get(self, place: Hashable) -> Any:
        """What was kept there; None if nothing was, or it had to go."""
        with self._lock:
            kept = self._kept.get(place)
        return None if kept is None else kept[0]

    def keep(self, place: Hashable, thing: Any, arrays: Iterable[NDArray[Any]]) -> None:
        """Keep a thing that holds ``arrays`` in place of what was there, and let go of the oldest that there is no room
        for; of this one too where it alone is too much."""
        weights = {id(array): array.nbytes for array in arrays}  # ids stay theirs: the thing holds the arrays
        with self._lock:
            self._kept.pop(place, None)
            self._kept[place] = (thing, weights)
            while self._kept and self._weight() > self.most_bytes:
                del self._kept[next(iter(self._kept))]

    def forget(self, place: Hashable) -> None:
        """Let go of what was kept there."""
        with self._lock:
            self._kept.pop(place, None)

    def places(self) -> list[Hashable]:
        """Where something is kept, the oldest first."""
        with self._lock:
            return list(self._kept)

    @property
    def weight(self) -> int:
        """Bytes of all arrays that are kept."""
        with self._lock:
            return self._weight()

    def _weight(self) -> int:
        together: dict[int, int] = {}
        for _, weights in self._kept.values():
            together |= weights
        return sum(together.values())
