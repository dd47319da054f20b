"""What it costs to have the engine in a process of its own: the same answer, in process and through the pipe.

The engine is a real one (scheduler, lanes, events) whose work is nothing, so that only the way there and back is left.
"""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Callable, Generator
from typing import Any

import numpy as np

from engine.contracts.events import Answer, Completion, Event, Failed, Finished
from engine.contracts.lanes import Engine, Job, Lane, Policy
from engine.contracts.requests import Request, SampleImages
from engine.errors import BY_CODE, EngineError
from engine.host.child import default_command
from engine.host.client import EngineProcess
from engine.scheduling.scheduler import Scheduler

SIDE, LEVELS = 28, 2
_LANE = Lane("echo", Policy.QUEUE)


class EchoEngine:
    """Answers every request with as many fixed 28x28 pictures as it asks for, at once."""

    def __init__(self) -> None:
        self._scheduler = Scheduler("echo")
        self._answers: dict[int, Completion] = {}

    def submit(self, request: Request, lane: Lane, on_event: Callable[[Event], None]) -> Job:
        """See `engine.contracts.lanes.Engine`."""
        return self._scheduler.submit(lambda: self._work(getattr(request, "count", 1)), lane, on_event, _no_partial)

    def close(self) -> bool:
        """See `engine.contracts.lanes.Engine`."""
        return self._scheduler.close()

    def _work(self, count: int) -> Generator[Any, None, Answer]:
        if count not in self._answers:
            self._answers[count] = _fixed_answer(count)
        yield from ()
        return self._answers[count]


def measure(count: int = 64, calls: int = 200, in_process: Engine | None = None) -> tuple[float, float]:
    """Median milliseconds from a request to its answer of ``count`` 28x28 pictures, in process and through the pipe.

    The two are called in turn, so that both meet the same machine.  ``log_prob`` and ``distribution`` come along, as
    they do with a completion.
    """
    here, there = in_process or EchoEngine(), EngineProcess([], command=[*default_command(), "--echo"])
    try:
        times: tuple[list[float], list[float]] = ([], [])
        for call in range(calls + 1):
            for engine, milliseconds in zip((here, there), times, strict=True):
                elapsed = _call(engine, count)
                if call:  # the first starts the process
                    milliseconds.append(elapsed)
        return statistics.median(times[0]), statistics.median(times[1])
    finally:
        here.close()
        there.close()


def _call(engine: Engine, count: int) -> float:
    """Milliseconds of one request; raises `EngineError` if it fails."""
    done = threading.Event()
    last: list[Event] = []

    def on_event(event: Event) -> None:
        if isinstance(event, (Finished, Failed)):
            last.append(event)
            done.set()

    started = time.perf_counter()
    engine.submit(SampleImages(model="echo", count=count), _LANE, on_event)
    if not done.wait(60):
        raise EngineError("The engine process did not answer within a minute.", "Try again on a quieter machine.")
    if isinstance(last[0], Failed):
        raise BY_CODE.get(last[0].code, EngineError)(last[0].problem, last[0].remedy)
    return 1e3 * (time.perf_counter() - started)


def _fixed_answer(count: int) -> Completion:
    shape = (count, SIDE, SIDE)
    return Completion(
        images=np.zeros((*shape, 1), np.uint8),
        log_prob=np.full(shape, -0.5, np.float32),
        unused=np.zeros(shape[1:], bool),
        order=np.arange(SIDE * SIDE, dtype=np.int32),
        distribution=np.full((*shape, LEVELS), 0.5, np.float16),
        orientation="upright",
        method="raster",
        first_row_ms=0.0,
        total_ms=0.0,
        naive_ms=0.0,
    )


def _no_partial(job: int, value: Any, elapsed_ms: float) -> Event:
    raise TypeError("an echo has no steps")
