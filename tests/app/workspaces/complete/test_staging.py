"""What a lesson's button does to the desk, and that nothing of the person's is lost by it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from app import messages
from app.documents.lessons import Stage
from engine.contracts.manifest import Condition
from tests.app.workspaces.complete.conftest import FACE, INK, ROWS, manifest


def picture(height: int = 6, width: int = 8) -> np.ndarray:
    """A picture of which every other pixel of the last rows is given."""
    rgba = np.zeros((height, width, 4), np.uint8)
    rgba[-2:, ::2] = 255
    return rgba


RASTER = Stage(name="raster", model="rows", parameters={"method": "raster", "count": 4, "seed": 3}, compare=False)
WEIGHED = Stage(name="particles", model="rows", parameters={"method": "particles", "particles": 16}, compare=True)


@pytest.fixture
def drawn(ring: Any) -> Any:
    """The person has drawn something of theirs, and its completions are there."""
    ring.presenter.choose_tool("pen")
    ring.stroke((2.5, 2.5), (4.5, 2.5))
    ring.settle()
    return ring


def test_a_stage_puts_picture_and_parameters_there_and_completions_come(drawn: Any) -> None:
    drawn.presenter.stage(RASTER, picture())
    assert drawn.state.document.observed.sum() == 8
    assert {name: drawn.state.parameters[name] for name in RASTER.parameters} == RASTER.parameters
    drawn.clock.advance(60)
    asked = drawn.job.request
    assert (asked.method, asked.count, asked.seed, asked.observed.sum()) == ("raster", 4, 3, 8)


def test_undo_brings_picture_and_settings_back_in_one_step(drawn: Any) -> None:
    document, parameters = drawn.state.document, drawn.state.parameters
    drawn.presenter.stage(RASTER, picture())
    assert drawn.state.message == messages.STAGED
    drawn.presenter.undo()
    assert drawn.state.document.same_as(document) and drawn.state.parameters == parameters
    drawn.presenter.redo()
    assert drawn.state.document.observed.sum() == 8 and drawn.state.parameters["method"] == "raster"


def test_buttons_pressed_one_after_the_other_are_one_step(drawn: Any) -> None:
    document = drawn.state.document
    drawn.presenter.stage(RASTER, picture())
    drawn.presenter.stage(WEIGHED, picture())
    for number in (1, 4, 256):
        drawn.presenter.stage(Stage(parameters={"particles": number}))
    assert drawn.state.parameters["particles"] == 256
    drawn.presenter.undo()
    assert drawn.state.document.same_as(document) and drawn.state.parameters["particles"] == 64


def test_what_the_person_did_in_between_is_a_step_of_its_own(drawn: Any) -> None:
    drawn.presenter.stage(RASTER, picture())
    drawn.stroke((1.5, 0.5), (3.5, 0.5))
    painted = drawn.state.document
    drawn.presenter.stage(RASTER, picture())
    drawn.presenter.undo()
    assert drawn.state.document.same_as(painted)


def test_the_same_stage_twice_changes_nothing_the_second_time(drawn: Any) -> None:
    drawn.presenter.stage(WEIGHED, picture())
    drawn.clock.advance(60)
    asked, first = len(drawn.dispatcher.jobs), drawn.state
    drawn.presenter.stage(WEIGHED, picture())
    drawn.clock.advance(500)
    assert len(drawn.dispatcher.jobs) == asked
    assert drawn.state.document is first.document and drawn.state.comparison is not None and not drawn.state.message
    drawn.presenter.undo()
    drawn.presenter.undo()
    assert drawn.state.document.observed.sum() != 8, "no second step was made"


def test_a_stage_leaves_alone_what_it_does_not_name(drawn: Any) -> None:
    drawn.presenter.set_parameter("temperature", 0.5)
    drawn.presenter.choose_lens("bits")
    before = drawn.state
    drawn.presenter.stage(Stage(parameters={"particles": 4}))
    assert drawn.state.document is before.document and not drawn.state.message
    assert drawn.state.parameters == dict(before.parameters) | {"particles": 4}
    assert (drawn.state.lens, drawn.state.tool, drawn.state.pace) == ("bits", "pen", "instant")


def test_comparison_lens_pace_and_tool_are_set_not_toggled(drawn: Any) -> None:
    stage = Stage(compare=True, lens="entropy", pace="rows", tool="probe", pixel=(3, 2))
    for _ in range(2):
        drawn.presenter.stage(stage)
        assert drawn.state.comparison is not None
        assert (drawn.state.lens, drawn.state.tool, drawn.state.pace) == ("entropy", "probe", "rows")
        assert drawn.state.look is not None and drawn.state.look.pinned == (3, 2)
    drawn.presenter.stage(Stage(compare=False, lens="none", pace="instant", tool="pen"))
    assert drawn.state.comparison is None and drawn.state.look is None
    assert (drawn.state.lens, drawn.state.tool, drawn.state.pace) == ("none", "pen", "instant")


def test_comparing_asks_for_the_stage_and_not_for_what_was_there(drawn: Any) -> None:
    drawn.presenter.stage(WEIGHED, picture())
    drawn.clock.advance(60)
    assert {int(job.request.observed.sum()) for job in drawn.beside if not job.cancelled} == {8}


def test_another_model_opens_and_the_picture_of_the_first_stays(drawn: Any) -> None:
    document = drawn.state.document
    drawn.presenter.stage(Stage(model="ink", parameters={"class_name": "one"}, compare=True), picture())
    assert drawn.state.model == "ink" and drawn.state.document.observed.sum() == 8
    assert drawn.state.parameters["class_name"] == "one" and drawn.state.comparison is not None
    assert drawn.state.message == messages.STAGED_ELSEWHERE
    drawn.presenter.choose_model("rows")
    assert drawn.state.document.same_as(document)


def test_another_model_that_was_worked_with_has_its_picture_one_undo_back(drawn: Any) -> None:
    drawn.presenter.choose_model("ink")
    drawn.presenter.choose_tool("pen")
    drawn.stroke((2.5, 2.5), (5.5, 2.5))
    mine = drawn.state.document
    drawn.presenter.choose_model("rows")
    drawn.presenter.stage(Stage(model="ink"), picture())
    assert drawn.state.document.observed.sum() == 8
    drawn.presenter.undo()
    assert drawn.state.document.same_as(mine)


def test_no_hint_from_before_stands_beside_what_the_lesson_shows(fresh: Callable[..., Any]) -> None:
    bench = fresh(FACE, ROWS, start="face")
    assert bench.state.hint
    bench.presenter.choose_model("rows")
    bench.presenter.stage(Stage(model="face", lens="bits"))
    assert bench.state.model == "face" and not bench.state.hint


def test_before_anything_is_there_a_stage_can_be_set(fresh: Callable[..., Any]) -> None:
    bench = fresh(ROWS, INK, start="ink", engine="starting")
    bench.presenter.stage(RASTER, picture())
    assert bench.state.model == "rows" and bench.state.document.observed.sum() == 8


def test_a_branch_makes_room_for_the_comparison(ring: Any) -> None:
    ring.job.finish()
    ring.presenter.scrub(3)
    ring.presenter.branch()
    assert ring.state.comparison is not None and ring.state.comparison.branch
    ring.presenter.stage(WEIGHED, picture())
    assert ring.state.comparison is not None and not ring.state.comparison.branch
    ring.presenter.stage(RASTER, picture())
    assert ring.state.comparison is None


@pytest.mark.parametrize(
    ("stage", "said"),
    [
        (Stage(model="gone"), "The model gone is not installed"),
        (Stage(lens="x-ray"), "no lens 'x-ray'"),
        (Stage(pace="never"), "no pace 'never'"),
        (Stage(tool="saw"), "no tool 'saw'"),
        (Stage(parameters={"colour": 1}), "no parameter 'colour'"),
        (Stage(parameters={"method": "magic"}), "has no method 'magic'"),
        (Stage(parameters={"class_name": "nine"}, model="ink"), "has no class_name 'nine': it has zero, one."),
        (Stage(parameters={"particles": "many"}), "has no particles 'many'"),
        (Stage(pixel=(8, 0)), "no pixel at column 8, row 0"),
        (Stage(pixel=(0, 6)), "no pixel at column 0, row 6"),
    ],
)
def test_what_cannot_be_set_is_said_in_a_sentence_and_nothing_changes(drawn: Any, stage: Stage, said: str) -> None:
    before, asked = drawn.state, len(drawn.jobs)
    assert said in drawn.presenter.obstacle(stage)
    drawn.presenter.stage(stage, picture())
    assert said in drawn.state.message
    assert drawn.state.document is before.document and drawn.state.parameters is before.parameters
    assert drawn.state.model == before.model and len(drawn.jobs) == asked


def test_numbers_out_of_bounds_are_brought_inside(drawn: Any) -> None:
    drawn.presenter.stage(Stage(parameters={"particles": 100_000, "count": 0}))
    assert (drawn.state.parameters["particles"], drawn.state.parameters["count"]) == (512, 1)


def test_without_any_model_nothing_can_be_set(fresh: Callable[..., Any]) -> None:
    bench = fresh()
    assert bench.presenter.obstacle(Stage(lens="bits"))
    bench.presenter.stage(Stage(lens="bits"), picture())
    assert bench.state.manifest is None


def test_a_model_that_must_be_told_a_class_is_told_one(fresh: Callable[..., Any]) -> None:
    told = manifest("told", conditions=(Condition(name="class", names=("zero", "one"), null=False),))
    bench = fresh(told)
    assert "has no class_name ''" in bench.presenter.obstacle(Stage(parameters={"class_name": ""}))
    assert not bench.presenter.obstacle(Stage(parameters={"class_name": "one"}))
