"""The watchdog: calls back when something did not happen in time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable


class Watchdog:
    """Deadlines by key.  ``expired(key)`` is called on the watchdog's thread when one passes without `disarm`."""

    def __init__(self, expired: Callable[[Hashable], None]) -> None:
        self._expired = expired
        self._changed = threading.Condition()
        self._deadlines: dict[Hashable, float] = {}
        self._closed = False
        self.thread = threading.Thread(target=self._watch, name="engine watchdog", daemon=True)
        self.thread.start()

    def arm(self, key: Hashable, seconds: float) -> None:
        """Expect `disarm` within ``seconds``; an earlier deadline of the key stays."""
        with self._changed:
            self._deadlines.setdefault(key, time.monotonic() + seconds)
            self._changed.notify()

    def disarm(self, key: Hashable) -> None:
        """It happened."""
        with self._changed:
            self._deadlines.pop(key, None)

    def disarm_all(self) -> None:
        """Whatever was expected, it is no longer."""
        with self._changed:
            self._deadlines.clear()

    def close(self) -> None:
        """Expect nothing any more; the thread ends."""
        with self._changed:
            self._closed = True
            self._changed.notify()

    def _watch(self) -> None:
        while (overdue := self._next_overdue()) is not None:
            for key in overdue:
                self._expired(key)

    def _next_overdue(self) -> list[Hashable] | None:
        with self._changed:
            while not self._closed:
                now = time.monotonic()
                overdue = [key for key, deadline in self._deadlines.items() if deadline <= now]
                if overdue:
                    for key in overdue:
                        del self._deadlines[key]
                    return overdue
                nearest = min(self._deadlines.values(), default=None)
                self._changed.wait(None if nearest is None else nearest - now)
            return None
