"""What a contact sheet carries: the wall that it is of, so that dropping the sheet on the window brings the wall back.

The text is JSON under the same keyword as that of `engine.records.note_text`; keys that a later version adds are
ignored by this one.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.documents.wall import MAX_WALL, Wall
from app.translation import tr
from engine.contracts.controls import MAX_SEED, controls
from engine.contracts.requests import SampleImages
from engine.errors import FileError
from engine.records.note_text import FORMAT, MAX_CHARACTERS

REQUEST = "SampleWall"
MOST_ROWS, LONGEST_NAME = 1000, 200
_REMEDY = tr("Open it as a plain picture, or save it again.")


@dataclass(frozen=True, slots=True, kw_only=True)
class WallNote:
    """``wall``, the ``indices`` that are on the sheet in their order (empty: all, in the wall's), and ``digests``, the
    SHA-256 of the model's graphs by role."""

    wall: Wall
    indices: tuple[int, ...] = ()
    digests: Mapping[str, str] = field(default_factory=dict)


def to_text(note: WallNote) -> str:
    """The note as the text of a PNG chunk."""
    values = {
        "format": FORMAT,
        "request": REQUEST,
        "wall": dataclasses.asdict(note.wall),
        "indices": list(note.indices),
        "digests": dict(note.digests),
    }
    return json.dumps(values, separators=(",", ":"), sort_keys=True)


def is_wall_note(text: str | None) -> bool:
    """Whether a picture's note says that it is a sheet of a wall."""
    return f'"request":"{REQUEST}"' in (text or "")


def from_text(text: str) -> WallNote:
    """The note that `to_text` wrote; raises `FileError` for anything that is none."""
    try:
        values = json.loads(text) if len(text) <= MAX_CHARACTERS else None
    except (ValueError, RecursionError):
        values = None
    if not isinstance(values, dict) or values.get("request") != REQUEST:
        raise FileError(tr("The sheet's Reverie note is damaged."), _REMEDY)
    if type(values.get("format")) is not int or values["format"] != FORMAT:
        raise FileError(tr("The sheet's Reverie note is of a kind that this version does not know."), _REMEDY)
    wall = _wall(values.get("wall"))
    indices = values.get("indices", [])
    if wall is None or not isinstance(indices, list) or len(indices) > MAX_WALL:
        raise FileError(tr("The sheet's Reverie note is damaged."), _REMEDY)
    if not all(type(index) is int and 0 <= index < wall.total for index in indices):
        raise FileError(tr("The sheet's Reverie note is damaged."), _REMEDY)
    digests = values.get("digests")
    known = digests.items() if isinstance(digests, dict) else ()
    return WallNote(wall=wall, indices=tuple(indices), digests={k: v for k, v in known if isinstance(v, str)})


def _wall(values: Any) -> Wall | None:
    """A wall inside its bounds, or None."""
    if not isinstance(values, dict) or not _is_name(values.get("model")) or not values["model"]:
        return None
    rows, numbers = values.get("rows", []), {"count": (1, MAX_WALL), "seed": (0, MAX_SEED)}
    if not isinstance(rows, list) or len(rows) > MOST_ROWS or not all(map(_is_name, rows)):
        return None
    told = {name: values.get(name, getattr(_PLAIN, name)) for name in ("count", "seed", "temperature", "truncation")}
    if any(type(told[name]) is not int or not low <= told[name] <= high for name, (low, high) in numbers.items()):
        return None
    for name in ("temperature", "truncation"):
        control, number = controls(SampleImages)[name], told[name]
        if isinstance(number, bool) or not isinstance(number, int | float):
            return None
        if not (control.minimum or 0.0) <= number <= (control.maximum or 0.0):  # also where it is no number
            return None
    name = values.get("class_name", "")
    return Wall(model=values["model"], class_name=name, rows=tuple(rows), **told) if _is_name(name) else None


_PLAIN = Wall(model="")


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= LONGEST_NAME


def sheet_note(wall: Wall, indices: Sequence[int], digests: Mapping[str, str]) -> str:
    """The note of a sheet of these pictures of a wall."""
    some = tuple(indices) if list(indices) != list(range(wall.total)) else ()
    return to_text(WallNote(wall=wall, indices=some, digests=digests))
