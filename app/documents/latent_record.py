"""What a picture saved from latent space carries: the request that decoded it, as a PNG text chunk.

Dropping the picture on the window brings the point back.  The text is JSON under the same keyword as that of
`app.documents.request_record`; keys that a later version adds are ignored by this one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.documents.request_record import FORMAT, MAX_CHARACTERS, graph_digests
from engine.contracts.manifest import Manifest
from engine.contracts.requests import DecodeLatents
from engine.errors import FileError

MAX_DIM, MAX_POINTS = 4096, 4096
_REMEDY = "Open it as a plain picture, or save it again."


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LatentRecord:
    """The request of a saved picture.

    ``z (N, D) float32``, one row a picture; ``parameters`` are the fields of `DecodeLatents` that have a control;
    ``digests`` the SHA-256 of the model's graphs by role.  Of a map ``z`` is the point on it, and ``map`` says what it
    is a map of: ``layout``, ``rect`` (x0, y0, x1, y1 of the chart), ``columns`` and ``rows`` of pictures, ``pivot`` and
    ``axes`` of the plane, the ``span`` that it came from, and the ``anchors`` of that.  Of a strip ``path`` holds the
    ``keys`` that its points lie between, the ``kind`` of the ways and whether they ``loop``.
    """

    model: str
    z: NDArray[np.float32]
    parameters: Mapping[str, Any] = field(default_factory=dict)
    digests: Mapping[str, str] = field(default_factory=dict)
    map: Mapping[str, Any] | None = None
    path: Mapping[str, Any] | None = None

    def made_by(self, manifest: Manifest) -> bool:
        """True if the installed model is, graph by graph, the one that made the picture (or none was noted)."""
        now = graph_digests(manifest)
        return all(now.get(role) == digest for role, digest in self.digests.items())


def to_text(record: LatentRecord) -> str:
    """The record as the text of a PNG chunk; every float32 comes back exactly."""
    return json.dumps(
        {
            "format": FORMAT,
            "request": DecodeLatents.__name__,
            "model": record.model,
            "parameters": dict(record.parameters),
            "digests": dict(record.digests),
            "z": [[float(value) for value in row] for row in record.z],
        }
        | ({} if record.map is None else {"map": dict(record.map)})
        | ({} if record.path is None else {"path": dict(record.path)}),
        separators=(",", ":"),
        sort_keys=True,
    )


def is_latent_note(text: str | None) -> bool:
    """Whether a picture's note says that it was decoded from latent space."""
    return f'"request":"{DecodeLatents.__name__}"' in (text or "")


def from_text(text: str) -> LatentRecord:
    """The record that `to_text` wrote; raises `FileError` for anything that is none."""
    try:
        values = json.loads(text) if len(text) <= MAX_CHARACTERS else None
    except (ValueError, RecursionError):
        values = None
    if not isinstance(values, dict) or values.get("request") != DecodeLatents.__name__:
        raise FileError("The picture's Reverie note is damaged.", _REMEDY)
    model, parameters, digests = values.get("model"), values.get("parameters"), values.get("digests")
    rows = _rows(values.get("z"))
    if values.get("format") != FORMAT or not isinstance(model, str) or rows is None:
        raise FileError("The picture's Reverie note is of a kind that this version does not know.", _REMEDY)
    return LatentRecord(
        model=model,
        z=rows,
        parameters=parameters if isinstance(parameters, dict) else {},
        digests={str(k): v for k, v in digests.items() if isinstance(v, str)} if isinstance(digests, dict) else {},
        map=values["map"] if isinstance(values.get("map"), dict) else None,
        path=values["path"] if isinstance(values.get("path"), dict) else None,
    )


def _rows(values: Any) -> NDArray[np.float32] | None:
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
