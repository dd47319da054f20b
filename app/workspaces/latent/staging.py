"""Setting the stage: what a lesson's button asks for, in one step of the history; a person can do all of it by hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app import messages
from app.documents.latent_chart import LAYOUTS
from app.documents.latent_path import KINDS, LatentPath
from app.documents.lessons import Spot, Stage
from app.documents.own_picture import fitted
from app.translation import tr
from app.workspaces.latent import words
from app.workspaces.latent.desk import Desk, Place, parameter_value
from app.workspaces.latent.directions import Direction, directions_of
from app.workspaces.latent.scene import DRAWERS
from app.workspaces.latent.snapshot import possible_layers
from app.workspaces.latent.spanning import Spanning
from app.workspaces.latent.spans import Vector, direction_kinds, has_prior
from app.workspaces.latent.yours import encodes

STEP = "lesson"
"""Buttons pressed one after the other are one step of the history: undo goes to before the first of them."""
HERE = ("parameters", "picture", "drawer", "layers", "point", "moves", "walk")
FOLDED = "none"


class Staging(Spanning):
    """What a lesson does."""

    def obstacle(self, stage: Stage) -> str:
        """Why this stage cannot be set, in a sentence; nothing where it can."""
        if (stage.model and self._model(stage.model) is None) or (not stage.model and self._desk is None):
            return words.unknown_model(stage.model)
        return next(_obstacles(stage, self._staged_desk(stage)), "")

    def stage(self, stage: Stage, rgba: NDArray[np.uint8] | None = None) -> None:
        """Set everything that the stage names, with the picture (h, w, 4) that goes with it; the rest stays."""
        before = self._input()
        self._halt()
        if found := self.obstacle(stage):
            self._say(found)
            return
        desk = self._staged_desk(stage)
        now = _staged(desk, stage, rgba)
        if now is not desk.now:
            desk.history.push(now, STEP)
        desk.hint = ""
        if stage.drawer:
            desk.drawer = "" if stage.drawer == FOLDED else stage.drawer
        elif stage.moves or stage.walk:
            desk.drawer = "directions" if stage.moves else "path"
        if stage.moves:
            desk.directions = _kind_with(desk, next(iter(stage.moves)))
        if desk is not before:
            self._open(desk.manifest)
            self._say(messages.STAGED_ELSEWHERE)
        else:
            self._moved()
        if stage.walk:
            self.toggle_walk()
        self._publish()

    def _staged_desk(self, stage: Stage) -> Desk:
        found = self._model(stage.model)
        desk = self._desk if found is None else self._desk_of(found)
        assert desk is not None, "obstacles are asked for first"
        return desk


def _staged(desk: Desk, stage: Stage, rgba: NDArray[np.uint8] | None) -> Place:
    """Where the stage is; the place itself where that is where one stands."""
    now = desk.now
    known = {name: parameter_value(desk.manifest, name, value) for name, value in stage.parameters.items()}
    now = now.with_parameters({name: value for name, value in known.items() if value is not None})
    layout, way = stage.parameters.get("layout", now.layout), stage.parameters.get("way", now.path.kind)
    layers = now.layers if stage.layers is None else frozenset(stage.layers)
    if (layout, layers) != (now.layout, now.layers):
        now = replace(now, layout=str(layout), layers=layers)
    keys = tuple(_point(desk, spot) for spot in stage.walk)
    start = stage.point if stage.point is not None else next(iter(stage.walk), None)
    if start is not None:
        now = _at(now, _point(desk, start))
    now = _at(now, _moved_along(desk, np.asarray(now.z, np.float64), stage.moves))
    if keys:
        now = replace(now, path=LatentPath(tuple(k for k in keys if k is not None), str(way)), walked=0.0)
    if rgba is not None:
        now = replace(now, pixels=fitted(rgba, desk.manifest.image))
    return now


def _moved_along(desk: Desk, z: Vector, moves: Mapping[str, float]) -> Vector:
    """Z with these values along these directions, all at once: they may lean on each other."""
    if not moves:
        return z
    along = [_direction(desk, name) for name in moves]
    steps = np.stack([each.step for each in along])
    lean = steps @ steps.T / (steps * steps).sum(axis=1)[:, None]  # what a step along one does to another's value
    missing = np.array([value - each.value(z) for each, value in zip(along, moves.values(), strict=True)])
    return np.asarray(z + np.linalg.lstsq(lean, missing, rcond=None)[0] @ steps)


def _at(now: Place, z: Vector | None) -> Place:
    if z is None or np.allclose(np.asarray(now.z, np.float64), z, atol=1e-6):
        return now
    return now.with_z(z)


def _point(desk: Desk, spot: Spot) -> Vector | None:
    """The point of latent space that a lesson names; None where this model has none of that name."""
    arrays = desk.arrays
    if isinstance(spot, tuple):
        return np.asarray(spot, np.float64) if len(spot) == desk.dim else None
    if isinstance(spot, str):
        means = arrays.class_means
        known = means is not None and spot in arrays.class_names
        return np.asarray(means[arrays.class_names.index(spot)], np.float64) if known and means is not None else None
    codes = arrays.codes
    return np.asarray(codes[spot], np.float64) if codes is not None and spot < len(codes) else None


def _kind_with(desk: Desk, name: str) -> str:
    """The kind of directions in which there is one of this name, the most telling first; empty for none."""
    kinds = direction_kinds(desk.arrays)
    return next((kind for kind in kinds if any(each.name == name for each in _all(desk, kind))), "")


def _direction(desk: Desk, name: str) -> Direction:
    return next(each for each in _all(desk, _kind_with(desk, name)) if each.name == name)


def _all(desk: Desk, kind: str) -> tuple[Direction, ...]:
    return directions_of(kind, desk.dim, desk.arrays, desk.home)


def _obstacles(stage: Stage, desk: Desk) -> Iterator[str]:
    """What this workspace or this model does not have, a sentence each."""
    title = desk.manifest.title
    yield from (
        tr("Lessons set no {name} in the workspace Latent.").format(name=name)
        for name in stage.asks_for()
        if name not in HERE
    )
    for name, value in stage.parameters.items():
        if not _is_parameter(desk, name, value):
            yield tr("{title} has no {name} {value!r}.").format(title=title, name=name, value=value)
    if stage.drawer and stage.drawer not in (*filter(None, DRAWERS), FOLDED):
        yield tr("There is no page {drawer!r} below the plane.").format(drawer=stage.drawer)
    for layer in stage.layers or ():
        if layer not in possible_layers(desk.manifest, desk.arrays):
            yield tr("{title} has nothing to show as {layer!r} on its plane.").format(title=title, layer=layer)
    for spot in (*stage.walk, *(() if stage.point is None else (stage.point,))):
        if _point(desk, spot) is None:
            yield tr("{title} has no point {spot!r} in its latent space.").format(title=title, spot=spot)
    yield from (
        tr("{title} has no direction {name!r}.").format(title=title, name=name)
        for name in stage.moves
        if not _kind_with(desk, name)
    )
    if stage.picture and not encodes(desk.manifest):
        yield words.NO_ENCODER
    if len(stage.walk) == 1:
        yield words.NO_PATH


def _is_parameter(desk: Desk, name: str, value: Any) -> bool:
    if name == "layout":
        return value == "plain" or (value in LAYOUTS and has_prior(desk.manifest))
    return value in KINDS if name == "way" else parameter_value(desk.manifest, name, value) is not None
