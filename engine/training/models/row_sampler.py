"""The row graph: one call draws one row of pixels, exactly as the full network would.

A raster model needs one network pass a pixel, but almost all of the pass repeats the one before.  Following the caching
of Ramachandran et al. [1], each layer keeps what later rows and pixels will read.  Here one call does a *row*: what
depends on rows above is computed for all columns at once, then an ONNX ``Scan`` runs over the columns.

Everything is laid out columns first, ``(W, B, C)``: a row's convolution becomes slices along axis 0 and one matrix
product, and the scan walks axis 0.

Three rewritings make the inner loop short; each leaves the function the same:

* the halves of the gate have matrices of their own, so that the runtime fuses ``Gemm + Tanh`` and ``Gemm + Sigmoid``;
* everything a pixel reads from above, from the condition and from biases is the ``C`` input of those ``Gemm``;
* the horizontal stack's output biases are folded forward: the scan carries ``h - b`` with ``b`` the sum of the biases
  so far, starts from ``-b`` (which stands for the zero padding at the left edge), and ``b`` enters later constants.

Noise comes in from outside, ``argmax(logits + noise)``: with ``noise = temperature * gumbel`` this is a draw from
``softmax(logits / temperature)`` [2], and zero noise is greedy, so temperature needs no graph of its own.

State is what a row leaves for the next.  All zeros means "no rows above": levels are stored plus one, zero being
"outside the image".

References
----------
[1] P. Ramachandran et al., "Fast Generation for Convolutional Autoregressive Models", 2017, arXiv:1704.06001.
[2] C. Maddison, D. Tarlow, T. Minka, "A* Sampling", 2014, arXiv:1411.0030, section 2 (the Gumbel-max trick).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch._higher_order_ops.scan import scan as torch_scan

from engine.training.models.gated_pixelcnn import GatedLayer, GatedPixelCNN
from engine.training.models.pixelcnn import PixelCNN, ResidualBlock

Scan = Callable[[Callable[..., Any], list[Tensor], list[Tensor]], tuple[list[Tensor], list[Tensor]]]


def eager_scan(
    step: Callable[..., Any], carry: list[Tensor], xs: list[Tensor]
) -> tuple[list[Tensor], list[Tensor]]:
    """A Python loop with the meaning of ``scan``: what runs when the module is called outside an export."""
    rows = []
    for index in range(xs[0].shape[0]):
        carry, out = step(carry, [x[index] for x in xs])
        rows.append(out)
    return carry, [torch.stack(column) for column in zip(*rows, strict=True)]


def pixel_matrix(conv: nn.Conv2d, weight: Tensor | None = None) -> Tensor:
    """A convolution's weight (out, in, rows, columns) as a matrix (rows * columns * in, out)."""
    w = conv.weight if weight is None else weight
    return w.detach().permute(2, 3, 1, 0).reshape(-1, w.shape[0]).clone()


def neighbourhood(rows: Tensor, reach: int) -> Tensor:
    """(R, W, B, C) rows -> (W, B, R * (2 reach + 1) * C): each column's taps, row by row, left to right."""
    width = rows.shape[1]
    padded = F.pad(rows, (0, 0, 0, 0, reach, reach))
    taps = [padded[r, d : d + width] for r in range(rows.shape[0]) for d in range(2 * reach + 1)]
    return torch.cat(taps, dim=-1)


