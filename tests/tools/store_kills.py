"""Kill a program again and again while it stars, labels and deletes kept pictures, and look at what is left of them:
`python tests/tools/store_kills.py --count 200`.

A child process works on the collection and says the number of every action *after* the action has returned.  It is
killed (SIGKILL) at a random moment, the file is opened again, and all of it is compared with what the actions up to the
last acknowledged one make of an empty collection; the one that was under way may be there as a whole or not at all.
The next child goes on with the same file.  The last line says how many times the file could not be read, and how many
times something was lost that had been acknowledged.

A kill takes the program away, not the disk's cache: what a power cut would do is SQLite's word (each action is
flushed to the disk before it returns), not measured here.
"""

from __future__ import annotations

import argparse
import random
import signal
import sqlite3
import struct
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from app.documents.collection import opening
from app.documents.collection.picture import Drawing, KeptPicture, Origin
from app.documents.collection.query import Query
from app.documents.collection.store import KeptPictures
from engine.errors import EngineError

PICTURES = 60
KINDS = ("keep", "star", "unstar", "label", "collect", "take out", "delete", "restore")
NAMES = ("Best", "Worst", "Odd")
LONGEST_S = 0.15
"""A child that is at work is killed within this time; every fourth is killed sooner, perhaps before it has begun."""
CHECKPOINT_PAGES = 24
"""The log is brought over far more often than in the program, so that kills find that at work too."""


