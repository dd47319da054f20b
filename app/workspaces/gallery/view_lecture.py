"""The lecture on one screen: a column a model, what is known of each below it, two pictures compared on top."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import (
    QApplication,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.theme.tokens import Size, Space
from app.widgets.buttons import IconButton
from app.widgets.compare_pair import Pair, Side
from app.widgets.compare_view import CompareView
from app.widgets.tile_wall import TileWall
from app.widgets.wall_source import NO_MARKS, Marks
from app.workspaces.gallery.lecture_state import COUNTS, FEWEST, MOST, SEEN, Column, LectureState, Pick
from app.workspaces.gallery.view_header import WordList
from engine.contracts.events import Measured

TILE_LEAST, GAP = 24, 6
LINES = (
    ("sharpness", "Sharpness", "Variance of the Laplacian over that of real pictures, which have 1."),
    ("diversity", "Diversity", "Variance of pixels within a class over that of real pictures, which have 1."),
    ("time", "Time", "What the engine took for a picture, in the quickest piece: without opening the model."),
    ("likelihood", "Likelihood", "What the model's card says of test pictures, and what kind of figure it is."),
)


class ColumnTiles:
    """A column's pictures as a wall reads them."""

    columns, order = None, None
    row_titles: Sequence[str] = ()

    def __init__(self, column: Column) -> None:
        self.images, self.drawn, self.count = column.images, column.drawn, len(column.images)
        self._name = column.manifest.architecture

    images: NDArray[np.uint8]
    drawn: NDArray[np.bool_]
    count: int

    def captions(self, index: int) -> str:
        """What a picture is called."""
        return f"{self._name}, picture {index + 1}"

    def marks(self, index: int) -> Marks:
        """None."""
        return NO_MARKS


class ColumnView(QWidget):
    """One model: which, its wall, its figures."""

    model_chosen = Signal(str)
    removed = Signal()
    picked = Signal(int)
    activated = Signal(int)
    looked = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.models = WordList("Model of this column", "The model whose pictures stand here.", 120)
        self.remove = IconButton("close", "Remove this column", tooltip="Remove this column")
        self.wall = TileWall()
        self.wall.setMinimumHeight(72)
        self._figures: dict[str, QLabel] = {}
        self._told, self._seen = QLabel(), QLabel()
        for label in (self._told, self._seen):
            label.setWordWrap(True)
            label.setProperty("role", "muted")
        self._shown: tuple[int, int] | None = None
        self._count = 0
        self.models.picked.connect(lambda value: self.model_chosen.emit(str(value)))
        self.remove.clicked.connect(self.removed)
        self.wall.current_changed.connect(self.picked)
        self.wall.activated.connect(self.activated)
        self.wall.view_changed.connect(self.looked)
        self.wall.viewport().installEventFilter(self)
        self._lay_out()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.models, 1)
        head.addWidget(self.remove)
        table = QGridLayout()
        table.setHorizontalSpacing(Space.S)
        table.setVerticalSpacing(Space.XS)
        table.setColumnStretch(1, 1)
        for row, (key, title, help_text) in enumerate(LINES):
            name, value = QLabel(title), QLabel()
            name.setProperty("role", "muted")
            value.setWordWrap(True)
            policy = value.sizePolicy()  # with it kept, but for the width that words would like
            policy.setHorizontalPolicy(QSizePolicy.Policy.Ignored)
            value.setSizePolicy(policy)
            for label in (name, value):
                label.setToolTip(help_text)
            value.setAccessibleName(title)
            table.addWidget(name, row, 0, Qt.AlignmentFlag.AlignTop)
            table.addWidget(value, row, 1, Qt.AlignmentFlag.AlignTop)
            self._figures[key] = value
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        column.addLayout(head)
        column.addWidget(self._told)
        column.addWidget(self.wall, 1)
        column.addLayout(table)
        column.addWidget(self._seen)

    def show_column(self, column: Column, offered: Sequence[tuple[str, str]], removable: bool) -> None:
        """Bring everything up to the column."""
        self.models.offer(list(offered), column.manifest.id)
        self.remove.setEnabled(removable)
        shown = (id(column.manifest), column.serial)
        if shown != self._shown:
            self._shown = shown
            self.wall.set_source(ColumnTiles(column))
            if self._count != len(column.images):
                self._count = len(column.images)
                self._fit()
        self._told.setText(str(column.problem) if column.problem is not None else column.told)
        self._told.setVisible(bool(self._told.text()))
        self._seen.setText(SEEN.get(column.manifest.family, ""))
        for key, text in figures_of(column).items():
            self._figures[key].setText(text)
        self._figures["likelihood"].setToolTip(column.likelihood.note)

    def show_picked(self, places: Collection[int]) -> None:
        """These pictures are picked, and no others: any other can be clicked again."""
        if self.wall.current >= 0 and self.wall.current not in places:
            self.wall.forget()
        if set(self.wall.selection()) != set(places):
            self.wall.select(places)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The wall has another size."""
        if watched is self.wall.viewport() and event.type() == QEvent.Type.Resize:
            self._fit()
        return False

    def _fit(self) -> None:
        """Tiles as large as all of them have room for."""
        room = self.wall.viewport().size()
        if self._shown is not None and self._count:
            self.wall.set_tile_size(max(TILE_LEAST, tile_side(self._count, room.width(), room.height())))

    def figure(self, key: str) -> str:
        """The words that stand beside a figure's name."""
        return self._figures[key].text()


