"""The lecture on one screen: a column a model, what is known of each below it, two pictures compared on top."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.theme.tokens import Size, Space
from app.translation import tr
from app.widgets.buttons import IconButton
from app.widgets.compare_pair import Pair, Side
from app.widgets.compare_view import CompareView
from app.widgets.message_card import MessageCard
from app.workspaces.gallery.lecture_state import COUNTS, FEWEST, MOST, REAL, LectureState, Pick
from app.workspaces.gallery.view_header import WordList
from app.workspaces.gallery.view_lecture_column import ColumnView
from engine.contracts.manifest import Manifest

CARD_WIDTH = 520
BAR, LIST, LEAST_LIST = 580, 96, 64
"""Device-independent px: below this width the bar's lists are as narrow as that, and its first button an icon."""
ONE_OF_EACH = tr("A PixelCNN, a VAE and a GAN, side by side.")


def names_of(models: Sequence[Manifest]) -> list[tuple[str, str]]:
    """(id, name) of models of one data set, as the library calls them: the architecture, where two have the same one
    with what the title adds, and where that is the same too the whole title."""
    kinds = [model.architecture for model in models]
    added = [model.title.partition(", ")[2].removesuffix(" only") for model in models]
    names = [
        f"{kind}, {more}" if kinds.count(kind) > 1 and more else kind for kind, more in zip(kinds, added, strict=True)
    ]
    return [
        (model.id, name if name and names.count(name) == 1 else model.title)
        for model, name in zip(models, names, strict=True)
    ]


