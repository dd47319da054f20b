"""What a lesson's button sets in the Latent workspace, and what it cannot."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from app.documents.lessons import Stage


def test_a_point_by_its_numbers_by_a_class_and_by_the_number_of_a_code(flat: Any) -> None:
    codes = flat.presenter._desk.arrays.codes
    for point, z in (((1.5, -0.25), [1.5, -0.25]), ("dog", [2.0, 1.0]), (4, codes[4])):
        flat.presenter.stage(Stage(point=point))
        np.testing.assert_allclose(flat.z, np.asarray(z, np.float32), atol=1e-5)
    assert flat.state.hint == ""


def test_layers_layout_and_the_drawer(flat: Any) -> None:
    flat.presenter.stage(Stage(layers=("codes",), parameters={"layout": "normal"}, drawer="yours"))
    assert flat.state.layers == {"codes"} and flat.state.chart.layout == "normal" and flat.state.drawer == "yours"
    flat.presenter.stage(Stage(drawer="none"))
    assert flat.state.drawer == "" and flat.state.layers == {"codes"}


def test_buttons_one_after_the_other_are_one_step_back(flat: Any) -> None:
    before, layers = flat.state.point, flat.state.layers
    flat.presenter.stage(Stage(point=(1.0, 1.0)))
    flat.presenter.stage(Stage(point="owl", layers=("codes",)))
    flat.presenter.undo()
    assert flat.state.point == before and flat.state.layers == layers and not flat.state.can_undo


def test_a_stage_that_is_set_already_is_no_step(flat: Any) -> None:
    flat.presenter.stage(Stage(point="cat"))
    assert not flat.state.can_undo


def test_a_walk_starts_at_its_first_point_and_goes_on_by_itself(flat: Any) -> None:
    flat.presenter.stage(Stage(walk=("cat", (1.0, 1.0), 3), parameters={"way": "lerp"}))
    assert flat.state.drawer == "path" and flat.state.path.playing and flat.state.path.kind == "lerp"
    np.testing.assert_allclose(flat.z, [0.25, -0.5], atol=1e-5)
    flat.clock.advance(800.0)
    np.testing.assert_allclose(flat.z, [0.625, 0.25], atol=0.02)
    flat.clock.advance(4000.0)
    np.testing.assert_allclose(flat.z, np.asarray(flat.presenter._desk.arrays.codes[3], np.float32), atol=1e-5)
    assert not flat.state.path.playing


def test_moves_along_named_directions_from_the_point(deep: Any) -> None:
    deep.presenter.stage(Stage(point="owl", moves={"hat": 1.0}))
    view = deep.state.directions
    assert view.kind == "attributes" and deep.state.drawer == "directions"
    assert next(row.value for row in view.rows if row.name == "hat") == pytest.approx(1.0, abs=1e-4)
    owl = np.asarray(deep.presenter._desk.arrays.class_means[2])
    np.testing.assert_allclose(deep.z[1:], owl[1:], atol=1e-4)  # the hat is the first coordinate alone


def test_directions_that_lean_on_each_other_all_have_their_values(deep: Any) -> None:
    deep.presenter.stage(Stage(point="owl", moves={"hat": 1.0, "smile": -0.5}))
    values = {row.name: row.value for row in deep.state.directions.rows}
    assert values == {"hat": pytest.approx(1.0, abs=1e-4), "smile": pytest.approx(-0.5, abs=1e-4)}


def test_a_picture_is_ones_own_and_encoded(flat: Any) -> None:
    rgba = np.full((4, 4, 4), 255, np.uint8)
    flat.presenter.stage(Stage(picture="a.png", drawer="yours"), rgba)
    flat.answer()
    assert flat.state.yours is not None and (flat.presenter._desk.now.pixels == 255).all()
    flat.presenter.undo()
    assert flat.presenter._desk.now.pixels is None


def test_another_models_desk_is_its_own(flat: Any) -> None:
    flat.presenter.stage(Stage(model="codes", point="dog", drawer="none"))
    assert flat.state.model == "codes" and "yours waits" in flat.state.message
    np.testing.assert_allclose(flat.z, [2.0, 1.0], atol=1e-5)
    flat.presenter.choose_model("flat")
    np.testing.assert_allclose(flat.state.point, (0.25, -0.5), atol=1e-6)


@pytest.mark.parametrize(
    ("stage", "told"),
    [
        (Stage(model="nowhere"), "not installed"),
        (Stage(lens="bits"), "no lens in the workspace Latent"),
        (Stage(chosen=3), "no chosen in"),
        (Stage(parameters={"temperature": 1.0}), "no temperature 1.0"),
        (Stage(parameters={"way": "crooked"}), "no way 'crooked'"),
        (Stage(model="codes", parameters={"layout": "normal"}), "no layout 'normal'"),
        (Stage(drawer="attic"), "no page 'attic'"),
        (Stage(model="codes", layers=("prior",)), "'prior' on its plane"),
        (Stage(point=(1.0, 2.0, 3.0)), "no point (1.0, 2.0, 3.0)"),
        (Stage(point="fox"), "no point 'fox'"),
        (Stage(point=90), "no point 90"),
        (Stage(walk=("cat", "fox")), "no point 'fox'"),
        (Stage(walk=("cat",)), "two pictures"),
        (Stage(moves={"wings": 1.0}), "no direction 'wings'"),
    ],
)
def test_what_there_is_not_is_said_and_nothing_moves(flat: Any, stage: Stage, told: str) -> None:
    assert told in flat.presenter.obstacle(stage)
    before, asked = flat.presenter._desk.now, len(flat.dispatcher.jobs)
    flat.presenter.stage(stage)
    assert told in flat.state.message and flat.presenter._desk.now is before and len(flat.dispatcher.jobs) == asked
    assert flat.state.model == "flat"


def test_without_a_model_there_is_no_stage(fresh: Any, models: Any) -> None:
    bench = fresh(models["pixels"])
    assert "not installed" in bench.presenter.obstacle(Stage(point="cat"))
    bench.presenter.stage(Stage(point="cat"))
    assert not bench.dispatcher.jobs
