"""Full, read-only, vanished, damaged, locked: each is a sentence with a remedy, and nothing is lost."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.documents.collection import rescue
from app.documents.collection.picture import Drawing
from app.documents.collection.query import Query
from app.documents.collection.store import KeptPictures
from engine.errors import FileError

Make = Callable[..., Drawing]
Open = Callable[..., KeptPictures]
ROOT = Path(__file__).resolve().parents[4]


@contextmanager
def refused(problem: str, remedy: str) -> Iterator[None]:
    """What is inside fails with these words."""
    with pytest.raises(FileError, match=problem) as caught:
        yield
    assert remedy in caught.value.remedy and caught.value.facts["path"]


# --------------------------------------------------------------------------------------------------------- full disk


def test_a_file_that_cannot_grow_keeps_what_it_has(store: KeptPictures, open_store: Open, drawing: Make) -> None:
    store.keep([drawing(1)])
    pages = store._db.execute("PRAGMA page_count").fetchone()[0]
    store._db.execute(f"PRAGMA max_page_count = {pages}")
    with refused("There is no room left", "Make room and try again; nothing was changed"):
        store.keep([drawing(number, (200, 200), request='{"x":"' + "y" * 9_000 + '"}') for number in range(2, 9)])
    assert store.count() == open_store().count() == 1
    store._db.execute("PRAGMA max_page_count = 100000")
    store.keep([drawing(2)])
    assert open_store().count() == 2


FULL = """
import subprocess, sys
from pathlib import Path
folder = Path(sys.argv[1])
subprocess.run(["mount", "-t", "tmpfs", "-o", "size=900k", "tmpfs", str(folder)], check=True)
sys.path[:0] = sys.argv[2:4]
from conftest import drawing_of
from app.documents.collection.query import Query
from app.documents.collection.store import KeptPictures
from engine.errors import FileError

path, done, said = folder / "data" / "kept.sqlite3", 0, ""
spare = folder / "spare"
spare.write_bytes(bytes(300_000))
store = KeptPictures(path)
try:
    for number in range(10_000):
        store.keep([drawing_of(number, request='{"x":"' + "y" * 2000 + '"}')], label=str(number))
        done += 1
except FileError as error:
    said = str(error)
assert "There is no room left" in said and "nothing was changed" in said, said
assert done > 5 and store.count() == done, (done, store.count())
try:
    store.star(store.identities(Query()))  # what the log has room for already is written still
except FileError as error:
    assert "no room left" in str(error), error
store.close()
try:
    store = KeptPictures(path)
    assert store.count() == done
    store.close()
except FileError as error:
    assert "no room left" in str(error), error
