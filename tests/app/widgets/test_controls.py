"""Small controls and bars: they ask by signal, and show what they are told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.theme.tokens import DARK, channels
from app.widgets.buttons import Chip, IconButton, SegmentedControl
from app.widgets.color_bar import ColorBar, SwatchGrid
from app.widgets.elided_label import ElidedLabel
from app.widgets.pace_bar import PaceBar
from app.widgets.status_line import StatusLine, spell_time
from app.widgets.tool_bar import SIZES, ToolBar, tool_faces
from app.widgets.value_slider import ValueSlider

Show = Callable[..., QWidget]
LEFT = Qt.MouseButton.LeftButton
INK, PAPER = (255,), (0,)


def near(image: np.ndarray, color: str) -> int:
    """How many pixels have a token's colour."""
    return int((np.abs(image.astype(int) - channels(color)).max(axis=2) <= 2).sum())


@pytest.mark.parametrize(
    "make", [lambda: IconButton("dice", "Dice", bordered=True), lambda: Chip("VAE")], ids=["icon", "chip"]
)
def test_a_button_looks_different_in_every_state(shown: Show, photograph: Any, make: Callable[[], Any]) -> None:
    window = QWidget()
    button = make()
    button.setParent(window)
    button.setCheckable(True)
    button.move(40, 40)
    button.resize(button.sizeHint())
    shown(window, 200, 120)
    window.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    window.setFocus()
    looks = [photograph(button)]
    for change in (
        lambda: button.setAttribute(Qt.WidgetAttribute.WA_UnderMouse, True),
        lambda: button.setDown(True),
        lambda: (button.setDown(False), button.setAttribute(Qt.WidgetAttribute.WA_UnderMouse, False), button.click()),
        button.setFocus,
        lambda: button.setEnabled(False),
    ):
        change()
        looks.append(photograph(button))
    for index, look in enumerate(looks):
        for other in looks[index + 1 :]:
            assert not np.array_equal(look, other), index


def test_the_focus_ring_is_two_px_of_accent(shown: Show, photograph: Any) -> None:
    button = IconButton("dice", "Dice")
    shown(button)
    button.setFocus()
    image = photograph(button)
    for row in (0, 1):
        assert near(image[row : row + 1, 8:20], DARK.focus) == 12
    assert near(image[2:3, 8:20], DARK.focus) == 0


def test_segments_take_one_and_say_which(shown: Show, qtbot: QtBot) -> None:
    control = SegmentedControl("Pace")
    control.set_choices([("a", "A", "", ""), ("b", "B", "", ""), ("c", "C", "", "")])
    control.set_current("a")
    shown(control)
    said: list[str] = []
    control.chosen.connect(said.append)
    segments = control.findChildren(QAbstractButton)
    QTest.mouseClick(segments[1], LEFT)
    QTest.keyClick(segments[1], Qt.Key.Key_Right)
    QTest.keyClick(segments[2], Qt.Key.Key_Right)
    assert said == ["b", "c"]
    assert control.current() == "c"
    control.set_current("a")
    assert (said, control.current()) == (["b", "c"], "a"), "what is set from outside is no choice"


def test_a_segment_stays_taken_when_pressed_again(shown: Show) -> None:
    control = SegmentedControl("Pace")
    control.set_choices([("a", "A", "", ""), ("b", "B", "", "")])
    control.set_current("a")
    shown(control)
    QTest.mouseClick(control.findChildren(QAbstractButton)[0], LEFT)
    assert control.current() == "a"


def test_the_slider_s_handle_is_where_its_value_is(shown: Show, photograph: Any) -> None:
    slider = ValueSlider(0, 2, 0.5)
    slider.setFixedWidth(116)
    slider.set_value(1.4)
    assert slider.value() == 1.5
    shown(slider)
    slider.clearFocus()
    image = photograph(slider)
    columns = np.nonzero((np.abs(image.astype(int) - channels(DARK.accent)).max(axis=2) <= 2).any(axis=0))[0]
    assert abs(int(columns.max()) - (8 + 75 + 7)) <= 2


