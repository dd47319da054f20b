"""What the engine process may take: a model file is a program by a stranger, and this bounds what it can do.

=====================  ==========================================================================================
address space          the smaller of 4 GB and half of the machine's memory, at least 1 GB: a graph that asks for
                       terabytes gets an error it can report, and the machine stays usable (Linux)
core files             none: they would be as large as the models
priority               a little below the window's, so that the window stays quick on a full machine
freed memory           stays with the process, up to 64 MB, for the next pictures: to give it back and get it again took
                       a quarter of the time of a grid of small ones; all threads share one heap, and what is free in
                       it is given back in a quiet moment (Linux with glibc)
the parent's death     ends this process also when native code holds the interpreter and end of file goes unseen (Linux)
=====================  ==========================================================================================

All of them are best effort: a system that lacks one goes without, and the log says so.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
from collections.abc import Callable

log = logging.getLogger(__name__)

MEGABYTE, GIGABYTE = 2**20, 2**30
KEPT = 64 * MEGABYTE
NICE = 2
_PR_SET_PDEATHSIG = 1
_M_TRIM_THRESHOLD, _M_TOP_PAD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -2, -3, -8


def apply() -> None:
    """Limit the calling process, for good."""
    for limit in (limit_memory, forbid_core_files, lower_priority, keep_memory, die_with_parent):
        _try(limit)


def _try(limit: Callable[[], None]) -> None:
    try:
        limit()
    except (OSError, ValueError, ImportError, AttributeError) as error:
        log.info("no limit '%s' on this system: %s", limit.__name__, error)


def memory_bound(total: int) -> int:
    """Bytes of address space for an engine on a machine with ``total`` bytes of memory."""
    return max(GIGABYTE, min(4 * GIGABYTE, total // 2))


def limit_memory() -> None:
    """Bound the address space."""
    import resource

    bound = memory_bound(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    if hard != resource.RLIM_INFINITY:
        bound = min(bound, hard)
    resource.setrlimit(resource.RLIMIT_AS, (bound, bound))


def forbid_core_files() -> None:
    """Write no core file at a crash."""
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def lower_priority() -> None:
    """Step back behind the window."""
    os.nice(NICE)


def keep_memory() -> None:
    """Have the C library keep what is freed, rather than map and clear pages anew for every picture."""
    import ctypes

    options = {_M_MMAP_THRESHOLD: 32 * MEGABYTE, _M_TRIM_THRESHOLD: KEPT, _M_TOP_PAD: 8 * MEGABYTE, _M_ARENA_MAX: 1}
    mallopt = ctypes.CDLL(None).mallopt
    refused = [option for option, value in options.items() if mallopt(option, value) != 1]
    if refused:
        raise OSError(f"mallopt refused {refused}")


def give_back() -> None:
    """Return to the system what is free in the heap, also between what is not: a C library does so only at its end."""
    _try(_trim)


def _trim() -> None:
    import ctypes

    ctypes.CDLL(None).malloc_trim(0)


def die_with_parent() -> None:
    """Have the kernel end this process when the thread that started it ends."""
    import ctypes

    if not sys.platform.startswith("linux"):
        raise OSError("there is no PR_SET_PDEATHSIG")
    if ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")
