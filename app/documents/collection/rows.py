"""The rows of the collection's tables as values, and back.  Whoever calls these holds the connection's thread."""

from __future__ import annotations

import dataclasses
import sqlite3
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from app.documents.collection.picture import Drawing, KeptEntry, KeptPicture, Marks, Origin, png_size
from app.documents.collection.query import Counts, Query, order_by, where
from engine.errors import RequestError

_BETWEEN = "\x1f"
"""Parts names in SQLite's answer; no name has one."""
_MARKS = "starred, label, deleted, (SELECT group_concat(name, char(31)) FROM members WHERE picture = pictures.id)"
_ALL = (
    f"SELECT id, png, created, width, height, {_MARKS}, model, digest, request, recipe, sha256, seed, place, family,"
    " dataset, class_name, class_id, value, kind FROM pictures JOIN contents ON contents.picture = pictures.id"
)
_ENTRY = (
    f"SELECT id, created, width, height, {_MARKS}, model, digest, sha256, seed, place, family, dataset, class_name,"
    " value, kind FROM pictures"
)
_CHUNK = 500
T = TypeVar("T")


def insert(db: sqlite3.Connection, drawing: Drawing, marks: Marks, created: float) -> int:
    """Put a picture in; its identity."""
    origin = drawing.origin
    width, height = png_size(drawing.png)
    row = {
        "recipe": origin.recipe,
        "sha256": origin.sha256,
        "model": origin.model,
        "digest": origin.digest,
        "family": origin.family,
        "dataset": origin.dataset,
        "class_name": origin.class_name,
        "class_id": origin.class_id,
        "seed": origin.seed,
        "place": origin.place,
        "value": origin.value,
        "kind": origin.kind,
        "created": created,
        "starred": marks.starred,
        "label": marks.label,
        "deleted": marks.deleted,
        "width": width,
        "height": height,
    }
    names, places = ", ".join(row), ", ".join(f":{name}" for name in row)
    identity = int(db.execute(f"INSERT INTO pictures ({names}) VALUES ({places})", row).lastrowid or 0)
    db.execute("INSERT INTO contents VALUES (?, ?, ?)", (identity, origin.request, drawing.png))
    return identity


def same_picture(db: sqlite3.Connection, drawing: Drawing) -> int | None:
    """The picture of the same recipe and the same pixels, deleted or not; one that is there before a deleted one."""
    found = db.execute(
        "SELECT id FROM pictures WHERE recipe = ? AND sha256 = ? ORDER BY deleted IS NOT NULL, id LIMIT 1",
        (drawing.origin.recipe, drawing.origin.sha256),
    ).fetchone()
    return None if found is None else int(found[0])


def marks(db: sqlite3.Connection, identity: int) -> Marks:
    """A picture's marks; raises `RequestError` if it is not there."""
    found = known_marks(db, identity)
    if found is None:
        raise gone()
    return found


def known_marks(db: sqlite3.Connection, identity: int) -> Marks | None:
    """A picture's marks, None if it is not there."""
    found = db.execute(f"SELECT {_MARKS} FROM pictures WHERE id = ?", (identity,)).fetchone()
    return None if found is None else _marks(*found)


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


def purge(db: sqlite3.Connection, identities: Iterable[int]) -> int:
    """Remove those of these pictures that are deleted; how many."""
    wanted = ((identity,) for identity in identities)
    return db.executemany("DELETE FROM pictures WHERE id = ? AND deleted IS NOT NULL", wanted).rowcount


def members(db: sqlite3.Connection, name: str) -> tuple[int, ...]:
    """The pictures in a collection, the deleted ones too."""
    return tuple(int(row[0]) for row in db.execute("SELECT picture FROM members WHERE name = ?", (name,)))


def picture(db: sqlite3.Connection, identity: int) -> KeptPicture:
    """A picture; raises `RequestError` if it is not there."""
    found = db.execute(f"{_ALL} WHERE id = ?", (identity,)).fetchone()
    if found is None:
        raise gone()
    return _picture(*found)


