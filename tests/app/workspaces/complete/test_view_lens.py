"""The lenses on screen: the bar over the canvas, the map and its scale, the card in the inspector."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.theme.tokens import Size, Space
from app.workspaces.complete import lens_words as words
from app.workspaces.complete.lens_state import LENSES
from tests.app.workspaces.complete.conftest import INK
from tests.app.workspaces.complete.test_lenses import (
    EVIDENCE,
    FIELD,
    LOOK,
    OTHER,
    PLAIN,
    evidence,
    examine,
    influence,
)
from tests.app.workspaces.complete.test_view import Screen, show


@pytest.fixture
def ink(qtbot: QtBot) -> Iterator[Screen]:
    """A blank picture of ink and its first completions."""
    screen = show(qtbot, INK)
    screen.view.presenter.skip_show()
    screen.settle()
    yield screen
    screen.view.close()


@pytest.fixture
def pair(qtbot: QtBot) -> Iterator[Screen]:
    screen = show(qtbot, PLAIN, OTHER)
    screen.view.presenter.skip_show()
    screen.settle()
    yield screen
    screen.view.close()


def open_lens(screen: Screen, lens: str) -> None:
    screen.view.handlers()[f"lens-{lens}"]()


def pixel(screen: Screen, column: int, row: int) -> QPoint:
    """The middle of a pixel, on the canvas."""
    canvas = screen.view.center.floor.canvas
    rect, scale = canvas._view, canvas.devicePixelRatioF()
    x, y = rect.x_edges(), rect.y_edges()
    return QPoint(int((x[column] + x[column + 1]) / 2 / scale), int((y[row] + y[row + 1]) / 2 / scale))


def test_the_bar_offers_every_lens_and_a_click_opens_one(ink: Screen) -> None:
    bar = ink.view.center.floor.lenses
    assert list(bar._control._segments) == list(LENSES) and bar.lens() == "none"
    QTest.mouseClick(bar._control._segments["entropy"], Qt.MouseButton.LeftButton)
    assert ink.state.lens == "entropy" and bar.lens() == "entropy"
    open_lens(ink, "bits")
    assert bar.lens() == "bits"


@pytest.mark.parametrize("size", [(898, 822), (667, 562), (761, 700)])
def test_bar_and_scale_lie_in_the_mat_and_do_not_touch_the_fitted_picture(ink: Screen, size: tuple[int, int]) -> None:
    ink.view.center.setGeometry(0, 0, *size)
    open_lens(ink, "bits")
    examine(ink.dispatcher.of(LOOK)[-1])
    floor = ink.view.center.floor
    edges = floor.canvas._view.y_edges() / floor.canvas.devicePixelRatioF()
    assert floor.lenses.geometry().bottom() + 1 + Space.XS <= edges[0] and floor.lenses.height() <= Size.MAT
    assert edges[-1] + Space.XS <= floor.scale.y() and floor.scale.isVisible()
    for part in (floor.lenses, floor.scale):
        assert floor.rect().contains(part.geometry())


def test_the_card_and_the_scale_come_with_a_lens_and_go_with_it(ink: Screen) -> None:
    card, scale = ink.view.inspector.lens, ink.view.center.floor.scale
    assert not card.isVisible() and not scale.isVisible()
    open_lens(ink, "bits")
    assert card.isVisible() and card.title.text() == words.TITLES["bits"] and card.note.text() == words.NO_ANSWER_YET
    assert not scale.isVisible()
    examine(ink.dispatcher.of(LOOK)[-1])
    assert scale.isVisible() and "2.0 bits" in scale.accessibleName()
    assert ("All bits", "96.0 bits") in card.facts.texts()
    assert card.y() < ink.view.inspector.card.y(), "it stands first"
    open_lens(ink, "none")
    assert not card.isVisible() and not scale.isVisible() and ink.view.center.floor.canvas._overlay is None


def test_the_map_lies_on_the_canvas(ink: Screen) -> None:
    canvas = ink.view.center.floor.canvas
    before = canvas.grab().toImage().pixelColor(pixel(ink, 3, 2))
    open_lens(ink, "bits")
    examine(ink.dispatcher.of(LOOK)[-1], p=0.25)
    after = canvas.grab().toImage().pixelColor(pixel(ink, 3, 2))
    assert before != after and after.red() > 180 and after.green() > 160 and after.blue() < 110, "the scale's end"


def test_a_pixel_under_the_pointer_is_told_in_the_card(ink: Screen) -> None:
    open_lens(ink, "bits")
    examine(ink.dispatcher.of(LOOK)[-1])
    QTest.mouseMove(ink.view.center.floor.canvas, pixel(ink, 3, 2))
    QApplication.processEvents()
    card = ink.view.inspector.lens
    assert card.spot_title.text() == "Row 3, column 4" and card.chart.isVisible()
    assert ("p of ink", "0.250") in card.spot_facts.texts()


def test_a_click_with_the_probe_and_one_on_a_bar_force_a_value(ink: Screen) -> None:
    ink.view.handlers()["tool-probe"]()
    examine(ink.dispatcher.of(LOOK)[-1])
    canvas, card = ink.view.center.floor.canvas, ink.view.inspector.lens
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, pixel(ink, 3, 2))
    assert ink.state.look is not None and ink.state.look.pinned == (3, 2) and canvas._pin == (3, 2)
    assert card.note.text() == words.FORCE
    QApplication.processEvents()
    QTest.mouseClick(
        card.chart, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, card.chart.bar(0).center().toPoint()
    )
    assert ink.state.document.state[2, 3] == 1 and ink.state.document.pixels[2, 3, 0] == 0
    ink.view.handlers()["escape"]()
    ink.view.handlers()["escape"]()
    assert canvas._pin is None


def test_the_keyboards_spot_is_under_the_microscope_too(ink: Screen) -> None:
    open_lens(ink, "entropy")
    examine(ink.dispatcher.of(LOOK)[-1])
    canvas = ink.view.center.floor.canvas
    canvas.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(canvas, Qt.Key.Key_Right)
    assert ink.state.look is not None and ink.state.look.spot is not None
    at = (ink.state.look.spot.column, ink.state.look.spot.row)
    ink.view.handlers()["tool-probe"]()
    QTest.keyClick(canvas, Qt.Key.Key_Space)
    assert ink.state.look.pinned == at


def test_receptive_fields_stand_beside_each_other(pair: Screen) -> None:
    open_lens(pair, "field")
    pair.view.presenter.probe(2, 3)
    influence(pair.dispatcher.of(FIELD)[-1])
    card = pair.view.inspector.lens
    assert not card.fields[0].isVisible(), "one alone lies on the canvas already"
    influence(pair.dispatcher.of(FIELD)[-1], blind=5)
    assert card.fields[0].isVisible() and card.fields[1].isVisible()
    assert card._field_texts[1].text().startswith("PixelCNN:") and "5 are blind" in card._field_texts[1].text()
    assert pair.view.center.floor.canvas._overlay is not None


def test_classes_have_bars_and_a_press_asks_where_the_picture_speaks(ink: Screen) -> None:
    open_lens(ink, "class")
    ink.view.presenter.load_picture(np.full((6, 8, 4), 255, np.uint8))
    ink.clock.advance(100)
    evidence(ink.dispatcher.of(EVIDENCE)[-1])
    card = ink.view.inspector.lens
    assert card.bars.isVisible() and card.bars_title.text().endswith("exact")
    QApplication.processEvents()
    middle = card.bars.row(1).center().toPoint()
    QTest.mouseClick(card.bars, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, middle)
    assert ink.state.look is not None and ink.state.look.bars is not None and ink.state.look.bars.chosen == "one"


def test_with_nothing_given_the_class_lens_says_what_to_do_and_not_that_it_waits(ink: Screen) -> None:
    open_lens(ink, "class")
    assert ink.view.inspector.lens.note.text() == words.DRAW_SOMETHING


def test_an_error_has_its_remedy_as_a_button(ink: Screen) -> None:
    open_lens(ink, "bits")
    ink.dispatcher.of(LOOK)[-1].fail("SessionError", "It broke.", "Mend it.")
    card = ink.view.inspector.lens
    assert card.problem.text() == "It broke. Mend it." and card.remedy.isVisible()
    asked = len(ink.dispatcher.of(LOOK))
    QTest.mouseClick(card.remedy, Qt.MouseButton.LeftButton)
    assert len(ink.dispatcher.of(LOOK)) == asked + 1 and not card.problem.isVisible()
