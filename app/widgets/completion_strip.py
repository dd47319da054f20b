"""The strip below the canvas: up to eight completions in one row, and a way to the sheet with all of them."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QStackedLayout, QVBoxLayout, QWidget

from app.theme.tokens import Size, Space
from app.translation import tr
from app.widgets.completion_tiles import CompletionTiles
from app.widgets.message_card import MessageCard
from app.widgets.settling import settle
from app.widgets.tile import CAPTION, RING

IN_ROW = 8
_LEAST_WIDTH = 320


class CompletionStrip(CompletionTiles):
    """One row of numbered tiles; an error, or why there are none, stands in their place."""

    sheet_requested = Signal()
    remedy_requested = Signal()

    def __init__(self, parent: QWidget | None = None, *, sheet: bool = True) -> None:
        super().__init__(IN_ROW, parent)
        self._card = MessageCard()
        self._sheet = QPushButton(tr("All"), self)
        self._beside = self._sheet if sheet else QWidget()  # tiles stand below those of a strip that has one
        self._sheet.setVisible(False)
        self._sheet.clicked.connect(self.sheet_requested)
        self._card.pressed.connect(self.remedy_requested)
        self._stack = self._lay_out()
        self.setFixedHeight(Size.STRIP)
        self.setMinimumWidth(_LEAST_WIDTH)  # the tiles follow the width, not the width the tiles
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("Completions"))

    def _lay_out(self) -> QStackedLayout:
        row = self._row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(Space.M)
        line.addStretch()
        line.addWidget(self._grid, 0, Qt.AlignmentFlag.AlignVCenter)
        line.addWidget(self._beside, 0, Qt.AlignmentFlag.AlignVCenter)
        line.addStretch()
        error = QWidget()
        column = QVBoxLayout(error)
        column.setContentsMargins(Space.L, Space.S, Space.L, Space.S)  # two lines have room on a low strip too
        column.addWidget(self._card)
        stack = QStackedLayout(self)
        stack.addWidget(row)
        stack.addWidget(error)
        return stack

    def set_count(self, count: int) -> None:
        """How many completions there are; those beyond eight are in the sheet."""
        self._count = count
        self._grid.set_count(min(count, IN_ROW))
        self._beside.setVisible(count > IN_ROW)
        self._sheet.setText(tr("All {count}").format(count=count))
        self._sheet.setAccessibleName(tr("Show all {count} completions").format(count=count))
        self._sheet.setToolTip(tr("Show all {count} completions on one sheet").format(count=count))
        if self._beside is not self._sheet:
            self._beside.setFixedWidth(self._sheet.sizeHint().width())
        self._fit()

    def set_error(self, problem: str, remedy: str = "", action: str | None = None) -> None:
        """Show an error in the tiles' place, with a button (``remedy_requested``); "" takes it away."""
        word = tr("Try again") if action is None else action
        self._card.set_message(problem, remedy, word)
        self._stack.setCurrentIndex(1 if problem else 0)

    def set_note(self, text: str, remedy: str, action: str = "") -> None:
        """Say in the tiles' place why there are none, with a button (``remedy_requested``) if there is a word for it;
        `set_error` with nothing takes it away."""
        self._card.set_message(text, remedy, action, error=False)
        self._stack.setCurrentIndex(1)

    def _fit(self) -> None:
        """As large as the width allows, up to `Size.TILE`."""
        count = max(1, min(self._count, IN_ROW))
        taken = 2 * Space.M + (self._sheet.sizeHint().width() + Space.M if self._count > IN_ROW else 0)
        room = (self.width() - taken - (count - 1) * Space.XS) // count - 2 * RING
        self._grid.set_limit(max(16, min(Size.TILE, room, self.height() - 2 * RING - CAPTION)))
        settle(self._grid, self._row, self)

    def set_height(self, height: int) -> None:
        """Be so high; tiles are the smaller for it."""
        self.setFixedHeight(height)
        self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._palette.panel))
        painter.end()
