"""Lower bounds on a picture's log-likelihood: the ELBO's two parts, and how more samples tighten the bound."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme.stylesheet import active
from app.theme.tokens import Palette, Space, Type
from app.translation import tr
from app.widgets.frames import sized, smooth_painter, words

BOTTOM, GAP = 18, 6


WIDEST = 720
"""Device-independent px: a line of a few points that goes on farther is not read better."""


class BoundChart(QWidget):
    """The importance-weighted bound against K, over the ELBO as a line."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._palette = active()
        self._ks: tuple[int, ...] = ()
        self._nats: tuple[float, ...] = ()
        self._elbo: float | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setToolTip(
            tr("How near one comes to log p(x) with K draws from the posterior: the importance-weighted bound (IWAE).")
        )

    def set_bounds(self, ks: Sequence[int], nats: Sequence[float], elbo: float | None) -> None:
        """``nats`` of the bound at each of ``ks``, and the ELBO; nothing where there are none."""
        self._ks, self._nats, self._elbo = tuple(ks), tuple(nats), elbo
        said = ", ".join(f"K {k}: {value:.1f}" for k, value in zip(self._ks, self._nats, strict=True))
        self.setAccessibleName(tr("Bound against K"))
        self.setAccessibleDescription(said)
        self.update()

    def set_theme(self, palette: Palette) -> None:
        """Take a theme's colours."""
        self._palette = palette
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, 110)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 72)

    def paintEvent(self, event: QPaintEvent) -> None:
        if len(self._ks) < 2 or self._elbo is None:
            return
        painter = smooth_painter(self)
        area = self.area()
        low, high = min(*self._nats, self._elbo), max(*self._nats, self._elbo)
        room = max(high - low, 0.5) * 0.12
        self._paint_axes(painter, area, low - room, high + room)
        self._paint_line(painter, area, low - room, high + room)
        painter.end()

    def area(self) -> QRectF:
        """Where the line is, device-independent px: what the axes' words leave."""
        metrics = QFontMetricsF(self._font())
        left = max((math.ceil(metrics.horizontalAdvance(text)) for _, text in self._rungs()), default=0) + GAP
        return QRectF(left, Space.S, min(self.width(), WIDEST) - left - Space.S, self.height() - BOTTOM - Space.S)

    def _font(self) -> QFont:
        return sized(self.font(), Type.SECONDARY - 1)

    def _rungs(self) -> list[tuple[float, str]]:
        """The values that stand beside the axis, and their words."""
        ends = sorted({min(self._nats), max(self._nats)}) if self._nats else []
        return [(nats, f"{nats:,.1f}".replace("-", "\u2212")) for nats in ends]

    def _y(self, area: QRectF, low: float, high: float, nats: float) -> float:
        return area.bottom() - (nats - low) / (high - low) * area.height()

    def _paint_axes(self, painter: QPainter, area: QRectF, low: float, high: float) -> None:
        palette = self._palette
        painter.setFont(self._font())
        painter.setPen(QPen(QColor(palette.control), 1))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        last = -100.0
        for index, k in enumerate(self._ks):
            x = self._x(area, index)
            if x - last >= 26:
                text = str(k) if index else f"K = {k}"
                words(painter, QRectF(x - 20, area.bottom() + 3, 40, 14), text, palette.muted)
                last = x
        for nats, text in self._rungs():
            beside = QRectF(0, self._y(area, low, high, nats) - 7, area.left() - GAP, 14)
            words(painter, beside, text, palette.muted, Qt.AlignmentFlag.AlignRight)

    def _x(self, area: QRectF, index: int) -> float:
        return area.x() + 6 + index / max(len(self._ks) - 1, 1) * (area.width() - 12)

    def _name_elbo(self, painter: QPainter, area: QRectF, elbo: float) -> None:
        """Its name at the right end of its line, on the side that the bound leaves free."""
        painter.setFont(self._font())
        top = elbo + 2 if elbo + 17 < area.bottom() else elbo - 16
        room = QRectF(area.right() - 60, top, 58, 14)
        words(painter, room, "ELBO", self._palette.warn, Qt.AlignmentFlag.AlignRight)

    def _paint_line(self, painter: QPainter, area: QRectF, low: float, high: float) -> None:
        palette = self._palette
        assert self._elbo is not None
        elbo = self._y(area, low, high, self._elbo)
        painter.setPen(QPen(QColor(palette.warn), 1.5, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(area.x(), elbo), QPointF(area.right(), elbo))
        self._name_elbo(painter, area, elbo)
        points = [QPointF(self._x(area, n), self._y(area, low, high, nats)) for n, nats in enumerate(self._nats)]
        painter.setPen(QPen(QColor(palette.accent), 2))
        painter.drawPolyline(QPolygonF(points))
        painter.setBrush(QColor(palette.accent))
        painter.setPen(Qt.PenStyle.NoPen)
        for point in points:
            painter.drawEllipse(point, 2.5, 2.5)
