"""The pictures of README.md and docs/guide.md: ``./run screenshots --readme [--out FOLDER] [--only dark]``.

`PICTURES` is the table of them.  Each is the real window with the real engine process and the models that ship, in a
home of its own, after what a hand has done there with mouse and commands; once dark, once light.  Qt draws at twice
the size, and the PNG has half as many pixels across: as sharp as a README shows it, and small enough for a repository.
The line at the window's foot is left out: the times in it tell of whatever else the machine was doing.
"""

from __future__ import annotations

import argparse
import io
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtCore import QPoint
    from PySide6.QtGui import QImage
    from PySide6.QtWidgets import QWidget

    from tests.tools.screenshots import Show

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
FOLDER = ROOT / "docs" / "pictures"
THEMES = ("dark", "light")
SIZE, SCALE = (1440, 900), 2
COLORS, EXACT = 256, 64
"""Entries of a palette, and how many of them are the picture's most frequent colours, which stay as they are."""
UNSEEN, FEW = 12, 1e-3
"""A palette will do where all but this share of the pixels are within so many of 255 of what was drawn."""
QUIET_MS, LOOK_S = 4_500, 1_800
"""After the first no sentence lies over a picture any more."""


def main(arguments: Sequence[str]) -> int:
    """Both themes, or with ``--look`` the one of this process."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=FOLDER, help="the folder for the pictures")
    parser.add_argument("--only", default="", choices=("", *THEMES), help="this theme alone")
    parser.add_argument("--pictures", nargs="*", default=list(PICTURES), choices=list(PICTURES), help="these alone")
    parser.add_argument("--look", choices=THEMES, help=argparse.SUPPRESS)
    args = parser.parse_args(arguments)
    args.out.mkdir(parents=True, exist_ok=True)
    if args.look:
        return one_look(args.look, args.out, args.pictures)
    more = ("--out", str(args.out), "--pictures", *args.pictures)
    failed = [theme for theme in THEMES if args.only in ("", theme) and look(theme, more) != 0]
    for theme in failed:
        print(f"The {theme} pictures did not come to their end.", file=sys.stderr)
    print(args.out)
    return 1 if failed else 0


def look(theme: str, more: Sequence[str]) -> int:
    """Start the process of one theme, as somebody who has never opened the program; its exit code."""
    from app import settings

    with tempfile.TemporaryDirectory(prefix="reverie-look-") as home:
        settings.save(settings.Settings(theme=theme, hints=False), Path(home) / "config" / "settings.json")
        extra = {"REVERIE_HOME": home, "QT_QPA_PLATFORM": "offscreen", "QT_SCALE_FACTOR": str(SCALE)}
        command = [sys.executable, __file__, *more, "--look", theme]
        return subprocess.run(command, env=os.environ | extra, cwd=ROOT, timeout=LOOK_S, check=False).returncode


def one_look(theme: str, out: Path, names: Sequence[str]) -> int:
    """Take the pictures; 0 if all of them came."""
    from PySide6.QtWidgets import QApplication

    from app.shell import start
    from app.theme.tokens import Size
    from tests.tools.screenshots import Show

    application = QApplication([])
    show = Show(application, start.open_frame(), theme, out)
    try:
        show.frame.resize(*SIZE)
        show.frame.show()
        show.begin()
        for name in names:
            PICTURES[name](show)
            show.wait(QUIET_MS)
            drawn = pixels_of(show.frame.grab().toImage())
            foot = 0 if show.session.presenting.is_on else Size.STATUS_LINE + 1
            (out / file_name(name, theme)).write_bytes(as_png(drawn[: len(drawn) - SCALE * foot]))
            if name in AFTER:
                AFTER[name](show)
    finally:
        show.frame.close()
    return 1 if show.missed else 0


def file_name(picture: str, theme: str) -> str:
    """What the picture is called in `FOLDER`."""
    return f"{picture}-{theme}.png"


# --- what a hand does


def hero(show: Show) -> None:
    """The first start: a portrait whose eyes are rubbed out, and eight completions."""
    show.settle()


def complete(show: Show) -> None:
    """One completion taken over, what of it surprised the model, and a pixel under the microscope."""
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    show.do("adopt-3")
    show.wait(lambda: show.state.score is not None)
    show.do("lens-bits")
    show.do("tool-probe")
    show.wait(lambda: show.state.look is not None and not show.state.look.busy)
    canvas = show.view.center.floor.canvas
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, point(show, 6.5, 9.5))
    hands_off(canvas)


def complete_over(show: Show) -> None:
    """No lens, and the eyes unknown again."""
    for command in ("lens-none", "tool-forget", "undo"):
        show.do(command)
    show.settle()


def hands_off(widget: QWidget) -> None:
    """The pointer goes elsewhere."""
    from PySide6.QtCore import QCoreApplication, QEvent

    QCoreApplication.sendEvent(widget, QEvent(QEvent.Type.Leave))


def lesson(show: Show) -> None:
    """The first lesson beside the picture, at its last stage: particles, and raster order below them."""
    show.session.lessons.open("scattered-pixels")
    show.session.lessons.set_stage("beside")
    show.settle()
    show.wait(lambda: show.state.comparison is None or not show.state.comparison.busy)


def lesson_over(show: Show) -> None:
    """The lessons are closed again."""
    show.session.lessons.close()
    show.wait(300)


def latent(show: Show) -> None:
    """The map of handwritten digits, and the point pulled across it."""
    from PySide6.QtCore import QPointF
    from PySide6.QtTest import QTest

    from app.widgets.scripted_hand import Hand
    from tests.tools.latent_scenes import Scenery

    scenery = Scenery(show)
    show.do("show-latent")
    scenery.open("mnist-vae-2d")
    plane = scenery.view.center.floor.plane
    hand, area = Hand(plane), plane.area()
    way = [(0.5, 0.5), (0.46, 0.44), (0.40, 0.38), (0.36, 0.33), (0.33, 0.30)]
    places = [QPointF(area.x() + x * area.width(), area.y() + y * area.height()) for x, y in way]
    hand.press(places[0])
    for place in places[1:]:
        hand.move(place)
        QTest.qWait(60)
    hand.release(places[-1])
    scenery.settle()


def gallery(show: Show) -> None:
    """256 articles of clothing that a BigGAN drew, hung class by class; one of them chosen."""
    from tests.tools.gallery_scenes import Scenery

    scenery = Scenery(show)
    show.do("show-gallery")
    show.session.window.choose_model("fashion-biggan")
    scenery.presenter.set_count(256)
    show.do("sort-class")
    scenery.wall.set_tile_size(42)
    scenery.settle()
    scenery.wall.set_current(int(scenery.wall.in_view()[-7]))
    scenery.settle()


def lecture(show: Show) -> None:
    """Three models of clothing side by side."""
    from tests.tools.gallery_scenes import Scenery

    scenery = Scenery(show)
    show.do("show-gallery")
    show.do("page-lecture")
    scenery.pages.lecture.choose_data("fashion_mnist")
    scenery.pages.lecture.set_count(48)
    show.wait(lambda: not scenery.pages.lecture.state.working)


def present(show: Show) -> None:
    """The screen is the picture and a line of words."""
    show.do("show-complete")
    show.session.window.choose_model("portraits-gated-pixelcnn")
    show.settle()
    show.do("present")
    show.wait(600)
    show.frame.resize(*SIZE)  # a screen of this size: the one that Qt draws offscreen is smaller


def present_over(show: Show) -> None:
    """The window is a window again."""
    show.do("present")
    show.wait(600)
    show.frame.resize(*SIZE)
    show.wait(300)


def point(show: Show, x: float, y: float) -> QPoint:
    """Where on the canvas the point (x, y) of the picture, in image px, lies."""
    from PySide6.QtCore import QPointF

    canvas = show.view.center.floor.canvas
    height, width = show.state.document.state.shape
    zoom = canvas.zoom() / canvas.devicePixelRatioF()
    middle = QPointF(canvas.width() / 2, canvas.height() / 2)
    return (middle + QPointF((x - width / 2) * zoom, (y - height / 2) * zoom)).toPoint()


PICTURES: dict[str, Callable[[Show], None]] = {
    "hero": hero,
    "complete": complete,
    "lesson": lesson,
    "latent": latent,
    "gallery": gallery,
    "lecture": lecture,
    "present": present,
}
"""By its name without the theme; what a hand does before it is taken, in this order."""
AFTER: dict[str, Callable[[Show], None]] = {
    "complete": complete_over,
    "lesson": lesson_over,
    "present": present_over,
}
"""What the hand does after it was taken, for the next one."""


# --- the file


def pixels_of(drawn: QImage) -> NDArray[np.uint8]:
    """(H, W, 3) uint8 of what Qt drew."""
    from PySide6.QtGui import QImage

    rgb = drawn.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(rgb.constBits(), np.uint8).reshape(rgb.height(), rgb.bytesPerLine())
    return rows[:, : 3 * rgb.width()].reshape(rgb.height(), rgb.width(), 3).copy()


def as_png(pixels: NDArray[np.uint8]) -> bytes:
    """Half as wide and high, with a palette where nobody sees that; without any note."""
    whole = Image.fromarray(pixels)
    small = whole.resize((whole.width // SCALE, whole.height // SCALE), Image.Resampling.BOX)
    few = with_palette(small)
    apart = np.abs(np.asarray(few.convert("RGB"), int) - np.asarray(small, int)).max(axis=2)
    told = io.BytesIO()
    (few if np.mean(apart > UNSEEN) < FEW else small).save(told, "PNG", optimize=True)
    return told.getvalue()


def with_palette(picture: Image.Image) -> Image.Image:
    """The picture in 256 colours: areas keep theirs exactly, and what is between them is as near as can be."""
    drawn = np.asarray(picture).reshape(-1, 3)
    colors, where, counts = np.unique(drawn, axis=0, return_inverse=True, return_counts=True)
    palette = palette_of(colors.astype(np.float32), counts)
    nearest = ((colors[:, None].astype(np.float32) - palette) ** 2).sum(axis=2).argmin(axis=1)
    few = Image.frombytes("P", picture.size, nearest[where.reshape(-1)].astype(np.uint8).tobytes())
    few.putpalette(palette.astype(np.uint8).tobytes())
    return few


def palette_of(colors: NDArray[np.float32], counts: NDArray[np.intp]) -> NDArray[np.float32]:
    """(at most `COLORS`, 3): the most frequent colours, then by turns the one that is farthest from all before, and the
    one that is so where there is much of it."""
    if len(colors) <= COLORS:
        return colors
    chosen = list(colors[np.argsort(-counts)[:EXACT]])
    far = np.min([np.abs(colors - each).max(axis=1) for each in chosen], axis=0)
    while len(chosen) < COLORS:
        weighed = far * np.sqrt(counts) if len(chosen) % 2 else far
        chosen.append(colors[weighed.argmax()])
        far = np.minimum(far, np.abs(colors - chosen[-1]).max(axis=1))
    return np.array(chosen)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
