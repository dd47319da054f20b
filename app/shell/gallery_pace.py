"""The window as `reverie bench` measures its gallery: a large wall is hung, and scrolled while it is drawn and after.

Prints one JSON line of figures, or of what went wrong, and ends.  The hand is `app.workspaces.gallery.pace`'s.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QObject, QTimer

from app.shell.pace_report import MEGABYTE, resident_with_children, spread
from app.shell.pace_window import Done, measured
from app.workspaces.gallery.pace import FirstTile, WallScroll
from app.workspaces.gallery.plan import COUNTS
from app.workspaces.gallery.view import GalleryView

PATIENCE_S, LOOK_MS = 600.0, 20
SMALL, SEED = COUNTS[0], 4711
"""What hangs before, and the seed of the large wall."""


def measure(arguments: Sequence[str]) -> int:
    """``MODEL COUNT SECONDS``; the exit code."""
    model, count, seconds = arguments[0], int(arguments[1]), float(arguments[2])

    def shows(view: GalleryView) -> bool:
        return view.state is not None and view.state.model == model

    return measured(
        model,
        GalleryView,
        "Gallery",
        lambda view, done: Pace(view, count, seconds, done),
        workspace="gallery",
        shows=shows,
    )


class Pace(QObject):
    """Hangs a small wall, then one of ``count``; scrolls while that is drawn, and ``seconds`` after; calls
    ``done(figures)``."""

    def __init__(self, view: GalleryView, count: int, seconds: float, done: Done) -> None:
        super().__init__(view)
        self._view, self._count, self._seconds, self._done = view, count, seconds, done
        self._wall = view.center.wall_page.wall
        self._found: dict[str, Any] = {}
        self._streaming: list[float] = []
        self._before, self._began = 0.0, 0.0

    def begin(self) -> None:
        """Go."""
        self._view.presenter.set_count(SMALL)
        self._at_rest(self._hang)

    def _at_rest(self, then: Callable[[], None], since: float | None = None) -> None:
        """Wait until the wall is drawn."""
        began = time.perf_counter() if since is None else since
        state = self._view.state
        if state is not None and state.problem is not None and state.engine == "ready":
            self._done({"problem": str(state.problem)})
        elif self._is_drawn():
            then()
        elif time.perf_counter() - began > PATIENCE_S:
            self._done({"problem": "the wall is not drawn in the end"})
        else:
            QTimer.singleShot(LOOK_MS, lambda: self._at_rest(then, began))

    def _is_drawn(self) -> bool:
        state = self._view.state
        return state is not None and state.tiles is not None and not state.drawing and bool(state.tiles.drawn.all())

    def _hang(self) -> None:
        state = self._view.state
        assert state is not None and state.tiles is not None, "a wall hangs"
        self._before, old = resident_with_children(), state.tiles.images[0].copy()

        def hangs() -> bool:
            now = self._view.state
            return now is not None and now.tiles is not None and bool((now.tiles.images[0] != old).any())

        self._began = time.perf_counter()
        self._view.presenter.set_count(self._count)
        FirstTile(self._wall, hangs, self._hung)
        self._view.presenter.set_parameter("seed", SEED)

    def _hung(self, seconds: float) -> None:
        self._found |= {"count": self._count, "first_ms": 1e3 * seconds}
        self._stream([])

    def _stream(self, frames: list[float]) -> None:
        """Scroll, second by second, as long as the wall is being drawn."""
        self._streaming += frames
        if self._is_drawn() or time.perf_counter() - self._began > PATIENCE_S:
            self._found["drawn_s"] = time.perf_counter() - self._began
            self._at_rest(self._scroll)
        else:
            WallScroll(self._wall, 1.0, self._stream)

    def _scroll(self) -> None:
        WallScroll(self._wall, self._seconds, self._scrolled)

    def _scrolled(self, frames: list[float]) -> None:
        for name, found in (("streaming", self._streaming), ("hanging", frames)):
            if len(found) > 1:
                self._found[name] = spread(found) | {"frames": len(found)}
        self._found["growth_mb"] = (resident_with_children() - self._before) / MEGABYTE
        self._done(self._found)
