"""What every page of the drawer does: it asks while it is looked at and the engine is there, and says what changes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from app.messages import Problem
from app.workspaces.gallery.chosen import Chosen
from app.workspaces.gallery.drawer_page import EaselPage
from app.workspaces.gallery.easel import Easel
from app.workspaces.gallery.real_pictures import RealPictures
from engine.contracts.events import Answer
from engine.contracts.lanes import Lane, Policy
from engine.contracts.requests import SampleImages
from tests.app.workspaces.gallery.conftest import GAN

LANE = Lane("test.page", Policy.SUPERSEDE)


class Page(EaselPage[tuple[bool, str]]):
    """Asks once for each picture of the easel."""

    asked: object = None
    answers = 0

    def _look(self) -> None:
        if self._awake and self._easel.pixels is not self.asked:
            self.asked = self._easel.pixels
            self._question.ask(SampleImages(model="gan", count=1))

    def _forget(self) -> None:
        self.asked = None

    def _new_state(self) -> tuple[bool, str]:
        return self._question.busy, str(self._problem or "")

    def _answered(self, subject: object, answer: Answer) -> None:
        self.answers += 1
        self._publish()

    def _failed(self, problem: Problem) -> None:
        self._problem = problem
        self._publish()

    def start_timer(self) -> None:
        self._timer = self._clock.call_later(10.0, self._rings)

    def _rings(self) -> None:
        self.answers += 100

    def halt(self) -> None:
        self._halt()


class Desk:
    def __init__(self, dispatcher: Any, clock: Any, worker: Any, engine: str = "ready") -> None:
        self.dispatcher, self.clock, self.changes = dispatcher, clock, 0
        self.easel = Easel(RealPictures(worker, lambda _: pytest.fail("nobody asked for real pictures")))
        self.page = Page(dispatcher, LANE, clock, self._changed, self.easel, engine=engine)

    def _changed(self) -> None:
        self.changes += 1

    def choose(self, value: int = 1) -> None:
        self.page.choose(Chosen(manifest=GAN, pixels=np.full((4, 4, 1), value, np.uint8), request=None, class_name=""))


@pytest.fixture
def desk(dispatcher: Any, clock: Any, worker: Any) -> Desk:
    return Desk(dispatcher, clock, worker)


def test_a_page_asks_while_it_is_looked_at(desk: Desk) -> None:
    desk.choose()
    assert not desk.dispatcher.jobs
    desk.page.wake()
    assert len(desk.dispatcher.open()) == 1
    desk.page.sleep()
    assert not desk.dispatcher.open(), "what nobody looks at is stopped"
    desk.page.wake()
    desk.dispatcher.answer()
    assert desk.page.answers == 1
    desk.choose(2)
    assert len(desk.dispatcher.open()) == 1, "it follows the easel"


def test_a_page_waits_for_the_engine(dispatcher: Any, clock: Any, worker: Any) -> None:
    desk = Desk(dispatcher, clock, worker, engine="starting")
    desk.choose()
    desk.page.wake()
    assert not desk.dispatcher.jobs and desk.page.state == (True, "")
    for state, jobs in (("ready", 1), ("died", 0), ("ready", 1)):
        desk.page.engine_changed(state)
        assert len(desk.dispatcher.open()) == jobs, state


def test_its_state_stays_the_same_object_until_something_changes(desk: Desk) -> None:
    before = desk.page.state
    assert desk.page.state is before and desk.changes == 0
    for number, change in enumerate((desk.page.wake, desk.choose, desk.page.sleep), 1):
        change()
        assert desk.changes >= number and desk.page.state is not before
        before = desk.page.state


def test_after_a_failure_it_can_be_asked_again(desk: Desk) -> None:
    desk.choose()
    desk.page.wake()
    desk.dispatcher.open()[0].fail()
    assert desk.page.state == (False, "It broke. Mend it.") and not desk.dispatcher.open()
    desk.page.wake()
    assert not desk.dispatcher.open(), "only when a person says so"
    desk.page.retry()
    assert desk.page.state == (True, "") and len(desk.dispatcher.open()) == 1


def test_its_timer_can_be_halted(desk: Desk) -> None:
    desk.page.halt()
    desk.page.start_timer()
    desk.page.halt()
    desk.clock.advance(20.0)
    assert desk.page.answers == 0
    desk.page.start_timer()
    desk.clock.advance(20.0)
    assert desk.page.answers == 100