def pictures(db: sqlite3.Connection, wanted: Iterable[int]) -> tuple[KeptPicture, ...]:
    """Those of these pictures that are there, in the order asked for."""
    found: dict[int, KeptPicture] = {}
    numbers = list(dict.fromkeys(wanted))
    for chunk, places in _chunks(numbers):
        rows = db.execute(f"{_ALL} WHERE id IN ({places})", chunk)
        found.update((row[0], _picture(*row)) for row in rows)
    return tuple(found[number] for number in numbers if number in found)


def entries(db: sqlite3.Connection, query: Query) -> tuple[KeptEntry, ...]:
    """All pictures that a query finds, in its order, without their bytes."""
    conditions, values = where(query)
    found = db.execute(f"{_ENTRY} WHERE {conditions} ORDER BY {order_by(query)}", values)
    return tuple(_entry(*row) for row in found)


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

    def by(column: str, source: str = "pictures", instead_of: str = "") -> dict[str, int]:
        looser: dict[str, Any] = {instead_of: None} if instead_of else {}
        conditions, values = where(dataclasses.replace(query, **looser))
        found = db.execute(
            f"SELECT {column}, count(*) FROM {source} WHERE {conditions} AND {column} <> '' GROUP BY 1 ORDER BY 1",
            values,
        )
        return dict(found.fetchall())

    return Counts(
        total=count(db, query),
        starred=count(db, dataclasses.replace(query, starred=True)),
        all=count(db, Query()),
        deleted=count(db, Query(deleted=True)),
        models=by("model", instead_of="model"),
        classes=by("class_name", instead_of="class_name"),
        labels=by("label", instead_of="label"),
        collections=by("name", "pictures JOIN members ON picture = id", instead_of="collection"),
    )


def kept_among(db: sqlite3.Connection, recipes: Iterable[str]) -> dict[str, tuple[int, Marks]]:
    """The pictures of these recipes that are there, by recipe; of several the newest."""
    found: dict[str, tuple[int, Marks]] = {}
    for chunk, places in _chunks(list(dict.fromkeys(recipes))):
        rows = db.execute(
            f"SELECT recipe, id, {_MARKS} FROM pictures WHERE deleted IS NULL AND recipe IN ({places}) ORDER BY id",
            chunk,
        )
        found.update({recipe: (int(identity), _marks(*rest)) for recipe, identity, *rest in rows})
    return found


def _chunks(wanted: list[T]) -> Iterator[tuple[list[T], str]]:
    """Some values at a time, and as many question marks: a statement takes a limited number."""
    for start in range(0, len(wanted), _CHUNK):
        chunk = wanted[start : start + _CHUNK]
        yield chunk, ", ".join("?" * len(chunk))


def _marks(starred: int, label: str, deleted: float | None, names: str | None) -> Marks:
    collections = frozenset(names.split(_BETWEEN)) if names else frozenset()
    return Marks(starred=bool(starred), label=label, deleted=deleted, collections=collections)


def _picture(identity: int, png: bytes, created: float, width: int, height: int, *rest: Any) -> KeptPicture:
    """A row of `_ALL`."""
    model, digest, request, recipe, sha256, seed, place, family, dataset, class_name, class_id, value, kind = rest[4:]
    origin = Origin(
        model=model,
        digest=digest,
        request=request,
        recipe=recipe,
        sha256=sha256,
        seed=seed,
        place=place,
        family=family,
        dataset=dataset,
        class_name=class_name,
        class_id=class_id,
        value=value,
        kind=kind,
    )
    marks = _marks(*rest[:4])
    return KeptPicture(identity=identity, png=png, origin=origin, marks=marks, created=created, size=(width, height))


def _entry(identity: int, created: float, width: int, height: int, *rest: Any) -> KeptEntry:
    """A row of `_ENTRY`."""
    model, digest, sha256, seed, place, family, dataset, class_name, value, kind = rest[4:]
    return KeptEntry(
        identity=identity,
        created=created,
        size=(width, height),
        marks=_marks(*rest[:4]),
        model=model,
        digest=digest,
        sha256=sha256,
        seed=seed,
        place=place,
        family=family,
        dataset=dataset,
        class_name=class_name,
        value=value,
        kind=kind,
    )


def gone() -> RequestError:
    """A picture that is not there any more."""
    return RequestError("This picture is no longer among the kept ones: it was removed for good.", "Keep it again.")
