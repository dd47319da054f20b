"""Files of a wall: waited for, written by the worker, stopped, refused; and what is in them."""

from __future__ import annotations

import csv
import io
import json
import threading
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.documents.picture_file import read_picture
from app.documents.wall import Wall
from app.documents.wall_note import from_text as wall_of
from app.documents.wall_pictures import Hanging, WallPictures
from app.messages import Problem
from app.workspaces.gallery import exporting_words as words
from app.workspaces.gallery import outgoing
from app.workspaces.gallery.exporting import TOLD_MS, Exporting
from app.workspaces.gallery.feed import WallFeed
from engine.contracts.requests import parameters
from engine.errors import RequestError
from engine.records.sample_note import from_text, pixels_sha256
from tests.app.workspaces.gallery.conftest import CLASSES, GAN, VAE, FakeClock, FakeDispatcher, FakeWorker, pictures

WALL = Wall(model="vae", count=40, seed=5)
ROWS = Wall(model="gan", count=12, seed=5, rows=CLASSES)
KINDS = ("folder", "sheet", "zip", "npz")


class Desk:
    """The exports of a feed, and what was said of them."""

    def __init__(self, wall: Wall, manifest: Any) -> None:
        self.dispatcher, self.clock, self.worker = FakeDispatcher(), FakeClock(), FakeWorker()
        self.said: list[tuple[str, str]] = []
        self.changes = 0
        say = lambda *said: self.said.append(said)  # noqa: E731
        self.exports = Exporting(self.worker, self.clock, self.spare, say, self.changed)
        self.feed = self._feed("gallery.wall")
        self.feed.show(wall, manifest)

    def _feed(self, lane: str) -> WallFeed:
        return WallFeed(self.dispatcher, self.clock, lambda: self.exports.feed_changed(), lane, "ready")

    def spare(self) -> WallFeed:
        return self._feed("gallery.export")

    def changed(self) -> None:
        self.changes += 1

    def hanging(self, **changes: Any) -> Hanging:
        feed = self.feed
        assert feed.wall is not None and feed.manifest is not None
        values = {"images": feed.images, "classes": feed.classes, "z": feed.z} | changes
        values["kind"] = values.pop("of", "none")
        return Hanging(wall=feed.wall, manifest=feed.manifest, **values)

    def draw(self, most: int = 10_000) -> None:
        self.dispatcher.answer(self.clock, most=most)

    def start(self, kind: str, target: Path, indices: Any = None, **changes: Any) -> bool:
        chosen = range(self.feed.wall.total) if indices is None and self.feed.wall else indices
        return self.exports.start(kind, target, self.hanging(**changes), chosen, self.feed)


@pytest.fixture
def desk() -> Desk:
    """A wall of 40 of which nothing is drawn."""
    return Desk(WALL, VAE)


@pytest.fixture
def drawn(desk: Desk) -> Desk:
    desk.draw()
    return desk


def images_of(path: Path) -> np.ndarray[Any, Any]:
    with np.load(path, allow_pickle=False) as file:
        return np.asarray(file["images"])


# ------------------------------------------------------------------------------------------------- what is written


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_is_written_by_the_worker(drawn: Desk, tmp_path: Path, kind: str) -> None:
    assert drawn.start(kind, tmp_path / "wall")
    assert not list(tmp_path.iterdir()) and drawn.exports.state is not None and drawn.exports.state.writing
    assert drawn.worker.finish() == 1
    name = "wall" + {"folder": "", "sheet": ".png"}.get(kind, f".{kind}")
    assert [file.name for file in tmp_path.iterdir()] == [name]
    assert drawn.said == [(f"Saved {name}: 40 pictures.", "ok")] and drawn.exports.state is None


