"""Everything the page of kept pictures shows, as one frozen value, and its filters as JSON can hold them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.documents.collection.picture import KeptEntry
from app.documents.collection.query import ORDERS, Counts, Query
from app.messages import Problem
from app.widgets.wall_source import Marks
from app.workspaces.gallery.state import Detail

LEAST_TILE, MOST_TILE = 7, 320
FORMAT = 1
MOST_CHOSEN = 1000
_TEXTS = ("model", "class_name", "collection")
_LONGEST = 400


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class KeptTiles:
    """What hangs on the page: a source of tiles for `app.widgets.tile_wall.TileWall`.

    Arrays by index, ``order`` the indices shown.  ``take_news`` gives the indices of those that came since it was
    called last; ``caption_of`` and ``entry_of`` tell of a picture by its index; ``query`` is what found them.
    """

    query: Query

    images: NDArray[np.uint8]
    drawn: NDArray[np.bool_]
    broken: NDArray[np.bool_]
    order: NDArray[np.int64]
    entry_of: Callable[[int], KeptEntry | None]
    caption_of: Callable[[int], str]
    take_news: Callable[[], NDArray[np.int64]]
    columns: int | None = None
    row_titles: Sequence[str] = ()

    @property
    def count(self) -> int:
        """Pictures with an index."""
        return len(self.drawn)

    def captions(self, index: int) -> str:
        """A few words on a picture."""
        return self.caption_of(index)

    def marks(self, index: int) -> Marks:
        """Star, label, broken."""
        entry = self.entry_of(index)
        if entry is None:
            return Marks()
        marks = entry.marks
        return Marks(starred=marks.starred, labelled=bool(marks.label), broken=bool(self.broken[index]))


@dataclass(frozen=True, slots=True)
class Empty:
    """What is said where no picture hangs: ``text``, what to do, and the ``button`` that does ``action``."""

    text: str
    remedy: str
    button: str = ""
    action: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class KeptState:
    """What the page shows.

    query, counts
        What is asked for, and how many pictures there are by what they can be filtered by.
    unfiltered
        The same without any filter, in the bin or out of it: all that can be asked for instead.
    titles
        Models' titles by id, of those that are installed.
    tiles, tiles_serial
        What hangs there (None before the first answer), and a number that rises with every picture read.
    kinds
        The kinds of values among the pictures shown.
    detail, current
        The chosen picture with all that is known of it, and its index (-1: none).
    found
        The indices of the pictures that a scene had chosen, to be chosen on the page.
    selected
        How many pictures the verbs are for.
    summary, note
        How many pictures show, and what must be said of their order.
    empty
        What is said where none shows, None where one does.
    purging
        How many pictures are about to be removed for good, 0 while none are.
    """

    query: Query = field(default_factory=Query)
    counts: Counts = field(default_factory=Counts)
    unfiltered: Counts = field(default_factory=Counts)
    titles: Mapping[str, str] = field(default_factory=dict)
    tiles: KeptTiles | None = None
    tiles_serial: int = 0
    tile_size: int = 56
    kinds: frozenset[str] = frozenset()
    detail: Detail | None = None
    current: int = -1
    found: tuple[int, ...] = ()
    selected: int = 0
    summary: str = ""
    note: str = ""
    empty: Empty | None = None
    purging: int = 0
    problem: Problem | None = None


def unpacked_digests(captured: Any) -> tuple[str, ...]:
    """The SHA-256 of the pixels of the pictures that were chosen, as a scene names them."""
    named = captured.get("chosen") if isinstance(captured, dict) else None
    if not isinstance(named, list) or len(named) > MOST_CHOSEN:
        return ()
    return tuple(name for name in named if isinstance(name, str) and len(name) <= _LONGEST)


def packed_query(query: Query, tile_size: int) -> dict[str, Any]:
    """Filters, order and tile size as JSON can hold them."""
    return {
        "format": FORMAT,
        "model": query.model,
        "class_name": query.class_name,
        "collection": query.collection,
        "starred": query.starred,
        "text": query.text,
        "deleted": query.deleted,
        "order": query.order,
        "ascending": query.ascending,
        "tile_size": tile_size,
    }


def unpacked_query(captured: Any) -> tuple[Query, int | None]:
    """What `packed_query` gave; unknown keys are ignored, what cannot be read takes its default."""
    given = captured if isinstance(captured, dict) else {}
    texts = {name: given.get(name) for name in (*_TEXTS, "text")}
    words = {name: text for name, text in texts.items() if isinstance(text, str) and len(text) <= _LONGEST}
    order, size = given.get("order"), given.get("tile_size")
    query = Query(
        model=words.get("model"),
        class_name=words.get("class_name"),
        collection=words.get("collection"),
        text=words.get("text", ""),
        starred=True if given.get("starred") is True else None,
        deleted=given.get("deleted") is True,
        order=order if isinstance(order, str) and order in ORDERS else "newest",
        ascending=given.get("ascending") is True,
    )
    known = isinstance(size, int) and not isinstance(size, bool) and LEAST_TILE <= size <= MOST_TILE
    return query, size if known else None
