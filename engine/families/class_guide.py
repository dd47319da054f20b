"""Which class pixels that are still to come look like: what hands classes out where given pixels come late.

A particle's class is chosen before its first pixel is drawn.  What is given further down would choose among classes
only when the raster comes to it, by ending particles; of 64 that begin evenly over ten classes few are then of the
right one.  A guide says beforehand how likely each class makes the pixels to come, by the shares that levels have at
each pixel in reference pictures of the class, each pixel by itself (naive Bayes).  That is crude and far too sure of
itself, since pixels depend on each other, so it counts for `TEMPER` of its nats, and every class keeps `KEPT` of an
even share.

It decides nothing: weights take back what it put in, row by row as the pixels that it looked ahead at are weighed
exactly.  The targets in between are twisted by it, the last one is not [1, section 3; 2], so evidence stays unbiased
and every posterior the model's own.

References
----------
[1] P. Guarniero, A. Johansen, A. Lee, "The Iterated Auxiliary Particle Filter", 2017, arXiv:1511.06286.
[2] N. Whiteley, A. Lee, "Twisted particle filters", 2014, arXiv:1210.0220.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from engine.catalogue.references import References, read_references
from engine.contracts.arrays import Observed
from engine.errors import FileError, RequestError
from engine.numerics.pixels import Codec
from engine.sampling import orientation
from engine.sampling.autoregressive import Canvas

if TYPE_CHECKING:
    from engine.families.autoregressive import Autoregressive

TEMPER = 0.15
"""The share of its nats that the guide's word counts for: of 0.15 and 0.3 the better one on MNIST, and better than
none by 2 nats of evidence for scattered pixels."""
KEPT = 0.1
"""The share of an even share that a class keeps however unlikely it looks."""
ROUNDED = 0.02
"""The share of an even share that every level has at every pixel: no level is impossible."""


class ClassGuide:
    """The shares of levels by class, as ``log_p (C, H, W, K)`` nats, upright."""

    def __init__(self, log_p: NDArray[np.float32]) -> None:
        self._log_p = log_p

    def ahead(self, canvas: Canvas, before: Observed, name: str) -> NDArray[np.float64]:
        """``(H + 1, C)`` nats: how likely each class makes the given pixels from each row on, against an even share.

        Pixels ``before`` the first unknown one do not count; ``canvas`` is in the frame of orientation ``name``.
        """
        turned = orientation.turn(self._log_p, name, 1)
        rows, columns = np.nonzero(canvas.observed & ~before)
        by_pixel = turned[:, rows, columns, canvas.known[rows, columns]]
        by_row = np.zeros((len(canvas.observed) + 1, len(turned)))
        np.add.at(by_row, rows, by_pixel.T)
        still = TEMPER * np.cumsum(by_row[::-1], axis=0)[::-1]
        shares = np.exp(still - still.max(axis=1, keepdims=True))
        shares /= shares.sum(axis=1, keepdims=True)
        return np.asarray(np.log((1 - KEPT) * shares * len(turned) + KEPT))


def guide_of(family: Autoregressive) -> ClassGuide | None:
    """The guide of a model that knows classes; None where no reference pictures of its size and classes are there."""
    manifest = family.manifest
    try:
        found = read_references((*family.registry.folders, family.model.folder.parent), manifest.data, "")
    except (RequestError, FileError):  # who wants to see the pictures is told of it; completions do without
        return None
    image = manifest.image
    size = (image.height, image.width, image.channels)
    classes = np.unique(found.labels)
    if found.images.shape[1:] != size or not np.array_equal(classes, np.arange(len(manifest.class_names))):
        return None
    return ClassGuide(_shares(found, family.codec))


def _shares(references: References, codec: Codec) -> NDArray[np.float32]:
    count = codec.image.levels
    shares = []
    for label in np.unique(references.labels):
        images = references.images[references.labels == label]
        if count == 2 and codec.image.palette is None:
            ink = images[..., 0].mean(axis=0) / 255  # that of pictures binarized by chance
            own = np.stack([1 - ink, ink], axis=-1)
        else:
            levels = codec.encode(images, "nearest")
            own = np.stack([(levels == level).mean(axis=0) for level in range(count)], axis=-1)
        shares.append(np.log((1 - ROUNDED) * own + ROUNDED / count))
    return np.stack(shares).astype(np.float32)
