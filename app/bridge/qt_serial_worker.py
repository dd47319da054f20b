"""Work on one thread, piece after piece, its outcomes brought back to the GUI thread by a queued signal."""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal

T = TypeVar("T")

_LOOK_S = 0.5
"""How often a thread with nothing to do looks whether the program has ended without a word to it."""


class QtSerialWorker(QObject):
    """A `SerialWorker`: all work is done by one and the same thread, in the order in which it was asked for.

    What belongs to a thread (a connection to SQLite) can live there.  The object lives in the GUI thread.  The thread
    begins with the first work and is no daemon: whatever was asked for is done, also when the window closes at once.
    """

    _ended = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._closed = self._finished = False
        self._work: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._ended.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def run(self, work: Callable[[], T], done: Callable[[Future[T]], None]) -> None:
        """Call ``work`` on the thread when everything before it is done, then ``done`` on the GUI thread."""
        if self._finished:
            raise RuntimeError("the worker has finished: nothing can be asked of it any more")
        outcome: Future[T] = Future()

        def piece() -> None:
            try:
                outcome.set_result(work())
            except BaseException as error:  # whatever it is, it is the GUI thread that meets it
                outcome.set_exception(error)
            with contextlib.suppress(RuntimeError):  # the window may have gone meanwhile, and this object with it
                self._ended.emit(done, outcome)

        self._work.put(piece)
        if self._thread is None:
            self._thread = threading.Thread(target=_work_through, args=(self._work,), name="reverie-serial-worker")
            self._thread.start()

    def flush(self, timeout_s: float) -> bool:
        """Wait until all that was asked for is done; whether it is."""
        if self._thread is None or self._finished:
            return self._thread is None or not self._thread.is_alive()
        done = threading.Event()
        self._work.put(done.set)
        return done.wait(timeout_s)

    def finish(self, timeout_s: float) -> bool:
        """Do what was asked for, tell nobody any more, and end the thread; whether it ended in time.

        One that did not goes on after this, and keeps the program alive until it is through.
        """
        self._closed = True
        if not self._finished:
            self._finished = True
            self._work.put(None)
        if self._thread is None:
            return True
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _deliver(self, done: Callable[[Future[Any]], None], outcome: Future[Any]) -> None:
        if not self._closed:
            done(outcome)


def _work_through(waiting: queue.SimpleQueue[Callable[[], None] | None]) -> None:
    """The thread: work until told that there is no more, or until the program ends."""
    while True:
        try:
            piece = waiting.get(timeout=_LOOK_S)
        except queue.Empty:
            if threading.main_thread().is_alive():
                continue
            return
        if piece is None:
            return
        piece()