spare.unlink()
store = KeptPictures(path)
assert store.take_notices() == () and store.count() == done and store.count(Query(label=str(done - 1))) == 1
store.purge(store.delete(store.identities(Query())[:done // 2]).identities)
store.keep([drawing_of(20_000)])
print("full disk:", done, "kept, none lost")
"""


@pytest.mark.skipif(not shutil.which("unshare"), reason="a disk of one's own needs unshare")
def test_a_disk_that_is_really_full(tmp_path: Path) -> None:
    own = ["unshare", "--user", "--map-root-user", "--mount"]
    if subprocess.run([*own, "mount", "-t", "tmpfs", "tmpfs", tmp_path], capture_output=True).returncode:
        pytest.skip("this machine lets nobody mount a disk of one's own")
    command = [*own, sys.executable, "-c", FULL, tmp_path, ROOT, Path(__file__).parent]
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0 and "none lost" in done.stdout, done.stderr[-3000:]


# --------------------------------------------------------------------------------------------------------- read-only


@contextmanager
def nobody() -> Iterator[None]:
    """Without root's right to write everywhere."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def shelf() -> Iterator[Path]:
    """A folder that everybody may look into."""
    outer = Path(tempfile.mkdtemp())
    outer.chmod(0o755)
    folder = outer / "shelf"
    folder.mkdir()
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(outer)


def test_a_folder_that_is_read_only(shelf: Path, open_store: Open) -> None:
    shelf.chmod(0o555)
    with nobody(), refused("cannot be written", "Make the folder and the file writable"):
        open_store(shelf / "kept.sqlite3")
    with nobody(), refused("cannot be written", "Make the folder and the file writable"):
        open_store(shelf / "data" / "kept.sqlite3")
    assert not list(shelf.iterdir())


def test_a_file_that_is_read_only(shelf: Path, open_store: Open, drawing: Make) -> None:
    path = shelf / "kept.sqlite3"
    with open_store(path) as store:
        store.keep([drawing(1)])
    path.chmod(0o444)
    shelf.chmod(0o555)
    before = path.read_bytes()
    with nobody(), refused("cannot be written", "Make the folder and the file writable"):
        open_store(path)
    assert [each.name for each in shelf.iterdir()] == ["kept.sqlite3"] and path.read_bytes() == before
    path.chmod(0o644)
    shelf.chmod(0o755)
    assert open_store(path).count() == 1


def test_something_else_has_the_folders_name(tmp_path: Path, open_store: Open) -> None:
    (tmp_path / "data").write_text("a file")
    with refused("cannot be used", "Check the disk"):
        open_store()
    (tmp_path / "data").unlink()
    (tmp_path / "data" / "kept.sqlite3").mkdir(parents=True)
    with refused("cannot be", "."):
        open_store()


# ---------------------------------------------------------------------------------------------------------- vanished


@pytest.mark.parametrize("gone", ["file", "all", "folder", "log"])
def test_a_file_that_vanishes_while_it_is_open_is_written_again(
    gone: str, store: KeptPictures, path: Path, open_store: Open, drawing: Make
) -> None:
    store.keep([drawing(1)], label="before")
    if gone == "folder":
        shutil.rmtree(path.parent)
    for name in {"file": ("",), "all": ("", "-wal", "-shm"), "log": ("-wal",), "folder": ()}[gone]:
        path.with_name(path.name + name).unlink()
    store.keep([drawing(2)], label="after")
    assert "was written again; nothing is lost" in " ".join(store.take_notices())
    assert open_store().count() == 2
    store.star(store.identities(Query()))
    store.close()
    later = open_store()
    assert later.count() == 2 and later.take_notices() == ()
    assert [each.name for each in path.parent.iterdir() if "kept.sqlite3" not in each.name] == []


def test_a_file_that_vanishes_as_an_action_ends_is_written_again(
    store: KeptPictures, path: Path, open_store: Open, drawing: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The action returns when it is under the file's name."""
    footing, looks = rescue.footing, [0]

    def vanishing(at: Path) -> rescue.Footing:
        looks[0] += 1
        if looks[0] == 2:
            path.unlink()
        return footing(at)

    monkeypatch.setattr(rescue, "footing", vanishing)
    store.keep([drawing(1)])
    assert looks[0] >= 2 and open_store().count() == 1


def test_a_file_that_is_replaced_while_it_is_open_leaves_both(
    store: KeptPictures, path: Path, open_store: Open, drawing: Make, tmp_path: Path
) -> None:
    store.keep([drawing(1), drawing(2)])
    with open_store(tmp_path / "other.sqlite3") as other:
        other.keep([drawing(3)])
    (tmp_path / "other.sqlite3").replace(path)
    with refused("was replaced by another while it was in use", "kept.rescued-1.sqlite3"):
        store.keep([drawing(4)])
    assert store.count() == 1, "the file that is there now is gone on with"
    assert open_store(path.with_name("kept.rescued-1.sqlite3")).count() == 2
    store.keep([drawing(4)])
    assert open_store().count() == 2


def test_a_file_that_vanishes_where_there_is_no_way_to_write_it_again(
    shelf: Path, open_store: Open, drawing: Make
) -> None:
    path = shelf / "kept.sqlite3"
    shelf.chmod(0o777)
    with nobody():
        store = open_store(path)
        store.keep([drawing(1)])
    for ending in ("", "-wal", "-shm"):
        path.with_name(path.name + ending).unlink()
    shelf.chmod(0o555)
    with nobody(), refused("cannot be written", "nothing was changed"):
        store.keep([drawing(2)])
    shelf.chmod(0o777)
    with nobody():
        store.keep([drawing(2)])
    assert "nothing is lost" in store.take_notices()[0] and store.count() == 2
    assert open_store(path).count() == 2


def test_a_log_without_its_file_is_kept(store: KeptPictures, path: Path, open_store: Open, drawing: Make) -> None:
    store.keep([drawing(1)])
    log = path.with_name(path.name + "-wal")
    left = log.read_bytes()
    store.close()
    path.unlink()
    log.write_bytes(left)
    fresh = open_store()
    (notice,) = fresh.take_notices()
    aside = path.with_name("kept.vanished-1.sqlite3-wal")
    assert "has vanished" in notice and str(aside) in notice and aside.read_bytes() == left
    assert fresh.count() == 0


# ----------------------------------------------------------------------------------------------------------- damaged


def middle(data: bytes) -> bytes:
    return data[:4_096] + b"\x5a" * (len(data) - 8_192) + data[-4_096:]


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "no SQLite at all": lambda _: b"These are notes of mine.\n" * 100,
    "its beginning": lambda data: b"\0" * 512 + data[512:],
    "its middle": middle,
    "its end": lambda data: data[: len(data) // 2],
    "a cut inside the first page": lambda data: data[:1_000],
    "all of it zeros": lambda data: bytes(len(data)),
}


@pytest.mark.parametrize("damage", [*DAMAGES])
def test_a_damaged_file_is_set_aside_and_a_new_one_begun(
    damage: str, path: Path, open_store: Open, drawing: Make
) -> None:
    with open_store() as store:
        store.keep([drawing(number, request='{"x":"' + "y" * 5_000 + '"}') for number in range(20)])
    path.write_bytes(DAMAGES[damage](path.read_bytes()))
    damaged = path.read_bytes()
    for number in (1, 2):
        fresh = open_store()
        aside = path.with_name(f"kept.damaged-{number}.sqlite3")
        (notice,) = fresh.take_notices()
        assert str(aside) in notice and "a new one is begun" in notice
        assert aside.read_bytes() == damaged and fresh.count() == 0
        fresh.keep([drawing(1)])
        fresh.close()
        path.write_bytes(damaged)


def test_another_programs_file_is_set_aside(path: Path, open_store: Open) -> None:
    path.parent.mkdir()
    db = sqlite3.connect(path)
    db.execute("CREATE TABLE bookmarks (address)")
    db.close()
    before = path.read_bytes()
    assert "is not one that Reverie wrote" in open_store().take_notices()[0]
    assert path.with_name("kept.damaged-1.sqlite3").read_bytes() == before


def test_a_file_that_is_damaged_while_it_is_open(
    store: KeptPictures, path: Path, open_store: Open, drawing: Make
) -> None:
    store.keep([drawing(number, request='{"x":"' + "y" * 5_000 + '"}') for number in range(20)])
    store.close()
    store = open_store()
    with path.open("r+b") as file:
        file.seek(100)
        file.write(b"\x5a" * (path.stat().st_size - 100))
    store._db.execute("PRAGMA shrink_memory")
    with refused("is damaged", "Start Reverie again: it sets the file aside"):
        store.pictures(range(30))
    store.close()
    assert "a new one is begun" in open_store().take_notices()[0]


def test_an_empty_file_is_a_new_one(path: Path, open_store: Open, drawing: Make) -> None:
    path.parent.mkdir()
    path.touch()
    store = open_store()
    store.keep([drawing(1)])
    assert store.count() == 1 and store.take_notices() == ()


# ------------------------------------------------------------------------------------------------------------ locked


@contextmanager
def another_program(path: Path, *statements: str) -> Iterator[None]:
    """Another process that has said this to SQLite, and holds on."""
    code = textwrap.dedent(
        f"""
        import sqlite3, sys
        db = sqlite3.connect({str(path)!r}, isolation_level=None)
        for statement in {statements!r}:
            db.execute(statement).fetchall()
        print("holding", flush=True)
        sys.stdin.readline()
        """
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None and child.stdout.readline() == "holding\n"
        yield
        child.communicate("go\n")


def test_a_file_that_another_program_writes_to(
    store: KeptPictures, path: Path, open_store: Open, drawing: Make
) -> None:
    (one,) = store.keep([drawing(1)]).identities
    with another_program(path, "BEGIN IMMEDIATE", "UPDATE pictures SET label = 'theirs'"):
        with refused("Another program has locked the kept pictures", "Close it and try again; nothing was changed"):
            store.delete([one])
        assert store.picture(one).marks.label == "", "looking at pictures needs no lock"
        assert open_store().count() == 1
    store.delete([one])
    assert store.count() == 0


def test_a_file_that_another_program_has_for_itself(path: Path, open_store: Open, drawing: Make) -> None:
    with open_store() as store:
        store.keep([drawing(1)])
    before = path.read_bytes()
    holding = another_program(path, "PRAGMA locking_mode = EXCLUSIVE", "BEGIN EXCLUSIVE", "SELECT * FROM pictures")
    with holding, refused("Another program has locked the kept pictures", "Close it and try again"):
        open_store()
    assert path.read_bytes() == before and open_store().count() == 1
