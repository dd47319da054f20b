"""A slider that stops at a few numbers only, with those numbers below it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from app.theme.stylesheet import active
from app.theme.tokens import Palette, Type
from app.widgets.frames import sized, smooth_painter, words
from app.widgets.value_slider import ValueSlider

_END = 8.0
"""How far from the slider's ends its first and last stop are: half of the handle."""


class StopSlider(QWidget):
    """Rising numbers, evenly spaced whatever they are; one of them is chosen."""

    stop_chosen = Signal(int)

    def __init__(self, values: Sequence[float], name: str) -> None:
        super().__init__()
        self._values, self._stop = tuple(values), 0
        self.slider = ValueSlider(0, len(self._values) - 1, 1)
        self.slider.setAccessibleName(name)
        self.scale = _Scale([f"{value:g}" for value in self._values])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.slider)
        column.addWidget(self.scale)
        self.setFocusProxy(self.slider)
        self.slider.value_changed.connect(lambda at, _: self._moved(round(at)))
        self.set_stop(0)

    def stop(self) -> int:
        """The number of the stop that is chosen, from 0."""
        return self._stop

    def set_stop(self, stop: int, exact: bool = True) -> None:
        """Stand at a stop, without a signal; not ``exact`` where the true value lies beside it."""
        self._stop = min(max(stop, 0), len(self._values) - 1)
        self.slider.set_value(self._stop)
        self._tell(exact)

    def _moved(self, stop: int) -> None:
        changed, self._stop = stop != self._stop, stop
        self._tell(exact=True)
        if changed:
            self.stop_chosen.emit(stop)

    def _tell(self, exact: bool) -> None:
        self.slider.setAccessibleDescription(f"{self._values[self._stop]:g}")
        self.scale.set_marked(self._stop if exact else -1)


class _Scale(QWidget):
    """The numbers, each under its stop; the chosen one stands out by weight."""

    def __init__(self, texts: Sequence[str]) -> None:
        super().__init__()
        self._palette, self._texts, self._marked = active(), tuple(texts), 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_marked(self, stop: int) -> None:
        """This one is chosen; -1 for none."""
        self._marked = stop
        self.update()

    def marked(self) -> int:
        """The chosen one, or -1."""
        return self._marked

    def set_theme(self, palette: Palette) -> None:
        """Take a theme's colours."""
        self._palette = palette
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(120, Type.SECONDARY + 6)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, palette = smooth_painter(self), self._palette
        room = self.width() - 2 * _END
        for stop, text in enumerate(self._texts):
            chosen = stop == self._marked
            font = sized(self.font(), Type.SECONDARY, bold=chosen)
            painter.setFont(font)
            width = QFontMetricsF(font).horizontalAdvance(text) + 2
            middle = _END + room * stop / max(1, len(self._texts) - 1)
            x = min(max(middle - width / 2, 0.0), self.width() - width)
            color = palette.text if chosen else palette.muted
            words(painter, QRectF(x, 0, width, self.height()), text, color, Qt.AlignmentFlag.AlignHCenter)
        painter.end()
