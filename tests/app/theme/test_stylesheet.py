"""Dressing the application: every token resolves, and every self-drawing widget hears of a new theme."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.theme import motion, stylesheet
from app.theme.tokens import DARK, LIGHT, PALETTES, Palette


@pytest.fixture(autouse=True)
def undressed(qapp: QApplication) -> Iterator[None]:
    """Leave the application as it was."""
    yield
    stylesheet.apply(qapp, DARK)


class Listener(QWidget):
    heard: str = ""

    def set_theme(self, palette: Palette) -> None:
        self.heard = palette.name


@pytest.mark.parametrize("palette", list(PALETTES.values()), ids=list(PALETTES))
def test_the_sheet_has_no_unresolved_token_and_no_colour_of_its_own(palette: Palette) -> None:
    sheet = stylesheet.stylesheet(palette)
    assert "$" not in sheet
    known = {value for key in Palette.__slots__ if isinstance(value := getattr(palette, key), str)}
    known |= set(stylesheet._accents(palette).values())
    assert set(re.findall(r"#[0-9a-f]{6}\b", sheet)) <= known


@pytest.mark.parametrize("palette", list(PALETTES.values()), ids=list(PALETTES))
def test_the_sheet_s_pictures_exist(palette: Palette) -> None:
    for path in re.findall(r'url\("([^"]+)"\)', stylesheet.stylesheet(palette)):
        assert Path(path).is_file(), path


def test_apply_tells_every_widget(qtbot: QtBot, qapp: QApplication) -> None:
    outer, inner = Listener(), Listener()
    inner.setParent(outer)
    qtbot.addWidget(outer)
    stylesheet.apply(qapp, LIGHT)
    assert (outer.heard, inner.heard) == ("light", "light")
    assert stylesheet.active() is LIGHT
    stylesheet.apply(qapp, DARK)
    assert inner.heard == "dark"


def test_the_palette_follows_for_what_the_style_draws(qtbot: QtBot, qapp: QApplication) -> None:
    stylesheet.apply(qapp, LIGHT)
    assert qapp.palette().color(QPalette.ColorRole.Window).name() == LIGHT.window
    assert qapp.palette().color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Text).name() == LIGHT.disabled


def test_a_button_shows_its_kind_and_state(qtbot: QtBot, qapp: QApplication) -> None:
    stylesheet.apply(qapp, DARK)
    button = QPushButton("Go")
    button.setProperty("kind", "primary")
    qtbot.addWidget(button)
    button.resize(80, 28)

    def fill() -> str:
        return button.grab().toImage().pixelColor(6, 14).name()

    assert fill() == DARK.accent
    button.setEnabled(False)
    assert fill() == DARK.line


def test_no_motion_where_the_style_asks_for_none(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(motion, "reduced", lambda: True)
    assert motion.duration(150) == 0
    monkeypatch.setattr(motion, "reduced", lambda: False)
    assert motion.duration(150) == 150
