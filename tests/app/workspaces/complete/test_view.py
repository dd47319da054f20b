"""The workspace on screen, without a window around it and with an engine that answers when tests say so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.documents.picture_file import Picture
from app.widgets.hint import Hint
from app.workspaces.complete.state import CompleteState
from app.workspaces.complete.view import CompleteView
from app.workspaces.complete.view_hint import unknown_area
from app.workspaces.registry import Surroundings
from engine.contracts.manifest import ImageSpec, Manifest
from tests.app.workspaces.complete.conftest import FACE, INK, FakeClock, FakeDispatcher, FakeExample, FakeJob, manifest


@dataclass(eq=False)
class Screen:
    """The view, and what is around it."""

    view: CompleteView
    window: QWidget
    clock: FakeClock
    dispatcher: FakeDispatcher

    @property
    def state(self) -> CompleteState:
        assert self.view._state is not None
        return self.view._state

    @property
    def job(self) -> FakeJob:
        return self.dispatcher.of("complete")[-1]

    def settle(self, value: int | None = None) -> None:
        self.clock.advance(60)
        self.job.finish(value)

    def tile(self, index: int) -> QWidget:
        return self.view.center.strip.grid().tiles()[index]


def show(qtbot: QtBot, *models: Manifest, width: int = 1180, height: int = 800) -> Screen:
    """The view in an active window: the centre, and the inspector beside it."""
    window = QWidget()
    qtbot.addWidget(window)
    clock, dispatcher = FakeClock(), FakeDispatcher()
    view = CompleteView(Surroundings(dispatcher, clock, models, (FakeExample(),), ()), window)  # type: ignore[arg-type]
    view.center.setParent(window)
    view.center.setGeometry(0, 0, width - 280, height)
    view.inspector.setParent(window)
    view.inspector.setGeometry(width - 280, 0, 280, height)
    window.resize(width, height)
    with qtbot.waitExposed(window):
        window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    view.start("", None)
    view.engine_changed("ready")
    view.center.setFocus()
    return Screen(view, window, clock, dispatcher)


@pytest.fixture
def first(qtbot: QtBot) -> Iterator[Screen]:
    """The colour model's example; the first show is to come."""
    screen = show(qtbot, FACE)
    yield screen
    screen.view.close()


@pytest.fixture
def face(first: Screen) -> Screen:
    """The first completion has been shown."""
    first.view.presenter.skip_show()
    first.settle()
    return first


def shown(widget: Any) -> list[list[int]]:
    return widget._pixels[..., 0].tolist()


def test_space_and_a_drag_move_the_view_wherever_the_focus_is(face: Screen) -> None:
    canvas, document = face.view.center.floor.canvas, face.state.document
    tile, tool = face.tile(2), face.view.center.floor.tools.findChildren(QPushButton)
    assert not tool  # the tools draw themselves; any of them will do
    for widget in (tile, face.view.center.floor.tools._tools["pick"], face.view.inspector.card._film._slider):
        widget.setFocus()
        before, middle = canvas._view.x, canvas.rect().center()
        focused = QApplication.focusWidget()
        assert focused is not None
        QTest.keyPress(focused, Qt.Key.Key_Space)
        QTest.mousePress(canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, middle)
        QTest.mouseMove(canvas, middle + QPoint(40, 0))
        QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, middle + QPoint(40, 0))
        focused = QApplication.focusWidget()
        assert focused is canvas
        QTest.keyRelease(focused, Qt.Key.Key_Space)
        assert canvas._view.x == before + 40 and face.state.document is document
        assert (face.state.selected, face.state.tool) == (0, "forget"), "the button was not pressed"
    below = canvas.rect().center() + QPoint(0, 120)  # the row in the middle is unknown as it is
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, below)
    assert face.state.document is not document, "with Space up the brush rubs out again"


def test_space_alone_presses_the_button_that_has_the_focus(face: Screen) -> None:
    face.tile(2).setFocus()
    QTest.keyClick(face.tile(2), Qt.Key.Key_Space)
    assert face.state.selected == 2 and not face.view.center.floor.canvas._panning


