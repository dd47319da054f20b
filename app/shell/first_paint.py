"""How long from process start to the first paint, ours and a bare window's, for `reverie bench`.

The caller notes ``time.time_ns()`` in the environment variable `STARTED` just before it starts the process; the process
prints one JSON line with the milliseconds until its window has painted once, and ends.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget

STARTED = "REVERIE_STARTED_NS"


class FirstPaint(QObject):
    """Calls ``then`` once, when the event loop comes round after the widget's first paint."""

    def __init__(self, widget: QWidget, then: Callable[[], None]) -> None:
        super().__init__(widget)
        self._then = then
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            QTimer.singleShot(0, self._then)
        return False


def since_start() -> float | None:
    """The milliseconds since `STARTED`; None where that is not set."""
    started = int(os.environ.get(STARTED, "0"))
    return (time.time_ns() - started) / 1e6 if started else None


def report(name: str) -> None:
    """Print the milliseconds since `STARTED`."""
    print(json.dumps({"window": name, "first_paint_ms": since_start()}), flush=True)


class _BareWindow(QWidget):
    """The least that paints."""

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).drawText(20, 40, "bare")


def show_bare_window() -> int:
    """A window with nothing in it, of the same Qt, as the measure of ours."""
    application = QApplication([])
    window = _BareWindow()
    window.resize(1440, 900)

    def painted() -> None:
        report("bare")
        application.quit()

    FirstPaint(window, painted)
    window.show()
    return application.exec()
