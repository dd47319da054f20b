"""The canvas under the hand: what mouse, wheel and keys say, and what is drawn."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage, QMouseEvent, QPainter, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.theme.tokens import DARK, LIGHT, channels
from app.widgets import canvas_surface
from app.widgets.frames import device_painter, end_painters
from app.widgets.pixel_canvas import PixelCanvas

SIDE, ZOOM = 8, 40  # 8 pixels of 40 px and 24 px of mat on each side make 368
LEFT = Qt.MouseButton.LeftButton
Show = Callable[..., QWidget]


@pytest.fixture
def canvas(shown: Show) -> PixelCanvas:
    made = PixelCanvas()
    pixels = np.random.default_rng(0).integers(0, 256, (SIDE, SIDE, 3), dtype=np.uint8)
    made.set_document(pixels, np.ones((SIDE, SIDE), np.uint8))
    shown(made, 368, 368)
    return made


@pytest.fixture
def said(canvas: PixelCanvas) -> list[tuple[Any, ...]]:
    """Everything the canvas says, in order."""
    log: list[tuple[Any, ...]] = []
    strokes = ("stroke_started", "segment_drawn", "stroke_finished")
    for name in (*strokes, "rectangle_drawn", "fill_requested", "color_picked", "image_dropped"):
        getattr(canvas, name).connect(lambda *values, name=name: log.append((name, *values)))
    return log


def at(column: float, row: float) -> QPoint:
    return QPoint(24 + round(column * ZOOM), 24 + round(row * ZOOM))


def move(canvas: PixelCanvas, where: QPoint, button: Qt.MouseButton = LEFT) -> None:
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        QPointF(where),
        canvas.mapToGlobal(QPointF(where)),
        Qt.MouseButton.NoButton,
        button,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(canvas, event)


def wheel(canvas: PixelCanvas, where: QPoint, notches: int) -> None:
    event = QWheelEvent(
        QPointF(where),
        canvas.mapToGlobal(QPointF(where)),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(canvas, event)


def test_it_fits_and_shows_the_pixels_exactly(canvas: PixelCanvas, photograph: Any) -> None:
    assert canvas.zoom() == ZOOM
    image = photograph(canvas)[24:344, 24:344]
    assert np.array_equal(image[::ZOOM, ::ZOOM], canvas._pixels)
    assert np.array_equal(image, np.repeat(np.repeat(canvas._pixels, ZOOM, 0), ZOOM, 1))


def test_the_edge_is_one_px_right_outside(canvas: PixelCanvas, photograph: Any) -> None:
    image = photograph(canvas)
    edge, mat = list(channels(DARK.edge)), list(channels(DARK.mat))
    assert (image[23, 23:345] == edge).all()
    assert (image[344, 23:345] == edge).all()
    assert (image[23:345, 23] == edge).all()
    assert image[180, 22].tolist() == mat


def test_a_stroke_is_one_segment_a_move(canvas: PixelCanvas, said: list[Any]) -> None:
    QTest.mousePress(canvas, LEFT, pos=at(1, 1))
    for column in (2, 3, 4.5):
        move(canvas, at(column, 1))
    QTest.mouseRelease(canvas, LEFT, pos=at(4.5, 1))
    assert said == [
        ("stroke_started",),
        ("segment_drawn", 1, 1, 1, 1),
        ("segment_drawn", 1, 1, 2, 1),
        ("segment_drawn", 2, 1, 3, 1),
        ("segment_drawn", 3, 1, 4.5, 1),
        ("stroke_finished",),
    ]


def test_a_stroke_may_leave_the_picture_and_come_back(canvas: PixelCanvas, said: list[Any]) -> None:
    QTest.mousePress(canvas, LEFT, pos=at(7, 4))
    move(canvas, at(8.5, 4))
    move(canvas, at(8.5, 6))
    move(canvas, at(7, 6))
    QTest.mouseRelease(canvas, LEFT, pos=at(7, 6))
    assert ("segment_drawn", 8.5, 4, 8.5, 6) in said
    assert said[-2:] == [("segment_drawn", 8.5, 6, 7, 6), ("stroke_finished",)]


def test_a_stroke_may_begin_outside(canvas: PixelCanvas, said: list[Any]) -> None:
    QTest.mousePress(canvas, LEFT, pos=QPoint(4, 24 + ZOOM))
    QTest.mouseRelease(canvas, LEFT, pos=QPoint(4, 24 + ZOOM))
    assert said[1] == ("segment_drawn", -0.5, 1, -0.5, 1)


def test_losing_the_keyboard_ends_the_stroke(canvas: PixelCanvas, said: list[Any]) -> None:
    canvas.setFocus()
    QTest.mousePress(canvas, LEFT, pos=at(1, 1))
    canvas.clearFocus()
    move(canvas, at(2, 2))
    assert said.count(("stroke_finished",)) == 1
    assert said[-1] == ("stroke_finished",)


@pytest.mark.parametrize(
    ("button", "modifier", "keep"),
    [
        (LEFT, Qt.KeyboardModifier.NoModifier, True),
        (Qt.MouseButton.RightButton, Qt.KeyboardModifier.NoModifier, False),
        (LEFT, Qt.KeyboardModifier.ShiftModifier, False),
    ],
)
def test_a_rectangle_takes_whole_pixels(
    canvas: PixelCanvas, said: list[Any], button: Qt.MouseButton, modifier: Qt.KeyboardModifier, keep: bool
) -> None:
    canvas.set_tool("keep")
    QTest.mousePress(canvas, button, modifier, at(5.5, 6.5))
    move(canvas, at(2.2, 3.9), button)
    QTest.mouseRelease(canvas, button, modifier, at(2.2, 3.9))
    assert said == [("rectangle_drawn", 2, 3, 6, 7, keep)]


def test_a_rectangle_is_cut_at_the_picture_s_rim(canvas: PixelCanvas, said: list[Any]) -> None:
    canvas.set_tool("keep")
    QTest.mousePress(canvas, LEFT, pos=at(6.5, -0.5))
    QTest.mouseRelease(canvas, LEFT, pos=at(8.5, 1.5))
    QTest.mousePress(canvas, LEFT, pos=at(8.3, 8.3))
    QTest.mouseRelease(canvas, LEFT, pos=at(8.5, 8.5))
    assert said == [("rectangle_drawn", 6, 0, 8, 2, True)]


def test_fill_and_pick_name_the_pixel(canvas: PixelCanvas, said: list[Any]) -> None:
    canvas.set_tool("fill")
    QTest.mouseClick(canvas, LEFT, pos=at(3.9, 0.1))
    QTest.mouseClick(canvas, LEFT, pos=at(-0.3, 0.1))
    canvas.set_tool("pick")
    QTest.mouseClick(canvas, LEFT, pos=at(7.5, 7.5))
    assert said == [("fill_requested", 3, 0), ("color_picked", 7, 7)]


def test_hover_names_each_pixel_once_and_leaving(canvas: PixelCanvas, qtbot: QtBot) -> None:
    seen: list[tuple[int, int]] = []
    canvas.pixel_hovered.connect(lambda x, y: seen.append((x, y)))
    for where in (at(1.1, 1.1), at(1.8, 1.2), at(2.5, 1.2), QPoint(3, 3)):
        move(canvas, where, Qt.MouseButton.NoButton)
    assert seen == [(1, 1), (2, 1), (-1, -1)]


def test_the_wheel_zooms_about_the_pointer(canvas: PixelCanvas, qtbot: QtBot) -> None:
    with qtbot.waitSignal(canvas.zoom_changed):
        wheel(canvas, at(2, 2), 1)
    assert canvas.zoom() == ZOOM * 1.25
    seen: list[tuple[int, int]] = []
    canvas.pixel_hovered.connect(lambda x, y: seen.append((x, y)))
    move(canvas, at(2, 2) + QPoint(4, 4), Qt.MouseButton.NoButton)
    assert seen == [(2, 2)]
    canvas.fit()
    assert canvas.zoom() == ZOOM


def test_middle_button_and_space_drag_pan(canvas: PixelCanvas, said: list[Any]) -> None:
    middle = Qt.MouseButton.MiddleButton
    QTest.mousePress(canvas, middle, pos=at(1, 1))
    move(canvas, at(2, 1), middle)
    QTest.mouseRelease(canvas, middle, pos=at(2, 1))
    canvas.setFocus()
    QTest.keyPress(canvas, Qt.Key.Key_Space)
    QTest.mousePress(canvas, LEFT, pos=at(1, 1))
    move(canvas, at(1, 2))
    QTest.mouseRelease(canvas, LEFT, pos=at(1, 2))
    QTest.keyRelease(canvas, Qt.Key.Key_Space)
    assert (canvas._view.x, canvas._view.y) == (24 + ZOOM, 24 + ZOOM)
    assert said == [], "panning draws nothing"
    QTest.mouseClick(canvas, LEFT, pos=at(4, 4))
    assert said[1] == ("segment_drawn", 3, 3, 3, 3), "and the hand draws where the picture now is"


def test_the_keyboard_can_do_it_all(canvas: PixelCanvas, said: list[Any]) -> None:
    canvas.setFocus(Qt.FocusReason.TabFocusReason)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down):
        QTest.keyClick(canvas, key)
    QTest.keyClick(canvas, Qt.Key.Key_Space)
    assert said == [("stroke_started",), ("segment_drawn", 5.5, 5.5, 5.5, 5.5), ("stroke_finished",)]
    said.clear()
    canvas.set_tool("keep")
    QTest.keyClick(canvas, Qt.Key.Key_Space)
    QTest.keyClick(canvas, Qt.Key.Key_Left)
    QTest.keyClick(canvas, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(canvas, Qt.Key.Key_Space)
    assert said == [("rectangle_drawn", 4, 1, 6, 6, True)]


def test_new_ink_is_there_at_the_next_paint(canvas: PixelCanvas, photograph: Any) -> None:
    photograph(canvas)
    pixels = canvas._pixels.copy()  # type: ignore[union-attr]
    pixels[3, 3] = (255, 0, 0)
    canvas.set_document(pixels, np.ones((SIDE, SIDE), np.uint8))
    assert photograph(canvas)[at(3.5, 3.5).y(), at(3.5, 3.5).x()].tolist() == [255, 0, 0]


def test_the_raster_cursor_frames_its_pixel(canvas: PixelCanvas, photograph: Any) -> None:
    before = photograph(canvas)
    canvas.set_cursor_pixel(2 * SIDE + 5)
    changed = (photograph(canvas) != before).any(axis=2)
    rows, columns = np.nonzero(changed)
    corner = at(5, 2)
    assert columns.min() >= corner.x() - 3 and columns.max() < corner.x() + ZOOM + 3
    assert rows.min() >= corner.y() - 3 and rows.max() < corner.y() + ZOOM + 3
    assert not changed[at(5.5, 2.5).y(), at(5.5, 2.5).x()], "the pixel itself stays visible"
    canvas.set_cursor_pixel(None)
    assert np.array_equal(photograph(canvas), before)


def test_unused_pixels_are_dotted_in_their_middle(canvas: PixelCanvas, photograph: Any) -> None:
    before = photograph(canvas)
    unused = np.zeros((SIDE, SIDE), bool)
    unused[6, 1] = True
    canvas.set_unused(unused)
    changed = (photograph(canvas) != before).any(axis=2)
    assert changed[at(1.5, 6.5).y(), at(1.5, 6.5).x()]
    assert changed.sum() < 60


def test_the_brush_s_outline_follows_the_pointer(canvas: PixelCanvas, photograph: Any) -> None:
    canvas.set_brush(1.0, None)
    before = photograph(canvas)
    move(canvas, at(4, 4), Qt.MouseButton.NoButton)
    changed = (photograph(canvas) != before).any(axis=2)
    rows, columns = np.nonzero(changed)
    assert abs(int(columns.min()) - (at(4, 4).x() - ZOOM)) <= 3
    assert abs(int(rows.max()) - (at(4, 4).y() + ZOOM)) <= 3
    assert not changed[at(4, 4).y(), at(4, 4).x()], "a brush that forgets is hollow"


def test_focus_by_key_rings_the_mat(canvas: PixelCanvas, photograph: Any) -> None:
    canvas.setFocus(Qt.FocusReason.MouseFocusReason)
    assert photograph(canvas)[184, 0].tolist() == list(channels(DARK.mat))
    canvas.clearFocus()
    canvas.setFocus(Qt.FocusReason.TabFocusReason)
    assert photograph(canvas)[184, 0].tolist() == list(channels(DARK.focus))


def test_a_theme_changes_the_mat(canvas: PixelCanvas, photograph: Any) -> None:
    canvas.set_theme(LIGHT)
    assert photograph(canvas)[184, 10].tolist() == list(channels(LIGHT.mat))


def test_another_size_forgets_what_belonged_to_the_picture(canvas: PixelCanvas, photograph: Any) -> None:
    canvas.set_preview(canvas._pixels, None)
    canvas.set_unused(np.ones((SIDE, SIDE), bool))
    canvas.set_cursor_pixel(60)
    canvas.set_document(np.zeros((4, 4, 1), np.uint8), np.zeros((4, 4), np.uint8))
    photograph(canvas)
    assert canvas.zoom() == 80


def test_dropping_a_file_says_its_path(canvas: PixelCanvas, said: list[Any], tmp_path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "a.png"))])
    none, copy = Qt.KeyboardModifier.NoModifier, Qt.DropAction.CopyAction
    enter = QDragEnterEvent(QPoint(9, 9), copy, data, LEFT, none)
    QApplication.sendEvent(canvas, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(canvas, QDropEvent(QPointF(9, 9), copy, data, LEFT, none))
    assert said == [("image_dropped", str(tmp_path / "a.png"))]


def test_an_empty_canvas_says_nothing_and_paints(shown: Show, photograph: Any) -> None:
    empty = PixelCanvas()
    shown(empty, 200, 200)
    said: list[object] = []
    empty.stroke_started.connect(lambda: said.append(1))
    empty.pixel_hovered.connect(lambda *pixel: said.append(pixel))
    QTest.mouseClick(empty, LEFT, pos=QPoint(100, 100))
    assert photograph(empty).shape == (200, 200, 3)
    assert said == []


def test_an_error_while_painting_leaves_no_painter_open(canvas: PixelCanvas, monkeypatch: pytest.MonkeyPatch) -> None:
    """A painter that outlives its ``paintEvent`` takes the whole window down."""
    painters: list[QPainter] = []

    def kept(widget: QWidget) -> tuple[QPainter, float]:
        painter, scale = device_painter(widget)
        painters.append(painter)
        return painter, scale

    monkeypatch.setattr(canvas_surface, "device_painter", kept)
    monkeypatch.setattr(canvas, "_paint_marks", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        canvas.grab()
    assert painters and not any(painter.isActive() for painter in painters)


def test_painters_that_an_error_left_open_are_ended_by_its_traceback() -> None:
    picture = QImage(4, 4, QImage.Format.Format_RGB32)

    def paint() -> None:
        painter = QPainter(picture)
        painter.fillRect(0, 0, 1, 1, 0)
        raise ValueError("in the middle")

    with pytest.raises(ValueError, match="in the middle") as raised:
        paint()
    assert picture.paintingActive()
    end_painters(raised.value.__traceback__)
    assert not picture.paintingActive()
