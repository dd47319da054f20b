"""How soon a wall hangs and how smoothly it scrolls, for `reverie bench`: a scripted hand over the real wall.

Times count to the turn of the event loop after the paint, when the window has the picture.  All on the GUI thread.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable

from PySide6.QtCore import QObject, QPointF

from app.widgets.scripted_hand import FRAME_S, Beat, Hand, Paints
from app.widgets.tile_wall import TileWall

PHASE_FRAMES, JUMP_FRAMES = 120, 6
"""Frames of turning the wheel, of pulling the bar, of leaping; frames from a leap to the next."""


class FirstTile(QObject):
    """From now to the first paint of a wall at which ``hangs()``; calls ``done(seconds)``."""

    def __init__(self, wall: TileWall, hangs: Callable[[], bool], done: Callable[[float], None]) -> None:
        super().__init__(wall)
        self._began, self._done, self._over = time.perf_counter(), done, False
        self._paints = Paints(wall.viewport(), hangs, self._painted)

    def _painted(self, hangs: Hashable) -> None:
        if hangs is True and not self._over:
            self._over = True
            self._paints.stop()
            self._done(time.perf_counter() - self._began)


class WallScroll(QObject):
    """Turns the wheel, pulls the bar from end to end and leaps, over and over, and measures each frame from when it was
    due; then calls ``done(frames)``, seconds."""

    def __init__(self, wall: TileWall, seconds: float, done: Callable[[list[float]], None]) -> None:
        super().__init__(wall)
        self._wall, self._hand, self._done = wall, Hand(wall.viewport()), done
        self._frames: list[float] = []
        self._due: float | None = None
        self._down = True
        self._paints = Paints(wall.viewport(), lambda: None, self._painted)
        self._beat = Beat(self, FRAME_S, round(seconds / FRAME_S), self._step, self._finish)

    def _step(self, number: int, due: float) -> None:
        if self._due is None:
            self._due = due
        bar = self._wall.verticalScrollBar()
        before = bar.value()
        phase, frame = divmod(number, PHASE_FRAMES)
        if phase % 3 == 0:
            self._down = bar.value() < bar.maximum() if self._down else bar.value() == 0
            self._hand.turn(QPointF(40, 40), -1 if self._down else 1)
        elif phase % 3 == 1:
            share = frame / (PHASE_FRAMES - 1)
            bar.setValue(round(bar.maximum() * (share if phase % 2 else 1 - share)))
        elif frame % JUMP_FRAMES == 0:
            bar.setValue(round(bar.maximum() * ((0.7548776662 * number) % 1)))
        if bar.value() == before and self._due == due:
            self._due = None  # nothing moved, so nothing is due

    def _painted(self, _: Hashable) -> None:
        if self._due is not None:
            self._frames.append(time.perf_counter() - self._due)
            self._due = None

    def _finish(self) -> None:
        self._paints.stop()
        self._done(self._frames)
