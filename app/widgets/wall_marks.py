"""The marks on tiles: star, label, broken.  Light shapes with a dark rim, seen on black pictures and on white ones.

Pictures know no theme, so the marks have the same colours in both.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from math import cos, pi, sin

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap, QPolygonF

from app.theme.tokens import DARK, LIGHT
from app.widgets.wall_source import Marks

SIDE, ROOMY = 14, 48  # device-independent px: a mark on a large tile, and the least tile on which it has air around
LEAST_SHAPE = 7
"""Below so many device px a shape would be a blot: then a mark is a square."""
COLORS = {"star": DARK.warn, "label": LIGHT.panel, "broken": DARK.error}
RIM = DARK.given_edge


def mark_side(width: int, scale: float) -> int:
    """The side of a mark on a picture of ``width``, both device px: at most a third of the picture."""
    return max(3, min(round(SIDE * scale), round(width * 0.4)))


def mark_places(marks: Marks, width: int, height: int, scale: float) -> Iterator[tuple[str, QPoint]]:
    """Each mark's name and its corner, seen from the picture's: star right above, label right below, broken left."""
    side = mark_side(width, scale)
    inset = round(2 * scale) if width >= ROOMY * scale else 0
    right, bottom = width - side - inset, height - side - inset
    if marks.starred:
        yield "star", QPoint(right, inset)
    if marks.labelled:
        yield "label", QPoint(right, bottom)
    if marks.broken:
        yield "broken", QPoint(inset, inset)


@cache
def mark_pixmap(name: str, side: int) -> QPixmap:
    """A mark of ``side`` device px."""
    made = QPixmap(side, side)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    if side < LEAST_SHAPE:
        painter.fillRect(0, 0, side, side, QColor(RIM))
        painter.fillRect(1, 1, side - 2, side - 2, QColor(COLORS[name]))
    else:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = max(1.0, side / 12)
        painter.setPen(QPen(QColor(RIM), width, j=Qt.PenJoinStyle.RoundJoin))
        painter.setBrush(QColor(COLORS[name]))
        painter.drawPolygon(QPolygonF([point * (side - width) + QPointF(width, width) / 2 for point in _SHAPES[name]]))
    painter.end()
    return made


def _star() -> list[QPointF]:
    """Five points in the unit square."""
    radii = (0.5, 0.22)
    turns = [(pi * (k / 5 - 0.5), radii[k % 2]) for k in range(10)]
    return [QPointF(0.5 + r * cos(t), 0.53 + r * sin(t)) for t, r in turns]


_SHAPES = {
    "star": _star(),
    "label": [QPointF(*at) for at in ((0.0, 0.2), (0.6, 0.2), (1.0, 0.5), (0.6, 0.8), (0.0, 0.8))],
    "broken": [QPointF(*at) for at in ((0.5, 0.05), (1.0, 0.95), (0.0, 0.95))],
}
