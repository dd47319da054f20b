"""What a picture saved from the Complete workspace carries: its note, with the document as a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.documents.partial_image import PartialImage
from engine.contracts.manifest import Manifest
from engine.contracts.requests import CompleteImage
from engine.records import completion_note
from engine.records.checked_values import brought_inside
from engine.records.completion_note import CompletionNote
from engine.records.note_text import is_made_by


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RequestRecord:
    """`engine.records.completion_note.CompletionNote`, whose pixels and their state are ``document``."""

    model: str
    parameters: Mapping[str, Any]
    document: PartialImage
    index: int | None = None
    resolved: Mapping[str, str] = field(default_factory=dict)
    digests: Mapping[str, str] = field(default_factory=dict)
    made_with: Mapping[str, str] = field(default_factory=dict)
    sha256: str = ""

    def made_by(self, manifest: Manifest) -> bool:
        """True if the installed model is, graph by graph, the one that made the picture (or none was noted)."""
        return is_made_by(self.digests, manifest)


def to_text(record: RequestRecord) -> str:
    """The record as the text of a PNG chunk."""
    return completion_note.to_text(
        CompletionNote(
            model=record.model,
            parameters=record.parameters,
            pixels=record.document.pixels,
            state=record.document.state,
            index=record.index,
            resolved=record.resolved,
            digests=record.digests,
            made_with=record.made_with,
            sha256=record.sha256,
        )
    )


def from_text(text: str) -> RequestRecord:
    """The record that `to_text` wrote; raises `FileError` for anything that is none."""
    note = completion_note.from_text(text)
    return RequestRecord(
        model=note.model,
        parameters=note.parameters,
        document=PartialImage.from_arrays(note.pixels, note.state),
        index=note.index,
        resolved=note.resolved,
        digests=note.digests,
        made_with=note.made_with,
        sha256=note.sha256,
    )


def checked_value(name: str, value: Any) -> Any:
    """A parameter's value brought inside its control's bounds, or None if it cannot be that parameter's at all."""
    return brought_inside(CompleteImage, name, value)
