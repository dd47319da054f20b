"""Log-likelihoods of whole pictures: the chain rule, mixtures over classes, bits per dimension."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray


def bits_per_dim(nats: NDArray[np.float64], dims: int) -> NDArray[np.float64]:
    """``-log2 p(x) / dims`` from ``log p(x)`` in nats."""
    return -nats / (dims * math.log(2))


def log_mean_exp(values: NDArray[np.float64], axis: int) -> NDArray[np.float64]:
    """``log mean exp`` along an axis, without overflow; -inf where all values are."""
    top = values.max(axis=axis, keepdims=True)
    top = np.where(np.isneginf(top), 0, top)
    with np.errstate(divide="ignore"):
        return np.asarray(np.squeeze(top, axis) + np.log(np.exp(values - top).mean(axis=axis)))


def mixture_log_prob(log_prob: NDArray[np.float64]) -> NDArray[np.float64]:
    """Per-pixel log-likelihood of a mixture over classes of equal prior weight.

    ``log_prob : (C, N, H, W)`` is ``log p(x_i | x_<i, c)``; returns ``(N, H, W)``, whose sum over the picture is
    ``log (1/C) sum_c p(x | c)``: with ``L_i(c)`` the running sum, pixel i gets
    ``log mean_c exp L_i(c) - log mean_c exp L_{i-1}(c)``, which is ``log p(x_i | x_<i)`` by the chain rule.
    """
    classes, n, height, width = log_prob.shape
    running = np.cumsum(log_prob.reshape(classes, n, height * width), axis=2)
    marginal = log_mean_exp(running, axis=0)  # (N, H*W): log p(x_1 .. x_i)
    first = np.zeros((n, 1))
    return np.diff(np.concatenate([first, marginal], axis=1), axis=1).reshape(n, height, width)
