"""Pictures as the networks with a latent space take them: numbers in [0, 1], channels first."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.runtime.sessions import Graph
from engine.training.data import BINARIZATION_SEED, Split, binarize


def as_input(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Display values (N, H, W) or (N, H, W, C) to (N, C, H, W) float32 in [0, 1]."""
    if pixels.ndim == 3:
        return pixels[:, None].astype(np.float32) / np.float32(255)
    return np.ascontiguousarray(pixels.transpose(0, 3, 1, 2)).astype(np.float32) / np.float32(255)


def as_display(mean: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Numbers in [0, 1] of shape (N, C, H, W) to display values (N, H, W, C)."""
    return np.rint(np.clip(mean, 0, 1) * 255).astype(np.uint8).transpose(0, 2, 3, 1)


def encode(graph: Graph, pixels: NDArray[np.uint8], batch: int = 250) -> dict[str, NDArray[Any]]:
    """The encoder's outputs ``mu`` (N, D) and, if it has one, ``log_var``, of display values."""
    parts = [graph.run({"image": as_input(pixels[at : at + batch])}) for at in range(0, len(pixels), batch)]
    return {name: np.concatenate([part[name] for part in parts]) for name in graph.output_names}


def fixed_pixels(split: Split, levels: int) -> NDArray[np.uint8]:
    """The one fixed version of a split that is measured and encoded: display values, for two levels binarized once."""
    if levels == 2:
        return ink(split.pixels, np.random.default_rng(BINARIZATION_SEED))
    return split.pixels


def ink(pixels: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Binarized display values, 0 or 255."""
    return (binarize(pixels, rng) * 255).astype(np.uint8)


class PixelStream:
    """Training pictures as a function of the step alone: ``batch(step)`` gives (B, H, W[, C]) uint8 display values.

    An epoch is a permutation keyed by (seed, epoch), the binarization of a step by (seed, step), as `BatchStream`'s.
    """

    def __init__(self, train: Split, *, levels: int, batch: int, seed: int) -> None:
        self.train, self.levels, self.size, self.seed = train, levels, batch, seed
        self.per_epoch = len(train) // batch
        self._epoch = -1
        self._order = np.arange(0)

    def batch(self, step: int) -> NDArray[np.uint8]:
        pixels = self.train.pixels[self.rows(step)]
        return ink(pixels, np.random.default_rng((self.seed, 1, step))) if self.levels == 2 else pixels

    def rows(self, step: int) -> NDArray[np.int64]:
        """Which pictures of the split the step sees, (B,)."""
        epoch, index = divmod(step, self.per_epoch)
        if epoch != self._epoch:
            self._order = np.random.default_rng((self.seed, 0, epoch)).permutation(len(self.train))
            self._epoch = epoch
        return self._order[index * self.size : (index + 1) * self.size]
