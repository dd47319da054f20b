"""The window's content: what stands around the workspaces, and how it adapts to its size.

It knows the library, the top bar and the palette of commands; of a workspace it knows `WorkspaceView`.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QImage, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.documents.picture_file import Picture
from app.shell.actions import Actions, Handlers
from app.shell.command_palette import CommandPalette, key_text
from app.shell.commands import BY_ID, worded
from app.shell.first_frame import RAIL_BELOW, Shown, chip_texts, left_columns
from app.shell.panels import line, scrolled
from app.shell.tab_order import neighbour, stops
from app.shell.top_bar import TopBar
from app.theme.tokens import Size
from app.translation import tr
from app.widgets.lesson_panel import LessonPanel
from app.widgets.model_library import LibraryEntry, ModelLibrary
from app.workspaces.registry import Workspace, WorkspaceView
from engine.contracts.manifest import Manifest

LEAST_CENTER = 420
"""The centre's least width, device-independent px, with the lines beside it."""
_RETURN = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


def application() -> QApplication:
    """The one application."""
    found = QApplication.instance()
    assert isinstance(found, QApplication)
    return found


def tooltip(command: str) -> str:
    """What a command's button says: its help and its key."""
    found = worded(BY_ID[command], "")
    return f"{found.help} ({key_text(found)})" if found.keys else found.help


