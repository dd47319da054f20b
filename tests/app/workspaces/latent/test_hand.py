"""A hand and a walk never fight, every step can be undone, and all of it is there after a restart."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from app.workspaces.latent import words
from app.workspaces.latent.workbench import REST_MS


@pytest.fixture
def walking(flat: Any) -> Any:
    """A walk from (1, 0) over (0, 1) to (-1, 0), a while after it began."""
    for place in ((1.0, 0.0), (0.0, 1.0), (-1.0, 0.0)):
        flat.drag(place)
        flat.presenter.add_key()
    flat.presenter.open_drawer("yours")
    flat.presenter.segment(0.5, 0.5, 3.5, 3.5)
    flat.answer()
    flat.presenter.toggle_walk()
    flat.clock.advance(500)
    return flat


HANDS: dict[str, Callable[[Any], object]] = {
    "step": lambda p: p.step(1, 0),
    "home": lambda p: p.go_home(),
    "jump": lambda p: p.jump(),
    "direction": lambda p: p.set_direction(0, 1.5),
    "anchor": lambda p: p.set_anchor(0),
    "parameter": lambda p: p.set_parameter("output", "draw"),
    "stroke": lambda p: p.start_stroke(),
    "segment": lambda p: p.segment(0.5, 3.5, 3.5, 0.5),
    "clear": lambda p: p.use_tool("clear"),
    "yours": lambda p: p.go_to_yours(),
    "epsilon": lambda p: p.redraw_epsilon(),
    "grip": lambda p: p.move_grip(0.3, 0.3),
    "move": lambda p: p.move(0.3, 0.3),
    "picture": lambda p: p.load_yours(np.full((4, 4, 4), 255, np.uint8)),
}


@pytest.mark.parametrize("hand", HANDS)
def test_every_hand_stops_a_walk(walking: Any, hand: str) -> None:
    desk = walking.presenter._desk
    assert walking.presenter._walk.playing
    HANDS[hand](walking.presenter)
    now = desk.now
    walking.clock.advance(1000)
    assert not walking.presenter._walk.playing and desk.now is now


def test_a_third_direction_stops_a_walk(deep: Any) -> None:
    for x in (1.0, -1.0):
        deep.drag((x, 0.0))
        deep.presenter.add_key()
    deep.presenter.toggle_walk()
    deep.presenter.move_third(1)
    now = deep.presenter._desk.now
    deep.clock.advance(1000)
    assert deep.presenter._desk.now is now


def test_a_walk_stays_one_step_while_layers_come_and_go(walking: Any) -> None:
    desk = walking.presenter._desk
    before = len(desk.history._values)
    walking.presenter.toggle_layer("codes")
    walking.clock.advance(500)
    assert walking.presenter._walk.playing and len(desk.history._values) == before + 2


def test_a_walk_is_available_on_every_page(walking: Any) -> None:
    walking.presenter.stop()
    for page in ("directions", "path", "path"):
        walking.presenter.open_drawer(page)
        assert walking.state.walkable
    assert walking.state.drawer == ""
    walking.presenter.toggle_walk()
    assert walking.presenter._walk.playing


def test_undo_of_a_scrub_brings_the_slider_back(walking: Any) -> None:
    walking.presenter.stop()
    walking.presenter.open_drawer("path")
    walking.presenter.scrub(0.25)
    there = walking.state.point
    walking.presenter.scrub(0.75)
    walking.presenter.undo()
    assert walking.state.path.position == pytest.approx(0.25) and walking.state.point == there
    walking.presenter.redo()
    assert walking.state.path.position == pytest.approx(0.75)


def test_a_walk_goes_on_where_the_slider_stands(walking: Any) -> None:
    walking.presenter.stop()
    walking.presenter.open_drawer("path")
    walking.presenter.scrub(0.5)
    walking.presenter.scrub(1.0)
    walking.presenter.undo()
    walking.presenter.toggle_walk()
    walking.clock.advance(100)
    assert 0.5 < walking.state.path.position < 0.6


# --- undo


def test_layout_and_layers_can_be_undone(flat: Any) -> None:
    flat.presenter.set_layout("normal")
    flat.presenter.set_layer("codes", True)
    flat.presenter.set_layer("codes", True)
    flat.presenter.undo()
    assert "codes" not in flat.state.layers and flat.state.chart.layout == "normal"
    flat.presenter.undo()
    assert flat.state.chart.layout == "plain" and not flat.state.can_undo
    flat.presenter.redo()
    flat.presenter.redo()
    assert "codes" in flat.state.layers and flat.state.chart.layout == "normal"


def test_a_layer_asks_for_no_new_picture_and_leaves_the_hint(fresh: Any) -> None:
    bench = fresh(start="flat")
    bench.answer()
    asked, strips = len(bench.points), len(bench.dispatcher.of("latent.strips"))
    bench.presenter.set_layer("codes", True)
    bench.presenter.set_layout("plain")
    bench.clock.advance(5000)
    assert len(bench.points) == asked and len(bench.dispatcher.of("latent.strips")) == strips
    assert bench.state.hint == words.FIRST_HINT and bench.state.picture_note == ""


def test_steps_are_one_until_the_hand_rests(flat: Any) -> None:
    start = flat.state.point
    for wait in (100, REST_MS, REST_MS + 1, 100):
        flat.clock.advance(wait)
        flat.presenter.step(1, 0)
    flat.presenter.undo()
    flat.presenter.undo()
    assert flat.state.point == start and not flat.state.can_undo


VERBS: dict[str, Callable[[Any], object]] = {
    "look": lambda p: p.look((-1.0, -1.0, 1.0, 1.0), 200.0),
    "page": lambda p: p.open_drawer("path"),
    "seed": lambda p: p.lock_seed(True),
}


@pytest.mark.parametrize("verb", VERBS)
def test_another_verb_parts_steps(deep: Any, verb: str) -> None:
    deep.presenter.move_third(1)
    deep.presenter.move_third(1)
    between = deep.presenter._desk.now
    VERBS[verb](deep.presenter)
    deep.presenter.move_third(1)
    deep.presenter.undo()
    assert deep.presenter._desk.now is between
    deep.presenter.undo()
    assert not deep.state.can_undo


# --- stopping, and what is kept


def test_a_picture_of_elsewhere_is_said_to_be_one(flat: Any) -> None:
    flat.drag((2.0, 1.0))
    assert flat.state.picture_note == "", "its own is on its way"
    flat.presenter.stop()
    assert flat.state.picture_note == words.OF_ELSEWHERE and flat.state.place_text == "z = (2.00, 1.00)"
    flat.presenter.move(2.0, 1.5)
    flat.answer()
    assert flat.state.picture_note == ""


def test_epsilon_zoom_and_rows_survive_a_restart(deep: Any, fresh: Any) -> None:
    deep.presenter.set_direction_kind("coordinates")
    deep.presenter.unfold_directions()
    deep.presenter.look((-1.0, -0.5, 1.0, 1.5), 300.0)
    deep.presenter.open_drawer("yours")
    deep.presenter.segment(0.5, 0.5, 2.5, 2.5)
    deep.answer()
    deep.presenter.redraw_epsilon()
    deep.presenter.open_drawer("directions")
    epsilon = deep.presenter._desk.now.epsilon
    again = fresh(start=None)
    again.presenter.restore(json.loads(json.dumps(deep.presenter.capture())))
    assert again.state.view == (-1.0, -0.5, 1.0, 1.5) and len(again.state.directions.rows) == 8
    np.testing.assert_array_equal(again.presenter._desk.now.epsilon, epsilon)


def test_each_model_has_its_own_zoom(flat: Any) -> None:
    flat.presenter.look((-1.0, -1.0, 1.0, 1.0), 300.0)
    flat.presenter.choose_model("deep")
    assert flat.state.view is None
    flat.presenter.choose_model("flat")
    assert flat.state.view == (-1.0, -1.0, 1.0, 1.0)
    flat.presenter.look((-3.0, -3.0, 3.0, 3.0), 100.0, True)
    assert flat.state.view is None


@pytest.mark.parametrize("view", [3, [1, 2, 3], [1, 0, 0, 1], [0, 0, float("nan"), 1], ["0", 0, 1, 1]])
def test_a_damaged_view_is_the_one_seen_at_first(fresh: Any, view: Any) -> None:
    bench = fresh(start=None)
    desk = {"z": [0.5, 0.5], "view": view, "epsilon": [1], "unfolded": "x"}
    bench.presenter.restore({"model": "flat", "desks": {"flat": desk}})
    assert bench.state.view is None and bench.presenter._desk.now.epsilon is None
    assert bench.presenter._desk.unfolded == 0 and bench.state.point is not None


def test_an_older_version_s_layout_is_read(fresh: Any) -> None:
    bench = fresh(start=None)
    desk = {"z": [0.5, 0.5], "layout": "plain", "layers": ["codes", "stars"]}
    bench.presenter.restore({"model": "flat", "desks": {"flat": desk}})
    assert bench.state.chart.layout == "plain" and bench.state.layers == frozenset({"codes"})
    assert not bench.state.can_undo
