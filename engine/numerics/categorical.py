"""Categorical distributions given by logits, at a temperature."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def log_softmax(logits: NDArray[np.float32], temperature: float = 1.0) -> NDArray[np.float64]:
    """``log softmax(logits / temperature)`` over the last axis, in nats.

    Temperature 0 is the limit: all mass on the first of the largest logits (log p is 0 there, -inf elsewhere).
    """
    if temperature <= 0:
        out = np.full(logits.shape, -np.inf)
        np.put_along_axis(out, logits.argmax(-1)[..., None], 0.0, axis=-1)
        return out
    scaled = logits.astype(np.float64) / temperature
    scaled -= scaled.max(-1, keepdims=True)
    return np.asarray(scaled - np.log(np.exp(scaled).sum(-1, keepdims=True)))


def log_prob(logits: NDArray[np.float32], levels: NDArray[np.int64], temperature: float = 1.0) -> NDArray[np.float64]:
    """Nats of the chosen levels: logits (..., K), levels (...) -> (...)."""
    chosen = np.take_along_axis(log_softmax(logits, temperature), levels[..., None], axis=-1)
    return np.asarray(chosen[..., 0])


def entropy(logits: NDArray[np.float32], temperature: float = 1.0) -> NDArray[np.float64]:
    """Entropy in nats: logits (..., K) -> (...)."""
    log_p = log_softmax(logits, temperature)
    return entropy_of(log_p, np.exp(log_p))


def entropy_of(log_p: NDArray[np.float64], p: NDArray[np.float64]) -> NDArray[np.float64]:
    """Entropy in nats of distributions over the last axis, given as log p and p: (..., K) -> (...)."""
    return np.asarray(-np.sum(p * np.where(p > 0, log_p, 0.0), axis=-1))
