"""The pictures of README and guide are there, are what a script makes, and weigh what a repository bears."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PIL import Image

from tests.tools.readme_pictures import FOLDER, PICTURES, SIZE, THEMES, file_name

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
NAMED = re.compile(r"""(?:src|srcset)=["']([^"']+)["']|!\[[^\]]*\]\(([^)\s]+)""")
MADE = {file_name(picture, theme) for picture in PICTURES for theme in THEMES}
MOST_BYTES = 3 * 2**20
LESSONS = re.compile(r"\b(\d+) (?:lessons )?of two or three minutes")


def named(document: Path) -> list[Path]:
    """The pictures that a document shows."""
    text = document.read_text(encoding="utf-8")
    return [document.parent / (first or second) for first, second in NAMED.findall(text)]


def test_every_picture_shown_is_there_and_made_by_the_script() -> None:
    shown = [path.resolve() for document in DOCUMENTS for path in named(document)]
    assert len(shown) >= 2 * len(PICTURES)
    assert not [str(path) for path in shown if not path.is_file()]
    assert {path.name for path in shown if path.parent == FOLDER} == MADE


def test_each_is_shown_in_both_themes() -> None:
    pair = re.compile(r'srcset="(\S+)-dark\.png">\s*<img src="(\S+)-light\.png" alt="[^"]{20,}">')
    for document in DOCUMENTS:
        pairs = pair.findall(document.read_text(encoding="utf-8"))
        assert all(dark == light for dark, light in pairs)
        assert 2 * len(pairs) == sum(path.parent.name == FOLDER.name for path in named(document)), document.name


@pytest.mark.parametrize("name", sorted(MADE))
def test_a_picture_is_a_png_of_the_windows_width_without_notes(name: str) -> None:
    with Image.open(FOLDER / name) as picture:
        assert picture.format == "PNG" and not picture.info.keys() & {"date", "Software", "reverie"}
        width, height = picture.size
    assert width == SIZE[0] and SIZE[1] * 0.9 < height <= SIZE[1]


def test_nothing_else_lies_there_and_all_together_are_light() -> None:
    files = [path for path in FOLDER.iterdir() if path.is_file()]
    assert {path.name for path in files} == MADE
    assert sum(path.stat().st_size for path in files) <= MOST_BYTES


@pytest.mark.parametrize("document", ["README.md", "docs/guide.md"])
def test_there_are_as_many_lessons_as_it_says(document: str) -> None:
    lessons = [path for path in (ROOT / "assets" / "lessons").glob("*.md") if path.name != "README.md"]
    told = LESSONS.findall((ROOT / document).read_text(encoding="utf-8"))
    assert [int(number) for number in told] == [len(lessons)]
