"""What every autoencoder and VAE is, whatever its layers."""

from __future__ import annotations

from dataclasses import dataclass

import torch.nn.functional as F
from torch import Tensor, nn

from engine.training.models.likelihoods import SMALLEST_LOG_SCALE, Likelihood, PixelParameters

LARGEST_LOG_VAR = 10.0
"""A posterior 150 times as wide as the prior: never wanted, but a step towards more would overflow the exponential."""


@dataclass(frozen=True, kw_only=True)
class VAEConfig:
    """The pictures' ``height``, ``width`` and ``channels``, what the ``likelihood`` makes of them, and ``latent`` D.

    A logistic likelihood's scale stays above ``exp(smallest_log_scale)``: the smaller it gets, the less the KL counts
    beside it, and the more of the prior decodes to nothing.
    """

    height: int
    width: int
    likelihood: Likelihood
    latent: int
    channels: int = 1
    smallest_log_scale: float = SMALLEST_LOG_SCALE


class VAE(nn.Module):
    """An encoder and a decoder; with the likelihood ``"none"`` a plain autoencoder."""

    config: VAEConfig
    pixels: PixelParameters

    def encode(self, image: Tensor) -> tuple[Tensor, Tensor | None]:
        """Pictures (N, C, H, W) in [0, 1] -> mu and log_var of q(z|x), each (N, D); of an autoencoder z and None."""
        code = self.codes(image)
        if self.config.likelihood == "none":
            return code, None
        mu, log_var = code.chunk(2, dim=1)
        return mu, LARGEST_LOG_VAR - F.softplus(LARGEST_LOG_VAR - log_var.float())  # below 0 the same to 5e-5

    def codes(self, image: Tensor) -> Tensor:
        """The encoder's last layer: (N, D), or (N, 2 D) where there is a log_var."""
        raise NotImplementedError

    def decode(self, z: Tensor) -> Tensor:
        """Codes (N, D) -> what `PixelParameters` takes (N, C, H, W)."""
        raise NotImplementedError


def code_width(config: VAEConfig) -> int:
    """The width of the encoder's last layer."""
    return config.latent if config.likelihood == "none" else 2 * config.latent