def test_one_picture_carries_the_request_that_draws_it_alone(drawn: Desk, tmp_path: Path) -> None:
    drawn.start("png", tmp_path / "one", [17])
    drawn.worker.finish()
    picture = read_picture(tmp_path / "one.png")
    note = from_text(str(picture.note))
    assert parameters(note.request) == parameters(WALL.request(17)) and (note.place, note.request.count) == (17, 1)
    assert note.digests == {"decoder": "0" * 64, "encoder": "0" * 64}
    assert {"onnxruntime", "machine"} <= set(note.made_with)
    pixels = pictures(5, range(17, 18), "")[0]
    assert note.sha256 == pixels_sha256(pixels)
    np.testing.assert_array_equal(picture.rgba[..., :1], pixels)


def test_several_pictures_as_png_are_a_folder_in_the_order_given(drawn: Desk, tmp_path: Path) -> None:
    drawn.start("png", tmp_path / "some", [9, 3, 20])
    drawn.worker.finish()
    table = (tmp_path / "some" / "requests.csv").read_text("utf-8-sig")
    assert [row["place"] for row in csv.DictReader(io.StringIO(table))] == ["9", "3", "20"]
    assert {p.name for p in (tmp_path / "some").iterdir()} == {
        *(f"vae_seed5_{place:06d}.png" for place in (9, 3, 20)),
        "requests.csv",
    }


def test_a_zip_says_what_is_known_of_every_picture(tmp_path: Path) -> None:
    desk = Desk(ROWS, GAN)
    desk.draw()
    values = np.array([np.nan, *range(11)], float)
    desk.start("zip", tmp_path / "a.zip", values=values, of="score", marks={1: (True, "=fine")})
    values[:] = 77.0
    desk.worker.finish()
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        rows = list(csv.DictReader(io.StringIO(archive.read("requests.csv").decode("utf-8-sig"))))
        notes = [json.loads(str(read_note(archive.read(row["file"])))) for row in rows]
    assert (
        [row["class"] for row in rows] == [row["asked_class"] for row in rows] == [c for c in CLASSES for _ in range(4)]
    )
    assert [row["place"] for row in rows] == list("0123") * 3
    assert [row["value"] for row in rows] == ["", *(str(float(i)) for i in range(11))], "as they were when it began"
    assert [row["kind"] for row in rows] == ["none"] + ["score"] * 11
    assert (rows[1]["star"], rows[1]["label"], rows[0]["star"]) == ("1", "'=fine", "0")
    assert [note["sha256"] for note in notes] == [row["sha256"] for row in rows]


def read_note(png: bytes) -> str | None:
    from app.documents.picture_file import decode_picture

    return decode_picture(png).note


def test_a_sheet_brings_back_its_wall_with_a_row_a_class(tmp_path: Path) -> None:
    desk = Desk(ROWS, GAN)
    desk.draw()
    desk.start("sheet", tmp_path / "a.png")
    desk.worker.finish()
    picture = read_picture(tmp_path / "a.png")
    assert wall_of(str(picture.note)).wall == ROWS and picture.rgba.shape[0] == 3 * 5 + 1
    assert desk.hanging().rows(range(12)) == (("cat", 4), ("dog", 4), ("owl", 4))
    assert desk.hanging().rows([0, 4, 1, 5]) == () and desk.hanging().rows([0, 1, 2]) == ()
    assert desk.hanging().rows([4, 5, 0, 1]) == (("dog", 2), ("cat", 2))


def test_classes_that_came_in_turn_are_told_and_asked_for_again_as_they_were(tmp_path: Path) -> None:
    desk = Desk(Wall(model="gan", count=3, seed=5), GAN)
    desk.draw()
    hanging = desk.hanging(classes=np.array([2, 0, 3]))
    (owl, cat, none) = WallPictures(hanging, range(3))
    assert (owl.class_name, cat.class_name, none.class_name) == ("owl", "cat", "")
    assert owl.request is not None and owl.request.class_name == "" and owl.stem == "gan_seed5_000000_owl"
    assert from_text(owl.note).resolved == {"class": "owl"} and from_text(none.note).resolved == {}


