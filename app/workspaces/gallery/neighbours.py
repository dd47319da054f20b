"""The drawer's page of nearest neighbours: did the model memorise this picture?  Qt-free; all on the GUI thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.bridge.ports import Clock, Dispatcher
from app.messages import Problem
from app.translation import tr
from app.workspaces.gallery import neighbours_words as words
from app.workspaces.gallery.drawer_page import EaselPage
from app.workspaces.gallery.easel import CHOSEN, Easel, EaselView
from engine.contracts.arrays import Image, Images
from engine.contracts.events import Answer, Nearest, Neighbours
from engine.contracts.lanes import Lane, Policy
from engine.contracts.manifest import Manifest
from engine.contracts.requests import FindNeighbours

LANE = Lane("gallery.neighbours", Policy.SUPERSEDE, interactive=False)
COUNT = 10
"""Neighbours that are asked for; a page shows as many as have room."""
REST_MS = 250.0
"""A picture that is being drawn is asked about when the hand has rested this long."""


@dataclass(frozen=True, slots=True, eq=False)
class SpaceView:
    """The nearest training pictures in one space.

    ``images (k, H, W, C)`` nearest first with their ``distances (k,)`` and ``labels``; ``real (R,)`` the distances of
    real pictures, rising; ``rank`` the share of them that is smaller; ``level`` one of `neighbours_words.LEVELS`.
    """

    title: str
    help: str
    images: Images
    distances: NDArray[np.float64]
    labels: tuple[str, ...]
    real: NDArray[np.float64]
    rank: float
    level: str
    sentence: str

    @property
    def distance(self) -> float:
        """Of the nearest."""
        return float(self.distances[0])


@dataclass(frozen=True, slots=True, eq=False)
class NeighboursState:
    """What the page shows.

    ``spaces`` are pixels and features, empty before there is an answer; ``of`` the picture that they are of: while
    ``busy`` it may be an earlier one than the easel's.  ``progress`` in [0, 1].
    """

    easel: EaselView
    spaces: tuple[SpaceView, ...] = ()
    of: Image | None = None
    headline: str = ""
    level: str = words.APART
    note: str = ""
    busy: bool = False
    progress: float = 0.0
    problem: Problem | None = None
    hint: str = ""


class NeighboursPresenter(EaselPage[NeighboursState]):
    """Asks for the neighbours of the easel's picture while somebody looks.

    ``label_names`` gives the names of a model's classes, where it has any; ``engine`` is the state of the engine
    process at the start.
    """

    def __init__(
        self,
        dispatcher: Dispatcher,
        clock: Clock,
        changed: Callable[[], None],
        easel: Easel,
        *,
        label_names: Callable[[Manifest], tuple[str, ...]] = lambda manifest: manifest.class_names,
        engine: str = "ready",
    ) -> None:
        super().__init__(dispatcher, LANE, clock, changed, easel, engine=engine)
        self._label_names = label_names
        self._asked: tuple[Image | None, Manifest | None] = (None, None)
        self._answer: tuple[Image, Neighbours, tuple[str, ...]] | None = None
        self._progress = 0.0

    def _forget(self) -> None:
        self._asked = (None, None)

    # --- asking

    def _look(self) -> None:
        """Ask about the easel's picture, if that is another one than was asked about."""
        pixels, manifest = self._easel.pixels, self._easel.manifest
        before, asked_of = self._asked
        if not self._awake or (pixels is before and manifest is asked_of):
            return
        self._halt()
        self._asked, self._problem, self._progress = (pixels, manifest), None, 0.0
        if pixels is None or manifest is None:
            self._question.drop()
            self._answer = None
            return
        if self._answer is not None and (manifest is not asked_of or self._answer[0].shape != pixels.shape):
            self._answer = None
        if self._easel.source == CHOSEN:
            self._ask()
        else:
            self._timer = self._clock.call_later(REST_MS, self._ask)

    def _ask(self) -> None:
        pixels, manifest = self._easel.pixels, self._easel.manifest
        if pixels is None or manifest is None:
            return
        request = FindNeighbours(model=manifest.id, pixels=pixels[None], count=COUNT)
        self._question.ask(request, (pixels, self._label_names(manifest)))
        self._publish()

    def _answered(self, subject: object, answer: Answer) -> None:
        if isinstance(answer, Neighbours) and isinstance(subject, tuple):
            self._answer = (subject[0], answer, subject[1])
        self._publish()

    def _failed(self, problem: Problem) -> None:
        self._problem, self._answer = problem, None
        self._publish()

    def _progressed(self, fraction: float) -> None:
        self._progress = fraction
        self._publish()

    # --- what is shown

    def _new_state(self) -> NeighboursState:
        easel = self._easel.view
        waits = self._question.busy or (self._timer is not None and self._timer.active)
        if self._answer is None:
            hint = "" if self._problem else words.LOOKING if waits else words.CHOOSE
            return NeighboursState(
                easel, busy=waits, progress=self._progress, problem=self._problem, hint=hint
            )  # fmt: skip
        of, answer, names = self._answer
        spaces = _spaces(answer, names)
        pixels, features = spaces
        return NeighboursState(
            easel=easel,
            spaces=spaces,
            of=of,
            headline=words.headline(pixels.level, features.level),
            level=min(pixels.level, features.level, key=words.LEVELS.index),
            note=words.looked_through(answer.references, answer.trained_on, answer.whole, answer.data_title),
            busy=waits,
            progress=self._progress,
            problem=self._problem,
        )


def _spaces(answer: Neighbours, names: tuple[str, ...]) -> tuple[SpaceView, SpaceView]:
    features = tr(
        "What a classifier of this data set sees of a picture: its last layer but one. Moving or thickening a "
    )
    features += tr("stroke changes little here.")
    return (
        _space(tr("In pixels"), tr("Every pixel counts as it is: Euclidean distance."), answer.in_pixels, names),
        _space(tr("In features"), features, answer.in_features, names),
    )


def _space(title: str, help_text: str, found: Nearest, names: tuple[str, ...]) -> SpaceView:
    distances, rank = found.distances[0], float(found.rank[0])
    labels = (int(label) for label in found.labels[0])
    return SpaceView(
        title=title,
        help=help_text,
        images=found.images[0],
        distances=distances,
        labels=tuple(names[label] if 0 <= label < len(names) else "" for label in labels),
        real=found.real,
        rank=rank,
        level=words.level(float(distances[0]), rank),
        sentence=words.sentence(float(distances[0]), rank, len(found.real)),
    )
