"""What a wall of tiles shows: the protocol that its source keeps, and the marks a tile may carry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """What is said of a picture on its tile.

    broken
        The model gave values that are no numbers.
    """

    starred: bool = False
    labelled: bool = False
    broken: bool = False


NO_MARKS = Marks()


class Tiles(Protocol):
    """Pictures with an index each, 0 to ``count - 1``, and how they are to hang.

    What is read here may change between two calls of `TileWall.refresh`, and is looked at there only.
    """

    @property
    def count(self) -> int:
        """Pictures there are, undrawn ones and those not shown included."""
        ...

    @property
    def images(self) -> NDArray[np.uint8]:
        """``(count, H, W, C)`` display values, C 1 or 3; read where `drawn`."""
        ...

    @property
    def drawn(self) -> NDArray[np.bool_]:
        """``(count,)``: which pictures are there."""
        ...

    @property
    def order(self) -> NDArray[np.int64] | None:
        """The indices shown, in the order shown, ``(M,)``; None: all of them as they are numbered."""
        ...

    @property
    def columns(self) -> int | None:
        """Tiles side by side (a row a class); None: as many as fit."""
        ...

    @property
    def row_titles(self) -> Sequence[str]:
        """A title at the left of each row; empty: none."""
        ...

    def captions(self, index: int) -> str:
        """A few words on a picture: tooltip, caption of the large one, what a screen reader says."""
        ...

    def marks(self, index: int) -> Marks:
        """What a picture's tile is marked with."""
        ...
