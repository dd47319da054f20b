"""Axes of the small charts: round numbers on them, how they are written, and the words beside them."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QWidget

from app.theme.tokens import Palette, Type
from app.widgets.frames import sized, words

LINE = 14
"""Height of a line of an axis' words, device-independent px."""


def axis_font(widget: QWidget, bold: bool = False) -> QFont:
    """The face of a chart's words."""
    return sized(widget.font(), Type.SECONDARY - 1, bold)


def round_numbers(low: float, high: float, most: int) -> list[float]:
    """At most ``most`` numbers 1, 2 or 5 times a power of ten apart, within ``low`` to ``high``."""
    if not high > low or most < 1:
        return [low]
    rough = (high - low) / most
    power = 10.0 ** math.floor(math.log10(rough))
    for step in (power, 2 * power, 5 * power, 10 * power, 20 * power):
        first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
        if last - first + 1 <= most:
            return [number * step for number in range(first, last + 1)]
    return []


def powers_of_ten(low: float, high: float) -> list[float]:
    """1, 10, 100, ... within ``low`` to ``high``."""
    first, last = math.ceil(math.log10(max(low, 1.0)) - 1e-9), math.floor(math.log10(max(high, 1.0)) + 1e-9)
    return [10.0**power for power in range(first, last + 1)]


def number(value: float) -> str:
    """A number on an axis: 0.25, 12, 1,000, 26k."""
    if abs(value) >= 10_000:
        return f"{value / 1000:,.0f}k".replace("-", "\u2212")
    shown = f"{value:,.0f}" if abs(value) >= 100 or value == round(value) else f"{value:.3g}"
    return shown.replace("-", "\u2212")


def widest(font: QFont, texts: Sequence[str]) -> float:
    """Device-independent px of the longest of these words."""
    metrics = QFontMetricsF(font)
    return max((math.ceil(metrics.horizontalAdvance(text)) for text in texts), default=0)


def legend_swatch(painter: QPainter, at: QPointF, color: str, style: Qt.PenStyle, width: float = 18) -> None:
    """A piece of a line, as it stands for its curve."""
    painter.setPen(QPen(QColor(color), 2, style))
    painter.drawLine(at, at + QPointF(width, 0))


def paint_floor(
    painter: QPainter, area: QRectF, ticks: Sequence[tuple[float, str]], name: str, palette: Palette
) -> None:
    """The horizontal axis below ``area``: words at places (px), and the axis' name at its right end below them."""
    painter.setPen(QPen(QColor(palette.control), 1))
    painter.drawLine(area.bottomLeft(), area.bottomRight())
    for x, text in ticks:
        painter.setPen(QPen(QColor(palette.control), 1))
        painter.drawLine(QPointF(x, area.bottom()), QPointF(x, area.bottom() + 3))
        width = widest(painter.font(), [text]) + 4
        left = min(max(x - width / 2, 0.0), max(0.0, area.right() + 12 - width))
        words(painter, QRectF(left, area.bottom() + 3, width, LINE), text, palette.muted)
    if name:
        below = QRectF(area.x(), area.bottom() + 3 + LINE, area.width(), LINE)
        words(painter, below, name, palette.muted, Qt.AlignmentFlag.AlignHCenter)
