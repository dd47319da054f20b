"""Saving asks about the very file that it writes; opening says what is wrong."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

import engine
from app import messages
from app.documents.picture_file import Picture, read_picture, write_png
from app.shell.files import MODEL_FILTER, Files
from app.workspaces.complete.state import SavedPicture
from engine.records.png_file import encode_png


@dataclass
class Desk:
    """A window with a picture to save, and what was said, opened and added."""

    files: Files
    said: list[tuple[str, str]] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)
    added: list[Path] = field(default_factory=list)
    scenes: list[Path] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)


class View:
    def picture(self) -> SavedPicture:
        return SavedPicture(np.full((4, 4, 1), 200, np.uint8), "{}", "toy-seed1-1.png")


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Desk:
    window: Any = QWidget()
    qtbot.addWidget(window)
    said: list[tuple[str, str]] = []
    opened: list[str] = []
    added: list[Path] = []
    scenes: list[Path] = []
    view: Any = View()
    files = Files(
        window,
        lambda: view,
        lambda text, kind: said.append((text, kind)),
        opened.append,
        added.append,
        lambda _: False,
        scenes.append,
    )
    made = Desk(files, said, opened, added, scenes)
    made.files.folder = tmp_path
    return made


def types(monkeypatch: pytest.MonkeyPatch, name: Path, desk: Desk, answer: QMessageBox.StandardButton) -> None:
    """Type a name in the dialog, and give this answer when asked."""

    def question(_: QWidget, __: str, text: str) -> QMessageBox.StandardButton:
        desk.asked.append(text)
        return answer

    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(name), ""))
    monkeypatch.setattr(QMessageBox, "question", question)


def test_what_is_called_a_scene_is_opened_as_one(desk: Desk, tmp_path: Path) -> None:
    for name in ("one.reverie", "TWO.REVERIE"):
        desk.files.open_path(str(tmp_path / name))
    assert desk.scenes == [tmp_path / "one.reverie", tmp_path / "TWO.REVERIE"]
    assert not desk.said and not desk.opened, "who opens it says what there is to be said"


@pytest.mark.parametrize("replace", [True, False])
def test_a_name_without_its_ending_asks_before_it_replaces(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, replace: bool
) -> None:
    (tmp_path / "precious.png").write_bytes(b"precious")
    answer = QMessageBox.StandardButton.Yes if replace else QMessageBox.StandardButton.No
    types(monkeypatch, tmp_path / "precious", desk, answer)
    desk.files.handlers()["save-picture"]()
    assert desk.asked == ["precious.png is there already. Replace it?"]
    assert ((tmp_path / "precious.png").read_bytes() == b"precious") is not replace
    assert bool(desk.said) is replace


@pytest.mark.parametrize("name", ["new", "old.png"])
def test_the_dialog_has_asked_already(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    (tmp_path / "old.png").write_bytes(b"old")
    types(monkeypatch, tmp_path / name, desk, QMessageBox.StandardButton.No)
    desk.files.handlers()["save-picture"]()
    assert not desk.asked
    assert (read_picture((tmp_path / name).with_suffix(".png")).rgba[..., 0] == 200).all()


def test_a_model_is_chosen_by_one_of_its_files(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filters: list[str] = []

    def choose(*arguments: Any) -> tuple[str, str]:
        filters.append(arguments[-1])
        return str(tmp_path / "toy" / "likelihood.onnx"), ""

    (tmp_path / "toy").mkdir()
    for name in ("manifest.json", "likelihood.onnx"):
        (tmp_path / "toy" / name).write_text("{}")
    monkeypatch.setattr(engine, "model_folder", lambda _, model: Path(model))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", choose)
    desk.files.handlers()["open-model"]()
    assert desk.added == [tmp_path / "toy"] and desk.opened == [str(tmp_path / "toy")] and filters == [MODEL_FILTER]
    assert "*.onnx" in MODEL_FILTER and "manifest.json" in MODEL_FILTER


def test_a_bare_decoder_is_asked_about_and_is_nothing_to_find_again(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "net.onnx").write_bytes(b"\x08\x01")
    desk.files.open_path(str(tmp_path / "net.onnx"))
    assert desk.added == [tmp_path / "net.onnx"] and not desk.opened and not desk.said


class Desktop:
    """A view that keeps what it is given to open."""

    def __init__(self) -> None:
        self.opened: list[Picture] = []

    def open_picture(self, picture: Picture) -> None:
        self.opened.append(picture)


def heard_of(qtbot: QtBot, view: Any, path: Path) -> list[str]:
    """What is said, and then remembered, when a picture is opened."""
    window: Any = QWidget()
    qtbot.addWidget(window)
    heard: list[str] = []
    files = Files(
        window,
        lambda: view,
        lambda text, _: heard.append(text),
        heard.append,
        lambda _: None,
        lambda n: "of here" in n,
        lambda _: None,
    )
    files.open_path(str(path))
    return heard


NOTES: dict[str, tuple[str | None, str]] = {
    "of here": ('{"request":"of here"}', ""),
    "newer": ('{"format":9,"request":"DreamWorld"}', messages.opened_plain(messages.NOTE_UNKNOWN)),
    "no JSON": ("{ what", messages.opened_plain(messages.NOTE_UNKNOWN)),
    "empty": ("", messages.opened_plain(messages.NOTE_UNKNOWN)),
    "none": (None, ""),
}


@pytest.mark.parametrize("name", NOTES)
def test_a_note_that_nothing_can_use_is_said_to_be_one(qtbot: QtBot, tmp_path: Path, name: str) -> None:
    note, said = NOTES[name]
    write_png(tmp_path / "a.png", np.full((4, 4, 1), 200, np.uint8), note)
    view: Any = Desktop()
    heard = heard_of(qtbot, view, tmp_path / "a.png")
    (picture,) = view.opened
    assert heard == [*filter(None, [said]), str(tmp_path / "a.png")]
    assert picture.note == (note if name == "of here" else None) and picture.rgba.shape == (4, 4, 4)


def test_a_damaged_chunk_opens_a_plain_picture(qtbot: QtBot, tmp_path: Path) -> None:
    data = bytearray(encode_png(np.full((4, 4, 1), 200, np.uint8), "{}"))
    data[data.index(b"reverie") + 15] ^= 255
    (tmp_path / "a.png").write_bytes(data)
    view: Any = Desktop()
    heard = heard_of(qtbot, view, tmp_path / "a.png")
    assert heard[0] == "The picture's Reverie note is damaged. It was opened as a plain picture." and view.opened
