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
from app.workspaces.latent.view_path import ROOMY, PathPage
from app.workspaces.latent.view_yours import YoursPage

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
