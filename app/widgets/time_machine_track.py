"""The time machine's track: every pixel of a drawing has its place on it, rows end at ticks, a handle is dragged."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme.stylesheet import active
from app.theme.tokens import Palette, Size
from app.translation import tr
from app.widgets.frames import box, smooth_painter

_EDGE, _GROOVE, _HANDLE = 8, 4, 12
_LEAST_GAP = 4.0  # px between ticks: of rows that lie closer together only some are marked
_NOTCH = 120  # units of a wheel that clicks


class TimeMachineTrack(QWidget):
    """So many of so many pixels are drawn; whoever drags asks for another place, and is answered by `set_place`."""

    scrubbed = Signal(int)  # how many pixels are drawn there
    stepped = Signal(int)  # so many pixels on (or back)
    row_stepped = Signal(bool)  # to the next row's end (or the one before)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._palette: Palette = active()
        self._at, self._of = 0, 0
        self._row_ends: Sequence[int] = ()
        self._chosen: Sequence[int] = ()
        self._dragging, self._turned = False, 0
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(tr("Pixels drawn"))

    def set_place(self, at: int, of: int) -> None:
        """``at`` of ``of`` pixels are drawn."""
        if (at, of) != (self._at, self._of):
            self._at, self._of = at, of
            self.setAccessibleDescription(tr("{at} of {of}").format(at=at, of=of))
            self.update()

    def set_marks(self, row_ends: Sequence[int], chosen: Sequence[int]) -> None:
        """So many pixels are drawn where rows end, and where particles were chosen anew."""
        if (row_ends, chosen) != (self._row_ends, self._chosen):
            self._row_ends, self._chosen = row_ends, chosen
            self.update()

    def set_theme(self, palette: Palette) -> None:
        """Take a theme's colours."""
        self._palette = palette
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(240, Size.MACHINE - 2)

    def minimumSizeHint(self) -> QSize:
        return QSize(72, Size.MACHINE - 2)

    def x_of(self, at: float) -> float:
        """Where a number of drawn pixels lies, device-independent px from the left."""
        return _EDGE + (self.width() - 2 * _EDGE) * (at / self._of if self._of else 1.0)

    def place_at(self, x: float) -> int:
        """The number of drawn pixels that lies nearest to ``x``."""
        share = (x - _EDGE) / max(1.0, self.width() - 2 * _EDGE)
        return round(min(max(share, 0.0), 1.0) * self._of)

    # --- hands

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._of:
            self._dragging = True
            self.scrubbed.emit(self.place_at(event.position().x()))
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = self.place_at(event.position().x())
        if self._dragging and place != self._at:
            self.scrubbed.emit(place)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._dragging = False
            self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """A pixel a notch, with Shift a row; Shift makes it a sideways wheel on some systems."""
        delta = event.angleDelta()
        self._turned += delta.y() or delta.x()
        notches = int(self._turned / _NOTCH)
        self._turned -= notches * _NOTCH
        self._step(notches, event.modifiers())
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Down: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: 1}
        ends = {Qt.Key.Key_Home: 0, Qt.Key.Key_End: self._of}
        if key in steps:
            self._step(steps[key], event.modifiers())
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            self.row_stepped.emit(key == Qt.Key.Key_PageUp)
        elif key in ends:
            self.scrubbed.emit(ends[key])
        else:
            super().keyPressEvent(event)

    def _step(self, count: int, modifiers: Qt.KeyboardModifier) -> None:
        if not modifiers & Qt.KeyboardModifier.ShiftModifier:
            if count:
                self.stepped.emit(count)
            return
        for _ in range(abs(count)):
            self.row_stepped.emit(count > 0)

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.HoverEnter, QEvent.Type.HoverLeave):
            self.update()
        return super().event(event)

    # --- drawing

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, palette, on = smooth_painter(self), self._palette, self.isEnabled()
        middle, x = self.height() / 2 - 2, self.x_of(self._at)
        groove = QRectF(_EDGE, middle - _GROOVE / 2, self.width() - 2 * _EDGE, _GROOVE)
        box(painter, groove, palette.control if on else palette.line, None, _GROOVE / 2)
        if on:
            box(painter, QRectF(groove.x(), groove.y(), x - groove.x(), _GROOVE), palette.accent, None, _GROOVE / 2)
            self._ticks(painter, groove.bottom() + 4)
            self._handle(painter, QPointF(x, middle))
        painter.end()

    def _ticks(self, painter: QPainter, y: float) -> None:
        """Row ends below the groove; a wedge where particles were chosen anew."""
        last, scale = -_LEAST_GAP, self.devicePixelRatioF()
        for end in self._row_ends:
            x = self.x_of(end)
            if x - last >= _LEAST_GAP:
                painter.fillRect(QRectF(round(x * scale) / scale, y, 1, 3), QColor(self._palette.control))
                last = x
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._palette.warn))
        for end in self._chosen:
            x = self.x_of(end)
            painter.drawPolygon(QPolygonF([QPointF(x, y - 1), QPointF(x - 3, y + 5), QPointF(x + 3, y + 5)]))

    def _handle(self, painter: QPainter, at: QPointF) -> None:
        palette, radius = self._palette, _HANDLE / 2
        fill = palette.pressed if self._dragging else palette.hover if self.underMouse() else palette.panel
        painter.setBrush(QColor(fill))
        painter.setPen(QPen(QColor(palette.accent), 2))
        painter.drawEllipse(at, radius - 1, radius - 1)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(palette.focus), Size.FOCUS_RING))
            painter.drawEllipse(at, radius + 2, radius + 2)
