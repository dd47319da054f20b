"""The same request in raster order, beside the completions: what given pixels that come late would have changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from app.bridge.ports import Clock, Dispatcher
from app.documents.sample_set import SampleSet
from app.messages import Problem, engine_failed, engine_keeps_dying, engine_restarting, problem_of
from app.workspaces.complete.completing import DEATHS_BEFORE_GIVING_UP, completion_request
from app.workspaces.complete.desk import Desk, Edit, Made
from app.workspaces.complete.lane_feed import LaneFeed, Submission
from engine.contracts.events import Completion, Event, Failed, Finished, Partial
from engine.contracts.lanes import Lane, Policy
from engine.contracts.requests import CompleteImage, Request

LANE = Lane("complete.raster", Policy.SUPERSEDE)


class Comparing:
    """Owns the lane "complete.raster"; while it is not ``shown`` it asks for nothing and has nothing.

    ``changed`` is called after everything that came from the engine.  ``completed`` is the edit whose completions are
    there in full.
    """

    def __init__(self, dispatcher: Dispatcher, clock: Clock, changed: Callable[[], None], engine: str) -> None:
        self._feed = LaneFeed(dispatcher, clock, LANE, self._build, self._event)
        self._changed, self._engine = changed, engine
        self._desk: Desk | None = None
        self._wanted, self._deaths = False, 0
        self.shown = False
        self.samples: SampleSet | None = None
        self.made: Made | None = None
        self.completed: Edit | None = None
        self.progress: float | None = None
        self.problem: Problem | None = None
        self._feed.set_held(engine != "ready")

    @property
    def busy(self) -> bool:
        """An answer is awaited, from an engine that there is or will be."""
        return self._feed.busy and self._engine != "failed"

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

    def edited(self) -> None:
        """The desk's picture or parameters changed."""
        self._deaths = 0
        self._match()
        if self._asks():
            self._wanted = True
            self._feed.touch()

    def now(self) -> None:
        """Draw at once, also what was drawn or given up before."""
        self._deaths, self.problem = 0, engine_failed() if self._engine == "failed" else None
        self._match()
        if self._asks():
            self._wanted = True
            self._feed.submit_now()

    def stop(self) -> None:
        """Stop within this call; what was drawn stays."""
        self._feed.stop()
        self._wanted, self.progress = False, None

    def set_moving(self, moving: bool) -> None:
        """A stroke has begun or ended."""
        self._feed.set_moving(moving)

    def engine_changed(self, state: str) -> None:
        """The engine process is ``starting``, ``ready``, ``died``, ``failed`` (for good) or ``closed``."""
        self._engine = state
        if state == "died":
            self._died()
        if state == "failed" and self.shown:
            self._deaths, self.problem = 0, engine_failed()
        self._feed.set_held(state != "ready")
        if state == "ready" and self._deaths < DEATHS_BEFORE_GIVING_UP:
            self.problem = None if self.problem in (engine_restarting(), engine_failed()) else self.problem
            if self._wanted and not self._feed.busy:
                self._feed.submit_now()

    # --- what is asked, and what is answered

    def _asks(self) -> bool:
        return self.shown and self._desk is not None and not self._desk.document.is_whole

    def _forget(self) -> None:
        """Await nothing, and show nothing."""
        self.stop()
        self.samples = self.made = self.completed = None
        self._deaths, self.problem = 0, engine_failed() if self._engine == "failed" and self.shown else None

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

    def _build(self) -> tuple[Request, object] | None:
        desk = self._desk
        if desk is None or not self._asks():
            return None
        return replace(completion_request(desk), method="raster"), desk.edit

    def _event(self, submission: Submission, event: Event) -> None:
        desk = self._desk
        if desk is None:
            return
        if isinstance(event, Partial):
            self.progress, self.problem = event.fraction, None
            self._overwrite(desk, event.images, event.drawn)
        elif isinstance(event, Finished) and isinstance(event.answer, Completion):
            self._finished(desk, submission, event.answer)
        elif isinstance(event, Failed) and event.code == "EngineDied":
            self._died(in_flight=True)
        elif isinstance(event, Failed):
            self._wanted, self.problem = False, problem_of(event.code, event.problem, event.remedy)
        if not self._feed.busy:
            self.progress = None
        self._changed()

    def _finished(self, desk: Desk, submission: Submission, answer: Completion) -> None:
        request = submission.request
        assert isinstance(request, CompleteImage)
        self.problem, self._deaths, self.made = None, 0, Made(request, answer)
        if submission.subject is desk.edit:
            self.completed, self._wanted = desk.edit, False
        self._overwrite(desk, answer.images, np.ones(answer.images.shape[1:3], np.bool_))

    def _overwrite(self, desk: Desk, images: np.typing.NDArray[np.uint8], drawn: np.typing.NDArray[np.bool_]) -> None:
        if images.shape[1:] != desk.document.shape:
            return
        base = SampleSet.undrawn(desk.count, desk.document) if self.samples is None else self.samples
        shown = base.resized(len(images), desk.document).overwritten(images, drawn)
        self.samples = shown.resized(desk.count, desk.document).under(desk.document)

    def _died(self, in_flight: bool = False) -> None:
        """Say so and keep everything; three times over the same work is enough."""
        if not self.shown:
            return
        self._deaths += in_flight or self._feed.running
        self._wanted = self._wanted or self._feed.busy
        self._feed.stop()
        self.progress = None
        gave_up = self._deaths >= DEATHS_BEFORE_GIVING_UP and self._desk is not None
        self.problem = engine_keeps_dying(self._desk.manifest.title) if gave_up and self._desk else engine_restarting()
