"""A model of one's own is brought by its folder."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QFileDialog

from app import paths, settings
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
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(foreign / "sampler_row.onnx"), ""))
    person.does("open-model")
    person.sees(lambda: person.state.model == "my-digits")
    assert (paths.own_models() / "my-digits" / "manifest.json").exists()
    assert "My digits" in person.toast
    for again in (foreign / "manifest.json", foreign):
        person.frame.file_dropped.emit(str(again))
        assert "already" in person.toast, again
    shutil.rmtree(foreign)
    person.sees_completions()
    person.closes()

    second = opens()
    assert second.state.model == "my-digits"
    second.sees_completions()


def test_what_is_no_model_is_said_and_a_model_that_ships_is_opened_where_it_is(
    person: Person, tmp_path: Path, project: Path
) -> None:
    document = person.state.document
    for name in ("no manifest", "no json"):
        folder = tmp_path / name
        folder.mkdir()
        if name == "no json":
            (folder / "manifest.json").write_text("{")
        person.frame.file_dropped.emit(str(folder))
        assert name in person.toast
        assert person.state.document is document
        assert not paths.own_models().exists()
    person.frame.file_dropped.emit(str(project / "onnx_models" / DIGITS / "sampler_row.onnx"))
    assert person.state.model == DIGITS
    assert not paths.own_models().exists()


def test_a_model_that_contradicts_itself_is_tried_and_refused(person: Person, foreign: Path) -> None:
    """Whole by its digests, but of another size than its graphs."""
    manifest = json.loads((foreign / "manifest.json").read_text())
    manifest["image"]["height"] *= 2
    (foreign / "manifest.json").write_text(json.dumps(manifest))
    before = person.state.model
    person.frame.file_dropped.emit(str(foreign))
    person.sees(lambda: "my-digits was not added" in person.toast)
    assert person.state.model == before and not paths.own_models().exists()


def test_a_model_is_remembered_only_when_it_has_been_on_show(person: Person) -> None:
    """One that kills the window must not be opened again at every start."""

    def remembered() -> str:
        return settings.load(paths.settings_file())[0].models.get("complete", "")

    person.session.window.choose_model(DIGITS)
    assert person.state.model == DIGITS and remembered() != DIGITS
    person.sees(lambda: remembered() == DIGITS)


def test_an_error_while_painting_does_not_take_the_window_down(person: Person) -> None:
    """The hook ends what the error left open; when the window is closed, the hook before it is back."""
    picture = QImage(4, 4, QImage.Format.Format_RGB32)
    try:
        painter = QPainter(picture)
        raise ValueError("in the middle")
    except ValueError as error:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(person.session, "_hook_before", lambda *_: None)
            sys.excepthook(ValueError, error, error.__traceback__)
    assert not painter.isActive()
    person.closes()
    assert sys.excepthook != person.session._error


def test_a_model_folder_that_cannot_be_read_is_said_at_the_start(opens: Opens) -> None:
    folder = paths.own_models() / "torn"
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text("{")
    try:
        person = opens()
        assert "torn" in person.greeting and "not valid JSON" in person.greeting
        person.sees_completions()
    finally:
        shutil.rmtree(folder)
