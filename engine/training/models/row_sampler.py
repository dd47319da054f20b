"""The row graph: one call draws one row of pixels, exactly as the full network would.

A raster model needs one network pass a pixel, but almost all of the pass repeats the one before.  Following the caching
of Ramachandran et al. [1], each layer keeps what later rows and pixels will read.  Here one call does a *row*: what
depends on rows above is computed for all columns at once, then an ONNX ``Scan`` runs over the columns.

What the scan walks is laid out columns first, ``(W, B, C)``.  Four rewritings make the inner loop short; each leaves
the function the same:

* the halves of the gate have matrices of their own, so that the runtime fuses ``Gemm + Tanh`` and ``Gemm + Sigmoid``;
* everything a pixel reads from above, from the condition and from biases is the ``C`` input of those ``Gemm``;
* the output biases of a gated model's horizontal stack are folded: the scan carries ``h + rest`` with ``rest`` the
  biases of the layers still to come, starts from ``rest`` (which stands for the zero padding at the left edge), and
  takes it out again in the constants;
* logits come out of the hidden layer after the scan, for the whole row at once.

Noise comes in from outside, ``argmax(logits + noise)``: with ``noise = temperature * gumbel`` this is a draw from
``softmax(logits / temperature)`` [2], and zero noise is greedy, so temperature needs no graph of its own.

State is what a row leaves for the next.  All zeros means "no rows above": levels are stored plus one, zero being
"outside the image".  State and condition may be those of one picture while the noise is of many (pictures that agree so
far): what comes from above then has a batch of 1 and is spread over the pictures by the products that take it in.

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


def next_rows(rows: Tensor, levels: Tensor) -> Tensor:
    """(R, W, B) levels plus one of the rows above, (W, B) levels drawn -> the rows above the next.

    ``rows`` may be those of one picture.
    """
    above = torch.where(levels >= 0, rows[1:], 0)  # for every picture; an ``expand`` would be left out of the file
    return torch.cat([above, levels[None] + 1])


def for_every_picture(x: Tensor, chances: Tensor) -> Tensor:
    """(1, n) -> (B, n), with the batch of ``chances (W, B, K)``.

    By arithmetic on its numbers: of an ``expand`` the exporter takes the size from any input whose batch has that name,
    which may be a state that the pictures share.
    """
    return x + chances[0, :, :1] * 0


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


def certain(noise: Tensor, known: Tensor, observed: Tensor) -> Tensor:
    """Noise that leaves an observed pixel no other choice than its level: (W, B, K), two inputs less for the scan."""
    sure = F.one_hot(known[:, :, 0], noise.shape[2]).to(noise.dtype) * CERTAIN
    return torch.where(observed, sure, noise)


def bias_of(conv: nn.Conv2d) -> Tensor:
    """A copy of a convolution's bias."""
    assert conv.bias is not None
    return conv.bias.detach().clone()


def linear_of(conv: nn.Conv2d) -> nn.Linear:
    """A 1x1 convolution as the linear layer it is."""
    linear = nn.Linear(conv.in_channels, conv.out_channels)
    with torch.no_grad():
        linear.weight.copy_(conv.weight[:, :, 0, 0])
        linear.bias.copy_(bias_of(conv))
    return linear
