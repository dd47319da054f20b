"""The whole distribution of one pixel: a bar a level in its own colour; pressed, a bar puts its level there."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme.tokens import Space
from app.translation import tr
from app.widgets.bar_choice import BarChoice
from app.widgets.chart_axes import LINE, axis_font
from app.widgets.frames import box, focus_ring, smooth_painter, words

HEIGHT, BARS = 112, 76
_WIDEST, _LABELLED = 56.0, 34.0
"""Of a bar, and how wide it must be for its figure to stand below it; device-independent px."""


class DistributionChart(BarChoice):
    """Bars of p, the highest as high as the chart is."""

    level_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Key.Key_Left, Qt.Key.Key_Right, parent)
        self._p: NDArray[np.float32] = np.zeros(0, np.float32)
        self._colors: NDArray[np.uint8] = np.zeros((0, 1), np.uint8)
        self._names: tuple[str, ...] = ()
        self._peak, self._level = 1.0, -1
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("Distribution of the pixel"))

    def set_distribution(
        self,
        p: NDArray[np.float32],
        colors: NDArray[np.uint8],
        names: tuple[str, ...],
        level: int,
        pickable: bool,
    ) -> None:
        """``p (K,)`` of levels of ``colors (K, C)`` called ``names``; ``level`` is what is there (-1: nothing);
        ``pickable`` where a bar may be pressed."""
        if len(p) != len(self._p):
            self._under = -1
        self._p, self._colors, self._names, self._level = p, colors, names, level
        self._peak = max(float(p.max(initial=0.0)), 1e-6)
        self.set_choosable(pickable)
        best = int(p.argmax()) if len(p) else 0
        said = tr("Most likely {name}, p = {p:.3f}").format(name=names[best], p=float(p[best])) if len(p) else ""
        self.setAccessibleDescription(said)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(240, HEIGHT)

    # -- where things are ------------------------------------------------------------------------------------------

    def _step(self) -> float:
        return min((self.width() - 4) / max(1, len(self._p)), _WIDEST + Space.S)

    def _left(self) -> float:
        return (self.width() - self._step() * len(self._p)) / 2

    def bar(self, level: int) -> QRectF:
        """The bar of a level, device-independent px; flat where p is 0."""
        step, height = self._step(), (BARS - 4) * float(self._p[level]) / self._peak
        gap = Space.S if step > 24 else 1.0 if step > 3 else 0.0
        return QRectF(self._left() + level * step + gap / 2, 4 + BARS - height - 4, max(step - gap, 1.0), height)

    # -- the hand --------------------------------------------------------------------------------------------------

    def bar_count(self) -> int:
        return len(self._p)

    def bar_at(self, point: QPointF) -> int:
        step = self._step()
        level = int((point.x() - self._left()) // step) if step > 0 else -1
        return level if 0 <= level < len(self._p) else -1

    def first_bar(self) -> int:
        return max(self._level, 0)

    def said(self, index: int) -> str:
        text = tr("{name}: p = {p}").format(name=self._names[index], p=_figure(float(self._p[index])))
        return text + (tr("; click to force it here") if self._choosable else "")

    def choose(self, index: int) -> None:
        self.level_chosen.emit(index)

    # -- painting --------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        if not len(self._p):
            return
        painter, palette = smooth_painter(self), self._palette
        painter.setOpacity(1.0 if self.isEnabled() else 0.5)
        painter.setFont(axis_font(self))
        floor = QRectF(2, BARS, self.width() - 4, 1)
        step = self._step()
        if self._under >= 0:
            column = QRectF(self._left() + self._under * step, 0, step, HEIGHT)
            box(painter, column, palette.hover if self._choosable else palette.raised, None, 3)
        for level in np.flatnonzero(self._p * (BARS - 4) >= 0.5 * self._peak).tolist():  # the others are no pixel high
            box(painter, self.bar(level), self._color(level), palette.edge if step > 3 else None, 0)
        painter.fillRect(floor, QColor(palette.control))
        self._paint_mark(painter, step)
        self._paint_words(painter, step)
        if self.hasFocus():
            focus_ring(painter, QRectF(self.rect()), palette)
        painter.end()

    def _paint_mark(self, painter: QPainter, step: float) -> None:
        """A mark under what is there."""
        if 0 <= self._level < len(self._p):
            middle = self._left() + (self._level + 0.5) * step
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self._palette.text))
            tip = BARS + 2.5
            painter.drawPolygon([QPointF(middle - 5, tip + 6), QPointF(middle + 5, tip + 6), QPointF(middle, tip)])

    def _paint_words(self, painter: QPainter, step: float) -> None:
        """Every figure below its bar where there is room, else the one that is looked at, or is there."""
        line = QRectF(0, HEIGHT - LINE - 6, self.width(), LINE)
        if step >= _LABELLED:
            for level in range(len(self._p)):
                place = QRectF(self._left() + level * step, line.y(), step, LINE)
                words(painter, place, _figure(float(self._p[level])), self._palette.text)
            return
        level = self._under if self._under >= 0 else self._level
        if 0 <= level < len(self._p):
            text = f"{self._names[level]}: {_figure(float(self._p[level]))}"
            words(painter, line, text, self._palette.text if self._under >= 0 else self._palette.muted)

    def _color(self, level: int) -> str:
        return QColor(*(int(value) for value in np.resize(self._colors[level], 3))).name()


def _figure(p: float) -> str:
    return f"{p:.3f}" if p >= 0.0005 else "< 0.001" if p > 0 else "0"