class LecturePage(QWidget):
    """Signals out, ``show_state`` in."""

    data_chosen = Signal(str)
    preset_requested = Signal()
    class_chosen = Signal(str)
    count_chosen = Signal(int)
    column_added = Signal()
    column_removed = Signal(int)
    model_chosen = Signal(int, str)
    picked = Signal(int, int)
    looked = Signal(int, int, int)
    touched = Signal(int)
    compare_requested = Signal(bool)
    real_wanted = Signal(int)  # in the place of the older (0) or the newer (1) picked picture
    model_wanted = Signal()
    model_told_of = Signal(object)  # a manifest, None without columns
    shown = Signal()  # a state, and all of it

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.data = WordList(tr("Data set"), tr("The data set whose models stand side by side."), LIST)
        self.classes = WordList(tr("Class"), tr("Pictures of one class, or of all."), LIST)
        self.counts = WordList(tr("Pictures a column"), tr("How many pictures each model draws."), LIST)
        self.preset = QPushButton(tr("One of each"))
        self.preset.setToolTip(ONE_OF_EACH)
        self.preset_icon = IconButton("presets", tr("One of each"), tooltip=ONE_OF_EACH)
        self.add = IconButton("plus", tr("Add a column"), tooltip=tr("One more model of this data set."))
        self.compare = QPushButton(tr("Compare"))
        self.compare.setToolTip(
            tr("Click two pictures, then compare the last two: by slider, side by side, as a difference.")
        )
        self._caveat = QLabel()
        self._caveat.setProperty("role", "muted")
        self._caveat.setWordWrap(True)
        self._empty = MessageCard(self)
        self._empty.setMaximumWidth(CARD_WIDTH)
        self._empty.setMinimumHeight(72)
        self._empty.hide()
        self.columns = [ColumnView() for _ in range(MOST)]
        self.comparison = CompareView(self)
        self._compared: tuple[Pick, ...] = ()
        self._connect()
        self._lay_out()
        self.setFocusProxy(self.columns[0].wall)

    def _connect(self) -> None:
        self.data.picked.connect(lambda value: self.data_chosen.emit(str(value)))
        self.classes.picked.connect(lambda value: self.class_chosen.emit(str(value)))
        self.counts.picked.connect(lambda value: self.count_chosen.emit(int(value)))
        for button in (self.preset, self.preset_icon):
            button.clicked.connect(self.preset_requested)
        self.add.clicked.connect(self.column_added)
        self.compare.clicked.connect(lambda: self.compare_requested.emit(True))
        self.comparison.closed.connect(self._back)
        self.comparison.real_requested.connect(self._want_real)
        self._empty.pressed.connect(self.model_wanted)
        for number, view in enumerate(self.columns):
            view.model_chosen.connect(lambda model, number=number: self.model_chosen.emit(number, model))
            view.removed.connect(lambda number=number: self.column_removed.emit(number))
            view.picked.connect(lambda place, number=number: self.picked.emit(number, place))
            view.activated.connect(lambda _, self=self: self.compare_requested.emit(True))
            view.touched.connect(lambda number=number: self.touched.emit(number))
            view.looked.connect(lambda a, b, number=number: self.looked.emit(number, a, b))

    def _back(self) -> None:
        """The comparison was closed: the keys are the wall's that the newest picture is from, if they were its own."""
        focus = QApplication.focusWidget()
        newest = next((pick for pick in reversed(self._compared) if pick.column != REAL), None)
        if newest is not None and (focus is None or self.isAncestorOf(focus)):
            self.columns[newest.column].wall.setFocus()
        self.compare_requested.emit(False)

    def _want_real(self) -> None:
        """A real picture in B's place, whichever of the two is B by now."""
        pair = self.comparison.pair
        if pair is not None and self._compared:
            self.real_wanted.emit(0 if pair.second.pixels is self._compared[0].pixels else 1)

    def _lay_out(self) -> None:
        self._bar = bar = QWidget()
        bar.setFixedHeight(Size.HEADER)
        row = QHBoxLayout(bar)
        row.setContentsMargins(Space.M, 0, Space.M, Space.XS)
        row.setSpacing(Space.S)
        for part in (self.data, self.preset, self.preset_icon, self.classes, self.counts):
            row.addWidget(part)
        row.addStretch(1)
        row.addWidget(self.compare)
        row.addWidget(self.add)
        self._across = QHBoxLayout()
        self._across.setContentsMargins(Space.M, 0, Space.M, Space.M)
        self._across.setSpacing(Space.L)
        for view in self.columns:
            self._across.addWidget(view, 1)
        self._across.addWidget(self._empty, 1, Qt.AlignmentFlag.AlignVCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(bar)
        column.addLayout(self._across, 1)
        words = QHBoxLayout()
        words.setContentsMargins(Space.M, 0, Space.M, Space.S)
        words.addWidget(self._caveat)
        column.addLayout(words)

    def show_state(self, state: LectureState) -> None:
        """Bring everything up to the state."""
        self.data.offer(list(state.data_sets), state.data)
        missing = (
            tr(" (no {words} is installed)").format(words=tr(" and no ").join(state.missing)) if state.missing else ""
        )
        for button in (self.preset, self.preset_icon):
            button.setToolTip(f"{ONE_OF_EACH.removesuffix('.')}{missing}.")
        self.classes.offer([("", tr("All classes")), *((name, name) for name in state.class_names)], state.class_name)
        self.classes.setVisible(bool(state.class_names))
        self.counts.offer([(count, tr("{count} pictures").format(count=count)) for count in COUNTS], state.count)
        self.compare.setEnabled(len(state.picks) == 2)
        self.add.setEnabled(len(state.columns) < min(MOST, len(state.offered)))
        self._caveat.setText(state.caveat)
        self._caveat.setVisible(bool(state.caveat and state.columns))
        self._show_empty(state)
        offered = names_of(state.offered)
        for number, view in enumerate(self.columns):
            view.setVisible(number < len(state.columns))
            if number < len(state.columns):
                view.show_column(state.columns[number], offered, len(state.columns) > FEWEST)
                view.show_picked([pick.place for pick in state.picks if pick.column == number])
        self._level()
        self._show_comparison(state)
        self.model_told_of.emit(state.told_of)
        self.shown.emit()

    def _show_empty(self, state: LectureState) -> None:
        """Without columns it is said what is wanted, where they would be."""
        self._bar.setVisible(bool(state.columns))
        self._empty.setVisible(not state.columns)
        if not state.columns:
            self._empty.set_message(state.caveat, "", tr("Open a model"), error=False)

    def _level(self) -> None:
        """Words of one kind are on one height in all columns."""
        shown = [view for view in self.columns if not view.isHidden()]
        if not shown:
            return
        width = (self.width() - 2 * Space.M - (len(shown) - 1) * Space.L) // len(shown)
        needed = [view.heights(width) for view in shown]
        most = {key: max(heights[key] for heights in needed) for key in needed[0]}
        for view in shown:
            view.level(most)

    def resizeEvent(self, event: QResizeEvent) -> None:
        narrow = event.size().width() < BAR
        self.preset.setVisible(not narrow)
        self.preset_icon.setVisible(narrow)
        for words in (self.data, self.classes, self.counts):
            words.setMinimumWidth(LEAST_LIST if narrow else LIST)
        self._level()

    def _show_comparison(self, state: LectureState) -> None:
        self.comparison.offer_real(state.real)
        if state.comparing and len(state.picks) == 2:
            one, other = state.picks
            if self._compared is not state.picks:
                self._compared = state.picks
                self.comparison.open(Pair(Side(one.pixels, one.title), Side(other.pixels, other.title)))
        elif self._compared:
            self._compared = ()
            self.comparison.close_it()
