"""Particles of every class at once: what a class-conditional model completes when nobody says what it should be.

Told no class, a model draws from what it learnt of pictures whose label was withheld, a small part of its training.
The mixture of its classes, ``p(x) = 1/C sum_c p(x | c)``, is the better density of the two, and the one that pictures
are scored by (`engine.numerics.likelihood.mixture_log_prob`).  Each particle therefore has a class; weighing and
resampling choose among classes as among pixels.  Rows that are given whole, above the first unknown pixel, choose
before anything is drawn: classes are handed out by ``p(c | rows)``, exactly, by systematic sampling, so that every
likely class has its share of the particles.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.contracts.arrays import Levels, Observed
from engine.families.parallel_rows import ParallelRowGraph
from engine.families.row_graphs import BoundRowGraph, Conditions
from engine.numerics import categorical
from engine.numerics.likelihood import log_mean_exp
from engine.sampling.autoregressive import Logits, Noise, State
from engine.sampling.particles import Chosen, systematic

CLASS = "class"
"""The condition's name, and that of the particles' classes in their state."""


class ClassMixtureGraph(ParallelRowGraph):
    """A `ParallelRowGraph` whose particles each have a class, of ``classes`` in all; it is part of their state.

    ``luck (G,)`` in (0, 1) is what each run hands classes out with.
    """

    def __init__(
        self, chunks: Sequence[tuple[BoundRowGraph, int]], classes: int, luck: NDArray[np.float64], temperature: float
    ) -> None:
        super().__init__(chunks)
        self._classes, self._luck, self._temperature = classes, luck, temperature

    def begin(self, above: Levels) -> tuple[NDArray[np.float64], State]:
        """An `engine.sampling.particles.Begin`."""
        graph = self._graphs[0]
        log_p, state = np.zeros(self._classes), None
        if len(above):
            passed = [self._told(graph, np.array([number])).prime(above, 1) for number in range(self._classes)]
            log_p = np.array([categorical.log_prob(logits, above, self._temperature).sum() for logits, _ in passed])
            state = graph.concatenated([state for _, state in passed])
        each = self.batch // len(self._luck)
        given = np.concatenate([systematic(log_p, float(u), each) for u in self._luck])
        chunks: list[State] = []
        for each_graph, part in zip(self._graphs, self._parts, strict=True):
            own = given[part]
            start = each_graph.of_each(each_graph.start(len(own)), len(own)) if state is None else None
            chunks.append({**(start or graph.taken(state or {}, own)), CLASS: own})
        return np.full(len(self._luck), log_mean_exp(log_p, axis=0)), self._joined(chunks)

    def take(self, state: State, images: Chosen) -> State:
        """The state of these particles with their classes, in this order."""
        classes = classes_in(state)[images]
        chunks = self._split(super().take(state, images))
        return self._joined([{**c, CLASS: classes[part]} for c, part in zip(chunks, self._parts, strict=True)])

    def _advanced(
        self, number: int, noise: Noise, known: Levels, observed: Observed, state: State
    ) -> tuple[Levels, Logits, State]:
        classes = state[CLASS]
        graph = self._told(self._graphs[number], classes)
        levels, logits, after = graph.row(noise, known, observed, {k: v for k, v in state.items() if k != CLASS})
        return levels, logits, {**after, CLASS: classes}

    def _told(self, graph: BoundRowGraph, classes: NDArray[Any]) -> BoundRowGraph:
        return graph.told(told(graph.conditions, classes))


def told(conditions: Conditions, classes: NDArray[Any]) -> Conditions:
    """The conditions of the first ``n`` images with the classes ``(n,)`` instead of theirs."""
    own: Mapping[str, NDArray[np.float32]] = {name: value[: len(classes)] for name, value in conditions.items()}
    return {**own, CLASS: np.eye(own[CLASS].shape[1], dtype=np.float32)[classes]}


def classes_in(state: State) -> NDArray[np.int64]:
    """The particles' classes by number, ``(B,)``; none where they have none."""
    found = [value for key, value in state.items() if key.split(" ", 1)[1] == CLASS]
    return np.concatenate(found) if found else np.zeros(0, np.int64)
