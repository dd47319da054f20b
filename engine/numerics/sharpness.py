"""How sharp pictures are: the variance of their Laplacian, as focus is measured.

J. Pech-Pacheco et al., "Diatom autofocusing in brightfield microscopy: a comparative study", 2000, eq. 3 and 4 (LAPV).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.contracts.arrays import Images


def laplacian_variance(images: Images) -> NDArray[np.float64]:
    """Of display values (N, H, W, C), 0 to 1 each: the variance of the Laplacian (4 neighbours) inside the picture,
    averaged over the channels: (N,).  0 for pictures of less than 3 pixels a side."""
    if min(images.shape[1:3]) < 3:
        return np.zeros(len(images))
    x = images.astype(np.float32) / np.float32(255)
    edges = x[:, :-2, 1:-1] + x[:, 2:, 1:-1] + x[:, 1:-1, :-2] + x[:, 1:-1, 2:] - 4 * x[:, 1:-1, 1:-1]
    return np.asarray(edges.astype(np.float64).var(axis=(1, 2)).mean(axis=-1))


def ratio_with_spread(
    ours: NDArray[np.float64], theirs: NDArray[np.float64], draws: int = 200, seed: int = 0
) -> tuple[float, float]:
    """The mean of ``ours (N,)`` over the mean of ``theirs (M,)``, and its standard error by bootstrap over both."""
    rng = np.random.default_rng(seed)
    means = [values[rng.integers(len(values), size=(draws, len(values)))].mean(axis=1) for values in (ours, theirs)]
    with np.errstate(invalid="ignore", divide="ignore"):
        return float(ours.mean() / theirs.mean()), float(np.std(means[0] / means[1], ddof=1))
