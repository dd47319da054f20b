"""Where compared pictures lie on their stage: arithmetic in device px, and nothing drawn.  Qt-free."""

from __future__ import annotations

from dataclasses import dataclass, replace

Box = tuple[int, int, int, int]
"""Left, top, width and height, device px."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CompareLayout:
    """``boxes`` of the panels, one after the other, all magnified ``zoom`` times; above each is room for its title.

    ``alone`` is true where the difference has to do without A and B beside it, for want of room.
    """

    boxes: tuple[Box, ...]
    zoom: int
    alone: bool = False

    def moved(self, across: int, down: int) -> CompareLayout:
        """The same, elsewhere."""
        boxes = ((left + across, top + down, width, height) for left, top, width, height in self.boxes)
        return replace(self, boxes=tuple(boxes))

    def pixel(self, x: int, y: int) -> tuple[int, int] | None:
        """Row and column of the picture's pixel at a point of any panel."""
        for left, top, width, height in self.boxes:
            if left <= x < left + width and top <= y < top + height:
                return (y - top) // self.zoom, (x - left) // self.zoom
        return None


def lay_out(mode: str, room: tuple[int, int], size: tuple[int, int], gap: int, title: int, foot: int) -> CompareLayout:
    """Panels for pictures of ``size`` (width, height) in ``room`` (width, height).

    ``gap`` parts panels, ``title`` is the height above each, ``foot`` that below the difference (its scale).
    """
    if mode == "slider":
        return _placed(room, size, gap, title, 0, 1, 1)
    if mode == "beside":
        across, down = (_placed(room, size, gap, title, 0, *grid) for grid in ((2, 1), (1, 2)))
        return across if across.zoom >= down.zoom else down
    three, one = (_placed(room, size, gap, title, foot, count, 1) for count in (3, 1))
    if 2 * three.zoom >= one.zoom:
        return three
    return CompareLayout(boxes=one.boxes, zoom=one.zoom, alone=True)


def _placed(
    room: tuple[int, int], size: tuple[int, int], gap: int, title: int, foot: int, columns: int, rows: int
) -> CompareLayout:
    """A grid of panels in the middle of the room, as large as whole magnifications allow."""
    free = room[0] - (columns - 1) * gap, room[1] - (rows - 1) * gap - rows * (title + foot)
    zoom = max(1, min(free[0] // (columns * size[0]), free[1] // (rows * size[1])))
    width, height = zoom * size[0], zoom * size[1]
    left = max(0, (room[0] - columns * width - (columns - 1) * gap) // 2)
    top = max(0, (room[1] - rows * (title + height + foot) - (rows - 1) * gap) // 2)
    pitch = title + height + foot + gap
    boxes = (
        (left + column * (width + gap), top + title + row * pitch, width, height)
        for row in range(rows)
        for column in range(columns)
    )
    return CompareLayout(boxes=tuple(boxes), zoom=zoom)
