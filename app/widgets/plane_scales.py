"""The scales beside a latent plane: round numbers, the names of both directions, and where the point stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPen, QPolygonF

from app.documents.latent_chart import Chart, ticks
from app.theme.tokens import Palette, Type
from app.widgets.frames import sized, words
from app.widgets.plane_viewport import PlaneViewport

LEFT, BOTTOM = 52, 34
"""The room that the scales take, device-independent px."""
NAME = 17
"""And the part of it at the left in which the name of the direction upwards stands."""


@dataclass(frozen=True, slots=True)
class PlaneScales:
    """The scales around ``area``, in device-independent px; ``names`` are those of both directions."""

    area: QRectF
    view: PlaneViewport
    chart: Chart
    palette: Palette
    font: QFont
    names: tuple[str, str]

    def paint(self, painter: QPainter) -> None:
        """Both scales, by a painter in device-independent px."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(sized(self.font, Type.SECONDARY - 1))
        x0, y1 = self.view.to_chart(0.0, 0.0)
        x1, y0 = self.view.to_chart(self.view.width, self.view.height)
        for value, place in ticks(self.chart, x0, x1, self.area.width()):
            self._across(painter, value, (place - x0) / (x1 - x0))
        for value, place in ticks(self.chart, y0, y1, self.area.height()):
            self._up(painter, value, (place - y0) / (y1 - y0))
        self._names(painter)

    def paint_marks(self, painter: QPainter, point: tuple[float, float]) -> None:
        """The marks of the point's coordinates."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        x0, y1 = self.view.to_chart(0.0, 0.0)
        x1, y0 = self.view.to_chart(self.view.width, self.view.height)
        self._marks(painter, (point[0] - x0) / (x1 - x0), (point[1] - y0) / (y1 - y0))

    def _across(self, painter: QPainter, value: float, share: float) -> None:
        x, foot = self.area.x() + share * self.area.width(), self.area.bottom()
        painter.setPen(QPen(QColor(self.palette.control), 1))
        painter.drawLine(QPointF(x, foot + 2), QPointF(x, foot + 6))
        if self.area.left() + 8 <= x <= self.area.right() - 8:
            words(painter, QRectF(x - 30, foot + 6, 60, 13), _number(value), self.palette.muted)

    def _up(self, painter: QPainter, value: float, share: float) -> None:
        y, edge = self.area.bottom() - share * self.area.height(), self.area.x()
        painter.setPen(QPen(QColor(self.palette.control), 1))
        painter.drawLine(QPointF(edge - 6, y), QPointF(edge - 2, y))
        text, metrics = _number(value), QFontMetricsF(painter.font())
        room = QRectF(edge - LEFT, y - 7, LEFT - 8, 14)
        if abs(y - self.area.center().y()) < 0.6 * metrics.horizontalAdvance(self.names[1]) + 8:
            room.setLeft(edge - LEFT + NAME)  # the name of the direction stands there
        fits = metrics.horizontalAdvance(text) <= room.width() + 1
        if fits and self.area.top() + 6 <= y <= self.area.bottom() - 6:
            words(painter, room, text, self.palette.muted, Qt.AlignmentFlag.AlignRight)

    def _names(self, painter: QPainter) -> None:
        area = self.area
        painter.setFont(sized(self.font, Type.SECONDARY))
        words(painter, QRectF(area.x(), area.bottom() + 18, area.width(), 16), self.names[0], self.palette.text)
        painter.save()
        painter.translate(area.x() - LEFT + 8, area.center().y())
        painter.rotate(-90)
        room = QRectF(-area.height() / 2, -8, area.height(), 16)
        words(painter, room, self.names[1], self.palette.text)
        painter.restore()

    def _marks(self, painter: QPainter, x_share: float, y_share: float) -> None:
        """Small triangles on the scales at the point's coordinates."""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self.palette.accent))
        x = self.area.x() + x_share * self.area.width()
        y = self.area.bottom() - y_share * self.area.height()
        foot, edge = self.area.bottom() + 2, self.area.x() - 2
        if 0 <= x_share <= 1:
            painter.drawPolygon(QPolygonF([QPointF(x, foot), QPointF(x + 5, foot + 7), QPointF(x - 5, foot + 7)]))
        if 0 <= y_share <= 1:
            painter.drawPolygon(QPolygonF([QPointF(edge, y), QPointF(edge - 7, y - 5), QPointF(edge - 7, y + 5)]))


class RuledScales:
    """The scales as a picture, drawn again only when what they measure or their look has changed."""

    def __init__(self) -> None:
        self._made: tuple[tuple[Any, ...], QImage] | None = None

    def image(self, scales: PlaneScales, size: QSize, scale: float) -> QImage:
        """The scales of a widget of this size, transparent where they are not, in device px."""
        view = scales.view
        measures = (view.x, view.y, view.unit, view.width, view.height, size.toTuple(), scale)
        key = (*measures, scales.chart, scales.palette, scales.font.key(), scales.names)
        if self._made is None or self._made[0] != key:
            made = QImage(size * scale, QImage.Format.Format_ARGB32_Premultiplied)
            made.fill(Qt.GlobalColor.transparent)
            painter = QPainter(made)
            painter.scale(scale, scale)
            scales.paint(painter)
            painter.end()
            self._made = (key, made)
        return self._made[1]


def _number(value: float) -> str:
    return f"{value:.6g}".replace("-", "\u2212")
