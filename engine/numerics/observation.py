"""What a decoder's outputs mean: the distribution p(x|z) of a picture, every pixel by itself.

Pictures are units, 0 to 1, ``(..., C, H, W)``; the decoder gives the ``mean`` and for some likelihoods ``log_scale``,
of the same shape (see `engine.contracts.manifest.LatentSpec`).

References
----------
[1] T. Salimans, A. Karpathy, X. Chen, D. Kingma, "PixelCNN++", ICLR 2017, eq. 2: the discretized logistic.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from engine.numerics.normal import inverse_normal_cdf

HALF_LEVEL = 1 / 510
"""Half the distance of two of 256 levels, in units."""
_LEAST, _MOST = 1e-30, 1 - 2.0**-24
"""A probability in single precision: 1 - p resolves no finer than this."""


def log_prob(
    likelihood: str,
    x: NDArray[np.float32],
    mean: NDArray[np.float32],
    log_scale: NDArray[np.float32] | None = None,
) -> NDArray[np.float64]:
    """Nats of pictures given z, summed over their pixels: ``(..., C, H, W)`` that go together -> ``(...)``."""
    if likelihood == "bernoulli":
        return _bernoulli(x, mean)
    if log_scale is None:
        raise ValueError(f"the likelihood {likelihood!r} needs log_scale")
    return {"logistic": _logistic, "gaussian": _gaussian}[likelihood](x, mean, log_scale)


def draw(
    likelihood: str,
    uniforms: NDArray[np.float64],
    mean: NDArray[np.float32],
    log_scale: NDArray[np.float32] | None = None,
) -> NDArray[np.float64]:
    """Pictures x ~ p(x|z) in units, by inverting the distribution function at ``uniforms``; all of one shape.

    Of ``logistic`` and ``gaussian`` the values are continuous: rounding to levels and clipping to 0 .. 1 is the same as
    giving each level its bin, and the outermost ones the tails.
    """
    if likelihood == "bernoulli":
        return (uniforms < mean).astype(np.float64)
    if log_scale is None:
        raise ValueError(f"the likelihood {likelihood!r} needs log_scale")
    standard = np.log(uniforms) - np.log1p(-uniforms) if likelihood == "logistic" else inverse_normal_cdf(uniforms)
    return mean + np.exp(log_scale.astype(np.float64)) * standard


def _bernoulli(x: NDArray[np.float32], mean: NDArray[np.float32]) -> NDArray[np.float64]:
    mean = np.clip(mean, 0, 1)  # no probability is beyond, whatever a decoder gives; what is no number stays so
    p = np.where(x > 0.5, mean, 1 - np.minimum(mean, np.float32(_MOST)))
    return _over_picture(np.log(np.maximum(p, np.float32(_LEAST))))


def _logistic(x: NDArray[np.float32], mean: NDArray[np.float32], log_scale: NDArray[np.float32]) -> NDArray[np.float64]:
    """With F the logistic function, ``F(a) - F(b) = F(a) F(-b) (1 - e^(b - a))``: nothing cancels."""
    with np.errstate(over="ignore", invalid="ignore"):  # what is not a number stays so
        precision = np.exp(-log_scale.astype(np.float64))
        off = np.rint(x.astype(np.float64) * 255) / 255 - mean  # bins that touch, whatever single precision made of v
        below_upper = -np.logaddexp(0, -(off + HALF_LEVEL) * precision)
        above_lower = -np.logaddexp(0, (off - HALF_LEVEL) * precision)
        between = below_upper + above_lower + np.log(-np.expm1(-2 * HALF_LEVEL * precision))
    nats = np.where(x < HALF_LEVEL, below_upper, np.where(x > 1 - HALF_LEVEL, above_lower, between))
    return _over_picture(nats)


def _gaussian(x: NDArray[np.float32], mean: NDArray[np.float32], log_scale: NDArray[np.float32]) -> NDArray[np.float64]:
    s = log_scale.astype(np.float64)
    standard = (x.astype(np.float64) - mean) * np.exp(-s)
    return _over_picture(-0.5 * (standard**2 + math.log(2 * math.pi)) - s)


def _over_picture(nats: NDArray[np.floating]) -> NDArray[np.float64]:
    return np.asarray(nats.sum(axis=(-3, -2, -1), dtype=np.float64))
