"""From a stroke to the tiles: when the engine is asked, and what becomes of what it says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from engine.contracts.lanes import Policy
from engine.contracts.manifest import Condition, GraphSpec
from tests.app.workspaces.complete.conftest import manifest


def test_the_first_completion_is_asked_for_without_being_told(fresh: Callable[..., Any], models: Any) -> None:
    bench = fresh(models["ink"])
    bench.clock.advance(60)
    (job,) = bench.dispatcher.jobs
    assert job.lane.name == "complete" and job.lane.policy is Policy.SUPERSEDE and job.lane.interactive
    assert job.request.model == "ink" and job.request.count == 8 and not job.request.observed.any()


def test_an_edit_is_submitted_60_ms_later_and_shown_at_once(ink: Any) -> None:
    before = len(ink.jobs)
    ink.stroke((1.5, 1.5), (4.5, 1.5))
    assert ink.state.document.observed[1, 1:5].all() and ink.state.busy
    assert (ink.state.images[:, 1, 1:5] == 255).all()  # ink is on the tiles before the engine knows
    ink.clock.advance(59)
    assert len(ink.jobs) == before
    ink.clock.advance(1)
    assert len(ink.jobs) == before + 1
    assert (ink.job.request.pixels == ink.state.document.pixels).all()
    assert (ink.job.request.observed == ink.state.document.observed).all()


def test_several_edits_within_60_ms_are_one_request(ink: Any) -> None:
    before = len(ink.jobs)
    for x in range(4):
        ink.stroke((x + 0.5, 0.5))
        ink.clock.advance(14)
    ink.clock.advance(100)
    assert len(ink.jobs) == before + 1 and ink.job.request.observed.sum() == 4


def test_a_long_stroke_completes_while_it_moves(ink: Any) -> None:
    before = len(ink.jobs)
    ink.presenter.start_stroke()
    for step in range(30):
        ink.presenter.segment(0.5 + step / 5, 0.5, 0.7 + step / 5, 0.5)
        ink.clock.advance(10)
        if not ink.job.cancelled:
            ink.job.rows(1)
    assert 3 <= len(ink.jobs) - before <= 5


def test_a_moving_stroke_does_not_overtake_a_job_that_has_shown_nothing(ink: Any) -> None:
    before = len(ink.jobs)
    ink.presenter.start_stroke()
    ink.presenter.segment(0.5, 0.5, 1.5, 0.5)
    ink.clock.advance(60)
    ink.presenter.segment(1.5, 0.5, 2.5, 0.5)
    ink.clock.advance(200)
    assert len(ink.jobs) == before + 1  # a slow machine: the first row is not there yet
    ink.job.rows(1)
    assert len(ink.jobs) == before + 2 and ink.job.request.observed.sum() == 3


def test_the_end_of_a_stroke_submits_what_was_held_back(ink: Any) -> None:
    before = len(ink.jobs)
    ink.presenter.start_stroke()
    ink.presenter.segment(0.5, 0.5, 1.5, 0.5)
    ink.clock.advance(60)
    ink.presenter.segment(1.5, 0.5, 2.5, 0.5)
    ink.clock.advance(200)
    ink.presenter.finish_stroke()
    assert len(ink.jobs) == before + 2


# --- drafts -----------------------------------------------------------------------------------------------------------


def weighing(fresh: Callable[..., Any], **changes: Any) -> Any:
    """A model that draws particles and knows classes, the first completion shown and the show over."""
    graph = GraphSpec(file="row.onnx", sha256="ab", inputs={}, outputs={})
    classes = (Condition(name="class", names=("zero", "one"), null=True),)
    told = manifest("told", **({"graphs": {"sampler_row": graph}, "conditions": classes} | changes))
    bench = fresh(told, start="told")
    bench.presenter.skip_show()
    bench.settle()
    return bench


def moved(bench: Any) -> None:
    """A stroke that pauses for longer than changes are gathered, and is not over."""
    bench.presenter.start_stroke()
    bench.presenter.segment(0.5, 0.5, 1.5, 0.5)
    bench.clock.advance(60)


def test_what_is_asked_for_while_a_stroke_moves_is_a_draft_and_drawn_once_more_at_its_end(
    fresh: Callable[..., Any],
) -> None:
    bench = weighing(fresh)
    before = len(bench.jobs)
    assert not bench.job.request.draft
    moved(bench)
    assert bench.job.request.draft
    bench.job.finish(value=40)
    assert not bench.state.busy
    bench.presenter.finish_stroke()
    assert len(bench.jobs) == before + 2 and not bench.job.request.draft and bench.state.busy
    assert (bench.job.request.pixels == bench.jobs[-2].request.pixels).all()
    bench.job.finish(value=90)
    assert not bench.state.busy and (bench.state.images[0].reshape(-1)[-1] == 90).all()
    bench.presenter.start_stroke()
    bench.presenter.finish_stroke()
    assert len(bench.jobs) == before + 2, "nothing was painted"


def test_a_stroke_that_ends_at_once_asks_for_no_draft(fresh: Callable[..., Any]) -> None:
    bench = weighing(fresh)
    before = len(bench.jobs)
    bench.stroke((2.5, 2.5), (3.5, 2.5))
    bench.clock.advance(60)
    assert len(bench.jobs) == before + 1 and not bench.job.request.draft


def test_a_draft_that_was_stopped_or_undone_is_not_asked_for_again(fresh: Callable[..., Any]) -> None:
    bench = weighing(fresh)
    moved(bench)
    bench.presenter.stop()
    before = len(bench.jobs)
    bench.presenter.finish_stroke()
    assert len(bench.jobs) == before
    moved(bench)
    before = len(bench.jobs)
    bench.presenter.undo()
    bench.presenter.finish_stroke()
    bench.clock.advance(100)
    assert not [job for job in bench.jobs[before:] if job.request.draft]


@pytest.mark.parametrize("changes", [{"graphs": {}}, {"conditions": ()}])
def test_where_no_classes_are_handed_out_or_nothing_is_weighed_there_are_no_drafts(
    fresh: Callable[..., Any], changes: dict[str, Any]
) -> None:
    bench = weighing(fresh, **changes)
    moved(bench)
    assert not bench.job.request.draft


def test_a_chosen_class_needs_no_drafts(fresh: Callable[..., Any]) -> None:
    bench = weighing(fresh)
    bench.presenter.set_parameter("class_name", "one")
    bench.settle()
    moved(bench)
    assert not bench.job.request.draft


def test_tiles_are_overwritten_row_by_row_and_never_blanked(ink: Any) -> None:
    old = ink.state.images.copy()
    ink.stroke((7.5, 5.5))
    ink.clock.advance(60)
    ink.job.rows(2, value=50)
    assert (ink.state.images[0, :2] == 50).all()
    assert (ink.state.images[:, 2:5] == old[:, 2:5]).all() and ink.state.drawn.all()
    assert ink.state.progress == 2 / 6 and ink.state.busy
    ink.job.finish(value=50)
    assert (ink.state.images[3].reshape(-1)[:-1] == 53).all() and not ink.state.busy and ink.state.progress is None


def test_what_is_not_drawn_yet_is_said_to_be_so(fresh: Callable[..., Any], models: Any) -> None:
    bench = fresh(models["ink"])
    bench.presenter.skip_show()
    bench.clock.advance(60)
    assert bench.state.images is None
    bench.job.rows(2)
    assert bench.state.drawn[:, :2].all() and not bench.state.drawn[:, 2:].any()


def test_an_answer_to_an_older_picture_keeps_the_newer_ink(ink: Any) -> None:
    ink.stroke((0.5, 0.5))
    ink.clock.advance(60)
    old = ink.job
    ink.stroke((4.5, 4.5))
    old.rows(6, value=60)
    assert ink.state.images[0, 2, 2, 0] == 60  # newer than what was on show
    assert (ink.state.images[:, 4, 4] == 255).all()


def test_the_end_of_an_older_answer_does_not_make_the_newer_picture_complete(ink: Any) -> None:
    ink.stroke((0.5, 0.5))
    ink.clock.advance(60)
    ink.stroke((4.5, 4.5))
    ink.job.finish()
    ink.presenter.choose_model("grey")
    ink.presenter.choose_model("ink")
    ink.clock.advance(60)
    assert ink.job.request.observed.sum() == 2


def test_an_answer_older_than_what_is_shown_is_dropped(ink: Any) -> None:
    ink.stroke((0.5, 0.5))
    ink.clock.advance(60)
    old = ink.job
    ink.stroke((4.5, 4.5))
    ink.clock.advance(60)
    ink.job.rows(1, value=70)
    shown = ink.state
    old.rows(6, value=60)
    old.finish(value=60)
    assert ink.state is shown


def test_stop_stops_within_the_call(ink: Any) -> None:
    ink.stroke((0.5, 0.5))
    ink.clock.advance(60)
    ink.job.rows(2, value=60)
    job = ink.job
    ink.presenter.stop()
    assert job.cancelled and not ink.state.busy and ink.state.progress is None
    assert (ink.state.images[0, 1] == 60).all()
    kept = ink.state.images
    job.rows(6, value=60)
    job.finish(value=60)
    job.be_cancelled()
    assert ink.state.images is kept and not ink.state.busy


def test_stop_also_stops_what_was_not_submitted_yet(ink: Any) -> None:
    before = len(ink.jobs)
    ink.stroke((0.5, 0.5))
    ink.presenter.stop()
    ink.clock.advance(1000)
    assert len(ink.jobs) == before
    ink.stroke((2.5, 0.5))
    ink.clock.advance(60)
    assert len(ink.jobs) == before + 1


def test_escape_stops_then_deselects(ink: Any) -> None:
    ink.presenter.select(2)
    ink.stroke((0.5, 0.5))
    ink.presenter.escape()
    assert not ink.state.busy and ink.state.selected == 2 and ink.state.preview is not None
    ink.presenter.escape()
    assert ink.state.selected == -1 and ink.state.preview is None


def test_nothing_unknown_asks_for_nothing(ink: Any) -> None:
    before = len(ink.jobs)
    ink.presenter.rest_is()
    ink.clock.advance(1000)
    assert len(ink.jobs) == before and ink.state.images is None and not ink.state.busy
    ink.presenter.complete_again()
    assert "Rub something out" in ink.state.message


def test_the_dice_on_a_whole_picture_says_why_nothing_comes(ink: Any) -> None:
    ink.presenter.rest_is()
    seed = ink.state.parameters["seed"]
    ink.presenter.roll_dice()
    assert "Rub something out" in ink.state.message and ink.state.parameters["seed"] == seed
    ink.presenter.forget_message()
    assert ink.state.message == ""


def test_a_picture_without_completions_has_no_times_of_older_ones(ink: Any) -> None:
    assert ink.state.timing.naive_ms and ink.state.naive_text
    ink.presenter.rest_is()
    assert ink.state.timing.total_ms == ink.state.timing.naive_ms == 0 and ink.state.naive_text == ""


def test_seed_stays_while_painting_and_the_dice_gives_another(ink: Any) -> None:
    first = ink.job.request.seed
    ink.stroke((0.5, 0.5))
    ink.clock.advance(60)
    assert ink.job.request.seed == first
    ink.presenter.roll_dice()
    ink.clock.advance(60)
    assert ink.job.request.seed == 1000 and ink.state.parameters["seed"] == 1000


def test_complete_again_takes_other_luck_unless_the_seed_is_locked(ink: Any) -> None:
    ink.presenter.complete_again()
    assert ink.job.request.seed == 1000
    ink.presenter.lock_seed(True)
    before = len(ink.jobs)
    ink.presenter.complete_again()
    assert len(ink.jobs) == before + 1 and ink.job.request.seed == 1000
    ink.presenter.roll_dice()
    assert ink.state.parameters["seed"] == 1000 and "locked" in ink.state.message


def test_more_and_fewer_completions(ink: Any) -> None:
    old = ink.state.images
    ink.presenter.set_parameter("count", 16)
    assert ink.state.images.shape[0] == 16 and not ink.state.drawn[8:].any()
    assert (ink.state.images[:8] == old).all()
    ink.settle()
    assert ink.state.drawn.all() and ink.job.request.count == 16
    ink.presenter.select(15)
    ink.presenter.set_parameter("count", 2)
    assert len(ink.state.images) == 2 and ink.state.selected == 1


def test_timing_is_the_engines_and_the_hands(ink: Any) -> None:
    ink.stroke((0.5, 0.5))
    ink.clock.advance(60)
    ink.clock.advance(35)
    ink.job.rows(1)
    assert ink.state.timing.first_row_ms == 21 and ink.state.timing.felt_ms == 95
    ink.clock.advance(100)
    ink.job.finish()
    timing = ink.state.timing
    assert (timing.count, timing.felt_ms, timing.total_ms) == (8, 95, 190)
    assert ink.state.naive_text == "Naive sampling would have taken 73 s."


def test_unused_pixels_are_dotted_with_a_sentence(ink: Any) -> None:
    ink.stroke((1.5, 5.5), (2.5, 5.5))
    unused = np.zeros((6, 8), bool)
    unused[5, 1:3] = True
    ink.clock.advance(60)
    ink.job.finish(unused=unused)
    assert (ink.state.unused == unused).all() and ink.state.unused_text.startswith("2 given pixels are dotted")
    kept = ink.state.unused
    ink.presenter.select(1)
    assert ink.state.unused is kept
    ink.presenter.choose_tool("forget")
    ink.stroke((1.5, 5.5))
    assert ink.state.unused.sum() == 1 and ink.state.unused_text.startswith("1 given pixel is dotted")
    ink.presenter.rest_is()
    assert ink.state.unused is None and ink.state.unused_text == ""


def test_an_error_stands_with_its_remedy_and_goes_with_the_next_row(ink: Any) -> None:
    ink.stroke((0.5, 0.5))
    ink.clock.advance(60)
    ink.job.fail("RequestError", "The temperature is odd.", "Reset it.")
    problem = ink.state.problem
    assert (problem.problem, problem.remedy, problem.action) == (
        "The temperature is odd.",
        "Reset it.",
        "reset_parameters",
    )
    assert not ink.state.busy and ink.state.images is not None
    assert ink.presenter.act(problem.action)
    ink.job.rows(1)
    assert ink.state.problem is None
    assert not ink.presenter.act("open_models")
