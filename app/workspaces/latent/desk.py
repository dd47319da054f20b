"""One model's working place: where the point is, what spans the plane, and how one came there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.documents.history import History
from app.documents.latent_chart import Chart, Rect
from app.documents.latent_path import LatentPath
from app.workspaces.latent.layers import home_extent
from app.workspaces.latent.spans import (
    Span,
    Vector,
    coordinate_order,
    direction_kinds,
    first_anchors,
    first_span,
    has_prior,
    latent_dim,
    spanned,
    through,
)
from engine import Plane
from engine.contracts.arrays import Image
from engine.contracts.controls import MAX_SEED, controls
from engine.contracts.latents import LatentArrays
from engine.contracts.manifest import Manifest
from engine.contracts.requests import OUTPUTS, DecodeLatents

LAYERS = ("pictures", "codes", "density", "prior")
FIRST_LAYERS = frozenset({"pictures", "prior"})
FARTHEST = 1e4
"""No coordinate of z leaves this; decoders overflow long before."""


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """One step of the history.

    plane
        The plane that is shown; its pivot is at right angles to its axes, so places count from the foot of the origin.
    place : (x, y)
        Where the point is on it.
    anchors
        Three points A, B, C of latent space that a plane can be spanned by.
    parameters : mapping
        The fields of `DecodeLatents` that have a control.
    pixels : (H, W, C) uint8 or None
        A picture of one's own, if there is one.
    epsilon : (D,) or None
        What its posterior's sample mu + sigma * epsilon is drawn with.
    path, walked
        The path of key pictures, and how far along it one stood last, in [0, 1].
    layout, layers
        How the plane is laid out, and what lies on it.
    """

    plane: Plane
    place: tuple[float, float]
    span: Span
    anchors: tuple[Vector, ...]
    parameters: Mapping[str, Any]
    pixels: Image | None = None
    epsilon: Vector | None = None
    path: LatentPath = field(default_factory=LatentPath)
    walked: float = 0.0
    layout: str = "plain"
    layers: frozenset[str] = FIRST_LAYERS

    @property
    def z(self) -> NDArray[np.float32]:
        """The point, ``(D,) float32``."""
        return self.plane.points(self.place)

    @property
    def class_name(self) -> str:
        """What the decoder is told to draw, if it is told."""
        return str(self.parameters.get("class_name", ""))

    def looks_like(self, other: Place) -> bool:
        """Whether the very same is decoded at both."""
        there = self.plane is other.plane and self.place == other.place
        return self is other or (there and self.parameters == other.parameters)

    def at(self, x: float, y: float) -> Place:
        """The point elsewhere on the same plane."""
        bounded = (min(max(x, -FARTHEST), FARTHEST), min(max(y, -FARTHEST), FARTHEST))
        return self if bounded == self.place else replace(self, place=bounded)

    def with_z(self, z: Vector) -> Place:
        """The point elsewhere in space; the plane goes with it where it leaves it."""
        bounded = np.clip(np.asarray(z, np.float64), -FARTHEST, FARTHEST)
        plane = through(self.plane, bounded)
        x, y = plane.places(bounded)
        return replace(self, plane=plane, place=(float(x), float(y)))

    def with_depth(self, amount: float) -> Place:
        """The point and its plane moved along the third direction."""
        third = self.plane.third
        if third is None or not amount:
            return self
        return replace(self, plane=self.plane.through(self.plane.pivot + amount * third))

    def with_span(self, span: Span, arrays: LatentArrays) -> Place | None:
        """Another plane through the same point; None where its directions span none."""
        plane = spanned(span, np.asarray(self.z, np.float64), arrays, self.anchors)
        if plane is None:
            return None
        x, y = plane.places(np.asarray(self.z, np.float64))
        return replace(self, plane=plane, place=(float(x), float(y)), span=span)

    def with_anchors(self, anchors: tuple[Vector, ...]) -> Place:
        """The same point with other anchors; a plane through the old ones is for `with_span` to change."""
        return replace(self, anchors=anchors)

    def with_parameters(self, values: Mapping[str, Any]) -> Place:
        """The same point with these parameters; itself if they are the present ones."""
        parameters = dict(self.parameters) | dict(values)
        return self if parameters == self.parameters else replace(self, parameters=parameters)


@dataclass(slots=True, eq=False)
class Desk:
    """Changed by the presenter, on the GUI thread; the values in it are frozen.

    ``view`` is the part of the chart that is looked at; None is what is seen at first.  ``sight`` was the view that a
    picture's note brought last.
    """

    manifest: Manifest
    arrays: LatentArrays
    history: History[Place]
    seed_locked: bool = False
    drawer: str = "directions"
    directions: str = "coordinates"
    unfolded: int = 0
    hint: str = ""
    home: float = 3.0
    view: Rect | None = None
    sight: Rect | None = None
    picture: Any = None
    notes: dict[str, Any] = field(default_factory=dict)

    @property
    def now(self) -> Place:
        """Where one is."""
        return self.history.value

    @property
    def chart(self) -> Chart:
        """How the plane is laid out."""
        return Chart(self.now.layout, self.home)

    @property
    def layout(self) -> str:
        """How the plane is laid out."""
        return self.now.layout

    @property
    def layers(self) -> frozenset[str]:
        """What lies on the plane."""
        return self.now.layers

    @property
    def dim(self) -> int:
        """D."""
        return latent_dim(self.manifest)


def default_parameters(manifest: Manifest) -> dict[str, Any]:
    """The request's declared defaults, and the first class where the decoder is told one."""
    fields = DecodeLatents.__dataclass_fields__
    values = {name: fields[name].default for name in controls(DecodeLatents)}
    values["class_name"] = next(iter(manifest.class_names), "")
    return values if manifest.class_names else {name: v for name, v in values.items() if name != "class_name"}


