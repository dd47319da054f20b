"""The chart of a latent plane: how plane coordinates lie on the screen.

``plain`` lays them out as they are.  ``normal`` sends each through the cumulative distribution function of the
standard normal, so that the whole plane lies in the unit square and equal areas are equally probable under the prior
(Kingma & Welling 2014, arXiv:1312.6114, Fig. 4).  Chart coordinates are what the plane widget knows; plane coordinates
are latent units.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

import engine

LAYOUTS = ("normal", "plain")
REACH = 8.0
"""Plane coordinates that the normal layout can still tell apart lie within plus and minus this."""

Rect = tuple[float, float, float, float]
"""x0, y0, x1, y1 with x0 < x1 and y0 < y1; y grows upwards."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A layout of the plane; ``home`` is what is seen at first, in plane coordinates around their zero."""

    layout: str = "plain"
    home: float = 3.0

    @property
    def warped(self) -> bool:
        """Whether chart and plane coordinates differ."""
        return self.layout == "normal"

    @property
    def bounds(self) -> Rect | None:
        """Where the chart ends, in chart coordinates; None where it has no end."""
        return (0.0, 0.0, 1.0, 1.0) if self.warped else None

    @property
    def home_rect(self) -> Rect:
        """What is seen at first, in chart coordinates."""
        return (0.0, 0.0, 1.0, 1.0) if self.warped else (-self.home, -self.home, self.home, self.home)

    def to_chart(self, plane: ArrayLike) -> NDArray[np.float64]:
        """Chart coordinates of plane coordinates, elementwise."""
        values = np.asarray(plane, np.float64)
        return engine.normal_cdf(values) if self.warped else values

    def to_plane(self, chart: ArrayLike) -> NDArray[np.float64]:
        """Plane coordinates of chart coordinates, elementwise; the rim of the normal layout is at `REACH`."""
        values = np.asarray(chart, np.float64)
        if not self.warped:
            return values
        return np.clip(engine.inverse_normal_cdf(np.clip(values, 0.0, 1.0)), -REACH, REACH)


def ticks(chart: Chart, low: float, high: float, pixels: float, apart: float = 44.0) -> list[tuple[float, float]]:
    """(plane value, chart coordinate) of round numbers between two chart coordinates that are ``pixels`` px apart.

    Neighbours are at least ``apart`` px from one another.
    """
    first, last = float(chart.to_plane(low)), float(chart.to_plane(high))
    if not (last > first and pixels > 0):
        return []
    step = _round_step((last - first) * apart / pixels)
    if chart.warped:  # the middle is what is spread most there
        middle = float(chart.to_plane((low + high) / 2))
        density = math.exp(-middle * middle / 2) / math.sqrt(2 * math.pi)
        slope = (high - low) / pixels / max(density, 1e-12)
        step = _round_step(min(slope * apart, (last - first) / 2))
    count = math.floor(last / step) - math.ceil(first / step) + 1
    if not 0 < count < 1000:
        return []
    values = (math.ceil(first / step) + np.arange(count)) * step
    places = chart.to_chart(values)
    shown: list[tuple[float, float]] = []
    order = np.argsort(np.abs(places - (low + high) / 2), kind="stable")
    for index in order:
        at = float(places[index])
        if all(abs(at - other) / (high - low) * pixels >= apart * 0.6 for _, other in shown):
            shown.append((float(values[index]), at))
    return sorted(shown)


def _round_step(least: float) -> float:
    """The smallest of 1, 2, 5 times a power of ten that is not below ``least``."""
    power = 10.0 ** math.floor(math.log10(max(least, 1e-12)))
    return next(power * factor for factor in (1.0, 2.0, 5.0, 10.0) if power * factor >= least * (1 - 1e-9))
