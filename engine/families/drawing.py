"""The pictures being drawn: rows come in the model's frame and chunk by chunk, pictures go out upright and whole."""

from __future__ import annotations

import time

import numpy as np
from numpy.typing import NDArray

from engine.contracts.arrays import Levels, Observed
from engine.contracts.events import Completion, Particles
from engine.numerics import categorical
from engine.numerics.pixels import Codec
from engine.sampling import orientation
from engine.sampling.particles import Cloud
from engine.sampling.step import Progress, Step

DISTRIBUTION_NUMBERS = 2_000_000
"""The most probabilities that a completion carries along."""


class Drawing:
    """``count`` pictures that grow row by row from the same given pixels; time counts from when it is made.

    ``levels (H, W)`` of the ``observed`` pixels are upright; ``name`` is the orientation of the rows that are added.
    """

    def __init__(
        self, codec: Codec, levels: Levels, observed: Observed, count: int, temperature: float, name: str
    ) -> None:
        self.began = time.perf_counter()
        self.codec, self.observed, self.temperature, self.name = codec, observed, temperature, name
        frame = orientation.turn(np.where(observed, levels, 0), name)
        self.levels = np.repeat(np.ascontiguousarray(frame)[None], count, axis=0)
        self.logits: NDArray[np.float32] = np.zeros((count, *frame.shape, codec.image.levels), np.float32)
        self.done: NDArray[np.bool_] = np.zeros((count, frame.shape[0]), bool)
        unknown_rows = np.flatnonzero(~orientation.turn(observed, name).all(axis=1))
        self.work = count * (int(unknown_rows[-1] - unknown_rows[0]) + 1 if len(unknown_rows) else 1)
        self.first_row_ms = 0.0

    def add(self, step: Step, images: range, rows: slice, reused: bool = False) -> bool:
        """A row of some images, ``rows`` of the step's; True if it is new, not ``reused`` from an earlier drawing."""
        part = slice(images.start, images.stop)
        self.levels[part, step.row] = step.levels[rows]
        self.logits[part, step.row] = step.logits[rows]
        self.done[part, step.row] = True
        if not self.first_row_ms and not reused:
            self.first_row_ms = self.elapsed_ms()
        return not reused

    def replace(self, cloud: Cloud, particles: NDArray[np.int64]) -> None:
        """The pictures are these particles now, as far as they have come."""
        for step in cloud.rows_of(particles):
            self.add(step, range(len(particles)), slice(None))

    def follow(self, cloud: Cloud, particles: NDArray[np.int64]) -> None:
        """`replace`, row after row with the same particles: only what the last row added or, where particles were
        chosen anew after it, changed."""
        last = cloud.steps[-1]
        if last.row in cloud.ancestors or not self.done[:, : last.row].any():
            self.replace(cloud, particles)
        else:
            self.add(Step(last.row, last.levels[particles], last.logits[particles]), range(len(particles)), slice(None))

    def progress(self, provisional: bool = False) -> Progress:
        """What may be shown: each picture as far as it has come; ``provisional`` if it may yet become another."""
        images = self.codec.decode(orientation.turn_back(self.levels, self.name, 1))
        drawn = np.repeat(self.done[:, :, None], self.levels.shape[2], axis=2)
        upright = orientation.turn_back(drawn, self.name, 1) | self.observed
        return Progress(np.ascontiguousarray(images), upright, float(self.done.sum()) / self.work, provisional)

    def completion(
        self,
        pass_ms: float,
        total_ms: float,
        reused_rows: int,
        particles: Particles | None = None,
        classes: NDArray[np.int64] | None = None,
    ) -> Completion:
        """The finished answer; ``pass_ms`` is what one full pass of the network takes for one picture."""
        height, width = self.observed.shape
        log_p = categorical.log_softmax(self.logits, self.temperature)  # (N, H, W, K)
        chosen = np.take_along_axis(log_p, self.levels[..., None], axis=-1)[..., 0]
        chosen[~self.done] = np.nan
        upright = orientation.turn_back(self.levels, self.name, 1)
        return Completion(
            images=np.ascontiguousarray(self.codec.decode(upright)),
            log_prob=np.ascontiguousarray(orientation.turn_back(chosen, self.name, 1)).astype(np.float32),
            unused=np.zeros_like(self.observed) if particles else orientation.unused(self.observed, self.name),
            order=orientation.order(height, width, self.name),
            distribution=self._distribution(log_p),
            orientation=self.name,
            method="particles" if particles else "raster",
            first_row_ms=self.first_row_ms,
            total_ms=total_ms,
            naive_ms=int((~self.observed).sum()) * len(self.levels) * pass_ms,
            reused_rows=reused_rows,
            particles=particles,
            classes=classes,
        )

    def _distribution(self, log_p: NDArray[np.float64]) -> NDArray[np.float16] | None:
        if log_p.size > DISTRIBUTION_NUMBERS:
            return None
        p = np.exp(log_p).astype(np.float16)
        return np.ascontiguousarray(orientation.turn_back(p, self.name, 1))

    def elapsed_ms(self) -> float:
        """Wall time since it was made."""
        return (time.perf_counter() - self.began) * 1e3
