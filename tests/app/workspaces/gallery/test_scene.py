"""The wall as a scene: no damage to it does harm."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings

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


def test_it_takes_the_place_of_another_wall() -> None:
    bench = make_bench(start="gan")
    bench.presenter.set_count(256)
    bench.presenter.restore(SCENE)
    assert bench.presenter.capture() == SCENE


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
