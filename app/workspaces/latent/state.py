"""Everything the Latent workspace shows, as one frozen value.

The presenter makes a new one at every change; what did not change keeps its identity (arrays, tuples, mappings), so
that the view updates only the widgets whose fields are new objects.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.documents.latent_chart import Chart, Rect
from app.messages import Problem
from app.widgets.plane_layers import CodeDots, DensityField, MapTile, Pin, PlaneCurve
from app.workspaces.latent.directions import DirectionsView
from app.workspaces.latent.spans import Span
from app.workspaces.latent.yours import YoursView
from engine.contracts.arrays import Image
from engine.contracts.manifest import Manifest


@dataclass(frozen=True, slots=True, eq=False)
class SavedPicture:
    """A picture to write or to copy: ``pixels (H, W, C) uint8``, its ``note`` (PNG text) and a file ``name``."""

    pixels: Image
    note: str
    name: str


@dataclass(frozen=True, slots=True, eq=False)
class PathState:
    """What the page of the path shows: a picture a key (None while it is decoded), and how far one has walked."""

    images: tuple[Image | None, ...]
    kind: str
    loop: bool
    position: float
    playing: bool
    walkable: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LatentState:
    """What the view shows.

    models, manifest
        All that have a latent space, and the chosen one (None: there is none, see ``problem``).
    chart, names, point
        How the plane is laid out, what its directions are called, and where on the chart the point is.
    tiles, density, codes, curves, pins
        What lies on the plane, as far as ``layers`` says that it shows; ``possible_layers`` are those there are.
    span, span_kinds, span_directions, anchors
        What spans the plane; what else could; (place, name) of that kind's directions; pictures of A, B and C.
    third_name
        What the third direction is called, empty in two dimensions.
    picture : (H, W, C) uint8 or None
        The decoded picture at the point, or at a place a moment ago.
    picture_point
        Where on the chart it was decoded; in a drag the point is ahead of it.
    picture_note
        What is wrong with it, if something is.
    place_text, prior_text, code_text
        Where the point is, how usual that is under the prior, and which code is nearest.
    parameters, fields
        Request fields by name, and the names of those that mean anything for this model.
    drawer, directions, yours, path
        The open page, empty if the drawer is folded; what each page shows while it is open.
    walkable
        Whether there is a path to walk along, on whatever page.
    view
        The part of the chart that was looked at last with this model; None is what is seen at first.
    sight
        A part of the chart to be brought in view when it is another object than before.
    writing
        How much is decoded of a file that is on its way, in [0, 1]; None while there is none.
    decode_ms
        What the newest decoding took in the engine.
    """

    models: tuple[Manifest, ...] = ()
    manifest: Manifest | None = None
    chart: Chart = field(default_factory=Chart)
    names: tuple[str, str] = ("", "")
    point: tuple[float, float] | None = None
    tiles: tuple[MapTile, ...] = ()
    density: DensityField | None = None
    codes: CodeDots | None = None
    curves: tuple[PlaneCurve, ...] = ()
    pins: tuple[Pin, ...] = ()
    layers: frozenset[str] = frozenset()
    possible_layers: frozenset[str] = frozenset()
    span: Span = field(default_factory=Span)
    span_kinds: tuple[str, ...] = ()
    span_directions: tuple[tuple[int, str], ...] = ()
    anchors: tuple[Image | None, ...] = ()
    third_name: str = ""
    picture: Image | None = None
    picture_point: tuple[float, float] | None = None
    picture_note: str = ""
    place_text: str = ""
    prior_text: str = ""
    code_text: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    fields: frozenset[str] = frozenset()
    seed_locked: bool = False
    drawer: str = ""
    directions: DirectionsView | None = None
    yours: YoursView | None = None
    path: PathState | None = None
    walkable: bool = False
    view: Rect | None = None
    sight: Rect | None = None
    decode_ms: float = 0.0
    writing: float | None = None
    busy: bool = False
    map_busy: bool = False
    problem: Problem | None = None
    message: str = ""
    hint: str = ""
    engine: str = "starting"
    can_undo: bool = False
    can_redo: bool = False

    @property
    def model(self) -> str:
        """The chosen model's id, or nothing."""
        return self.manifest.id if self.manifest else ""
