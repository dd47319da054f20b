"""The table of hints holds what it promises, and what was done is never told."""

from __future__ import annotations

from collections import Counter

import pytest

from app.documents.first_steps import LONGEST, STEPS, FirstSteps, Step
from app.shell.commands import BY_ID

GESTURES = {"paint", "preview", "brush-adopt", "pull", "zoom", "slide", "scroll", "choose"}
"""What workspaces call gestures; the journeys make each of them."""


def steps_of(workspace: str) -> list[Step]:
    return [step for step in STEPS if step.workspace == workspace]


def test_each_workspace_has_a_few_hints() -> None:
    assert Counter(step.workspace for step in STEPS) == {"complete": 5, "latent": 4, "gallery": 4}
    assert len({step.id for step in STEPS}) == len(STEPS)


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.id)
def test_a_hint_is_short_and_asks_for_what_can_be_done(step: Step) -> None:
    assert 0 < len(step.sentence) <= LONGEST and not step.sentence.endswith(".")
    assert step.acts and all(act in BY_ID or act in GESTURES for act in step.acts)
    assert step.target


def test_the_next_one_is_the_first_that_was_not_done() -> None:
    first, second, *_ = steps_of("complete")
    fresh = FirstSteps()
    assert fresh.next("complete") is first
    assert fresh.after("paint", "complete").next("complete") is second
    assert fresh.after("preview", "complete").next("complete") is first, "done before its turn"
    assert fresh.after("preview", "complete").after("paint", "complete").next("complete") is steps_of("complete")[2], (
        "and then never told"
    )


def test_doing_what_no_hint_asks_for_changes_nothing() -> None:
    steps = FirstSteps()
    assert steps.after("theme", "gallery") is steps
    once = steps.after("star", "gallery")
    assert once.after("star", "gallery") is once


def test_what_is_done_in_one_workspace_is_not_done_in_another_but_for_undo() -> None:
    steps = FirstSteps()
    assert steps.after("zoom-in", "gallery") is steps
    assert steps.after("zoom-in", "latent").done == {"latent-zoom"}
    assert steps.after("undo", "gallery").done == {"complete-undo"}


def test_other_workspaces_go_on_by_themselves() -> None:
    steps = FirstSteps().with_done(step.id for step in steps_of("complete"))
    assert steps.next("complete") is None and steps.next("latent") is steps_of("latent")[0]
    assert steps.next("nowhere") is None and not steps.over


def test_what_a_file_says_beside_it_is_left_out() -> None:
    steps = FirstSteps(done=frozenset({"complete-touch", "no such hint", ""}))
    assert steps.done == {"complete-touch"}


def test_it_is_over_when_all_is_done_or_none_is_wanted() -> None:
    assert FirstSteps().with_done(step.id for step in STEPS).over
    off = FirstSteps(wanted=False)
    assert off.over and off.next("complete") is None
    assert off.again() == FirstSteps() and not off.again().over
