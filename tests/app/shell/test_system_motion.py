"""What the desktop says about motion, where Qt does not hand it on."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.shell.system_motion import SystemMotion, files_ask_for_none
from app.theme import motion

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the desktop's files are Linux's")


def _write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("name", "text", "asked"),
    [
        ("kdeglobals", "[KDE]\nAnimationDurationFactor=0\n", True),
        ("kdeglobals", "[KDE]\nAnimationDurationFactor=0.5\n", False),
        ("kdeglobals", "[KDE]\nAnimationDurationFactor=none at all\n", False),
        ("kdeglobals", "no section\n", False),
        ("gtk-3.0/settings.ini", "[Settings]\ngtk-enable-animations=0\n", True),
        ("gtk-4.0/settings.ini", "[Settings]\ngtk-enable-animations=false\n", True),
        ("gtk-3.0/settings.ini", "[Settings]\ngtk-enable-animations=1\n", False),
    ],
)
def test_files_of_the_desktop_are_read(tmp_path: Path, name: str, text: str, asked: bool) -> None:
    _write(tmp_path, name, text)
    assert files_ask_for_none(tmp_path) is asked


def test_without_files_nothing_is_asked(tmp_path: Path) -> None:
    assert not files_ask_for_none(tmp_path)


@pytest.mark.parametrize(("answer", "asked"), [("false", True), ("true", False)])
def test_gnome_is_asked_by_its_own_program(qtbot: QtBot, tmp_path: Path, answer: str, asked: bool) -> None:
    program = _write(tmp_path, "bin/gsettings", f'#!/bin/sh\n[ "$3" = enable-animations ] && echo {answer}\n')
    program.chmod(0o755)
    told: list[bool] = []
    parent = QObject()
    environment = {
        "PATH": str(tmp_path / "bin"),
        "XDG_CURRENT_DESKTOP": "ubuntu:GNOME",
        "XDG_CONFIG_HOME": str(tmp_path),
    }
    SystemMotion(told.append, parent, environment)
    assert told == [False]
    qtbot.waitUntil(lambda: told == [False, asked])


@pytest.fixture
def _left_alone() -> Iterator[None]:
    yield
    motion.ask_for_none(None)
    motion.system_asks_for_none(False)


def test_where_nothing_is_to_move_the_caret_does_not_blink_either(qapp: QApplication, _left_alone: None) -> None:
    motion.ask_for_none(False)
    QApplication.setCursorFlashTime(1000)
    motion.ask_for_none(True)
    assert QApplication.cursorFlashTime() == 0 and motion.duration(150) == 0
    motion.ask_for_none(False)
    assert QApplication.cursorFlashTime() == 1000 and motion.duration(150) == 150


def test_the_person_s_word_counts_before_the_system_s(qapp: QApplication, _left_alone: None) -> None:
    motion.system_asks_for_none(True)
    assert motion.duration(150) == 0
    motion.ask_for_none(False)
    assert motion.duration(150) == 150, "all of it, whatever the system says"
    motion.ask_for_none(None)
    assert motion.duration(150) == 0, "as the system says"
    motion.system_asks_for_none(False)
    motion.ask_for_none(True)
    assert motion.duration(150) == 0
