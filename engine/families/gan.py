"""The generative adversarial network: a generator, and a discriminator that says how real a picture looks to it."""

from __future__ import annotations

import time
from collections.abc import Generator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.contracts.events import Realness
from engine.contracts.requests import DiscriminateImages
from engine.errors import RequestError
from engine.families.latent import LatentModel
from engine.numerics.normal import sigmoid
from engine.sampling.step import Progress


class GenerativeAdversarialNetwork(LatentModel):
    """One GAN, ready to answer: its generator is a decoder of z ~ p(z) that has no likelihood.  Any thread."""

    def answer(self, request: Any) -> Generator[Progress, None, Any]:
        """As `LatentModel.answer`; scores of the discriminator too."""
        if isinstance(request, DiscriminateImages):
            return (yield from self.discriminate(request))
        return (yield from super().answer(request))

    def discriminate(self, request: DiscriminateImages) -> Generator[Progress, None, Realness]:
        """How real the discriminator holds pictures (see `DiscriminateImages`)."""
        if "discriminator" not in self.manifest.graphs:
            raise RequestError(
                f"{self.manifest.title} was installed without its discriminator.", "Choose a GAN that has one."
            )
        began, rng, count = time.perf_counter(), np.random.default_rng(request.seed), len(request.pixels)
        asked = self._asked(request.class_name)
        scores = np.zeros((count, len(asked)), np.float32)
        drawn = np.ones((1, *request.pixels.shape[1:3]), bool)
        for rows in self.passes(count):
            units = self.units(request.pixels[rows], request.fit, rng)
            for column, index in enumerate(asked):
                told = None if index < 0 else np.full(len(units), index, np.int64)
                scores[rows, column] = self.graphs.discriminate(units, told)
            if rows.stop < count:
                yield Progress(request.pixels[:1], drawn, rows.stop / count)
        return realness(scores, asked, (time.perf_counter() - began) * 1e3)

    def _asked(self, name: str) -> list[int]:
        """The classes by number that pictures are judged as; -1 where the discriminator is told none."""
        condition = self.manifest.condition("class")
        if condition is None or "class" not in self.manifest.graphs["discriminator"].inputs:
            return [-1]
        return [condition.names.index(name)] if name else list(range(len(condition.names)))


def realness(scores: NDArray[np.float32], asked: list[int], total_ms: float) -> Realness:
    """The answer that scores ``(N, classes asked)`` come to: the highest of a picture's, and whose that is."""
    known = np.where(np.isnan(scores), -np.inf, scores)
    best = known.argmax(axis=1)
    score = scores[np.arange(len(scores)), best]
    return Realness(
        score=score,
        probability=sigmoid(score.astype(np.float64)).astype(np.float32),
        class_scores=scores if len(asked) > 1 else None,
        classes=np.array(asked, np.int64)[best],
        total_ms=total_ms,
    )
