"""The scheduler: two threads that run jobs, an interactive and a batch one, and one that delivers their events.

It knows nothing of models, ONNX or Qt.  A consumer that is slow holds nobody up: events wait in a `Mailbox`, where a
newer partial of a job replaces the one that was not fetched yet.
"""

from __future__ import annotations

import logging
import threading
import time
from functools import partial
from itertools import count

from engine.contracts.events import Cancelled, Event, Partial, Started
from engine.contracts.lanes import Lane
from engine.errors import EngineError
from engine.scheduling.job import OnEvent, RefusedJob, ScheduledJob, ToEvent, Work, failure
from engine.scheduling.lanes import Roster
from engine.scheduling.mailbox import Mailbox

log = logging.getLogger(__name__)


class Scheduler:
    """Runs work in lanes.  Every method may be called from any thread, `submit` and `close` also from ``on_event``.

    A job that runs has the events `Started`, any number of `Partial`, and one of `Finished`, `Failed`, `Cancelled`.
    A job that is replaced or cancelled while it waits has only `Cancelled`; a refused one has only `Failed`.
    After `close` has returned True nothing more is delivered, and submitted work is silently dropped.
    """

    def __init__(self, name: str = "engine") -> None:
        self._lock = threading.Condition()
        self._ids = count(1)
        self._closed = False
        self._rosters: dict[bool, Roster[ScheduledJob]] = {True: Roster(), False: Roster()}
        self._mailbox: Mailbox[tuple[OnEvent, Event]] = Mailbox()
        self._threads = [
            threading.Thread(target=self._work, args=(self._rosters[True],), name=f"{name} interactive", daemon=True),
            threading.Thread(target=self._work, args=(self._rosters[False],), name=f"{name} batch", daemon=True),
            threading.Thread(target=self._deliver, name=f"{name} delivery", daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    def submit(self, work: Work, lane: Lane, on_event: OnEvent, to_event: ToEvent) -> ScheduledJob:
        """Queue work in a lane; what it yields reaches ``on_event`` through ``to_event``, on the delivery thread."""
        with self._lock:
            job = ScheduledJob(next(self._ids), lane, work, to_event, on_event, self._cancel)
            if not self._closed:
                replaced, superseded = self._rosters[lane.interactive].admit(job)
                for other in replaced:
                    self._post(other, Cancelled(job=other.id))
                if superseded is not None:
                    self._stop(superseded)
                self._lock.notify_all()
            return job

    def refuse(self, error: EngineError, on_event: OnEvent) -> RefusedJob:
        """A job that failed before it was queued: it takes nobody's place in its lane."""
        with self._lock:
            job = RefusedJob(next(self._ids))
        self._mailbox.post((on_event, failure(job.id, error)))
        return job

    def close(self, timeout: float = 2.0) -> bool:
        """Stop everything, deliver nothing more, and wait for the threads; True if all ended within ``timeout`` s."""
        with self._lock:
            self._closed = True
            for roster in self._rosters.values():
                roster.waiting.clear()
                if roster.running is not None:
                    roster.running.stop()
            self._lock.notify_all()
        self._mailbox.close()
        return join_all(self._threads, timeout)

    def _cancel(self, job: ScheduledJob) -> None:
        with self._lock:
            roster = self._rosters[job.lane.interactive]
            if roster.withdraw(job):
                self._post(job, Cancelled(job=job.id))
            elif roster.running is job:
                self._stop(job)

    def _stop(self, job: ScheduledJob) -> None:
        job.stop()
        self._mailbox.discard(job.id)

    def _post(self, job: ScheduledJob, event: Event) -> None:
        self._mailbox.post((job.on_event, event), key=job.id if isinstance(event, Partial) else None)

    def _post_partial(self, job: ScheduledJob, event: Event) -> None:
        with self._lock:  # so that none is posted after a cancel has returned
            if not job.stopping:
                self._post(job, event)

    def _work(self, roster: Roster[ScheduledJob]) -> None:
        while (job := self._next(roster)) is not None:
            last = job.run(partial(self._post_partial, job))
            with self._lock:
                roster.finish()
                # Looked at again under the lock: a cancel that has returned is followed by nothing but Cancelled.
                self._post(job, Cancelled(job=job.id) if job.stopping else last)

    def _next(self, roster: Roster[ScheduledJob]) -> ScheduledJob | None:
        with self._lock:
            self._lock.wait_for(lambda: self._closed or roster.waiting)
            job = None if self._closed else roster.start_next()
            if job is not None:
                self._post(job, Started(job=job.id))
            return job

    def _deliver(self) -> None:
        while (entry := self._mailbox.take()) is not None:
            on_event, event = entry
            try:
                on_event(event)
            except Exception:
                log.exception("a receiver of the engine's events failed")


def join_all(threads: list[threading.Thread], timeout: float) -> bool:
    """Wait at most ``timeout`` seconds for all of them, less the calling one; True if they ended."""
    deadline = time.monotonic() + timeout
    others = [thread for thread in threads if thread is not threading.current_thread()]
    for thread in others:
        thread.join(max(0.0, deadline - time.monotonic()))
    return not any(thread.is_alive() for thread in others)
