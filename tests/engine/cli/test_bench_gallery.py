"""What `reverie bench` says of walls of samples; how long anything takes is not tested."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.catalogue.registry import Registry
from engine.cli import bench_gallery
from engine.cli.bench import QUICK, THOROUGH, Effort
from engine.contracts.manifest import Manifest
from engine.families.autoregressive import Autoregressive
from engine.runtime.sessions import Sessions

ENGINE = Path(__file__).resolve().parents[1]
FOLDERS = (ENGINE / "sample_models", ENGINE / "latent_models")
SHIPPED = ENGINE.parents[1] / "onnx_models"
SAID = {
    "count": 256, "first_ms": 120.0, "drawn_s": 2.0, "growth_mb": 50.0,
    "hanging": {"median_ms": 4.0, "p95_ms": 9.0, "worst_ms": 16.5, "frames": 300},
}  # fmt: skip
LITTLE: Effort = replace(QUICK, wall=600, drawn_wall=20, first_walls=2, raw_batches=2)


@pytest.fixture(autouse=True)
def window(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What the window was asked for: it is measured in a journey, and says here what it is told to."""
    asked: list[list[str]] = []

    def said(arguments: list[str], *_: object, **__: object) -> dict[str, Any]:
        asked.append(list(arguments))
        return dict(SAID)

    monkeypatch.setattr("engine.cli.bench_window.said_by_window", said)
    return asked


def test_the_rows_of_the_window(window: list[list[str]]) -> None:
    rows = {row.name: row for row in bench_gallery.rows(Registry(FOLDERS).models["told"], FOLDERS, LITTLE)[2:]}
    assert window == [["--bench-gallery", "told", "256", "6.0"]]  # the largest wall of at most 600
    first, frames = rows["gallery.told.window.first_tile_ms"], rows["gallery.told.window.worst_frame_ms"]
    assert first.value == 120.0 and "256 pictures" in first.note
    assert (frames.value, frames.baseline, frames.ratio, frames.n) == (16.5, 33.0, 0.5, 300)
    growth = rows["gallery.told.window.growth_mb"]
    assert (growth.value, growth.ratio, growth.unit) == (50.0, 0.2, "MB")
    assert "before it could be scrolled" in rows["gallery.told.window.streaming_frame_ms"].note


def test_a_window_that_does_not_open_is_said_in_its_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    def said(*_: object, **__: object) -> dict[str, Any]:
        return {"problem": "it has no place there"}

    monkeypatch.setattr("engine.cli.bench_window.said_by_window", said)
    rows = bench_gallery.rows(Registry(FOLDERS).models["told"], FOLDERS, LITTLE)[2:]
    assert len(rows) == 4 and all(row.value is None and "it has no place there" in row.note for row in rows)


def test_a_wall_is_ten_thousand_pictures_unless_said_otherwise() -> None:
    assert (THOROUGH.wall, THOROUGH.raw_batches) == (10_000, len(bench_gallery.BATCHES))
    assert bench_gallery.BATCHES[0] == 16 and bench_gallery.BATCHES[-1] == 256


@pytest.mark.parametrize("name", ["told", "linear"])
def test_the_rows_of_a_model(name: str) -> None:
    first, wall, *_ = bench_gallery.rows(Registry(FOLDERS).models[name], FOLDERS, LITTLE)
    assert (first.name, wall.name) == (f"gallery.{name}.first", f"gallery.{name}.vs_raw")
    assert first.n == 2 and first.value is not None and first.value > 0
    assert wall.n == 600 and wall.value and wall.baseline and wall.ratio == wall.value / wall.baseline
    assert "600 pictures" in wall.note and "best of 16, 32" in wall.note


def test_the_rows_of_a_model_that_draws_pixel_by_pixel(palette: Manifest) -> None:
    first, wall, *_ = bench_gallery.rows(Registry([SHIPPED]).models[palette.id], [SHIPPED], LITTLE)
    assert first.value and wall.n == 20 and wall.ratio, wall.note


def test_without_a_prior_there_is_no_wall() -> None:
    assert bench_gallery.rows(Registry(FOLDERS).models["codes"], FOLDERS, LITTLE) == []


def test_what_cannot_be_measured_costs_the_other_row_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    model = Registry(FOLDERS).models["plain"]
    broken = replace(model.manifest.graphs["generator"], file="elsewhere.onnx")
    manifest = replace(model.manifest, graphs={**model.manifest.graphs, "generator": broken})
    first, wall, *_ = bench_gallery.rows(replace(model, manifest=manifest), FOLDERS, LITTLE)
    assert first.value and wall.value is None and "not measured" in wall.note


def test_the_best_batch_is_the_cheapest_a_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    costs = {16: 32.0, 32: 40.0, 64: 100.0}
    drawn: list[int] = []

    def taken(call: Callable[[], Any]) -> float:
        call()
        return costs[drawn[-1]]

    monkeypatch.setattr(bench_gallery, "_milliseconds", taken)
    assert bench_gallery.best_batch(drawn.append, (16, 32, 64)) == 32
    assert drawn.count(16) == drawn.count(64)


def test_raw_rows_are_as_much_work_as_drawing(palette: Manifest) -> None:
    """As many calls of the same graph as the engine's own sampler makes, on as many pictures."""
    model = Registry([SHIPPED]).models[palette.id]
    state = bench_gallery.raw_rows(model, [SHIPPED])(5)
    spec = model.manifest.graphs["sampler_row"].state[0]
    assert isinstance(state, dict) and state[spec.input].shape[spec.batch_axis] == 5
    family = Autoregressive(model, Sessions(), Registry([SHIPPED]))
    assert family.row_graph(5, "", "upright") is not None
    assert all(np.isfinite(value).all() for value in state.values())
