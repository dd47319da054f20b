"""The line at the window's foot: the engine, times, the seed, progress, and stop."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from app.theme.stylesheet import active
from app.theme.tokens import Motion, Palette, Size, Space, Type
from app.translation import tr
from app.widgets.buttons import IconButton
from app.widgets.elided_label import ElidedLabel
from app.widgets.frames import box, sized, smooth_painter, words


def spell_time(milliseconds: float) -> str:
    """A duration with the unit that suits it: 21 ms, 1.4 s, 73 s, 11 min, 2.5 h."""
    if milliseconds < 1000:
        return (
            tr("{milliseconds:.0f} ms").format(milliseconds=milliseconds)
            if milliseconds >= 10
            else tr("{milliseconds:.1f} ms").format(milliseconds=milliseconds)
        )
    seconds = milliseconds / 1000
    if seconds < 120:
        return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"
    return tr("{n:.0f} min").format(n=seconds / 60) if seconds < 7200 else f"{seconds / 3600:.1f} h"


def _after_dot(text: str) -> str:
    """A fact after the one before it."""
    return f"\u00b7  {text}" if text else ""


class _EngineState(QWidget):
    """A dot and a word; the dot's shape differs too."""

    def __init__(self) -> None:
        super().__init__()
        self._palette, self._state, self._text = active(), "starting", ""
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_state("starting")

    def set_state(self, state: str) -> None:
        texts = {
            "starting": tr("engine starting"),
            "ready": tr("engine ready"),
            "died": tr("engine stopped, starting again"),
            "failed": tr("engine stopped"),
            "closed": tr("engine closed"),
        }
        self._state, self._text = state, texts.get(state, state)
        self.setToolTip(tr("Models run in a process of their own, so that a broken file cannot take the window along."))
        self.updateGeometry()
        self.update()

    def set_theme(self, palette: Palette) -> None:
        self._palette = palette
        self.update()

    def sizeHint(self) -> QSize:
        width = QFontMetrics(sized(self.font(), Type.SECONDARY)).horizontalAdvance(self._text)
        return QSize(width + 16, Size.STATUS_LINE - 4)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, palette = smooth_painter(self), self._palette
        signals = {"ready": palette.ok, "died": palette.error, "failed": palette.error, "starting": palette.warn}
        color = signals.get(self._state, palette.muted)
        spot = QRectF(1, self.height() / 2 - 4, 8, 8)
        if self._state == "ready":
            box(painter, spot, color, None, 4)
        elif self._state in ("died", "failed"):
            box(painter, spot, color, None, 1)
        else:
            box(painter, spot, None, color, 4, 2)
        painter.setFont(sized(self.font(), Type.SECONDARY))
        words(
            painter,
            QRectF(15, 0, self.width() - 15, self.height()),
            self._text,
            palette.muted,
            Qt.AlignmentFlag.AlignLeft,
        )
        painter.end()


class _Progress(QWidget):
    """A bar of 96 px."""

    def __init__(self) -> None:
        super().__init__()
        self._palette, self._fraction = active(), 0.0
        self.setFixedSize(96, 6)

    def set_fraction(self, fraction: float) -> None:
        self._fraction = min(max(fraction, 0.0), 1.0)
        self.setAccessibleDescription(f"{self._fraction * 100:.0f} %")
        self.update()

    def set_theme(self, palette: Palette) -> None:
        self._palette = palette
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = smooth_painter(self)
        area = QRectF(self.rect())
        box(painter, area, self._palette.line, None, 3)
        area.setWidth(max(6.0, area.width() * self._fraction))
        box(painter, area, self._palette.accent, None, 3)
        painter.end()


_LEAST_WORDS = 120
"""Device-independent px: of a sentence that is shown no less than this is shown."""


