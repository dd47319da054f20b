"""When to stop starting a process that keeps dying."""

from __future__ import annotations

from collections import deque

MAX_DEATHS = 3
WINDOW_S = 10.0


class CrashLoop:
    """Counts deaths: `MAX_DEATHS` within `WINDOW_S` seconds, or as many in a row before a hello, are too many."""

    def __init__(self) -> None:
        self._deaths: deque[float] = deque(maxlen=MAX_DEATHS)
        self._silent = 0

    def died(self, now: float, greeted: bool) -> bool:
        """Count a death at ``now`` seconds; True if that was one too many."""
        self._deaths.append(now)
        self._silent = 0 if greeted else self._silent + 1
        in_window = len(self._deaths) == MAX_DEATHS and now - self._deaths[0] <= WINDOW_S
        return in_window or self._silent >= MAX_DEATHS

    def forget(self) -> None:
        """Begin anew."""
        self._deaths.clear()
        self._silent = 0
