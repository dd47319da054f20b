"""Two pictures compared: what the difference is, where panels lie, and the view under mouse and keys."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.theme.tokens import DARK, channels
from app.widgets.compare_layout import lay_out
from app.widgets.compare_pair import MODES, Pair, Side
from app.widgets.compare_view import CompareView
from app.widgets.imaging import to_array

BLACK = np.zeros((6, 8, 1), np.uint8)
WHITE = np.full((6, 8, 1), 255, np.uint8)


def pair(first: NDArray[np.uint8] = BLACK, second: NDArray[np.uint8] = WHITE) -> Pair:
    return Pair(Side(first, "PixelCNN, picture 3"), Side(second, "VAE, picture 3"))


# --- the difference


def test_the_difference_is_b_less_a_of_the_channel_that_differs_most() -> None:
    first, second = np.zeros((1, 2, 3), np.uint8), np.zeros((1, 2, 3), np.uint8)
    first[0, 0], second[0, 0] = (10, 200, 30), (20, 100, 60)
    second[0, 1] = (5, 0, 7)
    assert pair(first, second).difference().tolist() == [[-100, 7]]
    assert pair(first, second).limit() == 100


def test_the_map_is_neutral_where_nothing_differs_and_full_where_most_does() -> None:
    second = BLACK.copy()
    second[0, 0], second[0, 1] = 40, 20
    colors = pair(BLACK, second).map("#20242c")
    assert tuple(colors[3, 3]) == channels("#20242c")
    assert tuple(colors[0, 0]) == channels("#f08a24")
    darker = pair(second, BLACK).map("#20242c")
    assert tuple(darker[0, 0]) == channels("#3d9be0")
    assert not np.array_equal(darker[0, 1], darker[0, 0]) and not np.array_equal(darker[0, 1], darker[3, 3])


@given(st.integers(0, 2**32 - 1), st.sampled_from([1, 3]), st.sampled_from([1, 3]))
def test_swapping_turns_the_difference_round(seed: int, one: int, other: int) -> None:
    rng = np.random.default_rng(seed)
    both = pair(
        rng.integers(0, 256, (4, 5, one)).astype(np.uint8), rng.integers(0, 256, (4, 5, other)).astype(np.uint8)
    )
    assert np.array_equal(both.swapped().difference(), -both.difference())


def test_words_say_how_many_pixels_differ_and_what_one_has() -> None:
    second = BLACK.copy()
    second[2, 4] = 96
    both = pair(BLACK, second)
    assert both.verdict() == "1 of 48 pixels differ; averaged over all of them, by 2.0 of 255."
    assert both.at(2, 4) == "Row 3, column 5:  A 0;  B 96;  B less A +96"
    assert both.swapped().at(2, 4).endswith("B less A \u221296")
    assert pair(BLACK, BLACK.copy()).verdict() == "A and B are identical, pixel by pixel."


def test_pictures_of_two_sizes_have_no_difference() -> None:
    both = pair(BLACK, np.zeros((4, 4, 3), np.uint8))
    with pytest.raises(ValueError, match="different sizes"):
        both.difference()
    assert both.verdict() == "A is 8 x 6, B 4 x 4 pixels: they can only be seen side by side."
    assert both.at(5, 7) == "Row 6, column 8:  A 0"


# --- the layout

lengths = st.integers(1, 2000)


@given(st.sampled_from(MODES), lengths, lengths, st.integers(1, 96), st.integers(1, 96))
def test_panels_are_whole_magnifications_apart_from_each_other_and_inside_where_they_fit(
    mode: str, width: int, height: int, columns: int, rows: int
) -> None:
    made = lay_out(mode, (width, height), (columns, rows), 16, 28, 40)
    for left, top, across, down in made.boxes:
        assert (across, down) == (made.zoom * columns, made.zoom * rows) and left >= 0 and top >= 28
        if made.zoom > 1:
            assert left + across <= width and top + down <= height
    for (left, top, across, down), (left2, top2, _, _) in pairwise(made.boxes):
        assert left2 >= left + across + 16 or top2 >= top + down + 16


def test_wide_stages_have_all_three_panels_of_a_difference_and_narrow_ones_the_difference_alone() -> None:
    assert len(lay_out("difference", (1200, 500), (28, 28), 16, 28, 40).boxes) == 3
    narrow = lay_out("difference", (300, 700), (28, 28), 16, 28, 40)
    assert narrow.alone and len(narrow.boxes) == 1
    tall = lay_out("beside", (300, 700), (28, 28), 16, 28, 40)
    assert tall.boxes[0][0] == tall.boxes[1][0] and tall.boxes[0][1] < tall.boxes[1][1]


def test_a_point_is_the_same_pixel_in_every_panel() -> None:
    made = lay_out("beside", (800, 400), (8, 6), 16, 28, 40)
    found = {made.pixel(left + 3 * made.zoom + 1, top + 2 * made.zoom + 1) for left, top, _, _ in made.boxes}
    assert found == {(2, 3)}
    assert made.pixel(0, 0) is None


# --- the view


@pytest.fixture
def ground(qtbot: QtBot) -> QWidget:
    widget = QWidget()
    column = QVBoxLayout(widget)
    column.addWidget(QLineEdit())
    qtbot.addWidget(widget)
    widget.resize(900, 600)
    widget.show()
    return widget


@pytest.fixture
def view(ground: QWidget) -> CompareView:
    made = CompareView(ground)
    made.set_theme(DARK)
    return made


def seen(view: CompareView) -> NDArray[np.uint8]:
    return to_array(view.stage.grab().toImage().convertToFormat(QImage.Format.Format_RGBA8888))


def test_it_covers_its_ground_and_follows_its_size(view: CompareView, ground: QWidget, qtbot: QtBot) -> None:
    view.open(pair())
    assert view.geometry() == ground.rect()
    ground.resize(700, 500)
    qtbot.waitUntil(lambda: view.geometry() == ground.rect())


def test_escape_closes_it_once_and_says_so(view: CompareView, qtbot: QtBot) -> None:
    view.open(pair())
    with qtbot.waitSignal(view.closed):
        qtbot.keyClick(view.stage, Qt.Key.Key_Escape)
    assert view.isHidden()
    with qtbot.assertNotEmitted(view.closed):
        view.close_it()


def test_left_of_the_divider_is_a_and_right_of_it_b(view: CompareView, qtbot: QtBot) -> None:
    view.open(pair())
    left, top, width, height = view.stage.layout_now().boxes[0]
    row = top + height // 4
    pixels = seen(view)
    assert (pixels[row, left + width // 4, :3] == 0).all() and (pixels[row, left + 3 * width // 4, :3] == 255).all()
    qtbot.keyClick(view.stage, Qt.Key.Key_End)
    assert view.stage.divider == 1.0 and (seen(view)[row, left + 3 * width // 4, :3] == 0).all()
    qtbot.keyClick(view.stage, Qt.Key.Key_Home)
    assert view.stage.divider == 0.0 and (seen(view)[row, left + width // 4, :3] == 255).all()


def test_arrow_keys_move_the_divider_by_a_pixel_and_with_shift_by_four(view: CompareView, qtbot: QtBot) -> None:
    view.open(pair())
    qtbot.keyClick(view.stage, Qt.Key.Key_Right)
    assert view.stage.divider == pytest.approx(5 / 8)
    qtbot.keyClick(view.stage, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert view.stage.divider == pytest.approx(1 / 8)
    qtbot.keyClick(view.stage, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert view.stage.divider == 0.0


def test_the_divider_goes_with_the_mouse_and_stays_within_the_picture(view: CompareView, qtbot: QtBot) -> None:
    view.open(pair())
    left, top, width, _ = view.stage.layout_now().boxes[0]
    qtbot.mousePress(view.stage, Qt.MouseButton.LeftButton, pos=QPoint(left + width // 4, top + 5))
    assert view.stage.divider == pytest.approx(0.25, abs=0.01)
    qtbot.mouseMove(view.stage, QPoint(left + width + 60, top + 5))
    assert view.stage.divider == 1.0
    qtbot.mouseRelease(view.stage, Qt.MouseButton.LeftButton, pos=QPoint(left + width + 60, top + 5))
    qtbot.mouseMove(view.stage, QPoint(left + width // 2, top + 5))
    assert view.stage.divider == 1.0


def test_numbers_take_the_modes_and_x_exchanges_the_pictures(view: CompareView, qtbot: QtBot) -> None:
    view.open(pair())
    for key, mode in ((Qt.Key.Key_2, "beside"), (Qt.Key.Key_3, "difference"), (Qt.Key.Key_1, "slider")):
        qtbot.keyClick(view.stage, key)
        assert view.mode == mode and view.modes.current() == mode
    qtbot.keyClick(view.stage, Qt.Key.Key_X)
    assert view.pair is not None and view.pair.first.title == "VAE, picture 3"


def test_the_difference_is_painted_in_its_colours(view: CompareView) -> None:
    view.open(pair())
    view.set_mode("difference")
    boxes = view.stage.layout_now().boxes
    left, top, width, height = boxes[len(boxes) // 2]
    assert tuple(int(v) for v in seen(view)[top + height // 2, left + width // 2, :3]) == channels("#f08a24")


def test_the_pixel_under_the_pointer_is_read_out_and_then_the_verdict_again(view: CompareView, qtbot: QtBot) -> None:
    view.open(pair())
    view.set_mode("beside")
    layout = view.stage.layout_now()
    left, top, _, _ = layout.boxes[1]
    qtbot.mouseMove(view.stage, QPoint(left + 2 * layout.zoom + 3, top + layout.zoom + 3))
    assert view.readout.text().startswith("Row 2, column 3:")
    qtbot.mouseMove(view.stage, QPoint(1, 1))
    assert view.readout.text() == pair().verdict()


def test_pictures_of_two_sizes_are_shown_side_by_side_whatever_is_asked_for(view: CompareView, qtbot: QtBot) -> None:
    view.open(pair(BLACK, np.full((12, 4, 3), 9, np.uint8)))
    assert view.mode == "beside" and not view.modes.isEnabled()
    qtbot.keyClick(view.stage, Qt.Key.Key_3)
    assert view.mode == "beside"
    assert seen(view).any()
    view.open(pair())
    assert view.mode == "slider" and view.modes.isEnabled()


def test_a_real_picture_is_offered_where_there_are_some(view: CompareView, qtbot: QtBot) -> None:
    view.open(pair())
    assert not view.real.isVisible()
    view.offer_real(True)
    with qtbot.waitSignal(view.real_requested):
        qtbot.mouseClick(view.real, Qt.MouseButton.LeftButton)


@pytest.mark.parametrize("size", [(160, 120), (1, 1), (3000, 90)])
def test_stages_of_any_size_are_painted(view: CompareView, size: tuple[int, int]) -> None:
    view.open(pair())
    for mode in MODES:
        view.set_mode(mode)
        view.stage.resize(*size)
        assert not view.stage.grab().isNull()
