"""The rows above the pages: which page shows and what can be done with pictures; of the wall, what hangs and how."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, QSignalBlocker, QSize, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QMenu, QSizePolicy, QWidget

from app.theme.tokens import Size, Space
from app.translation import tr
from app.widgets.buttons import IconButton, SegmentedControl
from app.widgets.choice_box import ChoiceBox
from app.widgets.value_slider import ValueSlider
from app.workspaces.gallery import words
from app.workspaces.gallery.plan import BY_CLASS, BY_SCORE, COUNTS, DRAWN, ONE, ROWS, TURN
from app.workspaces.gallery.scene import LEAST_TILE, MOST_TILE

PAGES = (
    ("wall", tr("Wall"), "", tr("Hundreds and thousands of pictures of one model.")),
    ("lecture", tr("Lecture"), "", tr("Several models side by side: sharpness, variety, time and likelihood.")),
    ("kept", tr("Kept"), "", tr("The pictures that you starred, labelled or collected.")),
)
BUTTONS = (
    ("undo", "undo"),
    ("redo", "redo"),
    ("draw-on", "play"),
    ("dice", "dice"),
)
"""(command id, icon); the window binds them to the table of commands, which also has their names and keys."""
PASSING = "draw-on"
"""The button that is there only while there is something to go on with."""
EXPORTS = ("save-picture", "save-sheet", "save-zip", "save-npz")
SLIDER = 96


class WordList(ChoiceBox):
    """A list of words to choose from, as wide as its longest word where there is room."""

    picked = Signal(object)

    def __init__(self, name: str, tooltip: str, least: int) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setToolTip(tooltip)
        self.setMinimumWidth(least)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._offered: tuple[tuple[object, str], ...] = ()
        self.activated.connect(lambda index: self.picked.emit(self.itemData(index)))

    def offer(self, choices: Sequence[tuple[object, str]], current: object) -> None:
        """Offer (value, words) with one taken, without a signal."""
        with QSignalBlocker(self):
            if tuple(choices) != self._offered:
                self._offered = tuple(choices)
                self.clear()
                for value, text in choices:
                    self.addItem(text, value)
            self.setCurrentIndex(next((i for i, (value, _) in enumerate(choices) if value == current), 0))

    def minimumSizeHint(self) -> QSize:
        return QSize(self.minimumWidth(), super().minimumSizeHint().height())


class Header(QWidget):
    """Pages at the left, what is done with pictures at the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(Size.HEADER)
        self.pages = SegmentedControl(tr("Page of the gallery"))
        self.pages.set_choices(PAGES)
        self.buttons = {command: IconButton(icon_name, command) for command, icon_name in BUTTONS}
        self.buttons[PASSING].installEventFilter(self)
        self.buttons[PASSING].hide()
        self.save = IconButton("save", tr("Save"), tooltip=tr("Save pictures: one, many, as a sheet, ZIP or NPZ."))
        self.save_menu = QMenu(self)
        self.save.clicked.connect(self._open_menu)
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.M, 0, Space.M, 0)
        row.setSpacing(Space.XS)
        row.addWidget(self.pages)
        row.addStretch(1)
        for button in (*self.buttons.values(), self.save):
            row.addWidget(button)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The window says whether a command can do anything by enabling its button."""
        passing = self.buttons[PASSING]
        if watched is passing and event.type() == QEvent.Type.EnabledChange:
            passing.setVisible(passing.isEnabled())
        return False

    def _open_menu(self) -> None:
        below = self.save.mapToGlobal(QPoint(self.save.width(), self.save.height()))
        self.save_menu.popup(below - QPoint(self.save_menu.sizeHint().width(), 0))


class WallBar(QWidget):
    """What hangs on the wall and how: signals out, ``show_*`` in."""

    count_chosen = Signal(int)
    arrangement_chosen = Signal(str)
    sort_chosen = Signal(str)
    only_chosen = Signal(str)
    size_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(Size.HEADER)
        self.counts = WordList(tr("Number of pictures"), tr("How many pictures hang on the wall."), 96)
        self.arrangements = WordList(
            tr("Arrangement"), tr("Classes as they come, a row a class, or one class alone."), 96
        )
        self.sorts = WordList(tr("Sorted"), tr("The order of the pictures."), 88)
        self.classes = WordList(tr("Class shown"), tr("Show the pictures of one class only."), 88)
        self.tile_size = ValueSlider(LEAST_TILE, MOST_TILE, 1, ratio=True)
        self.tile_size.setFixedWidth(SLIDER)
        self.tile_size.setAccessibleName(tr("Size of a picture"))
        self.tile_size.setToolTip(tr("Size of a picture (Ctrl and the wheel)"))
        self.counts.picked.connect(lambda value: self.count_chosen.emit(int(value)))
        self.arrangements.picked.connect(lambda value: self.arrangement_chosen.emit(str(value)))
        self.sorts.picked.connect(lambda value: self.sort_chosen.emit(str(value)))
        self.classes.picked.connect(lambda value: self.only_chosen.emit(str(value)))
        self.tile_size.value_changed.connect(lambda value, _final: self.size_chosen.emit(round(value)))
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.M, 0, Space.M, Space.XS)
        row.setSpacing(Space.S)
        for part in (self.counts, self.arrangements, self.sorts, self.classes):
            row.addWidget(part)
        row.addStretch(1)
        row.addWidget(self.tile_size)

    def show_wall(self, count: int, arrangement: str, conditional: bool) -> None:
        """How many hang there, and in which arrangement; one that is told classes has a choice."""
        counts = sorted({*COUNTS, count})
        self.counts.offer([(each, words.counted(each)) for each in counts], count)
        ways = [(TURN, tr("Classes mixed")), (ROWS, tr("A row a class")), (ONE, tr("One class"))]
        self.arrangements.offer(ways, arrangement)
        self.arrangements.setVisible(conditional)

    def show_order(self, sort: str, only: str, names: Sequence[str], kind: str) -> None:
        """The order and the class shown; ``kind`` says what they may be sorted by."""
        score = {
            "exact": tr("Likeliest first"),
            "lower bound": tr("Highest bound first"),
            "score": tr("Most real first"),
        }
        sorts = [(DRAWN, tr("As drawn"))]
        sorts += [(BY_CLASS, tr("By class"))] if names else []
        sorts += [(BY_SCORE, score[kind])] if kind in score else []
        self.sorts.offer(sorts, sort)
        self.sorts.setToolTip(tr("The order of the pictures. {sort_help}").format(sort_help=words.SORT_HELP[kind]))
        self.classes.offer([("", tr("All classes")), *((name, name) for name in names)], only)
        self.classes.setVisible(bool(names))
