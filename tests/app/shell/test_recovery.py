"""Work on disk is whole or old, never half, and never overwritten when it cannot be read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from app.shell.recovery import Recovery

SCENE = {"model": "m", "seed": 7}


def test_a_scene_comes_back(tmp_path: Path) -> None:
    assert Recovery(tmp_path / "new", "complete").save(SCENE)
    assert Recovery(tmp_path / "new", "complete").load().scene == SCENE


def test_the_same_scene_is_not_written_again(tmp_path: Path) -> None:
    recovery = Recovery(tmp_path, "complete")
    assert recovery.save(SCENE)
    assert not recovery.save(dict(SCENE))
    assert recovery.save(SCENE | {"seed": 8})


def test_no_file_is_no_scene_and_no_complaint(tmp_path: Path) -> None:
    found = Recovery(tmp_path, "complete").load()
    assert found.scene is None and found.problem == ""


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"format": 1}', b'{"format": 99, "scene": {}}', b"\xff\xfe"])
def test_a_broken_file_is_kept_aside(tmp_path: Path, content: bytes) -> None:
    recovery = Recovery(tmp_path, "complete")
    recovery.path.write_bytes(content)
    found = recovery.load()
    assert found.scene is None and "complete.json.broken-1" in found.problem
    assert (tmp_path / "complete.json.broken-1").read_bytes() == content
    recovery.path.write_bytes(content)
    recovery.load()
    assert (tmp_path / "complete.json.broken-2").exists()


def test_a_crash_while_writing_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recovery = Recovery(tmp_path, "complete")
    recovery.save(SCENE)

    def crash(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(os, "fsync", crash)
    with pytest.raises(OSError):
        recovery.save({"model": "n" * 10_000})
    assert Recovery(tmp_path, "complete").load().scene == SCENE
