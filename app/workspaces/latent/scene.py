"""The workspace as JSON: what the next start or a crash needs to bring everything back.

Keys that a later version adds are ignored; desks of models that are not installed are kept as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from app.documents.history import History
from app.documents.latent_chart import LAYOUTS, Rect
from app.documents.latent_path import packed_path, unpacked_path
from app.documents.packing import pack_image, unpack_image
from app.documents.partial_image import PartialImage
from app.workspaces.latent.desk import FARTHEST, LAYERS, Desk, Place, new_desk, parameter_value
from app.workspaces.latent.spans import Span, Vector, checked_span, direction_kinds, has_prior, latent_dim
from engine.contracts.latents import LatentArrays
from engine.contracts.manifest import Manifest
from engine.errors import EngineError

FORMAT = 1
LONGEST_HINT = 300
DRAWERS = ("", "directions", "yours", "path")


def pack_desk(desk: Desk) -> dict[str, Any]:
    """A desk without its history and pictures: the latter are decoded again."""
    now = desk.now
    return {
        "z": [float(value) for value in now.z],
        "span": [now.span.kind, now.span.first, now.span.second],
        "anchors": [[float(value) for value in anchor] for anchor in now.anchors],
        "parameters": dict(now.parameters),
        "layout": desk.layout,
        "layers": sorted(desk.layers),
        "seed_locked": desk.seed_locked,
        "drawer": desk.drawer,
        "directions": desk.directions,
        "unfolded": desk.unfolded,
        "view": None if desk.view is None else [float(value) for value in desk.view],
        "path": packed_path(now.path),
        "epsilon": None if now.epsilon is None else [float(value) for value in now.epsilon],
        "pixels": None if now.pixels is None else pack_image(PartialImage.from_picture(now.pixels)),
        "hint": desk.hint,
    }


def unpack_desk(manifest: Manifest, arrays: LatentArrays, packed: Any) -> tuple[Desk, bool]:
    """The desk that `pack_desk` packed, and whether its point was whole; what is missing takes its default."""
    values = packed if isinstance(packed, dict) else {}
    dim = latent_dim(manifest)
    z, span = vector(values.get("z"), dim), span_of(values.get("span"), dim, arrays)
    anchors = [vector(anchor, dim) for anchor in _list(values.get("anchors"))]
    desk = new_desk(manifest, arrays, None if span is None or span.kind == "pictures" else span, z)
    now = desk.now
    if len(anchors) == 3 and all(anchor is not None for anchor in anchors):
        now = now.with_anchors(tuple(anchor for anchor in anchors if anchor is not None))
    if span is not None and span.kind == "pictures":
        now = now.with_span(span, arrays) or now
    given = values.get("parameters")
    checked = {k: parameter_value(manifest, k, v) for k, v in (given if isinstance(given, dict) else {}).items()}
    now = now.with_parameters({name: value for name, value in checked.items() if value is not None})
    desk.history = History(with_layout(desk, _with_work(manifest, now, values), values))
    _restore_look(desk, values)
    return desk, z is not None


def _with_work(manifest: Manifest, now: Place, values: dict[str, Any]) -> Place:
    """The path, the picture of one's own and epsilon, as far as they are whole."""
    packed = values.get("path")
    keys = [
        vector(key, latent_dim(manifest)) for key in _list(packed.get("keys") if isinstance(packed, dict) else None)
    ]
    path = unpacked_path(packed, [key for key in keys if key is not None])
    spec = manifest.image
    try:
        image = unpack_image(values["pixels"]) if values.get("pixels") is not None else None
    except EngineError:
        image = None
    fits = image is not None and image.shape == (spec.height, spec.width, spec.display_channels)
    pixels = image.pixels if image is not None and fits else None
    return replace(now, path=path, pixels=pixels, epsilon=vector(values.get("epsilon"), latent_dim(manifest)))


def with_layout(desk: Desk, now: Place, values: Mapping[str, Any]) -> Place:
    """The layout and the layers, as far as this model has them."""
    layout, layers = values.get("layout"), values.get("layers")
    if layout in LAYOUTS and (layout == "plain" or has_prior(desk.manifest)):
        now = replace(now, layout=layout)
    return replace(now, layers=frozenset(v for v in LAYERS if v in layers)) if isinstance(layers, list) else now


def _restore_look(desk: Desk, values: dict[str, Any]) -> None:
    unfolded = values.get("unfolded")
    if values.get("drawer") in DRAWERS:
        desk.drawer = values["drawer"]
    if values.get("directions") in direction_kinds(desk.arrays):
        desk.directions = values["directions"]
    if isinstance(unfolded, int) and not isinstance(unfolded, bool):
        desk.unfolded = min(max(unfolded, 0), desk.dim)
    desk.view = rect(values.get("view"))
    desk.seed_locked = values.get("seed_locked") is True
    hint = values.get("hint")
    desk.hint = hint if isinstance(hint, str) and len(hint) <= LONGEST_HINT else ""


def vector(values: Any, dim: int) -> Vector | None:
    """``dim`` finite numbers of a sane size, or None."""
    if not isinstance(values, list) or len(values) != dim:
        return None
    good = all(isinstance(v, (int, float)) and not isinstance(v, bool) and abs(v) < 1e300 for v in values)
    return np.clip(np.array(values, np.float64), -FARTHEST, FARTHEST) if good else None


def vectors(values: Any, dim: int) -> tuple[Vector, ...]:
    """All of them, or none where one of them is no `vector`."""
    found = [vector(value, dim) for value in _list(values)]
    whole = tuple(value for value in found if value is not None)
    return whole if len(whole) == len(found) else ()


def rect(values: Any) -> Rect | None:
    """A part of a chart that can be looked at, or None."""
    corners = vector(values, 4)
    if corners is None or not (corners[0] < corners[2] and corners[1] < corners[3]):
        return None
    x0, y0, x1, y1 = (float(value) for value in corners)
    return x0, y0, x1, y1


def span_of(values: Any, dim: int, arrays: LatentArrays) -> Span | None:
    """The span that was packed, if this model has it."""
    if not (isinstance(values, list) and len(values) == 3 and isinstance(values[0], str)):
        return None
    if not all(isinstance(v, int) and not isinstance(v, bool) for v in values[1:]):
        return None
    return checked_span(Span(*values), dim, arrays)


def _list(values: Any) -> list[Any]:
    return values if isinstance(values, list) else []
