"""Asking the engine in process for one answer, with a progress bar for a person who is watching."""

from __future__ import annotations

import queue
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from engine.contracts.events import Cancelled, Completion, Event, Failed, Finished, Partial, Scores
from engine.contracts.lanes import Engine, Job, Lane, Policy
from engine.contracts.requests import CompleteImage, Request, SampleImages, ScoreImages
from engine.errors import BY_CODE, EngineError
from engine.inference import InferenceEngine

_LANE = Lane("command line", Policy.QUEUE, interactive=False)
_POLL_S = 0.5
"""How often a wait looks up: on some platforms Ctrl-C does not end a wait without an end."""
_GOODBYE_S = 2.0

OnFraction = Callable[[float], None]


class Answers:
    """An engine, in process unless it is given, asked one request at a time.  A context: leaving it ends the engine."""

    def __init__(self, folders: Sequence[Path], engine: Engine | None = None) -> None:
        self._engine = engine or InferenceEngine(folders)

    def __enter__(self) -> Answers:
        return self

    def __exit__(self, *_: object) -> None:
        self._engine.close()

    def completion(self, request: CompleteImage | SampleImages, on_fraction: OnFraction) -> Completion:
        """The pictures asked for."""
        answer = self.ask(request, on_fraction)
        assert isinstance(answer, Completion)
        return answer

    def scores(self, request: ScoreImages, on_fraction: OnFraction) -> Scores:
        """The likelihoods asked for."""
        answer = self.ask(request, on_fraction)
        assert isinstance(answer, Scores)
        return answer

    def ask(self, request: Request, on_fraction: OnFraction = lambda fraction: None) -> Any:
        """The answer; raises the `EngineError` that the job failed with.

        On Ctrl-C the job is cancelled and awaited, and the `KeyboardInterrupt` goes on.
        """
        events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        job = self._engine.submit(request, _LANE, events.put)
        try:
            return self._follow(events, on_fraction)
        except KeyboardInterrupt:
            _stop(job, events)
            raise

    def _follow(self, events: queue.SimpleQueue[Event], on_fraction: OnFraction) -> Any:
        while True:
            try:
                event = events.get(timeout=_POLL_S)
            except queue.Empty:
                continue
            if isinstance(event, Partial):
                on_fraction(event.fraction)
            elif isinstance(event, Finished):
                on_fraction(1.0)
                return event.answer
            elif isinstance(event, Failed):
                raise BY_CODE.get(event.code, EngineError)(event.problem, event.remedy, **event.facts)


def _stop(job: Job, events: queue.SimpleQueue[Event]) -> None:
    """Cancel a job and wait a moment for its last event."""
    job.cancel()
    try:
        while not isinstance(events.get(timeout=_GOODBYE_S), (Finished, Failed, Cancelled)):
            pass
    except queue.Empty:
        return


@contextmanager
def progress(title: str) -> Iterator[OnFraction]:
    """A progress bar on stderr, if that is a terminal; the function it gives takes the fraction done."""
    if not sys.stderr.isatty():
        yield lambda fraction: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=1.0)
        yield lambda fraction: bar.update(task, completed=fraction)
