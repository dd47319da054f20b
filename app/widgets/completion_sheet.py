"""All completions at once, on a sheet over the canvas."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from app.theme.stylesheet import active
from app.theme.tokens import Palette, Size, Space
from app.widgets.busy_line import BusyLine
from app.widgets.buttons import IconButton
from app.widgets.tile import CAPTION, RING
from app.widgets.tile_grid import TileGrid

_LEAST_TILE, _GREATEST_TILE = 32, 2 * Size.TILE


class CompletionSheet(QWidget):
    """Up to 64 tiles in the squarest grid that fits; Escape or the cross closes it."""

    tile_hovered = Signal(int)  # -1 leaving
    tile_clicked = Signal(int)
    tile_activated = Signal(int)
    enlarge_requested = Signal(int)
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._palette, self._count = active(), 0
        self._grid, self._title = TileGrid(8), QLabel()
        self._title.setProperty("role", "section")
        self._busy = BusyLine(self)
        self._close = IconButton("close", self.tr("Close the sheet"), tooltip=self.tr("Close the sheet (Esc)"))
        self._scroll = QScrollArea()
        self._lay_out()
        self._connect()
        self.setMinimumSize(240, 160)
        self.setAccessibleName(self.tr("All completions"))

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

    def _connect(self) -> None:
        self._grid.tile_hovered.connect(self.tile_hovered)
        self._grid.tile_clicked.connect(self.tile_clicked)
        self._grid.tile_activated.connect(self.tile_activated)
        self._grid.enlarge_requested.connect(self.enlarge_requested)
        self._close.clicked.connect(self.closed)

    def set_count(self, count: int) -> None:
        """How many completions there are."""
        self._count = count
        self._title.setText(self.tr("{count} completions").format(count=count))
        self._grid.set_count(count)
        self._fit()

    def set_images(self, images: NDArray[np.uint8], drawn: NDArray[np.bool_] | None = None) -> None:
        """``images (N, H, W, C)``: overwritten where ``drawn (H, W)``, everywhere if that is None."""
        self._grid.set_images(images, drawn)

    def set_tile(self, index: int, image: NDArray[np.uint8], drawn: NDArray[np.bool_] | None = None) -> None:
        """One tile's picture ``(H, W, C)``, overwriting where ``drawn``."""
        self._grid.set_tile(index, image, drawn)

    def set_selected(self, index: int) -> None:
        """Mark one tile, or none (-1)."""
        self._grid.set_selected(index)

    def set_busy(self, busy: bool) -> None:
        """While busy for more than 100 ms, a line runs along the top."""
        self._grid.set_busy(busy)
        self._busy.set_busy(busy)

    def grid(self) -> TileGrid:
        """The tiles."""
        return self._grid

    def set_theme(self, palette: Palette) -> None:
        """Take a theme's colours."""
        self._palette = palette
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._busy.setGeometry(0, 0, self.width(), 2)
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
