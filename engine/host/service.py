"""What runs in the engine process: messages in, an engine, events out.

One thread reads, one writes.  The engine's events wait for the writer in a `Mailbox`: while the pipe is full, a newer
partial of a job replaces the one that waits, and what ends a job is never dropped.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import IO

from engine.contracts.events import Event, Failed, Partial, Started
from engine.contracts.lanes import Engine, Job
from engine.errors import ProtocolError
from engine.host import wire
from engine.host.wire import Cancel, Happened, Hello, Message, Submit
from engine.scheduling.mailbox import Mailbox

log = logging.getLogger(__name__)

LINGER_S = 0.001
"""That a job has begun is told when its first moments are over, or with what it says: to tell it takes the interpreter
from it just as it sets out."""

QUIET_S = 0.4
"""Without a job for so long nobody draws or drags: a stroke's requests and a film's frames are closer."""


class Service:
    """An engine behind two byte streams.

    ``leave`` is called on the writer thread when nobody reads ``frames_out`` any more; the reader sees the end of its
    own stream as well, unless it is stuck.  ``tidy`` is called on a thread of its own when the jobs have ended and
    nothing has come for a moment, once until there are others.
    """

    def __init__(
        self,
        frames_in: IO[bytes],
        frames_out: IO[bytes],
        leave: Callable[[], None],
        tidy: Callable[[], None] = lambda: None,
    ) -> None:
        self._in, self._out, self._leave, self._tidy = frames_in, frames_out, leave, tidy
        self._stirred = threading.Event()
        self._outbox: Mailbox[Message] = Mailbox()
        self._jobs: dict[int, Job | None] = {}
        self._lock = threading.Lock()

    def serve(self, make_engine: Callable[[Sequence[Path]], Engine], folders: Sequence[Path]) -> None:
        """Say hello, then obey messages until the stream ends or breaks."""
        self._outbox.post(wire.hello(os.getpid()))
        threading.Thread(target=self._write, name="engine writer", daemon=True).start()
        threading.Thread(target=self._tidy_up, name="engine tidying", daemon=True).start()
        engine = make_engine(folders)
        try:
            while (message := wire.read(self._in)) is not None:
                self._obey(engine, message)
        except (ProtocolError, OSError) as error:
            log.error("the window's messages ended: %s", error)

    def _obey(self, engine: Engine, message: Message) -> None:
        match message:
            case Submit(job=number):
                self._stirred.set()
                with self._lock:
                    self._jobs[number] = None
                job = engine.submit(message.request, message.lane, lambda event: self._pass_on(number, event))
                with self._lock:
                    if number in self._jobs:  # it may have ended by now
                        self._jobs[number] = job
            case Cancel(job=number):
                with self._lock:
                    known = self._jobs.get(number)
                if known is not None:
                    known.cancel()
            case Hello() | Happened():
                log.warning("the window sent a %s, which is not its to send", type(message).__name__)

    def _pass_on(self, number: int, event: Event) -> None:
        """An event of the engine, under the window's number for the job."""
        if not isinstance(event, (Started, Partial)):
            with self._lock:
                self._jobs.pop(number, None)
            self._stirred.set()
        key = number if isinstance(event, Partial) else None
        self._outbox.post(Happened(event=replace(event, job=number)), key)

    def _write(self) -> None:
        while (message := self._outbox.take()) is not None:
            if isinstance(message, Happened) and isinstance(message.event, Started):
                self._outbox.linger(LINGER_S)
            try:
                self._send(_frame(message))
            except OSError:
                self._leave()
                return

    def _tidy_up(self) -> None:
        while self._stirred.wait():
            self._stirred.clear()
            if self._stirred.wait(QUIET_S):
                continue
            with self._lock:
                at_work = bool(self._jobs)
            if not at_work:
                self._tidy()

    def _send(self, frame: bytes) -> None:
        rest = memoryview(frame)
        while rest:
            rest = rest[self._out.write(rest) :]


def _frame(message: Message) -> bytes:
    """The message's bytes; an event that cannot cross becomes a `Failed` that says so, so that no job stays open."""
    try:
        return wire.encode(message)
    except ProtocolError as error:
        log.exception("a message cannot be sent")
        if not isinstance(message, Happened):
            raise
        failed = Failed(job=message.event.job, code=error.code, problem=error.problem, remedy=error.remedy)
        return wire.encode(Happened(event=failed))
