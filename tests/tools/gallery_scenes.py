"""What `tests/tools/screenshots.py` photographs in the Gallery: the wall and its drawer; `gallery_page_scenes` has the
other pages, files, narrow windows and troubles.

Models are taken as they are installed; a scene whose kind of model is missing is left out and named.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.widgets.tile_wall import TileWall
    from app.workspaces.gallery.state import GalleryState
    from app.workspaces.gallery.view import GalleryView
    from engine.contracts.manifest import Manifest
    from tests.tools.screenshots import Show

QUICK, SLOW = ("gan", "vae"), ("autoregressive",)


class Scenery:
    """The Gallery on show."""

    def __init__(self, show: Show) -> None:
        from app.workspaces.gallery.view import GalleryView

        self.show = show
        view = show.session.window.views["gallery"]
        assert isinstance(view, GalleryView)
        self.view: GalleryView = view
        self.presenter, self.pages, self.stage = view.presenter, view.pages, view.center

    @property
    def state(self) -> GalleryState:
        """What the workspace shows."""
        assert self.view.state is not None
        return self.view.state

    @property
    def wall(self) -> TileWall:
        """The wall's widget."""
        return self.stage.wall_page.wall

    def model(self, *families: str, told: bool | None = None) -> str:
        """A model of the first of these families that has one, told classes or not; empty where there is none."""

        def fits(manifest: Manifest, family: str) -> bool:
            return manifest.family == family and (told is None or bool(manifest.class_names) == told)

        found = (model.id for family in families for model in self.state.models if fits(model, family))
        return next(found, "")

    def open(self, model: str) -> None:
        """Open a model and wait for its wall."""
        self.view.choose_model(model)
        self.settle()

    def settle(self) -> None:
        """Wait for what was asked for, and for what fades."""
        self.show.wait(lambda: not self.busy())
        self.show.wait(400)

    def busy(self) -> bool:
        """Whether anything that is in front is being drawn or asked for."""
        state = self.state
        if state.page == "lecture":
            return any(column.running for column in self.pages.lecture.state.columns)
        page = {
            "neighbours": self.pages.drawers.neighbours,
            "walks": self.pages.drawers.walks,
            "game": self.pages.drawers.game,
        }.get(state.drawer)
        return state.progress is not None or (page is not None and page.state.busy)

    def drawer(self, name: str) -> None:
        """Unfold a page of the drawer, or fold it."""
        if self.state.drawer != name:
            self.presenter.open_drawer(name or self.state.drawer)

    def stroke(self) -> None:
        """A drawing on the easel of the drawer."""
        easel = self.pages.drawers.easel
        easel.use_tool("clear")
        easel.start_stroke()
        for x0, y0, x1, y1 in ((8, 7, 18, 7), (18, 7, 13, 21), (9, 14, 18, 14)):
            easel.segment(x0, y0, x1, y1)
        easel.finish_stroke()

    def quiet(self) -> None:
        """No sentence lies over the wall."""
        self.stage.toast.leave()
        self.show.wait(300)

    def grab(self, scene: str) -> None:
        """Keep the window as a picture."""
        self.show.grab(f"gallery-{scene}")


def gallery(show: Show) -> None:
    """Every page of the Gallery, with the models that are installed."""
    from tests.tools.gallery_page_scenes import PAGES

    scenery = Scenery(show)
    show.session.window.show_workspace("gallery")
    scenery.settle()
    scenery.grab("first")
    scenery.presenter.open_page("kept")
    show.wait(500)
    scenery.grab("kept-empty")
    scenery.presenter.open_page("wall")
    for scenes in (wall_scenes, order_scenes, pace_scenes, drawer_scenes, *PAGES):
        scenes(scenery)


def needs(what: str, found: str) -> bool:
    """Whether there is a model for a scene; where not, it is said."""
    if not found:
        print(f"Left out, for want of a model: {what}.", file=sys.stderr)
    return bool(found)


# --- the wall


def wall_scenes(scenery: Scenery) -> None:
    """A hundred and ten thousand, small and large, a row a class, chosen, selected, marked, one large."""
    presenter, wall = scenery.presenter, scenery.wall
    told = scenery.model(*QUICK, *SLOW, told=True)
    scenery.open(told or scenery.model(*QUICK))
    presenter.set_count(100)
    scenery.settle()
    for side in (28, 56, 112, 196):
        wall.set_tile_size(side)
        scenery.settle()
        scenery.grab(f"100-of-{side}")
    wall.set_tile_size(56)
    wall.set_current(12)
    scenery.settle()
    scenery.grab("chosen")
    marked(scenery)
    wall.activated.emit(14)
    scenery.settle()
    scenery.grab("zoomed")
    scenery.stage.wall_page.large.close_it()
    if needs("a row a class", told):
        presenter.set_arrangement("rows")
        scenery.settle()
        scenery.grab("rows")
        presenter.set_arrangement("turn")
    presenter.set_count(10_000)
    scenery.show.wait(lambda: scenery.state.progress is not None and scenery.state.progress > 0.05)
    scenery.grab("10000-drawing")
    scenery.settle()
    for side in (7, 14, 28, 112):
        wall.set_tile_size(side)
        scenery.settle()
        scenery.grab(f"10000-of-{side}")
    presenter.set_count(100)
    wall.set_tile_size(56)
    scenery.settle()


