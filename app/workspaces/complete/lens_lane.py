"""One lane of the lenses: asks, waits for rest, counts the engine's deaths, and says what went wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.bridge.ports import Clock, Dispatcher, Timer
from app.messages import Problem, engine_failed, engine_keeps_dying, engine_restarting, problem_of
from app.workspaces.complete.completing_lane import DEATHS_BEFORE_GIVING_UP
from app.workspaces.complete.lane_feed import LaneFeed, Submission
from engine.contracts.events import Event, Failed, Finished, Partial, Started
from engine.contracts.lanes import Lane
from engine.contracts.requests import Request


class LensLane:
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
        self._clock, self._answered, self._changed, self._engine = clock, answered, changed, engine
        self._feed = LaneFeed(dispatcher, clock, lane, build, self._event)
        self._rest: Timer | None = None
        self._wanted, self._deaths = False, 0
        self.title = ""
        self.problem: Problem | None = None
        self.progress: float | None = None
        self._feed.set_held(engine != "ready")

    @property
    def busy(self) -> bool:
        """An answer is awaited, from an engine that there is or will be."""
        return self._feed.busy and self._engine != "failed"

    def ask(self, delay_ms: float = 0.0) -> None:
        """Ask for the present state of things: at once, or after so much rest."""
        self._forget_rest()
        self._deaths = 0
        if self._engine != "failed":
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
        if self._engine == "ready":
            self.problem = None

    def engine_changed(self, state: str) -> None:
        """The engine process is ``starting``, ``ready``, ``died``, ``failed`` (for good) or ``closed``."""
        self._engine = state
        if state == "died":
            self._died()
        if state == "failed" and self._wanted:
            self._deaths, self.problem = 0, engine_failed()
        self._feed.set_held(state != "ready")
        if state == "ready" and self._deaths < DEATHS_BEFORE_GIVING_UP:
            self.problem = None if self.problem in (engine_restarting(), engine_failed()) else self.problem
            if self._wanted and not self._feed.busy:
                self._feed.submit_now()

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
            self._died(in_flight=True)
        elif isinstance(event, Failed):
            self._wanted, self.problem = False, problem_of(event.code, event.problem, event.remedy)
        if not self._feed.busy:
            self.progress = None
        if not isinstance(event, Started):
            self._changed()

    def _died(self, in_flight: bool = False) -> None:
        """Say so where something was awaited; three times over the same work is enough."""
        self._deaths += in_flight or self._feed.running
        self._wanted = self._wanted or self._feed.busy
        self._feed.stop()
        self.progress = None
        if self._wanted:
            gave_up = self._deaths >= DEATHS_BEFORE_GIVING_UP
            self._wanted = not gave_up
            self.problem = engine_keeps_dying(self.title) if gave_up else engine_restarting()
