"""What the strip of a walk from one picture carries: where the walk begins, and the points of latent space on it.

Dropping the strip on the window hangs the wall that the walk began on, and ``reverie replay`` decodes its points again.
A model without a latent space has no points: each picture of its strip has a request of its own instead.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.contracts.requests import SampleImages
from engine.records import note_text
from engine.records.latent_note import MAX_POINTS, names_in, rows_in
from engine.records.sample_note import fields_of, request_in

KIND = "SampleWalk"
DRAWN = 2
"""The version of a note with requests; one with points is of the first."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WalkNote:
    """The strip of a walk.

    request
        What draws the picture that the walk begins at, alone.
    walk
        What is swept: ``classes``, ``path``, ``truncation`` or ``temperature``.
    z : (N, D) float32, class_names
        A row and a name a picture, row by row of the strip; without names the model is told no class.
    draws
        Without a latent space (z is None): what draws each picture alone, row by row of the strip.
    digests, made_with, sha256
        As in `engine.records.latent_note.LatentNote`.
    """

    request: SampleImages
    walk: str
    z: NDArray[np.float32] | None = None
    class_names: tuple[str, ...] = ()
    draws: tuple[SampleImages, ...] = ()
    digests: Mapping[str, str] = field(default_factory=dict)
    made_with: Mapping[str, str] = field(default_factory=dict)
    sha256: str = ""


def to_text(note: WalkNote) -> str:
    """The note as the text of a PNG chunk; every number comes back exactly."""
    values: dict[str, Any] = {
        "model": note.request.model,
        "parameters": fields_of(note.request),
        "walk": note.walk,
        "digests": dict(note.digests),
        "made_with": dict(note.made_with),
        "sha256": note.sha256,
    }
    if note.z is None:
        return note_text.as_text(KIND, values | {"draws": _changes(note)}, DRAWN)
    z = [[float(value) for value in row] for row in note.z]
    return note_text.as_text(KIND, values | {"z": z, "classes": list(note.class_names)})


def is_walk_note(text: str | None) -> bool:
    """Whether a picture's note says that it is the strip of a walk."""
    return note_text.says(text, KIND)


def from_text(text: str) -> WalkNote:
    """The note that `to_text` wrote; raises `FileError` for anything that is none."""
    values = note_text.parsed(text, KIND, DRAWN)
    request, is_drawn = request_in(values.get("model"), values.get("parameters")), values["format"] == DRAWN
    z = None if is_drawn else rows_in(values.get("z"))
    if request.count != 1 or (z is None and not is_drawn):
        raise note_text.damaged()
    return WalkNote(
        request=request,
        walk=note_text.word(values.get("walk")),
        z=z,
        class_names=() if z is None else names_in(values.get("classes"), len(z)),
        draws=_draws_in(request, values.get("draws")) if is_drawn else (),
        digests=note_text.words(values.get("digests")),
        made_with=note_text.words(values.get("made_with")),
        sha256=note_text.word(values.get("sha256")),
    )


def _changes(note: WalkNote) -> list[dict[str, Any]]:
    """What each picture's request has otherwise than that of the walk's beginning."""
    start = fields_of(note.request)
    return [{name: v for name, v in fields_of(draw).items() if v != start[name]} for draw in note.draws]


def _draws_in(start: SampleImages, changes: Any) -> tuple[SampleImages, ...]:
    """The request of every picture; raises `FileError` unless each draws one."""
    if not isinstance(changes, list) or not 0 < len(changes) <= MAX_POINTS:
        raise note_text.damaged()
    if not all(isinstance(changed, dict) for changed in changes):
        raise note_text.damaged()
    draws = tuple(request_in(start.model, fields_of(start) | changed) for changed in changes)
    if any(draw.count != 1 for draw in draws):
        raise note_text.damaged()
    return draws
