"""What becomes of a lane's jobs when a newer one comes: the policies of `engine.contracts.lanes`, without threads.

A `Roster` is the bookkeeping of one thread: what runs, what waits, in which order.  It is plain single-threaded data,
so that the policies can be tested (and simulated) without a clock; `engine.scheduling.scheduler` guards it with a lock.
"""

from __future__ import annotations

from typing import Generic, Protocol, TypeVar

from engine.contracts.lanes import Lane, Policy


class Laned(Protocol):
    """Anything that belongs to a lane."""

    @property
    def lane(self) -> Lane: ...


J = TypeVar("J", bound=Laned)


class Roster(Generic[J]):
    """The jobs of one thread: at most one ``running``, the others ``waiting``."""

    def __init__(self) -> None:
        self.running: J | None = None
        self.waiting: list[J] = []

    def admit(self, job: J) -> tuple[list[J], J | None]:
        """Take a new job in.

        Returns the waiting jobs that it replaces, and the running one if that is to stop.  A replacement takes the
        place of what it replaces, so that a lane which never falls silent is not overtaken for ever.
        """
        if job.lane.policy is Policy.QUEUE:
            self.waiting.append(job)
            return [], None
        replaced = [other for other in self.waiting if other.lane.name == job.lane.name]
        place = self.waiting.index(replaced[0]) if replaced else len(self.waiting)
        self.waiting.insert(place, job)
        self.waiting = [other for other in self.waiting if other not in replaced]
        return replaced, self._to_stop(job)

    def _to_stop(self, job: J) -> J | None:
        same_lane = self.running is not None and self.running.lane.name == job.lane.name
        return self.running if same_lane and job.lane.policy is Policy.SUPERSEDE else None

    def start_next(self) -> J | None:
        """Move the first waiting job to ``running``; None if there is none."""
        self.running = self.waiting.pop(0) if self.waiting else None
        return self.running

    def finish(self) -> None:
        """Nothing runs any more."""
        self.running = None

    def withdraw(self, job: J) -> bool:
        """Take a waiting job out again; False if it does not wait."""
        if job not in self.waiting:
            return False
        self.waiting.remove(job)
        return True