def test_kept_pictures_are_written_too(drawn: Desk, tmp_path: Path) -> None:
    kept = WallPictures(drawn.hanging(), [3, 4])
    for kind in KINDS:
        assert drawn.exports.start_with(kind, tmp_path / "kept", kept, CLASSES)
        drawn.worker.finish()
    assert {p.name for p in tmp_path.iterdir()} == {"kept", "kept.png", "kept.zip", "kept.npz"}
    assert not drawn.exports.start_with("zip", tmp_path / "b", []) and drawn.said[-1] == (words.NOTHING, "info")


# --------------------------------------------------------------------------------------------------------- waiting


@pytest.mark.parametrize("kind", KINDS)
def test_pictures_that_are_not_drawn_are_waited_for(desk: Desk, tmp_path: Path, kind: str) -> None:
    desk.draw(most=1)
    assert desk.start(kind, tmp_path / "wall") and desk.exports.waits
    state = desk.exports.state
    assert state is not None and (state.done, state.total, state.missing, state.waiting) == (16, 40, 24, False)
    assert state.fraction == 0.4 and "24 of 40 pictures are still to be drawn for wall" in state.text
    desk.draw()
    assert desk.exports.state is not None and desk.exports.state.writing and not desk.exports.waits
    desk.worker.finish()
    assert desk.said[-1][1] == "ok"
    if kind == "npz":
        np.testing.assert_array_equal(images_of(tmp_path / "wall.npz"), pictures(5, range(40), ""))


def test_a_stopped_wall_is_drawn_on(desk: Desk, tmp_path: Path) -> None:
    desk.feed.stop()
    desk.start("npz", tmp_path / "a")
    assert desk.feed.running
    desk.feed.stop()
    desk.exports.feed_changed()
    state = desk.exports.state
    assert state is not None and state.waiting and "drawing has stopped" in state.text
    desk.exports.go_on()
    desk.draw()
    desk.worker.finish()
    assert (tmp_path / "a.npz").exists()


def test_what_is_not_drawn_can_be_left_out_and_that_is_said(desk: Desk, tmp_path: Path) -> None:
    desk.start("npz", tmp_path / "a")
    desk.exports.leave_out()
    assert desk.said == [(words.NONE_DRAWN, "info")] and desk.exports.state is not None
    desk.draw(most=1)
    desk.exports.leave_out()
    desk.worker.finish()
    assert desk.said[-1] == ("Saved a.npz: 16 pictures. Without 24 that were not drawn.", "ok")
    assert len(images_of(tmp_path / "a.npz")) == 16


@pytest.mark.parametrize("begun", [0, 1])
def test_a_wall_that_is_no_longer_on_show_is_drawn_for_the_file(desk: Desk, tmp_path: Path, begun: int) -> None:
    desk.draw(most=begun)
    desk.start("npz", tmp_path / "a")
    desk.feed.show(Wall(model="vae", count=7, seed=6), VAE)
    desk.exports.feed_changed()
    assert {job.lane.name for job in desk.dispatcher.open()} == {"gallery.wall", "gallery.export"}
    desk.draw()
    desk.worker.finish()
    np.testing.assert_array_equal(images_of(tmp_path / "a.npz"), pictures(5, range(40), ""))
    assert not desk.dispatcher.open()


def test_pictures_that_other_weights_drew_are_not_put_into_the_file(desk: Desk, tmp_path: Path) -> None:
    """The same wall of the same model is shown, of which another file has come meanwhile."""
    desk.draw(most=1)
    desk.start("npz", tmp_path / "a")
    graphs = {role: replace(graph, sha256="1" * 64) for role, graph in VAE.graphs.items()}
    desk.feed.show(WALL, replace(VAE, graphs=graphs))
    desk.exports.feed_changed()
    while walls := [job for job in desk.dispatcher.open() if job.lane.name == "gallery.wall"]:
        walls[0].finish(images=np.full((walls[0].request.count, 4, 4, 1), 255, np.uint8))
    desk.draw()
    desk.worker.finish()
    assert (desk.feed.images == 255).all() and desk.exports.state is None and desk.said
    assert not any((images_of(path) == 255).all((1, 2, 3)).any() for path in tmp_path.iterdir())


