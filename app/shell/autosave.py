"""The scene to disk, every half minute in which something changed and at the end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer

from app.documents.scene import Scene
from app.shell.last_picture import last_picture
from app.shell.recovery import Recovery
from app.translation import tr
from app.workspaces.registry import WorkspaceView
from engine.errors import EngineError
from engine.records.png_file import encode_png
from engine.records.whole_file import write_whole

EVERY_MS = 25_000
"""With what a busy machine and a slow disk take, no more than half a minute is lost."""


class Autosave(QObject):
    """Writes what ``present`` gives; a failure is said once, not every half minute.

    ``folder`` is the person's state.
    """

    def __init__(
        self,
        recovery: Recovery,
        present: Callable[[], Scene],
        folder: Path,
        views: Mapping[str, WorkspaceView],
        say: Callable[[str, str], None],
    ) -> None:
        super().__init__()
        self._recovery, self._present, self._folder = recovery, present, folder
        self._views, self._say = views, say
        self._complained = self._begun = False
        self._pictures: dict[str, bytes] = {}
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self.save)

    def begin(self, every_ms: int = EVERY_MS) -> None:
        """Save every half minute from now on."""
        self._begun = True
        self._recovery.sweep()
        self._timer.start(every_ms)

    def save(self) -> None:
        """Save all workspaces now."""
        try:
            if self._recovery.save(self._present()):
                self._keep_pictures()
        except EngineError as error:
            if not self._complained:
                self._complained = True
                words = tr("Your work cannot be kept in {folder}: {problem} Saving goes on trying.").format(
                    folder=self._folder, problem=error.problem
                )
                self._say(words, "warn")
        else:
            self._complained = False

    def _keep_pictures(self) -> None:
        """The pictures of the next start's first frame, those that changed."""
        for identity, view in self._views.items():
            rgba = view.outline()
            png = b"" if rgba is None else encode_png(rgba)
            if png and png != self._pictures.get(identity):
                write_whole(last_picture(self._folder, identity), png)
                self._pictures[identity] = png

    def end(self) -> None:
        """Save, and stop doing so; nothing where it was not begun."""
        self._timer.stop()
        if self._begun:
            self.save()
