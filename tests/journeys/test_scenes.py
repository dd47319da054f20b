"""A scene leaves one window and opens in another; a kill takes half a minute at most."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QFileDialog

from app import paths
from app.documents.scene import read_scene
from app.shell.recovery import MOST_DEATHS
from tests.journeys.conftest import DIGITS, PORTRAITS, Opens, Person

pytestmark = pytest.mark.journey


def drop(person: Person, path: Path) -> None:
    """Drop a file on the window."""
    content = QMimeData()
    content.setUrls([QUrl.fromLocalFile(str(path))])
    at, copy = QPointF(700, 400), Qt.DropAction.CopyAction
    event = QDropEvent(at, copy, content, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    person.frame.dropEvent(event)


def test_a_scene_opens_in_another_home_with_all_workspaces_as_they_were(
    person: Person, opens: Opens, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = person.session.window
    person.does("tool-forget")
    person.drag((2.5, 1.5), (8.5, 1.5))
    person.view.inspector.parameters.value_changed.emit("temperature", 0.5, True)
    person.sees_completions()
    document, images = person.state.document, person.state.images
    person.does("show-gallery")
    window.view.presenter.set_parameter("seed", 4711)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "all"), ""))
    person.does("save-scene")
    scene = read_scene(tmp_path / "all.reverie")
    assert scene.front == "gallery" and PORTRAITS in scene.models
    assert window.actions_table.recent.actions()[0].text() == "all.reverie"
    person.closes()

    monkeypatch.setenv("REVERIE_HOME", str(tmp_path / "another home"))
    other = opens()
    other.sees_completions()
    other.session.window.choose_model(DIGITS)
    other.does("clear")
    drop(other, tmp_path / "all.reverie")
    assert other.session.window.current == "gallery"
    assert other.session.window.view.state.plan.seed == 4711
    other.does("show-complete")
    other.sees_completions()
    assert other.state.model == PORTRAITS and other.state.document.same_as(document)
    np.testing.assert_array_equal(other.state.images, images)

    other.does("undo")
    assert other.state.model == DIGITS and other.state.document.is_blank, "opening it was a step like any other"
    assert other.session.window.action("redo").isEnabled() and not other.session.window.action("undo").isEnabled()
    other.does("redo")
    assert other.state.model == PORTRAITS and other.state.document.same_as(document)
    other.does("show-complete")
    other.does("clear")
    other.does("undo")
    assert other.state.model == PORTRAITS and other.state.document.same_as(document), "what was done since goes first"
    other.does("undo")
    other.does("show-complete")
    assert other.state.model == DIGITS and other.state.document.is_blank
    other.session.window.actions_table.recent.actions()[0].trigger()
    assert other.session.window.current == "gallery", "the scene can be opened again from the menu"


def test_a_hostile_scene_is_said_and_nothing_is_lost(person: Person, tmp_path: Path) -> None:
    document = person.state.document
    for number, content in enumerate(('{"kind": "reverie scene", "schema": 99}', "[" * 100_000, "1e999")):
        path = tmp_path / f"odd{number}.reverie"
        path.write_text(content)
        drop(person, path)
        assert path.name in person.toast and person.state.document is document


def test_a_scene_of_a_model_that_is_not_installed_opens_the_rest(person: Person, tmp_path: Path) -> None:
    scene = json.loads((_saved(person, tmp_path / "a.reverie")).read_text())
    scene["models"]["dream-machine"] = {"decoder": "ab"}
    scene["models"][PORTRAITS] = dict.fromkeys(scene["models"][PORTRAITS], "other")
    scene["workspaces"]["complete"]["desks"]["dream-machine"] = {"document": 7}
    (tmp_path / "b.reverie").write_text(json.dumps(scene))
    person.does("clear")
    drop(person, tmp_path / "b.reverie")
    assert "dream-machine" in person.toast and "other weights" in person.toast
    assert not person.state.document.is_blank
    again = json.loads(_saved(person, tmp_path / "c.reverie").read_text())
    assert again["workspaces"]["complete"]["desks"]["dream-machine"] == {"document": 7}
    assert again["models"]["dream-machine"] == {"decoder": "ab"}, "it waits for the day when the model is there"


def _saved(person: Person, path: Path) -> Path:
    person.session.scenes.save_to(path)
    return path


def test_work_is_back_after_a_kill_and_that_is_said(opens: Opens) -> None:
    first = opens()
    first.sees_completions()
    first.does("clear")
    first.session.autosave.save()
    first.session.autosave._timer.stop()
    mark = paths.state() / "recovery" / "running"
    assert mark.exists()
    kept = (paths.state() / "recovery" / "last.reverie").read_bytes()
    first.closes()
    assert not mark.exists()
    mark.write_text("0\n")  # as a kill leaves it
    (paths.state() / "recovery" / "last.reverie").write_bytes(kept)
    second = opens()
    assert second.state.document.is_blank and "not closed" in second.greeting
    second.closes()

    mark.write_text(f"{MOST_DEATHS}\n")
    third = opens()
    assert not third.state.document.is_blank and "Bring back" in third.greeting
    third.does("earlier-work")
    assert third.state.document.is_blank


def test_a_scene_named_on_the_command_line_opens_and_a_kill_leaves_a_mark(
    person: Person, tmp_path: Path, project: Path
) -> None:
    person.does("clear")
    path = _saved(person, tmp_path / "blank.reverie")
    home = tmp_path / "third home"
    surroundings = {"REVERIE_HOME": str(home), "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(project)}
    command = [sys.executable, "-m", "app", str(path)]
    with subprocess.Popen(command, env=os.environ | surroundings) as program:
        try:
            until = time.monotonic() + 90
            before, mark = home / "state/recovery/before.reverie", home / "state/recovery/running"
            while not before.exists() and program.poll() is None and time.monotonic() < until:
                time.sleep(0.1)
            assert before.exists(), "opening it keeps what was there before"
        finally:
            program.send_signal(signal.SIGKILL)
    assert mark.exists()
