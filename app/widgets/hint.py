"""A hint: a bubble beside a thing, pointing at it, that says what to try first."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QColor,
    QFontMetrics,
    QMouseEvent,
    QPainterPath,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QWidget

from app.theme.tokens import Radius, Space
from app.translation import tr
from app.widgets.bubble import Bubble
from app.widgets.frames import smooth_painter
from app.widgets.hint_spot import HintSpot

WIDEST = 264
"""Device-independent px of a line; a longer sentence takes two."""
_ARROW, _CROSS, _SLACK = 8, 7, 4  # words are painted a trifle wider than they measure
_LEAST_LEAN = Radius.CONTROL + _ARROW
"""What the arrow's tip is away from the bubble's corners at least."""
_LINES = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter) | int(Qt.TextFlag.TextWordWrap)


class Hint(Bubble):
    """One sentence with an arrow at one of its sides, or none; a click dismisses it.  It never takes the focus."""

    dismissed = Signal()

    def __init__(self, parent: QWidget | None = None, text: str = "") -> None:
        super().__init__(parent)
        self._text, self._arrow, self._lean = text, "left", 0.0
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip(tr("Click here, or Esc: I know that."))
        self.setAccessibleDescription(tr("A hint. It goes when you have done it, or with Esc."))
        self.setAccessibleName(text)

    def text(self) -> str:
        """What it says."""
        return self._text

    def set_text(self, text: str) -> None:
        """Say something else."""
        self._text = text
        self.setAccessibleName(text)
        self.adjustSize()
        self.update()

    def announce(self) -> None:
        """Have a screen reader say it once it has said what it is saying."""
        event = QAccessibleAnnouncementEvent(self, self._text)
        event.setPoliteness(QAccessible.AnnouncementPoliteness.Polite)
        QAccessible.updateAccessibility(event)

    # -- where it lies ---------------------------------------------------------------------------------------------

    def lie_at(self, spot: HintSpot) -> bool:
        """Go to a place of ``spot`` (of the parent); False where there is none."""
        found = spot.place(self.area_at)
        if found is None:
            return False
        tip, self._arrow, area = found
        across = self._arrow in ("left", "right")
        self._lean = tip.y() - area.center().y() if across else tip.x() - area.center().x()
        self.setGeometry(area.toRect())
        self.update()
        return True

    def point_at(self, target: QPoint, arrow: str = "left") -> None:
        """Put the arrow's tip on ``target`` (of the parent); ``arrow`` is the bubble's left, right, top or bottom side.

        Without one the bubble has its middle there.
        """
        self._arrow, self._lean = arrow, 0.0
        self.setGeometry(self.area_at(QPointF(target), arrow).toRect())
        self.update()

    def area_at(self, target: QPointF, arrow: str, room: QRectF | None = None) -> QRectF:
        """What the bubble would take up with its tip there; pushed into ``room`` as far as the arrow goes along."""
        size = self._size(arrow)
        width, height = size.width(), size.height()
        x = {"left": 0, "right": width}.get(arrow, width // 2)
        y = {"top": 0, "bottom": height}.get(arrow, height // 2)
        area = QRectF(target.x() - x, target.y() - y, width, height)
        if room is None or not arrow:
            return area
        if arrow in ("left", "right"):
            most = max(0.0, height / 2 - _LEAST_LEAN)
            return area.translated(0, _push(area.top(), area.bottom(), room.top(), room.bottom(), most))
        most = max(0.0, width / 2 - _LEAST_LEAN)
        return area.translated(_push(area.left(), area.right(), room.left(), room.right(), most), 0)

    def _words(self) -> QRect:
        """The sentence in as many lines as it takes, at (0, 0); lines are about equally long."""
        metrics = QFontMetrics(self.font())
        alone = metrics.horizontalAdvance(self._text)
        if alone <= WIDEST:
            return QRect(0, 0, alone + _SLACK, metrics.height())

        def height_in(width: int) -> int:
            return metrics.boundingRect(QRect(0, 0, width, 999), _LINES, self._text).height()

        high = height_in(WIDEST)
        widths = range(alone * metrics.height() // high, WIDEST)
        return QRect(0, 0, next((w for w in widths if height_in(w) <= high), WIDEST) + _SLACK, high)

    def _size(self, arrow: str) -> QSize:
        words = self._words()
        across, down = _ARROW * (arrow in ("left", "right")), _ARROW * (arrow in ("top", "bottom"))
        width = words.width() + Space.M + Space.S + _CROSS + Space.M
        return QSize(width + across, words.height() + 2 * Space.S + 4 + down)

    def sizeHint(self) -> QSize:
        return self._size(self._arrow)

    # -- hand and paint --------------------------------------------------------------------------------------------

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
        painter.drawText(body.adjusted(Space.M, 0, -(Space.S + _CROSS + Space.M), 0), _LINES, self._text)
        cross = QRectF(body.right() - Space.M - _CROSS, body.center().y() - _CROSS / 2, _CROSS, _CROSS)
        painter.setPen(QPen(QColor(palette.on_accent), 1.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawLine(cross.topLeft(), cross.bottomRight())
        painter.drawLine(cross.bottomLeft(), cross.topRight())
        painter.end()

    def _tip(self, area: QRectF) -> QPainterPath:
        """The arrow, from the rim of ``area`` to just within the bubble; empty without one."""
        inwards = {"left": (1, 0), "right": (-1, 0), "top": (0, 1), "bottom": (0, -1)}.get(self._arrow)
        path = QPainterPath()
        if inwards is not None:
            dx, dy = inwards
            center = area.center() + QPointF(abs(dy), abs(dx)) * self._lean
            tip = QPointF(center.x() - dx * area.width() / 2, center.y() - dy * area.height() / 2)
            foot, half = tip + QPointF(dx, dy) * (_ARROW + 1), QPointF(dy, dx) * (_ARROW - 1)
            path.addPolygon([tip, foot + half, foot - half])
            path.closeSubpath()
        return path


def _push(low: float, high: float, start: float, stop: float, most: float) -> float:
    """By how much ``low`` to ``high`` has to move to lie within ``start`` to ``stop``, and at most ``most``."""
    wanted = start - low if low < start else min(0.0, stop - high)
    return max(-most, min(most, wanted))
