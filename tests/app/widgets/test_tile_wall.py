"""The wall under the hand: what is painted, in view, held, selected, said; at any arrangement."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QContextMenuEvent, QDropEvent, QHelpEvent, QKeyEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip, QWidget
from pytestqt.qtbot import QtBot

from app.theme.tokens import DARK, LIGHT, channels
from app.widgets import wall_blocks
from app.widgets.tile_wall import NO_MARKS, Marks, TileWall

Show = Callable[..., QWidget]
LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
NONE = Qt.KeyboardModifier.NoModifier
Key = Qt.Key


@dataclass
class Pictures:
    """A source for tests."""

    images: np.ndarray
    drawn: np.ndarray = field(default_factory=lambda: np.zeros(0, bool))
    order: np.ndarray | None = None
    columns: int | None = None
    row_titles: tuple[str, ...] = ()
    marked: dict[int, Marks] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not len(self.drawn):
            self.drawn = np.ones(len(self.images), bool)

    @property
    def count(self) -> int:
        return len(self.images)

    def captions(self, index: int) -> str:
        return f"Picture {index}"

    def marks(self, index: int) -> Marks:
        return self.marked.get(index, NO_MARKS)


def pictures(count: int = 500, side: int = 14, channels: int = 3, **more: object) -> Pictures:
    images = np.random.default_rng(0).integers(0, 256, (count, side, side, channels), np.uint8)
    return Pictures(images, **more)  # type: ignore[arg-type]


@pytest.fixture
def hang(shown: Show) -> Callable[..., TileWall]:
    def make(source: Pictures, tile: int = 28, width: int = 400, height: int = 300) -> TileWall:
        wall = TileWall()
        wall.set_source(source)
        wall.set_tile_size(tile)
        shown(wall, width, height)
        QApplication.processEvents()
        return wall

    return make


def at(wall: TileWall, index: int) -> QPoint:
    return wall.tile_rect(index).center()


def click(wall: TileWall, index: int, modifiers: Qt.KeyboardModifier = NONE) -> None:
    QTest.mouseClick(wall.viewport(), LEFT, modifiers, at(wall, index))


def key(wall: TileWall, which: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
    wall.keyPressEvent(QKeyEvent(QEvent.Type.KeyPress, which, modifiers))


def turn(wall: TileWall, notches: float, modifiers: Qt.KeyboardModifier = NONE, place: QPoint | None = None) -> None:
    spot = QPointF(place or QPoint(100, 100))
    angle = QPoint(0, round(notches * 120))
    phase = Qt.ScrollPhase.NoScrollPhase
    wall.wheelEvent(QWheelEvent(spot, spot, QPoint(), angle, Qt.MouseButton.NoButton, modifiers, phase, False))


def seen(wall: TileWall, photograph: Callable[..., np.ndarray], index: int) -> np.ndarray:
    rect, photo = wall.tile_rect(index), photograph(wall.viewport())
    return photo[rect.top() : rect.bottom() + 1, rect.left() : rect.right() + 1]


# -- what is painted ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("tile", "times"), [(14, 1), (28, 2), (55, 3)])
@pytest.mark.parametrize("channels", [1, 3])
def test_every_picture_in_view_is_shown_pixel_by_pixel(
    hang: Callable[..., TileWall], photograph: Callable[..., np.ndarray], tile: int, times: int, channels: int
) -> None:
    source = pictures(channels=channels)
    wall = hang(source, tile)
    wall.verticalScrollBar().setValue(37)
    photo = photograph(wall.viewport())
    whole = 0
    for index in wall.in_view():
        rect = wall.tile_rect(index)
        if wall.viewport().rect().contains(rect):
            expected = np.repeat(np.repeat(np.broadcast_to(source.images[index], (14, 14, 3)), times, 0), times, 1)
            assert np.array_equal(photo[rect.top() : rect.bottom() + 1, rect.left() : rect.right() + 1], expected)
            whole += 1
    assert whole > 10


def test_scrolling_far_and_back_shows_the_same(
    hang: Callable[..., TileWall], photograph: Callable[..., np.ndarray]
) -> None:
    wall = hang(pictures(5000))
    before = photograph(wall.viewport())
    bar = wall.verticalScrollBar()
    for value in (bar.maximum(), bar.maximum() // 3, 500, 0):
        bar.setValue(value)
        wall.viewport().repaint()
    assert np.array_equal(photograph(wall.viewport()), before)


def test_undrawn_ones_are_mats_until_they_come(
    hang: Callable[..., TileWall], photograph: Callable[..., np.ndarray]
) -> None:
    source = pictures(drawn=np.zeros(500, bool))
    wall = hang(source)
    assert (seen(wall, photograph, 3) == channels(DARK.mat)).all()
    source.drawn[3] = True
    wall.refresh([3])
    assert np.array_equal(seen(wall, photograph, 3)[::2, ::2], source.images[3])
    assert (seen(wall, photograph, 4) == channels(DARK.mat)).all()


def test_only_what_is_told_is_made_anew(hang: Callable[..., TileWall], photograph: Callable[..., np.ndarray]) -> None:
    source = pictures()
    wall = hang(source, 56)
    wall.clearFocus()  # whose ring would lie at the rim
    old = source.images[[0, 1]].copy()
    source.images[:] = 9
    far = wall.in_view()[-1]
    wall.refresh([far])
    assert np.array_equal(seen(wall, photograph, 0)[::4, ::4], old[0])
    assert (seen(wall, photograph, far) == 9).all()
    wall.refresh()
    assert (seen(wall, photograph, 0) == 9).all()


def test_what_is_too_much_for_a_frame_is_exact_soon_after(
    hang: Callable[..., TileWall],
    photograph: Callable[..., np.ndarray],
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(wall_blocks, "EXACT_BYTES", 1)
    source = pictures(side=28, channels=1)
    wall = hang(source, 14)
    mean = (source.images[5].reshape(14, 2, 14, 2).sum((1, 3), dtype=int) + 2) // 4

    def exact() -> bool:
        return np.array_equal(seen(wall, photograph, 5)[..., 0], mean)

    qtbot.waitUntil(exact)


def test_marks_are_seen_on_black_and_on_white(
    hang: Callable[..., TileWall], photograph: Callable[..., np.ndarray]
) -> None:
    for shade in (0, 255):
        for marks in (Marks(starred=True), Marks(labelled=True), Marks(broken=True)):
            source = Pictures(np.full((40, 14, 14, 1), shade, np.uint8), marked={1: marks})
            wall = hang(source, 56)
            plain, marked = (seen(wall, photograph, index).astype(int) for index in (0, 1))
            far = np.abs(marked - plain).max(axis=2) > 96
            assert far.sum() > 20, (shade, marks)


def test_a_star_comes_and_goes_with_a_refresh(
    hang: Callable[..., TileWall], photograph: Callable[..., np.ndarray]
) -> None:
    source = pictures()
    wall = hang(source, 56)
    plain = seen(wall, photograph, 2)
    source.marked[2] = Marks(starred=True)
    wall.refresh([2])
    assert not np.array_equal(seen(wall, photograph, 2), plain)
    source.marked.clear()
    wall.refresh([2])
    assert np.array_equal(seen(wall, photograph, 2), plain)


@pytest.mark.parametrize("tile", [14, 28, 56])
def test_selected_current_and_hovered_tiles_differ(
    hang: Callable[..., TileWall], photograph: Callable[..., np.ndarray], tile: int
) -> None:
    wall = hang(pictures(), tile)
    wall.setFocus()
    wall.set_current(2)

    def around(index: int) -> bytes:
        rect, photo = wall.tile_rect(index).adjusted(-5, -5, 5, 5), photograph(wall.viewport())
        return photo[rect.top() : rect.bottom() + 1, rect.left() : rect.right() + 1].tobytes()

    QTest.mouseMove(wall.viewport(), QPoint(1, 1))
    plain = around(7)
    wall.select([7])
    selected = around(7)
    wall.deselect()
    QTest.mouseMove(wall.viewport(), at(wall, 7))
    hovered = around(7)
    QTest.mouseMove(wall.viewport(), QPoint(1, 1))
    key(wall, Key.Key_Home, CONTROL)
    for _ in range(7):
        key(wall, Key.Key_Right, CONTROL)
    assert wall.current == 7 and not wall.selection()
    assert len({plain, selected, hovered, around(7)}) == 4


def test_a_theme_repaints(hang: Callable[..., TileWall], photograph: Callable[..., np.ndarray]) -> None:
    wall = hang(pictures(drawn=np.array([False] * 500)))
    wall.set_theme(LIGHT)
    assert (seen(wall, photograph, 3) == channels(LIGHT.mat)).all()
    assert tuple(photograph(wall.viewport())[2, 2]) == channels(LIGHT.window)


def test_memory_is_what_is_near_the_view(hang: Callable[..., TileWall]) -> None:
    wall = hang(pictures(10_000), 56)
    bar = wall.verticalScrollBar()
    for value in range(0, bar.maximum(), 2000):
        bar.setValue(value)
        wall.viewport().repaint()
    view = wall.viewport().width() * wall.viewport().height() * 4
    assert wall.held_bytes < 20 * view


# -- sizes and place ----------------------------------------------------------------------------------------------


def test_the_current_picture_stays_in_view_through_all_sizes(hang: Callable[..., TileWall]) -> None:
    wall = hang(pictures(3000))
    wall.set_current(1234)
    for tile in (14, 200, 28, 7, 112):
        wall.set_tile_size(tile)
        assert wall.viewport().rect().contains(wall.tile_rect(1234)), tile
    for width in (900, 250, 640):
        wall.resize(width, 300)
        QApplication.processEvents()
        assert wall.viewport().rect().contains(wall.tile_rect(1234)), width


def test_without_a_current_one_the_first_in_view_stays(hang: Callable[..., TileWall]) -> None:
    wall = hang(pictures(3000))
    wall.verticalScrollBar().setValue(4000)
    first = next(i for i in wall.in_view() if wall.viewport().rect().contains(wall.tile_rect(i)))
    for tile in (56, 14, 28):
        wall.set_tile_size(tile)
        assert first in wall.in_view()[:200]
    assert wall.viewport().rect().contains(wall.tile_rect(first))


def test_the_wheel_with_control_goes_through_the_sizes_about_the_pointer(hang: Callable[..., TileWall]) -> None:
    wall = hang(pictures(3000))
    wall.verticalScrollBar().setValue(5000)
    told: list[int] = []
    wall.tile_size_changed.connect(told.append)
    spot = QPoint(200, 150)
    held = wall.place_at(spot) if wall.place_at(spot) >= 0 else wall.place_at(spot + QPoint(4, 4))
    turn(wall, 1, CONTROL, spot)
    turn(wall, 0.5, CONTROL, spot)
    assert told == [42]
    assert held in wall.in_view()
    turn(wall, 0.5, CONTROL, spot)
    turn(wall, -10, CONTROL, spot)
    assert told == [42, 56, 7] and wall.tile_size() == 7


def test_the_wheel_scrolls_and_over_one_row_sideways(hang: Callable[..., TileWall]) -> None:
    wall = hang(pictures(3000))
    turn(wall, -1)
    assert wall.verticalScrollBar().value() == 96
    turn(wall, 2)
    assert wall.verticalScrollBar().value() == 0
    rows = hang(pictures(200, columns=100))
    assert not rows.verticalScrollBar().maximum()
    turn(rows, -1)
    assert rows.horizontalScrollBar().value() == 96


def test_what_is_in_view_is_told(hang: Callable[..., TileWall]) -> None:
    wall = hang(pictures(3000))
    told: list[tuple[int, int]] = []
    wall.view_changed.connect(lambda start, stop: told.append((start, stop)))
    wall.verticalScrollBar().setValue(1000)
    start, stop = told[-1]
    assert set(wall.in_view()) == set(range(start, stop))
    before = len(told)
    wall.verticalScrollBar().setValue(1000)
    assert len(told) == before


def test_positions_follow_the_order(hang: Callable[..., TileWall]) -> None:
    source = pictures(order=np.arange(499, -1, -2))
    wall = hang(source)
    assert wall.in_view()[:3] == [499, 497, 495]
    assert wall.shown == 250 and wall.place_of(499) == 0 and wall.place_of(498) == -1
    assert wall.tile_rect(498).isEmpty()
    source.order = np.array([4, 2])
    wall.refresh([])
    assert wall.in_view() == [4, 2]


# -- a row a class ------------------------------------------------------------------------------------------------


def test_given_columns_make_rows_with_titles_that_never_overlap(
    hang: Callable[..., TileWall], photograph: Callable[..., np.ndarray]
) -> None:
    titles = tuple(f"Class {number} with a name that is much too long" for number in range(10))
    source = pictures(500, columns=50, row_titles=titles)
    wall = hang(source, 7)
    assert wall.in_view()[:2] == [0, 1]
    tops = [wall.tile_rect(50 * row).top() for row in range(10)]
    line = wall.fontMetrics().height() - 3
    assert all(b - a >= line for a, b in pairwise(tops))
    band = photograph(wall.viewport())[:, : wall.tile_rect(0).left() - 2]
    assert (band != channels(DARK.window)).any()
    wall.set_tile_size(28)
    wall.horizontalScrollBar().setValue(200)
    assert np.array_equal(photograph(wall.viewport())[0, :20], np.broadcast_to(channels(DARK.window), (20, 3)))
    assert wall.place_at(QPoint(5, wall.tile_rect(0).center().y())) == -1, "a title is no picture"


def test_arrow_keys_go_by_the_columns_given(hang: Callable[..., TileWall]) -> None:
    wall = hang(pictures(500, columns=50, row_titles=("a",) * 10))
    wall.set_current(49)
    assert wall.viewport().rect().contains(wall.tile_rect(49))
    key(wall, Key.Key_Down)
    assert wall.current == 99
    key(wall, Key.Key_Right)
    assert wall.current == 100
    left = wall.tile_rect(100)
    assert wall.viewport().rect().contains(left) and left.left() > 20, "not behind the titles"


# -- selection ----------------------------------------------------------------------------------------------------


def test_clicks_select(hang: Callable[..., TileWall]) -> None:
    wall = hang(pictures())
    currents: list[int] = []
    wall.current_changed.connect(currents.append)
    click(wall, 3)
    click(wall, 5, CONTROL)
    assert wall.selection() == [3, 5]
    click(wall, 7, SHIFT)
    assert wall.selection() == [5, 6, 7]
    QTest.mouseClick(wall.viewport(), LEFT, NONE, QPoint(1, 1))
    assert wall.selection() == [] and wall.current == 7
    assert currents == [3, 5, 7]


def test_keys_go_and_select(hang: Callable[..., TileWall]) -> None:
    wall = hang(pictures())
    across = wall.in_view().index(wall.in_view()[-1]) and wall.place_at(at(wall, 0))
    assert across == 0
    key(wall, Key.Key_Right)
    assert wall.current == 0, "the first key goes to what is in view"
    key(wall, Key.Key_Right)
    key(wall, Key.Key_Right, SHIFT)
    assert wall.selection() == [1, 2] and wall.current == 2
    key(wall, Key.Key_Right, CONTROL)
    assert wall.selection() == [1, 2] and wall.current == 3
    key(wall, Key.Key_Space)
    assert wall.selection() == [1, 2, 3]
    key(wall, Key.Key_End)
    assert wall.current == 499 and wall.viewport().rect().contains(wall.tile_rect(499))
    key(wall, Key.Key_Home, SHIFT)
    assert len(wall.selection()) == 500
    key(wall, Key.Key_PageDown)
    assert wall.current > 20 and wall.viewport().rect().contains(wall.tile_rect(wall.current))
    key(wall, Key.Key_PageUp)
    assert wall.current == 0
    key(wall, Key.Key_A, CONTROL)
    assert len(wall.selection()) == 500


def test_a_rubber_band_selects_what_it_touches_and_control_adds(hang: Callable[..., TileWall]) -> None:
    wall = hang(pictures())
    view = wall.viewport()
    click(wall, 40)
    for modifiers, expected in ((NONE, set()), (CONTROL, {40})):
        click(wall, 40)
        start = wall.tile_rect(0).topLeft() - QPoint(3, 3)
        QTest.mousePress(view, LEFT, modifiers, start)
        for step in (QPoint(30, 10), at(wall, 2) + QPoint(0, 0)):
            QTest.mouseMove(view, step)
        QTest.mouseMove(view, at(wall, 2))
        assert set(wall.selection()) == {0, 1, 2} | expected
        QTest.mouseMove(view, at(wall, 1))
        assert set(wall.selection()) == {0, 1} | expected
        QTest.mouseRelease(view, LEFT, modifiers, at(wall, 1))


def test_a_band_beyond_the_edge_pulls_the_wall(hang: Callable[..., TileWall], qtbot: QtBot) -> None:
    wall = hang(pictures(3000))
    view = wall.viewport()
    QTest.mousePress(view, LEFT, NONE, QPoint(3, 3))
    below = QPoint(150, view.height() + 40)
    wall.cursor().setPos(view.mapToGlobal(below))
    QTest.mouseMove(view, below)
    qtbot.waitUntil(lambda: wall.verticalScrollBar().value() > 200)
    assert len(wall.selection()) > len(wall.in_view()) // 2
    QTest.mouseRelease(view, LEFT, NONE, below)
    stopped = wall.verticalScrollBar().value()
    qtbot.wait(60)
    assert wall.verticalScrollBar().value() == stopped


def test_selection_is_told_once_a_change(hang: Callable[..., TileWall], qtbot: QtBot) -> None:
    wall = hang(pictures())
    told: list[list[int]] = []
    wall.selection_changed.connect(lambda: told.append(wall.selection()))
    wall.select([2, 1])
    wall.select([1, 2])
    assert told == [[1, 2]]
    assert wall.deselect() is True and wall.deselect() is False
    wall.set_current(5)
    wall.forget()
    assert told[1:] == [[], [5], []] and wall.current == -1


def test_what_a_filter_hides_is_told(hang: Callable[..., TileWall]) -> None:
    source = pictures()
    wall = hang(source)
    wall.set_current(3)
    currents: list[int] = []
    wall.current_changed.connect(currents.append)
    source.order = np.array([1, 2])
    wall.refresh([])
    assert currents == [-1] and wall.selection() == []


# -- what is asked ------------------------------------------------------------------------------------------------


def test_enter_f_and_a_double_click_ask_for_it_large_and_s_for_a_star(hang: Callable[..., TileWall]) -> None:
    wall = hang(pictures())
    large: list[int] = []
    starred: list[int] = []
    deleted: list[bool] = []
    wall.activated.connect(large.append)
    wall.star_requested.connect(starred.append)
    wall.delete_requested.connect(lambda: deleted.append(True))
    key(wall, Key.Key_Return)
    key(wall, Key.Key_S)
    key(wall, Key.Key_Delete)
    assert not large and not starred and not deleted, "nothing is chosen"
    wall.set_current(4)
    for which in (Key.Key_Return, Key.Key_F, Key.Key_S, Key.Key_Delete):
        key(wall, which)
    QTest.mouseDClick(wall.viewport(), LEFT, NONE, at(wall, 6))
    assert large == [4, 4, 6] and starred == [4] and deleted == [True]
    event = QKeyEvent(QEvent.Type.KeyPress, Key.Key_S, CONTROL)
    wall.keyPressEvent(event)
    assert starred == [4] and not event.isAccepted(), "Ctrl+S is the window's"


def test_the_menu_is_asked_for_where_the_hand_is(hang: Callable[..., TileWall]) -> None:
    wall = hang(pictures())
    asked: list[tuple[int, QPoint]] = []
    wall.context_requested.connect(lambda index, point: asked.append((index, point)))
    spot = at(wall, 7)
    QTest.mousePress(wall.viewport(), RIGHT, NONE, spot)
    mouse, keyboard = QContextMenuEvent.Reason.Mouse, QContextMenuEvent.Reason.Keyboard
    wall.contextMenuEvent(QContextMenuEvent(mouse, spot, wall.viewport().mapToGlobal(spot)))
    assert asked[-1][0] == 7 and wall.selection() == [7]
    wall.select([7, 8, 9])
    QTest.mousePress(wall.viewport(), RIGHT, NONE, at(wall, 8))
    assert wall.selection() == [7, 8, 9], "the menu is for all of them"
    wall.contextMenuEvent(QContextMenuEvent(keyboard, QPoint(), QPoint()))
    assert asked[-1] == (wall.current, wall.viewport().mapToGlobal(wall.tile_rect(wall.current).center()))


def test_a_dropped_file_is_handed_on(hang: Callable[..., TileWall], tmp_path: Path) -> None:
    wall = hang(pictures())
    paths: list[str] = []
    wall.image_dropped.connect(paths.append)
    data = QMimeData()
    data.setUrls([QUrl("https://example.org/a.png"), QUrl.fromLocalFile(str(tmp_path / "b.png"))])
    copy = Qt.DropAction.CopyAction
    wall.dropEvent(QDropEvent(QPointF(9, 9), copy, data, LEFT, NONE))
    assert paths == [str(tmp_path / "b.png")]


def test_hover_says_the_caption(hang: Callable[..., TileWall], monkeypatch: pytest.MonkeyPatch) -> None:
    wall = hang(pictures())
    hovered: list[int] = []
    wall.hovered.connect(hovered.append)
    QTest.mouseMove(wall.viewport(), at(wall, 5))
    assert hovered == [5]
    said: list[str] = []
    monkeypatch.setattr(QToolTip, "showText", lambda _at, text, *_: said.append(text))
    spot = at(wall, 5)
    QApplication.sendEvent(wall.viewport(), QHelpEvent(QEvent.Type.ToolTip, spot, wall.viewport().mapToGlobal(spot)))
    assert said == ["Picture 5"]


def test_a_screen_reader_hears_the_current_picture(hang: Callable[..., TileWall]) -> None:
    wall = hang(pictures(order=np.arange(499, -1, -1)))
    assert wall.accessibleDescription().startswith("500 pictures")
    wall.set_current(498)
    assert wall.accessibleDescription() == "Picture 498. Picture 2 of 500, 1 selected."


# -- empty and wrong ----------------------------------------------------------------------------------------------


def test_an_empty_wall_says_what_to_do(hang: Callable[..., TileWall], qtbot: QtBot) -> None:
    source = pictures()
    wall = hang(source)
    wall.set_empty("Nothing passes the filter.", "Show all classes.", "Show all")
    assert wall.message_card().isHidden()
    source.order = np.arange(0)
    wall.refresh([])
    card = wall.message_card()
    assert card.isVisible() and "Nothing passes" in card.accessibleName()
    with qtbot.waitSignal(wall.empty_pressed):
        card.pressed.emit()
    assert wall.in_view() == [] and wall.current == -1
    for which in (Key.Key_Right, Key.Key_End, Key.Key_PageDown, Key.Key_Return):
        key(wall, which)
    assert wall.current == -1


def test_a_problem_stands_over_the_pictures_with_its_remedy(hang: Callable[..., TileWall], qtbot: QtBot) -> None:
    wall = hang(pictures())
    wall.set_problem("The engine stopped.", "Start it again.", "Restart")
    card = wall.message_card()
    assert card.isVisible() and wall.viewport().rect().contains(card.geometry())
    with qtbot.waitSignal(wall.problem_pressed):
        card.pressed.emit()
    wall.set_problem("")
    assert card.isHidden()


def test_a_wall_without_a_source_is_quiet(shown: Show, photograph: Callable[..., np.ndarray]) -> None:
    wall = TileWall()
    shown(wall, 300, 200)
    wall.clearFocus()  # whose ring would lie at the rim
    turn(wall, -1)
    turn(wall, 1, CONTROL)
    key(wall, Key.Key_Down)
    assert (photograph(wall.viewport()) == channels(DARK.window)).all()
    assert wall.selection() == [] and wall.current == -1
