"""The word on completions on screen, the figures behind it, and raster order below."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from app.theme.tokens import Size
from app.widgets.sample_size_chart import SampleSizeChart
from tests.app.workspaces.complete.conftest import ROWS, FakeJob
from tests.app.workspaces.complete.test_view import Screen, show


@pytest.fixture
def ring(qtbot: QtBot) -> Iterator[Screen]:
    """A picture whose rim is given, completed by particles."""
    screen = show(qtbot, ROWS)
    screen.view.presenter.skip_show()
    rgba = np.full((6, 8, 4), 255, np.uint8)
    rgba[1:-1, 1:-1, 3] = 0
    screen.view.presenter.load_picture(rgba)
    screen.clock.advance(60)
    screen.job.weigh(value=50)
    yield screen
    screen.view.close()


def beside(screen: Screen) -> FakeJob:
    return screen.dispatcher.of("complete.raster")[-1]


def test_the_word_stands_above_the_strip_with_its_reason(ring: Screen) -> None:
    line = ring.view.center.verdict.line()
    assert (line.title, line.signal, line.heading, line.faded) == ("Reliable", "good", "", False)
    assert "weighed" in line.sentence and "64" in line.help and line.more and not line.button
    assert ring.view.center.verdict.geometry().bottom() < ring.view.center.strip.geometry().top() + 1
    ring.view.presenter.roll_dice()
    assert ring.view.center.verdict.line().faded, "it was said of the pictures before"


def test_while_particles_run_the_status_says_that_rows_may_go(ring: Screen) -> None:
    ring.view.presenter.roll_dice()
    ring.clock.advance(60)
    ring.job.rows(2, provisional=True)
    assert ring.view.center.verdict.line().title == "Weighing"
    assert "may still be replaced" in ring.view.status._message.text()
    ring.job.weigh()
    assert not ring.view.status._message.text()


def test_what_is_offered_is_a_button(ring: Screen) -> None:
    ring.view.presenter.set_parameter("method", "raster")
    ring.settle()
    line, button = ring.view.center.verdict, ring.view.center.verdict.findChild(QPushButton)
    assert line.line().signal == "note" and isinstance(button, QPushButton) and button.isVisible()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    ring.clock.advance(60)
    assert ring.job.request.method == "auto"
    ring.job.weigh()
    assert not button.isVisible()


def test_the_figures_unfold_in_the_inspector(ring: Screen) -> None:
    card = ring.view.inspector.reliability
    chart = card.findChild(SampleSizeChart)
    assert isinstance(chart, SampleSizeChart) and card.isVisible() and not chart.isVisible()
    ring.view.center.verdict.more_requested.emit()
    assert chart.isVisible() and "20.0 to 64.0 of 64" in chart.accessibleDescription()
    texts = [card._label(row, 1).text() for row in range(4)]
    assert texts == ["64", "20.0 of 64", "60 of 64", "12"]
    ring.view.center.verdict.more_requested.emit()
    assert not chart.isVisible()
    ring.view.presenter.set_parameter("method", "raster")
    ring.settle()
    assert not card.isVisible(), "raster order has no such figures"


def test_the_figures_bring_a_hidden_inspector_back(ring: Screen) -> None:
    asked: list[str] = []
    ring.view.command_requested.connect(asked.append)
    ring.view.inspector.hide()
    ring.view.center.verdict.more_requested.emit()
    assert asked == ["inspector"] and ring.view.inspector.reliability.is_open()


def test_raster_order_stands_below_under_its_name(ring: Screen) -> None:
    center = ring.view.center
    assert not center.beside.isVisible() and not center.beside_verdict.isVisible()
    ring.view.handlers()["compare-raster"]()
    beside(ring).finish(value=150)
    QApplication.processEvents()
    assert center.beside.isVisible() and center.verdict.line().heading == "Particles"
    line = center.beside_verdict.line()
    assert line.heading == "Raster order" and line.title.startswith("Ignores") and not line.button
    assert center.beside.y() > center.strip.y()
    above, below = (strip.grid().tiles() for strip in (center.strip, center.beside))
    assert len(below) == 8 and below[0]._values[2, 2] != above[0]._values[2, 2]
    assert (
        below[3].mapTo(center, below[3].rect().topLeft()).x() == above[3].mapTo(center, above[3].rect().topLeft()).x()
    )
    ring.view.handlers()["compare-raster"]()
    assert not center.beside.isVisible() and center.verdict.line().heading == ""


def test_tiles_stand_below_each_other_also_beside_the_way_to_the_sheet(ring: Screen, qtbot: QtBot) -> None:
    ring.view.handlers()["compare-raster"]()
    ring.view.presenter.set_parameter("count", 16)
    ring.clock.advance(60)
    ring.job.weigh(value=50)
    beside(ring).finish(value=80)
    center = ring.view.center

    def places() -> set[int]:
        strips = (center.strip, center.beside)
        return {strip.grid().tiles()[5].mapTo(center, strip.rect().topLeft()).x() for strip in strips}

    qtbot.waitUntil(lambda: len(places()) == 1)
    assert not center.beside._sheet.isVisible() and center.strip._sheet.isVisible()


def test_one_of_them_is_previewed_enlarged_and_taken(ring: Screen) -> None:
    ring.view.handlers()["compare-raster"]()
    beside(ring).finish(value=150)
    tile = ring.view.center.beside.grid().tiles()[2]
    tile.entered.emit(2)
    assert ring.state.beside == 2 and ring.state.preview is not None and ring.state.preview[2, 2, 0] == 152
    QTest.keyClick(tile, Qt.Key.Key_F)
    enlarged = ring.view.center.floor.enlarged
    assert enlarged.isVisible() and enlarged._pixels[2, 2, 0] == 152
    ring.view.escape()
    QTest.keyClick(tile, Qt.Key.Key_Return)
    assert ring.state.document.is_whole and ring.state.document.pixels[2, 2, 0] == 152


def test_its_error_stands_in_its_place_with_the_remedy(ring: Screen) -> None:
    ring.view.handlers()["compare-raster"]()
    beside(ring).fail()
    strip = ring.view.center.beside
    assert strip._stack.currentIndex() == 1 and ring.view.center.strip._stack.currentIndex() == 0
    strip.remedy_requested.emit()
    assert len(ring.dispatcher.of("complete.raster")) == 2
    beside(ring).finish()
    assert strip._stack.currentIndex() == 0


def test_strips_are_lower_where_the_window_is(ring: Screen) -> None:
    center = ring.view.center
    assert center.strip.height() == Size.STRIP
    center.resize(660, 564)
    QApplication.processEvents()
    assert center.strip.height() == Size.STRIP_COMPACT
    ring.view.handlers()["compare-raster"]()
    QApplication.processEvents()
    assert center.beside.height() == center.strip.height() == Size.STRIP_COMPACT
    tools, floor = center.floor.tools, center.floor
    assert tools.height() <= floor.height() and tools.width() > 44, "in two columns"
    center.resize(900, 830)
    QApplication.processEvents()
    assert center.beside.height() == center.strip.height() == Size.STRIP and tools.width() <= 44
