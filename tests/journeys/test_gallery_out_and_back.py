"""Pictures of the gallery out into files and back: the same picture, the same wall, and what is said where not."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QMessageBox

from app.workspaces.gallery import replaying_words
from app.workspaces.gallery.state import GalleryState
from app.workspaces.gallery.view import GalleryView
from engine.records.picture_files import picture_png
from engine.records.png_text import without_text
from tests.journeys.conftest import Opens, Person

MODEL, OTHER = "mnist-vae-2d", "mnist-pixelcnn"


class Visitor:
    """A person in the gallery, on a wall of 100."""

    def __init__(self, person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
        self.person, self.monkeypatch = person, monkeypatch
        person.session.window.show_workspace("gallery")
        self.view.choose_model(MODEL)
        self.view.presenter.set_count(100)
        self.waits()

    @property
    def view(self) -> GalleryView:
        view = self.person.session.window.view
        assert isinstance(view, GalleryView)
        return view

    @property
    def state(self) -> GalleryState:
        assert self.view.state is not None
        return self.view.state

    def waits(self) -> None:
        """Until everything is drawn, written and compared."""

        def idle() -> bool:
            replay = self.state.replay
            busy = self.state.drawing or self.state.export is not None or (replay is not None and replay.running)
            return self.state.tiles is not None and self.state.engine == "ready" and not busy

        self.person.sees(idle)

    def saves(self, command: str, path: Path) -> None:
        self.monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
        self.person.does(command)
        self.waits()

    def drops(self, path: Path) -> None:
        self.person.session.files.open_path(str(path))
        self.waits()


@pytest.fixture
def visitor(opens: Opens, monkeypatch: pytest.MonkeyPatch) -> Visitor:
    return Visitor(opens(), monkeypatch)


def test_a_saved_picture_comes_back_identical_from_any_workspace_and_a_copied_one_has_its_request(
    visitor: Visitor, tmp_path: Path
) -> None:
    visitor.view.presenter.set_parameter("seed", 31)
    visitor.waits()
    visitor.view.center.wall_page.wall.set_current(42)
    visitor.saves("save-picture", tmp_path / "one")
    assert (tmp_path / "one.png").exists() and visitor.state.message == "Saved one.png: 1 picture."
    visitor.view.presenter.set_parameter("seed", 5)
    visitor.waits()
    visitor.person.session.window.show_workspace("complete")
    visitor.person.session.files.open_path(str(tmp_path / "one.png"))
    assert isinstance(visitor.person.session.window.view, GalleryView)
    visitor.waits()
    replay = visitor.state.replay
    assert replay is not None and replay.title == replaying_words.IDENTICAL, replay
    assert visitor.state.plan.seed == 31 and visitor.state.detail is not None and visitor.state.detail.place == 42
    assert not visitor.view.inspector.replay.isHidden()

    visitor.view.center.wall_page.wall.set_current(9)
    visitor.person.does("copy")
    data = bytes(QGuiApplication.clipboard().mimeData().data("image/png").data())
    assert '"request":"SampleImages"' in str(without_text(data, "reverie", 10**6).note)


def test_every_picture_of_a_zip_and_its_sheet_come_back(visitor: Visitor, tmp_path: Path) -> None:
    visitor.saves("save-zip", tmp_path / "wall.zip")
    visitor.saves("save-npz", tmp_path / "wall.npz")
    visitor.saves("save-sheet", tmp_path / "sheet.png")
    with zipfile.ZipFile(tmp_path / "wall.zip") as archive:
        names = archive.namelist()
        assert len(names) == 101
        for name in (names[0], names[63], names[99]):
            (tmp_path / name).write_bytes(archive.read(name))
    with np.load(tmp_path / "wall.npz", allow_pickle=False) as arrays:
        assert visitor.state.tiles is not None
        np.testing.assert_array_equal(arrays["images"], visitor.state.tiles.images)
    visitor.view.choose_model(OTHER)
    for name in (names[0], names[63], names[99]):
        visitor.drops(tmp_path / name)
        assert visitor.state.replay is not None and visitor.state.replay.title == replaying_words.IDENTICAL
    visitor.view.choose_model(OTHER)
    visitor.drops(tmp_path / "sheet.png")
    assert visitor.state.model == MODEL and visitor.state.message == replaying_words.SHEET


def test_a_picture_that_was_painted_over_is_found_out_and_a_broken_note_leaves_a_plain_one(
    visitor: Visitor, tmp_path: Path
) -> None:
    visitor.view.center.wall_page.wall.set_current(7)
    visitor.saves("save-picture", tmp_path / "one.png")
    note = without_text((tmp_path / "one.png").read_bytes(), "reverie", 10**6).note
    pixels = np.array(visitor.state.detail.chosen.pixels)  # type: ignore[union-attr]
    pixels[3:5, 3:6] ^= 255
    (tmp_path / "two.png").write_bytes(picture_png(pixels, str(note)))
    visitor.drops(tmp_path / "two.png")
    replay: Any = visitor.state.replay
    assert replay is not None and replay.text.startswith("6 of 784 pixels differ")
    assert "changed after it was saved" in replay.text and replay.difference is not None

    data = bytearray((tmp_path / "one.png").read_bytes())
    data[data.index(b"reverie") + 20] ^= 255
    (tmp_path / "broken.png").write_bytes(data)
    plan = visitor.state.plan
    visitor.drops(tmp_path / "broken.png")
    replay = visitor.state.replay
    assert replay.title == replaying_words.PLAIN and visitor.state.plan == plan
    toast = visitor.view.center.toast
    assert "note is damaged. It was opened as a plain picture." in toast.accessibleName()


def test_a_name_without_its_ending_asks_before_it_replaces_and_a_folder_that_is_gone_is_said(
    visitor: Visitor, tmp_path: Path
) -> None:
    (tmp_path / "wall.zip").write_bytes(b"precious")
    for replace in (False, True):
        asked: list[str] = []
        button = QMessageBox.StandardButton.Yes if replace else QMessageBox.StandardButton.No

        def question(_: Any, __: str, text: str, asked: list[str] = asked, button: Any = button) -> Any:
            asked.append(text)
            return button

        visitor.monkeypatch.setattr(QMessageBox, "question", question)
        visitor.saves("save-zip", tmp_path / "wall")
        assert asked == ["wall.zip is there already. Replace it?"]
        assert ((tmp_path / "wall.zip").read_bytes() == b"precious") is not replace

    visitor.saves("save-zip", tmp_path / "gone" / "wall.zip")
    assert "the folder gone is not there any more. Save it in another folder." in visitor.state.message
    assert visitor.state.tiles is not None and visitor.state.tiles.drawn.all()
