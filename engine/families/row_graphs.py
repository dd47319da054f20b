"""A manifest's row graphs with the conditions filled in, in the samplers' layout."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.contracts.arrays import Levels, Observed
from engine.contracts.manifest import GraphSpec
from engine.runtime.sessions import Graph
from engine.sampling.autoregressive import Logits, Noise, State

Conditions: TypeAlias = Mapping[str, NDArray[np.float32]]
"""One-hot columns ``(B, width)`` by the condition's name."""
CHUNK = 16
"""Pictures that a call advances: the batching gain is had by 16, and smaller chunks show their first rows sooner.
Particles come in chunks of the same size, so that the same noise gives the same picture to the last bit."""


class BoundRowGraph:
    """A manifest's row graphs with the conditions filled in: an `engine.sampling.autoregressive.RowGraph`."""

    def __init__(self, spec: GraphSpec, row: Graph, prime: tuple[GraphSpec, Graph], conditions: Conditions) -> None:
        self.spec, self.row_graph, self.conditions = spec, row, conditions
        self.prime_spec, self.prime_graph = prime

    def told(self, conditions: Conditions) -> BoundRowGraph:
        """The same graphs under other conditions."""
        return BoundRowGraph(self.spec, self.row_graph, (self.prime_spec, self.prime_graph), conditions)

    def start(self, batch: int) -> State:
        """All zeros: no rows above."""
        held = 1 if self.spec.shares_state else batch
        return {
            s.input: np.zeros([held if axis == s.batch_axis else n for axis, n in enumerate(s.shape)], s.dtype)
            for s in self.spec.state
        }

    def prime(self, levels: Levels, batch: int) -> tuple[Logits, State]:
        """One call for all rows above; the state is the same for every image, so it is made once."""
        spec = self.prime_spec
        feed: dict[str, NDArray[Any]] = {spec.inputs["image"].name: levels[None, None]}
        feed |= {spec.inputs[name].name: value[:1] for name, value in self.conditions.items()}
        out = self.prime_graph.run(feed)
        state = {s.input: out[spec.outputs[s.input].name] for s in self.spec.state}
        logits = out[spec.outputs["logits"].name]  # (1, K, 1, R, W)
        return np.moveaxis(logits[0, :, 0], 0, -1), state if self.spec.shares_state else self.of_each(state, batch)

    def row(self, noise: Noise, known: Levels, observed: Observed, state: State) -> tuple[Levels, Logits, State]:
        """One call a row; the graph's layout is columns first.

        Images that agree in every row so far have one state between them (batch 1): everything that a row reads from
        above is then computed once for all of them.
        """
        spec, batch = self.spec, noise.shape[0]
        width = noise.shape[1]
        held = self.held(state)
        feed: dict[str, NDArray[Any]] = {
            spec.inputs["noise"].name: np.ascontiguousarray(noise.transpose(1, 0, 2)),
            spec.inputs["known"].name: np.repeat(known[:, None, None], batch, axis=1),
            spec.inputs["observed"].name: np.repeat(observed[:, None, None], batch, axis=1),
        }
        feed |= {spec.inputs[name].name: value[:held] for name, value in self.conditions.items()}
        feed |= state
        out = self.row_graph.run(feed)
        levels = out[spec.outputs["levels"].name]
        assert levels.shape == (width, batch)
        logits = out[spec.outputs["logits"].name]
        after: State = {s.input: out[s.output] if s.output in out else state[s.output] for s in spec.state}
        if held < batch:
            after = self.of_one(after) if (levels == levels[:, :1]).all() else self.of_each(after, batch)
        return levels.T, logits.transpose(1, 0, 2), after

    def held(self, state: State) -> int:
        """Of how many images the state is."""
        first = self.spec.state[0]
        return int(state[first.input].shape[first.batch_axis])

    def of_one(self, state: State) -> State:
        """The state that all images have, once."""
        return {s.input: state[s.input].take([0], axis=s.batch_axis) for s in self.spec.state}

    def of_each(self, state: State, batch: int) -> State:
        """The state of every image, where there may be one for all."""
        return {
            s.input: np.repeat(value, batch, axis=s.batch_axis) if value.shape[s.batch_axis] < batch else value
            for s in self.spec.state
            for value in (state[s.input],)
        }

    def taken(self, state: State, images: NDArray[np.int64]) -> State:
        """The state of these images, in this order."""
        return {s.input: state[s.input].take(images, axis=s.batch_axis) for s in self.spec.state}

    def concatenated(self, states: Sequence[State]) -> State:
        """The states of several batches as one of all their images."""
        return {s.input: np.concatenate([each[s.input] for each in states], axis=s.batch_axis) for s in self.spec.state}
