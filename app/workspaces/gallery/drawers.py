"""The pages of the drawer, each with its presenter: only the one that is unfolded asks for anything.  Qt-free."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from app.bridge.ports import Clock, Dispatcher, Worker
from app.workspaces.gallery.asking import class_head
from app.workspaces.gallery.chosen import Chosen
from app.workspaces.gallery.easel import Easel
from app.workspaces.gallery.game import GamePresenter
from app.workspaces.gallery.neighbours import NeighboursPresenter
from app.workspaces.gallery.real_pictures import Read, RealPictures
from app.workspaces.gallery.walk_saving import WalkSaving
from app.workspaces.gallery.walks import WalksPresenter
from engine.contracts.manifest import Manifest


class Page(Protocol):
    """What every page of the drawer can be told."""

    def choose(self, chosen: Chosen | None) -> None: ...
    def wake(self) -> None: ...
    def sleep(self) -> None: ...
    def engine_changed(self, state: str) -> None: ...


class Drawers:
    """``read`` gives the reference pictures of a model's data set, ``classifiers`` the classifiers by data set,
    ``film_steps`` the training steps that a model's film shows; ``changed`` is called with a page's name when its state
    is another one, ``say`` with a sentence and its kind."""

    def __init__(
        self,
        dispatcher: Dispatcher,
        clock: Clock,
        worker: Worker,
        *,
        read: Read,
        classifiers: Callable[[], Mapping[str, Manifest]],
        film_steps: Callable[[Manifest], Sequence[float]],
        changed: Callable[[str], None],
        say: Callable[[str, str], None],
        engine: str = "starting",
    ) -> None:
        self._classifiers = classifiers
        self.easel = Easel(RealPictures(worker, read))
        self.neighbours = NeighboursPresenter(
            dispatcher,
            clock,
            lambda: changed("neighbours"),
            self.easel,
            label_names=self._label_names,
            engine=engine,
        )
        self.walks = WalksPresenter(dispatcher, clock, lambda: changed("walks"), engine=engine)
        self.game = GamePresenter(
            dispatcher, clock, lambda: changed("game"), self.easel, film_steps=film_steps, engine=engine
        )
        self.saving = WalkSaving(dispatcher, worker, say)
        self.pages: Mapping[str, Page] = {"neighbours": self.neighbours, "walks": self.walks, "game": self.game}
        self._awake = ""
        self._followed: Chosen | None = None

    def _label_names(self, manifest: Manifest) -> tuple[str, ...]:
        """The classes of the data set's pictures: the model's, else those that its classifier tells."""
        judge = self._classifiers().get(manifest.data)
        return manifest.class_names or (class_head(judge)[1] if judge is not None else ())

    def show(self, page: str) -> None:
        """This page is seen, empty for none."""
        if page == self._awake:
            return
        before, self._awake = self.pages.get(self._awake), page
        if before is not None:
            before.sleep()
        if page in self.pages:
            self.pages[page].wake()

    def choose(self, manifest: Manifest | None, chosen: Chosen | None) -> None:
        """The wall is of this model, and this picture of it is chosen."""
        self.easel.set_model(manifest)
        self.walks.set_model(manifest)
        if chosen is self._followed:
            return  # what was taken from a walk since stays
        self._followed = chosen
        for page in self.pages.values():
            page.choose(chosen)

    def take_from_walk(self, row: int, column: int) -> None:
        """A picture of the walk is what the other pages are of."""
        chosen = self.walks.chosen_at(row, column)
        if chosen is not None:
            self.easel.choose(chosen)

    def engine_changed(self, state: str) -> None:
        """The engine process is ``starting``, ``ready``, ``died``, ``failed`` or ``closed``."""
        for page in self.pages.values():
            page.engine_changed(state)
        self.saving.set_open(state == "ready")
