"""The workspace as a scene: it comes back, also over other work, and no damage to it does harm."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app import messages
from tests.app.workspaces.complete.conftest import FACE, GREY, INK, make_bench
from tests.app.workspaces.scene_damage import damaged


def captured() -> dict[str, Any]:
    """A workspace with two desks, a branch, a lens, a pixel under it."""
    bench = make_bench(INK, GREY, FACE, start="face")
    bench.presenter.skip_show()
    bench.settle()
    bench.presenter.choose_model("ink")
    bench.clock.advance(60)
    bench.job.finish(value=31)
    bench.presenter.rewind()
    bench.presenter.branch()
    bench.presenter.choose_lens("bits")
    bench.presenter.probe(3, 2)
    bench.presenter.set_pace("rows")
    found: dict[str, Any] = json.loads(json.dumps(bench.presenter.capture()))
    assert found["pixel"] == [3, 2] and found["desks"].keys() == {"ink", "face"} and found["desks"]["ink"]["branch"]
    return found


SCENE = captured()


def test_it_says_which_models_it_is_about(face: Any) -> None:
    face.presenter.choose_model("grey")
    assert face.presenter.capture()["models"] == ["face", "grey"]
    face.presenter.restore(face.presenter.capture() | {"desks": {"gone": {}}})
    assert "gone" in face.presenter.capture()["models"]


def test_it_takes_the_place_of_other_work_and_the_pixel_is_looked_at_again(face: Any) -> None:
    face.stroke((0.5, 0.5))
    face.presenter.choose_lens("class")
    assert face.presenter.restore(SCENE) == ""
    assert face.presenter.capture() == SCENE
    assert face.state.look is not None and face.state.look.pinned == (3, 2)
    face.presenter.choose_model("face")
    assert face.presenter.capture()["desks"]["face"] == SCENE["desks"]["face"], "nothing of what was there is left"


def test_a_model_that_is_not_installed_waits_and_that_is_said(face: Any) -> None:
    gone = SCENE | {"model": "dreams", "desks": {**SCENE["desks"], "dreams": SCENE["desks"]["ink"]}}
    assert face.presenter.restore(gone) == messages.waits("dreams") == face.state.message
    assert face.state.model != "dreams"
    again = face.presenter.capture()
    assert again["model"] == "dreams" and again["desks"]["dreams"] == SCENE["desks"]["ink"]
    face.presenter.choose_model("ink")
    assert face.presenter.capture()["model"] == "ink", "unless another model was chosen"


def test_a_model_that_waits_opens_when_it_is_installed(face: Any) -> None:
    face.presenter.restore(SCENE | {"model": "dreams", "desks": {"dreams": SCENE["desks"]["ink"]}})
    face.presenter.set_models([FACE, GREY, replace(INK, id="dreams")])
    assert face.state.model == "dreams"
    face.presenter.restore(SCENE | {"model": "gone"})
    face.presenter.choose_model("grey")
    face.presenter.set_models([FACE, GREY, INK, replace(INK, id="gone")])
    assert face.state.model == "grey", "not over what was chosen since"


@pytest.mark.parametrize("pixel", [None, 3, [8, 0], [0, 6], [-1, 0], [True, 0], [1.0, 0], [0], [0, 0, 0], "ab"])
def test_a_pixel_that_there_is_not_is_left_out(fresh: Callable[..., Any], pixel: Any) -> None:
    bench = fresh(INK, start=None)
    bench.presenter.restore(SCENE | {"pixel": pixel})
    assert bench.presenter.capture()["pixel"] is None


def test_the_pixel_is_not_of_the_model_that_opens_in_a_missing_ones_place(fresh: Callable[..., Any]) -> None:
    bench = fresh(FACE, start=None)
    assert bench.presenter.restore(SCENE) == messages.waits("ink") and bench.state.model == "face"
    assert bench.presenter.capture()["pixel"] is None


def test_damage_is_said(fresh: Callable[..., Any]) -> None:
    bench = fresh(INK, start=None)
    assert bench.presenter.restore(SCENE | {"desks": {"ink": {"document": 3}}}) == messages.SCENE_DAMAGED


@given(damaged(SCENE), st.sampled_from(("ink", "face")))
@settings(max_examples=100, deadline=None)
def test_no_damage_does_harm(scene: Any, then: str) -> None:
    bench = make_bench(INK, GREY, FACE, start="ink")
    bench.presenter.restore(scene)
    bench.presenter.choose_model(then)
    assert bench.state.model == then and len(bench.state.hint) < 400
    bench.clock.advance(60)
    again = make_bench(INK, GREY, FACE, start=None)
    kept = json.loads(json.dumps(bench.presenter.capture(), allow_nan=False))
    again.presenter.restore(kept)
    assert again.presenter.capture() == kept, "what was taken in is kept and comes back"
