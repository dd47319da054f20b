"""Files of every earlier version are brought up to date with all that is in them; a newer one is left alone."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from app.documents.collection import schema
from app.documents.collection.picture import Drawing, Marks
from app.documents.collection.query import Query
from app.documents.collection.store import KeptPictures
from engine.errors import FileError

Make = Callable[..., Drawing]
Open = Callable[..., KeptPictures]


def written_by(version: int, path: Path, drawings: list[Drawing]) -> None:
    """A file as that version of the program left it: its tables and these pictures, by plain SQL."""
    path.parent.mkdir(parents=True, exist_ok=True)
    db = sqlite3.connect(path)
    db.execute("PRAGMA journal_mode = WAL")
    db.create_function("png_width", 1, lambda _: 0)
    db.create_function("png_height", 1, lambda _: 0)
    for step in schema.MIGRATIONS[:version]:
        for statement in step.split(";"):
            db.execute(statement)
    db.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
    db.execute(f"PRAGMA user_version = {version}")
    for number, drawing in enumerate(drawings if version else (), 1):
        origin = drawing.origin
        row: dict[str, object] = {
            name: getattr(origin, name) for name in ("recipe", "sha256", "model", "digest", "family")
        }
        row |= {
            name: getattr(origin, name)
            for name in ("dataset", "class_name", "class_id", "seed", "place", "value", "kind")
        }
        row |= {"id": number, "created": 5.0, "starred": number % 2, "label": f"no. {number}", "deleted": None}
        db.execute(f"INSERT INTO pictures ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", [*row.values()])
        db.execute("INSERT INTO contents VALUES (?, ?, ?)", (number, origin.request, drawing.png))
        if version >= 2:
            db.execute("INSERT INTO members VALUES (?, 'Best')", (number,))
    db.commit()
    db.close()


@pytest.mark.parametrize("version", range(schema.VERSION))
def test_every_earlier_version_is_brought_up_to_date(version: int, path: Path, drawing: Make, open_store: Open) -> None:
    drawings = [drawing(1, (5, 4), value=-2.5, kind="score"), drawing(2, (9, 9), class_name="two", class_id=2)]
    written_by(version, path, drawings)
    store = open_store()
    pictures = store.pictures([1, 2])
    assert [picture.origin for picture in pictures] == [each.origin for each in drawings if version]
    assert [picture.png for picture in pictures] == [each.png for each in drawings if version]
    assert [picture.size for picture in pictures] == [(5, 4), (9, 9)][: len(pictures)]
    collections = frozenset({"Best"} if version >= 2 else ())
    assert [picture.marks for picture in pictures] == [
        Marks(starred=True, label="no. 1", collections=collections),
        Marks(starred=False, label="no. 2", collections=collections),
    ][: len(pictures)]
    store.keep([drawing(3)], collection="New")
    store.close()
    assert open_store().count() == len(pictures) + 1 and _version(path) == schema.VERSION
    assert [each.name for each in path.parent.iterdir() if "aside" in each.name or "damaged" in each.name] == []


@pytest.mark.parametrize("version", range(schema.VERSION))
def test_a_migrated_file_has_the_tables_of_a_new_one(version: int, path: Path, open_store: Open, drawing: Make) -> None:
    def shape(at: Path) -> dict[str, list[tuple[object, ...]]]:
        db = sqlite3.connect(at)
        names = [name for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")]
        found = {name: db.execute(f"PRAGMA table_info({name})").fetchall() for name in names}
        db.close()
        return found

    written_by(version, path, [drawing(1)])
    fresh = path.with_name("fresh.sqlite3")
    open_store().close()
    open_store(fresh).close()
    assert shape(path) == shape(fresh)


def test_a_migration_that_fails_half_way_has_not_begun(
    path: Path, drawing: Make, open_store: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    written_by(1, path, [drawing(1)])
    steps = (*schema.MIGRATIONS[:2], "CREATE TABLE more (x); INSERT INTO nowhere VALUES (1)")
    with monkeypatch.context() as patch:
        patch.setattr(schema, "MIGRATIONS", steps)
        with pytest.raises(sqlite3.OperationalError):
            db = sqlite3.connect(path, isolation_level=None)
            try:
                schema.migrate(db)
            finally:
                db.close()
    assert _version(path) == 1
    assert open_store().count(Query(label="no. 1")) == 1


def test_a_newer_versions_file_is_refused_and_left_as_it_is(path: Path, drawing: Make, open_store: Open) -> None:
    written_by(schema.VERSION, path, [drawing(1)])
    db = sqlite3.connect(path)
    db.execute(f"PRAGMA user_version = {schema.VERSION + 1}")
    db.execute("CREATE TABLE novelty (x)")
    db.close()
    before = path.read_bytes()
    with pytest.raises(FileError, match="written by a newer version of Reverie") as caught:
        open_store()
    assert "Use that version" in caught.value.remedy
    assert [each.name for each in path.parent.iterdir()] == [path.name] and path.read_bytes() == before


def test_a_newer_version_that_stands_in_the_log_alone_is_refused_too(
    path: Path, drawing: Make, open_store: Open
) -> None:
    store = open_store()
    store.keep([drawing(1)])
    db = sqlite3.connect(path)
    db.execute(f"PRAGMA user_version = {schema.VERSION + 1}")
    with pytest.raises(FileError, match="written by a newer version of Reverie"):
        open_store()
    assert db.execute("SELECT count(*) FROM pictures").fetchone() == (1,)
    db.close()


@pytest.mark.parametrize("version", [-1, 1, 2])
def test_a_file_whose_version_is_not_that_of_its_tables_is_set_aside(
    version: int, path: Path, drawing: Make, open_store: Open
) -> None:
    store = open_store()
    store.keep([drawing(1)])
    store.close()
    db = sqlite3.connect(path)
    db.execute(f"PRAGMA user_version = {version}")
    db.close()
    before = path.read_bytes()
    fresh = open_store()
    (notice,) = fresh.take_notices()
    aside = path.with_name("kept.damaged-1.sqlite3")
    assert str(aside) in notice and fresh.count() == 0
    fresh.close()
    assert aside.read_bytes() == before


def _version(path: Path) -> int:
    db = sqlite3.connect(path)
    try:
        return int(db.execute("PRAGMA user_version").fetchone()[0])
    finally:
        db.close()
