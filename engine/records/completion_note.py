"""What a completed picture carries: the request that made it, with what ``auto`` resolved to.

Dropping the picture on the window restores the state that made it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.contracts.arrays import Image
from engine.contracts.controls import controls
from engine.contracts.requests import CompleteImage
from engine.records import note_text
from engine.records.checked_values import all_brought_inside
from engine.records.packed_arrays import damaged_data, pack, unpack

KIND = CompleteImage.__name__
UNKNOWN, MOST_STATES = 0, 3
"""A pixel that the request does not give; others say how it came to be given: by hand (1), from a completion (2)."""
MOST_COMPLETIONS = int(controls(CompleteImage)["count"].maximum or 1)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CompletionNote:
    """The request of a saved picture.

    model, parameters
        The model's id, and the fields of `CompleteImage` that have a control.
    pixels : (H, W, C) uint8, state : (H, W) uint8
        What was given; where ``state`` is 0, nothing.
    index
        The completion that was saved (None: what was given, or a sheet of all).
    resolved
        What the engine made of ``auto``.
    digests
        SHA-256 of the model's graphs by role, to tell whether the model is still the same.
    made_with, sha256
        `engine.records.provenance`; the digest is of the completion, of a sheet of those of all, empty of what was not
        drawn.
    """

    model: str
    parameters: Mapping[str, Any]
    pixels: Image
    state: NDArray[np.uint8]
    index: int | None = None
    resolved: Mapping[str, str] = field(default_factory=dict)
    digests: Mapping[str, str] = field(default_factory=dict)
    made_with: Mapping[str, str] = field(default_factory=dict)
    sha256: str = ""


def to_text(note: CompletionNote) -> str:
    """The note as the text of a PNG chunk."""
    values = {
        "model": note.model,
        "parameters": dict(note.parameters),
        "resolved": dict(note.resolved),
        "digests": dict(note.digests),
        "index": note.index,
        "document": {"pixels": pack(note.pixels), "state": pack(note.state)},
        "made_with": dict(note.made_with),
        "sha256": note.sha256,
    }
    return note_text.as_text(KIND, values)


def is_completion_note(text: str | None) -> bool:
    """Whether a picture's note says that it was completed."""
    return note_text.says(text, KIND)


def from_text(text: str) -> CompletionNote:
    """The note that `to_text` wrote; raises `FileError` for anything that is none."""
    values = note_text.parsed(text, KIND)
    model, parameters, index = values.get("model"), values.get("parameters"), values.get("index")
    whole = isinstance(model, str) and isinstance(parameters, dict)
    # True is no index
    if not whole or not (index is None or (type(index) is int and 0 <= index < MOST_COMPLETIONS)):
        raise note_text.damaged()
    pixels, state = given_pixels(values.get("document"))
    return CompletionNote(
        model=str(model),
        parameters=all_brought_inside(CompleteImage, parameters),
        pixels=pixels,
        state=state,
        index=index,
        resolved=note_text.words(values.get("resolved")),
        digests=note_text.words(values.get("digests")),
        made_with=note_text.words(values.get("made_with")),
        sha256=note_text.word(values.get("sha256")),
    )


def given_pixels(packed: Any) -> tuple[Image, NDArray[np.uint8]]:
    """Pixels ``(H, W, C)`` and their state ``(H, W)`` as packed into a note; raises `FileError` for anything else."""
    if not isinstance(packed, dict) or not {"pixels", "state"} <= set(packed):
        raise damaged_data()
    pixels, state = unpack(packed["pixels"]), unpack(packed["state"])
    fits = pixels.ndim == 3 and pixels.shape[:2] == state.shape and pixels.shape[2] in (1, 3)
    if not fits or state.max() >= MOST_STATES:
        raise damaged_data()
    return pixels, state
