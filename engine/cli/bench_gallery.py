"""A wall of samples: what the engine adds to the bare runtime, and how soon the first pictures are there.

What the window adds is measured in the window (`engine.cli.bench_window`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.catalogue.registry import Model, Registry
from engine.cli import bench_window
from engine.cli.bench import Effort, Row
from engine.cli.bench_processes import finished, until, with_own_folder
from engine.contracts.requests import SampleImages
from engine.errors import EngineError
from engine.families.autoregressive import Autoregressive
from engine.families.latent import LatentModel
from engine.families.passes import threads
from engine.host.client import EngineProcess
from engine.numerics import priors
from engine.runtime.sessions import Sessions

BATCHES = (16, 32, 64, 128, 256)
"""Of how many pictures a raw pass is tried to be."""
PIECE, DRAWN_PIECE = 512, 64
"""Pictures that one request asks for, as a wall does: of models that draw all pixels at once, and pixel by pixel."""
FIRST = 16
"""Pictures of a wall's first request."""
TRIES = 5
WALLS = (100, 256, 1_000, 2_500, 10_000)
"""As the window offers them."""

Draw = Callable[[int], object]
"""Draws one batch of so many pictures."""


def rows(model: Model, folders: Sequence[Path], effort: Effort) -> list[Row]:
    """``gallery.<model>.first``, ``gallery.<model>.vs_raw`` and ``gallery.<model>.window.*``."""
    spec = model.manifest.latent_spec
    if spec is not None and spec.prior == "none":
        return []  # nothing says where to draw
    engine = EngineProcess(with_own_folder(model, folders))
    found = []
    try:
        for name, measure in (("first", first_row), ("vs_raw", wall_row)):
            try:
                found.append(measure(model, engine, folders, effort))
            except EngineError as error:
                found.append(Row(name=f"gallery.{model.manifest.id}.{name}", note=f"not measured: {error}"))
    finally:
        engine.close()
    count = effort.drawn_wall if model.manifest.family == "autoregressive" else effort.wall
    return [*found, *bench_window.wall_rows(model, folders, effort, at_most(count))]


def at_most(count: int) -> int:
    """The largest wall that a person can choose of no more pictures."""
    return max((each for each in WALLS if each <= count), default=WALLS[0])


def first_row(model: Model, engine: EngineProcess, _: Sequence[Path], effort: Effort) -> Row:
    """From a wall's first request, of another seed each time, to its pictures."""
    until(engine, _request(model, FIRST, 0), finished)
    times = [until(engine, _request(model, FIRST, 0, seed), finished) for seed in range(1, effort.first_walls + 1)]
    return Row(
        name=f"gallery.{model.manifest.id}.first",
        value=median(times),
        n=len(times),
        note=f"from asking the engine process to the first {FIRST} pictures of a wall, another seed each time; wall "
        "time, without the window",
    )


def wall_row(model: Model, engine: EngineProcess, folders: Sequence[Path], effort: Effort) -> Row:
    """A whole wall through the engine process, and as many pictures by bare passes of the same graph, in turns."""
    by_pixels = model.manifest.family == "autoregressive"
    total, piece = (effort.drawn_wall, DRAWN_PIECE) if by_pixels else (effort.wall, PIECE)
    raw = (raw_rows if by_pixels else raw_passes)(model, folders)
    batches = BATCHES[: effort.raw_batches]
    batch = best_batch(raw, batches)
    until(engine, _request(model, piece, 0, seed=1), finished)
    ours, bare = 0.0, 0.0
    for first in range(0, total, piece):
        count = min(piece, total - first)
        ours += until(engine, _request(model, count, first), finished)
        bare += sum(_milliseconds(partial(raw, min(batch, count - at))) for at in range(0, count, batch))
    return Row(
        name=f"gallery.{model.manifest.id}.vs_raw",
        ratio=ours / bare,
        value=ours,
        baseline=bare,
        n=total,
        note=f"value / baseline; a wall of {total:,} pictures through the engine process, {piece} a request, on "
        f"{threads()} threads, and as many by session.run of the same graph on one thread, {batch} at a time, the best "
        f"of {', '.join(map(str, batches))} (baseline); in turns, wall time",
    )


def best_batch(raw: Draw, batches: Sequence[int]) -> int:
    """Of how many pictures a pass costs least a picture, tried in turns."""
    times: dict[int, list[float]] = {batch: [] for batch in batches}
    for turn in range(TRIES + 1):
        for batch, taken in times.items():
            elapsed = _milliseconds(partial(raw, batch)) / batch
            if turn:  # the first lays out memory
                taken.append(elapsed)
    return min(times, key=lambda batch: median(times[batch]))


def raw_passes(model: Model, folders: Sequence[Path]) -> Draw:
    """Passes of a decoder or generator and nothing else."""
    family = LatentModel(model, Sessions(), Registry(folders))
    spec = model.manifest.graphs[family.graphs.role]
    graph = family.sessions.graph(model.folder, spec)
    z = priors.draw(family.spec.prior, 0, range(max(BATCHES)), family.spec.dim)
    fed = family.graphs.decoder_inputs(z, family.classes("", range(len(z)), in_turn=True))
    outputs = [port.name for port in spec.outputs.values()]

    def draw(batch: int) -> object:
        feed = {spec.inputs[meaning].name: value[:batch] for meaning, value in fed.items()}
        return graph.run_rows(feed, outputs)

    return draw


def raw_rows(model: Model, folders: Sequence[Path]) -> Draw:
    """Rows of the graph that draws a row, one after the other, and nothing else; a full pass a pixel without one."""
    family = Autoregressive(model, Sessions(), Registry(folders))
    image, name = model.manifest.image, model.manifest.orientations[0]
    spec = model.manifest.graphs.get("sampler_row")
    if spec is None:
        levels = np.zeros((max(BATCHES), image.height, image.width), np.int64)
        return lambda batch: [family.logits(levels[:batch], "", name) for _ in range(image.height * image.width)]
    graph = family.graph("sampler_row")
    noise = np.random.default_rng(0).gumbel(size=(image.width, max(BATCHES), image.levels)).astype(np.float32)
    conditions = family.conditions(max(BATCHES), "", name)

    def draw(batch: int) -> object:
        feed: dict[str, NDArray[Any]] = {
            spec.inputs["noise"].name: np.ascontiguousarray(noise[:, :batch]),
            spec.inputs["known"].name: np.zeros((image.width, batch, 1), np.int64),
            spec.inputs["observed"].name: np.zeros((image.width, batch, 1), bool),
        }
        feed |= {spec.inputs[told].name: value[:batch] for told, value in conditions.items()}
        sizes = {s.input: [batch if axis == s.batch_axis else n for axis, n in enumerate(s.shape)] for s in spec.state}
        state = {s.input: np.zeros(sizes[s.input], s.dtype) for s in spec.state}
        for _ in range(image.height):
            out = graph.run(feed | state)
            state = {s.input: out[s.output] if s.output in out else state[s.output] for s in spec.state}
        return state

    return draw


def _request(model: Model, count: int, first: int, seed: int = 0) -> SampleImages:
    return SampleImages(model=model.manifest.id, count=count, first=first, seed=seed)


def _milliseconds(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return 1e3 * (time.perf_counter() - began)