class RowSampler(nn.Module):
    """What both row graphs share: the embedding table, the first layer's vertical part, the choice of a level.

    ``state_names`` and ``state_shapes`` (with 0 for the batch axis, always the last but one or last) say what the
    graph carries from row to row.
    """

    def __init__(self, table: Tensor, width: int, first_rows: int, reach: int) -> None:
        super().__init__()
        self.width, self.first_rows, self.reach = width, first_rows, reach
        self.register_buffer("c_table", table.detach().clone())
        self.c_table: Tensor
        self.scan: Scan = eager_scan

    def for_export(self) -> RowSampler:
        """Use torch's ``scan``, which becomes an ONNX ``Scan``."""
        self.requires_grad_(False)  # scan under autograd cannot be exported
        self.scan = torch_scan  # type: ignore[assignment]
        return self

    def above(self, rows: Tensor) -> Tensor:
        """(R, W, B) levels plus one -> (W, B, taps * E) of the first layer's vertical kernel."""
        return neighbourhood(F.embedding(rows, self.c_table), self.reach)

    def choose(self, logits: Tensor, noise: Tensor, known: Tensor, observed: Tensor) -> Tensor:
        """The level drawn, or the known one: all (B, ...), returns (B,) int64."""
        drawn = torch.argmax(logits + noise, dim=-1)
        return torch.where(observed[:, 0], known[:, 0], drawn)

    def shifted(self, embedded: Tensor, level: Tensor) -> Tensor:
        """The left neighbours' embeddings (B, reach * E) after ``level`` (B,) was drawn."""
        e = self.c_table.shape[1]
        return torch.cat([embedded[:, e:], F.embedding(level + 1, self.c_table)], dim=1)


class GatedRowSampler(RowSampler):
    """The row graph of a `GatedPixelCNN`.

    ``forward(noise (W,B,K), known (W,B,1) int64, observed (W,B,1) bool, condition (B,D), rows (R,W,B) int64,
    v0 .. (V,W,B,C))`` returns ``levels (W,B) int64, logits (W,B,K), rows', v0' ..``.
    """

    def __init__(self, model: GatedPixelCNN, width: int) -> None:
        config = model.config
        super().__init__(
            model.embedding.table_with_outside(), width, config.first_rows, config.first_columns
        )
        if config.horizontal_kernel != 2:
            raise ValueError("the row graph is written for a horizontal kernel of two pixels")
        self.config = config
        c = config.channels
        self.register_buffer("c_first_vertical", pixel_matrix(model.first_vertical))
        self.register_buffer("c_first_vertical_bias", model.first_vertical.bias.detach().clone())
        self.register_buffer("c_first_horizontal", pixel_matrix(model.first_horizontal))
        bias = model.first_horizontal.bias.detach().clone()  # b: the folded bias so far
        layers = []
        for layer in model.layers:
            assert isinstance(layer, GatedLayer)
            layers.append(_GatedRowLayer(layer, bias, c))
            bias = bias + layer.horizontal_out.bias.detach()
        self.layers = nn.ModuleList(layers)
        self.register_buffer("c_last_bias", bias)
        self.head_hidden = _linear(model.head_hidden)
        self.head_out = _linear(model.head_out)

    @property
    def state_shapes(self) -> dict[str, tuple[int, ...]]:
        """Name -> shape with batch 0; the batch axis is axis 2."""
        shapes: dict[str, tuple[int, ...]] = {"rows": (self.first_rows, self.width, 0)}
        above = self.config.vertical_kernel[0] - 1
        return shapes | {f"v{i}": (above, self.width, 0, self.config.channels) for i in range(len(self.layers))}

    def forward(
        self, noise: Tensor, known: Tensor, observed: Tensor, condition: Tensor, rows: Tensor, *states: Tensor
    ) -> tuple[Tensor, ...]:
        v = self.above(rows) @ self.c_first_vertical + self.c_first_vertical_bias  # (W, B, C)
        constants: list[Tensor] = []
        new_states = []
        for layer, state in zip(self.layers, states, strict=True):
            stacked = torch.cat([state, v[None]])  # (V + 1, W, B, C)
            new_states.append(stacked[1:])
            v, a, b = layer.vertical(stacked, v, condition)
            constants += [a, b]

        def step(carry: list[Tensor], xs: list[Tensor]) -> tuple[list[Tensor], list[Tensor]]:
            *lefts, embedded = carry
            h = embedded @ self.c_first_horizontal
            new_lefts = []
            for index, layer in enumerate(self.layers):
                new_lefts.append(h.clone())
                h = layer.pixel(lefts[index], h, xs[3 + 2 * index], xs[4 + 2 * index])
            logits = self.head_out(F.relu(self.head_hidden(F.relu(h + self.c_last_bias))))
            level = self.choose(logits, xs[0], xs[1], xs[2])
            return [*new_lefts, self.shifted(embedded, level)], [level, logits]

        batch = condition.shape[0]
        start = [(-layer.c_bias).expand(batch, -1).clone() for layer in self.layers]
        start.append(self.c_table.new_zeros(1, self.reach * self.c_table.shape[1]).expand(batch, -1).clone())
        _, (levels, logits) = self.scan(step, start, [noise, known, observed, *constants])
        new_rows = torch.cat([rows[1:], levels[None] + 1])
        return levels, logits, new_rows, *new_states


