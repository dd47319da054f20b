"""The examples that ship fit the models they name."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QImage

from app.shell.examples import read_examples, suiting

FOLDER = Path(__file__).resolve().parents[3] / "assets" / "examples"
SIDE = {"portraits-gated-pixelcnn": 16, "mnist-gated-pixelcnn": 28, "mnist-pixelcnn": 28, "fashion-gated-pixelcnn": 28}


def test_the_first_example_is_the_portrait_without_eyes() -> None:
    first = read_examples(FOLDER)[0]
    assert first.models == ("portraits-gated-pixelcnn",) and first.hint == "Rub something out"


def test_every_example_has_the_size_of_its_models_and_unknown_pixels() -> None:
    for example in read_examples(FOLDER):
        image = QImage(str(example.path)).convertToFormat(QImage.Format.Format_RGBA8888)
        alpha = {image.pixelColor(x, y).alpha() for x in range(image.width()) for y in range(image.height())}
        assert alpha == {0, 255}, example.id
        assert {SIDE[model] for model in example.models} == {image.width()} == {image.height()}


def test_every_shipped_model_has_an_example() -> None:
    examples = read_examples(FOLDER)
    assert all(suiting(examples, model) for model in SIDE)


def test_no_folder_is_no_example(tmp_path: Path) -> None:
    assert read_examples(tmp_path) == ()
