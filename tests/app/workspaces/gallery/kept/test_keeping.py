"""Keeping pictures from the GUI thread: verbs that return at once, undo with words, a disk that may refuse."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.bridge.qt_serial_worker import QtSerialWorker
from app.documents.collection.picture import Drawing, Marks, Origin
from app.documents.collection.query import Query
from app.documents.collection.recipe import recipes_of
from app.documents.collection.store import KeptPictures
from app.documents.wall import Wall
from app.documents.wall_pictures import Hanging, WallPictures
from app.workspaces.gallery import keeping as keeping_module
from app.workspaces.gallery.keeping import Keeping
from app.workspaces.gallery.kept_drawings import drawings_of, wall_digest
from engine.contracts.manifest import Condition, GraphSpec, ImageSpec, Manifest
from engine.records.png_file import encode_png
from engine.records.sample_note import from_text


def drawings(*numbers: int) -> Callable[[], list[Drawing]]:
    """Makes these pictures."""

    def make() -> list[Drawing]:
        return [
            Drawing(
                encode_png(np.full((4, 4, 1), number, np.uint8)),
                Origin(model="gan", digest="d", request="{}", recipe=f"r/{number}", sha256=f"s{number}", seed=number),
            )
            for number in numbers
        ]

    return make


@pytest.fixture
def told() -> list[int]:
    return []


@pytest.fixture
def keeping(worker: Any, path: Path, told: list[int]) -> Iterator[Keeping]:
    keeping = Keeping(worker, path, lambda: told.append(keeping.state.serial))
    yield keeping
    if not worker.finished:
        keeping.close()


def found(keeping: Keeping, worker: Any, query: Query | None = None) -> tuple[int, ...]:
    answers: list[tuple[int, ...]] = []
    keeping.ask(lambda store: store.identities(query or Query(ascending=True)), answers.append)
    worker.go()
    return answers[0]


def test_a_verb_returns_before_the_disk_is_touched(keeping: Keeping, worker: Any, path: Path, told: list[int]) -> None:
    keeping.keep(drawings(1, 2))
    assert not path.exists() and not told and keeping.busy and keeping.state.steps == 0
    worker.go()
    assert path.exists() and told == [1] and not keeping.busy
    assert (keeping.state.news, keeping.state.can_undo) == ("Starred 2 pictures.", True)
    assert (keeping.state.undo, keeping.state.redo) == ("Undo: star 2 pictures", "")


def test_every_verb_has_its_words_and_can_be_undone(keeping: Keeping, worker: Any) -> None:
    keeping.keep(drawings(*range(12)), starred=False, collection="Old")
    worker.go()
    numbers = found(keeping, worker)
    verbs: list[tuple[Callable[[], None], str, str]] = [
        (lambda: keeping.star(numbers[:1]), "Starred 1 picture.", "star 1 picture"),
        (lambda: keeping.unstar(numbers), "Took the star from 1 picture.", "take the star from 1 picture"),
        (lambda: keeping.label(numbers[:2], "x"), "Labelled 2 pictures.", "label 2 pictures"),
        (
            lambda: keeping.collect(numbers, "Best"),
            "Put 12 pictures in the collection.",
            "put 12 pictures in a collection",
        ),
        (
            lambda: keeping.take_out(numbers, "Best"),
            "Took 12 pictures out of the collection.",
            "take 12 pictures out of a collection",
        ),
        (lambda: keeping.rename_collection("Old", "New"), "Renamed the collection.", "rename a collection"),
        (lambda: keeping.delete(numbers), "Deleted 12 pictures.", "delete 12 pictures"),
        (lambda: keeping.restore(numbers[3:]), "Brought back 9 pictures.", "have 9 pictures back"),
        (lambda: keeping.keep(drawings(0), starred=False), "Kept 1 picture.", "keep 1 picture"),
    ]
    for number, (verb, news, undo) in enumerate(verbs, 2):
        verb()
        worker.go()
        state = keeping.state
        assert (state.news, state.undo, state.steps) == (news, f"Undo: {undo}", number)
    for _ in verbs:
        keeping.undo()
    worker.go()
    assert keeping.state.news == "Undone: star 1 picture." and keeping.state.steps == 1
    assert keeping.state.redo == "Redo: star 1 picture" and not keeping.state.can_undo
    assert len(found(keeping, worker, Query(collection="Old", starred=False, label=""))) == 12
    for _ in verbs:
        keeping.redo()
    worker.go()
    assert keeping.state.undo == "Undo: keep 1 picture" and keeping.state.redo == ""
    assert set(found(keeping, worker, Query(collection="New"))) == {numbers[0], *numbers[3:]}


def test_presses_of_undo_while_the_disk_is_slow_undo_one_action_each(keeping: Keeping, worker: Any) -> None:
    keeping.keep(drawings(1))
    worker.go()
    (one,) = found(keeping, worker)
    keeping.label([one], "a")
    keeping.collect([one], "Best")
    keeping.undo()
    keeping.undo()
    keeping.redo()
    worker.go()
    marks: list[Marks] = []
    keeping.ask(lambda store: store.picture(one).marks, marks.append)
    worker.go()
    assert marks == [Marks(starred=True, label="a")]


def test_a_new_action_ends_what_could_be_done_again(keeping: Keeping, worker: Any) -> None:
    keeping.keep(drawings(1))
    keeping.undo()
    keeping.keep(drawings(2))
    keeping.redo()
    worker.go()
    assert keeping.state.redo == "" and keeping.state.news == "There is nothing to do again."
    assert len(found(keeping, worker)) == 1


def test_nothing_to_undo_is_said(keeping: Keeping, worker: Any) -> None:
    keeping.undo()
    worker.go()
    assert (keeping.state.news, keeping.state.serial) == ("There is nothing to undo.", 0)


def test_what_changes_nothing_is_no_step(keeping: Keeping, worker: Any) -> None:
    keeping.keep(drawings(1))
    keeping.keep(drawings(1))
    worker.go()
    assert (keeping.state.steps, keeping.state.serial) == (1, 1)


def test_a_wall_finds_its_kept_pictures(keeping: Keeping, worker: Any) -> None:
    keeping.keep(drawings(1), label="x")
    answers: list[Any] = []
    keeping.marks_of(["r/0", "r/1"], answers.append)
    worker.go()
    (marks,) = answers
    assert [(recipe, each[1]) for recipe, each in marks.items()] == [("r/1", Marks(starred=True, label="x"))]


# --------------------------------------------------------------------------------------------------------- refusals


def test_a_refused_action_is_said_and_what_was_done_stays(
    keeping: Keeping, worker: Any, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping_module, "KeptPictures", lambda path: KeptPictures(path, busy_s=0.0))
    keeping = Keeping(worker, path)
    keeping.keep(drawings(1))
    worker.go()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    keeping.keep(drawings(2))
    keeping.undo()
    worker.go()
    state = keeping.state
    assert "Another program has locked" in state.news and state.news_kind == "warn"
    assert (state.steps, state.serial, state.problem) == (1, 1, None)
    other.close()
    keeping.undo()
    worker.go()
    assert keeping.state.news == "Undone: star 1 picture." and found(keeping, worker) == ()
    keeping.close()


def test_a_name_that_is_taken_is_said(keeping: Keeping, worker: Any) -> None:
    keeping.keep(drawings(1), collection="Best")
    keeping.keep(drawings(2), collection="Odd")
    keeping.rename_collection("Best", "Odd")
    worker.go()
    assert "There is a collection called Odd already" in keeping.state.news and keeping.state.problem is None


def test_a_file_that_cannot_be_opened_is_a_problem_until_it_can(keeping: Keeping, worker: Any, path: Path) -> None:
    path.parent.write_text("no folder")
    keeping.refresh()
    worker.go()
    assert keeping.state.problem is not None and "cannot be used" in keeping.state.problem.problem
    path.parent.unlink()
    keeping.refresh()
    worker.go()
    assert keeping.state.problem is None


def test_a_file_set_aside_is_told(keeping: Keeping, worker: Any, path: Path) -> None:
    path.parent.mkdir()
    path.write_text("no database at all, but something that somebody wrote" * 9)
    keeping.refresh()
    worker.go()
    assert "a new one is begun" in keeping.state.news and keeping.state.news_kind == "warn"


def test_an_action_that_brings_a_notice_is_a_step_all_the_same(keeping: Keeping, worker: Any, path: Path) -> None:
    path.parent.mkdir()
    path.write_text("no database at all, but something that somebody wrote" * 9)
    keeping.keep(drawings(1))
    worker.go()
    state = keeping.state
    assert state.news.startswith("Starred 1 picture. ") and "a new one is begun" in state.news
    assert (state.news_kind, state.can_undo, state.steps) == ("warn", True, 1)
    keeping.undo()
    worker.go()
    assert (keeping.state.news, keeping.state.news_kind) == ("Undone: star 1 picture.", "info")


def test_a_notice_of_an_action_that_changed_nothing_offers_no_undo(keeping: Keeping, worker: Any, path: Path) -> None:
    keeping.keep(drawings(1))
    worker.go()
    path.unlink()
    keeping.keep(drawings(1))
    worker.go()
    assert "had vanished and was written again" in keeping.state.news and not keeping.state.can_undo
    assert keeping.state.steps == 1 and keeping.state.news_kind == "warn"


def test_a_notice_that_comes_with_removing_for_good_is_told(keeping: Keeping, worker: Any, path: Path) -> None:
    keeping.keep(drawings(1))
    worker.go()
    (one,) = found(keeping, worker)
    keeping.delete([one])
    worker.go()
    path.unlink()
    gone: list[int] = []
    keeping.purge([one], gone.append)
    worker.go()
    assert gone == [1] and "had vanished and was written again" in keeping.state.news
    assert keeping.state.news_kind == "warn" and not keeping.state.can_undo


def test_undoing_what_was_removed_for_good_is_said_and_forgotten(keeping: Keeping, worker: Any) -> None:
    keeping.keep(drawings(1))
    worker.go()
    (one,) = found(keeping, worker)
    gone: list[int] = []
    keeping.delete([one])
    keeping.purge([one], gone.append)
    keeping.undo()
    worker.go()
    assert gone == [1] and "removed for good" in keeping.state.news
    keeping.undo()
    keeping.undo()
    worker.go()
    assert keeping.state.news == "There is nothing to undo."


def test_a_mistake_of_the_programs_is_not_hidden(keeping: Keeping, worker: Any) -> None:
    keeping.do(lambda store: 1 / 0)  # type: ignore[arg-type,return-value]
    with pytest.raises(ZeroDivisionError):
        worker.go()


# ----------------------------------------------------------------------------------------------- the end, and others


def test_closing_does_what_was_asked_for(keeping: Keeping, worker: Any, path: Path, told: list[int]) -> None:
    keeping.keep(drawings(1))
    keeping.keep(drawings(2))
    assert keeping.close() and not told
    keeping.keep(drawings(3))
    keeping.ask(lambda store: store.count(), lambda _: told.append(-1))
    assert keeping.close()
    with KeptPictures(path) as store:
        assert store.count() == 2
    assert [each.name for each in path.parent.iterdir()] == ["kept.sqlite3"]


def test_two_windows_with_real_threads(qtbot: Any, path: Path) -> None:
    windows = [Keeping(QtSerialWorker(), path) for _ in range(2)]
    here, there = windows
    here.keep(drawings(*range(30)))
    assert here.flush()
    there.keep(drawings(*range(20, 50)), label="there")
    qtbot.waitUntil(lambda: not here.busy and not there.busy)
    before = here.state.serial
    there.keep(drawings(99))
    assert there.flush()
    here.refresh()
    qtbot.waitUntil(lambda: here.state.serial == before + 1)
    here.undo()
    qtbot.waitUntil(lambda: not here.busy)
    for window in windows:
        assert window.close()
    with KeptPictures(path) as store:
        assert store.count(Query(label="there")) == 20, "what the first window kept it has given up again"
        assert store.count(Query(label="there", deleted=True)) == 10, "with the label from the other one"
        assert (store.count(), store.count(Query(deleted=True))) == (21, 30)


# -------------------------------------------------------------------------------------------------- a wall's pictures


def test_a_walls_pictures_are_kept_with_what_drew_them(keeping: Keeping, worker: Any) -> None:
    graph = GraphSpec(file="g.onnx", sha256="a" * 64, inputs={}, outputs={})
    manifest = Manifest(
        id="gan",
        title="GAN",
        family="gan",
        architecture="GAN",
        data="fashion",
        data_title="Fashion",
        image=ImageSpec(height=4, width=4, channels=1, levels=256, range="0..1"),
        graphs={"generator": graph},
        conditions=(Condition(name="class", names=("Coat", "Bag")),),
    )
    wall = Wall(model="gan", count=6, seed=5, rows=("Coat", "Bag"), temperature=0.5)
    images = np.arange(6 * 16, dtype=np.uint8).reshape(6, 4, 4, 1)
    values = np.array([np.nan, 1.5, 2.5, 3.5, 4.5, 5.5])
    hanging = Hanging(wall=wall, manifest=manifest, images=images, values=values, kind="score")
    keeping.keep(lambda: drawings_of(WallPictures(hanging, [0, 4]), manifest))
    worker.go()
    numbers = found(keeping, worker)
    kept: list[Any] = []
    keeping.ask(lambda store: store.pictures(numbers), kept.extend)
    marks: list[Any] = []
    keeping.marks_of(recipes_of(wall, wall_digest(manifest), range(6)), marks.append)
    worker.go()
    first, second = (picture.origin for picture in kept)
    assert (first.kind, first.value, first.class_name, first.class_id) == ("none", None, "Coat", 0)
    assert (second.kind, second.value, second.class_name, second.class_id) == ("score", 4.5, "Bag", 1)
    assert (second.model, second.seed, second.place, second.dataset) == ("gan", 5, 1, "fashion")
    assert from_text(second.request).place == 1
    assert set(marks[0]) == {first.recipe, second.recipe}
