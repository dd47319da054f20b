"""Classifiers: no generative models, but what samples of a data set are looked at with.

A classifier's last layer but one is the feature space in which samples are compared with real pictures, and neighbours
are found; its decisions say what class a picture is taken for.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Generator
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.catalogue.references import References, read_references
from engine.catalogue.registry import Model, Registry
from engine.contracts.arrays import Images
from engine.contracts.events import Classified, Loaded, Measured, Nearest, Neighbours
from engine.contracts.manifest import ImageSpec
from engine.contracts.requests import ClassifyImages, FindNeighbours, LoadModel, MeasureSamples
from engine.errors import GraphMismatch, RequestError
from engine.numerics import sharpness
from engine.numerics.categorical import log_softmax
from engine.numerics.neighbours import nearest
from engine.numerics.pixels import fitted
from engine.numerics.sample_quality import class_shares, diversity_with_spread, flat_pixels
from engine.runtime.sessions import Sessions
from engine.sampling.step import Progress

PASS = 250
Features: TypeAlias = NDArray[np.float32]


class Classifier:
    """One classifier, ready to answer.  Any thread."""

    def __init__(self, model: Model, sessions: Sessions, registry: Registry) -> None:
        self.model, self.manifest = model, model.manifest
        self.sessions, self.registry = sessions, registry
        self._lock = threading.Lock()
        self._references: References | None = None
        self._looked: dict[object, _Looked] = {}

    def load(self) -> None:
        """Open the graph."""
        self.sessions.graph(self.model.folder, self.manifest.graphs["classifier"])

    def answer(self, request: Any) -> Generator[Progress, None, Any]:
        """A generator of `Progress` that returns the answer of the request's kind."""
        if isinstance(request, ClassifyImages):
            return (yield from self.classify(request))
        if isinstance(request, FindNeighbours):
            return (yield from self.neighbours(request))
        if isinstance(request, MeasureSamples):
            return (yield from self.measure(request))
        if isinstance(request, LoadModel):
            began = time.perf_counter()
            self.load()
            return Loaded(model=self.manifest.id, milliseconds=_since(began))
        raise RequestError(
            f"{self.manifest.title} cannot answer {type(request).__name__}.", "Choose a model that draws pictures."
        )

    def classify(self, request: ClassifyImages) -> Generator[Progress, None, Classified]:
        """What pictures are taken for (see `ClassifyImages`)."""
        began = time.perf_counter()
        features, logits = yield from self._look(request.pixels, request.pixels[:1], 0.0, 1.0)
        conditions, cuts = self.manifest.conditions, self._cuts()
        parts = [np.exp(log_softmax(part)) for part in np.split(logits, cuts, axis=1)]
        return Classified(
            features=features,
            heads=tuple(condition.name for condition in conditions),
            names=tuple(condition.names for condition in conditions),
            classes=np.stack([part.argmax(axis=1) for part in parts], axis=1),
            probabilities=np.concatenate(parts, axis=1).astype(np.float32),
            classifier=self.manifest.id,
            total_ms=_since(began),
        )

    def neighbours(self, request: FindNeighbours) -> Generator[Progress, None, Neighbours]:
        """The nearest reference pictures in pixels and in features (see `FindNeighbours`)."""
        began, shown = time.perf_counter(), request.pixels[:1]
        image = self.registry.find(request.model).manifest.image
        looked = yield from self._look_at_references(image, shown)
        features, _ = yield from self._look(request.pixels, shown, 0.8, 0.85)
        in_pixels = yield from looked.pixels.nearest(flat_pixels(request.pixels), request.count, shown, 0.85)
        in_features = yield from looked.features.nearest(features, request.count, shown, 0.95)
        references = self.references()
        return Neighbours(
            in_pixels=in_pixels,
            in_features=in_features,
            references=len(references.images),
            whole=len(references.images) >= references.trained_on,
            data_title=self.manifest.data_title,
            classifier=self.manifest.id,
            total_ms=_since(began),
        )

    def measure(self, request: MeasureSamples) -> Generator[Progress, None, Measured]:
        """How sharp and how varied pictures are beside real ones (see `MeasureSamples`)."""
        began, shown = time.perf_counter(), request.pixels[:1]
        image = self.registry.find(request.model).manifest.image
        looked = yield from self._look_at_references(image, shown)
        _, logits = yield from self._look(request.pixels, shown, 0.8, 0.9)
        names, classes = self._one_class(logits)
        sharp = sharpness.laplacian_variance(request.pixels)
        ratio, spread = sharpness.ratio_with_spread(sharp, looked.sharpness)
        varied, varied_spread = diversity_with_spread(
            flat_pixels(request.pixels), classes, looked.pixels.values, looked.classes, max(1, len(names))
        )
        shares = class_shares(classes, max(1, len(names)))
        return Measured(
            sharpness=ratio,
            sharpness_spread=spread,
            diversity=varied,
            diversity_spread=varied_spread,
            missing=tuple(name for name, share in zip(names, shares, strict=False) if not share),
            count=len(request.pixels),
            references=len(looked.images),
            data_title=self.manifest.data_title,
            classifier=self.manifest.id,
            total_ms=_since(began),
        )

    def references(self) -> References:
        """The data set's reference pictures; raises `RequestError` where there are none."""
        with self._lock:
            if self._references is None:
                folders = (*self.registry.folders, self.model.folder.parent)
                found = read_references(folders, self.manifest.data, self.manifest.data_title)
                wanted = (self.manifest.image.height, self.manifest.image.width, self.manifest.image.display_channels)
                if found.images.shape[1:] != wanted:
                    raise RequestError(
                        f"The reference pictures of {self.manifest.data_title} are of another size than "
                        f"{self.manifest.title} takes.",
                        "Install the model and Reverie again.",
                    )
                self._references = found
            return self._references

    # --- inside --------------------------------------------------------------------------------------------------

    def _look(
        self, images: Images, shown: Images, begun: float, ended: float
    ) -> Generator[Progress, None, tuple[Features, NDArray[np.float32]]]:
        """Features (N, F) and logits (N, K); the progress goes from ``begun`` to ``ended``."""
        spec = self.manifest.graphs["classifier"]
        graph = self.sessions.graph(self.model.folder, spec)
        drawn, features, logits = np.ones((1, *shown.shape[1:3]), bool), [], []
        for at in range(0, len(images), PASS):
            units = images[at : at + PASS].transpose(0, 3, 1, 2).astype(np.float32) / np.float32(255)
            given = graph.run({spec.inputs["image"].name: np.ascontiguousarray(units)})
            features.append(given[spec.outputs["features"].name])
            logits.append(given[spec.outputs["logits"].name])
            yield Progress(shown, drawn, begun + (ended - begun) * min(1.0, (at + PASS) / len(images)))
        found = np.concatenate(features).astype(np.float32), np.concatenate(logits).astype(np.float32)
        if not all(np.isfinite(values).all() for values in found):
            raise GraphMismatch(
                f"{self.manifest.title} gives numbers that are not finite.", "Choose another picture or classifier."
            )
        return found

    def _look_at_references(self, image: ImageSpec, shown: Images) -> Generator[Progress, None, _Looked]:
        """What is known of the reference pictures at a model's levels; kept, for it takes a second or more."""
        key = (image.levels, image.palette)
        with self._lock:
            known = self._looked.get(key)
        if known is not None:
            return known
        references, rng = self.references(), np.random.default_rng(0)
        images, held_out = (fitted(some, image, "nearest", rng) for some in (references.images, references.held_out))
        features, logits = yield from self._look(images, shown, 0.0, 0.5)
        others, _ = yield from self._look(held_out, shown, 0.5, 0.55)
        spaces = []
        for index, (values, real) in enumerate(((flat_pixels(images), flat_pixels(held_out)), (features, others))):
            _, distances = yield from _told(nearest(real, values, 1), shown, 0.55 + 0.12 * index, 0.12)
            spaces.append(_Space(references, values, np.sort(distances[:, 0])))
        in_pixels, in_features = spaces
        sharp = sharpness.laplacian_variance(images)
        looked = _Looked(images, in_pixels, in_features, self._one_class(logits)[1], sharp)
        with self._lock:
            self._looked[key] = looked
        return looked

    def _one_class(self, logits: NDArray[np.float32]) -> tuple[tuple[str, ...], NDArray[np.int64]]:
        """The classes' names and which pictures are taken for, (N,); without a class all are of one without a name."""
        conditions = self.manifest.conditions
        if len(conditions) == 1:
            return conditions[0].names, logits.argmax(axis=1)
        return (), np.zeros(len(logits), np.int64)

    def _cuts(self) -> NDArray[np.int64]:
        """Where the logits' columns change from one head to the next."""
        return np.cumsum([len(condition.names) for condition in self.manifest.conditions])[:-1]


