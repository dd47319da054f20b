"""Contact sheets: many pictures on one, row by row, with titles beside the rows where they have some."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from app.documents.sample_set import sheet_layout
from engine.contracts.arrays import Image

GAP_PX, GAP_VALUE = 1, 128
MOST_COLUMNS = 100
TITLE_PX, TITLE_WIDTH = 12, 140
"""Height of a title's letters, and how wide titles may be, px."""
_PAPER = 255


class Images(Protocol):
    """Pictures ``(H, W, C) uint8`` by index: an array ``(N, H, W, C)``, a list, or what finds them when asked."""

    def __len__(self) -> int: ...
    def __getitem__(self, index: int, /) -> Image: ...


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """How pictures lie on a sheet.

    ``starts`` are the first pictures of each row, and the end; ``cell`` is (h, w) px of a picture with its
    magnification; ``titles`` the words beside a row, by its number.
    """

    images: Images
    starts: tuple[int, ...]
    columns: int
    cell: tuple[int, int]
    channels: int
    magnification: int
    titles: dict[int, NDArray[np.uint8]]

    @property
    def rows(self) -> int:
        """How many rows of pictures there are."""
        return len(self.starts) - 1

    @property
    def margin(self) -> int:
        """Px at the left that the titles take."""
        return max((title.shape[1] for title in self.titles.values()), default=0)

    @property
    def width(self) -> int:
        """Px."""
        return self.margin + self.columns * (self.cell[1] + GAP_PX) + GAP_PX

    @property
    def height(self) -> int:
        """Px."""
        return self.rows * (self.cell[0] + GAP_PX) + GAP_PX

    def bands(self) -> Iterator[tuple[int, NDArray[np.uint8]]]:
        """How many pictures are drawn, and the next rows of pixels ``(h, width, channels)``, from the top down."""
        for row in range(self.rows):
            yield self.starts[row + 1], self._band(row)
        yield len(self.images), self._ground(GAP_PX)

    def _band(self, row: int) -> NDArray[np.uint8]:
        band = self._ground(GAP_PX + self.cell[0])
        if (title := self.titles.get(row)) is not None:
            top = max(0, (len(band) - len(title)) // 2)
            shown = title[: len(band) - top, :, None]
            band[top : top + len(shown), : title.shape[1], :3] = shown
        for column, index in enumerate(range(self.starts[row], self.starts[row + 1])):
            image = self.images[index].repeat(self.magnification, axis=0).repeat(self.magnification, axis=1)
            left = self.margin + GAP_PX + column * (self.cell[1] + GAP_PX)
            there = band[GAP_PX : GAP_PX + image.shape[0], left : left + image.shape[1]]
            there[..., : max(3, image.shape[2])] = image
        return band

    def _ground(self, height: int) -> NDArray[np.uint8]:
        ground = np.full((height, self.width, self.channels), GAP_VALUE, np.uint8)
        ground[:, : self.margin] = _PAPER
        ground[..., 3:] = 255
        return ground


def sheet_of(images: Images, rows: Sequence[tuple[str, int]] = (), magnification: int = 1) -> Sheet:
    """The sheet of pictures, at least one.

    ``rows`` are titles and how many pictures each is of, in turn; pictures of a title begin a new row, and have several
    if they are more than `MOST_COLUMNS`.  Without them the sheet is as square as it can be.
    """
    count = len(images)
    if rows:
        columns = min(MOST_COLUMNS, max(number for _, number in rows))
        starts, titles = _titled(rows, columns)
    else:
        columns = sheet_layout(count)[1]
        starts, titles = [*range(0, count, columns), count], {}
    shapes = {tuple(images[index].shape) for index in range(count)}
    height, width, channels = (max(shape[axis] for shape in shapes) for axis in range(3))
    cell = height * magnification, width * magnification
    words = {row: _title(text) for row, text in titles.items() if text}
    return Sheet(images, tuple(starts), columns, cell, channels, magnification, words)


def contact_sheet(images: Images, rows: Sequence[tuple[str, int]] = (), magnification: int = 1) -> Image:
    """The whole sheet as one picture ``(H, W, C)``; see `sheet_of`."""
    return np.concatenate([band for _, band in sheet_of(images, rows, magnification).bands()])


def _titled(rows: Sequence[tuple[str, int]], columns: int) -> tuple[list[int], dict[int, str]]:
    """Where each row of the sheet begins, and the words beside the first row of each title."""
    starts, titles = [0], {}
    for text, number in rows:
        end = starts[-1] + number
        if number:
            titles[len(starts) - 1] = text
        starts += [*range(starts[-1] + columns, end, columns), end] if number else []
    return starts, titles


def _title(text: str) -> NDArray[np.uint8]:
    """Black words on white ``(h, w)``, shortened to what there is room for."""
    from PIL import Image as Pillow
    from PIL import ImageDraw, ImageFont

    font = ImageFont.load_default(TITLE_PX)
    width: Callable[[str], float] = font.getlength
    shown = text
    while len(shown) > 1 and width(shown) > TITLE_WIDTH - 12:
        shown = shown[:-2].rstrip() + "\u2026"
    canvas = Pillow.new("L", (int(width(shown)) + 12, TITLE_PX + 6), _PAPER)
    ImageDraw.Draw(canvas).text((6, 1), shown, fill=0, font=font)
    return np.asarray(canvas, np.uint8)
