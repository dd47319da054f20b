"""SQLite's errors in words: one sentence that names the file, one that names the remedy."""

from __future__ import annotations

import errno
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.translation import tr
from engine.errors import FileError

_LITTLE = 2**20
"""Bytes: with less room than this, a write that failed failed for want of room."""
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_LOCKED = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL}
_SHUT = {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH}
_FULL = (errno.ENOSPC, errno.EDQUOT)
_NOT_DONE = tr("nothing was changed")


def is_damage(error: sqlite3.Error) -> bool:
    """Whether this error says that the file is damaged, or no SQLite file."""
    return _code(error) in _DAMAGED


def is_mismatch(error: sqlite3.Error) -> bool:
    """Whether this error says that a statement does not fit the file's tables, or what is in them."""
    return _code(error) in (sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CONSTRAINT)


@contextmanager
def worded(path: Path) -> Iterator[None]:
    """Raise what SQLite and the disk raise inside as `FileError`."""
    try:
        yield
    except sqlite3.ProgrammingError:
        raise  # the store used from another thread, or after its end: a mistake of the program's
    except (sqlite3.Error, OSError) as error:
        raise file_error(error, path) from error


def file_error(error: sqlite3.Error | OSError, path: Path) -> FileError:
    """The error as the person reads it."""
    problem, remedy = _sentences(error, path)
    return FileError(problem, remedy, path=str(path))


def _sentences(error: sqlite3.Error | OSError, path: Path) -> tuple[str, str]:
    code = _code(error)
    if code == sqlite3.SQLITE_FULL or _is_without_room(error, path):
        return tr("There is no room left in {parent} for kept pictures.").format(parent=path.parent), tr(
            "Make room and try again; {not_done}."
        ).format(not_done=_NOT_DONE)
    if code in _LOCKED:
        return tr("Another program has locked the kept pictures in {path}.").format(path=path), tr(
            "Close it and try again; {not_done}."
        ).format(not_done=_NOT_DONE)
    if code in _DAMAGED:
        return (
            tr("The file of kept pictures {path} is damaged.").format(path=path),
            tr("Start Reverie again: it sets the file aside, keeps it and begins a new one."),
        )
    if code in _SHUT or isinstance(error, PermissionError):
        return tr("The kept pictures in {path} cannot be written.").format(path=path), tr(
            "Make the folder and the file writable; {not_done}."
        ).format(not_done=_NOT_DONE)
    why = error.strerror if isinstance(error, OSError) else getattr(error, "sqlite_errorname", "") or str(error)
    return tr("The kept pictures in {path} cannot be used ({why}).").format(path=path, why=why), tr(
        "Check the disk and try again; {not_done}."
    ).format(not_done=_NOT_DONE)


def _code(error: BaseException) -> int:
    """SQLite's primary result code (an extended one has it in its low byte), 0 if there is none."""
    return int(getattr(error, "sqlite_errorcode", 0) or 0) & 0xFF


def _is_without_room(error: BaseException, path: Path) -> bool:
    """SQLite says "input/output error" where there is no room for its shared memory."""
    if getattr(error, "errno", 0) in _FULL:
        return True
    if _code(error) not in (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN):
        return False
    try:
        return shutil.disk_usage(path.parent).free < _LITTLE
    except OSError:
        return False
