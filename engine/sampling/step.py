"""What a sampler yields.

A sampler is a generator: it knows no thread, no Qt and no ONNX.  The yield is the only place to stop it, to report
progress and to show a partial picture.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.contracts.arrays import Images, Levels


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """One row drawn, in the model's own (oriented) frame.

    row : int
        Its index; rows below it are not drawn yet.
    levels : (B, W) int64
        The row of every image.
    logits : (B, W, K) float32
        The model's logits there, before temperature.
    """

    row: int
    levels: Levels
    logits: NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Progress:
    """What a person may see by now: ``images (N, H, W, C) uint8`` where ``drawn (N, H, W) bool``, and how far along.

    ``provisional``: what is drawn may still be replaced.
    """

    images: Images
    drawn: NDArray[np.bool_]
    fraction: float
    provisional: bool = False
