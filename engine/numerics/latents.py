"""Latent space: paths between two points, grids over two dimensions, and principal axes.

Latents are ``float32 (N, D)``; everything is computed in double precision.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.contracts.arrays import Latents
from engine.numerics import normal

_PARALLEL = 1e-6
"""Sine of the angle below which two directions span no great circle that rounding would not choose."""


def lerp(start: ArrayLike, end: ArrayLike, t: ArrayLike) -> Latents:
    """The straight line: ``start, end (D,)`` at ``t (T,)``, 0 to 1 -> ``(T, D)``; at a number t -> ``(D,)``."""
    a, b, at = _ends(start, end, t)
    return ((1 - at) * a + at * b).astype(np.float32)


def slerp(start: ArrayLike, end: ArrayLike, t: ArrayLike) -> Latents:
    """The great circle [1]: the direction turns evenly, the length goes evenly from one to the other.

    A straight line through a normal prior cuts through its middle, where no samples are; the arc keeps their length.
    Of parallel directions, or if an end is the origin, it is the straight line.  Opposite directions have no shortest
    arc; the one through the coordinate axis that is farthest from them is taken.

    References
    ----------
    [1] K. Shoemake, "Animating rotation with quaternion curves", SIGGRAPH 1985.
    """
    a, b, at = _ends(start, end, t)
    long_a, long_b = np.linalg.norm(a), np.linalg.norm(b)
    if not long_a or not long_b:
        return lerp(start, end, t)
    towards = a / long_a
    across = b / long_b - towards * (towards @ (b / long_b))
    sine, cosine = np.linalg.norm(across), towards @ (b / long_b)
    if sine < _PARALLEL:
        if cosine > 0 or len(a) == 1:
            return lerp(start, end, t)
        across = _perpendicular(towards)
    angle = np.arctan2(sine, cosine)
    turned = np.cos(at * angle) * towards + np.sin(at * angle) * across / np.linalg.norm(across)
    points = ((1 - at) * long_a + at * long_b) * turned
    return np.where(at == 0, a, np.where(at == 1, b, points)).astype(np.float32)


def _ends(
    start: ArrayLike, end: ArrayLike, t: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    a, b = np.asarray(start, np.float64), np.asarray(end, np.float64)
    return a, b, np.asarray(t, np.float64)[..., None]


def _perpendicular(direction: NDArray[np.float64]) -> NDArray[np.float64]:
    """A unit vector at right angles to a unit vector, towards the coordinate axis that is farthest from it."""
    axis = np.zeros_like(direction)
    axis[np.abs(direction).argmin()] = 1
    across = axis - direction * (direction @ axis)
    return np.asarray(across / np.linalg.norm(across))


def plain_grid(side: int, extent: float = 3.0) -> Latents:
    """``(side * side, 2)``: evenly from -extent to extent, row by row as it is looked at: the first row has the
    largest second coordinate."""
    return box_grid(side, -extent, extent, -extent, extent)


def box_grid(side: int, x0: float, x1: float, y0: float, y1: float) -> Latents:
    """``(side * side, 2)``: evenly over a rectangle, from edge to edge, in the order of `plain_grid`."""
    return _grid(
        *(np.linspace(*ends, side) if side > 1 else np.array([sum(ends) / 2]) for ends in ((x0, x1), (y0, y1)))
    )


def normal_grid(side: int) -> Latents:
    """``(side * side, 2)``: points that part the standard normal evenly, in the order of `plain_grid`.

    Evenly spaced points of the unit square through the inverse distribution function, as in Kingma and Welling 2014
    (arXiv:1312.6114), Fig. 4; the middles of ``side`` equal parts, since the ends lie at infinity.
    """
    line = normal.inverse_normal_cdf((np.arange(side) + 0.5) / side)
    return _grid(line, line)


def _grid(across: NDArray[np.float64], up: NDArray[np.float64]) -> Latents:
    x, y = np.meshgrid(across, up[::-1])
    return np.stack([x.ravel(), y.ravel()], axis=1).astype(np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class PrincipalAxes:
    """``mean (D,)``, ``axes (A, D)`` unit rows by falling ``variance (A,)``; float64."""

    mean: NDArray[np.float64]
    axes: NDArray[np.float64]
    variance: NDArray[np.float64]


def principal_axes(codes: ArrayLike) -> PrincipalAxes:
    """Principal components of ``codes (M, D)``, M at least 2, by singular value decomposition.

    The sign of an axis means nothing; it is chosen so that the axis' largest component is positive.
    """
    x = np.asarray(codes, np.float64)
    mean = x.mean(axis=0)
    _, singular, axes = np.linalg.svd(x - mean, full_matrices=False)
    largest = np.take_along_axis(axes, np.abs(axes).argmax(axis=1)[:, None], axis=1)
    return PrincipalAxes(mean, axes * np.where(largest < 0, -1.0, 1.0), singular**2 / (len(x) - 1))
