"""The card of a picture that was made again."""

from __future__ import annotations

import numpy as np
from pytestqt.qtbot import QtBot

from app.workspaces.gallery.replaying import ReplayState
from app.workspaces.gallery.replaying_words import NOT_CHECKED
from app.workspaces.gallery.view_replay import PLAIN_SIDE, ReplayCard

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
