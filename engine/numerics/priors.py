"""Draws from the priors that a latent space may have, each at an address of its own."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from engine.contracts.arrays import Latents
from engine.numerics import noise
from engine.numerics.normal import inverse_normal_cdf, normal_cdf


def draw(prior: str, seed: int, images: range, dim: int, spread: float = 1.0, truncation: float = math.inf) -> Latents:
    """Vectors z ~ p(z), their numbers no farther from 0 than ``truncation``, times ``spread``: ``(N, dim) float32``.

    ``images`` are their places.  ``prior`` as `engine.contracts.manifest.LatentSpec` has it; where there is none,
    N(0, I) stands in.
    """
    u = noise.uniforms_batch(seed, images, noise.PRIOR, dim)
    standard = min(truncation, 1.0) * (2 * u - 1) if prior == "uniform" else truncated_normals(u, truncation)
    return (spread * standard).astype(np.float32)


def truncated_normals(u: NDArray[np.float64], truncation: float) -> NDArray[np.float64]:
    """Of uniforms in (0, 1), numbers of the normal distribution given that they lie within ``truncation`` of 0.

    Drawing anew what lies beyond, as Brock et al. (2019, arXiv:1809.11096, section 3.1) say it, has just this
    distribution.  Here it takes one uniform a number, so that noise can be addressed, and numbers move smoothly as the
    truncation does, each towards 0.
    """
    if truncation <= 0:
        return np.zeros_like(u)
    below = float(normal_cdf(np.array(-truncation)))
    return np.clip(inverse_normal_cdf(below + u * (1 - 2 * below)), -truncation, truncation)
