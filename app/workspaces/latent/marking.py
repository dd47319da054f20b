"""Pictures that a decoder failed to make are marked wherever they show: nothing plausible stands in for them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.contracts.arrays import Images
from engine.contracts.events import Decoded


def marked(decoded: Decoded) -> Images:
    """The pictures; those without finite numbers are crossed out, those of one value everywhere struck through.

    The very same array where there is nothing to mark.
    """
    images, broken, constant = decoded.images, decoded.broken, decoded.constant & ~decoded.broken
    if not (broken.any() or constant.any()):
        return images
    made = images.copy()
    falling = _diagonal(*images.shape[1:3])
    for chosen, mask in ((broken, falling | falling[:, ::-1]), (constant, falling)):
        made[chosen] = np.where(mask[..., None], images[chosen] ^ np.uint8(128), images[chosen])
    return made


def _diagonal(height: int, width: int) -> NDArray[np.bool_]:
    """From the top left to the bottom right, without a gap."""
    mask = np.zeros((height, width), bool)
    steps = np.arange(max(height, width))
    mask[steps * height // len(steps), steps * width // len(steps)] = True
    return mask
