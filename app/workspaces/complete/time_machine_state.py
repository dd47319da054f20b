"""What the time machine shows, as values."""

from __future__ import annotations

from dataclasses import dataclass

from app.workspaces.complete import time_machine_words as words


@dataclass(frozen=True, slots=True)
class Timeline:
    """What the time machine's bar shows.

    at, of
        So many pixels of so many are drawn; they are equal where nobody went back.
    row_ends, chosen
        So many pixels are drawn at the end of each row that had any; and at those ends at which particles were chosen
        anew.
    text, help
        Where that is, and what there is to know.
    usable, playing
        One can go back; it goes on by itself.
    """

    at: int = 0
    of: int = 0
    row_ends: tuple[int, ...] = ()
    chosen: tuple[int, ...] = ()
    text: str = words.NOTHING_DRAWN
    help: str = words.HELP
    usable: bool = False
    playing: bool = False

    @property
    def rewound(self) -> bool:
        """It stands before the end: from here one can branch."""
        return self.usable and self.at < self.of


@dataclass(frozen=True, slots=True)
class Redrawn:
    """Which rows of a drawing were drawn anew: ``count`` of ``of``, from ``first`` (upright, from 1) on; ``columns``
    where the raster runs down."""

    first: int
    count: int
    of: int
    columns: bool
