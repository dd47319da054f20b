"""The card of a picture that was made again."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.documents.picture_file import Picture
from app.workspaces.gallery.replaying import ReplayState
from app.workspaces.gallery.replaying_words import NOT_CHECKED
from app.workspaces.gallery.view import GalleryView
from app.workspaces.gallery.view_replay import PLAIN_SIDE, ReplayCard
from app.workspaces.registry import Surroundings
from engine.contracts.requests import SampleImages
from engine.records.sample_note import SampleNote, to_text
from tests.app.workspaces.gallery.conftest import MODELS, FakeClock, FakeDispatcher

PICTURE = np.zeros((4, 4, 3), np.uint8)


def card(qtbot: QtBot, state: ReplayState | None) -> ReplayCard:
    made = ReplayCard()
    qtbot.addWidget(made)
    made.show_state(state)
    return made


def test_nothing_to_show_is_hidden(qtbot: QtBot) -> None:
    made = card(qtbot, ReplayState(title="T", text="x", picture=PICTURE))
    assert not made.isHidden()
    made.show_state(None)
    assert made.isHidden()


def test_both_pictures_and_how_far_they_are_apart(qtbot: QtBot) -> None:
    state = ReplayState(title="T", text="x", picture=PICTURE, saved=PICTURE, again=PICTURE, difference=PICTURE)
    made = card(qtbot, state)
    assert made._plain.isHidden() and not any(part.isHidden() for part in made._columns)
    made.show_state(ReplayState(title="T", text="x", picture=PICTURE, saved=PICTURE, again=PICTURE))
    assert [part.isHidden() for part in made._columns] == [False, False, True]
    assert made.accessibleName() == "T. x"


def test_a_large_plain_picture_is_shown_small(qtbot: QtBot) -> None:
    made = card(qtbot, ReplayState(title="T", text="x", picture=np.zeros((3000, 40, 3), np.uint8)))
    assert not made._plain.isHidden() and made._plain.height() <= PLAIN_SIDE + 2
    assert all(part.isHidden() for part in made._columns)


def test_only_what_was_not_checked_is_offered_again(qtbot: QtBot) -> None:
    made = card(qtbot, ReplayState(title=NOT_CHECKED, text="x", picture=PICTURE))
    assert not made._retry.isHidden()
    with qtbot.waitSignal(made.retry_requested):
        made._retry.click()
    with qtbot.waitSignal(made.dismissed):
        made._close.click()
    made.show_state(ReplayState(title="Other", text="x", picture=PICTURE))
    assert made._retry.isHidden()


def test_it_paints_in_every_kind(qtbot: QtBot) -> None:
    for kind in ("ok", "warn", "info"):
        assert not card(qtbot, ReplayState(title="T", text="x", picture=PICTURE, kind=kind)).grab().isNull()


# ------------------------------------------------------------------------------------------------- in the workspace


@pytest.fixture
def view(qtbot: QtBot, dispatcher: FakeDispatcher, clock: FakeClock) -> Iterator[GalleryView]:
    """The whole workspace, its wall drawn."""
    window = QWidget()
    qtbot.addWidget(window)
    view = GalleryView(Surroundings(dispatcher, clock, tuple(MODELS.values()), (), ()), window)
    for part in (view.center, view.inspector, view.status):
        part.setParent(window)
    view.engine_changed("ready")
    view.start("vae", None)
    with qtbot.waitExposed(window):
        window.show()
    dispatcher.answer(clock)
    yield view
    view.close()


def test_escape_stops_a_check_before_it_deselects(view: GalleryView, dispatcher: FakeDispatcher) -> None:
    note = to_text(SampleNote(request=SampleImages(model="vae", count=1, first=3), place=3))
    view.open_picture(Picture(np.full((4, 4, 4), 255, np.uint8), note))
    view.center.wall_page.wall.select([2, 3])
    assert view.state is not None and view.state.busy and view.state.progress is None and view.state.selected == 2
    view.escape()
    assert view.state.replay is not None and view.state.replay.title == NOT_CHECKED and view.state.selected == 2
    assert not [job for job in dispatcher.open() if job.lane.name == "gallery.replay"]
    view.escape()
    assert view.state.selected == 0


def test_a_check_is_stopped_when_the_workspace_goes_behind(view: GalleryView, dispatcher: FakeDispatcher) -> None:
    note = to_text(SampleNote(request=SampleImages(model="vae", count=1, first=3), place=3))
    view.open_picture(Picture(np.full((4, 4, 4), 255, np.uint8), note))
    view.center.hide()
    assert not dispatcher.open() and view.inspector.replay.accessibleName().startswith(NOT_CHECKED)
