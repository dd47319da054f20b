"""Two pictures and what they differ in: arithmetic only.  Qt-free."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.theme.colormaps import diverging
from app.translation import tr

MODES = ("slider", "beside", "difference")


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """One of the two: ``pixels (H, W, C) uint8`` display values, C 1 or 3, and what it is called."""

    pixels: NDArray[np.uint8]
    title: str


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """A and B."""

    first: Side
    second: Side

    @property
    def same_size(self) -> bool:
        """Whether they can be laid one over the other."""
        return self.first.pixels.shape[:2] == self.second.pixels.shape[:2]

    def swapped(self) -> Pair:
        """B and A."""
        return Pair(self.second, self.first)

    def difference(self) -> NDArray[np.int64]:
        """B less A, ``(H, W)``, -255 to 255: of the colour channel that differs most."""
        if not self.same_size:
            raise ValueError("pictures of different sizes have no difference pixel by pixel")
        by_channel = _wide(self.second.pixels) - _wide(self.first.pixels)
        most = np.abs(by_channel).argmax(axis=-1)
        return np.take_along_axis(by_channel, most[..., None], axis=-1)[..., 0]

    def limit(self) -> int:
        """The largest difference of any pixel, at least 1: where the colours of the map end."""
        return max(1, int(np.abs(self.difference()).max()))

    def map(self, middle: str) -> NDArray[np.uint8]:
        """The difference as colours ``(H, W, 3)``: blue where B is darker, orange where it is lighter."""
        return diverging(self.difference() / self.limit(), middle)

    def verdict(self) -> str:
        """What they differ in, in words."""
        if not self.same_size:
            (height, width), (rows, columns) = self.first.pixels.shape[:2], self.second.pixels.shape[:2]
            return tr(
                "A is {width} x {height}, B {columns} x {rows} pixels: they can only be seen side by side."
            ).format(width=width, height=height, columns=columns, rows=rows)
        apart = np.abs(self.difference())
        count, differing = apart.size, int(np.count_nonzero(apart))
        if not differing:
            return tr("A and B are identical, pixel by pixel.")
        mean = f"{apart.mean():.1f}"
        return tr("{differing:,} of {count:,} pixels differ; averaged over all of them, by {mean} of 255.").format(
            differing=differing, count=count, mean=mean
        )

    def at(self, row: int, column: int) -> str:
        """What both have at a pixel, in words; only what B has where A is no such pixel, and the other way round."""
        said = [tr("Row {n}, column {n2}").format(n=row + 1, n2=column + 1)]
        for name, side in (("A", self.first), ("B", self.second)):
            height, width = side.pixels.shape[:2]
            if row < height and column < width:
                said.append(f"{name} {', '.join(str(int(value)) for value in side.pixels[row, column])}")
        if self.same_size:
            said.append(tr("B less A {n:+d}").format(n=int(self.difference()[row, column])).replace("-", "\u2212"))
        return ":  ".join((said[0], ";  ".join(said[1:])))


def _wide(pixels: NDArray[np.uint8]) -> NDArray[np.int64]:
    """``(H, W, 3)`` whole numbers that may become negative."""
    return np.broadcast_to(pixels, (*pixels.shape[:2], 3)).astype(np.int64)
