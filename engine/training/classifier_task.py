"""The classifiers that samples are judged by: what they learn from, their loss, and how often they are right."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from engine.training.adversarial_objectives import shifted
from engine.training.data import DataSet, Epochs, Split
from engine.training.latent_data import as_input, ink
from engine.training.latent_objectives import seeded
from engine.training.models.classifier import Classifier
from engine.training.recipe import ClassifierRecipe

VALIDATED = 5000


class ClassifierTask:
    """Cross-entropy, summed over the heads, of pictures that are moved a little and some of them binarized."""

    unit = "nats"

    def __init__(self, recipe: ClassifierRecipe, data: DataSet) -> None:
        self.recipe, self.train = recipe, data.train
        self.epochs = Epochs(len(data.train), recipe.batch, recipe.seed)
        self.truth = truth(data.train)
        self.validation = data.validation.part(slice(0, VALIDATED))

    def loss(self, model: nn.Module, step: int, bf16: bool) -> tuple[Tensor, Tensor]:
        """Nats a picture, twice."""
        recipe, chosen = self.recipe, self.epochs.chosen(step)
        rng = np.random.default_rng((recipe.seed, 1, step))
        pixels = self.train.pixels[chosen]
        as_ink = rng.random(len(pixels)) < recipe.ink_share
        if as_ink.any():
            pixels[as_ink] = ink(pixels[as_ink], rng)
        places = torch.from_numpy(rng.integers(0, 2 * recipe.shift + 1, (len(pixels), 2)))
        image = shifted(torch.from_numpy(as_input(pixels)), places, recipe.shift)  # onto black, which is 0 here
        with seeded(recipe.seed, step), torch.autocast("cpu", torch.bfloat16, enabled=bf16):
            logits, _ = model(image.contiguous(memory_format=torch.channels_last))
        nats = cross_entropy(logits.float(), torch.from_numpy(self.truth[chosen]), recipe.model.heads).mean()
        return nats, nats

    @torch.no_grad()
    def measure(self, model: nn.Module, batch: int = 250) -> float:
        """Nats a picture of the validation set as it is."""
        assert isinstance(model, Classifier)
        wanted, total = torch.from_numpy(truth(self.validation)), 0.0
        for at in range(0, len(self.validation), batch):
            logits, _ = model(torch.from_numpy(as_input(self.validation.pixels[at : at + batch])))
            total += float(cross_entropy(logits, wanted[at : at + batch], self.recipe.model.heads).double().sum())
        return total / len(self.validation)


def truth(split: Split) -> NDArray[np.int64]:
    """What is to be told of every picture: its class (N, 1), or the codes of its attributes (N, T)."""
    codes = split.labels[:, None] if split.codes is None else split.codes
    return codes.astype(np.int64)


def cross_entropy(logits: Tensor, wanted: Tensor, heads: tuple[int, ...]) -> Tensor:
    """Nats of logits (N, sum of the heads) for codes (N, T), summed over the heads: (N,)."""
    parts = logits.split(heads, dim=1)
    each = [F.cross_entropy(part, wanted[:, index], reduction="none") for index, part in enumerate(parts)]
    return torch.stack(each).sum(0)


def decided(logits: NDArray[np.float32], heads: tuple[int, ...]) -> NDArray[np.int64]:
    """The likeliest value of each head: logits (N, sum of the heads) -> (N, T)."""
    parts = np.split(logits, np.cumsum(heads)[:-1], axis=1)
    return np.stack([part.argmax(1) for part in parts], axis=1)
