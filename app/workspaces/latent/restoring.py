"""What the note of a saved picture brings back: a point, the plane and the view of a map, the path of a strip."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from app.documents.latent_chart import Rect
from app.documents.latent_path import unpacked_path
from app.workspaces.latent import words
from app.workspaces.latent.desk import FARTHEST, Desk, Place, parameter_value
from app.workspaces.latent.scene import rect, span_of, vector, vectors, with_layout
from app.workspaces.latent.spans import Vector
from engine.records.latent_note import LatentNote


@dataclass(frozen=True, slots=True, eq=False)
class Restored:
    """Where to go, which part of the chart to look at and which page to open (None: as they are), and what to say."""

    place: Place
    text: str
    sight: Rect | None = None
    drawer: str | None = None


def restored(desk: Desk, record: LatentNote) -> Restored:
    """What there is of a record on a desk of its model."""
    checked = {name: parameter_value(desk.manifest, name, value) for name, value in record.parameters.items()}
    known = {name: value for name, value in checked.items() if value is not None}
    there = desk.now.with_z(np.asarray(record.z[0], np.float64)).with_parameters(known)
    found = Restored(there, words.RESTORED_POINT)
    if record.map is not None:
        found = _of_map(desk, there, record.map)
    elif len(record.z) > 1:
        found = _of_strip(desk, there, record.path or {})
    text = found.text if record.made_by(desk.manifest) else f"{found.text} {words.OTHER_WEIGHTS}"
    if float(np.abs(record.z[0]).max()) > FARTHEST:
        text = words.too_far(FARTHEST)
    return replace(found, text=text)


def _of_map(desk: Desk, there: Place, noted: Mapping[str, Any]) -> Restored:
    """The plane, its layout and what was in view, where this model still has that plane."""
    span, sight = span_of(noted.get("span"), desk.dim, desk.arrays), rect(noted.get("rect"))
    laid_out = with_layout(desk, there, {"layout": noted.get("layout")})
    axes = vectors(noted.get("axes"), desk.dim)
    on_plane = None
    if span is not None:
        anchors = _anchors(noted, axes, desk.dim) if span.kind == "pictures" else laid_out.anchors
        on_plane = None if anchors is None else laid_out.with_anchors(anchors).with_span(span, desk.arrays)
    same = on_plane is not None and len(axes) == 2 and np.allclose(on_plane.plane.axes, np.stack(axes), atol=1e-4)
    if on_plane is None or sight is None or not same or laid_out.layout != noted.get("layout"):
        return Restored(there, words.RESTORED_POINT_OF_MAP)
    return Restored(on_plane, words.RESTORED_MAP, sight)


def _anchors(noted: Mapping[str, Any], axes: tuple[Vector, ...], dim: int) -> tuple[Vector, ...] | None:
    """The pictures A, B and C; where they were not noted yet, three points that span the same plane."""
    anchors, pivot = vectors(noted.get("anchors"), dim), vector(noted.get("pivot"), dim)
    if len(anchors) == 3:
        return anchors
    return (pivot, pivot + axes[0], pivot + axes[1]) if pivot is not None and len(axes) == 2 else None


def _of_strip(desk: Desk, there: Place, noted: Mapping[str, Any]) -> Restored:
    """The path, and its page."""
    keys = vectors(noted.get("keys"), desk.dim)
    if len(keys) < 2:
        return Restored(there, words.RESTORED_FIRST)
    return Restored(replace(there, path=unpacked_path(noted, keys), walked=0.0), words.RESTORED_PATH, drawer="path")
