"""What the documentation says is so: its links lead somewhere, its table is the manifests', its commands exist."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from app.__main__ import VERBS

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)")
COMMAND = re.compile(r"^ {4}\./run ([a-z][a-z-]*)", re.MULTILINE)
MODULE = re.compile(r"`((?:app|engine|tests)/[\w/.-]+\.py)`")
OWN_WORDS = {"test", "check", "setup", "bundle", "screenshots", "help"}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_links_and_named_files_exist(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    named = [document.parent / link for link in LINK.findall(text)] + [ROOT / name for name in MODULE.findall(text)]
    assert not [str(path) for path in named if not path.exists()]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_every_command_shown_is_one(document: Path) -> None:
    shown = set(COMMAND.findall(document.read_text(encoding="utf-8")))
    assert shown <= OWN_WORDS | set(VERBS)


def test_the_readmes_table_is_what_the_manifests_say() -> None:
    script = ROOT / "tests" / "tools" / "readme_models.py"
    done = subprocess.run([sys.executable, str(script), "--check"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, "run: python tests/tools/readme_models.py"
