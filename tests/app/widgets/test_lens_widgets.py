"""The lenses' widgets: map over the canvas, scale, distribution, class bars, the card's table."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QFocusEvent, QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from app.theme.colormaps import viridis
from app.theme.tokens import DARK, LIGHT
from app.widgets.bar_choice import BarChoice
from app.widgets.canvas_layers import compose
from app.widgets.class_bars import LINE, ClassBars
from app.widgets.distribution_chart import DistributionChart
from app.widgets.imaging import packed, unpacked
from app.widgets.lens_bar import LensScale
from app.widgets.lens_card import FactTable
from app.widgets.lens_layers import Overlay, covered, hatched
from app.widgets.lens_map import LensMapView
from app.widgets.pixel_canvas import PixelCanvas
from app.widgets.scripted_hand import Paints

NAN = float("nan")


def layers(state: np.ndarray, pixels: np.ndarray | None = None) -> Any:
    picture = np.zeros((*state.shape, 1), np.uint8) if pixels is None else pixels
    return compose(picture, state.astype(np.uint8), None, None, DARK)


def test_packing_and_unpacking_are_inverse() -> None:
    rng = np.random.default_rng(0)
    colors = rng.integers(0, 256, (4, 5, 3)).astype(np.uint8)
    assert (unpacked(packed(colors)) == colors).all()


def test_a_value_covers_the_picture_and_leaves_no_hatch() -> None:
    made = layers(np.array([[0, 0, 1]]))
    assert (made[0] != made[1])[0, :2].all()
    base, lined = covered(made, Overlay(np.array([[1.0, NAN, 0.0]], np.float32)), DARK)
    assert base[0, 0] == lined[0, 0] and base[0, 1] != lined[0, 1], "without a value the hatch stays"
    ends = unpacked(base)[0]
    assert np.abs(ends[0] - viridis(np.array(1.0))).max() < 40 and np.abs(ends[2] - viridis(np.array(0.0))).max() < 40


def test_the_pictures_colours_do_not_tint_the_map() -> None:
    colors = np.array([[[255, 60, 0], [106, 106, 106]]], np.uint8)
    grey = colors.astype(float) @ [0.299, 0.587, 0.114]
    base, _ = covered(layers(np.ones((1, 2)), colors), Overlay(np.zeros((1, 2), np.float32)), DARK)
    first, second = unpacked(base)[0]
    assert np.abs((first - second) - 0.14 * (grey[0, 0] - grey[0, 1])).max() < 1.5


def test_blind_pixels_are_hatched_and_later_ones_dimmed() -> None:
    blind, later = np.array([[True, False, False]]), np.array([[False, True, False]])
    overlay = Overlay(np.array([[NAN, NAN, 0.5]], np.float32), blind, later)
    white = np.full((1, 3, 1), 255, np.uint8)
    base, lined = covered(layers(np.ones((1, 3)), white), overlay, DARK)
    assert base[0, 0] != lined[0, 0] and base[0, 1] == lined[0, 1] and base[0, 2] == lined[0, 2]
    assert unpacked(base)[0, 1].max() < 200 and unpacked(base)[0, 0].min() == 255
    assert hatched(np.ones((1, 3), bool), overlay).tolist() == [[True, False, False]]
    assert hatched(np.zeros((1, 3), bool), None).all()


def test_differences_are_neutral_in_the_middle() -> None:
    for palette in (DARK, LIGHT):
        base, _ = covered(
            compose(np.zeros((1, 3, 1), np.uint8), np.ones((1, 3), np.uint8), None, None, palette),
            Overlay(np.array([[-1.0, 0.0, 1.0]], np.float32), differences=True),
            palette,
        )
        below, middle, above = unpacked(base)[0]
        assert below[2] > below[0] + 60 and above[0] > above[2] + 60 and np.ptp(middle) < 25


def test_the_scale_is_as_wide_as_its_words(qtbot: QtBot) -> None:
    scale = LensScale()
    qtbot.addWidget(scale)
    scale.set_scale("0", "2", "bits")
    short = scale.width()
    scale.set_scale("−2.1", "+2.1", "nats", differences=True)
    assert scale.width() > short and scale.accessibleName() == "Scale from −2.1 to +2.1 nats"
    scale.grab()


# --- the distribution


@pytest.fixture
def chart(qtbot: QtBot) -> DistributionChart:
    made = DistributionChart()
    qtbot.addWidget(made)
    made.resize(260, made.height())
    made.show()
    return made


def fill(chart: DistributionChart, p: list[float], level: int = 1, pickable: bool = True) -> None:
    colors = np.linspace(0, 255, len(p)).astype(np.uint8)[:, None]
    chart.set_distribution(np.array(p, np.float32), colors, tuple(f"v{i}" for i in range(len(p))), level, pickable)


def test_bars_are_as_high_as_they_are_probable(chart: DistributionChart) -> None:
    fill(chart, [0.2, 0.4, 0.0])
    heights = [chart.bar(level).height() for level in range(3)]
    assert heights[0] == pytest.approx(heights[1] / 2) and heights[2] == 0
    assert chart.bar(0).bottom() == pytest.approx(chart.bar(1).bottom())


@pytest.mark.parametrize("count", [2, 3, 16, 64, 256])
def test_every_level_has_a_place_of_its_own(chart: DistributionChart, count: int) -> None:
    fill(chart, [1 / count] * count, level=0)
    middles = [chart.bar(level).center().x() for level in range(count)]
    assert [chart.bar_at(QPointF(x, 40)) for x in middles] == list(range(count))
    assert chart.bar(0).left() >= 0 and chart.bar(count - 1).right() <= chart.width()
    assert chart.bar_at(QPointF(-5, 40)) == -1 and chart.bar_at(QPointF(chart.width() + 5, 40)) == -1
    chart.grab()


def test_a_pressed_bar_is_said_where_it_may_be_pressed(chart: DistributionChart, qtbot: QtBot) -> None:
    fill(chart, [0.2, 0.5, 0.3], pickable=False)
    at = chart.bar(2).center().toPoint()
    with qtbot.assertNotEmitted(chart.level_chosen):
        QTest.mouseClick(chart, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    assert "force" not in chart.said(2)
    fill(chart, [0.2, 0.5, 0.3])
    with qtbot.waitSignal(chart.level_chosen, check_params_cb=lambda level: level == 2):
        QTest.mouseClick(chart, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    assert chart.said(2) == "v2: p = 0.300; click to force it here"


def test_keys_go_through_the_bars_and_choose_one(chart: DistributionChart, qtbot: QtBot) -> None:
    fill(chart, [0.2, 0.5, 0.3])
    chart.setFocus()
    QTest.keyClick(chart, Qt.Key.Key_Right)
    assert chart._under == 1, "it begins at what is there"
    for _ in range(5):
        QTest.keyClick(chart, Qt.Key.Key_Right)
    with qtbot.waitSignal(chart.level_chosen, check_params_cb=lambda level: level == 2):
        QTest.keyClick(chart, Qt.Key.Key_Return)
    fill(chart, [0.5, 0.5], pickable=False)
    assert chart._under == -1 and chart.focusPolicy() == Qt.FocusPolicy.NoFocus


def test_it_says_the_likeliest_value_and_bears_having_none(chart: DistributionChart) -> None:
    fill(chart, [0.2, 0.5, 0.3])
    assert chart.accessibleDescription() == "Most likely v1, p = 0.500"
    fill(chart, [])
    chart.grab()


# --- the classes


@pytest.fixture
def bars(qtbot: QtBot) -> ClassBars:
    made = ClassBars()
    qtbot.addWidget(made)
    made.set_bars(("a", "b", "c"), np.array([0.1, 0.7, 0.2]), np.array([0.0, 0.05, 0.05]))
    made.resize(260, made.height())
    made.show()
    return made


def test_classes_keep_their_places(bars: ClassBars) -> None:
    assert bars.height() == 3 * LINE and [bars.row(i).y() for i in range(3)] == [0, LINE, 2 * LINE]
    widths = [bars.bar(i).width() for i in range(3)]
    assert widths[1] == pytest.approx(7 * widths[0])
    bars.set_bars(("a", "b", "c"), np.array([0.8, 0.1, 0.1]), np.zeros(3))
    assert bars.bar(0).y() < bars.bar(1).y() < bars.bar(2).y() and bars.accessibleDescription() == "Most likely a, 80 %"


def test_a_whisker_is_drawn_where_there_is_a_spread(bars: ClassBars) -> None:
    with_whisker = bars.grab().toImage()
    bars.set_bars(("a", "b", "c"), np.array([0.1, 0.7, 0.2]), np.zeros(3))
    without = bars.grab().toImage()
    assert without != with_whisker
    bars.set_bars(("a", "b", "c"), np.array([0.1, 0.7, 0.2]), np.full(3, 1e-3))
    assert bars.grab().toImage() == without, "not one px wide"


def test_a_press_and_keys_choose_a_class(bars: ClassBars, qtbot: QtBot) -> None:
    with qtbot.waitSignal(bars.class_chosen, check_params_cb=lambda name: name == "c"):
        QTest.mouseClick(bars, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(20, 2 * LINE + 9))
    bars.setFocus()
    QTest.keyClick(bars, Qt.Key.Key_Down)
    QTest.keyClick(bars, Qt.Key.Key_Down)
    with qtbot.waitSignal(bars.class_chosen, check_params_cb=lambda name: name == "b"):
        QTest.keyClick(bars, Qt.Key.Key_Space)
    assert "70.0 % ± 5.0" in bars.said(1)


@pytest.mark.parametrize("kind", ["chart", "bars"])
def test_a_bar_is_looked_at_while_the_pointer_or_the_keys_are_there(
    kind: str, request: pytest.FixtureRequest, qtbot: QtBot
) -> None:
    widget: BarChoice = request.getfixturevalue(kind)
    if isinstance(widget, DistributionChart):
        fill(widget, [0.2, 0.5, 0.3], level=2)
    at = next(
        QPoint(x, y)
        for y in range(1, widget.height(), 5)
        for x in range(1, widget.width(), 5)
        if widget.bar_at(QPointF(x, y)) == 1
    )
    QTest.mouseMove(widget, at)
    qtbot.waitUntil(lambda: widget._under == 1)
    QApplication.sendEvent(widget, QEvent(QEvent.Type.Leave))
    assert widget._under == -1
    widget.setFocus()
    back, on = widget._steps
    QTest.keyClick(widget, on)
    assert widget._under == widget.first_bar()
    for key, end in ((on, 2), (back, 0)):
        for _ in range(4):
            QTest.keyClick(widget, key)
        assert widget._under == end, "they end at the ends"
    QApplication.sendEvent(widget, QFocusEvent(QEvent.Type.FocusOut))
    assert widget._under == -1
    help_event = QHelpEvent(QEvent.Type.ToolTip, at, widget.mapToGlobal(at))
    assert widget.event(help_event)


# --- the card


def test_the_table_keeps_its_rows_and_shows_as_many_as_are_said(qtbot: QtBot) -> None:
    table = FactTable()
    qtbot.addWidget(table)
    table.show()
    table.set_facts((("a", "1"), ("b", "2"), ("", "all across")))
    assert table.texts() == [("a", "1"), ("b", "2"), ("all across", "")]
    rows = list(table._rows)
    table.set_facts((("c", "3"),))
    assert table.texts() == [("c", "3")] and table._rows == rows
    table.set_facts(())
    assert not table.isVisible()


def test_a_small_map_is_drawn_in_whole_pixels(qtbot: QtBot) -> None:
    view = LensMapView()
    qtbot.addWidget(view)
    values = np.full((28, 28), NAN, np.float32)
    values[3, 4] = 1.0
    view.set_map(Overlay(values, np.isnan(values)), 10, 12, "PixelCNN")
    assert view.sizeHint().width() == 28 * 4 + 2 and view.accessibleName() == "PixelCNN"
    view.resize(view.sizeHint())
    image = view.grab().toImage()
    scale = image.devicePixelRatio()
    bright = image.pixelColor(round((1 + 4 * 4 + 2) * scale), round((1 + 3 * 4 + 2) * scale))
    assert bright.red() > 150 and bright.green() > 150


def test_a_map_is_painted_at_once_where_a_hand_waits(qtbot: QtBot) -> None:
    canvas = PixelCanvas()
    qtbot.addWidget(canvas)
    canvas.resize(300, 300)
    with qtbot.waitExposed(canvas):
        canvas.show()
    canvas.set_document(np.zeros((6, 8, 1), np.uint8), np.ones((6, 8), np.uint8))
    canvas.grab()
    canvas.set_overlay(Overlay(np.ones((6, 8), np.float32)), at_once=True)
    assert canvas._shown is not None, "within the call"
    canvas.set_overlay(Overlay(np.zeros((6, 8), np.float32)))
    assert canvas._shown is None
    canvas.set_overlay(Overlay(np.zeros((3, 3), np.float32)), at_once=True)
    canvas.grab()  # of another picture: it is left out


@pytest.mark.parametrize("rows", [6, 7])
def test_a_newer_map_paints_nothing_beside_the_picture(qtbot: QtBot, rows: int) -> None:
    canvas = PixelCanvas()
    beside = QLabel("beside", canvas)
    qtbot.addWidget(canvas)
    canvas.resize(200, 200)
    canvas.set_document(np.zeros((rows, 8, 1), np.uint8), np.ones((rows, 8), np.uint8))
    painted: list[object] = []
    with qtbot.waitExposed(canvas):
        canvas.show()
    top = int(canvas._view.y_edges()[0] / canvas.devicePixelRatioF())
    beside.setGeometry(60, top - 11, 80, 10)
    both = [Paints(canvas, lambda: "canvas", painted.append), Paints(beside, lambda: "beside", painted.append)]
    qtbot.wait(50)
    painted.clear()
    canvas.set_overlay(Overlay(np.ones((rows, 8), np.float32)), at_once=True)
    qtbot.waitUntil(lambda: bool(painted))
    qtbot.wait(50)
    assert set(painted) == {"canvas"}
    beside.update()
    qtbot.waitUntil(lambda: "beside" in painted)
    for each in both:
        each.stop()
