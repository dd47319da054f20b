"""Which pictures of the wall are kept, and what a person's verbs on the wall do to the kept ones."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from app.documents.collection.picture import Drawing, Marks
from app.documents.collection.recipe import recipes_of
from app.documents.collection.store import KeptPictures
from app.documents.wall import Wall
from app.documents.wall_pictures import Hanging, WallPictures
from app.workspaces.gallery.keeping import Keeping
from app.workspaces.gallery.kept_drawings import drawings_of, wall_digest
from app.workspaces.gallery.state import UNMARKED, Mark
from engine.contracts.manifest import Manifest

Known = tuple[Mapping[int, tuple[int, Marks]], tuple[str, ...]]


class Shelf:
    """The marks of the pictures on the wall, and the names of all collections.

    ``changed`` is called when they are others; ``acted`` when something was done that undo takes back; ``say`` tells
    what happened, in a sentence of a kind, and whether undo is to be offered with it.  ``serial`` rises with the marks.
    """

    def __init__(
        self,
        keeping: Keeping,
        changed: Callable[[], None],
        acted: Callable[[], None],
        say: Callable[[str, str, bool], None],
    ) -> None:
        self._keeping, self._changed, self._acted, self._say = keeping, changed, acted, say
        self._wall: tuple[Wall, Manifest] | None = None
        self._marks: Mapping[int, Mark] = {}
        self.collections: tuple[str, ...] = ()
        self.serial = 0
        self._seen, self._news = keeping.state.serial, keeping.state.news_serial
        keeping.listen(self._told)

    # --- what is kept

    def show(self, wall: Wall, manifest: Manifest) -> None:
        """Another wall hangs."""
        self._wall = wall, manifest
        self._marks = {}
        self.serial += 1
        self._ask()

    def mark_of(self, index: int) -> Mark:
        """What is marked on the picture at an index of the wall."""
        return self._marks.get(index, UNMARKED)

    @property
    def marks(self) -> Mapping[int, tuple[bool, str]]:
        """Star and label of the pictures that have one."""
        return {index: (mark.starred, mark.label) for index, mark in self._marks.items()}

    def _ask(self) -> None:
        if self._wall is None:
            return
        asked = wall, manifest = self._wall

        def question(store: KeptPictures) -> Known:
            recipes = recipes_of(wall, wall_digest(manifest), range(wall.total))
            kept = store.kept_among(recipes)
            found = {index: kept[recipe] for index, recipe in enumerate(recipes) if recipe in kept} if kept else {}
            return found, tuple(sorted(store.counts().collections, key=str.casefold))

        self._keeping.ask(question, lambda known: self._answered(asked, known))

    def _answered(self, asked: tuple[Wall, Manifest], known: Known) -> None:
        if asked != self._wall:
            return
        found, collections = known
        marks = {index: _mark(*kept) for index, kept in found.items()}
        if marks != self._marks or collections != self.collections:
            self._marks, self.collections = marks, collections
            self.serial += 1
            self._changed()

    def _told(self) -> None:
        state = self._keeping.state
        news, self._news = state.news_serial != self._news, state.news_serial
        if state.serial != self._seen:
            self._seen = state.serial
            self._ask()
        if news and state.can_undo:
            self._acted()
        if news and state.news:
            self._say(state.news, state.news_kind, state.can_undo)

    # --- verbs

    def star(self, indices: Sequence[int], hanging: Hanging) -> None:
        """Star these pictures, or take the star from them if all have one."""
        if all(self.mark_of(index).starred for index in indices):
            self._keeping.unstar(self._kept(indices), let_go=True)
        else:
            self._keep(indices, hanging, starred=True)

    def label(self, indices: Sequence[int], hanging: Hanging, text: str) -> None:
        """Label these pictures, which keeps them; an empty text takes the label off."""
        if text.strip():
            self._keep(indices, hanging, label=text)
        else:
            self._keeping.label(self._kept(indices), "")

    def collect(self, indices: Sequence[int], hanging: Hanging, name: str) -> None:
        """Put these pictures in a collection, or take them out if all are in it."""
        if all(name in self.mark_of(index).collections for index in indices):
            self._keeping.take_out(self._kept(indices), name)
        else:
            self._keep(indices, hanging, collection=name)

    @property
    def acting(self) -> int:
        """How many actions are on their way that are no steps of the history yet."""
        return self._keeping.acting

    def delete(self, indices: Sequence[int]) -> bool:
        """Keep these pictures no longer; whether any of them was kept."""
        kept = self._kept(indices)
        if kept:
            self._keeping.delete(kept)
        return bool(kept)

    def undo(self) -> None:
        """Take back what was done to kept pictures last."""
        self._keeping.undo()

    def redo(self) -> None:
        """Do it again."""
        self._keeping.redo()

    def refresh(self) -> None:
        """Another window may have kept pictures meanwhile."""
        self._keeping.refresh()

    def _kept(self, indices: Sequence[int]) -> Collection[int]:
        found = (self.mark_of(index).identity for index in indices)
        return [identity for identity in found if identity is not None]

    def _keep(
        self, indices: Sequence[int], hanging: Hanging, starred: bool = False, label: str = "", collection: str = ""
    ) -> None:
        def make() -> Sequence[Drawing]:
            return drawings_of(WallPictures(hanging, indices), hanging.manifest)

        self._keeping.keep(make, starred=starred, label=label, collection=collection)


def _mark(identity: int, marks: Marks) -> Mark:
    return Mark(identity=identity, starred=marks.starred, label=marks.label, collections=marks.collections)