def draws(manifest: Manifest) -> bool:
    """Whether the decoder is a distribution that can be drawn from."""
    spec = manifest.latent_spec
    return spec is not None and spec.likelihood != "none"


def parameter_value(manifest: Manifest, name: str, value: Any) -> Any:
    """The value if it can be that parameter's, else None."""
    if name == "output":
        return value if value in OUTPUTS and (value == "mean" or draws(manifest)) else None
    if name == "class_name":
        return value if value in manifest.class_names else None
    if name == "seed" and isinstance(value, int) and not isinstance(value, bool):
        return min(max(value, 0), MAX_SEED)
    return None


def new_desk(manifest: Manifest, arrays: LatentArrays, span: Span | None = None, z: Vector | None = None) -> Desk:
    """A fresh place to work at: the mean of the codes, on the plane of what carries most."""
    dim = latent_dim(manifest)
    start = first_point(dim, arrays) if z is None else z
    anchors = first_anchors(dim, arrays)
    chosen = span or first_span(dim, arrays)
    plane = spanned(chosen, start, arrays, anchors)
    if plane is None:  # what was remembered spans nothing here
        chosen = first_span(dim, arrays)
        plane = spanned(chosen, start, arrays)
    assert plane is not None, "two coordinates span a plane"
    x, y = plane.places(start)
    prior = has_prior(manifest)
    now = Place(
        plane,
        (float(x), float(y)),
        chosen,
        anchors,
        default_parameters(manifest),
        layout="normal" if prior else "plain",
        layers=FIRST_LAYERS if prior else frozenset({"pictures"}),
    )
    return Desk(
        manifest=manifest,
        arrays=arrays,
        history=History(now),
        home=home_extent(plane, arrays, prior),
        directions=direction_kinds(arrays)[0],
    )


def first_point(dim: int, arrays: LatentArrays) -> Vector:
    """Where the point is at first: a class mean or a picture's code near the middle, which decodes to something one
    knows; the very middle is a blend of everything."""
    if arrays.class_means is not None and len(arrays.class_means):
        means = np.asarray(arrays.class_means, np.float64)
        return np.asarray(means[int(np.linalg.norm(means, axis=1).argmin())])
    middle = np.zeros(dim) if arrays.code_mean is None else np.asarray(arrays.code_mean, np.float64)
    if arrays.codes is None or not len(arrays.codes):
        return middle
    codes = np.asarray(arrays.codes, np.float64)
    return np.asarray(codes[int(np.linalg.norm(codes - middle, axis=1).argmin())])


def slider_order(desk: Desk) -> tuple[int, ...]:
    """The coordinates, those that carry most first."""
    return coordinate_order(desk.dim, desk.arrays)
