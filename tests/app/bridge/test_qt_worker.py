"""Work on a thread of its own, whose outcome comes back on the GUI thread."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from typing import Any

import pytest

from app.bridge.qt_worker import QtWorker


def test_work_is_done_elsewhere_and_told_here(qtbot: Any) -> None:
    worker, told = QtWorker(), list[tuple[threading.Thread, Future[threading.Thread]]]()
    worker.run(threading.current_thread, lambda outcome: told.append((threading.current_thread(), outcome)))
    assert not told, "never from within the call"
    qtbot.waitUntil(lambda: bool(told))
    assert told[0][0] is threading.main_thread() and told[0][1].result() is not threading.main_thread()


def test_what_work_raises_is_told(qtbot: Any) -> None:
    worker, told = QtWorker(), list[Future[float]]()
    worker.run(lambda: 1 / 0, told.append)
    qtbot.waitUntil(lambda: bool(told))
    with pytest.raises(ZeroDivisionError):
        told[0].result()


def test_after_the_end_nobody_is_told(qtbot: Any) -> None:
    worker, go, told = QtWorker(), threading.Event(), list[str]()
    worker.run(go.wait, lambda _: told.append("closed"))
    worker.close()
    go.set()
    other = QtWorker()
    other.run(lambda: None, lambda _: told.append("open"))
    qtbot.waitUntil(lambda: "open" in told)
    qtbot.wait(20)
    assert told == ["open"]
