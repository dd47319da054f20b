"""One lane's newest answer: an older one is never shown after a newer one, and a crash loses nothing that was asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.bridge.ports import Dispatcher
from engine.contracts.events import Answer, Cancelled, Event, Failed, Finished, Partial
from engine.contracts.lanes import Job, Lane
from engine.contracts.requests import Request

DEATHS_BEFORE_GIVING_UP = 3


@dataclass(slots=True, eq=False)
class Asked:
    """A request on its way, and what it was made from."""

    serial: int
    request: Request
    subject: object
    job: Job | None = None


class Feed:
    """Submits requests to a lane and passes on the answers that are newer than what was passed before.

    ``answered(subject, answer)`` and ``failed(event)`` are called on the GUI thread; ``progressed(fraction)`` where
    somebody listens.  While held (the engine is away) the newest request waits.
    """

    def __init__(
        self,
        dispatcher: Dispatcher,
        lane: Lane,
        answered: Callable[[object, Answer], None],
        failed: Callable[[Failed], None],
        progressed: Callable[[float], None] | None = None,
    ) -> None:
        self._dispatcher, self._lane = dispatcher, lane
        self._answered, self._failed, self._progressed = answered, failed, progressed
        self._serial = self._welcome = 0
        self._flying: dict[int, Asked] = {}
        self._owed: tuple[Request, object] | None = None
        self._held = False
        self._deaths = 0

    @property
    def busy(self) -> bool:
        """An answer is awaited."""
        return bool(self._flying) or self._owed is not None

    def ask(self, request: Request, subject: object = None) -> None:
        """Submit now, or when the engine is back."""
        if self._held:
            self._owed = (request, subject)
            return
        self._owed = None
        self._serial += 1
        asked = Asked(self._serial, request, subject)
        self._flying[asked.serial] = asked
        asked.job = self._dispatcher.submit(request, self._lane, lambda event: self._event(asked, event))

    def stop(self) -> None:
        """Ask what runs to stop, and await nothing any more."""
        for asked in self._flying.values():
            if asked.job is not None:
                asked.job.cancel()
        self.drop()

    def drop(self) -> None:
        """Await nothing any more; whatever is still said is dropped.

        What runs may finish: a decoding is short, and one that is stopped while its graph is still being opened cannot
        stop in time, which would cost the engine process.
        """
        self._owed, self._welcome = None, self._serial + 1
        self._flying.clear()

    def forget_deaths(self) -> None:
        """The person asks for something else: the engine gets its chances anew."""
        self._deaths = 0

    def set_held(self, held: bool) -> None:
        """While held nothing is submitted; the newest of what was asked is, afterwards."""
        self._held = held
        if not held and self._owed is not None and self._deaths < DEATHS_BEFORE_GIVING_UP:
            self.ask(*self._owed)

    @property
    def gave_up(self) -> bool:
        """The engine died several times over what was asked here."""
        return self._deaths >= DEATHS_BEFORE_GIVING_UP

    def _event(self, asked: Asked, event: Event) -> None:
        ended = isinstance(event, (Finished, Failed, Cancelled))
        newest = asked.serial == self._serial
        if ended:
            self._flying.pop(asked.serial, None)
        if asked.serial < self._welcome:
            return
        if isinstance(event, Finished):
            self._welcome, self._deaths = asked.serial + 1, 0
            self._answered(asked.subject, event.answer)
        elif isinstance(event, Partial) and self._progressed is not None and newest:
            self._progressed(event.fraction)
        elif isinstance(event, Failed) and newest:
            self._fail(asked, event)

    def _fail(self, asked: Asked, event: Failed) -> None:
        if event.code == "EngineDied":
            self._deaths += 1
            if self._held or self.gave_up:
                self._owed = (asked.request, asked.subject)
            else:
                self.ask(asked.request, asked.subject)
        self._failed(event)
