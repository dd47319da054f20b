"""Undo and redo while what was said of a picture is still on its way to the disk."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest

from app.documents.collection.store import KeptPictures
from app.workspaces.gallery import keeping as keeping_module
from tests.app.workspaces.gallery.conftest import Bench, make_bench


def ready(bench: Bench) -> Bench:
    """Seed 4 is the one step of the history, and a picture is chosen."""
    bench.presenter.set_parameter("seed", 4)
    bench.presenter.choose(5)
    bench.answer()
    return bench


@pytest.fixture
def chosen(bench: Bench) -> Bench:
    return ready(bench)


def told(bench: Bench) -> tuple[int, list[int]]:
    """The seed, and the pictures that have a star."""
    tiles = bench.state.tiles
    assert tiles is not None
    return bench.state.plan.seed, [index for index in range(len(tiles.images)) if tiles.mark_of(index).starred]


def test_undo_before_a_star_is_on_the_disk_takes_the_star_back(chosen: Bench) -> None:
    chosen.presenter.star()
    chosen.presenter.undo()
    assert chosen.state.plan.seed == 4
    chosen.answer()
    assert told(chosen) == (4, []) and chosen.state.can_redo
    chosen.presenter.redo()
    chosen.answer()
    assert told(chosen) == (4, [5]), "it can be done again"
    for expected in ((4, []), (0, [])):
        chosen.presenter.undo()
        chosen.answer()
        assert told(chosen) == expected
    assert not chosen.state.can_undo


def test_every_press_of_undo_takes_back_one_step(chosen: Bench) -> None:
    chosen.presenter.star()
    chosen.presenter.undo()
    chosen.presenter.undo()
    chosen.answer()
    assert told(chosen) == (0, []) and not chosen.state.can_undo
    chosen.presenter.redo()
    chosen.answer()
    assert told(chosen) == (4, [])
    chosen.presenter.redo()
    chosen.answer()
    assert told(chosen) == (4, [5]) and not chosen.state.can_redo


def test_of_two_stars_on_their_way_the_later_one_is_taken_back(chosen: Bench) -> None:
    chosen.presenter.star()
    chosen.presenter.choose(7)
    chosen.presenter.star()
    chosen.presenter.undo()
    chosen.answer()
    assert told(chosen) == (4, [5])


def test_nothing_is_done_again_over_a_star_on_its_way(chosen: Bench) -> None:
    chosen.presenter.undo()
    chosen.answer()
    assert chosen.state.can_redo
    chosen.presenter.star()
    chosen.presenter.redo()
    chosen.answer()
    assert told(chosen) == (0, [5]), "the star is what was done last"
    chosen.presenter.undo()
    chosen.answer()
    assert told(chosen) == (0, [])


def test_a_label_on_its_way_is_waited_for_too(chosen: Bench) -> None:
    chosen.presenter.label("A loop")
    chosen.presenter.undo()
    chosen.answer()
    assert chosen.state.detail is not None and chosen.state.detail.mark.label == "" and chosen.state.plan.seed == 4


@pytest.fixture
def locked(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    """Another program has the file of kept pictures to itself."""
    monkeypatch.setattr(keeping_module, "KeptPictures", lambda path: KeptPictures(path, busy_s=0.0))
    bench = make_bench()
    bench.answer()
    other = sqlite3.connect(bench.kept, isolation_level=None)
    ready(bench)
    other.execute("BEGIN IMMEDIATE")
    yield bench
    other.close()


@pytest.mark.parametrize("presses", [1, 2])
def test_a_star_that_was_refused_undoes_nothing(locked: Bench, presses: int) -> None:
    locked.presenter.star()
    for _ in range(presses):
        locked.presenter.undo()
    locked.answer()
    assert told(locked) == (4, []) and "Another program has locked" in locked.state.message
    locked.presenter.undo()
    assert told(locked) == (0, []), "and the next press is for what was done before"


def test_a_star_that_brings_a_notice_is_one_step_and_offers_undo(chosen: Bench) -> None:
    chosen.presenter.star()
    chosen.answer()
    chosen.kept.unlink()
    chosen.presenter.choose(7)
    chosen.presenter.star()
    chosen.answer()
    message = chosen.state.message
    assert message.startswith("Starred 1 picture. ") and "had vanished and was written again" in message
    assert chosen.state.message_kind == "warn" and chosen.state.offers_undo and told(chosen) == (4, [5, 7])
    for expected in ((4, [5]), (4, []), (0, [])):
        chosen.presenter.undo()
        chosen.answer()
        assert told(chosen) == expected
    assert not chosen.state.can_undo


def test_of_two_undos_that_waited_the_one_for_a_refused_action_undoes_nothing(bench: Bench) -> None:
    bench.presenter.set_parameter("seed", 4)
    bench.presenter.choose(5)
    bench.answer()
    bench.presenter.star()
    bench.presenter.collect(" ")  # refused: no name
    bench.presenter.undo()
    bench.presenter.undo()
    bench.answer()
    assert told(bench) == (4, [])
