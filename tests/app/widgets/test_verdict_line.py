"""The line above a strip: what shows, what can be pressed, and that narrow ones give way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.widgets.verdict_line import Line, VerdictLine

POOR = Line("Particles", "bad", "Poor", "One of 64 particles fitted.", "The figures.", "Take 256 particles", more=True)


@pytest.fixture
def line(shown: Callable[..., QWidget]) -> VerdictLine:
    made = VerdictLine()
    made.set_line(POOR)
    shown(made, 600, 30)
    return made


def test_it_says_what_it_is_told(line: VerdictLine) -> None:
    assert line.accessibleName() == "Particles Poor One of 64 particles fitted."
    assert "The figures." in line._title.toolTip() and "One of 64" in line._title.toolTip()
    assert line._title.isVisible() and line._heading.isVisible() and line._more.isVisible()
    line.set_line(Line())
    parts = (line._heading, line._signal, line._title, line._sentence, line._button, line._more)
    assert not any(part.isVisible() for part in parts) and line.height() == 30


def test_its_button_and_its_dots_are_pressed(line: VerdictLine, qtbot: QtBot) -> None:
    button = line.findChild(QPushButton)
    assert isinstance(button, QPushButton)
    with qtbot.waitSignal(line.advice_taken):
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(line.more_requested):
        QTest.mouseClick(line._more, Qt.MouseButton.LeftButton)


def test_what_is_of_something_older_is_faded(line: VerdictLine) -> None:
    assert line._title.isEnabled()
    line.set_line(replace(POOR, faded=True))
    assert not line._title.isEnabled()


def test_where_it_is_narrow_the_sentence_gives_way(line: VerdictLine) -> None:
    line.set_line(replace(POOR, sentence="A sentence " * 30))
    line.resize(420, 30)
    button = line.findChild(QPushButton)
    assert isinstance(button, QPushButton)
    assert line.rect().contains(button.geometry()) and button.width() >= button.sizeHint().width()
    assert line.rect().contains(line._more.geometry()) and line._sentence.width() > 0


def test_what_stands_below_can_be_put_away_where_the_line_says_so(line: VerdictLine, qtbot: QtBot) -> None:
    assert not line._close.isVisible()
    line.set_line(replace(POOR, closes=True))
    assert line._close.isVisible() and line.rect().contains(line._close.geometry())
    with qtbot.waitSignal(line.close_requested):
        QTest.mouseClick(line._close, Qt.MouseButton.LeftButton)


def test_a_title_is_whole_at_once(shown: Callable[..., QWidget]) -> None:
    line = VerdictLine()
    shown(line, 640, 30)
    for title in ("Poor", "Rows shown are weighed", "Reliable"):
        line.set_line(Line(signal="note", title=title, sentence="Nothing is processed meanwhile. " * 6))
        assert line._title.width() >= line._title.sizeHint().width(), "it is painted as it is now"
