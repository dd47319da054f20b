"""What the notes of all pictures share: JSON under one keyword of a PNG's text, and the sentences that refuse one.

A note says which request drew a picture, with which model, and what the picture was.  Keys that a later version adds
are ignored; what an earlier version did not write yet is empty.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from engine.contracts.manifest import Manifest
from engine.errors import FileError

TEXT_KEY = "reverie"
"""The keyword of the PNG text chunk."""
FORMAT = 1
MAX_CHARACTERS = 4 * 2**20
_REMEDY = "Open it as a plain picture, or save it again."


def as_text(kind: str, values: Mapping[str, Any], version: int = FORMAT) -> str:
    """The text of a note of a request of this kind; earlier programs say that they do not know a later version."""
    whole = {"format": version, "request": kind, **values}
    return json.dumps(whole, separators=(",", ":"), sort_keys=True)


def says(text: str | None, kind: str) -> bool:
    """Whether a note, if there is one, is of a request of this kind; does not look whether it is whole."""
    return f'"request":"{kind}"' in (text or "")


def parsed(text: str, kind: str, newest: int = FORMAT) -> dict[str, Any]:
    """The values of a note of this kind, up to its ``newest`` version; raises `FileError` for anything else."""
    if len(text) > MAX_CHARACTERS:
        raise FileError("The picture's Reverie note is too long to be one.", _REMEDY)
    try:
        values = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise damaged() from error
    if not isinstance(values, dict):
        raise damaged()
    version = values.get("format")
    if type(version) is not int or not FORMAT <= version <= newest or values.get("request") != kind:
        raise unknown()
    return values


def damaged() -> FileError:
    """The note is none, or not whole."""
    return FileError("The picture's Reverie note is damaged.", _REMEDY)


def unknown() -> FileError:
    """The note is of a later version, or of another program."""
    return FileError("The picture's Reverie note is of a kind that this version does not know.", _REMEDY)


def words(values: Any) -> dict[str, str]:
    """String to string, the rest left out."""
    given = values if isinstance(values, dict) else {}
    return {str(key): value for key, value in given.items() if isinstance(value, str)}


def word(value: Any) -> str:
    """A string as it is, empty for anything else."""
    return value if isinstance(value, str) else ""


def graph_digests(manifest: Manifest) -> dict[str, str]:
    """SHA-256 of a model's graphs by role."""
    return {role: graph.sha256 for role, graph in manifest.graphs.items()}


def is_made_by(digests: Mapping[str, str], manifest: Manifest) -> bool:
    """True if a model is, graph by graph, the one that was noted (or none was noted)."""
    now = graph_digests(manifest)
    return all(now.get(role) == digest for role, digest in digests.items())
