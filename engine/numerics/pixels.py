"""The codec between display values and level indices: the only place that knows levels and palettes.

Display values are ``uint8``: K ordered levels are spread evenly over 0..255 (0 / 255 for ink on paper), palette colours
are RGB.
"""

from __future__ import annotations

import numpy as np

from engine.contracts.arrays import Images, Levels
from engine.contracts.manifest import ImageSpec
from engine.errors import RequestError


class Codec:
    """The codec of one kind of picture: `decode` levels to display values, `encode` back."""

    def __init__(self, image: ImageSpec) -> None:
        self.image = image
        if image.palette is not None:
            self.display = np.array(image.palette, np.uint8)  # (K, 3)
        else:
            self.display = np.rint(np.linspace(0, 255, image.levels)).astype(np.uint8)[:, None]  # (K, 1)

    def decode(self, levels: Levels) -> Images:
        """``(..., H, W) int64`` level indices -> ``(..., H, W, C) uint8``."""
        return self.display[levels]

    def encode(self, images: Images, fit: str = "exact", rng: np.random.Generator | None = None) -> Levels:
        """``(..., H, W, C) uint8`` -> ``(..., H, W) int64``.

        ``fit``: ``"exact"`` refuses values that are no level, ``"nearest"`` takes the closest level or colour,
        ``"stochastic"`` (two levels only, with ``rng``) draws ink with probability value / 255.
        """
        if fit == "stochastic":
            if self.image.levels != 2 or self.image.palette is not None or rng is None:
                raise RequestError("Stochastic fitting is for ink pictures of two levels only.", "Use fit 'nearest'.")
            return (rng.random(images.shape[:-1]) < images[..., 0] / 255).astype(np.int64)
        levels = self.nearest(images)
        if fit == "exact" and not np.array_equal(self.decode(levels), images):
            wrong = int(np.any(self.decode(levels) != images, axis=-1).sum())
            raise RequestError(
                f"{wrong} pixels have values between the model's {self.image.levels} levels.",
                "Fit them: 'nearest' rounds, 'stochastic' draws ink with the grey value as probability.",
                wrong=wrong,
            )
        return levels

    def nearest(self, images: Images) -> Levels:
        """The closest level (of equally close ones the lower) or palette colour (squared RGB distance)."""
        if self.image.palette is None:
            step = 255 / (self.image.levels - 1)
            return np.rint(images[..., 0] / step).astype(np.int64)
        flat = images.reshape(-1, 3)
        colours, inverse = np.unique(flat, axis=0, return_inverse=True)
        distance = ((colours[:, None].astype(np.int64) - self.display[None].astype(np.int64)) ** 2).sum(-1)
        return np.asarray(distance.argmin(1)[inverse.reshape(-1)].reshape(images.shape[:-1]), np.int64)
