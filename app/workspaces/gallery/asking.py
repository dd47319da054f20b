"""Whom one asks about a wall's pictures: the model for likelihoods and scores, a classifier for classes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from app.workspaces.gallery.measuring import Ask
from app.workspaces.gallery.plan import value_kind
from engine.contracts.arrays import Images
from engine.contracts.events import Answer, Bounds, Classified, Realness, Scores
from engine.contracts.manifest import Manifest
from engine.contracts.requests import (
    BoundImages,
    ClassifyImages,
    DiscriminateImages,
    Request,
    ScoreImages,
)

FIT = "nearest"
"""Samples of a decoder are means, which lie between the levels of a model of few: they are rounded, not refused."""


SAMPLES = 8
"""Of a VAE's posterior, for each picture: one is off by several nats."""


def asks_for_values(manifest: Manifest) -> Ask | None:
    """What asks a model how likely pictures are; None where it cannot say."""
    kind, model = value_kind(manifest), manifest.id

    def ask(class_name: str, pixels: Images) -> Request:
        if kind == "lower bound":
            return BoundImages(model=model, pixels=pixels, samples=SAMPLES, fit=FIT, alone=True)
        if kind == "exact":
            return ScoreImages(model=model, pixels=pixels, class_name=class_name, fit=FIT, alone=True)
        return DiscriminateImages(model=model, pixels=pixels, class_name=class_name, fit=FIT)

    return None if kind == "none" else ask


def read_values(answer: Answer) -> NDArray[np.float64] | None:
    """Nats, or the discriminator's score, ``(N,)``."""
    if isinstance(answer, Scores):
        return np.asarray(answer.nats, np.float64)
    if isinstance(answer, Bounds):
        return np.asarray(answer.elbo, np.float64)
    return np.asarray(answer.score, np.float64) if isinstance(answer, Realness) else None


def asks_for_classes(manifest: Manifest) -> Ask:
    """What asks the data set's classifier what pictures show."""
    return lambda _, pixels: ClassifyImages(model=manifest.id, pixels=pixels)


class ClassReader:
    """Reads classes by their place in ``names``; ``head`` is which of the things that a classifier tells."""

    def __init__(self, names: tuple[str, ...], head: str) -> None:
        self.names, self._head = names, head

    def __call__(self, answer: Answer) -> NDArray[np.float64] | None:
        if not isinstance(answer, Classified) or self._head not in answer.heads:
            return None
        head = answer.heads.index(self._head)
        told = answer.names[head]
        places = np.array([self.names.index(name) if name in self.names else -1 for name in told], np.float64)
        return np.asarray(places[answer.classes[:, head]])


def class_head(classifier: Manifest) -> tuple[str, tuple[str, ...]]:
    """What a classifier tells that counts as the class, and its names: else the first whose names are words."""
    heads = {condition.name: condition.names for condition in classifier.conditions}
    worded = (head for head, names in heads.items() if not any(map(_is_color, names)))
    head = "class" if "class" in heads else next(worded, "")
    return head, heads.get(head, ())


def _is_color(name: str) -> bool:
    return len(name) == 6 and all(letter in "0123456789abcdef" for letter in name)
