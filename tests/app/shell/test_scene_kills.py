"""A program that is killed while it saves its scene leaves one that can be read.

`python tests/tools/scene_kills.py` kills 200 times and prints the figures; here are a few kills, and the proof that
those who look after the child would see harm.
"""

from __future__ import annotations

import importlib.util
import random
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from app.shell.last_picture import last_picture
from app.shell.recovery import Recovery
from engine.records.png_file import encode_png

TOOL = Path(__file__).resolve().parents[2] / "tools" / "scene_kills.py"


@pytest.fixture
def kills(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The tool as a module."""
    spec = importlib.util.spec_from_file_location("scene_kills", TOOL)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, module)
    spec.loader.exec_module(module)
    return module


@pytest.mark.slow
def test_ten_kills(kills: ModuleType, tmp_path: Path) -> None:
    figures = kills.measure(tmp_path, 10, kills.EVERY_S, seed=1)
    assert (figures.kills, figures.unreadable) == (10, 0), str(figures)
    assert figures.saved > 0, "the children did nothing"


def torn(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def mixed(path: Path) -> None:
    path.write_text(path.read_text().replace('"number": 7', '"number": 6', 1))


@pytest.mark.parametrize(("harm", "name"), [(torn, "scene"), (mixed, "scene"), (torn, "picture"), (None, "")])
def test_harm_is_found_out(kills: ModuleType, tmp_path: Path, harm: Callable[[Path], None] | None, name: str) -> None:
    recovery = Recovery(tmp_path / "recovery")
    recovery.save(kills.scene(7, 12.5))
    picture = last_picture(tmp_path, "complete")
    picture.write_bytes(encode_png(kills.outline(7)))
    if harm is not None:
        harm({"scene": recovery.path, "picture": picture}[name])
    assert kills.found_in(tmp_path) == (None if harm is not None else (7, 12.5))


@pytest.mark.parametrize(("number", "good"), [(7, True), (4, True), (8, False)])
def test_the_picture_may_be_of_an_earlier_scene_and_of_none_else(
    kills: ModuleType, tmp_path: Path, number: int, good: bool
) -> None:
    Recovery(tmp_path / "recovery").save(kills.scene(7, 12.5))
    last_picture(tmp_path, "complete").write_bytes(encode_png(kills.outline(number)))
    assert (kills.found_in(tmp_path) is not None) == good


def test_how_old_the_scene_is_is_what_was_lost(
    kills: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Child:
        """One that opened at 100 s, saved at 110 and was killed at 150."""

        returncode = -9
        stdout: Any = None

        def __init__(self, *_: Any, **__: Any) -> None:
            self.stdout = self
            Recovery(tmp_path / "recovery").save(kills.scene(3, 110.0))

        def __enter__(self) -> Child:
            return self

        def __exit__(self, *_: Any) -> None: ...
        def readline(self) -> str:
            return "open 100.0\n"

        def send_signal(self, _: int) -> None: ...
        def wait(self) -> None: ...

    monkeypatch.setattr(kills.subprocess, "Popen", Child)
    monkeypatch.setattr(kills.time, "sleep", lambda _: None)
    monkeypatch.setattr(kills.time, "monotonic", lambda: 150.0)
    figures = kills.Figures()
    assert kills.kill_one(tmp_path, 28.0, random.Random(0), figures)
    assert figures.lost_s == 40.0 and figures.saved == 3
