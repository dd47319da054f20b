"""A card for every view: each lens, each page, in words that fit."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QDialog, QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.shell.looking_at import VIEWS, show_looking_at, told_of
from app.workspaces.complete.lens_state import LENSES
from app.workspaces.gallery.state import DRAWERS, PAGES
from app.workspaces.latent.scene import DRAWERS as LATENT_DRAWERS


def test_every_lens_and_every_page_has_its_card() -> None:
    complete = {f"complete/{lens}" for lens in LENSES}
    latent = {f"latent/{drawer}".removesuffix("/") for drawer in LATENT_DRAWERS}
    gallery = {f"gallery/{page}" for page in (*PAGES, *filter(None, DRAWERS))}
    assert set(VIEWS) == complete | latent | gallery


def test_a_view_without_a_card_has_its_workspaces() -> None:
    assert told_of("latent/") is VIEWS["latent"] and told_of("gallery/attic") is VIEWS["gallery/wall"]


@pytest.mark.parametrize("view", VIEWS)
def test_a_card_says_four_things_shortly(view: str) -> None:
    told = VIEWS[view]
    for text in (told.shown, told.mean, told.comes, told.keys):
        assert 15 <= len(text) <= 240 and text.endswith(".")


def test_the_card_shows_them(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    show_looking_at(window, "complete/bits")
    (dialog,) = window.findChildren(QDialog)
    texts = [label.text() for label in dialog.findChildren(QLabel)]
    told = VIEWS["complete/bits"]
    assert {told.title, told.shown, told.mean, told.comes, told.keys} <= set(texts)
    dialog.accept()
