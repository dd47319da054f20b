"""Lecture, Kept and the drawer beside the wall: their presenters, and which of them is seen.

Only what is in front asks for anything.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

import engine
from app.bridge.ports import Worker
from app.documents.film import film_files
from app.documents.kept_pictures import KeptPictures as GoingOut
from app.widgets.film_reel import read_film
from app.workspaces.gallery.drawers import Drawers
from app.workspaces.gallery.keeping import Keeping
from app.workspaces.gallery.kept_presenter import KeptPresenter
from app.workspaces.gallery.kept_state import KeptState
from app.workspaces.gallery.lecture_presenter import LecturePresenter
from app.workspaces.gallery.real_pictures import RealPictures
from app.workspaces.gallery.state import Detail, GalleryState
from app.workspaces.gallery.view_stage import Stage
from app.workspaces.gallery.view_walks import WalksPage
from app.workspaces.gallery.walks import WalksPresenter
from app.workspaces.registry import Surroundings
from engine.contracts.manifest import Manifest
from engine.records.wall_picture import WallPicture


class Pages:
    """``kept_changed`` is called when the page of kept pictures shows something else; ``say`` shows a sentence."""

    def __init__(
        self,
        surroundings: Surroundings,
        center: Stage,
        keeping: Keeping,
        worker: Worker,
        kept_changed: Callable[[], None],
        say: Callable[..., None],
    ) -> None:
        folders = self._folders = surroundings.folders
        self._center, self._keeping, self._kept_changed = center, keeping, kept_changed
        self._seen: tuple[str, str] = ("", "")
        self.kept_state = KeptState()
        self.kept = KeptPresenter(keeping, surroundings.models, self._show_kept, say)

        def classifiers() -> Mapping[str, Manifest]:
            return engine.installed_classifiers(folders)

        def read(manifest: Manifest) -> engine.References:
            return engine.read_references(folders, manifest.data, manifest.data_title)

        self.lecture = LecturePresenter(
            surroundings.dispatcher,
            surroundings.clock,
            surroundings.models,
            center.lecture_page.show_state,
            classifiers=classifiers,
            real=RealPictures(worker, read),
            say=say,
        )
        self.drawers = Drawers(
            surroundings.dispatcher,
            surroundings.clock,
            worker,
            read=read,
            classifiers=classifiers,
            film_steps=lambda manifest: [float(step) for step, _ in film_files(folders, manifest)],
            changed=self._show_drawer,
            say=say,
        )
        self._filmed: Manifest | None = None
        self._connect()

    def _connect(self) -> None:
        self._center.kept_page.connect_to(self.kept)
        page, lecture = self._center.lecture_page, self.lecture
        page.data_chosen.connect(lecture.choose_data)
        page.preset_requested.connect(lecture.take_preset)
        page.class_chosen.connect(lecture.choose_class)
        page.count_chosen.connect(lecture.set_count)
        page.column_added.connect(lecture.add_column)
        page.column_removed.connect(lecture.remove_column)
        page.model_chosen.connect(lecture.choose_model)
        page.picked.connect(lecture.pick)
        page.looked.connect(lecture.look)
        page.touched.connect(lecture.touch)
        page.compare_requested.connect(lecture.compare)
        page.real_wanted.connect(lecture.put_real)
        drawer, drawers = self._center.wall_page.drawer, self.drawers
        drawer.neighbours.easel.connect_to(drawers.easel)
        drawer.neighbours.retry_requested.connect(drawers.neighbours.retry)
        drawer.game.easel.connect_to(drawers.easel)
        drawer.game.retry_requested.connect(drawers.game.retry)
        drawer.game.play_toggled.connect(drawers.game.toggle_play)
        drawer.game.step_chosen.connect(drawers.game.go_to)
        drawer.game.stepped.connect(drawers.game.step)
        self._connect_walks(drawer.walks, drawers.walks)

    def _connect_walks(self, page: WalksPage, walks: WalksPresenter) -> None:
        page.kind_chosen.connect(walks.set_kind)
        page.steps_chosen.connect(walks.set_steps)
        page.hold_toggled.connect(walks.hold)
        page.end_requested.connect(walks.another_end)
        page.play_toggled.connect(walks.toggle_play)
        page.pointed.connect(walks.point_at)
        page.picture_chosen.connect(self.drawers.take_from_walk)
        page.retry_requested.connect(walks.retry)

    # --- what is seen

    def follow(self, state: GalleryState) -> None:
        """The wall's state is another one: the drawer is of its chosen picture."""
        self.drawers.choose(state.manifest, state.detail.chosen if state.detail is not None else None)

    def look_at(self, page: str, drawer: str) -> None:
        """This page of the gallery is seen, of the wall with this page of the drawer; empty for none."""
        before, self._seen = self._seen, (page, drawer)
        if before[0] != page:
            for name, presenter in (("lecture", self.lecture), ("kept", self.kept)):
                presenter.wake() if name == page else presenter.sleep()
        self.drawers.show(drawer if page == "wall" else "")

    def _show_kept(self, state: KeptState) -> None:
        self.kept_state = state
        self._center.kept_page.show_state(state)
        self._kept_changed()

    def _show_drawer(self, page: str) -> None:
        shown, drawers = self._center.wall_page.drawer, self.drawers
        if page == "neighbours":
            shown.neighbours.show_state(drawers.neighbours.state)
        elif page == "walks":
            shown.walks.show_state(drawers.walks.state)
        elif page == "game":
            self._show_film(drawers.easel.manifest)
            shown.game.show_state(drawers.game.state)

    def _show_film(self, manifest: Manifest | None) -> None:
        """The frames are read when somebody looks at them, once a model."""
        if manifest is not self._filmed and self._seen == ("wall", "game"):
            self._filmed = manifest
            film = read_film(self._folders, manifest).frames if manifest is not None else ()
            self._center.wall_page.drawer.game.set_film(film)

    def take_own(self, rgba: NDArray[np.uint8]) -> bool:
        """A picture (h, w, 4) from outside: the page with an easel that is unfolded takes it, if there is one."""
        return self._seen in (("wall", "neighbours"), ("wall", "game")) and self.drawers.easel.load(rgba)

    @property
    def kept_detail(self) -> Detail | None:
        """The chosen one of the kept pictures."""
        return self.kept_state.detail

    def ask_for_kept(self, told: Callable[[list[WallPicture]], None]) -> None:
        """The chosen kept pictures as they go out, read from the disk on its own thread."""
        chosen = self.kept.chosen
        self._keeping.ask(lambda store: list(GoingOut([store.picture(identity) for identity in chosen])), told)

    # --- what the window says

    def set_models(self, models: tuple[Manifest, ...]) -> None:
        """These models are installed now."""
        self.lecture.set_models(models)
        self.kept.set_models(models)

    def engine_changed(self, state: str) -> None:
        """The engine process is ``starting``, ``ready``, ``died``, ``failed`` or ``closed``."""
        self.lecture.engine_changed(state)
        self.drawers.engine_changed(state)

    def capture(self, wall: Mapping[str, Any]) -> dict[str, Any]:
        """What the wall captured and the pages as JSON can hold them, with the models of both."""
        lecture = self.lecture.capture()
        models = sorted({*wall["models"], *lecture["models"]})
        return {**wall, "models": models, "lecture": lecture, "kept": self.kept.capture()}

    def restore(self, scene: Mapping[str, Any]) -> None:
        """Bring back what `capture` gave."""
        self.lecture.restore(scene.get("lecture"))
        self.kept.restore_scene(scene.get("kept"))
