"""What lies over the tiles of a wall for as long as a hand is there: rings, the rubber band, titles of rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from app.theme.tokens import Palette, Size, Space, Type
from app.widgets.frames import sized, words
from app.widgets.wall_layout import Box, WallLayout

TITLE_MOST = 132
"""A longer title is shortened, device-independent px."""
BAND_STRENGTH = 0.18


def title_extent(titles: Sequence[str], font: QFont) -> tuple[float, float]:
    """What the band of titles takes up across and one title down, device-independent px; nothing without titles."""
    if not titles:
        return 0.0, 0.0
    metrics = QFontMetricsF(sized(font, Type.SECONDARY))
    widest = max(metrics.horizontalAdvance(title) for title in titles)
    return min(widest, TITLE_MOST) + Space.M + Space.XS, metrics.height()


@dataclass(frozen=True, slots=True)
class WallPainter:
    """A painter in device px of the viewport, what of the wall is at its corner, and the look."""

    painter: QPainter
    layout: WallLayout
    left: int
    top: int
    palette: Palette
    scale: float

    def _seen(self, box: Box) -> QRect:
        return QRect(box[0] - self.left, box[1] - self.top, box[2] - box[0], box[3] - box[1])

    def ring(self, position: int, color: str, width: float, outset: float) -> None:
        """A ring around a tile, ``outset`` from the picture to its outer rim, device-independent px."""
        thick, out = max(1, round(width * self.scale)), round(outset * self.scale)
        outer = self._seen(self.layout.box(position)).adjusted(-out, -out, out, out)
        for part in (
            QRect(outer.left(), outer.top(), outer.width(), thick),
            QRect(outer.left(), outer.bottom() + 1 - thick, outer.width(), thick),
            QRect(outer.left(), outer.top(), thick, outer.height()),
            QRect(outer.right() + 1 - thick, outer.top(), thick, outer.height()),
        ):
            self.painter.fillRect(part, QColor(color))

    def hovered(self, position: int) -> None:
        """The tile under the pointer: a thin line in the text's colour."""
        self.ring(position, self.palette.text, 1, min(2.0, self._half()))

    def current(self, position: int, *, focused: bool) -> None:
        """The tile that keys go from: the focus ring, or a thin line while the keyboard is elsewhere."""
        if not focused:
            self.ring(position, self.palette.control, 1, min(3.0, max(1.0, self._half())))
            return
        outset = min(5.0, self._half() + 2)  # small tiles stand close: the ring may not hide the neighbours
        self.ring(position, self.palette.window, 1, outset - 2)  # parts it from a selected tile's frame
        self.ring(position, self.palette.focus, Size.FOCUS_RING, outset)

    def focused(self, width: int, height: int) -> None:
        """The ring of a wall that has the focus while none of its pictures is current, around the viewport."""
        pen = round(Size.FOCUS_RING * self.scale)
        self.painter.setPen(QPen(QColor(self.palette.focus), pen))
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        self.painter.drawRect(QRectF(pen / 2, pen / 2, width - pen, height - pen))

    def _half(self) -> float:
        return self.layout.gap / 2 / self.scale

    def band(self, box: Box) -> None:
        """The rubber band."""
        area, fill = self._seen(box), QColor(self.palette.accent)
        fill.setAlphaF(BAND_STRENGTH)
        self.painter.fillRect(area, fill)
        self.painter.setPen(QColor(self.palette.accent))
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        self.painter.drawRect(area.adjusted(0, 0, -1, -1))

    def titles(self, titles: Sequence[str], height: int, font: QFont) -> None:
        """The titles of the rows in view, in their band at the left; ``height`` is the viewport's."""
        layout, painter = self.layout, self.painter
        painter.fillRect(QRect(0, 0, layout.title_width, height), QColor(self.palette.window))
        painter.setFont(sized(font, round(Type.SECONDARY * self.scale)))
        edge = round(Space.XS * self.scale)
        for row in layout.rows_in(self.top, self.top + height):
            if row >= len(titles):
                break
            y = layout.top + row * layout.pitch_y - self.top
            area = QRectF(edge, y, layout.title_width - 2 * edge, layout.pitch_y - layout.gap)
            words(painter, area, titles[row], self.palette.muted, Qt.AlignmentFlag.AlignRight)
