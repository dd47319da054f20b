"""p of every class as bars that keep their places, with whiskers where they are estimates."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme.tokens import Space, Type
from app.translation import tr
from app.widgets.bar_choice import BarChoice
from app.widgets.chart_axes import widest
from app.widgets.frames import box, focus_ring, sized, smooth_painter, words

LINE = 20
"""Height of a class, device-independent px."""
_NAME, _FIGURE = 92.0, 44.0


class ClassBars(BarChoice):
    """A line a class: its name, its bar, its figure; a press asks where the picture speaks for it."""

    class_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Key.Key_Up, Qt.Key.Key_Down, parent)
        self._names: tuple[str, ...] = ()
        self._values: NDArray[np.float64] = np.zeros(0)
        self._spread: NDArray[np.float64] = np.zeros(0)
        self._chosen, self._stale = "", False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_choosable(True)

    def set_bars(
        self,
        names: tuple[str, ...],
        values: NDArray[np.float64],
        spread: NDArray[np.float64],
        chosen: str = "",
        stale: bool = False,
    ) -> None:
        """``values (C,)`` in 0 to 1 with ``spread (C,)``; ``stale``: of an older picture."""
        if len(names) != len(self._names):
            self._under = -1
            self.setFixedHeight(LINE * max(1, len(names)))
        self._names, self._values, self._spread, self._chosen, self._stale = names, values, spread, chosen, stale
        best = int(values.argmax()) if len(values) else -1
        said = tr("Most likely {name}, {p:.0f} %").format(name=names[best], p=100 * values[best]) if names else ""
        self.setAccessibleName(tr("Class posterior"))
        self.setAccessibleDescription(said)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(240, LINE * max(1, len(self._names)))

    def row(self, index: int) -> QRectF:
        """The line of a class."""
        return QRectF(0, index * LINE, self.width(), LINE)

    def bar(self, index: int) -> QRectF:
        """The bar of a class, device-independent px."""
        track = self._track(index)
        return QRectF(track.x(), track.y(), track.width() * float(self._values[index]), track.height())

    def _track(self, index: int) -> QRectF:
        font = sized(self.font(), Type.SECONDARY, bold=True)
        left = min(widest(font, self._names) + 2, _NAME) + Space.S + Space.XS
        return QRectF(left, index * LINE + 5, max(8.0, self.width() - left - _FIGURE - Space.S), LINE - 10)

    # -- the hand --------------------------------------------------------------------------------------------------

    def bar_count(self) -> int:
        return len(self._names)

    def bar_at(self, point: QPointF) -> int:
        index = int(point.y() // LINE)
        return index if 0 <= index < len(self._names) else -1

    def said(self, index: int) -> str:
        figure = f"{100 * self._values[index]:.1f} %"
        spread = f" ± {100 * self._spread[index]:.1f}" if self._spread[index] > 0 else ""
        return tr("{name}: {figure}{spread}; click to see where the picture speaks for it").format(
            name=self._names[index], figure=figure, spread=spread
        )

    def choose(self, index: int) -> None:
        self.class_chosen.emit(self._names[index])

    # -- painting --------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._names:
            return
        painter = smooth_painter(self)
        best = int(self._values.argmax())
        for index in range(len(self._names)):
            self._paint_class(painter, index, index == best)
        if self.hasFocus():
            focus_ring(painter, QRectF(self.rect()), self._palette)
        painter.end()

    def _paint_class(self, painter: QPainter, index: int, best: bool) -> None:
        palette, track = self._palette, self._track(index)
        chosen = self._names[index] == self._chosen
        if chosen or index == self._under:
            row = self.row(index).adjusted(0, 1, 0, -1)
            box(painter, row, palette.selected if chosen else palette.hover, palette.accent if chosen else None, 4)
        faded = self._stale or not self.isEnabled()
        ink = palette.muted if faded else palette.text
        painter.setFont(sized(self.font(), Type.SECONDARY, bold=best))
        name = QRectF(Space.XS, index * LINE, track.x() - Space.S - Space.XS, LINE)
        words(painter, name, self._names[index], ink, Qt.AlignmentFlag.AlignLeft)
        painter.setOpacity(0.5 if faded else 1.0)
        box(painter, track, palette.line, None, 2)
        bar = self.bar(index)
        if bar.width() >= 1:
            box(painter, bar, palette.accent, None, 2)
        painter.setOpacity(1.0)
        if self._spread[index] * track.width() >= 1:  # a shorter one would be a mark that says nothing
            self._paint_whisker(painter, track, float(self._values[index]), float(self._spread[index]))
        figure = QRectF(track.right() + Space.XS, index * LINE, _FIGURE, LINE)
        words(painter, figure, _percent(float(self._values[index])), ink, Qt.AlignmentFlag.AlignRight)

    def _paint_whisker(self, painter: QPainter, track: QRectF, value: float, spread: float) -> None:
        """One standard deviation to both sides."""
        left, right = (track.x() + track.width() * min(max(value + s * spread, 0.0), 1.0) for s in (-1, 1))
        y = track.center().y()
        painter.setPen(QPen(QColor(self._palette.text), 1.5))
        painter.drawLine(QPointF(left, y), QPointF(right, y))
        for x in (left, right):
            painter.drawLine(QPointF(x, y - 4), QPointF(x, y + 4))


def _percent(p: float) -> str:
    return f"{100 * p:.0f} %" if p >= 0.005 else "< 1 %"
