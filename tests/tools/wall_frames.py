"""How long a frame of a wall of 10,000 takes while it scrolls: ``python tests/tools/wall_frames.py [--xvfb]``.

For each kind of picture, tile size, screen scale and way of scrolling one line of JSON: median, 95th percentile and
worst frame in milliseconds, from the hand's move until the frame is handed to the screen, and the processor's time of
the worst (what other programs did meanwhile left out).  Each scale is a process of
its own, offscreen or with ``--xvfb`` on the X display that ``DISPLAY`` names.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

if TYPE_CHECKING:
    from app.widgets.tile_wall import Marks, TileWall

TOTAL, SIZE = 10_000, (1440, 900)
KINDS = {"28x28x1": (28, 1), "64x64x3": (64, 3)}
SIDES = (7, 14, 28, 32, 64, 128)
FRAMES = 60


@dataclass
class Painted:
    """Pictures of noise, some of them marked."""

    images: NDArray[np.uint8]
    columns: int | None = None
    row_titles: tuple[str, ...] = ()
    order: NDArray[np.int64] | None = None
    drawn: NDArray[np.bool_] = field(init=False)

    def __post_init__(self) -> None:
        self.drawn = np.ones(len(self.images), bool)

    @property
    def count(self) -> int:
        """How many."""
        return len(self.images)

    def captions(self, index: int) -> str:
        """Its number."""
        return f"Picture {index}"

    def marks(self, index: int) -> Marks:
        """Every fifth is starred."""
        from app.widgets.tile_wall import NO_MARKS, Marks

        return NO_MARKS if index % 5 else Marks(starred=True)


def main(arguments: Sequence[str]) -> int:
    """All scales, or with ``--scale`` the one of this process."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--xvfb", action="store_true", help="on the X display instead of offscreen")
    parser.add_argument("--scale", help=argparse.SUPPRESS)
    args = parser.parse_args(arguments)
    if args.scale:
        return one_scale(args.scale)
    platform = "xcb" if args.xvfb else "offscreen"
    for scale in ("1", "2"):
        extra = {"QT_QPA_PLATFORM": platform, "QT_SCALE_FACTOR": scale}
        subprocess.run([sys.executable, __file__, "--scale", scale], env=os.environ | extra, cwd=ROOT, check=True)
    return 0


def one_scale(scale: str) -> int:
    """Everything at the scale of this process."""
    from PySide6.QtWidgets import QApplication

    from app.theme import stylesheet
    from app.theme.tokens import DARK
    from app.widgets.tile_wall import TileWall

    application = QApplication([])
    stylesheet.apply(application, DARK)
    rng = np.random.default_rng(0)
    for kind, (side, channels) in KINDS.items():
        wall = TileWall()
        wall.resize(*SIZE)
        wall.set_source(Painted(rng.integers(0, 256, (TOTAL, side, side, channels), np.uint8)))
        wall.show()
        application.processEvents()
        for tile in SIDES:
            wall.set_tile_size(tile)
            application.processEvents()
            for way, moves in ways(wall):
                case = {"scale": scale, "kind": kind, "tile": wall.tile_size(), "way": way}
                print(json.dumps(case | pace(wall, moves)), flush=True)
        wall.close()
    return 0


def ways(wall: TileWall) -> Iterator[tuple[str, list[Callable[[], object]]]]:
    """Ways to scroll, as what is done before each frame."""
    from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
    from PySide6.QtGui import QKeyEvent, QWheelEvent

    bar = wall.verticalScrollBar()
    none, buttons = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.NoButton
    phase, at = Qt.ScrollPhase.NoScrollPhase, QPointF(200, 200)

    def turn() -> None:
        wall.wheelEvent(QWheelEvent(at, at, QPoint(), QPoint(0, -120), buttons, none, phase, False))

    def page() -> None:
        wall.keyPressEvent(QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_PageDown, none))

    bar.setValue(0)
    yield "wheel", [turn] * FRAMES
    jumps = np.random.default_rng(1).permutation(FRAMES) * bar.maximum() // FRAMES
    yield "bar", [lambda value=int(value): bar.setValue(value) for value in jumps]
    bar.setValue(0)
    yield "page", [page] * FRAMES


def pace(wall: TileWall, moves: Sequence[Callable[[], object]]) -> dict[str, float]:
    """Milliseconds a frame, over the moves."""
    from PySide6.QtCore import QCoreApplication

    found, busy = [], []
    for move in moves:
        began, worked = time.perf_counter(), time.thread_time()
        move()
        wall.viewport().repaint()
        found.append(1e3 * (time.perf_counter() - began))
        busy.append(1e3 * (time.thread_time() - worked))
        QCoreApplication.processEvents()
    parts = quantiles(found, n=20, method="inclusive")
    figures = {"median_ms": parts[9], "p95_ms": parts[18], "worst_ms": max(found), "worst_cpu_ms": max(busy)}
    return {name: round(value, 1) for name, value in figures.items()}


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
