"""What `reverie bench` says of looking into a density; how long anything takes is not tested."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.catalogue.registry import Model, Registry
from engine.cli import bench_views
from engine.cli.bench import QUICK
from engine.contracts.manifest import Manifest
from engine.families.autoregressive import Autoregressive
from engine.families.validation import check
from engine.runtime.sessions import Sessions

SHIPPED = Path(__file__).resolve().parents[3] / "onnx_models"


def model_of(manifest: Manifest) -> Model:
    return Registry([SHIPPED]).models[manifest.id]


def test_the_row_sets_the_process_beside_the_bare_pass(palette: Manifest) -> None:
    (row,) = bench_views.rows(model_of(palette), [SHIPPED], replace(QUICK, calls=3))
    assert row.name == f"complete.{palette.id}.examine" and row.n == 3
    assert row.value and row.baseline and row.ratio == row.value / row.baseline
    assert "session.run" in row.note and "95th percentile" in row.note


def test_both_sides_get_the_same_drawings_in_turns(palette: Manifest, monkeypatch: pytest.MonkeyPatch) -> None:
    model, seen = model_of(palette), list[tuple[str, bytes]]()

    class Silent:
        def __init__(self, *_: object) -> None: ...
        def close(self) -> None: ...

    def asked(_: object, request: Any, *__: object) -> float:
        check(request, palette)
        seen.append(("process", Autoregressive(model, Sessions(), Registry([])).codec.encode(request.pixels).tobytes()))
        return 2.0

    def bare(*_: object) -> Callable[[Any], object]:
        return lambda levels: seen.append(("bare", levels.tobytes()))

    monkeypatch.setattr(bench_views, "EngineProcess", Silent)
    monkeypatch.setattr(bench_views, "until", asked)
    monkeypatch.setattr(bench_views, "bare_pass", bare)
    bench_views.rows(model, [SHIPPED], replace(QUICK, calls=4))
    assert [who for who, _ in seen] == ["process", "bare"] * 5
    drawings = [what for _, what in seen]
    assert drawings[::2] == drawings[1::2] and len(set(drawings)) == 5


def test_the_bare_pass_is_the_models_own(ink: Manifest) -> None:
    model = model_of(ink)
    levels = bench_views.drawing(model, 3)
    outputs: Any = bench_views.bare_pass(model, [SHIPPED])(levels)
    out = outputs[ink.graphs["likelihood"].outputs["logits"].name]
    expected = Autoregressive(model, Sessions(), Registry([SHIPPED])).logits(levels[None])
    np.testing.assert_array_equal(np.moveaxis(out[:, :, 0], 1, -1), expected)


def test_a_drawing_is_a_stroke(ink: Manifest, palette: Manifest) -> None:
    for manifest in (ink, palette):
        levels = bench_views.drawing(model_of(manifest), 1)
        assert levels.shape == (manifest.image.height, manifest.image.width)
        assert np.unique(levels).tolist() == [0, manifest.image.levels - 1] and 0 < (levels > 0).mean() < 0.2
