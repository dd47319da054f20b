"""The prime graph: rows that are wholly known, passed in one parallel call.

It leaves the state from which `engine.training.models.row_sampler` draws the next row, and the logits of the rows
themselves.  The number of rows is free.
"""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor, nn

from engine.training.models.gated_pixelcnn import GatedPixelCNN
from engine.training.models.pixelcnn import PixelCNN, ResidualBlock


class GatedPrime(nn.Module):
    """Rows that are wholly known, passed at once: ``forward(image (N,1,R,W) int64, condition (N,D))`` returns
    ``logits (N,K,1,R,W)`` and the state that `GatedRowSampler` wants for row R.
    """

    def __init__(self, model: GatedPixelCNN) -> None:
        super().__init__()
        self.model = model

    def forward(self, image: Tensor, condition: Tensor) -> tuple[Tensor, ...]:
        model, config = self.model, self.model.config
        height, width = image.shape[-2:]
        x = model.embedding(image[:, 0])
        rows, reach = config.first_rows, config.first_columns
        v = model.first_vertical(F.pad(x, (reach, reach, rows, 0))[:, :, : height + rows - 1])
        h = model.first_horizontal(F.pad(x, (reach, 0, 0, 0))[:, :, :, : width + reach - 1])
        states, count = [], config.vertical_kernel[0] - 1
        for layer in model.layers:
            padded = F.pad(v, (0, 0, count, 0))
            states += [padded[:, :, -r : (1 - r) or None] for r in range(1, count + 1)]
            v, h = layer(v, h, condition)
        logits = model.head_out(F.relu(model.head_hidden(F.relu(h))))
        return logits[:, :, None], _last_levels(image, rows), *states


class PixelCNNPrime(nn.Module):
    """As `GatedPrime` for a plain `PixelCNN`: ``forward(image (N,1,R,W) int64)``."""

    def __init__(self, model: PixelCNN) -> None:
        super().__init__()
        self.model = model

    def forward(self, image: Tensor) -> tuple[Tensor, ...]:
        model = self.model
        x = model.first(model.embedding(image[:, 0]))
        states = []
        for block in model.blocks:
            assert isinstance(block, ResidualBlock)
            u = F.relu(block.reduce(F.relu(x)))
            states.append(_last_rows(u, 1))
            x = x + block.expand(F.relu(block.masked(u)))
        logits = model.head_out(F.relu(model.head_hidden(F.relu(x))))
        return logits[:, :, None], _last_levels(image, model.config.first_kernel // 2), *states


def _last_rows(x: Tensor, count: int) -> Tensor:
    """(N, C, R, W) -> the last ``count`` rows as (count, W, N, C), zeros above the image."""
    padded = F.pad(x, (0, 0, count, 0))
    return padded[:, :, -count:].permute(2, 3, 0, 1).contiguous()


def _last_levels(image: Tensor, count: int) -> Tensor:
    """(N, 1, R, W) levels -> the last ``count`` rows plus one as (count, W, N), 0 above the image."""
    padded = F.pad(image[:, 0] + 1, (0, 0, count, 0))
    return padded[:, -count:].permute(1, 2, 0).contiguous()
