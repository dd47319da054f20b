"""One picture large over the wall: exact pixels, keys go on, everything closes it, the wall knows where one was."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget

from app.widgets.tile_wall import TileWall
from app.widgets.zoomed_tile import ZoomedTile
from tests.app.widgets.test_tile_wall import Pictures, pictures

LEFT, NONE, Key = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, Qt.Key
Opened = tuple[Pictures, TileWall, ZoomedTile]


@pytest.fixture
def opened(shown: Callable[..., QWidget]) -> Iterator[Opened]:
    source, page, wall = pictures(300), QWidget(), TileWall()
    column = QVBoxLayout(page)
    column.addWidget(QLabel("above"))
    column.addWidget(wall, 1)
    wall.set_source(source)
    large = ZoomedTile(wall)
    shown(page, 500, 400)
    wall.setFocus()
    QTest.mouseDClick(wall.viewport(), LEFT, NONE, wall.tile_rect(3).center())
    assert large.isVisible() and large.hasFocus()
    yield source, wall, large


def texts(large: ZoomedTile) -> list[str]:
    return [label.text() for label in large.findChildren(QLabel)]


def test_it_shows_the_picture_in_whole_pixels_with_its_words(
    opened: Opened, photograph: Callable[..., np.ndarray]
) -> None:
    source, _, large = opened
    large.set_details("seed 3, place 3")
    assert {"4 of 300", "Picture 3", "seed 3, place 3"} <= set(texts(large))
    zoom = large.picture().zoom()
    assert zoom > 10
    photo = photograph(large.picture())[1:-1, 1:-1]
    assert np.array_equal(photo[zoom // 2 :: zoom, zoom // 2 :: zoom], source.images[3])
    assert large.rect().contains(large.picture().geometry())


def test_it_grows_with_the_wall(opened: Opened) -> None:
    _, wall, large = opened
    before = large.picture().zoom()
    wall.window().resize(900, 800)
    QApplication.processEvents()
    assert large.geometry() == wall.geometry() and large.picture().zoom() > before


def test_arrows_and_the_wheel_go_on(opened: Opened) -> None:
    _, wall, large = opened
    told: list[int] = []
    wall.current_changed.connect(told.append)
    QTest.keyClick(large, Key.Key_Right)
    QTest.keyClick(large, Key.Key_Right)
    QTest.keyClick(large, Key.Key_Left)
    QTest.keyClick(large, Key.Key_Down)
    assert told[:3] == [4, 5, 4] and told[3] > 8
    assert f"Picture {told[3]}" in texts(large) and large.isVisible()
    spot, angle, phase = QPointF(200, 200), QPoint(0, -120), Qt.ScrollPhase.NoScrollPhase
    large.wheelEvent(QWheelEvent(spot, spot, QPoint(), angle, Qt.MouseButton.NoButton, NONE, phase, False))
    assert wall.current == told[3] + 1
    QTest.keyClick(large, Key.Key_End)
    assert wall.current == 299 and "300 of 300" in texts(large)


@pytest.mark.parametrize("way", ["escape", "enter", "f", "beside", "cross", "filter"])
def test_it_closes_and_the_wall_has_the_picture_in_view(opened: Opened, way: str) -> None:
    source, wall, large = opened
    QTest.keyClick(large, Key.Key_End)
    if way in ("escape", "enter", "f"):
        QTest.keyClick(large, {"escape": Key.Key_Escape, "enter": Key.Key_Return, "f": Key.Key_F}[way])
    elif way == "beside":
        QTest.mouseClick(large, LEFT, NONE, QPoint(5, large.height() - 5))
    elif way == "cross":
        QTest.mouseClick(large._close, LEFT)
    else:
        source.order = np.arange(10)
        wall.refresh([])
    assert large.isHidden()
    if way != "filter":
        assert wall.viewport().rect().contains(wall.tile_rect(299))
        assert wall.hasFocus()


def test_nothing_of_the_wall_lies_over_it_and_it_goes_with_the_wall(opened: Opened) -> None:
    _, wall, large = opened
    page = wall.parentWidget()
    for place in (wall.geometry().topRight(), wall.geometry().bottomRight(), wall.geometry().bottomLeft()):
        assert page.childAt(place) is large
    wall.hide()
    assert large.isHidden()
    wall.show()
    assert large.isHidden()


def test_a_click_on_the_picture_leaves_it_open(opened: Opened) -> None:
    _, _, large = opened
    QTest.mouseClick(large, LEFT, NONE, large.picture().geometry().center())
    assert large.isVisible()


def test_escape_stops_nothing_behind_it(opened: Opened) -> None:
    _, wall, large = opened
    stopped: list[bool] = []
    action = QAction(wall)
    action.setShortcut(QKeySequence("Esc"))
    action.triggered.connect(lambda: stopped.append(True))
    wall.addAction(action)
    event = QKeyEvent(QEvent.Type.ShortcutOverride, Key.Key_Escape, NONE)
    event.ignore()
    QApplication.sendEvent(large, event)
    assert event.isAccepted()
    QTest.keyClick(large, Key.Key_Escape)
    assert large.isHidden() and not stopped
    QTest.keyClick(wall, Key.Key_Escape)
    assert stopped == [True]


def test_stars_and_menus_are_asked_of_the_wall(opened: Opened) -> None:
    _, wall, large = opened
    starred: list[int] = []
    wall.star_requested.connect(starred.append)
    QTest.keyClick(large, Key.Key_S)
    assert starred == [3] and large.isVisible()


def test_an_undrawn_picture_comes_while_it_is_open(opened: Opened, photograph: Callable[..., np.ndarray]) -> None:
    source, wall, large = opened
    source.drawn[4] = False
    wall.refresh([4])
    QTest.keyClick(large, Key.Key_Right)
    blank = photograph(large.picture())
    assert len(np.unique(blank[1:-1, 1:-1].reshape(-1, 3), axis=0)) == 1
    source.drawn[4] = True
    wall.refresh([4])
    zoom = large.picture().zoom()
    assert np.array_equal(
        photograph(large.picture())[1:-1, 1:-1][zoom // 2 :: zoom, zoom // 2 :: zoom], source.images[4]
    )
