"""A slider over a range of numbers that draws itself; counts over a wide range go up by ratios, not by steps."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme.stylesheet import active
from app.theme.tokens import Palette, Size
from app.widgets.choice_box import has_wheel
from app.widgets.frames import box, smooth_painter

_HANDLE, _GROOVE = 16, 4
_ENDS = (Qt.Key.Key_Home, Qt.Key.Key_End)


class ValueSlider(QWidget):
    """One number in ``[minimum, maximum]`` on a grid of ``step``; ``ratio`` spreads it by its logarithm."""

    value_changed = Signal(float, bool)  # value, final (False while dragging)

    def __init__(self, minimum: float, maximum: float, step: float, *, ratio: bool = False) -> None:
        super().__init__()
        self._palette = active()
        self._minimum, self._maximum, self._step, self._ratio = minimum, maximum, step, ratio
        self._value, self._origin = minimum, minimum
        self._dragging = False
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def value(self) -> float:
        """The number it stands at."""
        return self._value

    def set_value(self, value: float) -> None:
        """Stand at the nearest number on the grid, without a signal."""
        self._value = self._on_grid(value)
        self.setAccessibleDescription(f"{self._value:g}")
        self.update()

    def set_range(self, minimum: float, maximum: float) -> None:
        """Another range; the value goes to the nearest number in it."""
        self._minimum, self._maximum = minimum, maximum
        self.set_value(self._value)

    def set_step(self, step: float) -> None:
        """Another grid."""
        self._step = step

    def set_theme(self, palette: Palette) -> None:
        """Take a theme's colours."""
        self._palette = palette
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(120, Size.CONTROL - 4)

    def minimumSizeHint(self) -> QSize:
        return QSize(64, Size.CONTROL - 4)

    def _on_grid(self, value: float) -> float:
        steps = round((value - self._minimum) / self._step)
        exact = self._minimum + steps * self._step
        return round(min(max(exact, self._minimum), self._maximum), 10)

    def _share(self) -> float:
        """Where the handle is, 0 at the left to 1 at the right."""
        if self._maximum <= self._minimum:
            return 0.0
        if self._ratio:
            return math.log(self._value / self._minimum) / math.log(self._maximum / self._minimum)
        return (self._value - self._minimum) / (self._maximum - self._minimum)

    def _value_at(self, x: float) -> float:
        room = max(1.0, self.width() - _HANDLE)
        share = min(max((x - _HANDLE / 2) / room, 0.0), 1.0)
        if self._ratio:
            return self._on_grid(self._minimum * (self._maximum / self._minimum) ** share)
        return self._on_grid(self._minimum + share * (self._maximum - self._minimum))

    def _move(self, value: float, final: bool) -> None:
        changed = value != self._value
        self.set_value(value)
        if changed or final:
            self.value_changed.emit(self._value, final)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._dragging, self._origin = True, self._value
            self._move(self._value_at(event.position().x()), final=False)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._dragging:
            self._move(self._value_at(event.position().x()), final=False)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._dragging and event.button() == Qt.MouseButton.LeftButton:
            self._dragging = False
            self._move(self._value, final=True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        far = 10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Escape and self._dragging:
            self._dragging = False
            self._move(self._origin, final=True)
        elif key in (Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Left, Qt.Key.Key_Down):
            sign = 1 if key in (Qt.Key.Key_Right, Qt.Key.Key_Up) else -1
            self._nudge(sign * far)
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            self._nudge(10 if key == Qt.Key.Key_PageUp else -10)
        elif key in _ENDS:
            self._settle(self._minimum if key == Qt.Key.Key_Home else self._maximum)
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Only where it is its own: a wheel that scrolls the panel is not to change a value on its way."""
        if has_wheel(self) and event.angleDelta().y():
            self._nudge(1 if event.angleDelta().y() > 0 else -1)
        else:
            event.ignore()

    def _nudge(self, steps: int) -> None:
        self._settle(self._on_grid(self._value + steps * self._step))

    def _settle(self, value: float) -> None:
        if value != self._value:
            self._move(value, final=True)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() in _ENDS:
            event.accept()  # the keys are its own while it has the focus, whatever the window does with them
            return True
        if event.type() in (QEvent.Type.HoverEnter, QEvent.Type.HoverLeave):
            self.update()
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, palette, on = smooth_painter(self), self._palette, self.isEnabled()
        middle = self.height() / 2
        x = _HANDLE / 2 + self._share() * (self.width() - _HANDLE)
        groove = QRectF(_HANDLE / 2, middle - _GROOVE / 2, self.width() - _HANDLE, _GROOVE)
        box(painter, groove, palette.control if on else palette.line, None, _GROOVE / 2)
        if on:
            box(painter, QRectF(groove.x(), groove.y(), x - groove.x(), _GROOVE), palette.accent, None, _GROOVE / 2)
        fill = palette.pressed if self._dragging else palette.hover if self.underMouse() and on else palette.panel
        painter.setBrush(QColor(fill))
        painter.setPen(QPen(QColor(palette.accent if on else palette.line), 2))
        painter.drawEllipse(QRectF(x - 6, middle - 6, 12, 12))
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(palette.focus), Size.FOCUS_RING))
            painter.drawEllipse(QRectF(x - 10, middle - 10, 20, 20).intersected(QRectF(self.rect())))
        painter.end()
