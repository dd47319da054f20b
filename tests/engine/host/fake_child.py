"""An engine process for tests: real pipes, service and scheduler around work that does what its model's name says."""

from __future__ import annotations

import ctypes
import faulthandler
import os
import signal
import sys
import time
from collections.abc import Callable, Generator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from engine.contracts.events import Answer, Completion, Event, Loaded, Partial
from engine.contracts.lanes import Job, Lane
from engine.contracts.requests import Request
from engine.errors import RequestError
from engine.host import serve
from engine.scheduling.scheduler import Scheduler


class FakeEngine:
    def __init__(self, folders: Sequence[Path]) -> None:
        self._scheduler = Scheduler("fake")

    def submit(self, request: Request, lane: Lane, on_event: Callable[[Event], None]) -> Job:
        return self._scheduler.submit(lambda: WORK[request.model](request), lane, on_event, to_event)

    def close(self) -> bool:
        return self._scheduler.close()


def to_event(job: int, value: Any, elapsed_ms: float) -> Event:
    picture = np.full((2, 3, 4, 1), round(255 * value), np.uint8)
    return Partial(job=job, images=picture, drawn=np.ones((3, 4), bool), fraction=value, first_row_ms=elapsed_ms)


def answer(request: Request) -> Answer:
    return Loaded(model=request.model, milliseconds=float(os.getpid()))


def leave_mark() -> None:
    """Say so without the pipe: a thread that holds the interpreter lets no event out."""
    if mark := os.environ.get("FAKE_CHILD_MARK"):
        Path(mark).touch()


def finish(request: Request) -> Generator[Any, None, Answer]:
    for step in range(3):
        yield (step + 1) / 3
    return answer(request)


def flood(request: Request) -> Generator[Any, None, Answer]:
    for step in range(2000):
        yield step / 2000
    return answer(request)


def endless(request: Request) -> Generator[Any, None, Answer]:
    while True:
        time.sleep(0.005)
        yield 0.5
        leave_mark()


def stuck(request: Request) -> Generator[Any, None, Answer]:
    """Like one long native kernel: no step, no stopping."""
    yield 0.1
    leave_mark()
    time.sleep(3600)
    return answer(request)


def stuck_with_the_interpreter(request: Request) -> Generator[Any, None, Answer]:
    """Native code that does not even let go of the interpreter: no thread of the process runs any more."""
    yield 0.1
    leave_mark()
    ctypes.PyDLL(None).sleep(3600)
    return answer(request)


def noisy(request: Request) -> Generator[Any, None, Answer]:
    """Native code that prints on descriptor 1, and Python that prints too."""
    libc = ctypes.CDLL(None)
    for step in range(50):
        os.write(1, b"\x00\x00\x00\x05junk from native code\n" * 20)
        libc.puts(b"printf knows nothing of frames")
        libc.fflush(None)
        print("nor does print", flush=True)
        yield step / 50
    return answer(request)


def segfault(request: Request) -> Generator[Any, None, Answer]:
    yield 0.1
    faulthandler._sigsegv()
    return answer(request)


def killed(request: Request) -> Generator[Any, None, Answer]:
    yield 0.1
    os.kill(os.getpid(), signal.SIGKILL)
    return answer(request)


def refused(request: Request) -> Generator[Any, None, Answer]:
    yield 0.1
    raise RequestError("The temperature is below absolute zero.", "Warm it up.", kelvin=-1.5, shape=(2, 3))


def unsendable(request: Request) -> Generator[Any, None, Answer]:
    yield 0.1
    raise RequestError("It holds what no pipe can carry.", "Look at it here.", thing=object())


def wrong(request: Request) -> Generator[Any, None, Answer]:
    """An answer whose array is not what the contract says."""
    yield 0.1
    good = dict.fromkeys(("log_prob", "unused", "order"), np.zeros((1, 2, 2), np.float64))
    return Completion(
        images=np.zeros((1, 2, 2, 1)),  # type: ignore[arg-type]
        distribution=None,
        orientation="upright",
        method="raster",
        first_row_ms=0,
        total_ms=0,
        naive_ms=0,
        **good,  # type: ignore[arg-type]
    )


def hungry(request: Request) -> Generator[Any, None, Answer]:
    yield 0.1
    np.ones(10**12, np.uint8)
    return answer(request)


WORK = {
    work.__name__: work
    for work in (
        finish,
        flood,
        endless,
        stuck,
        stuck_with_the_interpreter,
        noisy,
        segfault,
        killed,
        refused,
        unsendable,
        wrong,
        hungry,
    )
}

if __name__ == "__main__":
    sys.exit(serve.main(sys.argv[1:], FakeEngine))
