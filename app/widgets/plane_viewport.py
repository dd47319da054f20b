"""Which part of a chart a widget shows: zoom, pan and fit about points.  Qt-free.

Device px are counted from the widget's top left corner, y down; chart coordinates have y up.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.documents.latent_chart import Rect

DEEPEST = 2.0**20
"""How many times closer than at first one can look."""
FARTHEST = 1 / 16
"""And how far away, where the chart has no end."""


@dataclass(slots=True)
class PlaneViewport:
    """A view of ``width`` x ``height`` device px, its middle at chart point (``x``, ``y``), ``unit`` px a chart unit.

    While ``fitted`` a new size or home is fitted again.
    """

    width: float = 1.0
    height: float = 1.0
    home: Rect = (-3.0, -3.0, 3.0, 3.0)
    bounds: Rect | None = None
    x: float = 0.0
    y: float = 0.0
    unit: float = 1.0
    fitted: bool = True

    def resize(self, width: float, height: float) -> None:
        """A new size: fit again, or keep the middle in the middle and the scale relative to the fit."""
        relative = self.unit / self._fit_unit()
        self.width, self.height = max(width, 1.0), max(height, 1.0)
        if self.fitted:
            self.fit()
        else:
            self.unit = relative * self._fit_unit()
            self._keep_in_bounds()

    def set_chart(self, home: Rect, bounds: Rect | None) -> None:
        """Another chart is fitted; the same one stays where it was."""
        if (home, bounds) != (self.home, self.bounds):
            self.home, self.bounds = home, bounds
            self.fit()

    def fit(self) -> None:
        """Show home."""
        x0, y0, x1, y1 = self.home
        self.x, self.y, self.unit, self.fitted = (x0 + x1) / 2, (y0 + y1) / 2, self._fit_unit(), True

    def _fit_unit(self) -> float:
        x0, y0, x1, y1 = self.home
        return min(self.width / (x1 - x0), self.height / (y1 - y0))

    def zoom_by(self, factor: float, px: float, py: float) -> None:
        """Zoom so that the chart point under the device point stays there."""
        x, y = self.to_chart(px, py)
        fit = self._fit_unit()
        least = fit if self.bounds is not None else fit * FARTHEST
        self.unit = min(max(self.unit * factor, least), fit * DEEPEST)
        self.x, self.y = x - (px - self.width / 2) / self.unit, y + (py - self.height / 2) / self.unit
        self.fitted = False
        self._keep_in_bounds()

    def look_at(self, rect: Rect, share: float) -> None:
        """Show this part of the chart in the middle, taking up ``share`` of the view, as far as that is possible."""
        x0, y0, x1, y1 = rect
        fit = self._fit_unit()
        wanted = share * min(self.width / max(x1 - x0, 1e-12), self.height / max(y1 - y0, 1e-12))
        least = fit if self.bounds is not None else fit * FARTHEST
        self.unit = min(max(wanted, least), fit * DEEPEST)
        self.x, self.y, self.fitted = (x0 + x1) / 2, (y0 + y1) / 2, False
        self._keep_in_bounds()

    def pan(self, dx: float, dy: float) -> None:
        """Move the chart by device px."""
        self.x, self.y, self.fitted = self.x - dx / self.unit, self.y + dy / self.unit, False
        self._keep_in_bounds()

    def _keep_in_bounds(self) -> None:
        if self.bounds is None:
            return
        x0, y0, x1, y1 = self.bounds
        half_x, half_y = self.width / self.unit / 2, self.height / self.unit / 2
        self.x = (x0 + x1) / 2 if 2 * half_x >= x1 - x0 else min(max(self.x, x0 + half_x), x1 - half_x)
        self.y = (y0 + y1) / 2 if 2 * half_y >= y1 - y0 else min(max(self.y, y0 + half_y), y1 - half_y)

    def to_chart(self, px: float, py: float) -> tuple[float, float]:
        """The chart point at a device point."""
        return self.x + (px - self.width / 2) / self.unit, self.y - (py - self.height / 2) / self.unit

    def to_device(self, x: float, y: float) -> tuple[float, float]:
        """The device point of a chart point."""
        return (x - self.x) * self.unit + self.width / 2, (self.y - y) * self.unit + self.height / 2

    def visible(self) -> Rect:
        """What is in view, within the bounds."""
        x0, y1 = self.to_chart(0.0, 0.0)
        x1, y0 = self.to_chart(self.width, self.height)
        if self.bounds is None:
            return x0, y0, x1, y1
        b = self.bounds
        return max(x0, b[0]), max(y0, b[1]), min(x1, b[2]), min(y1, b[3])
