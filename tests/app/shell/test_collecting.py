"""Garbage is looked for among what came after the window; in processes of their own, since it changes a process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

COLLECTS = """
import gc, weakref
from app.shell.collecting import spare_the_hand

class Ring:
    def __init__(self): self.itself = self

old = [Ring() for _ in range(1000)]
spare_the_hand()
young = len(gc.get_objects())
assert young < gc.get_freeze_count() / 10, (young, gc.get_freeze_count())
gone = weakref.ref(Ring())
gc.collect()
assert gone() is None, "what came later is still found"
"""

STARTS = """
import sys
from PySide6.QtWidgets import QApplication
from app.shell import start

def spared():
    print("spared", any(widget.isVisible() for widget in QApplication.topLevelWidgets()), flush=True)
    QApplication.closeAllWindows()

start.spare_the_hand = spared
sys.exit(start.run([]))
"""


def said(program: str, project: Path, home: Path) -> str:
    surroundings = os.environ | {"QT_QPA_PLATFORM": "offscreen", "REVERIE_HOME": str(home)}
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, cwd=project, env=surroundings, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_what_stood_is_looked_at_no_more_and_what_came_later_is(project: Path, tmp_path: Path) -> None:
    said(COLLECTS, project, tmp_path)


def test_the_window_spares_the_hand_when_it_stands(project: Path, tmp_path: Path) -> None:
    assert said(STARTS, project, tmp_path) == "spared True\n"
