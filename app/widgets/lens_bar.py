"""The lenses side by side, floating over the canvas, and the scale of the map that the open one shows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from app.theme.colormaps import diverging, viridis
from app.theme.stylesheet import active
from app.theme.tokens import Palette, Radius, Size, Space
from app.translation import tr
from app.widgets.buttons import SegmentedControl
from app.widgets.chart_axes import axis_font
from app.widgets.frames import box, smooth_painter, words
from app.widgets.imaging import packed, picture

_RAMP, _RAMP_HEIGHT, _HEIGHT = 96, 8, 22


class LensBar(QWidget):
    """One lens at a time."""

    lens_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._palette = active()
        self._control = SegmentedControl(tr("Lens over the picture"))
        self._control.chosen.connect(self.lens_chosen)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._control)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFocusProxy(self._control)

    def set_lenses(self, lenses: Sequence[tuple[str, str, str]]) -> None:
        """Offer (name, word, tooltip)."""
        self._control.set_choices([(name, word, "", tip) for name, word, tip in lenses])
        self._control.set_compact(Size.MAT)  # it lies in the mat of the fitted picture, and covers nothing of it
        self.adjustSize()

    def set_lens(self, name: str) -> None:
        """Mark the open one."""
        self._control.set_current(name)

    def lens(self) -> str:
        """The open one."""
        return self._control.current()

    def set_theme(self, palette: Palette) -> None:
        """Take a theme's colours."""
        self._palette = palette
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = smooth_painter(self)
        box(painter, QRectF(self.rect()), self._palette.panel, None, Radius.CONTROL)
        painter.end()


class LensScale(QWidget):
    """A ramp of the map's colours between its ends, in words."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._palette = active()
        self._low, self._high, self._differences = "", "", False
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def set_scale(self, low: str, high: str, unit: str, differences: bool = False) -> None:
        """From ``low`` to ``high`` in ``unit``."""
        self._low, self._high, self._differences = low, f"{high} {unit}".strip(), differences
        self.setAccessibleName(tr("Scale from {low} to {high}").format(low=self._low, high=self._high))
        self.resize(self.sizeHint())
        self.update()

    def set_theme(self, palette: Palette) -> None:
        """Take a theme's colours."""
        self._palette = palette
        self.update()

    def _widths(self) -> tuple[float, float]:
        metrics = QFontMetricsF(axis_font(self))
        return metrics.horizontalAdvance(self._low) + 2, metrics.horizontalAdvance(self._high) + 2

    def sizeHint(self) -> QSize:
        return QSize(round(sum(self._widths()) + _RAMP + 2 * Space.XS + 2 * Space.S), _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, palette = smooth_painter(self), self._palette
        box(painter, QRectF(self.rect()), palette.panel, palette.line, Radius.CONTROL)
        low, high = self._widths()
        painter.setFont(axis_font(self))
        words(painter, QRectF(Space.S, 0, low, self.height()), self._low, palette.muted, Qt.AlignmentFlag.AlignLeft)
        ramp = QRectF(Space.S + low + Space.XS, (self.height() - _RAMP_HEIGHT) / 2, _RAMP, _RAMP_HEIGHT)
        steps = np.linspace(-1 if self._differences else 0, 1, _RAMP)[None]
        colors = diverging(steps, palette.raised) if self._differences else viridis(steps)
        painter.drawImage(ramp, picture(packed(colors)))
        right = QRectF(ramp.right() + Space.XS, 0, high, self.height())
        words(painter, right, self._high, palette.text, Qt.AlignmentFlag.AlignLeft)
        painter.end()
