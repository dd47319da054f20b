"""The smaller widgets of latent space: sliders with strips, the bound's chart, pictures large and small."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from app.theme.colormaps import diverging
from app.theme.tokens import DARK, channels
from app.widgets.bound_chart import BoundChart
from app.widgets.picture_button import PictureButton
from app.widgets.picture_view import PictureView
from app.widgets.value_slider import ValueSlider
from app.widgets.vector_sliders import Strip, VectorSliders, WeightBar

Photograph = Callable[[QWidget], NDArray[np.uint8]]
NONE, LEFT = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton


@pytest.fixture
def sliders(shown: Callable[..., QWidget]) -> VectorSliders:
    made = VectorSliders()
    made.set_count(2)
    made.rows()[0].set_direction("smile", 3.0, 0.5, "KL 1.00 nats", False)
    made.rows()[1].set_direction("z₂", 2.0, 0.01, "collapsed", True)
    shown(made, 800, 120)
    return made


def test_a_slider_says_which_row_and_value(sliders: VectorSliders) -> None:
    said: list[tuple[int, float, bool]] = []
    sliders.value_changed.connect(lambda *values: said.append(values))
    slider = sliders.rows()[1].findChild(ValueSlider)
    assert isinstance(slider, ValueSlider)
    slider.setFocus()
    QTest.keyClick(slider, Qt.Key.Key_End)
    assert said == [(1, 2.0, True)], "its end is the direction's reach"
    sliders.rows()[1].set_value(9.0)
    assert slider.value() == 2.0 and len(said) == 1


def test_a_press_on_the_strip_goes_there(sliders: VectorSliders) -> None:
    row = sliders.rows()[0]
    row.set_images(np.zeros((7, 4, 4, 1), np.uint8))
    said: list[float] = []
    row.value_changed.connect(lambda value, _: said.append(value))
    strip = row.findChild(Strip)
    assert isinstance(strip, Strip)
    for x in (3, strip.width() // 2, strip.width() - 3):
        QTest.mouseClick(strip, LEFT, NONE, QPoint(x, 10))
    assert said == pytest.approx([-3.0, 0.0, 3.0])


def test_a_strip_shows_its_pictures_and_where_one_is(shown: Callable[..., QWidget], photograph: Photograph) -> None:
    strip = Strip()
    strip.set_images(np.stack([np.full((4, 4, 1), 30 * n, np.uint8) for n in range(7)]))
    strip.set_position(1.0)
    shown(strip)
    photo = photograph(strip)
    assert [int(photo[16, 1 + 34 * n + 16, 0]) for n in range(7)] == [30 * n for n in range(7)]
    accent = (photo == channels(DARK.accent)).all(axis=2)
    assert accent[:, 34 * 6 :].sum() > 60 and not accent[:, : 34 * 5].any()


def test_a_collapsed_direction_looks_different(shown: Callable[..., QWidget], photograph: Photograph) -> None:
    bar = WeightBar()
    shown(bar)
    photos = []
    for share, collapsed in ((0.9, False), (0.1, False), (0.001, True)):
        bar.set_weight(share, "note", collapsed)
        photos.append(photograph(bar))
    assert not np.array_equal(photos[0], photos[1]) and not np.array_equal(photos[1], photos[2])
    assert (photos[2] == channels(DARK.warn)).all(axis=2).any()


def test_rows_come_and_go(sliders: VectorSliders) -> None:
    for count in (5, 1, 3):
        sliders.set_count(count)
        assert len(sliders.rows()) == count


def test_the_bound_has_room_for_its_numbers(shown: Callable[..., QWidget], photograph: Photograph) -> None:
    """Whatever their length, numbers stand beside the line in full: dots in their place would look the same."""
    chart = BoundChart()
    shown(chart, 320, 120)
    photos = []
    for least in (-91_725.4, -91_725.5):
        chart.set_bounds([1, 100], [least, -90_321.0], -91_725.0)
        photos.append(photograph(chart)[:, : int(chart.area().left()) - 6])
    assert not np.array_equal(*photos)
    wide = chart.area().left()
    chart.set_bounds([1, 100], [-90.0, -85.0], -90.0)
    assert chart.area().left() < wide


def test_the_bound_rises_from_the_elbo(shown: Callable[..., QWidget], photograph: Photograph) -> None:
    chart = BoundChart()
    shown(chart, 240, 120)
    empty = photograph(chart)
    chart.set_bounds([1, 10, 100], [-100.0, -96.0, -95.0], -100.0)
    photo = photograph(chart)
    assert not np.array_equal(photo, empty) and "K 10: -96.0" in chart.accessibleDescription()
    rows, columns = np.nonzero((photo == channels(DARK.accent)).all(axis=2))
    assert rows[columns > 200].mean() < rows[columns < 80].mean(), "it rises"
    chart.set_bounds([], [], None)
    assert np.array_equal(photograph(chart), empty)


@pytest.mark.parametrize(("columns", "rows"), [(28, 28), (64, 64), (5, 6), (400, 300)])
def test_a_large_picture_is_exact(
    shown: Callable[..., QWidget], photograph: Photograph, columns: int, rows: int
) -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (rows, columns, 3), dtype=np.uint8)
    view = PictureView(320)
    view.set_image(pixels)
    holder = QWidget()
    view.setParent(holder)
    shown(holder, 900, 700)
    zoom = view.zoom()
    assert max(rows, columns) * zoom >= 320 and max(rows, columns) * (zoom - 1) < 320
    photo = photograph(view)
    np.testing.assert_array_equal(
        photo[1 : 1 + rows * zoom, 1 : 1 + columns * zoom], pixels.repeat(zoom, 0).repeat(zoom, 1)
    )
    view.set_room(200)
    assert max(view.width(), view.height()) <= max(200, max(rows, columns) + 2)


def test_a_small_picture_is_pressed_and_removed(shown: Callable[..., QWidget], photograph: Photograph) -> None:
    button = PictureButton("1", "A key picture.", 64)
    button.set_image(np.full((8, 8, 1), 200, np.uint8))
    shown(button)
    said: list[str] = []
    button.clicked.connect(lambda: said.append("clicked"))
    button.removed.connect(lambda: said.append("removed"))
    QTest.mouseClick(button, LEFT, NONE, QPoint(30, 30))
    QTest.keyClick(button, Qt.Key.Key_Delete)
    assert said == ["clicked", "removed"] and not button.isChecked()
    assert tuple(photograph(button)[30, 30]) == (200, 200, 200)


def test_differences_have_a_neutral_middle() -> None:
    colors = diverging(np.array([-1.0, 0.0, 1.0]), DARK.mat).astype(int)
    assert tuple(colors[1]) == channels(DARK.mat)
    assert colors[0, 2] > colors[0, 0] and colors[2, 0] > colors[2, 2]
