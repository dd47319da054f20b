"""How near samples come to real pictures, and how varied they are, in the features of a classifier.

Features are ``(N, D)`` of real or drawn pictures; everything is computed in double precision.

* `frechet_distance` [1]: one number for both, small is good; of two halves of the real pictures it is not 0 but the
  floor.
* `precision_recall` [2]: how many drawn pictures lie where real ones do, and how many real ones where drawn ones do.
* `within_class_variance`: the spread inside each class, to set against real pictures'.  A model that draws one
  prototype a class passes every test of accuracy and fails this one.

References
----------
[1] M. Heusel et al., "GANs Trained by a Two Time-Scale Update Rule Converge to a Local Nash Equilibrium", 2017,
    arXiv:1706.08500, eq. 6; D. Dowson, B. Landau, "The Frechet distance between multivariate normal distributions",
    1982.
[2] T. Kynkaanniemi et al., "Improved Precision and Recall Metric for Assessing Generative Models", 2019,
    arXiv:1904.06991.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.errors import RequestError

Features: TypeAlias = NDArray[np.float32] | NDArray[np.float64]

SAMPLES_PER_DIM = 2
"""Fewer pictures than so many a feature leave directions in which the covariance is made of chance alone."""
NEIGHBOURS = 3
"""k of the neighbourhoods, as in [2]."""
FEWEST_FOR_MANIFOLD = 50
_ROWS = 500
"""Rows of a table of distances that are in memory at a time."""
_COLUMNS = 512
"""Columns of pictures that are in memory as numbers of 8 bytes at a time."""


def frechet_distance(one: Features, other: Features) -> float:
    """The squared Frechet distance between normal distributions fitted to two sets of features.

    Raises
    ------
    RequestError
        There are too few pictures for the features' covariance, or a feature is not a number.
    """
    for features in (one, other):
        _check(features, 1, SAMPLES_PER_DIM)
    _check_widths(one, other)
    (mean_1, cov_1), (mean_2, cov_2) = moments(one), moments(other)
    return gaussian_frechet_distance(mean_1, cov_1, mean_2, cov_2)


def moments(features: Features) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean (D,) and unbiased covariance (D, D)."""
    x = np.asarray(features, np.float64)
    return x.mean(axis=0), np.atleast_2d(np.cov(x, rowvar=False))


def gaussian_frechet_distance(
    mean_1: NDArray[np.float64], cov_1: NDArray[np.float64], mean_2: NDArray[np.float64], cov_2: NDArray[np.float64]
) -> float:
    """``|m1 - m2|^2 + tr(C1 + C2 - 2 (C1 C2)^(1/2))`` of N(m1, C1) and N(m2, C2).

    The last trace is the sum of the square roots of the eigenvalues of ``C1^(1/2) C2 C1^(1/2)``, which is symmetric.
    """
    values, vectors = np.linalg.eigh(cov_1)
    root = (vectors * np.sqrt(np.maximum(values, 0))) @ vectors.T
    inner = np.linalg.eigvalsh(root @ cov_2 @ root)
    overlap = np.sqrt(np.maximum(inner, 0)).sum()
    distance = np.square(mean_1 - mean_2).sum() + np.trace(cov_1) + np.trace(cov_2) - 2 * overlap
    return max(0.0, float(distance))


class PrecisionRecall(NamedTuple):
    """``precision``: the share of drawn pictures within the real ones' manifold; ``recall``: the reverse."""

    precision: float
    recall: float


def precision_recall(real: Features, drawn: Features, neighbours: int = NEIGHBOURS) -> PrecisionRecall:
    """Precision and recall of [2]: a set's manifold is the union of balls around its points, each reaching to the
    point's k-th nearest neighbour in the set.  The two sets should be about as large; exchanged, so are the two.

    Raises
    ------
    RequestError
        There are too few pictures, or a feature is not a number.
    """
    for features in (real, drawn):
        _check(features, max(FEWEST_FOR_MANIFOLD, neighbours + 1))
    _check_widths(real, drawn)
    return PrecisionRecall(
        share_within(drawn, real, neighbour_radii(real, neighbours)),
        share_within(real, drawn, neighbour_radii(drawn, neighbours)),
    )


def neighbour_radii(features: Features, neighbours: int = NEIGHBOURS) -> NDArray[np.float64]:
    """The squared distance of every point to its k-th nearest other point: (N,)."""
    out = np.empty(len(features))
    for start in range(0, len(features), _ROWS):
        part = squared_distances(features[start : start + _ROWS], features)
        part[np.arange(len(part)), start + np.arange(len(part))] = np.inf  # a point is not its own neighbour
        out[start : start + _ROWS] = np.partition(part, neighbours - 1, axis=1)[:, neighbours - 1]
    return out


def share_within(points: Features, manifold: Features, radii: NDArray[np.float64]) -> float:
    """The share of ``points`` (N, D) that lie in a ball of the manifold: its points (M, D) and their squared radii."""
    inside = 0
    for start in range(0, len(points), _ROWS):
        distances = squared_distances(points[start : start + _ROWS], manifold)
        inside += int((distances <= radii).any(axis=1).sum())
    return inside / len(points)


def squared_distances(a: Features, b: Features) -> NDArray[np.float64]:
    """Squared Euclidean distances (N, M) of the rows of (N, D) and (M, D), never negative."""
    x, y = np.asarray(a, np.float64), np.asarray(b, np.float64)
    table = np.square(x).sum(1)[:, None] + np.square(y).sum(1) - 2 * (x @ y.T)
    return np.asarray(np.maximum(table, 0))


