"""The pages of the drawer, each with its presenter: only the one that is unfolded asks for anything.  Qt-free."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from app.bridge.ports import Clock, Dispatcher, Worker
from app.workspaces.gallery.asking import class_head
from app.workspaces.gallery.chosen import Chosen
from app.workspaces.gallery.easel import Easel
from app.workspaces.gallery.neighbours import NeighboursPresenter
from app.workspaces.gallery.real_pictures import Read, RealPictures
from engine.contracts.manifest import Manifest


class Page(Protocol):
    """What every page of the drawer can be told."""

    def choose(self, chosen: Chosen | None) -> None: ...
    def wake(self) -> None: ...
    def sleep(self) -> None: ...
    def engine_changed(self, state: str) -> None: ...


class Drawers:
    """``read`` gives the reference pictures of a model's data set, ``classifiers`` the classifiers by data set;
    ``changed`` is called with a page's name when its state is another one."""

    def __init__(
        self,
        dispatcher: Dispatcher,
        clock: Clock,
        worker: Worker,
        *,
        read: Read,
        classifiers: Callable[[], Mapping[str, Manifest]],
        changed: Callable[[str], None],
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
        self.pages: Mapping[str, Page] = {"neighbours": self.neighbours}
        self._awake = ""

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
        for page in self.pages.values():
            page.choose(chosen)

    def engine_changed(self, state: str) -> None:
        """The engine process is ``starting``, ``ready``, ``died``, ``failed`` or ``closed``."""
        for page in self.pages.values():
            page.engine_changed(state)
