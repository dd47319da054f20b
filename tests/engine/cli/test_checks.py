"""`reverie models`, `self-test` and `bench`: what is installed, whether it works, and how fast."""

from __future__ import annotations

import importlib.util
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import engine
import engine.families.autoregressive
from engine.cli import bench_processes, bench_window, self_test
from engine.cli.bench import Effort
from engine.contracts.manifest import Manifest
from engine.errors import EngineError

Run = Callable[..., Any]
SHIPPED = Path(__file__).resolve().parents[3] / "onnx_models"
INK, PALETTE = "mnist-gated-pixelcnn", "portraits-gated-pixelcnn"
ONCE = Effort(
    drawings=1, calls=2, starts=1, strokes=1, restarts=1, drawn_wall=16, first_walls=1, raw_batches=1, scroll_s=1.0
)


@pytest.fixture
def models(palette: Manifest, tmp_path: Path) -> Path:
    """A folder of models with a copy of the palette model in it."""
    shutil.copytree(SHIPPED / PALETTE, tmp_path / "models" / PALETTE)
    return tmp_path / "models"


def test_version_and_help(run: Run) -> None:
    assert run("--version").out.strip() == f"reverie {engine.__version__}"
    said = run("--help")
    assert said.code == 0
    for verb in ("models", "sample", "complete", "score", "bench", "self-test"):
        assert verb in said.out
        assert run(verb, "--help").code == 0


def test_models(run: Run, ink: Manifest, palette: Manifest) -> None:
    found = {model["id"]: model for model in run("models", "--json").value["models"]}
    assert found[INK]["classes"] == list("0123456789")
    assert found[PALETTE]["image"] == {"height": 16, "width": 16, "channels": 3, "levels": 64, "palette": True}
    listed = run("models").out
    assert INK in listed
    assert PALETTE in listed


def test_a_broken_model_is_named_beside_the_others(run: Run, models: Path) -> None:
    (models / "torn").mkdir()
    (models / "torn" / "manifest.json").write_text("[]")
    value = run("models", "--json", folders=(models,)).value
    assert [model["id"] for model in value["models"]] == [PALETTE]
    assert "torn" in value["broken"][0]["problem"]
    assert run("self-test", folders=(models,)).code == 1


def test_self_test_passes_what_ships(run: Run, models: Path) -> None:
    said = run("self-test", "--json", folders=(models,))
    assert said.value == {"models": [PALETTE], "failures": {}, "passed": True}
    assert said.code == 0


