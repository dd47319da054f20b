"""A running program: what the window needs to be alive, made once and handed to those who need it."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

import engine
from app import paths, settings
from app.bridge.qt_clock import QtClock
from app.documents.first_steps import FirstSteps
from app.shell import own_models
from app.shell.about import show_about
from app.shell.appearance import Appearance
from app.shell.autosave import Autosave
from app.shell.decoder_opening import DecoderOpening
from app.shell.engine_start import RunningEngine, start_engine
from app.shell.examples import read_examples
from app.shell.explain import explain_here
from app.shell.files import Files
from app.shell.frame import Frame
from app.shell.hints import Hints
from app.shell.lessons import Lessons
from app.shell.looking_at import show_looking_at
from app.shell.model_trial import ModelTrial
from app.shell.presenting import Presenting
from app.shell.recovery import Mark, Recovered
from app.shell.scenes import Scenes
from app.shell.shortcut_list import ShortcutList
from app.shell.system_motion import SystemMotion
from app.shell.window import Window
from app.theme import motion
from app.translation import tr
from app.widgets.frames import end_painters
from app.workspaces.complete.view import COMPLETE
from app.workspaces.gallery.view import GALLERY
from app.workspaces.latent.view import LATENT
from app.workspaces.registry import Surroundings, Workspace
from engine.errors import EngineError, FileError

WORKSPACES: tuple[Workspace, ...] = (COMPLETE, LATENT, GALLERY)
SHOWN_MS = 2000
"""A model is remembered for the next start when it has been on show for so long."""


class Session(QObject):
    """Window, engine process, settings, autosave.

    ``restore`` False opens on the example whatever was last worked on; ``running`` is an engine that is there already.
    """

    def __init__(
        self,
        application: QApplication,
        frame: Frame,
        remembered: settings.Settings,
        *,
        restore: bool = True,
        running: RunningEngine | None = None,
    ) -> None:
        super().__init__()
        self.frame, self.settings, self._notice = frame, remembered, ""
        self._hook_before, sys.excepthook = sys.excepthook, self._error
        self._models_on_show: dict[str, str] = {}
        self._trial: ModelTrial | None = None
        self._said_of_settings = ""
        self._shown = QTimer(self, singleShot=True, interval=SHOWN_MS)
        self._shown.timeout.connect(self._remember_models)
        running = running or start_engine()
        self.engine, self.dispatcher, self.clock = running.process, running.dispatcher, QtClock()
        self.dispatcher.setParent(self)
        motion.ask_for_none(_no_motion(remembered))
        self._system_motion = SystemMotion(motion.system_asks_for_none, self)
        self.appearance = Appearance(application, self.settings.theme, self)
        self.models = engine.installed_models(paths.model_folders())
        self.examples = read_examples(paths.assets() / "examples")
        previews = {model: QImage(str(e.path)) for e in reversed(self.examples) for model in e.models}
        self.workspaces = tuple(w for w in WORKSPACES if w is COMPLETE or any(map(w.fits, self.models)))
        self.window = Window(self.workspaces, self.models, previews)
        window = self.window
        kept = paths.state() / "recovery"
        self._mark, self.scenes = Mark(kept), Scenes(window, kept, lambda: self.models, self._remember_file)
        self.files = Files(
            window,
            lambda: window.view,
            window.say,
            self._remember_file,
            self._add_model,
            window.show_maker,
            self.scenes.open_or_say,
        )
        self.decoders = DecoderOpening(
            window, self.dispatcher, window.say, self._tried, paths.own_models(), paths.model_folders()
        )
        self._make_workspaces()
        self.lessons = Lessons(window, paths.assets() / "lessons")
        self.presenting = Presenting(window, frame)
        steps = FirstSteps(done=frozenset(remembered.hints_done), wanted=remembered.hints)
        self.hints = Hints(window, self.clock, steps, self._remember_hints, self._is_told)
        self.autosave = Autosave(self.scenes.last, self.scenes.present, paths.state(), window.views, window.say)
        self._connect()
        self._start_workspaces(self.scenes.begin(self._mark.set()) if restore else Recovered(None), restore)
        if restore:
            self.lessons.restore(remembered)
        frame.set_content(self.window)
        self.window.view.center.setFocus()

    def _make_workspaces(self) -> None:
        for workspace in self.workspaces:
            fitting = tuple(model for model in self.models if workspace.fits(model))
            surroundings = Surroundings(self.dispatcher, self.clock, fitting, self.examples, paths.model_folders())
            self.window.add_workspace(workspace, workspace.build(surroundings, self.window))

    def _connect(self) -> None:
        window = self.window
        window.quit_requested.connect(self.frame.close)
        window.file_dropped.connect(self.files.open_path)
        window.actions_table.recent.chosen.connect(self.files.open_path)
        window.actions_table.recent.set_paths(self.settings.recent)
        self.frame.closing.connect(self._close)
        self.frame.file_dropped.connect(self.files.open_path)
        window.top_bar.theme_requested.connect(self.appearance.next)
        self.appearance.changed.connect(window.top_bar.set_theme_choice)
        self.appearance.changed.connect(lambda choice: self._remember(theme=choice))
        window.top_bar.set_theme_choice(self.appearance.choice)
        window.model_chosen.connect(self._model_opened)
        for view in window.views.values():
            self.dispatcher.state_changed.connect(view.engine_changed)
        window.set_handlers({
            **self.files.handlers(),
            **self.scenes.handlers(),
            **self.hints.handlers(),
            "present": self.presenting.toggle,
            "theme": self.appearance.next,
            "motion": self._change_motion,
            "explain": explain_here,
            "looking-at": lambda: show_looking_at(window, f"{window.current}/{window.view.seen()}"),
            "shortcuts": lambda: ShortcutList(window.actions_table.handled, window, window.current).open(),
            "about": lambda: show_about(window, self.models),
            "lessons": self.lessons.toggle,
            "restart-engine": self.engine.restart,
        })  # fmt: skip

    def _start_workspaces(self, found: Recovered, restore: bool) -> None:
        parts = {} if found.scene is None else found.scene.workspaces
        for identity, view in self.window.views.items():
            view.start(self.settings.models.get(identity, ""), dict(parts[identity]) if identity in parts else None)
        front = found.scene.front if found.scene is not None and found.scene.front else self.settings.workspace
        if front in self.window.views and restore:
            self.window.show_workspace(front)
        self._notice = found.problem

    def begin(self, files: Sequence[str] = (), notice: str = "") -> None:
        """Save from now on, open these files, and say what there is to be said about the start."""
        self.autosave.begin()
        QTimer.singleShot(SHOWN_MS, self, self._mark.survive)
        for file in files:
            self.files.open_path(file)
        broken = engine.broken_models(paths.model_folders())[:1]
        words = [notice or self._notice, *broken, *self.lessons.problems[:1]]
        if said := " ".join(filter(None, words)):
            self.window.say(said, "warn")
        self.hints.begin()

    def _add_model(self, path: Path) -> None:
        """Open a model; one that is not installed yet is checked, tried by the engine, and made the person's own.

        Of a bare decoder it is asked first what only a person knows.
        """
        if own_models.is_bare(path):
            self.decoders.open(path)
            return
        folder = own_models.model_folder_of(path).resolve()
        if own_models.is_installed(folder, paths.model_folders()):
            self._install(folder)
            return
        if self._trial is not None and not self._trial.over:
            raise FileError(
                tr("{name} was not opened: another model is being tried.").format(name=folder.name),
                tr("Open it after that."),
            )
        own_models.find_room(own_models.checked(folder), paths.own_models(), paths.model_folders())
        self.window.say(tr("Trying {name}: the engine draws a picture with it.").format(name=folder.name), "info")
        self._trial = ModelTrial(
            self.dispatcher, folder, lambda: self._tried(folder), lambda why: self.window.say(why, "warn")
        )

    def _tried(self, folder: Path) -> None:
        try:
            self._install(folder)
        except EngineError as error:
            self.window.say(str(error), "warn")

    def _install(self, found: Path) -> None:
        """Make a model the person's own unless it is installed, let everybody know, and open it."""
        folder = own_models.add(found, paths.own_models(), paths.model_folders())
        self.models = engine.installed_models(paths.model_folders())
        self.engine.restart()  # it reads the folders when it starts
        self.window.set_models(self.models)
        added = next((m for m in self.models if engine.model_folder(paths.model_folders(), m.id) == folder), None)
        if added is not None:
            self.window.choose_model(added.id)
            self.window.say(tr("{title} is among your models now.").format(title=added.title), "ok")

    # -- what is remembered ----------------------------------------------------------------------------------------

    def _remember(self, **values: object) -> None:
        self._keep(dataclasses.replace(self.settings, **values))  # type: ignore[arg-type]

    def _keep(self, now: settings.Settings) -> None:
        """These are the settings from now on, on disk too; where that fails the program goes on without."""
        if now == self.settings:
            return
        self.settings = now
        try:
            settings.save(now, paths.settings_file())
        except EngineError as error:
            if (said := str(error)) != self._said_of_settings:  # once, not at every change
                print(said, file=sys.stderr)
            self._said_of_settings = said

    def _change_motion(self) -> None:
        """As the system says, less, all of it, and round again."""
        now = self.settings
        less, full = not (now.reduced_motion or now.full_motion), now.reduced_motion
        self._remember(reduced_motion=less, full_motion=full)
        motion.ask_for_none(_no_motion(self.settings))
        said = tr("Less motion.") if less else tr("All motion, whatever the system says.") if full else ""
        self.window.say(said or tr("Motion as the system says."))

    def _is_told(self) -> bool:
        """Whether a lesson or a lecture has the attention, which no hint may share."""
        return self.lessons.is_open or self.presenting.is_on

    def _remember_hints(self, steps: FirstSteps) -> None:
        self._remember(hints=steps.wanted, hints_done=tuple(sorted(steps.done)))

    def _remember_file(self, path: str) -> None:
        self._keep(self.settings.with_recent(str(Path(path).absolute())))
        self.window.actions_table.recent.set_paths(self.settings.recent)

    def _model_opened(self, workspace: str, model: str) -> None:
        self._models_on_show[workspace] = model
        self._shown.start()

    def _remember_models(self) -> None:
        """Remember the models on show, once they have been painted: one that kills the window is not opened again."""
        self._shown.stop()
        self.window.repaint()
        for workspace, model in self._models_on_show.items():
            self._keep(self.settings.with_model(workspace, model))

    def _error(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """An error that nobody caught: no painter that it has left open may take the window down."""
        end_painters(trace)
        self._hook_before(kind, error, trace)

    def _close(self) -> None:
        """The window closes: keep the work, then end the engine."""
        self._remember_models()
        self.hints.end()
        self._remember(geometry=self.frame.place(), workspace=self.window.current, **self.lessons.remembered())
        self.frame.hide()  # nobody waits for the disk and the engine's end
        self.autosave.end()
        self._mark.clear()
        for view in self.window.views.values():
            view.close()
        self.clock.close()
        self.dispatcher.close()
        if sys.excepthook == self._error:
            sys.excepthook = self._hook_before


def _no_motion(of: settings.Settings) -> bool | None:
    """What the person wants; None for whatever the system says."""
    return True if of.reduced_motion else False if of.full_motion else None
