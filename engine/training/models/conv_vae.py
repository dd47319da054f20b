"""Convolutional autoencoder and VAE: residual blocks between halvings of the picture.

Resolution changes by moving pixels into channels and back ("sub-pixel convolution", Shi et al. [1]): the first and the
last convolution already work at half the resolution, where a processor spends a quarter of the time, and no
transposed convolution leaves its checkerboard.  Blocks are residual and without normalisation; the last convolution of
each starts at a tenth of its usual size.

References
----------
[1] W. Shi et al., "Real-Time Single Image and Video Super-Resolution Using an Efficient Sub-Pixel Convolutional Neural
    Network", 2016, arXiv:1609.05158.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.training.models.likelihoods import PixelParameters
from engine.training.models.vae import VAE, VAEConfig, code_width


@dataclass(frozen=True, kw_only=True)
class ConvConfig(VAEConfig):
    """The size of the network: ``widths`` channels at 1/2, 1/4, ... of the picture's size.

    ``blocks`` residual blocks at each of these sizes; ``hidden`` width of the layer between the smallest feature map
    and the code.
    """

    widths: tuple[int, ...] = (32, 64)
    blocks: tuple[int, ...] = (1, 1)
    hidden: int = 256


class ResidualBlock(nn.Module):
    """``x + conv(silu(conv(silu(x))))``, 3x3."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(channels, channels, 3, padding=1)
        self.second = nn.Conv2d(channels, channels, 3, padding=1)
        with torch.no_grad():
            self.second.weight.mul_(0.1)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.second(F.silu(self.first(F.silu(x))))


class Halve(nn.Module):
    """Every 2x2 pixels into channels, then a 3x3 convolution: (N, A, H, W) -> (N, B, H/2, W/2)."""

    def __init__(self, channels_in: int, channels_out: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(4 * channels_in, channels_out, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        return self.conv(F.pixel_unshuffle(x, 2))


class Double(nn.Module):
    """A 3x3 convolution, then four channels into every 2x2 pixels: (N, A, H, W) -> (N, B, 2H, 2W)."""

    def __init__(self, channels_in: int, channels_out: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(channels_in, 4 * channels_out, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        return F.pixel_shuffle(self.conv(F.silu(x)), 2)


class ConvVAE(VAE):
    """A `VAE` of convolutions; height and width are divisible by two to the number of ``widths``."""

    config: ConvConfig

    def __init__(self, config: ConvConfig) -> None:
        super().__init__()
        self.config = config
        widths, smallest = config.widths, 2 ** len(config.widths)
        self.smallest = (widths[-1], config.height // smallest, config.width // smallest)
        features = self.smallest[0] * self.smallest[1] * self.smallest[2]

        down: list[nn.Module] = []
        for before, after, blocks in zip((config.channels, *widths), widths, config.blocks, strict=False):
            down += [Halve(before, after), *(ResidualBlock(after) for _ in range(blocks))]
        self.down = nn.Sequential(*down)
        self.inwards = nn.Linear(features, config.hidden)
        self.code = nn.Linear(config.hidden, code_width(config))

        self.outwards = nn.Linear(config.latent, config.hidden)
        self.spread = nn.Linear(config.hidden, features)
        up: list[nn.Module] = []
        outwards = (*reversed(widths[:-1]), config.channels)
        for before, after, blocks in zip(reversed(widths), outwards, reversed(config.blocks), strict=True):
            up += [*(ResidualBlock(before) for _ in range(blocks)), Double(before, after)]
        self.up = nn.Sequential(*up)
        self.pixels = PixelParameters(config.likelihood, config.channels, config.smallest_log_scale)

    def codes(self, image: Tensor) -> Tensor:
        features = F.silu(self.down(image - 0.5)).flatten(1)
        return self.code(F.silu(self.inwards(features)))

    def decode(self, z: Tensor) -> Tensor:
        features = self.spread(F.silu(self.outwards(z)))
        smallest = torch.reshape(features, (-1, *self.smallest))
        raw: Tensor = self.up(smallest)
        return raw
