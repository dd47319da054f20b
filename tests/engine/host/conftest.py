"""An engine process with fake work, its events, and waiting without timing."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.contracts.events import Cancelled, Event, Failed, Finished
from engine.contracts.lanes import Lane, Policy
from engine.contracts.requests import LoadModel
from engine.host.client import EngineProcess
from engine.host.pending import PendingJob

FAKE_CHILD = [sys.executable, str(Path(__file__).with_name("fake_child.py"))]
LAST = (Finished, Failed, Cancelled)
PATIENCE = 60.0


class Harness:
    """A process, what it said, and `last(job)`."""

    def __init__(self, command: list[str], **options: Any) -> None:
        self.states: list[str] = []
        self.events: list[Event] = []
        self.threads: set[threading.Thread] = set()
        self._changed = threading.Condition()
        self.engine = EngineProcess([], self._on_state, command, **options)

    def _on_state(self, state: str) -> None:
        with self._changed:
            self.threads.add(threading.current_thread())
            self.states.append(state)
            self._changed.notify_all()

    def on_event(self, event: Event) -> None:
        with self._changed:
            self.threads.add(threading.current_thread())
            self.events.append(event)
            self._changed.notify_all()

    def submit(self, model: str, lane: str = "lane", policy: Policy = Policy.QUEUE, batch: bool = False) -> PendingJob:
        return self.engine.submit(LoadModel(model=model), Lane(lane, policy, not batch), self.on_event)

    def wait(self, condition: Callable[[], object]) -> None:
        with self._changed:
            assert self._changed.wait_for(condition, PATIENCE), f"not in time: {self.states} {self.events}"

    def wait_for(self, job: PendingJob, kind: type[Event]) -> None:
        self.wait(lambda: any(isinstance(event, kind) for event in self.of(job)))

    def wait_for_state(self, state: str, times: int = 1) -> None:
        self.wait(lambda: self.states.count(state) >= times)

    def of(self, job: PendingJob) -> list[Event]:
        return [event for event in self.events if event.job == job.id]

    def last(self, job: PendingJob) -> Event:
        self.wait(lambda: any(isinstance(event, LAST) for event in self.of(job)))
        return next(event for event in self.of(job) if isinstance(event, LAST))


@pytest.fixture
def start() -> Iterator[Callable[..., Harness]]:
    """Start an engine process; it is closed after the test, which fails if that does not work."""
    made: list[Harness] = []

    def start(command: list[str] | None = None, **options: Any) -> Harness:
        made.append(Harness(FAKE_CHILD if command is None else command, **options))
        return made[-1]

    yield start
    closed = [harness.engine.close(timeout=PATIENCE) for harness in made]
    assert all(closed)
    for harness in made:
        last = [event.job for event in harness.events if isinstance(event, LAST)]
        assert len(last) == len(set(last)), "a job had two last events"
        assert len(harness.threads) <= 1, "events came on one thread"


@pytest.fixture
def mark(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file that appears when work of the fake engine has begun."""
    path = tmp_path / "mark"
    monkeypatch.setenv("FAKE_CHILD_MARK", str(path))
    return path


@pytest.fixture
def fake_child() -> list[str]:
    """The command of the fake engine process."""
    return FAKE_CHILD
