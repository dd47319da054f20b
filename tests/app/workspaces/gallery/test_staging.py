"""What a lesson's button sets in the Gallery, and what it cannot."""

from __future__ import annotations

from typing import Any

import pytest

from app.documents.lessons import Stage
from tests.app.workspaces.gallery.conftest import MODELS, Bench


def gan_with_classes() -> str:
    return next(name for name, model in MODELS.items() if model.family == "gan" and model.class_names)


def test_a_seed_a_count_and_an_order(bench: Bench) -> None:
    bench.presenter.stage(Stage(parameters={"seed": 7, "count": 100, "sort": "class", "truncation": 1.5}))
    plan = bench.state.plan
    assert (plan.seed, plan.count, plan.sort, plan.truncation) == (7, 100, "class", 1.5)
    assert "Undo" in bench.state.message
    bench.answer()
    assert bench.state.tiles is not None and len(bench.state.tiles.images) == 100


def test_buttons_one_after_the_other_are_one_step_back(bench: Bench) -> None:
    before = bench.state.plan
    bench.presenter.stage(Stage(parameters={"seed": 7}))
    bench.presenter.stage(Stage(parameters={"seed": 8, "count": 100}))
    bench.presenter.undo()
    assert bench.state.plan == before and not bench.state.can_undo


def test_another_model_with_its_classes_in_rows(bench: Bench) -> None:
    bench.presenter.stage(Stage(model=gan_with_classes(), parameters={"arrangement": "rows", "count": 100}))
    assert bench.state.model == gan_with_classes() and bench.state.plan.arrangement == "rows"
    bench.presenter.stage(Stage(parameters={"class_name": "dog"}))
    assert bench.state.plan.arrangement == "one" and bench.state.plan.class_name == "dog"
    bench.presenter.stage(Stage(parameters={"class_name": "", "arrangement": "turn"}))
    assert bench.state.plan.arrangement == "turn"


def test_pages_drawers_and_the_chosen_picture(bench: Bench) -> None:
    bench.presenter.stage(Stage(page="wall", drawer="neighbours", chosen=5))
    assert bench.state.drawer == "neighbours" and bench.state.detail is not None and bench.state.detail.index == 5
    bench.presenter.stage(Stage(drawer="none"))
    assert bench.state.drawer == "" and bench.state.detail is not None
    bench.presenter.stage(Stage(sweep="truncation"))
    assert bench.state.drawer == "walks"
    bench.presenter.stage(Stage(page="lecture"))
    assert bench.state.page == "lecture"
    bench.presenter.stage(Stage(parameters={"seed": 3}))
    assert bench.state.page == "wall", "what is set is seen"


def test_a_stage_that_is_set_already_is_no_step(bench: Bench) -> None:
    plan = bench.state.plan
    bench.presenter.stage(Stage(parameters={"seed": plan.seed, "count": plan.count}))
    assert not bench.state.can_undo and not bench.state.message


@pytest.mark.parametrize(
    ("stage", "told"),
    [
        (Stage(model="nowhere"), "not installed"),
        (Stage(lens="bits"), "no lens in the workspace Gallery"),
        (Stage(point=(1.0,)), "no point in"),
        (Stage(parameters={"count": 7}), "no count 7"),
        (Stage(parameters={"arrangement": "rows"}), "no arrangement 'rows'"),
        (Stage(parameters={"class_name": "dog"}), "no class_name 'dog'"),
        (Stage(parameters={"truncation": 99.0}), "no truncation 99.0"),
        (Stage(parameters={"sort": "size"}), "no sort 'size'"),
        (Stage(parameters={"steps": 3}), "no steps 3"),
        (Stage(page="cellar"), "no page 'cellar'"),
        (Stage(drawer="attic"), "no page 'attic'"),
        (Stage(sweep="temperature"), "cannot be taken on the walk 'temperature'"),
        (Stage(chosen=100), "No picture 100"),
    ],
)
def test_what_there_is_not_is_said_and_nothing_changes(bench: Bench, stage: Stage, told: str) -> None:
    assert told in bench.presenter.obstacle(stage)
    before: Any = (bench.state.plan, bench.state.page, bench.state.drawer, bench.state.model)
    bench.presenter.stage(stage)
    assert told in bench.state.message and bench.state.message_kind == "warn"
    assert (bench.state.plan, bench.state.page, bench.state.drawer, bench.state.model) == before


def test_without_a_model_there_is_no_stage(fresh: Any) -> None:
    bench = fresh(MODELS["judge"] if "judge" in MODELS else next(m for m in MODELS.values()), start=None)
    assert "not installed" in bench.presenter.obstacle(Stage(parameters={"seed": 1}))
