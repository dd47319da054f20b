"""The time machine's bar: a place by drag, wheel and key, marks in their places, and what can be pressed when."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QColor, QKeySequence, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.theme import stylesheet
from app.theme.tokens import DARK, LIGHT
from app.widgets.time_machine_bar import TimeMachineBar
from app.widgets.time_machine_track import TimeMachineTrack
from app.widgets.value_slider import ValueSlider
from tests.app.widgets.conftest import Photograph

OF = 100
ENDS = tuple(range(10, OF + 1, 10))


@pytest.fixture
def track(shown: Callable[..., QWidget]) -> TimeMachineTrack:
    made = TimeMachineTrack()
    made.set_place(40, OF)
    made.set_marks(ENDS, (30,))
    shown(made, 416, 24)
    return made


@pytest.fixture
def bar(shown: Callable[..., QWidget]) -> TimeMachineBar:
    made = TimeMachineBar()
    made.set_marks(ENDS, ())
    made.set_place(40, OF, playing=False, usable=True)
    made.set_words("pixel 40 of 100: row 4, column 1", "pixel 100 of 100: row 10, column 10, p = 0.88", "How")
    shown(made, 700, 26)
    return made


def asked(track: TimeMachineTrack) -> list[tuple[str, int]]:
    """Collects what is asked for; a place that is asked for is taken."""
    heard: list[tuple[str, int]] = []
    track.scrubbed.connect(lambda at: (heard.append(("at", at)), track.set_place(at, OF)))
    track.stepped.connect(lambda count: heard.append(("pixels", count)))
    track.row_stepped.connect(lambda on: heard.append(("row", 1 if on else -1)))
    return heard


def turn(widget: QWidget, delta: QPoint, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    middle = QPointF(widget.rect().center())
    event = QWheelEvent(
        middle, widget.mapToGlobal(middle), QPoint(), delta, Qt.MouseButton.NoButton, modifiers,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(widget, event)


def test_places_and_pixels_of_the_track_belong_to_each_other(track: TimeMachineTrack) -> None:
    assert [track.place_at(track.x_of(at)) for at in range(OF + 1)] == list(range(OF + 1))
    assert track.place_at(-50) == 0 and track.place_at(5000) == OF


def test_a_drag_asks_for_every_place_once_also_beyond_the_ends(track: TimeMachineTrack) -> None:
    heard = asked(track)
    at = lambda place: QPoint(round(track.x_of(place)), 11)  # noqa: E731
    QTest.mousePress(track, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at(20))
    QTest.mouseMove(track, at(21))
    QTest.mouseMove(track, at(21))
    QTest.mouseMove(track, QPoint(4000, 300))
    QTest.mouseRelease(track, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(4000, 300))
    QTest.mouseMove(track, at(50))
    assert heard == [("at", 20), ("at", 21), ("at", OF)]
    QTest.mouseClick(track, Qt.MouseButton.RightButton, Qt.KeyboardModifier.NoModifier, at(50))
    assert len(heard) == 3


def test_the_wheel_goes_by_pixels_and_with_shift_by_rows(track: TimeMachineTrack) -> None:
    heard = asked(track)
    turn(track, QPoint(0, 120))
    turn(track, QPoint(0, -240))
    for _ in range(3):
        turn(track, QPoint(0, 40))  # a trackpad: three make a notch
    turn(track, QPoint(0, 240), Qt.KeyboardModifier.ShiftModifier)
    turn(track, QPoint(-120, 0), Qt.KeyboardModifier.ShiftModifier)
    assert heard == [("pixels", 1), ("pixels", -2), ("pixels", 1), ("row", 1), ("row", 1), ("row", -1)]


def test_keys(track: TimeMachineTrack) -> None:
    heard = asked(track)
    shift = Qt.KeyboardModifier.ShiftModifier
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
        QTest.keyClick(track, key)
    QTest.keyClick(track, Qt.Key.Key_Left, shift)
    QTest.keyClick(track, Qt.Key.Key_Home)
    QTest.keyClick(track, Qt.Key.Key_End)
    rows = [("row", 1), ("row", -1), ("row", -1)]
    assert heard == [("pixels", -1), ("pixels", 1), *rows, ("at", 0), ("at", OF)]


def test_rows_end_at_ticks_and_wedges_stand_where_particles_were_chosen(
    track: TimeMachineTrack, photograph: Photograph
) -> None:
    pixels = photograph(track).astype(int)
    control, warn = (np.array(QColor(color).getRgb()[:3]) for color in (DARK.control, DARK.warn))
    ticks = {x for y, x in np.argwhere(abs(pixels - control).sum(axis=2) < 12).tolist() if y > 14}
    for end in ENDS:
        if end != 30:
            assert any(abs(x - track.x_of(end)) <= 1.5 for x in ticks), end
    warm = np.argwhere(abs(pixels - warn).sum(axis=2) < 30)
    assert len(warm) > 4 and (abs(warm[:, 1] - track.x_of(30)) <= 4).all()


def test_rows_that_lie_close_together_are_thinned_out(track: TimeMachineTrack, photograph: Photograph) -> None:
    track.set_marks(tuple(range(1, OF + 1)), ())
    track.resize(116, 24)
    pixels = photograph(track).astype(int)
    control = np.array(QColor(DARK.control).getRgb()[:3])
    columns = np.unique(np.argwhere(abs(pixels[16:20] - control).sum(axis=2) < 12)[:, 1])
    assert 20 <= len(columns) <= 26 and (np.diff(columns) >= 3).all()


def test_what_can_be_pressed_depends_on_the_place(bar: TimeMachineBar) -> None:
    parts = (bar._rewind, bar._play, bar._end, bar.branch_button(), bar.track)
    states = {
        (40, True): [True, True, True, True, True],
        (0, True): [False, True, True, True, True],
        (OF, True): [True, True, False, False, True],
        (OF, False): [False] * 5,
    }
    for (at, usable), enabled in states.items():
        bar.set_place(at, OF, playing=False, usable=usable)
        assert [part.isEnabled() for part in parts] == enabled, (at, usable)


def test_every_button_says_what_it_does_and_asks_for_it(bar: TimeMachineBar, qtbot: QtBot) -> None:
    signals = {
        bar._rewind: bar.rewind_requested,
        bar._play: bar.play_toggled,
        bar._end: bar.end_requested,
        bar.branch_button(): bar.branch_requested,
    }
    for button, signal in signals.items():
        assert isinstance(button, QAbstractButton) and button.toolTip()
        with qtbot.waitSignal(signal):
            QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    bar.set_place(40, OF, playing=True, usable=True)
    assert bar._play.accessibleName() == "Halt the drawing" and bar._play._icon == "pause"


def test_nothing_moves_while_the_figures_grow(bar: TimeMachineBar) -> None:
    before = bar.track.geometry()
    bar.set_words("pixel 9 of 100: row 1, column 9", "pixel 100 of 100: row 10, column 10, p = 0.88", "How")
    QApplication.processEvents()
    assert bar.track.geometry() == before and bar.where().toolTip() == bar.track.toolTip() == "How"


@pytest.mark.parametrize("width", [400, 480, 640, 1400])
def test_it_fits_its_width(bar: TimeMachineBar, width: int) -> None:
    bar.resize(width, 26)
    QApplication.processEvents()
    places = [part.geometry() for part in (bar._rewind, bar._play, bar._end, bar.track, bar.where())]
    places.append(bar.branch_button().geometry())
    assert all(left.right() < right.left() for left, right in pairwise(places))
    assert places[-1].right() < width and bar.track.width() >= 72


def test_it_is_drawn_in_both_themes(bar: TimeMachineBar, photograph: Photograph, qapp: QApplication) -> None:
    for palette in (LIGHT, DARK):
        stylesheet.apply(qapp, palette)
        bar.track.setFocus()
        pixels = photograph(bar)
        assert tuple(pixels[-1, 2]) == QColor(palette.panel).getRgb()[:3]
        accent = np.array(QColor(palette.accent).getRgb()[:3])
        assert (abs(pixels.astype(int) - accent).sum(axis=2) < 6).sum() > 100


def test_a_slider_keeps_home_and_end_from_the_window(shown: Callable[..., QWidget], qtbot: QtBot) -> None:
    window = QWidget()
    slider = ValueSlider(0, 10, 1)
    slider.setParent(window)
    slider.setGeometry(0, 0, 200, 24)
    shown(window, 200, 40)
    taken: list[str] = []
    for key in ("Home", "End"):
        action = QAction(window)
        action.setShortcut(QKeySequence(key))
        action.triggered.connect(lambda _=False, key=key: taken.append(key))
        window.addAction(action)
    slider.set_value(4)
    slider.setFocus()
    QTest.keyClick(slider, Qt.Key.Key_End)
    assert slider.value() == 10 and not taken
    QTest.keyClick(slider, Qt.Key.Key_Home)
    assert slider.value() == 0 and not taken
