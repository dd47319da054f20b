"""Nothing a person made is ever lost: saved pictures, the next start, broken files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog

from app import paths, settings
from engine.errors import FileError
from tests.journeys.conftest import DIGITS, PORTRAITS, Opens, Person

pytestmark = pytest.mark.journey


def save_as(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))


def test_saved_pictures_enlarged_ones_and_sheets_bring_back_what_made_them(
    person: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    person.view.inspector.parameters.value_changed.emit("temperature", 0.7, True)
    person.sees_completions()
    document, images, seed = person.state.document, person.state.images, person.state.parameters["seed"]
    save_as(monkeypatch, tmp_path / "eyes.png")
    person.press(Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    with Image.open(tmp_path / "eyes.png") as saved:
        assert saved.size == document.state.shape[::-1]

    person.does("clear")
    person.does("dice")
    person.frame.file_dropped.emit(str(tmp_path / "eyes.png"))
    person.sees_completions()
    assert person.state.document.same_as(document)
    assert person.state.parameters["temperature"] == pytest.approx(0.7)
    assert person.state.parameters["seed"] == seed
    np.testing.assert_array_equal(person.state.images, images)

    for command in ("save-enlarged", "save-sheet"):
        save_as(monkeypatch, tmp_path / command)
        person.does(command)
        person.does("clear")
        person.frame.file_dropped.emit(str(tmp_path / f"{command}.png"))
        assert person.state.document.same_as(document)
    with Image.open(tmp_path / "save-enlarged.png") as enlarged:
        assert max(enlarged.size) >= 512


def test_what_was_opened_can_be_opened_again(person: Person, opens: Opens, tmp_path: Path) -> None:
    """From the menu, newest first, at the next start too."""
    for name, level in (("grey.png", 128), ("white.png", 255)):
        Image.new("RGB", (16, 16), (level,) * 3).save(tmp_path / name)
        person.frame.file_dropped.emit(str(tmp_path / name))
    white = person.state.document
    menu = person.session.window.actions_table.recent
    assert [action.text() for action in menu.actions()] == ["white.png", "grey.png"]
    menu.actions()[1].trigger()
    assert not person.state.document.same_as(white)
    person.closes()
    again = opens().session.window.actions_table.recent
    assert [action.text() for action in again.actions()] == ["grey.png", "white.png"]


def test_settings_that_cannot_be_saved_are_said_once(
    person: Person, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(now: settings.Settings, path: Path) -> None:
        raise FileError("The settings could not be saved.", "Make room.")

    monkeypatch.setattr(settings, "save", refuse)
    for _ in range(3):
        person.does("motion")
    assert capsys.readouterr().err.count("The settings could not be saved.") == 1


def test_a_sheet_saved_after_adopting_brings_the_same_completions_to_another_home(
    person: Person, opens: Opens, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    images = person.state.images
    person.does("adopt-3")
    save_as(monkeypatch, tmp_path / "sheet.png")
    person.does("save-sheet")
    person.closes()
    monkeypatch.setenv("REVERIE_HOME", str(tmp_path / "another home"))
    other = opens()
    other.sees_completions()
    other.does("clear")
    other.frame.file_dropped.emit(str(tmp_path / "sheet.png"))
    other.sees_completions()
    np.testing.assert_array_equal(other.state.images, images)


def test_copy_and_paste_give_the_same_picture_and_unknown_is_what_is_transparent(person: Person) -> None:
    person.press(Qt.Key.Key_1)
    pixels = person.state.document.pixels
    person.press(Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    person.does("clear")
    person.press(Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    np.testing.assert_array_equal(person.state.document.pixels, pixels)

    height, width = person.state.document.state.shape
    image = QImage(width, height, QImage.Format.Format_RGBA8888)
    image.fill(Qt.GlobalColor.white)
    for x in range(width):
        image.setPixelColor(x, 0, Qt.GlobalColor.transparent)
    content = QMimeData()
    content.setImageData(image)
    QGuiApplication.clipboard().setMimeData(content)
    person.press(Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    observed = person.state.document.observed
    assert not observed[0].any() and observed[1:].all()
    person.sees_completions()


def test_what_is_no_picture_is_said_and_nothing_is_lost(person: Person, tmp_path: Path) -> None:
    document = person.state.document
    for name, content in (
        ("broken.png", b"\x89PNG\r\n\x1a\nnonsense"),
        ("words.txt", b"no picture"),
        ("gone.png", None),
    ):
        if content is not None:
            (tmp_path / name).write_bytes(content)
        person.frame.file_dropped.emit(str(tmp_path / name))
        assert name in person.toast
        assert person.state.document is document, name
    QGuiApplication.clipboard().clear()
    person.press(Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert "clipboard" in person.toast
    assert person.state.document is document


def test_the_next_start_goes_on_where_this_one_ended(opens: Opens) -> None:
    first = opens()
    first.sees_completions()
    first.does("tool-forget")
    first.drag((2.5, 1.5), (8.5, 1.5))
    first.view.inspector.parameters.value_changed.emit("temperature", 0.5, True)
    document, parameters = first.state.document, dict(first.state.parameters)
    first.session.appearance.choose("light")
    first.closes()

    second = opens()
    assert second.state.document.same_as(document)
    assert dict(second.state.parameters) == parameters
    assert second.session.appearance.choice == "light"
    second.sees_completions()


def test_damaged_recovery_is_set_aside_and_said(opens: Opens) -> None:
    folder = paths.state() / "recovery"
    folder.mkdir(parents=True)
    (folder / "last.reverie").write_text("{ not json")
    someone = opens()
    assert "broken" in someone.greeting
    someone.sees_completions()
    assert (folder / "last.reverie.broken-1").read_text() == "{ not json"


def test_a_model_switch_keeps_both_pictures(person: Person) -> None:
    person.session.window.library.model_chosen.emit(PORTRAITS)
    person.sees_completions()
    person.does("tool-forget")
    person.drag((2.5, 13.5), (8.5, 13.5))
    portrait = person.state.document
    person.session.window.library.model_chosen.emit(DIGITS)
    person.sees_completions()
    assert person.state.model == DIGITS and person.state.document.state.shape == (28, 28)
    person.does("clear")
    person.session.window.library.model_chosen.emit(PORTRAITS)
    assert person.state.document.same_as(portrait)
    person.does("undo")
    assert not person.state.document.same_as(portrait), "each model keeps its history"
    person.session.window.library.model_chosen.emit(DIGITS)
    assert person.state.document.is_blank
