"""Keeping one lane's answer up to date with something that keeps changing.

Changes are gathered for `DEBOUNCE_MS`, then the newest is submitted.  While the hand is still moving, a job that has
shown nothing yet is not overtaken: on a slow machine a long stroke would otherwise never see a row.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.bridge.ports import Clock, Dispatcher, Timer
from engine.contracts.events import Cancelled, Event, Failed, Finished, Partial
from engine.contracts.lanes import Job, Lane
from engine.contracts.requests import Request

DEBOUNCE_MS = 60.0


@dataclass(slots=True, eq=False)
class Submission:
    """A request on its way: ``subject`` is what it was built from, ``touched_ms`` when that was last touched."""

    serial: int
    request: Request
    subject: object
    touched_ms: float
    job: Job | None = None
    answered: bool = False


class LaneFeed:
    """Submits what ``build`` makes of the present and passes on the events that are newer than what was passed before.

    ``build`` gives the request and its subject, or None when there is nothing to ask.
    """

    def __init__(
        self,
        dispatcher: Dispatcher,
        clock: Clock,
        lane: Lane,
        build: Callable[[], tuple[Request, object] | None],
        on_event: Callable[[Submission, Event], None],
    ) -> None:
        self._dispatcher, self._clock, self._lane = dispatcher, clock, lane
        self._build, self._on_event = build, on_event
        self._timer: Timer | None = None
        self._current: Submission | None = None
        self._serial = 0
        self._oldest_welcome = 0
        self._owed = False
        self._moving = False
        self._held = False
        self._touched_ms = 0.0

    @property
    def busy(self) -> bool:
        """An answer is awaited, or will be in a moment."""
        return self._current is not None or self.due

    @property
    def running(self) -> bool:
        """A request was submitted and has not ended."""
        return self._current is not None

    @property
    def moving(self) -> bool:
        """The hand is in the middle of a stroke."""
        return self._moving

    @property
    def due(self) -> bool:
        """A request is to be submitted in a moment."""
        return self._owed or self._waits

    @property
    def _waits(self) -> bool:
        return self._timer is not None and self._timer.active

    def touch(self) -> None:
        """Something changed: submit soon."""
        self._touched_ms = self._clock.now_ms()
        if not self._waits:
            self._timer = self._clock.call_later(DEBOUNCE_MS, self._due)

    def submit_now(self) -> None:
        """Submit the present state of things at once, or as soon as the engine is back."""
        self._forget_timer()
        self._owed = self._held
        built = None if self._held else self._build()
        if built is None:
            return
        request, subject = built
        self._serial += 1
        submission = Submission(self._serial, request, subject, self._touched_ms)
        self._current = submission
        submission.job = self._dispatcher.submit(request, self._lane, lambda event: self._event(submission, event))

    def stop(self) -> None:
        """Await nothing any more, within this call; whatever the running job still says is dropped."""
        self._forget_timer()
        self._owed = False
        if self._current is not None and self._current.job is not None:
            self._current.job.cancel()
        self._current = None
        self._oldest_welcome = self._serial + 1

    def set_moving(self, moving: bool) -> None:
        """The hand is (or is no longer) in the middle of a stroke."""
        self._moving = moving
        if not moving:
            self._touched_ms = self._clock.now_ms()
            self._submit_owed()

    def set_held(self, held: bool) -> None:
        """While held (the engine is away) nothing is submitted; what was asked for is, afterwards."""
        self._held = held
        self._submit_owed()

    def _due(self) -> None:
        if self._moving and self._current is not None and not self._current.answered:
            self._owed = True
        else:
            self.submit_now()

    def _submit_owed(self) -> None:
        if self._owed and not self._held:
            self.submit_now()

    def _forget_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _event(self, submission: Submission, event: Event) -> None:
        if submission.serial < self._oldest_welcome:
            return
        is_current = submission is self._current
        if isinstance(event, (Partial, Finished)):
            self._oldest_welcome = submission.serial
        elif not is_current:
            return
        ended = isinstance(event, (Finished, Failed, Cancelled))
        if is_current and ended:
            self._current = None
        self._on_event(submission, event)
        submission.answered = submission.answered or ended or isinstance(event, Partial)
        if self._current is None or self._current.answered:
            self._submit_owed()
