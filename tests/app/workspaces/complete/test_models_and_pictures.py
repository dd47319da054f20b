"""Switching models, examples, pictures from outside, saving, scenes, the score and the death of the engine."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from app.documents.partial_image import PartialImage
from app.documents.picture_file import decode_picture
from app.documents.request_record import from_text, to_text
from app.workspaces.complete.scoring import quantiles_of
from engine.contracts.manifest import ImageSpec
from engine.errors import FileError
from engine.records.png_file import encode_png

# --- models


def test_it_opens_on_the_coloured_model_with_an_example(fresh: Callable[..., Any], models: Any) -> None:
    bench = fresh(models["ink"], models["vae"], models["face"])
    assert bench.state.model == "face" and [m.id for m in bench.state.models] == ["ink", "face"]
    assert not bench.state.document.observed[2].any() and bench.state.document.observed.sum() == 20
    assert [e.title for e in bench.state.examples] == ["A face"]


def test_each_model_keeps_its_own_work(face: Any) -> None:
    face.stroke((0.5, 0.5))
    face.presenter.set_parameter("temperature", 0.5)
    document, before = face.state.document, len(face.jobs)
    face.clock.advance(60)
    running = face.job
    face.presenter.choose_model("ink")
    assert running.cancelled and face.state.model == "ink" and face.state.document.is_blank
    face.clock.advance(60)
    face.stroke((3.5, 3.5))
    running.finish(value=99)  # the other model's answer is not for this picture
    assert face.state.images is None or face.state.images.shape[1:] == (6, 8, 1)
    face.presenter.choose_model("face")
    assert face.state.document is document and face.state.parameters["temperature"] == 0.5
    assert face.state.images is not None and face.state.can_undo
    face.clock.advance(60)
    assert [job.request.model for job in face.jobs[before:]] == ["face", "ink", "face"]  # the interrupted one again
    face.job.finish()
    face.presenter.choose_model("ink")
    face.presenter.choose_model("face")
    face.clock.advance(500)
    assert face.job.request.model == "face" and not face.state.busy


def test_what_is_complete_is_not_completed_again_on_coming_back(face: Any) -> None:
    images = face.state.images
    face.presenter.choose_model("ink")
    face.settle()
    before = len(face.jobs)
    face.presenter.choose_model("face")
    face.clock.advance(500)
    assert len(face.jobs) == before and face.state.images is images


def test_a_picture_goes_along_only_if_asked(face: Any) -> None:
    face.presenter.choose_model("ink", bring_picture=True)
    assert not face.state.document.is_blank and face.state.document.shape == (6, 8, 1)
    assert face.state.can_undo


def test_models_that_do_not_complete_say_so(ink: Any) -> None:
    ink.presenter.choose_model("vae")
    assert ink.state.model == "ink" and "another workspace" in ink.state.message
    ink.presenter.choose_model("nobody")
    assert ink.state.model == "ink" and "nobody" in ink.state.message


def test_no_model_at_all(fresh: Callable[..., Any], models: Any) -> None:
    bench = fresh(models["vae"])
    assert bench.state.manifest is None and bench.state.problem.action == "open_model_folder"
    for verb in ("undo", "adopt", "escape", "stop", "release", "complete_again", "roll_dice", "score", "load_example"):
        getattr(bench.presenter, verb)()
    bench.stroke((1, 1), (2, 2))
    bench.presenter.set_models([models["ink"]])
    assert bench.state.model == "ink" and bench.state.problem is None


# --- pictures


def test_a_picture_is_fitted_and_can_be_undone(ink: Any) -> None:
    ink.stroke((0.5, 0.5))
    rgba = np.full((12, 16, 4), 255, np.uint8)
    rgba[6:, :, 3] = 0
    ink.presenter.load_picture(rgba)
    assert ink.state.document.observed[:3].all() and not ink.state.document.observed[3:].any()
    ink.clock.advance(60)
    assert ink.job.request.observed.sum() == 24
    ink.presenter.undo()
    assert ink.state.document.observed.sum() == 1


def test_examples_come_round(face: Any) -> None:
    face.presenter.forget_everything()
    face.presenter.load_example()
    assert face.state.document.observed.sum() == 20 and face.state.hint == "Rub something out"


def test_a_saved_completion_brings_everything_back(face: Any, fresh: Callable[..., Any], models: Any) -> None:
    face.stroke((0.5, 0.5))
    face.presenter.set_parameter("temperature", 0.5)
    face.presenter.set_parameter("seed", 77)
    face.settle()
    saved = face.presenter.picture(4)
    assert saved.name == "face-seed77-5.png"
    assert (saved.pixels == face.state.images[4]).all()
    picture = decode_picture(encode_png(saved.pixels, saved.note))
    other = fresh(models["ink"], models["face"], start="ink")
    other.presenter.open_picture(picture.rgba, picture.note)
    state = other.state
    assert state.model == "face" and state.document.same_as(face.state.document) and state.selected == 4
    assert state.parameters == face.state.parameters and state.message == "Restored what made this picture."
    assert from_text(saved.note).resolved == {"orientation": "upright", "method": "raster"}


def test_a_record_without_its_model_is_a_plain_picture(face: Any, fresh: Callable[..., Any], models: Any) -> None:
    saved = face.presenter.picture(1)
    other = fresh(models["ink"])
    other.presenter.open_picture(decode_picture(encode_png(saved.pixels)).rgba, saved.note)
    assert "not installed" in other.state.message and not other.state.document.is_blank


def test_a_record_of_another_size_is_a_plain_picture(face: Any) -> None:
    """The model is here and its pictures are 5x5; the note is of a 6x6 one."""
    record = from_text(face.presenter.picture(1).note)
    note = to_text(replace(record, document=PartialImage.blank(6, 6, 3)))
    face.presenter.open_picture(np.full((5, 5, 4), 255, np.uint8), note)
    assert "another size" in face.state.message and face.state.document.is_whole


def test_a_damaged_note_is_reported_and_the_picture_shown(ink: Any) -> None:
    ink.presenter.open_picture(np.full((6, 8, 4), 255, np.uint8), "{ not json")
    assert "damaged" in ink.state.message and ink.state.document.is_whole


def test_other_weights_are_said(face: Any) -> None:
    note = json.loads(face.presenter.picture(1).note) | {"digests": {"likelihood": "00"}}
    face.presenter.open_picture(np.zeros((5, 5, 4), np.uint8), json.dumps(note))
    assert "has changed since" in face.state.message and face.state.selected == 1


def test_a_note_that_chose_beyond_its_own_count_chooses_the_last(face: Any) -> None:
    note = json.loads(face.presenter.picture(1).note)
    note["parameters"]["count"], note["index"] = 2, 7
    face.presenter.open_picture(np.zeros((5, 5, 4), np.uint8), json.dumps(note))
    assert face.state.selected == 1 and face.state.parameters["count"] == 2


def test_escape_stops_a_score_too(ink: Any) -> None:
    ink.presenter.rest_is()
    ink.clock.advance(60)
    ink.presenter.escape()
    assert ink.score_jobs[-1].cancelled and not ink.state.score_busy and ink.state.selected >= 0
    ink.presenter.escape()
    assert ink.state.selected == -1
    ink.presenter.score()
    ink.score_jobs[-1].score(-150)
    assert ink.state.score is not None, "asked again, it answers"


def test_picture_and_sheet(ink: Any, fresh: Callable[..., Any], models: Any) -> None:
    assert ink.presenter.sheet().pixels.shape == (2 * 7 + 1, 4 * 9 + 1, 1)
    ink.presenter.select(2)
    assert (ink.presenter.picture().pixels == ink.state.images[2]).all()
    assert fresh(models["ink"]).presenter.sheet() is None


def test_a_sheet_that_is_still_being_drawn_is_see_through_there(ink: Any) -> None:
    """Two pictures more than were drawn: nothing stands for them, not black."""
    ink.presenter.set_parameter("count", 10)
    undrawn = ~(ink.state.drawn | ink.state.document.observed)
    assert undrawn[8:].any() and not undrawn[:8].any()
    sheet = ink.presenter.sheet().pixels
    assert sheet.shape[2] == 4 and (sheet[..., 3] == 0).sum() == undrawn.sum()


def test_a_picture_saved_during_a_replay_is_whole(ink: Any) -> None:
    ink.presenter.set_pace("pixels")
    ink.clock.advance(50)
    assert ink.state.playing
    saved = ink.presenter.picture(1)
    assert saved.pixels.shape == (6, 8, 1) and (saved.pixels == ink.state.images[1]).all() and not ink.state.playing


def test_what_is_unknown_is_transparent_when_saved(ink: Any) -> None:
    ink.stroke((0.5, 0.5), (3.5, 0.5))
    ink.presenter.select(-1)
    ink.presenter.stop()
    ink.presenter.escape()
    assert ink.state.selected == -1
    saved, document = ink.presenter.picture(), ink.state.document
    assert saved.pixels.shape == (6, 8, 4)
    assert (saved.pixels[0, :4, 3] == 255).all() and not saved.pixels[1:, :, 3].any()
    ink.presenter.rest_is()
    ink.presenter.open_picture(decode_picture(encode_png(saved.pixels)).rgba)
    assert ink.state.document.same_as(document), "copied and pasted it is the same"


def test_a_file_error_is_told_and_loses_nothing(ink: Any) -> None:
    document = ink.state.document
    ink.presenter.report(FileError("a.png is not a picture.", "Choose another."))
    assert ink.state.message == "a.png is not a picture. Choose another." and ink.state.document is document


# --- scenes


def test_a_scene_brings_the_whole_workspace_back(face: Any, fresh: Callable[..., Any], models: Any) -> None:
    face.stroke((0.5, 0.5))
    face.presenter.set_pace("rows")
    face.presenter.select(3)
    face.presenter.lock_seed(True)
    face.presenter.choose_model("ink")
    face.stroke((2.5, 2.5), (6.5, 2.5))
    face.presenter.set_size(2.0)
    face.presenter.set_parameter("class_name", "one")
    captured = json.loads(json.dumps(face.presenter.capture()))
    again = fresh(models["ink"], models["face"], start=None)
    again.presenter.restore(captured | {"weather": "fine"})
    assert again.state.model == "ink" and again.state.pace == "rows" and again.state.brush_radius == 2.0
    assert again.state.document.same_as(face.state.document) and again.state.parameters == face.state.parameters
    again.clock.advance(60)
    assert again.job.request.model == "ink" and again.job.request.class_name == "one"
    again.presenter.choose_model("face")
    assert again.state.selected == 3 and again.state.seed_locked and again.state.document.state[0, 0] == 0
    again.presenter.preset("top")
    assert again.state.document.observed[0, 0]  # the memory of what was rubbed out came along
    assert again.presenter.capture()["desks"].keys() == captured["desks"].keys()


def test_desks_of_missing_models_are_kept_for_later(face: Any, fresh: Callable[..., Any], models: Any) -> None:
    captured = json.loads(json.dumps(face.presenter.capture()))
    without = fresh(models["ink"], start=None)
    without.presenter.restore(captured)
    assert without.state.model == "ink"
    assert without.presenter.capture()["desks"]["face"] == captured["desks"]["face"]


@pytest.mark.parametrize(
    "damage",
    [
        {},
        {"desks": 3, "model": 4, "pace": []},
        {"desks": {"ink": None}, "model": "ink"},
        {"desks": {"ink": {"document": {"pixels": {}, "state": {}}}}, "model": "ink"},
        {"desks": {"face": "x"}, "model": "gone"},
    ],
)
def test_damaged_scenes_leave_a_working_workspace(damage: Any, fresh: Callable[..., Any], models: Any) -> None:
    bench = fresh(models["ink"], models["face"], start=None)
    bench.presenter.restore(damage)
    assert bench.state.manifest is not None
    bench.clock.advance(60)
    assert bench.state.busy


def test_odd_values_in_a_scene_take_their_defaults(ink: Any, fresh: Callable[..., Any], models: Any) -> None:
    captured = ink.presenter.capture()
    captured["desks"]["ink"] |= {
        "tool": "axe",
        "brush_radius": float("nan"),
        "color": [300],
        "selected": "x",
        "parameters": {"temperature": 9, "class_name": "nine", "later": 1},
    }
    bench = fresh(models["ink"], start=None)
    bench.presenter.restore(captured)
    state = bench.state
    assert (state.tool, state.brush_radius, state.color, state.selected) == ("pen", 0.5, (255,), 0)
    assert state.parameters["temperature"] == 2.0 and state.parameters["class_name"] == ""


# --- the score


def test_a_whole_picture_is_scored_beside_the_test_set(ink: Any) -> None:
    ink.presenter.score()
    assert not ink.score_jobs and "whole picture" in ink.state.message
    ink.presenter.adopt(0)
    ink.clock.advance(60)
    (job,) = ink.score_jobs
    assert job.request.fit == "exact" and job.request.pixels.shape == (1, 6, 8, 1) and job.lane.name == "score"
    assert ink.state.score_busy
    job.score(-163.2, 4.9)
    score = ink.state.score
    assert (score.nats, score.bits_per_dim) == (-163.2, 4.9) and score.percent == pytest.approx(36.8)
    assert score.sentence == "Likelier than 37 of 100 Toy test pictures."
    assert score.text == "-163.2 nats, 4.900 bits per dimension" and not ink.state.score_busy


def test_card_and_score_name_the_other_model_that_scores(fresh: Callable[..., Any], models: Any) -> None:
    labelled = replace(models["ink"], scored_by="upright")
    figures = {"test_log_prob_quantiles": [float(value) for value in range(-300, -199)]}
    upright = replace(models["ink"], id="upright", title="Upright only", figures=figures)
    bench = fresh(labelled, upright, start="ink")
    assert bench.state.scorer is upright, "its figures stand on the card"
    words = "The likelihood is of Upright only; Ink only completes."
    assert bench.state.scorer_text == words and bench.state.score_note == ""
    bench.presenter.set_parameter("class_name", "one")
    bench.presenter.rest_is()
    bench.clock.advance(60)
    bench.score_jobs[-1].score(-163.2, scored_by="upright")
    assert bench.state.score.class_name == "one" and bench.state.score.quantiles[0] == -300, "like with like"
    assert bench.state.score_note.startswith("This is the score given the class one;")
    assert bench.state.score_note.endswith(words)
    bench.presenter.choose_model("upright")
    assert bench.state.scorer_text == "" and bench.state.scorer is None


def test_an_edit_makes_the_score_void(ink: Any) -> None:
    ink.presenter.rest_is()
    ink.clock.advance(60)
    ink.score_jobs[0].score(-150)
    ink.stroke((1.5, 1.5))
    assert ink.state.score is None
    ink.clock.advance(60)
    assert len(ink.score_jobs) == 2
    ink.stroke((2.5, 2.5))
    ink.score_jobs[1].score(-150)  # of the picture before the last stroke
    assert ink.state.score is None
    ink.clock.advance(60)
    ink.presenter.choose_tool("forget")
    ink.stroke((1.5, 1.5))
    ink.score_jobs[2].score(-150)
    assert ink.state.score is None and "whole picture" in ink.state.score_text


@pytest.mark.parametrize(
    ("nats", "words"), [(-500.0, "Less likely than every Toy"), (-20.0, "Likelier than every Toy")]
)
def test_pictures_off_the_scale(ink: Any, nats: float, words: str) -> None:
    ink.presenter.rest_is()
    ink.clock.advance(60)
    ink.score_jobs[0].score(nats)
    assert ink.state.score.sentence.startswith(words)


def test_without_quantiles_there_is_no_percentile(face: Any) -> None:
    face.presenter.adopt(0)
    face.clock.advance(60)
    face.score_jobs[0].score(-10)
    assert face.state.score.percent is None and face.state.score.quantiles is None and face.state.score.sentence
    assert face.state.score_note == face.state.score.sentence, "said where the distribution would be"


@pytest.mark.parametrize("bad", [None, [1.0] * 100, [2.0] + [1.0] * 100, ["a"] * 101, [float("nan")] * 101])
def test_odd_quantiles_are_left_out(bad: Any) -> None:
    assert quantiles_of({"test_log_prob_quantiles": bad}) is None


# --- the engine


def test_requests_wait_until_the_engine_is_ready(fresh: Callable[..., Any], models: Any) -> None:
    bench = fresh(models["ink"], engine="starting")
    bench.clock.advance(500)
    bench.presenter.hover(-1)
    assert not bench.dispatcher.jobs and bench.state.busy
    bench.presenter.engine_changed("ready")
    assert len(bench.jobs) == 1 and bench.state.engine == "ready" and bench.state.problem is None


def test_the_engine_dies_and_the_work_goes_on(ink: Any) -> None:
    ink.stroke((0.5, 0.5))
    ink.clock.advance(60)
    ink.job.rows(2, value=60)
    document, images = ink.state.document, ink.state.images
    job = ink.job
    ink.presenter.engine_changed("died")
    job.fail("EngineDied", "The engine died.", "Wait.")
    assert ink.state.problem.problem == "The engine stopped." and ink.state.engine == "died"
    assert ink.state.document is document and ink.state.images is images and ink.state.can_undo
    before = len(ink.jobs)
    ink.presenter.engine_changed("starting")
    ink.stroke((3.5, 3.5))
    ink.clock.advance(200)
    assert len(ink.jobs) == before and ink.state.document.observed.sum() == 2
    ink.presenter.engine_changed("ready")
    assert len(ink.jobs) == before + 1 and ink.job.request.observed.sum() == 2
    assert ink.state.problem is None
    ink.job.finish()
    assert not ink.state.busy


def test_what_was_running_runs_again_and_what_was_finished_does_not(ink: Any) -> None:
    before = len(ink.jobs)
    ink.presenter.engine_changed("died")
    ink.presenter.engine_changed("ready")
    ink.clock.advance(500)
    assert len(ink.jobs) == before
    ink.stroke((0.5, 0.5))
    ink.clock.advance(60)
    ink.presenter.engine_changed("died")
    ink.presenter.engine_changed("ready")
    assert len(ink.jobs) == before + 2


def test_the_failure_may_come_before_the_news(ink: Any) -> None:
    ink.stroke((0.5, 0.5))
    ink.clock.advance(60)
    ink.job.fail("EngineDied")
    assert ink.state.problem.problem == "The engine stopped."
    before = len(ink.jobs)
    for state in ("died", "starting", "ready"):
        ink.presenter.engine_changed(state)
    assert len(ink.jobs) == before + 1 and ink.state.problem is None


def test_work_that_kills_the_engine_thrice_is_given_up_until_asked(ink: Any) -> None:
    ink.stroke((0.5, 0.5))
    ink.clock.advance(60)
    before = len(ink.jobs)
    for _ in range(3):
        ink.presenter.engine_changed("died")
        ink.presenter.engine_changed("starting")
        ink.presenter.engine_changed("ready")
    ink.clock.advance(5000)
    count = before + 2
    assert len(ink.jobs) == count and "several times" in ink.state.problem.problem
    assert ink.presenter.act(ink.state.problem.action)
    assert len(ink.jobs) == count + 1


def test_a_sampler_that_the_model_has_no_graph_for_is_not_offered(ink: Any) -> None:
    assert [value for value, _ in ink.state.choices["method"]] == ["auto", "raster"]
    ink.presenter.set_parameter("method", "particles")
    assert ink.state.parameters["method"] == "auto" and not ink.state.can_undo


def test_an_engine_that_is_gone_for_good_is_said_and_can_be_restarted(ink: Any) -> None:
    ink.stroke((0.5, 0.5))
    ink.clock.advance(60)
    before = len(ink.jobs)
    for _ in range(2):
        for state in ("died", "starting", "ready"):
            ink.presenter.engine_changed(state)
    for state in ("died", "failed"):
        ink.presenter.engine_changed(state)
    assert ink.state.problem.action == "restart_engine" and not ink.state.busy
    assert not ink.presenter.act(ink.state.problem.action), "that is the window's to do"
    ink.presenter.complete_again()
    ink.stroke((1.5, 0.5))
    ink.clock.advance(500)
    assert ink.state.problem.action == "restart_engine", "nothing else helps"
    for state in ("starting", "ready"):
        ink.presenter.engine_changed(state)
    assert ink.state.problem is None and len(ink.jobs) == before + 3
    assert ink.job.request.observed[0, 1], "what was painted meanwhile is in the request"


def test_a_stopped_job_is_not_started_by_a_new_engine(ink: Any) -> None:
    ink.stroke((0.5, 0.5))
    ink.clock.advance(60)
    ink.presenter.stop()
    before = len(ink.jobs)
    ink.presenter.engine_changed("died")
    ink.presenter.engine_changed("ready")
    ink.clock.advance(500)
    assert len(ink.jobs) == before


def test_a_score_interrupted_by_death_is_asked_again(ink: Any) -> None:
    ink.presenter.rest_is()
    ink.clock.advance(60)
    ink.presenter.engine_changed("died")
    ink.presenter.engine_changed("ready")
    assert len(ink.score_jobs) == 2
    ink.score_jobs[1].score(-150)
    assert ink.state.score is not None


def test_a_model_read_anew_takes_the_place_of_the_old(ink: Any, models: Any) -> None:
    ink.stroke((0.5, 0.5))
    ink.presenter.set_models([replace(models["ink"], title="Better ink", conditions=())])
    assert ink.state.manifest.title == "Better ink" and ink.state.document.observed.sum() == 1
    assert "class_name" not in ink.state.fields
    ink.settle()
    assert not ink.state.busy


def test_a_model_of_another_size_begins_afresh(ink: Any, models: Any) -> None:
    ink.stroke((0.5, 0.5))
    ink.presenter.set_models([replace(models["ink"], image=models["grey"].image), models["grey"]])
    ink.presenter.set_models([replace(models["ink"], image=ImageSpec(height=3, width=3, channels=1, levels=2))])
    assert ink.state.document.shape == (3, 3, 1) and ink.state.document.is_blank
    assert "damaged" in ink.state.message
    ink.settle()
    assert ink.state.images.shape == (8, 3, 3, 1)
