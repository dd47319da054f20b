"""A stranger's decoder is opened, described, saved, and there again at the next start."""

from __future__ import annotations

import json
import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QPushButton, QWidget

from app import paths
from app.shell.decoder_sheet import DecoderSheet
from app.shell.decoder_state import DecoderState
from app.workspaces.latent.state import LatentState
from app.workspaces.latent.view import LatentView
from tests.journeys.conftest import Opens, Person

pytestmark = pytest.mark.journey
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def decoders(project: Path, tmp_path: Path) -> Path:
    """A folder of strangers' decoders."""
    return shutil.copytree(project / "tests" / "engine" / "decoders", tmp_path / "downloads")


@pytest.fixture
def person(opens: Opens, project: Path) -> Person:
    """A person who has the small models."""
    shutil.copytree(project / "tests" / "engine" / "latent_models" / "linear", paths.own_models() / "linear")
    return opens()


def latent(person: Person) -> LatentState:
    view = person.session.window.view
    assert isinstance(view, LatentView) and view._state is not None
    return view._state


def has_opened(person: Person, model: str) -> None:
    """It is the model on show, and its picture is there."""
    window = person.session.window
    person.sees(lambda: window.current == "latent" and latent(person).model == model)
    person.sees(lambda: not latent(person).busy and not latent(person).map_busy and latent(person).picture is not None)
    assert latent(person).problem is None


def toast(person: Person) -> str:
    """The sentence over the picture, in whichever workspace."""
    shown: QWidget = person.session.window.view.center.floor.toast  # type: ignore[attr-defined]
    return shown.accessibleName() if shown.isVisible() else ""


class Sheet:
    """The sheet, seen and answered."""

    def __init__(self, person: Person, file: Path) -> None:
        self.person = person
        person.frame.file_dropped.emit(str(file))
        person.sees(lambda: person.session.decoders.sheet is not None)
        sheet = person.session.decoders.sheet
        assert sheet is not None
        self.sheet: DecoderSheet = sheet
        self.settles()

    @property
    def state(self) -> DecoderState:
        assert self.sheet.state is not None
        return self.sheet.state

    def settles(self) -> None:
        self.person.sees(lambda: self.sheet.state is not None and not self.sheet.state.busy)

    def presses(self, name: str, within: Callable[[DecoderSheet], QWidget]) -> None:
        """Press the part of a row that is called so."""
        part = next(p for p in within(self.sheet).findChildren(QWidget) if p.accessibleName() == name)
        QTest.mouseClick(part, LEFT)
        self.settles()

    def saves(self) -> None:
        button: QPushButton = self.sheet.save
        assert button.isEnabled()
        QTest.mouseClick(button, LEFT)
        self.person.sees(lambda: self.person.session.decoders.sheet is None)


def test_a_strangers_decoder_becomes_a_model_of_ones_own(
    person: Person, opens: Opens, decoders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet = Sheet(person, decoders / "tanh.onnx")
    assert sheet.state.samples is not None and "outside of 0 to 1" in sheet.state.warning
    dark = sheet.state.samples.images
    sheet.presses("-1 to 1", lambda s: s.questions.range)
    assert sheet.state.samples is not None and sheet.state.warning == ""
    assert (sheet.state.samples.images != dark).any()
    sheet.presses("Even", lambda s: s.questions.prior)
    before = sheet.state.samples
    QTest.mouseClick(sheet.sheet.samples.another, LEFT)
    sheet.settles()
    assert sheet.state.samples is not before
    sheet.sheet.questions.title.selectAll()
    QTest.keyClicks(sheet.sheet.questions.title, "My waves")
    sheet.saves()
    has_opened(person, "my-waves")
    assert "My waves is among your models now" in toast(person)

    manifest = json.loads((paths.own_models() / "my-waves" / "manifest.json").read_text())
    assert manifest["image"]["range"] == "-1..1" and manifest["latent"]["prior"] == "uniform"
    shutil.rmtree(decoders)
    picture = latent(person).picture
    person.closes()

    again = opens()
    has_opened(again, "my-waves")
    np.testing.assert_array_equal(latent(again).picture, picture)


def test_by_the_library_and_given_up(person: Person, decoders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(decoders / "row.onnx"), ""))
    person.session.window.library.open_requested.emit()
    person.sees(lambda: person.session.decoders.sheet is not None)
    sheet = person.session.decoders.sheet
    assert sheet is not None
    person.sees(lambda: sheet.state is not None and sheet.state.samples is not None)
    QTest.keyClick(sheet, Qt.Key.Key_Escape)
    person.sees(lambda: person.session.decoders.sheet is None)
    assert [p.name for p in paths.own_models().iterdir()] == ["linear"]


