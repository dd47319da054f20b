"""From a bare file to the sheet: one at a time, and what the engine refuses is a sentence."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.shell.decoder_opening import DecoderOpening
from engine.contracts.events import Event, Failed, Finished
from engine.contracts.requests import DescribeDecoder, TryDecoder
from engine.errors import FileError
from tests.app.shell.test_decoder_presenter import PLAIN, Job, trial


class Opening:
    """An opening, its engine, and what it said and installed."""

    def __init__(self, window: QWidget, own: Path) -> None:
        self.jobs: list[Job] = []
        self.said: list[tuple[str, str]] = []
        self.installed: list[Path] = []
        self.opening = DecoderOpening(
            window, self, lambda text, kind: self.said.append((text, kind)), self.installed.append, own, (own,)
        )

    def submit(self, request: Any, lane: Any, on_event: Callable[[Event], None]) -> Job:
        self.jobs.append(Job(request, lane, on_event))
        return self.jobs[-1]


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    made.resize(1200, 800)
    qtbot.addWidget(made)
    return made


@pytest.fixture
def desk(window: QWidget, tmp_path: Path) -> Opening:
    return Opening(window, tmp_path / "models")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "net.onnx"
    path.write_bytes(b"weights")
    return path


def fail(code: str, **facts: Any) -> Failed:
    return Failed(job=1, code=code, problem="It does not load.", remedy="Export it again.", facts=facts)


@pytest.mark.parametrize(
    ("failed", "remedy"),
    [
        (fail("SessionError"), "Export it again."),
        (fail("EngineDied", cause="killed by SIGKILL"), "Choose another file."),
        (fail("EngineDied"), "Export it again."),  # a person had it started anew: the file is not to blame
    ],
)
def test_what_the_engine_refuses_is_said(desk: Opening, file: Path, failed: Failed, remedy: str) -> None:
    desk.opening.open(file)
    assert isinstance(desk.jobs[0].request, DescribeDecoder) and desk.jobs[0].request.path == str(file)
    assert desk.said == [("The engine looks at net.onnx.", "info")]
    desk.jobs[0].tell(failed)
    assert desk.said[-1] == (f"net.onnx was not opened. It does not load. {remedy}", "warn")
    assert desk.opening.sheet is None
    desk.opening.open(file)
    assert len(desk.jobs) == 2, "the next one may come"


def test_one_at_a_time(desk: Opening, file: Path) -> None:
    desk.opening.open(file)
    with pytest.raises(FileError, match="another decoder is open"):
        desk.opening.open(file)
    desk.jobs[0].tell(Finished(job=1, answer=PLAIN))
    with pytest.raises(FileError, match="another decoder is open"):
        desk.opening.open(file)
    assert desk.opening.sheet is not None
    desk.opening.sheet.reject()
    desk.opening.open(file)


def test_what_is_saved_is_installed_when_the_sheet_has_gone(desk: Opening, file: Path, tmp_path: Path) -> None:
    digest = hashlib.sha256(b"weights").hexdigest()
    desk.opening.open(file)
    desk.jobs[0].tell(Finished(job=1, answer=replace(PLAIN, path=str(file), sha256=digest)))
    sheet = desk.opening.sheet
    assert sheet is not None and isinstance(desk.jobs[1].request, TryDecoder) and not sheet.save.isEnabled()
    desk.jobs[1].tell(Finished(job=1, answer=trial()))
    assert sheet.save.isEnabled()
    sheet.save.click()
    assert desk.installed == [tmp_path / "models" / "net"] and desk.opening.sheet is None
    assert json.loads((desk.installed[0] / "manifest.json").read_text())["title"] == "net"
    assert (desk.installed[0] / "decoder.onnx").read_bytes() == b"weights"


def test_what_cannot_be_saved_is_said_on_the_sheet_which_stays(desk: Opening, file: Path) -> None:
    desk.opening.open(file)
    desk.jobs[0].tell(Finished(job=1, answer=replace(PLAIN, path=str(file))))
    sheet = desk.opening.sheet
    assert sheet is not None
    desk.jobs[1].tell(Finished(job=1, answer=trial()))
    sheet.save.click()
    assert sheet.state is not None and "net.onnx has changed" in sheet.state.refusal
    assert desk.opening.sheet is sheet and not desk.installed
    sheet.reject()
