"""What spans the plane: two coordinates, two principal axes, two attributes, or three pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

import engine
from app.translation import tr
from engine import Plane
from engine.contracts.latents import LatentArrays
from engine.contracts.manifest import Manifest
from engine.errors import EngineError

KINDS = ("coordinates", "pca", "attributes", "pictures")
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Span:
    """``kind`` is one of `KINDS`; ``first`` and ``second`` are places among that kind's directions."""

    kind: str = "coordinates"
    first: int = 0
    second: int = 1


def latent_dim(manifest: Manifest) -> int:
    """D, or 0 for a model without a latent space."""
    spec = manifest.latent_spec
    return 0 if spec is None else spec.dim


def is_even(manifest: Manifest) -> bool:
    """Whether z is drawn evenly from -1 to 1."""
    spec = manifest.latent_spec
    return spec is not None and spec.prior == "uniform"


def has_prior(manifest: Manifest) -> bool:
    """Whether z has a distribution that pictures are drawn from."""
    spec = manifest.latent_spec
    return spec is not None and spec.prior == "normal"


def coordinate_order(dim: int, arrays: LatentArrays) -> tuple[int, ...]:
    """The coordinates, those that carry most first: by KL, else by the codes' variance, else as they come."""
    if arrays.kl_per_dim is not None:
        weight = np.asarray(arrays.kl_per_dim, np.float64)
    elif arrays.codes is not None and len(arrays.codes) > 1:
        weight = np.asarray(arrays.codes, np.float64).var(axis=0)
    else:
        weight = np.zeros(dim)
    return tuple(int(index) for index in np.argsort(-weight, kind="stable"))


def coordinate_name(index: int) -> str:
    """Z with its number from 1, as one writes it."""
    return "z" + str(index + 1).translate(_SUBSCRIPTS)


def kinds_of(dim: int, arrays: LatentArrays) -> tuple[str, ...]:
    """The kinds of span that this model has; a plane of two dimensions is what it is."""
    if dim <= 2:
        return ("coordinates",)
    found = ["coordinates"]
    if arrays.pca_axes is not None and len(arrays.pca_axes) > 1:
        found.append("pca")
    if arrays.attribute_directions is not None and len(arrays.attribute_directions) > 1:
        found.append("attributes")
    return (*found, "pictures")


def direction_kinds(arrays: LatentArrays) -> tuple[str, ...]:
    """The kinds of directions that a model has, the most telling first."""
    without = set()
    if arrays.attribute_directions is None or not len(arrays.attribute_directions):
        without.add("attributes")
    if arrays.pca_axes is None or not len(arrays.pca_axes):
        without.add("pca")
    return tuple(kind for kind in ("attributes", "pca", "coordinates") if kind not in without)


def directions_of(kind: str, dim: int, arrays: LatentArrays) -> tuple[tuple[int, str], ...]:
    """(place, name) of the directions that a plane of this kind can be spanned by."""
    if kind == "pca" and arrays.pca_axes is not None:
        return tuple((index, tr("principal axis {n}").format(n=index + 1)) for index in range(len(arrays.pca_axes)))
    if kind == "attributes":
        return tuple(enumerate(arrays.attribute_names))
    if kind == "coordinates":
        return tuple((index, coordinate_name(index)) for index in coordinate_order(dim, arrays))
    return ()


def span_names(span: Span, arrays: LatentArrays) -> tuple[str, str]:
    """What the plane's two directions are called."""
    if span.kind == "pictures":
        return tr("from A to B"), tr("towards C")
    if span.kind == "pca":
        return tr("principal axis {n}").format(n=span.first + 1), tr("principal axis {n}").format(n=span.second + 1)
    if span.kind == "attributes":
        return arrays.attribute_names[span.first], arrays.attribute_names[span.second]
    return coordinate_name(span.first), coordinate_name(span.second)


def span_title(span: Span, names: tuple[str, str]) -> str:
    """What spans the plane, in few words."""
    if span.kind == "pictures":
        return tr("pictures A, B and C")
    if span.kind == "pca":
        return tr("principal axes {n}, {n2}").format(n=span.first + 1, n2=span.second + 1)
    return f"{names[0]} × {names[1]}"


def first_span(dim: int, arrays: LatentArrays) -> Span:
    """The span that a model begins with: the two coordinates that carry most, in two dimensions both as they are.

    Where nothing says which carry most, coordinates are as good as any others, and principal axes are better.
    """
    if dim == 2:
        return Span()
    if arrays.kl_per_dim is None and "pca" in kinds_of(dim, arrays):
        return Span("pca", 0, 1)
    order = coordinate_order(dim, arrays)
    return Span("coordinates", order[0], order[1])


def checked_span(span: Span, dim: int, arrays: LatentArrays) -> Span | None:
    """The span if this model has it, else None."""
    if span.kind not in kinds_of(dim, arrays):
        return None
    if span.kind == "pictures":
        return Span("pictures")
    known = {place for place, _ in directions_of(span.kind, dim, arrays)}
    return span if {span.first, span.second} <= known and span.first != span.second else None


def spanned(span: Span, z: Vector, arrays: LatentArrays, anchors: Sequence[Vector] = ()) -> Plane | None:
    """The plane of this span through z, whose places count from the foot of the origin; None where there is none."""
    try:
        plane = _at_origin(span, len(z), arrays, anchors)
    except EngineError:
        return None
    return through(plane, z)


def through(plane: Plane, z: Vector) -> Plane:
    """The parallel plane through z; the same one if z lies on it."""
    if float(plane.distances(z)) <= 1e-5 * (1.0 + float(np.linalg.norm(z))):
        return plane
    return plane.through(z - (z @ plane.axes.T) @ plane.axes)


def _at_origin(span: Span, dim: int, arrays: LatentArrays, anchors: Sequence[Vector]) -> Plane:
    origin = np.zeros(dim)
    if span.kind == "pictures":
        return engine.plane_through(*anchors).through(origin)
    if span.kind == "coordinates":
        order = coordinate_order(dim, arrays)
        third = next((index for index in order if index not in (span.first, span.second)), None)
        return engine.coordinate_plane(origin, span.first, span.second, third)
    rows = arrays.pca_axes if span.kind == "pca" else arrays.attribute_directions
    assert rows is not None
    left = next((index for index in range(len(rows)) if index not in (span.first, span.second)), None)
    return engine.spanned_plane(origin, rows[span.first], rows[span.second], None if left is None else rows[left])


def first_anchors(dim: int, arrays: LatentArrays) -> tuple[Vector, ...]:
    """Three places to begin with: class means that differ, else codes, else axes of the space."""
    for rows in (arrays.class_means, arrays.codes):
        if rows is not None and len(rows) >= 3:
            places = np.linspace(0, len(rows) - 1, 3).round().astype(int)
            return tuple(np.asarray(rows[index], np.float64) for index in places)
    eye = np.eye(dim)
    return tuple(eye[index % dim] * (1 if index < dim else -1) for index in range(3))


def other_anchors(z: Vector, anchors: Sequence[Vector]) -> tuple[Vector, Vector]:
    """The two anchors that lie farthest from z, in their order: with z they span the plane best."""
    nearest = min(range(3), key=lambda index: float(np.linalg.norm(anchors[index] - z)))
    first, second = (anchor for index, anchor in enumerate(anchors) if index != nearest)
    return first, second
