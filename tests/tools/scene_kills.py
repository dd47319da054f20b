"""Kill a program again and again while it saves its scene, and look at what is left of the work:
`python tests/tools/scene_kills.py --count 200`.

A child process runs the program's own autosave over work that changes with every look, and is killed (SIGKILL) at a
random moment.  The last scene and the picture of the next start's first frame are then read as the next start reads
them, and compared with what was saved; how old the scene is, is what was lost.  The next child goes on in the same
folder.  With the program's half minute most kills would find it at rest, so it saves every 20th of a second here;
`--every 25` is the program's own pace, where `--together 8` kills eight children at a time.

A kill takes the program away, not the disk's cache: what a power cut would do is the file system's word (each file is
flushed before it gets its name), not measured here.
"""

from __future__ import annotations

import argparse
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import numpy as np

from app.documents.picture_file import read_picture
from app.documents.scene import Scene
from app.shell.last_picture import last_picture
from app.shell.recovery import Recovery
from engine.errors import EngineError
from engine.records.packed_arrays import pack

EVERY_S = 0.05
DESKS = 6
"""Pictures of as many models; noise, so that a scene takes as much room and time as one of a long session."""
LONGEST_S = 0.4
"""A child that is at work is killed within this time and one and a half rounds; every eighth perhaps before it is."""
MOST_LOST_S = 30.0


def pixels(number: int, desk: int) -> np.ndarray:
    """The picture (H, W, 3) of one desk when the work was saved for the n-th time."""
    return np.random.default_rng((number, desk)).integers(0, 256, (96, 96, 3), dtype=np.uint8)


def outline(number: int) -> np.ndarray:
    """The picture (H, W, 4) of the next start's first frame."""
    return np.dstack([pixels(number, 0), np.full((96, 96, 1), 255, np.uint8)])


def scene(number: int, stamp: float) -> Scene:
    """The work when it is saved for the n-th time, at ``stamp`` (s, the machine's monotonic clock)."""
    desks = {f"model-{desk}": {"document": pack(pixels(number, desk))} for desk in range(DESKS)}
    parts: dict[str, dict[str, Any]] = {"complete": {"number": number, "desks": desks}}
    return Scene(workspaces=parts | {"latent": {"number": number}, "gallery": {"stamp": stamp}}, made_with={})


# ---------------------------------------------------------------------------------------------------- the child


def work(folder: Path, number: int, every_ms: int) -> None:
    """Save for ever."""
    from PySide6.QtCore import QCoreApplication

    from app.shell.autosave import Autosave

    class View:
        def outline(self) -> np.ndarray:
            return outline(numbers[-1])

    numbers = [number]

    def present() -> Scene:
        if len(numbers) == 2:
            print("saved", flush=True)
        numbers.append(numbers[-1] + 1)
        return scene(numbers[-1], time.monotonic())

    application = QCoreApplication([])
    view: Any = View()
    autosave = Autosave(Recovery(folder / "recovery"), present, folder, {"complete": view}, lambda text, _: print(text))
    autosave.begin(every_ms)
    print(f"open {time.monotonic()}", flush=True)
    application.exec()


# ---------------------------------------------------------------------------------------- those who look after it


@dataclass(slots=True)
class Figures:
    """What came of it; ``lost_s`` is the most of all kills."""

    kills: int = 0
    midway: int = 0
    unreadable: int = 0
    lost_s: float = 0.0
    saved: int = 0

    def add(self, other: Figures) -> None:
        """Those of other children too."""
        self.kills += other.kills
        self.midway += other.midway
        self.unreadable += other.unreadable
        self.lost_s = max(self.lost_s, other.lost_s)
        self.saved += other.saved

    def __str__(self) -> str:
        return (
            f"{self.kills} kills, {self.midway} of them left a file on its way; {self.saved:,} scenes had been saved.\n"
            f"{self.unreadable} times a file was unreadable; at most {self.lost_s:.2f} s of work were lost."
        )


