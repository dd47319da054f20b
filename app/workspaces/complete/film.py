"""How a model learnt, from its folder: sample sheets of its training and the learning curve."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtGui import QImage

import engine
from engine.contracts.manifest import Manifest
from engine.errors import EngineError

_VALUES = ("validation_nats", "validation", "nats")


@dataclass(frozen=True, slots=True, eq=False)
class Film:
    """``frames`` oldest first, the training ``steps`` they were taken at, and the ``curve`` of (step, nats)."""

    frames: tuple[QImage, ...] = ()
    steps: tuple[float, ...] = ()
    curve: tuple[tuple[float, float], ...] = ()


def read_film(folders: Sequence[Path], manifest: Manifest) -> Film:
    """The film in ``film/<step>.png``; an empty one where a model has none."""
    try:
        folder = engine.model_folder(folders, manifest.id) / "film"
    except EngineError:
        return Film()
    found = sorted((int(path.stem), path) for path in folder.glob("*.png") if path.stem.isdigit())
    images = [(step, QImage(str(path))) for step, path in found]
    whole = [(step, image) for step, image in images if not image.isNull()]
    return Film(tuple(image for _, image in whole), tuple(float(step) for step, _ in whole), _curve(manifest))


def _curve(manifest: Manifest) -> tuple[tuple[float, float], ...]:
    points = manifest.training.get("curve", ())
    if not isinstance(points, (list, tuple)):
        return ()
    return tuple(point for point in map(_point, points) if point is not None)


def _point(entry: object) -> tuple[float, float] | None:
    if not isinstance(entry, dict) or "step" not in entry:
        return None
    value = next((entry[name] for name in _VALUES if isinstance(entry.get(name), (int, float))), None)
    return None if value is None else (float(entry["step"]), float(value))
