"""The standard normal distribution: its distribution function, the inverse of that, and KL divergence from it.

The inverse is Wichura's algorithm AS 241 (PPND16) [1], good to about 16 digits.

References
----------
[1] M. Wichura, "Algorithm AS 241: The percentage points of the normal distribution", Applied Statistics 37 (1988).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

_CENTRE = (
    (3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3, 1.3731693765509461125e4,
     4.5921953931549871457e4, 6.7265770927008700853e4, 3.3430575583588128105e4, 2.5090809287301226727e3),
    (1.0, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3,
     2.1213794301586595867e4, 3.9307895800092710610e4, 2.8729085735721942674e4, 5.2264952788528545610e3),
)  # fmt: skip
_FLANK = (
    (1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0, 3.64784832476320460504e0,
     1.27045825245236838258e0, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4),
    (1.0, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
     1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4, 1.05075007164441684324e-9),
)  # fmt: skip
_TAIL = (
    (6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0, 2.96560571828504891230e-1,
     2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7),
    (1.0, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
     7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15),
)  # fmt: skip
"""Numerator and denominator of AS 241's three rational approximations, lowest power first."""

_erfc = np.frompyfunc(math.erfc, 1, 1)


def normal_cdf(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """P(Z <= x) of a standard normal Z, element by element."""
    return np.asarray(_erfc(-np.asarray(x, np.float64) / math.sqrt(2)), np.float64) / 2


def inverse_normal_cdf(p: NDArray[np.float64]) -> NDArray[np.float64]:
    """The x with P(Z <= x) = p, element by element; -inf at 0, inf at 1, NaN outside."""
    p = np.asarray(p, np.float64)
    q = p - 0.5
    with np.errstate(divide="ignore", invalid="ignore"):
        r = np.sqrt(-np.log(np.minimum(p, 1 - p)))
        x = np.asarray(q * _ratio(_CENTRE, 0.180625 - q * q))
        outer = np.abs(q) > 0.425
        if outer.any():
            sign, s = np.sign(q[outer]), r[outer]
            tail = np.where(s <= 5, _ratio(_FLANK, s - 1.6), _ratio(_TAIL, np.where(np.isinf(s), 0, s) - 5))
            x[outer] = sign * np.where(np.isinf(s), np.inf, tail)
    return np.where(np.isnan(r), np.nan, x)


def kl_divergence(mu: NDArray[np.floating], log_var: NDArray[np.floating]) -> NDArray[np.float64]:
    """KL(N(mu, exp(log_var)) || N(0, 1)) in nats, element by element: ``(mu^2 + e^log_var - 1 - log_var) / 2``.

    ``expm1`` keeps a collapsed dimension's tiny divergence from being rounded to noise.
    """
    m, v = np.asarray(mu, np.float64), np.asarray(log_var, np.float64)
    return np.asarray((m * m + np.expm1(v) - v) / 2)


def _ratio(coefficients: tuple[tuple[float, ...], tuple[float, ...]], r: NDArray[np.float64]) -> NDArray[np.float64]:
    above, below = (np.polynomial.polynomial.polyval(r, c) for c in coefficients)
    return np.asarray(above / below)


def sigmoid(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """1 / (1 + e^-x), without overflow."""
    return np.asarray(0.5 + 0.5 * np.tanh(0.5 * x))
