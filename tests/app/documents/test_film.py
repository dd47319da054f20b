"""A model's film as files, and the two players' curves of a GAN, as far as its folder and manifest are sane."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.documents.film import LOSSES, SCORES, GameCurves, film_files, game_curves
from engine.catalogue import manifest_io
from engine.contracts.manifest import Manifest

TOYS = Path(__file__).resolve().parents[2] / "engine" / "sample_models"


def row(step: Any, **values: Any) -> dict[str, Any]:
    """What was logged at a step: losses of 1 and 2, and what else is given."""
    return {"step": step, "generator_loss": 1.0, "discriminator_loss": 2.0} | values


def filmed(folder: Path, *names: str) -> Manifest:
    """A toy in this folder of models, with these frames."""
    shutil.copytree(TOYS / "plain", folder / "plain")
    (folder / "plain" / "film").mkdir()
    for name in names:
        (folder / "plain" / "film" / name).write_bytes(b"a frame")
    return manifest_io.read(folder / "plain")


def test_frames_are_in_the_order_of_their_steps(tmp_path: Path) -> None:
    toy = filmed(tmp_path, "1000.png", "20.png", "0.png", "3.png")
    found = film_files([tmp_path], toy)
    assert [step for step, _ in found] == [0, 3, 20, 1000]
    assert [path.name for _, path in found] == ["0.png", "3.png", "20.png", "1000.png"]


def test_what_is_no_frame_is_passed_over(tmp_path: Path) -> None:
    toy = filmed(tmp_path, "7.png", "last.png", "-3.png", "1.5.png", "\u00b2.png", "8.txt", ".png")
    assert [step for step, _ in film_files([tmp_path], toy)] == [7]


def test_a_model_without_a_film_or_without_a_folder_has_no_frames(tmp_path: Path) -> None:
    toy = manifest_io.read(TOYS / "plain")
    assert film_files([TOYS], toy) == () and film_files([tmp_path], toy) == () and film_files([], toy) == ()


def test_curves_rise_with_their_steps() -> None:
    rows = [row(200, generator_loss=5.0), row(10, generator_loss=3), row(3000, generator_loss=4.0)]
    curves = game_curves({"curve": rows})
    assert curves is not None and set(curves.values) == set(LOSSES)
    assert curves.steps.tolist() == [10.0, 200.0, 3000.0] and curves.steps.dtype == np.float64
    assert curves.values["generator_loss"].tolist() == [3.0, 5.0, 4.0]
    assert curves.values["discriminator_loss"].tolist() == [2.0, 2.0, 2.0]


def test_scores_are_there_where_they_were_logged() -> None:
    scores = {name: float(place) for place, name in enumerate(SCORES)}
    curves = game_curves({"curve": (row(1, **scores), row(2, **scores), row(3))})
    assert curves is not None and list(curves.values) == [*LOSSES, *SCORES]
    assert curves.steps.tolist() == [1.0, 2.0], "a row without them is no row"
    assert curves.values["score_held_out"].tolist() == [2.0, 2.0]


@pytest.mark.parametrize(
    "odd",
    [
        *(3, None, "a row", [1, 2], {}, {"step": 1}),
        *(row(None), row("5"), row(True), row(float("nan")), row(float("inf")), row(10**400), row(-(10**400)), row(-5)),
        *(row(5, generator_loss=None), row(5, generator_loss=False), row(5, discriminator_loss=float("-inf"))),
        row(5, discriminator_loss=10**400),
    ],
)
def test_odd_rows_are_left_out(odd: Any) -> None:
    curves = game_curves({"curve": [row(1), odd, row(2)]})
    assert curves is not None and curves.steps.tolist() == [1.0, 2.0]
    assert all(len(values) == 2 for values in curves.values.values())


def test_an_odd_score_takes_its_row_but_not_its_curve() -> None:
    curves = game_curves({"curve": [row(1, score_real=0.5), row(2, score_real="much"), row(3, score_real=0.7)]})
    assert curves is not None and curves.values["score_real"].tolist() == [0.5, 0.7]


@pytest.mark.parametrize(
    "training",
    [
        {},
        {"curve": None},
        {"curve": "a line"},
        {"curve": {"step": 1}},
        {"curve": []},
        {"curve": [{"step": 1, "validation_nats": 5.0}]},
        {"curve": [{"step": 1, "generator_loss": 1.0, "score_real": 1.0}]},
        {"curve": [row("early")]},
        {"curve": [{"step": 1, "generator_loss": 1.0}, {"step": 2, "discriminator_loss": 1.0}]},
    ],
)
def test_without_both_losses_there_are_no_curves(training: dict[str, Any]) -> None:
    assert game_curves(training) is None


def test_the_values_at_a_step_are_those_of_the_row_nearest_to_it() -> None:
    rows = [row(step, generator_loss=float(step)) for step in (10, 200, 3000)]
    curves = game_curves({"curve": rows})
    assert curves is not None
    asked = {-5.0: 10.0, 10.0: 10.0, 104.0: 10.0, 106.0: 200.0, 1599.0: 200.0, 1601.0: 3000.0, 1e9: 3000.0}
    assert {step: curves.at(step)["generator_loss"] for step in asked} == asked
    assert curves.at(0.0)["discriminator_loss"] == 2.0 and type(curves.at(0.0)["discriminator_loss"]) is float


def test_no_rows_have_no_values() -> None:
    assert GameCurves(np.zeros(0), {"generator_loss": np.zeros(0)}).at(3.0) == {}
