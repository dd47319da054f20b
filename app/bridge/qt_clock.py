"""Time for presenters, from Qt's event loop."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer


class QtTimer:
    """A call that is still to come, until it has been made or cancelled."""

    def __init__(self, delay_ms: float, fn: Callable[[], None], alive: set[QtTimer]) -> None:
        self._fn = fn
        self._alive = alive
        self._timer: QTimer | None = QTimer()
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._fire)
        self._timer.start(max(0, round(delay_ms)))
        alive.add(self)

    @property
    def active(self) -> bool:
        """Whether the call is still to come."""
        return self._timer is not None

    def cancel(self) -> None:
        """Do not call; harmless when it has been called, also from within the call."""
        if self._timer is not None:
            self._timer.stop()
            self._timer.deleteLater()
            self._timer = None
            self._alive.discard(self)

    def _fire(self) -> None:
        self.cancel()
        self._fn()


class QtClock:
    """A `Clock`: milliseconds that only grow, and calls on the GUI thread after a delay."""

    def __init__(self) -> None:
        self._alive: set[QtTimer] = set()

    def now_ms(self) -> float:
        """Milliseconds since some start."""
        return time.perf_counter() * 1000.0

    def call_later(self, delay_ms: float, fn: Callable[[], None]) -> QtTimer:
        """Call ``fn`` once on the GUI thread, after at least ``delay_ms``."""
        return QtTimer(delay_ms, fn, self._alive)

    def close(self) -> None:
        """Cancel everything that is still to come."""
        for timer in tuple(self._alive):
            timer.cancel()
