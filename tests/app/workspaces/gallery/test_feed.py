"""The wall's pictures: what is in view first, one piece at a time, nothing lost and nothing old over something new."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from app.documents.wall import Wall
from app.messages import COMPLETE_AGAIN
from app.workspaces.gallery.feed import DEATHS_BEFORE_GIVING_UP, FIRST, MOST, WallFeed


class Feeding:
    def __init__(self, dispatcher: Any, clock: Any, models: Any) -> None:
        self.dispatcher, self.clock, self.models, self.calls = dispatcher, clock, models, 0
        self.feed = WallFeed(dispatcher, clock, self._changed, "gallery.wall")

    def _changed(self) -> None:
        self.calls += 1

    def show(self, wall: Wall) -> None:
        self.feed.show(wall, self.models[wall.model])

    @property
    def trouble(self) -> str:
        return str(self.feed.problem or "")

    @property
    def asked(self) -> list[tuple[int, int]]:
        return [(j.request.first, j.request.count) for j in self.dispatcher.jobs]


@pytest.fixture
def feeding(dispatcher: Any, clock: Any, models: Any) -> Feeding:
    return Feeding(dispatcher, clock, models)


def places(feed: WallFeed) -> np.ndarray:
    return np.asarray(feed.images[:, 0, 1, 0].astype(int) + 256 * feed.images[:, 0, 2, 0].astype(int))


def test_every_picture_is_drawn_once_and_is_that_of_its_place(feeding: Feeding) -> None:
    feeding.show(Wall(model="vae", count=1000, seed=5))
    feeding.dispatcher.answer(feeding.clock)
    feed = feeding.feed
    assert feed.complete and feed.done == 1000 and not feed.running
    assert (places(feed) == np.arange(1000)).all() and (feed.images[:, 0, 0, 0] == 5).all()
    assert feed.z is not None and (feed.z[:, 0] == np.arange(1000)).all()
    assert sum(count for _, count in feeding.asked) == 1000


def test_one_piece_is_on_its_way_and_pieces_grow_while_they_are_quick(feeding: Feeding) -> None:
    feeding.show(Wall(model="vae", count=10_000))
    for _ in range(12):
        assert len(feeding.dispatcher.open()) == 1
        feeding.clock.advance(10)
        feeding.dispatcher.open()[0].finish()
    counts = [count for _, count in feeding.asked]
    assert counts[0] == FIRST and max(counts) == MOST


def test_pieces_shrink_where_they_are_slow(feeding: Feeding) -> None:
    feeding.show(Wall(model="vae", count=1000))
    feeding.dispatcher.answer(feeding.clock, ms=10, most=3)
    feeding.dispatcher.answer(feeding.clock, ms=2000, most=5)
    assert feeding.dispatcher.open()[0].request.count == FIRST


def test_what_is_in_view_is_drawn_next(feeding: Feeding) -> None:
    feeding.show(Wall(model="vae", count=1000))
    feeding.feed.look(640, 660)
    feeding.dispatcher.answer(feeding.clock, most=2)
    asked = feeding.asked
    assert asked[0][0] == 0 and asked[1][0] == 640
    assert feeding.feed.fresh[640]


def test_a_stop_is_heard_at_once_and_going_on_draws_only_what_is_missing(feeding: Feeding) -> None:
    feeding.show(Wall(model="vae", count=64))
    feeding.dispatcher.answer(feeding.clock, most=1)
    flying = feeding.dispatcher.open()[0]
    feeding.feed.stop()
    assert flying.cancelled and not feeding.feed.running
    flying.finish()  # it was just done
    assert feeding.feed.done == 16 and not feeding.dispatcher.open()
    feeding.feed.go_on()
    feeding.dispatcher.answer(feeding.clock)
    assert feeding.feed.complete
    assert [first for first, _ in feeding.asked].count(0) == 1


def test_another_wall_keeps_the_old_pictures_until_the_new_ones_are_there(feeding: Feeding) -> None:
    feeding.show(Wall(model="vae", count=33, seed=1))
    feeding.dispatcher.answer(feeding.clock)
    feeding.show(Wall(model="vae", count=64, seed=2))
    feed = feeding.feed
    assert feed.drawn[:33].all() and not feed.drawn[33:].any() and not feed.fresh.any()
    assert (feed.images[:33, 0, 0, 0] == 1).all()
    feed.look(33, 64)
    feeding.dispatcher.answer(feeding.clock, most=1)
    before, after = feed.images[~feed.fresh & feed.drawn], feed.images[feed.fresh]
    assert len(before) and (before[:, 0, 0, 0] == 1).all() and (after[:, 0, 0, 0] == 2).all()


def test_pictures_that_both_walls_have_are_not_drawn_again(feeding: Feeding) -> None:
    feeding.show(Wall(model="vae", count=32, seed=1))
    feeding.dispatcher.answer(feeding.clock)
    feeding.show(Wall(model="vae", count=64, seed=1))
    assert feeding.feed.done == 32
    assert feeding.dispatcher.open()[0].request.first == 32


def test_a_row_a_class_has_one_place_a_column(feeding: Feeding) -> None:
    wall = Wall(model="gan", count=60, rows=("cat", "dog", "owl"))
    feeding.show(wall)
    feeding.dispatcher.answer(feeding.clock)
    assert (places(feeding.feed).reshape(3, 20) == np.arange(20)).all()
    assert (feeding.feed.classes.reshape(3, 20) == np.arange(3)[:, None]).all()


def test_an_answer_for_the_wall_before_is_dropped(feeding: Feeding) -> None:
    feeding.show(Wall(model="vae", count=16, seed=1))
    old = feeding.dispatcher.open()[0]
    feeding.show(Wall(model="vae", count=16, seed=2))
    old.finish()
    assert not feeding.feed.fresh.any()
    feeding.dispatcher.answer(feeding.clock)
    assert (feeding.feed.images[:, 0, 0, 0] == 2).all()


def test_growing_pictures_show_their_rows(feeding: Feeding) -> None:
    feeding.show(Wall(model="pixels", count=4, seed=9))
    feeding.dispatcher.open()[0].partial(1)
    assert feeding.feed.drawn.all() and not feeding.feed.fresh.any()
    assert (feeding.feed.images[:, 0, 0, 0] == 9).all() and feeding.calls == 1


def test_the_engine_dies_and_the_wall_goes_on_where_it_was(feeding: Feeding) -> None:
    feed = feeding.feed
    feeding.show(Wall(model="vae", count=64))
    feeding.dispatcher.answer(feeding.clock, most=1)
    flying = feeding.dispatcher.open()[0]
    feed.engine_changed("died")
    flying.fail("EngineDied")
    assert feeding.trouble and not feeding.dispatcher.open()
    feed.engine_changed("ready")
    assert not feeding.trouble
    feeding.dispatcher.answer(feeding.clock)
    assert feed.complete


def test_an_engine_that_keeps_dying_is_not_asked_for_ever(feeding: Feeding) -> None:
    feeding.show(Wall(model="vae", count=64))
    for _ in range(3):
        feeding.dispatcher.open()[0].fail("EngineDied")
    assert feeding.feed.problem is not None and feeding.feed.problem.action == COMPLETE_AGAIN
    assert not feeding.dispatcher.open()
    feeding.feed.go_on()
    feeding.dispatcher.answer(feeding.clock)
    assert feeding.feed.complete and feeding.feed.problem is None


def test_a_model_that_kills_every_engine_is_given_up(feeding: Feeding) -> None:
    """The death is told before the job's own failure, as it comes from the engine process."""
    feed = feeding.feed
    feeding.show(Wall(model="vae", count=64))
    for death in range(DEATHS_BEFORE_GIVING_UP):
        assert feed.running, f"after {death} deaths"
        (flying,) = feeding.dispatcher.open()
        feed.engine_changed("died")
        flying.fail("EngineDied")
        feed.engine_changed("starting")
        feed.engine_changed("ready")
    assert not feed.running and not feeding.dispatcher.open()
    assert feed.problem is not None and feed.problem.action == COMPLETE_AGAIN and "several times" in feeding.trouble
    feed.go_on()
    feeding.dispatcher.answer(feeding.clock)
    assert feed.complete and feed.problem is None


