"""Work on one thread, in order, whose outcomes come back on the GUI thread; whatever was asked for is done."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

from app.bridge.qt_serial_worker import QtSerialWorker

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def worker(qtbot: Any) -> Iterator[QtSerialWorker]:
    worker = QtSerialWorker()
    yield worker
    assert worker.finish(5.0)


def test_all_work_is_done_by_one_thread_in_order_and_told_here(worker: QtSerialWorker, qtbot: Any) -> None:
    told: list[tuple[int, int]] = []

    def tell(outcome: Future[tuple[int, int]]) -> None:
        assert threading.current_thread() is threading.main_thread()
        told.append(outcome.result())

    for number in range(50):
        worker.run(lambda number=number: (number, threading.get_ident()), tell)  # type: ignore[misc]
    assert not told, "never from within the call"
    qtbot.waitUntil(lambda: len(told) == 50)
    assert [number for number, _ in told] == [*range(50)]
    (thread,) = {thread for _, thread in told}
    assert thread != threading.get_ident()


def test_what_work_raises_is_told_and_the_next_is_done(worker: QtSerialWorker, qtbot: Any) -> None:
    told: list[Future[Any]] = []
    worker.run(lambda: 1 / 0, told.append)
    worker.run(lambda: "next", told.append)
    qtbot.waitUntil(lambda: len(told) == 2)
    assert isinstance(told[0].exception(), ZeroDivisionError) and told[1].result() == "next"


def test_flush_waits_for_what_was_asked_for(worker: QtSerialWorker) -> None:
    assert worker.flush(0.0), "nothing was asked for"
    go, done = threading.Event(), list[int]()
    worker.run(go.wait, lambda _: None)
    worker.run(lambda: done.append(1), lambda _: None)
    assert not worker.flush(0.01) and not done
    go.set()
    assert worker.flush(5.0) and done == [1]


def test_finish_does_everything_and_tells_nobody(qtbot: Any) -> None:
    worker, done, told = QtSerialWorker(), list[int](), list[object]()
    for number in range(20):
        worker.run(lambda number=number: done.append(number), told.append)  # type: ignore[misc]
    assert worker.finish(5.0) and worker.finish(0.0) and worker.flush(0.0)
    qtbot.wait(20)
    assert done == [*range(20)] and told == []
    with pytest.raises(RuntimeError, match="finished"):
        worker.run(lambda: None, told.append)


def test_finish_does_not_wait_for_ever_and_nothing_is_dropped(qtbot: Any) -> None:
    worker, go, done = QtSerialWorker(), threading.Event(), list[int]()
    worker.run(go.wait, lambda _: None)
    worker.run(lambda: done.append(1), lambda _: None)
    assert not worker.finish(0.01) and not done
    go.set()
    assert worker.finish(5.0) and done == [1]


def test_a_worker_that_was_never_asked_has_no_thread(qtbot: Any) -> None:
    before = threading.active_count()
    worker = QtSerialWorker()
    assert threading.active_count() == before and worker.finish(0.0)


FORGETFUL = """
import sys, time
from PySide6.QtCore import QCoreApplication
from app.bridge.qt_serial_worker import QtSerialWorker
app = QCoreApplication([])
worker = QtSerialWorker()
worker.run(lambda: time.sleep(0.2), print)
worker.run(lambda: print("done", flush=True), print)
"""


def test_a_program_that_ends_without_a_word_still_does_what_was_asked_for() -> None:
    done = subprocess.run([sys.executable, "-c", FORGETFUL], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (0, "done\n"), done.stderr
