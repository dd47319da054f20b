"""The engine process from the window's side: the same interface as the engine in process, over two pipes.

Imports nothing heavy: the window loads this before its first paint, and never loads ONNX Runtime at all.

The life of the process is a loop on the reader thread: ``starting`` (it is started, its hello awaited), ``ready``, and
when it ends unasked ``died`` and again ``starting``; ``failed`` when that happens too often, until `restart`.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Hashable, Sequence
from itertools import count
from pathlib import Path

from engine.contracts.events import Cancelled, Event, Partial, Started
from engine.contracts.lanes import Lane
from engine.contracts.requests import Request
from engine.errors import EngineDied, EngineError, ProtocolError
from engine.host import wire
from engine.host.child import Child, cause_of_death, default_command
from engine.host.crash_loop import CrashLoop
from engine.host.pending import Ledger, OnEvent, PendingJob
from engine.host.values import broken
from engine.host.watchdog import Watchdog
from engine.host.wire import Cancel, Happened, Submit
from engine.scheduling.job import failure
from engine.scheduling.mailbox import Mailbox
from engine.scheduling.scheduler import join_all

__all__ = ["EngineProcess", "default_command"]

log = logging.getLogger(__name__)

_HELLO = "hello"
_RESTART = "Choose Restart engine; if that does not help, install Reverie again."
_REPLACED = EngineDied("The engine was started anew while it worked on this.", "Ask for it once more.")
_LOST = "It has been started again; try once more, and remove the model if this keeps happening."


class EngineProcess:
    """An `engine.contracts.lanes.Engine` in a process of its own, restarted when it dies.

    Parameters
    ----------
    folders
        Folders of model folders.
    on_state
        Called with ``"starting"``, ``"ready"``, ``"died"`` and ``"failed"``.
    command
        What starts the process; `default_command` if not given.
    log_path
        Where the process writes what it has to say; the standard error stream if not given.
    cancel_grace, hello_timeout
        Seconds that a cancelled job may go on, and that a new process may stay silent, before it is killed.  On a full
        machine a row of many pictures takes a second, and a process anew more.

    Notes
    -----
    All methods may be called from any thread and return at once (`close` within two seconds).  ``on_event`` and
    ``on_state`` are called on one thread of this object, in order, and never after `close` has returned True.
    A job that the process had when it died ends with `Failed` of code ``EngineDied`` (or `Cancelled`, if that was asked
    for); jobs that it had not been given wait for the next process.  When it is killed because a cancelled job does not
    stop, the jobs that waited behind it are given to the next process too.
    """

    def __init__(
        self,
        folders: Sequence[Path],
        on_state: Callable[[str], None] | None = None,
        command: Sequence[str] | None = None,
        log_path: Path | None = None,
        *,
        cancel_grace: float = 2.0,
        hello_timeout: float = 20.0,
    ) -> None:
        self._command = _with_options(default_command() if command is None else command, folders, log_path)
        self._on_state = on_state
        self._cancel_grace, self._hello_timeout = cancel_grace, hello_timeout
        self._changed = threading.Condition()
        self._state = "starting"
        self._problem: EngineError | None = None
        self._child: Child | None = None
        self._restarting = ""  # or why: "stuck" or "restart"
        self._crash_loop = CrashLoop()
        self._ids = count(1)
        self._jobs = Ledger()
        self._mailbox: Mailbox[Callable[[], None]] = Mailbox()
        self._watchdog = Watchdog(self._overdue)
        threads = {"reader": self._live, "writer": self._write, "delivery": self._deliver}
        self._threads = [threading.Thread(target=t, name=f"engine {n}", daemon=True) for n, t in threads.items()]
        for thread in self._threads:
            thread.start()
        self._threads.append(self._watchdog.thread)

    @property
    def state(self) -> str:
        """``"starting"``, ``"ready"``, ``"died"``, ``"failed"`` or ``"closed"``."""
        return self._state

    @property
    def problem(self) -> EngineError | None:
        """Why the process died last; None if it never did."""
        return self._problem

    @property
    def pid(self) -> int | None:
        """The id of the running process; None if there is none."""
        child = self._child
        return None if child is None else child.pid

    def submit(self, request: Request, lane: Lane, on_event: OnEvent) -> PendingJob:
        """Queue a request; before the process is ready it waits here.  Raises nothing."""
        with self._changed:
            job = PendingJob(next(self._ids), lane, on_event, self._cancel)
            if self._state == "failed" and self._problem is not None:
                self._end(job, self._problem)
            elif self._state != "closed":
                self._queue(job, request)
            return job

    def restart(self) -> None:
        """End the process and start another one; also after it has ``failed``."""
        with self._changed:
            self._crash_loop.forget()
            self._replace_child("restart")
            self._changed.notify_all()

    def close(self, timeout: float = 2.0) -> bool:
        """Kill the process and deliver nothing more; True if everything ended within ``timeout`` seconds."""
        with self._changed:
            self._state = "closed"
            self._jobs.clear()
            if self._child is not None:
                self._child.kill()  # it has nothing to save, and might be too busy to notice a politer way
            self._changed.notify_all()
        self._mailbox.close()
        self._watchdog.close()
        return join_all(self._threads, timeout)

    # -- jobs; the lock is held ----------------------------------------------------------------------------------

    def _queue(self, job: PendingJob, request: Request) -> None:
        try:
            job.frame = wire.encode(Submit(job=job.id, lane=job.lane, request=request))
        except ProtocolError as error:
            self._end(job, error)
        else:
            self._jobs.add(job)
            self._changed.notify_all()

    def _end(self, job: PendingJob, last: Event | EngineError) -> None:
        """The job's one last event."""
        self._jobs.remove(job)
        self._watchdog.disarm(job.id)
        self._post(job, failure(job.id, last) if isinstance(last, EngineError) else last)

    def _post(self, job: PendingJob, event: Event) -> None:
        self._mailbox.post(lambda: job.on_event(event), key=job.id if isinstance(event, Partial) else None)

    def _replace_child(self, why: str) -> None:
        self._restarting = why
        if self._child is not None:
            self._child.kill()

    def _enter(self, state: str) -> None:
        """Be in a state, and say so."""
        if self._state == "closed":
            return
        self._state = state
        self._changed.notify_all()
        if (on_state := self._on_state) is not None:
            self._mailbox.post(lambda: on_state(state))

    # -- any thread ----------------------------------------------------------------------------------------------

    def _cancel(self, job: PendingJob) -> None:
        with self._changed:
            if job.id not in self._jobs or job.cancelled:
                return
            for stopping in self._jobs.stop(job):
                if stopping.sent:
                    self._mailbox.discard(stopping.id)
                    self._watchdog.arm(stopping.id, self._cancel_grace)
                    self._jobs.send(stopping, wire.encode(Cancel(job=stopping.id)))
                else:
                    self._end(stopping, Cancelled(job=stopping.id))
            self._changed.notify_all()

    # -- the watchdog's thread -----------------------------------------------------------------------------------

    def _overdue(self, key: Hashable) -> None:
        """A hello did not come, or a cancelled job does not stop."""
        with self._changed:
            if key == _HELLO and self._child is not None:
                log.warning("the engine process is killed: it does not say hello")
                self._child.kill()
            elif key in self._jobs:
                log.warning("the engine process is killed: job %s was cancelled and does not stop", key)
                self._replace_child("stuck")

    # -- the delivery thread -------------------------------------------------------------------------------------

    def _deliver(self) -> None:
        while (call := self._mailbox.take()) is not None:
            try:
                call()
            except Exception:
                log.exception("a receiver of the engine's events failed")

    # -- the writer thread ---------------------------------------------------------------------------------------

    def _write(self) -> None:
        while (outgoing := self._next_outgoing()) is not None:
            child, frame = outgoing
            try:
                child.send(frame)
            except OSError:
                log.debug("the engine process is gone, as the reader thread will notice")

    def _next_outgoing(self) -> tuple[Child, bytes] | None:
        with self._changed:
            self._changed.wait_for(
                lambda: self._state == "closed" or (self._state == "ready" and self._jobs.has_outgoing)
            )
            if self._state == "closed" or self._child is None:
                return None
            return self._child, self._jobs.next_outgoing()

    # -- the reader thread ---------------------------------------------------------------------------------------

    def _live(self) -> None:
        while self._may_start():
            try:
                child = Child(self._command)
            except OSError as error:
                problem = EngineDied(f"The engine process could not be started ({error}).", _RESTART)
                self._settle(problem, greeted=False, hopeless=True)
            else:
                self._live_with(child)

    def _live_with(self, child: Child) -> None:
        """Be with a process from its birth to its burial."""
        greeted, misunderstanding = False, None
        try:
            if self._await_hello(child):
                greeted = True
                self._listen(child)
        except ProtocolError as error:
            child.kill()
            misunderstanding = None if error.facts.get("truncated") else error
        code = child.bury()
        problem = misunderstanding or _died(code)
        self._settle(problem, greeted, hopeless=misunderstanding is not None and not greeted)

    def _may_start(self) -> bool:
        """Wait while the engine has failed; False once it is closed."""
        with self._changed:
            self._changed.wait_for(lambda: bool(self._restarting) or self._state != "failed")
            self._restarting = ""
            self._enter("starting")
            return self._state != "closed"

    def _await_hello(self, child: Child) -> bool:
        """False if it ended before it said anything."""
        with self._changed:
            self._child = child
            if self._state == "closed" or self._restarting:
                child.kill()
            self._watchdog.arm(_HELLO, self._hello_timeout)
        message = wire.read(child.output)
        if message is None:
            return False
        wire.check_hello(message)
        with self._changed:
            self._watchdog.disarm(_HELLO)
            self._enter("ready")
        return True

    def _listen(self, child: Child) -> None:
        while (message := wire.read(child.output)) is not None:
            if not isinstance(message, Happened):
                raise broken(f"a {type(message).__name__} is not the engine's to send")
            with self._changed:
                self._receive(message.event)

    def _receive(self, event: Event) -> None:
        job = self._jobs.get(event.job)
        if job is None:  # it has ended here: cancelled before it was sent, or lost with an earlier process
            return
        if isinstance(event, Started):
            self._jobs.begin(job)
        if not isinstance(event, (Started, Partial)):
            self._end(job, event)
        elif not (job.cancelled and isinstance(event, Partial)):
            self._post(job, event)

    def _settle(self, problem: EngineError, greeted: bool, hopeless: bool) -> None:
        """The process has ended: end the jobs that are lost with it, and decide whether there is to be another."""
        with self._changed:
            self._child = None
            self._watchdog.disarm_all()
            if self._state == "closed":
                return
            if self._restarting:
                self._state = "starting"
                self._end_lost_jobs(_REPLACED, send_again=self._restarting == "stuck")
                return
            hopeless |= self._crash_loop.died(time.monotonic(), greeted)
            self._problem = _for_good(problem) if hopeless else problem
            log.warning("%s", self._problem)
            self._enter("died")
            self._end_lost_jobs(self._problem, send_again=False)
            if hopeless:
                for job in self._jobs:
                    self._end(job, self._problem)
                self._enter("failed")

    def _end_lost_jobs(self, problem: EngineError, send_again: bool) -> None:
        for job in self._jobs.orphans(send_again):
            self._end(job, Cancelled(job=job.id) if job.cancelled else problem)


def _with_options(command: Sequence[str], folders: Sequence[Path], log_path: Path | None) -> list[str]:
    """The command with the options of `engine.host.serve`."""
    options = [word for folder in folders for word in ("--folder", str(folder.absolute()))]
    if log_path is not None:
        options += ["--log", str(log_path.absolute())]
    return [*command, *options]


def _for_good(problem: EngineError) -> EngineError:
    """The problem, now that no other process is started."""
    return EngineDied(problem.problem, _RESTART, **problem.facts) if isinstance(problem, EngineDied) else problem


def _died(code: int) -> EngineDied:
    cause = cause_of_death(code)
    return EngineDied(f"The engine process ended unexpectedly ({cause}).", _LOST, cause=cause, code=code)
