"""What the program remembers about the person between two starts: a small frozen value, saved as JSON.

Qt-free.  The file is written whole to a neighbour and then renamed over, so a crash leaves the old or the new one.  A
file that cannot be used is set aside under another name, never overwritten, and `load` says so.
"""

from __future__ import annotations

import dataclasses
import json
import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.translation import tr
from engine.errors import FileError

SCHEMA = 1
THEMES = ("system", "dark", "light")
MAX_RECENT = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The remembered values.

    theme
        One of `THEMES`.
    workspace
        The workspace that was open last; empty for the first.
    models
        The model that each workspace showed last, by workspace.
    geometry
        The window's place and size: Qt's saved geometry in base64, opaque here.
    recent
        Files opened, newest first, at most `MAX_RECENT`.
    reduced_motion, full_motion
        No animation, no paced first completion; or all of it, even where the system asks for none. Neither: as the
        system says.
    hints, hints_done
        Whether hints say what there is to be done, and the ids of those that are done.
    lessons_open, lesson, lesson_place
        Whether the lessons stand beside the picture; which of them is open (empty: their list), and how far down it is
        read, device-independent px.
    """

    theme: str = "system"
    workspace: str = ""
    models: Mapping[str, str] = field(default_factory=dict)
    geometry: str = ""
    recent: tuple[str, ...] = ()
    reduced_motion: bool = False
    full_motion: bool = False
    hints: bool = True
    hints_done: tuple[str, ...] = ()
    lessons_open: bool = False
    lesson: str = ""
    lesson_place: int = 0

    def with_model(self, workspace: str, model: str) -> Settings:
        """The same, remembering that this workspace shows this model."""
        return dataclasses.replace(self, models={**self.models, workspace: model})

    def with_recent(self, path: str) -> Settings:
        """The same, with this file as the newest."""
        others = tuple(p for p in self.recent if p != path)
        return dataclasses.replace(self, recent=(path, *others)[:MAX_RECENT])


def load(path: Path) -> tuple[Settings, str]:
    """The settings in this file, and a sentence for the person when it could not be used (else empty).

    A missing file gives the defaults.  A value of the wrong kind takes its default alone; a file that is no JSON
    object, or of a newer schema, is set aside whole.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Settings(), ""
    except (OSError, UnicodeDecodeError) as error:
        return Settings(), _set_aside(path, tr("could not be read ({error})").format(error=error))
    try:
        values = json.loads(text)
    except (ValueError, RecursionError):
        return Settings(), _set_aside(path, tr("is damaged"))
    if not isinstance(values, dict) or not _is_whole(values.get("schema")):
        return Settings(), _set_aside(path, tr("is damaged"))
    if values["schema"] > SCHEMA:
        return Settings(), _set_aside(path, tr("was written by a newer version"))
    return _from_json(values), ""


def save(settings: Settings, path: Path) -> None:
    """Write the settings, whole or not at all.  Raises `FileError` when the folder does not let it."""
    text = json.dumps({"schema": SCHEMA} | dataclasses.asdict(settings), indent=2) + "\n"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, text.encode("ascii"))  # file names that are no text are kept as escapes
    except OSError as error:
        raise FileError(
            tr("The settings could not be saved in {parent}: {value}.").format(
                parent=path.parent, value=error.strerror or error
            ),
            tr("Make room or make the folder writable; the window goes on without."),
            path=str(path),
        ) from error


def _replace(path: Path, content: bytes) -> None:
    number, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    fresh = Path(name)
    try:
        with os.fdopen(number, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise


def _set_aside(path: Path, why: str) -> str:
    kept = _free_name(path)
    try:
        path.rename(kept)
    except OSError:
        return tr("The settings file {path} {why}. Reverie starts with its defaults and leaves the file alone.").format(
            path=path, why=why
        )
    return tr("The settings file {why}. Reverie starts with its defaults; the old file is kept as {kept}.").format(
        why=why, kept=kept
    )


def _free_name(path: Path) -> Path:
    number = 1
    while (kept := path.with_name(f"{path.stem}.broken-{number}{path.suffix}")).exists():
        number += 1
    return kept


def _is_strings(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _is_text_map(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(item, str) for item in value.values())


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


_CHECKS: dict[str, Callable[[Any], bool]] = {
    "theme": lambda value: value in THEMES,
    "workspace": lambda value: isinstance(value, str),
    "models": _is_text_map,
    "geometry": lambda value: isinstance(value, str),
    "recent": _is_strings,
    "reduced_motion": lambda value: isinstance(value, bool),
    "full_motion": lambda value: isinstance(value, bool),
    "hints": lambda value: isinstance(value, bool),
    "hints_done": _is_strings,
    "lessons_open": lambda value: isinstance(value, bool),
    "lesson": lambda value: isinstance(value, str),
    "lesson_place": lambda value: _is_whole(value) and 0 <= value < 100_000,
}
"""What a value must be to be taken from the file, by name."""


def _from_json(values: Mapping[str, Any]) -> Settings:
    good = {name: values[name] for name, check in _CHECKS.items() if name in values and check(values[name])}
    frozen: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in good.items()}
    return Settings(**frozen)
