"""The real window in a made-up language a third longer than English: nothing stays English, nothing loses its room."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tools.pseudo_locale import CLOSE, OPEN, PLACES, english, longer

ROOT = Path(__file__).resolve().parents[2]
TIGHT = {"lessons"}
"""Places where at the least size a third more words want more room than there is; nothing of them is lost."""


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, list[str]]]:
    """What the window says and lacks, by place; in a process of its own: words are taken when modules are loaded."""
    folder = tmp_path_factory.mktemp("pseudo")
    command = [sys.executable, str(ROOT / "tests" / "tools" / "pseudo_locale.py"), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=os.environ, timeout=600)
    made: dict[str, dict[str, list[str]]] = json.loads(done.stdout)
    assert made.keys() == set(PLACES)
    return made


def test_texts_are_longer_and_what_they_leave_out_is_found() -> None:
    text = "Saved {name}. Drop it on the window."
    made = longer(text)
    assert made.startswith(OPEN) and made.endswith(CLOSE) and len(made) >= 1.3 * len(text)
    assert longer(made) == made and made.format(name="a.png").count("a.png") == 1
    assert not english(made, frozenset()) and not english(f"{made} (Ctrl+S)", frozenset())
    assert english(f"{made} and more", frozenset()) == ["and", "more"]
    assert not english("mnist", frozenset({"mnist"}))


@pytest.mark.parametrize("place", sorted(set(PLACES)))
def test_nothing_of_the_program_stays_english(found: dict[str, dict[str, list[str]]], place: str) -> None:
    assert not found[place]["untranslated"]


@pytest.mark.parametrize("place", sorted(set(PLACES) - TIGHT))
def test_a_third_more_words_have_their_room_at_the_least_size(
    found: dict[str, dict[str, list[str]]], place: str
) -> None:
    cut = [fault for fault in found[place]["cut"] if not fault.startswith("QLabel")]
    assert not cut, "controls that are cut"
    sideways = [fault for fault in found[place]["cut"] if "at the side" in fault]
    assert not sideways, "words that are cut"