def found_in(folder: Path) -> tuple[int, float] | None:
    """Number and stamp of the scene that the next start finds ((0, 0) where none was saved yet).

    None if anything of it, or of the first frame's picture, is not what was saved.
    """
    found = Recovery(folder / "recovery").load()
    if found.problem:
        print(found.problem, file=sys.stderr)
        return None
    number, stamp = 0, 0.0
    if found.scene is not None:
        parts = found.scene.workspaces
        number, stamp = parts["latent"]["number"], parts["gallery"]["stamp"]
        if found.scene != scene(number, stamp):
            print(f"scene {number} is not what was saved", file=sys.stderr)
            return None
    picture = last_picture(folder, "complete")
    try:
        seen = read_picture(picture).rgba if picture.exists() else None
    except EngineError as error:
        print(error, file=sys.stderr)
        return None
    # it is written after the scene: kills between the two, one after the other, leave an older one
    if seen is not None and not any(np.array_equal(seen, outline(n)) for n in range(number, -1, -1)):
        print("the picture is none that was saved", file=sys.stderr)
        return None
    return number, stamp


def kill_one(folder: Path, every_s: float, rng: random.Random, figures: Figures) -> bool:
    """Start a child, kill it at a random moment, and look; whether all is well."""
    before = found_in(folder)
    number = 0 if before is None else before[0]
    command = [sys.executable, __file__, "--child", str(folder), "--number", str(number), "--every", str(every_s)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        said = child.stdout.readline().split()
        if rng.random() > 1 / 8 and every_s < 1:
            child.stdout.readline()
        time.sleep(rng.uniform(0.0, 1.5 * every_s + LONGEST_S))
        child.send_signal(signal.SIGKILL)
        killed = time.monotonic()
        child.wait()
        if child.returncode != -signal.SIGKILL or said[:1] != ["open"]:
            raise SystemExit(f"the child ended by itself ({child.returncode})")
    figures.kills += 1
    figures.midway += any((folder / "recovery").glob(".reverie-*"))
    found = found_in(folder)
    if found is None:
        figures.unreadable += 1
        return False
    figures.saved += found[0] - number
    figures.lost_s = max(figures.lost_s, killed - max(found[1], float(said[1])))
    return True


def measure(
    folder: Path, count: int, every_s: float, seed: int, tell: Callable[[Figures], None] = lambda _: None
) -> Figures:
    """Kill so many children, one after the other."""
    figures, rng = Figures(), random.Random(seed)
    folder.mkdir(exist_ok=True)
    for _ in range(count):
        if not kill_one(folder, every_s, rng, figures):
            break
        tell(figures)
    return figures


def main() -> int:
    """The child, or the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=200, help="how many times (200)")
    parser.add_argument("--every", type=float, default=EVERY_S, help=f"seconds between two saves ({EVERY_S})")
    parser.add_argument("--together", type=int, default=1, help="children at a time, each in its own folder (1)")
    parser.add_argument("--seed", type=int, default=0, help="of the moments (0)")
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--number", type=int, default=0, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child is not None:
        work(given.child, given.number, round(1000 * given.every))
        return 1

    def tell(figures: Figures) -> None:
        if sys.stderr.isatty():
            print(f"\r{figures.kills} of {given.count}", end="\r", file=sys.stderr)

    shares = [given.count // given.together + (n < given.count % given.together) for n in range(given.together)]
    figures = Figures()
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(given.together) as pool:
        running = [
            pool.submit(measure, Path(folder) / str(n), share, given.every, given.seed + n, tell)
            for n, share in enumerate(shares)
        ]
        for each in running:
            figures.add(each.result())
    print(figures)
    return 1 if figures.unreadable or figures.kills < given.count or figures.lost_s > MOST_LOST_S else 0


if __name__ == "__main__":
    raise SystemExit(main())
