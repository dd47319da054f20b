"""How a model learnt, from its folder: sample sheets of its training and the learning curve, for a `FilmScrubber`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtGui import QImage

from app.documents.film import film_files
from app.translation import tr
from engine.contracts.manifest import Manifest

NATS = "nats"
_VALUES = {
    "validation_nats": NATS,
    "validation_squared_error": tr("squared error a picture"),
    "validation": NATS,
    "nats": NATS,
}
"""What a curve's points may call their value, and its unit."""


@dataclass(frozen=True, slots=True, eq=False)
class Film:
    """``frames`` oldest first, the training ``steps`` they were taken at, and the ``curve`` of (step, value in
    ``unit``)."""

    frames: tuple[QImage, ...] = ()
    steps: tuple[float, ...] = ()
    curve: tuple[tuple[float, float], ...] = ()
    unit: str = NATS


def read_film(folders: Sequence[Path], manifest: Manifest) -> Film:
    """The film in ``film/<step>.png``; an empty one where a model has none."""
    images = [(step, QImage(str(path))) for step, path in film_files(folders, manifest)]
    whole = [(step, image) for step, image in images if not image.isNull()]
    curve, unit = read_curve(manifest.training)
    return Film(tuple(image for _, image in whole), tuple(float(step) for step, _ in whole), curve, unit)


def read_curve(training: Mapping[str, object]) -> tuple[tuple[tuple[float, float], ...], str]:
    """The learning curve in a manifest's ``training`` as (step, value), and the value's unit; odd entries left out.

    The unit is that of the first entry that has a value: entries of another are odd.
    """
    points = training.get("curve", ())
    entries = [entry for entry in points if isinstance(entry, Mapping)] if isinstance(points, (list, tuple)) else []
    name = next((name for entry in entries for name in _VALUES if _is_number(entry.get(name))), "")
    named = [(entry.get("step"), entry.get(name)) for entry in entries]
    curve = tuple((float(s), float(v)) for s, v in named if _is_number(s) and _is_number(v))  # type: ignore[arg-type]
    return curve, _VALUES.get(name, NATS)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
