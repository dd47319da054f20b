"""The codecs between display values and what graphs take: the only place that knows levels, ranges and palettes.

Display values are ``uint8``: K ordered levels are spread evenly over 0..255 (0 / 255 for ink on paper), palette colours
are RGB.  `Codec` is for graphs of level indices, `Intensities` for graphs of continuous values.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.contracts.arrays import Images, Levels
from engine.contracts.manifest import ImageSpec
from engine.errors import RequestError

RANGES = {"0..1": (0.0, 1.0), "-1..1": (-1.0, 1.0), "0..255": (0.0, 255.0), "logits": (-np.inf, np.inf)}
"""What black and white are to the graphs, by the manifest's word."""


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
            return _binarized(images, self.image, rng)[..., 0]
        levels = self.nearest(images)
        if fit == "exact":
            _check_exact(self.decode(levels), images, self.image)
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


class Intensities:
    """The codec of graphs that take and give continuous values, every channel by itself.

    In between are *units*: ``float32 (N, C, H, W)`` from 0 to 1, level v of K at v / (K - 1).
    """

    def __init__(self, image: ImageSpec) -> None:
        self.image = image
        self.low, self.high = RANGES[image.range]

    def levels(self, images: Images, fit: str = "exact", rng: np.random.Generator | None = None) -> Levels:
        """``(N, H, W, C) uint8`` -> ``(N, H, W, C) int64``; ``fit`` as in `Codec.encode`."""
        if fit == "stochastic":
            return _binarized(images, self.image, rng)
        levels = np.rint(images / (255 / (self.image.levels - 1))).astype(np.int64)
        if fit == "exact":
            _check_exact(self.images(levels), images, self.image)
        return levels

    def images(self, levels: Levels) -> Images:
        """Level indices ``(N, H, W, C)`` as display values."""
        return np.asarray(np.rint(levels * (255 / (self.image.levels - 1))), np.uint8)

    def units(self, levels: Levels) -> NDArray[np.float32]:
        """Level indices ``(N, H, W, C)`` as units."""
        return (levels.transpose(0, 3, 1, 2) / (self.image.levels - 1)).astype(np.float32)

    def display(self, units: NDArray[np.floating], spoil: bool = False) -> Images:
        """Units as display values, ``(N, H, W, C)``; what lies outside of 0 to 1 becomes the nearest of them.

        ``spoil`` says that nobody needs the units any more: large arrays are slow to lay out.
        """
        own = spoil and units.dtype == np.float32 and units.flags.writeable
        scaled = np.multiply(units, 255, dtype=np.float32, out=units if own else None)
        np.clip(np.rint(scaled, out=scaled), 0, 255, out=scaled)
        with np.errstate(invalid="ignore"):  # what is not a number is any value; callers paint it over
            return np.ascontiguousarray(scaled.astype(np.uint8).transpose(0, 2, 3, 1))

    def to_graph(self, units: NDArray[np.float32]) -> NDArray[np.float32]:
        """Units in the range that the graphs take; nothing takes logits (`engine.catalogue.consistency`)."""
        return units if self.plain else units * np.float32(self.high - self.low) + np.float32(self.low)

    def from_graph(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """What the graphs give as units; what is not finite stays so."""
        if self.image.range == "logits":
            return np.where(np.isfinite(values), 0.5 + 0.5 * np.tanh(0.5 * values), np.float32(np.nan))
        return values if self.plain else (values - np.float32(self.low)) / np.float32(self.high - self.low)

    @property
    def plain(self) -> bool:
        """Whether units are what the graphs take."""
        return (self.low, self.high) == (0, 1)


def fitted(images: Images, image: ImageSpec, fit: str, rng: np.random.Generator) -> Images:
    """Display values ``(N, H, W, C)`` moved to the model's levels, as ``fit`` says."""
    if image.range == "level_index":
        codec = Codec(image)
        return codec.decode(codec.encode(images, fit, rng))
    intensities = Intensities(image)
    return intensities.images(intensities.levels(images, fit, rng))


def _binarized(images: Images, image: ImageSpec, rng: np.random.Generator | None) -> Levels:
    if image.levels != 2 or image.palette is not None or rng is None:
        raise RequestError("Stochastic fitting is for ink pictures of two levels only.", "Use fit 'nearest'.")
    ink = images[..., :1] if image.channels == 1 else images
    return (rng.random(ink.shape) < ink / 255).astype(np.int64)


def _check_exact(found: Images, images: Images, image: ImageSpec) -> None:
    if np.array_equal(found, images):
        return
    wrong = int(np.any(found != images, axis=-1).sum())
    raise RequestError(
        f"{wrong} pixels have values between the model's {image.levels} levels.",
        "Fit them: 'nearest' rounds, 'stochastic' draws ink with the grey value as probability.",
        wrong=wrong,
    )
