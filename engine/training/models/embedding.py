"""How a pixel's level enters a network, with one symbol for "outside the image".

Ordered levels (ink, greys) become two numbers: the value in [-1, 1] and a constant 1.  Palette colours, whose indices
are names, become a learned vector.  Outside the image both are all zeros, which is also what zero padding gives, so a
convolution can tell a black pixel from the border.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn


class LevelEmbedding(nn.Module):
    """Embed level indices: ``(N, H, W) int64 -> (N, E, H, W) float``.

    Parameters
    ----------
    levels
        K, the number of levels.
    width
        E of a learned embedding for palette colours, or None for ordered levels (then E = 2).
    """

    fixed: Tensor

    def __init__(self, levels: int, width: int | None) -> None:
        super().__init__()
        if width is None:
            value = torch.linspace(-1.0, 1.0, levels)
            self.register_buffer("fixed", torch.stack([value, torch.ones(levels)], dim=1))
        else:
            self.learned = nn.Parameter(torch.randn(levels, width) * 0.5)
        self.width = 2 if width is None else width

    def table(self) -> Tensor:
        """The (K, E) vectors of the levels."""
        return self.fixed if hasattr(self, "fixed") else self.learned

    def table_with_outside(self) -> Tensor:
        """The (K+1, E) vectors, row 0 being "outside" (zeros), row k+1 level k: what the row sampler looks up."""
        table = self.table()
        return torch.cat([torch.zeros_like(table[:1]), table])

    def forward(self, levels: Tensor) -> Tensor:
        return nn.functional.embedding(levels, self.table()).permute(0, 3, 1, 2)
