"""What is minimised and what is reported, per image in nats."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from engine.training.data import one_hot_condition, turn

if TYPE_CHECKING:
    from engine.training.recipe import AutoregressiveRecipe


def negative_log_likelihood(logits: Tensor, levels: Tensor) -> Tensor:
    """``-log p(x)`` in nats: logits (N, K, C, H, W), levels (N, C, H, W) -> (N,)."""
    return F.cross_entropy(logits.float(), levels, reduction="none").flatten(1).sum(1)


@torch.no_grad()
def evaluate(
    model: nn.Module,
    recipe: AutoregressiveRecipe,
    levels: NDArray[np.int64],
    labels: NDArray[np.int64] | None,
    orientation: int = 0,
    batch: int = 100,
    bf16: bool = True,
) -> NDArray[np.float64]:
    """``log p(x | class, orientation)`` of each image, (N,) nats; ``labels`` None means "no class"."""
    classes = len(recipe.class_names)
    columns = recipe.condition_width - (classes + 1 if classes else 0)
    if labels is None:
        labels = np.full(len(levels), classes, np.int64)
    out = []
    turned = turn(levels, orientation)
    for start in range(0, len(levels), batch):
        image = torch.from_numpy(np.ascontiguousarray(turned[start : start + batch]))[:, None]
        name = labels[start : start + batch]
        condition = one_hot_condition(name, np.full(len(name), orientation), classes, columns)
        with torch.autocast("cpu", torch.bfloat16, enabled=bf16):
            logits = model(image, torch.from_numpy(condition))
        out.append(-negative_log_likelihood(logits, image).double().numpy())
    return np.concatenate(out)


def bits_per_dim(nats: float, dims: int) -> float:
    """Nats of an image of ``dims`` dimensions to bits per dimension."""
    return nats / (dims * math.log(2))
