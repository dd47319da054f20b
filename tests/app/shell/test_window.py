"""The window around the workspace, with an engine that answers when tests say so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from app.shell.explain import NOTHING, explanation
from app.shell.window import Window
from app.widgets.buttons import Chip
from app.widgets.imaging import to_qimage
from app.widgets.model_card import ModelCard
from app.workspaces.complete.view import COMPLETE, CompleteView
from app.workspaces.registry import Surroundings
from tests.app.workspaces.complete.conftest import FACE, GREY, INK, FakeClock, FakeDispatcher

TWIN = replace(INK, id="ink-2")
MODELS = (INK, TWIN, GREY, FACE)


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[Window]:
    """A window with four models, two of them alike."""
    made = Window([COMPLETE], MODELS, {})
    qtbot.addWidget(made)
    around = Surroundings(FakeDispatcher(), FakeClock(), MODELS, (), ())
    view = COMPLETE.build(around, made)
    made.add_workspace(COMPLETE, view)
    view.start("ink", None)
    made.resize(1440, 900)
    with qtbot.waitExposed(made):
        made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    yield made
    view.close()


def chip(window: Window, model: str) -> Chip:
    return window.library._chips[model]


def view_of(window: Window) -> CompleteView:
    assert isinstance(window.view, CompleteView)
    return window.view


def test_the_chosen_model_keeps_the_focus(window: Window) -> None:
    chip(window, "face").setFocus()
    QTest.keyClick(chip(window, "face"), Qt.Key.Key_Space)
    QApplication.processEvents()
    assert QApplication.focusWidget() is chip(window, "face") and chip(window, "face").isChecked()
    window.set_models([*MODELS, replace(FACE, id="face-2")])
    QApplication.processEvents()
    assert QApplication.focusWidget() is chip(window, "face"), "another model came while the chip had the focus"


def test_a_change_of_size_leaves_the_focus_where_it_is(window: Window) -> None:
    chip(window, "face").setFocus()
    window.resize(1400, 860)
    QApplication.processEvents()
    assert QApplication.focusWidget() is chip(window, "face")


def test_who_is_sent_to_the_library_comes_to_the_model_in_use(window: Window) -> None:
    window.view.library_requested.emit()
    assert QApplication.focusWidget() is chip(window, "ink")
    window.resize(1100, 800)
    QApplication.processEvents()
    window.view.library_requested.emit()
    assert QApplication.focusWidget() is window.library._rail_buttons["Toy"]


def test_models_of_one_title_are_told_apart(window: Window) -> None:
    texts = {model.id: chip(window, model.id).text() for model in MODELS}
    assert len(set(texts.values())) == len(texts) and "ink-2" in texts["ink-2"]
    assert "ink-2" in chip(window, "ink-2").toolTip() and "ink-2" in chip(window, "ink-2").accessibleName()


def test_a_chip_with_a_long_id_stays_within_the_library(window: Window) -> None:
    window.set_models([*MODELS, replace(INK, id="a-model-of-which-the-name-is-much-too-long-for-a-chip")])
    QApplication.processEvents()
    for made in window.library._chips.values():
        assert made.mapTo(window.library, made.rect().topRight()).x() < window.library.width() - 8, made.text()


def test_the_picture_explains_itself_and_has_no_tooltip(window: Window) -> None:
    canvas: QWidget = view_of(window).center.floor.canvas
    assert explanation(canvas) != NOTHING and "picture" in explanation(canvas) and not canvas.toolTip()


@pytest.mark.parametrize(
    ("key", "modifier"),
    [
        (Qt.Key.Key_0, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_Plus, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier),
        (Qt.Key.Key_I, Qt.KeyboardModifier.ControlModifier),
        (Qt.Key.Key_F, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_Up, Qt.KeyboardModifier.NoModifier),
    ],
)
def test_every_key_of_the_window_ends_the_first_show(
    window: Window, key: Qt.Key, modifier: Qt.KeyboardModifier
) -> None:
    view = view_of(window)
    view.engine_changed("ready")
    view.center.setFocus()
    assert view._state is not None and view._state.show_running
    QTest.keyClick(view.center.floor.canvas, key, modifier)
    assert not view._state.show_running


def test_a_click_anywhere_in_the_window_ends_the_first_show(window: Window) -> None:
    view = view_of(window)
    QTest.mouseClick(window.top_bar, Qt.MouseButton.LeftButton)
    assert view._state is not None and not view._state.show_running


def test_escape_in_the_seed_box_puts_the_seed_back_and_stops_nothing(window: Window) -> None:
    view = view_of(window)
    field = view.inspector.parameters._fields["seed"]._box  # type: ignore[attr-defined]
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "77")
    selected = view._state.selected if view._state is not None else None
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert view._state is not None and field.text() == str(view._state.parameters["seed"])
    assert view._state.selected == selected and QApplication.focusWidget() is field


def test_the_card_keeps_its_width_when_it_begins_to_scroll(window: Window) -> None:
    card = view_of(window).inspector.findChild(ModelCard)
    scroll = next(area for area in window.findChildren(QScrollArea) if area.isAncestorOf(card))
    card.set_film([to_qimage(np.zeros((256, 256, 1), np.uint8))] * 2, [(10, 2.0), (20, 1.0)], [10, 20])
    window.resize(1440, 1600)
    QApplication.processEvents()
    assert scroll.verticalScrollBar().maximum() == 0
    wide = card.width()
    window.resize(1440, 640)
    QApplication.processEvents()
    assert scroll.verticalScrollBar().maximum() > 0 and card.width() == wide
