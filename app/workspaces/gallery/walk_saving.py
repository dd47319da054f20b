"""The strip of a walk on its way to a file: its points are decoded once more, all in one request, as a replay will.

Where there are no points (no latent space), it is written as it was drawn: each picture has a request of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.bridge.ports import Dispatcher, Worker
from app.documents.latent_path import strip_image
from app.messages import Problem
from app.workspaces.gallery import walks_words as words
from app.workspaces.gallery.chosen import Chosen
from app.workspaces.gallery.question import Question
from app.workspaces.gallery.walks_plan import CLASSES, Walk
from engine.contracts.arrays import Images
from engine.contracts.events import Answer, Decoded
from engine.contracts.lanes import Lane, Policy
from engine.contracts.requests import DecodeLatents, SampleImages
from engine.errors import EngineError
from engine.records.note_text import graph_digests
from engine.records.png_file import encode_png
from engine.records.provenance import made_with, pixels_sha256
from engine.records.walk_note import WalkNote, to_text
from engine.records.wall_picture import stem_of
from engine.records.whole_file import write_whole

LANE = Lane("gallery.walk.save", Policy.SUPERSEDE)


@dataclass(frozen=True, slots=True, eq=False)
class Strip:
    """A walk as it goes out: ``columns`` pictures a row, the ``note`` that makes them again, and the pictures
    ``images (N, H, W, C)`` as they were drawn."""

    name: str
    columns: int
    images: Images
    note: WalkNote


def strip_of(walk: Walk, chosen: Chosen, images: NDArray[np.uint8], z: NDArray[np.float32] | None) -> Strip | None:
    """A walk from ``chosen``: ``images (rows, columns, H, W, C)`` and their ``z (rows, columns, D)``, where the model
    has a latent space; None where no request draws the chosen picture."""
    request = chosen.request
    if request is None:
        return None
    names = walk.captions if walk.kind == CLASSES else (walk.class_name,) * walk.columns
    note = WalkNote(
        request=request,
        walk=walk.kind,
        z=None if z is None else z.reshape(-1, z.shape[-1]).copy(),
        class_names=names * walk.rows if z is not None and any(names) else (),
        draws=tuple(_draws(walk)) if z is None else (),
        digests=graph_digests(chosen.manifest),
        made_with=made_with(),
    )
    name = stem_of(chosen.manifest.id, f"seed{request.seed}", f"{request.first:06d}", f"{walk.kind}-walk")
    return Strip(f"{name}.png", walk.columns, images.reshape(-1, *images.shape[2:]).copy(), note)


def _draws(walk: Walk) -> Iterator[SampleImages]:
    """What draws each picture of a walk alone, row by row."""
    for row in range(walk.rows):
        for column in range(walk.columns):
            request = walk.request_of(row, column)
            assert request is not None, "only a path has pictures that nothing draws"
            yield request


class WalkSaving:
    """One strip at a time; ``say`` tells how it ended."""

    def __init__(self, dispatcher: Dispatcher, worker: Worker, say: Callable[[str, str], None]) -> None:
        self._worker, self._say = worker, say
        self._question = Question(dispatcher, LANE, self._decoded, self._failed)

    def set_open(self, is_open: bool) -> None:
        """The engine is there, or away."""
        self._question.set_open(is_open)

    def save(self, strip: Strip, target: Path) -> None:
        """Write the strip to ``target``, whole or not at all."""
        target = target if target.suffix.lower() == ".png" else target.with_name(f"{target.name}.png")
        note = strip.note
        if self._question.busy:
            self._say(words.STILL_WRITING, "info")
        elif note.z is None:
            self._write(strip, strip.images, target)
        else:
            request = DecodeLatents(model=note.request.model, z=note.z, class_names=note.class_names)
            self._question.ask(request, (strip, target))

    def _decoded(self, subject: object, answer: Answer) -> None:
        if isinstance(answer, Decoded) and isinstance(subject, tuple):
            strip, target = subject
            self._write(strip, answer.images, target)

    def _failed(self, problem: Problem) -> None:
        self._say(str(problem), "warn")

    def _write(self, strip: Strip, images: Images, target: Path) -> None:
        def write() -> None:
            note = to_text(replace(strip.note, sha256=pixels_sha256(images)))
            write_whole(target, encode_png(strip_image(images, strip.columns), note))

        self._worker.run(write, lambda outcome: self._written(strip, target, outcome))

    def _written(self, strip: Strip, target: Path, outcome: Future[None]) -> None:
        try:
            outcome.result()
        except EngineError as error:
            self._say(str(error), "warn")
        else:
            self._say(words.saved(target.name), "ok")
