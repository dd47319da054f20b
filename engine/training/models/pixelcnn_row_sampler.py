"""The row graph of a plain PixelCNN; `engine.training.models.row_sampler` says what a row graph is."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.training.models.pixelcnn import PixelCNN, ResidualBlock
from engine.training.models.row_sampler import (
    RowSampler,
    bias_of,
    certain,
    for_every_picture,
    linear_of,
    neighbourhood,
    next_rows,
    pixel_matrix,
)


class PixelCNNRowSampler(RowSampler):
    """The row graph of a plain `PixelCNN`: each block's taps on the row above for all columns at once, the rest a pixel
    at a time.  Ports as `GatedRowSampler`, without condition; states ``u0 .. (1, W, B, h)``.
    """

    c_first_above: Tensor
    c_first_left: Tensor
    c_first_bias: Tensor
    c_head_out: Tensor
    c_head_out_bias: Tensor
    blocks: Any  # a ModuleList of _RowBlock

    def __init__(self, model: PixelCNN, width: int) -> None:
        reach = model.config.first_kernel // 2
        super().__init__(model.embedding.table_with_outside(), width, reach, reach)
        weight = (model.first.weight * model.first.mask).detach()
        self.register_buffer("c_first_above", pixel_matrix(model.first, weight[:, :, :reach]))
        self.register_buffer("c_first_left", pixel_matrix(model.first, weight[:, :, reach : reach + 1, :reach]))
        self.register_buffer("c_first_bias", bias_of(model.first))
        self.channels = model.config.channels
        self.blocks = nn.ModuleList(_RowBlock(block) for block in model.blocks if isinstance(block, ResidualBlock))
        self.head_hidden = linear_of(model.head_hidden)
        self.register_buffer("c_head_out", pixel_matrix(model.head_out))
        self.register_buffer("c_head_out_bias", bias_of(model.head_out))

    @property
    def state_shapes(self) -> dict[str, tuple[int, ...]]:
        """Name -> shape with 0 for the batch."""
        shapes: dict[str, tuple[int, ...]] = {"rows": (self.first_rows, self.width, 0)}
        return shapes | {f"u{i}": (1, self.width, 0, self.channels) for i in range(len(self.blocks))}

    @property
    def state_successors(self) -> dict[str, str]:
        """Where each state's next value is found: the output of its own name."""
        return {name: name for name in self.state_shapes}

    def forward(
        self, noise: Tensor, known: Tensor, observed: Tensor, rows: Tensor, *states: Tensor
    ) -> tuple[Tensor, ...]:
        constants = [self.above(rows) @ self.c_first_above + self.c_first_bias]
        constants += [block.above(state) for block, state in zip(self.blocks, states, strict=True)]

        def step(carry: list[Tensor], xs: list[Tensor]) -> tuple[list[Tensor], list[Tensor]]:
            lefts, pixels = carry[: len(self.blocks)], carry[len(self.blocks) :]
            x = torch.addmm(xs[1], torch.cat(pixels, dim=1), self.c_first_left)
            new_lefts = []
            for index, block in enumerate(self.blocks):
                u, x = block.pixel(lefts[index], x, xs[2 + index])
                new_lefts.append(u)
            hidden = F.relu(self.head_hidden(F.relu(x)))
            level = torch.argmax(torch.addmm(xs[0], hidden, self.c_head_out), dim=-1)
            drawn = F.embedding(level, self.c_table[1:])
            carried = [*(u.clone() for u in new_lefts), *(p.clone() for p in pixels[1:]), drawn]
            return carried, [level, hidden, *new_lefts]

        chances = certain(noise, known, observed) + self.c_head_out_bias
        zeros = self.c_table.new_zeros(1, self.channels)
        nothing = self.c_table.new_zeros(1, self.c_table.shape[1])
        start = [for_every_picture(x, chances) for x in [zeros] * len(self.blocks) + [nothing] * self.reach]
        _, (levels, hidden, *us) = self.scan(step, start, [chances, *constants])
        logits = hidden @ self.c_head_out + self.c_head_out_bias
        return levels, logits, next_rows(rows, levels), *(u[None] for u in us)


class _RowBlock(nn.Module):
    """A residual block as matrices."""

    c_above: Tensor
    c_beside: Tensor
    c_bias: Tensor

    def __init__(self, block: ResidualBlock) -> None:
        super().__init__()
        weight = (block.masked.weight * block.masked.mask).detach()
        self.reduce, self.expand = linear_of(block.reduce), linear_of(block.expand)
        self.register_buffer("c_above", pixel_matrix(block.masked, weight[:, :, :1]))  # (3h, h)
        self.register_buffer("c_beside", pixel_matrix(block.masked, weight[:, :, 1:2, :2]))  # (2h, h)
        self.register_buffer("c_bias", bias_of(block.masked))

    def above(self, state: Tensor) -> Tensor:
        """(1, W, B, h) of the row above -> (W, B, h)."""
        return neighbourhood(state, 1) @ self.c_above + self.c_bias

    def pixel(self, left: Tensor, x: Tensor, above: Tensor) -> tuple[Tensor, Tensor]:
        """Returns what the next pixel and row will read, (B, h), and the block's output, (B, 2h)."""
        u = F.relu(self.reduce(F.relu(x)))
        y = torch.addmm(above, torch.cat([left, u], dim=1), self.c_beside)
        return u, x + self.expand(F.relu(y))
