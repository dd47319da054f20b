"""Where a picture's pixels lie on the canvas: zoom, pan and fit, in whole device pixels.  Qt-free.

Device px are counted from the canvas's top left corner.  Image px are floats with pixel ``i`` covering ``[i, i + 1)``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MAX_ZOOM = 256.0
_KEEP_IN_SIGHT = 48


@dataclass(slots=True)
class Viewport:
    """A picture of ``columns`` x ``rows`` pixels shown at ``zoom`` device px each, its corner at (``x``, ``y``).

    ``width``, ``height``, ``margin`` (the least distance to the rim when fitted) and ``sides`` (that to the left and
    right, where it is to be more) are device px.  While ``fitted``, a new size or picture is fitted again.
    """

    columns: int = 1
    rows: int = 1
    width: int = 1
    height: int = 1
    margin: int = 0
    sides: int = 0
    zoom: float = 1.0
    x: int = 0
    y: int = 0
    fitted: bool = True

    def resize(self, width: int, height: int, margin: int, sides: int = 0) -> None:
        """A new canvas size: fit again, or keep the middle in the middle."""
        move_x, move_y = int((width - self.width) / 2), int((height - self.height) / 2)  # there and back is nowhere
        self.width, self.height, self.margin, self.sides = width, height, margin, sides
        if self.fitted:
            self.fit()
        else:
            self.pan(move_x, move_y)

    def set_picture(self, columns: int, rows: int) -> None:
        """A picture of another size is fitted; one of the same size stays where it was."""
        if (columns, rows) != (self.columns, self.rows):
            self.columns, self.rows = columns, rows
            self.fit()

    def best_fit(self) -> float:
        """The largest whole number of device px a pixel at which the picture and its margin are in sight."""
        room_x, room_y = self.width - 2 * max(self.margin, self.sides), self.height - 2 * self.margin
        room = min(room_x / self.columns, room_y / self.rows)
        return float(math.floor(room)) if room >= 1 else max(room, 1 / 64)

    def fit(self) -> None:
        """Show the whole picture in the middle."""
        self.zoom, self.fitted = self.best_fit(), True
        self.x = (self.width - round(self.columns * self.zoom)) // 2
        self.y = (self.height - round(self.rows * self.zoom)) // 2

    def zoom_by(self, factor: float, about_x: float, about_y: float) -> None:
        """Zoom so that the image point under the device point (``about_x``, ``about_y``) stays there."""
        column, row = self.to_image(about_x, about_y)
        self.zoom = min(max(self.zoom * factor, min(1.0, self.best_fit())), MAX_ZOOM)
        self.x, self.y, self.fitted = round(about_x - column * self.zoom), round(about_y - row * self.zoom), False
        self._keep_in_sight()

    def pan(self, dx: float, dy: float) -> None:
        """Move the picture by device px."""
        self.x, self.y, self.fitted = round(self.x + dx), round(self.y + dy), False
        self._keep_in_sight()

    def _keep_in_sight(self) -> None:
        right, bottom = self.x_edges()[-1], self.y_edges()[-1]
        self.x += max(0, _KEEP_IN_SIGHT - int(right)) - max(0, self.x - (self.width - _KEEP_IN_SIGHT))
        self.y += max(0, _KEEP_IN_SIGHT - int(bottom)) - max(0, self.y - (self.height - _KEEP_IN_SIGHT))

    def to_image(self, x: float, y: float) -> tuple[float, float]:
        """The image point (column, row) at a device point."""
        return (x - self.x) / self.zoom, (y - self.y) / self.zoom

    def x_edges(self) -> NDArray[np.int64]:
        """``(columns + 1,)`` device x of the pixels' vertical edges, whole device px at every zoom."""
        return _edges(self.columns, self.zoom, self.x)

    def y_edges(self) -> NDArray[np.int64]:
        """``(rows + 1,)`` device y of the pixels' horizontal edges."""
        return _edges(self.rows, self.zoom, self.y)


def _edges(count: int, zoom: float, start: int) -> NDArray[np.int64]:
    edges: NDArray[np.int64] = np.floor(np.arange(count + 1) * zoom + 0.5).astype(np.int64) + start
    return edges
