"""The examples that ship fit the models they are for, and say whose pictures they are."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.documents.examples import find_examples
from app.documents.picture_file import read_picture

FOLDER = Path(__file__).resolve().parents[3] / "assets" / "examples"
SIDE = {"pixel_portraits": 16, "mnist": 28, "fashion_mnist": 28}


def test_the_first_example_is_the_portrait_without_eyes() -> None:
    assert find_examples(FOLDER, "pixel_portraits")[0].name == "eyes"


@pytest.mark.parametrize(("data", "side"), SIDE.items())
def test_examples_have_the_models_size_and_are_known_or_unknown(data: str, side: int) -> None:
    examples = find_examples(FOLDER, data)
    assert examples
    for example in examples:
        rgba = read_picture(example.path).rgba
        assert rgba.shape == (side, side, 4)
        assert set(rgba[..., 3].flat) == {0, 255}
        assert not rgba[rgba[..., 3] == 0].any(), "nobody may peek at what the model is asked for"


def test_every_picture_has_its_licence_in_the_list_and_nothing_else_lies_there() -> None:
    entries = json.loads((FOLDER / "examples.json").read_text())["examples"]
    assert {e["file"] for e in entries} == {p.name for p in FOLDER.glob("*.png")}
    assert all(e["licence"] and e["attribution"] for e in entries)
