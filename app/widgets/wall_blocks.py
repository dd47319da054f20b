"""The wall in blocks of some tiles each, composed when they come into view and kept while they are near it.

What a frame may cost is bounded: where more pictures come into view at once than can be averaged in a frame, the rest
of their blocks is rough for that frame and made exact in the next ones (`refine`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint
from PySide6.QtGui import QImage, QPainter

from app.theme.tokens import Palette
from app.widgets.imaging import packed_color
from app.widgets.wall_layout import Box, WallLayout
from app.widgets.wall_marks import mark_pixmap, mark_places, mark_side
from app.widgets.wall_pixels import CellLook, compose
from app.widgets.wall_source import NO_MARKS, Marks

WIDE, HIGH = 512, 256
"""What a block is about, device px."""
EXACT_BYTES, PLAIN_BYTES, UNBOUNDED = 6 * 2**20, 1024, 2**62
"""How much of pictures is averaged in one frame; what a tile counts that is not averaged and only asked for marks."""
SPARE = 64
"""Blocks whose memory is kept for others."""
SELECTED_RING = 2  # device-independent px

Key = tuple[int, int]


@dataclass(slots=True, eq=False)
class Block:
    """A block: its image lies over ``values``; ``rough`` until it is exact."""

    values: NDArray[np.uint32]
    image: QImage
    rough: bool


@dataclass(frozen=True, slots=True, eq=False)
class Hanging:
    """What is on the wall: pictures, which are drawn, which are chosen (all by index), the order shown, the marks."""

    images: NDArray[np.uint8]
    drawn: NDArray[np.bool_]
    chosen: NDArray[np.bool_]
    order: NDArray[np.int64]
    marks: Callable[[int], Marks]


NOTHING = Hanging(
    np.zeros((0, 1, 1, 1), np.uint8), np.zeros(0, bool), np.zeros(0, bool), np.arange(0), lambda _: NO_MARKS
)


class WallBlocks:
    """Blocks by row and column of blocks."""

    def __init__(self, palette: Palette) -> None:
        self._palette, self._scale = palette, 1.0
        self._layout = WallLayout(count=0, width=1, tile_width=1, tile_height=1)
        self._hanging = NOTHING
        self._blocks: dict[Key, Block] = {}
        self._spare: list[NDArray[np.uint32]] = []
        self._budget = 0

    # -- what is shown ---------------------------------------------------------------------------------------------

    def set_layout(self, layout: WallLayout, scale: float) -> None:
        """Lay it out like this, for a screen of ``scale`` device px a device-independent one."""
        if (layout, scale) != (self._layout, self._scale):
            self._layout, self._scale = layout, scale
            self._spare.clear()
            self._blocks.clear()

    def set_hanging(self, hanging: Hanging) -> None:
        """Hang this; blocks stay until they are told to go."""
        self._hanging = hanging

    def set_theme(self, palette: Palette) -> None:
        """Take a theme's colours."""
        self._palette = palette
        self.clear()

    def clear(self) -> None:
        """Everything is to be made anew."""
        self._give_up(list(self._blocks))

    def drop(self, positions: Iterable[int]) -> None:
        """Tiles at these positions have changed."""
        across, down = self.shape
        cells = map(self._layout.cell, positions)
        for key in {(row // down, column // across) for row, column in cells}:
            self._give_up([key])

    def _give_up(self, keys: Iterable[Key]) -> None:
        """Forget blocks; their memory is for the next ones."""
        for key in keys:
            block = self._blocks.pop(key, None)
            if block is not None and len(self._spare) < SPARE:
                self._spare.append(block.values)

    @property
    def shape(self) -> tuple[int, int]:
        """Tiles of a block across and down."""
        layout = self._layout
        return max(1, WIDE // layout.pitch_x), max(1, HIGH // layout.pitch_y)

    @property
    def held_bytes(self) -> int:
        """What the blocks hold in memory."""
        return sum(values.nbytes for values in (*(b.values for b in self._blocks.values()), *self._spare))

    @property
    def rough(self) -> bool:
        """Whether there are blocks to `refine`."""
        return any(block.rough for block in self._blocks.values())

    # -- blocks ----------------------------------------------------------------------------------------------------

    def cover(self, box: Box) -> Box:
        """What the blocks that touch ``box`` cover of the wall together: a rectangle without holes."""
        keys = list(self._keys(box))
        if not keys:
            return box[0], box[1], box[0], box[1]
        across, down = self.shape
        layout = self._layout
        left, top = self._corner(keys[0])
        columns, rows = min((keys[-1][1] + 1) * across, layout.columns), min((keys[-1][0] + 1) * down, layout.rows)
        right, bottom = left + (columns - keys[0][1] * across) * layout.pitch_x, 0
        bottom = top + (rows - keys[0][0] * down) * layout.pitch_y
        return left, top, right, bottom

    def touching(self, box: Box) -> Iterator[tuple[int, int, QImage]]:
        """Left, top and picture of each block that touches ``box`` of the wall, for one frame."""
        self._budget = EXACT_BYTES
        for key in self._keys(box):
            block = self._blocks.get(key)
            if block is None:
                block = self._blocks[key] = self._make(key)
            yield *self._corner(key), block.image

    def refine(self, box: Box) -> Box | None:
        """Make one rough block exact; where it lies, None where all are exact."""
        key = next((key for key in self._keys(box) if key in self._blocks and self._blocks[key].rough), None)
        if key is None:
            self._give_up([key for key, block in self._blocks.items() if block.rough])
            return None
        self._budget = UNBOUNDED
        block = self._blocks[key] = self._make(key)
        left, top = self._corner(key)
        return left, top, left + block.image.width(), top + block.image.height()

    def _keys(self, box: Box) -> Iterator[Key]:
        across, down = self.shape
        layout, gap = self._layout, self._layout.gap
        rows = layout.rows_in(box[1] - gap, box[3] + gap)
        columns = layout.columns_in(box[0] - gap, box[2] + gap)
        for row in range(rows.start // down, -(-rows.stop // down)):
            for column in range(columns.start // across, -(-columns.stop // across)):
                yield row, column

    def forget_beyond(self, box: Box) -> None:
        """Give up what is far from ``box``, which is all that is in view."""
        near = (box[0] - 2 * WIDE, box[1] - 2 * HIGH, box[2] + 2 * WIDE, box[3] + 2 * HIGH)
        kept = set(self._keys(near))
        self._give_up([key for key in self._blocks if key not in kept])

    def _corner(self, key: Key) -> tuple[int, int]:
        across, down = self.shape
        layout = self._layout
        half = layout.gap // 2
        left, top = layout.left + key[1] * across * layout.pitch_x, layout.top + key[0] * down * layout.pitch_y
        return left - half, top - half

    def _make(self, key: Key) -> Block:
        indices, look = self._indices(key), self.look()
        hanging = self._hanging
        reduced = look.width < hanging.images.shape[2]
        needed = indices.size * (hanging.images[:1].nbytes if reduced else PLAIN_BYTES)
        rough = needed > self._budget
        self._budget -= 0 if rough else needed
        into = self._taken((indices.shape[0] * look.pitch_y, indices.shape[1] * look.pitch_x))
        values = compose(hanging.images, hanging.drawn, hanging.chosen, indices, look, rough=rough, into=into)
        height, width = values.shape
        image = QImage(values.data, width, height, width * 4, QImage.Format.Format_RGB32)
        if not rough:
            self._mark(image, indices, look)
        return Block(values, image, rough)

    def _taken(self, shape: tuple[int, int]) -> NDArray[np.uint32] | None:
        """Memory of a block that was given up."""
        found = next((number for number, values in enumerate(self._spare) if values.shape == shape), None)
        return None if found is None else self._spare.pop(found)

    def _indices(self, key: Key) -> NDArray[np.int64]:
        """What is shown in a block, ``(R, C)``; -1 beyond the last tile."""
        across, down = self.shape
        layout, order = self._layout, self._hanging.order
        rows = np.arange(key[0] * down, min((key[0] + 1) * down, layout.rows))
        columns = np.arange(key[1] * across, min((key[1] + 1) * across, layout.columns))
        places = rows[:, None] * layout.columns + columns[None, :]
        inside = places < len(order)
        found: NDArray[np.int64] = np.where(inside, order[np.where(inside, places, 0)], -1)
        return found

    def look(self) -> CellLook:
        """A tile and what is around it."""
        layout, palette = self._layout, self._palette
        half = layout.gap // 2
        ring = max(1, round(SELECTED_RING * self._scale))
        return CellLook(
            width=layout.tile_width,
            height=layout.tile_height,
            pitch_x=layout.pitch_x,
            pitch_y=layout.pitch_y,
            x=half,
            y=half + (layout.pitch_y - layout.gap - layout.tile_height) // 2,
            outset=min(half, ring),
            ring=min(ring, max(1, layout.tile_width // 4)),
            edge=1 if half >= 2 else 0,
            ground=packed_color(palette.window),
            line=packed_color(palette.line),
            mat=packed_color(palette.mat),
            accent=packed_color(palette.accent),
        )

    # -- marks -----------------------------------------------------------------------------------------------------

    def _mark(self, image: QImage, indices: NDArray[np.int64], look: CellLook) -> None:
        """Draw the marks of a block's tiles."""
        tell = self._hanging.marks
        found = [
            (row, column, marks)
            for row, line in enumerate(indices.tolist())
            for column, index in enumerate(line)
            if index >= 0 and ((marks := tell(index)).starred or marks.labelled or marks.broken)
        ]
        if not found:
            return
        painter, side = QPainter(image), mark_side(look.width, self._scale)
        for row, column, marks in found:
            corner = QPoint(column * look.pitch_x + look.x, row * look.pitch_y + look.y)
            for name, at in mark_places(marks, look.width, look.height, self._scale):
                painter.drawPixmap(corner + at, mark_pixmap(name, side))
        painter.end()
