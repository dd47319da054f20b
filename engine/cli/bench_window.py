"""The workspaces in the real window: in Complete the bits map after a stroke and the microscope under the pointer; in
Latent a dragged point's picture, the frames of the endless map, its memory; in
the Gallery the first tile of a large wall, the frames of scrolling it, its memory."""

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

LATENT, GALLERY, LENSES = "--bench-latent", "--bench-gallery", "--bench-lenses"
ROWS = ("drag_p95_ms", "map.worst_frame_ms", "map.cache_mb", "map.missing_at_rest")
WALL_ROWS = ("window.first_tile_ms", "window.streaming_frame_ms", "window.worst_frame_ms", "window.growth_mb")
FRAME_MS, GROWTH_MB = 33.0, 250.0
"""What a frame may take, and what a wall of 10,000 may add to the memory."""
LENS_ROWS = (
    ("bits_map", 30.0, "from the last move of a stroke on a whole picture to the paint of its bits map"),
    ("bits_map_meanwhile", 30.0, "the same while half the picture is unknown and its completions are being drawn"),
    ("microscope", 16.0, "from a move of the pointer to another pixel to the paint of its distribution in the card"),
)
"""The lenses' rows, what each may take, and what it is."""


def rows(model: Model, folders: Sequence[Path], effort: Effort) -> list[Row]:
    """``latent.<model>.drag_p95_ms`` and ``latent.<model>.map.*``; without a window, why they are not measured."""
    wanted = [LATENT, model.manifest.id, str(effort.drag_s), str(effort.tour_s)]
    found = _said(wanted, model, folders, effort.drag_s + effort.tour_s + 240)
    if "problem" in found:
        names = (f"latent.{model.manifest.id}.{name}" for name in ROWS)
        return [Row(name=name, note=f"not measured: {found['problem']}") for name in names]
    return [_drag_row(model, found["drag"], effort), *_map_rows(model, found["map"])]


def wall_rows(model: Model, folders: Sequence[Path], effort: Effort, count: int) -> list[Row]:
    """``gallery.<model>.window.*`` of a wall of ``count``; without a window, why they are not measured."""
    wanted = [GALLERY, model.manifest.id, str(count), str(effort.scroll_s)]
    found = _said(wanted, model, folders, effort.scroll_s + 900)
    prefix = f"gallery.{model.manifest.id}"
    if "problem" in found:
        return [Row(name=f"{prefix}.{name}", note=f"not measured: {found['problem']}") for name in WALL_ROWS]
    first = Row(
        name=f"{prefix}.window.first_tile_ms",
        value=found["first_ms"],
        n=1,
        note=f"from asking for a wall of {count:,} pictures to the first paint with one of them; drawn whole in "
        f"{found['drawn_s']:.1f} s; wall time",
    )
    growth = Row(
        name=f"{prefix}.window.growth_mb",
        ratio=found["growth_mb"] / GROWTH_MB,
        value=found["growth_mb"],
        baseline=GROWTH_MB,
        unit="MB",
        n=1,
        note="value / baseline; what window and engine process hold more than before, after all of it was scrolled "
        "through, and what they may",
    )
    frames = (("streaming", "streaming_frame_ms", "while it was drawn"), ("hanging", "worst_frame_ms", "afterwards"))
    return [first, *(_frame_row(f"{prefix}.window.{name}", found.get(key), when) for key, name, when in frames), growth]


def lens_rows(model: Model, folders: Sequence[Path], effort: Effort) -> list[Row]:
    """``complete.<model>.window.*``; without a window, why they are not measured."""
    strokes, moves = effort.strokes * 4, effort.calls
    found = _said([LENSES, model.manifest.id, str(strokes), str(moves)], model, folders, 600)
    prefix = f"complete.{model.manifest.id}.window"
    if "problem" in found:
        return [Row(name=f"{prefix}.{name}", note=f"not measured: {found['problem']}") for name, _, _ in LENS_ROWS]
    return [
        Row(
            name=f"{prefix}.{name}",
            ratio=found[name]["median_ms"] / may,
            value=found[name]["median_ms"],
            baseline=may,
            n=found[name]["n"],
            note=f"value / baseline; {what}, in the window with the engine process; median and bar, wall time "
            f"(95th percentile {found[name]['p95_ms']:.1f} ms, worst {found[name]['worst_ms']:.1f} ms)",
        )
        for name, may, what in LENS_ROWS
    ]


def _frame_row(name: str, found: dict[str, Any] | None, when: str) -> Row:
    if found is None:
        return Row(name=name, note="not measured: the wall was drawn before it could be scrolled")
    return Row(
        name=name,
        ratio=found["worst_ms"] / FRAME_MS,
        value=found["worst_ms"],
        baseline=FRAME_MS,
        n=found["frames"],
        note=f"value / baseline; from when a step of scrolling was due to its paint, 60 steps/s, {when}; the worst and "
        f"what it may be, wall time (median {found['median_ms']:.1f} ms, 95th percentile {found['p95_ms']:.1f} ms)",
    )


def _said(wanted: list[str], model: Model, folders: Sequence[Path], patience_s: float) -> dict[str, Any]:
    """What the window says of this model, or ``problem``."""
    if importlib.util.find_spec("PySide6") is None:
        return {"problem": "PySide6 is not installed"}
    models = os.pathsep.join(map(str, (model.folder.absolute().parent, *folders)))
    try:
        return said_by_window(wanted, {"REVERIE_MODELS": models}, patience_s=patience_s)
    except EngineError as error:
        return {"problem": str(error)}


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
