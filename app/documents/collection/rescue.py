"""A file of kept pictures that is deleted or replaced while it is open: what it holds is saved before it is lost.

On Unix an open file without a name goes on being readable and writable, and is gone when the program ends.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from app.documents.collection import opening
from app.translation import tr
from engine.errors import FileError

Footing = tuple[tuple[int, int] | None, tuple[int, int] | None]
"""Which files bear the names of the collection and of its log."""


@dataclass(frozen=True, slots=True)
class Rescued:
    """The connection to go on with, and what the person is told: a notice, or the ``error`` to raise."""

    db: sqlite3.Connection
    notice: str = ""
    error: FileError | None = None


def footing(path: Path) -> Footing:
    """Where an open store stands."""
    return opening.identity_of(path), opening.identity_of(opening.beside(path, "-wal"))


def rescued(db: sqlite3.Connection, path: Path, stood: Footing, busy_s: float) -> Rescued:
    """Save what ``db`` holds under its name, if that is free, else beside it."""
    now = opening.identity_of(path)
    if now is None or now == stood[0]:  # the file vanished, or its log did
        return _written_again(db, path, busy_s)
    aside = opening.free_name(path, "rescued")
    _copy(db, aside)
    if opening.identity_of(opening.beside(path, "-wal")) == stood[1]:
        _unlink_beside(path)  # else SQLite would bring the log of the one file over into the other
    fresh, notices = opening.opened(path, busy_s)
    db.close()
    error = FileError(
        tr("The file of kept pictures {path} was replaced by another while it was in use.").format(path=path),
        " ".join((tr("What you had kept is in {aside}: rename it to go back to it.").format(aside=aside), *notices)),
        path=str(path),
    )
    return Rescued(fresh, error=error)


def _written_again(db: sqlite3.Connection, path: Path, busy_s: float) -> Rescued:
    path.parent.mkdir(parents=True, exist_ok=True)
    copy = opening.free_name(path, "rescued")
    _copy(db, copy)
    _unlink_beside(path)
    copy.replace(path)
    db.close()  # not before: SQLite brings no log over into a file that has lost its name, and deletes none
    notice = tr("The file of kept pictures {path} had vanished and was written again; nothing is lost.").format(
        path=path
    )
    try:
        return Rescued(opening.connected(path, busy_s), notice)
    except opening.Unusable as fault:
        raise FileError(
            tr("The file of kept pictures {path} {fault}.").format(path=path, fault=fault),
            tr("Check the disk."),
            path=str(path),
        ) from fault


def _unlink_beside(path: Path) -> None:
    """Remove the log of a file that has lost its name; the copy holds what was in it."""
    for ending in opening.BESIDE:
        opening.beside(path, ending).unlink(missing_ok=True)


def _copy(db: sqlite3.Connection, target: Path) -> None:
    """A whole copy, or none."""
    copy = sqlite3.connect(target)
    try:
        db.backup(copy)
    except BaseException:
        copy.close()
        target.unlink(missing_ok=True)
        raise
    copy.close()
