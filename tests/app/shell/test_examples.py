"""The examples that ship fit the models they are for, and say whose pictures they are."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.documents.picture_file import read_picture
from app.shell.examples import read_examples, suiting

FOLDER = Path(__file__).resolve().parents[3] / "assets" / "examples"
SIDE = {"portraits-gated-pixelcnn": 16, "mnist-gated-pixelcnn": 28, "mnist-pixelcnn": 28, "fashion-gated-pixelcnn": 28}


def test_the_first_example_is_the_portrait_without_eyes() -> None:
    first = read_examples(FOLDER)[0]
    assert first.id == "eyes" and first.models == ("portraits-gated-pixelcnn",) and first.hint == "Rub something out"


@pytest.mark.parametrize("model", SIDE)
def test_every_shipped_model_has_examples_of_its_size(model: str) -> None:
    examples = suiting(read_examples(FOLDER), model)
    assert examples
    for example in examples:
        rgba = read_picture(example.path).rgba
        assert rgba.shape == (SIDE[model], SIDE[model], 4)
        assert set(rgba[..., 3].flat) == {0, 255}
        assert not rgba[rgba[..., 3] == 0].any(), "nobody may peek at what the model is asked for"


def test_every_picture_has_its_licence_in_the_list_and_nothing_else_lies_there() -> None:
    entries = json.loads((FOLDER / "examples.json").read_text())["examples"]
    assert {e["file"] for e in entries} == {p.name for p in FOLDER.glob("*.png")}
    assert all(e["licence"] and e["attribution"] for e in entries)


def test_no_folder_is_no_example(tmp_path: Path) -> None:
    assert read_examples(tmp_path) == ()
