"""What a sampled picture carries: the request that draws it, and which of the seed's pictures it is.

Dropping the picture on the window brings it back, and ``reverie replay`` draws it again and compares.  A sheet has one
note for all of its pictures.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.contracts.requests import MAX_PLACE, SampleImages
from engine.records import note_text
from engine.records.checked_values import is_inside
from engine.records.provenance import made_with, pixels_sha256

__all__ = ["SampleNote", "from_text", "is_sample_note", "made_with", "pixels_sha256", "to_text"]

KIND = SampleImages.__name__
LONGEST_NAME = 1000
_SHA256 = re.compile(r"[0-9a-f]{64}\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleNote:
    """The request of a sampled picture.

    request
        What draws it, with ``model`` by id: ``count`` 1 of a picture, whose place is ``first``; of a sheet, what draws
        all of its pictures.
    place
        The place of the seed; of a sheet, that of its first picture.
    digests
        SHA-256 of the model's graphs by role.
    made_with
        `engine.records.provenance.made_with`.
    sha256
        Of the display pixels, of a sheet of those of all its pictures.
    resolved
        What was left to the model and what came of it: ``orientation``, ``method``, ``class``.
    """

    request: SampleImages
    place: int
    digests: Mapping[str, str] = field(default_factory=dict)
    made_with: Mapping[str, str] = field(default_factory=dict)
    sha256: str = ""
    resolved: Mapping[str, str] = field(default_factory=dict)

    @property
    def index(self) -> int:
        """Which of the request's pictures it is."""
        return self.place - self.request.first


def to_text(note: SampleNote) -> str:
    """The note as the text of a PNG chunk."""
    values = {
        "model": note.request.model,
        "parameters": fields_of(note.request),
        "place": note.place,
        "digests": dict(note.digests),
        "made_with": dict(note.made_with),
        "sha256": note.sha256,
        "resolved": dict(note.resolved),
    }
    return note_text.as_text(KIND, values)


def is_sample_note(text: str | None) -> bool:
    """Whether a picture's note says that it was sampled."""
    return note_text.says(text, KIND)


def from_text(text: str) -> SampleNote:
    """The note that `to_text` wrote; raises `FileError` for anything that is none."""
    values = note_text.parsed(text, KIND)
    request = request_in(values.get("model"), values.get("parameters"))
    place, sha256 = values.get("place"), note_text.word(values.get("sha256"))
    if type(place) is not int or not request.first <= place < request.first + request.count:
        raise note_text.damaged()
    if sha256 and not _SHA256.match(sha256):
        raise note_text.damaged()
    return SampleNote(
        request=request,
        place=place,
        digests=note_text.words(values.get("digests")),
        made_with=note_text.words(values.get("made_with")),
        sha256=sha256,
        resolved=note_text.words(values.get("resolved")),
    )


def fields_of(request: SampleImages) -> dict[str, Any]:
    """The request's fields but its model, for `request_in`."""
    return {f.name: getattr(request, f.name) for f in dataclasses.fields(request) if f.name != "model"}


def request_in(model: Any, fields: Any) -> SampleImages:
    """The request, every field as it was: a value that is out of its bounds drew no picture.  Raises `FileError`."""
    if not isinstance(model, str) or not 0 < len(model) <= LONGEST_NAME or not isinstance(fields, dict):
        raise note_text.damaged()
    known = {f.name for f in dataclasses.fields(SampleImages)} - {"model"}
    if set(fields) - known:  # of a later version: without that field it would be another picture
        raise note_text.unknown()
    first = fields.get("first", 0)
    if type(first) is not int or not 0 <= first <= MAX_PLACE:
        raise note_text.damaged()
    if not all(is_inside(SampleImages, name, value) for name, value in fields.items() if name != "first"):
        raise note_text.damaged()
    if not all(len(value) <= LONGEST_NAME for value in fields.values() if isinstance(value, str)):
        raise note_text.damaged()
    return SampleImages(model=model, **fields)
