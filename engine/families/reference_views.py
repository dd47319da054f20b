"""Reference pictures as a classifier sees them, at one model's levels: what samples are held against."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from engine.catalogue.references import References
from engine.contracts.arrays import Images
from engine.contracts.manifest import ImageSpec
from engine.families.shared_work import SharedWork
from engine.numerics.neighbours import nearest
from engine.numerics.pixels import fitted
from engine.numerics.sample_quality import class_shares, class_variances
from engine.numerics.sharpness import laplacian_variance

T = TypeVar("T")
Features: TypeAlias = NDArray[np.float32]
Look: TypeAlias = Callable[[Images], tuple[Features, NDArray[np.float32]]]
"""A pass of the classifier: pictures (N, H, W, C) -> features (N, F), logits (N, K)."""
Classify: TypeAlias = Callable[[NDArray[np.float32]], NDArray[np.int64]]
"""Logits (N, K) -> the class that each picture is taken for, (N,)."""
CHUNK_VALUES = 2**15
"""About how many values of pictures are looked at in a pass: more is no faster, and its layers take the memory."""


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """The pictures at the model's levels, and what the classifier makes of them.

    ``images (M, H, W, C)`` with their ``features (M, F)``, ``logits (M, K)`` and ``sharpness (M,)``; ``held_out (R, H,
    W, C)`` with ``held_out_features``.
    """

    images: Images
    features: Features
    logits: NDArray[np.float32]
    sharpness: NDArray[np.float64]
    held_out: Images
    held_out_features: Features


@dataclass(frozen=True, slots=True, eq=False)
class Variety:
    """What real pictures vary by: the ``shares (K,)`` of the classes they are taken for, and ``variances (K,)`` of
    pixels within them."""

    shares: NDArray[np.float64]
    variances: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Apart:
    """How far each held-out picture has its nearest reference picture, rising: (R,) in either space."""

    in_pixels: NDArray[np.float64]
    in_features: NDArray[np.float64]


class ReferenceView:
    """The reference pictures at a model's levels; found out once, and kept.  Any thread."""

    def __init__(self, references: References, image: ImageSpec, look: Look, classify: Classify, classes: int) -> None:
        self.references, self._image = references, image
        self._look, self._classify, self._classes = look, classify, classes
        self.seen: SharedWork[Seen] = SharedWork(self._see)
        self.apart: SharedWork[Apart] = SharedWork(self._set_apart)
        self.variety: SharedWork[Variety] = SharedWork(self._vary)

    def _see(self) -> Generator[float, None, Seen]:
        references = self.references
        total = len(references.images) + len(references.held_out)
        parts = []
        for pictures, before in ((references.images, 0), (references.held_out, len(references.images))):
            fit, sharp, features, logits = np.empty_like(pictures), [], [], []
            for rows in chunks(pictures):
                fit[rows] = fitted(pictures[rows], self._image, "nearest", np.random.default_rng(0))
                found = self._look(fit[rows])
                features.append(found[0])
                logits.append(found[1])
                sharp.append(laplacian_variance(fit[rows]))
                yield (before + rows.stop) / total
            kept = pictures if np.array_equal(fit, pictures) else fit  # most models have all levels
            parts.append((kept, np.concatenate(features), np.concatenate(logits), np.concatenate(sharp)))
        (images, features_, logits_, sharpness), (held_out, held_out_features, _, _) = parts
        return Seen(images, features_, logits_, sharpness, held_out, held_out_features)

    def _vary(self) -> Generator[float, None, Variety]:
        seen = yield from part(self.seen.result(), 0.0, 0.8)
        classes, once = self._classify(seen.logits), np.ones((1, len(seen.images)))
        found = yield from part(class_variances(flat(seen.images), classes, self._classes, once), 0.8, 1.0)
        return Variety(class_shares(classes, self._classes), found[0])

    def _set_apart(self) -> Generator[float, None, Apart]:
        seen = yield from part(self.seen.result(), 0.0, 0.6)
        _, in_pixels = yield from part(nearest(flat(seen.held_out), flat(seen.images), 1), 0.6, 0.9)
        _, in_features = yield from part(nearest(seen.held_out_features, seen.features, 1), 0.9, 1.0)
        return Apart(np.sort(in_pixels[:, 0]), np.sort(in_features[:, 0]))


def chunks(pictures: Images) -> list[slice]:
    """The rows of pictures, pass by pass: as many as fit a processor's cache rather than all."""
    size = min(512, max(8, CHUNK_VALUES // max(1, int(np.prod(pictures.shape[1:])))))
    return [slice(at, min(at + size, len(pictures))) for at in range(0, len(pictures), size)]


def flat(pictures: Images) -> NDArray[np.uint8]:
    """Pictures as rows of bytes."""
    return pictures.reshape(len(pictures), -1)


def part(work: Generator[float, None, T], begun: float, ended: float) -> Generator[float, None, T]:
    """The same work as a part of a larger one: its fractions from ``begun`` to ``ended``."""
    while True:
        try:
            done = next(work)
        except StopIteration as end:
            found: T = end.value
            return found
        yield begun + (ended - begun) * done
