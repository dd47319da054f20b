"""How well single latent dimensions stand for single factors: the mutual information gap.

References
----------
[1] R. Chen, X. Li, R. Grosse, D. Duvenaud, "Isolating Sources of Disentanglement in Variational Autoencoders", 2018,
    arXiv:1802.04942, section 4.1.
[2] F. Locatello et al., "Challenging Common Assumptions in the Unsupervised Learning of Disentangled Representations",
    2019, arXiv:1811.12359, whose 20 bins of the posterior's mean are used here.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

BINS = 20


def gap(information: NDArray[np.float64], entropies: NDArray[np.float64]) -> NDArray[np.float64]:
    """For each factor the information of the best dimension less the second best's, over the factor's entropy ([1],
    eq. 6): information (D, F), entropies (F,) -> (F,) in 0 .. 1.  Its mean is the MIG."""
    ordered = np.sort(information, axis=0)
    return np.asarray((ordered[-1] - ordered[-2]) / entropies)


def information_table(
    codes: NDArray[np.floating], factors: NDArray[np.integer]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The mutual information of every dimension with every factor (D, F), and the factors' entropies (F,), in nats.

    ``codes (N, D)`` are put into 20 bins of equal width, ``factors (N, F)`` are whole numbers.
    """
    binned = np.stack([_binned(column) for column in codes.T.astype(np.float64)], axis=1)
    table = [[mutual_information(code, factor) for factor in factors.T] for code in binned.T]
    return np.array(table), np.array([mutual_information(factor, factor) for factor in factors.T])


def mutual_information(a: NDArray[np.integer], b: NDArray[np.integer]) -> float:
    """The mutual information of two columns of whole numbers from 0 on, in nats; of one with itself its entropy."""
    joint = np.zeros((int(a.max()) + 1, int(b.max()) + 1))
    np.add.at(joint, (a, b), 1.0)
    joint /= joint.sum()
    apart = joint.sum(1, keepdims=True) * joint.sum(0, keepdims=True)
    there = joint > 0
    return float((joint[there] * np.log(joint[there] / apart[there])).sum())


def _binned(column: NDArray[np.float64]) -> NDArray[np.int64]:
    low, high = column.min(), column.max()
    width = (high - low) / BINS or 1.0
    return np.minimum(((column - low) / width).astype(np.int64), BINS - 1)
