"""The window as `reverie bench` measures its lenses: strokes whose bits map is awaited, pixels under the microscope.

Prints one JSON line of figures, or of what went wrong, and ends.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Sequence
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, QPointF, Qt, QTimer

from app.shell.pace_report import spread
from app.shell.pace_window import Done, measured
from app.widgets.scripted_hand import Beat, Hand, Paints
from app.workspaces.complete.view import CompleteView

MOVES, MOVE_S, POINT_S = (6, 9, 7, 10, 8), 0.008, 0.03
"""Moves of one stroke after the other (they end at any moment of what goes on meanwhile), seconds between them, seconds
between pixels that are pointed at."""
PATIENCE_S, LOOK_MS, PAUSE_MS = 120.0, 20, 150
_NONE = Qt.MouseButton.NoButton


def measure(arguments: Sequence[str]) -> int:
    """``MODEL STROKES MOVES``; the exit code."""
    model, strokes, moves = arguments[0], int(arguments[1]), int(arguments[2])
    return measured(model, CompleteView, "Complete workspace", lambda view, done: LensPace(view, strokes, moves, done))


class LensPace(QObject):
    """Draws ``strokes`` on a whole picture and as many on half of one, points at ``moves`` pixels, then calls
    ``done(figures)``."""

    def __init__(self, view: CompleteView, strokes: int, moves: int, done: Done) -> None:
        super().__init__(view)
        self._view, self._strokes, self._moves, self._done = view, strokes, moves, done
        self._canvas = view.center.floor.canvas
        self._hand = Hand(self._canvas)
        self._found: dict[str, Any] = {}
        self._waits: list[float] = []
        self._series, self._left = "", 0
        self._wanted: Hashable = None
        self._due = 0.0
        self._paints: Paints | None = None

    def begin(self) -> None:
        """Go."""
        self._at_rest(self._whole)

    def _at_rest(self, then: Callable[[], None], since: float | None = None) -> None:
        """Wait until nothing is awaited any more."""
        began, state = time.perf_counter() if since is None else since, self._view.state
        problem = None if state is None else state.problem
        ready = state is not None and state.engine == "ready"
        if problem is not None and ready:
            self._done({"problem": f"{problem.problem} {problem.remedy}"})
        elif state is not None and ready and not (state.working or state.playing or state.show_running):
            then()
        elif time.perf_counter() - began > PATIENCE_S:
            self._done({"problem": "the window does not come to rest"})
        else:
            self._view.presenter.skip_show()
            QTimer.singleShot(LOOK_MS, lambda: self._at_rest(then, began))

    # -- strokes ---------------------------------------------------------------------------------------------------

    def _whole(self) -> None:
        self._load(255)
        self._begin_strokes("bits_map", self._half)

    def _half(self) -> None:
        self._load(0)
        self._begin_strokes("bits_map_meanwhile", self._microscope)

    def _load(self, below: int) -> None:
        """A picture of the darkest colour, its lower half given or not (``below`` is its opacity)."""
        state = self._view.state
        assert state is not None
        height, width = state.document.state.shape
        rgba = np.zeros((height, width, 4), np.uint8)
        rgba[..., 3] = 255
        rgba[height // 2 :, :, 3] = below
        presenter = self._view.presenter
        presenter.load_picture(rgba)
        presenter.choose_tool("pen")
        presenter.choose_lens("bits")

    def _begin_strokes(self, series: str, then: Callable[[], None]) -> None:
        self._series, self._left, self._waits, self._then = series, self._strokes, [], then
        self._paints = Paints(self._canvas, lambda: id(self._view.presenter.examined), self._painted)
        self._at_rest(self._stroke)

    def _stroke(self) -> None:
        """From left to right through the upper half, row by row, and over again in another colour: each changes it."""
        state, number = self._view.state, self._strokes - self._left
        assert state is not None
        colors, (height, width) = state.colors, state.document.state.shape
        turn, row = divmod(number, max(1, height // 2 - 2))
        ink = [choice.color for choice in colors if any(choice.color)] or [colors[0].color]  # the picture is black
        self._view.presenter.choose_color(ink[turn % len(ink)] if turn % 2 == 0 or len(ink) > 1 else colors[1].color)
        self._row = 1 + row
        moves = MOVES[number % len(MOVES)]
        self._columns = np.linspace(1, width - 2, moves + 1)
        self._hand.press(self._point(self._columns[0], self._row))
        Beat(self, MOVE_S, moves, self._drag, self._drawn)

    def _drag(self, number: int, due: float) -> None:
        self._due = due
        self._hand.move(self._point(self._columns[number + 1], self._row))

    def _drawn(self) -> None:
        state = self._view.state
        assert state is not None
        self._wanted = id(state.document)
        self._hand.release(self._point(self._columns[-1], self._row))
        stroke = (self._series, self._left)
        QTimer.singleShot(int(PATIENCE_S * 1e3), lambda: self._give_up(stroke))

    def _give_up(self, stroke: tuple[str, int]) -> None:
        """This stroke is still awaited after a long time."""
        if self._paints is not None and stroke == (self._series, self._left) and self._wanted is not None:
            self._paints.stop()
            self._done({"problem": "a stroke's bits map was never painted"})

    def _painted(self, examined: Hashable) -> None:
        if self._wanted is None or examined != self._wanted or self._paints is None:
            return
        self._waits.append(time.perf_counter() - self._due)
        self._wanted, self._left = None, self._left - 1
        if self._left:
            QTimer.singleShot(PAUSE_MS, self._stroke)
            return
        self._paints.stop()
        self._paints = None
        self._found[self._series] = spread(self._waits) | {"n": len(self._waits)}
        self._at_rest(self._then)

    def _point(self, column: float, row: float) -> QPointF:
        """The middle of a pixel on the canvas, device-independent px."""
        state = self._view.state
        assert state is not None
        height, width = state.document.state.shape
        zoom = self._canvas.zoom() / self._canvas.devicePixelRatioF()
        middle = QPointF(self._canvas.width() / 2, self._canvas.height() / 2)
        return middle + QPointF((column + 0.5 - width / 2) * zoom, (row + 0.5 - height / 2) * zoom)

    # -- the microscope --------------------------------------------------------------------------------------------

    def _microscope(self) -> None:
        self._load(255)
        self._at_rest(lambda: QTimer.singleShot(10 * PAUSE_MS, self._points))

    def _points(self) -> None:
        self._waits, self._pending = [], dict[Hashable, float]()
        self._paints = Paints(self._view.inspector.lens.chart, self._spot, self._seen)
        Beat(self, POINT_S, self._moves, self._look, lambda: QTimer.singleShot(10 * PAUSE_MS, self._finish))

    def _spot(self) -> Hashable:
        state = self._view.state
        spot = None if state is None or state.look is None else state.look.spot
        return None if spot is None else (spot.column, spot.row)

    def _look(self, number: int, due: float) -> None:
        state = self._view.state
        assert state is not None
        height, width = state.document.state.shape
        pixel = (7 * number) % width, (3 * number) % height
        self._pending[pixel] = due
        self._hand.move(self._point(*pixel), _NONE)

    def _seen(self, spot: Hashable) -> None:
        due = self._pending.pop(spot, None)
        if due is not None:
            self._waits.append(time.perf_counter() - due)

    def _finish(self) -> None:
        if self._paints is not None:
            self._paints.stop()
        if len(self._waits) < self._moves // 2:
            self._done({"problem": "most pixels were never painted in the card"})
            return
        self._found["microscope"] = spread(self._waits) | {"n": len(self._waits)}
        self._done(self._found)