def test_the_enlarged_completion_follows_what_happens(face: Screen) -> None:
    floor = face.view.center.floor
    face.view.handlers()["enlarge"]()
    assert floor.enlarged.isVisible()
    face.view.handlers()["dice"]()
    face.settle(value=200)
    assert face.state.images is not None
    assert shown(floor.enlarged) == face.state.images[0, ..., 0].tolist()
    assert shown(floor.enlarged)[2] == [200] * 5
    face.view.handlers()["adopt-4"]()
    assert shown(floor.enlarged)[2] == [203] * 5 and "Completion 4" in floor._caption.text()
    face.view.presenter.rest_is((60, 90, 200))
    face.view.presenter.load_picture(np.full((5, 5, 4), 255, np.uint8))
    assert face.state.images is None and not floor.enlarged.isVisible()


@pytest.mark.parametrize("kind", ["middle", "wheel", "key", "arrow", "click"])
def test_any_input_ends_the_first_show(first: Screen, kind: str) -> None:
    first.settle(value=200)
    first.clock.advance(100)
    QTest.mouseMove(first.view.center.floor.canvas, QPoint(5, 5))
    assert first.state.show_running, "moving the pointer is no input"
    canvas, inspector = first.view.center.floor.canvas, first.view.inspector
    if kind == "middle":
        QTest.mouseClick(canvas, Qt.MouseButton.MiddleButton)
    elif kind == "wheel":
        turned = QWheelEvent(
            QPointF(9, 9), QPointF(9, 9), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(inspector, turned)
    elif kind == "key":
        QTest.keyClick(canvas, Qt.Key.Key_0)
    elif kind == "arrow":
        QTest.keyClick(canvas, Qt.Key.Key_Left)
    else:
        QTest.mouseClick(inspector, Qt.MouseButton.LeftButton)
    assert not first.state.show_running and first.state.drawn is not None and first.state.drawn.all()
    assert not first.view._any_input._awake


def test_escape_in_the_first_show_stops_and_keeps_the_choice(first: Screen) -> None:
    first.settle()
    QTest.keyClick(first.view.center.floor.canvas, Qt.Key.Key_Escape)
    first.view.handlers()["escape"]()
    assert not first.state.show_running and first.state.selected == 0


def test_the_strip_says_why_it_is_empty(face: Screen) -> None:
    strip = face.view.center.strip
    assert strip._stack.currentIndex() == 0
    face.view.presenter.load_picture(np.full((5, 5, 4), 255, np.uint8))
    assert strip._stack.currentIndex() == 1 and "Rub something out" in strip._card.accessibleName()
    face.view.handlers()["undo"]()
    assert strip._stack.currentIndex() == 0


def test_a_tile_that_goes_gives_the_keys_to_the_picture(face: Screen) -> None:
    face.tile(2).setFocus()
    face.view.presenter.load_picture(np.full((5, 5, 4), 255, np.uint8))
    assert QApplication.focusWidget() is face.view.center.floor.canvas


def test_after_a_restart_the_strip_tells_of_adopted_pixels(face: Screen) -> None:
    face.view.handlers()["adopt-2"]()
    face.view.start("", face.view.capture())
    assert face.state.images is None and "press R" in face.view.center.strip._card.accessibleName()


def test_an_empty_strip_offers_to_complete_when_nothing_has_gone_on_for_a_while(first: Screen, qtbot: QtBot) -> None:
    strip, card = first.view.center.strip, first.view.center.strip._card
    first.view.presenter.skip_show()
    first.view.presenter.stop()
    assert first.state.images is None and not first.state.busy
    assert strip._stack.currentIndex() == 0, "no word comes and goes in a moment"
    qtbot.waitUntil(lambda: strip._stack.currentIndex() == 1)
    button = card.findChild(QPushButton)
    assert isinstance(button, QPushButton) and button.isVisible() and button.text() == "Complete"
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert strip._stack.currentIndex() == 0, "it is being drawn"
    first.settle()
    assert first.state.images is not None and strip._stack.currentIndex() == 0


def test_without_models_there_is_one_card_and_it_opens_the_dialog(qtbot: QtBot) -> None:
    screen = show(qtbot)
    floor, asked = screen.view.center.floor, list[str]()
    screen.view.command_requested.connect(asked.append)
    assert floor.card.isVisible() and screen.view.center.strip._stack.currentIndex() == 0
    assert not screen.view.inspector.isVisible() and not floor.colors_card.isVisible()
    button = floor.card.findChild(QPushButton)
    assert isinstance(button, QPushButton)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert asked == ["open-model"]
    screen.view.set_models([FACE])
    assert screen.view.inspector.isVisible() and floor.colors_card.isVisible() and not floor.card.isVisible()
    screen.view.close()


def test_a_warning_goes_when_another_picture_opens_well(face: Screen) -> None:
    toast = face.view.center.floor.toast
    face.view.say("broken.png is no picture.", "warn")
    assert toast.isVisible()
    face.view.open_picture(Picture(np.full((5, 5, 4), 255, np.uint8)))
    assert toast._leaving or not toast.isVisible()


def test_opening_the_same_picture_again_says_so_again(face: Screen) -> None:
    saved, toast = face.view.picture(), face.view.center.floor.toast
    assert saved is not None
    for _ in range(2):
        face.view.open_picture(Picture(np.full((5, 5, 4), 255, np.uint8), saved.note))
        assert toast.isVisible() and not toast._leaving and "Restored" in toast.accessibleName()
    face.view.say("Saved face.png.", "ok")
    face.view.open_picture(Picture(np.full((5, 5, 4), 255, np.uint8), saved.note))
    assert "Restored" in toast.accessibleName() and not toast._leaving


def test_the_same_notice_comes_again_after_it_went(face: Screen) -> None:
    face.view.presenter.load_picture(np.full((5, 5, 4), 255, np.uint8))
    toast = face.view.center.floor.toast
    for _ in range(2):
        face.view.handlers()["dice"]()
        assert toast.isVisible() and not toast._leaving and "Rub something out" in toast.accessibleName()
        toast._close()
        assert face.state.message == ""


def test_paper_is_offered_for_ink_only(face: Screen, qtbot: QtBot) -> None:
    missing: list[frozenset[str]] = []
    face.view.unavailable_changed.connect(missing.append)
    face.view.presenter.choose_tool("pen")
    assert "rest" in missing[-1]
    ink = show(qtbot, INK)
    ink.view.unavailable_changed.connect(missing.append)
    ink.view.presenter.choose_tool("pen")
    assert "rest" not in missing[-1]
    ink.view.close()


@pytest.mark.parametrize("size", [(1440, 900), (1040, 650), (1024, 640), (1300, 700)])
def test_the_hint_covers_nothing_that_is_being_completed(qtbot: QtBot, size: tuple[int, int]) -> None:
    screen = show(qtbot, FACE, width=size[0] - 60, height=size[1] - 77)
    floor, center = screen.view.center.floor, screen.view.center
    QApplication.processEvents()
    spot = screen.view.hint_spot("unknown")
    assert spot is not None and spot.sentence == screen.state.hint == "Rub something out"
    hint = Hint(center, spot.sentence)
    assert hint.lie_at(spot)
    area = hint.geometry().translated(-floor.mapTo(center, QPoint()))
    zoom = floor.canvas.zoom() / floor.canvas.devicePixelRatioF()
    picture = QRectF(0, 0, 5 * zoom, 5 * zoom)
    picture.moveCenter(QRectF(floor.canvas.rect()).center())
    for y, x in np.argwhere(~screen.state.document.observed).tolist():
        pixel = QRectF(picture.x() + x * zoom, picture.y() + y * zoom, zoom, zoom)
        assert not pixel.adjusted(1, 1, -1, -1).intersects(QRectF(area)), (x, y)
    assert floor.rect().contains(area) and not area.intersects(floor.colors_card.geometry())
    assert not area.intersects(floor.tools.geometry())
    screen.view.close()


@pytest.mark.parametrize("target", ["completions", "completion", "lenses", "undo"])
@pytest.mark.parametrize("size", [(1440, 900), (1024, 640)])
def test_other_hints_cover_neither_the_unknown_nor_what_they_point_at(
    qtbot: QtBot, size: tuple[int, int], target: str
) -> None:
    screen = show(qtbot, FACE, width=size[0] - 60, height=size[1] - 77)
    center, canvas = screen.view.center, screen.view.center.floor.canvas
    assert (screen.view.hint_spot(target) is not None) == (target == "lenses"), "nothing is drawn or done yet"
    screen.view.presenter.preset("top")
    screen.settle()
    QApplication.processEvents()
    spot = screen.view.hint_spot(target)
    assert spot is not None
    hint = Hint(center, "Move over a completion to see it in the picture")
    assert hint.lie_at(spot)
    area = QRectF(hint.geometry())
    picture = QRectF(canvas.picture_area()).translated(QPointF(canvas.mapTo(center, QPoint())))
    assert not area.intersects(unknown_area(~screen.state.document.observed, picture))
    assert not area.adjusted(1, 1, -1, -1).intersects(spot.thing) and QRectF(center.rect()).contains(area)
    screen.view.center.floor.toast.say("Something was done.")
    assert screen.view.hint_spot(target) is None, "a message has the attention"
    screen.view.close()


def test_the_wheel_over_the_list_of_classes_changes_nothing(qtbot: QtBot) -> None:
    screen = show(qtbot, INK)
    box = screen.view.inspector.parameters.fields()["class_name"].findChild(QComboBox)
    assert isinstance(box, QComboBox) and box.isVisible()
    at = QPointF(box.rect().center())
    turned = QWheelEvent(
        at, box.mapToGlobal(at), QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(box, turned)
    assert screen.state.parameters["class_name"] == "" and box.currentIndex() == 0
    assert not box.focusPolicy() & Qt.FocusPolicy.WheelFocus & ~Qt.FocusPolicy.StrongFocus
    screen.view.close()


def test_colours_make_room_while_the_probe_is_in_hand(face: Screen) -> None:
    colours = face.view.center.floor.colors_card
    assert colours.isVisible()
    face.view.presenter.choose_tool("probe")
    assert not colours.isVisible()
    face.view.presenter.choose_tool("pen")
    assert colours.isVisible()


def picture_of(screen: Screen) -> QRect:
    """Where the fitted picture lies on the floor, device-independent px."""
    canvas = screen.view.center.floor.canvas
    x, y, scale = canvas._view.x_edges(), canvas._view.y_edges(), canvas.devicePixelRatioF()
    area = QRectF(x[0] / scale, y[0] / scale, (x[-1] - x[0]) / scale, (y[-1] - y[0]) / scale)
    return area.toAlignedRect()


SQUARE = manifest("square", image=ImageSpec(height=28, width=28, channels=1, levels=2))
WIDE = manifest(
    "wide",
    image=ImageSpec(height=16, width=16, channels=1, levels=64, palette=tuple((4 * i, 255 - i, i) for i in range(64))),
)


STAGES = (898, 822), (761, 822), (667, 562), (422, 562)
"""Of large and small windows: the library or a rail beside it, a lesson, a lesson in the smallest."""
BESIDE = [(model, stage) for model in (INK, SQUARE) for stage in STAGES] + [(WIDE, stage) for stage in STAGES[:3]]


@pytest.mark.parametrize(("model", "stage"), BESIDE)
def test_tools_and_colours_lie_beside_the_fitted_picture(qtbot: QtBot, model: Manifest, stage: tuple[int, int]) -> None:
    screen = show(qtbot, model, width=stage[0] + 280, height=stage[1])
    QApplication.processEvents()
    floor, picture = screen.view.center.floor, picture_of(screen)
    assert floor.tools.geometry().right() < picture.left() and floor.colors_card.x() > picture.right()
    assert max(picture.width(), picture.height()) >= floor.height() // 2
    screen.view.close()


def test_where_a_lesson_leaves_little_room_colours_go_without_their_names(qtbot: QtBot) -> None:
    screen = show(qtbot, INK, width=422 + 280, height=562)
    screen.view.presenter.compare()
    QApplication.processEvents()
    floor, picture = screen.view.center.floor, picture_of(screen)
    colours, card = floor.colors, floor.colors_card.geometry()
    assert card.x() > picture.right() and floor.rect().contains(card)
    assert floor.tools.geometry().right() < picture.left()
    assert not floor.tools.geometry().intersects(floor.lenses.geometry()), "a tool under the lenses cannot be pressed"
    assert colours._grid.isVisible() and not any(chip.isVisible() for chip in colours._chips)
    QTest.mouseClick(
        colours._grid, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, colours._grid.cell(1).center()
    )
    assert screen.state.color == screen.state.colors[1].color
    screen.view.center.setGeometry(0, 0, 1200, 800)
    QApplication.processEvents()
    assert not colours._grid.isVisible() and all(chip.isVisible() for chip in colours._chips)
    assert [chip.isChecked() for chip in colours._chips][:2] == [False, True]
    screen.view.close()


def test_many_colours_fold_into_one_button_where_a_lesson_leaves_little_room(qtbot: QtBot) -> None:
    screen = show(qtbot, WIDE, width=422 + 280, height=562)
    QApplication.processEvents()
    floor, picture = screen.view.center.floor, picture_of(screen)
    assert floor.swatch.isVisible() and not floor.colors_card.isVisible()
    assert floor.swatch.x() > picture.right() and floor.tools.geometry().right() < picture.left()
    assert max(picture.width(), picture.height()) >= floor.height() // 2
    QTest.mouseClick(floor.swatch, Qt.MouseButton.LeftButton)
    assert floor.colors_card.isVisible() and floor.rect().contains(floor.colors_card.geometry())
    assert not floor.colors_card.geometry().intersects(floor.swatch.geometry())
    grid = floor.colors._grid
    assert grid.rect().contains(grid.cell(63)), "all colours are there"
    QTest.mouseClick(grid, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, grid.cell(5).center())
    assert screen.state.color == screen.state.colors[5].color and not floor.colors_card.isVisible()
    for away in (screen.view.escape, lambda: QTest.mousePress(floor.canvas, Qt.MouseButton.LeftButton)):
        floor.swatch.click()
        assert floor.colors_card.isVisible()
        away()
        assert not floor.colors_card.isVisible() and not floor.swatch.isChecked()
    screen.view.center.setGeometry(0, 0, 1200, 800)
    QApplication.processEvents()
    assert floor.colors_card.isVisible() and not floor.swatch.isVisible()
    screen.view.close()


def test_colours_and_tiles_are_whole_at_once_when_the_window_grows(qtbot: QtBot) -> None:
    screen = show(qtbot, WIDE, width=667 + 280, height=562)
    screen.view.presenter.skip_show()
    screen.settle()
    QApplication.processEvents()
    screen.view.center.setGeometry(0, 0, 3298, 2000)  # nothing more is processed: this is what is painted next
    floor, strip = screen.view.center.floor, screen.view.center.strip
    grid = floor.colors._grid
    assert grid.rect().contains(grid.cell(63)) and grid.width() <= grid.sizeHint().width()
    for tile in strip.grid().tiles():
        assert strip.rect().contains(QRect(tile.mapTo(strip, QPoint()), tile.size()))
    screen.view.close()


def test_what_is_read_at_a_pixel_folds_colours_that_it_would_hide(qtbot: QtBot) -> None:
    screen = show(qtbot, WIDE, width=667 + 280, height=562)
    floor = screen.view.center.floor
    screen.view.presenter.skip_show()
    screen.settle()
    assert floor.colors_card.isVisible()
    screen.view.presenter.scrub(100)
    QApplication.processEvents()
    assert floor.reading.isVisible() and not floor.colors_card.isVisible() and floor.swatch.isVisible()
    assert not floor.reading.geometry().intersects(floor.swatch.geometry())
    screen.view.presenter.to_the_end()
    QApplication.processEvents()
    assert floor.colors_card.isVisible() and not floor.swatch.isVisible()
    screen.view.close()


def test_placing_comes_to_an_end(qtbot: QtBot) -> None:
    """What place() changes asks for a place again: once, and not for ever."""
    screen = show(qtbot, WIDE, width=667 + 280, height=562)
    placed: list[None] = []
    screen.view.center.floor.resized.connect(lambda: placed.append(None))
    screen.view.center.floor.place()
    qtbot.wait(200)
    assert 1 <= len(placed) <= 3
    screen.view.close()


def test_what_is_read_at_a_pixel_covers_no_colour(qtbot: QtBot) -> None:
    screen = show(qtbot, WIDE, width=898 + 280, height=822)
    floor = screen.view.center.floor
    assert floor.height() > 500 and len(screen.state.colors) == 64
    screen.view.presenter.skip_show()
    screen.settle()
    screen.view.presenter.scrub(100)
    QApplication.processEvents()
    assert floor.colors_card.isVisible()
    assert not floor.reading.geometry().intersects(floor.colors_card.geometry())
    assert not floor.reading.geometry().intersects(floor.lenses.geometry())
    screen.view.close()
