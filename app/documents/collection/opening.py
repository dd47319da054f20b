"""Opening the file of kept pictures: made when there is none, brought up to date, set aside when it is damaged."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from app import paths
from app.documents.collection import faults, schema
from app.translation import tr
from engine.errors import FileError

FILE = "kept.sqlite3"
BUSY_S = 3.0
"""How long another program's transaction is waited for."""
CHECKPOINT_PAGES = 1000
"""The log is brought over into the file when it is this long."""
_VERSION_AT, _HEADER_BYTES = 60, 64
BESIDE = ("-wal", "-shm")
"""What lies beside the file while it is open: its log, which holds what was acknowledged last, and the log's index."""


class Unusable(Exception):
    """The file is damaged or somebody else's; the argument is the end of the sentence that says so."""


def kept_file() -> Path:
    """Where the person's kept pictures are."""
    return paths.data() / FILE


def opened(path: Path, busy_s: float = BUSY_S) -> tuple[sqlite3.Connection, tuple[str, ...]]:
    """A connection for the calling thread, and what the person must be told; raises `FileError`.

    A file of a newer version is not touched.  One that is damaged, or not Reverie's, is renamed and kept.
    """
    with faults.worded(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        _refuse_newer(_header_version(path), path)
        notices = _set_log_aside(path)
        examined = identity_of(path)
        try:
            return connected(path, busy_s), notices
        except Unusable as fault:
            why = str(fault)
        if identity_of(path) == examined:  # else another window has set it aside already
            aside = set_aside(path, "damaged")
            notices += (
                tr("The file of kept pictures {why}. It is kept as {aside}, and a new one is begun.").format(
                    why=why, aside=aside
                ),
            )
        try:
            return connected(path, busy_s), notices
        except Unusable as fault:
            raise FileError(
                tr("The file of kept pictures {path} {fault}.").format(path=path, fault=fault),
                tr("Check the disk."),
                path=str(path),
            ) from fault


def connected(path: Path, busy_s: float = BUSY_S) -> sqlite3.Connection:
    """A connection to a file that is whole and of this version; raises `Unusable`, `FileError` or SQLite's errors."""
    db = sqlite3.connect(path, timeout=busy_s, isolation_level=None)  # transactions begin and end where we say so
    try:
        _examine(db, path)
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")  # the log is on the disk before an action is acknowledged
        db.execute(f"PRAGMA wal_autocheckpoint = {int(CHECKPOINT_PAGES)}")
        db.execute("PRAGMA foreign_keys = ON")
        schema.migrate(db)
        if not schema.is_whole(db):
            raise Unusable(tr("lacks some of its tables"))
        db.create_function("folded", 1, lambda text: str(text).casefold(), deterministic=True)
    except BaseException as error:
        db.close()
        if isinstance(error, sqlite3.Error) and faults.is_damage(error):
            raise Unusable(tr("is damaged")) from error
        if isinstance(error, sqlite3.Error) and faults.is_mismatch(error):  # a step of the migration found other tables
            raise Unusable(tr("has tables that do not fit its version")) from error
        raise
    return db


def identity_of(path: Path) -> tuple[int, int] | None:
    """Which file this is, whatever its name: the disk and its number there; None if there is none."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def beside(path: Path, ending: str) -> Path:
    """The file that SQLite keeps beside ``path``, of one of the endings `BESIDE`."""
    return path.with_name(path.name + ending)


def free_name(path: Path, why: str) -> Path:
    """A name beside ``path`` that nothing has."""
    number = 1
    while (free := path.with_name(f"{path.stem}.{why}-{number}{path.suffix}")).exists() or beside(
        free, "-wal"
    ).exists():
        number += 1
    return free


def set_aside(path: Path, why: str) -> Path:
    """Rename the file, and what belongs to it, to a free name, which is returned; nothing is deleted."""
    aside = free_name(path, why)
    for ending in ("", *BESIDE):
        part = beside(path, ending)
        if part.exists():
            part.rename(beside(aside, ending))
    return aside


def _examine(db: sqlite3.Connection, path: Path) -> None:
    _refuse_newer(schema.version_of(db), path)
    if schema.is_foreign(db):
        raise Unusable(tr("is not one that Reverie wrote"))
    if schema.version_of(db) < 0:
        raise Unusable(tr("is of no known version"))
    if db.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
        raise Unusable(tr("is damaged"))


def _header_version(path: Path) -> int:
    """The version in the file's header, without opening it as a database (which would change it)."""
    try:
        with path.open("rb") as file:
            header = file.read(_HEADER_BYTES)
    except FileNotFoundError:
        return 0
    whole = header.startswith(b"SQLite format 3\0") and len(header) == _HEADER_BYTES
    return int.from_bytes(header[_VERSION_AT:], "big", signed=True) if whole else 0


def _refuse_newer(version: int, path: Path) -> None:
    if version > schema.VERSION:
        raise FileError(
            tr("The kept pictures in {path} were written by a newer version of Reverie.").format(path=path),
            tr("Use that version, or move the file elsewhere to begin a new one."),
            path=str(path),
        )


def _set_log_aside(path: Path) -> tuple[str, ...]:
    """Keep a log whose file vanished: SQLite would delete it."""
    log = beside(path, "-wal")
    if not (log.exists() and log.stat().st_size) or (path.exists() and path.stat().st_size):
        return ()
    aside = set_aside(path, "vanished")
    return (
        tr("The file of kept pictures {path} has vanished. Its log is kept as {beside}.").format(
            path=path, beside=beside(aside, "-wal")
        ),
    )