def test_deaths_with_pictures_between_them_are_no_reason_to_give_up(feeding: Feeding) -> None:
    feed = feeding.feed
    feeding.show(Wall(model="vae", count=1000))
    for _ in range(2 * DEATHS_BEFORE_GIVING_UP):
        feeding.dispatcher.open()[0].finish()
        flying = feeding.dispatcher.open()[0]
        feed.engine_changed("died")
        flying.fail("EngineDied")
        feed.engine_changed("ready")
    feeding.dispatcher.answer(feeding.clock)
    assert feed.complete and not feeding.trouble


def test_an_engine_that_dies_over_something_else_is_not_this_wall_s_fault(feeding: Feeding) -> None:
    feed = feeding.feed
    feeding.show(Wall(model="vae", count=64))
    feed.set_held(True)
    for _ in range(2 * DEATHS_BEFORE_GIVING_UP):
        feed.engine_changed("died")
        feed.engine_changed("ready")
    feed.set_held(False)
    feeding.dispatcher.answer(feeding.clock)
    assert feed.complete and not feeding.trouble


def test_an_engine_that_failed_for_good_says_so_and_a_restart_mends_it(feeding: Feeding) -> None:
    feeding.show(Wall(model="vae", count=16))
    feeding.feed.engine_changed("failed")
    assert feeding.feed.problem is not None
    feeding.show(Wall(model="vae", count=32))
    assert feeding.feed.problem is not None and not feeding.dispatcher.open()
    feeding.feed.engine_changed("ready")
    feeding.dispatcher.answer(feeding.clock)
    assert feeding.feed.complete


def test_what_the_model_refuses_is_said_and_not_asked_again(feeding: Feeding) -> None:
    feeding.show(Wall(model="vae", count=64))
    feeding.dispatcher.open()[0].fail("RequestError", "No.", "Ask otherwise.")
    assert str(feeding.feed.problem) == "No. Ask otherwise."
    assert not feeding.feed.running and not feeding.dispatcher.open()


def test_out_of_sight_nothing_is_asked_for(feeding: Feeding) -> None:
    feeding.feed.set_held(True)
    feeding.show(Wall(model="vae", count=16))
    assert not feeding.dispatcher.jobs
    feeding.feed.set_held(False)
    feeding.dispatcher.answer(feeding.clock)
    assert feeding.feed.complete


def test_time_is_that_in_which_pictures_were_drawn(feeding: Feeding) -> None:
    feeding.show(Wall(model="vae", count=16))
    feeding.dispatcher.answer(feeding.clock, ms=32)
    feeding.clock.advance(5000)
    assert feeding.feed.ms_per_picture == pytest.approx(2.0)
