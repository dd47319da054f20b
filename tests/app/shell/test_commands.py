"""The table of commands contradicts neither itself nor the keys that the design promises."""

from __future__ import annotations

from collections import Counter

import pytest
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication, QWidget

from app.shell.actions import Actions
from app.shell.command_palette import CommandPalette
from app.shell.commands import ADOPTING, BY_ID, COMMANDS, MENUS, WORDINGS, matching, worded
from app.shell.shortcut_list import rows

PROMISED = {
    "B": "tool-pen",
    "E": "tool-forget",
    "A": "tool-adopt",
    "K": "tool-keep",
    "G": "tool-fill",
    "I": "tool-pick",
    "X": "swap-tools",
    "[": "smaller",
    "]": "larger",
    "0": "fit",
    "F": "enlarge",
    "R": "release",
    "Esc": "escape",
    "Return": "adopt",
    "Ctrl+Z": "undo",
    "Ctrl+Shift+Z": "redo",
    "Ctrl+K": "palette",
    "F1": "explain",
    "F11": "present",
    "Ctrl+1": "show-complete",
    "Ctrl+2": "show-latent",
} | {str(n): f"adopt-{n}" for n in range(1, 10)}


def test_ids_and_titles_are_unique() -> None:
    assert len(BY_ID) == len(COMMANDS)
    assert len({command.title for command in COMMANDS}) == len(COMMANDS)


def test_every_command_stands_in_a_menu_and_says_what_it_does() -> None:
    for command in COMMANDS:
        assert command.menu in MENUS
        assert command.help.endswith(".")


def test_no_key_has_two_meanings() -> None:
    keys = Counter(QKeySequence(key).toString() for command in COMMANDS for key in command.keys)
    assert {key: n for key, n in keys.items() if n > 1} == {}
    assert "" not in keys


@pytest.mark.parametrize(("key", "command"), PROMISED.items())
def test_the_promised_keys(key: str, command: str) -> None:
    assert key in BY_ID[command].keys


@pytest.mark.parametrize(
    ("query", "first"), [("undo", "undo"), ("rect", "tool-keep"), ("temperature", None), ("save sheet", "save-sheet")]
)
def test_the_palette_finds_by_words(query: str, first: str | None) -> None:
    found = matching(query)
    assert (found[0].id if found else None) == first


def test_an_empty_query_finds_everything() -> None:
    assert matching("") == [command for command in COMMANDS if command.id not in ADOPTING]


def test_a_digit_finds_its_completion() -> None:
    assert [command.id for command in matching("adopt 7")] == ["adopt-7"]


WORKSPACES = ("complete", "latent", "gallery")


@pytest.mark.parametrize("workspace", WORKSPACES)
def test_a_workspace_has_one_title_a_command_and_whole_sentences(workspace: str) -> None:
    here = [worded(command, workspace) for command in COMMANDS]
    assert len({command.title for command in here}) == len(COMMANDS)
    assert all(command.help.endswith(".") for command in here)
    assert {name for _, name in WORDINGS} <= set(WORKSPACES) and {name for name, _ in WORDINGS} <= set(BY_ID)


def test_what_is_saved_side_by_side_is_called_what_it_is_in_each_workspace(qapp: QApplication) -> None:
    """The gallery knows no map, and latent space no completions."""
    window, titles = QWidget(), list[str]()
    actions = Actions(window)
    for workspace in WORKSPACES:
        actions.set_workspace(workspace)
        action = actions.action("save-sheet")
        titles.append(action.text())
        assert ("map" in action.text()) == ("map" in action.toolTip()) == (workspace == "latent")
        palette = CommandPalette(lambda _: True, lambda _: True, window, lambda here=workspace: here)  # type: ignore[misc]
        palette.open()
        palette.field.setText("save sheet" if workspace != "latent" else "save map")
        item = palette.list.item(0)
        assert item is not None and item.text() == action.text()
        assert action.text().removesuffix("...") in [meaning for _, meaning in rows("File", workspace=workspace)]
    assert len(set(titles)) == len(WORKSPACES)
