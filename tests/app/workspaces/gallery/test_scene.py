"""The wall as a scene: no damage to it does harm."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings

from app.workspaces.gallery import words
from tests.app.workspaces.gallery.conftest import make_bench
from tests.app.workspaces.scene_damage import damaged


def captured() -> dict[str, Any]:
    """A wall with other values than the usual ones."""
    bench = make_bench()
    bench.presenter.set_count(100)
    bench.presenter.set_parameter("seed", 77)
    bench.presenter.open_drawer("walks")
    bench.presenter.choose(3)
    found: dict[str, Any] = json.loads(json.dumps(bench.presenter.capture()))
    assert found["models"] == ["vae"]
    return found


SCENE = captured()


@pytest.fixture
def gone() -> dict[str, Any]:
    """The scene, of a model that is not installed."""
    return SCENE | {"models": ["dreams"], "plan": SCENE["plan"] | {"model": "dreams"}}


def test_it_takes_the_place_of_another_wall() -> None:
    bench = make_bench(start="gan")
    bench.presenter.set_count(256)
    bench.presenter.restore(SCENE)
    assert bench.presenter.capture() == SCENE


def test_a_wall_whose_model_is_not_installed_waits_for_it(gone: dict[str, Any]) -> None:
    bench = make_bench(start="gan")
    said = bench.presenter.restore(gone)
    assert said == words.waits("dreams") and bench.state.message == said
    assert bench.state.manifest is not None and bench.state.manifest.id != "dreams"
    kept = bench.presenter.capture()
    assert kept["plan"] == gone["plan"] and kept["models"] == ["dreams"], "saved again, the scene still asks for it"

    bench.presenter.set_parameter("seed", 4711)
    assert bench.presenter.capture()["plan"]["seed"] == 4711, "unless another wall was asked for"
    bench.presenter.undo()
    assert bench.presenter.capture()["plan"] == gone["plan"]


def test_a_wall_that_waits_hangs_when_its_model_is_installed(gone: dict[str, Any]) -> None:
    bench = make_bench(start="gan")
    bench.presenter.restore(gone)
    installed = bench.state.models
    found = next(model for model in installed if model.id == "vae")
    bench.presenter.set_models([*installed, replace(found, id="dreams")])
    assert bench.state.plan.model == "dreams" and bench.presenter.capture()["plan"] == gone["plan"]


def test_a_picture_beyond_the_wall_is_none() -> None:
    bench = make_bench(start="gan")
    bench.presenter.restore({**SCENE, "plan": None, "looks": {**SCENE["looks"], "current": 2**31}})
    assert bench.presenter.capture()["looks"]["current"] == -1


@given(damaged(SCENE))
@settings(max_examples=100, deadline=None)
def test_no_damage_does_harm(scene: Any) -> None:
    bench = make_bench(start="gan")
    bench.presenter.restore(scene)
    assert bench.state.manifest is not None
    again = make_bench(start=None)
    kept = json.loads(json.dumps(bench.presenter.capture(), allow_nan=False))
    again.presenter.restore(kept)
    assert again.presenter.capture() == kept, "what was taken in is kept and comes back"
