"""Real pictures that no model was trained on: what samples and one's own are held against.  Qt-free."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future

import numpy as np

import engine
from app.bridge.ports import Worker
from app.messages import Problem, problem_of
from app.translation import tr
from engine.contracts.arrays import Image, Images
from engine.contracts.manifest import Manifest
from engine.errors import EngineError

Read = Callable[[Manifest], "engine.References"]


class RealPictures:
    """The held-out pictures of data sets, read once each on a thread of its own.

    ``read`` gives the reference pictures of a model's data set, on that thread; it may raise `EngineError`.
    """

    def __init__(self, worker: Worker, read: Read) -> None:
        self._worker, self._read = worker, read
        self._known: dict[str, Images | Problem] = {}
        self._waiting: dict[str, list[Callable[[Images | Problem], None]]] = {}
        self._shown: dict[str, int] = {}

    def give(self, manifest: Manifest, receive: Callable[[Images | Problem], None]) -> None:
        """Call ``receive`` with the pictures ``(R, H, W, C)`` of this model's size, or with why there are none."""
        data = manifest.data
        if data in self._known:
            receive(self._of_size(manifest, self._known[data]))
            return
        waiting = self._waiting.setdefault(data, [])
        waiting.append(lambda found: receive(self._of_size(manifest, found)))
        if len(waiting) == 1:
            self._worker.run(lambda: self._read(manifest).held_out, lambda done: self._take(data, done))

    def next_place(self, data: str, count: int) -> int:
        """Another one of ``count`` each time, all over before one comes again."""
        at = self._shown.get(data, -1) + 1
        self._shown[data] = at
        return int(np.random.default_rng(at // count).permutation(count)[at % count])

    def _take(self, data: str, done: Future[Images]) -> None:
        try:
            found: Images | Problem = done.result()
        except EngineError as error:
            found = problem_of(type(error).__name__, error.problem, error.remedy)
        self._known[data] = found
        for receive in self._waiting.pop(data, []):
            receive(found)

    @staticmethod
    def _of_size(manifest: Manifest, found: Images | Problem) -> Images | Problem:
        spec = manifest.image
        if isinstance(found, Problem) or found.shape[1:] == (spec.height, spec.width, spec.display_channels):
            return found
        return Problem(
            tr("The reference pictures of {data_title} have another size than those of {title}.").format(
                data_title=manifest.data_title, title=manifest.title
            ),
            tr("Choose another model."),
        )


def put_next_real(real: RealPictures, manifest: Manifest, show: Callable[[Image], None]) -> None:
    """Show another real picture, where there are some."""

    def receive(found: Images | Problem) -> None:
        if not isinstance(found, Problem):
            show(found[real.next_place(manifest.data, len(found))])

    real.give(manifest, receive)
