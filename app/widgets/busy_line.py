"""A thin line that says "working", after a tenth of a second and not before."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.theme import motion
from app.theme.stylesheet import active
from app.theme.tokens import Motion, Palette

_TICK_MS, _PERIOD = 33, 40


class BusyLine(QWidget):
    """Two px high; a piece of accent goes through it, or stands still where nothing is to move."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._palette, self._phase = active(), 0
        self._wait, self._tick = QTimer(self), QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(Motion.BUSY_DELAY)
        self._wait.timeout.connect(self._appear)
        self._tick.setInterval(_TICK_MS)
        self._tick.timeout.connect(self._advance)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def set_busy(self, busy: bool) -> None:
        """Work has begun or ended."""
        if not busy:
            self._wait.stop()
            self._tick.stop()
            self.hide()
        elif not self._wait.isActive() and self.isHidden():
            self._wait.start()

    def set_theme(self, palette: Palette) -> None:
        """Take a theme's colours."""
        self._palette = palette
        self.update()

    def _appear(self) -> None:
        self._phase = 0
        self.show()
        self.raise_()
        if not motion.reduced():
            self._tick.start()

    def _advance(self) -> None:
        self._phase = (self._phase + 1) % _PERIOD
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        piece = self.width() / 4
        start = self.width() * 3 / 8 if motion.reduced() else (self.width() + piece) * self._phase / _PERIOD - piece
        painter.fillRect(QRectF(start, 0, piece, self.height()), QColor(self._palette.accent))
        painter.end()
