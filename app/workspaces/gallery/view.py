"""The Gallery on screen: signals of the widgets to the presenter's verbs, its state to the widgets.

Nothing is decided here; what a state looks like is in `view_display`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtWidgets import QAbstractButton, QInputDialog, QMenu, QWidget

import engine
from app import paths
from app.bridge.qt_serial_worker import QtSerialWorker
from app.bridge.qt_worker import QtWorker
from app.documents.picture_file import Picture
from app.messages import RESTART_ENGINE
from app.translation import tr
from app.widgets.status_line import StatusLine
from app.widgets.tile_wall import TileWall
from app.workspaces.gallery import words
from app.workspaces.gallery.keeping import Keeping
from app.workspaces.gallery.kept_presenter import KeptPresenter
from app.workspaces.gallery.outgoing import kept_file_name
from app.workspaces.gallery.plan import fits
from app.workspaces.gallery.presenter import GalleryPresenter
from app.workspaces.gallery.returning import is_of_gallery
from app.workspaces.gallery.state import DRAWERS, PAGES, GalleryState, SavedPicture
from app.workspaces.gallery.view_display import Display, unavailable
from app.workspaces.gallery.view_files import ask_for_file
from app.workspaces.gallery.view_header import EXPORTS
from app.workspaces.gallery.view_hint import HintedWall
from app.workspaces.gallery.view_inspector import Inspector
from app.workspaces.gallery.view_lecture_verbs import LectureVerbs
from app.workspaces.gallery.view_pages import Pages
from app.workspaces.gallery.view_stage import Stage
from app.workspaces.registry import Surroundings, Workspace
from engine.contracts.manifest import Manifest
from engine.errors import EngineError
from engine.records.wall_picture import WallPicture


class GalleryView(HintedWall):
    """Signals out, ``show(state)`` in."""

    model_changed = Signal(str)
    unavailable_changed = Signal(object)
    file_dropped = Signal(str)
    library_requested = Signal()
    command_requested = Signal(str)
    picture_sent = Signal(object)

    def __init__(self, surroundings: Surroundings, parent: QWidget) -> None:
        super().__init__(parent)
        self._state: GalleryState | None = None
        self._newest: GalleryState | None = None
        self._closed = self._showing = False
        self.center, self.inspector, self.status = Stage(), Inspector(surroundings.folders), StatusLine()
        self._worker = QtWorker(self)
        self._keeping = Keeping(QtSerialWorker(self), paths.kept_pictures())
        self._display = Display(self.center, self.inspector, self.status, surroundings.folders)
        self.presenter = GalleryPresenter(
            surroundings.dispatcher,
            surroundings.clock,
            surroundings.models,
            self.show,
            worker=self._worker,
            keeping=self._keeping,
            classifiers=lambda: engine.installed_classifiers(surroundings.folders),
        )
        self.pages = Pages(
            surroundings, self.center, self._keeping, self._worker, lambda: self._page_changed("kept"), self.say
        )
        self.lecture = LectureVerbs(
            self.pages.lecture, self.status, self._worker, lambda: self._on("lecture"), self._ask_for_file, self.say
        )
        header, page = self.center.header, self.center.wall_page
        self.buttons: Mapping[str, QAbstractButton] = {**header.buttons, **self.inspector.detail.buttons}
        self.areas: Sequence[QWidget] = (header, page.bar, page.wall)
        self.menus: Mapping[QMenu, Sequence[str]] = {header.save_menu: EXPORTS}
        self.center.installEventFilter(self)
        self._connect_wall()
        self._connect_rest()
        self._connect_pages()
        self.connect_acts()

    # -- signals to verbs ------------------------------------------------------------------------------------------

    def _connect_wall(self) -> None:
        bar, wall, presenter = self.center.wall_page.bar, self.center.wall_page.wall, self.presenter
        bar.count_chosen.connect(presenter.set_count)
        bar.arrangement_chosen.connect(presenter.set_arrangement)
        bar.sort_chosen.connect(presenter.set_sort)
        bar.only_chosen.connect(presenter.set_only)
        bar.size_chosen.connect(wall.set_tile_size)
        wall.tile_size_changed.connect(bar.tile_size.set_value)
        wall.tile_size_changed.connect(presenter.set_tile_size)
        wall.view_changed.connect(presenter.look)
        wall.current_changed.connect(presenter.choose)
        wall.selection_changed.connect(lambda: presenter.select(wall.selection()))
        wall.image_dropped.connect(self.file_dropped)
        wall.star_requested.connect(lambda _: presenter.star())
        wall.delete_requested.connect(presenter.let_go)
        wall.problem_pressed.connect(self._remedy)

    def _connect_rest(self) -> None:
        presenter, panel = self.presenter, self.inspector.parameters
        self.center.header.pages.chosen.connect(presenter.open_page)
        panel.value_changed.connect(presenter.set_parameter)
        panel.seed_lock_changed.connect(presenter.lock_seed)
        panel.dice_rolled.connect(presenter.roll_dice)
        self.status.stop_clicked.connect(lambda: (self.lecture if self.lecture.in_front else presenter).stop())
        detail = self.inspector.detail
        detail.label_given.connect(lambda text: self._verbs.label(text))
        detail.collection_chosen.connect(lambda name: self._verbs.collect(name))
        detail.collection_wanted.connect(self._new_collection)
        self.center.toast.action_clicked.connect(presenter.undo)
        self.inspector.replay.dismissed.connect(presenter.close_report)
        self.inspector.replay.retry_requested.connect(presenter.check_again)

    def _connect_pages(self) -> None:
        stage, presenter = self.center, self.presenter
        stage.wall_page.drawer.page_chosen.connect(presenter.open_drawer)
        drawer = stage.wall_page.drawer
        for easel in (drawer.neighbours.easel, drawer.game.easel):
            easel.open_requested.connect(lambda: self.command_requested.emit("open"))
            easel.image_dropped.connect(self.file_dropped)
        drawer.walks.save_requested.connect(self._save_walk)
        stage.kept_page.page_requested.connect(presenter.open_page)
        stage.kept_page.image_dropped.connect(self.file_dropped)
        stage.lecture_page.model_wanted.connect(self.library_requested)
        stage.lecture_page.model_told_of.connect(self.inspector.tell_of)
        stage.lecture_page.shown.connect(lambda: self._page_changed("lecture"))

    def handlers(self) -> dict[str, Callable[[], None]]:
        """What the commands do here."""
        presenter = self.presenter
        return self.lecture.over({
            "undo": presenter.undo,
            "redo": presenter.redo,
            "escape": self.escape,
            "dice": presenter.roll_dice,
            "lock-seed": self._toggle_lock,
            "draw-on": presenter.go_on,
            "star": lambda: self._verbs.star(),
            "label": self._label,
            "collect": self._new_collection,
            "let-go": self._let_go,
            "send-to-latent": self._send_to_latent,
            "zoom-in": lambda: self._wall.step_tile_size(1),
            "zoom-out": lambda: self._wall.step_tile_size(-1),
            **{f"page-{page}": partial(presenter.open_page, page) for page in PAGES},
            **{f"drawer-{page}": partial(self._open_drawer, page) for page in DRAWERS if page},
            "classes-mixed": lambda: presenter.set_arrangement("turn"),
            "classes-rows": lambda: presenter.set_arrangement("rows"),
            "classes-one": lambda: presenter.set_arrangement("one"),
            "sort-drawn": lambda: presenter.set_sort("drawn"),
            "sort-class": lambda: presenter.set_sort("class"),
            "sort-score": lambda: presenter.set_sort("score"),
            "save-picture": lambda: self._export("png"),
            "save-sheet": lambda: self._export("sheet"),
            "save-zip": lambda: self._export("zip"),
            "save-npz": lambda: self._export("npz"),
        })  # fmt: skip

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The workspace asks for nothing while another one is in front."""
        if watched is self.center and event.type() == QEvent.Type.Show:
            self.presenter.wake()
            self._look()
        elif watched is self.center and event.type() == QEvent.Type.Hide:
            self.presenter.sleep()
            self.pages.look_at("", "")
        return False

    def _look(self) -> None:
        """Only the page in front asks for anything."""
        if self._state is not None and self.center.isVisible():
            self.pages.look_at(self._state.page, self._state.drawer)

    # -- what the window asks --------------------------------------------------------------------------------------

    def start(self, model: str, scene: dict[str, Any] | None) -> str:
        """Go on where the scene ended, or open this model; a sentence where the wall's model is not installed.  Nothing
        is said of what is damaged: it takes its default."""
        if scene is None:
            self.presenter.start(model)
            return ""
        said = self.presenter.restore(scene)
        self.pages.restore(scene)
        return said

    @property
    def state(self) -> GalleryState | None:
        """What is shown."""
        return self._state

    def choose_model(self, model: str) -> None:
        """The same wall of this model."""
        self.presenter.choose_model(model)

    def set_models(self, models: Sequence[Manifest]) -> None:
        """These models are installed now."""
        self.presenter.set_models(models)
        self.pages.set_models(tuple(models))

    def say(self, text: str, kind: str = "info") -> None:
        """A sentence that goes away by itself."""
        self.center.toast.say(text, kind=kind)

    def open_picture(self, picture: Picture) -> None:
        """Bring back the wall that a saved picture's note names; another picture goes on the easel that is seen."""
        if not is_of_gallery(picture.note) and self.pages.take_own(picture.rgba):
            return
        found, wall = self.presenter.open_picture(picture.rgba, picture.note), self.center.wall_page.wall
        if found is not None and found.walk:
            self.pages.drawers.walks.set_kind(found.walk)
        if found is not None and found.index >= 0:
            wall.set_current(found.index)
        elif found is not None and found.indices:
            wall.select(found.indices)

    def picture(self) -> SavedPicture | None:
        """The chosen picture, or a sheet of the selected ones."""
        try:
            if self._on("kept"):
                return self.pages.kept.picture()
            return self.lecture.picture() if self.lecture.in_front else self.presenter.picture()
        except EngineError as error:
            self.presenter.report(error)
            return None

    def sheet(self) -> SavedPicture | None:
        """Nothing: sheets are files of their own here, however large."""
        return None

    def capture(self) -> dict[str, Any]:
        """The workspace as JSON."""
        return self.pages.capture(self.presenter.capture())

    def engine_changed(self, state: str) -> None:
        """The engine process is ``starting``, ``ready``, ``died`` or ``failed``."""
        self.presenter.engine_changed(state)
        self.pages.engine_changed(state)

    def close(self) -> None:
        """Stop; nothing is shown any more."""
        self._closed = True
        self.presenter.sleep()
        self.pages.look_at("", "")
        self._worker.close()
        self._keeping.close()

    def escape(self) -> None:
        """Stop what goes on; where nothing does, deselect."""
        if self._state is not None and self._state.busy:
            self.presenter.stop()
        else:
            self._wall.deselect()

    # -- the page in front -----------------------------------------------------------------------------------------

    def _on(self, page: str) -> bool:
        return self._state is not None and self._state.page == page

    @property
    def _verbs(self) -> GalleryPresenter | KeptPresenter:
        """Who stars, labels and collects what is chosen on the page in front."""
        return self.pages.kept if self._on("kept") else self.presenter

    @property
    def _wall(self) -> TileWall:
        return self.center.kept_page.wall if self._on("kept") else self.center.wall_page.wall

    def _let_go(self) -> None:
        self.pages.kept.delete() if self._on("kept") else self.presenter.let_go()

    def _page_changed(self, page: str) -> None:
        """This page shows something else, which inspector, status line and commands are of while it is in front."""
        if self._on(page):
            self._show_chosen()

    def _show_chosen(self) -> None:
        """What is chosen on the page in front: in the inspector, and what can be done with it."""
        state = self._state
        if state is None:
            return
        detail, selected = state.detail, state.selected
        if state.page == "kept":
            detail, selected = self.pages.kept_detail, self.pages.kept_state.selected
        elif state.page == "lecture":
            detail, selected = None, 0
        self._display.show_chosen(state, detail, selected)
        self.unavailable_changed.emit(self.lecture.shown(state, unavailable(state, detail, selected)))

    def _toggle_lock(self) -> None:
        self.presenter.lock_seed(not (self._state is not None and self._state.seed_locked))

    def _send_to_latent(self) -> None:
        picture = self.presenter.at_its_point()
        if picture is not None:
            self.picture_sent.emit(picture)

    def _label(self) -> None:
        """The label's field has the keys."""
        self.inspector.detail.label.setFocus()
        self.inspector.detail.label.selectAll()

    def _new_collection(self) -> None:
        """Ask for a name, and put what is chosen there."""
        name, given = QInputDialog.getText(self.center, tr("Collect"), tr("Name of the collection"))
        if given and name.strip():
            self._verbs.collect(name)

    def _export(self, kind: str) -> None:
        """Ask for the file."""
        if self._on("kept"):
            self.pages.ask_for_kept(lambda pictures: self._export_kept(kind, pictures))
            return
        path = self._ask_for_file(kind, self.presenter.file_name(kind), len(self.presenter.outgoing(kind)))
        if path is not None:
            self.presenter.export(kind, path)

    def _export_kept(self, kind: str, pictures: Sequence[WallPicture]) -> None:
        """The chosen kept pictures, read from the disk by now."""
        path = self._ask_for_file(kind, kept_file_name(kind, pictures), len(pictures))
        if path is not None:
            self.presenter.export_pictures(kind, path, pictures)

    def _open_drawer(self, page: str) -> None:
        """The drawer is below the wall."""
        self.presenter.open_page("wall")
        self.presenter.open_drawer(page)

    def _save_walk(self) -> None:
        """Ask for the strip's file."""
        strip = self.pages.drawers.walks.strip()
        if strip is None:
            self.say(words.WALK_NOT_DRAWN)
        elif (path := self._ask_for_file("png", strip.name, 1)) is not None:
            self.pages.drawers.saving.save(strip, path)

    def _ask_for_file(self, kind: str, name: str, count: int) -> Path | None:
        """Where so many pictures go; None where nothing does."""
        if not count:
            self.say(words.NOTHING_CHOSEN)
            return None
        return ask_for_file(self.center, kind, name, count)

    def _remedy(self) -> None:
        problem = self._state.problem if self._state is not None else None
        if problem is None or self.presenter.act(problem.action):
            return
        if problem.action == RESTART_ENGINE:
            self.command_requested.emit("restart-engine")
        else:
            self.library_requested.emit()

    # -- state to widgets ------------------------------------------------------------------------------------------

    def show(self, state: GalleryState) -> None:
        """Bring every widget up to the state, then to those that came of showing it: a wall says what is in view."""
        self._newest = state
        if self._showing:
            return
        self._showing = True
        try:
            while self._newest is not None and not self._closed:
                newest, self._newest = self._newest, None
                self._show(newest)
        finally:
            self._showing = False

    def _show(self, state: GalleryState) -> None:
        before, self._state = self._state, state
        self._display.show(state, before)
        self.inspector.replay.show_state(state.replay)
        if state.manifest is not None and (before is None or before.manifest is not state.manifest):
            self.model_changed.emit(state.manifest.id)
        self.tell_parameters(state.parameters)
        self.pages.follow(state)
        self._look()
        self._show_chosen()


GALLERY = Workspace(
    id="gallery",
    title=tr("Gallery"),
    help=tr("Draw hundreds and thousands of pictures, look through them, compare models, and keep what you like."),
    fits=fits,
    build=GalleryView,
    made=is_of_gallery,
)
"""The workspace as the window knows it."""
