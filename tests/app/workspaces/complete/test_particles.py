"""Particles in the workspace: how they are chosen, what is said of them, and raster order beside them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np

from app.documents.picture_file import decode_picture
from app.documents.request_record import from_text
from engine.contracts.lanes import Policy
from engine.records.png_file import encode_png
from tests.app.workspaces.complete.conftest import ROWS

WEIGHED = {"method": "particles", "particles": 128, "runs": 4}


def choose(bench: Any, **values: Any) -> None:
    for name, value in values.items():
        bench.presenter.set_parameter(name, value)


# --- method, number, runs


def test_particles_are_a_method_and_are_asked_for(ring: Any) -> None:
    assert [label for _, label in ring.state.choices["method"]] == ["automatic", "raster order", "particles"]
    choose(ring, **WEIGHED)
    ring.clock.advance(60)
    asked = ring.job.request
    assert (asked.method, asked.particles, asked.runs) == ("particles", 128, 4)


def test_their_number_and_runs_show_where_they_mean_anything(ring: Any) -> None:
    numbers = {"particles", "runs"}
    assert numbers <= ring.state.fields
    choose(ring, method="raster")
    assert not numbers & ring.state.fields
    choose(ring, method="particles")
    assert numbers <= ring.state.fields
    choose(ring, method="auto", temperature=0.0)
    assert not numbers & ring.state.fields
    ring.presenter.choose_model("ink")
    assert not numbers & ring.state.fields, "a model without a row sampler cannot draw them"


def test_undo_takes_method_and_numbers_back(ring: Any) -> None:
    choose(ring, **WEIGHED)
    for name, before in (("runs", 1), ("particles", 64), ("method", "auto")):
        assert ring.state.parameters[name] == WEIGHED[name]
        ring.presenter.undo()
        assert ring.state.parameters[name] == before
    ring.presenter.redo()
    assert ring.state.parameters["method"] == "particles"


def test_a_scene_carries_them_and_an_older_one_opens_with_the_defaults(ring: Any, fresh: Callable[..., Any]) -> None:
    choose(ring, **WEIGHED)
    scene = json.loads(json.dumps(ring.presenter.capture()))
    other = fresh(ROWS, start=None)
    other.presenter.restore(scene)
    assert {name: other.state.parameters[name] for name in WEIGHED} == WEIGHED
    for name in ("particles", "runs"):
        del scene["desks"]["rows"]["parameters"][name]
    other.presenter.restore(scene)
    assert (other.state.parameters["particles"], other.state.parameters["runs"]) == (64, 1)


def opened(saved: Any, bench: Any, note: str | None = None) -> Any:
    picture = decode_picture(encode_png(saved.pixels, note or saved.note))
    bench.presenter.open_picture(picture.rgba, picture.note)
    return bench


def test_a_saved_picture_carries_them_and_what_auto_came_to(ring: Any, fresh: Callable[..., Any]) -> None:
    choose(ring, particles=128, runs=4)
    ring.clock.advance(60)
    ring.job.weigh()
    saved = ring.presenter.picture(3)
    assert from_text(saved.note).resolved["method"] == "particles"
    other = opened(saved, fresh(ROWS))
    assert {name: other.state.parameters[name] for name in WEIGHED} == WEIGHED | {"method": "auto"}


def test_a_picture_from_before_there_were_particles_comes_back_in_raster_order(
    ring: Any, fresh: Callable[..., Any]
) -> None:
    ring.job.finish()
    saved = ring.presenter.picture(3)
    note = json.loads(saved.note)
    for name in ("particles", "runs"):
        del note["parameters"][name]
    other = opened(saved, fresh(ROWS), json.dumps(note))
    parameters = other.state.parameters
    assert (parameters["method"], parameters["particles"], parameters["runs"]) == ("raster", 64, 1)


# --- what is said of them


def test_what_is_on_show_while_they_run_is_said_to_be_replaceable(ring: Any) -> None:
    assert ring.state.verdict is None and not ring.state.status
    ring.job.rows(2, provisional=True)
    assert ring.state.verdict.title == "Weighing" and "may still be replaced" in ring.state.verdict.sentence
    assert "may still be replaced" in ring.state.status
    ring.job.weigh()
    assert ring.state.verdict.kind == "reliable" and not ring.state.status and not ring.state.stale


def test_rows_in_raster_order_are_not_said_to_be(ring: Any) -> None:
    choose(ring, method="raster")
    ring.clock.advance(60)
    ring.job.rows(2)
    assert not ring.state.status and ring.state.verdict is None
    ring.job.finish()
    assert ring.state.verdict.kind == "late"


def test_particles_that_were_stopped_are_unfinished(ring: Any) -> None:
    ring.job.weigh()
    ring.presenter.roll_dice()
    ring.clock.advance(60)
    ring.job.rows(2, provisional=True)
    ring.presenter.stop()
    assert ring.state.verdict.kind == "unfinished" and not ring.state.status
    ring.presenter.complete_again()
    ring.job.weigh()
    assert ring.state.verdict.kind == "reliable"


def test_a_replay_shows_what_is_final(ring: Any) -> None:
    ring.presenter.set_pace("rows")
    ring.job.rows(2, provisional=True)
    assert ring.state.verdict is None and not ring.state.status, "nothing of it is on show"
    ring.job.weigh()
    assert ring.state.playing and ring.state.verdict.kind == "reliable"


def test_the_word_is_kept_but_faded_until_the_edit_is_answered(ring: Any) -> None:
    ring.job.weigh()
    said = ring.state.verdict
    ring.stroke((3.5, 2.5))
    assert ring.state.verdict is said and ring.state.stale
    ring.clock.advance(60)
    ring.job.weigh()
    assert ring.state.verdict is not said and not ring.state.stale


def test_no_completions_no_word(ring: Any) -> None:
    ring.job.weigh()
    ring.presenter.rest_is((0,))
    assert ring.state.images is None and ring.state.verdict is None


def test_no_given_pixel_is_dotted_under_particles(ring: Any) -> None:
    ring.job.weigh()
    assert ring.state.unused is None and ring.state.unused_text == ""


def test_advice_is_followed_as_a_step_of_the_history(ring: Any) -> None:
    choose(ring, method="raster")
    ring.clock.advance(60)
    ring.job.finish()
    ring.presenter.follow_advice()
    ring.clock.advance(60)
    assert ring.job.request.method == "auto"
    ring.job.weigh(ess=np.array([[64.0, 1.0]]), ancestors=1)
    assert ring.state.verdict.kind == "poor"
    ring.presenter.follow_advice()
    ring.clock.advance(60)
    assert ring.job.request.particles == 256
    ring.job.weigh()
    before = len(ring.jobs)
    ring.presenter.follow_advice()
    ring.clock.advance(60)
    assert len(ring.jobs) == before, "nothing was offered"
    ring.presenter.undo()
    assert ring.state.parameters["particles"] == 64


# --- raster order beside them


def compare(ring: Any) -> Any:
    """Both strips are complete."""
    ring.job.weigh(value=50)
    ring.presenter.compare()
    ring.beside[-1].finish(value=150)
    return ring


def test_the_same_is_drawn_in_raster_order_in_a_lane_of_its_own(ring: Any) -> None:
    choose(ring, particles=128, seed=7)
    ring.clock.advance(60)
    ring.job.weigh(value=50)
    assert ring.state.comparison is None and ring.state.heading == "" and not ring.beside
    ring.presenter.compare()
    (job,) = ring.beside
    asked, main = job.request, ring.job.request
    assert job.lane.policy is Policy.SUPERSEDE and job.lane.name != ring.job.lane.name
    assert asked.method == "raster" and (asked.seed, asked.count, asked.model) == (7, main.count, main.model)
    assert (asked.observed == main.observed).all() and ring.state.comparison.images is None
    assert ring.state.comparison.busy and ring.state.working and not ring.state.busy
    job.rows(2, value=150)
    assert ring.state.progress == 2 / 6
    assert ring.state.comparison.drawn[:, :2].all() and not ring.state.comparison.drawn[:, 2, 2].any()
    job.finish(value=150)
    shown = ring.state.comparison
    assert shown.verdict.kind == "late" and "above that was weighed" in shown.verdict.sentence
    assert (shown.images[0, 2, 2] == 150).all() and (ring.state.images[0, 2, 2] == 50).all()
    assert ring.state.heading == "Particles" and not ring.state.working and not shown.busy


def test_the_same_command_ends_it(ring: Any) -> None:
    compare(ring)
    ring.presenter.compare()
    assert ring.state.comparison is None and ring.state.heading == ""
    before = len(ring.beside)
    ring.stroke((3.5, 2.5))
    ring.clock.advance(60)
    assert len(ring.beside) == before


def test_it_follows_edits_with_ink_at_once(ring: Any) -> None:
    compare(ring)
    ring.presenter.choose_tool("pen")
    ring.stroke((3.5, 2.5))
    shown = ring.state.comparison
    assert (shown.images[:, 2, 3] == ring.state.document.pixels[2, 3]).all() and shown.stale
    ring.clock.advance(60)
    assert len(ring.beside) == 2 and ring.beside[-1].request.observed[2, 3]
    ring.beside[-1].finish(value=160)
    assert not ring.state.comparison.stale
    ring.presenter.set_parameter("count", 3)
    assert len(ring.state.comparison.images) == 3


def test_it_is_stopped_with_the_completions(ring: Any) -> None:
    ring.job.weigh()
    ring.presenter.compare()
    (job,) = ring.beside
    ring.presenter.escape()
    assert job.cancelled and not ring.state.working and ring.state.message == "Stopped. What was drawn stays."
    job.finish()
    assert ring.state.comparison.images is None, "what comes late is dropped"
    ring.presenter.complete_again()
    assert len(ring.beside) == 2


def test_its_error_is_its_own(ring: Any) -> None:
    ring.job.weigh()
    ring.presenter.compare()
    ring.beside[-1].fail()
    assert ring.state.comparison.problem.problem == "It broke." and ring.state.problem is None
    assert ring.presenter.act(ring.state.comparison.problem.action)
    ring.beside[-1].rows(1)
    assert ring.state.comparison.problem is None


def test_it_is_drawn_again_when_the_engine_is_back(ring: Any) -> None:
    ring.job.weigh()
    ring.presenter.compare()
    job = ring.beside[-1]
    ring.presenter.engine_changed("died")
    job.fail("EngineDied", "The engine died.", "Wait.")
    assert ring.state.comparison.problem.problem == "The engine stopped."
    ring.presenter.engine_changed("starting")
    ring.presenter.engine_changed("ready")
    assert len(ring.beside) == 2 and ring.state.comparison.problem is None
    ring.beside[-1].finish()
    assert ring.state.comparison.images is not None


def test_it_gives_up_on_what_kills_the_engine(ring: Any) -> None:
    ring.job.weigh()
    ring.presenter.compare()
    for _ in range(3):
        ring.presenter.engine_changed("died")
        ring.presenter.engine_changed("starting")
        ring.presenter.engine_changed("ready")
    assert len(ring.beside) == 3 and "several times" in ring.state.comparison.problem.problem
    assert ring.presenter.act(ring.state.comparison.problem.action)
    assert len(ring.beside) == 4


def test_an_engine_that_is_gone_for_good_is_said_there_too(ring: Any) -> None:
    ring.job.weigh()
    ring.presenter.engine_changed("died")
    ring.presenter.engine_changed("failed")
    ring.presenter.compare()
    assert "not started again" in ring.state.comparison.problem.problem and not ring.state.working
    ring.presenter.engine_changed("starting")
    ring.presenter.engine_changed("ready")
    assert ring.state.comparison.problem is None and ring.beside


def test_it_is_of_the_model_on_show(ring: Any) -> None:
    compare(ring)
    ring.presenter.choose_model("ink")
    assert ring.state.comparison.images is None
    ring.clock.advance(60)
    assert ring.beside[-1].request.model == "ink"


def test_a_scene_remembers_that_it_was_there(ring: Any, fresh: Callable[..., Any]) -> None:
    compare(ring)
    other = fresh(ROWS, start=None)
    other.presenter.restore(json.loads(json.dumps(ring.presenter.capture())))
    other.clock.advance(60)
    assert other.state.comparison is not None and other.beside[-1].request.method == "raster"
    older = {name: value for name, value in ring.presenter.capture().items() if name != "comparing"}
    again = fresh(ROWS, start=None)
    again.presenter.restore(older)
    assert again.state.comparison is None


def test_a_whole_picture_has_nothing_to_compare(ring: Any) -> None:
    compare(ring)
    ring.presenter.rest_is((0,))
    before = len(ring.beside)
    ring.clock.advance(60)
    assert ring.state.comparison.images is None and len(ring.beside) == before and not ring.state.working


def test_one_of_them_is_previewed_and_can_be_taken(ring: Any) -> None:
    compare(ring)
    ring.presenter.hover_beside(2)
    assert (ring.state.beside, ring.state.hovered) == (2, -1)
    assert (ring.state.preview == ring.state.comparison.images[2]).all()
    ring.presenter.choose_beside(2)
    assert "to compare" in ring.state.message
    taken = ring.state.comparison.images[2]
    ring.presenter.adopt()
    assert ring.state.document.is_whole and (ring.state.document.pixels == taken).all()
    ring.presenter.hover(1)
    assert ring.state.beside == -1 and (ring.state.preview == ring.state.images[1]).all()


def test_completions_in_raster_order_are_called_so(ring: Any) -> None:
    choose(ring, method="raster")
    ring.clock.advance(60)
    ring.job.finish()
    ring.presenter.compare()
    ring.beside[-1].finish()
    assert ring.state.heading == "Raster order"
    assert "in raster order too" in ring.state.comparison.verdict.sentence
