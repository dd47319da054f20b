"""A picture of one's own at a model's size: empty paper, what was opened, and what the pen drew.  Qt-free."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from app.documents.picture_fit import fit_picture
from app.documents.stroke_region import segment_region
from engine.contracts.arrays import Image
from engine.contracts.manifest import ImageSpec

INK = 255
"""What the pen draws: ink on binary models, white elsewhere; rubbed out is 0, paper."""


def paper(spec: ImageSpec) -> Image:
    """An empty picture."""
    return np.zeros((spec.height, spec.width, spec.display_channels), np.uint8)


def fitted(rgba: NDArray[np.uint8], spec: ImageSpec) -> Image:
    """A picture (h, w, 4) of any size as the model's; margins are paper, or on colour models the mean colour."""
    document = fit_picture(rgba, spec)
    if document.is_whole or spec.display_channels == 1 or not document.observed.any():
        return document.pixels
    mean = document.pixels[document.observed].mean(axis=0).round().astype(np.uint8)
    return np.where(document.observed[..., None], document.pixels, mean)


def pen_radius(spec: ImageSpec) -> float:
    """The brush, in image px: as wide as a stroke of a handwritten digit."""
    return 1.1 * max(spec.height, spec.width) / 28


def with_segment(
    pixels: Image, spec: ImageSpec, start: tuple[float, float], end: tuple[float, float], inked: bool
) -> Image:
    """With one piece of a stroke of the pen, or of what rubs out, in image px; itself where that changes nothing."""
    region = segment_region(spec.height, spec.width, start, end, pen_radius(spec))
    drawn = np.where(region[..., None], np.uint8(INK if inked else 0), pixels)
    return pixels if np.array_equal(drawn, pixels) else drawn
