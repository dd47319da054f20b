"""The first frame shows what is there, and never fails over what is not."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest
from PySide6.QtGui import QFont, QImage, QPainter
from pytestqt.qtbot import QtBot

from app.settings import Settings
from app.shell import start
from app.shell.first_frame import FirstFrame, Shown, chip_text, chip_texts, installed, paint
from app.theme.tokens import DARK, LIGHT, Palette

ROOT = Path(__file__).resolve().parents[3]
MODEL = Shown("m", "A model", "Data", "PixelCNN")


def drawn(frame: FirstFrame, width: int = 1440, height: int = 900) -> QImage:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    paint(painter, width, height, frame, QFont())
    painter.end()
    return image


def frame(palette: Palette = DARK, models: tuple[Shown, ...] = (MODEL,), picture: Path | None = None) -> FirstFrame:
    return FirstFrame(palette, ROOT / "assets" / "icons", models, models[0] if models else None, picture)


@pytest.mark.parametrize("palette", [DARK, LIGHT])
def test_it_is_in_the_theme(qtbot: QtBot, palette: Palette) -> None:
    image = drawn(frame(palette))
    assert image.pixelColor(600, 20).name() == palette.panel
    assert image.pixelColor(260, 120).name() == palette.window


def test_it_shows_the_example_in_whole_pixels(qtbot: QtBot) -> None:
    picture = ROOT / "assets" / "examples" / "pixel_portraits-eyes.png"
    image, example = drawn(frame(picture=picture)), QImage(str(picture))
    zoom = 34  # (594 - 2 * 24) // 16
    left, top = 241 + (898 - 16 * zoom) // 2, 49 + 44 + (594 - 16 * zoom) // 2
    for x, y in ((0, 0), (4, 3), (8, 9), (15, 15)):
        at = image.pixelColor(left + x * zoom + zoom // 2, top + y * zoom + zoom // 2)
        assert at.name() == example.pixelColor(x, y).name()


def test_another_workspace_than_complete_begins_with_an_empty_centre(qtbot: QtBot) -> None:
    example = ROOT / "assets" / "examples" / "pixel_portraits-eyes.png"
    with_canvas = frame(picture=example)
    image = drawn(dataclasses.replace(with_canvas, canvas=False))
    centre = {image.pixelColor(x, y).name() for x in range(250, 1130, 8) for y in range(60, 860, 8)}
    assert centre == {DARK.window}
    title = image.copy(1155, 60, 280, 60)
    assert title == drawn(with_canvas).copy(1155, 60, 280, 60)


@pytest.mark.parametrize(("width", "left"), [(1024, 300), (1440, 56 + 1 + 320), (1700, 240 + 1 + 320)])
def test_the_lessons_have_their_column_where_they_were_left_open(qtbot: QtBot, width: int, left: int) -> None:
    image = drawn(dataclasses.replace(frame(), lessons=True), width)
    row = [image.pixelColor(x, 860 - 200).name() for x in range(left + 1)]
    assert row[left] == DARK.line and image.pixelColor(left + 2, 60).name() == DARK.window
    assert set(row[left - 290 : left]) == {DARK.panel}, "an empty column"
    assert row.count(DARK.line) == (2 if width > 1024 else 1)


def test_settings_say_whether_they_were_left_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REVERIE_HOME", str(tmp_path))
    for workspace in ("complete", "latent"):
        for opened in (True, False):
            assert start._first_frame(Settings(workspace=workspace, lessons_open=opened)).lessons is opened


@pytest.mark.parametrize("workspace", ["", "complete", "latent"])
def test_the_first_frame_is_of_the_workspace_that_was_open_last(
    workspace: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REVERIE_HOME", str(tmp_path))
    chosen = {"complete": "mnist-gated-pixelcnn", "latent": "mnist-pixelcnn"}
    first = start._first_frame(Settings(workspace=workspace, models=chosen))
    assert first.canvas is (workspace != "latent")
    assert first.model is not None and first.model.id == chosen[workspace or "complete"]
    assert (first.picture is None) is (workspace == "latent")


@pytest.mark.parametrize(("width", "height"), [(1024, 640), (1440, 900), (3840, 2160)])
def test_it_paints_at_any_size_and_without_anything_installed(qtbot: QtBot, width: int, height: int) -> None:
    assert not drawn(frame(models=(), picture=Path("gone.png")), width, height).isNull()


def test_manifests_that_cannot_be_read_are_left_out(tmp_path: Path) -> None:
    for name, text in {
        "good": json.dumps({"id": "good", "title": "Good", "data_title": "Data", "architecture": "VAE"}),
        "broken": "{",
        "empty": "{}",
        "list": "[]",
    }.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "manifest.json").write_text(text)
    assert [model.id for model in installed([tmp_path, tmp_path / "nowhere"])] == ["good"]


def test_a_model_without_names_is_shown_as_the_catalogue_calls_it(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "manifest.json").write_text(json.dumps({"id": "mine", "family": "vae"}))
    assert installed([tmp_path]) == (Shown("mine", "mine", "Other pictures", "VAE"),)


def test_the_same_model_in_two_folders_shows_once(tmp_path: Path) -> None:
    for place in ("a", "b"):
        folder = tmp_path / place / "m"
        folder.mkdir(parents=True)
        fields = {"id": "m", "title": place, "data_title": "Data", "architecture": "VAE"}
        (folder / "manifest.json").write_text(json.dumps(fields))
    assert [model.title for model in installed([tmp_path / "a", tmp_path / "b"])] == ["a"]


def test_models_of_one_kind_and_data_are_told_apart() -> None:
    title = "Gated PixelCNN on MNIST, upright only"
    assert chip_text("Gated PixelCNN", title, alone=False) == "Gated PixelCNN, upright"
    assert chip_text("Gated PixelCNN", title, alone=True) == "Gated PixelCNN"
    assert chip_text("Gated PixelCNN", "Gated PixelCNN on MNIST", alone=False) == "Gated PixelCNN"


def test_models_that_read_the_same_carry_their_ids() -> None:
    models = [Shown(name, "PixelCNN on MNIST", "MNIST", "PixelCNN") for name in ("one", "two")]
    models.append(Shown("three", "PixelCNN on Fashion", "Fashion", "PixelCNN"))
    assert chip_texts(models) == {"one": "PixelCNN, one", "two": "PixelCNN, two", "three": "PixelCNN"}
