"""The completions on show: pictures that are overwritten where something newer is drawn, never blanked."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from app.documents.partial_image import GIVEN, PartialImage
from engine.contracts.arrays import Image, Images, LogProb, Observed


@dataclass(frozen=True, slots=True, eq=False)
class SampleSet:
    """A value: every change returns a new one.

    images : (N, H, W, C) uint8
        Display values.
    drawn : (N, H, W) bool
        Where ``images`` mean anything; what was drawn once stays drawn, until something newer is drawn over it.
    log_prob : (N, H, W) float32 or None
        Nats, of the finished completion that made the images.
    """

    images: Images
    drawn: NDArray[np.bool_]
    log_prob: LogProb | None = None

    @classmethod
    def undrawn(cls, count: int, document: PartialImage) -> SampleSet:
        """``count`` pictures of which only the document's pixels are there."""
        images = np.broadcast_to(document.pixels, (count, *document.shape)).copy()
        return cls(images, np.broadcast_to(document.observed, images.shape[:3]).copy())

    @property
    def count(self) -> int:
        """N."""
        return len(self.images)

    def resized(self, count: int, document: PartialImage) -> SampleSet:
        """The first ``count`` pictures; further ones begin undrawn."""
        if count == self.count:
            return self
        if count < self.count:
            return replace(
                self,
                images=self.images[:count],
                drawn=self.drawn[:count],
                log_prob=None if self.log_prob is None else self.log_prob[:count],
            )
        more = SampleSet.undrawn(count - self.count, document)
        return SampleSet(np.concatenate([self.images, more.images]), np.concatenate([self.drawn, more.drawn]))

    def overwritten(self, images: Images, drawn: Observed | NDArray[np.bool_]) -> SampleSet:
        """The newer ``images`` where ``drawn`` ((H, W) or (N, H, W)), the present ones elsewhere."""
        where = np.broadcast_to(drawn, self.drawn.shape)
        return SampleSet(np.where(where[..., None], images, self.images), self.drawn | where)

    def under(self, document: PartialImage) -> SampleSet:
        """With the document's given pixels on top of every picture: ink is never late.

        Adopted pixels are left out, so that after one completion was adopted whole the others remain to choose from.
        """
        given = document.state == GIVEN
        differs = given & (~self.drawn.all(axis=0) | (self.images != document.pixels).any(axis=(0, 3)))
        if not differs.any():
            return self
        return SampleSet(np.where(given[..., None], document.pixels, self.images), self.drawn | given, self.log_prob)


def sheet_layout(count: int) -> tuple[int, int]:
    """Rows and columns of a contact sheet: the layout with the fewest empty places, then the squarest."""
    square = math.ceil(math.sqrt(count))
    columns = min(range(square, 2 * square + 1), key=lambda c: (-(-count // c) * c - count, c))
    return -(-count // columns), columns


def sheet_image(images: Images, gap_px: int = 1, gap_value: int = 128) -> Image:
    """All pictures (N, H, W, C) on one sheet, row by row, parted by ``gap_px`` pixels of a neutral grey.

    A fourth channel is opacity; the grey is opaque.
    """
    count, height, width, channels = images.shape
    rows, columns = sheet_layout(count)
    shape = (rows * (height + gap_px) + gap_px, columns * (width + gap_px) + gap_px, channels)
    sheet = np.full(shape, gap_value, np.uint8)
    sheet[..., 3:] = 255
    for i, image in enumerate(images):
        top, left = (i // columns) * (height + gap_px) + gap_px, (i % columns) * (width + gap_px) + gap_px
        sheet[top : top + height, left : left + width] = image
    return sheet
