"""Work on disk is whole or old, never half, and never overwritten when it cannot be read."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from app.documents.scene import Scene, read_scene, to_text
from app.shell.recovery import Ended, Mark, Recovery, load_older
from engine.errors import FileError

SCENE = Scene(workspaces={"complete": {"model": "m", "seed": 7}})
OTHER = Scene(workspaces={"complete": {"model": "m" * 10_000, "seed": 8}})


def test_a_scene_comes_back(tmp_path: Path) -> None:
    assert Recovery(tmp_path / "new").save(SCENE)
    assert Recovery(tmp_path / "new").load().scene == SCENE
    assert read_scene(tmp_path / "new" / "last.reverie") == SCENE, "it is a scene like any other"


def test_the_same_scene_is_not_written_again(tmp_path: Path) -> None:
    recovery = Recovery(tmp_path)
    assert recovery.save(SCENE)
    assert not recovery.save(Scene(workspaces=dict(SCENE.workspaces)))
    assert recovery.save(OTHER)
    again = Recovery(tmp_path)
    again.load()
    assert not again.save(OTHER), "nor at the next start"


def test_no_file_is_no_scene_and_no_complaint(tmp_path: Path) -> None:
    found = Recovery(tmp_path).load()
    assert found.scene is None and found.problem == ""


LATER = to_text(SCENE).replace('"schema": 1', '"schema": 2').encode()


@pytest.mark.parametrize("content", [b"", b"{", b"[]", LATER, b'{"kind": "reverie scene", "schema": 1}', b"\xff\xfe"])
def test_a_broken_file_is_kept_aside(tmp_path: Path, content: bytes) -> None:
    recovery = Recovery(tmp_path)
    recovery.path.write_bytes(content)
    found = recovery.load()
    assert found.scene is None and "last.reverie.broken-1" in found.problem
    assert (tmp_path / "last.reverie.broken-1").read_bytes() == content
    recovery.path.write_bytes(content)
    recovery.load()
    assert (tmp_path / "last.reverie.broken-2").exists()


def test_a_failure_while_writing_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recovery = Recovery(tmp_path)
    recovery.save(SCENE)

    def crash(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(os, "fsync", crash)
    with pytest.raises(FileError):
        recovery.save(OTHER)
    assert Recovery(tmp_path).load().scene == SCENE
    assert [path.name for path in tmp_path.iterdir()] == ["last.reverie"]


def test_what_a_kill_left_of_a_file_is_swept_away_and_nothing_else(tmp_path: Path) -> None:
    recovery = Recovery(tmp_path)
    recovery.save(SCENE)
    for name in (".reverie-abc123", "other.txt", "last.reverie.broken-1"):
        (tmp_path / name).write_text("half")
    recovery.sweep()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["last.reverie", "last.reverie.broken-1", "other.txt"]


def test_work_from_before_there_were_scenes_is_found(tmp_path: Path) -> None:
    (tmp_path / "complete.json").write_text(json.dumps({"format": 1, "scene": {"model": "m"}}))
    (tmp_path / "latent.json").write_text("{")
    (tmp_path / "gallery.json").write_text(json.dumps({"format": 99, "scene": {}}))
    found = load_older(tmp_path)
    assert found is not None and found.workspaces == {"complete": {"model": "m"}}
    assert (tmp_path / "latent.json").exists() and load_older(tmp_path / "gone") is None


# --- whether the window was closed


def test_a_window_that_was_closed_left_no_mark(tmp_path: Path) -> None:
    mark = Mark(tmp_path / "new")
    assert mark.set() == Ended()
    mark.clear()
    assert Mark(tmp_path / "new").set() == Ended()


def test_a_window_that_was_not_closed_crashed_and_starts_that_died_at_once_are_counted(tmp_path: Path) -> None:
    Mark(tmp_path).set()
    assert Mark(tmp_path).set() == Ended(crashed=True, deaths=1)
    assert Mark(tmp_path).set() == Ended(crashed=True, deaths=2)
    up = Mark(tmp_path)
    up.set()
    up.survive()
    assert Mark(tmp_path).set() == Ended(crashed=True, deaths=0)


def test_a_window_that_did_not_set_the_mark_leaves_it_alone(tmp_path: Path) -> None:
    Mark(tmp_path).set()
    other = Mark(tmp_path)
    other.survive()
    other.clear()
    assert Mark(tmp_path).set() == Ended(crashed=True, deaths=1)


@pytest.mark.parametrize("text", ["", "many", "-3", "9" * 5000, "\xb2"])
def test_an_odd_mark_is_a_crash(tmp_path: Path, text: str) -> None:
    (tmp_path / "running").write_text(text, encoding="utf-8")
    assert Mark(tmp_path).set() == Ended(crashed=True, deaths=0)


def test_where_nothing_can_be_written_there_is_no_mark_and_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    mark = Mark(tmp_path / "file")
    assert mark.set() == Ended()
    mark.survive()
    mark.clear()
