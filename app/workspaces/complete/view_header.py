"""The row above the canvas: the pace of the show at the left, the picture's commands at the right."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from app.theme.tokens import Size, Space
from app.translation import tr
from app.widgets.buttons import IconButton
from app.widgets.elided_label import ElidedLabel
from app.widgets.pace_bar import PaceBar
from app.workspaces.complete.state import Example

NAIVE_FROM = 820
"""From this width on there is room for a sentence."""
PRESETS = ("keep-top", "keep-bottom", "keep-left", "keep-right", "keep-scattered", "clear")
BUTTONS = (
    ("undo", "undo"),
    ("redo", "redo"),
    ("fit", "fit"),
    ("copy", "copy"),
    ("save-picture", "save"),
)
"""(command id, icon); the window binds them to the table of commands, which also has their names and keys."""


class Header(QWidget):
    """Signals out, setters in."""

    example_chosen = Signal(int)  # its place among those offered

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(Size.HEADER)
        self.pace = PaceBar()
        self._naive, self._note = "", ElidedLabel()
        self._note.setProperty("role", "muted")
        self.info = IconButton("info", tr("Which given pixels were of no use"), side=24)
        self.buttons = {command: IconButton(icon, command) for command, icon in BUTTONS}
        self.presets = IconButton(
            "presets", tr("Rub out a half"), tooltip=tr("Keep a half of the picture, or scattered pixels.")
        )
        self.examples = IconButton("example", tr("Examples"), tooltip=tr("Pictures to begin with."))
        self.info.hide()
        self._examples_menu = QMenu(self)
        self.presets_menu = QMenu(self)
        self.examples.clicked.connect(lambda: self._open(self._examples_menu, self.examples))
        self.presets.clicked.connect(lambda: self._open(self.presets_menu, self.presets))
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(Space.M, 0, Space.M, 0)
        row.setSpacing(Space.XS)
        row.addWidget(self.pace)
        row.addSpacing(Space.S)
        row.addWidget(self.info)
        row.addWidget(self._note, 1)
        row.addStretch(0)
        row.addSpacing(Space.S)
        for part in (self.examples, self.presets, *self.buttons.values()):
            row.addWidget(part)

    def set_naive_text(self, text: str) -> None:
        """What naive sampling would have taken; where there is no room, the status line alone says so."""
        self._naive = text
        roomy = self.width() >= NAIVE_FROM
        self._row.setStretchFactor(self.pace, 0 if roomy and self._note.text() else 1)
        self._note.setVisible(roomy and bool(self._note.text()))
        self.pace.set_naive_text(text if roomy and not self._note.text() else "")

    def set_note(self, text: str) -> None:
        """What is to be known of the completions: its beginning before the naive time, all of it in the tooltip."""
        self._note.setText(text.partition(":")[0].rstrip(".") + "." if text else "")
        for part in (self._note, self.info):
            part.setToolTip(text)
        self.info.setVisible(bool(text))
        self.set_naive_text(self._naive)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.set_naive_text(self._naive)

    def set_examples(self, examples: Sequence[Example]) -> None:
        """Offer these."""
        self._examples_menu.clear()
        for index, example in enumerate(examples):
            action = self._examples_menu.addAction(example.title)
            action.triggered.connect(lambda _=False, index=index: self.example_chosen.emit(index))
        self.examples.setEnabled(bool(examples))

    def _open(self, menu: QMenu, below: QWidget) -> None:
        menu.popup(below.mapToGlobal(QPoint(0, below.height() + Space.XS)))
