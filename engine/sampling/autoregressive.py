"""Drawing pictures pixel by pixel in raster order: the naive reference, and the row-cached sampler.

Both are generators of `Step` and give the identical image for the same noise: a pixel's level is
``argmax(logits + noise)`` (the Gumbel-max trick [1]), an observed pixel keeps its level.  Everything here happens in
the model's own frame; orientation is applied outside.

The naive sampler asks the ``likelihood`` graph for the whole picture once a pixel (PixelCNN, sampling as published) and
works with any such graph.  The row-cached one carries the graph's state from row to row; it starts at the first row
with an unobserved pixel, for which `prime` passes the rows above in one call, and ends with the last one.

References
----------
[1] C. Maddison, D. Tarlow, T. Minka, "A* Sampling", 2014, arXiv:1411.0030, section 2.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.contracts.arrays import Levels, Observed
from engine.sampling.step import Step

State: TypeAlias = Mapping[str, NDArray[Any]]
Noise: TypeAlias = NDArray[np.float32]
Logits: TypeAlias = NDArray[np.float32]
Likelihood: TypeAlias = Callable[[Levels], Logits]
"""``(B, H, W)`` level indices -> ``(B, H, W, K)`` logits."""


class RowGraph(Protocol):
    """A row-cached model, its conditions already bound."""

    def start(self, batch: int) -> State:
        """The state above the first row."""
        ...

    def prime(self, levels: Levels, batch: int) -> tuple[Logits, State]:
        """Pass wholly known rows ``(R, W)``: their logits ``(R, W, K)``, and ``batch`` images' state for row R."""
        ...

    def row(self, noise: Noise, known: Levels, observed: Observed, state: State) -> tuple[Levels, Logits, State]:
        """Draw a row: noise (B, W, K), known (W,), observed (W,) -> levels (B, W), logits (B, W, K), the next state."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Canvas:
    """What is to be drawn, in the model's frame.

    known : (H, W) int64
        Levels of observed pixels; the rest is ignored.
    observed : (H, W) bool
    noise : (B, H, W, K) float32
        Gumbel noise times temperature.
    """

    known: Levels
    observed: Observed
    noise: Noise

    @property
    def batch(self) -> int:
        return int(self.noise.shape[0])

    @property
    def rows(self) -> range:
        """The rows that have to be drawn: from the first to the last with an unobserved pixel."""
        unknown = np.flatnonzero(~self.observed.all(axis=1))
        return range(int(unknown[0]), int(unknown[-1]) + 1) if len(unknown) else range(0)

    def first_change(self, other: Canvas) -> int:
        """The first row that is given otherwise in ``other``, or H."""
        same = (self.observed == other.observed) & (~other.observed | (self.known == other.known))
        changed = np.flatnonzero(~same.all(axis=1))
        return int(changed[0]) if len(changed) else len(same)


def naive(likelihood: Likelihood, canvas: Canvas) -> Generator[Step, None, None]:
    """The reference: one full pass of the network for every unobserved pixel.  Yields a `Step` a row."""
    height, width = canvas.observed.shape
    levels = np.zeros((canvas.batch, height, width), np.int64)
    levels[:, canvas.observed] = canvas.known[canvas.observed]
    for row in canvas.rows:
        logits = np.zeros((canvas.batch, width, canvas.noise.shape[-1]), np.float32)
        for column in range(width):
            logits[:, column] = likelihood(levels)[:, row, column]
            if not canvas.observed[row, column]:
                levels[:, row, column] = np.argmax(logits[:, column] + canvas.noise[:, row, column], axis=-1)
        yield Step(row, levels[:, row].copy(), logits)


@dataclass(slots=True)
class Trace:
    """What a row-cached run leaves behind, so that the next may start lower.

    ``states[r]`` is the state above row r (of the rows drawn); ``steps[r]`` the row itself.
    """

    canvas: Canvas
    steps: dict[int, Step]
    states: dict[int, State]

    def arrays(self) -> Iterator[NDArray[Any]]:
        """Everything of weight that it holds; many states of earlier runs are among it."""
        for step in self.steps.values():
            yield step.logits
        for state in self.states.values():
            yield from state.values()

    def usable_rows(self, canvas: Canvas) -> int:
        """How many rows from the top are the same for ``canvas``: the first row that differs, or was not drawn."""
        drawn = max(self.steps, default=-1) + 1
        return min(self.canvas.first_change(canvas), drawn)


def row_cached(
    graph: RowGraph, canvas: Canvas, trace: Trace, before: Trace | None = None
) -> Generator[Step, None, None]:
    """Draw row by row; yields a `Step` a row, reused ones included.

    ``trace`` is filled as rows are drawn.  ``before`` is the trace of a run with the same noise and conditions: rows
    above the first difference are taken from it.
    """
    rows = canvas.rows
    if not rows:
        return
    state: State | None = None
    first = rows.start
    usable = before.usable_rows(canvas) if before is not None else 0
    if before is not None and usable > first:
        for row in range(first, usable):
            if row not in before.steps or row not in rows:
                break
            if row + 1 not in before.states and row + 1 in rows:
                break
            trace.steps[row], trace.states[row] = before.steps[row], before.states[row]
            state = before.states.get(row + 1)
            yield before.steps[row]
            first = row + 1
    if first not in rows:
        return
    if state is None:
        state = graph.start(canvas.batch) if first == 0 else graph.prime(canvas.known[:first], canvas.batch)[1]
    for row in range(first, rows.stop):
        trace.states[row] = state
        levels, logits, state = graph.row(canvas.noise[:, row], canvas.known[row], canvas.observed[row], state)
        step = Step(row, levels, logits)
        trace.steps[row] = step
        trace.states[row + 1] = state
        yield step
