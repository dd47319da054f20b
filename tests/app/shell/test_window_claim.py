"""Two windows of one person do not write over each other's work."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app import paths
from app.documents.scene import Scene
from app.shell.recovery import Recovery
from app.shell.window_claim import claim

FIRST, SECOND = (Scene(workspaces={"complete": {"by": by}}) for by in ("first", "second"))


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("REVERIE_HOME", str(tmp_path))
    monkeypatch.setenv(paths.WINDOW, "")
    return tmp_path


def test_every_window_has_files_of_its_own(home: Path) -> None:
    first, said = claim()
    assert first is not None and said == "" and paths.state() == home / "state"
    Recovery(paths.state() / "recovery").save(FIRST)
    second, said = claim()
    assert second is not None and paths.state() != home / "state"
    assert str(paths.state()) in said and "window 2" in said
    Recovery(paths.state() / "recovery").save(SECOND)
    first.unlock()
    again, said = claim()
    assert again is not None and said == "" and paths.state() == home / "state"
    assert Recovery(paths.state() / "recovery").load().scene == FIRST
    second.unlock()
    _, said = claim()
    assert "window 2" in said
    assert Recovery(paths.state() / "recovery").load().scene == SECOND


def test_the_lock_of_a_window_that_was_killed_is_taken_over(home: Path, project: Path) -> None:
    code = "import os; from app.shell.window_claim import claim; held = claim(); os._exit(0)"
    environment = {**os.environ, "PYTHONPATH": str(project)}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True, timeout=60)
    assert (home / "state" / "window.lock").exists()
    lock, said = claim()
    assert lock is not None and said == ""


def test_a_folder_that_cannot_be_made_stops_nothing(home: Path) -> None:
    (home / "state").write_text("in the way")
    assert claim() == (None, "")
    assert paths.state() == home / "state"
