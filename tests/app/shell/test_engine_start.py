"""The engine is on its way before the window's own parts are imported."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

import engine
from app import paths
from app.documents.picture_fit import fit_picture
from app.shell import engine_start
from app.shell.examples import read_examples
from app.workspaces.complete.completing_lane import completion_request
from app.workspaces.complete.desk import new_desk
from engine.contracts.requests import LoadModel


class Process:
    """An engine process that is never there."""

    def __init__(self, folders: Any, on_state: Callable[[str], None], log_path: Path) -> None:
        self.folders, self.asked = folders, []
        on_state("starting")

    def submit(self, request: Any, lane: Any, on_event: Any) -> None:
        self.asked.append(request)


@pytest.mark.parametrize(("model", "asked"), [("", []), ("toy", [LoadModel(model="toy")])])
def test_the_model_of_the_first_frame_is_opened_ahead(
    monkeypatch: pytest.MonkeyPatch, qtbot: QtBot, model: str, asked: list[LoadModel]
) -> None:
    monkeypatch.setattr(engine_start, "EngineProcess", Process)
    running = engine_start.start_engine(model)
    assert running.dispatcher.engine is running.process
    assert running.process.asked == asked  # type: ignore[attr-defined]


def test_an_untouched_example_is_completed_ahead_as_the_window_will_ask(
    monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    monkeypatch.setattr(engine_start, "EngineProcess", Process)
    example = next(e for e in read_examples(paths.assets() / "examples") if "portraits-gated-pixelcnn" in e.models)
    process: Any = engine_start.start_engine("portraits-gated-pixelcnn", example.path).process
    _, ahead = process.asked
    (manifest,) = (m for m in engine.installed_models([paths.shipped_models()]) if m.id == ahead.model)
    later = completion_request(new_desk(manifest, fit_picture(example.read(), manifest.image)))
    np.testing.assert_array_equal(ahead.observed, later.observed)
    np.testing.assert_array_equal(ahead.pixels[ahead.observed], later.pixels[later.observed])
    for field in dataclasses.fields(later):
        if field.name not in ("pixels", "observed"):
            assert getattr(ahead, field.name) == getattr(later, field.name), field.name


@pytest.mark.parametrize(("grey", "channels"), [(True, 1), (False, 3)])
def test_a_grey_example_is_asked_for_in_one_channel(
    monkeypatch: pytest.MonkeyPatch, qtbot: QtBot, tmp_path: Path, grey: bool, channels: int
) -> None:
    monkeypatch.setattr(engine_start, "EngineProcess", Process)
    picture = QImage(3, 2, QImage.Format.Format_RGBA8888)
    picture.fill(QColor(9, 9, 9) if grey else QColor(9, 9, 8))
    picture.setPixelColor(1, 1, QColor(0, 0, 0, 0))
    picture.save(str(tmp_path / "picture.png"))
    process: Any = engine_start.start_engine("toy", tmp_path / "picture.png").process
    assert process.asked[1].pixels.shape == (2, 3, channels)
    assert process.asked[1].observed.tolist() == [[True, True, True], [True, False, True]]
    process = engine_start.start_engine("toy", tmp_path / "nowhere.png").process
    assert process.asked == [LoadModel(model="toy")]


def test_what_it_tells_waits_for_those_who_listen_later(monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> None:
    monkeypatch.setattr(engine_start, "EngineProcess", Process)
    running = engine_start.start_engine()
    with qtbot.waitSignal(running.dispatcher.state_changed) as told:
        pass
    assert told.args == ["starting"]


def test_it_imports_little(project: Path) -> None:
    code = "import sys, app.shell.engine_start\n"
    code += "print([m for m in sys.modules if m.startswith(('app.workspaces', 'app.widgets', 'onnxruntime', 'PIL'))])"
    done = subprocess.run([sys.executable, "-c", code], cwd=project, capture_output=True, text=True, timeout=120)
    assert done.stdout.strip() == "[]", done.stdout + done.stderr
