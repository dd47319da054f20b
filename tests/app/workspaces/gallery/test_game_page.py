"""The page of a GAN's training on the smallest window and on a roomy one: all of it is seen, and nothing is cut off."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from app.documents.film import LOSSES, SCORES, game_curves
from app.theme import stylesheet
from app.theme.tokens import DARK
from app.workspaces.gallery import game_words as words
from app.workspaces.gallery.easel import EaselView
from app.workspaces.gallery.game import GameState, Judgement
from app.workspaces.gallery.view_drawer import HEIGHT, LEAST_HEIGHT
from app.workspaces.gallery.view_game import NARROW, WIDE, GamePage
from engine.contracts.manifest import ImageSpec

SPEC = ImageSpec(height=28, width=28, channels=1, levels=256, range="0..1")
PICTURE = np.full((28, 28, 1), 99, np.uint8)
NAMES = ("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot")
STEPS = (10, 100, 1000, 10_000, 22_000)
SMALLEST, MIDDLE, ROOMY = (667, LEAST_HEIGHT), (900, HEIGHT), (1300, HEIGHT)


def state(classes: bool = True, judged: bool = True, **changes: Any) -> GameState:
    """The end of a training, and a judged picture."""
    logged = [{"step": step} | dict.fromkeys((*LOSSES, *SCORES), 1 / step) for step in STEPS]
    by_class = tuple((name, 0.2 * place - 1.2) for place, name in enumerate(NAMES)) if classes else ()
    judgement = Judgement(PICTURE, -1.22, "Sandal" if classes else "", by_class, _said(classes))
    values: dict[str, Any] = {
        "curves": game_curves({"curve": logged}),
        "moments": tuple(map(float, STEPS)),
        "moment": 4,
        "when": words.when(22_000, {"score_real": 0.12, "score_drawn": -0.42}),
        "real": 0.12,
        "drawn": -0.42,
        "judgement": judgement if judged else None,
        "note": "" if judged else words.DRAW,
    }
    return GameState(EaselView(PICTURE, SPEC), **(values | changes))


def _said(classes: bool) -> str:
    return words.verdict(-1.22, "chosen", "Sandal" if classes else "")


@pytest.fixture(autouse=True)
def dressed(qapp: QApplication) -> Iterator[None]:
    """The dark theme, whatever a test before has put on."""
    if stylesheet.active() is not DARK or qapp.property("reverie_theme") is None:
        stylesheet.apply(qapp, DARK)
    yield


@pytest.fixture
def page(qtbot: QtBot) -> GamePage:
    made = GamePage()
    qtbot.addWidget(made)
    made.set_film([QImage(115, 115, QImage.Format.Format_RGB32)])
    return made


def shows(page: GamePage, size: tuple[int, int], shown: GameState) -> QWidget:
    """The page is so large, and shows this; what of it can be scrolled."""
    page.resize(*size)
    page.show_state(shown)
    page.show()
    QApplication.processEvents()
    area = page.findChild(QScrollArea)
    assert area is not None and area.widget() is not None
    return area.widget()


def place(part: QWidget, page: GamePage) -> QRect:
    return QRect(part.mapTo(page, QPoint(0, 0)), part.size())


@pytest.mark.parametrize("size", [SMALLEST, MIDDLE, ROOMY])
@pytest.mark.parametrize("classes", [True, False])
@pytest.mark.parametrize("judged", [True, False])
def test_all_of_it_is_seen_without_scrolling(
    page: GamePage, size: tuple[int, int], classes: bool, judged: bool
) -> None:
    body = shows(page, size, state(classes, judged, frame=0))
    assert body.height() <= page.height() and body.minimumSizeHint().width() <= page.width()
    parts = [page.easel, page.film, page.play, page.losses, page.scores, page._when]
    parts += [page.scale, page._verdict] if judged else [page._note]
    places = [place(part, page) for part in parts]
    for part, at in zip(parts, places, strict=True):
        assert part.isVisible() and page.rect().contains(at), part
        assert part.height() >= part.minimumSizeHint().height() and part.width() >= part.minimumSizeHint().width()
    for number, one in enumerate(places):
        assert not any(one.intersects(other) for other in places[number + 1 :])
    for label in (page._when, page._verdict if judged else page._note):
        assert label.height() >= label.heightForWidth(label.width()), "its words are whole"


@pytest.mark.parametrize("size", [SMALLEST, MIDDLE, ROOMY])
def test_no_curve_is_without_its_name(page: GamePage, size: tuple[int, int]) -> None:
    shows(page, size, state())
    for chart in (page.losses, page.scores):
        for x, _, width in chart.names():
            assert x + width <= chart.width() and width > 40
        assert chart.area().height() >= 30


def test_what_is_said_stands_below_the_easel_where_there_is_no_room_beside_it(page: GamePage) -> None:
    for width in (NARROW - 1, NARROW, WIDE, NARROW - 1):
        shows(page, (width, HEIGHT), state())
        easel, said, scale = (place(part, page) for part in (page.easel, page._verdict, page.scale))
        if width < NARROW:
            assert said.top() >= easel.bottom() and scale.top() <= easel.top() and page.easel._title.isHidden()
        else:
            assert said.left() > easel.right() and scale.top() >= said.bottom() and not page.easel._title.isHidden()


def test_without_a_training_there_is_the_picture_and_why(page: GamePage) -> None:
    shows(page, SMALLEST, GameState(EaselView(PICTURE, SPEC), hint=words.NO_GAME))
    hidden = (page.film, page.play, page.losses, page.scores, page.scale, page._verdict, page._note)
    assert page.easel.isVisible() and page._hint.isVisible() and not any(part.isVisible() for part in hidden)
