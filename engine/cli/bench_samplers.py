"""The row-cached sampler against the naive one and against one full pass, by CPU time on one thread."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

import numpy as np

from engine.catalogue.registry import Model, Registry
from engine.cli.bench import Effort, Row
from engine.families.autoregressive import Autoregressive
from engine.runtime.sessions import Sessions
from engine.sampling import autoregressive
from engine.sampling.autoregressive import Canvas, Trace

BATCHES = (1, 16)
_MS = 1e3


def rows(model: Model, folders: Sequence[Path], effort: Effort) -> list[Row]:
    """``ar.<model>.b<B>.vs_naive`` and ``.vs_forward`` for a batch of 1 and of 16."""
    family = Autoregressive(model, Sessions(), Registry(folders))
    family.load()
    found = [row for batch in BATCHES for row in _batch_rows(family, batch, effort.drawings)]
    return [*found, _full_naive(family)] if effort.full else found


def _batch_rows(family: Autoregressive, batch: int, repeats: int) -> list[Row]:
    canvas = blank_canvas(family, range(batch))
    spec = family.manifest.image
    levels = np.random.default_rng(0).integers(0, spec.levels, (batch, spec.height, spec.width))
    cached, single, together = interleaved(
        repeats,
        lambda: draw(family, canvas),
        lambda: [family.logits(levels[b : b + 1], "", _first(family)) for b in range(batch)],
        lambda: family.logits(levels, "", _first(family)),
    )
    naive_pass = single if batch == 1 else min(single, together)
    pixels = spec.height * spec.width
    name = f"ar.{family.manifest.id}.b{batch}"
    of = f"{batch} picture" + "s" * (batch > 1)
    return [
        Row(
            name=f"{name}.vs_naive",
            ratio=pixels * naive_pass / cached,
            value=cached,
            baseline=pixels * naive_pass,
            n=repeats,
            note=f"baseline / value for {of}; baseline = {pixels} pixels x the median full pass over the batch "
            "(in one call or picture by picture, whichever was faster); CPU time, one thread",
        ),
        Row(
            name=f"{name}.vs_forward",
            ratio=cached / single,
            value=cached,
            baseline=single,
            n=repeats,
            note=f"value / baseline for {of}; baseline = one full pass a picture, run picture by picture; "
            "CPU time, one thread",
        ),
    ]


def _full_naive(family: Autoregressive) -> Row:
    """One naive drawing from the first pixel to the last, and the row-cached one of the same picture."""
    canvas = blank_canvas(family, range(1))

    def naive() -> None:
        for _ in autoregressive.naive(lambda x: family.logits(x, "", _first(family)), canvas):
            pass

    cached, whole = interleaved(1, lambda: draw(family, canvas), naive)
    return Row(
        name=f"ar.{family.manifest.id}.b1.vs_naive_full",
        ratio=whole / cached,
        value=cached,
        baseline=whole,
        n=1,
        note="baseline / value; baseline = one naive drawing, really run; CPU time, one thread",
    )


def interleaved(repeats: int, *sides: Callable[[], object]) -> list[float]:
    """Median CPU milliseconds of each side, called in turns; the first turn lays out memory and does not count."""
    times: list[list[float]] = [[] for _ in sides]
    for turn in range(repeats + 1):
        for side, taken in zip(sides, times, strict=True):
            began = time.process_time()
            side()
            if turn:
                taken.append((time.process_time() - began) * _MS)
    return [median(taken) for taken in times]


def blank_canvas(family: Autoregressive, images: range, seed: int = 0) -> Canvas:
    """A picture of which nothing is known."""
    spec = family.manifest.image
    shape = (spec.height, spec.width)
    return family.canvas(np.zeros(shape, np.int64), np.zeros(shape, bool), images, seed, 1.0, _first(family))


def draw(family: Autoregressive, canvas: Canvas) -> None:
    """The row-cached sampler, from nothing."""
    for _ in family.steps(canvas, "", _first(family), None, Trace(canvas, {}, {})):
        pass


def _first(family: Autoregressive) -> str:
    return family.manifest.orientations[0]
