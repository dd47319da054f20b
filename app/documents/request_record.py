"""What a saved picture carries: the request that made it, with what ``auto`` resolved to, as a PNG text chunk.

Dropping the picture on the window restores the state that made it.  The text is JSON; keys that a later version adds
are ignored by this one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.documents.packing import pack_image, unpack_image
from app.documents.partial_image import PartialImage
from engine.contracts.manifest import Manifest
from engine.contracts.requests import CompleteImage, controls
from engine.errors import FileError

TEXT_KEY = "reverie"
"""The keyword of the PNG text chunk."""
FORMAT = 1
MAX_CHARACTERS = 4 * 2**20
_REMEDY = "Open it as a plain picture, or save it again."


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RequestRecord:
    """The request of a saved picture.

    ``parameters`` are the fields of `CompleteImage` that have a control; ``resolved`` what the engine made of ``auto``;
    ``index`` the completion that was saved (None: the document or a sheet of all); ``digests`` the SHA-256 of the
    model's graphs by role, to tell whether the model is still the same.
    """

    model: str
    parameters: Mapping[str, Any]
    document: PartialImage
    index: int | None = None
    resolved: Mapping[str, str] = field(default_factory=dict)
    digests: Mapping[str, str] = field(default_factory=dict)

    def made_by(self, manifest: Manifest) -> bool:
        """True if the installed model is, graph by graph, the one that made the picture (or none was noted)."""
        now = graph_digests(manifest)
        return all(now.get(role) == digest for role, digest in self.digests.items())


def graph_digests(manifest: Manifest) -> dict[str, str]:
    """SHA-256 of a model's graphs by role."""
    return {role: graph.sha256 for role, graph in manifest.graphs.items()}


def to_text(record: RequestRecord) -> str:
    """The record as the text of a PNG chunk."""
    return json.dumps(
        {
            "format": FORMAT,
            "request": CompleteImage.__name__,
            "model": record.model,
            "parameters": dict(record.parameters),
            "resolved": dict(record.resolved),
            "digests": dict(record.digests),
            "index": record.index,
            "document": pack_image(record.document),
        },
        separators=(",", ":"),
        sort_keys=True,
    )


def is_completion_note(text: str) -> bool:
    """Whether a picture's note says that it was completed."""
    return f'"request":"{CompleteImage.__name__}"' in text


def from_text(text: str) -> RequestRecord:
    """The record that `to_text` wrote; raises `FileError` for anything that is none."""
    values = _parsed(text)
    kind = values.get("format"), values.get("request")
    if type(kind[0]) is not int or kind != (FORMAT, CompleteImage.__name__):
        raise FileError("The picture's Reverie note is of a kind that this version does not know.", _REMEDY)
    model, parameters, index = values.get("model"), values.get("parameters"), values.get("index")
    whole = isinstance(model, str) and isinstance(parameters, dict)
    if not whole or not (index is None or (type(index) is int and 0 <= index < 64)):  # True is no index
        raise FileError("The picture's Reverie note is damaged.", _REMEDY)
    return RequestRecord(
        model=str(model),
        parameters=checked_parameters(parameters),
        document=unpack_image(values.get("document")),
        index=index,
        resolved=_words(values.get("resolved")),
        digests=_words(values.get("digests")),
    )


def checked_parameters(values: Any) -> dict[str, Any]:
    """Those of ``values`` that are parameters of `CompleteImage`, of the right type and inside their bounds."""
    given = values if isinstance(values, dict) else {}
    checked = {name: checked_value(name, given[name]) for name in controls(CompleteImage) if name in given}
    return {name: value for name, value in checked.items() if value is not None}


def checked_value(name: str, value: Any) -> Any:
    """A parameter's value brought inside its control's bounds, or None if it cannot be that parameter's at all."""
    control = controls(CompleteImage).get(name)
    if control is None:
        return None
    if control.kind == "choice":
        return value if isinstance(value, str) and (not control.choices or _is_choice(control, value)) else None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value != value:
        return None
    low, high = control.minimum, control.maximum
    bounded = min(max(value, value if low is None else low), value if high is None else high)
    return float(bounded) if control.kind == "slider" else int(bounded)


def _is_choice(control: Any, value: str) -> bool:
    return value in control.choices or bool(control.choices_from)


def _parsed(text: str) -> dict[str, Any]:
    if len(text) > MAX_CHARACTERS:
        raise FileError("The picture's Reverie note is too long to be one.", _REMEDY)
    try:
        values = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise FileError("The picture's Reverie note is damaged.", _REMEDY) from error
    if not isinstance(values, dict):
        raise FileError("The picture's Reverie note is damaged.", _REMEDY)
    return values


def _words(values: Any) -> dict[str, str]:
    """String to string, the rest left out."""
    given = values if isinstance(values, dict) else {}
    return {str(key): value for key, value in given.items() if isinstance(value, str)}
