"""A lane that lives on when the engine process dies: what it waited for is asked for again, but not for ever."""

from __future__ import annotations

from app.bridge.ports import Clock, Dispatcher
from app.messages import Problem, engine_failed, engine_keeps_dying, engine_restarting
from app.workspaces.complete.lane_feed import LaneFeed, Submission
from engine.contracts.events import Event
from engine.contracts.lanes import Lane
from engine.contracts.requests import Request

DEATHS_BEFORE_GIVING_UP = 3


class SurvivingLane:
    """Owns one lane.  A subclass says what to ask for, and does with what comes what it likes.

    ``_wanted``: an answer to the present state of things is awaited, whether or not there is an engine.
    """

    def __init__(self, dispatcher: Dispatcher, clock: Clock, lane: Lane, engine: str) -> None:
        self._feed = LaneFeed(dispatcher, clock, lane, self._build, self._event)
        self._wanted, self._deaths = False, 0
        self.progress: float | None = None
        self.problem: Problem | None = None
        self.engine = engine
        self._feed.set_held(engine != "ready")

    @property
    def busy(self) -> bool:
        """An answer is awaited, from an engine that there is or will be."""
        return self._feed.busy and self.engine != "failed"

    def engine_changed(self, state: str) -> None:
        """The engine process is ``starting``, ``ready``, ``died``, ``failed`` (for good) or ``closed``."""
        self.engine = state
        if state == "died":
            self._engine_died()
        if state == "failed" and self._concerned:  # who restarts it by hand asks for the work once more
            self._deaths, self.problem = 0, engine_failed()
        self._feed.set_held(state != "ready")
        if state == "ready" and self._deaths < DEATHS_BEFORE_GIVING_UP:
            self.problem = None if self.problem in (engine_restarting(), engine_failed()) else self.problem
            if self._wanted and not self._feed.busy:
                self._feed.submit_now()

    # --- what a subclass says

    @property
    def _concerned(self) -> bool:
        """Whether anybody is to hear of an engine that is away."""
        return self._wanted

    @property
    def _title(self) -> str:
        """What people call the model at work."""
        raise NotImplementedError

    def _build(self) -> tuple[Request, object] | None:
        """What to ask for, and what that is made from; None where there is nothing to ask."""
        raise NotImplementedError

    def _event(self, submission: Submission, event: Event) -> None:
        """Something came from the engine."""
        raise NotImplementedError

    # --- the engine's deaths

    def _engine_died(self, in_flight: bool = False) -> None:
        """Say so and keep everything; once is bad luck, three times over the same work is not."""
        self._deaths += in_flight or self._feed.running
        self._wanted = self._wanted or self._feed.busy
        self._feed.stop()
        self.progress = None
        if self._concerned:
            gave_up = self._deaths >= DEATHS_BEFORE_GIVING_UP
            self._wanted = self._wanted and not gave_up
            self.problem = engine_keeps_dying(self._title) if gave_up else engine_restarting()
