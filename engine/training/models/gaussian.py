"""A Gaussian over whole pictures: the lecture's opening example, and why depth is needed.

Maximum likelihood has a closed form: the mean and the covariance of the data.  A byte v is taken for a number spread
evenly over ``[v / 256, (v + 1) / 256]``, which adds half a level to the mean and a twelfth of its square to every
variance; without it, pixels that are black in every picture would have no variance and the density no bound.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn


@dataclass(frozen=True)
class GaussianConfig:
    """A full-covariance Gaussian over pictures: ``jitter`` is added to the variance of every pixel in [0, 1]."""

    height: int
    width: int
    jitter: float
    channels: int = 1

    @property
    def pixels(self) -> int:
        """P, the dimensions of the pictures and of z."""
        return self.height * self.width * self.channels


class Gaussian(nn.Module):
    """``decode``: z (N, P) -> ``mean + L z`` as pictures (N, C, H, W), with L the Cholesky factor of the covariance.

    An affine map and nothing else: it is not clipped to [0, 1], so that mean and factor can be read off it.
    """

    config: GaussianConfig
    mean: Tensor
    factor: Tensor

    def __init__(self, config: GaussianConfig) -> None:
        super().__init__()
        self.config = config
        self.register_buffer("mean", torch.zeros(config.pixels))
        self.register_buffer("factor", torch.zeros(config.pixels, config.pixels))

    def decode(self, z: Tensor) -> Tensor:
        config = self.config
        return torch.reshape(self.mean + z @ self.factor.T, (-1, config.channels, config.height, config.width))


@dataclass
class Moments:
    """Sums over pictures of P bytes, to which more can be added: exact, since they are whole numbers."""

    count: int
    total: NDArray[np.float64]
    products: NDArray[np.float64]

    @classmethod
    def none(cls, pixels: int) -> Moments:
        """Of no pictures yet."""
        return cls(0, np.zeros(pixels), np.zeros((pixels, pixels)))

    def add(self, pictures: NDArray[np.uint8]) -> None:
        """Add pictures (N, ...) of P bytes each."""
        values = pictures.reshape(len(pictures), -1).astype(np.float64)
        self.count += len(values)
        self.total += values.sum(0)
        self.products += values.T @ values

    def maximum_likelihood(self, jitter: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Mean (P,) and covariance (P, P) of the dequantized pictures in [0, 1], the jitter added."""
        mean = self.total / self.count
        covariance = self.products / self.count - np.outer(mean, mean)
        return (mean + 0.5) / 256, covariance / 256**2 + np.eye(len(mean)) * (1 / (12 * 256**2) + jitter)


def log_density(
    pictures: NDArray[np.uint8], mean: NDArray[np.float64], factor: NDArray[np.float64], added: NDArray[np.float64]
) -> NDArray[np.float64]:
    """``log p`` of each picture in nats, (N,), dequantized to ``(v + u) / 256`` with u = ``added`` (N, P) in 0 .. 1;
    ``factor`` is lower triangular."""
    x = (pictures.reshape(len(pictures), -1) + added) / 256
    white = np.linalg.solve(factor, (x - mean).T)
    constant = np.log(np.diag(factor)).sum() + 0.5 * len(mean) * np.log(2 * np.pi)
    return np.asarray(-0.5 * np.square(white).sum(0) - constant)
