"""PixelCNN with masked convolutions: the first model, blind spot included.

The model of van den Oord, Kalchbrenner and Kavukcuoglu [1], section 3.4 and table 1: a 7x7 convolution with mask A,
then residual blocks of 1x1, 3x3 with mask B, and 1x1, then two 1x1 layers.  Stacked 3x3 kernels with mask B never
reach a wedge of pixels to the right above the current one: the *blind spot* that the gated model was made to cure [2],
and that Reverie shows.

Where we depart: no conditions and binary or ordered levels only; 64 channels instead of 16 to 128.

References
----------
[1] A. van den Oord, N. Kalchbrenner, K. Kavukcuoglu, "Pixel Recurrent Neural Networks", 2016, arXiv:1601.06759.
[2] A. van den Oord et al., "Conditional Image Generation with PixelCNN Decoders", 2016, arXiv:1606.05328, section 2.2.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.training.models.embedding import LevelEmbedding


@dataclass(frozen=True)
class PixelCNNConfig:
    """``channels`` h of the 3x3 convolutions (2h between blocks), ``blocks`` residual blocks, ``head`` hidden width."""

    levels: int
    channels: int = 64
    blocks: int = 7
    first_kernel: int = 7
    head: int = 128


class MaskedConv2d(nn.Conv2d):
    """A square convolution that sees no later pixel in raster order ([1], figure 2).

    Mask ``"A"`` also hides the centre, mask ``"B"`` shows it::

        A  1 1 1    B  1 1 1
           1 0 0       1 1 0
           0 0 0       0 0 0
    """

    mask: Tensor

    def __init__(self, mask_type: Literal["A", "B"], channels_in: int, channels_out: int, kernel: int) -> None:
        super().__init__(channels_in, channels_out, kernel, padding=kernel // 2)
        mask = torch.zeros(1, 1, kernel, kernel)
        mask[..., : kernel // 2, :] = 1
        mask[..., kernel // 2, : kernel // 2 + (mask_type == "B")] = 1
        self.register_buffer("mask", mask, persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        return F.conv2d(x, self.weight * self.mask, self.bias, padding=self.kernel_size[0] // 2)


class ResidualBlock(nn.Module):
    """1x1 (2h -> h), 3x3 mask B (h -> h), 1x1 (h -> 2h), each after a ReLU, plus the input ([1], figure 5 left)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.reduce = nn.Conv2d(2 * channels, channels, 1)
        self.masked = MaskedConv2d("B", channels, channels, 3)
        self.expand = nn.Conv2d(channels, 2 * channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        y = self.reduce(F.relu(x))
        y = self.masked(F.relu(y))
        return x + self.expand(F.relu(y))


class PixelCNN(nn.Module):
    """``forward(image, condition)``: as `GatedPixelCNN`, the condition (of width 0) being ignored."""

    def __init__(self, config: PixelCNNConfig) -> None:
        super().__init__()
        self.config = config
        h = config.channels
        self.embedding = LevelEmbedding(config.levels, None)
        self.first = MaskedConv2d("A", self.embedding.width, 2 * h, config.first_kernel)
        self.blocks = nn.ModuleList(ResidualBlock(h) for _ in range(config.blocks))
        self.head_hidden = nn.Conv2d(2 * h, config.head, 1)
        self.head_out = nn.Conv2d(config.head, config.levels, 1)

    def forward(self, image: Tensor, condition: Tensor | None = None) -> Tensor:
        x = self.first(self.embedding(image[:, 0]))
        for block in self.blocks:
            x = block(x)
        logits = self.head_out(F.relu(self.head_hidden(F.relu(x))))
        return logits[:, :, None]