def class_shares(classes: NDArray[np.integer], count: int) -> NDArray[np.float64]:
    """The share of each of ``count`` classes among (N,) class indices: (count,)."""
    _check_labels(classes, count)
    return np.bincount(classes, minlength=count) / len(classes)


def class_accuracy(asked: NDArray[np.integer], seen: NDArray[np.integer], count: int) -> NDArray[np.float64]:
    """How often a picture of each class is taken for one, (count,); NaN for a class that was not asked for."""
    _check_labels(asked, count)
    _check_labels(seen, count)
    with np.errstate(invalid="ignore"):
        right = np.bincount(asked[asked == seen], minlength=count)
        return np.asarray(right / np.bincount(asked, minlength=count))


def within_class_variance(values: Features, classes: NDArray[np.integer], count: int) -> NDArray[np.float64]:
    """The total variance of (N, D) values inside each of ``count`` classes: (count,).

    Of pictures as rows of pixels or of their features; drawn pictures' over real ones' is their diversity.  A class
    with fewer than two pictures has none.
    """
    _check(values, 1)
    _check_labels(classes, count)
    out = np.zeros(count)
    for index in range(count):
        own = np.asarray(values[classes == index], np.float64)
        out[index] = own.var(axis=0, ddof=1).sum() if len(own) > 1 else 0.0
    return out


def class_variances(
    values: Features | NDArray[np.uint8], classes: NDArray[np.integer], count: int, weights: NDArray[np.float64]
) -> Generator[float, None, NDArray[np.float64]]:
    """`within_class_variance` of (N, D) values, each counted as often as ``weights (B, N)`` say: (B, count).

    Bytes stand for themselves over 255.  Yields the fraction done; only some columns are numbers of 8 bytes at a time.
    """
    _check_labels(classes, count)
    out = np.zeros((len(weights), count))
    for index in range(count):
        own = np.flatnonzero(classes == index)
        counted = weights[:, own]
        total = counted.sum(axis=1)
        spread = np.zeros(len(weights))
        for start in range(0, values.shape[1] if len(own) else 0, _COLUMNS):
            x = values[own, start : start + _COLUMNS] / (255.0 if values.dtype == np.uint8 else 1.0)
            x = x.astype(np.float64) - x.mean(axis=0, dtype=np.float64)
            moments_1, moments_2 = counted @ x, counted @ np.square(x).sum(axis=1)
            spread += moments_2 - np.square(moments_1).sum(axis=1) / np.maximum(total, 1)
            yield (index + start / values.shape[1]) / count
        out[:, index] = np.where(total > 1, np.maximum(spread, 0) / np.maximum(total - 1, 1), 0.0)
    return out


def diversity(
    values: Features | NDArray[np.uint8],
    classes: NDArray[np.integer],
    shares: NDArray[np.float64],
    variances: NDArray[np.float64],
    draws: int = 100,
) -> Generator[float, None, tuple[float, float]]:
    """The variance within a class of drawn (N, D) over real pictures', averaged over the classes by real pictures'
    shares, and its standard error by bootstrap over the drawn ones (seeded).

    ``shares (K,)`` and ``variances (K,)`` are real pictures'.  Classes with fewer than two drawn pictures are left out
    of both; without any other it is not a number.  Yields the fraction done.
    """
    rng, n, count = np.random.default_rng(0), len(values), len(shares)
    drawn = [np.bincount(rng.integers(n, size=n), minlength=n) for _ in range(draws)]
    weights = np.stack([np.ones(n), *drawn]).astype(np.float64)
    ours = yield from class_variances(values, classes, count, weights)
    members = np.stack([weights[:, classes == index].sum(axis=1) for index in range(count)], axis=1)
    there = (members > 1) & (variances > 0)
    with np.errstate(invalid="ignore"):
        ratios = (there * shares * ours).sum(axis=1) / (there * shares * variances).sum(axis=1)
    spread = ratios[1:][np.isfinite(ratios[1:])]
    return float(ratios[0]), float(np.std(spread, ddof=1)) if len(spread) > 1 else float("nan")


def _check(features: Features, fewest: int, per_dim: int = 0) -> None:
    """Refuse what no figure can be made of: fewer than ``fewest`` pictures and ``per_dim`` more a feature."""
    if features.ndim != 2 or not features.shape[1]:
        raise RequestError(f"Features have the shape {features.shape}.", "Give a row of numbers for every picture.")
    fewest += per_dim * features.shape[1]
    if len(features) < fewest:
        raise RequestError(
            f"{len(features)} pictures are too few to compare sets of {features.shape[1]} features.",
            f"Give at least {fewest}; 10,000 make figures that can be compared.",
            given=len(features),
            needed=fewest,
        )
    if not np.isfinite(features).all():
        raise RequestError("A picture has a feature that is not a number.", "Leave broken pictures out.")


def _check_widths(one: Features, other: Features) -> None:
    if one.shape[1] != other.shape[1]:
        raise RequestError(
            f"One set has {one.shape[1]} features a picture, the other {other.shape[1]}.",
            "Compare pictures in the features of one classifier.",
        )


def _check_labels(classes: NDArray[np.integer], count: int) -> None:
    if not len(classes) or classes.min() < 0 or classes.max() >= count:
        raise RequestError(f"The classes of the pictures are not 0 to {count - 1}.", "Give each picture its class.")
