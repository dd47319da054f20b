"""One model of the lecture on screen: which, its wall, its figures, and what one sees of its family."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QObject, QRect, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from app.theme.tokens import Space
from app.translation import tr
from app.widgets.buttons import IconButton
from app.widgets.tile_wall import TileWall
from app.widgets.wall_source import NO_MARKS, Marks
from app.workspaces.gallery import words
from app.workspaces.gallery.lecture_state import SEEN, Column
from app.workspaces.gallery.view_header import WordList
from engine.contracts.events import Measured

TILE_LEAST, GAP = 24, 6
BESIDE = 190
"""Below this width, device-independent px, a figure stands below its name instead of beside it."""
LINES = (
    ("sharpness", tr("Sharpness"), tr("Variance of the Laplacian over that of real pictures, which have 1.")),
    ("diversity", tr("Diversity"), tr("Variance of pixels within a class over that of real pictures, which have 1.")),
    ("time", tr("Time"), tr("What the engine took for a picture, in the quickest piece: without opening the model.")),
    ("likelihood", tr("Likelihood"), tr("What the model's card says of test pictures, and what kind of figure it is.")),
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
        return words.caption(index, self._name)

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
    touched = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.models = WordList(tr("Model of this column"), tr("The model whose pictures stand here."), 96)
        self.models.setSizeAdjustPolicy(WordList.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.models.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)  # it fills its column
        self.remove = IconButton("close", tr("Remove this column"), tooltip=tr("Remove this column"))
        self.wall = TileWall()
        self.wall.setMinimumHeight(72)
        self._figures: dict[str, QLabel] = {}
        self._names: dict[str, QLabel] = {}
        self._below: bool | None = None
        self._names_width = 0
        self._told, self._seen = QLabel(), QLabel()
        for label in (self._told, self._seen):
            label.setWordWrap(True)
            label.setProperty("role", "muted")
            label.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._shown: tuple[int, int] | None = None
        self._count = 0
        self.models.picked.connect(lambda value: self.model_chosen.emit(str(value)))
        self.remove.clicked.connect(self.removed)
        self.wall.current_changed.connect(self.picked)
        self.wall.activated.connect(self.activated)
        self.wall.view_changed.connect(self.looked)
        for part in (self.wall.viewport(), self.wall, self.models):
            part.installEventFilter(self)
        self._lay_out()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.models, 1)
        head.addWidget(self.remove)
        table = self._table = QGridLayout()
        table.setHorizontalSpacing(Space.S)
        table.setVerticalSpacing(Space.XS)
        table.setColumnStretch(1, 1)
        for key, title, help_text in LINES:
            name, value = QLabel(title), QLabel()
            name.setProperty("role", "muted")
            name.setContentsMargins(0, 1, 0, 0)  # its letters are smaller: on one line with the value's
            value.setWordWrap(True)
            value.setAlignment(Qt.AlignmentFlag.AlignTop)
            policy = value.sizePolicy()  # with it kept, but for the width that words would like
            policy.setHorizontalPolicy(QSizePolicy.Policy.Ignored)
            value.setSizePolicy(policy)
            for label in (name, value):
                label.setToolTip(help_text)
            value.setAccessibleName(title)
            self._figures[key], self._names[key] = value, name
            self._names_width = max(self._names_width, name.sizeHint().width())
        self._place_figures(below=False)
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
        self.models.setToolTip(tr("{title}: the model whose pictures stand here.").format(title=column.manifest.title))
        self._tell(str(column.problem) if column.problem is not None else column.told, column.problem is not None)
        self._seen.setText(SEEN.get(column.manifest.family, ""))
        for key, text in figures_of(column).items():
            self._figures[key].setText(text)
        self._figures["likelihood"].setToolTip(column.likelihood.note)

    def _tell(self, text: str, wrong: bool) -> None:
        """What is to be said of the class, or what is wrong."""
        self._told.setText(text)
        role = "warn" if wrong else "muted"
        if self._told.property("role") != role:
            self._told.setProperty("role", role)
            self._told.style().polish(self._told)

    def heights(self, width: int) -> dict[str, int]:
        """What its words take up where it is so wide, by what they are of, device-independent px."""
        self._place_figures(below=width < BESIDE)
        beside = width if self._below else width - self._names_width - Space.S
        needed = {key: _height(label, beside) for key, label in self._figures.items()}
        return {**needed, "seen": _height(self._seen, width), "told": _height(self._told, width)}

    def _place_figures(self, below: bool) -> None:
        """Beside their names, or below them."""
        if below == self._below:
            return
        self._below = below
        for row, (key, name) in enumerate(self._names.items()):
            value = self._figures[key]
            for part in (name, value):
                self._table.removeWidget(part)
            self._table.addWidget(name, 2 * row, 0, 1, 2 if below else 1, Qt.AlignmentFlag.AlignTop)
            place = (2 * row + 1, 0, 1, 2) if below else (2 * row, 1, 1, 1)
            self._table.addWidget(value, *place, Qt.AlignmentFlag.AlignTop)
        self._table.setVerticalSpacing(0 if below else Space.XS // 2)

    def level(self, heights: Mapping[str, int]) -> None:
        """Give its words so much room, which is what those of the column with most to say need."""
        for key, label in {**self._figures, "seen": self._seen, "told": self._told}.items():
            label.setMinimumHeight(heights[key])
        self._told.setVisible(heights["told"] > 0)

    def show_picked(self, places: Collection[int]) -> None:
        """These pictures are picked, and no others: any other can be clicked again."""
        if self.wall.current >= 0 and self.wall.current not in places:
            self.wall.forget()
        if set(self.wall.selection()) != set(places):
            self.wall.select(places)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The wall has another size, or the keys are the column's."""
        if watched is self.wall.viewport() and event.type() == QEvent.Type.Resize:
            self._fit()
        elif event.type() == QEvent.Type.FocusIn:
            self.touched.emit()
        return False

    def _fit(self) -> None:
        """Tiles as large as all of them have room for."""
        room = self.wall.viewport().size()
        if self._shown is not None and self._count:
            self.wall.set_tile_size(max(TILE_LEAST, tile_side(self._count, room.width(), room.height())))

    def figure(self, key: str) -> str:
        """The words that stand beside a figure's name."""
        return self._figures[key].text()


def _height(label: QLabel, width: int) -> int:
    """What a label's words take up in so much width, whatever room it was given before; 0 without words."""
    room = QRect(0, 0, max(1, width), 10_000)
    return (
        label.fontMetrics().boundingRect(room, Qt.TextFlag.TextWordWrap, label.text()).height() if label.text() else 0
    )


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
        "time": tr("{ms_per_picture:.3g} ms a picture").format(ms_per_picture=column.ms_per_picture)
        if column.ms_per_picture
        else waiting,
        "likelihood": f"{likelihood.value} ({likelihood.kind})",
    }


def diversity_of(column: Column) -> str:
    """The ratio to real pictures; where all classes were drawn, which of them never came too."""
    text, measured = ratio(column.measured, "diversity"), column.measured
    if measured is not None and measured.missing and not column.of_one_class:
        text += tr("; none taken for {words}").format(words=", ".join(measured.missing[:3]))
    return text


def ratio(measured: Measured | None, key: str) -> str:
    """A ratio to real pictures with its spread."""
    if measured is None:
        return ""
    return tr("{getattr:.2f} ± {getattr2:.2f} of real").format(
        getattr=getattr(measured, key), getattr2=getattr(measured, key + "_spread")
    )
