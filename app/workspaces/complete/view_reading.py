"""What the model knew when it drew the pixel under the raster cursor: p of every value, and of the one it drew."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme.stylesheet import active
from app.theme.tokens import Palette, Radius, Space, Type
from app.translation import tr
from app.widgets.frames import box, sized, smooth_painter, words
from app.workspaces.complete.state import Reading

WIDTH, HEIGHT, BARS = 132, 112, 44
_LEFT, _MIDDLE = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignHCenter


class ReadingCard(QWidget):
    """A card with the chain rule's factor in figures and the whole distribution as coloured bars."""

    toggled = Signal()  # it has appeared or gone

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._palette: Palette = active()
        self._reading: Reading | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFixedSize(WIDTH, HEIGHT)
        self.setToolTip(
            tr(
                "The probability of every value of the pixel under the cursor, given those before it; the marked bar "
                "is "
                "the one that was drawn."
            )
        )

    def set_reading(self, reading: Reading | None) -> None:
        """Show it; None hides the card."""
        self._reading, before = reading, self._reading
        self.setVisible(reading is not None)
        if (before is None) != (reading is None):
            self.toggled.emit()
        self.setAccessibleName(reading.text if reading is not None else "")
        self.update()

    def set_theme(self, palette: Palette) -> None:
        """Take a theme's colours."""
        self._palette = palette
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        reading, palette = self._reading, self._palette
        if reading is None:
            return
        painter = smooth_painter(self)
        box(painter, QRectF(self.rect()), palette.panel, palette.line, Radius.CARD)
        inner = QRectF(self.rect()).adjusted(Space.M, Space.S, -Space.M, -Space.M)
        painter.setFont(sized(self.font(), Type.SECONDARY))
        words(painter, QRectF(inner.x(), inner.y(), inner.width(), 16), "p(xᵢ | x₁ … xᵢ₋₁)", palette.muted, _LEFT)
        painter.setFont(sized(self.font(), Type.SECTION, bold=True))
        figure = QRectF(inner.x(), inner.y() + 16, inner.width(), 24)
        words(painter, figure, _figure(reading.probability), palette.text, _LEFT)
        self._swatch(painter, reading, QRectF(inner.right() - 20, figure.y() + 2, 20, 20))
        self._bars(painter, reading, QRectF(inner.x(), inner.bottom() - BARS, inner.width(), BARS))
        painter.end()

    def _swatch(self, painter: QPainter, reading: Reading, area: QRectF) -> None:
        box(painter, area, _color(reading, reading.level), self._palette.edge, Radius.CONTROL - 2)

    def _bars(self, painter: QPainter, reading: Reading, area: QRectF) -> None:
        """A bar a level, in its colour, as high as it is probable; the drawn one stands on a mark."""
        palette = self._palette
        count = len(reading.colors)
        known = reading.distribution
        heights = np.zeros(count) if known is None else np.asarray(known, float)
        if known is None:
            heights[reading.level] = reading.probability
        step = area.width() / count
        floor = area.bottom() - 5
        painter.fillRect(QRectF(area.x(), floor, area.width(), 1), QColor(palette.control))
        for level, p in enumerate(heights):
            height = p * (area.height() - 6)
            if height < 0.5:
                continue
            bar = QRectF(area.x() + level * step, floor - height, min(max(step - 1, 1.0), 40.0), height)
            box(painter, bar, _color(reading, level), palette.edge if step > 3 else None, 0)
        mark = area.x() + reading.level * step
        painter.fillRect(QRectF(mark, floor + 2, min(max(step - 1, 3.0), 40.0), 3), QColor(palette.raster_cursor))


def _figure(probability: float) -> str:
    return f"{probability:.3f}" if probability >= 0.0005 else "< 0.001"


def _color(reading: Reading, level: int) -> str:
    values = [int(value) for value in np.resize(reading.colors[level], 3)]
    return QColor(*values).name()
