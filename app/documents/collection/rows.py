"""The rows of the collection's tables as values, and back.  Whoever calls these holds the connection's thread."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Any

from app.documents.collection.picture import Drawing, KeptPicture, Marks, Origin
from app.documents.collection.query import Counts, Query, order_by, where
from engine.errors import RequestError

_BETWEEN = "\x1f"
"""Parts names in SQLite's answer; no name has one."""
_MARKS = "starred, label, deleted, (SELECT group_concat(name, char(31)) FROM members WHERE picture = pictures.id)"
_ALL = (
    f"SELECT id, png, created, {_MARKS}, model, digest, request, seed, place, family, dataset, class_name, class_id,"
    " value, kind FROM pictures JOIN contents ON contents.picture = pictures.id"
)
_CHUNK = 500


def insert(db: sqlite3.Connection, drawing: Drawing, marks: Marks, created: float) -> int:
    """Put a picture in; its identity."""
    origin = drawing.origin
    row = {
        "recipe": origin.recipe,
        "model": origin.model,
        "digest": origin.digest,
        "family": origin.family,
        "dataset": origin.dataset,
        "class_name": origin.class_name,
        "class_id": origin.class_id,
        "seed": origin.seed,
        "place": origin.index,
        "value": origin.value,
        "kind": origin.kind,
        "created": created,
        "starred": marks.starred,
        "label": marks.label,
        "deleted": marks.deleted,
    }
    names, places = ", ".join(row), ", ".join(f":{name}" for name in row)
    identity = int(db.execute(f"INSERT INTO pictures ({names}) VALUES ({places})", row).lastrowid or 0)
    db.execute("INSERT INTO contents VALUES (?, ?, ?)", (identity, origin.request, drawing.png))
    return identity


def same_picture(db: sqlite3.Connection, drawing: Drawing) -> int | None:
    """The picture of the same recipe and the same bytes, deleted or not."""
    found = db.execute(
        "SELECT id FROM pictures JOIN contents ON picture = id WHERE recipe = ? AND png = ?",
        (drawing.origin.recipe, drawing.png),
    ).fetchone()
    return None if found is None else int(found[0])


def marks(db: sqlite3.Connection, identity: int) -> Marks:
    """A picture's marks; raises `RequestError` if it is not there."""
    found = db.execute(f"SELECT {_MARKS} FROM pictures WHERE id = ?", (identity,)).fetchone()
    if found is None:
        raise _gone()
    return _marks(*found)


def write_marks(db: sqlite3.Connection, identity: int, before: Marks, after: Marks) -> None:
    """Write what differs."""
    if before == after:
        return
    values = (after.starred, after.label, after.deleted, identity)
    db.execute("UPDATE pictures SET starred = ?, label = ?, deleted = ? WHERE id = ?", values)
    for name in before.collections - after.collections:
        db.execute("DELETE FROM members WHERE picture = ? AND name = ?", (identity, name))
    for name in after.collections - before.collections:
        db.execute("INSERT INTO members VALUES (?, ?)", (identity, name))


def purge(db: sqlite3.Connection, deleted_before: float) -> int:
    """Remove what was deleted before; how many."""
    return db.execute("DELETE FROM pictures WHERE deleted < ?", (deleted_before,)).rowcount


def members(db: sqlite3.Connection, name: str) -> tuple[int, ...]:
    """The pictures in a collection, the deleted ones too."""
    return tuple(int(row[0]) for row in db.execute("SELECT picture FROM members WHERE name = ?", (name,)))


def picture(db: sqlite3.Connection, identity: int) -> KeptPicture:
    """A picture; raises `RequestError` if it is not there."""
    found = db.execute(f"{_ALL} WHERE id = ?", (identity,)).fetchone()
    if found is None:
        raise _gone()
    return _picture(*found)


def page(db: sqlite3.Connection, query: Query, offset: int, limit: int) -> tuple[KeptPicture, ...]:
    """Some of the pictures that a query finds."""
    conditions, values = where(query)
    found = db.execute(
        f"{_ALL} WHERE {conditions} ORDER BY {order_by(query)} LIMIT ? OFFSET ?", (*values, limit, offset)
    )
    return tuple(_picture(*row) for row in found)


def identities(db: sqlite3.Connection, query: Query) -> tuple[int, ...]:
    """All pictures that a query finds."""
    conditions, values = where(query)
    found = db.execute(f"SELECT id FROM pictures WHERE {conditions} ORDER BY {order_by(query)}", values)
    return tuple(int(row[0]) for row in found)


def count(db: sqlite3.Connection, query: Query) -> int:
    """How many pictures a query finds."""
    conditions, values = where(query)
    return int(db.execute(f"SELECT count(*) FROM pictures WHERE {conditions}", values).fetchone()[0])


def counts(db: sqlite3.Connection, query: Query) -> Counts:
    """How many pictures a query finds, by what."""
    conditions, values = where(query)

    def by(column: str, source: str = "pictures") -> dict[str, int]:
        found = db.execute(
            f"SELECT {column}, count(*) FROM {source} WHERE {conditions} AND {column} <> '' GROUP BY 1 ORDER BY 1",
            values,
        )
        return dict(found.fetchall())

    starred = db.execute(f"SELECT count(*) FROM pictures WHERE {conditions} AND starred", values).fetchone()[0]
    return Counts(
        total=count(db, query),
        starred=starred,
        models=by("model"),
        classes=by("class_name"),
        labels=by("label"),
        collections=by("name", "pictures JOIN members ON picture = id"),
    )


def kept_among(db: sqlite3.Connection, recipes: Iterable[str]) -> dict[str, tuple[int, Marks]]:
    """The pictures of these recipes that are there, by recipe; of several the newest."""
    wanted = list(dict.fromkeys(recipes))
    found: dict[str, tuple[int, Marks]] = {}
    for start in range(0, len(wanted), _CHUNK):
        chunk = wanted[start : start + _CHUNK]
        places = ", ".join("?" * len(chunk))
        rows = db.execute(
            f"SELECT recipe, id, {_MARKS} FROM pictures WHERE deleted IS NULL AND recipe IN ({places}) ORDER BY id",
            chunk,
        )
        found.update({recipe: (int(identity), _marks(*rest)) for recipe, identity, *rest in rows})
    return found


def _marks(starred: int, label: str, deleted: float | None, names: str | None) -> Marks:
    collections = frozenset(names.split(_BETWEEN)) if names else frozenset()
    return Marks(starred=bool(starred), label=label, deleted=deleted, collections=collections)


def _picture(identity: int, png: bytes, created: float, *rest: Any) -> KeptPicture:
    """A row of `_ALL`."""
    model, digest, request, seed, place, family, dataset, class_name, class_id, value, kind = rest[4:]
    origin = Origin(
        model=model,
        digest=digest,
        request=request,
        seed=seed,
        index=place,
        family=family,
        dataset=dataset,
        class_name=class_name,
        class_id=class_id,
        value=value,
        kind=kind,
    )
    return KeptPicture(identity=identity, png=png, origin=origin, marks=_marks(*rest[:4]), created=created)


def _gone() -> RequestError:
    return RequestError("This picture is no longer among the kept ones: it was removed for good.", "Keep it again.")
