"""Sprites: one white shape on black, drawn from five independent factors, in the manner of dSprites.

Every picture is a shape (square, ellipse, heart) at one of 6 scales, 40 rotations and 32 x 32 positions: 737,280
combinations of which a fixed draw makes the data set.  Shapes are drawn once for each shape, scale and rotation and
moved by whole pixels.  A pixel is white where most of it is covered.

References
----------
L. Matthey, I. Higgins, D. Hassabis, A. Lerchner, "dSprites: Disentanglement testing Sprites dataset", 2017.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

SIZE = 64
PATCH = 32
"""The side of the square that every shape fits into, whatever its rotation."""
SUBPIXELS = 4
RADIUS = 15.0
"""The largest shape's extent from its centre, in pixels."""

SHAPES = ("square", "ellipse", "heart")
SCALES = tuple(round(0.5 + 0.1 * step, 1) for step in range(6))
ROTATIONS = 40
POSITIONS = 32
FACTORS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("shape", SHAPES),
    ("scale", tuple(str(scale) for scale in SCALES)),
    ("rotation", tuple(f"{360 * step // ROTATIONS} degrees" for step in range(ROTATIONS))),
    ("x", tuple(str(PATCH // 2 + step) for step in range(POSITIONS))),
    ("y", tuple(str(PATCH // 2 + step) for step in range(POSITIONS))),
)
"""The factors' names with their values, in the order of a picture's codes."""


def draw(count: int, seed: int) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """``count`` sprites with independent uniform factors: pixels (N, 64, 64) 0 or 255, codes (N, 5) uint8."""
    rng = np.random.default_rng(seed)
    codes = np.stack([rng.integers(0, len(values), count) for _, values in FACTORS], axis=1).astype(np.uint8)
    return render(codes), codes


def render(codes: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The pictures (N, 64, 64) of factor codes (N, 5)."""
    patches = _patches()
    out = np.zeros((len(codes), SIZE, SIZE), np.uint8)
    for picture, (shape, scale, rotation, x, y) in zip(out, codes.astype(int), strict=True):
        picture[y : y + PATCH, x : x + PATCH] = patches[shape, scale, rotation]
    return out


@cache
def _patches() -> NDArray[np.uint8]:
    """(3, 6, 40, 32, 32): every shape at every scale and rotation, its centre in the middle."""
    ticks = (np.arange(PATCH * SUBPIXELS) + 0.5) / SUBPIXELS - PATCH / 2
    y, x = np.meshgrid(ticks, ticks, indexing="ij")
    out = np.empty((len(SHAPES), len(SCALES), ROTATIONS, PATCH, PATCH), np.uint8)
    for rotation in range(ROTATIONS):
        angle = 2 * np.pi * rotation / ROTATIONS
        across, along = np.cos(angle) * x + np.sin(angle) * y, np.cos(angle) * y - np.sin(angle) * x
        for index, scale in enumerate(SCALES):
            u, v = across / (RADIUS * scale), along / (RADIUS * scale)
            for shape, covered in enumerate((_square(u, v), _ellipse(u, v), _heart(u, v))):
                share = covered.reshape(PATCH, SUBPIXELS, PATCH, SUBPIXELS).mean((1, 3))
                out[shape, index, rotation] = np.where(share > 0.5, 255, 0)
    out.setflags(write=False)
    return out


def _square(u: NDArray[np.float64], v: NDArray[np.float64]) -> NDArray[np.bool_]:
    """A square whose corners lie on the unit circle."""
    return np.maximum(np.abs(u), np.abs(v)) < np.sqrt(0.5)


def _ellipse(u: NDArray[np.float64], v: NDArray[np.float64]) -> NDArray[np.bool_]:
    return u**2 + (v / 0.5) ** 2 < 0.9**2


def _heart(u: NDArray[np.float64], v: NDArray[np.float64]) -> NDArray[np.bool_]:
    """The curve (a^2 + b^2 - 1)^3 = a^2 b^3, point down, shrunk into the unit circle."""
    a, b = u / 0.75, -v / 0.75 + 0.1
    return (a**2 + b**2 - 1) ** 3 < a**2 * b**3
