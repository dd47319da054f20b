"""A hint: a bubble beside a thing, pointing at it, that says what to try first."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QMouseEvent, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from app.theme.tokens import Radius, Space
from app.widgets.bubble import Bubble
from app.widgets.frames import smooth_painter

_ARROW = 8


class Hint(Bubble):
    """One sentence with an arrow at one of its sides, or none; a click dismisses it."""

    dismissed = Signal()

    def __init__(self, parent: QWidget | None = None, text: str = "") -> None:
        super().__init__(parent)
        self._text, self._arrow = text, "left"
        self.setAccessibleName(text)

    def set_text(self, text: str) -> None:
        """Say something else."""
        self._text = text
        self.setAccessibleName(text)
        self.adjustSize()
        self.update()

    def point_at(self, target: QPoint, arrow: str = "left") -> None:
        """Put the arrow's tip on ``target`` (of the parent); ``arrow`` is the bubble's left, right, top or bottom side.

        Without one the bubble has its middle there.
        """
        self._arrow = arrow
        self.setGeometry(self.area_at(QPointF(target), arrow).toRect())
        self.update()

    def area_at(self, target: QPointF, arrow: str) -> QRectF:
        """What the bubble would take up with its tip there."""
        size = self._size(arrow)
        width, height = size.width(), size.height()
        x = {"left": 0, "right": width}.get(arrow, width // 2)
        y = {"top": 0, "bottom": height}.get(arrow, height // 2)
        return QRectF(target.x() - x, target.y() - y, width, height)

    def _size(self, arrow: str) -> QSize:
        metrics = QFontMetrics(self.font())
        across, down = _ARROW * (arrow in ("left", "right")), _ARROW * (arrow in ("top", "bottom"))
        width = metrics.horizontalAdvance(self._text) + 2 * Space.L
        return QSize(width + across, metrics.height() + 2 * Space.S + 4 + down)

    def sizeHint(self) -> QSize:
        return self._size(self._arrow)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.leave()
        self.dismissed.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, palette = smooth_painter(self), self._palette
        area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        room = {"left": (_ARROW, 0, 0, 0), "right": (0, 0, -_ARROW, 0), "top": (0, _ARROW, 0, 0)}
        body = area.adjusted(*room.get(self._arrow, (0, 0, 0, -_ARROW if self._arrow else 0)))
        path = QPainterPath()
        path.addRoundedRect(body, Radius.CONTROL, Radius.CONTROL)
        painter.setPen(QPen(Qt.PenStyle.NoPen))
        painter.setBrush(QColor(palette.accent))
        painter.drawPath(path.united(self._tip(area)))
        painter.setPen(QColor(palette.on_accent))
        painter.drawText(body, int(Qt.AlignmentFlag.AlignCenter), self._text)
        painter.end()

    def _tip(self, area: QRectF) -> QPainterPath:
        """The arrow, from the rim of ``area`` to just within the bubble; empty without one."""
        inwards = {"left": (1, 0), "right": (-1, 0), "top": (0, 1), "bottom": (0, -1)}.get(self._arrow)
        path = QPainterPath()
        if inwards is not None:
            dx, dy = inwards
            center = area.center()
            tip = QPointF(center.x() - dx * area.width() / 2, center.y() - dy * area.height() / 2)
            foot, half = tip + QPointF(dx, dy) * (_ARROW + 1), QPointF(dy, dx) * (_ARROW - 1)
            path.addPolygon([tip, foot + half, foot - half])
            path.closeSubpath()
        return path
