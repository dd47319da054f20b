"""What `reverie bench` says of the lenses in the real window; how long anything takes is not tested."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from engine.catalogue.registry import Registry
from engine.cli import bench_window
from engine.cli.bench import QUICK
from engine.errors import EngineError

SHIPPED = Path(__file__).resolve().parents[3] / "onnx_models"
FIGURES = {"median_ms": 15.0, "p95_ms": 20.0, "worst_ms": 40.0, "n": 12}


def rows(monkeypatch: pytest.MonkeyPatch, said: Any) -> tuple[list[bench_window.Row], list[list[str]]]:
    asked: list[list[str]] = []

    def window(arguments: Sequence[str], _: Mapping[str, str], **__: Any) -> dict[str, Any]:
        asked.append(list(arguments))
        if isinstance(said, EngineError):
            raise said
        return dict(said)

    monkeypatch.setattr(bench_window, "said_by_window", window)
    model = Registry([SHIPPED]).find("mnist-pixelcnn")
    return bench_window.lens_rows(model, [SHIPPED], QUICK), asked


def test_the_rows_set_medians_beside_what_they_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    found, asked = rows(monkeypatch, dict.fromkeys(("bits_map", "bits_map_meanwhile", "microscope"), FIGURES))
    assert asked == [["--bench-lenses", "mnist-pixelcnn", "12", "20"]]
    assert [row.name.rpartition(".")[2] for row in found] == ["bits_map", "bits_map_meanwhile", "microscope"]
    assert [row.name.startswith("complete.mnist-pixelcnn.window.") for row in found] == [True] * 3
    assert [(row.value, row.baseline, row.ratio) for row in found][::2] == [(15.0, 30.0, 0.5), (15.0, 16.0, 15 / 16)]
    assert all("worst 40.0 ms" in row.note and row.n == 12 for row in found)


@pytest.mark.parametrize("said", [{"problem": "it did not come to rest"}, EngineError("No window.", "Look.")])
def test_without_figures_it_says_why(monkeypatch: pytest.MonkeyPatch, said: Any) -> None:
    found, _ = rows(monkeypatch, said)
    assert len(found) == 3 and all(row.value is None and row.note.startswith("not measured: ") for row in found)
