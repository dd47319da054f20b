"""One lane of the lenses: asks, waits for rest, and says what went wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.bridge.ports import Clock, Dispatcher, Timer
from app.messages import problem_of
from app.workspaces.complete.lane_feed import Submission
from app.workspaces.complete.surviving_lane import SurvivingLane
from engine.contracts.events import Event, Failed, Finished, Partial, Started
from engine.contracts.lanes import Lane
from engine.contracts.requests import Request


class LensLane(SurvivingLane):
    """``build`` makes the present request and what it was built from; ``answered(subject, request, answer)`` takes what
    came.  ``changed`` is called after everything from the engine."""

    def __init__(
        self,
        dispatcher: Dispatcher,
        clock: Clock,
        lane: Lane,
        build: Callable[[], tuple[Request, object] | None],
        answered: Callable[[Any, Any, Any], None],
        changed: Callable[[], None],
        engine: str,
    ) -> None:
        self._clock, self._made, self._answered, self._changed = clock, build, answered, changed
        self._rest: Timer | None = None
        self.title = ""
        super().__init__(dispatcher, clock, lane, engine)

    def ask(self, delay_ms: float = 0.0) -> None:
        """Ask for the present state of things: at once, or after so much rest."""
        self._forget_rest()
        self._deaths = 0
        if self.engine != "failed":
            self.problem = None
        if delay_ms <= 0:
            self._now()
        else:
            self._rest = self._clock.call_later(delay_ms, self._rested)

    def relax(self) -> None:
        """What was to be asked after a rest is not asked."""
        self._forget_rest()

    def stop(self) -> None:
        """Await nothing any more; what was answered stays."""
        self._forget_rest()
        self._feed.stop()
        self._wanted, self.progress = False, None
        if self.engine == "ready":
            self.problem = None

    @property
    def _title(self) -> str:
        return self.title

    def _build(self) -> tuple[Request, object] | None:
        return self._made()

    def _rested(self) -> None:
        self._now()
        self._changed()

    def _now(self) -> None:
        self._wanted = True
        self._feed.submit_now()

    def _forget_rest(self) -> None:
        if self._rest is not None:
            self._rest.cancel()
            self._rest = None

    def _event(self, submission: Submission, event: Event) -> None:
        if isinstance(event, Partial):
            self.progress = event.fraction
        elif isinstance(event, Finished):
            self._deaths, self.problem = 0, None
            self._wanted = self._feed.busy
            self._answered(submission.subject, submission.request, event.answer)
        elif isinstance(event, Failed) and event.code == "EngineDied":
            self._engine_died(in_flight=True)
        elif isinstance(event, Failed):
            self._wanted, self.problem = False, problem_of(event.code, event.problem, event.remedy)
        if not self._feed.busy:
            self.progress = None
        if not isinstance(event, Started):
            self._changed()
