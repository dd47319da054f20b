"""Events of an engine's own thread arrive on the GUI thread, and not at all after close."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from PySide6.QtCore import QThread
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.bridge.engine_dispatcher import EngineDispatcher
from engine.contracts.events import Event, Finished, Loaded, Started
from engine.contracts.lanes import Lane, Policy
from engine.contracts.requests import LoadModel, Request

LANE = Lane("test", Policy.QUEUE)


class ThreadedEngine:
    """Answers every request from a new thread, when told to."""

    def __init__(self) -> None:
        self.threads: list[threading.Thread] = []
        self.closed = False

    id = 1

    def cancel(self) -> None: ...

    def submit(self, request: Request, lane: Lane, on_event: Callable[[Event], None]) -> ThreadedEngine:
        def work() -> None:
            on_event(Started(job=1))
            on_event(Finished(job=1, answer=Loaded(model=request.model, milliseconds=1.0)))

        thread = threading.Thread(target=work)
        self.threads.append(thread)
        thread.start()
        return self

    def close(self) -> bool:
        self.closed = True
        return True


def test_events_arrive_in_order_on_the_gui_thread(qtbot: QtBot) -> None:
    dispatcher, engine = EngineDispatcher(), ThreadedEngine()
    dispatcher.attach(engine)
    seen: list[tuple[str, bool]] = []

    def on_event(event: Event) -> None:
        application = QApplication.instance()
        assert application is not None
        seen.append((type(event).__name__, QThread.currentThread() is application.thread()))

    dispatcher.submit(LoadModel(model="m"), LANE, on_event)
    qtbot.waitUntil(lambda: len(seen) == 2)
    assert seen == [("Started", True), ("Finished", True)]


def test_nothing_arrives_after_close_even_if_it_was_queued(qtbot: QtBot) -> None:
    dispatcher, engine = EngineDispatcher(), ThreadedEngine()
    dispatcher.attach(engine)
    seen: list[Event] = []
    dispatcher.submit(LoadModel(model="m"), LANE, seen.append)
    for thread in engine.threads:
        thread.join()
    assert dispatcher.close() and engine.closed
    qtbot.wait(20)
    assert seen == []


def test_states_are_told_on_the_gui_thread(qtbot: QtBot) -> None:
    dispatcher = EngineDispatcher()
    with qtbot.waitSignal(dispatcher.state_changed) as told:
        threading.Thread(target=dispatcher.on_state, args=("ready",)).start()
    assert told.args == ["ready"]


def test_submitting_without_an_engine_is_a_programming_error() -> None:
    with pytest.raises(RuntimeError, match="no engine"):
        EngineDispatcher().submit(LoadModel(model="m"), LANE, print)
