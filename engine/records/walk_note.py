"""What the strip of a walk from one picture carries: where the walk begins, and the points of latent space on it.

Dropping the strip on the window hangs the wall that the walk began on, and ``reverie replay`` decodes its points again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from engine.contracts.requests import SampleImages
from engine.records import note_text
from engine.records.latent_note import names_in, rows_in
from engine.records.sample_note import fields_of, request_in

KIND = "SampleWalk"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WalkNote:
    """The strip of a walk.

    request
        What draws the picture that the walk begins at, alone.
    walk
        What is swept: ``classes``, ``path`` or ``truncation``.
    z : (N, D) float32, class_names
        A row and a name a picture, row by row of the strip; without names the model is told no class.
    digests, made_with, sha256
        As in `engine.records.latent_note.LatentNote`.
    """

    request: SampleImages
    walk: str
    z: NDArray[np.float32]
    class_names: tuple[str, ...] = ()
    digests: Mapping[str, str] = field(default_factory=dict)
    made_with: Mapping[str, str] = field(default_factory=dict)
    sha256: str = ""


def to_text(note: WalkNote) -> str:
    """The note as the text of a PNG chunk; every float32 comes back exactly."""
    values = {
        "model": note.request.model,
        "parameters": fields_of(note.request),
        "walk": note.walk,
        "z": [[float(value) for value in row] for row in note.z],
        "classes": list(note.class_names),
        "digests": dict(note.digests),
        "made_with": dict(note.made_with),
        "sha256": note.sha256,
    }
    return note_text.as_text(KIND, values)


def is_walk_note(text: str | None) -> bool:
    """Whether a picture's note says that it is the strip of a walk."""
    return note_text.says(text, KIND)


def from_text(text: str) -> WalkNote:
    """The note that `to_text` wrote; raises `FileError` for anything that is none."""
    values = note_text.parsed(text, KIND)
    request, z = request_in(values.get("model"), values.get("parameters")), rows_in(values.get("z"))
    if z is None or request.count != 1:
        raise note_text.damaged()
    return WalkNote(
        request=request,
        walk=note_text.word(values.get("walk")),
        z=z,
        class_names=names_in(values.get("classes"), len(z)),
        digests=note_text.words(values.get("digests")),
        made_with=note_text.words(values.get("made_with")),
        sha256=note_text.word(values.get("sha256")),
    )
