"""What lies on the plane besides the map, in chart coordinates: codes, their density, the prior's rings."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from app.documents.latent_chart import Chart
from app.translation import tr
from app.widgets.plane_layers import CodeDots, DensityField, PlaneCurve
from engine import Plane
from engine.contracts.latents import LatentArrays

FIELD = 96
"""Cells of a density that is made here, on each side."""
RINGS = (1.0, 2.0, 3.0)
"""Radii of the prior's rings, in its standard deviations."""
_BLUR = 1.6  # standard deviation of the smoothing, in cells


def charted(chart: Chart, places: NDArray[np.float64]) -> NDArray[np.float64]:
    """Plane places ``(M, 2)`` in chart coordinates."""
    return chart.to_chart(places)


def code_dots(chart: Chart, plane: Plane, arrays: LatentArrays) -> CodeDots | None:
    """The codes' feet on the plane; None for a model that came without codes."""
    if arrays.codes is None:
        return None
    labels = np.full(len(arrays.codes), -1) if arrays.code_labels is None else arrays.code_labels
    means = np.zeros((0, 2)) if arrays.class_means is None else plane.places(arrays.class_means)
    return CodeDots(
        charted(chart, plane.places(arrays.codes)),
        np.asarray(labels, np.int64),
        charted(chart, means),
        arrays.class_names,
    )


def density_field(chart: Chart, plane: Plane, arrays: LatentArrays) -> DensityField | None:
    """How densely codes lie: the training codes' histogram in two dimensions, else that of the reference codes' feet.

    Values are relative to the densest place, per unit of plane area, whatever the layout.
    """
    if plane.dim == 2 and arrays.density is not None and arrays.density_extent is not None:
        x0, x1, y0, y1 = (float(value) for value in arrays.density_extent)
        field = DensityField(_relative(arrays.density), (x0, y0, x1, y1))
    elif arrays.codes is not None and len(arrays.codes):
        field = _histogram(plane.places(arrays.codes))
    else:
        return None
    return _warped(chart, field) if chart.warped else field


def _relative(values: NDArray[np.float32]) -> NDArray[np.float32]:
    return (values / max(float(values.max()), 1e-30)).astype(np.float32)


def _histogram(places: NDArray[np.float64]) -> DensityField:
    low, high = places.min(axis=0), places.max(axis=0)
    room = np.maximum(high - low, 1e-6) * 0.12
    (x0, y0), (x1, y1) = low - room, high + room
    counts, _, _ = np.histogram2d(places[:, 1], places[:, 0], bins=FIELD, range=[[y0, y1], [x0, x1]])
    smooth = _blurred(_blurred(counts, 0), 1)
    return DensityField(_relative(smooth.astype(np.float32)), (float(x0), float(y0), float(x1), float(y1)))


def _blurred(values: NDArray[np.float64], axis: int) -> NDArray[np.float64]:
    """Smoothed by a Gaussian along an axis."""
    reach = math.ceil(3 * _BLUR)
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / _BLUR) ** 2)
    kernel /= kernel.sum()
    return np.asarray(np.apply_along_axis(lambda line: np.convolve(line, kernel, mode="same"), axis, values))


def _warped(chart: Chart, field: DensityField) -> DensityField:
    """The same density looked up on a grid of the chart."""
    middles = chart.to_plane((np.arange(FIELD) + 0.5) / FIELD)
    x0, y0, x1, y1 = field.rect
    columns = _looked_up(middles, x0, x1, field.values.shape[1])
    rows = _looked_up(middles, y0, y1, field.values.shape[0])
    return DensityField((rows @ field.values @ columns.T).astype(np.float32), (0.0, 0.0, 1.0, 1.0))


def _looked_up(at: NDArray[np.float64], low: float, high: float, count: int) -> NDArray[np.float64]:
    """Weights ``(len(at), count)`` of linear interpolation between ``count`` cells' middles; 0 outside."""
    places = (at - low) / (high - low) * count - 0.5
    weights = np.maximum(0.0, 1.0 - np.abs(places[:, None] - np.arange(count)))
    return np.asarray(weights)


def prior_rings(chart: Chart) -> tuple[PlaneCurve, ...]:
    """Where the standard normal prior is one, two and three standard deviations from its middle on the plane."""
    angles = np.linspace(0.0, 2 * math.pi, 181)
    circle = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    return tuple(
        PlaneCurve(charted(chart, circle * radius), "ring", tr("{radius:g} sd").format(radius=radius))
        for radius in RINGS
    )


def share_farther(z: NDArray[np.float64]) -> float:
    """The share of the prior N(0, I) that lies farther from the origin than z (chi-squared with D degrees)."""
    half = float(z @ z) / 2
    dim = len(z)
    share, power = (math.exp(-half), 1.0) if dim % 2 == 0 else (math.erfc(math.sqrt(half)), 0.5)
    while power < dim / 2:  # Q(a + 1, x) = Q(a, x) + x^a e^-x / Gamma(a + 1)
        if half > 0:
            share += math.exp(power * math.log(half) - half - math.lgamma(power + 1))
        power += 1
    return min(share, 1.0)


def nearest_code(z: NDArray[np.float64], arrays: LatentArrays) -> tuple[float, str] | None:
    """How far the nearest reference code is, and its class; None without codes."""
    if arrays.codes is None or not len(arrays.codes):
        return None
    off = np.linalg.norm(np.asarray(arrays.codes, np.float64) - z, axis=1)
    index = int(off.argmin())
    label = -1 if arrays.code_labels is None else int(arrays.code_labels[index])
    return float(off[index]), arrays.class_names[label] if 0 <= label < len(arrays.class_names) else ""


def home_extent(plane: Plane, arrays: LatentArrays, prior: bool) -> float:
    """How far the plain layout reaches at first, from the middle: over the prior, or over nearly all codes."""
    if prior:
        return 3.0
    if plane.dim == 2 and arrays.density_extent is not None:
        return float(np.abs(arrays.density_extent).max())
    if arrays.codes is None or not len(arrays.codes):
        return 3.0
    reach = float(np.quantile(np.abs(plane.places(arrays.codes)), 0.995)) * 1.15
    return max(float(f"{reach:.2g}"), 1e-3)
