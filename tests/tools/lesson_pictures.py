"""Make the pictures of `assets/lessons`: ``python tests/tools/lesson_pictures.py``.

Real test digits from `assets/reference/mnist.npz`, binarized by chance (ink where a number drawn in [0, 1) is below
grey / 255), as PNGs whose alpha 0 is unknown; colours under an alpha of 0 are gone.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

ASSETS = Path(__file__).resolve().parents[2] / "assets"
BINARIZATION_SEED, SCATTER_SEED, GIVEN = 1234, 7, 0.2
TWO, THREE, FOUR, NINE = 4, 3, 23, 20
"""Places among the held-out digits."""
STRAY = (5, 4)
"""Row and column of the pixel of ink that is in no digit's place."""


def digits() -> NDArray[np.bool_]:
    """(N, 28, 28) bool: the held-out digits, True where there is ink."""
    with np.load(ASSETS / "reference" / "mnist.npz") as file:
        grey = file["held_out"][..., 0].transpose(1, 0, 2)
    return np.asarray(np.random.default_rng(BINARIZATION_SEED).random(grey.shape) < grey / 255)


def picture(ink: NDArray[np.bool_], given: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """(28, 28, 4) uint8 of a digit, transparent where it is not ``given``."""
    color = np.where(ink & given, 255, 0).astype(np.uint8)
    alpha = np.where(given, 255, 0).astype(np.uint8)
    return np.stack([color, color, color, alpha], axis=-1)


def pictures() -> dict[str, NDArray[np.uint8]]:
    """Every picture by its file's name."""
    ink = digits()
    shape = ink.shape[1:]
    row, column = np.indices(shape)
    whole = np.ones(shape, np.bool_)
    scattered = np.random.default_rng(SCATTER_SEED).random(shape) < GIVEN
    ring = (row < 7) | (row >= 21) | (column < 7) | (column >= 21)
    stray = ink[THREE].copy()
    stray[STRAY] = True
    return {
        "two-scattered.png": picture(ink[TWO], scattered),
        "nine-scattered.png": picture(ink[NINE], scattered),
        "three-whole.png": picture(ink[THREE], whole),
        "three-stray.png": picture(stray, whole),
        "three-bottom.png": picture(ink[THREE], row >= 14),
        "three-ring.png": picture(ink[THREE], ring),
        "four-whole.png": picture(ink[FOUR], whole),
        "four-top.png": picture(ink[FOUR], row < 14),
        "empty.png": picture(ink[FOUR], ~whole),
    }


def main() -> None:
    """Write all of them."""
    for name, rgba in pictures().items():
        Image.fromarray(rgba).save(ASSETS / "lessons" / name, optimize=True)


if __name__ == "__main__":
    main()
