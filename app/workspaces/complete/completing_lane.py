"""A lane of completions: asked for as the desk's picture changes, taken over row by row, kept through a crash.

What both strips share: the completions themselves (`completing`) and the same in raster order beside them
(`comparing`).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from app.bridge.ports import Clock, Dispatcher
from app.documents.sample_set import SampleSet
from app.messages import Problem, engine_failed, problem_of
from app.workspaces.complete.desk import Desk, Made
from app.workspaces.complete.lane_feed import Submission
from app.workspaces.complete.surviving_lane import SurvivingLane
from engine.contracts.arrays import Observed
from engine.contracts.events import Completion, Event, Failed, Finished, Partial
from engine.contracts.lanes import Lane
from engine.contracts.requests import CompleteImage, Request


def completion_request(desk: Desk) -> CompleteImage:
    """The desk's picture and parameters as a request."""
    document = desk.document
    return CompleteImage(
        model=desk.manifest.id, pixels=document.pixels, observed=document.observed, **desk.edit.parameters
    )


class CompletingLane(SurvivingLane):
    """Owns one lane.  ``changed`` is called after everything that came from the engine or the clock.

    A subclass says when there is something to ask for, and does with the answers what it likes.
    """

    def __init__(
        self, dispatcher: Dispatcher, clock: Clock, changed: Callable[[], None], engine: str, lane: Lane
    ) -> None:
        self._clock, self._changed = clock, changed
        self._desk: Desk | None = None
        super().__init__(dispatcher, clock, lane, engine)

    def edited(self) -> None:
        """The desk's picture or parameters changed: ink on the tiles at once, completions soon."""
        self._match()
        self._deaths = 0
        if self._asks():
            self._wanted = True
            self._feed.touch()

    def now(self) -> None:
        """Draw at once, also what was drawn or given up before."""
        self._match()
        self._deaths, self.problem = 0, self._lasting_problem()
        if self._asks():
            self._wanted = True
            self._feed.touch()
            self._feed.submit_now()

    def stop(self) -> None:
        """Stop within this call; what was drawn stays."""
        self._feed.stop()
        self._wanted, self.progress = False, None

    def set_moving(self, moving: bool) -> None:
        """A stroke has begun or ended."""
        self._feed.set_moving(moving)

    # --- what a subclass says

    @property
    def _awake(self) -> bool:
        """Whether anybody looks at it: else it neither asks nor complains."""
        return True

    @property
    def _concerned(self) -> bool:
        return self._awake

    @property
    def _title(self) -> str:
        return "" if self._desk is None else self._desk.manifest.title

    def _request(self, desk: Desk) -> CompleteImage:
        """What to ask for."""
        return completion_request(desk)

    def _match(self) -> None:
        """Bring what is on show up to the desk's picture."""
        raise NotImplementedError

    def _partial(self, desk: Desk, submission: Submission, partial: Partial) -> None:
        """Rows came."""
        raise NotImplementedError

    def _finished(self, desk: Desk, submission: Submission, made: Made) -> None:
        """An answer came; ``submission.subject`` is the edit that it is of."""
        raise NotImplementedError

    # --- from the engine

    def _asks(self) -> bool:
        return self._awake and self._desk is not None and not self._desk.document.is_whole

    def _lasting_problem(self) -> Problem | None:
        """What no other picture and no other request makes better."""
        return engine_failed() if self.engine == "failed" and self._awake else None

    def _build(self) -> tuple[Request, object] | None:
        desk = self._desk
        return (self._request(desk), desk.edit) if desk is not None and self._asks() else None

    def _event(self, submission: Submission, event: Event) -> None:
        desk = self._desk
        if desk is None:
            return
        if isinstance(event, Partial):
            self.progress, self.problem = event.fraction, None
            self._partial(desk, submission, event)
        elif isinstance(event, Finished) and isinstance(event.answer, Completion):
            self._answered(desk, submission, event.answer)
        elif isinstance(event, Failed) and event.code == "EngineDied":
            self._engine_died(in_flight=True)
        elif isinstance(event, Failed):
            self._wanted, self.problem = False, problem_of(event.code, event.problem, event.remedy)
        if not self._feed.busy:
            self.progress = None
        self._changed()

    def _answered(self, desk: Desk, submission: Submission, answer: Completion) -> None:
        request = submission.request
        assert isinstance(request, CompleteImage)
        self.problem, self._deaths = None, 0
        if submission.subject is desk.edit:
            self._wanted = False
        self._finished(desk, submission, Made(request, answer))


def taken_over(
    samples: SampleSet | None, desk: Desk, images: NDArray[np.uint8], drawn: Observed | NDArray[np.bool_]
) -> SampleSet | None:
    """Newer pixels over what is on show, the present document's ink over those; None if they are of another size."""
    if images.shape[1:] != desk.document.shape:
        return None
    base = SampleSet.undrawn(desk.count, desk.document) if samples is None else samples
    return base.resized(len(images), desk.document).overwritten(images, drawn)
