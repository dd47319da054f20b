"""Particles in chunks, each with its bound row graph, side by side on as many threads as there are cores."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.contracts.arrays import Levels, Observed
from engine.families.passes import work_off
from engine.families.row_graphs import BoundRowGraph
from engine.sampling.autoregressive import Logits, Noise, State
from engine.sampling.particles import Chosen


class ParallelRowGraph:
    """Chunks of a batch, each with its bound row graph, which advance on as many threads as there are cores: an
    `engine.sampling.particles.ParticleGraph`."""

    def __init__(self, chunks: Sequence[tuple[BoundRowGraph, int]]) -> None:
        edges = np.cumsum([0, *(size for _, size in chunks)]).tolist()
        self._graphs = [graph for graph, _ in chunks]
        self._parts = [slice(start, stop) for start, stop in pairwise(edges)]
        self.batch = int(edges[-1])

    def start(self, batch: int) -> State:
        """All zeros, chunk by chunk."""
        return self._joined([g.start(_size(part)) for g, part in zip(self._graphs, self._parts, strict=True)])

    def prime(self, levels: Levels, batch: int) -> tuple[Logits, State]:
        """One call: the conditions of all chunks are the same."""
        graph = self._graphs[0]
        logits, first = graph.prime(levels, _size(self._parts[0]))
        shared = graph.held(first) == 1
        return logits, self._joined(
            [first if shared else graph.taken(first, np.arange(_size(part))) for part in self._parts]
        )

    def row(self, noise: Noise, known: Levels, observed: Observed, state: State) -> tuple[Levels, Logits, State]:
        """A row of every chunk, side by side."""
        done: dict[int, tuple[Levels, Logits, State]] = {}
        states = self._split(state)

        def advance(which: slice) -> None:
            number = which.start
            part = noise[self._parts[number]]
            done[number] = self._advanced(number, part, known, observed, states[number])

        for _ in work_off([slice(number, number + 1) for number in range(len(self._parts))], advance):
            pass
        rows = [done[number] for number in range(len(self._parts))]
        levels, logits = np.concatenate([row[0] for row in rows]), np.concatenate([row[1] for row in rows])
        return levels, logits, self._joined([row[2] for row in rows])

    def take(self, state: State, images: Chosen) -> State:
        """The state of these images, in this order."""
        graph = self._graphs[0]
        each = [g.of_each(s, _size(p)) for g, s, p in zip(self._graphs, self._split(state), self._parts, strict=True)]
        whole = graph.concatenated(each)
        return self._joined([graph.taken(whole, images[part]) for part in self._parts])

    def _advanced(
        self, number: int, noise: Noise, known: Levels, observed: Observed, state: State
    ) -> tuple[Levels, Logits, State]:
        """A row of one chunk; any thread."""
        return self._graphs[number].row(noise, known, observed, state)

    def _joined(self, states: Sequence[State]) -> State:
        return {f"{number} {name}": value for number, state in enumerate(states) for name, value in state.items()}

    def _split(self, state: State) -> list[State]:
        out: list[dict[str, NDArray[Any]]] = [{} for _ in self._parts]
        for key, value in state.items():
            number, name = key.split(" ", 1)
            out[int(number)][name] = value
        return list(out)


def _size(part: slice) -> int:
    return int(part.stop - part.start)
