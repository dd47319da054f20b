"""A job: one submitted piece of work, and how it runs from its first step to its one last event.

Work is a generator.  Its yield is the only place to stop it: between two steps the job looks at its stop flag, and when
that is set the generator is closed, so that the work's own ``finally`` runs.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any, TypeAlias

from engine.contracts.events import Answer, Cancelled, Event, Failed, Finished
from engine.contracts.lanes import Lane
from engine.errors import EngineError

log = logging.getLogger(__name__)

Work: TypeAlias = Callable[[], Generator[Any, None, Answer]]
"""Makes the generator; called on the thread that runs it."""
ToEvent: TypeAlias = Callable[[int, Any, float], Event]
"""(job id, yielded value, milliseconds since the job started) -> the event to deliver."""
OnEvent: TypeAlias = Callable[[Event], None]


_OUT_OF_MEMORY = EngineError("The engine has not enough memory for this request.", "Ask for fewer pictures at once.")


class ScheduledJob:
    """A job of a `Scheduler`; to those who submit it an `engine.contracts.lanes.Job`."""

    def __init__(
        self,
        number: int,
        lane: Lane,
        work: Work,
        to_event: ToEvent,
        on_event: OnEvent,
        withdraw: Callable[[ScheduledJob], None],
    ) -> None:
        self.id = number
        self.lane = lane
        self.on_event = on_event
        self._work = work
        self._to_event = to_event
        self._withdraw = withdraw
        self._stop = threading.Event()

    @property
    def stopping(self) -> bool:
        """Whether it was asked to stop."""
        return self._stop.is_set()

    def stop(self) -> None:
        """Raise the flag that is looked at between two steps."""
        self._stop.set()

    def cancel(self) -> None:
        """Ask it to stop at its next step, or take it out of the queue.  Any thread."""
        self._withdraw(self)

    def run(self, partial: OnEvent) -> Event:
        """Run to the end on the calling thread; returns the last event, whatever happens."""
        started = time.perf_counter()
        try:
            answer = self._steps(self._work(), partial, started)
        except EngineError as error:
            return failure(self.id, error)
        except MemoryError:
            log.exception("job %d ran out of memory", self.id)
            return failure(self.id, _OUT_OF_MEMORY)
        except BaseException as error:  # a thread that dies here would leave its lanes mute for ever
            log.exception("job %d", self.id)
            return failure(self.id, unexpected(error))
        return Cancelled(job=self.id) if answer is None else Finished(job=self.id, answer=answer)

    def _steps(self, steps: Generator[Any, None, Answer], partial: OnEvent, started: float) -> Answer | None:
        """Drive the generator; None if it was stopped."""
        while not self.stopping:
            try:
                value = next(steps)
            except StopIteration as end:
                answer: Answer = end.value
                return answer
            if not self.stopping:
                partial(self._to_event(self.id, value, 1e3 * (time.perf_counter() - started)))
        _close(steps)
        return None


@dataclass(frozen=True, slots=True)
class RefusedJob:
    """A job that failed before it was queued."""

    id: int

    def cancel(self) -> None:
        """Too late: its `Failed` is on its way."""


def _close(steps: Generator[Any, None, Answer]) -> None:
    try:
        steps.close()
    except BaseException:  # it is stopped either way, and being stopped is no error
        log.exception("a stopped job did not end cleanly")


def failure(job: int, error: EngineError) -> Failed:
    """The event that says so."""
    return Failed(job=job, code=error.code, problem=error.problem, remedy=error.remedy, facts=dict(error.facts))


def unexpected(error: BaseException) -> EngineError:
    """An error that nobody foresaw, in a sentence; its traceback is in the log."""
    return EngineError(
        f"The engine met an error that it has no name for: {type(error).__name__}: {error}.",
        "Please report it with the engine's log file.",
    )
