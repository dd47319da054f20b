"""The table of commands as Qt actions: one `QAction` each, with its keys, its menu entry and what it does."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from app.shell.commands import ADOPTING, COMMANDS, MENUS, worded
from app.shell.recent_menu import RecentMenu
from app.translation import tr

Handlers = Mapping[str, Callable[[], None]]


class Actions:
    """All actions of a window.  A command that nobody handles (the workspace on show does not know it) is hidden."""

    def __init__(self, window: QWidget) -> None:
        self._handlers: dict[str, Callable[[], None]] = {}
        self._actions: dict[str, QAction] = {}
        self._unavailable: frozenset[str] = frozenset()
        self._fallbacks: Handlers = {}
        self._submenus: list[QMenu] = []
        self.ran: Callable[[str], None] = lambda _: None
        """Who hears of every command that was done, by id."""
        self.recent = RecentMenu(window)
        for command in COMMANDS:
            action = QAction(window)
            action.setShortcuts([QKeySequence(key) for key in command.keys])
            action.triggered.connect(lambda _=False, identity=command.id: self.run(identity))
            window.addAction(action)
            self._actions[command.id] = action
        self.set_workspace("")
        self._enable()

    def set_workspace(self, workspace: str) -> None:
        """This one is in front, empty for none: its words are on the menu."""
        for command in COMMANDS:
            here, action = worded(command, workspace), self._actions[command.id]
            action.setText(here.title)
            action.setToolTip(here.help)
            action.setStatusTip(here.help)

    def bind(self, *handlers: Handlers) -> None:
        """What the commands do from now on."""
        self._handlers = {key: handler for group in handlers for key, handler in group.items()}
        unknown = self._handlers.keys() - self._actions.keys()
        if unknown:
            raise KeyError(f"no such command: {', '.join(sorted(unknown))}")
        self._enable()

    def set_unavailable(self, commands: frozenset[str]) -> None:
        """These can do nothing at the moment: there is nothing to undo, say."""
        if commands != self._unavailable:
            self._unavailable = commands
            self._enable()

    def set_fallbacks(self, handlers: Handlers) -> None:
        """What these commands do where they can do nothing in the workspace on show: undo what was done to all."""
        self._fallbacks = dict(handlers)
        self._enable()

    def run(self, command: str) -> None:
        """Do it, if somebody handles it and it can do anything."""
        handlers = self._fallbacks if command in self._unavailable else self._handlers
        handler = handlers.get(command)
        if handler is not None and self.enabled(command):
            handler()
            self.ran(command)

    def enabled(self, command: str) -> bool:
        """Whether somebody handles it, and it can do something now."""
        return self.handled(command) and (command not in self._unavailable or command in self._fallbacks)

    def handled(self, command: str) -> bool:
        """Whether the window or the workspace on show handles it."""
        return command in self._handlers

    def action(self, command: str) -> QAction:
        """The Qt action of a command."""
        return self._actions[command]

    def menu(self, parent: QWidget) -> QMenu:
        """One menu with a submenu a topic; a topic of which nothing is handled does not show."""
        menu = QMenu(parent)
        for title in MENUS:
            submenu = menu.addMenu(tr(title))
            self._submenus.append(submenu)
            for command in COMMANDS:
                if command.menu == title and command.id not in ADOPTING:
                    submenu.addAction(self._actions[command.id])
                    if command.id == "open":
                        submenu.addMenu(self.recent)
        self._enable()
        return menu

    def _enable(self) -> None:
        for identity, action in self._actions.items():
            action.setVisible(self.handled(identity))
            action.setEnabled(self.enabled(identity))
        for submenu in self._submenus:
            submenu.menuAction().setVisible(any(action.isVisible() for action in submenu.actions()))
