"""The collection: every picture that the person starred, labelled or collected, in one SQLite file.

An action is one transaction.  When it returns, it is on the disk: killing the program loses nothing that an action has
returned for.  An action returns a `Change`, which `KeptPictures.undo` takes back.
"""

from __future__ import annotations

import dataclasses
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType

from app.documents.collection import faults, opening, rescue, rows
from app.documents.collection.change import Change, Shift
from app.documents.collection.picture import Drawing, KeptEntry, KeptPicture, Marks, collection_name, label_text
from app.documents.collection.query import Counts, Query
from app.translation import tr
from engine.errors import RequestError


class KeptPictures:
    """The store.  It belongs to the thread that opened it: one worker thread, not the GUI's, since a disk may stall
    (SQLite refuses any other thread).  Several windows may have the same file open, each with a store of its own.

    Every method raises `engine.errors.FileError` with a sentence when the disk does not let it; then nothing changed.
    """

    def __init__(self, path: Path, *, busy_s: float = opening.BUSY_S, clock: Callable[[], float] = time.time) -> None:
        self._path, self._busy_s, self._clock = path, busy_s, clock
        self._db, notices = opening.opened(path, busy_s)
        self._notices = list(notices)
        self._footing = rescue.footing(path)
        self._data_version = -1
        self.others_wrote()

    def __enter__(self) -> KeptPictures:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    @property
    def path(self) -> Path:
        """The file."""
        return self._path

    def close(self) -> None:
        """Bring the log over into the file, and let it go."""
        with suppress(sqlite3.Error):  # every action is on the disk already
            self._db.close()

    def take_notices(self) -> tuple[str, ...]:
        """Sentences for the person (a file set aside, a file written again), each given once."""
        notices, self._notices = tuple(self._notices), []
        return notices

    # ------------------------------------------------------------------------------------------------- actions

    def keep(
        self, drawings: Sequence[Drawing], *, starred: bool = True, label: str = "", collection: str = ""
    ) -> Change:
        """Keep pictures; one kept already (same recipe, same pixels) gets the marks, and comes back if deleted."""
        for drawing in drawings:
            drawing.checked()
        name, label = collection_name(collection) if collection else "", label_text(label)
        new = Marks(starred=starred, label=label, collections=frozenset({name} if name else ()))
        with self._transaction():
            now = self._clock()
            action = "collect" if name else "label" if label else "star" if starred else "keep"
            return Change(action, tuple(self._kept(drawing, new, now) for drawing in drawings))

    def star(self, identities: Iterable[int]) -> Change:
        """Star pictures."""
        return self._mark("star", identities, lambda marks: dataclasses.replace(marks, starred=True))

    def unstar(self, identities: Iterable[int], *, let_go: bool = False) -> Change:
        """Take the star from pictures.  They stay kept until they are deleted; with ``let_go`` those that have neither
        a label nor a collection are deleted with it: nothing says any more that they are to be kept."""
        now = self._clock()

        def unstarred(marks: Marks) -> Marks:
            plain = dataclasses.replace(marks, starred=False)
            only_starred = let_go and marks.starred and not (marks.label or marks.collections)
            return _deleted(plain, now) if only_starred and marks.deleted is None else plain

        return self._mark("unstar", identities, unstarred)

    def label(self, identities: Iterable[int], text: str) -> Change:
        """Label pictures; an empty text takes the label off."""
        line = label_text(text)
        return self._mark("label", identities, lambda marks: dataclasses.replace(marks, label=line))

    def collect(self, identities: Iterable[int], name: str) -> Change:
        """Put pictures in a collection, which begins with its first picture."""
        given = collection_name(name)
        return self._mark("collect", identities, lambda marks: _in_collections(marks, marks.collections | {given}))

    def take_out(self, identities: Iterable[int], name: str) -> Change:
        """Take pictures out of a collection, which ends with its last picture."""
        given = collection_name(name)
        return self._mark("take out", identities, lambda marks: _in_collections(marks, marks.collections - {given}))

    def rename_collection(self, old: str, new: str) -> Change:
        """Give a collection another name, which no other has; raises `RequestError`."""
        before, after = collection_name(old), collection_name(new)
        with self._transaction():
            members = rows.members(self._db, before)
            if not members:
                raise RequestError(
                    tr("There is no collection called {before}.").format(before=before), tr("Choose one that there is.")
                )
            if after != before and rows.members(self._db, after):
                raise RequestError(
                    tr("There is a collection called {after} already.").format(after=after), tr("Choose another name.")
                )
            return self._marked(
                "rename", members, lambda marks: _in_collections(marks, marks.collections - {before} | {after})
            )

    def delete(self, identities: Iterable[int]) -> Change:
        """Delete pictures; until they are purged they can be had back."""
        now = self._clock()
        return self._mark(
            "delete", identities, lambda marks: _deleted(marks, now if marks.deleted is None else marks.deleted)
        )

    def restore(self, identities: Iterable[int]) -> Change:
        """Have deleted pictures back."""
        return self._mark("restore", identities, lambda marks: _deleted(marks, None))

    def undo(self, change: Change) -> Change:
        """Take an action back, in whatever order; the change returned undoes that.

        Pictures that were removed for good are left out; raises `RequestError` where all of them were.
        """
        with self._transaction():
            shifts = []
            for shift in reversed(change.reverse.shifts):  # a picture may be among them twice
                before = rows.known_marks(self._db, shift.identity)
                if before is not None:
                    after = before.moved(shift.before, shift.after)
                    shifts.append(self._shifted(shift.identity, before, after))
            if change.shifts and not shifts:
                raise rows.gone()
            return Change(change.action, tuple(shifts))

    def purge(self, identities: Iterable[int]) -> int:
        """Remove those of these pictures that are deleted for good, and say how many: no undo."""
        with self._transaction():
            return rows.purge(self._db, identities)

    # ------------------------------------------------------------------------------------------------- questions

    def picture(self, identity: int) -> KeptPicture:
        """One picture, deleted or not; raises `RequestError` if there is none."""
        with faults.worded(self._path):
            return rows.picture(self._db, identity)

    def pictures(self, identities: Iterable[int]) -> tuple[KeptPicture, ...]:
        """Those of these pictures that are there, deleted or not, in this order."""
        with faults.worded(self._path):
            return rows.pictures(self._db, identities)

    def entries(self, query: Query) -> tuple[KeptEntry, ...]:
        """All pictures that a query finds, in its order, without their bytes."""
        with faults.worded(self._path):
            return rows.entries(self._db, query)

    def identities(self, query: Query) -> tuple[int, ...]:
        """All pictures that a query finds, without their bytes."""
        with faults.worded(self._path):
            return rows.identities(self._db, query)

    def count(self, query: Query | None = None) -> int:
        """How many pictures a query finds."""
        with faults.worded(self._path):
            return rows.count(self._db, query or Query())

    def counts(self, query: Query | None = None) -> Counts:
        """How many pictures a query finds, by everything that one can filter by."""
        with faults.worded(self._path):
            return rows.counts(self._db, query or Query())

    def kept_among(self, recipes: Iterable[str]) -> dict[str, tuple[int, Marks]]:
        """Those of the pictures with these recipes that are kept: what a wall shows a star on."""
        with faults.worded(self._path):
            return rows.kept_among(self._db, recipes)

    def others_wrote(self) -> bool:
        """Whether another window has changed the file since this was asked last."""
        with faults.worded(self._path):
            version = int(self._db.execute("PRAGMA data_version").fetchone()[0])
        before, self._data_version = self._data_version, version
        return before != version

    # -------------------------------------------------------------------------------------------------- inside

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """All of it or nothing; on the disk, under the file's name, when it ends."""
        self._stay_on_disk()
        with faults.worded(self._path):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):  # SQLite rolls back by itself where it must
                    self._db.execute("ROLLBACK")
                raise
        self._stay_on_disk()

    def _stay_on_disk(self) -> None:
        """A file that was deleted or replaced while it is open can be written to, and is lost at the end: save it."""
        with faults.worded(self._path):
            if rescue.footing(self._path) == self._footing:
                return
            rescued = rescue.rescued(self._db, self._path, self._footing, self._busy_s)
            self._db, self._footing = rescued.db, rescue.footing(self._path)
            if rescued.error is not None:
                raise rescued.error
            self._notices.append(rescued.notice)

    def _mark(self, action: str, identities: Iterable[int], edit: Callable[[Marks], Marks]) -> Change:
        with self._transaction():
            return self._marked(action, identities, edit)

    def _marked(self, action: str, identities: Iterable[int], edit: Callable[[Marks], Marks]) -> Change:
        shifts = []
        for identity in dict.fromkeys(identities):
            before = rows.marks(self._db, identity)
            shifts.append(self._shifted(identity, before, edit(before)))
        return Change(action, tuple(shifts))

    def _shifted(self, identity: int, before: Marks, after: Marks) -> Shift:
        rows.write_marks(self._db, identity, before, after)
        return Shift(identity, before, after)

    def _kept(self, drawing: Drawing, new: Marks, now: float) -> Shift:
        """A picture put in as deleted, or found, and then marked: undoing it deletes it again."""
        identity = rows.same_picture(self._db, drawing)
        if identity is None:
            identity = rows.insert(self._db, drawing, Marks(deleted=now), now)
        before = rows.marks(self._db, identity)
        after = Marks(
            starred=before.starred or new.starred,
            label=new.label or before.label,
            collections=before.collections | new.collections,
        )
        return self._shifted(identity, before, after)


def _in_collections(marks: Marks, names: frozenset[str]) -> Marks:
    return dataclasses.replace(marks, collections=names)


def _deleted(marks: Marks, when: float | None) -> Marks:
    return dataclasses.replace(marks, deleted=when)
