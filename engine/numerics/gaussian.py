"""A multivariate normal distribution, pixel by pixel."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray


class MultivariateNormal:
    """N(mean, covariance) over P numbers in an order: ``mean (P,)``, ``covariance (P, P)``.

    With the lower Cholesky factor L of the covariance, the i-th of the whitened numbers ``L^-1 (x - mean)`` belongs to
    the conditional distribution of x_i given those before it, whose standard deviation is L_ii.

    Raises
    ------
    ValueError
        The covariance is not positive definite: then there is no density.
    """

    def __init__(self, mean: NDArray[np.floating], covariance: NDArray[np.floating]) -> None:
        self.mean = np.asarray(mean, np.float64)
        try:
            factor = np.linalg.cholesky(np.asarray(covariance, np.float64))
        except np.linalg.LinAlgError as error:
            raise ValueError("the covariance is not positive definite") from error
        self.log_scale = np.log(np.diag(factor))
        self._whitening = np.linalg.inv(factor)

    def conditional_log_prob(self, x: NDArray[np.floating]) -> NDArray[np.float64]:
        """Nats of each number given those before it, ``(N, P)`` -> ``(N, P)``; a row's sum is log p(x)."""
        white = (np.asarray(x, np.float64) - self.mean) @ self._whitening.T
        return np.asarray(-0.5 * (white**2 + math.log(2 * math.pi)) - self.log_scale)
