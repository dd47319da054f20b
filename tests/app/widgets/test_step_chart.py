"""Curves over the steps of a training: where a step lies, what hand and keys say, and how they are painted."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from app.theme.tokens import DARK, LIGHT, Palette, channels
from app.widgets.chart_axes import LINE, axis_font, widest
from app.widgets.step_chart import SAMPLE, Series, StepChart

Photograph = Callable[[QWidget], NDArray[np.uint8]]
NONE, LEFT, RIGHT = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
STEPS = np.array([10.0, 100.0, 1000.0, 10_000.0])
CURVES = (
    Series("generator", np.array([1.0, 0.5, 0.25, 0.75])),
    Series("discriminator", np.array([2.0, 1.5, 1.0, 1.25])),
)


@pytest.fixture
def chart(shown: Callable[..., QWidget]) -> StepChart:
    made = StepChart("Losses")
    made.set_series(STEPS, CURVES)
    shown(made, 420, 160)
    return made


@pytest.fixture
def said(chart: StepChart) -> list[object]:
    """What the chart says, in its order."""
    heard: list[object] = []
    chart.step_chosen.connect(lambda step: heard.append(("at", round(step, 3))))
    chart.stepped.connect(lambda by: heard.append(("by", by)))
    return heard


def place(chart: StepChart, step: float) -> QPoint:
    return QPoint(round(chart.x_of(step)), round(chart.area().center().y()))


@given(st.floats(10.0, 10_000.0))
def test_a_place_and_its_step_agree(qapp: object, step: float) -> None:
    chart = StepChart("Losses")
    chart.resize(420, 160)
    chart.set_series(STEPS, CURVES)
    assert chart.step_at(chart.x_of(step)) == pytest.approx(step)


def test_steps_go_from_edge_to_edge_by_their_logarithm(chart: StepChart) -> None:
    area = chart.area()
    places = [chart.x_of(step) for step in STEPS]
    assert places[0] == pytest.approx(area.left()) and places[-1] == pytest.approx(area.right())
    np.testing.assert_allclose(np.diff(places), area.width() / 3, rtol=0.03)
    assert chart.step_at(-50.0) == pytest.approx(10.0) and chart.step_at(9_000.0) == pytest.approx(10_000.0)


def test_a_press_and_a_drag_go_through_the_steps(chart: StepChart, said: list[object]) -> None:
    QTest.mouseMove(chart, place(chart, 50.0))
    QTest.mouseClick(chart, RIGHT, NONE, place(chart, 50.0))
    assert said == []
    start, end = place(chart, 100.0), QPoint(chart.width(), place(chart, 100.0).y())
    QTest.mousePress(chart, LEFT, NONE, start)
    QTest.mouseMove(chart, end)
    QTest.mouseRelease(chart, LEFT, NONE, end)
    QTest.mouseMove(chart, start)
    assert said == [("at", round(chart.step_at(start.x()), 3)), ("at", 10_000.0)]
    assert chart.step_at(start.x()) == pytest.approx(100.0, rel=0.02)


def test_keys_go_through_the_steps(chart: StepChart, said: list[object]) -> None:
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End):
        QTest.keyClick(chart, key)
    assert said == [("by", -1), ("by", 1), ("at", 10.0), ("at", 10_000.0)]


def test_other_keys_are_the_windows(chart: StepChart, said: list[object], qtbot: object) -> None:
    holder, heard = QWidget(), list[int]()
    holder.keyPressEvent = lambda event: heard.append(event.key())  # type: ignore[method-assign]
    chart.setParent(holder)
    QTest.keyClick(chart, Qt.Key.Key_A)
    QTest.keyClick(chart, Qt.Key.Key_Left)
    chart.setParent(None)
    assert heard == [int(Qt.Key.Key_A)] and said == [("by", -1)]


@pytest.mark.parametrize("steps", [[], [10.0]])
def test_fewer_than_two_steps_can_be_gone_through_by_no_hand(
    chart: StepChart, said: list[object], photograph: Photograph, steps: list[float]
) -> None:
    chart.set_series(np.array(steps), [Series("generator", np.ones(len(steps)))])
    chart.set_at(10.0)
    QTest.mouseClick(chart, LEFT, NONE, QPoint(200, 80))
    assert said == [] and np.unique(photograph(chart).reshape(-1, 3), axis=0).shape == (1, 3)


def test_it_is_told_to_those_who_do_not_see_it(chart: StepChart) -> None:
    assert chart.accessibleName() == "Losses" and chart.accessibleDescription() == ""
    chart.set_at(940.0)
    assert chart.accessibleDescription() == "after 940 steps: generator 0.25, discriminator 1.00"
    chart.set_at(None)
    assert chart.accessibleDescription() == ""


def test_a_line_stands_where_one_is(chart: StepChart, photograph: Photograph) -> None:
    accent = channels(DARK.accent)
    chart.clearFocus()

    def most(step: float) -> int:
        """The column with most of the accent in it."""
        chart.set_at(step)
        return int((photograph(chart) == accent).all(axis=2).sum(axis=0).argmax())

    assert abs(most(100.0) - chart.x_of(100.0)) <= 1.5
    assert abs(most(3000.0) - chart.x_of(3000.0)) <= 1.5


def test_a_wild_beginning_does_not_flatten_what_follows(chart: StepChart) -> None:
    values = np.concatenate([[5000.0], np.linspace(1.0, 2.0, 199)])
    chart.set_series(np.arange(1.0, 201.0), [Series("generator", values)])
    area = chart.area()
    assert chart._y_of(5000.0, area) == pytest.approx(area.top()), "it is painted at the edge"
    assert chart._y_of(1.0, area) - chart._y_of(2.0, area) > 0.4 * area.height()


def test_zero_is_always_seen(chart: StepChart) -> None:
    area = chart.area()
    for values in ([3.0, 4.0, 5.0, 6.0], [-3.0, -4.0, -5.0, -6.0], [0.0] * 4):
        chart.set_series(STEPS, [Series("real", np.array(values))])
        assert area.top() < chart._y_of(0.0, area) < area.bottom()


def test_curves_are_told_apart_without_their_colours(chart: StepChart) -> None:
    dashes = [tuple(chart._pen(number).dashPattern()) for number in range(3)]
    assert len(set(dashes)) == 3 and dashes[0] == ()


@pytest.mark.parametrize("width", [165, 173, 210, 240, 420])
def test_the_names_of_the_curves_are_whole_and_apart(chart: StepChart, width: int) -> None:
    one_line = chart.area().top()
    chart.set_series(STEPS, [Series(name, CURVES[0].values) for name in ("real", "generated", "held out")])
    chart.resize(width, 94)
    names = chart.names()
    needed = [SAMPLE + widest(axis_font(chart), [name]) for name in ("real", "generated", "held out")]
    for (x, _, room), least in zip(names, needed, strict=True):
        assert room >= least and x + room <= width
    for (x, line, room), (after, below, _) in pairwise(names):
        assert (below == line and x + room < after) or (below == line + 1 and after == 0)
    lines = 1 + max(line for _, line, _ in names)
    assert (lines == 1) == (width == 420) and lines <= 2
    assert chart.area().top() == one_line + (lines - 1) * LINE and chart.area().height() > 24


@pytest.mark.parametrize("palette", [DARK, LIGHT], ids=["dark", "light"])
@pytest.mark.parametrize("size", [(1, 1), (3, 200), (37, 78), (160, 78), (401, 93), (1900, 41)])
def test_it_is_painted_at_any_size_in_both_themes(
    chart: StepChart, photograph: Photograph, palette: Palette, size: tuple[int, int]
) -> None:
    chart.setMinimumSize(1, 1)
    chart.set_theme(palette)
    chart.set_series(STEPS, [*CURVES, Series("held out", np.array([-1e9, 0.0, 1e-9, 1e9]))])
    chart.set_at(100.0)
    chart.resize(*size)
    chart.setFocus()
    photo = photograph(chart)
    assert photo.shape == (size[1], size[0], 3)
    if size[0] > 300:
        colors = {tuple(color) for color in photo.reshape(-1, 3).tolist()}
        assert channels(palette.accent) in colors
