"""Pictures on their way out of the gallery: waited for until they are drawn, then made into a file on a thread of its
own; stopped when asked, and then no file is left.

The pictures come from the feed of the wall on show.  When that turns to another wall, a feed of the export's own draws
what it began: the same request gives the same pixels.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from app.bridge.ports import Clock, Timer, Worker
from app.documents.wall import Wall
from app.documents.wall_pictures import Hanging
from app.messages import Problem, engine_failed
from app.workspaces.gallery import exporting_words as words
from app.workspaces.gallery.outgoing import Write, as_kind, as_target, writer, writer_of
from engine.contracts.arrays import Images, Latents
from engine.contracts.manifest import Manifest
from engine.errors import EngineError
from engine.records.wall_picture import WallPicture
from engine.records.whole_file import Stopped

TOLD_MS = 100.0
"""How often it is told how far the writing is."""


class Feed(Protocol):
    """Where a wall's pictures come from: what is used here of `app.workspaces.gallery.feed.WallFeed`."""

    @property
    def wall(self) -> Wall | None: ...
    @property
    def manifest(self) -> Manifest | None: ...
    @property
    def images(self) -> Images: ...
    @property
    def fresh(self) -> NDArray[np.bool_]: ...
    @property
    def classes(self) -> NDArray[np.int64]: ...
    @property
    def z(self) -> Latents | None: ...
    @property
    def running(self) -> bool: ...
    @property
    def problem(self) -> Problem | None: ...
    def show(self, wall: Wall, manifest: Manifest) -> None: ...
    def go_on(self) -> None: ...
    def stop(self) -> None: ...
    def engine_changed(self, state: str) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportState:
    """A file on its way, as it is shown: ``done`` of ``total`` pictures are drawn, or (``writing``) written;
    ``missing`` of them are not drawn and may be left out; ``waiting`` if nobody draws them at the moment."""

    name: str
    text: str
    done: int
    total: int
    missing: int = 0
    writing: bool = False
    waiting: bool = False

    @property
    def fraction(self) -> float:
        """In [0, 1], of the drawing or of the writing."""
        return self.done / max(1, self.total)


@dataclass(slots=True, eq=False)
class _Export:
    """A file on its way; ``written`` pictures are in it, as the thread that writes says."""

    target: Path
    kind: str
    indices: tuple[int, ...] = ()
    hanging: Hanging | None = None
    feed: Feed | None = None
    own: Feed | None = None
    total: int = 0
    left_out: int = 0
    writing: bool = False
    written: int = 0
    stopped: threading.Event = field(default_factory=threading.Event)

    @property
    def missing(self) -> tuple[int, ...]:
        """The pictures that are still to be drawn."""
        if self.feed is None or not self.hangs_on(self.feed):
            return self.indices
        fresh = self.feed.fresh
        return tuple(index for index in self.indices if not fresh[index])

    def hangs_on(self, feed: Feed) -> bool:
        """Whether the feed draws this file's wall, with this file's weights."""
        return self.hanging is not None and (feed.wall, feed.manifest) == (self.hanging.wall, self.hanging.manifest)

    def watch(self, done: int) -> None:
        """A picture is written; raises `Stopped`."""
        self.written = done
        if self.stopped.is_set():
            raise Stopped

    def write(self, write: Write) -> bool:
        """Write the file; False where it was stopped.  Raises `FileError`."""
        try:
            write(self.target, self.watch)
        except Stopped:
            return False
        return True


