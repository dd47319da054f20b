"""The window's start: everything is made here once and handed to those who need it.

What the first paint shows (library, tools, the example picture) is made before it; the rest waits for the event loop.
"""

from __future__ import annotations

import dataclasses
import os
import signal
import socket
import sys
from collections.abc import Sequence

from PySide6.QtCore import QMessageLogContext, QObject, QSocketNotifier, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

import engine
from app import paths, settings
from app.bridge.engine_dispatcher import EngineDispatcher
from app.bridge.qt_clock import QtClock
from app.shell.about import show_about
from app.shell.appearance import Appearance
from app.shell.autosave import Autosave
from app.shell.examples import read_examples
from app.shell.explain import explain_here
from app.shell.files import Files
from app.shell.first_paint import FirstPaint, report
from app.shell.shortcut_list import ShortcutList
from app.shell.window import Window
from app.workspaces.complete.view import COMPLETE
from app.workspaces.registry import Surroundings, Workspace
from engine.errors import EngineError
from engine.host.client import EngineProcess

WORKSPACES: tuple[Workspace, ...] = (COMPLETE,)
FIRST_MODEL = "portraits-gated-pixelcnn"
_HARMLESS = ("This plugin does not support propagateSizeHints", "This plugin does not support raise")


class Session(QObject):
    """A running program: window, engine process, settings, autosave.

    ``restore`` False opens on the example whatever was last worked on.
    """

    def __init__(self, application: QApplication, *, restore: bool = True) -> None:
        super().__init__()
        self.settings, self._notice = settings.load(paths.settings_file())
        self.appearance = Appearance(application, self.settings.theme)
        self.models = engine.installed_models(paths.model_folders())
        self.dispatcher, self.clock = EngineDispatcher(self), QtClock()
        self.engine = EngineProcess(
            folders=paths.model_folders(), on_state=self.dispatcher.on_state, log_path=paths.logs() / "engine.log"
        )
        self.dispatcher.attach(self.engine)
        self.window = Window(WORKSPACES, self.models)
        self.files = Files(self.window, lambda: self.window.view, self.window.say, self._remember_file)
        self._make_workspaces()
        self.autosave = Autosave(paths.state() / "recovery", self.window.views, self.window.say)
        self._connect()
        self._start_workspaces(restore)
        self.window.restore_place(self.settings.geometry)

    def _make_workspaces(self) -> None:
        examples = read_examples(paths.assets() / "examples")
        for workspace in WORKSPACES:
            fitting = tuple(model for model in self.models if workspace.fits(model))
            surroundings = Surroundings(self.dispatcher, self.clock, fitting, examples, paths.model_folders())
            self.window.add_workspace(workspace, workspace.build(surroundings, self.window))

    def _connect(self) -> None:
        window = self.window
        window.closing.connect(self._close)
        window.file_dropped.connect(self.files.open_path)
        window.top_bar.theme_requested.connect(self.appearance.next)
        self.appearance.changed.connect(window.top_bar.set_theme_choice)
        self.appearance.changed.connect(lambda choice: self._remember(theme=choice))
        window.top_bar.set_theme_choice(self.appearance.choice)
        window.model_chosen.connect(self._remember_model)
        for view in window.views.values():
            self.dispatcher.state_changed.connect(view.engine_changed)
        window.set_handlers({
            **self.files.handlers(),
            "theme": self.appearance.next,
            "explain": explain_here,
            "shortcuts": lambda: ShortcutList(window).open(),
            "about": lambda: show_about(window, self.models),
            "restart-engine": self.engine.restart,
        })  # fmt: skip

    def _start_workspaces(self, restore: bool) -> None:
        for identity, view in self.window.views.items():
            found = self.autosave.load(identity) if restore else None
            view.start(self.settings.models.get(identity, FIRST_MODEL), found.scene if found else None)
            self._notice = self._notice or (found.problem if found else "")

    def after_first_paint(self, files: Sequence[str] = ()) -> None:
        """What the first paint did not need."""
        self.autosave.begin()
        for file in files:
            self.files.open_path(file)
        if self._notice:
            self.window.say(self._notice)

    # -- what is remembered ----------------------------------------------------------------------------------------

    def _remember(self, **values: object) -> None:
        self.settings = dataclasses.replace(self.settings, **values)  # type: ignore[arg-type]

    def _remember_file(self, path: str) -> None:
        self.settings = self.settings.with_recent(path)

    def _remember_model(self, workspace: str, model: str) -> None:
        self.settings = self.settings.with_model(workspace, model)

    def _close(self) -> None:
        """The window closes: keep the work, then end the engine."""
        self._remember(geometry=self.window.place(), workspace=self.window.current)
        self.autosave.end()
        try:
            settings.save(self.settings, paths.settings_file())
        except EngineError as error:
            print(error, file=sys.stderr)
        for view in self.window.views.values():
            view.close()
        self.clock.close()
        self.dispatcher.close()


def _log(kind: QtMsgType, _: QMessageLogContext, text: str) -> None:
    """Qt's messages to standard error, without those that mean nothing to anybody."""
    if not text.startswith(_HARMLESS):
        print(text, file=sys.stderr)
    if kind == QtMsgType.QtFatalMsg:
        os.abort()


def run(arguments: Sequence[str]) -> int:
    """Open the window, and files named in ``arguments``; returns when it is closed."""
    measuring = "--bench-first-paint" in arguments
    qInstallMessageHandler(_log)
    application = QApplication([sys.argv[0]])
    application.setApplicationName("Reverie")
    application.setDesktopFileName("reverie")
    session = Session(application, restore=not measuring)

    def painted() -> None:
        if measuring:
            report("reverie")
            session.window.close()
        else:
            session.after_first_paint([a for a in arguments if not a.startswith("-")])

    FirstPaint(session.window, painted)
    session.window.show()
    _end_on_interrupt(application, session)
    return application.exec()


def _end_on_interrupt(application: QApplication, session: Session) -> None:
    """Ctrl-C in the terminal and a polite kill close the window, so that the work is kept."""
    reader, writer = socket.socketpair()
    writer.setblocking(False)
    signal.set_wakeup_fd(writer.fileno())  # Qt wakes up, and so Python runs the handler
    notifier = QSocketNotifier(reader.fileno(), QSocketNotifier.Type.Read, application)
    notifier.activated.connect(lambda: reader.recv(16))
    application.destroyed.connect(lambda: writer.close())
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: session.window.close())
