"""What the strip and the sheet of completions share: a grid of tiles with its signals, a line that runs while busy."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from app.theme.stylesheet import active
from app.theme.tokens import Palette
from app.widgets.busy_line import BusyLine
from app.widgets.tile_grid import TileGrid


class CompletionTiles(QWidget):
    """Numbered tiles; a subclass lays them out and says in `_fit` how large they are."""

    def __init__(self, columns: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._palette, self._count = active(), 0
        self._grid, self._busy = TileGrid(columns), BusyLine(self)
        self.tile_hovered, self.tile_clicked = self._grid.tile_hovered, self._grid.tile_clicked
        self.tile_activated, self.enlarge_requested = self._grid.tile_activated, self._grid.enlarge_requested

    def set_images(self, images: NDArray[np.uint8], drawn: NDArray[np.bool_] | None = None) -> None:
        """``images (N, H, W, C)``: overwritten where ``drawn (H, W)``, everywhere if that is None."""
        self._grid.set_images(images, drawn)

    def set_tile(
        self, index: int, image: NDArray[np.uint8], drawn: NDArray[np.bool_] | None = None, anew: bool = False
    ) -> None:
        """One tile's picture ``(H, W, C)``, overwriting where ``drawn``, or ``anew`` from nothing."""
        self._grid.set_tile(index, image, drawn, anew)

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
        """Choose columns and sizes for the room there is."""
        raise NotImplementedError
