"""The row graph: one call draws one row of pixels, exactly as the full network would.

A raster model needs one network pass a pixel, but almost all of the pass repeats the one before.  Following the caching
of Ramachandran et al. [1], each layer keeps what later rows and pixels will read.  Here one call does a *row*: what
depends on rows above is computed for all columns at once, then an ONNX ``Scan`` runs over the columns.

The vertical stack is convolutions over one row; what the scan walks is laid out columns first, ``(W, B, C)``.

Four rewritings make the inner loop short; each leaves the function the same:

* the halves of the gate have matrices of their own, so that the runtime fuses ``Gemm + Tanh`` and ``Gemm + Sigmoid``;
* everything a pixel reads from above, from the condition and from biases is the ``C`` input of those ``Gemm``;
* the horizontal stack's output biases are folded: the scan carries ``h + rest`` with ``rest`` the biases of the layers
  still to come, starts from ``rest`` (which stands for the zero padding at the left edge), and takes it out again in
  the constants;
* logits come out of the hidden layer after the scan, for the whole row at once.

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

CERTAIN = 1e9
"""Noise on an observed pixel's level: far above any logit or Gumbel draw."""

Scan = Callable[[Callable[..., Any], list[Tensor], list[Tensor]], tuple[list[Tensor], list[Tensor]]]


def eager_scan(step: Callable[..., Any], carry: list[Tensor], xs: list[Tensor]) -> tuple[list[Tensor], list[Tensor]]:
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
    """What both row graphs share: the embedding table, with "outside" as row 0, and the scan.

    ``state_shapes`` (name -> shape, 0 standing for the batch) says what the graph carries from row to row.
    """

    c_table: Tensor

    def __init__(self, table: Tensor, width: int, first_rows: int, reach: int) -> None:
        super().__init__()
        self.width, self.first_rows, self.reach = width, first_rows, reach
        self.register_buffer("c_table", table.detach().clone())
        self.scan: Scan = eager_scan

    def for_export(self) -> RowSampler:
        """Use torch's ``scan``, which becomes an ONNX ``Scan``."""
        self.requires_grad_(False)  # scan under autograd cannot be exported
        self.scan = torch_scan
        return self

    def above(self, rows: Tensor) -> Tensor:
        """(R, W, B) levels plus one -> (W, B, taps * E) of the first layer's vertical kernel."""
        return neighbourhood(F.embedding(rows, self.c_table), self.reach)


