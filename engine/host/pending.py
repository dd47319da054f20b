"""The jobs that the engine process owes an answer, and the messages that it has not been given yet.

Bookkeeping without threads: `engine.host.client` guards it with its lock.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from typing import TypeAlias

from engine.contracts.events import Event
from engine.contracts.lanes import Lane, Policy

OnEvent: TypeAlias = Callable[[Event], None]


class PendingJob:
    """A job of an `EngineProcess`; to those who submit it an `engine.contracts.lanes.Job`."""

    def __init__(self, number: int, lane: Lane, on_event: OnEvent, cancel: Callable[[PendingJob], None]) -> None:
        self.id = number
        self.lane = lane
        self.on_event = on_event
        self.frame = b""
        """Its `Submit`, until the process has begun it: it may have to be sent again, to another process."""
        self.sent = self.started = self.cancelled = False
        self.sent_again = False
        self._cancel = cancel

    @property
    def may_be_sent_again(self) -> bool:
        """Whether another process may try."""
        return not (self.started or self.cancelled or self.sent_again)

    def cancel(self) -> None:
        """Ask it to stop at its next step, or not to begin.  Any thread."""
        self._cancel(self)


class Ledger:
    """Unfinished jobs by number, and the outgoing frames in order."""

    def __init__(self) -> None:
        self._jobs: dict[int, PendingJob] = {}
        self._outbox: deque[tuple[PendingJob, bytes]] = deque()

    def __contains__(self, number: object) -> bool:
        return number in self._jobs

    def __iter__(self) -> Iterator[PendingJob]:
        return iter(list(self._jobs.values()))

    def get(self, number: int) -> PendingJob | None:
        """The unfinished job of this number."""
        return self._jobs.get(number)

    def add(self, job: PendingJob) -> None:
        """A new job, whose ``frame`` is to be sent."""
        self._jobs[job.id] = job
        self.send(job, job.frame)

    def send(self, job: PendingJob, frame: bytes) -> None:
        """Another message about a job."""
        self._outbox.append((job, frame))

    @property
    def has_outgoing(self) -> bool:
        """Whether there is something to send."""
        return bool(self._outbox)

    def next_outgoing(self) -> bytes:
        """The next frame; its job counts as sent."""
        job, frame = self._outbox.popleft()
        job.sent = True
        return frame

    def begin(self, job: PendingJob) -> None:
        """The process has begun it."""
        job.started = True
        job.frame = b""

    def remove(self, job: PendingJob) -> None:
        """It has ended."""
        self._jobs.pop(job.id, None)
        if not job.sent:
            self._outbox = deque(entry for entry in self._outbox if entry[0] is not job)

    def stop(self, job: PendingJob) -> list[PendingJob]:
        """Mark a job as cancelled; returns it and those that it has superseded, which are to stop as well."""
        superseded = [other for other in self if _supersedes(job, other) and not other.cancelled]
        for other in (job, *superseded):
            other.cancelled = True
        return [job, *superseded]

    def orphans(self, send_again: bool) -> list[PendingJob]:
        """The process is gone: returns the jobs that are lost with it; those it was not given wait for the next.

        With ``send_again`` so do those that it has not begun as far as we know, but each only once: a process that is
        stuck altogether cannot tell with what.
        """
        kept = [job for job in self if not job.sent or (send_again and job.may_be_sent_again)]
        lost = [job for job in self if job not in kept]
        for job in kept:
            job.sent_again |= job.sent
            job.sent = False
        self._outbox = deque((job, job.frame) for job in kept)
        return lost

    def clear(self) -> None:
        """Forget everything."""
        self._jobs.clear()
        self._outbox.clear()


def _supersedes(job: PendingJob, other: PendingJob) -> bool:
    return job.lane.policy is Policy.SUPERSEDE and other.lane.name == job.lane.name and other.id < job.id
