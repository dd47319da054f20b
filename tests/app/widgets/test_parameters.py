"""The panel is made from declared controls; sliders say when a value is final."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from app.widgets.buttons import IconButton
from app.widgets.number_edit import NumberEdit
from app.widgets.parameter_panel import Disclosure, ParameterPanel
from app.widgets.value_slider import ValueSlider
from engine.contracts.controls import Control, control, controls
from engine.contracts.requests import CompleteImage, SampleImages

Show = Callable[..., QWidget]
LEFT = Qt.MouseButton.LeftButton


@dataclass(frozen=True)
class Invented:
    """A request nobody has seen before: the panel must know nothing but its controls."""

    strength: float = control(
        0.5, Control("slider", "How strong", "lambda", "Pulls.", "A", 2, True, minimum=0, maximum=1, step=0.1)
    )
    steps: int = control(3, Control("count", "Rounds", "steps", "Goes on.", "A", 1, True, minimum=1, maximum=9, step=1))
    order: str = control("b", Control("choice", "Way", "order", "Turns.", "B", 3, choices=("a", "b")))


@pytest.fixture
def panel(shown: Show) -> ParameterPanel:
    made = ParameterPanel(controls(CompleteImage))
    made.set_choices("class_name", [("", "any"), ("3", "three")])
    made.set_values({"temperature": 1.0, "seed": 42, "count": 8, "class_name": "", "method": "auto"})
    shown(made, 268, 600)
    return made


@pytest.fixture
def said(panel: ParameterPanel) -> list[tuple[str, object, bool]]:
    log: list[tuple[str, object, bool]] = []
    panel.value_changed.connect(lambda *values: log.append(values))
    return log


def part(panel: ParameterPanel, field: str, kind: type[Any]) -> Any:
    return panel.fields()[field].findChild(kind)


def test_any_declared_controls_make_a_panel(shown: Show) -> None:
    panel = ParameterPanel(controls(Invented))
    shown(panel, 268, 400)
    fields = panel.fields()
    assert set(fields) == {"strength", "steps", "order"}
    assert fields["steps"].y() < fields["strength"].y(), "in their declared order"
    assert fields["strength"].isVisible()
    assert not fields["order"].isVisible(), "what is not primary waits under More"
    labels = [label.text() for label in fields["strength"].findChildren(QLabel)]
    assert labels == ["How strong", "lambda"], "plain first, term second"
    slider = fields["strength"].findChild(ValueSlider)
    assert slider.toolTip() == "Pulls."
    assert slider.accessibleName() == "How strong (lambda)"


def test_at_most_four_show_and_more_unfolds_the_rest(panel: ParameterPanel) -> None:
    names = [name for name, field in panel.fields().items() if field.isVisible()]
    assert names == ["temperature", "seed", "count", "class_name"]
    more = panel.findChild(Disclosure)
    more.setFocus()
    QTest.keyClick(more, Qt.Key.Key_Space)
    assert all(field.isVisible() for field in panel.fields().values())


def test_values_shown_are_no_signals(panel: ParameterPanel, said: list[Any]) -> None:
    panel.set_values({"temperature": 0.3, "seed": 7, "count": 64, "class_name": "3", "unheard_of": 1})
    panel.set_seed_locked(True)
    assert said == []
    assert part(panel, "temperature", NumberEdit).text() == "0.30"
    assert part(panel, "temperature", ValueSlider).value() == 0.3
    assert part(panel, "count", NumberEdit).text() == "64"
    assert part(panel, "class_name", QComboBox).currentText() == "three"


def test_a_dragged_slider_is_final_at_the_end_only(panel: ParameterPanel, said: list[Any]) -> None:
    slider = part(panel, "temperature", ValueSlider)
    middle = slider.height() // 2
    QTest.mousePress(slider, LEFT, pos=QPoint(8, middle))
    QTest.mouseMove(slider, QPoint(slider.width() - 8, middle))
    assert [final for _, _, final in said] == [False, False]
    QTest.mouseRelease(slider, LEFT, pos=QPoint(slider.width() - 8, middle))
    assert said[0] == ("temperature", 0.0, False)
    assert said[-1] == ("temperature", 2.0, True)
    assert part(panel, "temperature", NumberEdit).text() == "2.00"


def test_a_slider_by_key_is_final_each_time(panel: ParameterPanel, said: list[Any]) -> None:
    slider = part(panel, "temperature", ValueSlider)
    slider.setFocus()
    QTest.keyClick(slider, Qt.Key.Key_Right)
    QTest.keyClick(slider, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(slider, Qt.Key.Key_Home)
    QTest.keyClick(slider, Qt.Key.Key_Home)
    assert said == [("temperature", 1.05, True), ("temperature", 0.55, True), ("temperature", 0.0, True)]


def test_escape_takes_a_drag_back(panel: ParameterPanel, said: list[Any]) -> None:
    slider = part(panel, "temperature", ValueSlider)
    QTest.mousePress(slider, LEFT, pos=QPoint(8, 10))
    QTest.keyClick(slider, Qt.Key.Key_Escape)
    assert said[-1] == ("temperature", 1.0, True)


def test_counts_are_whole_and_reach_every_number(panel: ParameterPanel, said: list[Any]) -> None:
    slider = part(panel, "count", ValueSlider)
    slider.setFocus()
    for _ in range(3):
        QTest.keyClick(slider, Qt.Key.Key_Left)
    assert said == [("count", 7, True), ("count", 6, True), ("count", 5, True)]
    assert isinstance(said[0][1], int)


def test_a_wide_count_gives_small_numbers_room(shown: Show) -> None:
    panel = ParameterPanel(controls(SampleImages))
    shown(panel, 268, 400)
    slider = part(panel, "count", ValueSlider)
    slider.set_value(64)
    assert slider._share() == pytest.approx(0.5)


def test_the_readout_can_be_typed_in_and_is_kept_in_bounds(panel: ParameterPanel, said: list[Any]) -> None:
    readout = part(panel, "temperature", NumberEdit)
    readout.setFocus()
    readout.selectAll()
    QTest.keyClicks(readout, "7.5")
    QTest.keyClick(readout, Qt.Key.Key_Return)
    assert said == [("temperature", 2.0, True)]
    assert readout.text() == "2.00"
    assert part(panel, "temperature", ValueSlider).value() == 2.0
    readout.clear()
    part(panel, "seed", QLineEdit).setFocus()
    assert readout.text() == "2.00", "left empty, it shows what still holds"


def test_the_seed_takes_all_32_bits_and_no_more(panel: ParameterPanel, said: list[Any]) -> None:
    box = part(panel, "seed", QLineEdit)
    for text, value in (("4294967295", 4294967295), ("9999999999", 4294967295), ("12", 12)):
        said.clear()
        box.setFocus()
        box.selectAll()
        QTest.keyClicks(box, text)
        QTest.keyClick(box, Qt.Key.Key_Return)
        assert box.text() == str(value)
    assert said == [("seed", 12, True)]
    QTest.keyClicks(box, "x-")
    assert box.text() == "12"


def test_lock_and_dice(panel: ParameterPanel, qtbot: QtBot) -> None:
    lock, dice = panel.fields()["seed"].findChildren(IconButton)
    with qtbot.waitSignal(panel.dice_rolled):
        QTest.mouseClick(dice, LEFT)
    with qtbot.waitSignal(panel.seed_lock_changed) as locked:
        QTest.mouseClick(lock, LEFT)
    assert locked.args == [True]
    assert not dice.isEnabled(), "a seed that is kept is not rolled"
    panel.set_seed_locked(False)
    assert dice.isEnabled()


def test_choices_from_the_model_keep_what_still_can_be(panel: ParameterPanel, said: list[Any]) -> None:
    panel.set_values({"class_name": "3"})
    panel.set_choices("class_name", [("", "any"), ("2", "two"), ("3", "a three")])
    combo = part(panel, "class_name", QComboBox)
    assert combo.currentText() == "a three"
    panel.set_choices("class_name", [("", "any")])
    assert combo.currentText() == "any"
    assert said == []
    combo.setFocus()
    panel.set_choices("class_name", [("", "any"), ("9", "nine")])
    QTest.keyClick(combo, Qt.Key.Key_Down)
    assert said == [("class_name", "9", True)]


def test_fields_can_be_hidden_and_disabled(panel: ParameterPanel) -> None:
    panel.set_visible_fields({"temperature", "seed"})
    assert [name for name, field in panel.fields().items() if field.isVisible()] == ["temperature", "seed"]
    assert not panel.findChild(Disclosure).isVisible(), "nothing is left to unfold"
    panel.set_enabled_fields({"seed"})
    assert not part(panel, "temperature", ValueSlider).isEnabled()
    assert part(panel, "seed", QLineEdit).isEnabled()


def test_the_wheel_scrolls_the_panel_and_changes_nothing_unasked(panel: ParameterPanel, said: list[Any]) -> None:
    from PySide6.QtCore import QPointF
    from PySide6.QtGui import QWheelEvent
    from PySide6.QtWidgets import QApplication

    slider = part(panel, "temperature", ValueSlider)
    for focused in (False, True):
        slider.setFocus() if focused else slider.clearFocus()
        point = QPointF(20, 10)
        event = QWheelEvent(
            point,
            slider.mapToGlobal(point),
            QPoint(),
            QPoint(0, 120),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(slider, event)
        assert said == ([("temperature", 1.05, True)] if focused else [])


def test_every_part_that_takes_the_keyboard_has_a_name_and_a_tooltip(panel: ParameterPanel) -> None:
    panel.set_more_open(True)
    parts = [w for w in panel.findChildren(QWidget) if w.focusPolicy() & Qt.FocusPolicy.TabFocus and w.isVisible()]
    assert len(parts) >= 9
    for widget in parts:
        assert widget.accessibleName(), widget
        assert widget.toolTip(), widget


def test_escape_puts_back_what_stood_in_a_field(panel: ParameterPanel, qtbot: QtBot) -> None:
    """The first Esc is the field's, as long as something else is typed; the next is the window's."""
    stopped: list[str] = []
    shortcut = QShortcut(QKeySequence("Esc"), panel.window(), lambda: stopped.append("Esc"))
    panel.set_values({"seed": 42, "temperature": 0.7})
    said: list[Any] = []
    panel.value_changed.connect(lambda *parts: said.append(parts))
    for name, kind, text in (("seed", QLineEdit, "42"), ("temperature", NumberEdit, "0.70")):
        box = part(panel, name, kind)
        box.setFocus()
        box.selectAll()
        QTest.keyClicks(box, "1")
        QTest.keyClick(box, Qt.Key.Key_Escape)
        assert box.text() == text and not stopped
        QTest.keyClick(box, Qt.Key.Key_Escape)
        assert stopped.pop() == "Esc"
    panel.setFocus()
    part(panel, "seed", QLineEdit).clearFocus()
    assert said == []
    del shortcut
