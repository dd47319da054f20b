"""How parts of the gallery look where there is little room, or something else beside them than one thinks of first."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from app.theme import stylesheet
from app.theme.tokens import DARK, Size, Space
from app.widgets.compare_pair import Pair, Side
from app.widgets.compare_stage import CompareStage
from app.widgets.neighbour_row import NeighbourRow
from app.workspaces.gallery import words
from app.workspaces.gallery.chosen import Chosen
from app.workspaces.gallery.replaying import ReplayState
from app.workspaces.gallery.state import Detail
from app.workspaces.gallery.view_detail import DetailCard
from app.workspaces.gallery.view_display import _known
from app.workspaces.gallery.view_header import PASSING, Header
from app.workspaces.gallery.view_inspector import Inspector
from app.workspaces.gallery.view_replay import ReplayCard
from app.workspaces.gallery.view_stage import Stage
from tests.app.workspaces.gallery.conftest import GAN, PIXELS, VAE

ROOM = 300 - 2 * Space.L - 12
"""What the inspector leaves its parts beside margins and scroll bar."""


@pytest.fixture(autouse=True)
def dressed(qapp: QApplication) -> Iterator[None]:
    """The dark theme, whatever a test before has put on."""
    if stylesheet.active() is not DARK or qapp.property("reverie_theme") is None:
        stylesheet.apply(qapp, DARK)
    yield


def picture(side: int) -> np.ndarray:
    return np.zeros((side, side, 1), np.uint8)


def detail(**changes: object) -> Detail:
    values = {
        "chosen": Chosen(manifest=VAE, pixels=picture(28)),
        "index": 0,
        "place": 7,
        "seed": 3,
        "kind": "lower bound",
    }
    return Detail(**(values | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize("side", [16, 28, 32, 64])
def test_three_pictures_of_a_report_are_no_wider_than_the_inspector(qtbot: QtBot, side: int) -> None:
    card = ReplayCard()
    qtbot.addWidget(card)
    one = picture(side)
    card.show_state(
        ReplayState(title="Not the same picture", text="...", picture=one, saved=one, again=one, difference=one)
    )
    assert card.minimumSizeHint().width() <= ROOM
    lefts = [part.geometry().left() for part in card._columns]
    assert lefts[1] - lefts[0] == lefts[2] - lefts[1]


def test_a_long_likelihood_stays_on_one_line_and_the_names_too(qtbot: QtBot) -> None:
    card = DetailCard()
    qtbot.addWidget(card)
    card.show_detail(detail(value_text="at least \u221240635.7 nats"), 1)
    card.resize(ROOM, 600)
    card.show()
    QApplication.processEvents()
    value = card._values["likelihood"]
    assert value.width() >= value.sizeHint().width() and value.height() < 2 * value.fontMetrics().lineSpacing()
    assert card._kind.geometry().top() >= value.geometry().bottom(), "the tag stands below"
    assert all(name.height() < 2 * name.fontMetrics().lineSpacing() for name in card._names.values())


def test_who_told_the_class_stands_beside_it(qtbot: QtBot) -> None:
    card = DetailCard()
    qtbot.addWidget(card)
    card.show_detail(detail(class_name="owl", class_note=words.JUDGED), 1)
    assert card._values["class"].text() == f"owl, {words.JUDGED}" and card._note.isHidden()
    card.show_detail(detail(class_note=words.unknown_model("gone")), 1)
    assert not card._note.isHidden()


def test_a_kept_picture_says_which_model_drew_it(qtbot: QtBot) -> None:
    card = DetailCard()
    qtbot.addWidget(card)
    card.show_detail(detail(), 1, named=True)
    assert card._values["model"].text() == VAE.title
    card.show_detail(detail(), 1)
    assert card._values["model"].isHidden()


def test_people_count_from_one_and_the_command_line_from_zero(qtbot: QtBot) -> None:
    assert [words.number(place) for place in (0, 13, 9_999)] == ["1", "14", "10,000"]
    assert (words.caption(0), words.caption(13, "dog")) == ("Picture 1", "dog, picture 14")
    card = DetailCard()
    qtbot.addWidget(card)
    card.show_detail(detail(seed=3, place=1_499), 1)
    value = card._values["seed"]
    assert (card._names["seed"].text(), value.text()) == ("Seed, picture", "3, 1,500")
    assert "--seed 3 --first 1499" in value.toolTip()


def test_a_class_that_was_asked_for_is_not_said_twice_of_a_large_picture() -> None:
    asked = Chosen(manifest=VAE, pixels=picture(28), class_name="owl")
    assert _known(detail(chosen=asked, class_name="owl", value_text="1 nats")) == "1 nats"
    assert _known(detail(class_name="owl", class_note=words.JUDGED)) == f"owl, {words.JUDGED}"
    assert _known(None) == ""


def test_no_two_lines_of_the_inspector_have_nothing_between_them(qtbot: QtBot) -> None:
    inspector = Inspector()
    qtbot.addWidget(inspector)
    for page in ("wall", "lecture", "kept"):
        inspector.set_page(page)
        layout = inspector.layout()
        assert layout is not None
        parts = [layout.itemAt(i).widget() for i in range(layout.count())]
        shown = [part for part in parts if part is not None and not part.isHidden()]
        lines = [part.property("role") == "line" for part in shown]
        assert not any(one and other for one, other in itertools.pairwise(lines)), page


def card_of(inspector: Inspector) -> str:
    """The title on the one card that shows."""
    (card,) = (card for card in (inspector.card, inspector.compared_card) if not card.isHidden())
    (story,) = (card for card in (inspector.card, inspector.compared_card) if not card.story.isHidden())
    assert story is card
    return card._title.text()


def test_the_lecture_has_the_card_of_its_column_and_the_wall_that_of_its_model(qtbot: QtBot) -> None:
    inspector = Inspector()
    qtbot.addWidget(inspector)
    inspector.card.set_manifest(VAE)
    inspector.tell_of(GAN)
    for page, title in (("wall", "Vae"), ("lecture", "Gan"), ("kept", "Vae"), ("lecture", "Gan")):
        inspector.set_page(page)
        assert card_of(inspector) == title
    inspector.tell_of(PIXELS)
    assert card_of(inspector) == "Pixels"
    inspector.tell_of(None)
    assert card_of(inspector) == "Vae", "a lecture without columns has no model of its own"


def test_the_button_that_goes_on_is_there_only_while_there_is_something_to_go_on_with(qtbot: QtBot) -> None:
    header = Header()
    qtbot.addWidget(header)
    button = header.buttons[PASSING]
    for enabled in (False, True, False):
        button.setEnabled(enabled)
        assert button.isHidden() is not enabled


def test_the_keys_go_along_to_another_page(qtbot: QtBot) -> None:
    stage = Stage()
    qtbot.addWidget(stage)
    with qtbot.waitExposed(stage):
        stage.show()
    stage.activateWindow()
    qtbot.waitUntil(stage.isActiveWindow)
    stage.set_page("wall")
    stage.wall_page.wall.setFocus()
    for page, goal in (
        ("kept", stage.kept_page.wall),
        ("lecture", stage.lecture_page.columns[0].wall),
        ("wall", stage.wall_page.wall),
    ):
        stage.set_page(page)
        assert QApplication.focusWidget() is goal
    stage.header.pages.setFocus()
    focus = QApplication.focusWidget()
    stage.set_page("kept")
    assert QApplication.focusWidget() is focus, "whoever goes by the header's keys stays there"


@pytest.mark.parametrize(("room", "words_shown"), [(600, "B darker, \u2212200"), (180, "\u2212200")])
def test_the_words_of_the_scale_never_lie_over_each_other(qtbot: QtBot, room: int, words_shown: str) -> None:
    stage = CompareStage()
    qtbot.addWidget(stage)
    stage.show_pair(Pair(Side(picture(8), "one"), Side(picture(8) + 200, "other")), "difference")
    ground = QPixmap(10, 10)
    painter = QPainter(ground)
    told = stage._scale_words(painter, 200, room)
    widths = [painter.fontMetrics().horizontalAdvance(text) for text, _ in told]
    painter.end()
    assert told[0][0] == words_shown and 2 * max(widths[0], widths[2]) + widths[1] <= room


def test_an_empty_page_of_kept_pictures_begins_at_the_margin(qtbot: QtBot) -> None:
    stage = Stage()
    qtbot.addWidget(stage)
    foot, bar = stage.kept_page.foot, stage.kept_page.bar
    assert foot.summary.isHidden() and isinstance(foot.summary, QLabel)
    margins = bar.layout().contentsMargins()
    assert margins.top() + Size.CONTROL + margins.bottom() == Size.HEADER


@pytest.mark.parametrize("width", range(88, 400, 3))
def test_the_last_neighbour_has_its_frame_all_round(qtbot: QtBot, width: int) -> None:
    row = NeighbourRow()
    qtbot.addWidget(row)
    row.set_neighbours(np.zeros((8, 28, 28, 1), np.uint8), ["1"] * 8, ["far"] * 8)
    row.resize(width, 90)
    cells = row.cells()
    assert cells[0].left() >= 1 and cells[-1].right() + 1 < width


def test_the_keys_are_the_kept_pictures_again_after_something_was_asked(qtbot: QtBot) -> None:
    stage = Stage()
    qtbot.addWidget(stage)
    with qtbot.waitExposed(stage):
        stage.show()
    stage.activateWindow()
    qtbot.waitUntil(stage.isActiveWindow)
    stage.set_page("kept")
    foot, wall = stage.kept_page.foot, stage.kept_page.wall
    for end in (foot.settle, lambda: QTest.keyClick(foot.field, Qt.Key.Key_Return)):
        foot.ask("label")
        assert QApplication.focusWidget() is foot.field
        end()
        assert QApplication.focusWidget() is wall
    foot.settle()
    stage.kept_page.bar.text.setFocus()
    foot.settle()
    assert QApplication.focusWidget() is stage.kept_page.bar.text, "where nothing was asked nothing changes"
