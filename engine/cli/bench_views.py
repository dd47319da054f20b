"""Looking into a density while drawing: what the engine adds to the bare pass.

What the window adds is measured in the window (`engine.cli.bench_window`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.catalogue.registry import Model, Registry
from engine.cli.bench import Effort, Row
from engine.cli.bench_processes import finished, until, with_own_folder
from engine.contracts.arrays import Levels
from engine.contracts.requests import ExamineImage
from engine.families.autoregressive import Autoregressive
from engine.host.client import EngineProcess
from engine.numerics.pixels import Codec
from engine.runtime.sessions import Sessions


def rows(model: Model, folders: Sequence[Path], effort: Effort) -> list[Row]:
    """``complete.<model>.examine``: a picture examined through the engine process, and the bare pass, in turns."""
    engine, bare = EngineProcess(with_own_folder(model, folders)), bare_pass(model, folders)
    ours: list[float] = []
    theirs: list[float] = []
    try:
        for turn in range(effort.calls + 1):
            levels = drawing(model, turn)
            taken = until(engine, request(model, levels), finished)
            began = time.perf_counter()
            bare(levels)
            if turn:  # the first opens graphs and lays out memory
                ours.append(taken)
                theirs.append((time.perf_counter() - began) * 1e3)
    finally:
        engine.close()
    value, baseline = median(ours), median(theirs)
    return [
        Row(
            name=f"complete.{model.manifest.id}.examine",
            ratio=value / baseline,
            value=value,
            baseline=baseline,
            n=len(ours),
            note="value / baseline; what the model says of every pixel of a drawing, through the engine process and "
            "back, another drawing each time, and one session.run of the likelihood graph on it (baseline); in turns, "
            f"wall time (95th percentile {quantiles(ours, n=20)[-1]:.1f} ms, {quantiles(theirs, n=20)[-1]:.1f} bare)",
        )
    ]


def drawing(model: Model, number: int) -> Levels:
    """A picture (H, W) with a stroke across it, another one for every number."""
    image, rng = model.manifest.image, np.random.default_rng(number)
    levels = np.zeros((image.height, image.width), np.int64)
    along = np.linspace(0, 1, 4 * max(image.height, image.width))
    (top, left), (bottom, right) = rng.uniform(0.1, 0.9, (2, 2)) * (image.height, image.width)
    at = np.stack([top + (bottom - top) * along, left + (right - left) * along]).astype(np.int64)
    levels[at[0], at[1]] = image.levels - 1
    return levels


def request(model: Model, levels: Levels) -> ExamineImage:
    """What the window asks after a stroke."""
    return ExamineImage(model=model.manifest.id, pixels=Codec(model.manifest.image).decode(levels))


def bare_pass(model: Model, folders: Sequence[Path]) -> Callable[[Levels], object]:
    """One pass of the likelihood graph and nothing else."""
    family = Autoregressive(model, Sessions(), Registry(folders))
    spec, graph = model.manifest.graphs["likelihood"], family.graph("likelihood")
    conditions = family.conditions(1, "", model.manifest.orientations[0])
    told: dict[str, NDArray[Any]] = {spec.inputs[name].name: value for name, value in conditions.items()}
    return lambda levels: graph.run({spec.inputs["image"].name: levels[None, None]} | told)
