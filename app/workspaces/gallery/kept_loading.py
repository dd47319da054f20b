"""What the page of kept pictures has read of the file: the list that its query finds, and the pictures in view.

One question of a kind is under way at a time; what is wanted meanwhile is asked when it is answered.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from app.documents.collection.picture import KeptEntry, KeptPicture
from app.documents.collection.query import Counts, Query
from app.documents.collection.store import KeptPictures
from app.documents.kept_pictures import going_out
from app.workspaces.gallery.keeping import Keeping
from app.workspaces.gallery.kept_cells import KeptCells, cell_size, in_cell
from app.workspaces.gallery.kept_state import KeptTiles
from engine.contracts.arrays import Image
from engine.errors import FileError
from engine.records.wall_picture import WallPicture

AHEAD = 64
"""Pictures before and behind those in view that are read too."""
AT_ONCE = 128
"""Pictures of one question: few enough that what is scrolled to comes soon."""

Cells = dict[int, Image | None]
Color = tuple[int, int, int]


class KeptLoading:
    """``changed`` is called when something else is known; ``caption_of`` gives words for a picture."""

    def __init__(
        self, keeping: Keeping, changed: Callable[[], None], caption_of: Callable[[KeptEntry], str], query: Query
    ) -> None:
        self._keeping, self._changed, self._caption_of = keeping, changed, caption_of
        self._wanted = query
        self._cells = KeptCells()
        self._entries: dict[int, KeptEntry] = {}
        self._by_index: dict[int, KeptEntry] = {}
        self._news: list[NDArray[np.int64]] = []
        self._view = (0, AHEAD)
        self._margin: Color = (0, 0, 0)
        self._listing = self._reading = self._stale = False
        self._sought: int | None = None
        self.counts = self.unfiltered = Counts()
        self.query: Query | None = None
        self.tiles: KeptTiles | None = None
        self.serial = 0
        self.chosen: WallPicture | None = None
        self.chosen_identity: int | None = None

    # -- the list ----------------------------------------------------------------------------------------------------

    @property
    def entries(self) -> Sequence[KeptEntry]:
        """The pictures found, in their order."""
        return tuple(self._entries.values())

    def entry(self, identity: int | None) -> KeptEntry | None:
        """A picture of those found."""
        return None if identity is None else self._entries.get(identity)

    def entry_at(self, index: int) -> KeptEntry | None:
        """The picture found that has this index."""
        return self._by_index.get(index)

    def indices_of(self, digests: Collection[str]) -> tuple[int, ...]:
        """The pictures found whose pixels have one of these digests, one of each."""
        places = {entry.sha256: index for index, entry in reversed(self._by_index.items())}
        return tuple(places[digest] for digest in dict.fromkeys(digests) if digest in places)

    def find(self, query: Query) -> None:
        """Find these pictures."""
        self._wanted, self._stale = query, True
        self._list_on()

    def _list_on(self) -> None:
        if self._listing or not self._stale:
            return
        self._listing, self._stale = True, False
        query = self._wanted

        def question(store: KeptPictures) -> tuple[Counts, Counts, tuple[KeptEntry, ...]]:
            counts, everything = store.counts(query), Query(deleted=query.deleted)
            is_all = replace(query, order=everything.order, ascending=everything.ascending) == everything
            return counts, counts if is_all else store.counts(everything), store.entries(query)

        self._keeping.ask(question, lambda found: self._listed(query, *found))

    def refused(self) -> None:
        """The file did not answer: everything is to be asked again."""
        self._listing = self._reading = False
        self._stale = True
        self._sought = None

    def again(self) -> None:
        """Ask for what is missing."""
        self._list_on()
        self._read_on()

    def _listed(self, query: Query, counts: Counts, unfiltered: Counts, entries: tuple[KeptEntry, ...]) -> None:
        self._listing = False
        self.query, self.counts, self.unfiltered = query, counts, unfiltered
        self._entries = {entry.identity: entry for entry in entries}
        order = self._cells.show(
            self._entries, cell_size(entry.size for entry in entries) if entries else self._cells.cell
        )
        self._by_index = dict(zip(order.tolist(), entries, strict=True))
        self._news.clear()
        cells, by_index = self._cells, self._by_index
        self.tiles = KeptTiles(
            query=query,
            images=cells.images,
            drawn=cells.drawn,
            broken=cells.broken,
            order=order,
            entry_of=by_index.get,
            caption_of=lambda index: self._caption_of(by_index[index]) if index in by_index else "",
            take_news=self._take_news,
        )
        self._list_on()
        self._read_on()
        self._changed()

    def _take_news(self) -> NDArray[np.int64]:
        news, self._news = self._news, []
        return np.concatenate(news) if news else np.zeros(0, np.int64)

    # -- the pictures in view ----------------------------------------------------------------------------------------

    def look(self, start: int, stop: int) -> None:
        """These positions are in view."""
        self._view = (start, stop)
        self._read_on()

    def set_margin(self, color: Color) -> None:
        """What shows around pictures smaller than their cell."""
        if color != self._margin:
            self._margin = color
            self._cells.empty()
            self._read_on()

    def _missing(self) -> list[int]:
        """Pictures to read next: those in view, then those around them."""
        if self.tiles is None:
            return []
        order, (start, stop) = self.tiles.order, self._view
        near = order[max(0, start - AHEAD) : stop + AHEAD]
        seen = order[start:stop]
        wanted = dict.fromkeys((*seen.tolist(), *near.tolist()))
        found = [index for index in wanted if not self._cells.drawn[index]]
        return [self._by_index[index].identity for index in found[:AT_ONCE]]

    def _read_on(self) -> None:
        missing = [] if self._reading else self._missing()
        if not missing:
            return
        self._reading = True
        cell, margin = self._cells.cell, self._margin

        def question(store: KeptPictures) -> Cells:
            return {**dict.fromkeys(missing), **_cells(store.pictures(missing), cell, margin)}

        self._keeping.ask(question, lambda cells: self._read(cell, margin, cells))

    def _read(self, cell: tuple[int, int], margin: Color, cells: Cells) -> None:
        self._reading = False
        if cell == self._cells.cell and margin == self._margin:
            self._news.append(self._cells.fill(cells))
            self.serial += 1
            self._changed()
        self._read_on()

    # -- the chosen picture ------------------------------------------------------------------------------------------

    def choose(self, identity: int | None) -> None:
        """Read this picture whole."""
        if identity == self._sought:
            return
        self._sought = identity
        if identity is None:
            self.chosen = self.chosen_identity = None
            return
        self._keeping.ask(
            lambda store: _whole(store.pictures([identity])), lambda picture: self._chosen(identity, picture)
        )

    def _chosen(self, identity: int, picture: WallPicture | None) -> None:
        if identity == self._sought:
            self.chosen, self.chosen_identity = picture, identity
            self._changed()


def _cells(pictures: Iterable[KeptPicture], cell: tuple[int, int], margin: Color) -> Cells:
    """On the worker: every picture as it hangs, None for one that cannot be read."""
    found: Cells = {}
    for picture in pictures:
        whole = _whole([picture])
        found[picture.identity] = None if whole is None else in_cell(whole.pixels, cell, margin)
    return found


def _whole(pictures: Sequence[KeptPicture]) -> WallPicture | None:
    """The one picture, None where there is none or its PNG is damaged."""
    try:
        return going_out(pictures[0]) if pictures else None
    except FileError:
        return None
