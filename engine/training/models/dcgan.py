"""A GAN of plain convolutions in the manner of DCGAN [1], its discriminator with spectral norm [2].

The generator doubles the picture's size with transposed 4x4 convolutions, batch norm and ReLU; the discriminator
halves it with 4x4 convolutions and leaky ReLU, and has no batch norm, which would let it see a batch instead of a
picture.

References
----------
[1] A. Radford, L. Metz, S. Chintala, "Unsupervised Representation Learning with Deep Convolutional Generative
    Adversarial Networks", 2016, arXiv:1511.06434.
[2] T. Miyato et al., "Spectral Normalization for Generative Adversarial Networks", 2018, arXiv:1802.05957, table 3.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.training.models.gan import GAN, GANConfig, normalised, weighted_sum

LEAK = 0.1


@dataclass(frozen=True, kw_only=True)
class DCGANConfig(GANConfig):
    """Without classes: ``classes`` stays 0.

    ``patch``: squares of so many pixels a side enter and leave the networks as channels, so that large pictures cost
    no convolution at their own size (Shi et al., 2016, arXiv:1609.05158); ``widths`` then begin at that size.
    ``discriminator_widths`` are the discriminator's, where they are others.
    """

    patch: int = 1
    discriminator_widths: tuple[int, ...] = ()

    @property
    def smallest(self) -> tuple[int, int, int]:
        scale = self.patch * 2 ** (len(self.widths) - 1)
        return self.widths[-1], self.height // scale, self.width // scale


class DCGANGenerator(nn.Module):
    """z (N, D) -> pictures (N, C, H, W) in [-1, 1]."""

    def __init__(self, config: DCGANConfig) -> None:
        super().__init__()
        self.smallest, self.patch = config.smallest, config.patch
        channels, height, width = self.smallest
        self.first = nn.Linear(config.latent, channels * height * width)
        up: list[nn.Module] = [nn.BatchNorm2d(channels), nn.ReLU()]
        for before, after in zip(config.widths[:0:-1], config.widths[-2::-1], strict=True):
            up += [nn.ConvTranspose2d(before, after, 4, stride=2, padding=1, bias=False)]
            up += [nn.BatchNorm2d(after), nn.ReLU()]
        self.up = nn.Sequential(*up)
        self.out = nn.Conv2d(config.widths[0], config.channels * config.patch**2, 3, padding=1)
        for module in self.modules():
            if isinstance(module, nn.Conv2d | nn.ConvTranspose2d):
                nn.init.normal_(module.weight, std=0.02)

    def forward(self, z: Tensor, one_hot: Tensor | None = None) -> Tensor:
        features = torch.reshape(self.first(z), (-1, *self.smallest)).contiguous(memory_format=torch.channels_last)
        image = self.out(self.up(features)).float()
        return torch.tanh(F.pixel_shuffle(image, self.patch) if self.patch > 1 else image)


class DCGANDiscriminator(nn.Module):
    """Pictures (N, C, H, W) in [-1, 1] -> scores (N,)."""

    def __init__(self, config: DCGANConfig) -> None:
        super().__init__()
        self.patch = config.patch
        _, height, width = config.smallest
        widths = config.discriminator_widths or config.widths
        channels, patch = widths[-1], config.channels * config.patch**2
        down: list[nn.Module] = [normalised(nn.Conv2d(patch, widths[0], 3, padding=1))]
        for before, after in pairwise(widths):
            down += [nn.LeakyReLU(LEAK), normalised(nn.Conv2d(before, after, 4, stride=2, padding=1))]
        down += [nn.LeakyReLU(LEAK), normalised(nn.Conv2d(channels, channels, 3, padding=1))]
        self.down = nn.Sequential(*down)
        self.out = normalised(nn.Linear(channels * height * width, 1))

    def forward(self, image: Tensor, one_hot: Tensor | None = None) -> Tensor:
        if self.patch > 1:
            image = F.pixel_unshuffle(image, self.patch).contiguous(memory_format=torch.channels_last)
        features = F.leaky_relu(self.down(image).float(), LEAK)
        return weighted_sum(features.flatten(1), self.out)


class DCGAN(GAN):
    """A `GAN` of plain convolutions."""

    def __init__(self, config: DCGANConfig) -> None:
        super().__init__(config, DCGANGenerator(config), DCGANDiscriminator(config))
