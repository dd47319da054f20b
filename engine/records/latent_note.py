"""What a picture saved from latent space carries: the request that decoded it.

Dropping the picture on the window brings the point back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.contracts.manifest import Manifest
from engine.contracts.requests import DecodeLatents
from engine.records import note_text

KIND = DecodeLatents.__name__
MAX_DIM, MAX_POINTS = 4096, 4096


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LatentNote:
    """The request of a saved picture.

    z : (N, D) float32
        One row a picture; of a map, the point on it.
    parameters, model
        The fields of `DecodeLatents` that have a control, and the model's id.
    class_names
        The class of every picture, where they are not all of one.
    digests
        SHA-256 of the model's graphs by role.
    map
        What the picture is a map of: ``layout``, ``rect`` (x0, y0, x1, y1 of the chart), ``columns`` and ``rows`` of
        pictures, ``pivot`` and ``axes`` of the plane, the ``span`` that it came from, and the ``anchors`` of that.
    path
        Of a strip, the ``keys`` that its points lie between, the ``kind`` of the ways and whether they ``loop``.
    made_with, sha256
        `engine.records.provenance`; the digest is of the picture, of a strip or sheet of all of its pictures.
    """

    model: str
    z: NDArray[np.float32]
    parameters: Mapping[str, Any] = field(default_factory=dict)
    class_names: tuple[str, ...] = ()
    digests: Mapping[str, str] = field(default_factory=dict)
    map: Mapping[str, Any] | None = None
    path: Mapping[str, Any] | None = None
    made_with: Mapping[str, str] = field(default_factory=dict)
    sha256: str = ""

    def made_by(self, manifest: Manifest) -> bool:
        """True if the installed model is, graph by graph, the one that made the picture (or none was noted)."""
        return note_text.is_made_by(self.digests, manifest)


def to_text(note: LatentNote) -> str:
    """The note as the text of a PNG chunk; every float32 comes back exactly."""
    values: dict[str, Any] = {
        "model": note.model,
        "parameters": dict(note.parameters),
        "digests": dict(note.digests),
        "z": [[float(value) for value in row] for row in note.z],
        "made_with": dict(note.made_with),
        "sha256": note.sha256,
    }
    values |= {"classes": list(note.class_names)} if note.class_names else {}
    values |= {} if note.map is None else {"map": dict(note.map)}
    values |= {} if note.path is None else {"path": dict(note.path)}
    return note_text.as_text(KIND, values)


def is_latent_note(text: str | None) -> bool:
    """Whether a picture's note says that it was decoded from latent space."""
    return note_text.says(text, KIND)


def from_text(text: str) -> LatentNote:
    """The note that `to_text` wrote; raises `FileError` for anything that is none."""
    values = note_text.parsed(text, KIND)
    model, parameters, rows = values.get("model"), values.get("parameters"), rows_in(values.get("z"))
    if not isinstance(model, str) or rows is None:
        raise note_text.damaged()
    return LatentNote(
        model=model,
        z=rows,
        parameters=parameters if isinstance(parameters, dict) else {},
        class_names=names_in(values.get("classes"), len(rows)),
        digests=note_text.words(values.get("digests")),
        map=values["map"] if isinstance(values.get("map"), dict) else None,
        path=values["path"] if isinstance(values.get("path"), dict) else None,
        made_with=note_text.words(values.get("made_with")),
        sha256=note_text.word(values.get("sha256")),
    )


def names_in(values: Any, count: int) -> tuple[str, ...]:
    """A name a picture, or none."""
    fits = isinstance(values, list) and len(values) == count and all(isinstance(name, str) for name in values)
    return tuple(values) if fits else ()


def rows_in(values: Any) -> NDArray[np.float32] | None:
    """Rows of finite numbers, all of one length, or None."""
    if not isinstance(values, list) or not 0 < len(values) <= MAX_POINTS:
        return None
    if not all(isinstance(row, list) and 0 < len(row) <= MAX_DIM and len(row) == len(values[0]) for row in values):
        return None
    if not all(_is_number(value) for row in values for value in row):
        return None
    return np.array(values, np.float32)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e9
