"""Draws from the priors that a latent space may have, each at an address of its own."""

from __future__ import annotations

import numpy as np

from engine.contracts.arrays import Latents
from engine.numerics import noise


def draw(prior: str, seed: int, images: range, dim: int, spread: float = 1.0) -> Latents:
    """Vectors z ~ p(z), times ``spread``, of images by their places: ``(N, dim) float32``.

    ``prior`` as `engine.contracts.manifest.LatentSpec` has it; where there is none, N(0, I) stands in.
    """
    if prior == "uniform":
        standard = 2 * noise.uniforms_batch(seed, images, noise.PRIOR, dim) - 1
    else:
        standard = noise.normals_batch(seed, images, noise.PRIOR, dim)
    return (spread * standard).astype(np.float32)
