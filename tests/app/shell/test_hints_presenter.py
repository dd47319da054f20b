"""One hint at a time, in a quiet moment; a clock that tests wind and no window."""

from __future__ import annotations

import pytest

from app.documents.first_steps import STEPS, FirstSteps, Step
from app.shell.hints_presenter import QUIET_MS, HintsPresenter

TICK = 200.0
COMPLETE = [step for step in STEPS if step.workspace == "complete"]
LATENT = [step for step in STEPS if step.workspace == "latent"]


class FakeClock:
    def __init__(self) -> None:
        self.now = 5000.0

    def now_ms(self) -> float:
        return self.now

    def call_later(self, delay_ms: float, fn: object) -> object:
        raise AssertionError("hints wait for nobody")


class Desk:
    """The presenter, looked at every now and then."""

    def __init__(self, steps: FirstSteps | None = None) -> None:
        self.clock, self.kept, self.log = FakeClock(), list[FirstSteps](), list[Step | None]()
        self.busy, self.workspace, self.missing = False, "complete", set[str]()
        self.hints = HintsPresenter(self.clock, steps or FirstSteps(), self.log.append, self.kept.append)

    def wait(self, ms: float = QUIET_MS + TICK) -> Step | None:
        """Let time pass; the hint on show then."""
        for _ in range(round(ms / TICK)):
            self.clock.now += TICK
            self.hints.look(self.workspace, self.busy, lambda step: step.target not in self.missing)
        return self.hints.shown


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_the_first_one_comes_after_a_quiet_moment_and_stays(desk: Desk) -> None:
    assert desk.wait(QUIET_MS - TICK) is None
    assert desk.wait() is COMPLETE[0]
    assert desk.wait(60_000) is COMPLETE[0] and desk.log == [COMPLETE[0]]


def test_doing_it_takes_it_away_at_once_and_the_next_one_waits(desk: Desk) -> None:
    desk.wait()
    desk.hints.did("paint", "complete")
    assert desk.hints.shown is None and desk.log[-1] is None
    assert desk.wait(QUIET_MS - TICK) is None
    assert desk.wait() is COMPLETE[1]


def test_a_stroke_that_goes_on_is_no_quiet_moment(desk: Desk) -> None:
    for _ in range(30):
        desk.hints.did("paint", "complete")
        assert desk.wait(TICK) is None
    assert desk.wait() is COMPLETE[1]


def test_what_was_done_before_its_turn_is_never_told(desk: Desk) -> None:
    desk.hints.did("preview", "complete")
    desk.hints.did("undo", "complete")
    assert desk.wait() is COMPLETE[0]
    told = [desk.hints.shown]
    while desk.hints.dismiss():
        told.append(desk.wait())
    assert told == [COMPLETE[0], COMPLETE[2], COMPLETE[3], None]


def test_nothing_shows_while_a_hand_or_something_else_is_in_the_way_and_it_comes_back(desk: Desk) -> None:
    desk.wait()
    desk.busy = True
    assert desk.wait(TICK) is None and desk.log == [COMPLETE[0], None]
    assert desk.wait(20_000) is None
    desk.busy = False
    assert desk.wait(QUIET_MS - TICK) is None
    assert desk.wait() is COMPLETE[0]


def test_it_waits_for_what_it_points_at_and_keeps_its_turn(desk: Desk) -> None:
    desk.hints.did("paint", "complete")
    desk.missing = {COMPLETE[1].target}
    assert desk.wait(20_000) is None, "the lens is told after the completions"
    desk.missing = set()
    assert desk.wait(TICK) is COMPLETE[1]
    desk.missing = {COMPLETE[1].target}
    assert desk.wait(TICK) is None


def test_a_click_dismisses_that_one_alone(desk: Desk) -> None:
    assert not desk.hints.dismiss(), "there is none yet"
    desk.wait()
    assert desk.hints.dismiss()
    assert desk.hints.steps.done == {COMPLETE[0].id}
    assert desk.wait() is COMPLETE[1]


def test_another_workspace_has_its_own_after_a_quiet_moment(desk: Desk) -> None:
    desk.wait()
    desk.workspace = "latent"
    assert desk.wait(TICK) is None
    assert desk.wait() is LATENT[0]
    desk.workspace = "complete"
    assert desk.wait(TICK) is None
    assert desk.wait() is COMPLETE[0]


def test_what_is_done_is_remembered_in_the_next_quiet_moment(desk: Desk) -> None:
    desk.hints.did("paint", "complete")
    desk.hints.did("paint", "complete")
    desk.wait(QUIET_MS - TICK)
    assert not desk.kept, "not in the midst of a stroke"
    desk.wait()
    assert [steps.done for steps in desk.kept] == [{"complete-touch"}]
    desk.hints.did("undo", "complete")
    desk.hints.settle()
    assert desk.kept[-1].done == {"complete-touch", "complete-undo"}, "the window closes"


def test_they_can_be_switched_off_and_told_again(desk: Desk) -> None:
    desk.wait()
    desk.hints.did("undo", "complete")
    desk.hints.want(False)
    assert desk.hints.shown is None and desk.hints.steps.over
    assert desk.wait(20_000) is None
    assert desk.kept[-1] == FirstSteps(done=frozenset({"complete-undo"}), wanted=False)
    desk.hints.did("paint", "complete")
    desk.hints.want(True)
    assert desk.wait() is COMPLETE[1], "what was done meanwhile counts"
    desk.hints.again()
    assert desk.hints.steps == FirstSteps() and desk.wait() is COMPLETE[0]


def test_nothing_is_told_twice_over_two_starts(desk: Desk) -> None:
    desk.hints.did("paint", "complete")
    desk.hints.settle()
    assert Desk(desk.kept[-1]).wait() is COMPLETE[1]
