"""The workspace as JSON: what the next start or a crash needs to bring everything back.

Keys that a later version adds are ignored; desks of models that are not installed are kept as they are.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from app.documents.history import History
from app.documents.latent_chart import LAYOUTS
from app.documents.latent_path import packed_path, unpacked_path
from app.documents.packing import pack_image, unpack_image
from app.documents.partial_image import PartialImage
from app.workspaces.latent.desk import FARTHEST, LAYERS, Desk, Place, new_desk, parameter_value
from app.workspaces.latent.spans import Span, Vector, checked_span, direction_kinds, has_prior, latent_dim
from engine.contracts.latents import LatentArrays
from engine.contracts.manifest import Manifest
from engine.errors import EngineError

FORMAT = 1
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
        "path": packed_path(now.path),
        "pixels": None if now.pixels is None else pack_image(PartialImage.from_picture(now.pixels)),
        "hint": desk.hint,
    }


def unpack_desk(manifest: Manifest, arrays: LatentArrays, packed: Any) -> tuple[Desk, bool]:
    """The desk that `pack_desk` packed, and whether its point was whole; what is missing takes its default."""
    values = packed if isinstance(packed, dict) else {}
    dim = latent_dim(manifest)
    z, span = vector(values.get("z"), dim), _span(values.get("span"), dim, arrays)
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
    desk.history = History(_with_work(manifest, now, values))
    _restore_look(desk, values)
    return desk, z is not None


def _with_work(manifest: Manifest, now: Place, values: dict[str, Any]) -> Place:
    """The path and the picture of one's own, as far as they are whole."""
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
    return replace(now, path=path, pixels=image.pixels if image is not None and fits else None)


def _restore_look(desk: Desk, values: dict[str, Any]) -> None:
    layers = values.get("layers")
    if values.get("layout") in LAYOUTS and (values["layout"] != "normal" or has_prior(desk.manifest)):
        desk.layout = values["layout"]
    if isinstance(layers, list):
        desk.layers = frozenset(layer for layer in LAYERS if layer in layers)
    if values.get("drawer") in DRAWERS:
        desk.drawer = values["drawer"]
    if values.get("directions") in direction_kinds(desk.arrays):
        desk.directions = values["directions"]
    desk.seed_locked = values.get("seed_locked") is True
    desk.hint = values["hint"] if isinstance(values.get("hint"), str) else ""


def vector(values: Any, dim: int) -> Vector | None:
    """``dim`` finite numbers of a sane size, or None."""
    if not isinstance(values, list) or len(values) != dim:
        return None
    good = all(isinstance(v, (int, float)) and not isinstance(v, bool) and math.isfinite(v) for v in values)
    return np.clip(np.array(values, np.float64), -FARTHEST, FARTHEST) if good else None


def with_map(desk: Desk, place: Place, noted: Mapping[str, Any]) -> Place:
    """The place on the plane that a saved map was of, as far as this model has it; the desk takes its layout."""
    layout, span = noted.get("layout"), _span(noted.get("span"), desk.dim, desk.arrays)
    if layout in LAYOUTS and (layout == "plain" or has_prior(desk.manifest)):
        desk.layout = layout
    on_plane = None if span is None or span.kind == "pictures" else place.with_span(span, desk.arrays)
    return on_plane or place


def _span(values: Any, dim: int, arrays: LatentArrays) -> Span | None:
    if not (isinstance(values, list) and len(values) == 3 and isinstance(values[0], str)):
        return None
    if not all(isinstance(v, int) and not isinstance(v, bool) for v in values[1:]):
        return None
    return checked_span(Span(*values), dim, arrays)


def _list(values: Any) -> list[Any]:
    return values if isinstance(values, list) else []
