"""Hours of use in one script: what the window and its engine weigh while all workspaces are at work.

    REVERIE_HOME=$(mktemp -d) QT_QPA_PLATFORM=offscreen python tests/tools/soak.py --minutes 60

Rounds of commands go through the real window: models change, pictures are painted, completed, scored and looked at
through every lens, points are pulled and walked between, walls are drawn and sorted.  The resident memory of
both processes is read at the end of each round, and every second between.  Printed are the most that they weighed
together at the rounds' ends and in any moment, and how much the median of the last quarter of the ends is above that of
the third (growth over the last half); exit code 1 where the ends miss a bar.  What both processes share (Python's and
NumPy's own code) is counted twice.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from app.shell.frame import PREFERRED
from app.shell.session import Session
from app.shell.start import open_frame

MOST_MB, MOST_GROWTH = 450.0, 0.05
"""Issue 6: window and engine after an hour, and growth over the last half."""
SAMPLE_MS = 1000
PAUSE_MS = 900
"""Between two commands: long enough for most answers, short enough that some are overtaken."""
COMPLETE = ("mnist-gated-pixelcnn", "portraits-gated-pixelcnn", "fashion-gated-pixelcnn", "mnist-pixelcnn")
LATENT = ("mnist-vae-2d", "faces-vae", "mnist-gaussian", "fashion-autoencoder-2d", "sprites-beta-vae")
GALLERY = ("mnist-dcgan", "faces-gan", "fashion-biggan", "fashion-dcgan")
OF_COMPLETE = (
    "example", "keep-scattered", "dice", "lens-bits", "lens-entropy", "lens-class", "keep-bottom", "lens-none", "again",
    "compare-raster", "dice", "compare-raster", "adopt-2", "score", "undo", "undo", "redo", "clear", "example",
    "keep-top", "rewind", "pixel-on", "row-on", "branch", "undo", "to-the-end", "rest", "lens-field", "lens-none",
)  # fmt: skip
OF_LATENT = (
    "jump", "jump", "layer-prior", "layout", "output", "drawer-directions", "jump", "drawer-path", "add-key", "jump",
    "add-key", "walk", "walk", "drawer-path", "go-home", "undo", "layout", "output",
)  # fmt: skip
OF_GALLERY = (
    "dice", "classes-rows", "classes-mixed", "sort-class", "sort-drawn", "drawer-neighbours", "dice",
    "drawer-neighbours", "page-lecture", "page-wall", "dice", "undo", "redo",
)  # fmt: skip


def steps(number: int) -> Iterator[tuple[str, str]]:
    """One round: what is done, ("model", id) or ("command", id)."""
    yield "model", COMPLETE[number % len(COMPLETE)]
    yield from (("command", each) for each in OF_COMPLETE)
    yield "model", LATENT[number % len(LATENT)]
    yield from (("command", each) for each in OF_LATENT)
    yield "model", GALLERY[number % len(GALLERY)]
    yield from (("command", each) for each in OF_GALLERY)
    yield "command", ("theme", "lessons", "inspector", "library")[number % 4]


def resident_mb(pid: int) -> float:
    """The resident memory of a process, MB; 0 for one that is gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:")) / 1024


class Soak:
    """Plays rounds in a window until the time is over; GUI thread."""

    def __init__(self, session: Session, seconds: float) -> None:
        self._session, self._until = session, time.monotonic() + seconds
        self._rounds, self._steps = 0, steps(0)
        self.weights: list[tuple[float, float]] = []
        self.most: list[float] = []
        self._clock = QTimer(interval=SAMPLE_MS)
        self._clock.timeout.connect(lambda: self.most.append(sum(self._now())))
        self._clock.start()

    def step(self) -> None:
        """Do the next thing, and be back in a moment."""
        found = next(self._steps, None)
        if found is None:
            self._weigh()
            if time.monotonic() > self._until:
                self._session.window.window().close()
                QApplication.quit()
                return
            self._rounds += 1
            self._steps = steps(self._rounds)
        else:
            kind, name = found
            if kind == "model":
                self._session.window.choose_model(name)
            elif (action := self._session.window.action(name)).isEnabled():
                action.trigger()
        QTimer.singleShot(PAUSE_MS, self.step)

    def _now(self) -> tuple[float, float]:
        engine = self._session.engine.pid
        return resident_mb(os.getpid()), resident_mb(engine) if engine is not None else 0.0

    def _weigh(self) -> None:
        self.weights.append(self._now())
        window, other = self.weights[-1]
        most = max(self.most, default=window + other)
        print(
            f"round {len(self.weights)}: window {window:.0f} MB, engine {other:.0f} MB, so far at most {most:.0f}",
            flush=True,
        )


def said(weights: list[tuple[float, float]], most: list[float]) -> bool:
    """Print the figures; whether both bars are reached."""
    together = [window + engine for window, engine in weights]
    highest = max(most + together)
    quarter = max(1, len(together) // 4)
    third, last = together[-2 * quarter : -quarter] or together[:1], together[-quarter:]
    growth = statistics.median(last) / statistics.median(third) - 1
    print(f"{len(together)} rounds: at most {max(together):.0f} MB together at their ends (bar {MOST_MB:.0f} MB)")
    print(f"in {len(most)} moments: median {statistics.median(most or together):.0f} MB, at most {highest:.0f} MB")
    print(f"last quarter {100 * growth:+.1f} % on the third (bar {100 * MOST_GROWTH:.0f} %)")
    return max(together) <= MOST_MB and growth <= MOST_GROWTH


def main() -> int:
    """Play, weigh, and print."""
    parser = argparse.ArgumentParser(description="Hours of use in one script, and what the program weighs meanwhile.")
    parser.add_argument("--minutes", type=float, default=60.0)
    minutes = parser.parse_args().minutes
    application = QApplication([sys.argv[0]])
    frame, remembered, _ = open_frame()
    frame.resize(*PREFERRED)
    frame.show()
    session = Session(application, frame, remembered, restore=False)
    session.begin()
    soak = Soak(session, 60 * minutes)
    QTimer.singleShot(2000, soak.step)
    application.exec()
    return 0 if said(soak.weights, soak.most) else 1


if __name__ == "__main__":
    sys.exit(main())
