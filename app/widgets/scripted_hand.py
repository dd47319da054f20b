"""A hand that a program moves over a widget, and what is painted of it: for `reverie bench` in the real window.

Everything happens on the GUI thread.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Hashable

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

FRAME_S = 1 / 60
_NONE, _LEFT = Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton


class Paints(QObject):
    """Calls ``then(looked)`` in the turn of the event loop after each paint of a widget, with what ``look()`` gave as
    it was painted."""

    def __init__(self, widget: QWidget, look: Callable[[], Hashable], then: Callable[[Hashable], None]) -> None:
        super().__init__(widget)
        self._widget, self._look, self._then = widget, look, then
        self._looked: list[Hashable] = []
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self._looked.append(self._look())
            if len(self._looked) == 1:
                QTimer.singleShot(0, self._turn)
        return False

    def _turn(self) -> None:
        looked, self._looked = self._looked, []
        for one in looked:
            self._then(one)

    def stop(self) -> None:
        """Call no more."""
        self._widget.removeEventFilter(self)
        self._looked.clear()


class Beat(QObject):
    """Calls ``step(number, due)`` for every step that is due, ``period`` seconds apart, then ``done`` once.

    A program that was busy makes up for all steps that it missed, with the times at which they were due.
    """

    def __init__(
        self, parent: QObject, period: float, count: int, step: Callable[[int, float], None], done: Callable[[], None]
    ) -> None:
        super().__init__(parent)
        self._period, self._count, self._step, self._done = period, count, step, done
        self._number, self._began = 0, time.perf_counter()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._tick)
        self._timer.start(0)

    def _tick(self) -> None:
        while self._number < self._count and (due := self._began + self._number * self._period) <= time.perf_counter():
            self._step(self._number, due)
            self._number += 1
        if self._number >= self._count:
            self._done()
            return
        ahead = self._began + self._number * self._period - time.perf_counter()
        self._timer.start(max(0, math.floor(1e3 * ahead)))


class Hand:
    """A mouse over a widget, at points of its own device-independent px."""

    def __init__(self, widget: QWidget) -> None:
        self._widget = widget

    def press(self, at: QPointF, button: Qt.MouseButton = _LEFT) -> None:
        """Press a button."""
        self._mouse(QEvent.Type.MouseButtonPress, at, button, button)

    def move(self, at: QPointF, button: Qt.MouseButton = _LEFT) -> None:
        """Move while a button is held."""
        self._mouse(QEvent.Type.MouseMove, at, _NONE, button)

    def release(self, at: QPointF, button: Qt.MouseButton = _LEFT) -> None:
        """Let the button go."""
        self._mouse(QEvent.Type.MouseButtonRelease, at, button, _NONE)

    def turn(self, at: QPointF, notches: int) -> None:
        """Turn the wheel."""
        angle, plain = QPoint(0, 120 * notches), Qt.KeyboardModifier.NoModifier
        over = QPointF(self._widget.mapToGlobal(at))
        wheel = QWheelEvent(at, over, QPoint(), angle, _NONE, plain, Qt.ScrollPhase.NoScrollPhase, False)
        QCoreApplication.sendEvent(self._widget, wheel)

    def _mouse(self, kind: QEvent.Type, at: QPointF, button: Qt.MouseButton, held: Qt.MouseButton) -> None:
        over = QPointF(self._widget.mapToGlobal(at))
        event = QMouseEvent(kind, at, over, button, held, Qt.KeyboardModifier.NoModifier)
        QCoreApplication.sendEvent(self._widget, event)
