"""A walk as pictures side by side: where each lies, what pointer and keys say of them, and what stands below."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from app.theme.tokens import DARK, LIGHT, Palette, channels
from app.widgets.walk_strip import WalkStrip

Photograph = Callable[[QWidget], NDArray[np.uint8]]
NONE, LEFT, RIGHT = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
CAPTIONS = ("0.2", "0.5", "1", "2", "uncut")
ROWS, COLUMNS = 2, 5


def walk(height: int = 6, width: int = 5, columns: int = COLUMNS) -> NDArray[np.uint8]:
    """Pictures of noise."""
    return np.random.default_rng(1).integers(0, 256, (ROWS, columns, height, width, 1), dtype=np.uint8)


def show(strip: WalkStrip, images: NDArray[np.uint8], serial: int = 1, drawn: object = None) -> NDArray[np.bool_]:
    """All of these pictures, or those that are drawn."""
    there = np.ones(images.shape[:2], bool) if drawn is None else np.array(drawn)
    strip.set_walk(images, there, CAPTIONS[: images.shape[1]], serial)
    return there


@pytest.fixture
def strip(shown: Callable[..., QWidget]) -> WalkStrip:
    made = WalkStrip()
    show(made, walk())
    shown(made, 420, 190)
    return made


@pytest.fixture
def said(strip: WalkStrip) -> list[tuple[str, int, int]]:
    """What the strip says, in its order; it is pointed at as it asked."""
    heard: list[tuple[str, int, int]] = []
    strip.pointed.connect(lambda row, column: heard.append(("pointed", row, column)))
    strip.pointed.connect(strip.set_cursor)
    strip.picture_chosen.connect(lambda row, column: heard.append(("chosen", row, column)))
    return heard


def middle(strip: WalkStrip, row: int, column: int) -> QPoint:
    return strip.cell(row, column).center()


def part(photo: NDArray[np.uint8], cell: QRect) -> NDArray[np.uint8]:
    return photo[cell.y() : cell.y() + cell.height(), cell.x() : cell.x() + cell.width()]


@pytest.mark.parametrize("size", [(0, 0), (301, 97), (420, 190), (1301, 160), (260, 800)])
@pytest.mark.parametrize("shape", [(6, 5), (28, 28), (8, 32), (64, 64)])
def test_a_place_and_its_picture_agree_at_every_size(
    strip: WalkStrip, size: tuple[int, int], shape: tuple[int, int]
) -> None:
    show(strip, walk(*shape), 2)
    least = strip.minimumSize()
    strip.resize(max(size[0], least.width()), max(size[1], least.height()))
    cells = {(row, column): strip.cell(row, column) for row in range(ROWS) for column in range(COLUMNS)}
    for place, cell in cells.items():
        assert strip.at(cell.center()) == strip.at(cell.topLeft()) == strip.at(cell.bottomRight()) == place
        assert strip.rect().contains(cell) and cell.width() % shape[1] == 0 == cell.height() % shape[0]
        assert not any(cell.intersects(other) for at, other in cells.items() if at != place)
    assert strip.at(QPoint(0, 0)) is None and strip.at(QPoint(10_000, 10)) is None
    assert len({cell.x() for cell in cells.values()}) == COLUMNS, "rows are one below the other"


def test_pictures_are_painted_pixel_by_pixel_and_missing_ones_are_empty(
    strip: WalkStrip, photograph: Photograph
) -> None:
    images = walk()
    drawn = show(strip, images, 2, [[True] * 5, [True, False, True, True, True]])
    photo = photograph(strip)
    for row, column in np.ndindex(ROWS, COLUMNS):
        cell = strip.cell(row, column)
        zoom = cell.width() // 5
        wanted = images[row, column].repeat(zoom, 0).repeat(zoom, 1)
        if drawn[row, column]:
            np.testing.assert_array_equal(part(photo, cell), np.broadcast_to(wanted, (*wanted.shape[:2], 3)))
        else:
            assert (part(photo, cell) == channels(DARK.mat)).all()


def test_pictures_that_change_in_place_are_seen_with_their_serial(strip: WalkStrip, photograph: Photograph) -> None:
    images = walk()
    show(strip, images, 2)
    photograph(strip)
    images[1, 3] = 77
    show(strip, images, 3)
    assert (part(photograph(strip), strip.cell(1, 3)) == 77).all()


def test_the_pointer_points_and_a_click_chooses(strip: WalkStrip, said: list[tuple[str, int, int]]) -> None:
    QTest.mouseMove(strip, middle(strip, 1, 3))
    QTest.mouseMove(strip, middle(strip, 1, 3) + QPoint(1, 1))
    assert said == [("pointed", 1, 3)], "once a picture"
    QTest.mouseClick(strip, RIGHT, NONE, middle(strip, 0, 1))
    QTest.mouseClick(strip, LEFT, NONE, QPoint(strip.width() - 1, strip.height() - 1))
    said.clear()
    QTest.mouseClick(strip, LEFT, NONE, middle(strip, 0, 2))
    assert said[-2:] == [("pointed", 0, 2), ("chosen", 0, 2)]


def test_keys_point_and_choose(strip: WalkStrip, said: list[tuple[str, int, int]]) -> None:
    keys = Qt.Key
    for key in (keys.Key_Right, keys.Key_Right, keys.Key_Down, keys.Key_Left, keys.Key_Up, keys.Key_End, keys.Key_Home):
        QTest.keyClick(strip, key)
    assert [place[1:] for place in said] == [(0, 1), (0, 2), (1, 2), (1, 1), (0, 1), (0, 4), (0, 0)]
    for key in (keys.Key_Return, keys.Key_Enter, keys.Key_Space):
        said.clear()
        QTest.keyClick(strip, key)
        assert said == [("chosen", 0, 0)]


def test_keys_do_not_leave_the_walk(strip: WalkStrip, said: list[tuple[str, int, int]]) -> None:
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Up):
        QTest.keyClick(strip, key)
    strip.set_cursor(1, 4)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down):
        QTest.keyClick(strip, key)
    assert said == []


def test_without_a_walk_there_is_nothing_to_point_at(
    strip: WalkStrip, said: list[tuple[str, int, int]], photograph: Photograph
) -> None:
    strip.set_walk(None, None, (), 0)
    strip.set_table([])
    QTest.mouseClick(strip, LEFT, NONE, QPoint(30, 30))
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_End):
        QTest.keyClick(strip, key)
    assert said == [] and strip.cell(0, 0) == QRect()
    assert np.unique(photograph(strip).reshape(-1, 3), axis=0).shape == (1, 3)


def test_it_is_told_to_those_who_do_not_see_it(strip: WalkStrip) -> None:
    assert strip.accessibleName() == "Walk"
    strip.set_cursor(1, 4)
    assert strip.accessibleDescription() == "uncut"
    strip.set_cursor(0, 1)
    assert strip.accessibleDescription() == "0.5"


def test_what_was_measured_stands_below_the_pictures(strip: WalkStrip, photograph: Photograph) -> None:
    before, photo = strip.minimumSize(), photograph(strip)
    left = strip.cell(0, 0).x()
    strip.set_table([("precision", ["0.80"] * 5), ("recall", ["0.30"] * 5)])
    after = strip.minimumSize()
    assert after.height() > before.height() + 20 and after.width() > before.width() + 20
    assert strip.cell(0, 0).x() > left, "the lines' names have room beside the pictures"
    assert strip.cell(1, 0).bottom() < strip.height() - 40
    assert not np.array_equal(photograph(strip), photo)
    strip.set_table([])
    assert strip.minimumSize() == before


def test_the_marked_picture_is_framed(strip: WalkStrip, photograph: Photograph) -> None:
    strip.clearFocus()
    for place in ((0, 0), (1, 3)):
        strip.set_cursor(*place)
        found = (photograph(strip) == channels(DARK.accent)).all(axis=2)
        cell = strip.cell(*place)
        around = found.copy()
        part(around, cell.adjusted(-4, -4, 4, 4).intersected(strip.rect()))[:] = False
        assert found[max(0, cell.y() - 4) : cell.y(), cell.x() : cell.right()].any()
        assert not around.any(), "and no other one"


@pytest.mark.parametrize("palette", [DARK, LIGHT], ids=["dark", "light"])
@pytest.mark.parametrize("size", [(1, 1), (11, 300), (300, 11), (97, 61), (1777, 333)])
def test_it_is_painted_at_any_size_in_both_themes(
    strip: WalkStrip, photograph: Photograph, palette: Palette, size: tuple[int, int]
) -> None:
    strip.set_theme(palette)
    strip.set_table([("precision", ["0.80", "\u2013", "0.75", "0.70", "0.61"])])
    strip.setMinimumSize(1, 1)
    strip.resize(*size)
    strip.setFocus()
    photo = photograph(strip)
    assert photo.shape == (size[1], size[0], 3)
    if size[0] > 1000:
        found = {tuple(color) for color in photo.reshape(-1, 3).tolist()}
        assert channels(palette.accent) in found and channels(palette.edge) in found