class Exporting:
    """One file at a time.

    ``spare`` makes a feed of its own for a wall that is not on show any more, which calls `feed_changed` when it
    changes; ``say`` tells how a file ended (``"ok"``, ``"info"``, ``"warn"``), ``changed`` that it went on.
    """

    def __init__(
        self,
        worker: Worker,
        clock: Clock,
        spare: Callable[[], Feed],
        say: Callable[[str, str], None],
        changed: Callable[[], None],
    ) -> None:
        self._worker, self._clock, self._spare, self._say, self._changed = worker, clock, spare, say, changed
        self._export: _Export | None = None
        self._timer: Timer | None = None

    @property
    def state(self) -> ExportState | None:
        """The file on its way; None while there is none."""
        export = self._export
        if export is None:
            return None
        name, total, done = export.target.name, export.total, export.written
        if export.writing:
            text = words.writing(name, done, total)
            return ExportState(name=name, text=text, done=done, total=total, writing=True)
        missing, waiting = len(export.missing), export.feed is None or not export.feed.running
        return ExportState(
            name=name,
            text=words.drawing(name, missing, total, waiting),
            done=total - missing,
            total=total,
            missing=missing,
            waiting=waiting,
        )

    @property
    def waits(self) -> bool:
        """Whether pictures are waited for: while they are, what draws the wall on show should not be held for being out
        of sight."""
        return self._export is not None and not self._export.writing

    # --- verbs

    def start(self, kind: str, target: Path, hanging: Hanging, indices: Sequence[int], feed: Feed) -> bool:
        """Write these pictures of a wall when they are all drawn; whether that has begun.

        Several pictures as ``png`` are a folder.  What ``hanging`` says of values and marks is written as it is now.
        """
        if self._refused(len(indices)):
            return False
        kind, values = as_kind(kind, len(indices)), hanging.values
        hanging = replace(hanging, values=None if values is None else values.copy(), marks=dict(hanging.marks))
        export = _Export(as_target(target, kind), kind, tuple(indices), hanging, feed, total=len(indices))
        self._export = export
        if export.hangs_on(feed) and export.missing and not feed.running:
            feed.go_on()
        self.feed_changed()
        return True

    def start_with(
        self, kind: str, target: Path, pictures: Sequence[WallPicture], class_names: Sequence[str] = ()
    ) -> bool:
        """Write pictures that are all there, of the kept ones for instance; whether that has begun."""
        if self._refused(len(pictures)):
            return False
        kind = as_kind(kind, len(pictures))
        self._export = _Export(as_target(target, kind), kind, total=len(pictures))
        self._write(self._export, writer_of(kind, pictures, class_names))
        return True

    def leave_out(self) -> None:
        """Write the file without the pictures that are not drawn."""
        export = self._export
        if export is None or export.writing:
            return
        missing = frozenset(export.missing)
        if len(missing) == export.total:
            self._say(words.NONE_DRAWN, "info")
            return
        export.left_out += len(missing)
        export.indices = tuple(index for index in export.indices if index not in missing)
        export.total = len(export.indices)
        self.feed_changed()

    def go_on(self) -> None:
        """Draw what is missing, where drawing has stopped."""
        if self._export is not None and self._export.feed is not None and not self._export.writing:
            self._export.feed.go_on()
            self._changed()

    def stop(self) -> bool:
        """Do not write the file; whether one was on its way."""
        export = self._export
        if export is None:
            return False
        export.stopped.set()
        if not export.writing:  # else the thread that writes says how it ended: it may be all there
            self._end(export, words.stopped(export.target.name), "info")
        return True

    def feed_changed(self) -> None:
        """Pictures were drawn, the drawing has stopped, or the wall is another: go on as far as that goes."""
        export = self._export
        if export is None or export.writing or export.feed is None or export.hanging is None:
            return
        if not export.hangs_on(export.feed):
            if export.own is None:  # else it is just about to show the wall
                export.own = self._spare()
                export.own.show(export.hanging.wall, export.hanging.manifest)
                export.feed = export.own
                self.feed_changed()
        elif not export.missing:
            feed = export.feed
            hanging = replace(export.hanging, images=feed.images, classes=feed.classes, z=feed.z)
            self._write(export, writer(export.kind, hanging, export.indices))
        elif export.feed.problem is not None and (not export.feed.running or export.feed.problem == engine_failed()):
            self._end(export, words.not_drawn(export.target.name, export.feed.problem), "warn")
        else:
            self._changed()

    def engine_changed(self, state: str) -> None:
        """The engine process is ``starting``, ``ready``, ``died``, ``failed`` or ``closed``."""
        if self._export is not None and self._export.own is not None:
            self._export.own.engine_changed(state)
        self.feed_changed()

    def models_changed(self, models: Sequence[Manifest]) -> None:
        """A file that waits for pictures of weights that are gone is not written: the new ones would draw others."""
        export = self._export
        if export is not None and export.hanging is not None and self.waits and export.hanging.manifest not in models:
            self._end(export, words.model_gone(export.target.name), "warn")

    # --- inside

    def _refused(self, count: int) -> bool:
        if self._export is not None:
            self._say(words.busy(self._export.target.name), "info")
        elif not count:
            self._say(words.NOTHING, "info")
        return self._export is not None or not count

    def _write(self, export: _Export, write: Write) -> None:
        export.writing = True
        self._worker.run(lambda: export.write(write), lambda outcome: self._written(export, outcome))
        self._tell()

    def _tell(self) -> None:
        self._timer = self._clock.call_later(TOLD_MS, self._tell)
        self._changed()

    def _written(self, export: _Export, outcome: Future[bool]) -> None:
        name = export.target.name
        try:
            if outcome.result():
                self._end(export, words.written(name, export.total, export.left_out), "ok")
            else:
                self._end(export, words.stopped(name), "info")
        except EngineError as error:
            self._end(export, str(error), "warn")
        finally:
            self._forget(export)

    def _end(self, export: _Export, message: str, kind: str) -> None:
        self._forget(export)
        self._say(message, kind)

    def _forget(self, export: _Export) -> None:
        """The file is not on its way any more, and what only it needed is at rest."""
        if self._export is not export:
            return
        self._export = None
        if self._timer is not None:
            self._timer.cancel()
        if export.own is not None:
            export.own.stop()
        self._changed()
