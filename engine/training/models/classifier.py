"""A small classifier whose last layer but one is the space that samples are measured and compared in.

The layers are those of the convolutional encoder (`engine.training.models.conv_vae`); without batch norm, so that a
picture's features do not depend on any batch.

Each picture's features are scaled to mean 0 and variance 1: without that empty and broken pictures have small features
and lie near the origin, inside the wide neighbourhood of some faint real one, and pass for precise (measured on MNIST:
of almost black pictures all were precise before and none are now, of pictures with shuffled pixels 33 and 2 per cent).
"""

from __future__ import annotations

from dataclasses import dataclass

import torch.nn.functional as F
from torch import Tensor, nn

from engine.training.models.conv_vae import Halve, ResidualBlock


@dataclass(frozen=True, kw_only=True)
class ClassifierConfig:
    """The pictures' size, ``heads`` the number of values of each thing that is told (the class, or the attributes),
    ``features`` F; ``widths`` channels at 1/2, 1/4, ... of the picture's size; ``dropped`` the share of dropout."""

    height: int
    width: int
    heads: tuple[int, ...]
    channels: int = 1
    features: int = 64
    widths: tuple[int, ...] = (32, 64)
    dropped: float = 0.3


class Classifier(nn.Module):
    """Pictures (N, C, H, W) in [0, 1] -> logits (N, sum of the heads) and features (N, F)."""

    def __init__(self, config: ClassifierConfig) -> None:
        super().__init__()
        self.config = config
        down: list[nn.Module] = []
        before = config.channels
        for after in config.widths:
            down += [Halve(before, after), ResidualBlock(after)]
            before = after
        self.down = nn.Sequential(*down)
        scale = 2 ** len(config.widths)
        self.inwards = nn.Linear(before * (config.height // scale) * (config.width // scale), config.features)
        self.dropout = nn.Dropout(config.dropped)
        self.out = nn.Linear(config.features, sum(config.heads))

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        found = self.dropout(F.silu(self.down(image - 0.5)).flatten(1))
        features = F.layer_norm(F.silu(self.inwards(found)), (self.config.features,))
        return self.out(self.dropout(features)), features
