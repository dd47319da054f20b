"""The pace of the show: at once, row by row or pixel by pixel, and what sampling naively would have taken."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from app.theme.stylesheet import active
from app.theme.tokens import Palette, Space
from app.translation import tr
from app.widgets.buttons import SegmentedControl
from app.widgets.elided_label import ElidedLabel
from app.widgets.frames import box, smooth_painter

_WIDTH = 96


class _Position(QWidget):
    """How far the show is."""

    def __init__(self) -> None:
        super().__init__()
        self._palette = active()
        self._fraction: float | None = None
        self.setFixedHeight(4)
        self.setMinimumWidth(32)
        self.setMaximumWidth(_WIDTH)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(_WIDTH, 4)

    def set_fraction(self, fraction: float | None) -> None:
        self._fraction = fraction
        self.update()

    def set_theme(self, palette: Palette) -> None:
        self._palette = palette
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._fraction is None:
            return
        painter = smooth_painter(self)
        area = QRectF(self.rect())
        box(painter, area, self._palette.line, None, 2)
        area.setWidth(area.width() * self._fraction)
        box(painter, area, self._palette.accent, None, 2)
        painter.end()


class PaceBar(QWidget):
    """Instant, rows or pixels; it replays what was drawn and never slows the engine."""

    pace_chosen = Signal(str)  # "instant", "rows", "pixels"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._control = SegmentedControl(tr("Pace"))
        self._position, self._naive = _Position(), ElidedLabel()
        self._naive.setProperty("role", "muted")
        self._control.set_choices(
            [
                ("instant", tr("Instant"), "instant", tr("Show completions as soon as they are drawn")),
                ("rows", tr("Rows"), "rows", tr("Replay row by row")),
                ("pixels", tr("Pixels"), "pixels", tr("Replay pixel by pixel, in the order of drawing")),
            ]
        )
        self._control.set_current("instant")
        self._position.hide()
        self._control.chosen.connect(self.pace_chosen)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.M)
        row.addWidget(self._control)
        row.addWidget(self._position)
        row.addWidget(self._naive, 1)
        row.addStretch()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("Pace"))

    def set_pace(self, name: str) -> None:
        """Show which pace is taken, without a signal."""
        self._control.set_current(name)

    def set_position(self, fraction: float | None) -> None:
        """How far the show is, 0 to 1; None when none runs."""
        self._position.set_fraction(fraction)
        self._position.setVisible(fraction is not None)

    def set_naive_text(self, text: str) -> None:
        """The line that says what naive sampling would have taken."""
        self._naive.setText(text)
        self._naive.setVisible(bool(text))
        self._naive.setToolTip(
            tr("Without caches every pixel needs a whole pass through the model; this is what that would take.")
            if text
            else ""
        )
