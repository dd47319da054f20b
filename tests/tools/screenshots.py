"""Draw the window in every state, dark and light, at 100 % and 200 %: ``./run screenshots [--out FOLDER] [--xvfb]``.

``--scenes latent`` draws the Latent workspace alone, ``--scenes gallery`` the Gallery, ``--scenes lens`` the lenses of
Complete, ``--scenes lessons`` the lessons, ``--scenes machine`` the time machine, ``--scenes complete`` all the rest;
``--scenes hints`` draws the first-run hints, which are off in all others, and ``--scenes sizes`` the whole window from
1024x640 to 3840x2160; these two are not among all.

``--components`` draws every component in every state instead, a sheet a theme and scale (`component_sheet`).

Each look is a process of its own: the real window with the real engine process and the installed models, with a home
of its own, going through the scenes by the commands that a person has.  Qt draws offscreen; with ``--xvfb`` on the X
display that ``DISPLAY`` names.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from app.workspaces.complete.state import CompleteState
    from app.workspaces.complete.view import CompleteView

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
LOOKS = tuple((theme, scale) for theme in ("dark", "light") for scale in ("1", "2"))
SIZE, NARROW, LEAST = (1440, 900), (1100, 720), (1024, 640)
PATIENCE_MS, TICK_MS = 300_000, 10
LOOK_S = 1_800
WORKSPACES = ("complete", "lens", "lessons", "machine", "latent", "gallery", "hints", "sizes")


def main(arguments: Sequence[str]) -> int:
    """All looks, or with ``--look`` the one of this process."""
    if "--readme" in arguments:
        from tests.tools import readme_pictures

        return readme_pictures.main([argument for argument in arguments if argument != "--readme"])
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / ".screenshots", help="the folder for the pictures")
    parser.add_argument("--only", default="", help="only looks whose name contains this, such as dark or 200")
    parser.add_argument("--scenes", default="all", choices=("all", *WORKSPACES), help="which workspace")
    parser.add_argument("--components", action="store_true", help="every component in every state, without the window")
    parser.add_argument("--xvfb", action="store_true", help="draw on the X display instead of offscreen")
    parser.add_argument("--look", help=argparse.SUPPRESS)
    args = parser.parse_args(arguments)
    args.out.mkdir(parents=True, exist_ok=True)
    if args.components:
        from tests.tools import component_sheet

        return component_sheet.main([str(args.out)])
    if args.look:
        return one_look(args.look, args.out, args.scenes)
    chosen = [(theme, scale) for theme, scale in LOOKS if args.only in f"{theme}-{scale}00"]
    platform = "xcb" if args.xvfb else "offscreen"
    more = ("--out", str(args.out), "--scenes", args.scenes)
    failed = [f"{theme}-{scale}00" for theme, scale in chosen if look(theme, scale, more, platform) != 0]
    for name in failed:
        print(f"The look {name} did not come to its end.", file=sys.stderr)
    print(args.out)
    return 1 if failed or not chosen else 0


def look(theme: str, scale: str, more: Sequence[str], platform: str) -> int:
    """Start the process of one look; its exit code."""
    with tempfile.TemporaryDirectory(prefix="reverie-look-") as home:
        from app import settings
        from tests.tools.latent_scenes import BROKEN

        broken = ROOT / "tests" / "engine" / "latent_models" / BROKEN
        shutil.copytree(broken, Path(home) / "data" / "models" / BROKEN)

        settings.save(settings.Settings(theme=theme, hints="hints" in more), Path(home) / "config" / "settings.json")
        extra = {"REVERIE_HOME": home, "QT_QPA_PLATFORM": platform, "QT_SCALE_FACTOR": scale}
        command = [sys.executable, __file__, *more, "--look", f"{theme}-{scale}00"]
        return subprocess.run(command, env=os.environ | extra, cwd=ROOT, timeout=LOOK_S, check=False).returncode


def one_look(name: str, out: Path, scenes: str) -> int:
    """Go through the scenes; 0 if all of them came."""
    from PySide6.QtWidgets import QApplication

    from app.shell import start
    from tests.tools.complete_scenes import reliability, time_machine
    from tests.tools.gallery_scenes import gallery
    from tests.tools.hint_scenes import hints
    from tests.tools.latent_scenes import latent
    from tests.tools.lens_scenes import lenses
    from tests.tools.lesson_scenes import lessons
    from tests.tools.size_scenes import sizes

    complete = (start_scene, completions, pace, painting, reliability, models, room, trouble, cards)
    alone = {
        "complete": complete,
        "lens": (began, lenses),
        "lessons": (began, lessons),
        "machine": (began, time_machine),
        "latent": (began, latent),
        "gallery": (began, gallery),
        "hints": (began, hints),
        "sizes": (began, sizes),
    }
    chosen = alone.get(scenes, (*complete, time_machine, lenses, lessons, latent, gallery))

    application = QApplication([])
    shown = Show(application, start.open_frame(), name, out)
    try:
        for scene in chosen:
            scene(shown)
    finally:
        shown.frame.close()
    return 1 if shown.missed else 0


class Show:
    """The window on show, and what is done to it."""

    def __init__(self, application: object, opened: tuple[object, object, str], name: str, out: Path) -> None:
        from PySide6.QtWidgets import QApplication

        from app.settings import Settings
        from app.shell.frame import Frame

        assert isinstance(application, QApplication)
        frame, remembered, _ = opened
        assert isinstance(frame, Frame) and isinstance(remembered, Settings)
        self._application, self._remembered = application, remembered
        self.frame, self._name, self._out, self._number, self.missed = frame, name, out, 0, 0

    def begin(self) -> None:
        """From the first frame to the living window."""
        from app.shell.session import Session

        self.session = Session(self._application, self.frame, self._remembered)
        self.session.begin()

    @property
    def view(self) -> CompleteView:
        """The workspace on screen."""
        from app.workspaces.complete.view import CompleteView

        view = self.session.window.view
        assert isinstance(view, CompleteView)
        return view

    @property
    def state(self) -> CompleteState:
        """What the workspace shows."""
        state = self.view._state
        assert state is not None
        return state

    def do(self, command: str) -> None:
        """What a person does by menu or key."""
        self.session.window.action(command).trigger()

    def set(self, field: str, value: object) -> None:
        """What a person does in the inspector."""
        self.view.presenter.set_parameter(field, value)

    def wait(self, until: Callable[[], bool] | int) -> None:
        """Let time pass: milliseconds, or until something is so."""
        from PySide6.QtTest import QTest

        if isinstance(until, int):
            QTest.qWait(until)
            return
        patience = PATIENCE_MS // TICK_MS
        while not until() and patience:
            QTest.qWait(TICK_MS)
            patience -= 1
        if not patience:
            self.missed += 1
            print(f"{self._name}: waited in vain before picture {self._number + 1}.", file=sys.stderr)

    def idle(self) -> bool:
        """Nothing is being computed or replayed, and there is a completion."""
        state = self.state
        return state.images is not None and not (state.busy or state.playing or state.problem)

    def settle(self) -> None:
        """Wait for the completions, and for what fades."""
        self.wait(self.idle)
        self.wait(300)

    def grab(self, scene: str, over: QWidget | None = None) -> None:
        """Keep the window, or what lies over it, as a picture."""
        self._number += 1
        (over or self.frame).grab().save(str(self._out / f"{self._name}-{self._number:03}-{scene}.png"))


def began(show: Show) -> None:
    """The living window, without a picture of how it came to be."""
    show.frame.resize(*SIZE)
    show.frame.show()
    show.begin()
    show.do("escape")
    show.wait(300)


def start_scene(show: Show) -> None:
    """First frame, first show, completed."""
    show.frame.resize(*SIZE)
    show.frame.show()
    show.wait(50)
    show.grab("first-frame")
    show.begin()
    show.wait(lambda: show.state.playing or show.idle())
    show.wait(450)
    show.grab("first-show")
    show.do("escape")
    show.settle()
    show.grab("completed")


def completions(show: Show) -> None:
    """Preview, choice, adoption, score, enlarged, sheets."""
    show.view.presenter.hover(3)
    show.wait(200)
    show.grab("hover-preview")
    show.view.presenter.hover(-1)
    show.do("enlarge")
    show.wait(200)
    show.grab("enlarged")
    show.do("escape")
    show.do("adopt-2")
    show.wait(lambda: show.state.score is not None)
    show.wait(300)
    show.grab("adopted-and-scored")
    show.do("undo")
    show.settle()
    show.set("count", 64)
    show.settle()
    show.do("sheet")
    show.wait(300)
    show.grab("sheet-of-64")
    show.do("escape")
    show.grab("strip-of-64")
    show.set("count", 8)
    show.settle()


def pace(show: Show) -> None:
    """Row by row, pixel by pixel."""
    for name, after in (("rows", 250), ("pixels", 1200)):
        show.do(f"pace-{name}")
        show.do("again")
        show.wait(lambda: show.state.playing)
        show.wait(after)
        show.grab(f"pace-{name}")
        show.do("escape")
    show.do("pace-instant")
    show.settle()


def painting(show: Show) -> None:
    """A stroke in the making, pixels that raster order cannot use, everything unknown."""
    from PySide6.QtCore import QPoint, Qt
    from PySide6.QtTest import QTest

    canvas = show.view.center.floor.canvas
    middle = canvas.rect().center()
    show.do("tool-forget")
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, middle - QPoint(180, 120))
    for step in range(12):
        QTest.mouseMove(canvas, middle - QPoint(180 - 30 * step, 120 - 4 * step))
    show.grab("stroke")
    show.wait(200)
    show.grab("streaming")
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, middle + QPoint(150, -76))
    show.settle()
    show.grab("particles")
    show.set("method", "raster")
    show.settle()
    show.grab("unused-pixels")
    show.set("method", "auto")
    show.do("clear")
    show.settle()
    show.grab("everything-unknown")
    show.do("undo")
    show.do("undo")
    show.settle()


def models(show: Show) -> None:
    """Every installed model, with a class where it has classes."""
    for manifest in show.state.models:
        show.session.window.choose_model(manifest.id)
        show.settle()
        show.grab(f"model-{manifest.id}")
        if manifest.class_names:
            show.set("class_name", manifest.class_names[-2])
            show.settle()
            show.grab(f"class-{manifest.id}")
    show.do("example")
    show.settle()
    show.grab("next-example")
    show.do("keep-top")
    show.settle()
    show.grab("top-half")


def room(show: Show) -> None:
    """Narrow, least, without the inspector, zoomed."""
    for size in (NARROW, LEAST):
        show.frame.resize(*size)
        show.wait(300)
        show.grab(f"width-{size[0]}")
    show.frame.resize(*SIZE)
    show.do("inspector")
    show.wait(200)
    show.grab("without-inspector")
    show.do("inspector")
    for _ in range(4):
        show.do("zoom-in")
    show.wait(200)
    show.grab("zoomed")
    show.do("fit")


def trouble(show: Show) -> None:
    """A file that is no picture, an engine that dies in the middle of its work."""
    broken = show._out / "broken.png"
    broken.write_bytes(b"no picture")
    show.frame.file_dropped.emit(str(broken))
    broken.unlink()
    show.wait(300)
    show.grab("broken-file")
    show.do("clear")
    show.set("count", 64)
    show.wait(lambda: show.state.progress is not None)
    show.session.engine.restart()
    show.wait(lambda: show.state.problem is not None)
    show.wait(50)
    show.grab("engine-died")
    show.wait(lambda: show.state.engine == "ready")
    show.settle()
    show.grab("engine-back")
    show.set("count", 8)
    show.settle()


def cards(show: Show) -> None:
    """Palette, keys, about, menu."""
    from PySide6.QtWidgets import QApplication

    show.do("palette")
    show.session.window.palette_card.field.setText("keep")
    show.wait(200)
    show.grab("palette")
    show.do("escape")
    show.session.window.palette_card.hide()
    for command in ("shortcuts", "about"):
        show.do(command)
        show.wait(300)
        dialog = QApplication.activeModalWidget()
        show.grab(command, dialog)
        if dialog is not None:
            dialog.close()
        show.wait(100)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
