"""The installed PySide6 keeps its references to None and True.

PySide6 6.12.0 on CPython before 3.12 loses one at every call that returns nothing and at every emit, and the process
aborts after some thousand calls: long after every short test has passed.  Hence the upper end in pyproject.toml.
"""

from __future__ import annotations

import sys

from PySide6.QtCore import QObject, Signal

CALLS = 200


class _Emitter(QObject):
    happened = Signal(int)


def test_calls_that_return_nothing_keep_none_alive() -> None:
    emitter = _Emitter()
    before = sys.getrefcount(None)
    for _ in range(CALLS):
        emitter.setObjectName("x")
    assert sys.getrefcount(None) > before - CALLS // 2


def test_emits_keep_true_alive() -> None:
    emitter = _Emitter()
    before = sys.getrefcount(True)
    for _ in range(CALLS):
        emitter.happened.emit(1)
    assert sys.getrefcount(True) > before - CALLS // 2
