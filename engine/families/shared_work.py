"""Work that more than one request needs: each brings it on, and one that is stopped leaves it where it is."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator
from typing import Generic, TypeVar

T = TypeVar("T")


class SharedWork(Generic[T]):
    """What ``make()`` comes to, worked off step by step by whoever waits for it.  Any thread.

    ``make`` is a generator of the fraction done.  One that fails is begun anew by the next who asks.
    """

    def __init__(self, make: Callable[[], Generator[float, None, T]]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._steps: Generator[float, None, T] | None = None
        self._found: list[T] = []

    def result(self) -> Generator[float, None, T]:
        """A generator of the fraction done that returns what the work comes to; at once if it is done."""
        while True:
            with self._lock:
                if self._found:
                    return self._found[0]
                fraction = self._step()
                if self._found:
                    return self._found[0]
            yield fraction

    def _step(self) -> float:
        if self._steps is None:
            self._steps = self._make()
        try:
            return next(self._steps)
        except StopIteration as end:
            self._found.append(end.value)
            self._steps = None
            return 1.0
        except BaseException:
            self._steps = None
            raise