class _GatedRowLayer(nn.Module):
    """One gated layer as matrices; ``c_bias`` is b, the folded bias of the horizontal stack below it."""

    def __init__(self, layer: GatedLayer, bias: Tensor, channels: int) -> None:
        super().__init__()
        self.reach = layer.vertical.kernel_size[1] // 2
        c = channels
        self.register_buffer("c_vertical", pixel_matrix(layer.vertical))  # (taps * C, 2C)
        self.register_buffer("c_vertical_bias", layer.vertical.bias.detach().clone())
        self.register_buffer("c_vertical_condition", layer.vertical_condition.weight.detach().T.clone())
        self.register_buffer("c_to_horizontal", pixel_matrix(layer.vertical_to_horizontal))
        self.register_buffer("c_horizontal_condition", layer.horizontal_condition.weight.detach().T.clone())
        w = pixel_matrix(layer.horizontal)  # (2C, 2C): left neighbour, then the pixel itself
        constant = layer.horizontal.bias.detach() + torch.cat([bias, bias]) @ w
        self.register_buffer("c_constant", constant)
        self.register_buffer("c_tanh", w[:, :c].clone())
        self.register_buffer("c_sigmoid", w[:, c:].clone())
        self.register_buffer("c_out", pixel_matrix(layer.horizontal_out))
        self.register_buffer("c_bias", bias[None].clone())

    def vertical(self, stacked: Tensor, v: Tensor, condition: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """The vertical stack's row and the two constants (W, B, C) that it leaves for the pixels of this row."""
        c = v.shape[-1]
        a = neighbourhood(stacked, self.reach) @ self.c_vertical
        a = a + (condition @ self.c_vertical_condition + self.c_vertical_bias)
        gated = torch.tanh(a[..., :c]) * torch.sigmoid(a[..., c:])
        below = gated @ self.c_to_horizontal + (condition @ self.c_horizontal_condition + self.c_constant)
        return v + gated, below[..., :c], below[..., c:]

    def pixel(self, left: Tensor, h: Tensor, a: Tensor, b: Tensor) -> Tensor:
        """One pixel of the horizontal stack: (B, C) in, (B, C) out, both less their folded bias."""
        pair = torch.cat([left, h], dim=1)
        gated = torch.tanh(torch.addmm(a, pair, self.c_tanh)) * torch.sigmoid(torch.addmm(b, pair, self.c_sigmoid))
        return torch.addmm(h, gated, self.c_out)


class PixelCNNRowSampler(RowSampler):
    """The row graph of a plain `PixelCNN`: each block's taps on the row above for all columns at once, the rest a pixel
    at a time.  Ports as `GatedRowSampler`, without condition; states ``u0 .. (1, W, B, h)``.
    """

    def __init__(self, model: PixelCNN, width: int) -> None:
        reach = model.config.first_kernel // 2
        super().__init__(model.embedding.table_with_outside(), width, reach, reach)
        weight = (model.first.weight * model.first.mask).detach()
        self.register_buffer("c_first_above", pixel_matrix(model.first, weight[:, :, :reach]))
        self.register_buffer("c_first_left", pixel_matrix(model.first, weight[:, :, reach : reach + 1, :reach]))
        self.register_buffer("c_first_bias", model.first.bias.detach().clone())
        self.channels = model.config.channels
        self.blocks = nn.ModuleList(_RowBlock(block) for block in model.blocks if isinstance(block, ResidualBlock))
        self.head_hidden = _linear(model.head_hidden)
        self.head_out = _linear(model.head_out)

    @property
    def state_shapes(self) -> dict[str, tuple[int, ...]]:
        """Name -> shape with batch 0; the batch axis is axis 2."""
        shapes: dict[str, tuple[int, ...]] = {"rows": (self.first_rows, self.width, 0)}
        return shapes | {f"u{i}": (1, self.width, 0, self.channels) for i in range(len(self.blocks))}

    def forward(
        self, noise: Tensor, known: Tensor, observed: Tensor, rows: Tensor, *states: Tensor
    ) -> tuple[Tensor, ...]:
        constants = [self.above(rows) @ self.c_first_above + self.c_first_bias]
        constants += [block.above(state) for block, state in zip(self.blocks, states, strict=True)]

        def step(carry: list[Tensor], xs: list[Tensor]) -> tuple[list[Tensor], list[Tensor]]:
            *lefts, embedded = carry
            x = torch.addmm(xs[3], embedded, self.c_first_left)
            new_lefts = []
            for index, block in enumerate(self.blocks):
                u, x = block.pixel(lefts[index], x, xs[4 + index])
                new_lefts.append(u)
            logits = self.head_out(F.relu(self.head_hidden(F.relu(x))))
            level = self.choose(logits, xs[0], xs[1], xs[2])
            return [*(u.clone() for u in new_lefts), self.shifted(embedded, level)], [level, logits, *new_lefts]

        batch = rows.shape[2]
        zeros = self.c_table.new_zeros(1, self.channels)
        start = [zeros.expand(batch, -1).clone() for _ in self.blocks]
        start.append(self.c_table.new_zeros(1, self.reach * self.c_table.shape[1]).expand(batch, -1).clone())
        _, (levels, logits, *us) = self.scan(step, start, [noise, known, observed, *constants])
        new_rows = torch.cat([rows[1:], levels[None] + 1])
        return levels, logits, new_rows, *(u[None] for u in us)


class _RowBlock(nn.Module):
    """A residual block as matrices."""

    def __init__(self, block: ResidualBlock) -> None:
        super().__init__()
        weight = (block.masked.weight * block.masked.mask).detach()
        self.reduce, self.expand = _linear(block.reduce), _linear(block.expand)
        self.register_buffer("c_above", pixel_matrix(block.masked, weight[:, :, :1]))  # (3h, h)
        self.register_buffer("c_beside", pixel_matrix(block.masked, weight[:, :, 1:2, :2]))  # (2h, h)
        self.register_buffer("c_bias", block.masked.bias.detach().clone())

    def above(self, state: Tensor) -> Tensor:
        """(1, W, B, h) of the row above -> (W, B, h)."""
        return neighbourhood(state, 1) @ self.c_above + self.c_bias

    def pixel(self, left: Tensor, x: Tensor, above: Tensor) -> tuple[Tensor, Tensor]:
        """Returns what the next pixel and row will read, (B, h), and the block's output, (B, 2h)."""
        u = F.relu(self.reduce(F.relu(x)))
        y = torch.addmm(above, torch.cat([left, u], dim=1), self.c_beside)
        return u, x + self.expand(F.relu(y))


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
        # One row more than the image has: the state wants no more, but the padding is then the same for any height.
        v = model.first_vertical(F.pad(x, (reach, reach, rows, 0))[:, :, : height + rows - 1])
        h = model.first_horizontal(F.pad(x, (reach, 0, 0, 0))[:, :, :, : width + reach - 1])
        states = []
        for layer in model.layers:
            states.append(_last_rows(v, config.vertical_kernel[0] - 1))
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


def _linear(conv: nn.Conv2d) -> nn.Linear:
    """A 1x1 convolution as the linear layer it is."""
    linear = nn.Linear(conv.in_channels, conv.out_channels)
    with torch.no_grad():
        linear.weight.copy_(conv.weight[:, :, 0, 0])
        linear.bias.copy_(conv.bias)  # type: ignore[arg-type]
    return linear