def marked(scenery: Scenery) -> None:
    """Several selected, with stars, labels, and in a collection."""
    presenter, wall = scenery.presenter, scenery.wall
    for indices, verb in (
        (range(3, 9), presenter.star),
        ((7, 14, 30), lambda: presenter.label("the best so far")),
        ((30, 31), lambda: presenter.collect("For the lecture")),
        ((14, 25), presenter.star),
    ):
        wall.select(indices)
        verb()
        scenery.show.wait(150)
    wall.set_current(14)
    wall.select([14, 15, 16, 17, 28, 29, 30])
    wall.setFocus()
    scenery.settle()
    scenery.grab("marked")
    scenery.quiet()
    wall.set_tile_size(14)
    scenery.settle()
    scenery.grab("marked-small")
    wall.set_tile_size(56)
    wall.deselect()
    wall.set_current(14)


def order_scenes(scenery: Scenery) -> None:
    """Sorted by class, one class alone, scores on their way, sorted by score."""
    presenter = scenery.presenter
    for family, name in (("gan", "score"), ("vae", "bound")):
        model = scenery.model(family)
        if not needs(f"sorted by {name}", model):
            continue
        scenery.open(model)
        presenter.set_count(1_000)
        scenery.settle()
        presenter.set_sort("score")
        scenery.show.wait(lambda: scenery.state.progress is not None)
        scenery.show.wait(250)
        scenery.grab(f"{name}-asking")
        scenery.settle()
        scenery.wall.set_current(int(scenery.wall.in_view()[2]))
        scenery.settle()
        scenery.grab(f"{name}-sorted")
        presenter.set_sort("drawn")
        presenter.set_count(100)
    if scenery.state.class_names:
        presenter.set_sort("class")
        scenery.settle()
        scenery.grab("by-class")
        presenter.set_only(scenery.state.class_names[3])
        scenery.settle()
        scenery.grab("one-class-shown")
        presenter.set_only("")
        presenter.set_sort("drawn")
    scenery.settle()


def pace_scenes(scenery: Scenery) -> None:
    """A slow model draws, and is stopped."""
    slow = scenery.model(*SLOW)
    if not needs("drawing slowly", slow):
        return
    scenery.view.choose_model(slow)
    scenery.show.wait(lambda: scenery.state.drawing and scenery.state.progress is not None)
    scenery.show.wait(1500)
    scenery.grab("drawing")
    scenery.show.do("escape")
    scenery.show.wait(300)
    scenery.grab("stopped")
    scenery.quiet()
    scenery.grab("stopped-later")


# --- the drawer


def drawer_scenes(scenery: Scenery) -> None:
    """Each page without a picture, with a chosen one, and with a drawn one."""
    for name, found in (
        ("gan", scenery.model("gan", told=True) or scenery.model("gan")),
        ("vae", scenery.model("vae")),
        ("pixels", scenery.model(*SLOW)),
    ):
        if not needs(f"the drawer with a {name}", found):
            continue
        scenery.view.choose_model(found)
        scenery.presenter.set_count(100)
        scenery.show.wait(lambda: scenery.state.tiles is not None and bool(scenery.state.tiles.drawn[:16].all()))
        scenery.wall.forget()
        neighbours(scenery, name)
        walks(scenery, name)
        game(scenery, name)
        scenery.drawer("")
        scenery.show.do("escape")


def choose(scenery: Scenery, index: int) -> None:
    """Choose a picture as soon as it is drawn."""
    scenery.show.wait(lambda: scenery.state.tiles is not None and bool(scenery.state.tiles.drawn[index]))
    scenery.wall.set_current(index)
    scenery.show.wait(100)


def pages_settle(scenery: Scenery) -> None:
    """Wait for the unfolded page alone: a slow wall may still be drawn."""
    page = scenery.pages.drawers.pages[scenery.state.drawer]
    scenery.show.wait(lambda: not page.state.busy)  # type: ignore[attr-defined]
    scenery.show.wait(400)


def neighbours(scenery: Scenery, name: str) -> None:
    """Of nothing, of a chosen picture, of a drawing, of a real picture."""
    scenery.drawer("neighbours")
    scenery.show.wait(100)
    scenery.grab(f"{name}-neighbours-none")
    choose(scenery, 5)
    scenery.grab(f"{name}-neighbours-asking")
    pages_settle(scenery)
    scenery.grab(f"{name}-neighbours")
    scenery.stroke()
    pages_settle(scenery)
    scenery.grab(f"{name}-neighbours-drawn")
    scenery.pages.drawers.easel.use_tool("real")
    pages_settle(scenery)
    scenery.grab(f"{name}-neighbours-real")


def walks(scenery: Scenery, name: str) -> None:
    """Each kind of walk that the model can be taken on."""
    scenery.drawer("walks")
    pages_settle(scenery)
    presenter = scenery.pages.drawers.walks
    if not presenter.state.kinds:
        scenery.grab(f"{name}-walks-none")
    for kind in presenter.state.kinds:
        presenter.set_kind(kind)
        scenery.show.wait(60)
        scenery.grab(f"{name}-walk-{kind}-asking")
        pages_settle(scenery)
        scenery.grab(f"{name}-walk-{kind}")


def game(scenery: Scenery, name: str) -> None:
    """The training with its film and curves, of the chosen picture and of a drawing."""
    scenery.drawer("game")
    scenery.pages.drawers.easel.use_tool("chosen")
    pages_settle(scenery)
    scenery.grab(f"{name}-training")
    presenter = scenery.pages.drawers.game
    if not presenter.state.moments:
        return
    presenter.go_to(presenter.state.moments[len(presenter.state.moments) // 3])
    scenery.stroke()
    pages_settle(scenery)
    scenery.grab(f"{name}-training-drawn")