def test_a_wall_that_comes_while_the_file_is_written_changes_nothing_in_it(drawn: Desk, tmp_path: Path) -> None:
    drawn.start("npz", tmp_path / "a")
    drawn.feed.show(Wall(model="vae", count=40, seed=6), VAE)
    drawn.draw()
    drawn.worker.finish()
    np.testing.assert_array_equal(images_of(tmp_path / "a.npz"), pictures(5, range(40), ""))


def test_a_feed_of_its_own_is_stopped_with_the_file(desk: Desk, tmp_path: Path) -> None:
    desk.start("npz", tmp_path / "a")
    desk.feed.show(Wall(model="vae", count=7, seed=6), VAE)
    desk.exports.feed_changed()
    desk.exports.engine_changed("died")
    assert {job.lane.name for job in desk.dispatcher.open()} == {"gallery.wall"}
    desk.exports.engine_changed("ready")
    assert desk.exports.stop() and desk.said[-1] == ("Stopped. a.npz is not written.", "info")
    assert {job.lane.name for job in desk.dispatcher.open()} == {"gallery.wall"}


def test_a_model_that_cannot_draw_is_said(desk: Desk, tmp_path: Path) -> None:
    desk.start("zip", tmp_path / "a")
    desk.dispatcher.open()[0].fail()
    assert desk.said == [("a.zip is not written: It broke. Mend it.", "warn")] and desk.exports.state is None


def test_an_engine_that_starts_again_is_waited_for(desk: Desk, tmp_path: Path) -> None:
    desk.start("npz", tmp_path / "a")
    desk.dispatcher.open()[0].fail("EngineDied")
    desk.feed.engine_changed("died")
    assert desk.exports.state is not None and not desk.said
    desk.feed.engine_changed("ready")
    desk.draw()
    desk.worker.finish()
    assert (tmp_path / "a.npz").exists()


# -------------------------------------------------------------------------------------- stopping, refusing, progress


@pytest.mark.parametrize("kind", KINDS)
def test_a_stop_while_it_is_written_leaves_no_file(drawn: Desk, tmp_path: Path, kind: str) -> None:
    drawn.start(kind, tmp_path / "a")
    assert drawn.exports.stop()
    drawn.worker.finish()
    assert not list(tmp_path.iterdir()) and drawn.exports.state is None
    name = "a" + {"folder": "", "sheet": ".png"}.get(kind, f".{kind}")
    assert drawn.said == [(f"Stopped. {name} is not written.", "info")]


def test_a_stop_that_comes_too_late_says_that_the_file_is_there(drawn: Desk, tmp_path: Path) -> None:
    drawn.start("zip", tmp_path / "a")
    ((work, done),) = drawn.worker.waiting
    written = work()
    drawn.worker.waiting = [(lambda: written, done)]
    drawn.exports.stop()
    drawn.worker.finish()
    assert (tmp_path / "a.zip").exists() and drawn.said == [("Saved a.zip: 40 pictures.", "ok")]


def test_how_far_the_writing_is_is_told_while_it_goes_on(drawn: Desk, tmp_path: Path) -> None:
    drawn.start("zip", tmp_path / "a")
    export: Any = drawn.exports._export
    export.watch(30)
    before = drawn.changes
    drawn.clock.advance(3 * TOLD_MS)
    state = drawn.exports.state
    assert drawn.changes == before + 3 and state is not None
    assert (state.fraction, state.text) == (0.75, "Writing a.zip: 30 of 40 pictures.")
    drawn.worker.finish()
    before = drawn.changes
    drawn.clock.advance(10 * TOLD_MS)
    assert drawn.changes == before, "nothing is told after the end"


def test_one_file_at_a_time(drawn: Desk, tmp_path: Path) -> None:
    drawn.start("zip", tmp_path / "a")
    assert not drawn.start("npz", tmp_path / "b") and "a.zip is still being written" in drawn.said[-1][0]
    assert not drawn.exports.start("zip", tmp_path / "b", drawn.hanging(), [], drawn.feed)
    drawn.worker.finish()
    assert drawn.start("npz", tmp_path / "b")


