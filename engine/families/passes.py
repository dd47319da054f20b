"""The passes of a large batch, worked off by several threads: ONNX Runtime and NumPy let go of the interpreter."""

from __future__ import annotations

import math
import os
import queue
import threading
from collections import deque
from collections.abc import Callable, Generator
from itertools import pairwise

MOST_THREADS = 4
"""A window and other programs want their share too."""


def even_passes(count: int, most: int) -> list[slice]:
    """The rows of a batch in passes of at most ``most``, alike but for the last and as a rule of an even number.

    They do not depend on the machine: the last digits of a matrix product depend on how many rows it has.
    """
    wanted = max(math.ceil(count / most), 1)
    size = math.ceil(count / (wanted + wanted % 2))
    return [slice(start, min(start + size, count)) for start in range(0, count, size)]


def fixed_passes(first: int, count: int, size: int) -> list[slice]:
    """The rows of pictures with the places ``first`` and so on, a pass for those whose place divided by ``size`` is the
    same: whichever pictures are asked for, each belongs to the same pass, and to the same row of it."""
    edges = [0, *range(size - first % size, count, size), count]
    return [slice(start, stop) for start, stop in pairwise(edges)]


def work_off(
    passes: list[slice], work: Callable[[slice], None], alone: bool = False
) -> Generator[tuple[slice, ...], None, None]:
    """Do all passes, on the calling thread and, unless ``alone``, on others; yields what is done after each of its own.

    Where this is closed, or a pass fails, no further one begins, and those that have begun are waited for.
    """
    waiting, done = deque(passes), list[slice]()

    def next_one() -> bool:
        try:
            rows = waiting.popleft()  # from either thread
        except IndexError:
            return False
        try:
            work(rows)
        except BaseException:
            waiting.clear()
            raise
        done.append(rows)
        return True

    tasks = [] if alone else [_Task(next_one) for _ in range(min(threads(), len(passes)) - 1)]
    for task in tasks:
        _HELPERS.ask(task, threads() - 1)
    try:
        while next_one():
            yield tuple(done)
    finally:
        waiting.clear()
        for task in tasks:
            task.settle()
    for task in tasks:
        if task.error is not None:
            raise task.error


def threads() -> int:
    """How many threads work on one batch."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(cores, MOST_THREADS)


class _Task:
    """What a helper is asked for: to work along until nothing is left, or something fails (``error``)."""

    def __init__(self, next_one: Callable[[], bool]) -> None:
        self._next_one, self._over = next_one, False
        self._working = threading.Lock()
        self.error: BaseException | None = None

    def run(self) -> None:
        """On the helper's thread."""
        with self._working:
            try:
                while not self._over and self._next_one():
                    pass
            except BaseException as error:  # told by the thread that asked
                self.error = error

    def settle(self) -> None:
        """Wait for the pass that has begun; where no helper was free yet none will begin."""
        self._over = True
        with self._working:
            pass


class _Helpers:
    """Threads that are kept, for to start one takes as long as to decode some pictures.  Any thread may ask."""

    def __init__(self) -> None:
        self._tasks: queue.SimpleQueue[_Task] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._count = 0

    def ask(self, task: _Task, most: int) -> None:
        """Have it run by one of at most ``most`` threads."""
        with self._lock:
            if self._count < most:
                self._count += 1
                threading.Thread(target=self._help, name=f"engine passes {self._count}", daemon=True).start()
        self._tasks.put(task)

    def _help(self) -> None:
        while True:
            self._tasks.get().run()


_HELPERS = _Helpers()
