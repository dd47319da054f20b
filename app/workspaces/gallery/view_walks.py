"""The drawer's page of walks: what is swept, the walk as a strip, and the picture one points at seen large."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from app.theme.tokens import Space
from app.translation import tr
from app.widgets.busy_line import BusyLine
from app.widgets.buttons import IconButton, SegmentedControl
from app.widgets.picture_view import PictureView
from app.widgets.value_slider import ValueSlider
from app.widgets.walk_strip import WalkStrip
from app.workspaces.gallery.walks import WalksState
from app.workspaces.gallery.walks_plan import PATH, TITLES, Measured

SLIDER, WIDE = 120, 780
"""Width of the slider of steps, device-independent px, and from which width a page is wide."""
NOT_MEASURED = "\u2013"


class WalksPage(QWidget):
    """Signals out, ``show_state(state)`` in."""

    kind_chosen = Signal(str)
    steps_chosen = Signal(int)
    hold_toggled = Signal(bool)
    end_requested = Signal()
    play_toggled = Signal()
    pointed = Signal(int, int)
    picture_chosen = Signal(int, int)
    save_requested = Signal()
    retry_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kinds: tuple[str, ...] = ()
        self.kinds = SegmentedControl(tr("What is swept"))
        self.steps = ValueSlider(3, 33, 1)
        self.steps.setAccessibleName(tr("Pictures of the walk"))
        self.steps.setFixedWidth(SLIDER)
        self._count = QLabel()
        self._count.setProperty("role", "muted")
        self.hold = QPushButton(tr("Hold the start"))
        self.hold.setCheckable(True)
        self.hold.setToolTip(tr("The start stays; the next picture that is chosen on the wall is the end."))
        self.another = IconButton("dice", tr("Another end"), tooltip=tr("Another end: the next picture of the seed."))
        self.play = IconButton("play", tr("Play the walk"), bordered=True)
        self.save = IconButton(
            "save", tr("Save the strip"), tooltip=tr("Save the strip: all pictures of the walk as one PNG.")
        )
        self.strip, self._large = WalkStrip(), PictureView(160)
        self._large.setAccessibleName(tr("The picture one points at"))
        self._note, self._hint = QLabel(), QLabel()
        for label in (self._note, self._hint):
            label.setProperty("role", "muted")
            label.setWordWrap(True)
        self._retry = QPushButton(tr("Try again"))
        self._busy = BusyLine(self)
        self._lay_out()
        self._connect()

    def _connect(self) -> None:
        self.kinds.chosen.connect(self.kind_chosen)
        self.steps.value_changed.connect(lambda value, final: self._step(int(value), final))
        self.hold.clicked.connect(self.hold_toggled)
        self.another.clicked.connect(self.end_requested)
        self.play.clicked.connect(self.play_toggled)
        self.save.clicked.connect(self.save_requested)
        self._retry.clicked.connect(self.retry_requested)
        self.strip.pointed.connect(self.pointed)
        self.strip.picture_chosen.connect(self.picture_chosen)

    def _step(self, steps: int, final: bool) -> None:
        self._count.setText(f"{steps} pictures")
        if final:
            self.steps_chosen.emit(steps)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(Space.S)
        head.addWidget(self.kinds)
        head.addSpacing(Space.S)
        for part in (self.steps, self._count, self.hold, self.another):
            head.addWidget(part)
        head.addStretch(1)
        head.addWidget(self.play)
        head.addWidget(self.save)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.strip.setProperty("role", "scrolled")
        self._scroll.setWidget(self.strip)
        self._scroll.viewport().setAutoFillBackground(False)
        left = QVBoxLayout()
        left.setSpacing(Space.XS)
        left.addWidget(self._large)
        left.addStretch(1)
        right = QVBoxLayout()
        right.setSpacing(Space.XS)
        right.addWidget(self._hint)
        right.addWidget(self._retry, 0, Qt.AlignmentFlag.AlignLeft)
        right.addWidget(self._scroll, 1)
        right.addWidget(self._note)
        floor = QHBoxLayout()
        floor.setSpacing(Space.L)
        floor.addLayout(left)
        floor.addLayout(right, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.M, Space.S, Space.M, Space.S)
        column.setSpacing(Space.S)
        column.addLayout(head)
        column.addLayout(floor, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._busy.setGeometry(0, 0, self.width(), 2)
        wide = self.width() >= WIDE
        self._large.set_side(max(64, min(self.height() - 64, 196 if wide else 112)))

    def show_state(self, state: WalksState) -> None:
        """Bring the page up to this."""
        self._show_head(state)
        self._busy.set_busy(state.busy)
        there = state.images is not None
        self.strip.set_walk(state.images, state.drawn, state.captions, state.serial)
        self.strip.set_table(table(state.measured))
        self.strip.set_cursor(*state.cursor)
        if state.images is not None:
            self._large.set_pixels(state.images.shape[3], state.images.shape[2])
        self._large.set_image(state.picture)
        self._large.setVisible(there)
        self._scroll.setVisible(there)
        said = str(state.problem) if state.problem is not None else state.hint
        for label, text in ((self._note, state.note), (self._hint, said)):
            label.setText(text)
            label.setVisible(bool(text))
        self._retry.setVisible(state.problem is not None)

    def _show_head(self, state: WalksState) -> None:
        if state.kinds != self._kinds:
            self._kinds = state.kinds
            self.kinds.set_choices([(kind, TITLES[kind][0], "", TITLES[kind][1]) for kind in state.kinds])
        self.kinds.setVisible(bool(state.kinds))
        self.kinds.set_current(state.kind)
        stepped = state.steps_range is not None
        if state.steps_range is not None:
            self.steps.set_range(*state.steps_range)
            self.steps.set_value(state.steps)
            self._count.setText(f"{state.steps} pictures")
        a_path = state.kind == PATH and state.images is not None
        self.steps.setVisible(stepped)
        self._count.setVisible(stepped)
        self.hold.setVisible(a_path)
        self.another.setVisible(a_path)
        self.hold.setChecked(state.held)
        self.play.set_icon("pause" if state.playing else "play")
        self.play.name_it(tr("Stand still") if state.playing else tr("Play the walk"))
        for button in (self.play, self.save):
            button.setVisible(state.images is not None)


def table(measured: tuple[Measured | None, ...]) -> list[tuple[str, list[str]]]:
    """What was measured, a line each, as it stands below the columns."""
    if not any(measured):
        return []
    lines = {
        "Fr\u00e9chet \u2193": ("frechet", 1), "precision \u2191": ("precision", 2), "recall \u2191": ("recall", 2)
    }  # fmt: skip
    return [
        (name, [NOT_MEASURED if m is None else f"{getattr(m, field):.{digits}f}" for m in measured])
        for name, (field, digits) in lines.items()
    ]
