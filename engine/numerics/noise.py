"""Addressed noise: a random number for every (seed, image, stream, row, column, level), drawn in no sequence.

Samplers skip rows, change orientation, batch and resample; with noise drawn in sequence each of these would change
the picture.  Here a counter-based generator, Philox 4x64 [1], is keyed by (seed, image index, stream), and its counter
is the place in the picture as one sees it, upright.  So an edit changes only what depends on it, and image 3 of 8 is
image 3 of 64.

Only NumPy's raw 64-bit output is used (its `Generator` methods may change between versions), turned into
uniforms of 53 bits strictly inside (0, 1).

References
----------
[1] J. Salmon et al., "Parallel Random Numbers: As Easy as 1, 2, 3", SC 2011.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.numerics.normal import inverse_normal_cdf

PIXELS = 0
"""The stream that pixels' levels are drawn from."""
SCATTER = 1
"""The stream of scattered masks."""
PRIOR = 2
"""The stream of z ~ p(z)."""
POSTERIOR = 3
"""The stream of the noise that z ~ q(z|x) is made of, sample by sample."""
OUTPUT = 4
"""The stream of x ~ p(x|z), by upright row, column and channel."""
DEQUANTIZATION = 5
"""The stream of what is added to levels to make densities of them, by upright row, column and channel."""
RESAMPLING = 6
"""The stream that particles are resampled with, by run (in the image's place) and row in the order of drawing."""
CLASSES = 7
"""The stream that gives particles their classes, by run."""


def uniforms(seed: int, image: int, stream: int, count: int) -> NDArray[np.float64]:
    """The first ``count`` uniforms in (0, 1) of a stream: ``(count,) float64``; any prefix is the same."""
    key = np.array([seed & 0xFFFFFFFFFFFFFFFF, (stream << 32) | image], dtype=np.uint64)
    raw = np.random.Philox(key=key).random_raw(count)
    u = ((raw >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**-53
    return np.minimum(u, 1 - 2.0**-53)  # the greatest of them rounds up to 1


def uniforms_batch(seed: int, images: Sequence[int], stream: int, count: int) -> NDArray[np.float64]:
    """`uniforms` for several images: ``(N, count) float64``."""
    return np.stack([uniforms(seed, image, stream, count) for image in images])


def normals_batch(seed: int, images: Sequence[int], stream: int, count: int) -> NDArray[np.float64]:
    """Standard normal noise of several images: ``(N, count) float64``; any prefix of an image's is the same."""
    return inverse_normal_cdf(uniforms_batch(seed, images, stream, count))


def gumbel(seed: int, image: int, shape: tuple[int, int, int], stream: int = PIXELS) -> NDArray[np.float32]:
    """Standard Gumbel noise of one image: ``(H, W, K) float32``, indexed by upright row, column and level."""
    height, width, levels = shape
    u = uniforms(seed, image, stream, height * width * levels)
    return (-np.log(-np.log(u))).astype(np.float32).reshape(shape)


def gumbel_batch(seed: int, images: range, shape: tuple[int, int, int]) -> NDArray[np.float32]:
    """`gumbel` for several images: ``(N, H, W, K) float32``."""
    return np.stack([gumbel(seed, image, shape) for image in images])
