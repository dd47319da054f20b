"""A person at the real window, with the real engine process and the shipped models."""

from __future__ import annotations

import dataclasses
import os
import signal
import time
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEventLoop, QPoint, QPointF, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app import paths, settings
from app.documents import lessons
from app.shell.frame import Frame
from app.shell.session import Session
from app.widgets.pixel_canvas import PixelCanvas
from app.workspaces.complete.state import CompleteState
from app.workspaces.complete.view import CompleteView


@pytest.fixture(autouse=True)
def clipboard() -> Iterator[None]:
    """What a journey copied is gone afterwards: data that Python made are freed too late for the process to survive."""
    yield
    if QApplication.instance() is not None:
        QApplication.clipboard().clear()


@pytest.fixture(autouse=True, scope="session")
def lessons_parsed_once() -> Iterator[None]:
    """A lesson is a value of its file's text; of some hundred windows in one process each would parse all of them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lessons, "parse_lesson", lru_cache(maxsize=None)(lessons.parse_lesson))
        yield


PATIENCE_MS = 180_000
"""Only for machines that are busy with something else; nothing here measures time."""
TICK_MS = 10
PORTRAITS, DIGITS = "portraits-gated-pixelcnn", "mnist-gated-pixelcnn"


class Person:
    """What a person sees and does."""

    def __init__(self, qtbot: QtBot, application: QApplication, restore: bool, hints: bool = False) -> None:
        self.qtbot = qtbot
        remembered, self.notice = settings.load(paths.settings_file())
        if not hints:  # most people here know what they are about
            remembered = dataclasses.replace(remembered, hints=False)
        self.frame = Frame()
        self.frame.resize(1440, 900)
        with qtbot.waitExposed(self.frame):
            self.frame.show()
        self.session = Session(application, self.frame, remembered, restore=restore)
        self.session.begin()
        self.greeting = self.toast if isinstance(self.session.window.view, CompleteView) else ""
        """What it said when it began: a toast goes away after some seconds, which a busy machine takes to get ready."""
        self.closed = False

    # -- what is seen

    @property
    def view(self) -> CompleteView:
        view = self.session.window.view
        assert isinstance(view, CompleteView)
        return view

    @property
    def state(self) -> CompleteState:
        state = self.view._state
        assert state is not None
        return state

    @property
    def canvas(self) -> PixelCanvas:
        return self.view.center.floor.canvas

    @property
    def toast(self) -> str:
        toast = self.view.center.floor.toast
        return toast.accessibleName() if toast.isVisible() else ""

    def sees(self, condition: Callable[[], bool]) -> None:
        """Wait until it is so, looking a hundred times a second: at less cost than `waitUntil`, which makes a loop of
        its own each time."""
        loop, tick = QEventLoop(), QTimer(interval=TICK_MS)
        tick.timeout.connect(loop.quit)
        tick.start()
        deadline = time.monotonic() + PATIENCE_MS / 1000
        while not condition():
            assert time.monotonic() < deadline, "waited in vain"
            loop.exec()

    def sees_completions(self, count: int = 8) -> None:
        """All completions are there, and nothing is going on any more."""
        self.sees(
            lambda: not self.state.busy and not self.state.playing and not self.state.show_running and self._well()
        )
        assert self.state.images is not None and self.state.drawn is not None
        assert len(self.state.images) == count and self.state.drawn.all()

    def _well(self) -> bool:
        """Nothing is wrong, or no longer: the engine is back."""
        return self.state.problem is None and self.state.engine == "ready"

    # -- what is done

    def point(self, x: float, y: float) -> QPoint:
        """Where on the canvas the point (x, y) of the picture, in image px, lies."""
        height, width = self.state.document.state.shape
        zoom = self.canvas.zoom() / self.canvas.devicePixelRatioF()
        middle = QPointF(self.canvas.width() / 2, self.canvas.height() / 2)
        return (middle + QPointF((x - width / 2) * zoom, (y - height / 2) * zoom)).toPoint()

    def drag(self, *points: tuple[float, float], button: Qt.MouseButton = Qt.MouseButton.LeftButton) -> None:
        """Drag over the picture, points in image px."""
        first, *rest = (self.point(*p) for p in points)
        QTest.mousePress(self.canvas, button, Qt.KeyboardModifier.NoModifier, first)
        for at in rest:
            QTest.mouseMove(self.canvas, at)
        QTest.mouseRelease(self.canvas, button, Qt.KeyboardModifier.NoModifier, rest[-1] if rest else first)

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press a key wherever the focus is."""
        QTest.keyClick(QApplication.focusWidget() or self.canvas, key, modifier)

    def does(self, command: str) -> None:
        """Run a command as the menu does."""
        self.session.window.action(command).trigger()

    def tile(self, index: int) -> QWidget:
        return self.view.center.strip.grid().tiles()[index]

    def kills_the_engine(self) -> None:
        pid = self.session.engine.pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)

    def closes(self) -> None:
        """Close the window; the engine process ends too."""
        if not self.closed:
            self.closed = True
            self.frame.close()
            assert self.session.engine.state == "closed"


Opens = Callable[..., Person]


@pytest.fixture
def opens(qtbot: QtBot, qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Opens]:
    """Opens windows of one person with a home of their own; they are closed at the end."""
    monkeypatch.setenv("REVERIE_HOME", str(tmp_path / "home"))
    people: list[Person] = []

    def open_window(*, restore: bool = True, hints: bool = False, **_: Any) -> Person:
        person = Person(qtbot, qapp, restore, hints)
        qtbot.addWidget(person.frame)
        people.append(person)
        person.sees(lambda: person.session.engine.state == "ready")
        return person

    yield open_window
    for person in people:
        person.closes()


@pytest.fixture
def person(opens: Opens) -> Person:
    """A person who has just started the program for the first time, and sees the completed example."""
    someone = opens()
    someone.sees_completions()
    return someone
