"""Paths written to files: what holds nothing up, what can be stopped, and what a strip brings back."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.documents.latent_path import gif_bytes
from app.documents.picture_file import read_picture
from app.workspaces.latent import words
from app.workspaces.latent.exporting import Export, Stopped, as_export, export_of
from engine.contracts.events import Partial
from engine.contracts.manifest import Condition
from engine.records.latent_note import from_text
from tests.app.workspaces.latent.conftest import manifest

KINDS = ("png", "gif", "npz")
TOLD = manifest("flat", 2, conditions=(Condition(name="class", names=("cat", "dog")),))


def walked(bench: Any, *places: tuple[float, float]) -> Any:
    """The places are keys of the bench's path."""
    bench.presenter.set_layout("plain")
    bench.presenter.open_drawer("path")
    for place in places or ((1.0, 0.0), (0.0, 1.0), (-1.0, 0.0)):
        bench.drag(place)
        bench.presenter.add_key()
    bench.answer()
    return bench


@pytest.fixture
def path(flat: Any) -> Any:
    return walked(flat)


def decode(bench: Any) -> Any:
    """The engine has answered the newest export."""
    job = bench.dispatcher.of("latent.export")[-1]
    job.finish()
    return job


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_is_made_and_written_by_the_worker(path: Any, tmp_path: Path, kind: str) -> None:
    path.presenter.export(kind, tmp_path / "walk")
    decode(path)
    assert not list(tmp_path.iterdir()) and path.state.writing == 1.0, "not on the GUI thread"
    assert path.worker.finish() == 1
    assert [file.name for file in tmp_path.iterdir()] == [f"walk.{kind}"]
    assert path.state.writing is None and path.state.message == f"Saved walk.{kind}."


def test_how_far_a_file_is_is_shown(path: Any, tmp_path: Path) -> None:
    assert path.state.writing is None
    path.presenter.export("gif", tmp_path / "walk.gif")
    assert path.state.writing == 0.0
    job = path.dispatcher.of("latent.export")[-1]
    nothing = np.zeros((1, 4, 4, 1), np.uint8)
    job.on_event(Partial(job=job.id, images=nothing, drawn=np.ones((4, 4), bool), fraction=0.4, first_row_ms=0.0))
    assert path.state.writing == 0.4


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("verb", ["stop", "sleep"])
@pytest.mark.parametrize("late", [False, True])
def test_a_stopped_file_is_not_written(path: Any, tmp_path: Path, kind: str, verb: str, late: bool) -> None:
    path.presenter.export(kind, tmp_path / "walk")
    if late:
        decode(path)
    getattr(path.presenter, verb)()
    job = path.dispatcher.of("latent.export")[-1]
    assert job.cancelled and path.state.writing is None
    assert path.state.message == f"Stopped. walk.{kind} is not written."
    if not late:
        job.finish()
    path.worker.finish()
    assert not list(tmp_path.iterdir()) and "not written" in path.state.message


def test_what_was_written_before_the_stop_is_said_to_be_there(path: Any, tmp_path: Path) -> None:
    path.presenter.export("png", tmp_path / "walk.png")
    decode(path)
    ((work, done),) = path.worker.waiting
    written = work()
    path.worker.waiting = [(lambda: written, done)]
    path.presenter.stop()
    path.worker.finish()
    assert (tmp_path / "walk.png").exists() and path.state.message == "Saved walk.png."


def test_making_a_film_ends_between_two_pictures() -> None:
    export = Export("gif", Path("walk.gif"), *(None,) * 3)  # type: ignore[arg-type]
    images = np.random.default_rng(1).integers(0, 255, (50, 4, 4, 3), np.uint8)
    taken = []

    class Watched(threading.Event):
        def is_set(self) -> bool:
            taken.append(1)
            return len(taken) > 5

    export.stopped = Watched()
    with pytest.raises(Stopped):
        export.data(images)
    assert len(taken) == 6


def test_a_film_keeps_each_picture_s_own_colours() -> None:
    import io

    from PIL import Image

    images = np.random.default_rng(2).integers(0, 255, (5, 8, 8, 3), np.uint8)
    with Image.open(io.BytesIO(gif_bytes(images, 50, 3))) as film:
        assert film.size == (24, 24) and film.n_frames == 5
        for index, image in enumerate(images):
            film.seek(index)
            seen = np.asarray(film.convert("RGB")).astype(int)
            assert np.abs(seen - image.repeat(3, axis=0).repeat(3, axis=1)).max() == 0, "64 colours need no choosing"


@pytest.mark.parametrize("typed", ["walk", "walk.png", "walk.PNG", "walk.v2"])
def test_the_message_names_the_file_that_is_there(path: Any, tmp_path: Path, typed: str) -> None:
    path.presenter.export("png", tmp_path / typed)
    path.answer()
    name = typed if typed.lower().endswith(".png") else f"{typed}.png"
    assert as_export(Path(typed), "png").name == name
    assert (tmp_path / name).exists() and path.state.message == f"Saved {name}."


def test_a_strip_brings_back_its_class_its_keys_and_how_one_walked(fresh: Any, tmp_path: Path) -> None:
    bench = walked(fresh(TOLD))
    bench.presenter.set_parameter("class_name", "dog")
    bench.presenter.set_path_kind("lerp")
    bench.presenter.set_path_loop(True)
    keys = bench.presenter._desk.now.path.keys
    bench.presenter.export("png", tmp_path / "strip.png")
    bench.answer()
    picture = read_picture(tmp_path / "strip.png")
    assert from_text(str(picture.note)).parameters["class_name"] == "dog"
    again = fresh(TOLD)
    again.presenter.open_picture(picture.rgba, picture.note)
    again.answer()
    now = again.presenter._desk.now
    np.testing.assert_allclose(np.stack(now.path.keys), np.stack(keys), atol=1e-6)
    assert (now.path.kind, now.path.loop, now.class_name) == ("lerp", True, "dog")
    np.testing.assert_allclose(now.z, [1, 0], atol=1e-6)
    assert again.state.drawer == "path" and again.state.message == words.RESTORED_PATH
    again.presenter.undo()
    assert not again.presenter._desk.now.path.keys


def test_an_export_asks_for_all_that_the_point_is_decoded_with(fresh: Any) -> None:
    bench = walked(fresh(TOLD))
    bench.presenter.set_parameter("class_name", "dog")
    export = export_of(bench.presenter._desk, "gif", Path("walk"))
    assert export.request.class_name == "dog" and export.record.parameters == bench.presenter._desk.now.parameters
