"""The engine is on its way before the window's own parts are imported."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from app.shell import engine_start
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