class GatedRowSampler(RowSampler):
    """The row graph of a `GatedPixelCNN`.

    ``forward(noise (W,B,K), known (W,B,1) int64, observed (W,B,1) bool, condition (B,D), rows (R,W,B) int64,
    v0_1, .. v0_V, v1_1, .. (B,C,1,W))``, where ``vL_r`` is layer L's input r rows up, returns
    ``levels (W,B) int64, logits (W,B,K), rows', v0_0, v1_0, ..``.
    """

    c_first_horizontal: Tensor
    c_first_horizontal_bias: Tensor
    c_head_out: Tensor
    c_head_out_bias: Tensor
    layers: Any  # a ModuleList of _GatedRowLayer: torch's lists have no type for their items

    def __init__(self, model: GatedPixelCNN, width: int) -> None:
        config = model.config
        super().__init__(model.embedding.table_with_outside(), width, config.first_rows, config.first_columns)
        if config.horizontal_kernel != 2:
            raise ValueError("the row graph is written for a horizontal kernel of two pixels")
        self.config = config
        gated = [layer for layer in model.layers if isinstance(layer, GatedLayer)]
        self.first_vertical = _row_convolution(model.first_vertical)
        self.register_buffer("c_first_horizontal", pixel_matrix(model.first_horizontal))
        # The scan carries h + rest, rest being the biases still to come: none when the stack ends.
        rests = [torch.zeros(config.channels)]
        for layer in reversed(gated):
            rests.append(rests[-1] + _bias(layer.horizontal_out))
        rests.reverse()  # rests[i]: what is missing at the input of layer i
        self.register_buffer("c_first_horizontal_bias", _bias(model.first_horizontal) + rests[0])
        self.layers = nn.ModuleList(_GatedRowLayer(x, rest) for x, rest in zip(gated, rests[:-1], strict=True))
        self.head_hidden = _linear(model.head_hidden)
        self.register_buffer("c_head_out", pixel_matrix(model.head_out))
        self.register_buffer("c_head_out_bias", _bias(model.head_out))

    @property
    def state_shapes(self) -> dict[str, tuple[int, ...]]:
        """Name -> shape with 0 for the batch."""
        shapes: dict[str, tuple[int, ...]] = {"rows": (self.first_rows, self.width, 0)}
        one = (0, self.config.channels, 1, self.width)
        above = range(1, self.config.vertical_kernel[0])
        return shapes | {f"v{i}_{r}": one for i in range(len(self.layers)) for r in above}

    @property
    def state_successors(self) -> dict[str, str]:
        """Where each state's next value is found: an output, or the state that it takes the place of."""
        above = range(1, self.config.vertical_kernel[0])
        names = {f"v{i}_{r}": f"v{i}_{r - 1}" for i in range(len(self.layers)) for r in above}
        return {"rows": "rows"} | names

    def forward(
        self, noise: Tensor, known: Tensor, observed: Tensor, condition: Tensor, rows: Tensor, *states: Tensor
    ) -> tuple[Tensor, ...]:
        v = self.first_vertical(F.embedding(rows, self.c_table).permute(2, 3, 0, 1))  # (B, C, 1, W)
        constants: list[Tensor] = []
        new_states = []
        up = self.config.vertical_kernel[0] - 1
        for index, layer in enumerate(self.layers):
            above = states[index * up : (index + 1) * up]  # the nearest row first
            stacked = torch.cat([*reversed(above), v], dim=2)  # (B, C, V + 1, W)
            new_states += [v.clone()] * (up > 0)  # nothing is kept of rows that nobody reads again
            v, a, b = layer(stacked, v, condition)
            constants += [a, b]

        def step(carry: list[Tensor], xs: list[Tensor]) -> tuple[list[Tensor], list[Tensor]]:
            lefts, pixels = carry[: len(self.layers)], carry[len(self.layers) :]
            h = torch.addmm(self.c_first_horizontal_bias, torch.cat(pixels, dim=1), self.c_first_horizontal)
            hs = []
            for index, layer in enumerate(self.layers):
                hs.append(h.clone())
                h = layer.pixel(lefts[index], h, xs[1 + 2 * index], xs[2 + 2 * index])
            hidden = F.relu(self.head_hidden(F.relu(h)))
            level = torch.argmax(torch.addmm(xs[0], hidden, self.c_head_out), dim=-1)
            drawn = F.embedding(level, self.c_table[1:])
            return [*hs, *(p.clone() for p in pixels[1:]), drawn], [level, hidden]

        batch = condition.shape[0]
        nothing = self.c_table.new_zeros(1, self.c_table.shape[1])
        start = [layer.c_rest.expand(batch, -1).clone() for layer in self.layers]
        start += [nothing.expand(batch, -1).clone() for _ in range(self.reach)]
        chances = certain(noise, known, observed) + self.c_head_out_bias
        _, (levels, hidden) = self.scan(step, start, [chances, *constants])
        logits = hidden @ self.c_head_out + self.c_head_out_bias
        return levels, logits, torch.cat([rows[1:], levels[None] + 1]), *new_states


