"""Gated PixelCNN: vertical and horizontal stacks, gated units, global conditions.

The model of van den Oord et al. [1]: a *vertical* stack that sees every row above the pixel and a *horizontal* stack
that sees the pixels to its left in the same row and reads the vertical stack, so that there is no blind spot.  Each
layer is gated, ``tanh(a) * sigmoid(b)`` (eq. 2), and conditions enter as biases of both halves (eq. 3).

Where we depart from the paper

* the masks are *crops*: a kernel that may not look ahead is built without those taps, and the input is padded on the
  left and the top only.  No weight is ever multiplied by zero.
* the horizontal stack reads the *gated* output of the vertical stack (C channels, not the 2C before the gate);
* both stacks are residual; the paper's vertical stack is not;
* several conditions (class, orientation) are one-hot vectors side by side; "no class" is a column of its own, so a
  vector of zeros never means anything;
* pixels enter by an embedding whose zero row is the symbol for "outside the image".

References
----------
[1] A. van den Oord et al., "Conditional Image Generation with PixelCNN Decoders", 2016, arXiv:1606.05328.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.training.models.embedding import LevelEmbedding


@dataclass(frozen=True)
class GatedPixelCNNConfig:
    """The size of a Gated PixelCNN.

    ``channels`` C of each stack; ``layers`` L gated layers after the first; ``vertical_kernel`` (rows, columns) of
    the vertical convolutions, rows ending at the current one; ``horizontal_kernel`` pixels ending at the current one;
    ``first_rows``, ``first_columns`` the reach of the first layer (mask A): rows above, and columns to each side;
    ``head`` hidden channels of the 1x1 head; ``palette`` True if level indices are names (colours), not magnitudes.
    """

    levels: int
    condition_width: int
    channels: int = 64
    layers: int = 8
    vertical_kernel: tuple[int, int] = (3, 3)
    horizontal_kernel: int = 2
    first_rows: int = 3
    first_columns: int = 3
    head: int = 128
    palette: bool = False
    embedding: int = 16


class GatedLayer(nn.Module):
    """One layer of both stacks ([1], figure 2).

    Takes ``v, h : (N, C, H, W)`` and ``condition : (N, D)``, returns the new ``v, h``.
    """

    def __init__(self, config: GatedPixelCNNConfig) -> None:
        super().__init__()
        c = config.channels
        rows, columns = config.vertical_kernel
        self.vertical_padding = (columns // 2, columns // 2, rows - 1, 0)
        self.horizontal_padding = (config.horizontal_kernel - 1, 0, 0, 0)
        self.vertical = nn.Conv2d(c, 2 * c, (rows, columns))
        self.vertical_condition = nn.Linear(config.condition_width, 2 * c, bias=False)
        self.vertical_to_horizontal = nn.Conv2d(c, 2 * c, 1, bias=False)
        self.horizontal = nn.Conv2d(c, 2 * c, (1, config.horizontal_kernel))
        self.horizontal_condition = nn.Linear(config.condition_width, 2 * c, bias=False)
        self.horizontal_out = nn.Conv2d(c, c, 1)

    def forward(self, v: Tensor, h: Tensor, condition: Tensor) -> tuple[Tensor, Tensor]:
        a = self.vertical(F.pad(v, self.vertical_padding)) + self.vertical_condition(condition)[:, :, None, None]
        gated = gate(a)  # (N, C, H, W)
        b = self.horizontal(F.pad(h, self.horizontal_padding)) + self.vertical_to_horizontal(gated)
        b = b + self.horizontal_condition(condition)[:, :, None, None]
        return v + gated, h + self.horizontal_out(gate(b))


class GatedPixelCNN(nn.Module):
    """Logits of every pixel given the pixels before it in raster order.

    ``forward(image, condition)``: ``image : (N, 1, H, W) int64`` level indices in [0, K), ``condition : (N, D)
    float`` one-hot columns; returns logits ``(N, K, 1, H, W)`` float, where ``logits[..., i, j]`` depends on the
    pixels before (i, j) only.
    """

    def __init__(self, config: GatedPixelCNNConfig) -> None:
        super().__init__()
        self.config = config
        c = config.channels
        self.embedding = LevelEmbedding(config.levels, config.embedding if config.palette else None)
        e = self.embedding.width
        columns = 2 * config.first_columns + 1
        # Mask A: the vertical kernel ends one row above, the horizontal kernel one pixel to the left.
        self.first_vertical = nn.Conv2d(e, c, (config.first_rows, columns))
        self.first_horizontal = nn.Conv2d(e, c, (1, config.first_columns))
        self.layers = nn.ModuleList(GatedLayer(config) for _ in range(config.layers))
        self.head_hidden = nn.Conv2d(c, config.head, 1)
        self.head_out = nn.Conv2d(config.head, config.levels, 1)

    def forward(self, image: Tensor, condition: Tensor) -> Tensor:
        height, width = image.shape[-2:]
        x = self.embedding(image[:, 0])  # (N, E, H, W)
        rows, reach = self.config.first_rows, self.config.first_columns
        above = F.pad(x, (reach, reach, rows, 0))[:, :, : height + rows - 1]  # row i reads rows i-R .. i-1
        left = F.pad(x, (reach, 0, 0, 0))[:, :, :, : width + reach - 1]  # column j reads columns j-R .. j-1
        v = self.first_vertical(above)
        h = self.first_horizontal(left)
        for layer in self.layers:
            v, h = layer(v, h, condition)
        logits = self.head_out(F.relu(self.head_hidden(F.relu(h))))  # (N, K, H, W)
        return logits[:, :, None]


def gate(x: Tensor) -> Tensor:
    """The gated unit ``tanh(a) * sigmoid(b)`` of the two halves of axis 1 ([1], eq. 2)."""
    a, b = x.chunk(2, dim=1)
    return torch.tanh(a) * torch.sigmoid(b)
