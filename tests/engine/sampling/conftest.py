"""Toy models with known conditionals, small enough to enumerate every picture."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.contracts.arrays import Levels, Observed
from engine.sampling.autoregressive import Logits, Noise, State


class Toy:
    """A raster model whose logits are looked up by (what all rows above left behind, the pixel above, the pixel left).

    It is at once a `Likelihood` (call it) and a `RowGraph`, and counts what it is asked.
    """

    def __init__(self, height: int, width: int, levels: int, seed: int = 0) -> None:
        self.height, self.width, self.levels = height, width, levels
        table = np.random.default_rng(seed).normal(0, 1.2, (5, levels + 1, levels + 1, levels))
        self.table = table.astype(np.float32)
        self.passes = 0
        self.primed: list[int] = []
        self.rows_drawn: list[Observed] = []

    def __call__(self, levels: Levels) -> Logits:
        """The full pass: (B, H, W) -> (B, H, W, K)."""
        self.passes += 1
        return self._rows(levels, self.start(len(levels)))[0]

    def start(self, batch: int) -> State:
        return {"above": np.zeros((batch, self.width), np.int64), "memory": np.zeros(batch, np.int64)}

    def prime(self, levels: Levels, batch: int) -> tuple[Logits, State]:
        self.primed.append(len(levels))
        logits, state = self._rows(levels[None], self.start(1))
        return logits[0], {name: np.repeat(array, batch, axis=0) for name, array in state.items()}

    def row(self, noise: Noise, known: Levels, observed: Observed, state: State) -> tuple[Levels, Logits, State]:
        self.rows_drawn.append(observed)
        levels = np.zeros(noise.shape[:2], np.int64)
        logits = np.zeros(noise.shape, np.float32)
        for j in range(self.width):
            left = levels[:, j - 1] + 1 if j else 0
            logits[:, j] = self.table[state["memory"], state["above"][:, j], left]
            drawn = (logits[:, j] + noise[:, j]).argmax(-1)
            levels[:, j] = known[j] if observed[j] else drawn
        return levels, logits, self._below(levels, state)

    def take(self, state: State, images: NDArray[np.int64]) -> State:
        return {name: array[images] for name, array in state.items()}

    def _rows(self, levels: Levels, state: State) -> tuple[Logits, State]:
        logits = np.zeros((*levels.shape, self.levels), np.float32)
        for i in range(levels.shape[1]):
            for j in range(self.width):
                left = levels[:, i, j - 1] + 1 if j else 0
                logits[:, i, j] = self.table[state["memory"], state["above"][:, j], left]
            state = self._below(levels[:, i], state)
        return logits, state

    def _below(self, row: Levels, state: State) -> State:
        return {"above": row + 1, "memory": (3 * state["memory"] + row @ np.arange(1, self.width + 1) + 1) % 5}

    def pictures(self) -> Levels:
        """All of them: (K^(H W), H, W), in the order of their `numbers`."""
        every = itertools.product(range(self.levels), repeat=self.height * self.width)
        return np.array(list(every), np.int64).reshape(-1, self.height, self.width)

    def numbers(self, levels: Levels) -> NDArray[np.int64]:
        """Which of `pictures` each is."""
        flat = levels.reshape(len(levels), -1)
        return flat @ (self.levels ** np.arange(flat.shape[1])[::-1])

    def log_prob(self, levels: Levels, temperature: float = 1.0) -> NDArray[np.float64]:
        """(B, H, W): log p of each pixel given those before, summed in plain Python."""
        logits = self(levels)
        out = np.zeros(levels.shape)
        for index in np.ndindex(*levels.shape):
            scaled = [float(x) / temperature for x in logits[index]]
            out[index] = scaled[levels[index]] - math.log(math.fsum(math.exp(x) for x in scaled))
        return out


@pytest.fixture(params=[(3, 3, 2), (2, 3, 3)], ids=["3x3 binary", "2x3 ternary"])
def toy(request: pytest.FixtureRequest) -> Toy:
    return Toy(*request.param)


@pytest.fixture(scope="session")
def make_toy() -> Callable[..., Toy]:
    return Toy
