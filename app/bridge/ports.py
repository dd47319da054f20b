"""What a presenter needs of the outside world, as narrow ports that tests replace.

`Dispatcher` hands requests to the engine and brings its events back to the GUI thread; `Clock` is time and timers;
`Worker` does on a thread of its own what would hold up the GUI thread; `SerialWorker` has one thread for all of it.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Protocol, TypeVar

from engine.contracts.events import Event
from engine.contracts.lanes import Job, Lane
from engine.contracts.requests import Request

T = TypeVar("T")


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


class Worker(Protocol):
    """Work that takes long and is not the engine's: files to be made and written."""

    def run(self, work: Callable[[], T], done: Callable[[Future[T]], None]) -> None:
        """Call ``work`` on a thread of its own, then ``done`` on the GUI thread with what it gave or raised."""
        ...


class SerialWorker(Worker, Protocol):
    """A worker with one thread: everything is done there, in the order in which it was asked for."""

    def flush(self, timeout_s: float) -> bool:
        """Wait until all that was asked for is done; whether it is."""
        ...

    def finish(self, timeout_s: float) -> bool:
        """Do what was asked for, tell nobody any more, and end the thread; whether it ended in time."""
        ...
