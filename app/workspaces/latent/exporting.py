"""Paths written to files: decoded by the engine, made into a file on a thread of its own, and stopped when asked."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from pathlib import Path

from app.bridge.ports import Dispatcher, Worker
from app.documents.latent_path import LatentPath, gif_bytes, npz_bytes, packed_path, strip_image
from app.translation import tr
from app.workspaces.latent import words
from app.workspaces.latent.desk import Desk
from engine.contracts.arrays import Image, Images
from engine.contracts.events import Cancelled, Decoded, Event, Failed, Finished, Partial
from engine.contracts.lanes import Job, Lane, Policy
from engine.contracts.requests import DecodeLatents
from engine.errors import EngineError
from engine.records.latent_note import LatentNote, to_text
from engine.records.note_text import graph_digests
from engine.records.png_file import encode_png
from engine.records.provenance import made_with, pixels_sha256
from engine.records.whole_file import write_whole

LANE = Lane("latent.export", Policy.QUEUE, interactive=False)
STRIP, LEG_FRAMES, GIF_MS = 12, 20, 50
"""Pictures on a strip; frames a leg of a film, and how long each stays."""
FILM_SIDE = 256
"""About how many pixels a film is wide."""
EXPORTS = {"png": "Strip", "gif": "Film", "npz": tr("Points and pictures")}


def as_export(target: Path, kind: str) -> Path:
    """The name with its ending, where none was typed."""
    suffix = f".{kind}"
    return target if target.suffix.lower() == suffix else target.with_name(target.name + suffix)


class Stopped(Exception):
    """A person does not want the file any more."""


@dataclass(slots=True, eq=False)
class Export:
    """A path on its way to the file ``target``, ``fraction`` of it decoded; `data` and `write` are for any thread."""

    kind: str
    target: Path
    path: LatentPath
    request: DecodeLatents
    record: LatentNote
    fraction: float = 0.0
    job: Job | None = None
    stopped: threading.Event = field(default_factory=threading.Event)

    def data(self, images: Images) -> bytes:
        """The file's bytes; raises `Stopped`."""
        if self.kind == "npz":
            return npz_bytes(self.path, self.request.z, images)
        if self.kind == "gif":
            return gif_bytes(self._watched(images), GIF_MS, max(1, FILM_SIDE // max(images.shape[1:3])))
        return encode_png(strip_image(images), to_text(replace(self.record, sha256=pixels_sha256(images))))

    def _watched(self, images: Images) -> Iterator[Image]:
        """One picture after the other, until the export is stopped."""
        for image in images:
            if self.stopped.is_set():
                raise Stopped
            yield image

    def write(self, images: Images) -> bool:
        """Write the file whole or not at all; False where it was stopped.  Raises `FileError`."""
        try:
            data = self.data(images)
        except Stopped:
            return False
        if self.stopped.is_set():
            return False
        write_whole(self.target, data)
        return True


def export_of(desk: Desk, kind: str, target: Path) -> Export:
    """What is to be decoded for a ``png`` strip, a ``gif`` film, or an ``npz`` of points and pictures."""
    now, path = desk.now, desk.now.path
    z = path.points(STRIP if kind == "png" else LEG_FRAMES * path.legs)
    request = DecodeLatents(model=desk.manifest.id, z=z, **now.parameters)
    record = LatentNote(
        model=desk.manifest.id,
        z=z,
        parameters=now.parameters,
        digests=graph_digests(desk.manifest),
        path=packed_path(path),
        made_with=made_with(),
    )
    return Export(kind, as_export(target, kind), path, request, record)


class Exports:
    """Owns the lane "latent.export"; ``say`` tells how each export ended, ``changed`` that it went on."""

    def __init__(
        self, dispatcher: Dispatcher, worker: Worker, say: Callable[[str], None], changed: Callable[[], None]
    ) -> None:
        self._dispatcher, self._worker, self._say, self._changed = dispatcher, worker, say, changed
        self._running: list[Export] = []

    @property
    def fraction(self) -> float | None:
        """How much is decoded of the file that is on its way; None while there is none."""
        return self._running[0].fraction if self._running else None

    def start(self, export: Export) -> None:
        """Decode, and write when all is there."""
        self._running.append(export)
        export.job = self._dispatcher.submit(export.request, LANE, lambda event: self._event(export, event))

    def stop(self) -> tuple[str, ...]:
        """Write none of the files that are on their way; their names."""
        running, self._running = self._running, []
        for export in running:
            export.stopped.set()
            if export.job is not None:
                export.job.cancel()
        return tuple(export.target.name for export in running)

    def _event(self, export: Export, event: Event) -> None:
        if export.stopped.is_set():
            return
        if isinstance(event, Finished) and isinstance(event.answer, Decoded):
            images, broken = event.answer.images, int(event.answer.broken.sum())
            export.fraction = 1.0
            self._worker.run(lambda: export.write(images), lambda outcome: self._written(export, broken, outcome))
            self._changed()
        elif isinstance(event, Partial):
            export.fraction = event.fraction
            self._changed()
        elif isinstance(event, Failed):
            self._end(export, f"{event.problem} {event.remedy}".strip())
        elif isinstance(event, Cancelled):
            self._end(export, words.not_exported((export.target.name,)))

    def _written(self, export: Export, broken: int, outcome: Future[bool]) -> None:
        try:
            if outcome.result():  # also where stopping came too late: the file is there
                self._end(export, words.exported(export.target.name, broken))
        except EngineError as error:
            self._end(export, str(error))
        finally:
            self._forget(export)

    def _end(self, export: Export, message: str) -> None:
        self._forget(export)
        self._say(message)

    def _forget(self, export: Export) -> None:
        self._running = [other for other in self._running if other is not export]
