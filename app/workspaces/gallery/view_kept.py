"""The page of kept pictures: filters above, the pictures on a wall, verbs below.  Nothing is decided here."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.theme.stylesheet import active
from app.theme.tokens import Palette, channels
from app.translation import tr
from app.widgets.tile_wall import TileWall
from app.workspaces.gallery.kept_presenter import KeptPresenter
from app.workspaces.gallery.kept_state import KeptState
from app.workspaces.gallery.view_kept_bar import KeptBar, KeptFoot


class KeptPage(QWidget):
    """``show_state`` in; `connect_to` binds everything that a hand can do here to the presenter's verbs.

    ``activated`` asks for the chosen picture large, ``page_requested`` for another page of the gallery, and
    ``image_dropped`` tells of a file.
    """

    activated = Signal(int)
    page_requested = Signal(str)
    image_dropped = Signal(str)
    theme_changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state: KeptState | None = None
        self._newest: KeptState | None = None
        self._showing = False
        self._palette = active()
        self.bar, self.wall, self.foot = KeptBar(), TileWall(), KeptFoot()
        self.wall.setAccessibleName(tr("Kept pictures"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(self.wall, 1)
        column.addWidget(self.foot)
        self.setFocusProxy(self.wall)
        self.wall.activated.connect(self.activated)
        self.wall.image_dropped.connect(self.image_dropped)

    def connect_to(self, presenter: KeptPresenter) -> None:
        """Everything that a hand does here is the presenter's to decide."""
        bar, wall, foot = self.bar, self.wall, self.foot
        bar.text_typed.connect(presenter.set_text)
        bar.model_chosen.connect(presenter.set_model)
        bar.class_chosen.connect(presenter.set_class)
        bar.collection_chosen.connect(presenter.set_collection)
        bar.starred_toggled.connect(presenter.set_starred)
        bar.order_chosen.connect(presenter.set_order)
        wall.view_changed.connect(presenter.look)
        wall.current_changed.connect(presenter.choose)
        wall.selection_changed.connect(lambda: presenter.select(wall.selection()))
        wall.tile_size_changed.connect(presenter.set_tile_size)
        wall.star_requested.connect(lambda _: presenter.star())
        wall.delete_requested.connect(presenter.delete)
        wall.problem_pressed.connect(presenter.retry)
        wall.empty_pressed.connect(lambda: self._press_empty(presenter))
        foot.bin_toggled.connect(presenter.open_bin)
        foot.star_pressed.connect(presenter.star)
        foot.delete_pressed.connect(presenter.delete)
        foot.restore_pressed.connect(presenter.restore)
        foot.empty_pressed.connect(presenter.empty_bin)
        foot.label_given.connect(presenter.label)
        foot.collection_given.connect(presenter.collect)
        foot.name_given.connect(presenter.rename_collection)
        foot.purge_answered.connect(presenter.purge)
        self.theme_changed.connect(lambda palette: presenter.set_margin(_mat(palette)))
        presenter.set_margin(_mat(self._palette))

    def _press_empty(self, presenter: KeptPresenter) -> None:
        empty = self._state.empty if self._state is not None else None
        if empty is not None and not presenter.act(empty.action):
            self.page_requested.emit("wall")

    def set_theme(self, palette: Palette) -> None:
        """Take a theme's colours."""
        self._palette = palette
        self.theme_changed.emit(palette)

    # -- state to widgets --------------------------------------------------------------------------------------------

    def show_state(self, state: KeptState) -> None:
        """Bring every widget up to the state, then to those that came of showing it."""
        self._newest = state
        if self._showing:
            return
        self._showing = True
        try:
            while self._newest is not None:
                newest, self._newest = self._newest, None
                self._show(newest)
        finally:
            self._showing = False

    def _show(self, state: KeptState) -> None:
        before, self._state = self._state, state
        self.bar.show_state(state)
        self.foot.show_state(state)
        self._show_words(state)
        wall = self.wall
        if state.tiles is not None and (before is None or before.tiles is not state.tiles):
            wall.set_source(state.tiles)
            if before is not None and before.tiles is not None and before.tiles.query != state.tiles.query:
                wall.verticalScrollBar().setValue(0)
        elif state.tiles is not None and before is not None and before.tiles_serial != state.tiles_serial:
            wall.refresh(state.tiles.take_news())
        if (before is None or before.tile_size != state.tile_size) and wall.tile_size() != state.tile_size:
            wall.set_tile_size(state.tile_size)
        if state.found and (before is None or before.found != state.found):
            wall.set_current(state.found[0])
            wall.select(state.found)

    def _show_words(self, state: KeptState) -> None:
        problem, empty = state.problem, state.empty
        said = (problem.problem, problem.remedy, problem.button) if problem is not None else ("", "", "")
        self.wall.set_problem(*said)
        self.wall.set_empty(*((empty.text, empty.remedy, empty.button) if empty is not None else ("", "", "")))


def _mat(palette: Palette) -> tuple[int, int, int]:
    """What a picture lies on, as red, green and blue."""
    red, green, blue = channels(palette.mat)
    return red, green, blue
