"""docs/reliability.md: every promise names what shows it, and that is there."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from app.__main__ import VERBS

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")
SHOWN = re.findall(r"`((?:\./run|python tests/|tests/)[^`]*)`", PAGE)
ROWS = [line.strip("|").split("|") for line in PAGE.splitlines() if line.startswith("| ") and "---" not in line]
PROMISES = [cells for cells in ROWS if cells[0].strip() != "promise"]


@pytest.mark.parametrize("cells", PROMISES, ids=lambda cells: cells[0].strip()[:60])
def test_a_promise_has_what_shows_it(cells: list[str]) -> None:
    assert len(cells) == 3
    assert re.search(r"`[^`]+`|exit code", cells[2]), "nothing shows it"


@pytest.mark.parametrize("shown", sorted(set(SHOWN)))
def test_what_shows_it_is_there(shown: str) -> None:
    """A test by file and name, a tool whose options it knows, or a verb."""
    if shown.startswith("./run"):
        assert shlex.split(shown)[1] in {*VERBS, "test"}
        return
    words = shlex.split(shown.removeprefix("python "))
    path, _, name = words[0].partition("::")
    text = (ROOT / path).read_text(encoding="utf-8")
    assert re.search(rf"^\s*def {name}\(", text, re.MULTILINE) if name else text
    assert not [word for word in words[1:] if word.startswith("--") and f'"{word}"' not in text]
