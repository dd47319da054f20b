"""The effective sample size by row: of how many particles' worth the pictures were when each row was done."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.theme.stylesheet import active
from app.theme.tokens import Palette, Space
from app.translation import tr
from app.widgets.chart_axes import LINE, axis_font, number, paint_floor, widest
from app.widgets.frames import smooth_painter, words

HEIGHT = 100


class SampleSizeChart(QWidget):
    """A bar a row, from 0 to all particles; with several independent runs, the bar is of the worst one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._palette = active()
        self._rows: NDArray[np.int64] = np.zeros(0, np.int64)
        self._lowest: NDArray[np.float64] = np.zeros(0)
        self._runs, self._each, self._low = 1, 1, 0.0
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("Effective sample size by row"))

    def set_sizes(self, rows: NDArray[np.int64], sizes: NDArray[np.float64], each: int, low: float) -> None:
        """``sizes (G, R)`` of G runs of ``each`` particles at the end of ``rows (R,)``; those under ``low`` in red."""
        self._rows, self._runs, self._each, self._low = rows, len(sizes), each, low
        self._lowest = sizes.min(axis=0) if sizes.size else np.zeros(0)
        below = int((self._lowest < low).sum())
        said = tr("{low:.1f} to {high:.1f} of {each}").format(
            low=self._lowest.min(initial=each), high=self._lowest.max(initial=0.0), each=each
        )
        self.setAccessibleDescription(said + (tr(", low in {count} rows").format(count=below) if below else ""))
        self.update()

    def set_theme(self, palette: Palette) -> None:
        """Take a theme's colours."""
        self._palette = palette
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(240, HEIGHT)

    # -- where things are ------------------------------------------------------------------------------------------

    def area(self) -> QRectF:
        """Where the bars are, device-independent px."""
        left = widest(axis_font(self), [number(self._each)]) + Space.S
        return QRectF(left, LINE / 2 + 2, max(8.0, self.width() - left - 2), self.height() - 1.5 * LINE - 8)

    def bar(self, place: int) -> QRectF:
        """The bar of a row, by its place among them."""
        area, count = self.area(), max(1, len(self._lowest))
        step = area.width() / count
        height = max(2.0, area.height() * float(self._lowest[place]) / self._each)
        gap = 1.0 if step > 3 else 0.0
        return QRectF(area.x() + place * step, area.bottom() - height, step - gap, height)

    def said_at(self, x: float) -> str:
        """What stands at a place, in words; empty beside the bars."""
        area, count = self.area(), len(self._lowest)
        place = math.floor((x - area.x()) / area.width() * count) if count else -1
        if not 0 <= place < count:
            return ""
        text = tr("Row {row}: {size:.1f} of {each}").format(
            row=int(self._rows[place]) + 1, size=float(self._lowest[place]), each=self._each
        )
        return text + (tr(", the lowest of {runs} runs").format(runs=self._runs) if self._runs > 1 else "")

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and (text := self.said_at(event.pos().x())):
            QToolTip.showText(event.globalPos(), text, self)
            return True
        return super().event(event)

    # -- painting --------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        if not len(self._lowest):
            return
        painter, area, palette = smooth_painter(self), self.area(), self._palette
        painter.setFont(axis_font(self))
        self._paint_levels(painter, area)
        for place, size in enumerate(self._lowest.tolist()):
            painter.fillRect(self.bar(place), QColor(palette.error if size < self._low else palette.accent))
        first, last = int(self._rows[0]) + 1, int(self._rows[-1]) + 1
        ends = [(area.x() + 4, str(first)), (area.right() - 4, str(last))]
        paint_floor(painter, area, ends[: 1 if first == last else 2], "", palette)
        below = QRectF(area.x(), area.bottom() + 3, area.width(), LINE)
        words(painter, below, tr("rows as they are drawn"), palette.muted, Qt.AlignmentFlag.AlignHCenter)
        painter.end()

    def _paint_levels(self, painter: QPainter, area: QRectF) -> None:
        """All particles at the top; under a half of them they are chosen anew."""
        for share in (0.5, 1.0) if self._each > 1 else (1.0,):
            y = area.bottom() - share * area.height()
            style = Qt.PenStyle.DashLine if share < 1 else Qt.PenStyle.SolidLine
            painter.setPen(QPen(QColor(self._palette.line), 1, style))
            painter.drawLine(QPointF(area.x(), y), QPointF(area.right(), y))
            beside = QRectF(0, y - LINE / 2, area.x() - Space.XS, LINE)
            words(painter, beside, number(share * self._each), self._palette.muted, Qt.AlignmentFlag.AlignRight)
