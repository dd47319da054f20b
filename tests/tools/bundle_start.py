"""How soon the packaged app paints, beside a bare bundle of the same Qt, and how soon a completion stands there.

    .venv-bundle/bin/python tests/tools/bundle_start.py [--bundle dist/reverie] [--starts 15] [--work FOLDER] [--json]

The bare bundle is one empty window, made by PyInstaller as it comes, from the same environment.  Both are started in
turns, the first turn is not counted, and the medians and their ratio are printed.  Without a screen they start on none.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
MOST_RATIO, MOST_COMPLETION_MS = 2.0, 2500.0
PATIENCE_S = 180
BARE = """
import json, os, sys, time
from PySide6.QtCore import QTimer
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QApplication, QWidget

class Bare(QWidget):
    painted = False

    def paintEvent(self, event):
        QPainter(self).drawText(20, 40, "bare")
        if not self.painted:
            self.painted = True
            QTimer.singleShot(0, self.say)

    def say(self):
        milliseconds = (time.time_ns() - int(os.environ["REVERIE_STARTED_NS"])) / 1e6
        print(json.dumps({"window": "bare", "first_paint_ms": milliseconds}), flush=True)
        application.quit()

application = QApplication([])
window = Bare()
window.resize(1440, 900)
window.show()
sys.exit(application.exec())
"""
"""As `app.shell.first_paint` measures a bare window of the source tree, with nothing of ours in the bundle."""


def build_bare(work: Path) -> Path:
    """The bare bundle's executable; made once a folder."""
    program = work / "frozen" / "bare" / "bare"
    if not program.exists():
        work.mkdir(parents=True, exist_ok=True)
        (work / "bare.py").write_text(BARE, encoding="utf-8")
        places = ["--distpath", str(work / "frozen"), "--workpath", str(work / "parts"), "--specpath", str(work)]
        command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN", *places]
        subprocess.run([*command, str(work / "bare.py")], check=True)
    return program


def started(command: list[str], environment: Mapping[str, str], wanted: str) -> dict[str, Any]:
    """What a process says of itself, in its first line of JSON that has what is wanted."""
    with tempfile.TemporaryDirectory(prefix="reverie-start-") as home:
        now = {**environment, "REVERIE_HOME": home, "REVERIE_STARTED_NS": str(time.time_ns())}
        done = subprocess.run(command, env=now, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
    for line in done.stdout.splitlines():
        if line.startswith("{") and wanted in (said := json.loads(line)):
            found: dict[str, Any] = said
            return found
    raise SystemExit(f"{command[0]} said nothing of {wanted}: {done.stderr.strip()}")


def measure(bundle: Path, bare: Path, starts: int) -> dict[str, Any]:
    """Medians in ms, in turns."""
    environment = dict(os.environ)
    if not any(environment.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")):
        environment["QT_QPA_PLATFORM"] = "offscreen"
    wanted = {
        "bare": ([str(bare)], "first_paint_ms"),
        "paint": ([str(bundle / "reverie"), "--bench-first-paint"], "first_paint_ms"),
        "completion": ([str(bundle / "reverie"), "--bench-first-completion"], "first_completion_ms"),
    }
    times: dict[str, list[float]] = {name: [] for name in (*wanted, "begins")}
    for turn in range(starts + 1):
        for name, (command, key) in wanted.items():
            said = started(command, environment, key)
            if turn:
                times[name].append(said[key])
                if name == "completion":
                    times["begins"].append(said["completion_begins_ms"])
    middle = {name: median(taken) for name, taken in times.items()}
    return {
        "starts": starts,
        "first_paint_ms": middle["paint"],
        "bare_first_paint_ms": middle["bare"],
        "ratio": middle["paint"] / middle["bare"],
        "completion_begins_ms": middle["begins"],
        "first_completion_ms": middle["completion"],
        "load": os.getloadavg()[0],
    }


def main() -> int:
    """Print the figures; 1 if one is over its bar."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--bundle", type=Path, default=ROOT / "dist" / "reverie")
    parser.add_argument("--starts", type=int, default=15)
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "bare")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    found = measure(options.bundle.absolute(), build_bare(options.work.absolute()), options.starts)
    if options.json:
        print(json.dumps(found))
    else:
        print(f"first paint      {found['first_paint_ms']:7.0f} ms, bare Qt {found['bare_first_paint_ms']:.0f} ms: ")
        print(f"                 {found['ratio']:7.2f}x, at most {MOST_RATIO:g}x")
        print(f"completion       {found['first_completion_ms']:7.0f} ms whole, at most {MOST_COMPLETION_MS:.0f} ms; ")
        print(f"                 {found['completion_begins_ms']:7.0f} ms its first pixels")
        print(f"medians of {found['starts']} starts in turns, load {found['load']:.1f}")
    return int(found["ratio"] > MOST_RATIO or found["first_completion_ms"] > MOST_COMPLETION_MS)


if __name__ == "__main__":
    raise SystemExit(main())
