"""Which walks a model can be taken on from a picture, and what has to be asked for each.  Qt-free."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from app.documents.latent_path import LatentPath
from app.translation import tr
from app.workspaces.gallery.plan import has_prior
from engine.contracts.arrays import Latents
from engine.contracts.controls import NO_TRUNCATION
from engine.contracts.manifest import Manifest
from engine.contracts.requests import MAX_PLACE, DecodeLatents, SampleImages

CLASSES, PATH, TRUNCATION, TEMPERATURE = "classes", "path", "truncation", "temperature"
TITLES = {
    CLASSES: ("Class", tr("The same chance (z, or the seed), told each class in turn.")),
    PATH: (tr("To another"), tr("From the chosen picture's z to another one's, on the great circle (slerp).")),
    TRUNCATION: (
        "Truncation",
        tr("The same z, cut off nearer or farther from 0: typical pictures against varied ones."),
    ),
    TEMPERATURE: ("Temperature", tr("The same seed, from the likeliest values to wilder ones.")),
}
"""What a walk is called, and what it does."""
ROWS = {CLASSES: 2, TRUNCATION: 2}
"""How many pictures are taken along, the chosen one and the next of the seed: diversity cannot be seen on one."""
STEPS = {PATH: (3, 33, 9), TEMPERATURE: (3, 21, 9)}
"""Fewest, most and at first, where the person chooses."""
TRUNCATIONS = (0.2, 0.5, 1.0, 1.5, 2.0, 3.0, NO_TRUNCATION)
OF_UNIFORM = (0.2, 0.4, 0.6, 0.8, NO_TRUNCATION)
"""Where z is uniform in -1 to 1, from 1 on nothing is cut."""
WILDEST = 2.0
_LARGEST = sys.float_info.max
"""A manifest's whole numbers may be longer than any float; a comparison takes them, NumPy does not."""


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """What was measured at a truncation: the Frechet distance (fidelity and diversity together), precision (fidelity)
    and recall (diversity)."""

    frechet: float
    precision: float
    recall: float


@dataclass(frozen=True, slots=True, eq=False)
class Walk:
    """A grid of pictures.

    ``captions`` are those of its columns, ``requests`` a column each, whose ``count`` pictures are its rows.  A path
    has no requests of its own: it is decoded between ``start`` and ``end``, which are draws.
    """

    kind: str
    captions: tuple[str, ...]
    rows: int = 1
    requests: tuple[SampleImages, ...] = ()
    start: SampleImages | None = None
    end: SampleImages | None = None
    class_name: str = ""

    @property
    def columns(self) -> int:
        return len(self.captions)

    def request_of(self, row: int, column: int) -> SampleImages | None:
        """What draws one picture alone; None between the ends of a path."""
        if self.kind == PATH:
            return {0: self.start, self.columns - 1: self.end}.get(column)
        request = self.requests[column]
        return replace(request, count=1, first=request.first + row)


def kinds_of(manifest: Manifest) -> tuple[str, ...]:
    """The walks that this model can be taken on: at least one, since what has no distribution over z has a temperature
    to sweep."""
    latent = has_prior(manifest)
    possible = {
        CLASSES: len(manifest.class_names) > 1,
        PATH: latent,
        TRUNCATION: latent,
        TEMPERATURE: not latent,
    }
    return tuple(kind for kind, can in possible.items() if can)


def walk_of(manifest: Manifest, kind: str, start: SampleImages, class_name: str, end: SampleImages, steps: int) -> Walk:
    """The walk of this kind from what ``start`` draws; ``class_name`` is what the picture was told."""
    start = replace(start, class_name=class_name, first=min(start.first, MAX_PLACE - 8))
    if kind == PATH:
        between = [f"{column / (steps - 1):.0%}".replace("%", " %") for column in range(1, steps - 1)]
        captions = ("start", *between, "end")
        return Walk(kind, captions, start=start, end=replace(end, class_name=class_name), class_name=class_name)
    if kind == CLASSES:
        names = manifest.class_names
        rows = ROWS[CLASSES]
        return Walk(kind, names, rows, tuple(replace(start, class_name=name, count=rows) for name in names))
    if kind == TEMPERATURE:
        values = [round(float(value), 2) for value in np.linspace(0.0, WILDEST, steps)]
        requests = tuple(replace(start, temperature=value) for value in values)
        return Walk(kind, tuple(f"{value:g}" for value in values), requests=requests, class_name=class_name)
    bounds, rows = truncations(manifest), ROWS[TRUNCATION]
    requests = tuple(replace(start, truncation=bound, count=rows) for bound in bounds)
    captions = tuple("uncut" if bound >= NO_TRUNCATION else f"{bound:g}" for bound in bounds)
    return Walk(kind, captions, rows, requests, class_name=class_name)


def truncations(manifest: Manifest) -> tuple[float, ...]:
    """Where z is cut off: round numbers, and those that were measured."""
    spec = manifest.latent_spec
    if spec is not None and spec.prior == "uniform":
        return OF_UNIFORM
    measured = {bound for bound in measured_at(manifest) if 0.2 <= bound < NO_TRUNCATION}
    return tuple(sorted(measured | set(TRUNCATIONS)))


def measured_at(manifest: Manifest) -> Mapping[float, Measured]:
    """What was measured of this model's samples by the truncation, from its manifest; odd entries are left out."""
    figures = manifest.figures
    rows = figures.get("truncation")
    entries = [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, (list, tuple)) else []
    whole = {name: _value(figures.get(f"test_{name}")) for name in ("frechet", "precision", "recall")}
    entries.append({"bound": NO_TRUNCATION} | whole)
    found = {}
    for entry in entries:
        numbers = [entry.get(name) for name in ("bound", "frechet", "precision", "recall")]
        if all(isinstance(n, (int, float)) and not isinstance(n, bool) and abs(n) <= _LARGEST for n in numbers):
            bound, frechet, precision, recall = (float(n) for n in numbers)  # type: ignore[arg-type]
            found[bound] = Measured(frechet, precision, recall)
    return found


def path_request(manifest: Manifest, walk: Walk, start: Latents, end: Latents) -> DecodeLatents:
    """What decodes a path between two points ``(D,)``; z of a uniform prior goes straight, as its box is."""
    spec = manifest.latent_spec
    kind = "lerp" if spec is not None and spec.prior == "uniform" else "slerp"
    path = LatentPath((np.asarray(start, np.float64), np.asarray(end, np.float64)), kind)
    return DecodeLatents(model=manifest.id, z=path.points(walk.columns), class_name=walk.class_name)


def _value(figure: Any) -> Any:
    return figure.get("value") if isinstance(figure, Mapping) else None