def test_tools_are_chosen_by_click(shown: Show, qtbot: QtBot) -> None:
    bar = ToolBar()
    shown(bar)
    bar.set_current("pen")
    said: list[str] = []
    bar.tool_chosen.connect(said.append)
    for name, face in tool_faces().items():
        button = next(b for b in bar.findChildren(IconButton) if b.accessibleName() == face.text)
        assert (button.width(), button.height()) == (36, 36)
        assert face.key in button.toolTip()
        QTest.mouseClick(button, LEFT)
        assert button.isChecked(), name
    assert said == list(tool_faces())
    assert sum(b.isChecked() for b in bar.findChildren(IconButton)) == 1


def test_where_it_is_low_the_tools_stand_in_two_columns(shown: Show) -> None:
    bar = ToolBar()
    shown(bar)
    alone = bar.height()
    bar.set_room(alone)
    assert bar.width() == 44
    bar.set_room(alone - 1)
    QApplication.processEvents()
    assert bar.width() == 82 and bar.height() <= 240
    areas = [part.geometry() for part in bar.findChildren(IconButton)]
    assert all(bar.rect().contains(area) for area in areas)
    assert not any(a.intersects(b) for n, a in enumerate(areas) for b in areas[n + 1 :])
    bar.set_room(1000)
    QApplication.processEvents()
    assert (bar.width(), bar.height()) == (44, alone)


def test_other_tools_can_be_offered(shown: Show) -> None:
    bar = ToolBar()
    shown(bar)
    bar.set_tools(["pan", "pick"])
    QApplication.processEvents()  # the layout shows new parts when the loop comes round
    names = {b.accessibleName() for b in bar.findChildren(IconButton) if b.isVisible()}
    assert names == {"Move the view", "Pick a colour", "Larger brush", "Smaller brush"}


def test_the_brush_s_size_goes_in_steps_and_stops_at_its_ends(shown: Show) -> None:
    bar = ToolBar()
    shown(bar)
    bar.set_current("pen")
    said: list[float] = []
    bar.size_changed.connect(said.append)
    larger, smaller = (
        next(b for b in bar.findChildren(IconButton) if b.accessibleName() == name)
        for name in ("Larger brush", "Smaller brush")
    )
    QTest.mouseClick(smaller, LEFT)
    for _ in range(len(SIZES) + 2):
        QTest.mouseClick(larger, LEFT)
    assert said == list(SIZES[1:])
    bar.set_current("fill")
    assert not larger.isEnabled(), "filling has no size"


def test_ink_has_chips_and_the_rest_is_paper(shown: Show, qtbot: QtBot) -> None:
    bar = ColorBar()
    bar.set_colors([(INK, "Ink"), (PAPER, "Paper"), (None, "Unknown")], INK)
    shown(bar)
    chips = bar.findChildren(Chip)
    assert [(chip.text(), chip.isChecked()) for chip in chips] == [("Ink", True), ("Paper", False), ("Unknown", False)]
    said: list[object] = []
    bar.color_chosen.connect(said.append)
    for chip in chips:
        QTest.mouseClick(chip, LEFT)
    assert said == [INK, PAPER, None]
    with qtbot.waitSignal(bar.rest_requested):
        bar.findChild(QPushButton).click()


def test_choosing_another_colour_keeps_the_chips(shown: Show) -> None:
    bar = ColorBar()
    colors = [(INK, "Ink"), (PAPER, "Paper"), (None, "Unknown")]
    bar.set_colors(colors, INK)
    before = bar.findChildren(Chip)
    bar.set_colors(colors, None)
    assert bar.findChildren(Chip) == before, "the pressed chip must not vanish under the pointer"
    assert [chip.isChecked() for chip in before] == [False, False, True]


