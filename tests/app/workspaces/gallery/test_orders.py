"""Walls that are sorted and filtered: where they stay scrolled, what is asked for them, and walls that get smaller."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.widgets.status_line import StatusLine
from app.widgets.tile_wall import TileWall
from app.workspaces.gallery import words
from app.workspaces.gallery.view_display import Display
from app.workspaces.gallery.view_inspector import Inspector
from app.workspaces.gallery.view_stage import Stage
from tests.app.workspaces.gallery.conftest import Bench

ORDERS: list[tuple[str, str]] = [("set_sort", "score"), ("set_sort", "class"), ("set_only", "dog")]


def ordered(bench: Bench, verb: str, given: str) -> Bench:
    """All is drawn, known, and hangs in this order."""
    getattr(bench.presenter, verb)(given)
    bench.answer()
    tiles = bench.state.tiles
    assert tiles is not None and tiles.order is not None
    return bench


def hangs_right(bench: Bench) -> bool:
    """Whether every order that was ever shown was one of the pictures shown with it."""
    shown = [state.tiles for state in bench.shown if state.tiles is not None and state.tiles.order is not None]
    return all(len(tiles.order) == 0 or int(tiles.order.max()) < len(tiles.images) for tiles in shown)


# ------------------------------------------------------------------------------------------------------ the same order


@pytest.mark.parametrize(("verb", "given"), ORDERS)
def test_the_same_order_is_the_same_object_whatever_is_chosen(bench: Bench, verb: str, given: str) -> None:
    tiles = ordered(bench, verb, given).state.tiles
    bench.presenter.choose(4)
    bench.answer()
    bench.presenter.look(20, 90)
    bench.presenter.select([1, 4])
    bench.presenter.go_on()
    bench.answer()
    assert bench.state.detail is not None and bench.state.detail.value_text
    assert bench.state.tiles is tiles


def test_another_order_is_another_object(bench: Bench) -> None:
    before = ordered(bench, "set_only", "dog").state.tiles
    bench.presenter.set_only("owl")
    after = bench.state.tiles
    assert before is not None and after is not None and after.order is not before.order
    assert all(place % 3 == 2 for place in bench.places())
    bench.presenter.set_only("")
    assert bench.state.tiles is not None and bench.state.tiles.order is None


def test_a_filter_lets_pictures_in_as_they_are_known(bench: Bench) -> None:
    bench.presenter.set_only("dog")
    seen = []
    while bench.dispatcher.open():
        seen.append(len(bench.places()))
        bench.answer(most=1)
    assert seen == sorted(seen) and len(set(seen)) == len(seen) > 2


@pytest.fixture
def wall(bench: Bench, qtbot: QtBot) -> TileWall:
    """The widget that shows what the presenter shows."""
    stage, inspector, status = Stage(), Inspector(), StatusLine()
    for widget in (stage, inspector, status):
        qtbot.addWidget(widget)
    display, wall = Display(stage, inspector, status, ()), stage.wall_page.wall

    def show(state: Any) -> None:
        before = bench.shown[-1] if bench.shown else None
        bench.shown.append(state)
        display.show(state, before)

    bench.shown.clear()
    bench.presenter._show = show
    wall.current_changed.connect(bench.presenter.choose)
    stage.resize(500, 500)
    stage.show()
    bench.presenter.open_page("wall")
    return wall


@pytest.mark.parametrize(("verb", "given"), ORDERS)
def test_a_wall_stays_where_it_was_scrolled_to_when_a_picture_is_chosen(
    bench: Bench, wall: TileWall, verb: str, given: str
) -> None:
    bench.presenter.set_count(1000)
    bench.answer()
    ordered(bench, verb, given)
    bar = wall.verticalScrollBar()
    assert bar.maximum() > 0 and bar.value() == 0, "a new order begins at its first picture"
    bar.setValue(bar.maximum())
    wall.set_current(bench.places()[-1])
    bench.answer()
    assert bench.state.detail is not None and bench.state.detail.value_text
    assert bar.value() == bar.maximum()
    bench.presenter.star()
    bench.answer()
    assert bench.state.detail.mark.starred and bar.value() == bar.maximum()


# -------------------------------------------------------------------------------------------------------- smaller walls


@pytest.mark.parametrize("sort", ["score", "class"])
def test_a_smaller_wall_is_not_shown_in_the_order_of_the_larger_one(
    bench: Bench, wall: TileWall, tmp_path: Path, sort: str
) -> None:
    bench.presenter.set_count(1000)
    bench.answer()
    ordered(bench, "set_sort", sort)
    bench.presenter.set_parameter("temperature", 0.5)
    bench.answer(most=1)
    bench.presenter.export("npz", tmp_path / "a")
    assert bench.state.export is not None and bench.state.export.missing
    bench.presenter.set_count(100)
    bench.answer()
    assert hangs_right(bench) and sorted(bench.places()) == list(range(100))
    assert bench.state.export is None and bench.state.message == "Saved a.npz: 1,000 pictures."
    with np.load(tmp_path / "a.npz", allow_pickle=False) as file:
        assert len(file["images"]) == 1000


# --------------------------------------------------------------------------------------------------- what is asked for


def test_sorted_as_drawn_again_nobody_is_asked_for_scores(bench: Bench) -> None:
    bench.presenter.set_sort("score")
    bench.answer(most=2)
    assert bench.dispatcher.open("BoundImages") and bench.state.progress is not None
    bench.presenter.set_sort("drawn")
    assert not bench.dispatcher.open() and bench.state.progress is None
    bench.answer()
    bench.presenter.choose(200)
    bench.presenter.choose(-1)
    bench.answer()
    asked = [job.request.pixels[:, 0, 1, 0].tolist() for job in bench.dispatcher.jobs if job.kind == "BoundImages"]
    assert sum(map(len, asked)) < 256 and bench.places() == list(range(256))


def test_the_chosen_picture_is_asked_about_when_the_others_are_not_any_more(bench: Bench) -> None:
    bench.presenter.set_sort("score")
    bench.presenter.choose(200)
    bench.presenter.set_sort("drawn")
    (asked,) = bench.dispatcher.open("BoundImages")
    assert asked.request.pixels[:, 0, 1, 0].tolist() == [200]
    bench.answer()
    assert bench.state.detail is not None and bench.state.detail.value_text == words.value("lower bound", 200.0)


def test_without_a_filter_nobody_is_asked_for_classes(bench: Bench) -> None:
    bench.presenter.set_only("dog")
    bench.answer(most=1)
    assert bench.dispatcher.open("ClassifyImages")
    bench.presenter.set_only("")
    assert not bench.dispatcher.open()
    bench.presenter.set_sort("class")
    assert bench.dispatcher.open("ClassifyImages")
    bench.presenter.set_sort("score")
    assert {job.kind for job in bench.dispatcher.open()} == {"BoundImages"}


def test_what_was_asked_before_is_known_when_it_is_sorted_by_again(bench: Bench) -> None:
    bench.presenter.set_sort("score")
    bench.answer(most=3)
    told = bench.dispatcher.jobs[-2].request.pixels
    bench.presenter.set_sort("drawn")
    before = len(bench.dispatcher.jobs)
    bench.presenter.set_sort("score")
    bench.answer()
    again = np.concatenate([job.request.pixels for job in bench.dispatcher.jobs[before:] if not job.cancelled])
    assert len(told) and not set(told[:, 0, 1, 0].tolist()) & set(again[:, 0, 1, 0].tolist())
    assert bench.places() == list(range(255, -1, -1))
