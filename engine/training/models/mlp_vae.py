"""Autoencoder and VAE of fully connected layers: small, fast, and at its best with two latent dimensions.

The network of Kingma and Welling [1, appendix C.2] with more and wider layers.

References
----------
[1] D. Kingma, M. Welling, "Auto-Encoding Variational Bayes", 2014, arXiv:1312.6114.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from engine.training.models.likelihoods import PixelParameters
from engine.training.models.vae import VAE, VAEConfig, code_width


@dataclass(frozen=True, kw_only=True)
class MLPConfig(VAEConfig):
    """The size of the network: ``hidden`` widths from the picture inwards, mirrored in the decoder.

    The encoder may have widths of its own, ``encoder_hidden``.  ``dropout`` is the share of the encoder's hidden units
    that a training step leaves out.
    """

    hidden: tuple[int, ...] = (512, 512)
    dropout: float = 0.0
    encoder_hidden: tuple[int, ...] = ()


class MLPVAE(VAE):
    """A `VAE` of fully connected layers."""

    config: MLPConfig

    def __init__(self, config: MLPConfig) -> None:
        super().__init__()
        self.config = config
        pixels = config.channels * config.height * config.width
        outwards = config.encoder_hidden or config.hidden
        self.encoder = _layers((pixels, *outwards), config.dropout)
        self.code = nn.Linear(outwards[-1], code_width(config))
        inwards = tuple(reversed(config.hidden))
        self.decoder = _layers((config.latent, *inwards), 0.0)
        self.picture = nn.Linear(inwards[-1], pixels)
        self.pixels = PixelParameters(config.likelihood, config.channels, config.smallest_log_scale)

    def codes(self, image: Tensor) -> Tensor:
        return self.code(self.encoder((image - 0.5).flatten(1)))

    def decode(self, z: Tensor) -> Tensor:
        config = self.config
        raw: Tensor = self.picture(self.decoder(z))
        return torch.reshape(raw, (-1, config.channels, config.height, config.width))


def _layers(widths: Sequence[int], dropout: float) -> nn.Sequential:
    """Linear layers of these widths, each followed by a SiLU."""
    layers: list[nn.Module] = []
    for before, after in itertools.pairwise(widths):
        layers += [nn.Linear(before, after), nn.SiLU()]
        layers += [nn.Dropout(dropout)] if dropout else []
    return nn.Sequential(*layers)
