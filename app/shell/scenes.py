"""Scenes: all workspaces to one file and back, and the way back from a scene that was opened."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QMessageBox

from app.documents.scene import SUFFIX, Scene, read_scene, scene_of, write_scene
from app.shell.actions import Handlers
from app.shell.recovery import MOST_DEATHS, Ended, Recovered, Recovery, load_older
from app.shell.window import Window
from app.translation import tr
from engine.contracts.manifest import Manifest
from engine.errors import EngineError

FILTER = tr("Scenes (*{suffix})").format(suffix=SUFFIX)
NOTHING_EARLIER = tr("There is no earlier work: it is kept when a scene is opened.")
EARLIER_IS_BACK = tr("The earlier work is back. The same command brings the scene.")
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
    """``folder`` keeps the last scene and the one before another was opened; ``installed`` gives the models now,
    ``opened`` is told of every scene that was opened or saved by hand."""

    def __init__(
        self,
        window: Window,
        folder: Path,
        installed: Callable[[], Sequence[Manifest]],
        opened: Callable[[str], None],
    ) -> None:
        super().__init__(window)
        self._window, self._folder, self._installed, self._opened = window, folder, installed, opened
        self.last, self._before = Recovery(folder), Recovery(folder, "before")
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
            self._before.save(scene)
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
        self._before.save(self.present())
        self._place = path.parent
        damage = self._take(scene)
        opened, as_saved = opened_words(path.name, scene, self._installed())
        further = damage or (_WAY_BACK if as_saved else "")
        self._window.say(f"{opened} {further}".strip(), "warn" if damage or not as_saved else "ok")

    def bring_back(self) -> None:
        """What was there before a scene was opened, and the other way round."""
        found = self._before.load()
        if found.scene is None:
            self._window.say(EARLIER_DAMAGED if found.problem else NOTHING_EARLIER, "warn" if found.problem else "info")
            return
        try:
            self._before.save(self.present())
        except EngineError as error:
            self._window.say(str(error), "warn")
            return
        damage = self._take(found.scene)
        self._window.say(damage or EARLIER_IS_BACK, "warn" if damage else "ok")

    def _take(self, scene: Scene) -> str:
        """Each workspace opens its part, others stay as they are; a sentence on what was damaged."""
        self._note(scene)
        views = self._window.views
        said = [views[name].start("", dict(part)) for name, part in scene.workspaces.items() if name in views]
        if scene.front in views:
            self._window.show_workspace(scene.front)
        return next(filter(None, said), "")

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


_WAY_BACK = tr("File > Bring back the earlier work has what was there before.")


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
