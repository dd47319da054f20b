"""One question at a time to the engine: the newest counts, and a crash or a page folded away loses none.  Qt-free."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.bridge.ports import Dispatcher
from app.messages import Problem, problem_of
from app.workspaces.gallery.feed import DEATHS_BEFORE_GIVING_UP
from engine.contracts.events import Answer, Cancelled, Event, Failed, Finished, Partial
from engine.contracts.lanes import Job, Lane
from engine.contracts.requests import Request

NO_PROBLEM: Callable[[Problem], None] = lambda _: None  # noqa: E731
NO_PROGRESS: Callable[[float], None] = lambda _: None  # noqa: E731


@dataclass(eq=False, slots=True)
class _Asked:
    """What was asked, how often the engine died over it, and its job while there is one."""

    request: Request
    subject: object
    deaths: int = 0
    job: Job | None = None


class Question:
    """A lane on which one answer is awaited.

    ``answered(subject, answer)``, ``failed(problem)`` and ``progressed(fraction)`` are called on the GUI thread.  A
    ``patient`` one lets what runs finish and be shown before it asks the newest: under a drag something is always
    seen.  It begins closed: what is asked waits until `set_open`.
    """

    def __init__(
        self,
        dispatcher: Dispatcher,
        lane: Lane,
        answered: Callable[[object, Answer], None],
        failed: Callable[[Problem], None] = NO_PROBLEM,
        progressed: Callable[[float], None] = NO_PROGRESS,
        patient: bool = False,
    ) -> None:
        self._dispatcher, self._lane, self._patient = dispatcher, lane, patient
        self._next: tuple[Request, object] | None = None
        self._answered, self._failed, self._progressed = answered, failed, progressed
        self._asked: _Asked | None = None
        self._open = False

    @property
    def busy(self) -> bool:
        """An answer is awaited."""
        return self._asked is not None

    def ask(self, request: Request, subject: object = None) -> None:
        """Ask this instead of whatever was asked before."""
        if self._patient and self._asked is not None and self._asked.job is not None:
            self._next = (request, subject)
            return
        self.drop()
        self._asked = _Asked(request, subject)
        self._submit()

    def drop(self) -> None:
        """Await nothing any more."""
        asked, self._asked, self._next = self._asked, None, None
        if asked is not None and asked.job is not None:
            asked.job.cancel()

    def set_open(self, is_open: bool) -> None:
        """Closed (nobody looks, or the engine is away) nothing runs; what is awaited is asked anew afterwards."""
        if is_open == self._open:
            return
        self._open = is_open
        if is_open:
            self._submit()
        elif self._asked is not None and self._asked.job is not None:
            job, self._asked.job = self._asked.job, None
            job.cancel()

    def _submit(self) -> None:
        asked = self._asked
        if asked is None or asked.job is not None or not self._open:
            return
        # A new value each time: what an earlier job of the same question still says is told apart by it.
        self._asked = fresh = _Asked(asked.request, asked.subject, asked.deaths)
        fresh.job = self._dispatcher.submit(fresh.request, self._lane, lambda event: self._event(fresh, event))

    def _event(self, asked: _Asked, event: Event) -> None:
        if asked is not self._asked or (asked.job is None and not isinstance(event, Failed)):
            return
        if isinstance(event, Partial):
            self._progressed(event.fraction)
        elif isinstance(event, Finished):
            self._ended()
            self._answered(asked.subject, event.answer)
        elif isinstance(event, Failed):
            self._fail(asked, event)
        elif isinstance(event, Cancelled):
            self._ended()

    def _ended(self) -> None:
        """What ran is over: the newest of what came meanwhile is next."""
        self._asked, waiting, self._next = None, self._next, None
        if waiting is not None:
            self.ask(*waiting)

    def _fail(self, asked: _Asked, event: Failed) -> None:
        asked.deaths += event.code == "EngineDied"
        if event.code == "EngineDied" and asked.deaths < DEATHS_BEFORE_GIVING_UP:
            asked.job = None
            self._submit()
            return
        self._ended()
        self._failed(problem_of(event.code, event.problem, event.remedy))
