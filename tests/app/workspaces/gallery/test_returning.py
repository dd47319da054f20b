"""The note of a walk's strip hangs the wall that the walk began on and unfolds the walk; pictures and sheets do as
before."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.documents.picture_file import Picture
from app.documents.wall import MAX_WALL, Wall
from app.documents.wall_note import sheet_note
from app.workspaces.gallery import replaying_words as words
from app.workspaces.gallery.plan import COUNTS, ONE, TURN
from app.workspaces.gallery.replaying import LANE
from app.workspaces.gallery.returning import Returned, is_of_gallery, returned
from app.workspaces.gallery.walks_plan import TITLES
from engine.contracts.requests import DecodeLatents, SampleImages
from engine.errors import FileError, ModelNotFound
from engine.records.provenance import pixels_sha256
from engine.records.walk_note import WalkNote, to_text
from tests.app.workspaces.gallery.conftest import GAN, VAE, Bench, FakeJob, pictures
from tests.app.workspaces.gallery.test_replaying import MODELS, dropped, note_of, saved

Z = np.array([[1, 2, 0], [3, 4, 0], [5, 6, 0]], np.float32)


def walk_note(walk: str = "path", sha256: str = "", **changes: Any) -> str:
    """A walk of three points from picture 300 of seed 9."""
    fields: dict[str, Any] = {"model": "gan", "count": 1, "first": 300, "seed": 9, "temperature": 0.5}
    request = SampleImages(**(fields | {"truncation": 2.0} | changes))
    return to_text(WalkNote(request=request, walk=walk, z=Z, class_names=("dog",) * 3, sha256=sha256))


def hung(found: Returned) -> tuple[Any, ...]:
    """The wall, and what is chosen on it."""
    plan = found.plan
    return (plan.model, plan.seed, plan.count, plan.arrangement, plan.class_name, found.index)


@pytest.mark.parametrize("kind", list(TITLES))
def test_a_strip_brings_back_the_wall_that_its_walk_began_on(kind: str) -> None:
    text = walk_note(kind)
    found = returned(text, MODELS)
    assert is_of_gallery(text) and (found.walk, found.text) == (kind, words.WALK)
    assert hung(found) == ("gan", 9, 1000, TURN, "", 300)
    assert (found.plan.temperature, found.plan.truncation, found.indices) == (0.5, 2.0, ())
    again = found.plan.wall(GAN).request(found.index)
    assert (again.first, again.count, again.class_name, again.seed) == (300, 1, "", 9)


def test_a_walk_from_a_wall_of_one_class_brings_that_back() -> None:
    found = returned(walk_note(class_name="dog", first=99), MODELS)
    assert hung(found) == ("gan", 9, 100, ONE, "dog", 99)


@pytest.mark.parametrize(
    "changes", [{"first": MAX_WALL}, {"orientation": "rotate_180"}, {"class_name": "yak"}, {"first": 2**32 - 1}]
)
def test_a_walk_that_began_at_a_picture_on_no_wall_says_so(changes: dict[str, Any]) -> None:
    found = returned(walk_note(**changes), MODELS)
    assert (found.index, found.text, found.walk) == (-1, words.OFF_THE_WALL, "path") and found.plan.count in COUNTS


def test_pictures_and_sheets_come_back_without_a_walk() -> None:
    picture, sheet = returned(note_of(), MODELS), returned(note_of(first=90, count=16), MODELS)
    wall = returned(sheet_note(Wall(model="gan", count=100, seed=3), [4, 2], {}), MODELS)
    assert [found.walk for found in (picture, sheet, wall)] == ["", "", ""]
    assert (picture.index, picture.text) == (300, words.WALL)
    assert (sheet.indices, sheet.index, sheet.text) == (tuple(range(90, 106)), -1, words.SHEET)
    assert (wall.indices, wall.index, wall.plan.seed) == ((4, 2), -1, 3)


def test_without_its_model_no_wall_comes_back() -> None:
    with pytest.raises(ModelNotFound, match="gan, which is not installed"):
        returned(walk_note(), (VAE,))


@pytest.mark.parametrize("broken", ["format", "model", "parameters", "z"])
def test_a_damaged_note_hangs_nothing(broken: str) -> None:
    values = json.loads(walk_note())
    del values[broken]
    with pytest.raises(FileError):
        returned(json.dumps(values, separators=(",", ":")), MODELS)


# ------------------------------------------------------------------------------------------------- in the workspace


def strip(kind: str = "path") -> Picture:
    """A strip as it lies in its file."""
    request = DecodeLatents(model="gan", z=Z, class_names=("dog",) * 3)
    images = FakeJob(1, request, LANE, lambda _: None)._decoded()["images"]
    grey = np.concatenate(list(images), axis=1)
    rgba = np.concatenate([np.repeat(grey, 3, axis=2), np.full((4, 12, 1), 255, np.uint8)], axis=2)
    return Picture(rgba, walk_note(kind, sha256=pixels_sha256(images)))


def test_a_dropped_strip_hangs_its_wall_unfolds_its_walk_and_is_compared(bench: Bench) -> None:
    bench.presenter.open_page("kept")
    found = dropped(bench, strip("classes"))
    assert (found.walk, found.index) == ("classes", 300)
    assert (bench.state.page, bench.state.drawer, bench.state.model, bench.state.plan.seed) == (
        "wall",
        "walks",
        "gan",
        9,
    )
    assert bench.state.message == words.WALK and bench.state.replay is not None and bench.state.replay.running
    bench.answer()
    assert bench.state.replay is not None and bench.state.replay.title == words.IDENTICAL
    assert bench.places()[300] == 300


def drawn_strip() -> Picture:
    """Of a model without a latent space: the first picture of seed 9 at three temperatures."""
    start = SampleImages(model="pixels", count=1, first=30, seed=9)
    draws = tuple(replace(start, temperature=temperature) for temperature in (0.0, 1.0, 2.0))
    images = np.concatenate([pictures(9, range(30, 31), "")] * 3)
    noted = WalkNote(request=start, walk="temperature", draws=draws, sha256=pixels_sha256(images))
    grey = np.concatenate(list(images), axis=1)
    return Picture(np.dstack([grey, grey, grey, np.full((4, 12), 255, np.uint8)]), to_text(noted))


def test_a_dropped_strip_of_a_temperature_walk_is_drawn_again_picture_by_picture(bench: Bench) -> None:
    found = dropped(bench, drawn_strip())
    assert (found.walk, found.index, found.text) == ("temperature", 30, words.WALK)
    assert (bench.state.drawer, bench.state.model, bench.state.plan.seed) == ("walks", "pixels", 9)
    asked = []
    while replays := [job for job in bench.dispatcher.open() if job.lane == LANE]:
        assert len(replays) == 1 and bench.state.replay is not None and bench.state.replay.running
        asked.append(replays[0].request.temperature)
        replays[0].finish()
    assert asked == [0.0, 1.0, 2.0]
    assert bench.state.replay is not None and bench.state.replay.title == words.IDENTICAL


def test_a_strip_that_is_drawn_again_can_be_stopped_between_two_pictures(bench: Bench) -> None:
    dropped(bench, drawn_strip())
    (first,) = (job for job in bench.dispatcher.open() if job.lane == LANE)
    first.finish()
    (second,) = (job for job in bench.dispatcher.open() if job.lane == LANE)
    bench.presenter.stop()
    assert second.cancelled and not [job for job in bench.dispatcher.open() if job.lane == LANE]
    assert bench.state.replay is not None and bench.state.replay.title == words.NOT_CHECKED


def test_a_strip_that_was_painted_over_is_found_out(bench: Bench) -> None:
    picture = strip()
    rgba = picture.rgba.copy()
    rgba[2, 2, :3] = 99
    dropped(bench, Picture(rgba, picture.note))
    bench.answer()
    assert bench.state.replay is not None and bench.state.replay.title == words.DIFFERENT
    assert (
        "1 of 48 pixels differ" in bench.state.replay.text and "changed after it was saved" in bench.state.replay.text
    )


def test_a_dropped_picture_unfolds_no_drawer(bench: Bench, tmp_path: Path) -> None:
    dropped(bench, saved(tmp_path))
    assert bench.state.drawer == "" and bench.state.message == words.WALL