class Window(QWidget):
    """Top bar, library, the workspace's centre and inspector, its status line."""

    model_chosen = Signal(str, str)  # workspace, model
    file_dropped = Signal(str)
    quit_requested = Signal()

    def __init__(
        self, workspaces: Sequence[Workspace], models: Sequence[Manifest], previews: Mapping[str, QImage]
    ) -> None:
        super().__init__()
        self._previews = previews
        self.setObjectName("window")
        self.actions_table = Actions(self)
        self.top_bar = TopBar([(w.id, w.title, w.help) for w in workspaces], self.actions_table.menu(self))
        self.library = ModelLibrary()
        self._workspaces, self._models = tuple(workspaces), tuple(models)
        self.views: dict[str, WorkspaceView] = {}
        self.current = ""
        self._unavailable: dict[str, frozenset[str]] = {}
        self._shown_models: dict[str, str] = {}
        self._center, self._inspectors, self._statuses = QStackedWidget(), QStackedWidget(), QStackedWidget()
        self._rail_wanted: bool | None = None
        self._beside: LessonPanel | None = None
        self._shell_handlers: Handlers = {}
        self._overrides: Handlers = {}
        self._first_of_escape: Callable[[], bool] = lambda: False
        self._lay_out()
        table = self.actions_table
        self.palette_card = CommandPalette(table.handled, table.enabled, self, lambda: self.current)
        self.palette_card.chosen.connect(self.actions_table.run)
        self.top_bar.palette_requested.connect(self.palette_card.open)
        self.top_bar.workspace_chosen.connect(self.show_workspace)
        self.library.model_chosen.connect(self.choose_model)
        self.library.open_requested.connect(lambda: self.actions_table.run("open-model"))
        application().focusChanged.connect(self._focus_moved)

    def _lay_out(self) -> None:
        self._inspectors.setFixedWidth(Size.INSPECTOR)
        self._statuses.setFixedHeight(Size.STATUS_LINE)
        self._center.setMinimumWidth(416)
        body = self._body = QHBoxLayout()
        body.setSpacing(0)
        self._library_line = line(vertical=True)
        for widget in (self.library, self._library_line):
            body.addWidget(widget)
        body.addWidget(self._center, 1)
        self._inspector_line = line(vertical=True)
        for widget in (self._inspector_line, self._inspectors):
            body.addWidget(widget)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.top_bar)
        layout.addWidget(line(vertical=False))
        layout.addLayout(body, 1)
        layout.addWidget(line(vertical=False))
        layout.addWidget(self._statuses)

    # -- workspaces ------------------------------------------------------------------------------------------------

    def add_workspace(self, workspace: Workspace, view: WorkspaceView) -> None:
        """Give a workspace its place; the first one shows."""
        self.views[workspace.id] = view
        self._center.addWidget(view.center)
        self._inspectors.addWidget(scrolled(view.inspector))
        self._statuses.addWidget(view.status)
        view.file_dropped.connect(self.file_dropped)
        view.library_requested.connect(self._focus_library)
        view.command_requested.connect(self.actions_table.run)
        view.picture_sent.connect(self._open_where_made)
        view.model_changed.connect(lambda model: self._model_changed(workspace.id, model))
        view.unavailable_changed.connect(lambda commands: self._unavailable_changed(workspace.id, commands))
        self._adopt_controls(view)
        if not self.current:
            self.show_workspace(workspace.id)

    def show_workspace(self, identity: str) -> None:
        """Bring a workspace to the front, if it is not there."""
        if identity == self.current:
            return
        index = list(self.views).index(identity)
        for stack in (self._center, self._inspectors, self._statuses):
            stack.setCurrentIndex(index)
        self.current = identity
        self.top_bar.set_workspace(identity)
        self.actions_table.set_workspace(identity)
        self._fill_library()
        self.library.set_current(self._shown_models.get(identity, ""))
        self._bind()
        self.actions_table.set_unavailable(self._unavailable.get(identity, frozenset()))
        self.view.center.setFocus()

    def _adopt_controls(self, view: WorkspaceView) -> None:
        """The view's buttons and menus that stand for commands get their words from the table of commands."""
        for command, button in view.buttons.items():
            action = self.action(command)
            button.setAccessibleName(action.text().removesuffix("..."))
            button.setToolTip(tooltip(command))
            button.clicked.connect(lambda _=False, command=command: self.actions_table.run(command))
            action.changed.connect(lambda action=action, button=button: button.setEnabled(action.isEnabled()))
        for menu, commands in view.menus.items():
            menu.addActions([self.action(command) for command in commands])

    def _unavailable_changed(self, workspace: str, commands: frozenset[str]) -> None:
        self._unavailable[workspace] = commands
        if workspace == self.current:
            self.actions_table.set_unavailable(commands)

    def show_maker(self, note: str) -> bool:
        """Bring the workspace to the front that made the picture with this note; whether there is one."""
        maker = next((w for w in self._workspaces if note and w.made(note)), None)
        if maker is None or maker.id not in self.views:
            return False
        if maker.id != self.current:
            self.show_workspace(maker.id)
        return True

    def _open_where_made(self, picture: Picture) -> None:
        if self.show_maker(picture.note or ""):
            self.view.open_picture(picture)

    def send_to_gallery(self) -> None:
        """Hang a wall of the model that is open here."""
        model = self._shown_models.get(self.current, "")
        self.show_workspace("gallery")
        if any(manifest.id == model for manifest in self._models if self._fits("gallery", manifest)):
            self.view.choose_model(model)
        else:
            self.say(tr("This model does not draw pictures out of nothing: the wall is of another one."))

    def opens(self, workspace: str, model: str) -> bool:
        """Whether a model of this id is installed and opens in the workspace."""
        return any(manifest.id == model and self._fits(workspace, manifest) for manifest in self._models)

    def _fits(self, workspace: str, model: Manifest) -> bool:
        return any(each.fits(model) for each in self._workspaces if each.id == workspace)

    def send_to_complete(self) -> None:
        """Open the picture in the Complete workspace, with a model of the same data if there is one."""
        saved, home = self.view.picture(), next((w for w in self._workspaces if w.id == "complete"), None)
        if saved is None or home is None or home.id not in self.views:
            return
        here = next((m for m in self._models if m.id == self._shown_models.get(self.current, "")), None)
        fitting = [m for m in self._models if home.fits(m)]
        alike = next((m for m in fitting if here is not None and m.data == here.data), None)
        color = np.broadcast_to(saved.pixels[..., :3], (*saved.pixels.shape[:2], 3))
        opaque = np.full((*saved.pixels.shape[:2], 1), 255, np.uint8)
        self.show_workspace(home.id)
        if alike is not None:
            self.view.choose_model(alike.id)
        self.view.open_picture(Picture(np.concatenate([color, opaque], axis=2)))

    # -- models ----------------------------------------------------------------------------------------------------

    def choose_model(self, model: str) -> None:
        """Open a model where it opens: here if it fits, else in the first workspace that it fits."""
        manifest = next((m for m in self._models if m.id == model), None)
        if manifest is None:
            return
        here = next(w for w in self._workspaces if w.id == self.current)
        home = here if here.fits(manifest) else next((w for w in self._workspaces if w.fits(manifest)), None)
        if home is None:
            self.say(
                tr("{title} opens in a workspace that this version does not have yet.").format(title=manifest.title)
            )
            return
        self.show_workspace(home.id)
        self.view.choose_model(model)

    def set_models(self, models: Sequence[Manifest]) -> None:
        """The installed models changed."""
        self._models = tuple(models)
        for workspace in self._workspaces:
            if workspace.id in self.views:
                self.views[workspace.id].set_models([model for model in models if workspace.fits(model)])
        self._fill_library()

    def _model_changed(self, workspace: str, model: str) -> None:
        self._shown_models[workspace] = model
        if workspace == self.current:
            self.library.set_current(model)
        self.model_chosen.emit(workspace, model)

    def _fill_library(self) -> None:
        here = next(w for w in self._workspaces if w.id == self.current)
        shown = [Shown(m.id, m.title, m.data_title, m.architecture) for m in self._models]
        texts, titles = chip_texts(shown), [model.title for model in self._models]
        self.library.set_models([self._entry(m, here, texts[m.id], titles.count(m.title) == 1) for m in self._models])

    def say(self, text: str, kind: str = "info") -> None:
        """A sentence that goes away by itself; ``kind`` is info, ok or warn."""
        self.view.say(text, kind)

    def _entry(self, model: Manifest, here: Workspace, chip: str, alone: bool) -> LibraryEntry:
        """``chip`` is its words; where it is not ``alone`` with its title, the title has its id too."""
        home = next((w for w in self._workspaces if w.fits(model)), None)
        return LibraryEntry(
            id=model.id,
            title=model.title if alone else f"{model.title} ({model.id})",
            data_title=model.data_title,
            architecture=chip,
            fits=here.fits(model),
            opens_in="" if home is None else home.title,
            tooltip=model.summary if alone else f"{model.id}: {model.summary or model.title}",
            preview=self._previews.get(model.id),
        )

    @property
    def view(self) -> WorkspaceView:
        """The workspace that shows."""
        return self.views[self.current]

    def set_handlers(self, handlers: Handlers) -> None:
        """What the commands do that belong to no workspace."""
        self._shell_handlers = handlers
        self._bind()

    def set_overrides(self, handlers: Handlers) -> None:
        """What these commands do instead, until they are others."""
        self._overrides = handlers
        self._bind()

    def set_first_of_escape(self, takes: Callable[[], bool]) -> None:
        """Who is asked first when Esc is pressed; where it says that it took it, the workspace does not hear of it."""
        self._first_of_escape = takes

    def _escape(self, handler: Callable[[], None]) -> None:
        if not self._first_of_escape():
            handler()

    def _bind(self) -> None:
        own: Handlers = {
            "palette": self.palette_card.open,
            "quit": lambda: self.quit_requested.emit(),
            "library": self.toggle_library,
            "inspector": self.toggle_inspector,
        }
        for identity in filter(lambda identity: f"show-{identity}" in BY_ID, self.views):
            own = {**own, f"show-{identity}": functools.partial(self.show_workspace, identity)}
        if self.current and self.current != "complete":
            own = {**own, "send-to-complete": self.send_to_complete}
        if "gallery" in self.views and self.current != "gallery":
            own = {**own, "send-to-gallery": self.send_to_gallery}
        of_workspace = self.view.handlers() if self.current else {}
        if "escape" in of_workspace:
            of_workspace["escape"] = functools.partial(self._escape, of_workspace["escape"])
        self.actions_table.bind(own, self._shell_handlers, of_workspace, self._overrides)

    def action(self, command: str) -> QAction:
        """The action of a command, for tests and toolbars."""
        return self.actions_table.action(command)

    # -- room ------------------------------------------------------------------------------------------------------

    def toggle_library(self) -> None:
        """Rail or full width, whatever the window's width says; where a column has taken its room, that goes."""
        if self.library.isHidden():
            self.actions_table.run("lessons")
            return
        self._rail_wanted = self.library.width() > Size.LIBRARY_RAIL
        self._fit_library()

    def _focus_library(self) -> None:
        if self.library.isHidden():
            self.toggle_library()
        self.library.focus_current()

    def toggle_inspector(self) -> None:
        """Give the inspector's room to the canvas, or take it back."""
        hide = self._inspectors.isVisible()
        self._inspectors.setVisible(not hide)
        self._inspector_line.setVisible(not hide)

    def set_beside(self, column: LessonPanel) -> None:
        """A column between library and centre, shown or not; the library makes room for it."""
        self._beside = column
        self._beside_line = line(vertical=True)
        self._body.insertWidget(2, column)
        self._body.insertWidget(3, self._beside_line)
        self.show_beside(False)

    def show_beside(self, shown: bool) -> None:
        """Show that column, or give its room back."""
        if self._beside is not None:
            self._beside.setVisible(shown)
            self._beside_line.setVisible(shown)
            self._fit_library()

    def _fit_library(self) -> None:
        """A rail where there is little room; nothing where a column stands beside it and there is less."""
        shown = self._beside is not None and not self._beside.isHidden()
        library, lessons = left_columns(self.width(), shown)
        rail = library == Size.LIBRARY_RAIL if self._rail_wanted is None else self._rail_wanted
        self.library.set_rail(rail or self.width() - lessons < LEAST_CENTER + Size.LIBRARY + Size.INSPECTOR)
        for part in (self.library, self._library_line):
            part.setVisible(library > 0)
        if self._beside is not None and shown:
            self._beside.setFixedWidth(lessons)

    def resizeEvent(self, event: QResizeEvent) -> None:
        if (event.oldSize().width() < RAIL_BELOW) != (event.size().width() < RAIL_BELOW):
            self._rail_wanted = None
        self._fit_library()
        if self.palette_card.isVisible():
            self.palette_card.place()

    # -- keys -----------------------------------------------------------------------------------------------------

    def focusNextPrevChild(self, forward: bool) -> bool:  # noqa: N802 -- Qt's name
        """Tab goes through the areas as they are read."""
        beside = () if self._beside is None else self._beside.areas
        areas = (self.top_bar, self.library, *beside, *self.view.areas, self._inspectors, self._statuses)
        found = neighbour(stops(areas), application().focusWidget(), forward)
        if found is None:
            return False
        found.setFocus(Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason)
        return True

    def _focus_moved(self, _: QWidget | None, now: QWidget | None) -> None:
        if isinstance(now, (QLineEdit, QAbstractSpinBox, QComboBox)):
            now.removeEventFilter(self)
            now.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keys that a field needs stay with the field: Return in the seed box does not adopt, 8 in the list of classes
        looks for the 8; after Return the keys belong to the picture again."""
        if isinstance(event, QKeyEvent) and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            if event.type() == QEvent.Type.ShortcutOverride:
                typed = isinstance(watched, QComboBox) and event.text().isprintable() and bool(event.text())
                if typed or event.key() in _RETURN:
                    event.accept()
            elif event.type() == QEvent.Type.KeyPress and event.key() in _RETURN and self._is_of_view(watched):
                QTimer.singleShot(0, self.view.center.setFocus)
        return False

    def _is_of_view(self, watched: QObject) -> bool:
        return isinstance(watched, QWidget) and self._inspectors.isAncestorOf(watched)
