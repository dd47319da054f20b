"""Draw the window in every state, dark and light, at 100 % and 200 %: ``./run screenshots [--out FOLDER]``.

Each look is a process of its own: the real window with the real engine process and the installed models, on Qt's
offscreen platform, with a home of its own.  It goes through the scenes by the commands that a person has.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
LOOKS = tuple((theme, scale) for theme in ("dark", "light") for scale in ("1", "2"))
SIZE = (1440, 900)
PATIENCE_SECONDS = 60
TICK_MS = 20

Until = Callable[[], bool] | float
"""What a scene waits for: a condition, or seconds."""


def main(arguments: Sequence[str]) -> int:
    """All looks, or with ``--look`` the one of this process."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / ".screenshots", help="the folder for the pictures")
    parser.add_argument("--only", default="", help="only looks whose name contains this, such as dark or 200")
    parser.add_argument("--look", help=argparse.SUPPRESS)
    args = parser.parse_args(arguments)
    args.out.mkdir(parents=True, exist_ok=True)
    if args.look:
        return one_look(args.look, args.out)
    chosen = [(theme, scale) for theme, scale in LOOKS if args.only in f"{theme}-{scale}00"]
    failed = [f"{theme}-{scale}00" for theme, scale in chosen if look(theme, scale, args.out) != 0]
    for name in failed:
        print(f"The look {name} did not come to its end.", file=sys.stderr)
    print(args.out)
    return 1 if failed or not chosen else 0


def look(theme: str, scale: str, out: Path) -> int:
    """Start the process of one look; its exit code."""
    with tempfile.TemporaryDirectory(prefix="reverie-look-") as home:
        from app import settings

        settings.save(settings.Settings(theme=theme), Path(home) / "config" / "settings.json")
        extra = {"REVERIE_HOME": home, "QT_QPA_PLATFORM": "offscreen", "QT_SCALE_FACTOR": scale}
        command = [sys.executable, __file__, "--out", str(out), "--look", f"{theme}-{scale}00"]
        return subprocess.run(command, env=os.environ | extra, cwd=ROOT, timeout=600, check=False).returncode


def one_look(name: str, out: Path) -> int:
    """Run the window's own event loop with the scenes driven by a timer."""
    from app.shell import start

    shown = Shown(name, out)
    threading.Thread(target=shown.begin_when_there_is_an_application, daemon=True).start()
    start.run([])
    return 0 if shown.done else 1


class Shown:
    """The window on show, and the scenes that it goes through."""

    def __init__(self, name: str, out: Path) -> None:
        self.name, self.out, self.done = name, out, False
        self._scenes: Iterator[Until] = iter(())
        self._until: Until = 0.0
        self._since = time.monotonic()

    def begin_when_there_is_an_application(self) -> None:
        """On a thread of its own: `start.run` makes the application and gives it back only at its end."""
        from PySide6.QtCore import QTimer
        from PySide6.QtWidgets import QApplication

        while (application := QApplication.instance()) is None:
            time.sleep(TICK_MS / 1000)
        QTimer.singleShot(0, application, self.begin)

    def begin(self) -> None:
        """Start the scenes; on the GUI thread."""
        from PySide6.QtCore import QTimer

        self._scenes = self.scenes()
        self._timer = QTimer()
        self._timer.timeout.connect(self._tick)
        self._timer.start(TICK_MS)

    def _tick(self) -> None:
        waited = time.monotonic() - self._since
        reached = self._until() if callable(self._until) else waited >= self._until
        if not reached and waited < PATIENCE_SECONDS:
            return
        if not reached:
            print(f"{self.name}: waited {PATIENCE_SECONDS} s in vain; going on.", file=sys.stderr)
        self._until = next(self._scenes, 0.0)
        self._since = time.monotonic()
        if self.done:
            self._timer.stop()
            self.frame.close()

    # -- what is on show -------------------------------------------------------------------------------------------

    @property
    def frame(self) -> Any:
        """The top-level window."""
        from PySide6.QtWidgets import QApplication

        from app.shell.frame import Frame

        return next(widget for widget in QApplication.topLevelWidgets() if isinstance(widget, Frame))

    @property
    def session(self) -> Any:
        """What keeps it alive; None before its first paint."""
        return self.frame.session

    @property
    def window(self) -> Any:
        """Its content."""
        return self.session.window

    @property
    def state(self) -> Any:
        """What the workspace shows."""
        return self.window.view._state

    def do(self, command: str) -> None:
        """What a person does by menu or key."""
        self.window.action(command).trigger()

    def grab(self, scene: str) -> None:
        """Keep the window, and whatever lies over it, as a picture."""
        from PySide6.QtWidgets import QApplication

        over = QApplication.activePopupWidget() or QApplication.activeModalWidget()
        (over if over is not None and over.isWindow() else self.frame).grab().save(
            str(self.out / f"{self.name}-{scene}.png")
        )

    def idle(self) -> bool:
        """Nothing is being computed or replayed, and there is a completion."""
        state = self.state
        return state is not None and state.images is not None and not (state.busy or state.playing)

    # -- the scenes ------------------------------------------------------------------------------------------------

    def scenes(self) -> Iterator[Until]:
        """Each grabs a picture; between them, what has to happen first."""
        yield lambda: self.session is not None and self.state is not None
        self.frame.resize(*SIZE)
        yield 0.1
        self.grab("01-start")
        yield lambda: self.state.images is not None
        yield 0.4
        self.grab("02-first-show")
        self.do("escape")
        yield self.idle
        yield 0.3
        self.grab("03-completed")
        yield from self._completions()
        yield from self._pace()
        yield from self._models()
        yield from self._trouble()
        self.done = True

    def _completions(self) -> Iterator[Until]:
        self.window.view.presenter.select(2)
        yield 0.3
        self.grab("04-selected")
        self.do("sheet")
        yield 0.4
        self.grab("05-sheet")
        self.do("sheet")
        self.do("adopt-1")
        yield 0.5
        self.grab("06-adopted")
        self.do("score")
        yield lambda: self.state.score is not None or bool(self.state.message)
        yield 0.3
        self.grab("07-score")
        self.do("undo")
        yield self.idle

    def _pace(self) -> Iterator[Until]:
        for pace in ("rows", "pixels"):
            self.do(f"pace-{pace}")
            self.do("again")
            yield lambda: self.state.playing
            yield 0.8
            self.grab(f"08-pace-{pace}")
        self.do("pace-instant")
        yield self.idle

    def _models(self) -> Iterator[Until]:
        for number, manifest in enumerate(self.state.models):
            self.window.choose_model(manifest.id)
            yield self.idle
            yield 0.3
            self.grab(f"09-model-{number}-{manifest.id}")
        self.do("keep-top")
        yield self.idle
        self.grab("10-top-half")
        self.do("clear")
        yield self.idle
        self.grab("11-all-unknown")

    def _trouble(self) -> Iterator[Until]:
        self.frame.resize(1100, 720)
        yield 0.4
        self.grab("12-narrow")
        self.frame.resize(*SIZE)
        self.do("inspector")
        yield 0.4
        self.grab("13-without-inspector")
        self.do("inspector")
        self.do("again")
        self.session.engine.restart()
        yield 0.05
        self.grab("14-engine-restarting")
        yield lambda: self.state.engine == "ready"
        self.do("again")
        yield lambda: self.idle() and self.state.problem is None
        self.grab("15-engine-back")


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
