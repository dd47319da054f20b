"""The evidence lower bound and its parts, per image in nats.

References
----------
D. Kingma, M. Welling, "Auto-Encoding Variational Bayes", 2014, arXiv:1312.6114, eq. 3 and appendix B.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.training.latent_data import as_input
from engine.training.models.vae import VAE

MEASURE_SEED = 1234


@dataclass(frozen=True)
class Elbo:
    """``reconstruction`` (N,) is log p(x|z) with one z ~ q(z|x), ``kl`` (N, D) the KL from the prior to q by dimension;
    of an autoencoder minus the squared error, and zeros (N, 1).  ``mu`` and ``log_var`` (N, D) are q's, where there is
    one."""

    reconstruction: Tensor
    kl: Tensor
    mu: Tensor
    log_var: Tensor | None = None

    @property
    def elbo(self) -> Tensor:
        return self.reconstruction - self.kl.sum(1)


def elbo(model: VAE, image: Tensor) -> Elbo:
    """The bound of pictures (N, C, H, W) in [0, 1], with z drawn from torch's generator as it stands."""
    mu, log_var = model.encode(image)
    mu = mu.float()
    if log_var is None:
        reconstruction = model.pixels.log_prob(model.decode(mu), image)
        return Elbo(reconstruction, torch.zeros(len(image), 1), mu)
    log_var = log_var.float()
    z = mu + torch.exp(0.5 * log_var) * torch.randn_like(mu)
    return Elbo(model.pixels.log_prob(model.decode(z), image), normal_kl(mu, log_var), mu, log_var)


def hint_error(bound: Elbo, hints: Tensor) -> Tensor:
    """How far a draw from q is from the hints in its first coordinates, squared and expected: (N,).

    ``hints`` (N, T) are 1 where a picture has a trait, -1 where not, and 0 where nothing is asked.
    """
    assert bound.log_var is not None
    first = hints.shape[1]
    off = (bound.mu[:, :first] - hints).square() + torch.exp(bound.log_var[:, :first])
    return (hints.abs() * off).sum(1)


def normal_kl(mu: Tensor, log_var: Tensor) -> Tensor:
    """KL(N(mu, exp(log_var)) || N(0, 1)) by dimension, nats (appendix B)."""
    return 0.5 * (mu.square() + torch.exp(log_var) - 1 - log_var)


@contextmanager
def seeded(*key: int) -> Iterator[None]:
    """Let torch draw as this key says, and put its generator back afterwards."""
    seed = int(np.random.SeedSequence(key).generate_state(1, np.uint64)[0] >> np.uint64(1))
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        yield


@torch.no_grad()
def mean_loss(model: VAE, pixels: NDArray[np.uint8], batch: int = 250) -> float:
    """Minus the mean ELBO (an autoencoder's squared error) of display values, in float32, with one fixed draw of z."""
    total = 0.0
    with seeded(MEASURE_SEED):
        for start in range(0, len(pixels), batch):
            image = torch.from_numpy(as_input(pixels[start : start + batch]))
            total -= float(elbo(model, image).elbo.double().sum())
    return total / len(pixels)
