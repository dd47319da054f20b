"""Curves of a training over its steps, told apart by their dashes and their names, and a line where one is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme.stylesheet import active
from app.theme.tokens import Palette, Space
from app.translation import tr
from app.widgets.chart_axes import LINE, axis_font, number, powers_of_ten, round_numbers, widest
from app.widgets.frames import focus_ring, smooth_painter, words

SAMPLE = 16
"""Device-independent px of a piece of a curve beside its name."""
DASHES = ((), (5.0, 2.5), (1.2, 2.2))
"""Of the first, second and third curve, in widths of the line."""
_TAME = (0.02, 0.98)
"""Between these shares of all values the axis reaches: a first step far off would flatten all that came after."""


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """``values (R,)`` and what they are called."""

    name: str
    values: NDArray[np.float64]


class StepChart(QWidget):
    """Drag, or the arrow keys, go through the steps."""

    step_chosen = Signal(float)
    stepped = Signal(int)  # by so many moments

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._palette, self._title = active(), title
        self._steps: NDArray[np.float64] = np.zeros(0)
        self._series: tuple[Series, ...] = ()
        self._at: float | None = None
        self._low, self._high = 0.0, 1.0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(title)

    def set_series(self, steps: NDArray[np.float64], series: Sequence[Series]) -> None:
        """Curves over the ``steps (R,)``, rising."""
        self._steps, self._series = steps, tuple(series)
        known = np.concatenate([each.values for each in series]) if series and len(steps) else np.zeros(0)
        if len(known):
            low, high = (float(each) for each in np.quantile(known, _TAME))
            room = 0.06 * max(high - low, 1e-6)
            self._low, self._high = min(low, 0.0) - room, max(high, 0.0) + room
        self._describe()
        self.update()

    def set_at(self, step: float | None) -> None:
        """Where one is."""
        if step != self._at:
            self._at = step
            self._describe()
            self.update()

    def _describe(self) -> None:
        self.setAccessibleDescription("" if self._at is None else self._said(self._at))

    def set_theme(self, palette: Palette) -> None:
        """Take a theme's colours."""
        self._palette = palette
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(240, 96)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 78)

    def _said(self, step: float) -> str:
        row = int(np.abs(self._steps - step).argmin()) if len(self._steps) else 0
        said = [f"{each.name} {each.values[row]:.2f}" for each in self._series if len(each.values)]
        return tr("after {step:,.0f} steps: {words}").format(step=step, words=", ".join(said))

    # -- where things are ------------------------------------------------------------------------------------------

    def area(self) -> QRectF:
        """Where the curves are, device-independent px."""
        left = widest(axis_font(self), [number(value) for value in self._rungs()]) + Space.S
        top = LINE * (1 + max((line for _, line, _ in self.names()), default=0)) + 4
        return QRectF(left, top, max(10.0, self.width() - left - Space.S), max(10.0, self.height() - top - LINE - 4))

    def names(self) -> list[tuple[float, int, float]]:
        """Where each curve's name begins, device-independent px, in which line, and how wide it is with its piece of
        the curve: a name that has no room beside those before it begins another line."""
        places, x, line = list[tuple[float, int, float]](), self._title_width() + Space.M, 0
        for series in self._series:
            width = SAMPLE + Space.XS + widest(axis_font(self), [series.name]) + 2
            if x > 0 and x + width > self.width():
                x, line = 0.0, line + 1
            places.append((x, line, min(width, float(self.width()) - x)))
            x += width + Space.M
        return places

    def _title_width(self) -> float:
        return widest(axis_font(self, bold=True), [self._title])

    def _rungs(self) -> list[float]:
        return round_numbers(self._low, self._high, 3)

    def x_of(self, step: float) -> float:
        """Steps by their logarithm: most is learnt early."""
        area = self.area()
        first, last = (math.log1p(float(self._steps[place])) for place in (0, -1))
        return area.x() + (math.log1p(max(step, 0.0)) - first) / ((last - first) or 1.0) * area.width()

    def step_at(self, x: float) -> float:
        """The step below a point."""
        area = self.area()
        first, last = (math.log1p(float(self._steps[place])) for place in (0, -1))
        share = min(max((x - area.x()) / area.width(), 0.0), 1.0)
        return math.expm1(first + share * (last - first))

    def _y_of(self, value: float, area: QRectF) -> float:
        clipped = min(max(value, self._low), self._high)
        return area.bottom() - (clipped - self._low) / (self._high - self._low) * area.height()

    # -- the hand --------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and len(self._steps) > 1:
            self.step_chosen.emit(self.step_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton and len(self._steps) > 1:
            self.step_chosen.emit(self.step_at(event.position().x()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        by = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if by is not None:
            self.stepped.emit(by)
        elif event.key() in (Qt.Key.Key_Home, Qt.Key.Key_End) and len(self._steps):
            self.step_chosen.emit(float(self._steps[0 if event.key() == Qt.Key.Key_Home else -1]))
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.update()
        return super().event(event)

    # -- painting --------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        if len(self._steps) < 2:
            return
        painter, area = smooth_painter(self), self.area()
        painter.setFont(axis_font(self))
        self._paint_axes(painter, area)
        for place, series in enumerate(self._series):
            painter.setPen(self._pen(place))
            points = zip(self._steps, series.values, strict=True)
            painter.drawPolyline(
                QPolygonF([QPointF(self.x_of(float(s)), self._y_of(float(v), area)) for s, v in points])
            )
        self._paint_names(painter)
        self._paint_at(painter, area)
        if self.hasFocus():
            focus_ring(painter, self.rect(), self._palette)
        painter.end()

    def _pen(self, place: int) -> QPen:
        """The first curve in the accent, the others in words' colours; dashes say which without any colour."""
        palette = self._palette
        pen = QPen(QColor((palette.accent, palette.text, palette.muted)[place % 3]), 1.8)
        if dashes := DASHES[place % 3]:
            pen.setDashPattern(list(dashes))
        return pen

    def _paint_axes(self, painter: QPainter, area: QRectF) -> None:
        palette = self._palette
        for value in self._rungs():
            y = self._y_of(value, area)
            painter.setPen(QPen(QColor(palette.control if value == 0 else palette.line), 1))
            painter.drawLine(QPointF(area.x(), y), QPointF(area.right(), y))
            beside = QRectF(0, y - LINE / 2, area.x() - Space.XS, LINE)
            words(painter, beside, number(value), palette.muted, Qt.AlignmentFlag.AlignRight)
        for step in powers_of_ten(float(self._steps[0]), float(self._steps[-1])):
            x = self.x_of(step)
            painter.setPen(QPen(QColor(palette.control), 1))
            painter.drawLine(QPointF(x, area.bottom()), QPointF(x, area.bottom() + 3))
            room = QRectF(min(x - 24, self.width() - 48), area.bottom() + 3, 48, LINE)
            words(painter, room, number(step), palette.muted, Qt.AlignmentFlag.AlignHCenter)

    def _paint_names(self, painter: QPainter) -> None:
        painter.setFont(axis_font(self, bold=True))
        title = QRectF(0, 0, self._title_width() + 2, LINE + 1)
        words(painter, title, self._title, self._palette.text, Qt.AlignmentFlag.AlignLeft)
        painter.setFont(axis_font(self))
        for place, (series, (x, line, width)) in enumerate(zip(self._series, self.names(), strict=True)):
            y = LINE * line
            painter.setPen(self._pen(place))
            painter.drawLine(QPointF(x, y + LINE / 2 + 0.5), QPointF(x + SAMPLE, y + LINE / 2 + 0.5))
            beside = QRectF(x + SAMPLE + Space.XS, y, max(0.0, width - SAMPLE - Space.XS), LINE + 1)
            words(painter, beside, series.name, self._palette.muted, Qt.AlignmentFlag.AlignLeft)

    def _paint_at(self, painter: QPainter, area: QRectF) -> None:
        if self._at is None:
            return
        x = self.x_of(self._at)
        painter.setPen(QPen(QColor(self._palette.panel), 4))
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
        painter.setPen(QPen(QColor(self._palette.accent), 1.5))
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._palette.accent))
        painter.drawPolygon(
            QPolygonF([QPointF(x - 4, area.top() - 1), QPointF(x + 4, area.top() - 1), QPointF(x, area.top() + 5)])
        )