def tile_side(count: int, width: int, height: int) -> int:
    """The side of the largest tiles of which ``count`` are in view at once, device-independent px."""
    across, down = width - 2 * Space.M + GAP, height - 2 * Space.M + GAP
    return max(min(across // columns, down // -(-count // columns)) for columns in range(1, count + 1)) - GAP


def figures_of(column: Column) -> dict[str, str]:
    """The words beside each figure's name; none is ever empty."""
    measured, waiting = column.measured, "measuring\u2026" if column.measuring or column.running else "\u2013"
    likelihood = column.likelihood
    return {
        "sharpness": ratio(measured, "sharpness") or waiting,
        "diversity": diversity_of(column) or waiting,
        "time": f"{column.ms_per_picture:.3g} ms a picture" if column.ms_per_picture else waiting,
        "likelihood": f"{likelihood.value} ({likelihood.kind})",
    }


def diversity_of(column: Column) -> str:
    """The ratio to real pictures; where all classes were drawn, which of them never came too."""
    text, measured = ratio(column.measured, "diversity"), column.measured
    if measured is not None and measured.missing and not column.of_one_class:
        text += f"; none taken for {', '.join(measured.missing[:3])}"
    return text


def ratio(measured: Measured | None, key: str) -> str:
    """A ratio to real pictures with its spread."""
    if measured is None:
        return ""
    return f"{getattr(measured, key):.2f} \u00b1 {getattr(measured, key + '_spread'):.2f} of real"


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
    compare_requested = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.data = WordList("Data set", "The data set whose models stand side by side.", 96)
        self.classes = WordList("Class", "Pictures of one class, or of all.", 96)
        self.counts = WordList("Pictures a column", "How many pictures each model draws.", 96)
        self.preset = QPushButton("PixelCNN, VAE, GAN")
        self.preset.setToolTip("One model of each family, side by side.")
        self.add = IconButton("plus", "Add a column", tooltip="One more model of this data set.")
        self.compare = QPushButton("Compare")
        self.compare.setToolTip(
            "Click two pictures, then compare the last two: by slider, side by side, as a difference."
        )
        self._caveat = QLabel()
        self._caveat.setProperty("role", "muted")
        self._caveat.setWordWrap(True)
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
        self.preset.clicked.connect(self.preset_requested)
        self.add.clicked.connect(self.column_added)
        self.compare.clicked.connect(lambda: self.compare_requested.emit(True))
        self.comparison.closed.connect(self._back)
        for number, view in enumerate(self.columns):
            view.model_chosen.connect(lambda model, number=number: self.model_chosen.emit(number, model))
            view.removed.connect(lambda number=number: self.column_removed.emit(number))
            view.picked.connect(lambda place, number=number: self.picked.emit(number, place))
            view.activated.connect(lambda _, self=self: self.compare_requested.emit(True))
            view.looked.connect(lambda a, b, number=number: self.looked.emit(number, a, b))

    def _back(self) -> None:
        """The comparison was closed: the keys are the wall's that the newest picture is from, if they were its own."""
        focus = QApplication.focusWidget()
        if self._compared and (focus is None or self.isAncestorOf(focus)):
            self.columns[self._compared[-1].column].wall.setFocus()
        self.compare_requested.emit(False)

    def _lay_out(self) -> None:
        bar = QWidget()
        bar.setFixedHeight(Size.HEADER)
        row = QHBoxLayout(bar)
        row.setContentsMargins(Space.M, 0, Space.M, Space.XS)
        row.setSpacing(Space.S)
        for part in (self.data, self.preset, self.classes, self.counts):
            row.addWidget(part)
        row.addStretch(1)
        row.addWidget(self.compare)
        row.addWidget(self.add)
        self._across = QHBoxLayout()
        self._across.setContentsMargins(Space.M, 0, Space.M, Space.M)
        self._across.setSpacing(Space.L)
        for view in self.columns:
            self._across.addWidget(view, 1)
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
        missing = f" (no {' and no '.join(state.missing)} is installed)" if state.missing else ""
        self.preset.setToolTip(f"One model of each family, side by side{missing}.")
        self.classes.offer([("", "All classes"), *((name, name) for name in state.class_names)], state.class_name)
        self.classes.setVisible(bool(state.class_names))
        self.counts.offer([(count, f"{count} pictures") for count in COUNTS], state.count)
        self.compare.setEnabled(len(state.picks) == 2)
        self.add.setEnabled(len(state.columns) < min(MOST, len(state.offered)))
        self._caveat.setText(state.caveat)
        self._caveat.setVisible(bool(state.caveat))
        offered = [(model.id, model.title) for model in state.offered]
        for number, view in enumerate(self.columns):
            view.setVisible(number < len(state.columns))
            if number < len(state.columns):
                view.show_column(state.columns[number], offered, len(state.columns) > FEWEST)
                view.show_picked([pick.place for pick in state.picks if pick.column == number])
        self._show_comparison(state)

    def _show_comparison(self, state: LectureState) -> None:
        if state.comparing and len(state.picks) == 2:
            one, other = state.picks
            if self._compared is not state.picks:
                self._compared = state.picks
                self.comparison.open(Pair(Side(one.pixels, one.title), Side(other.pixels, other.title)))
        elif self._compared:
            self._compared = ()
            self.comparison.close_it()
