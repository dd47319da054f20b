"""The line above a strip of completions: what they are called, a word on them with its signal, and why."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from app.theme.stylesheet import active
from app.theme.tokens import Palette, Size, Space
from app.translation import tr
from app.widgets.buttons import IconButton
from app.widgets.elided_label import ElidedLabel
from app.widgets.frames import icon_at, smooth_painter
from app.widgets.settling import settle

SIGNALS = {"good": "check", "note": "info", "bad": "warning", "quiet": "rows"}
"""Icons of the signals: their shapes differ as well as their colours."""
_SIDE = 16


@dataclass(frozen=True, slots=True)
class Line:
    """``signal`` is one of `SIGNALS`; ``button`` what may be done, empty for nothing; ``faded``: of something older;
    ``closes``: what stands below can be put away."""

    heading: str = ""
    signal: str = "quiet"
    title: str = ""
    sentence: str = ""
    help: str = ""
    button: str = ""
    more: bool = False
    faded: bool = False
    closes: bool = False


class _Signal(QWidget):
    """An icon in the colour of what it signals."""

    def __init__(self) -> None:
        super().__init__()
        self._palette, self._signal, self._faded = active(), "quiet", False
        self.setFixedSize(_SIDE, _SIDE)

    def set_signal(self, signal: str, faded: bool) -> None:
        self._signal, self._faded = signal, faded
        self.update()

    def set_theme(self, palette: Palette) -> None:
        self._palette = palette
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = self._palette
        colors = {"good": palette.ok, "note": palette.warn, "bad": palette.error}
        color = palette.muted if self._faded else colors.get(self._signal, palette.muted)
        painter = smooth_painter(self)
        icon_at(painter, QRectF(self.rect()), SIGNALS[self._signal], color, self.devicePixelRatioF(), _SIDE)
        painter.end()


class VerdictLine(QWidget):
    """Signals out, `set_line` in."""

    advice_taken = Signal()
    more_requested = Signal()
    close_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._palette, self._line = active(), Line()
        self._heading, self._title, self._sentence = QLabel(), QLabel(), ElidedLabel()
        self._signal = _Signal()
        self._button = QPushButton()
        self._button.setProperty("kind", "slim")
        self._more = IconButton("more", tr("What stands behind the word"), side=24)
        self._close = IconButton("close", tr("Put these away"), side=24)
        self._close.clicked.connect(self.close_requested)
        self._heading.setProperty("role", "muted")
        self._title.setProperty("role", "secondary")
        self._sentence.setProperty("role", "muted")
        self._button.clicked.connect(self.advice_taken)
        self._more.clicked.connect(self.more_requested)
        self._lay_out()
        self.setFixedHeight(Size.VERDICT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_line(Line())

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.M, 1, Space.M, 0)
        row.setSpacing(Space.S)
        for part in (self._heading, self._signal, self._title):
            row.addWidget(part)
        row.addWidget(self._sentence, 1)
        row.addWidget(self._button)
        row.addWidget(self._more)
        row.addWidget(self._close)

    def line(self) -> Line:
        """What it says."""
        return self._line

    def set_line(self, line: Line) -> None:
        """Say this; without a title, nothing but the heading."""
        self._line = line
        self._heading.setText(line.heading)
        self._title.setText(line.title)
        self._sentence.setText(line.sentence)
        self._button.setText(line.button)
        self._signal.set_signal(line.signal, line.faded)
        self._title.setEnabled(not line.faded)
        self._heading.setVisible(bool(line.heading))
        for part in (self._signal, self._title, self._sentence):
            part.setVisible(bool(line.title))
            part.setToolTip("\n\n".join(filter(None, (line.sentence, line.help))))
        self._button.setVisible(bool(line.button))
        self._more.setVisible(line.more)
        self._close.setVisible(line.closes)
        self._more.setToolTip(line.help)
        self.setAccessibleName(" ".join(filter(None, (line.heading, line.title, line.sentence))))
        settle(self)  # while pictures are drawn it says one thing after the other

    def set_theme(self, palette: Palette) -> None:
        """Take a theme's colours."""
        self._palette = palette
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(320, Size.VERDICT)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, Size.VERDICT)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._palette.panel))
        painter.fillRect(0, 0, self.width(), 1, QColor(self._palette.line))
        painter.end()
