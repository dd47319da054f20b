"""The passes of a large batch, worked off by several threads: ONNX Runtime and NumPy let go of the interpreter."""

from __future__ import annotations

import math
import os
from collections import deque
from collections.abc import Callable, Generator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache

MOST_THREADS = 4
"""A window and other programs want their share too."""


def even_passes(count: int, most: int) -> list[slice]:
    """The rows of a batch in an even number of passes, alike but for the last, none of more than ``most`` rows.

    They do not depend on the machine: the last digits of a matrix product depend on how many rows it has.
    """
    wanted = max(math.ceil(count / most), 1)
    size = math.ceil(count / (wanted + wanted % 2))
    return [slice(start, min(start + size, count)) for start in range(0, count, size)]


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
        work(rows)
        done.append(rows)
        return True

    def help_out() -> None:
        while next_one():
            pass

    helpers = [] if alone else [_pool().submit(help_out) for _ in range(min(threads(), len(passes)) - 1)]
    try:
        while next_one():
            yield tuple(done)
        for helper in helpers:
            if not helper.cancel():
                helper.result()
    finally:
        waiting.clear()
        for helper in helpers:
            _settle(helper)


def threads() -> int:
    """How many threads work on one batch."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(cores, MOST_THREADS)


@cache
def _pool() -> ThreadPoolExecutor:
    """Those that help out, kept: to start a thread takes as long as to decode some pictures."""
    return ThreadPoolExecutor(max(threads() - 1, 1), thread_name_prefix="engine passes")


def _settle(helper: Future[None]) -> None:
    """It has ended, however it did: what failed here first is what is told."""
    if not helper.cancel():
        helper.exception()
