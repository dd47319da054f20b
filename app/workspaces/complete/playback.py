"""Replaying a finished completion at a pace that eyes can follow; the engine never waits for it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engine.contracts.arrays import Observed
from engine.contracts.events import Completion

ROW_MS = 120.0
PIXEL_MS_BOUNDS = (10.0, 80.0)
PIXELS_IN_ALL_MS = 8000.0
SHOW_MS = 600.0
"""A tile of the first show; with eight of them, `STAGGER_MS` apart, all stand there after a second."""
STAGGER_MS = 60.0
TICK_MS = 16.0
_INTO_STEP = 0.01  # so far into a step a replay is halted: times are floats, and it is to be on this side of them


@dataclass(frozen=True, slots=True, eq=False)
class Playback:
    """A replay, as a value that knows what is drawn at any moment.

    pixels : (S,) int32
        Upright flat indices of the pixels that were unknown, in the order they were drawn.
    ends : (T,) int64
        After step t the first ``ends[t]`` of them are drawn.
    step_ms, stagger_ms : float
        Time a step, and how much later each tile starts than the one before it.
    started_ms : float
        When the first tile started, by the presenter's clock; ``paused_ms`` when it was halted, or None.
    """

    shape: tuple[int, int, int]
    pixels: NDArray[np.int32]
    ends: NDArray[np.int64]
    step_ms: float
    stagger_ms: float
    started_ms: float
    paused_ms: float | None = None

    @classmethod
    def start(cls, pace: str, completion: Completion, observed: Observed, now_ms: float) -> Playback:
        """A replay by ``"rows"``, ``"pixels"``, or as the first ``"show"``, a second in all, tile after tile."""
        count, height, width = completion.images.shape[:3]
        order = np.asarray(completion.order)
        unknown = ~observed.reshape(-1)[order]
        pixels = order[unknown]
        if pace == "rows":
            ends, step_ms = _row_ends(order, unknown, height, width), ROW_MS
        else:
            ends = np.arange(1, len(pixels) + 1)
            in_all = SHOW_MS if pace == "show" else PIXELS_IN_ALL_MS
            step_ms = in_all / max(len(pixels), 1)
            step_ms = step_ms if pace == "show" else float(np.clip(step_ms, *PIXEL_MS_BOUNDS))
        stagger_ms = STAGGER_MS if pace == "show" else 0.0
        return cls((count, height, width), pixels, ends, step_ms, stagger_ms, now_ms)

    @property
    def by_pixels(self) -> bool:
        """Every tile goes pixel by pixel, and all together: any pixel can be halted at."""
        return len(self.ends) == len(self.pixels) and self.stagger_ms == 0

    @property
    def length_ms(self) -> float:
        """From the first tile's start to the last one's end."""
        return len(self.ends) * self.step_ms + (self.shape[0] - 1) * self.stagger_ms

    @property
    def tick_ms(self) -> float:
        """How long until there may be something new to see."""
        return max(TICK_MS, self.step_ms if self.stagger_ms == 0 else 0.0)

    def elapsed_ms(self, now_ms: float) -> float:
        """Time on the replay's own clock, which stands while it is paused."""
        return (now_ms if self.paused_ms is None else self.paused_ms) - self.started_ms

    def is_over(self, now_ms: float) -> bool:
        """Everything is drawn and nobody halted it."""
        return self.paused_ms is None and self.elapsed_ms(now_ms) >= self.length_ms

    def position(self, now_ms: float) -> float:
        """How far it is, in [0, 1]."""
        return float(np.clip(self.elapsed_ms(now_ms) / max(self.length_ms, 1e-9), 0.0, 1.0))

    def drawn(self, now_ms: float) -> NDArray[np.bool_]:
        """(N, H, W) what the replay has drawn; known pixels are left to the picture below it."""
        count, height, width = self.shape
        drawn = np.zeros((count, height * width), bool)
        for tile in range(count):
            drawn[tile, self.pixels[: self.count(tile, now_ms)]] = True
        return drawn.reshape(count, height, width)

    def count(self, tile: int, now_ms: float) -> int:
        """How many pixels this tile has drawn."""
        steps = int((self.elapsed_ms(now_ms) - tile * self.stagger_ms + 1e-6) // self.step_ms)
        steps = min(max(steps, 0), len(self.ends))
        return int(self.ends[steps - 1]) if steps else 0

    def cursor(self, tile: int, now_ms: float) -> int | None:
        """The pixel that this tile drew last, or None before the first."""
        done = self.count(tile, now_ms)
        return int(self.pixels[done - 1]) if done else None

    def sought(self, position: float, now_ms: float) -> Playback:
        """Halted at a position in [0, 1]."""
        elapsed = min(max(position, 0.0), 1.0) * self.length_ms
        return replace(self, started_ms=now_ms - elapsed, paused_ms=now_ms)

    def after(self, count: int, now_ms: float) -> Playback:
        """Halted when ``count`` pixels of each tile are drawn, if it goes `by_pixels`."""
        steps = min(max(count, 0), len(self.pixels)) + _INTO_STEP
        return replace(self, started_ms=now_ms - steps * self.step_ms, paused_ms=now_ms)

    def toggled(self, now_ms: float) -> Playback:
        """Halted if it ran; going on (from the start, if it was at its end) if it stood."""
        if self.paused_ms is None:
            return replace(self, paused_ms=now_ms)
        elapsed = self.elapsed_ms(now_ms)
        return replace(self, started_ms=now_ms - (0.0 if elapsed >= self.length_ms else elapsed), paused_ms=None)


def _row_ends(order: NDArray[np.int32], unknown: NDArray[np.bool_], height: int, width: int) -> NDArray[np.int64]:
    """How many unknown pixels are drawn after each line of the raster (columns, if it runs down) that has any."""
    per_line = unknown.reshape(-1, width if runs_along_rows(order, width) else height).sum(axis=1)
    return np.asarray(np.cumsum(per_line[per_line > 0]))


def runs_along_rows(order: NDArray[np.int32], width: int) -> bool:
    """Whether an order of drawing goes row by row, not column by column."""
    return len(order) < 2 or (width > 1 and abs(int(order[1]) - int(order[0])) == 1)
