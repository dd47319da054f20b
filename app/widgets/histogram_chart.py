"""How numbers of many pictures are spread, and where one picture stands among them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme.stylesheet import active
from app.theme.tokens import Palette, Space, mix
from app.widgets.chart_axes import LINE, axis_font, number, paint_floor, round_numbers, widest
from app.widgets.frames import smooth_painter, words

BINS, SWATCH = 36, 12
TOP = 18
"""Device-independent px of the line with the spreads' names; below it is that of the mark's name."""
TICK_ROOM = 64
"""Device-independent px that a number on the axis has at least."""


@dataclass(frozen=True, slots=True, eq=False)
class Spread:
    """The numbers of many pictures ``values (N,)``, and what they are called; ``filled`` bars, or their outline."""

    name: str
    values: NDArray[np.float64]
    filled: bool = True


class HistogramChart(QWidget):
    """One or two spreads over one axis, each as high as the other, and a mark; told apart by shape, not by colour."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._palette = active()
        self._spreads: tuple[Spread, ...] = ()
        self._mark: float | None = None
        self._mark_name, self._axis, self._alarming = "", "", False
        self._low, self._high = 0.0, 1.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_spreads(self, spreads: Sequence[Spread], axis: str) -> None:
        """What is spread, and what the numbers are (with their unit)."""
        self._spreads, self._axis = tuple(spread for spread in spreads if len(spread.values)), axis
        self._fit()

    def set_mark(self, mark: float | None, name: str = "", alarming: bool = False) -> None:
        """Where one picture stands, and what it is called."""
        self._mark, self._mark_name, self._alarming = mark, name, alarming
        self._fit()

    def set_theme(self, palette: Palette) -> None:
        """Take a theme's colours."""
        self._palette = palette
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(260, 86)

    def minimumSizeHint(self) -> QSize:
        return QSize(150, 86)

    def _fit(self) -> None:
        """The axis reaches over all numbers and the mark."""
        ends = [float(end) for s in self._spreads for end in (s.values.min(), s.values.max())]
        ends += [] if self._mark is None else [self._mark]
        self._low, self._high = (min(ends), max(ends)) if ends else (0.0, 1.0)
        if self._high <= self._low:
            self._low, self._high = self._low - 0.5, self._high + 0.5
        room = 0.02 * (self._high - self._low)
        self._low, self._high = self._low - room if self._low != 0 else 0.0, self._high + room
        said = "" if self._mark is None else f"{self._mark_name}: {self._mark:.3g}"
        self.setAccessibleDescription(said)
        self.update()

    def area(self) -> QRectF:
        """Where the bars are, device-independent px."""
        bottom = LINE + 5 + (LINE if self._axis else 0)
        top = TOP + LINE
        return QRectF(Space.S, top, self.width() - 2 * Space.S, max(10, self.height() - bottom - top))

    def x_of(self, value: float) -> float:
        """Where a number is, device-independent px."""
        area = self.area()
        return area.x() + (value - self._low) / (self._high - self._low) * area.width()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._spreads:
            return
        painter, area = smooth_painter(self), self.area()
        painter.setFont(axis_font(self))
        for spread in self._spreads:
            self._paint_spread(painter, area, spread)
        most = max(2, int(area.width() // TICK_ROOM))
        ticks = [(self.x_of(value), number(value)) for value in round_numbers(self._low, self._high, most)]
        paint_floor(painter, area, ticks, self._axis, self._palette)
        self._paint_legend(painter)
        if self._mark is not None:
            self._paint_mark(painter, area, self._mark)
        painter.end()

    def _paint_spread(self, painter: QPainter, area: QRectF, spread: Spread) -> None:
        heights, edges = np.histogram(spread.values, bins=BINS, range=(self._low, self._high))
        scaled = heights / max(1, heights.max()) * (area.height() - 4)
        corners = [QPointF(area.x(), area.bottom())]
        for height, left, right in zip(scaled, edges, edges[1:], strict=False):
            y = area.bottom() - float(height)
            corners += [QPointF(self.x_of(float(left)), y), QPointF(self.x_of(float(right)), y)]
        corners.append(QPointF(area.right(), area.bottom()))
        fill, line = self._colors(spread)
        painter.setPen(QPen(QColor(line), 1.5))
        painter.setBrush(QColor(fill) if spread.filled else Qt.BrushStyle.NoBrush)
        painter.drawPolyline(QPolygonF(corners)) if not spread.filled else painter.drawPolygon(QPolygonF(corners))

    def _colors(self, spread: Spread) -> tuple[str, str]:
        palette = self._palette
        if spread.filled:
            return mix(palette.panel, palette.control, 0.5), palette.control
        return palette.panel, palette.text

    def _paint_legend(self, painter: QPainter) -> None:
        x = float(Space.S)
        for spread in self._spreads:
            fill, line = self._colors(spread)
            painter.setPen(QPen(QColor(line), 1.5))
            painter.setBrush(QColor(fill) if spread.filled else Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(x, 3, SWATCH, 9))
            width = min(widest(painter.font(), [spread.name]) + 2, self.width() - x - SWATCH - Space.S)
            beside = QRectF(x + SWATCH + Space.XS, 0, max(0.0, width), LINE + 1)
            words(painter, beside, spread.name, self._palette.muted, Qt.AlignmentFlag.AlignLeft)
            x += SWATCH + Space.XS + width + Space.L

    def _paint_mark(self, painter: QPainter, area: QRectF, mark: float) -> None:
        palette, x = self._palette, self.x_of(mark)
        color = palette.warn if self._alarming else palette.accent
        top = area.y() - 2
        painter.setPen(QPen(QColor(palette.panel), 5))
        painter.drawLine(QPointF(x, top), QPointF(x, area.bottom()))
        painter.setPen(QPen(QColor(color), 2))
        painter.drawLine(QPointF(x, top), QPointF(x, area.bottom()))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(color))
        painter.drawPolygon(QPolygonF([QPointF(x - 5, top - 7), QPointF(x + 5, top - 7), QPointF(x, top)]))
        painter.setFont(axis_font(self, bold=True))
        width = widest(painter.font(), [self._mark_name]) + 4
        right = x + 9 + width <= self.width()
        beside = QRectF(x + 8 if right else x - 8 - width, TOP - 3, width, LINE)
        words(painter, beside, self._mark_name, color, Qt.AlignmentFlag.AlignHCenter)
