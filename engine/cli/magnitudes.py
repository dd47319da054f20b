"""Maps of magnitudes as pictures: viridis, in which equal steps look equal to most eyes, colour-blind ones too
(S. van der Walt and N. Smith, 2015)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.contracts.arrays import Image
from engine.records.png_file import encode_png
from engine.records.whole_file import write_whole

SIDE_PX = 672
"""About how wide a map is made by repeating pixels."""
GREY, WHITE = 128, 255

_VIRIDIS = np.array(
    [
        (68, 1, 84), (72, 40, 120), (62, 74, 137), (49, 104, 142), (38, 130, 142),
        (31, 158, 137), (53, 183, 121), (109, 205, 89), (180, 222, 44), (253, 231, 37),
    ],
    np.float64,
)  # fmt: skip


def viridis(values: NDArray[np.floating]) -> NDArray[np.uint8]:
    """Red, green and blue ``uint8 (..., 3)`` of magnitudes in [0, 1]."""
    places, knots = np.clip(values, 0.0, 1.0) * (len(_VIRIDIS) - 1), np.arange(len(_VIRIDIS))
    made = [np.interp(places, knots, _VIRIDIS[:, channel]) for channel in range(3)]
    return np.asarray(np.rint(np.stack(made, axis=-1)), np.uint8)


def bits_map(bits: NDArray[np.floating]) -> Image:
    """Bits (H, W) from 0 (violet) to the largest that is finite (yellow), and what is not is yellow too."""
    most = float(np.max(bits, where=np.isfinite(bits), initial=0.0))
    return viridis(np.where(np.isfinite(bits), bits / (most or 1.0), 1.0))


def influence_map(nats: NDArray[np.floating], row: int, column: int, least: float) -> Image:
    """Nats (H, W) on a logarithmic scale from ``least`` to the largest; none is grey, the pixel itself white."""
    most = max(float(np.max(nats, where=np.isfinite(nats), initial=0.0)), 2 * least)
    told = np.clip(nats, least, most)
    image = np.where((nats > 0)[..., None], viridis(np.log(told / least) / np.log(most / least)), np.uint8(GREY))
    image[row, column] = WHITE
    return np.asarray(image, np.uint8)


def write_map(path: Path, image: Image) -> None:
    """A PNG file of a map, enlarged by a whole factor."""
    write_whole(path, encode_png(image, magnification=max(1, SIDE_PX // max(image.shape[:2]))))
