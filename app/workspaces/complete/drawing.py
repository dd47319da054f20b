"""A stroke from its first touch to its end, with whichever tool is in hand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.documents.partial_image import Color, PartialImage
from app.documents.stroke_region import Point, segment_region
from engine.contracts.arrays import Image, Observed

BRUSHES: tuple[str, ...] = ("pen", "forget", "adopt")
"""The tools that draw strokes."""


@dataclass(slots=True, eq=False)
class Stroke:
    """What a hand is doing: ``base`` is the picture that it began on, ``region (H, W) bool`` what it touched so far.

    Every segment is drawn as the whole stroke on ``base``, so that going over a place twice is going over it once: a
    keep brush adopts, and does not turn what it adopted a moment ago into given pixels.  ``source`` is the preview as
    it was at the start.
    """

    number: int
    tool: str
    base: PartialImage
    radius_px: float
    color: Color
    source: Image | None
    drawn: Observed | None
    region: NDArray[np.bool_]

    @property
    def merge_key(self) -> str:
        """All segments of a stroke are one step of the history."""
        return f"stroke:{self.number}"

    def extended(self, p0: Point, p1: Point) -> PartialImage:
        """The picture after one more segment."""
        height, width, _ = self.base.shape
        self.region |= segment_region(height, width, p0, p1, self.radius_px)
        if self.tool == "adopt":
            return self.base.with_kept(self.region, self.source, self.drawn)
        return self.base.with_color(self.region, None if self.tool == "forget" else self.color)
