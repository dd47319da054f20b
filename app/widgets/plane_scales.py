"""The scales beside a latent plane: round numbers, the names of both directions, and where the point stands."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen, QPolygonF

from app.documents.latent_chart import Chart, ticks
from app.theme.tokens import Palette, Type
from app.widgets.frames import sized, words
from app.widgets.plane_viewport import PlaneViewport

LEFT, BOTTOM = 40, 34
"""The room that the scales take, device-independent px."""


@dataclass(frozen=True, slots=True)
class PlaneScales:
    """A painter in device-independent px; ``area`` is the inner area in them, ``names`` those of both directions."""

    painter: QPainter
    area: QRectF
    view: PlaneViewport
    chart: Chart
    palette: Palette
    font: QFont
    names: tuple[str, str]

    def paint(self, point: tuple[float, float] | None) -> None:
        """Both scales, and the marks of the point's coordinates."""
        self.painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.painter.setFont(sized(self.font, Type.SECONDARY - 1))
        x0, y1 = self.view.to_chart(0.0, 0.0)
        x1, y0 = self.view.to_chart(self.view.width, self.view.height)
        for value, place in ticks(self.chart, x0, x1, self.area.width()):
            self._across(value, (place - x0) / (x1 - x0))
        for value, place in ticks(self.chart, y0, y1, self.area.height()):
            self._up(value, (place - y0) / (y1 - y0))
        self._names()
        if point is not None:
            self._marks((point[0] - x0) / (x1 - x0), (point[1] - y0) / (y1 - y0))

    def _across(self, value: float, share: float) -> None:
        x, foot = self.area.x() + share * self.area.width(), self.area.bottom()
        self.painter.setPen(QPen(QColor(self.palette.control), 1))
        self.painter.drawLine(QPointF(x, foot + 2), QPointF(x, foot + 6))
        if self.area.left() + 8 <= x <= self.area.right() - 8:
            words(self.painter, QRectF(x - 30, foot + 6, 60, 13), _number(value), self.palette.muted)

    def _up(self, value: float, share: float) -> None:
        y, edge = self.area.bottom() - share * self.area.height(), self.area.x()
        self.painter.setPen(QPen(QColor(self.palette.control), 1))
        self.painter.drawLine(QPointF(edge - 6, y), QPointF(edge - 2, y))
        if self.area.top() + 6 <= y <= self.area.bottom() - 6:
            room = QRectF(edge - LEFT, y - 7, LEFT - 8, 14)
            words(self.painter, room, _number(value), self.palette.muted, Qt.AlignmentFlag.AlignRight)

    def _names(self) -> None:
        area = self.area
        self.painter.setFont(sized(self.font, Type.SECONDARY))
        words(self.painter, QRectF(area.x(), area.bottom() + 18, area.width(), 16), self.names[0], self.palette.text)
        self.painter.save()
        self.painter.translate(area.x() - LEFT + 8, area.center().y())
        self.painter.rotate(-90)
        room = QRectF(-area.height() / 2, -8, area.height(), 16)
        words(self.painter, room, self.names[1], self.palette.text)
        self.painter.restore()

    def _marks(self, x_share: float, y_share: float) -> None:
        """Small triangles on the scales at the point's coordinates."""
        self.painter.setPen(Qt.PenStyle.NoPen)
        self.painter.setBrush(QColor(self.palette.accent))
        x = self.area.x() + x_share * self.area.width()
        y = self.area.bottom() - y_share * self.area.height()
        foot, edge = self.area.bottom() + 2, self.area.x() - 2
        if 0 <= x_share <= 1:
            self.painter.drawPolygon(QPolygonF([QPointF(x, foot), QPointF(x + 5, foot + 7), QPointF(x - 5, foot + 7)]))
        if 0 <= y_share <= 1:
            self.painter.drawPolygon(QPolygonF([QPointF(edge, y), QPointF(edge - 7, y - 5), QPointF(edge - 7, y + 5)]))


def _number(value: float) -> str:
    return f"{value:.6g}".replace("-", "\u2212")
