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
    """One sentence with an arrow at its left or right; a click dismisses it."""

    dismissed = Signal()

    def __init__(self, parent: QWidget | None = None, text: str = "") -> None:
        super().__init__(parent)
        self._text, self._arrow_left = text, True
        self.setAccessibleName(text)

    def set_text(self, text: str) -> None:
        """Say something else."""
        self._text = text
        self.setAccessibleName(text)
        self.adjustSize()
        self.update()

    def point_at(self, target: QPoint, *, from_right: bool = True) -> None:
        """Put the arrow's tip on ``target`` (of the parent); the bubble lies right of it, or left."""
        self._arrow_left = from_right
        self.adjustSize()
        x = target.x() if from_right else target.x() - self.width()
        self.move(x, target.y() - self.height() // 2)
        self.update()

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self.font())
        return QSize(metrics.horizontalAdvance(self._text) + 2 * Space.L + _ARROW, metrics.height() + 2 * Space.S + 4)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.leave()
        self.dismissed.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, palette = smooth_painter(self), self._palette
        area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        body = area.adjusted(_ARROW if self._arrow_left else 0, 0, 0 if self._arrow_left else -_ARROW, 0)
        tip = QPointF(area.left() if self._arrow_left else area.right(), area.center().y())
        foot = body.left() + 1 if self._arrow_left else body.right() - 1
        arrow = QPainterPath(tip)
        arrow.lineTo(foot, tip.y() - _ARROW + 1)
        arrow.lineTo(foot, tip.y() + _ARROW - 1)
        arrow.closeSubpath()
        path = QPainterPath()
        path.addRoundedRect(body, Radius.CONTROL, Radius.CONTROL)
        painter.setPen(QPen(Qt.PenStyle.NoPen))
        painter.setBrush(QColor(palette.accent))
        painter.drawPath(path.united(arrow))
        painter.setPen(QColor(palette.on_accent))
        painter.drawText(body, int(Qt.AlignmentFlag.AlignCenter), self._text)
        painter.end()