def test_many_colours_are_swatches(shown: Show, photograph: Any) -> None:
    bar = ColorBar()
    colors = [((v, 255 - v, 9), f"c{v}") for v in range(0, 64)]
    bar.set_colors(colors, colors[5][0])
    shown(bar)
    grid = bar.findChild(SwatchGrid)
    assert grid.cell(4).x() == 0, "four in a row"
    said: list[object] = []
    bar.color_chosen.connect(said.append)
    QTest.mouseClick(grid, LEFT, pos=grid.cell(63).center())
    QTest.keyClick(grid, Qt.Key.Key_Left)
    QTest.keyClick(grid, Qt.Key.Key_Space)
    QTest.keyClick(grid, Qt.Key.Key_Up)
    QTest.keyClick(grid, Qt.Key.Key_Space)
    assert said == [colors[63][0], colors[62][0], colors[58][0]]
    middle = grid.cell(20).center()
    assert photograph(grid)[middle.y(), middle.x()].tolist() == list(colors[20][0])


def test_pace(shown: Show) -> None:
    bar = PaceBar()
    shown(bar)
    said: list[str] = []
    bar.pace_chosen.connect(said.append)
    for segment in bar.findChildren(QAbstractButton):
        QTest.mouseClick(segment, LEFT)
    assert said == ["instant", "rows", "pixels"]
    bar.set_pace("rows")
    assert bar._control.current() == "rows"
    assert said == ["instant", "rows", "pixels"]


@pytest.mark.parametrize(
    ("milliseconds", "text"),
    [
        (0.4, "0.4 ms"),
        (21.2, "21 ms"),
        (999, "999 ms"),
        (1400, "1.4 s"),
        (73_000, "73 s"),
        (660_000, "11 min"),
        (9_000_000, "2.5 h"),
    ],
)
def test_times_have_the_unit_that_suits_them(milliseconds: float, text: str) -> None:
    assert spell_time(milliseconds) == text


def test_the_status_line_says_the_facts(shown: Show) -> None:
    line = StatusLine()
    shown(line, 1000, 28)
    line.set_engine("ready")
    line.set_timing(21, 190, 8, 73_000)
    line.set_seed(42)
    assert line._timing.text() == "·  first row 21 ms  ·  8 pictures 190 ms  ·  naive 73 s"
    assert line._seed.text() == "·  seed 42"
    line.set_timing(21, 190, 8, 73_000, 30, "redrawn from row 21: 8 of 28 rows")
    assert line._timing.text() == "·  stroke to row 30 ms  ·  redrawn from row 21: 8 of 28 rows  ·  naive 73 s"
    line.set_timing(None, 5.0, 1)
    assert line._timing.text() == "·  1 picture 5.0 ms"
    line.set_seed(None)
    assert not line._seed.isVisible()
    line.set_engine("died")
    assert "stopped" in line._engine._text


def test_progress_shows_late_stops_and_goes_at_once(shown: Show, qtbot: QtBot) -> None:
    line = StatusLine()
    shown(line, 1000, 28)
    line.set_progress(0.1)
    assert line._stop.isHidden(), "nothing shows in the first tenth of a second"
    line.set_progress(0.2)
    qtbot.waitUntil(lambda: line._stop.isVisible())
    assert line._progress.accessibleDescription() == "20 %"
    with qtbot.waitSignal(line.stop_clicked):
        QTest.mouseClick(line._stop, LEFT)
    line.set_progress(None)
    assert line._stop.isHidden()


def test_words_give_way_and_buttons_do_not(shown: Show, photograph: Any) -> None:
    bar = PaceBar()
    bar.set_naive_text("Naive sampling would have taken a quarter of an hour on this machine.")
    shown(bar, 420, 32)
    assert bar.width() == 420
    for segment in bar.findChildren(QAbstractButton):
        assert segment.width() >= segment.sizeHint().width()
    label = bar._naive
    assert label.width() < label.sizeHint().width()
    words = near(photograph(label), DARK.muted)
    assert words > 0, "the words are there, in their colour"
    bar.set_naive_text("")
    assert near(photograph(label), DARK.muted) == 0


def test_an_elided_label_says_all_where_it_fits(shown: Show, photograph: Any) -> None:
    reaches = []
    for kind in (ElidedLabel, QLabel):
        label = kind("Naive: 44 s")
        label.setProperty("role", "muted")
        shown(label, 300, 20)
        rows, columns = np.nonzero(photograph(label).any(axis=2))
        reaches.append((rows.min(), rows.max(), columns.min(), columns.max()))
    assert reaches[0] == reaches[1]
