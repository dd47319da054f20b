"""Classifiers: no generative models, but what samples of a data set are looked at with.

A classifier's last layer but one is the feature space in which samples are compared with real pictures, and neighbours
are found; its decisions say what class a picture is taken for.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Generator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.catalogue.references import References, read_references
from engine.catalogue.registry import Model, Registry
from engine.contracts.arrays import Images
from engine.contracts.events import Classified, Loaded, Measured, Nearest, Neighbours
from engine.contracts.requests import ClassifyImages, FindNeighbours, LoadModel, MeasureSamples
from engine.errors import GraphMismatch, RequestError
from engine.families.reference_views import Features, ReferenceView, T, chunks, flat, part
from engine.numerics import sharpness
from engine.numerics.categorical import log_softmax
from engine.numerics.neighbours import Points, nearest
from engine.numerics.pixels import Intensities
from engine.numerics.sample_quality import diversity
from engine.runtime.sessions import Sessions
from engine.sampling.step import Progress


class Classifier:
    """One classifier, ready to answer.  Any thread."""

    def __init__(self, model: Model, sessions: Sessions, registry: Registry) -> None:
        self.model, self.manifest = model, model.manifest
        self.sessions, self.registry = sessions, registry
        self._intensities = Intensities(model.manifest.image)
        self._lock = threading.Lock()
        self._references: References | None = None
        self._views: dict[object, ReferenceView] = {}

    def load(self) -> None:
        """Open the graph."""
        self.sessions.graph(self.model.folder, self.manifest.graphs["classifier"])

    def answer(self, request: Any) -> Generator[Progress, None, Any]:
        """A generator of `Progress` that returns the answer of the request's kind."""
        if isinstance(request, ClassifyImages):
            return (yield from _shown(self.classify(request), request.pixels))
        if isinstance(request, FindNeighbours):
            return (yield from _shown(self.neighbours(request), request.pixels))
        if isinstance(request, MeasureSamples):
            return (yield from _shown(self.measure(request), request.pixels))
        if isinstance(request, LoadModel):
            began = time.perf_counter()
            self.load()
            return Loaded(model=self.manifest.id, milliseconds=_since(began))
        raise RequestError(
            f"{self.manifest.title} cannot answer {type(request).__name__}.", "Choose a model that draws pictures."
        )

    def classify(self, request: ClassifyImages) -> Generator[float, None, Classified]:
        """What pictures are taken for (see `ClassifyImages`)."""
        began = time.perf_counter()
        features, logits = yield from self._look_at_all(request.pixels)
        conditions = self.manifest.conditions
        cuts = np.cumsum([len(condition.names) for condition in conditions])[:-1]
        parts = [np.exp(log_softmax(head)) for head in np.split(logits, cuts, axis=1)]
        return Classified(
            features=features,
            heads=tuple(condition.name for condition in conditions),
            names=tuple(condition.names for condition in conditions),
            classes=np.stack([head.argmax(axis=1) for head in parts], axis=1),
            probabilities=np.concatenate(parts, axis=1).astype(np.float32),
            classifier=self.manifest.id,
            total_ms=_since(began),
        )

    def neighbours(self, request: FindNeighbours) -> Generator[float, None, Neighbours]:
        """The nearest reference pictures in pixels and in features (see `FindNeighbours`)."""
        began, view = time.perf_counter(), self._view(request.model)
        apart = yield from part(view.apart.result(), 0.0, 0.8)
        seen = yield from view.seen.result()  # which it has been by now
        features, _ = yield from part(self._look_at_all(request.pixels), 0.8, 0.85)
        near, references = _Near(view.references, request.count), view.references
        in_pixels = yield from part(near.find(flat(request.pixels), flat(seen.images), apart.in_pixels), 0.85, 0.95)
        in_features = yield from part(near.find(features, seen.features, apart.in_features), 0.95, 1.0)
        return Neighbours(
            in_pixels=in_pixels,
            in_features=in_features,
            references=len(references.images),
            whole=len(references.images) >= references.trained_on,
            trained_on=references.trained_on,
            data_title=self.manifest.data_title,
            classifier=self.manifest.id,
            total_ms=_since(began),
        )

    def measure(self, request: MeasureSamples) -> Generator[float, None, Measured]:
        """How sharp and how varied pictures are beside real ones (see `MeasureSamples`)."""
        began, view = time.perf_counter(), self._view(request.model)
        real = yield from part(view.variety.result(), 0.0, 0.8)
        seen = yield from view.seen.result()  # which it has been by now
        _, logits = yield from part(self._look_at_all(request.pixels), 0.8, 0.9)
        classes, names = self._taken_for(logits), self._class_names()
        sharp, sharp_spread = sharpness.ratio_with_spread(sharpness.laplacian_variance(request.pixels), seen.sharpness)
        varied, varied_spread = yield from part(
            diversity(flat(request.pixels), classes, real.shares, real.variances), 0.9, 1.0
        )
        return Measured(
            sharpness=sharp,
            sharpness_spread=sharp_spread,
            diversity=varied,
            diversity_spread=varied_spread,
            missing=tuple(name for index, name in enumerate(names) if index not in classes),
            count=len(request.pixels),
            references=len(seen.images),
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
                image = self.manifest.image
                if found.images.shape[1:] != (image.height, image.width, image.display_channels):
                    raise RequestError(
                        f"The reference pictures of {self.manifest.data_title} are of another size than "
                        f"{self.manifest.title} takes.",
                        "Install the model and Reverie again.",
                    )
                self._references = found
            return self._references

    # --- inside --------------------------------------------------------------------------------------------------

    def _view(self, name: str) -> ReferenceView:
        """The reference pictures at the levels of the model of this name."""
        references, image = self.references(), self.registry.find(name).manifest.image
        key = (image.levels, image.palette)
        with self._lock:
            if key not in self._views:
                classes = max(1, len(self._class_names()))
                self._views[key] = ReferenceView(references, image, self._look, self._taken_for, classes)
            return self._views[key]

    def _look(self, images: Images) -> tuple[Features, NDArray[np.float32]]:
        """A pass: pictures (N, H, W, C) -> features (N, F), logits (N, K)."""
        spec = self.manifest.graphs["classifier"]
        units = np.ascontiguousarray(images.transpose(0, 3, 1, 2), np.float32) / np.float32(255)
        given = self.sessions.graph(self.model.folder, spec).run(
            {spec.inputs["image"].name: self._intensities.to_graph(units)}
        )
        features, logits = (given[spec.outputs[name].name] for name in ("features", "logits"))
        values = sum(len(condition.names) for condition in self.manifest.conditions)
        shapes = features.shape[:1] == (len(images),) and features.ndim == 2 and logits.shape == (len(images), values)
        if not shapes or not np.isfinite(features).all() or not np.isfinite(logits).all():
            raise GraphMismatch(
                f"{self.manifest.title} gives features {features.shape} and logits {logits.shape} that are not "
                f"{values} finite numbers a picture.",
                "Install the model again, or choose another picture.",
            )
        return features.astype(np.float32, copy=False), logits.astype(np.float32, copy=False)

    def _look_at_all(self, images: Images) -> Generator[float, None, tuple[Features, NDArray[np.float32]]]:
        """`_look`, pass by pass."""
        features, logits = [], []
        for rows in chunks(images):
            if rows.start:
                yield rows.start / len(images)
            found = self._look(images[rows])
            features.append(found[0])
            logits.append(found[1])
        return np.concatenate(features), np.concatenate(logits)

    def _class_names(self) -> tuple[str, ...]:
        """The classes; none of a classifier that tells several attributes instead."""
        conditions = self.manifest.conditions
        return conditions[0].names if len(conditions) == 1 else ()

    def _taken_for(self, logits: NDArray[np.float32]) -> NDArray[np.int64]:
        """The class by number that each picture is taken for, (N,); all of one where there are only attributes."""
        return logits.argmax(axis=1) if self._class_names() else np.zeros(len(logits), np.int64)


class _Near:
    """Finds the ``count`` nearest reference pictures."""

    def __init__(self, references: References, count: int) -> None:
        self.references, self.count = references, count

    def find(self, points: Points, values: Points, real: NDArray[np.float64]) -> Generator[float, None, Nearest]:
        """In the space in which the references are at ``values``, and real pictures as far from them as ``real``."""
        places, distances = yield from nearest(points, values, self.count)
        return Nearest(
            places=places,
            images=self.references.images[places],
            labels=self.references.labels[places],
            distances=distances,
            real=real,
            rank=np.searchsorted(real, distances[:, 0]) / len(real),
        )


def _shown(work: Generator[float, None, T], pixels: Images) -> Generator[Progress, None, T]:
    """Work as steps of a request whose pictures are there already."""
    drawn = np.ones((1, *pixels.shape[1:3]), bool)
    while True:
        try:
            done = next(work)
        except StopIteration as end:
            found: T = end.value
            return found
        yield Progress(pixels[:1], drawn, done)


def _since(began: float) -> float:
    return (time.perf_counter() - began) * 1e3
