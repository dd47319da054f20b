"""The gallery's decisions: what hangs, in which order, what is asked of whom, and what comes back."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from app.messages import COMPLETE_AGAIN, RESTART_ENGINE
from app.workspaces.gallery import words
from app.workspaces.gallery.plan import fits

# --- models


def test_models_that_draw_open_here_and_classifiers_do_not(models: Any) -> None:
    assert {name for name, model in models.items() if fits(model)} == {"vae", "gan", "pixels", "normal"}


def test_an_autoencoder_without_a_prior_does_not_open_here(models: Any) -> None:
    from tests.app.workspaces.gallery.conftest import manifest

    codes = {"dim": 3, "prior": "none", "likelihood": "none"}
    assert not fits(manifest("codes", family="autoencoder", latent=codes))
    assert fits(manifest("stand-in", family="autoencoder", latent=codes | {"prior": "normal"}))


def test_without_a_model_it_says_so(fresh: Callable[..., Any], models: Any) -> None:
    bench = fresh(models["judge"])
    assert bench.state.problem == words.no_models() and bench.state.tiles is None


def test_another_model_hangs_the_same_wall_and_undo_brings_the_first_back(bench: Any) -> None:
    bench.presenter.set_parameter("seed", 7)
    bench.presenter.choose_model("gan")
    assert bench.state.model == "gan" and bench.state.plan.seed == 7
    bench.presenter.undo()
    assert bench.state.model == "vae" and bench.state.plan.seed == 7


def test_an_unknown_model_is_said(bench: Any) -> None:
    bench.presenter.choose_model("lost")
    assert bench.state.message == words.unknown_model("lost") and bench.state.model == "vae"


def test_a_model_that_is_gone_gives_way_to_another(bench: Any, models: Any) -> None:
    bench.presenter.set_models([models["gan"]])
    assert bench.state.model == "gan"


# --- what hangs


def test_the_wall_is_drawn_and_the_status_says_how_long_it_took(bench: Any) -> None:
    assert bench.places() == list(range(256))
    assert bench.state.status == "256 pictures in 50 ms, 0.20 ms each" and bench.state.progress is None


def test_more_pictures_keep_those_that_are_there(bench: Any) -> None:
    bench.presenter.set_count(1000)
    assert bench.state.tiles.drawn.sum() == 256 and bench.state.drawing
    bench.answer()
    assert bench.places() == list(range(1000))


def test_a_row_a_class_has_a_place_a_column(fresh: Callable[..., Any]) -> None:
    bench = fresh(start="gan")
    bench.presenter.set_arrangement("rows")
    bench.answer()
    assert bench.state.tiles.columns == 85 and bench.state.tiles.row_titles == ("cat", "dog", "owl")
    assert bench.places() == list(range(85)) * 3
    assert bench.state.tiles.caption_of(90) == "dog, picture 6"


def test_a_class_in_the_inspector_is_an_arrangement_of_one_class(fresh: Callable[..., Any]) -> None:
    bench = fresh(start="gan")
    bench.presenter.set_parameter("class_name", "owl")
    assert bench.state.plan.arrangement == "one"
    assert bench.dispatcher.open()[0].request.class_name == "owl"
    bench.presenter.set_parameter("class_name", "")
    assert bench.state.plan.arrangement == "turn" and bench.state.parameters["class_name"] == ""


def test_arrangements_need_classes(bench: Any) -> None:
    bench.presenter.set_arrangement("rows")
    assert bench.state.plan.arrangement == "turn"


@pytest.mark.parametrize(("field", "value"), [("temperature", "hot"), ("seed", True), ("class_name", "elk"), ("x", 1)])
def test_what_a_field_cannot_be_changes_nothing(bench: Any, field: str, value: Any) -> None:
    before = bench.state.plan
    bench.presenter.set_parameter(field, value)
    assert bench.state.plan == before and not bench.state.can_undo


def test_what_is_out_of_bounds_is_brought_in(bench: Any) -> None:
    bench.presenter.set_parameter("temperature", 99.0)
    assert bench.state.plan.temperature == 2.0


def test_a_drag_of_a_slider_is_one_step(bench: Any) -> None:
    for value in (0.9, 0.8, 0.7):
        bench.presenter.set_parameter("temperature", value, value == 0.7)
    bench.presenter.undo()
    assert bench.state.plan.temperature == 1.0 and not bench.state.can_undo
    bench.presenter.redo()
    assert bench.state.plan.temperature == 0.7


def test_a_change_keeps_the_old_pictures_until_new_ones_are_there(bench: Any) -> None:
    bench.presenter.set_parameter("seed", 9)
    assert bench.state.tiles.drawn.all() and (bench.state.tiles.images[:, 0, 0, 0] == 0).all()
    bench.answer()
    assert (bench.state.tiles.images[:, 0, 0, 0] == 9).all()


def test_the_dice_rolls_unless_the_seed_is_locked(bench: Any) -> None:
    bench.presenter.roll_dice()
    assert bench.state.plan.seed == 1000
    bench.presenter.lock_seed(True)
    bench.presenter.roll_dice()
    assert bench.state.plan.seed == 1000 and bench.state.message == words.SEED_IS_LOCKED


# --- stopping and going on


def test_stopped_it_stays_and_goes_on_where_it_was(fresh: Callable[..., Any]) -> None:
    bench = fresh()
    bench.answer(most=1)
    bench.presenter.stop()
    assert bench.state.stopped and bench.state.message == words.STOPPED and not bench.dispatcher.open()
    bench.presenter.go_on()
    bench.answer()
    assert bench.places() == list(range(256)) and not bench.state.stopped


def test_what_is_in_view_is_drawn_next(fresh: Callable[..., Any]) -> None:
    bench = fresh()
    bench.presenter.set_count(10_000)
    bench.presenter.look(5_000, 5_050)
    bench.answer(most=2)
    assert bench.dispatcher.jobs[-1].request.first >= 4_990


def test_out_of_sight_nothing_is_asked_for(fresh: Callable[..., Any]) -> None:
    bench = fresh(awake=False)
    assert not bench.dispatcher.jobs
    bench.presenter.wake()
    bench.answer(most=1)
    bench.presenter.sleep()
    assert not bench.dispatcher.open()
    bench.presenter.wake()
    bench.presenter.open_page("kept")
    assert not bench.dispatcher.open()
    bench.presenter.open_page("wall")
    bench.answer()
    assert bench.places() == list(range(256))


# --- sorting and filtering


def test_by_score_asks_about_every_picture_and_then_hangs_the_best_first(bench: Any) -> None:
    bench.presenter.set_count(100)
    bench.presenter.set_sort("score")
    assert bench.dispatcher.open("BoundImages") and bench.places() == list(range(100))
    assert bench.state.progress == 0.0 and bench.state.status == "Lower bounds of 0 of 100 pictures"
    bench.answer()
    assert bench.places() == list(range(99, -1, -1)) and bench.state.progress is None


def test_each_family_is_asked_what_it_can_say(fresh: Callable[..., Any]) -> None:
    asked = {"vae": "BoundImages", "gan": "DiscriminateImages", "normal": "ScoreImages", "pixels": "ScoreImages"}
    kinds = {"vae": "lower bound", "gan": "score", "normal": "exact", "pixels": "exact"}
    for model, kind in asked.items():
        bench = fresh(start=model)
        bench.answer()
        bench.presenter.set_sort("score")
        assert bench.dispatcher.open(kind) and bench.state.kind == kinds[model]


def test_a_stopped_scoring_sorts_by_what_is_known(bench: Any) -> None:
    bench.presenter.set_count(100)
    bench.presenter.set_sort("score")
    bench.answer(most=2)
    bench.presenter.stop()
    known = bench.places()
    assert known[0] > known[1] and known[-1] == 99 and bench.state.message == words.NOT_SCORED
    assert not bench.dispatcher.open()


def test_scores_are_remembered_for_walls_that_come_back(bench: Any) -> None:
    bench.presenter.set_count(100)
    bench.presenter.set_sort("score")
    bench.answer()
    bench.presenter.set_parameter("seed", 5)
    bench.answer()
    asked = len(bench.dispatcher.jobs)
    bench.presenter.undo()
    kinds = {job.kind for job in bench.dispatcher.jobs[asked:]}
    bench.answer()
    assert "BoundImages" not in kinds and bench.places() == list(range(99, -1, -1))


def test_pictures_without_told_classes_are_judged_by_the_classifier(bench: Any) -> None:
    bench.presenter.set_sort("class")
    bench.answer()
    classes = [place % 256 % 3 for place in bench.places()]
    assert classes == sorted(classes) and bench.state.class_names == ("cat", "dog", "owl")
    bench.presenter.set_only("dog")
    assert all(place % 256 % 3 == 1 for place in bench.places())


def test_told_classes_are_not_judged(fresh: Callable[..., Any]) -> None:
    bench = fresh(start="gan")
    bench.presenter.set_arrangement("rows")
    bench.answer()
    bench.presenter.set_only("dog")
    assert bench.places() == list(range(85)) and not bench.dispatcher.open("ClassifyImages")


def test_a_model_that_refuses_to_score_says_so_once(bench: Any) -> None:
    bench.presenter.set_sort("score")
    bench.dispatcher.open("BoundImages")[0].fail("RequestError", "No.", "Never.")
    assert bench.state.message == "No. Never." and bench.state.progress is None
    assert not bench.dispatcher.open()


# --- the chosen picture


def test_the_chosen_picture_is_known_at_once_and_asked_about(bench: Any) -> None:
    bench.presenter.choose(5)
    detail = bench.state.detail
    assert detail.place == 5 and detail.measuring and detail.chosen.request.first == 5
    bench.answer()
    detail = bench.state.detail
    assert detail.value_text == "at least about 5.0 nats" and detail.kind == "lower bound"
    assert detail.class_name == "owl" and detail.class_note == words.JUDGED


def test_the_chosen_picture_is_the_same_object_while_it_is_the_same_picture(bench: Any) -> None:
    bench.presenter.choose(5)
    chosen = bench.state.detail.chosen
    bench.answer()
    assert bench.state.detail.chosen is chosen
    bench.presenter.set_parameter("seed", 3)
    assert bench.state.detail is None
    bench.answer()
    assert bench.state.detail.chosen is not chosen and bench.state.detail.seed == 3


def test_commands_are_for_the_selection_else_for_the_chosen_one(bench: Any) -> None:
    assert bench.presenter.chosen == ()
    bench.presenter.choose(3)
    assert bench.presenter.chosen == (3,)
    bench.presenter.select([7, 8])
    assert bench.presenter.chosen == (7, 8) and bench.state.selected == 2


def test_the_picture_to_copy_carries_its_request(bench: Any) -> None:
    bench.presenter.choose(3)
    saved = bench.presenter.picture()
    assert saved is not None and saved.pixels[0, 1, 0] == 3
    assert json.loads(saved.note)["model"] == "vae"


# --- trouble


def test_a_dead_engine_is_said_and_the_wall_goes_on(fresh: Callable[..., Any]) -> None:
    bench = fresh()
    bench.answer(most=1)
    flying = bench.dispatcher.open()[0]
    bench.presenter.engine_changed("died")
    flying.fail("EngineDied")
    assert bench.state.problem is not None and bench.state.problem.problem == "The engine stopped."
    bench.presenter.engine_changed("ready")
    bench.answer()
    assert bench.state.problem is None and bench.places() == list(range(256))


def test_an_engine_that_failed_for_good_offers_a_restart(bench: Any) -> None:
    bench.presenter.engine_changed("failed")
    assert bench.state.problem.action == RESTART_ENGINE
    assert not bench.presenter.act(RESTART_ENGINE)


def test_a_refusal_can_be_tried_again(fresh: Callable[..., Any]) -> None:
    bench = fresh()
    bench.dispatcher.open()[0].fail()
    assert bench.state.problem.action == COMPLETE_AGAIN and bench.presenter.act(COMPLETE_AGAIN)
    bench.answer()
    assert bench.state.problem is None and bench.places() == list(range(256))


# --- scenes


def test_a_scene_brings_everything_back(fresh: Callable[..., Any]) -> None:
    bench = fresh(start="gan")
    bench.presenter.set_count(1000)
    bench.presenter.set_parameter("class_name", "dog")
    bench.presenter.set_parameter("truncation", 0.5)
    bench.presenter.set_sort("class")
    bench.presenter.set_tile_size(84)
    bench.presenter.open_drawer("walks")
    bench.presenter.choose(12)
    captured = json.loads(json.dumps(bench.presenter.capture()))
    again = fresh(start=None)
    again.presenter.restore(captured)
    again.answer()
    assert again.state.plan == bench.state.plan and again.presenter.capture() == captured
    assert again.state.tile_size == 84 and again.state.drawer == "walks" and again.state.detail.index == 12


HOSTILE: list[dict[str, Any]] = [
    {},
    {"plan": None, "looks": 3},
    {"plan": [], "looks": []},
    {"plan": {"model": 5}},
    {"plan": {"model": "gone"}},
    {"plan": {"model": "vae", "count": -4, "seed": -1, "temperature": "x", "arrangement": "spiral", "sort": 3}},
    {"plan": {"model": "vae", "count": 10**30, "seed": 10**30, "temperature": float("nan"), "truncation": 1e400}},
    {"plan": {"model": "gan", "arrangement": "one", "class_name": "elk", "only": {"a": 1}}},
    {"looks": {"page": "cellar", "drawer": 7, "tile_size": "big", "current": 10**9, "seed_locked": "yes"}},
]


@pytest.mark.parametrize("captured", HOSTILE)
def test_a_damaged_scene_falls_back(fresh: Callable[..., Any], captured: dict[str, Any]) -> None:
    bench = fresh(start=None)
    bench.presenter.restore(captured)
    bench.answer()
    state = bench.state
    assert state.manifest is not None and state.tiles is not None and state.tiles.drawn.all()
    assert state.page == "wall" and state.drawer == "" and 1 <= state.plan.count <= 10_000
    assert not state.seed_locked


# --- what is kept


def test_a_star_keeps_a_picture_and_is_there_again(bench: Any, fresh: Callable[..., Any]) -> None:
    bench.presenter.choose(5)
    bench.answer()
    bench.presenter.star()
    bench.answer()
    assert bench.state.detail.mark.starred and bench.state.tiles.mark_of(5).starred
    assert bench.state.message == "Starred 1 picture." and bench.state.offers_undo
    again = fresh(kept=bench.kept)
    again.answer()
    assert again.state.tiles.mark_of(5).starred and not again.state.tiles.mark_of(6).starred


def test_stars_and_parameters_are_undone_in_the_order_in_which_they_were_done(bench: Any) -> None:
    bench.presenter.set_parameter("seed", 4)
    bench.answer()
    bench.presenter.select([1, 2])
    bench.presenter.star()
    bench.answer()
    bench.presenter.set_parameter("temperature", 0.5)
    bench.answer()
    bench.presenter.undo()
    bench.answer()
    assert bench.state.plan.temperature == 1.0 and bench.state.tiles.mark_of(1).starred
    bench.presenter.undo()
    bench.answer()
    assert bench.state.plan.seed == 4 and not bench.state.tiles.mark_of(1).starred
    bench.presenter.undo()
    assert bench.state.plan.seed == 0 and not bench.state.can_undo
    bench.presenter.redo()
    bench.presenter.redo()
    bench.answer()
    assert bench.state.plan.seed == 4 and bench.state.tiles.mark_of(2).starred


def test_a_second_star_takes_it_off(bench: Any) -> None:
    bench.presenter.choose(5)
    for starred in (True, False):
        bench.presenter.star()
        bench.answer()
        assert bench.state.detail.mark.starred is starred
    assert bench.state.detail.mark.identity is None


def test_labels_and_collections_keep_a_picture_too(bench: Any) -> None:
    bench.presenter.choose(7)
    bench.presenter.label("A loop")
    bench.answer()
    bench.presenter.collect("Loops")
    bench.answer()
    mark = bench.state.detail.mark
    assert mark.label == "A loop" and mark.collections == {"Loops"} and not mark.starred
    assert bench.state.collections == ("Loops",)
    bench.presenter.collect("Loops")
    bench.presenter.label("")
    bench.answer()
    assert bench.state.detail.mark.label == "" and not bench.state.detail.mark.collections


def test_keeping_no_longer_can_be_undone(bench: Any) -> None:
    bench.presenter.choose(7)
    bench.presenter.let_go()
    assert bench.state.message == words.NOT_KEPT
    bench.presenter.star()
    bench.answer()
    bench.presenter.let_go()
    bench.answer()
    assert not bench.state.detail.mark.starred
    bench.presenter.undo()
    bench.answer()
    assert bench.state.detail.mark.starred


def test_nothing_chosen_keeps_nothing(bench: Any) -> None:
    bench.presenter.star()
    assert bench.state.message == words.NOTHING_CHOSEN and not bench.state.can_undo


def test_a_star_belongs_to_the_picture_and_not_to_its_place_on_the_wall(fresh: Callable[..., Any]) -> None:
    bench = fresh(start="gan")
    bench.presenter.set_arrangement("rows")
    bench.answer()
    bench.presenter.choose(85 + 3)
    bench.presenter.star()
    bench.answer()
    bench.presenter.set_parameter("class_name", "dog")
    bench.answer()
    starred = [index for index in range(256) if bench.state.tiles.mark_of(index).starred]
    assert starred == [3]
