"""A model of one's own is brought by its folder."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog

from app import paths
from tests.journeys.conftest import DIGITS, Opens, Person

pytestmark = pytest.mark.journey


@pytest.fixture
def foreign(tmp_path: Path, project: Path) -> Path:
    """A model folder from elsewhere, with an id of its own."""
    folder = tmp_path / "elsewhere" / "my-digits"
    shutil.copytree(project / "onnx_models" / DIGITS, folder)
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(manifest | {"id": "my-digits", "title": "My digits"}))
    return folder


def test_a_model_folder_is_copied_and_completes(
    person: Person, opens: Opens, foreign: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(foreign / "likelihood.onnx"), ""))
    person.does("open-model")
    assert (paths.own_models() / "my-digits" / "manifest.json").exists()
    assert person.state.model == "my-digits"
    assert "My digits" in person.toast
    shutil.rmtree(foreign)
    person.sees_completions()
    person.closes()

    again = opens()
    assert again.state.model == "my-digits"
    again.sees_completions()


def test_opening_the_same_model_twice_is_said(person: Person, foreign: Path) -> None:
    person.frame.file_dropped.emit(str(foreign / "manifest.json"))
    person.frame.file_dropped.emit(str(foreign))
    assert "already" in person.toast
    person.sees_completions()


def test_a_model_that_ships_is_opened_where_it_is(person: Person, project: Path) -> None:
    person.frame.file_dropped.emit(str(project / "onnx_models" / DIGITS / "likelihood.onnx"))
    assert person.state.model == DIGITS
    assert not paths.own_models().exists()


@pytest.mark.parametrize("broken", ["no manifest", "no json", "lone graph"])
def test_what_is_no_model_is_said_and_nothing_changes(person: Person, tmp_path: Path, broken: str) -> None:
    folder = tmp_path / "thing"
    folder.mkdir()
    dropped = folder
    if broken == "no json":
        (folder / "manifest.json").write_text("{")
    if broken == "lone graph":
        dropped = folder / "net.onnx"
        dropped.write_bytes(b"\x08\x01")
    document = person.state.document
    person.frame.file_dropped.emit(str(dropped))
    assert dropped.name in person.toast or "manifest.json" in person.toast
    assert person.state.document is document
    assert not paths.own_models().exists()


def test_a_model_folder_that_cannot_be_read_is_said_at_the_start(opens: Opens) -> None:
    folder = paths.own_models() / "torn"
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text("{")
    try:
        person = opens()
        assert "torn" in person.toast and "not valid JSON" in person.toast
        person.sees_completions()
    finally:
        shutil.rmtree(folder)
