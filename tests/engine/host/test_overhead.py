"""The measurement of the pipe's cost measures what it says."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from engine.contracts.events import Completion, Event, Failed, Finished
from engine.contracts.lanes import Job, Lane
from engine.contracts.requests import Request, SampleImages
from engine.errors import SessionError
from engine.host import overhead


def test_an_echo_is_a_whole_answer() -> None:
    engine, done = overhead.EchoEngine(), threading.Event()
    answers: list[Completion] = []

    def on_event(event: Event) -> None:
        if isinstance(event, Finished):
            assert isinstance(event.answer, Completion)
            answers.append(event.answer)
            done.set()

    engine.submit(SampleImages(model="echo", count=64), overhead._LANE, on_event)
    assert done.wait(60) and engine.close()
    assert answers[0].images.shape == (64, 28, 28, 1)
    assert answers[0].log_prob.shape == (64, 28, 28)


def test_both_ways_are_measured() -> None:
    here, there = overhead.measure(count=64, calls=3)
    assert 0 < here < 10_000 and 0 < there < 10_000


class Refusing(overhead.EchoEngine):
    def submit(self, request: Request, lane: Lane, on_event: Callable[[Event], None]) -> Job:
        on_event(Failed(job=1, code="SessionError", problem="No.", remedy=""))
        return super().submit(request, lane, lambda event: None)


def test_an_engine_that_fails_is_no_measurement() -> None:
    with pytest.raises(SessionError):
        overhead.measure(count=1, calls=1, in_process=Refusing())
