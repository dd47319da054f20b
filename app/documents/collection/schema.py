"""The tables of the collection's file, and the steps that bring an older file up to date."""

from __future__ import annotations

import sqlite3

from app.documents.collection.picture import png_size

APPLICATION_ID = 0x52565259
"""In the file's header: this SQLite file is a collection of Reverie's ("RVRY")."""

_PICTURES = """
CREATE TABLE pictures (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    recipe TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    model TEXT NOT NULL,
    digest TEXT NOT NULL,
    family TEXT NOT NULL,
    dataset TEXT NOT NULL,
    class_name TEXT NOT NULL,
    class_id INTEGER,
    seed INTEGER NOT NULL,
    place INTEGER NOT NULL,
    value REAL,
    kind TEXT NOT NULL,
    created REAL NOT NULL,
    starred INTEGER NOT NULL,
    label TEXT NOT NULL,
    deleted REAL
);
CREATE INDEX pictures_by_recipe ON pictures (recipe);
CREATE INDEX pictures_by_age ON pictures (created, id);
CREATE TABLE contents (
    picture INTEGER PRIMARY KEY REFERENCES pictures (id) ON DELETE CASCADE,
    request TEXT NOT NULL,
    png BLOB NOT NULL
)
"""
_MEMBERS = """
CREATE TABLE members (
    picture INTEGER NOT NULL REFERENCES pictures (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    PRIMARY KEY (picture, name)
) WITHOUT ROWID;
CREATE INDEX members_by_name ON members (name, picture)
"""
_SIZES = """
ALTER TABLE pictures ADD COLUMN width INTEGER NOT NULL DEFAULT 0;
ALTER TABLE pictures ADD COLUMN height INTEGER NOT NULL DEFAULT 0;
UPDATE pictures SET
    width = (SELECT png_width(png) FROM contents WHERE picture = id),
    height = (SELECT png_height(png) FROM contents WHERE picture = id)
"""

MIGRATIONS: tuple[str, ...] = (_PICTURES, _MEMBERS, _SIZES)
"""Step n brings a file of version n - 1 to version n.  A step that was ever released is never edited: add another."""
VERSION = len(MIGRATIONS)

COLUMNS = {
    "pictures": "id, recipe, sha256, model, digest, family, dataset, class_name, class_id, seed, place, value, kind,"
    " created, starred, label, deleted, width, height",
    "contents": "picture, request, png",
    "members": "picture, name",
}
"""What a file of this version has, to tell one that only says so."""


def version_of(db: sqlite3.Connection) -> int:
    """The version of the file's tables: 0 for an empty file."""
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def is_foreign(db: sqlite3.Connection) -> bool:
    """Whether the file has tables, and is not marked as Reverie's."""
    marked = db.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID
    return not marked and db.execute("SELECT 1 FROM sqlite_schema LIMIT 1").fetchone() is not None


def migrate(db: sqlite3.Connection) -> None:
    """Bring the file to `VERSION` in one transaction: it has all of the steps or none of them."""
    if version_of(db) == VERSION:
        return
    db.create_function("png_width", 1, lambda png: png_size(png)[0])
    db.create_function("png_height", 1, lambda png: png_size(png)[1])
    db.execute("BEGIN EXCLUSIVE")
    try:
        for step in range(version_of(db), VERSION):  # asked again: another window may have done it meanwhile
            for statement in MIGRATIONS[step].split(";"):
                db.execute(statement)
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        db.execute(f"PRAGMA user_version = {VERSION}")
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise


def is_whole(db: sqlite3.Connection) -> bool:
    """Whether all tables and columns of `VERSION` are there."""
    try:
        for table, columns in COLUMNS.items():
            db.execute(f"SELECT {columns} FROM {table} LIMIT 0")  # names of this module
    except sqlite3.OperationalError as error:
        if "no such" not in str(error):
            raise
        return False
    return True
