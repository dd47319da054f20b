"""A model's film and learning curve, of every family's own unit, from its folder to the card."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from PySide6.QtWidgets import QLabel, QWidget

from app.widgets.film_reel import read_curve, read_film
from app.widgets.film_scrubber import FilmScrubber
from app.widgets.model_card import ModelCard, headline
from engine.catalogue import manifest_io

TOYS = Path(__file__).resolve().parents[2] / "engine" / "latent_models"
DENSITY = [(10, 9303479.5), (501, 36212.5), (5251, -1053.2), (11489, -1374.8), (55000, -1449.54)]


def toy(folder: Path, name: str, key: str, points: list[tuple[float, float]]) -> Path:
    """A copy of a toy with a curve and a frame a point; the folder of models that holds it."""
    shutil.copytree(TOYS / name, folder / name)
    path = folder / name / "manifest.json"
    raw = json.loads(path.read_text())
    curve = [{"step": step, "cpu_seconds": 1.0, f"train_{key}": 0.0, f"validation_{key}": v} for step, v in points]
    path.write_text(json.dumps(raw | {"training": {"curve": curve}}))
    (folder / name / "film").mkdir()
    for step, _ in points:
        Image.fromarray(np.full((6, 6), step % 256, np.uint8)).save(folder / name / "film" / f"{step}.png")
    return folder


def said(card: ModelCard) -> list[str]:
    return [label.text() for label in card.findChildren(QLabel)]


@pytest.mark.parametrize(
    ("name", "key", "points", "last"),
    [
        ("codes", "squared_error", [(10, 55.5), (200, 31.25)], "after 200 steps: 31.25 squared error a picture"),
        ("normal", "nats", DENSITY, "after 55,000 steps: \u22121,449.54 nats"),
        ("ink", "nats", [(10, 20.0), (2000, 9.5)], "after 2,000 steps: 9.50 nats"),
    ],
)
def test_the_card_tells_the_curve_in_its_own_unit(
    shown: Callable[..., QWidget], tmp_path: Path, name: str, key: str, points: list[tuple[float, float]], last: str
) -> None:
    folder = toy(tmp_path, name, key, points)
    manifest = manifest_io.read(folder / name)
    film = read_film([folder], manifest)
    assert film.steps == tuple(float(step) for step, _ in points) and len(film.frames) == len(points)
    assert film.curve == tuple((float(step), value) for step, value in points)
    card = ModelCard()
    card.set_manifest(manifest)
    card.set_film(film.frames, film.curve, film.steps, film.unit)
    shown(card, 268, 600)
    assert last in said(card)


def test_a_model_without_a_film_has_none(tmp_path: Path) -> None:
    manifest = manifest_io.read(TOYS / "codes")
    assert read_film([TOYS], manifest).frames == ()
    assert read_film([tmp_path], manifest).frames == ()


@pytest.mark.parametrize(
    ("training", "found"),
    [
        ({}, ((), "nats")),
        ({"curve": "a line"}, ((), "nats")),
        ({"curve": [3, {"step": 1}, {"validation_nats": 2.0}]}, ((), "nats")),
        ({"curve": [{"step": 1, "validation_nats": True}, {"step": 2, "validation_nats": 5}]}, (((2, 5),), "nats")),
        (
            {"curve": [{"step": 1, "validation_squared_error": 4.0}, {"step": 2, "validation_nats": 5}]},
            (((1, 4.0),), "squared error a picture"),
        ),
    ],
)
def test_odd_curves(training: dict[str, Any], found: object) -> None:
    assert read_curve(training) == found


def test_a_wild_beginning_does_not_flatten_what_follows(shown: Callable[..., QWidget]) -> None:
    film = FilmScrubber()
    film.set_film([], DENSITY)
    shown(film, 200, 100)
    curve = film._curve
    heights = [curve._place(point).y() for point in DENSITY]
    assert heights[0] == heights[1] == 5.0 and heights[-1] == curve.height() - 5.0
    assert heights[2] > heights[1] + 10 and heights[3] > heights[2] + 0.5
    film.set_film([], [(10, 540.0), (245, 130.0), (6000, 81.0)])
    heights = [curve._place(point).y() for point in ((10, 540.0), (245, 130.0), (6000, 81.0))]
    assert heights[0] == 5.0 and heights[1] == pytest.approx(31 - 26 * (130 - 81) / (540 - 81))


def test_an_autoencoders_headline_is_its_squared_error() -> None:
    figures = {
        "last_quarter": {"value": 0.3, "unit": "squared error a picture"},
        "test_squared_error": {"value": 0.02914, "unit": "squared error a pixel", "split": "test", "n": 10000},
    }
    found = headline(figures)
    assert found is not None and (found.value, found.unit) == ("0.0291", "squared error a pixel")
    negative = headline({"test_nll": {"value": -1469.3, "unit": "nats"}})
    assert negative is not None and negative.value == "\u22121,469.3"