def test_self_test_with_the_window_says_how_soon_it_was_there(
    run: Run, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said_by_it = {"first_paint_ms": 400.0, "completion_begins_ms": 1000.0, "first_completion_ms": 2001.0}
    monkeypatch.setattr(self_test, "said_by_window", lambda arguments, environment, wanted: said_by_it)
    said = run("self-test", "--window", "--json", folders=(models,))
    assert said.value["window"] == said_by_it and said.value["passed"]
    assert "whole after 2,001 ms" in run("self-test", "--window", folders=(models,)).out


def test_self_test_fails_where_the_window_does_not_open(
    run: Run, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nothing(arguments: object, environment: object, wanted: str) -> None:
        raise EngineError("The window did not open (no screen).", "Start it with `reverie` to see why.")

    monkeypatch.setattr(self_test, "said_by_window", nothing)
    said = run("self-test", "--window", folders=(models,))
    assert said.code == 1
    assert "window: The window did not open (no screen)." in said.err


def test_self_test_finds_another_file(run: Run, models: Path) -> None:
    with (models / PALETTE / "sampler_prime.onnx").open("ab") as file:
        file.write(b"\0")
    said = run("self-test", folders=(models,))
    assert said.code == 1
    assert "sampler_prime.onnx has another SHA-256" in said.err


def test_self_test_finds_a_model_that_looks_ahead(run: Run, models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    family = engine.families.autoregressive.Autoregressive
    honest = family.logits

    def peeking(self: Any, levels: np.ndarray, *rest: Any) -> np.ndarray:
        return honest(self, levels, *rest) + levels.mean(dtype=np.float32)

    monkeypatch.setattr(family, "logits", peeking)
    said = run("self-test", folders=(models,))
    assert said.code == 1
    assert "does not keep to raster order, so its likelihoods are worthless" in said.err
    assert "raster order" not in run("self-test", "--quick", folders=(models,)).err


def test_self_test_of_named_models_looks_at_no_others(run: Run, models: Path, tmp_path: Path, told: Path) -> None:
    """By id, or by a folder that nobody has installed."""
    (models / "torn").mkdir()
    (models / "torn" / "manifest.json").write_text("[]")
    said = run("self-test", PALETTE, "--json", folders=(models,))
    assert said.code == 0 and said.value == {"models": [PALETTE], "failures": {}, "passed": True}
    said = run("self-test", told / "told", "--json", folders=(models,))
    assert said.code == 0 and said.value["models"] == ["told"]
    for wrong in ("nobody", "torn"):
        refused = run("self-test", wrong, folders=(models,))
        assert refused.code == 2 and wrong in refused.err


def test_self_test_of_nothing_fails(run: Run, tmp_path: Path) -> None:
    said = run("self-test", folders=(tmp_path,))
    assert said.code == 1
    assert "No model is installed" in said.err


def test_identity_is_measured_and_noted(run: Run, models: Path) -> None:
    path = models / PALETTE / "manifest.json"
    before = json.loads(path.read_text())
    said = run("bench", "identity", PALETTE, "--seeds", 2, "--write", "--json", folders=(models,))
    assert said.code == 0
    figure = said.value["models"][PALETTE]
    assert figure["different"] == 0
    assert figure["pictures"] == 4
    assert figure["with_known_pixels"] == 2
    assert 0 < figure["max_logit_difference"] <= 1e-4
    after = json.loads(path.read_text())
    assert after["figures"].pop("identity") == figure
    before.setdefault("figures", {}).pop("identity", None)
    assert after == before


def test_identity_finds_a_sampler_that_differs(run: Run, models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    family = engine.families.autoregressive.Autoregressive
    honest = family.logits
    monkeypatch.setattr(family, "logits", lambda self, *given: honest(self, *given) * np.float32(0.5))
    said = run("bench", "identity", PALETTE, "--seeds", 1, "--json", folders=(models,))
    assert said.code == 1
    assert said.value["models"][PALETTE]["different"] == 2


def test_bench_rows_of_a_model(run: Run, palette: Manifest, monkeypatch: pytest.MonkeyPatch) -> None:
    for rows_of_the_window in ("wall_rows", "lens_rows"):  # the window is a journey's to measure
        monkeypatch.setattr(bench_window, rows_of_the_window, lambda *_: [])
    monkeypatch.setattr("engine.cli.bench.QUICK", ONCE)
    value = run("bench", PALETTE, "--quick", "--json").value
    rows = {row["name"]: row for row in value["rows"]}
    assert set(rows) == {
        *(f"ar.{PALETTE}.b{batch}.vs_{against}" for batch in (1, 16) for against in ("naive", "forward")),
        *(f"complete.{PALETTE}.{name}" for name in ("stroke_to_row_ms", "examine")),
        *(f"gallery.{PALETTE}.{name}" for name in ("first", "vs_raw")),
    }
    assert {"cpu", "cores", "python", "onnxruntime", "numpy"} <= set(value["machine"])
    for row in rows.values():
        assert set(row) == {"name", "ratio", "value", "baseline", "unit", "n", "note"}
        assert row["value"] > 0
        assert row["note"]
    naive, forward = (rows[f"ar.{PALETTE}.b16.vs_{against}"] for against in ("naive", "forward"))
    assert naive["ratio"] == pytest.approx(naive["baseline"] / naive["value"])
    assert forward["ratio"] == pytest.approx(forward["value"] / forward["baseline"])


def test_bench_rows_of_the_processes(run: Run, palette: Manifest) -> None:
    from engine.catalogue.registry import Registry

    model = Registry([SHIPPED]).find(PALETTE)
    overhead, restart = bench_processes.overhead_rows(ONCE)[0], bench_processes.restart_rows(model, [SHIPPED], ONCE)[0]
    assert overhead.name == "engine.process_overhead_ms"
    assert overhead.ratio is not None
    assert restart.name == "engine.restart_ms"
    assert restart.value is None or restart.value > 0


@pytest.mark.skipif(importlib.util.find_spec("PySide6") is None, reason="PySide6 is not installed")
def test_bench_row_of_the_window() -> None:
    row = bench_processes.start_rows(ONCE)[0]
    assert row.name == "app.start.vs_bare_qt"
    assert row.ratio is not None, row.note
    assert row.value is not None
    assert row.value > 0