class _Space:
    """Reference pictures as points, and how far real pictures have their nearest one (rising)."""

    def __init__(self, references: References, values: Features, real: NDArray[np.float64]) -> None:
        self.references, self.values, self.real = references, values, real

    def nearest(self, points: Features, count: int, shown: Images, begun: float) -> Generator[Progress, None, Nearest]:
        """The nearest reference pictures to these points."""
        places, distances = yield from _told(nearest(points, self.values, count), shown, begun, 0.05)
        return Nearest(
            places=places,
            images=self.references.images[places],
            labels=self.references.labels[places],
            distances=distances,
            real=self.real,
            rank=np.searchsorted(self.real, distances[:, 0]) / len(self.real),
        )


class _Looked:
    """What is known of the reference pictures at one model's levels."""

    def __init__(
        self,
        images: Images,
        pixels: _Space,
        features: _Space,
        classes: NDArray[np.int64],
        sharp: NDArray[np.float64],
    ) -> None:
        self.images, self.pixels, self.features = images, pixels, features
        self.classes, self.sharpness = classes, sharp


def _told(
    work: Generator[float, None, tuple[NDArray[np.int64], NDArray[np.float64]]],
    shown: Images,
    begun: float,
    share: float,
) -> Generator[Progress, None, tuple[NDArray[np.int64], NDArray[np.float64]]]:
    """A part of the work as progress of the whole."""
    drawn = np.ones((1, *shown.shape[1:3]), bool)
    while True:
        try:
            done = next(work)
        except StopIteration as end:
            found: tuple[NDArray[np.int64], NDArray[np.float64]] = end.value
            return found
        yield Progress(shown, drawn, begun + share * done)


def _since(began: float) -> float:
    return (time.perf_counter() - began) * 1e3
