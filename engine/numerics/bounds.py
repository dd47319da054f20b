"""Lower bounds on the log-likelihood of a latent variable model: the ELBO and the importance-weighted bound.

References
----------
[1] D. Kingma, M. Welling, "Auto-Encoding Variational Bayes", ICLR 2014, arXiv:1312.6114.
[2] Y. Burda, R. Grosse, R. Salakhutdinov, "Importance Weighted Autoencoders", ICLR 2016, arXiv:1509.00519.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.numerics.likelihood import log_mean_exp


def log_weights(
    log_likelihood: NDArray[np.float64],
    z: NDArray[np.float64],
    noise: NDArray[np.float64],
    log_var: NDArray[np.float64],
) -> NDArray[np.float64]:
    """``log p(x|z) + log p(z) - log q(z|x)``, nats: the importance weights of [2].

    ``z = mu + exp(log_var / 2) noise (..., D)``; of the two normal densities the constants cancel.
    """
    return np.asarray(log_likelihood + 0.5 * (noise**2 - z**2 + log_var).sum(axis=-1))


def sample_counts(samples: int) -> NDArray[np.int64]:
    """1, 2, 5, 10, 20, 50, ... below ``samples``, and ``samples``."""
    counts = [lead * 10**power for power in range(len(str(samples))) for lead in (1, 2, 5)]
    return np.array([*(k for k in counts if k < samples), samples], np.int64)


def importance_bound(weights: NDArray[np.float64], k: int) -> NDArray[np.float64]:
    """The bound L_k of [2], eq. 8, from K log weights: ``(N, K)`` -> ``(N,)``.

    The mean over as many groups of k as there are, which spreads less than one group and has the same expectation.
    """
    groups = weights.shape[1] // k
    grouped = weights[:, : groups * k].reshape(len(weights), groups, k)
    return np.asarray(log_mean_exp(grouped, axis=2).mean(axis=1))