def test_nothing_to_stop_and_nothing_to_write(drawn: Desk, tmp_path: Path) -> None:
    assert not drawn.exports.stop() and not drawn.start("zip", tmp_path / "a", [])
    assert drawn.said == [(words.NOTHING, "info")]
    drawn.exports.leave_out()
    drawn.exports.go_on()
    drawn.exports.feed_changed()
    assert drawn.exports.state is None


@pytest.mark.parametrize("kind", KINDS)
def test_a_disk_that_refuses_is_said_and_the_next_file_is_written(drawn: Desk, tmp_path: Path, kind: str) -> None:
    drawn.start(kind, tmp_path / "gone" / "a")
    drawn.worker.finish()
    ((said, how),) = drawn.said
    assert "the folder gone is not there any more. Save it in another folder." in said and how == "warn"
    assert drawn.start(kind, tmp_path / "a")
    drawn.worker.finish()
    assert drawn.said[-1][1] == "ok"


def test_a_mistake_of_the_program_s_does_not_block_the_next_file(drawn: Desk, tmp_path: Path) -> None:
    drawn.start("zip", tmp_path / "a")
    ((_, done),) = drawn.worker.waiting

    def wrong() -> bool:
        raise ZeroDivisionError

    drawn.worker.waiting = [(wrong, done)]
    with pytest.raises(ZeroDivisionError):
        drawn.worker.finish()
    assert drawn.exports.state is None


def test_writing_is_on_another_thread_than_this_one(drawn: Desk, tmp_path: Path, monkeypatch: Any) -> None:
    """By a worker of plain threads; what was drawn is not copied for it."""
    seen: list[threading.Thread] = []
    monkeypatch.setattr(outgoing, "write_zip", lambda *_: seen.append(threading.current_thread()))
    drawn.start("zip", tmp_path / "a")
    ((work, _),) = drawn.worker.waiting
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [thread]


# ------------------------------------------------------------------------------------------------- names and copies


@pytest.mark.parametrize(
    ("kind", "typed", "name"),
    [
        ("png", "a", "a.png"),
        ("png", "a.PNG", "a.PNG"),
        ("zip", "a.v2", "a.v2.zip"),
        ("sheet", "a.png", "a.png"),
        ("npz", "a.npz", "a.npz"),
        ("folder", "a.v2", "a.v2"),
    ],
)
def test_a_name_gets_its_ending(kind: str, typed: str, name: str) -> None:
    assert outgoing.as_target(Path(typed), kind).name == name


def test_names_to_begin_with(drawn: Desk) -> None:
    names = [outgoing.file_name(kind, drawn.hanging(), range(40)) for kind in ("png", "sheet", "zip", "npz")]
    stem = "vae_seed5_40-pictures"
    assert names == [stem, f"{stem}_sheet.png", f"{stem}.zip", f"{stem}.npz"]
    assert outgoing.file_name("png", drawn.hanging(), [3]) == "vae_seed5_000003.png"
    assert set(outgoing.KINDS) == set(outgoing.HELP)


def test_one_picture_or_a_sheet_of_several_is_copied(drawn: Desk) -> None:
    one, sheet = outgoing.saved(drawn.hanging(), [4]), outgoing.saved(drawn.hanging(), [4, 2])
    assert from_text(one.note).place == 4 and one.name == "vae_seed5_000004.png" and one.pixels.shape == (4, 4, 1)
    assert wall_of(sheet.note).indices == (4, 2) and sheet.pixels.shape == (6, 11, 1)
    with pytest.raises(RequestError, match="1,025 pictures is too large for the clipboard"):
        outgoing.saved(drawn.hanging(), [0] * 1025)


def test_words_are_whole_sentences() -> None:
    said = [
        words.drawing("a", 3, 9, False),
        words.drawing("a", 1, 1, True),
        words.written("a", 1, 0),
        words.not_drawn("a", Problem("It broke.", "Mend it.")),
    ]
    assert [sentence.split()[0] for sentence in said] == ["3", "The", "Saved", "a"]
    assert all(sentence.endswith(".") for sentence in said)
