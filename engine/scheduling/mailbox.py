"""The mailbox: things waiting in order for a consumer that may be slow; newer ones may replace older ones."""

from __future__ import annotations

import threading
from collections.abc import Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class Mailbox(Generic[T]):
    """A queue in which an item posted under a ``key`` replaces the one that still waits under it.

    The replacement keeps its forerunner's place, so the order of events of one job never changes: a job's partials
    share a key, everything else has none and is never dropped.  Any thread may call any method.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._items: dict[Hashable, T] = {}
        self._closed = False

    def post(self, item: T, key: Hashable = None) -> None:
        """Leave an item; after `close` it is thrown away."""
        with self._changed:
            if not self._closed:
                self._items[object() if key is None else key] = item
                self._changed.notify()

    def discard(self, key: Hashable) -> None:
        """Throw away what waits under this key, if anything does."""
        with self._changed:
            self._items.pop(key, None)

    def take(self) -> T | None:
        """Wait for the oldest item; None once the mailbox is closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._items)
            if self._closed:
                return None
            return self._items.pop(next(iter(self._items)))

    def linger(self, seconds: float) -> None:
        """Wait so long, or until something waits or the mailbox is closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._items, seconds)

    def close(self) -> None:
        """Throw away what waits and end every `take`."""
        with self._changed:
            self._closed = True
            self._items.clear()
            self._changed.notify_all()
