"""Nearest neighbours by comparing with every point: exact, in blocks, so that memory is bounded and a stop is heard."""

from __future__ import annotations

from collections.abc import Generator

import numpy as np
from numpy.typing import NDArray

from engine.numerics.sample_quality import Features, squared_distances

BLOCK = 2**24
"""About how many distances and numbers of points are in memory at a time."""


def nearest(
    points: Features, references: Features, count: int
) -> Generator[float, None, tuple[NDArray[np.int64], NDArray[np.float64]]]:
    """The ``count`` nearest of ``references (M, D)`` to each of ``points (N, D)``, nearest first, and how far they are.

    Yields the fraction done; returns ``places (N, count)`` and Euclidean ``distances (N, count)``.  Of points as near
    as each other the first comes first.  What is nearest is found by products and then measured by differences, so
    that a copy is at 0.
    """
    rows = max(1, BLOCK // max(1, references.shape[0] + 4 * references.shape[1]))
    wanted = min(count, len(references))
    places = np.zeros((len(points), wanted), np.int64)
    distances = np.zeros((len(points), wanted))
    spare = min(len(references), wanted + 8)  # products are rounded: some more are looked at
    for start in range(0, len(points), rows):
        part = points[start : start + rows]
        table = squared_distances(part, references)
        near = np.sort(np.argpartition(table, spare - 1, axis=1)[:, :spare], axis=1)
        for row, (point, some) in enumerate(zip(part, near, strict=True), start):
            away = np.sqrt(np.square(references[some].astype(np.float64) - point.astype(np.float64)).sum(axis=1))
            order = np.argsort(away, kind="stable")[:wanted]
            places[row], distances[row] = some[order], away[order]
        yield min(1.0, (start + rows) / len(points))
    return places, distances
