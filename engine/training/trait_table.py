"""Whether a direction in latent space changes what it is named after, and little else: asked of a small classifier.

The classifier learns the traits from the training pictures and is then shown decoded ones.  A picture without a trait
is encoded, and decoded before and after a step along the trait's direction; likewise backwards for one that has it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from engine.runtime.sessions import Graph
from engine.training.data import DataSet, Split
from engine.training.latent_data import as_input, encode
from engine.training.latent_objectives import seeded
from engine.training.traits import TRAITS, Trait, presence

EPOCHS = 6
BATCH = 64
PEAK_RATE = 2e-3
CLASSIFIER_SEED = 7
SHOWN = 300
"""Pictures that each direction is tried on, at most."""
LENGTHS = (1.0, 1.5, 2.0, 3.0)
"""How many differences of means a step may be."""
LEAST = 0.25
"""A direction that adds or removes its trait more seldom than this, with the best of the lengths, is left out."""


class TraitClassifier(nn.Module):
    """Logits of T traits (N, T) from pictures (N, C, H, W) in [0, 1], H and W multiples of 16."""

    def __init__(self, channels: int, height: int, width: int, traits: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(16 * channels, 64, 3, padding=1)
        self.second = nn.Conv2d(64, 64, 3, padding=1, stride=2)
        self.third = nn.Conv2d(64, 96, 3, padding=1, stride=2)
        self.out = nn.Linear(96 * (height // 16) * (width // 16), traits)

    def forward(self, image: Tensor) -> Tensor:
        x = F.silu(self.first(F.pixel_unshuffle(image - 0.5, 4)))
        return self.out(F.silu(self.third(F.silu(self.second(x)))).flatten(1))


def trained_classifier(pixels: NDArray[np.uint8], has: NDArray[np.int8], epochs: int = EPOCHS) -> TraitClassifier:
    """A classifier of display values (N, H, W, C) with traits (N, T): 1 yes, 0 no, -1 counts as neither."""
    with seeded(CLASSIFIER_SEED):
        model = TraitClassifier(pixels.shape[3], pixels.shape[1], pixels.shape[2], has.shape[1])
    steps = epochs * (len(pixels) // BATCH)
    optimizer = torch.optim.AdamW(model.parameters(), PEAK_RATE, weight_decay=1e-2)
    falling = torch.optim.lr_scheduler.OneCycleLR(optimizer, PEAK_RATE, total_steps=max(2, steps))
    rng = np.random.default_rng(CLASSIFIER_SEED)
    for _ in range(epochs):
        order = rng.permutation(len(pixels))
        for at in range(0, len(order) - BATCH + 1, BATCH):
            chosen = order[at : at + BATCH]
            wanted = torch.from_numpy(has[chosen].astype(np.float32))
            logits = model(torch.from_numpy(as_input(pixels[chosen])))
            each = F.binary_cross_entropy_with_logits(logits, wanted.clamp(min=0), reduction="none")
            loss = (each * (wanted >= 0)).mean()
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            falling.step()
    return model.eval()


@torch.no_grad()
def decide(model: TraitClassifier, image: NDArray[np.float32], batch: int = 250) -> NDArray[np.bool_]:
    """Which traits the classifier sees in pictures (N, C, H, W) in [0, 1]: (N, T)."""
    parts = [model(torch.from_numpy(image[at : at + batch])) > 0 for at in range(0, len(image), batch)]
    return np.concatenate([part.numpy() for part in parts])


def tuned(
    encoder: Graph, decoder: Graph, directions: NDArray[np.float32], data: DataSet
) -> dict[str, NDArray[np.float32]]:
    """The differences of means (T, D) of the data set's traits at the lengths that work best on validation pictures.

    A difference of means leads to the middle of those that have the trait only from the middle of those that have not.
    Best is what changes the trait most often and others most seldom.  By name; those that hardly change anything are
    left out.
    """
    traits = TRAITS[data.name]
    model = trained_classifier(data.train.pixels, _table(traits, data.train, data))
    truth = _table(traits, data.validation, data)
    mu = encode(encoder, data.validation.pixels)["mu"]
    kept: dict[str, NDArray[np.float32]] = {}
    for index, (trait, direction) in enumerate(zip(traits, directions, strict=True)):
        tried = []
        for length in LENGTHS:
            there = np.float32(length) * direction
            shares = np.mean([_changes(model, decoder, mu, truth, index, has, there) for has in (0, 1)], axis=0)
            tried.append((float(shares[index]), float(np.mean([shares[i] for i in _others(traits, trait)])), there))
        changed, _, best = max(tried, key=lambda each: each[0] - each[1])
        if changed >= LEAST:
            kept[trait.name] = best
    return kept


def _others(traits: Sequence[Trait], trait: Trait) -> list[int]:
    """Which traits should stay when this one changes, as far as they can be seen."""
    return [i for i, t in enumerate(traits) if t.attribute not in (trait.attribute, *trait.hides)]


def trait_rows(
    encoder: Graph, decoder: Graph, names: Sequence[str], directions: NDArray[np.float32], data: DataSet
) -> list[dict[str, Any]]:
    """A row a direction: what the classifier gets right, and the shares of test pictures whose decision a step changes.

    ``accuracy`` on test pictures (mean of those with and those without the trait); ``kept`` the same on their
    reconstructions; ``added`` and ``removed`` by a step forwards and backwards; ``others`` the mean over the traits of
    other attributes (that the trait does not hide), and ``most_changed`` of them.
    """
    traits = TRAITS[data.name]
    model = trained_classifier(data.train.pixels, _table(traits, data.train, data))
    truth = _table(traits, data.test, data)
    mu = encode(encoder, data.test.pixels)["mu"]
    seen = decide(model, as_input(data.test.pixels))
    reconstructed = decide(model, _decoded(decoder, mu))
    rows = []
    for name, direction in zip(names, directions, strict=True):
        index = [trait.name for trait in traits].index(name)
        forwards, backwards = (_changes(model, decoder, mu, truth, index, has, direction) for has in (0, 1))
        others = {traits[i].name: (forwards[i] + backwards[i]) / 2 for i in _others(traits, traits[index])}
        most = max(others, key=lambda other: others[other])
        row = {
            "accuracy": _balanced(seen[:, index], truth[:, index]),
            "kept": _balanced(reconstructed[:, index], truth[:, index]),
            "added": float(forwards[index]),
            "removed": float(backwards[index]),
            "others": float(np.mean(list(others.values()))),
        }
        rows.append({"trait": name} | {k: round(v, 3) for k, v in row.items()}
                    | {"most_changed": f"{most} ({others[most]:.3f})"})  # fmt: skip
    return rows


def _changes(
    model: TraitClassifier,
    decoder: Graph,
    mu: NDArray[np.float32],
    truth: NDArray[np.int8],
    index: int,
    has: int,
    direction: NDArray[np.float32],
) -> NDArray[np.float64]:
    """The share of pictures that have trait ``index`` (1) or have it not (0), whose every trait a step along its
    direction changes: (T,).  Of a trait only pictures count that have it or have it not."""
    chosen = np.flatnonzero(truth[:, index] == has)[:SHOWN]
    step = direction if has == 0 else -direction
    before, after = (decide(model, _decoded(decoder, codes)) for codes in (mu[chosen], mu[chosen] + step))
    counts = truth[chosen] >= 0
    return np.asarray(((before != after) & counts).sum(0) / np.maximum(counts.sum(0), 1))


def _decoded(decoder: Graph, z: NDArray[np.float32], batch: int = 100) -> NDArray[np.float32]:
    return np.concatenate([decoder.run({"z": z[at : at + batch]})["image"] for at in range(0, len(z), batch)])


def _table(traits: tuple[Trait, ...], split: Split, data: DataSet) -> NDArray[np.int8]:
    return np.stack([presence(trait, split, data.attributes) for trait in traits], axis=1)


def _balanced(said: NDArray[np.bool_], truth: NDArray[np.int8]) -> float:
    """The mean of the shares that are right among those that have it and those that have not."""
    return float(np.mean([(said[truth == has] == bool(has)).mean() for has in (0, 1)]))
