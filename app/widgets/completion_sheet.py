"""All completions at once, on a sheet over the canvas."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from app.theme.tokens import Size, Space
from app.translation import tr
from app.widgets.buttons import IconButton
from app.widgets.completion_tiles import CompletionTiles
from app.widgets.tile import CAPTION, RING

_LEAST_TILE, _GREATEST_TILE = 32, 2 * Size.TILE


class CompletionSheet(CompletionTiles):
    """Up to 64 tiles in the squarest grid that fits; Escape or the cross closes it."""

    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(8, parent)
        self._title = QLabel()
        self._title.setProperty("role", "section")
        self._close = IconButton("close", tr("Close the sheet"), tooltip=tr("Close the sheet (Esc)"))
        self._scroll = QScrollArea()
        self._close.clicked.connect(self.closed)
        self._lay_out()
        self.setMinimumSize(240, 160)
        self.setAccessibleName(tr("All completions"))

    def _lay_out(self) -> None:
        self._scroll.setWidget(self._grid)
        self._scroll.setWidgetResizable(False)
        self._scroll.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._grid.setAutoFillBackground(False)
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self._close)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        column.setSpacing(Space.S)
        column.addLayout(head)
        column.addWidget(self._scroll, 1)

    def set_count(self, count: int) -> None:
        """How many completions there are."""
        self._count = count
        self._title.setText(tr("{count} completions").format(count=count))
        self._grid.set_count(count)
        self._fit()

    def _fit(self) -> None:
        """The number of columns with which the tiles are largest, without scrolling where that can be."""
        if not self._count:
            return
        width = self.width() - 2 * Space.L - 12
        height = self.height() - 2 * Space.M - Size.CONTROL - Space.S

        def side(columns: int) -> float:
            rows = math.ceil(self._count / columns)
            across = (width + Space.XS) / columns - Space.XS - 2 * RING
            down = (height + Space.XS) / rows - Space.XS - 2 * RING - CAPTION
            return min(across, down)

        best = max(range(1, min(self._count, 16) + 1), key=side)
        self._grid.set_columns(best)
        self._grid.set_limit(int(max(_LEAST_TILE, min(_GREATEST_TILE, side(best)))))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._palette.window))
        painter.end()
