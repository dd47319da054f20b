"""The window as `reverie bench` measures it: a latent model opened, its point dragged, its map panned and zoomed.

Prints one JSON line of figures, or of what went wrong, and ends.  The hand is `app.workspaces.latent.pace`'s.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QObject, QTimer

from app.shell.pace_report import MEGABYTE, resident_bytes, spread
from app.shell.pace_window import Done, measured
from app.workspaces.latent.map_tiles import CACHE_BYTES
from app.workspaces.latent.pace import MapTour, PointDrag, Trail, holes
from app.workspaces.latent.view import LatentView

LEGS = 4
"""The tour rests so often, and each time no tile may be missing."""
PATIENCE_S, LOOK_MS = 120.0, 20


def measure(arguments: Sequence[str]) -> int:
    """``MODEL DRAG_SECONDS TOUR_SECONDS``; the exit code."""
    model, drag_s, tour_s = arguments[0], float(arguments[1]), float(arguments[2])
    return measured(model, LatentView, "Latent workspace", lambda view, done: Pace(view, drag_s, tour_s, done))


class Pace(QObject):
    """Waits until the view is at rest, drags, tours the map leg by leg, and calls ``done(figures)``."""

    def __init__(self, view: LatentView, drag_s: float, tour_s: float, done: Done):
        super().__init__(view)
        self._view, self._drag_s, self._tour_s, self._done = view, drag_s, tour_s, done
        floor = view.center.floor
        self._plane, self._surface = floor.plane, floor.shown.surface
        area = self._plane.area()
        self._area = (area.left(), area.top(), area.right(), area.bottom())
        self._seen: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
        self._found: dict[str, Any] = {}
        self._frames: list[float] = []
        self._most, self._missing, self._legs, self._resident = 0, 0, 0, 0.0
        self._plane.view_changed.connect(self._look)

    def begin(self) -> None:
        """Go."""
        self._plane.fit()
        self._at_rest(self._drag)

    def _look(self, seen: tuple[float, float, float, float], _: float) -> None:
        self._seen = seen
        self._most = max(self._most, self._view.presenter.map_bytes)

    def _at_rest(self, then: Callable[[], None], since: float | None = None) -> None:
        """Wait until nothing is awaited any more."""
        began = time.perf_counter() if since is None else since
        state = self._view.state
        problem = None if state is None else state.problem
        if problem is not None and state is not None and state.engine == "ready":
            self._done({"problem": f"{problem.problem} {problem.remedy}"})
        elif state is not None and state.picture is not None and not (state.busy or state.map_busy):
            then()
        elif time.perf_counter() - began > PATIENCE_S:
            self._done({"problem": "the window does not come to rest"})
        else:
            QTimer.singleShot(LOOK_MS, lambda: self._at_rest(then, began))

    def _drag(self) -> None:
        area, places = self._plane.area(), (self._place_of_point, self._place_of_picture)
        self._area = (area.left(), area.top(), area.right(), area.bottom())
        PointDrag(self._plane, self._area, self._surface, places, self._drag_s, self._dragged)

    def _place_of_point(self) -> object:
        return None if self._view.state is None else self._view.state.point

    def _place_of_picture(self) -> object:
        return None if self._view.state is None else self._view.state.picture_point

    def _dragged(self, trail: Trail) -> None:
        self._found["drag"] = spread(trail.waits()) | {
            "moves": len(trail.due),
            "pictures": trail.pictures(),
            "backwards": trail.backwards(),
        }
        self._at_rest(self._tour)

    def _tour(self) -> None:
        self._resident = self._resident or resident_bytes()
        first = round(self._legs * self._tour_s)
        MapTour(self._plane, self._area, self._tour_s / LEGS, first, self._toured)

    def _toured(self, frames: list[float]) -> None:
        self._frames += frames
        self._legs += 1
        self._at_rest(self._rested)

    def _rested(self) -> None:
        state = self._view.state
        assert state is not None, "a tour was made of what is shown"
        self._missing += holes(state.tiles, self._seen)
        self._most = max(self._most, self._view.presenter.map_bytes)
        if self._legs < LEGS:
            self._tour()
            return
        self._found["map"] = spread(self._frames) | {
            "seconds": self._tour_s,
            "frames": len(self._frames),
            "cache_mb": self._most / MEGABYTE,
            "bound_mb": CACHE_BYTES / MEGABYTE,
            "growth_mb": (resident_bytes() - self._resident) / MEGABYTE,
            "missing_at_rest": self._missing,
            "rests": self._legs,
        }
        self._done(self._found)
