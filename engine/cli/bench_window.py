"""The Latent workspace in the real window: a dragged point's picture, the frames of the endless map, its memory."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from engine.catalogue.registry import Model
from engine.cli.bench import Effort, Row
from engine.cli.bench_processes import said_by_window
from engine.errors import EngineError

LATENT = "--bench-latent"
ROWS = ("drag_p95_ms", "map.worst_frame_ms", "map.cache_mb", "map.missing_at_rest")


def rows(model: Model, folders: Sequence[Path], effort: Effort) -> list[Row]:
    """``latent.<model>.drag_p95_ms`` and ``latent.<model>.map.*``; without a window, why they are not measured."""
    if importlib.util.find_spec("PySide6") is None:
        return _unmeasured(model, "PySide6 is not installed")
    try:
        found = said_by_window(
            [LATENT, model.manifest.id, str(effort.drag_s), str(effort.tour_s)],
            {"REVERIE_MODELS": os.pathsep.join(map(str, (model.folder.absolute().parent, *folders)))},
            patience_s=effort.drag_s + effort.tour_s + 240,
        )
    except EngineError as error:
        return _unmeasured(model, str(error))
    if "problem" in found:
        return _unmeasured(model, found["problem"])
    return [_drag_row(model, found["drag"], effort), *_map_rows(model, found["map"])]


def _unmeasured(model: Model, why: str) -> list[Row]:
    return [Row(name=f"latent.{model.manifest.id}.{name}", note=f"not measured: {why}") for name in ROWS]


def _drag_row(model: Model, found: dict[str, Any], effort: Effort) -> Row:
    return Row(
        name=f"latent.{model.manifest.id}.drag_p95_ms",
        value=found["p95_ms"],
        n=found["moves"],
        note=f"from a move of the hand to the paint of its picture or a newer move's in the window, 125 moves/s for "
        f"{effort.drag_s:g} s, decoded by the engine process; 95th percentile, wall time (median "
        f"{found['median_ms']:.1f} ms, worst {found['worst_ms']:.1f} ms); {found['pictures']} different pictures "
        f"painted, {found['backwards']} older ones after newer ones",
    )


def _map_rows(model: Model, found: dict[str, Any]) -> list[Row]:
    name, tour = f"latent.{model.manifest.id}.map", f"{found['seconds']:g} s of panning and zooming at 60 steps/s"
    return [
        Row(
            name=f"{name}.worst_frame_ms",
            value=found["worst_ms"],
            n=found["frames"],
            note=f"from when a step was due to its paint in the window, {tour}; the worst, wall time (median "
            f"{found['median_ms']:.1f} ms, 95th percentile {found['p95_ms']:.1f} ms)",
        ),
        Row(
            name=f"{name}.cache_mb",
            ratio=found["cache_mb"] / found["bound_mb"],
            value=found["cache_mb"],
            baseline=found["bound_mb"],
            unit="MB",
            n=1,
            note=f"value / baseline; the most that the map's decoded pictures took, and their bound (baseline); the "
            f"window's process grew by {found['growth_mb']:.0f} MB meanwhile",
        ),
        Row(
            name=f"{name}.missing_at_rest",
            value=float(found["missing_at_rest"]),
            unit="places",
            n=found["rests"],
            note="places in view without a picture of the level that is meant, whenever the tour rested, together",
        ),
    ]
