"""The point is shown where the hand is, and the picture follows, never an older one after a newer."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from app.workspaces.latent import words
from engine.contracts.lanes import Policy
from engine.records.latent_note import from_text
from tests.app.workspaces.latent.conftest import BARE, manifest


def test_a_model_opens_at_the_class_nearest_the_middle(flat: Any) -> None:
    assert flat.state.manifest.id == "flat"
    np.testing.assert_allclose(flat.z, [0.25, -0.5], atol=1e-6)
    assert flat.state.point == pytest.approx((0.25, -0.5))
    assert flat.state.picture[0, 0, 0] == 102 and flat.state.picture[0, 1, 0] == 95
    assert flat.state.hint == words.FIRST_HINT


def test_models_without_a_latent_space_do_not_open(flat: Any) -> None:
    assert "pixels" not in {model.id for model in flat.state.models}
    flat.presenter.choose_model("pixels")
    assert "not installed" in flat.state.message and flat.state.model == "flat"


def test_without_any_model_there_is_a_sentence(fresh: Any, models: Any) -> None:
    bench = fresh(models["pixels"])
    assert bench.state.manifest is None and bench.state.problem.button == "Open a model"
    bench.presenter.move(0, 0)
    bench.presenter.undo()
    bench.presenter.jump()
    assert bench.presenter.picture() is None and not bench.dispatcher.jobs


def test_the_point_is_where_the_hand_is_before_any_picture(flat: Any) -> None:
    flat.presenter.grab()
    flat.presenter.move(1.5, -1.0)
    assert flat.state.point == pytest.approx((1.5, -1.0))
    assert flat.state.picture[0, 0, 0] == 102, "the last picture stays until there is a newer one"
    assert flat.state.busy and flat.state.hint == ""
    flat.points[-1].finish()
    assert flat.state.picture[0, 0, 0] == 115 and not flat.state.busy


def test_every_move_is_asked_on_a_coalescing_lane(flat: Any) -> None:
    before = len(flat.points)
    flat.drag((0.1, 0.0), (0.2, 0.0), (0.3, 0.0))
    assert len(flat.points) - before == 3
    assert {job.lane.policy for job in flat.points} == {Policy.COALESCE}
    assert not any(job.cancelled for job in flat.points), "what runs may finish and be shown"


def test_an_older_picture_never_follows_a_newer_one(flat: Any) -> None:
    flat.drag((0.5, 0.0), (1.0, 0.0), (2.0, 0.0))
    oldest, middle, newest = flat.points[-3:]
    oldest.finish()
    assert flat.state.picture[0, 0, 0] == 105, "an older one is shown while there is none newer"
    newest.finish()
    assert flat.state.picture[0, 0, 0] == 120
    middle.finish()
    assert flat.state.picture[0, 0, 0] == 120


def test_a_drag_is_one_step_of_the_history(flat: Any) -> None:
    flat.drag((1.0, 0.0), (1.5, 0.5), (2.0, 1.0))
    flat.drag((-1.0, 0.0), (-2.0, 0.0))
    flat.presenter.undo()
    assert flat.state.point == pytest.approx((2.0, 1.0))
    flat.presenter.undo()
    assert flat.state.point == pytest.approx((0.25, -0.5)) and not flat.state.can_undo
    flat.presenter.redo()
    assert flat.state.point == pytest.approx((2.0, 1.0))
    flat.answer()
    assert flat.state.picture[0, 0, 0] == 120 and flat.state.picture[0, 1, 0] == 110


def test_keys_step_by_hundredths_of_what_is_in_view(flat: Any) -> None:
    flat.presenter.look((-2.0, -2.0, 2.0, 2.0), 100.0)
    flat.presenter.step(1, 0)
    flat.presenter.step(0, -10)
    assert flat.state.point == pytest.approx((0.29, -0.9))
    flat.presenter.undo()
    assert flat.state.point == pytest.approx((0.25, -0.5)), "steps that follow one another are one"


def test_the_normal_layout_bounds_the_hand(fresh: Any) -> None:
    bench = fresh(start="flat")
    assert bench.state.chart.layout == "normal"
    bench.presenter.grab()
    bench.presenter.move(0.5, 0.5)
    assert bench.state.point == pytest.approx((0.5, 0.5)) and np.allclose(bench.z, 0.0)
    bench.presenter.move(3.0, -2.0)
    assert np.isfinite(bench.z).all() and np.abs(bench.z).max() <= 8.0
    assert bench.state.point == pytest.approx((1.0, 0.0), abs=1e-9)


def test_words_say_where_the_point_is(flat: Any) -> None:
    flat.drag((0.0, 0.0))
    assert flat.state.place_text == "z = (0.00, 0.00)"
    assert flat.state.prior_text == "More than 99 of 100 draws from the prior lie farther out."
    flat.drag((1.0, 1.0))
    assert flat.state.prior_text == "37 of 100 draws from the prior lie farther out."  # exp(-1)
    flat.drag((-2.0, 1.0))
    assert "(owl)" in flat.state.code_text
    flat.drag((8.0, 8.0))
    assert flat.state.prior_text.startswith("Fewer than 1 of 100")


def test_an_autoencoder_knows_no_prior(fresh: Any) -> None:
    bench = fresh(start="codes")
    assert bench.state.chart.layout == "plain" and bench.state.prior_text == ""
    bench.presenter.set_layout("normal")
    assert bench.state.chart.layout == "plain"
    bench.presenter.jump()
    codes = np.asarray(bench.presenter._desk.arrays.codes, np.float64)
    assert np.linalg.norm(codes - bench.z, axis=1).min() < 1e-6, "without a prior one jumps to a code"


def test_a_jump_is_a_draw_from_the_prior_that_can_be_undone(flat: Any) -> None:
    flat.presenter.jump()
    np.testing.assert_allclose(flat.z, np.random.default_rng(1000).standard_normal(2), atol=1e-6)
    flat.answer()
    flat.presenter.go_home()
    np.testing.assert_allclose(flat.z, [0.25, -0.5], atol=1e-6)
    flat.presenter.undo()
    flat.presenter.undo()
    assert flat.state.point == pytest.approx((0.25, -0.5))


def test_a_broken_or_constant_picture_is_marked(flat: Any) -> None:
    flat.drag((3.0, 3.0))
    flat.points[-1].finish(images=np.full((1, 4, 4, 1), 128, np.uint8), broken=np.array([True]))
    saved = flat.presenter.picture()
    assert flat.state.picture_note == words.BROKEN and saved is not None and (saved.pixels == 128).all()
    assert (flat.state.picture == 0).sum() == 8, "grey, and crossed out"
    flat.drag((4.0, 3.0))
    flat.points[-1].finish(constant=np.array([True]))
    assert flat.state.picture_note == words.CONSTANT


def test_the_decoder_can_be_drawn_from_with_a_seed(flat: Any) -> None:
    flat.presenter.toggle_output()
    assert flat.points[-1].request.output == "draw"
    flat.presenter.roll_dice()
    assert flat.points[-1].request.seed == 1000
    flat.presenter.lock_seed(True)
    flat.presenter.roll_dice()
    assert flat.points[-1].request.seed == 1000 and flat.state.message == words.SEED_IS_LOCKED
    flat.presenter.undo()
    flat.presenter.undo()
    assert (flat.state.parameters["output"], flat.state.parameters["seed"]) == ("mean", 0)


def test_an_autoencoder_cannot_be_drawn_from(fresh: Any) -> None:
    bench = fresh(start="codes")
    bench.presenter.toggle_output()
    assert bench.state.parameters["output"] == "mean" and bench.state.fields == frozenset()


def test_a_saved_picture_carries_the_request_that_was_answered(flat: Any) -> None:
    flat.drag((1.0, 2.0))
    flat.answer()
    flat.drag((0.5, 0.5))  # asked for, not answered yet
    saved = flat.presenter.picture()
    record = from_text(saved.note)
    np.testing.assert_array_equal(record.z, np.array([[1.0, 2.0]], np.float32))
    assert record.model == "flat" and saved.pixels[0, 0, 0] == 110 and saved.name == "flat-latent.png"


def test_dropping_a_saved_picture_goes_back_to_its_point(flat: Any) -> None:
    flat.presenter.toggle_output()
    flat.drag((1.0, 2.0))
    flat.answer()
    saved = flat.presenter.picture()
    flat.presenter.choose_model("deep")
    flat.presenter.open_picture(np.zeros((4, 4, 4), np.uint8), saved.note)
    flat.answer()
    assert flat.state.model == "flat" and flat.state.point == pytest.approx((1.0, 2.0))
    assert flat.state.parameters["output"] == "draw" and "Restored" in flat.state.message


@pytest.mark.parametrize("note", ['{"request":"DecodeLatents"}', '{"request":"DecodeLatents","z":[[NaN]]}', "x" * 50])
def test_a_damaged_note_is_said_and_the_picture_opened_all_the_same(flat: Any, note: str) -> None:
    flat.presenter.open_picture(np.full((4, 4, 4), 255, np.uint8), note)
    assert flat.state.drawer == "yours" and (flat.state.yours.pixels == 255).all()
    assert flat.state.message.endswith(words.NOT_FROM_HERE) and flat.state.point == pytest.approx((0.25, -0.5))
    assert flat.state.message.startswith("The picture's Reverie note is") == ("DecodeLatents" in note)


def test_a_damaged_note_without_an_encoder_says_both(fresh: Any) -> None:
    bench = fresh(manifest("bare", 3, graphs={"decoder": BARE.graphs["decoder"]}))
    bench.presenter.open_picture(np.full((4, 4, 4), 255, np.uint8), '{"request":"DecodeLatents"}')
    assert bench.state.message.endswith(words.NO_ENCODER) and "note is of a kind" in bench.state.message


def saved_at(bench: Any, **changes: Any) -> str:
    """The note of the picture at the point, with other things noted."""
    return json.dumps(json.loads(bench.presenter.picture().note) | changes, separators=(",", ":"))


def test_a_note_of_another_latent_space_says_what_does_not_fit(flat: Any) -> None:
    flat.presenter.open_picture(np.zeros((4, 4, 4), np.uint8), saved_at(flat, z=[[0.0, 1.0, 2.0]]))
    assert "3 dimensions; that of Flat has 2" in flat.state.message
    flat.presenter.open_picture(np.zeros((4, 4, 4), np.uint8), saved_at(flat, model="gone"))
    assert flat.state.message == words.unknown_model("gone")
    assert flat.state.point == pytest.approx((0.25, -0.5))


def test_a_point_that_lies_too_far_out_is_not_said_to_be_restored(flat: Any) -> None:
    flat.presenter.open_picture(np.zeros((4, 4, 4), np.uint8), saved_at(flat, z=[[1e8, 0.0]]))
    assert "too far out" in flat.state.message and "Restored" not in flat.state.message
    assert flat.state.point == pytest.approx((1e4, 0.0))


def test_a_changed_model_is_said(flat: Any) -> None:
    flat.presenter.open_picture(np.zeros((4, 4, 4), np.uint8), saved_at(flat, digests={"decoder": "1" * 64}))
    assert flat.state.message == f"{words.RESTORED_POINT} {words.OTHER_WEIGHTS}"


def test_a_strip_of_old_says_that_its_path_is_not_in_it(flat: Any) -> None:
    flat.presenter.open_picture(np.zeros((4, 4, 4), np.uint8), saved_at(flat, z=[[1.0, 1.0], [2.0, 2.0]]))
    assert flat.state.message == words.RESTORED_FIRST and flat.state.point == pytest.approx((1.0, 1.0))


def test_each_model_keeps_its_own_place(flat: Any) -> None:
    flat.drag((1.0, 1.0))
    flat.presenter.choose_model("deep")
    flat.presenter.choose_model("flat")
    flat.answer()
    assert flat.state.point == pytest.approx((1.0, 1.0)) and flat.state.can_undo
    assert flat.state.chart.layout == "plain"


def test_the_place_survives_a_restart(flat: Any, fresh: Any) -> None:
    flat.drag((1.0, 1.5))
    flat.presenter.set_layer("codes", True)
    flat.presenter.toggle_output()
    again = fresh(start=None)
    again.presenter.restore(flat.presenter.capture())
    assert again.state.model == "flat" and again.state.point == pytest.approx((1.0, 1.5))
    assert again.state.layers == flat.state.layers and again.state.chart == flat.state.chart
    assert again.state.parameters["output"] == "draw" and again.state.hint == ""


@pytest.mark.parametrize(
    "scene",
    [
        {},
        {"desks": 3, "model": 4},
        {"desks": {"flat": 7}, "model": "flat"},
        {"desks": {"flat": {"z": [1, "x"], "span": ["pca", 0, 99], "layers": 1, "layout": "x"}}, "model": "flat"},
        {"desks": {"flat": {"z": [float("inf"), 0.0], "anchors": [[1], 2]}}, "model": "flat"},
    ],
)
def test_a_damaged_scene_opens_all_the_same(fresh: Any, scene: dict[str, Any]) -> None:
    bench = fresh(start=None)
    bench.presenter.restore(scene)
    bench.answer()
    assert bench.state.manifest is not None and bench.state.picture is not None
