"""The drawer's pages are laid out right at once, not one pass later: nobody sees a button or a picture cut off."""

from __future__ import annotations

import os
from collections.abc import Callable
from itertools import pairwise

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.theme import stylesheet
from app.theme.tokens import DARK
from app.widgets.picture_view import PictureView
from app.workspaces.latent.directions import DirectionsView, Row
from app.workspaces.latent.state import PathState
from app.workspaces.latent.view_directions import DirectionsPage
from app.workspaces.latent.view_header import FOLDED, Header
from app.workspaces.latent.view_path import ROOMY, PathPage
from app.workspaces.latent.view_stage import PICTURE, Floor
from app.workspaces.latent.view_yours import YoursPage
from tests.tools.layout_faults import faults

Shows = Callable[[QWidget, int, int], None]


@pytest.fixture
def shows(qtbot: QtBot, qapp: QApplication) -> Shows:
    """Show a page at a size, all that Qt has put off done."""

    def show(page: QWidget, width: int, height: int) -> None:
        stylesheet.apply(qapp, DARK)
        qtbot.addWidget(page)
        page.resize(width, height)
        with qtbot.waitExposed(page):
            page.show()
        qtbot.wait(1)

    return show


def cut(widget: QWidget) -> list[str]:
    """What is narrower in a widget than it has to be."""
    parts = [part for part in widget.findChildren(QWidget) if part.isVisible()]
    return [type(part).__name__ for part in parts if part.width() < part.minimumSizeHint().width()]


def sliders(count: int) -> DirectionsView:
    rows = tuple(Row(n, f"z{n}", 0.0, 3.0, 0.5, "", False) for n in range(count))
    return DirectionsView(("coordinates",), "coordinates", rows, 8)


def test_the_button_of_all_directions_is_as_wide_as_its_words(shows: Shows) -> None:
    page = DirectionsPage()
    page.show_view(sliders(6))
    shows(page, 800, 260)
    narrow = page._all.width()
    page.show_view(sliders(8))
    assert page._all.text() == "The first six" and page._all.width() > narrow and not cut(page)


def test_a_wider_page_has_its_three_pictures_at_once(shows: Shows) -> None:
    page = YoursPage()
    shows(page, 800, 160)
    page.resize(1300, 268)
    views = [page.canvas, *page.findChildren(PictureView)]
    assert len({view.height() for view in views[1:]}) == 1 and views[1].width() > 100
    for view in views:
        corner = view.mapTo(page._pictures, view.rect().bottomRight())
        assert page._pictures.rect().contains(corner)
    assert page._pictures.geometry().right() < page.findChildren(QPushButton)[0].x()
    assert not cut(page._pictures)


def test_key_pictures_are_whole_at_once(shows: Shows) -> None:
    page = PathPage()
    images = tuple(np.full((28, 28, 1), 9 * n, np.uint8) for n in range(12))
    page.show_view(PathState((), "slerp", False, 0.0, False, False))
    shows(page, 800, ROOMY - 60)
    page.show_view(PathState((None,) * 12, "slerp", False, 0.0, False, True))
    page.show_view(PathState(images, "slerp", False, 0.0, False, True))
    for _ in range(2):
        lefts = [key.x() for key in page.keys]
        assert all(key.width() >= key.sizeHint().width() for key in page.keys)
        assert all(b - a >= page.keys[0].sizeHint().width() for a, b in pairwise(lefts))
        page.resize(800, ROOMY + 60)


def test_pages_beside_a_lesson_in_the_smallest_window_are_whole(shows: Shows) -> None:
    path, yours = PathPage(), YoursPage()
    path.show_view(PathState((), "slerp", False, 0.0, False, False))
    stage = QWidget()
    for page in (path, yours):
        page.setParent(stage)
        page.setGeometry(0, 0, 422, 178)
    shows(stage, 422, 178)
    for page, other in ((path, yours), (yours, path)):
        other.hide()
        page.show()
        QApplication.processEvents()
        assert page.width() == 422 and not faults(stage)
    views = yours.findChildren(PictureView)
    assert [view.isVisible() for view in views] == [True, False], "the difference gives way"
    yours.resize(800, 178)
    assert all(view.isVisible() for view in views)


def test_the_bar_folds_what_it_has_no_room_for_into_a_menu(shows: Shows) -> None:
    bar = Header()
    bar.set_layout_choice("normal", True)
    bar.set_span("smiling \u00d7 wearing glasses", True)
    shows(bar, 422, 44)
    assert not faults(bar) and bar.more.isVisible() and not bar.layout_choice.isVisible()
    assert [command for command in FOLDED if command in bar.buttons and bar.buttons[command].isVisible()] == []
    assert bar.span.text().endswith("\u2026") and bar.buttons["undo"].isVisible()
    bar.resize(900, 44)
    QApplication.processEvents()
    assert not bar.more.isVisible() and bar.layout_choice.isVisible() and not faults(bar)
    assert all(button.isVisible() for button in bar.buttons.values())
    assert bar.span.text() == "smiling \u00d7 wearing glasses"
    bar.set_span("", False)
    bar.set_layout_choice("normal", False)
    bar.resize(422, 44)
    QApplication.processEvents()
    assert not bar.more.isVisible() and not faults(bar), "what there is has room"


def test_on_a_large_stage_the_picture_grows_and_on_a_narrow_one_it_shares_the_room(shows: Shows) -> None:
    floor = Floor()
    shows(floor, 898, 740)
    usual = floor.shown.surface.width()
    assert PICTURE <= usual < PICTURE + 30
    floor.resize(3298, 1950)
    plane, picture = floor.plane.area(), floor.shown.surface
    assert plane.height() > 1800 and picture.width() >= plane.width() / 2 and (picture.width() - 2) % 28 == 0
    floor.resize(422, 302)
    plane = floor.plane.area()
    assert plane.width() >= 150 and picture.width() >= 140
    assert floor.shown.geometry().right() <= 422 and not faults(floor)
