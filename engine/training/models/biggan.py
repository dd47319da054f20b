"""A class-conditional GAN in BigGAN's manner [1], in small.

Generator: residual blocks whose batch norm takes gain and bias from the class's vector (one for all layers) and from
the block's own piece of z.  Discriminator: residual blocks with spectral norm, summed over the picture, and the class
by projection [2].

References
----------
[1] A. Brock, J. Donahue, K. Simonyan, "Large Scale GAN Training for High Fidelity Natural Image Synthesis", 2019,
    arXiv:1809.11096, figure 15.
[2] T. Miyato, M. Koyama, "cGANs with Projection Discriminator", 2018, arXiv:1802.05637.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.training.models.gan import GAN, GANConfig, normalised, weighted_sum

GAIN_STD = 0.05
"""How strongly class and z turn the gains at the start: by about a fifth."""


@dataclass(frozen=True, kw_only=True)
class BigGANConfig(GANConfig):
    """``latent`` is divided evenly between the first layer and the blocks, of which there is one a doubling;
    ``embedding`` is the width of a class's vector, which all the generator's layers share."""

    embedding: int = 32

    @property
    def piece(self) -> int:
        """The numbers of z that the first layer and each block have for themselves."""
        return self.latent // len(self.widths)


class ConditionalNorm(nn.Module):
    """Batch norm whose gain and bias are linear in a condition (N, E): (N, C, H, W) -> the same."""

    def __init__(self, channels: int, condition: int) -> None:
        super().__init__()
        self.norm = nn.BatchNorm2d(channels, affine=False)
        self.gain, self.bias = nn.Linear(condition, channels), nn.Linear(condition, channels)
        for layer in (self.gain, self.bias):
            nn.init.normal_(layer.weight, std=GAIN_STD)
            nn.init.zeros_(layer.bias)

    def forward(self, x: Tensor, condition: Tensor) -> Tensor:
        gain, bias = (layer(condition)[..., None, None] for layer in (self.gain, self.bias))
        return torch.addcmul(bias, self.norm(x), 1 + gain)


class GeneratorBlock(nn.Module):
    """Twice the size: (N, A, H, W) -> (N, B, 2H, 2W), residual."""

    def __init__(self, before: int, after: int, condition: int) -> None:
        super().__init__()
        self.norm_1, self.norm_2 = ConditionalNorm(before, condition), ConditionalNorm(after, condition)
        self.conv_1 = nn.Conv2d(before, after, 3, padding=1, bias=False)
        self.conv_2 = nn.Conv2d(after, after, 3, padding=1)
        self.skip = nn.Conv2d(before, after, 1, bias=False)

    def forward(self, x: Tensor, condition: Tensor) -> Tensor:
        inner = self.conv_1(doubled(F.relu(self.norm_1(x, condition))))
        inner = self.conv_2(F.relu(self.norm_2(inner, condition)))
        return inner + doubled(self.skip(x))


class DiscriminatorBlock(nn.Module):
    """(N, A, H, W) -> (N, B, H, W), or half the size, residual; ``first`` takes pictures as they are."""

    def __init__(self, before: int, after: int, *, halve: bool, first: bool = False) -> None:
        super().__init__()
        self.halve, self.first = halve, first
        self.conv_1 = normalised(nn.Conv2d(before, after, 3, padding=1))
        self.conv_2 = normalised(nn.Conv2d(after, after, 3, padding=1))
        self.skip = normalised(nn.Conv2d(before, after, 1))

    def forward(self, x: Tensor) -> Tensor:
        inner = self.conv_2(F.relu(self.conv_1(x if self.first else F.relu(x))))
        if not self.halve:
            return inner + self.skip(x)
        return F.avg_pool2d(inner, 2) + self.skip(F.avg_pool2d(x, 2))


class BigGANGenerator(nn.Module):
    """z (N, D) and one-hot rows (N, K) -> pictures (N, C, H, W) in [-1, 1]."""

    def __init__(self, config: BigGANConfig) -> None:
        super().__init__()
        self.smallest, self.piece = config.smallest, config.piece
        channels, height, width = self.smallest
        self.embedding = nn.Linear(config.classes, config.embedding, bias=False)
        self.first = nn.Linear(config.piece, channels * height * width)
        condition = config.embedding + config.piece
        self.blocks = nn.ModuleList(
            GeneratorBlock(before, after, condition) for before, after in pairwise(reversed(config.widths))
        )
        self.norm = nn.BatchNorm2d(config.widths[0])
        self.out = nn.Conv2d(config.widths[0], config.channels, 3, padding=1)
        make_orthogonal(self)
        nn.init.normal_(self.embedding.weight)

    def forward(self, z: Tensor, one_hot: Tensor | None) -> Tensor:
        assert one_hot is not None
        pieces, label = z.split(self.piece, dim=1), self.embedding(one_hot)
        x = torch.reshape(self.first(pieces[0]), (-1, *self.smallest)).contiguous(memory_format=torch.channels_last)
        for block, piece in zip(self.blocks, pieces[1:], strict=True):
            x = block(x, torch.cat([label, piece], dim=1))
        return torch.tanh(self.out(F.relu(self.norm(x))).float())


class BigGANDiscriminator(nn.Module):
    """Pictures (N, C, H, W) in [-1, 1] and one-hot rows (N, K) -> scores (N,)."""

    def __init__(self, config: BigGANConfig) -> None:
        super().__init__()
        widths = config.widths
        blocks = [DiscriminatorBlock(config.channels, widths[0], halve=True, first=True)]
        blocks += [
            DiscriminatorBlock(before, after, halve=index < len(widths) - 2)
            for index, (before, after) in enumerate(pairwise(widths))
        ]
        self.blocks = nn.Sequential(*blocks)
        self.out = normalised(nn.Linear(widths[-1], 1))
        self.projection = normalised(nn.Linear(config.classes, widths[-1], bias=False))

    def forward(self, image: Tensor, one_hot: Tensor | None) -> Tensor:
        assert one_hot is not None
        features = F.relu(self.blocks(image)).float().sum((2, 3))
        return weighted_sum(features, self.out) + (self.projection(one_hot) * features).float().sum(1)


class BigGAN(GAN):
    """A `GAN` of residual blocks with a class."""

    def __init__(self, config: BigGANConfig) -> None:
        super().__init__(config, BigGANGenerator(config), BigGANDiscriminator(config))


def doubled(x: Tensor) -> Tensor:
    """Every pixel twice, both ways."""
    return F.interpolate(x, scale_factor=2, mode="nearest")


def make_orthogonal(network: nn.Module) -> None:
    """Orthogonal weights in all convolutions and linear layers but those of conditions (Saxe et al., 2014)."""
    conditional = {id(layer) for m in network.modules() if isinstance(m, ConditionalNorm) for layer in (m.gain, m.bias)}
    for module in network.modules():
        if isinstance(module, nn.Conv2d | nn.Linear) and id(module) not in conditional:
            nn.init.orthogonal_(module.weight)
