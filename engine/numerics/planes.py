"""A plane in latent space: a pivot and two axes at right angles, and the way from a point to its place on it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.contracts.arrays import Latents
from engine.errors import RequestError

_SAME = 1e-6
"""What is left of a direction, as a part of its length, when it points where others already do."""


@dataclass(frozen=True, slots=True, eq=False)
class Plane:
    """``pivot (D,)``, and ``axes (2, D)`` of unit length at right angles; float64.  Make one with the functions below.

    A place on it is (x, y), in the units of z; ``depth`` leads off it along ``third (D,)``, a unit vector at right
    angles to both axes, or None where there is no third dimension.
    """

    pivot: NDArray[np.float64]
    axes: NDArray[np.float64]
    third: NDArray[np.float64] | None = None

    @property
    def dim(self) -> int:
        """D."""
        return len(self.pivot)

    def points(self, places: ArrayLike, depth: float = 0.0) -> Latents:
        """``places (N, 2)`` -> ``(N, D)``; one place ``(2,)`` -> ``(D,)``."""
        z = self.pivot + np.asarray(places, np.float64) @ self.axes
        return (z if self.third is None else z + depth * self.third).astype(np.float32)

    def places(self, z: ArrayLike) -> NDArray[np.float64]:
        """The foot of the perpendicular from each point: ``z (N, D)`` -> ``(N, 2)``; ``(D,)`` -> ``(2,)``."""
        return np.asarray((np.asarray(z, np.float64) - self.pivot) @ self.axes.T)

    def depths(self, z: ArrayLike) -> NDArray[np.float64]:
        """How far each point is along the third direction: ``(N, D)`` -> ``(N,)``."""
        off = np.asarray(z, np.float64) - self.pivot
        return np.zeros(off.shape[:-1]) if self.third is None else np.asarray(off @ self.third)

    def distances(self, z: ArrayLike) -> NDArray[np.float64]:
        """How far each point is from the plane: ``(N, D)`` -> ``(N,)``."""
        off = np.asarray(z, np.float64) - self.pivot
        return np.asarray(np.linalg.norm(off - (off @ self.axes.T) @ self.axes, axis=-1))

    def covariance(self, variance: ArrayLike) -> NDArray[np.float64]:
        """What a distribution with these variances by dimension ``(D,)`` looks like on the plane: ``(2, 2)``."""
        return np.asarray((self.axes * np.asarray(variance, np.float64)) @ self.axes.T)

    def through(self, pivot: ArrayLike) -> Plane:
        """The parallel plane with another pivot."""
        return replace(self, pivot=np.asarray(pivot, np.float64).copy())


def coordinate_plane(pivot: ArrayLike, first: int, second: int, third: int | None = None) -> Plane:
    """Spanned by two coordinates of z; the third direction is that coordinate, or the first one that is left."""
    eye = np.eye(len(np.asarray(pivot)))
    if third is None:
        third = next((d for d in range(len(eye)) if d not in (first, second)), None)
    return spanned_plane(pivot, eye[first], eye[second], None if third is None else eye[third])


def spanned_plane(pivot: ArrayLike, first: ArrayLike, second: ArrayLike, third: ArrayLike | None = None) -> Plane:
    """Spanned by two directions ``(D,)``, of any length and angle: PCA axes, attributes.

    The x axis points along the first, the y axis to the second's side of it; depth to the third's side, or of none is
    given to that of the coordinate that the plane holds least of.

    Raises
    ------
    RequestError
        A direction is zero, or both point the same way or opposite ways.
    """
    centre = np.asarray(pivot, np.float64).copy()
    axes = np.empty((0, len(centre)))
    for direction in (first, second):
        left = _rest(np.asarray(direction, np.float64), axes)
        if left is None:
            raise RequestError("The two directions span no plane.", "Choose directions that point different ways.")
        axes = np.vstack([axes, left])
    return Plane(centre, axes, _third(axes, third))


def plane_through(first: ArrayLike, second: ArrayLike, third: ArrayLike) -> Plane:
    """Through three points ``(D,)``; its pivot is their mean, its x axis points from the first to the second.

    Raises
    ------
    RequestError
        The points lie on a line.
    """
    a, b, c = (np.asarray(point, np.float64) for point in (first, second, third))
    try:
        return spanned_plane((a + b + c) / 3, b - a, c - a)
    except RequestError as error:
        raise RequestError("The three points lie on a line.", "Choose three different pictures.") from error


def _third(axes: NDArray[np.float64], wished: ArrayLike | None) -> NDArray[np.float64] | None:
    """A unit vector off the plane; what is wished for may lie in it, and two dimensions have none."""
    if axes.shape[1] < 3:
        return None
    if wished is not None:
        left = _rest(np.asarray(wished, np.float64), axes)
        if left is not None:
            return left
    return _rest(np.eye(axes.shape[1])[(axes**2).sum(axis=0).argmin()], axes)


def _rest(direction: NDArray[np.float64], axes: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """The direction less what it has of the axes, as a unit vector; None if nothing is left (Gram-Schmidt)."""
    length = np.linalg.norm(direction)
    if not np.isfinite(length) or not length:
        return None
    rest = direction / length
    for _ in range(2):  # once more removes what rounding has left
        rest = rest - (rest @ axes.T) @ axes
        size = np.linalg.norm(rest)
        if size < _SAME:
            return None
        rest = rest / size
    return np.asarray(rest)
