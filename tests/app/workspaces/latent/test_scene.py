"""The workspace as a scene: it comes back, also over other work, and no damage to it does harm."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from app.workspaces.latent import words
from tests.app.workspaces.latent.conftest import make_bench
from tests.app.workspaces.scene_damage import damaged


def captured() -> dict[str, Any]:
    """A workspace with two desks, a path and a view of its own."""
    bench = make_bench(start="deep")
    bench.answer()
    bench.presenter.choose_model("flat")
    bench.answer()
    for place in ((0.2, 0.3), (0.7, 0.6)):
        bench.drag(place)
        bench.presenter.add_key()
    bench.presenter.open_drawer("path")
    found: dict[str, Any] = json.loads(json.dumps(bench.presenter.capture()))
    assert found["models"] == ["deep", "flat"] and len(found["desks"]["flat"]["path"]["keys"]) == 2
    return found


SCENE = captured()


def test_it_takes_the_place_of_other_work(deep: Any) -> None:
    deep.drag((0.9, 0.1))
    assert deep.presenter.restore(SCENE) == ""
    assert deep.presenter.capture() == SCENE
    deep.presenter.choose_model("deep")
    assert deep.presenter.capture()["desks"]["deep"] == SCENE["desks"]["deep"], "nothing of what was there is left"


def test_a_model_that_is_not_installed_waits_and_that_is_said(deep: Any) -> None:
    installed = deep.state.models
    without = [model for model in installed if model.id != "flat"]
    deep.presenter.set_models(without)
    assert deep.presenter.restore(SCENE) == words.waits("flat") == deep.state.message
    assert deep.state.manifest.id != "flat" and deep.presenter.capture()["model"] == "flat"
    assert deep.presenter.capture()["desks"]["flat"] == SCENE["desks"]["flat"]
    deep.presenter.set_models(installed)
    assert deep.state.manifest.id == "flat", "the day has come"

    deep.presenter.set_models(without)
    deep.presenter.restore(SCENE)
    deep.presenter.choose_model("bare")
    assert deep.presenter.capture()["model"] == "bare", "unless another model was chosen"
    deep.presenter.set_models(installed)
    assert deep.state.manifest.id == "bare"


def test_damage_is_said(deep: Any) -> None:
    assert deep.presenter.restore(SCENE | {"desks": {"flat": {"z": [1.0]}}}) == words.SCENE_DAMAGED


@given(damaged(SCENE), st.sampled_from(("deep", "flat")))
@settings(max_examples=100, deadline=None)
def test_no_damage_does_harm(scene: Any, then: str) -> None:
    bench = make_bench(start="deep")
    bench.presenter.restore(scene)
    bench.presenter.choose_model(then)
    bench.answer()
    assert bench.state.manifest is not None and bench.state.manifest.id == then and len(bench.state.hint) < 400
    again = make_bench(start=None)
    kept = json.loads(json.dumps(bench.presenter.capture(), allow_nan=False))
    again.presenter.restore(kept)
    assert again.presenter.capture() == kept, "what was taken in is kept and comes back"
