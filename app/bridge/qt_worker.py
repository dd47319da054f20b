"""Work on plain threads, its outcome brought back to the GUI thread by a queued signal."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal

T = TypeVar("T")


class QtWorker(QObject):
    """A `Worker`: one thread for each piece of work.  The object lives in the GUI thread.

    The threads are no daemons: a file that is being written when the window closes is finished, not torn.
    """

    _ended = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._closed = False
        self._ended.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def run(self, work: Callable[[], T], done: Callable[[Future[T]], None]) -> None:
        """Call ``work`` on a new thread, then ``done`` on the GUI thread."""
        outcome: Future[T] = Future()

        def target() -> None:
            try:
                outcome.set_result(work())
            except BaseException as error:  # whatever it is, it is the GUI thread that meets it
                outcome.set_exception(error)
            with contextlib.suppress(RuntimeError):  # the window may have gone meanwhile, and this object with it
                self._ended.emit(done, outcome)

        threading.Thread(target=target, name="reverie-worker").start()

    def close(self) -> None:
        """Nobody is told any more how work ended."""
        self._closed = True

    def _deliver(self, done: Callable[[Future[Any]], None], outcome: Future[Any]) -> None:
        if not self._closed:
            done(outcome)
