"""Tiles, strip and sheet: exact pixels, old rows kept, one tile selected, all of it by key."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.theme import motion
from app.widgets.completion_sheet import CompletionSheet
from app.widgets.completion_strip import CompletionStrip
from app.widgets.tile import Tile, picture_side

Show = Callable[..., QWidget]
LEFT = Qt.MouseButton.LeftButton


def images(count: int, side: int = 16, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (count, side, side, 3), dtype=np.uint8)


def picture_of(tile: Tile, photograph: Any) -> np.ndarray:
    rect = tile.picture_rect()
    return photograph(tile)[rect.y() : rect.y() + rect.height(), rect.x() : rect.x() + rect.width()]


@pytest.mark.parametrize(
    ("side", "limit", "scale", "zoom"),
    [
        (28, 104, 1, 3),
        (16, 104, 1, 6),
        (28, 104, 2, 7),
        (16, 104, 1.5, 9),
        (28, 104, 1.25, 4),
        (13, 104, 1, 8),
        (200, 104, 1, 1),
    ],
)
def test_a_tile_is_the_largest_whole_multiple(side: int, limit: int, scale: float, zoom: int) -> None:
    assert picture_side(side, side, limit, scale) == zoom


@pytest.mark.parametrize("side", [16, 28, 13])
def test_a_tile_shows_its_pixels_exactly(shown: Show, photograph: Any, side: int) -> None:
    tile = Tile(0)
    image = images(1, side)[0]
    tile.set_image(image)
    shown(tile)
    zoom = tile.zoom()
    assert zoom == 104 // side
    assert np.array_equal(picture_of(tile, photograph), np.repeat(np.repeat(image, zoom, 0), zoom, 1))


def test_rows_are_overwritten_and_the_others_kept(shown: Show, photograph: Any) -> None:
    tile = Tile(0)
    old, new = images(2)
    tile.set_image(old)
    shown(tile)
    drawn = np.zeros((16, 16), bool)
    drawn[:5] = True
    tile.set_image(new, drawn)
    small = picture_of(tile, photograph)[:: tile.zoom(), :: tile.zoom()]
    assert np.array_equal(small[:5], new[:5])
    assert np.array_equal(small[5:], old[5:])


def test_selection_and_focus_do_not_touch_the_picture(shown: Show, photograph: Any) -> None:
    tile = Tile(0)
    tile.set_image(images(1)[0])
    shown(tile)
    tile.clearFocus()
    before, plain = photograph(tile), picture_of(tile, photograph)
    tile.setChecked(True)
    selected = photograph(tile)
    assert not np.array_equal(selected, before)
    tile.setFocus()
    assert not np.array_equal(photograph(tile), selected)
    assert np.array_equal(picture_of(tile, photograph), plain)


@pytest.fixture
def strip(shown: Show) -> CompletionStrip:
    made = CompletionStrip()
    made.set_count(8)
    made.set_images(images(8))
    shown(made, 900, 128)
    return made


def test_a_click_selects_nothing_by_itself(strip: CompletionStrip, qtbot: QtBot) -> None:
    tile = strip.grid().tiles()[3]
    with qtbot.waitSignal(strip.tile_clicked) as clicked:
        QTest.mouseClick(tile, LEFT, pos=QPoint(20, 20))
    assert clicked.args == [3]
    assert not tile.isChecked(), "what is selected is said by the presenter"
    strip.set_selected(3)
    assert [t.isChecked() for t in strip.grid().tiles()].index(True) == 3
    strip.set_selected(-1)
    assert not any(t.isChecked() for t in strip.grid().tiles())


def test_double_click_and_enter_adopt(strip: CompletionStrip, qtbot: QtBot) -> None:
    taken: list[int] = []
    strip.tile_activated.connect(taken.append)
    tile = strip.grid().tiles()[2]
    QTest.mouseDClick(tile, LEFT, pos=QPoint(20, 20))
    tile.setFocus()
    QTest.keyClick(tile, Qt.Key.Key_Return)
    assert taken == [2, 2]


def test_the_corner_and_the_key_enlarge(strip: CompletionStrip, qtbot: QtBot) -> None:
    asked: list[int] = []
    clicked: list[int] = []
    strip.enlarge_requested.connect(asked.append)
    strip.tile_clicked.connect(clicked.append)
    tile = strip.grid().tiles()[1]
    QTest.mouseClick(tile, LEFT, pos=tile._enlarge_rect().center())
    QTest.keyClick(tile, Qt.Key.Key_F)
    assert (asked, clicked) == ([1, 1], [])


def test_arrows_walk_over_the_tiles_and_preview(strip: CompletionStrip, qtbot: QtBot) -> None:
    hovered: list[int] = []
    strip.tile_hovered.connect(hovered.append)
    tiles = strip.grid().tiles()
    tiles[0].setFocus()
    QTest.keyClick(tiles[0], Qt.Key.Key_Right)
    QTest.keyClick(tiles[1], Qt.Key.Key_Right)
    assert tiles[2].hasFocus()
    assert [index for index in hovered if index >= 0][-2:] == [1, 2]
    strip.grid().tiles()[2].clearFocus()
    assert hovered[-1] == -1, "the preview goes with the focus"


def test_tab_reaches_the_selected_tile_only(strip: CompletionStrip) -> None:
    strip.set_selected(4)
    tabbed = [i for i, t in enumerate(strip.grid().tiles()) if t.focusPolicy() & Qt.FocusPolicy.TabFocus]
    assert tabbed == [4]


def test_more_than_eight_are_on_the_sheet(strip: CompletionStrip, qtbot: QtBot) -> None:
    strip.set_count(24)
    assert len(strip.grid().tiles()) == 8
    button = next(b for b in strip.findChildren(QPushButton) if "24" in b.text())
    with qtbot.waitSignal(strip.sheet_requested):
        button.click()
    strip.set_count(3)
    assert not button.isVisible()
    assert len(strip.grid().tiles()) == 3


def test_tiles_shrink_with_the_strip_and_stay_whole(shown: Show, qtbot: QtBot) -> None:
    window = QWidget()
    layout = QVBoxLayout(window)
    layout.setContentsMargins(0, 0, 0, 0)
    strip = CompletionStrip()
    layout.addWidget(strip)
    strip.set_count(8)
    strip.set_images(images(8))
    shown(window, 1000, 128)
    assert strip.grid().tiles()[0].zoom() == 6
    window.resize(600, 128)
    qtbot.waitUntil(lambda: strip.width() == 600)
    assert strip.grid().tiles()[0].zoom() == 3
    qtbot.waitUntil(lambda: strip.grid().width() <= 600)


def test_one_tile_can_be_ahead_of_the_others(strip: CompletionStrip, photograph: Any) -> None:
    new = images(1, seed=5)[0]
    strip.set_tile(1, new)
    strip.set_tile(99, new)
    tiles = strip.grid().tiles()
    zoom = tiles[1].zoom()
    assert np.array_equal(picture_of(tiles[1], photograph)[::zoom, ::zoom], new)
    assert np.array_equal(picture_of(tiles[0], photograph)[::zoom, ::zoom], images(8)[0])


def test_an_error_stands_where_the_tiles_were(strip: CompletionStrip, qtbot: QtBot) -> None:
    strip.set_error("The model is gone.", "Choose another.", "Choose")
    assert not strip.grid().isVisible()
    button = next(b for b in strip.findChildren(QPushButton) if b.isVisible())
    with qtbot.waitSignal(strip.remedy_requested):
        button.click()
    strip.set_error("")
    assert strip.grid().isVisible()


def test_busy_shows_late_and_goes_at_once(
    strip: CompletionStrip, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(motion, "reduced", lambda: True)
    strip.set_busy(True)
    assert strip._busy.isHidden(), "nothing shows in the first tenth of a second"
    assert strip._busy._wait.interval() == 100
    qtbot.waitUntil(lambda: not strip._busy.isHidden())
    assert not strip._busy._tick.isActive(), "it stands still where no motion is wanted"
    strip.set_busy(False)
    assert strip._busy.isHidden()
    strip.set_busy(True)
    strip.set_busy(False)
    assert not strip._busy._wait.isActive(), "short work never shows"


def test_the_sheet_shows_all_and_closes(shown: Show, photograph: Any, qtbot: QtBot) -> None:
    sheet = CompletionSheet()
    sheet.set_count(64)
    sheet.set_images(images(64))
    shown(sheet, 900, 640)
    tiles = sheet.grid().tiles()
    assert len(tiles) == 64
    zoom = tiles[63].zoom()
    assert np.array_equal(picture_of(tiles[63], photograph)[::zoom, ::zoom], images(64)[63])
    assert sheet.grid().height() <= sheet.height(), "without scrolling, where that can be"
    with qtbot.waitSignal(sheet.closed):
        QTest.keyClick(tiles[0], Qt.Key.Key_Escape)


def test_arrows_in_the_sheet_go_by_rows(shown: Show) -> None:
    sheet = CompletionSheet()
    sheet.set_count(12)
    sheet.set_images(images(12))
    shown(sheet, 640, 420)
    tiles = sheet.grid().tiles()
    tiles[1].setFocus()
    QTest.keyClick(tiles[1], Qt.Key.Key_Down)
    below = next(i for i, t in enumerate(tiles) if t.hasFocus())
    assert tiles[below].x() == tiles[1].x()
    assert tiles[below].y() > tiles[1].y()


def test_every_tile_has_a_name(strip: CompletionStrip) -> None:
    assert [t.accessibleName() for t in strip.grid().tiles()][:2] == ["Completion 1", "Completion 2"]
