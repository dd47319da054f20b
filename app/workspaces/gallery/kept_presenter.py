"""The page of kept pictures: what each of a person's verbs does.  Qt-free; everything on the GUI thread."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from app.documents.collection.picture import KeptEntry
from app.documents.collection.query import ORDERS, Query
from app.workspaces.gallery import kept_words, words
from app.workspaces.gallery.chosen import Chosen
from app.workspaces.gallery.keeping import Keeping
from app.workspaces.gallery.kept_loading import Color, KeptLoading
from app.workspaces.gallery.kept_state import (
    MOST_CHOSEN,
    Empty,
    KeptState,
    packed_query,
    unpacked_digests,
    unpacked_query,
)
from app.workspaces.gallery.state import Detail, Mark, SavedPicture
from engine.contracts.manifest import ImageSpec, Manifest
from engine.records.wall_picture import WallPicture

CLEAR, LEAVE_BIN, GO_TO_WALL = "clear", "leave-bin", "go-to-wall"
"""What the button of an empty page does; the last is the gallery's to do."""


class KeptPresenter:
    """Verbs in, one ``show(state)`` for each of them.

    ``say`` takes a sentence on what cannot be seen (pictures removed for good); what was done and can be undone is told
    by `Keeping.state`.  Nothing is asked of the disk while the page is not in front (`wake`, `sleep`).
    """

    def __init__(
        self,
        keeping: Keeping,
        models: Sequence[Manifest],
        show: Callable[[KeptState], None],
        say: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._keeping, self._show, self._say = keeping, show, say
        self._models = {model.id: model for model in models}
        self._query, self._tile_size = Query(), 56
        self._awake = False
        self._current = -1
        self._selection: tuple[int, ...] = ()
        self._sought, self._found = tuple[str, ...](), tuple[int, ...]()
        self._purging: tuple[int, ...] = ()
        self._seen = -1
        self._detail: tuple[object, Detail | None] = None, None
        self._loading = KeptLoading(keeping, self._loaded, self._caption, self._query)
        keeping.listen(self._told)

    # -- filters and order -------------------------------------------------------------------------------------------

    def set_model(self, model: str | None) -> None:
        """Pictures of this model, None for all."""
        self._ask(replace(self._query, model=model))

    def set_class(self, class_name: str | None) -> None:
        """Pictures of this class, None for all."""
        self._ask(replace(self._query, class_name=class_name))

    def set_collection(self, name: str | None) -> None:
        """Pictures in this collection, None for all."""
        self._ask(replace(self._query, collection=name))

    def set_starred(self, starred: bool) -> None:
        """Pictures with a star only."""
        self._ask(replace(self._query, starred=True if starred else None))

    def set_text(self, text: str) -> None:
        """Pictures with all these words in their label, class, model or collections."""
        self._ask(replace(self._query, text=text))

    def open_bin(self, opened: bool) -> None:
        """Look among the deleted pictures, or leave them."""
        self._ask(replace(self._query, deleted=opened))

    def set_order(self, key: str) -> None:
        """An order of `kept_words.SORTS`."""
        order, _, up = key.partition("-")
        if order in ORDERS:
            self._ask(replace(self._query, order=order, ascending=up == "up"))

    def clear(self) -> None:
        """No filter, and out of the bin."""
        self._ask(Query(order=self._query.order, ascending=self._query.ascending))

    def act(self, action: str) -> bool:
        """Do what an empty page's button says; False if that is the gallery's to do."""
        verbs: dict[str, Callable[[], None]] = {CLEAR: self.clear, LEAVE_BIN: lambda: self.open_bin(False)}
        if action in verbs:
            verbs[action]()
        return action in verbs

    def _ask(self, query: Query) -> None:
        self._purging = ()
        if query != self._query:
            self._query = query
            if self._awake:
                self._loading.find(query)
        self._publish()

    # -- what is looked at -------------------------------------------------------------------------------------------

    def look(self, start: int, stop: int) -> None:
        """These positions are in view."""
        self._loading.look(start, stop)

    def choose(self, index: int) -> None:
        """The picture that is shown large; -1 for none."""
        self._current = index
        entry = self._loading.entry_at(index)
        self._loading.choose(None if entry is None else entry.identity)
        self._publish()

    def select(self, indices: Sequence[int]) -> None:
        """The pictures that verbs are for."""
        self._selection, self._purging = tuple(indices), ()
        self._publish()

    def set_tile_size(self, side: int) -> None:
        """Tiles of so many device-independent px."""
        if side != self._tile_size:
            self._tile_size = side
            self._publish()

    def set_margin(self, color: Color) -> None:
        """The colour around pictures that are smaller than others: the theme's mat."""
        self._loading.set_margin(color)

    def set_models(self, models: Sequence[Manifest]) -> None:
        """The installed models changed: kept pictures stay, with other titles."""
        self._models = {model.id: model for model in models}
        self._detail = None, None
        self._publish()

    @property
    def chosen(self) -> tuple[int, ...]:
        """The numbers of the pictures that verbs are for: the selected ones, else the current one."""
        indices = self._selection or ((self._current,) if self._current >= 0 else ())
        found = (self._loading.entry_at(index) for index in indices)
        return tuple(entry.identity for entry in found if entry is not None)

    def picture(self) -> SavedPicture | None:
        """The chosen picture, to copy or to send on."""
        picture = self._loading.chosen if self._shown_detail() is not None else None
        return None if picture is None else SavedPicture(picture.pixels, picture.note, f"{picture.stem}.png")

    # -- verbs -------------------------------------------------------------------------------------------------------

    def star(self) -> None:
        """Star the chosen pictures, or take the star from them if all have one."""
        chosen = self.chosen
        if not chosen:
            return
        entries = [self._loading.entry(identity) for identity in chosen]
        all_starred = all(entry is not None and entry.marks.starred for entry in entries)
        (self._keeping.unstar if all_starred else self._keeping.star)(chosen)

    def label(self, text: str) -> None:
        """Label the chosen pictures; an empty text takes their labels off."""
        if self.chosen:
            self._keeping.label(self.chosen, text)

    def collect(self, name: str) -> None:
        """Put the chosen pictures in a collection, or take them out if all are in it."""
        chosen = self.chosen
        if not chosen:
            return
        entries = [self._loading.entry(identity) for identity in chosen]
        within = all(entry is not None and name in entry.marks.collections for entry in entries)
        (self._keeping.take_out if within else self._keeping.collect)(chosen, name)

    def rename_collection(self, name: str) -> None:
        """Give the collection that is filtered by another name."""
        old = self._query.collection
        if old is None or not name.strip():
            return
        self._keeping.rename_collection(old, name)

        def renamed(names: Mapping[str, int]) -> None:
            if self._query.collection == old and old not in names:
                self.set_collection(next((each for each in names if each == " ".join(name.split())), None))

        self._keeping.ask(lambda store: store.counts().collections, renamed)

    def delete(self) -> None:
        """Put the chosen pictures in the bin; in the bin, ask whether to remove them for good."""
        if self._query.deleted:
            self.ask_to_purge(self.chosen)
        elif self.chosen:
            self._keeping.delete(self.chosen)

    def restore(self) -> None:
        """Have the chosen pictures back from the bin."""
        if self.chosen:
            self._keeping.restore(self.chosen)

    def empty_bin(self) -> None:
        """Ask whether to remove everything that shows in the bin for good."""
        if self._query.deleted:
            self.ask_to_purge(tuple(entry.identity for entry in self._loading.entries))

    def ask_to_purge(self, identities: tuple[int, ...]) -> None:
        """Ask first: it cannot be undone."""
        self._purging = identities
        self._publish()

    def purge(self, sure: bool) -> None:
        """Remove what was asked about, or not."""
        doomed, self._purging = self._purging, ()
        if sure and doomed:
            self._keeping.purge(doomed, lambda count: self._say(kept_words.purged(count)))
        self._publish()

    def retry(self) -> None:
        """Ask the file once more, after it did not answer."""
        self._loading.find(self._query)
        self._keeping.refresh()

    # -- being in front ----------------------------------------------------------------------------------------------

    def wake(self) -> None:
        """The page is in front: read the file, and look whether another window has changed it."""
        self._awake = True
        if self._loading.query != self._query or self._seen != self._keeping.state.serial:
            self._list()
        self._keeping.refresh()
        self._publish()

    def sleep(self) -> None:
        """Another page is in front."""
        self._awake = False
        self._purging = ()

    def _list(self) -> None:
        self._seen = self._keeping.state.serial
        self._loading.find(self._query)

    def _told(self) -> None:
        """The file changed, or does not answer."""
        state = self._keeping.state
        if state.problem is not None:
            self._loading.refused()
        elif self._awake and state.serial != self._seen:
            self._list()
        elif self._awake:
            self._loading.again()
        if self._awake:
            self._publish()

    def _loaded(self) -> None:
        """Something was read."""
        shown = {entry.identity for entry in self._loading.entries}
        self._purging = tuple(identity for identity in self._purging if identity in shown)
        entry = self._loading.entry_at(self._current)
        self._loading.choose(None if entry is None else entry.identity)
        if self._sought and self._loading.query == self._query:
            sought, self._sought = self._sought, ()
            self._found = self._loading.indices_of(sought)
            if len(self._found) < len(set(sought)):
                self._say(kept_words.not_here(len(set(sought)) - len(self._found)))
        self._publish()

    # -- scenes ------------------------------------------------------------------------------------------------------

    def capture(self) -> dict[str, Any]:
        """Filters, order and tile size as JSON can hold them, and what is chosen by the digests of its pixels."""
        entries = map(self._loading.entry, self.chosen[:MOST_CHOSEN])
        digests = self._sought or [entry.sha256 for entry in entries if entry is not None]
        return packed_query(self._query, self._tile_size) | {"chosen": list(digests)}

    def restore_scene(self, captured: Any) -> None:
        """Bring back what `capture` gave, as far as it can be read."""
        query, size = unpacked_query(captured)
        self._tile_size = self._tile_size if size is None else size
        self._sought, self._found = unpacked_digests(captured), ()
        self._ask(query)

    # -- state -------------------------------------------------------------------------------------------------------

    def _publish(self) -> None:
        loading, state = self._loading, self._keeping.state
        entries = loading.entries
        selected = sum(1 for index in self._selection if loading.entry_at(index) is not None)
        answered = loading.query is not None and loading.query == self._query
        self._show(
            KeptState(
                query=self._query,
                counts=loading.counts,
                unfiltered=loading.unfiltered,
                titles={identity: model.title for identity, model in self._models.items()},
                tiles=loading.tiles,
                tiles_serial=loading.serial,
                tile_size=self._tile_size,
                kinds=frozenset(entry.kind for entry in entries),
                detail=self._shown_detail(),
                current=self._current if loading.entry_at(self._current) is not None else -1,
                found=self._found,
                selected=selected,
                summary=self._summary(len(entries), selected) if loading.query is not None else "",
                note=kept_words.order_note(self._query.order, entries) if answered else "",
                empty=self._empty() if answered and not entries and state.problem is None else None,
                purging=len(self._purging),
                problem=state.problem,
            )
        )

    def _summary(self, shown: int, selected: int) -> str:
        counts = self._loading.counts
        return kept_words.summary(shown, counts.all, selected, self._query.deleted) if shown or counts.all else ""

    def _empty(self) -> Empty:
        query, counts = self._query, self._loading.counts
        filtered = query != Query(order=query.order, ascending=query.ascending, deleted=query.deleted)
        if query.deleted and (not filtered or not counts.deleted):
            return Empty(kept_words.EMPTY_BIN, kept_words.EMPTY_BIN_REMEDY, kept_words.LEAVE_BIN, LEAVE_BIN)
        if not counts.all and not query.deleted:
            return Empty(kept_words.NOTHING_YET, kept_words.NOTHING_YET_REMEDY, kept_words.GO_TO_WALL, GO_TO_WALL)
        total = counts.deleted if query.deleted else counts.all
        text = kept_words.nothing_like_that(total)
        return Empty(text, kept_words.NOTHING_LIKE_THAT_REMEDY, kept_words.CLEAR, CLEAR)

    def _caption(self, entry: KeptEntry) -> str:
        model = self._models.get(entry.model)
        known = "" if entry.value is None else words.value(entry.kind, entry.value)
        label = f"\u201c{entry.marks.label}\u201d" if entry.marks.label else ""
        title = entry.model if model is None else model.title
        return ", ".join(filter(None, (label, entry.class_name, title, known)))

    def _shown_detail(self) -> Detail | None:
        loading = self._loading
        entry, picture = loading.entry(loading.chosen_identity), loading.chosen
        if entry is None or picture is None or loading.entry_at(self._current) is not entry:
            return None
        key = (entry, picture)
        if self._detail[0] != key:
            self._detail = key, detail_of(entry, picture, self._models.get(entry.model), self._current)
        return self._detail[1]


def detail_of(entry: KeptEntry, picture: WallPicture, manifest: Manifest | None, index: int) -> Detail:
    """All that is known of a kept picture; of one whose model is not installed any more, what was kept with it."""
    known = manifest or _as_it_was(entry, picture)
    chosen = Chosen(manifest=known, pixels=picture.pixels, request=picture.request, class_name=entry.class_name)
    mark = Mark(
        identity=entry.identity,
        starred=entry.marks.starred,
        label=entry.marks.label,
        collections=entry.marks.collections,
    )
    return Detail(
        chosen=chosen,
        index=index,
        place=entry.place,
        seed=entry.seed,
        class_name=entry.class_name,
        class_note="" if manifest is not None else words.unknown_model(entry.model),
        kind=entry.kind,
        value_text="" if entry.value is None else words.value(entry.kind, entry.value),
        mark=mark,
    )


def _as_it_was(entry: KeptEntry, picture: WallPicture) -> Manifest:
    """What is known of a model that is not installed."""
    height, width, channels = picture.pixels.shape
    image = ImageSpec(height=height, width=width, channels=channels, levels=256)
    title, data = entry.model, entry.dataset
    return Manifest(
        id=entry.model,
        title=title,
        family=entry.family,
        architecture="",
        data=data,
        data_title=data,
        image=image,
        graphs={},
    )