class _GatedRowLayer(nn.Module):
    """One gated layer: its vertical part as convolutions over a row, its horizontal part as matrices for a pixel.

    ``rest`` (C,) is what the horizontal stack carries too much at this layer's input.
    """

    c_vertical_condition: Tensor
    c_below_tanh: Tensor
    c_below_sigmoid: Tensor
    c_condition: Tensor
    c_constant: Tensor
    c_tanh: Tensor
    c_sigmoid: Tensor
    c_out: Tensor
    c_rest: Tensor

    def __init__(self, layer: GatedLayer, rest: Tensor) -> None:
        super().__init__()
        c = self.channels = layer.horizontal_out.in_channels
        self.vertical = _row_convolution(layer.vertical)
        self.register_buffer("c_vertical_condition", layer.vertical_condition.weight.detach().T.clone())
        below = pixel_matrix(layer.vertical_to_horizontal)
        self.register_buffer("c_below_tanh", below[:, :c].clone())
        self.register_buffer("c_below_sigmoid", below[:, c:].clone())
        w = pixel_matrix(layer.horizontal)  # (2C, 2C): left neighbour, then the pixel itself
        self.register_buffer("c_condition", layer.horizontal_condition.weight.detach().T.clone())
        self.register_buffer("c_constant", _bias(layer.horizontal) - torch.cat([rest, rest]) @ w)
        self.register_buffer("c_tanh", w[:, :c].clone())
        self.register_buffer("c_sigmoid", w[:, c:].clone())
        self.register_buffer("c_out", pixel_matrix(layer.horizontal_out))
        self.register_buffer("c_rest", rest[None].clone())

    def forward(self, stacked: Tensor, v: Tensor, condition: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """The vertical stack's next row (B, C, 1, W), and what it, the condition and the biases give the gates of the
        horizontal one, (W, B, C) each."""
        own = (condition @ self.c_vertical_condition)[:, :, None, None]
        a, b = (self.vertical(stacked) + own).split(self.channels, dim=1)
        gated = torch.tanh(a) * torch.sigmoid(b)
        columns = gated[:, :, 0].permute(2, 0, 1)  # (W, B, C)
        a, b = torch.addmm(self.c_constant, condition, self.c_condition).split(self.channels, dim=1)
        return v + gated, columns @ self.c_below_tanh + a, columns @ self.c_below_sigmoid + b

    def pixel(self, left: Tensor, h: Tensor, a: Tensor, b: Tensor) -> Tensor:
        """One pixel of the horizontal stack, (B, C) in and out; a and b are what its gates get from elsewhere."""
        pair = torch.cat([left, h], dim=1)
        gated = torch.tanh(torch.addmm(a, pair, self.c_tanh)) * torch.sigmoid(torch.addmm(b, pair, self.c_sigmoid))
        return torch.addmm(h, gated, self.c_out)


def certain(noise: Tensor, known: Tensor, observed: Tensor) -> Tensor:
    """Noise that leaves an observed pixel no other choice than its level: (W, B, K), two inputs less for the scan."""
    sure = F.one_hot(known[:, :, 0], noise.shape[2]).to(noise.dtype) * CERTAIN
    return torch.where(observed, sure, noise)


def _row_convolution(conv: nn.Conv2d) -> nn.Conv2d:
    """The same weights for one output row: no padding above, zeros at the sides."""
    rows, columns = conv.kernel_size
    row = nn.Conv2d(conv.in_channels, conv.out_channels, (rows, columns), padding=(0, columns // 2))
    with torch.no_grad():
        row.weight.copy_(conv.weight)
        row.bias = nn.Parameter(_bias(conv))
    return row


def _bias(conv: nn.Conv2d) -> Tensor:
    assert conv.bias is not None
    return conv.bias.detach().clone()


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
        self.register_buffer("c_first_bias", _bias(model.first))
        self.channels = model.config.channels
        self.blocks = nn.ModuleList(_RowBlock(block) for block in model.blocks if isinstance(block, ResidualBlock))
        self.head_hidden = _linear(model.head_hidden)
        self.register_buffer("c_head_out", pixel_matrix(model.head_out))
        self.register_buffer("c_head_out_bias", _bias(model.head_out))

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

        batch = rows.shape[2]
        zeros = self.c_table.new_zeros(1, self.channels)
        start = [zeros.expand(batch, -1).clone() for _ in self.blocks]
        nothing = self.c_table.new_zeros(1, self.c_table.shape[1])
        start += [nothing.expand(batch, -1).clone() for _ in range(self.reach)]
        chances = certain(noise, known, observed) + self.c_head_out_bias
        _, (levels, hidden, *us) = self.scan(step, start, [chances, *constants])
        logits = hidden @ self.c_head_out + self.c_head_out_bias
        return levels, logits, torch.cat([rows[1:], levels[None] + 1]), *(u[None] for u in us)


class _RowBlock(nn.Module):
    """A residual block as matrices."""

    c_above: Tensor
    c_beside: Tensor
    c_bias: Tensor

    def __init__(self, block: ResidualBlock) -> None:
        super().__init__()
        weight = (block.masked.weight * block.masked.mask).detach()
        self.reduce, self.expand = _linear(block.reduce), _linear(block.expand)
        self.register_buffer("c_above", pixel_matrix(block.masked, weight[:, :, :1]))  # (3h, h)
        self.register_buffer("c_beside", pixel_matrix(block.masked, weight[:, :, 1:2, :2]))  # (2h, h)
        self.register_buffer("c_bias", _bias(block.masked))

    def above(self, state: Tensor) -> Tensor:
        """(1, W, B, h) of the row above -> (W, B, h)."""
        return neighbourhood(state, 1) @ self.c_above + self.c_bias

    def pixel(self, left: Tensor, x: Tensor, above: Tensor) -> tuple[Tensor, Tensor]:
        """Returns what the next pixel and row will read, (B, h), and the block's output, (B, 2h)."""
        u = F.relu(self.reduce(F.relu(x)))
        y = torch.addmm(above, torch.cat([left, u], dim=1), self.c_beside)
        return u, x + self.expand(F.relu(y))


def _linear(conv: nn.Conv2d) -> nn.Linear:
    """A 1x1 convolution as the linear layer it is."""
    linear = nn.Linear(conv.in_channels, conv.out_channels)
    with torch.no_grad():
        linear.weight.copy_(conv.weight[:, :, 0, 0])
        linear.bias.copy_(_bias(conv))
    return linear
