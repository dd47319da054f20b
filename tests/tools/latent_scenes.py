"""What `tests/tools/screenshots.py` photographs in the Latent workspace: layers, pages and troubles of every model."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from app.workspaces.latent.state import LatentState
    from app.workspaces.latent.view import LatentView
    from tests.tools.screenshots import Show

SIZE, NARROW, LEAST = (1440, 900), (1100, 720), (1024, 640)
BROKEN = "torn"
"""The small model whose decoder gives no finite numbers at one side, and one and the same at the other."""


class Scenery:
    """The Latent workspace on show."""

    def __init__(self, show: Show) -> None:
        from app.workspaces.latent.view import LatentView

        self.show = show
        view = show.session.window.views["latent"]
        assert isinstance(view, LatentView)
        self.view: LatentView = view
        self.presenter = view.presenter

    @property
    def state(self) -> LatentState:
        """What the workspace shows."""
        assert self.view._state is not None
        return self.view._state

    def open(self, model: str) -> None:
        """Open a model and wait for its picture and its map."""
        self.show.session.window.choose_model(model)
        self.settle()

    def settle(self) -> None:
        """Wait for what was asked for, and for what fades."""
        self.show.wait(lambda: not (self.state.busy or self.state.map_busy) and self._pages_are_there())
        self.show.wait(400)

    def _pages_are_there(self) -> bool:
        directions, path = self.state.directions, self.state.path
        keys = [] if path is None else path.images
        return (directions is None or directions.strips is not None) and all(key is not None for key in keys)

    def page(self, name: str) -> None:
        """Unfold a page of the drawer, or fold the drawer."""
        if self.state.drawer != name:
            self.presenter.open_drawer(name or self.state.drawer)

    def layers(self, *shown: str) -> None:
        """Exactly these layers."""
        for layer in ("pictures", "codes", "density", "prior"):
            self.presenter.set_layer(layer, layer in shown)

    def grab(self, scene: str) -> None:
        """Keep the window as a picture, named after the model and the scene."""
        self.show.grab(f"latent-{self.state.model}-{scene}")


def latent(show: Show) -> None:
    """Every installed model with a latent space."""
    scenery = Scenery(show)
    show.session.window.show_workspace("latent")
    scenery.settle()
    scenery.grab("first")
    models = [manifest for manifest in scenery.state.models if manifest.id != BROKEN]
    for manifest in models:
        scenery.open(manifest.id)
        scenery.grab("opened")
        plane_scenes(scenery)
        directions_scenes(scenery)
        yours_scenes(scenery)
        path_scenes(scenery)
        scenery.page("directions")
    for size in (NARROW, LEAST):
        show.frame.resize(*size)
        for page in ("directions", "yours", "path"):
            scenery.page(page)
            scenery.settle()
            scenery.grab(f"width-{size[0]}-{page}")
    show.frame.resize(*SIZE)
    trouble_scenes(scenery)


def plane_scenes(scenery: Scenery) -> None:
    """Layers alone and together, the other layout, zoomed, under the hand, and what spans the plane."""
    for name, shown in (
        ("codes", ("codes", "prior")),
        ("codes-on-pictures", ("pictures", "codes")),
        ("density", ("density", "prior")),
        ("density-on-pictures", ("pictures", "density", "prior")),
    ):
        scenery.layers(*shown)
        scenery.settle()
        scenery.grab(name)
    scenery.layers("pictures", "prior")
    scenery.presenter.set_layout("plain")
    for name, zooms in (("even", 0), ("even-near", 5)):
        for _ in range(zooms):
            scenery.show.do("zoom-in")
        scenery.settle()
        scenery.grab(name)
    scenery.show.do("fit")
    scenery.presenter.set_layout("normal")
    scenery.page("")
    held(scenery)
    if len(scenery.state.span_kinds) > 1:
        span_scenes(scenery)
    scenery.presenter.go_home()
    scenery.settle()


def held(scenery: Scenery) -> None:
    """The point in the hand, the drawer folded."""
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    plane = scenery.view.center.floor.plane
    middle = plane.rect().center()
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QTest.mousePress(plane, left, none, middle)
    for step in range(12):
        QTest.mouseMove(plane, middle + (plane.rect().bottomRight() - middle) * (step / 30))
    scenery.settle()
    scenery.grab("held")
    QTest.mouseRelease(plane, left, none, plane.mapFromGlobal(plane.cursor().pos()))
    scenery.page("directions")


def span_scenes(scenery: Scenery) -> None:
    """The card of what spans the plane, with each kind."""
    before = scenery.state.span
    scenery.view.toggle_span()
    for kind in scenery.state.span_kinds:
        scenery.presenter.set_span_kind(kind)
        scenery.settle()
        scenery.grab(f"span-{kind}")
    scenery.view.toggle_span()
    scenery.presenter.set_span_kind(before.kind)


def directions_scenes(scenery: Scenery) -> None:
    """Each kind of directions, folded and unfolded."""
    scenery.page("directions")
    scenery.settle()
    assert scenery.state.directions is not None
    for kind in scenery.state.directions.kinds:
        scenery.presenter.set_direction_kind(kind)
        scenery.settle()
        scenery.grab(f"directions-{kind}")
    if scenery.state.directions.count > 6:
        scenery.presenter.unfold_directions()
        scenery.settle()
        scenery.grab("directions-all")
        scenery.presenter.unfold_directions()


def yours_scenes(scenery: Scenery) -> None:
    """An empty page, a picture with its posterior, the point on the arrow."""
    scenery.page("yours")
    scenery.settle()
    scenery.grab("yours-empty")
    if scenery.state.yours is None or not scenery.state.yours.encodes:
        return
    scenery.presenter.use_tool("take")
    for x0, y0, x1, y1 in ((6, 6, 14, 10), (14, 10, 20, 6)):
        scenery.presenter.segment(x0, y0, x1, y1)
    scenery.presenter.finish_stroke()
    scenery.show.wait(lambda: scenery.state.yours is not None and not scenery.state.yours.busy)
    scenery.show.wait(lambda: bounds_are_there(scenery))
    scenery.settle()
    scenery.grab("yours")
    scenery.view.center.drawer.yours.go_requested.emit()
    scenery.presenter.redraw_epsilon()
    scenery.settle()
    scenery.grab("yours-epsilon-near")
    scenery.show.do("fit")


def bounds_are_there(scenery: Scenery) -> bool:
    """The bound has come, or the model has none."""
    yours = scenery.state.yours
    return yours is not None and not yours.busy and (not yours.bounded or yours.bounds is not None)


def path_scenes(scenery: Scenery) -> None:
    """No path, a path, walking."""
    scenery.page("path")
    scenery.settle()
    scenery.grab("path-empty")
    places = np.random.default_rng(3).uniform(0.15, 0.85, (5, 2))
    for x, y in places:
        home = scenery.state.chart.home_rect
        scenery.presenter.move(home[0] + x * (home[2] - home[0]), home[1] + y * (home[3] - home[1]))
        scenery.presenter.add_key()
    scenery.settle()
    scenery.grab("path")
    scenery.presenter.toggle_walk()
    scenery.show.wait(1200)
    scenery.grab("path-walking")
    scenery.show.do("escape")
    scenery.settle()


def trouble_scenes(scenery: Scenery) -> None:
    """A decoder of no finite numbers, a draw, an engine that dies."""
    if any(manifest.id == BROKEN for manifest in scenery.state.models):
        scenery.page("directions")
        scenery.open(BROKEN)
        for name, place in (("not-a-number", (0.2, 0.5)), ("constant", (0.8, 0.5))):
            scenery.presenter.move(*place)
            scenery.settle()
            scenery.grab(name)
    for manifest in [model for model in scenery.state.models if model.id != BROKEN]:
        scenery.open(manifest.id)
        if "output" in scenery.state.fields:
            scenery.presenter.set_parameter("output", "draw")
            scenery.settle()
            scenery.grab("draw")
    pid = scenery.show.session.engine.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    scenery.show.wait(lambda: scenery.state.problem is not None)
    scenery.show.wait(30)
    scenery.grab("engine-died")
    scenery.show.wait(lambda: scenery.state.engine == "ready" and scenery.state.problem is None)
    scenery.settle()
    scenery.grab("engine-back")