class StatusLine(QWidget):
    """28 px of facts, each with its unit."""

    stop_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._palette = active()
        self._engine, self._timing, self._seed, self._message = (
            _EngineState(),
            ElidedLabel(),
            ElidedLabel(),
            ElidedLabel(),
        )
        self._words, self._progress = QWidget(), _Progress()
        self._words.installEventFilter(self)
        self._progress.setAccessibleName(tr("Progress"))
        self._stop = IconButton("stop", tr("Stop"), tooltip=tr("Stop (Esc)"), side=24)
        self._stop.clicked.connect(self.stop_clicked)
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(Motion.BUSY_DELAY)
        self._patience.timeout.connect(lambda: self._show_progress(True))
        self._lay_out()
        self.setFixedHeight(Size.STATUS_LINE)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("Status"))

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.M, 0, Space.S, 0)
        row.setSpacing(Space.S)
        row.addWidget(self._engine)
        row.addWidget(self._words, 1)
        for label in (self._timing, self._seed, self._message):
            label.setProperty("role", "muted")
            label.setParent(self._words)
            label.setVisible(False)
        self._timing.setToolTip(
            tr(
                "From your last touch to the first row on screen; the engine's own time to its first row and to all "
                "pictures, or which rows an edit had drawn anew and how long that took: those before the first changed "
                "one are taken over; what sampling without caches would have taken."
            )
        )
        self._seed.setToolTip(tr("The number that all randomness of these pictures came from."))
        self._message.setProperty("role", "secondary")
        for part in (self._progress, self._stop):
            policy = part.sizePolicy()
            policy.setRetainSizeWhenHidden(True)
            part.setSizePolicy(policy)
            part.setVisible(False)
            row.addWidget(part)

    def set_engine(self, state: str) -> None:
        """The engine's state: starting, ready, died, failed or closed."""
        self._engine.set_state(state)

    def set_timing(
        self,
        first_row_ms: float | None,
        total_ms: float | None = None,
        count: int = 1,
        naive_ms: float | None = None,
        felt_ms: float | None = None,
        redrawn: str = "",
    ) -> None:
        """Times of the last completion, ms; what is None is left out.  ``felt_ms``: from the hand to the first row.
        ``redrawn``: which rows were drawn anew and how long that took, where it was not all of them."""
        parts = []
        if felt_ms:
            parts.append(tr("stroke to row {time}").format(time=spell_time(felt_ms)))
        if redrawn:
            parts.append(redrawn)
        elif first_row_ms:
            parts.append(tr("first row {time}").format(time=spell_time(first_row_ms)))
        if total_ms and not redrawn:
            pictures = tr("1 picture") if count == 1 else tr("{count} pictures").format(count=count)
            parts.append(f"{pictures} {spell_time(total_ms)}")
        if naive_ms:
            parts.append(tr("naive {time}").format(time=spell_time(naive_ms)))
        self._say(self._timing, _after_dot("  \u00b7  ".join(parts)))

    def set_seed(self, seed: int | None) -> None:
        """The seed of what is shown."""
        self._say(self._seed, _after_dot("" if seed is None else tr("seed {seed}").format(seed=seed)))

    def set_message(self, text: str) -> None:
        """A sentence after the facts; empty takes it away."""
        self._say(self._message, _after_dot(text))

    def _say(self, label: QLabel, text: str) -> None:
        if label.text() != text:
            label.setText(text)
            self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._words and event.type() == QEvent.Type.Resize:
            self._fit()
        return False

    def _fit(self) -> None:
        """The message comes first, then the seed, then the times as far as there is room; half a word says nothing."""
        room = self._words.width()
        for label, least in ((self._message, _LEAST_WORDS), (self._seed, 0), (self._timing, _LEAST_WORDS)):
            wanted = label.sizeHint().width()
            shown = bool(label.text()) and room >= min(wanted, least or wanted)
            label.setVisible(shown)
            if shown:
                label.resize(min(wanted, room), self._words.height())
                room -= label.width() + Space.S
        x = 0
        for label in (self._timing, self._seed, self._message):
            label.move(x, 0)
            x += label.width() + Space.S if not label.isHidden() else 0

    def set_progress(self, fraction: float | None) -> None:
        """How much is done, 0 to 1; None when nothing runs.  It shows after 100 ms, not before."""
        if fraction is None:
            self._patience.stop()
            self._show_progress(False)
            return
        self._progress.set_fraction(fraction)
        if self._stop.isHidden() and not self._patience.isActive():
            self._patience.start()

    @property
    def running(self) -> bool:
        """Whether it shows that something goes on, and offers to stop it."""
        return not self._stop.isHidden()

    def _show_progress(self, shown: bool) -> None:
        self._progress.setVisible(shown)
        self._stop.setVisible(shown)

    def set_theme(self, palette: Palette) -> None:
        """Take a theme's colours."""
        self._palette = palette
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._palette.panel))
        painter.end()
