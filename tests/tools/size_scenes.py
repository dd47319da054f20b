"""The whole window from 1024x640 to 3840x2160: what `tests/tools/screenshots.py --scenes sizes` photographs.

Every scene is photographed at every size, and what `layout_faults` finds there is printed.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from tests.tools.gallery_scenes import Scenery as Wall
from tests.tools.latent_scenes import Scenery as Plane
from tests.tools.layout_faults import faults

if TYPE_CHECKING:
    from tests.tools.screenshots import Show

SIZES = ((1024, 640), (1280, 720), (1440, 900), (1920, 1080), (3840, 2160))
SIZES_DOUBLED = ((1024, 640), (1440, 900))
"""At scale 2, where the largest would be 7680 px wide."""
MAP_MS, WAIT_MS = 700, 350
ONLY, WHICH = "REVERIE_SIZES", "REVERIE_SIZE_SCENES"
"""Environment variables for a second look: sizes as ``1024x640,3840x2160``, and parts of scenes' names."""


def sizes(show: Show) -> None:
    """Every workspace, page, card and empty state at every size."""
    for scenes in (complete, latent, gallery, cards):
        if _wanted(scenes.__name__):
            scenes(show)
    show.frame.resize(1440, 900)


def _wanted(name: str) -> bool:
    wanted = os.environ.get(WHICH, "")
    return not wanted or name in wanted.split(",")


def _sizes(show: Show) -> list[tuple[int, int]]:
    chosen = os.environ.get(ONLY, "")
    if chosen:
        return [(int(w), int(h)) for w, h in (each.split("x") for each in chosen.split(","))]
    return list(SIZES_DOUBLED if show.frame.devicePixelRatioF() > 1 else SIZES)


def each_size(
    show: Show, scene: str, ms: int = WAIT_MS, before: Callable[[], object] = lambda: None, covered: bool = False
) -> None:
    """Photograph a scene at every size, and say what is wrong with its layout, unless it is meant to be ``covered``."""
    for width, height in _sizes(show):
        show.frame.resize(width, height)
        before()
        show.wait(ms)
        for fault in () if covered else faults(show.session.window):
            print(f"{scene} {width}x{height}: {fault}")
        show.grab(f"{scene}-{width}")


@contextlib.contextmanager
def lesson(show: Show, identity: str, stage: str = "") -> Iterator[None]:
    """With a lesson beside."""
    guide = show.session.lessons
    guide.open(identity)
    if stage:
        guide.set_stage(stage)
    show.wait(WAIT_MS)
    yield
    guide.close()
    show.wait(100)


def complete(show: Show) -> None:
    """The picture with its completions, in every state of the workspace."""
    show.session.window.show_workspace("complete")
    show.settle()
    each_size(show, "complete")
    show.set("count", 64)
    show.settle()
    each_size(show, "complete-busy", before=lambda: show.do("again"))
    show.set("count", 8)
    show.settle()
    for command in ("lens-bits", "lens-class"):
        show.do(command)
        show.wait(WAIT_MS)
        each_size(show, f"complete-{command}")
    show.do("lens-none")
    show.view.presenter.scrub(show.state.timeline.of * 2 // 5)
    each_size(show, "complete-machine")
    show.do("to-the-end")
    show.view.say("A sentence as long as the longest that a toast has to say: what happened, and what to do.", "warn")
    each_size(show, "complete-toast")
    show.view.center.floor.toast.leave()
    with lesson(show, "scattered-pixels", "beside"):
        show.settle()
        each_size(show, "complete-lesson")
    show.session.window.choose_model("portraits-gated-pixelcnn")
    show.settle()
    with lesson(show, "gated-pixelcnn"):
        show.session.window.choose_model("portraits-gated-pixelcnn")
        show.settle()
        show.view.presenter.scrub(show.state.timeline.of * 2 // 5)
        each_size(show, "complete-lesson-colours")
        show.do("to-the-end")
        show.view.say("A sentence as long as the longest that a toast has to say: what happened and why.", "warn")
        each_size(show, "complete-lesson-toast")
        show.view.center.floor.toast.leave()


def latent(show: Show) -> None:
    """The plane of two dimensions, many dimensions with their drawers, a lesson beside."""
    scenery = Plane(show)
    show.session.window.show_workspace("latent")
    scenery.open("mnist-vae-2d")
    scenery.page("")
    each_size(show, "latent-2d", MAP_MS)
    with lesson(show, "vae", "ellipse"):
        scenery.settle()
        each_size(show, "latent-lesson", MAP_MS)
    scenery.open("faces-vae")
    for page in ("directions", "path", "yours"):
        scenery.page(page)
        scenery.settle()
        each_size(show, f"latent-64d-{page}", MAP_MS)
    scenery.page("directions")
    scenery.view.say("A sentence as long as the longest that a toast has to say: what happened, and what to do.")
    each_size(show, "latent-64d-toast", MAP_MS)
    scenery.view.center.floor.toast.leave()
    scenery.view.toggle_span()
    each_size(show, "latent-64d-span", MAP_MS)
    scenery.view.toggle_span()
    with lesson(show, "latent-arithmetic", "both"):
        scenery.settle()
        each_size(show, "latent-64d-lesson", MAP_MS)


def gallery(show: Show) -> None:
    """The wall, the lecture, the drawer's pages, the kept pictures, a lesson beside."""
    scenery = Wall(show)
    show.session.window.show_workspace("gallery")
    scenery.open("mnist-dcgan")
    each_size(show, "gallery-wall")
    for page in ("neighbours", "walks", "game"):
        scenery.drawer(page)
        scenery.wall.set_current(12)
        scenery.settle()
        each_size(show, f"gallery-{page}")
    scenery.drawer("")
    scenery.presenter.open_page("kept")
    each_size(show, "gallery-kept-empty")
    scenery.presenter.open_page("lecture")
    scenery.settle()
    each_size(show, "gallery-lecture", MAP_MS)
    scenery.presenter.open_page("wall")
    with lesson(show, "gan", "game"):
        scenery.settle()
        each_size(show, "gallery-lesson-game")
    with lesson(show, "sample-quality", "columns"):
        show.wait(2000)
        each_size(show, "gallery-lesson-columns", MAP_MS)
    scenery.presenter.open_page("wall")


def cards(show: Show) -> None:
    """What lies over the window: presented, explained, searched."""
    from PySide6.QtWidgets import QApplication

    window = show.session.window
    for workspace in ("complete", "latent", "gallery"):
        window.show_workspace(workspace)
        show.wait(WAIT_MS)
        show.do("present")
        each_size(show, f"present-{workspace}", MAP_MS, covered=True)
        show.do("present")
        show.frame.showNormal()
    window.show_workspace("complete")
    show.do("palette")
    window.palette_card.field.setText("keep")
    each_size(show, "palette", covered=True)
    window.palette_card.hide()
    for command in ("looking-at", "about", "shortcuts"):
        for width, height in _sizes(show):
            show.frame.resize(width, height)
            show.do(command)
            show.wait(WAIT_MS)
            dialog = QApplication.activeModalWidget()
            if dialog is not None:
                show.grab(f"{command}-{width}", dialog)
                dialog.close()
            show.wait(100)