def test_what_is_no_decoder_is_refused_in_a_sentence(person: Person, decoders: Path) -> None:
    (decoders / "damaged.onnx").write_bytes(b"\x08\x01")
    for name in ("two", "whole", "few", "long", "elsewhere", "damaged"):
        person.frame.file_dropped.emit(str(decoders / f"{name}.onnx"))
        person.sees(lambda name=name: f"{name}.onnx was not opened." in toast(person))  # type: ignore[misc]
        assert person.session.decoders.sheet is None, name
        assert [p.name for p in paths.own_models().iterdir()] == ["linear"], name


def test_a_decoder_of_nothing_is_marked_and_not_saved(person: Person, decoders: Path) -> None:
    for name, mark in (("torn", "not finite"), ("flat", "flat")):
        sheet = Sheet(person, decoders / f"{name}.onnx")
        assert sheet.sheet.samples.grid.marks() == [mark] * 16, name
        assert "All pictures are" in sheet.state.warning, name
        assert not sheet.sheet.save.isEnabled() and "no picture to save" in sheet.state.cannot_save, name
        sheet.sheet.reject()
        person.sees(lambda: person.session.decoders.sheet is None)


def test_the_engine_dies_and_the_sheet_lives(person: Person, decoders: Path) -> None:
    sheet = Sheet(person, decoders / "grey.onnx")
    pid = person.session.engine.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    person.sees(lambda: person.session.engine.pid not in (None, pid))
    sheet.presses("Any (logits)", lambda s: s.questions.range)
    if sheet.state.problem is not None:  # it was asked in the very moment
        sheet.sheet.samples.card.pressed.emit()
        sheet.settles()
    assert sheet.state.problem is None and sheet.state.samples is not None
    sheet.saves()
    has_opened(person, "grey")


def test_classes_are_named_and_chosen(person: Person, decoders: Path) -> None:
    sheet = Sheet(person, decoders / "numbered.onnx")
    assert not sheet.sheet.save.isEnabled() and "Name its classes" in sheet.state.cannot_save
    sheet.sheet.questions.classes.setFocus()
    for number, name in enumerate(("boot", "shirt", "sock", "hat")):
        if number:
            QTest.keyClick(sheet.sheet.questions.classes, Qt.Key.Key_Return)
        QTest.keyClicks(sheet.sheet.questions.classes, name)
    sheet.settles()
    assert sheet.state.samples is not None and sheet.state.samples.captions[3] == "hat"
    sheet.saves()
    has_opened(person, "numbered")
    assert latent(person).parameters["class_name"] == "boot" and "class_name" in latent(person).fields
    boot, grounds = latent(person).picture, latent(person).tiles
    view = person.session.window.view
    assert isinstance(view, LatentView)
    view.presenter.set_parameter("class_name", "hat")
    has_opened(person, "numbered")
    assert latent(person).picture is not None and (latent(person).picture != boot).any()
    assert latent(person).tiles != grounds, "the map is of hats too"


def test_a_file_is_not_blamed_for_an_engine_that_was_started_anew(person: Person, decoders: Path) -> None:
    said: list[str] = []
    opening = person.session.decoders
    say = opening._say
    opening._say = lambda text, kind: (said.append(text), say(text, kind))[1]
    person.frame.file_dropped.emit(str(decoders / "grey.onnx"))
    person.session.engine.restart()
    person.sees(lambda: len(said) == 2 or opening.sheet is not None)
    assert opening.sheet is None and "Ask for it once more" in said[1]
    person.sees(lambda: person.session.engine.state == "ready")
    assert Sheet(person, decoders / "grey.onnx").state.busy is False
