"""One window, one set of recovery files: a further window of the same person gets a folder of its own.

Without this the window that is closed last would write over the work of the one that was closed first.
"""

from __future__ import annotations

import os

from PySide6.QtCore import QLockFile

from app import paths
from app.translation import tr

MOST = 32
"""So many windows keep their work; nobody has more."""


def claim() -> tuple[QLockFile | None, str]:
    """Take the first folder that no running window has: from now on `app.paths.state` is that.

    Gives the lock, to be held as long as the window lives, and a sentence if this is a further window.  A lock of a
    process that is gone counts for nothing; None where the folder cannot be written, which is said when work is saved.
    """
    for number in range(1, MOST + 1):
        os.environ[paths.WINDOW] = str(number) if number > 1 else ""
        lock, locked = _try_lock()
        if locked:
            return lock, further_window(number) if number > 1 else ""
        if lock is None:
            break
    os.environ[paths.WINDOW] = ""
    return None, ""


def _try_lock() -> tuple[QLockFile | None, bool]:
    """The lock of the present folder and whether it is ours; no lock where there can be none."""
    try:
        paths.state().mkdir(parents=True, exist_ok=True)
    except OSError:
        return None, False
    lock = QLockFile(str(paths.state() / "window.lock"))
    lock.setStaleLockTime(0)  # held for hours: never too old, only left behind by a process that is gone
    if lock.tryLock(0):
        return lock, True
    return (lock if lock.error() == QLockFile.LockError.LockFailedError else None), False


def further_window(number: int) -> str:
    """What a further window says about its work."""
    return tr(
        "Another window of Reverie is open. This is window {number}: its work is kept in {state}, "
        "and comes back in window {number}."
    ).format(number=number, state=paths.state())
