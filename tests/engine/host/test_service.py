"""The engine process's own side: what waits for a full pipe is replaced or kept, as its kind demands."""

from __future__ import annotations

import io
import os
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from engine.contracts.events import Cancelled, Event, Finished, Loaded, Partial, Started
from engine.contracts.lanes import Engine, Job, Lane, Policy
from engine.contracts.requests import LoadModel, Request
from engine.host import service, wire
from engine.host.service import Service
from engine.host.wire import Cancel, Happened, Hello, Message, Submit

PATIENCE = 60.0
PARTIALS = 200
QUEUE = Lane("lane", Policy.QUEUE)


class Chatty:
    """Sends far more than a pipe holds, from inside `submit`; its jobs have numbers of its own."""

    def __init__(self) -> None:
        self.done = threading.Event()
        self.cancelled: list[int] = []
        self.id = 1000

    def submit(self, request: Request, lane: Lane, on_event: Callable[[Event], None]) -> Job:
        self.id += 1
        on_event(Started(job=self.id))
        for step in range(PARTIALS):
            images = np.full((1, 100, 100, 1), step, np.uint8)
            on_event(Partial(job=self.id, images=images, drawn=np.ones((100, 100), bool), fraction=step / PARTIALS))
        if request.model == "short":
            on_event(Finished(job=self.id, answer=Loaded(model="m", milliseconds=0.0)))
        self.done.set()
        return ChattyJob(self, self.id)

    def close(self) -> bool:
        return True


class ChattyJob:
    def __init__(self, engine: Chatty, number: int) -> None:
        self.engine, self.id = engine, number

    def cancel(self) -> None:
        self.engine.cancelled.append(self.id)


def frames(*messages: Message) -> io.BytesIO:
    return io.BytesIO(b"".join(map(wire.encode, messages)))


def serve(
    engine: Engine,
    messages: io.BytesIO,
    leave: Callable[[], None] = lambda: None,
    tidy: Callable[[], None] = lambda: None,
) -> tuple[io.BufferedReader, threading.Thread]:
    """A service that obeys these messages, and the end of the pipe that its own come out of."""
    read_end, write_end = os.pipe()

    def make(folders: Sequence[Path]) -> Engine:
        return engine

    made = Service(messages, os.fdopen(write_end, "wb", buffering=0), leave, tidy)
    thread = threading.Thread(target=made.serve, args=(make, []))
    thread.start()
    return os.fdopen(read_end, "rb"), thread


def test_a_full_pipe_loses_partials_and_nothing_else() -> None:
    engine = Chatty()
    submits = [Submit(job=job, lane=QUEUE, request=LoadModel(model="short")) for job in (1, 2)]
    pipe, thread = serve(engine, frames(*submits))
    assert engine.done.wait(PATIENCE)
    thread.join(PATIENCE)
    messages = []
    while not (messages and isinstance(messages[-1], Happened) and _is_end(messages[-1], job=2)):
        messages.append(wire.read(pipe))
    pipe.close()
    assert isinstance(messages.pop(0), Hello)
    events = [message.event for message in messages if isinstance(message, Happened)]
    for job in (1, 2):
        mine = [event for event in events if event.job == job]
        partials = [event for event in mine if isinstance(event, Partial)]
        assert isinstance(mine[0], Started) and isinstance(mine[-1], Finished)
        assert 1 <= len(partials) < PARTIALS / 2
        assert partials[-1].images[0, 0, 0, 0] == PARTIALS - 1, "the newest is the one that stays"
        assert [event.fraction for event in partials] == sorted(event.fraction for event in partials)


def _is_end(message: Happened, job: int) -> bool:
    return isinstance(message.event, Finished) and message.event.job == job


def test_a_cancel_reaches_its_job_under_the_engines_number() -> None:
    engine = Chatty()
    submit = Submit(job=7, lane=QUEUE, request=LoadModel(model="long"))
    pipe, thread = serve(engine, frames(Cancel(job=8), submit, Cancel(job=7), Cancel(job=9)))
    thread.join(PATIENCE)
    assert engine.cancelled == [1001]
    pipe.close()


def test_a_window_that_reads_no_more_is_left() -> None:
    left = threading.Event()
    submits = [Submit(job=job, lane=QUEUE, request=LoadModel(model="short")) for job in range(20)]
    pipe, thread = serve(Chatty(), frames(*submits), left.set)
    pipe.close()
    assert left.wait(PATIENCE)
    thread.join(PATIENCE)


def test_what_is_not_the_windows_to_send_is_ignored(caplog: pytest.LogCaptureFixture) -> None:
    pipe, thread = serve(Chatty(), frames(wire.hello(1), Happened(event=Cancelled(job=1))))
    assert isinstance(wire.read(pipe), Hello)
    thread.join(PATIENCE)
    assert "Hello" in caplog.text and "Happened" in caplog.text
    pipe.close()


def test_a_quiet_moment_is_for_tidying(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "QUIET_S", 0.05)
    times, tidied = [], threading.Event()

    def tidy() -> None:
        times.append(len(times))
        tidied.set()

    pipe, thread = serve(Chatty(), frames(Submit(job=1, lane=QUEUE, request=LoadModel(model="short"))), tidy=tidy)
    assert tidied.wait(PATIENCE)
    thread.join(PATIENCE)
    assert not threading.Event().wait(0.3) and times == [0], "once, until something happens"
    pipe.close()


def test_while_a_job_is_open_nothing_is_tidied(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "QUIET_S", 0.02)
    tidied = threading.Event()
    pipe, thread = serve(Chatty(), frames(Submit(job=1, lane=QUEUE, request=LoadModel(model="long"))), tidy=tidied.set)
    thread.join(PATIENCE)
    assert not tidied.wait(0.3)
    pipe.close()
