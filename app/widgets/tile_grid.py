"""Numbered tiles in rows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from app.theme.tokens import Size, Space
from app.widgets.tile import Tile


class TileGrid(QWidget):
    """Tiles 0..n-1, row by row; arrow keys go from one to the next."""

    tile_hovered = Signal(int)  # -1 leaving
    tile_clicked = Signal(int)
    tile_activated = Signal(int)
    enlarge_requested = Signal(int)

    def __init__(self, columns: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._columns, self._limit, self._selected = columns, Size.TILE, -1
        self._tiles: list[Tile] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(Space.XS)
        self._grid.setSizeConstraint(QGridLayout.SizeConstraint.SetFixedSize)

    def tiles(self) -> list[Tile]:
        """The tiles there are."""
        return self._tiles

    def set_count(self, count: int) -> None:
        """Have this many tiles; those that stay keep their pictures."""
        while len(self._tiles) > count:
            tile = self._tiles.pop()
            self._grid.removeWidget(tile)
            tile.hide()
            tile.deleteLater()
        while len(self._tiles) < count:
            self._add(len(self._tiles))
        self.set_selected(self._selected)

    def _add(self, index: int) -> None:
        tile = Tile(index, self._limit, self)
        tile.entered.connect(self.tile_hovered)
        tile.left.connect(lambda _index: self.tile_hovered.emit(-1))
        tile.clicked.connect(lambda: self.tile_clicked.emit(index))
        tile.activated.connect(self.tile_activated)
        tile.enlarge.connect(self.enlarge_requested)
        self._tiles.append(tile)
        self._grid.addWidget(tile, *divmod(index, self._columns))

    def set_columns(self, columns: int) -> None:
        """Lay them out in rows of this many."""
        if columns != self._columns:
            self._columns = columns
            for index, tile in enumerate(self._tiles):
                self._grid.addWidget(tile, *divmod(index, columns))

    def set_limit(self, limit: int) -> None:
        """The greatest side of a tile's picture, device-independent px."""
        self._limit = limit
        for tile in self._tiles:
            tile.set_limit(limit)

    def set_images(self, images: NDArray[np.uint8], drawn: NDArray[np.bool_] | None = None) -> None:
        """``images (N, H, W, C)``, overwriting where ``drawn (H, W)``; more of them than tiles are left out."""
        for tile, image in zip(self._tiles, images, strict=False):
            tile.set_image(image, drawn)

    def set_tile(
        self, index: int, image: NDArray[np.uint8], drawn: NDArray[np.bool_] | None = None, anew: bool = False
    ) -> None:
        """One tile's picture ``(H, W, C)``, overwriting where ``drawn``, or ``anew`` from nothing."""
        if 0 <= index < len(self._tiles):
            self._tiles[index].set_image(image, drawn, anew)

    def set_selected(self, index: int) -> None:
        """Mark one tile, or none (-1); Tab reaches the marked one, or the first."""
        self._selected = index
        entry = index if 0 <= index < len(self._tiles) else 0
        for number, tile in enumerate(self._tiles):
            tile.setChecked(number == index)
            tile.setFocusPolicy(Qt.FocusPolicy.StrongFocus if number == entry else Qt.FocusPolicy.ClickFocus)

    def set_busy(self, busy: bool) -> None:
        """Whether the tiles are being drawn."""
        for tile in self._tiles:
            tile.set_busy(busy)

    def focus_tile(self, index: int) -> None:
        """Give a tile the keyboard."""
        if 0 <= index < len(self._tiles):
            self._tiles[index].setFocus(Qt.FocusReason.TabFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        focused = next((number for number, tile in enumerate(self._tiles) if tile.hasFocus()), None)
        steps = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -self._columns,
            Qt.Key.Key_Down: self._columns,
        }
        step = steps.get(Qt.Key(event.key()))
        if focused is None or step is None or not 0 <= focused + step < len(self._tiles):
            super().keyPressEvent(event)
            return
        self.focus_tile(focused + step)
