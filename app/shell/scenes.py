"""Scenes: all workspaces to one file and back, and the way back from a scene that was opened."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QMessageBox

from app.documents.scene import SUFFIX, Scene, read_scene, scene_of, write_scene
from app.shell.actions import Handlers
from app.shell.earlier import Stack
from app.shell.recovery import MOST_DEATHS, Ended, Recovered, Recovery, load_older
from app.shell.window import Window
from app.translation import tr
from app.workspaces.registry import WorkspaceView
from engine.contracts.manifest import Manifest
from engine.errors import EngineError

Names = tuple[str, ...]
Way = tuple[Stack, list[Names]]
"""Scenes to go to, and of the newest of them which workspaces each is about."""
FILTER = tr("Scenes (*{suffix})").format(suffix=SUFFIX)
NOTHING_EARLIER = tr("There is no earlier work: it is kept when a scene is opened.")
EARLIER_IS_BACK = tr("The earlier work is back. Redo brings what it took the place of.")
LATER_IS_BACK = tr("Done again. Undo brings back what was there before.")
EARLIER_DAMAGED = tr("The earlier work could not be read. It is kept beside the last one, with broken in its name.")
DIED_AT_ONCE = tr(
    "Reverie died twice while it opened your last work, so the example opened. "
    "File > Bring back the earlier work has it."
)
_MOST_NAMED = 2


def is_scene(path: Path) -> bool:
    """Whether a file is to be opened as a scene, by its name."""
    return path.suffix.lower() == SUFFIX


class Scenes(QObject):
    """``folder`` keeps the last scene, those before others were opened, and those that were undone; ``installed`` gives
    the models now, ``opened`` is told of every scene that was opened or saved by hand."""

    def __init__(
        self,
        window: Window,
        folder: Path,
        installed: Callable[[], Sequence[Manifest]],
        opened: Callable[[str], None],
    ) -> None:
        super().__init__(window)
        self._window, self._folder, self._installed, self._opened = window, folder, installed, opened
        self.last, self._before, self._after = Recovery(folder), Stack(folder, "before"), Stack(folder, "after")
        self._back: list[Names] = []  # which workspaces each scene changed that can be undone, in this window's life
        self._forward: list[Names] = []
        self._can_undo: dict[str, bool] = {}
        self._noted: Mapping[str, Mapping[str, str]] = {}
        self._place = Path.home()

    def handlers(self) -> Handlers:
        """By command id."""
        return {"open-scene": self.open_dialog, "save-scene": self.save_dialog, "earlier-work": self.bring_back}

    def present(self) -> Scene:
        """All workspaces as they are now."""
        captured = {identity: view.capture() for identity, view in self._window.views.items()}
        return scene_of(captured, self._window.current, self._installed(), self._noted)

    # -- the next start --------------------------------------------------------------------------------------------

    def begin(self, ended: Ended) -> Recovered:
        """What the window opens with, and what is to be said of that after a crash."""
        found = self.last.load()
        if found.scene is None and not found.problem:
            found = Recovered(load_older(self._folder))
        if found.scene is None:
            return found
        self._note(found.scene)
        if ended.deaths >= MOST_DEATHS and self._keep_before(found.scene):
            return Recovered(None, DIED_AT_ONCE)
        return Recovered(found.scene, self._crashed() if ended.crashed else "")

    def _crashed(self) -> str:
        try:
            then = time.localtime(self.last.path.stat().st_mtime)
        except OSError:
            return ""
        today = then[:3] == time.localtime()[:3]
        at = time.strftime("%H:%M" if today else "%Y-%m-%d, %H:%M", then)
        return tr("Reverie was not closed last time. Your work is back as it was kept at {at}.").format(at=at)

    def _keep_before(self, scene: Scene) -> bool:
        try:
            self._before.push(scene)
        except EngineError:
            return False
        return True

    # -- open ------------------------------------------------------------------------------------------------------

    def open_dialog(self) -> None:
        """Ask for a scene and open it."""
        path, _ = QFileDialog.getOpenFileName(self._window, tr("Open a scene"), str(self._place), FILTER)
        if path:
            self.open_or_say(Path(path))

    def open_or_say(self, path: Path) -> None:
        """Open a scene; what is wrong with it is said, and nothing changes."""
        try:
            self.open(path)
        except EngineError as error:
            self._window.say(str(error), "warn")
            return
        self._opened(str(path))

    def open(self, path: Path) -> None:
        """Put a scene in place of what is there, which is kept first; raises `FileError` where it cannot be."""
        scene = read_scene(path)
        left = self._after.move_to(self._before)  # what was undone and never gone back to is no less kept
        if left:
            self._back.clear()
        self._forward.clear()
        self._offer()
        self._before.push(self.present())
        self._back.append(tuple(name for name in scene.workspaces if name in self._window.views))
        self._place = path.parent
        damage = self._take(scene)
        missing = scene.missing(self._installed())
        opened, as_saved = opened_words(path.name, scene, self._installed())
        if damage and missing and all(model in damage for model in missing):
            opened = tr("Opened {name}.").format(name=path.name)  # what becomes of their part is said
        self._offer()
        further = damage or (_WAY_BACK if as_saved else "")
        self._window.say(f"{opened} {further}".strip(), "warn" if damage or not as_saved else "ok")

    def bring_back(self) -> None:
        """What was there before a scene was opened; where nothing is left of that, the newest that was undone."""
        if len(self._before) or not len(self._after):
            self.undo()
        else:
            self.redo()

    def undo(self) -> None:
        """Back to what was there before the newest scene was opened; what is there now is kept for `redo`."""
        self._step((self._before, self._back), (self._after, self._forward), EARLIER_IS_BACK)

    def redo(self) -> None:
        """Forward to what was there before `undo`."""
        self._step((self._after, self._forward), (self._before, self._back), LATER_IS_BACK)

    def _step(self, source: Way, target: Way, done: str) -> None:
        """Take the top of one stack, and put what is there now on the other; nothing changes where that fails.

        Workspaces that the scene had not changed stay as they are.
        """
        found = source[0].top()
        if found.scene is None:
            self._window.say(EARLIER_DAMAGED if found.problem else NOTHING_EARLIER, "warn" if found.problem else "info")
            return
        try:
            target[0].push(self.present())
        except EngineError as error:
            self._window.say(str(error), "warn")
            return
        names = source[1].pop() if source[1] else tuple(found.scene.workspaces)
        target[1].append(names)
        parts = {name: part for name, part in found.scene.workspaces.items() if name in names}
        damage = self._take(replace(found.scene, workspaces=parts))
        source[0].drop()
        self._offer()
        self._window.say(damage or done, "warn" if damage else "ok")

    def _take(self, scene: Scene) -> str:
        """Each workspace opens its part, others stay as they are; a sentence on what was damaged or has no model."""
        self._note(scene)
        views = self._window.views
        self._listen(views)
        said = [views[name].start("", dict(part)) for name, part in scene.workspaces.items() if name in views]
        if scene.front in views:
            self._window.show_workspace(scene.front)
        return next(filter(None, said), "")

    def _listen(self, views: Mapping[str, WorkspaceView]) -> None:
        """Hear from now on whether the workspaces have anything of their own to undo."""
        for name in views.keys() - self._can_undo.keys():
            self._can_undo[name] = False
            views[name].unavailable_changed.connect(functools.partial(self._hear, name))

    def _hear(self, workspace: str, unavailable: frozenset[str]) -> None:
        can_undo = "undo" not in unavailable
        if can_undo != self._can_undo[workspace]:
            self._can_undo[workspace] = can_undo
            self._offer()

    def _offer(self) -> None:
        """Undo and redo are of a scene where no workspace that it changed has anything of its own to undo: one key goes
        all the way back, and never past work."""
        ways = {"undo": (self._back, self.undo), "redo": (self._forward, self.redo)}
        self._window.actions_table.set_fallbacks({
            command: step
            for command, (names, step) in ways.items()
            if names and not any(self._can_undo.get(name, False) for name in names[-1])
        })  # fmt: skip

    def _note(self, scene: Scene) -> None:
        """What is known of models that are not installed, so that a scene saved now can tell it too."""
        self._noted = {model: scene.models[model] for model in scene.missing(self._installed())}

    # -- save ------------------------------------------------------------------------------------------------------

    def save_dialog(self) -> None:
        """Ask for a name and save the scene."""
        suggested = self._place / f"scene{SUFFIX}"
        path, _ = QFileDialog.getSaveFileName(self._window, tr("Save the scene"), str(suggested), FILTER)
        if not path:
            return
        target = as_scene(Path(path))
        if target == Path(path) or not target.exists() or self._may_replace(target):
            self.save_to(target)

    def save_to(self, target: Path) -> None:
        """Save the scene; what the disk refuses is said."""
        try:
            write_scene(target, self.present())
        except EngineError as error:
            self._window.say(str(error), "warn")
            return
        self._place = target.parent
        self._opened(str(target))
        self._window.say(tr("Saved {name}: all workspaces as they are now.").format(name=target.name), "ok")

    def _may_replace(self, target: Path) -> bool:
        """Ask; the dialog has asked about the name that was typed, which was another one."""
        question = tr("{name} is there already. Replace it?").format(name=target.name)
        answer = QMessageBox.question(self._window, tr("Save the scene"), question)
        return answer == QMessageBox.StandardButton.Yes


_WAY_BACK = tr("Undo brings back what was there before.")


def as_scene(path: Path) -> Path:
    """The name with its ending, where none was typed."""
    return path if is_scene(path) else path.with_name(path.name + SUFFIX)


def opened_words(name: str, scene: Scene, installed: Sequence[Manifest]) -> tuple[str, bool]:
    """A sentence on a scene that was opened, and whether every model of it is here as it was."""
    missing, changed = scene.missing(installed), [model.title for model in scene.changed(installed)]
    words = tr("Opened {name}").format(name=name)
    if missing:
        verb = "is" if len(missing) == 1 else "are"
        words += tr(" without what was made with {listed}, which {verb} not installed").format(
            listed=_listed(missing), verb=verb
        )
    if changed:
        has, draws = ("has", "draws") if len(changed) == 1 else ("have", "draw")
        words += tr("; {listed} {has} other weights here and {draws} other pictures").format(
            listed=_listed(changed), has=has, draws=draws
        )
    return f"{words}.", not missing and not changed


def _listed(names: Sequence[str]) -> str:
    """The first names, and how many more."""
    named, more = names[:_MOST_NAMED], len(names) - _MOST_NAMED
    if more > 0:
        return tr("{words} and {more} more").format(words=", ".join(named), more=more)
    return " and ".join(named)
