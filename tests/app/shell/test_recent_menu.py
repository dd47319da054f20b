"""The menu of what was opened last."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.shell.recent_menu import RecentMenu


@pytest.fixture
def menu(qtbot: QtBot) -> RecentMenu:
    made = RecentMenu()
    qtbot.addWidget(made)
    return made


def test_it_is_disabled_while_nothing_was_opened(menu: RecentMenu) -> None:
    assert not menu.isEnabled() and not menu.actions()
    menu.set_paths(["one.png"])
    assert menu.isEnabled()
    menu.set_paths([])
    assert not menu.isEnabled() and not menu.actions()


def test_names_in_order_and_folders_where_names_are_alike(menu: RecentMenu) -> None:
    paths = [str(Path("a", "face.png")), str(Path("b", "cat & dog.png")), str(Path("c", "face.png"))]
    menu.set_paths(paths)
    assert [action.text() for action in menu.actions()] == ["face.png (a)", "cat && dog.png", "face.png (c)"]
    assert [action.toolTip() for action in menu.actions()] == paths


def test_choosing_gives_the_path(menu: RecentMenu, qtbot: QtBot) -> None:
    menu.set_paths(["one.png", "two.png"])
    with qtbot.waitSignal(menu.chosen) as said:
        menu.actions()[1].trigger()
    assert said.args == ["two.png"]
