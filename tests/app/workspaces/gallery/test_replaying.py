"""A saved picture that is dropped: made again and compared, or opened as the plain picture that it is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.documents.picture_file import Picture, decode_picture, read_picture
from app.documents.wall import Wall
from app.documents.wall_note import WallNote, sheet_note
from app.documents.wall_note import to_text as wall_to_text
from app.documents.wall_pictures import Hanging, WallPictures
from app.workspaces.gallery import replaying_words as words
from app.workspaces.gallery.plan import COUNTS, ONE, ROWS, TURN
from app.workspaces.gallery.replaying import Replaying, ReplayState, difference
from app.workspaces.gallery.returning import is_of_gallery, returned
from engine.contracts.events import Loaded
from engine.contracts.requests import SampleImages
from engine.errors import FileError, ModelNotFound
from engine.records.picture_files import picture_png, write_picture
from engine.records.sample_note import SampleNote, to_text
from tests.app.workspaces.gallery.conftest import CLASSES, GAN, VAE, Bench, FakeDispatcher, pictures

WALL = Wall(model="vae", count=400, seed=5)
MODELS = (VAE, GAN)


class Desk:
    def __init__(self) -> None:
        self.dispatcher = FakeDispatcher()
        self.shown: list[ReplayState | None] = []
        self.replays = Replaying(self.dispatcher, lambda: self.shown.append(self.replays.state))

    @property
    def state(self) -> ReplayState:
        assert self.replays.state is not None and self.shown[-1] is self.replays.state
        return self.replays.state

    def check(self, picture: Picture, models: Any = MODELS) -> bool:
        return self.replays.check(picture.rgba, str(picture.note), models)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def saved(tmp_path: Path, place: int = 300, magnification: int = 1) -> Picture:
    """A picture of the wall, by way of a file."""
    hanging = Hanging(wall=WALL, manifest=VAE, images=pictures(5, range(400), ""))
    write_picture(tmp_path / "a.png", WallPictures(hanging, [place])[0], magnification)
    return read_picture(tmp_path / "a.png")


@pytest.mark.parametrize("magnification", [1, 7])
def test_a_picture_that_is_made_again_is_said_to_be_the_same(desk: Desk, tmp_path: Path, magnification: int) -> None:
    assert desk.check(saved(tmp_path, magnification=magnification))
    assert desk.state.running and desk.state.title == words.CHECKING and desk.state.picture.shape[2] == 3
    (job,) = desk.dispatcher.open()
    assert (job.request.first, job.request.count, job.request.seed) == (300, 1, 5)
    job.finish()
    assert (desk.state.title, desk.state.kind, desk.state.running) == (words.IDENTICAL, "ok", False)
    assert desk.state.difference is None and desk.state.saved is not None and desk.state.again is not None
    np.testing.assert_array_equal(desk.state.saved, desk.state.again)


def test_what_differs_is_counted_and_shown(desk: Desk, tmp_path: Path) -> None:
    desk.check(saved(tmp_path))
    made = pictures(5, range(300, 301), "")
    made[0, 2, 3], made[0, 3, 3] = 200, 50
    desk.dispatcher.open()[0].finish(images=made)
    state = desk.state
    assert (state.title, state.kind) == (words.DIFFERENT, "warn")
    assert state.text.startswith("2 of 16 pixels differ, by up to 200 of 255")
    assert state.difference is not None and state.difference[2, 3, 0] == 255 and state.difference[3, 3, 0] == 64
    assert np.count_nonzero(state.difference) == 2


def test_another_model_file_and_another_machine_are_named(desk: Desk, tmp_path: Path) -> None:
    picture = saved(tmp_path)
    note = json.loads(str(picture.note))
    note["digests"]["decoder"], note["made_with"]["machine"] = "1" * 64, "an abacus"
    desk.replays.check(picture.rgba, json.dumps(note, separators=(",", ":")), MODELS)
    made = pictures(5, range(300, 301), "")
    made[0, 3, 3] = 9
    desk.dispatcher.open()[0].finish(images=made)
    assert "decoder" in desk.state.text and "abacus" in desk.state.text


def test_pixels_that_were_painted_over_are_told_from_a_model_that_draws_otherwise(desk: Desk, tmp_path: Path) -> None:
    picture = saved(tmp_path)
    rgba = picture.rgba.copy()
    rgba[3, 3, :3] = 77
    desk.replays.check(rgba, str(picture.note), MODELS)
    desk.dispatcher.open()[0].finish()
    assert "the file's pixels were changed after it was saved" in desk.state.text


def test_a_model_that_is_not_installed_leaves_a_plain_picture(desk: Desk, tmp_path: Path) -> None:
    assert not desk.check(saved(tmp_path), (GAN,))
    assert not desk.dispatcher.jobs and desk.state.title == words.PLAIN and desk.state.kind == "warn"
    assert desk.state.text == (
        "The picture was made with vae, which is not installed. It was opened as a plain picture. "
        "Open the folder of that model, then drop the picture again."
    )


@pytest.mark.parametrize(
    "note",
    [
        "",
        "{",
        "[]",
        '{"request":"SampleImages"}',
        '{"format":2,"request":"SampleImages","model":"vae"}',
        '{"format":1,"request":"SampleImages","model":"vae","parameters":{"seed":NaN},"place":0}',
        '{"format":1,"request":"SampleImages","model":"vae","parameters":{"seed":1e400},"place":0}',
        '{"format":1,"request":"SampleImages","model":"vae","parameters":{"first":-1},"place":-1}',
        '{"format":1,"request":"SampleImages","model":["vae"],"parameters":{},"place":0}',
        '{"format":1,"request":"SampleImages","model":"vae","parameters":{"hue":3},"place":0}',
        "[" * 100_000,
        "x" * 5_000_000,
    ],
)
def test_a_note_that_is_damaged_or_newer_leaves_a_plain_picture(desk: Desk, note: str) -> None:
    rgba = np.full((4, 4, 4), 255, np.uint8)
    assert not desk.replays.check(rgba, note, MODELS)
    assert desk.state.text.startswith("The picture's Reverie note is") and not desk.dispatcher.jobs
    assert desk.state.text.endswith("It was opened as a plain picture.")
    with pytest.raises(FileError):
        returned(note, MODELS)


def test_a_picture_of_another_size_than_its_note_is_a_plain_picture(desk: Desk, tmp_path: Path) -> None:
    note = str(saved(tmp_path).note)
    assert desk.replays.check(np.full((9, 5, 4), 255, np.uint8), note, MODELS)
    desk.dispatcher.open()[0].finish()
    assert desk.state.title == words.PLAIN and "another size" in desk.state.text


def test_a_transparent_picture_is_shown_on_white(desk: Desk) -> None:
    desk.replays.show_plain(np.zeros((2, 2, 4), np.uint8), "Why.")
    assert (desk.state.picture == 255).all() and desk.state.text == "Why."


@pytest.mark.parametrize("end", ["fail", "nothing"])
def test_an_engine_that_fails_is_asked_again(desk: Desk, tmp_path: Path, end: str) -> None:
    desk.check(saved(tmp_path))
    job = desk.dispatcher.open()[0]
    if end == "fail":
        job.fail("EngineDied", "The engine stopped.", "Try again.")
        assert desk.state.text.endswith("was not checked. The engine stopped. Try again.")
    else:
        job.ended = True
        from engine.contracts.events import Finished

        job.on_event(Finished(job=job.id, answer=Loaded(model="vae", milliseconds=1.0)))
        assert desk.state.text == words.NO_PICTURES
    assert desk.state.title == words.NOT_CHECKED and not desk.state.running
    desk.replays.retry()
    desk.dispatcher.open()[0].finish()
    assert desk.state.title == words.IDENTICAL


def test_a_newer_picture_takes_the_place_of_the_one_before(desk: Desk, tmp_path: Path) -> None:
    desk.check(saved(tmp_path, 1))
    desk.check(saved(tmp_path, 2))
    first, second = desk.dispatcher.jobs
    assert first.cancelled and not second.cancelled
    first.finish()
    assert desk.state.running
    second.finish()
    assert desk.state.title == words.IDENTICAL


def test_a_check_can_be_stopped_and_its_report_closed(desk: Desk, tmp_path: Path) -> None:
    assert not desk.replays.stop()
    desk.check(saved(tmp_path))
    assert desk.replays.stop() and desk.dispatcher.jobs[0].cancelled and desk.state.text == words.STOPPED
    desk.dispatcher.jobs[0].be_cancelled()
    desk.replays.dismiss()
    assert desk.replays.state is None and desk.shown[-1] is None
    desk.replays.retry()
    assert len(desk.dispatcher.jobs) == 1


def test_an_engine_that_cancels_is_said_to_have_stopped(desk: Desk, tmp_path: Path) -> None:
    desk.check(saved(tmp_path))
    desk.dispatcher.jobs[0].be_cancelled()
    assert desk.state.title == words.NOT_CHECKED and not desk.state.running


def test_differences_are_stretched_to_white() -> None:
    black, grey = np.zeros((2, 2, 3), np.uint8), np.full((2, 2, 3), 5, np.uint8)
    assert (difference(black, grey) == 255).all() and (difference(grey, grey) == 0).all()


# -------------------------------------------------------------------------------------------- the wall comes back


def note_of(**changes: Any) -> str:
    fields: dict[str, Any] = {
        "model": "gan",
        "count": 1,
        "first": 300,
        "seed": 9,
        "temperature": 0.5,
        "truncation": 2.0,
    }
    request = SampleImages(**(fields | changes))
    return to_text(SampleNote(request=request, place=request.first))


def test_a_picture_brings_back_the_wall_that_it_hung_on() -> None:
    found = returned(note_of(), MODELS)
    plan = found.plan
    assert (plan.model, plan.seed, plan.temperature, plan.truncation) == ("gan", 9, 0.5, 2.0)
    assert (plan.count, plan.arrangement, found.index) == (1000, TURN, 300) and found.text == words.WALL
    wall = plan.wall(GAN)
    again = wall.request(found.index)
    assert (again.first, again.class_name, again.truncation) == (300, "", 2.0)


def test_a_picture_of_one_class_brings_back_a_wall_of_it() -> None:
    found = returned(note_of(class_name="dog", first=99), MODELS)
    assert (found.plan.arrangement, found.plan.class_name, found.plan.count, found.index) == (ONE, "dog", 100, 99)
    gone = returned(note_of(class_name="yak"), MODELS)
    assert (gone.plan.arrangement, gone.index, gone.text) == (TURN, -1, words.OFF_THE_WALL)


@pytest.mark.parametrize("changes", [{"first": 10_000}, {"orientation": "rotate_180"}])
def test_a_picture_that_hangs_on_no_wall_is_said_to(changes: dict[str, Any]) -> None:
    found = returned(note_of(**changes), MODELS)
    assert found.index == -1 and found.text == words.OFF_THE_WALL and found.plan.count in COUNTS


def test_a_sheet_of_one_request_brings_its_pictures() -> None:
    found = returned(note_of(first=90, count=16), MODELS)
    assert found.indices == tuple(range(90, 106)) and found.index == -1 and found.plan.count == 256


def test_a_sheet_of_a_wall_brings_it_back_with_what_was_on_it() -> None:
    wall = Wall(model="gan", count=100, seed=3, rows=CLASSES)
    text = sheet_note(wall, [0, 40, 70], {"generator": "0" * 64})
    found = returned(text, MODELS)
    assert is_of_gallery(text) and found.plan.arrangement == ROWS and found.plan.wall(GAN) == wall
    assert found.indices == (0, 40, 70) and found.text == words.SHEET
    wider = returned(sheet_note(Wall(model="gan", count=30, rows=CLASSES), [0, 10, 21], {}), MODELS)
    assert wider.plan.wall(GAN).each == 33 and wider.indices == (0, 33, 67)


def test_a_sheet_of_another_model_file_says_so() -> None:
    text = wall_to_text(WallNote(wall=Wall(model="gan"), digests={"generator": "1" * 64}))
    assert returned(text, MODELS).text == f"{words.SHEET} {words.OTHER_WEIGHTS}"
    other_rows = returned(sheet_note(Wall(model="gan", count=9, rows=("x", "y", "z")), [1], {}), MODELS)
    assert other_rows.plan.arrangement == TURN and other_rows.indices == ()


@pytest.mark.parametrize("text", [note_of(model="gone"), sheet_note(Wall(model="gone"), [1], {})])
def test_without_its_model_no_wall_comes_back(text: str) -> None:
    with pytest.raises(ModelNotFound) as missing:
        returned(text, MODELS)
    assert "gone, which is not installed" in missing.value.problem and missing.value.remedy


def test_notes_of_others_are_not_the_gallery_s() -> None:
    plain = decode_picture(picture_png(np.zeros((4, 4, 1), np.uint8), ""))
    assert not any(map(is_of_gallery, (None, "", plain.note, '{"request":"CompleteImage"}')))


# ------------------------------------------------------------------------------------------------- in the workspace


def dropped(bench: Bench, picture: Picture) -> Any:
    return bench.presenter.open_picture(picture.rgba, picture.note)


def test_a_dropped_picture_hangs_its_wall_and_is_compared(bench: Bench, tmp_path: Path) -> None:
    bench.presenter.set_parameter("seed", 77)
    found = dropped(bench, saved(tmp_path, 300))
    assert found.index == 300 and bench.state.plan.seed == 5 and bench.state.plan.count == 1000
    assert bench.state.replay is not None and bench.state.replay.running
    bench.answer()
    assert bench.state.replay.title == words.IDENTICAL and bench.places()[300] == 300
    bench.presenter.close_report()
    assert bench.state.replay is None
    bench.presenter.undo()
    assert bench.state.plan.seed == 77


def test_a_dropped_sheet_hangs_its_wall_and_asks_for_nothing_else(bench: Bench) -> None:
    found = dropped(bench, Picture(np.zeros((4, 4, 4), np.uint8), sheet_note(Wall(model="gan", seed=3), [4, 2], {})))
    assert found.indices == (4, 2) and bench.state.model == "gan" and bench.state.replay is None
    assert bench.state.message == words.SHEET


@pytest.mark.parametrize("note", [None, "{", '{"request":"SampleImages"', note_of(model="gone")])
def test_what_cannot_be_brought_back_is_shown_plain_and_the_wall_stays(bench: Bench, note: str | None) -> None:
    before = bench.state.plan
    assert dropped(bench, Picture(np.zeros((4, 4, 4), np.uint8), note)) is None
    replay = bench.state.replay
    assert replay is not None and (replay.title, replay.kind) == (words.PLAIN, "warn") and replay.text
    assert bench.state.plan == before and not bench.dispatcher.open("SampleImages")


def test_stopping_stops_a_check(bench: Bench, tmp_path: Path) -> None:
    dropped(bench, saved(tmp_path, 300))
    bench.presenter.stop()
    assert bench.state.replay is not None and bench.state.replay.text == words.STOPPED
    bench.presenter.check_again()
    bench.answer()
    assert bench.state.replay.title == words.IDENTICAL


def test_a_check_holds_up_nothing_that_answers_a_hand(bench: Bench, tmp_path: Path) -> None:
    dropped(bench, saved(tmp_path, 300))
    (job,) = [job for job in bench.dispatcher.open() if job.lane.name == "gallery.replay"]
    assert not job.lane.interactive


def test_a_check_is_something_that_escape_stops(bench: Bench, tmp_path: Path) -> None:
    assert not bench.state.busy
    dropped(bench, saved(tmp_path, 100))
    while walls := [job for job in bench.dispatcher.open() if job.lane.name == "gallery.wall"]:
        walls[0].finish()
    assert bench.state.progress is None and bench.state.busy, "the wall is there, the picture is not made again yet"
    bench.presenter.stop()
    assert not bench.state.busy and bench.state.replay is not None and bench.state.replay.text == words.STOPPED
    bench.presenter.check_again()
    assert bench.state.busy
    bench.answer()
    assert not bench.state.busy and bench.state.replay.title == words.IDENTICAL


def test_a_check_is_stopped_when_another_workspace_comes_to_the_front(bench: Bench, tmp_path: Path) -> None:
    dropped(bench, saved(tmp_path, 300))
    bench.presenter.sleep()
    assert not bench.dispatcher.open()
    assert bench.state.replay is not None and bench.state.replay.text == words.STOPPED
    bench.presenter.wake()
    bench.presenter.check_again()
    bench.answer()
    assert bench.state.replay.title == words.IDENTICAL
