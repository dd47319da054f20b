"""A thread that works when tests say so."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest


class HeldWorker:
    """A `SerialWorker` that works when tests say so, on their own thread."""

    def __init__(self) -> None:
        self.waiting: deque[tuple[Callable[[], Any], Callable[[Future[Any]], None]]] = deque()
        self.finished = False

    def run(self, work: Callable[[], Any], done: Callable[[Future[Any]], None]) -> None:
        assert not self.finished
        self.waiting.append((work, done))

    def go(self, tell: bool = True) -> None:
        while self.waiting:
            work, done = self.waiting.popleft()
            outcome: Future[Any] = Future()
            try:
                outcome.set_result(work())
            except BaseException as error:
                outcome.set_exception(error)
            if tell:
                done(outcome)

    def flush(self, timeout_s: float) -> bool:
        self.go()
        return True

    def finish(self, timeout_s: float) -> bool:
        self.go(tell=False)
        self.finished = True
        return True


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "kept.sqlite3"


@pytest.fixture
def worker() -> HeldWorker:
    return HeldWorker()
