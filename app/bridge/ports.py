"""What a presenter needs of the outside world, as two narrow ports that tests replace.

`Dispatcher` hands requests to the engine and brings its events back to the GUI thread; `Clock` is time and timers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from engine.contracts.events import Event
from engine.contracts.lanes import Job, Lane
from engine.contracts.requests import Request


class Dispatcher(Protocol):
    """The engine, as seen from the GUI thread."""

    def submit(self, request: Request, lane: Lane, on_event: Callable[[Event], None]) -> Job:
        """Queue a request.  ``on_event`` is called on the GUI thread, never from within this call."""
        ...


class Timer(Protocol):
    """One call that is due later."""

    @property
    def active(self) -> bool:
        """True until the call has been made or cancelled."""
        ...

    def cancel(self) -> None:
        """Do not call any more; harmless when it has been called already."""
        ...


class Clock(Protocol):
    """Monotonic time and delayed calls, both of the GUI thread."""

    def now_ms(self) -> float:
        """Milliseconds since some fixed moment."""
        ...

    def call_later(self, delay_ms: float, fn: Callable[[], None]) -> Timer:
        """Call ``fn`` once, on the GUI thread, no earlier than ``delay_ms`` from now."""
        ...
