"""The same request in raster order, beside the completions: what given pixels that come late would have changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from app.bridge.ports import Clock, Dispatcher
from app.documents.sample_set import SampleSet
from app.workspaces.complete.completing_lane import CompletingLane, taken_over
from app.workspaces.complete.desk import Desk, Edit, Made
from app.workspaces.complete.lane_feed import Submission
from engine.contracts.events import Partial
from engine.contracts.lanes import Lane, Policy
from engine.contracts.requests import CompleteImage

LANE = Lane("complete.raster", Policy.SUPERSEDE)


class Comparing(CompletingLane):
    """Owns the lane "complete.raster"; while it is not ``shown`` it asks for nothing and has nothing.

    ``completed`` is the edit whose completions are there in full.
    """

    def __init__(self, dispatcher: Dispatcher, clock: Clock, changed: Callable[[], None], engine: str) -> None:
        self.shown = False
        self.samples: SampleSet | None = None
        self.made: Made | None = None
        self.completed: Edit | None = None
        super().__init__(dispatcher, clock, changed, engine, LANE)

    def set_shown(self, shown: bool) -> None:
        """Begin to compare, or end it; beginning draws at once."""
        self.shown = shown
        self._forget()
        if shown:
            self.now()

    def open(self, desk: Desk | None) -> None:
        """Go over to another desk."""
        self._desk = desk
        self._forget()
        self.edited()

    def _forget(self) -> None:
        """Await nothing, and show nothing."""
        self.stop()
        self.samples = self.made = self.completed = None
        self._deaths, self.problem = 0, self._lasting_problem()

    # --- what is asked, and what is answered

    @property
    def _awake(self) -> bool:
        return self.shown

    def _request(self, desk: Desk) -> CompleteImage:
        return replace(super()._request(desk), method="raster")

    def _match(self) -> None:
        """As many pictures as asked for, with the document's ink on them; none where nothing was left to draw."""
        desk = self._desk
        if desk is None or not self.shown:
            return
        if desk.document.is_whole:
            self.stop()
            self.completed = desk.edit
        if desk.document.is_whole and not desk.document.has_adopted:
            self.samples = self.made = None
        elif self.samples is not None:
            self.samples = self.samples.resized(desk.count, desk.document).under(desk.document)

    def _partial(self, desk: Desk, submission: Submission, partial: Partial) -> None:
        self._overwrite(desk, partial.images, partial.drawn)

    def _finished(self, desk: Desk, submission: Submission, made: Made) -> None:
        self.made = made
        if submission.subject is desk.edit:
            self.completed = desk.edit
        images = made.completion.images
        self._overwrite(desk, images, np.ones(images.shape[1:3], np.bool_))

    def _overwrite(self, desk: Desk, images: NDArray[np.uint8], drawn: NDArray[np.bool_]) -> None:
        shown = taken_over(self.samples, desk, images, drawn)
        if shown is not None:
            self.samples = shown.resized(desk.count, desk.document).under(desk.document)