@dataclass(frozen=True, slots=True)
class Action:
    """The n-th thing that is done: to which pictures, and with which word."""

    kind: str
    pictures: tuple[int, ...]
    word: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A picture as it must be found."""

    starred: bool = False
    label: str = ""
    names: frozenset[str] = frozenset()
    there: bool = True


Found = dict[int, Kept]


def action(seed: int, number: int) -> Action:
    """The n-th action, the same in the child and in those who look after it."""
    rng = random.Random(f"{seed}/{number}")
    pictures = tuple(sorted(rng.sample(range(PICTURES), rng.choice((1, 1, 2, 5, 20)))))
    kind = rng.choice(KINDS)
    word = rng.choice(NAMES) if kind in ("collect", "take out") else f"label {number}"
    return Action(kind, pictures, word)


def applied(found: Found, act: Action) -> Found:
    """What an action makes of a collection; only keeping brings in what is not there."""
    edits: dict[str, Callable[[Kept], Kept]] = {
        "keep": lambda kept: replace(kept, starred=True, there=True),
        "star": lambda kept: replace(kept, starred=True),
        "unstar": lambda kept: replace(kept, starred=False),
        "label": lambda kept: replace(kept, label=act.word),
        "collect": lambda kept: replace(kept, names=kept.names | {act.word}),
        "take out": lambda kept: replace(kept, names=kept.names - {act.word}),
        "delete": lambda kept: replace(kept, there=False),
        "restore": lambda kept: replace(kept, there=True),
    }
    start = {number: Kept() for number in act.pictures} if act.kind == "keep" else {}
    whole = start | found
    return whole | {number: edits[act.kind](whole[number]) for number in act.pictures if number in whole}


def drawing(number: int) -> Drawing:
    """A picture to keep; its bytes fill a few pages of the file."""
    noise = random.Random(number).randbytes(3_000 + 200 * number)
    header = struct.pack(">IIBBBBB", len(noise), 1, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(b"\0" + noise, 0)), (b"IEND", b""))
    png = b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )
    return Drawing(png, Origin(model="m", digest="d", request="{}", recipe=f"r/{number}", sha256="s", seed=number))


# ---------------------------------------------------------------------------------------------------- the child


def work(path: Path, seed: int, number: int) -> None:
    """Do actions from this number on, for ever, and acknowledge each."""
    opening.CHECKPOINT_PAGES = CHECKPOINT_PAGES
    store = KeptPictures(path)
    numbers = {picture.origin.seed: picture.identity for picture in every_picture(store)}
    print("open", flush=True)
    while True:
        done(store, action(seed, number), numbers)
        print(number, flush=True)
        number += 1


def done(store: KeptPictures, act: Action, numbers: dict[int, int]) -> None:
    """Do an action to the store."""
    if act.kind == "keep":
        change = store.keep([drawing(number) for number in act.pictures])
        numbers.update(zip(act.pictures, change.identities, strict=True))
        return
    wanted = [numbers[number] for number in act.pictures if number in numbers]
    plain = {"star": store.star, "unstar": store.unstar, "delete": store.delete, "restore": store.restore}
    if act.kind in plain:
        plain[act.kind](wanted)
        return
    {"label": store.label, "collect": store.collect, "take out": store.take_out}[act.kind](wanted, act.word)


# ---------------------------------------------------------------------------------------- those who look after it


@dataclass(slots=True)
class Figures:
    """What came of it."""

    kills: int = 0
    acknowledged: int = 0
    half_way: int = 0
    before_the_first: int = 0
    unreadable: int = 0
    lost: int = 0

    def __str__(self) -> str:
        return (
            f"{self.kills} kills, {self.acknowledged:,} acknowledged actions; {self.half_way} kills left an action that"
            f" was done and not yet acknowledged, {self.before_the_first} came before the first of their child.\n"
            f"{self.unreadable} times the file was unreadable, {self.lost} times something acknowledged was lost."
        )


def every_picture(store: KeptPictures) -> Iterator[KeptPicture]:
    """All that there is, deleted pictures too."""
    for deleted in (False, True):
        yield from store.pictures(store.identities(Query(deleted=deleted)))


def killed(path: Path, seed: int, number: int, rng: random.Random) -> tuple[int, int]:
    """Start a child, kill it at a random moment; the next number after the last acknowledged one, and how many."""
    command = [sys.executable, __file__, "--child", str(path), "--seed", str(seed), "--number", str(number)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        if rng.random() < 0.25:
            time.sleep(rng.uniform(0.0, 2 * LONGEST_S))
        else:
            child.stdout.readline()
            time.sleep(rng.uniform(0.0, LONGEST_S))
        child.send_signal(signal.SIGKILL)
        said = [line for line in child.stdout.read().splitlines(keepends=True) if line.endswith("\n")]
        child.wait()
        if child.returncode != -signal.SIGKILL:
            raise SystemExit(f"the child ended by itself ({child.returncode})")
    acknowledged = [int(line) for line in said if line.strip().isdigit()]
    return (acknowledged[-1] + 1 if acknowledged else number), len(acknowledged)


def found_in(path: Path) -> Found | None:
    """What the file holds; None if it is unreadable, or any picture in it is not what was kept."""
    try:
        with KeptPictures(path) as store:
            whole = store.take_notices() == () and _is_sound(path)
            pictures = [*every_picture(store)]
    except (EngineError, sqlite3.Error):
        return None
    if not whole or any(picture.png != drawing(picture.origin.seed).png for picture in pictures):
        return None
    return {
        picture.origin.seed: Kept(
            picture.marks.starred, picture.marks.label, picture.marks.collections, picture.marks.deleted is None
        )
        for picture in pictures
    }


def _is_sound(path: Path) -> bool:
    db = sqlite3.connect(path)
    try:
        return bool(db.execute("PRAGMA integrity_check").fetchall() == [("ok",)])
    finally:
        db.close()


def measure(folder: Path, count: int, seed: int, tell: Callable[[Figures], None] = lambda _: None) -> Figures:
    """Kill so many children."""
    path, rng, figures = folder / "kept.sqlite3", random.Random(seed), Figures()
    number, expected = 0, Found()
    for _ in range(count):
        after, acknowledged = killed(path, seed, number, rng)
        figures.kills += 1
        figures.acknowledged += acknowledged
        figures.before_the_first += not acknowledged
        for each in range(number, after):
            expected = applied(expected, action(seed, each))
        number = after
        found = found_in(path)
        if found is None:
            figures.unreadable += 1
            return figures
        if found != expected:
            further = applied(expected, action(seed, number))
            if found != further:
                figures.lost += 1
                return figures
            figures.half_way += 1
            number, expected = number + 1, further
        tell(figures)
    return figures


def main() -> int:
    """The child, or the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=200, help="how many times (200)")
    parser.add_argument("--seed", type=int, default=0, help="of the actions and the moments (0)")
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--number", type=int, default=0, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child is not None:
        work(given.child, given.seed, given.number)

    def tell(figures: Figures) -> None:
        if sys.stderr.isatty():
            print(f"\r{figures.kills} of {given.count}", end="\r", file=sys.stderr)

    with tempfile.TemporaryDirectory() as folder:
        figures = measure(Path(folder), given.count, given.seed, tell)
    print(figures)
    return 1 if figures.unreadable or figures.lost or figures.kills < given.count else 0


if __name__ == "__main__":
    raise SystemExit(main())
