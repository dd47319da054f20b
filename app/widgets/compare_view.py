"""Two pictures compared, over whatever they were chosen from; Escape leads back.

1, 2 and 3 take the slider, side by side and the difference; the arrow keys move the divider (Shift in larger steps),
Home and End put it at an edge; X exchanges A and B.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.theme.stylesheet import active
from app.theme.tokens import Palette, Space
from app.translation import tr
from app.widgets.buttons import IconButton, SegmentedControl
from app.widgets.compare_pair import MODES, Pair
from app.widgets.compare_stage import KEYS, CompareStage
from app.widgets.elided_label import ElidedLabel
from app.widgets.frames import box, smooth_painter

_MODE_KEYS = dict(zip((Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3), MODES, strict=True))


class CompareView(QWidget):
    """Covers its parent while it is open."""

    closed = Signal()
    mode_changed = Signal(str)
    real_requested = Signal()  # a real picture in B's place

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._palette = active()
        self._pair: Pair | None = None
        self._mode = MODES[0]
        self.modes = SegmentedControl(tr("How the pictures are compared"))
        self.modes.set_choices(
            (
                ("slider", tr("Slider"), "", tr("A at the left of a divider, B at its right (1)")),
                ("beside", tr("Side by side"), "", tr("A beside B (2)")),
                ("difference", tr("Difference"), "", tr("Where B is darker, and where lighter, than A (3)")),
            )
        )
        self.exchange = QPushButton(tr("Swap"))
        self.exchange.setAccessibleName(tr("Swap A and B"))
        self.exchange.setToolTip(tr("Swap A and B (X)"))
        self.real = QPushButton(tr("Real picture"))
        self.real.setToolTip(tr("Put a picture of the data set in B's place; press again for another one."))
        self.close_button = IconButton("close", tr("Back to the columns"), tooltip=tr("Back (Esc)"))
        self.stage = CompareStage()
        self.readout = ElidedLabel()
        self.readout.setProperty("role", "muted")
        self._lay_out()
        self._connect()
        self.setFocusProxy(self.stage)
        self.setAccessibleName(tr("Two pictures compared"))
        self.real.hide()
        self.hide()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(Space.S)
        head.addWidget(self.modes)
        head.addStretch(1)
        head.addWidget(self.close_button)
        foot = QHBoxLayout()
        foot.setSpacing(Space.S)
        foot.addWidget(self.readout, 1)
        foot.addWidget(self.exchange)
        foot.addWidget(self.real)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.M, Space.S, Space.M, Space.S)
        column.setSpacing(Space.XS)
        column.addLayout(head)
        column.addWidget(self.stage, 1)
        column.addLayout(foot)

    def _connect(self) -> None:
        self.modes.chosen.connect(self.set_mode)
        self.exchange.clicked.connect(self.swap)
        self.real.clicked.connect(self.real_requested)
        self.close_button.clicked.connect(self.close_it)
        self.stage.pixel_hovered.connect(self._read_out)

    # -- what is shown ---------------------------------------------------------------------------------------------

    @property
    def pair(self) -> Pair | None:
        """A and B as they show."""
        return self._pair

    @property
    def mode(self) -> str:
        """One of `MODES`, as far as the pictures allow."""
        return self._mode if self._pair is None or self._pair.same_size else "beside"

    def offer_real(self, offered: bool) -> None:
        """Whether real pictures can be had."""
        self.real.setVisible(offered)

    def open(self, pair: Pair) -> None:
        """Compare these two, and take the keyboard."""
        fresh = self.isHidden()
        self._pair = pair
        self._show()
        below = self.parentWidget()
        if below is not None:
            self._cover()
            if fresh:
                below.installEventFilter(self)
        self.show()
        self.raise_()
        if fresh:
            self.stage.setFocus(Qt.FocusReason.OtherFocusReason)

    def close_it(self) -> None:
        """Back to what lies below."""
        if self.isHidden():
            return
        below, focus = self.parentWidget(), QApplication.focusWidget()
        had_keys = focus is not None and self.isAncestorOf(focus)
        self.hide()
        if below is not None:
            below.removeEventFilter(self)
            if had_keys:  # else they would go to whatever comes next in the window
                below.setFocus()
        self.closed.emit()

    def set_mode(self, mode: str) -> None:
        """Compare in another way."""
        if mode in MODES and mode != self._mode and (self._pair is None or self._pair.same_size or mode == "beside"):
            self._mode = mode
            self.mode_changed.emit(mode)
        self._show()

    def swap(self) -> None:
        """B is A now, and A is B."""
        if self._pair is not None:
            self._pair = self._pair.swapped()
            self._show()

    def set_theme(self, palette: Palette) -> None:
        """Take a theme's colours."""
        self._palette = palette
        self.update()

    def _show(self) -> None:
        """Bring the parts up to pair and mode."""
        self.stage.show_pair(self._pair, self.mode)
        self.modes.set_current(self.mode)
        self.modes.setEnabled(self._pair is None or self._pair.same_size)
        self._read_out("")

    def _read_out(self, pixel: str) -> None:
        self.readout.setText(pixel or (self._pair.verdict() if self._pair is not None else ""))

    def _cover(self) -> None:
        below = self.parentWidget()
        if below is not None:
            self.setGeometry(below.rect())

    # -- events ----------------------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """What lies below has another size."""
        if watched is self.parentWidget() and event.type() == QEvent.Type.Resize:
            self._cover()
        return False

    def event(self, event: QEvent) -> bool:
        """Keys that mean something here come here before the window's shortcuts."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._is_own(event):
            event.accept()
            return True
        return super().event(event)

    def _is_own(self, event: QKeyEvent) -> bool:
        key = Qt.Key(event.key())
        kept = Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier
        own = key in KEYS or key in _MODE_KEYS or key in (Qt.Key.Key_Escape, Qt.Key.Key_X)
        return own and not event.modifiers() & ~kept

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Escape:
            self.close_it()
        elif key in _MODE_KEYS:
            self.set_mode(_MODE_KEYS[key])
        elif key == Qt.Key.Key_X:
            self.swap()
        else:
            event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = smooth_painter(self)
        box(painter, QRectF(self.rect()), self._palette.window, None, 0)
        painter.end()
