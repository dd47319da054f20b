"""Every workspace to disk, every half minute and at the end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import QObject, QTimer

from app.shell.last_picture import last_picture
from app.shell.recovery import Recovered, Recovery
from app.workspaces.registry import WorkspaceView
from engine.records.png_file import encode_png

EVERY_MS = 30_000


class Autosave(QObject):
    """Writes what the views capture; a failure is said once, not every half minute."""

    def __init__(self, folder: Path, views: Mapping[str, WorkspaceView], say: Callable[[str, str], None]) -> None:
        super().__init__()
        self._folder, self._views, self._say = folder, views, say
        self._recoveries: dict[str, Recovery] = {}
        self._complained = False
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.save)

    def load(self, workspace: str) -> Recovered:
        """The last scene of a workspace."""
        return self._recovery(workspace).load()

    def begin(self) -> None:
        """Save every half minute from now on."""
        self._timer.start(EVERY_MS)

    def save(self) -> None:
        """Save all workspaces now."""
        try:
            for identity, view in self._views.items():
                if self._recovery(identity).save(view.capture()):
                    self._keep_picture(identity, view)
        except OSError as error:
            if not self._complained:
                self._complained = True
                reason = error.strerror or str(error)
                words = f"Your work cannot be kept in {self._folder}: {reason}. Make room there; saving goes on trying."
                self._say(words, "warn")
        else:
            self._complained = False

    def _keep_picture(self, identity: str, view: WorkspaceView) -> None:
        rgba = view.outline()
        if rgba is not None:
            path = last_picture(self._folder, identity)
            path.write_bytes(encode_png(rgba))

    def end(self) -> None:
        """Save, and stop doing so."""
        self._timer.stop()
        self.save()

    def _recovery(self, workspace: str) -> Recovery:
        return self._recoveries.setdefault(workspace, Recovery(self._folder / "recovery", workspace))
