"""The engine for presenters: requests out, events back on the GUI thread."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal

from engine.contracts.events import Event
from engine.contracts.lanes import Engine, Job, Lane
from engine.contracts.requests import Request

OnEvent = Callable[[Event], None]


class EngineDispatcher(QObject):
    """A `Dispatcher` over an engine whose callbacks come on a thread of its own.

    The object lives in the GUI thread and its signals are queued, so that whatever listens is called there.  After
    `close` no event reaches anybody, also those already in the queue.
    """

    state_changed = Signal(str)
    _arrived = Signal(object, object)
    _state_arrived = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engine: Engine | None = None
        self._closed = False
        self._arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._state_arrived.connect(self._deliver_state, Qt.ConnectionType.QueuedConnection)

    def attach(self, engine: Engine) -> None:
        """Send requests to this engine from now on."""
        self._engine = engine

    @property
    def attached(self) -> bool:
        """Whether there is an engine to send requests to."""
        return self._engine is not None

    @property
    def engine(self) -> Engine:
        """The attached engine."""
        if self._engine is None:
            raise RuntimeError("no engine is attached to the dispatcher yet")
        return self._engine

    def submit(self, request: Request, lane: Lane, on_event: OnEvent) -> Job:
        """Queue a request; ``on_event`` is called on the GUI thread."""

        def post(event: Event) -> None:
            if not self._closed:
                self._arrived.emit(on_event, event)

        return self.engine.submit(request, lane, post)

    def on_state(self, state: str) -> None:
        """The engine's state, told on any thread; `state_changed` repeats it on the GUI thread."""
        if not self._closed:
            self._state_arrived.emit(state)

    def close(self) -> bool:
        """Drop what is still on its way, and end the engine; True if it ended in time."""
        self._closed = True
        return self._engine.close() if self._engine is not None else True

    def _deliver(self, on_event: OnEvent, event: Event) -> None:
        if not self._closed:
            on_event(event)

    def _deliver_state(self, state: str) -> None:
        if not self._closed:
            self.state_changed.emit(state)
