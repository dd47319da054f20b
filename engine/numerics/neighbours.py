"""Nearest neighbours by comparing with every point: exact, in blocks, so that memory is bounded and a stop is heard."""

from __future__ import annotations

from collections.abc import Generator
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Points: TypeAlias = NDArray[np.float32] | NDArray[np.uint8]
"""(N, D); bytes stand for themselves over 255."""

BLOCK = 2**21
"""About how many distances, or numbers of references, are in memory at a time."""


def nearest(
    points: Points, references: Points, count: int
) -> Generator[float, None, tuple[NDArray[np.int64], NDArray[np.float64]]]:
    """The ``count`` nearest of ``references (M, D)`` to each of ``points (N, D)``, nearest first, and how far they are.

    Yields the fraction done; returns ``places (N, count)`` and Euclidean ``distances (N, count)``.  Of points as near
    as each other the first comes first.  Whatever rounding may have made the nearest is found by products in single
    precision, and then measured by differences in double precision: a copy is at 0.
    """
    wanted = min(count, len(references))
    places = np.zeros((len(points), wanted), np.int64)
    distances = np.zeros((len(points), wanted))
    rows = max(1, BLOCK // max(1, len(references), points.shape[1]))
    for start in range(0, len(points), rows):
        part = points[start : start + rows]
        table, margin = yield from _rough_table(part, references, start / len(points), len(part) / len(points))
        kth = np.partition(table, wanted - 1, axis=1)[:, wanted - 1] + 2 * margin
        for row, point in enumerate(part):
            some = np.flatnonzero(table[row] <= kth[row])
            away = np.sqrt(np.square(_doubles(references[some]) - _doubles(point)).sum(axis=1))
            order = np.argsort(away, kind="stable")[:wanted]
            places[start + row], distances[start + row] = some[order], away[order]
    return places, distances


def _rough_table(
    points: Points, references: Points, begun: float, share: float
) -> Generator[float, None, tuple[NDArray[np.float32], float]]:
    """Squared distances (N, M), and by how much rounding may have changed one.

    A product of D terms is off by at most D units in the last place of the product of the lengths.
    """
    x, longest = _singles(points), 0.0
    table = np.empty((len(points), len(references)), np.float32)
    squares = np.square(x).sum(axis=1)
    step = max(1, BLOCK // max(1, references.shape[1]))
    for at in range(0, len(references), step):
        y = _singles(references[at : at + step])
        lengths = np.square(y).sum(axis=1)
        longest = max(longest, float(lengths.max(initial=0)))
        np.matmul(x, y.T, out=(part := np.empty((len(x), len(y)), np.float32)))
        table[:, at : at + step] = squares[:, None] + lengths - 2 * part
        yield begun + share * min(1.0, (at + step) / len(references))
    lengthwise = (np.sqrt(float(squares.max(initial=0))) + np.sqrt(longest)) ** 2
    return table, float(np.finfo(np.float32).eps * (points.shape[1] + 4) * lengthwise)


def _singles(points: Points) -> NDArray[np.float32]:
    singles = points.astype(np.float32, copy=False)
    return singles / np.float32(255) if points.dtype == np.uint8 else singles


def _doubles(points: Points) -> NDArray[np.float64]:
    doubles = points.astype(np.float64)
    return doubles / 255 if points.dtype == np.uint8 else doubles
