"""The user guide says what the program says: its words stand on the screen, its keys are keys, its errors are told."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from app.shell.commands import COMMANDS

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "docs" / "guide.md").read_text(encoding="utf-8")
WORDS, KEYS = GUIDE.partition("<!-- keys -->")[::2]
BY_HAND = WORDS + KEYS.partition("<!-- /keys -->")[2]
"""The guide without the table that `tests/tools/guide_keys.py` writes."""
BOLD = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)
CODE = re.compile(r"`([^`\n]+)`")
KEY = re.compile(r"(?:(?:Ctrl|Alt|Shift)\+)*(?:F\d+|Esc|Ins|Home|End|Return|Up|Down|Left|Right|Backspace|[A-Z0-9,./])")
MODIFIERS = {"Shift"}
MOST_HOLES = 3


@cache
def said() -> str:
    """All that the program's source has between quotes, a text a line: what may stand on the screen."""
    texts = [(ROOT / "run").read_text(encoding="utf-8")]
    for path in [*(ROOT / "app").rglob("*.py"), *(ROOT / "engine" / "contracts").glob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                texts.append(node.value)
    for path in (ROOT / "onnx_models").glob("*/manifest.json"):
        texts.append(json.loads(path.read_text(encoding="utf-8")).get("architecture", ""))
    return "\n".join(texts)


def shown(words: str) -> bool:
    """Whether these words are on the screen; ``...`` stands for what depends on the occasion."""
    parts = [part.strip(" .") for part in words.removesuffix("...").split("...")]
    return len(parts) <= MOST_HOLES and all(
        part in said() or all(sentence in said() for sentence in part.split(". ")) for part in parts
    )


def bold() -> list[str]:
    """The words that the guide says stand on the screen, menus and their entries apart."""
    found = {" ".join(word.split()) for word in BOLD.findall(BY_HAND.partition("## The first start")[2])}
    return sorted(part for word in found for part in word.split(" > "))


def trouble() -> list[str]:
    """The sentences that the guide says the program says."""
    rows = GUIDE.partition("## When something goes wrong")[2].partition("| --- | --- |\n")[2].partition("\n\n")[0]
    return [row.split("|")[1].strip() for row in rows.splitlines()]


@pytest.mark.parametrize("words", bold())
def test_bold_words_stand_on_the_screen(words: str) -> None:
    assert shown(words)


@pytest.mark.parametrize("sentence", trouble())
def test_what_goes_wrong_is_said_in_these_words(sentence: str) -> None:
    assert shown(sentence)


def test_there_are_such_words_and_sentences() -> None:
    assert len(bold()) > 40 and len(trouble()) > 8
    assert not shown("Words that stand nowhere") and not shown("Reverie ... died of boredom")


def test_keys_in_the_text_are_keys() -> None:
    known = {key for command in COMMANDS for key in command.keys} | MODIFIERS
    told = {word for word in CODE.findall(BY_HAND) if KEY.fullmatch(word)}
    assert len(told) > 40
    assert not told - known


def test_the_table_of_keys_is_what_the_commands_say() -> None:
    script = ROOT / "tests" / "tools" / "guide_keys.py"
    done = subprocess.run([sys.executable, str(script), "--check"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, "run: python tests/tools/guide_keys.py"


def test_the_contents_lead_to_headings() -> None:
    headings = re.findall(r"^#+ (.+)$", GUIDE, re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}
    told = re.findall(r"\]\(#([^)]+)\)", GUIDE)
    assert len(told) > 15 and not set(told) - anchors
