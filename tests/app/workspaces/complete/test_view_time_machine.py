"""The time machine on screen: the bar below the picture, tiles that go back, and what was there before a branch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from app.widgets.tile import Tile
from tests.app.workspaces.complete.conftest import FACE, INK, ROWS
from tests.app.workspaces.complete.test_view import Screen, show


@pytest.fixture
def ink(qtbot: QtBot) -> Iterator[Screen]:
    """A blank picture of ink, completed."""
    screen = show(qtbot, INK)
    screen.view.presenter.skip_show()
    screen.settle(value=50)
    yield screen
    screen.view.close()


def drawn_on(tile: object) -> int:
    """How many pixels a tile shows."""
    assert isinstance(tile, Tile)
    return int((tile._values != 0).sum())


def press_track(screen: Screen, at: int) -> None:
    track = screen.view.center.machine.track
    QTest.mouseClick(track, Qt.MouseButton.LeftButton, pos=QPoint(round(track.x_of(at)), track.height() // 2))


def test_the_bar_lies_between_the_picture_and_the_strip(ink: Screen) -> None:
    center = ink.view.center
    bar = center.machine.geometry()
    assert center.floor.geometry().bottom() + 1 == bar.top() and bar.bottom() + 1 == center.verdict.geometry().top()
    assert center.machine.where().text() == "48 pixels, one after the other" and center.machine.track.isEnabled()


def test_dragging_goes_back_on_canvas_and_tiles_and_escape_brings_the_end_back(ink: Screen) -> None:
    press_track(ink, 11)
    canvas, center = ink.view.center.floor.canvas, ink.view.center
    assert ink.state.timeline.at == 11 and canvas._cursor_pixel == 10
    assert [drawn_on(ink.tile(index)) for index in range(8)] == [11] * 8
    assert center.floor.reading.isVisible() and center.machine.where().text().startswith("pixel 11 of 48: row 2")
    press_track(ink, 30)
    press_track(ink, 4)
    assert drawn_on(ink.tile(0)) == 4, "what was drawn once is gone again"
    ink.view.escape()
    assert drawn_on(ink.tile(0)) == 48 and canvas._cursor_pixel is None and not center.floor.reading.isVisible()


def test_tiles_of_newer_completions_are_still_never_blanked(ink: Screen) -> None:
    ink.view.presenter.roll_dice()
    ink.clock.advance(60)
    ink.job.rows(2, value=90)
    assert [drawn_on(ink.tile(index)) for index in range(8)] == [48] * 8


def test_the_sheet_and_the_enlarged_completion_go_back_too(ink: Screen) -> None:
    ink.view.toggle_sheet()
    ink.view.presenter.scrub(5)
    assert drawn_on(ink.view.center.floor.sheet.grid().tiles()[3]) == 5
    ink.view.toggle_sheet()
    ink.view.handlers()["enlarge"]()
    ink.view.presenter.scrub(7)
    assert (ink.view.center.floor.enlarged._state != 0).sum() == 7


def test_commands_are_there_when_they_can_do_anything(ink: Screen) -> None:
    offered: list[frozenset[str]] = []
    ink.view.unavailable_changed.connect(offered.append)
    back, on = {"pixel-back", "row-back", "rewind"}, {"pixel-on", "row-on", "to-the-end", "branch"}
    for at, without in ((48, on), (20, set()), (0, back)):
        ink.view.presenter.scrub(at)
        assert offered[-1] & (back | on | {"play-drawing"}) == without, at
    ink.view.presenter.escape()
    ink.view.presenter.roll_dice()
    assert offered[-1] >= back | on | {"play-drawing", "go-back"}


def test_the_bar_plays_steps_and_goes_to_both_ends(ink: Screen) -> None:
    bar = ink.view.center.machine
    bar.rewind_requested.emit()
    assert ink.state.timeline.at == 0
    bar.play_toggled.emit()
    ink.clock.advance(200)
    assert ink.state.timeline.playing and ink.state.timeline.at > 0 and bar._play.accessibleName() == "Halt the drawing"
    bar.play_toggled.emit()
    at = ink.state.timeline.at
    bar.stepped.emit(2)
    assert ink.state.timeline.at == at + 2
    bar.row_stepped.emit(True)
    assert ink.state.timeline.at == 8
    bar.end_requested.emit()
    assert not ink.state.playing


def test_a_branch_shows_both_and_can_be_gone_back_from_or_closed(ink: Screen) -> None:
    center, before = ink.view.center, ink.state
    ink.view.presenter.select(2)
    press_track(ink, 19)
    QTest.mouseClick(center.machine.branch_button(), Qt.MouseButton.LeftButton)
    ink.job.finish(value=5)
    line = center.beside_verdict.line()
    assert center.beside.isVisible() and (line.heading, line.title) == ("Before the branch", "Seed 0") and line.closes
    assert center.verdict.line().heading == "After the branch" and center.beside.accessibleName() == "Before the branch"
    kept = center.beside.grid().tiles()
    assert len(kept) == 8 and kept[2].isChecked() and not kept[1].isChecked()
    button = center.beside_verdict.findChild(QPushButton)
    assert isinstance(button, QPushButton) and button.text() == "Go back"
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert ink.state.document is before.document and not center.beside.isVisible()
    ink.view.presenter.redo()
    assert center.beside.isVisible()
    QTest.mouseClick(center.beside_verdict._close, Qt.MouseButton.LeftButton)
    assert not center.beside.isVisible() and ink.state.document is not before.document


def test_one_from_before_is_previewed_on_the_picture_from_before(ink: Screen) -> None:
    canvas = ink.view.center.floor.canvas
    ink.view.presenter.scrub(19)
    ink.view.presenter.branch()
    ink.job.finish(value=5)
    assert (canvas._state != 0).sum() == 19
    QTest.mouseMove(ink.view.center.beside.grid().tiles()[4], QPoint(20, 20))
    assert ink.state.beside == 4
    assert (canvas._state != 0).sum() == 0, "its own pixels, not those that the branch took from another"
    ink.view.presenter.hover_beside(-1)
    assert (canvas._state != 0).sum() == 19


def test_raster_order_can_be_closed_by_its_line_too(qtbot: QtBot) -> None:
    screen = show(qtbot, ROWS)
    screen.view.presenter.skip_show()
    screen.settle()
    screen.view.presenter.compare()
    assert screen.view.center.beside_verdict.line().closes and not screen.view.center.verdict.line().closes
    screen.view.center.beside_verdict.close_requested.emit()
    assert screen.state.comparison is None and not screen.view.center.beside.isVisible()
    screen.view.close()


def test_the_status_line_says_which_rows_were_drawn_anew(ink: Screen) -> None:
    said = ink.view.status._timing
    assert "redrawn" not in said.text() and "8 pictures 190 ms" in said.text()
    ink.view.presenter.segment(3.5, 4.5, 3.5, 4.5)
    ink.view.presenter.finish_stroke()
    ink.clock.advance(60)
    ink.job.finish(reused_rows=4)
    assert "redrawn from row 5: 2 of 6 rows in 190 ms" in said.text() and "pictures" not in said.text()
    ink.view.presenter.roll_dice()
    ink.settle()
    assert "redrawn" not in said.text()


def test_nothing_taken_over_anew_is_said_so(ink: Screen) -> None:
    ink.view.presenter.undo()
    ink.view.presenter.complete_again()
    ink.job.finish(reused_rows=6)
    assert "all 6 rows as before in 190 ms" in ink.view.status._timing.text()


@pytest.mark.parametrize(("width", "height"), [(948, 564), (1180, 824)])
def test_with_both_strips_there_is_room_for_the_picture(qtbot: QtBot, width: int, height: int) -> None:
    screen = show(qtbot, INK, width=width, height=height)
    screen.view.presenter.skip_show()
    screen.settle(value=50)
    screen.view.presenter.scrub(19)
    screen.view.presenter.branch()
    screen.job.finish(value=5)
    QApplication.processEvents()
    floor, bar = screen.view.center.floor, screen.view.center.machine
    assert floor.canvas.height() >= 250 and floor.canvas.zoom() >= 20
    assert bar.rect().contains(bar.branch_button().geometry())
    screen.view.close()


def test_many_colours_stand_beside_a_low_picture(qtbot: QtBot) -> None:
    palette = tuple((level, 255 - level, 90) for level in range(64))
    screen = show(qtbot, replace(FACE, image=replace(FACE.image, levels=64, palette=palette)), width=948, height=564)
    screen.view.presenter.skip_show()
    screen.settle(value=50)
    screen.view.presenter.scrub(3)
    screen.view.presenter.branch()
    screen.job.finish(value=5)
    QApplication.processEvents()
    floor = screen.view.center.floor
    half = 5 * floor.canvas.zoom() / floor.canvas.devicePixelRatioF() / 2
    assert floor.colors_card.geometry().left() >= floor.canvas.rect().center().x() + half
    screen.view.close()
