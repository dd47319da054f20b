"""The person's work on disk, so that nothing that was made is ever lost.

The last scene is one file in the person's state folder, replaced whole (a new file beside it, flushed to the disk, then
renamed over it): a kill or a power cut leaves the old one or the new one, never half of one.  A file that cannot be
read is set aside under another name and never overwritten.  Beside it lies what was there before a scene was opened,
and while the window is open a mark that tells the next start whether it was closed.
"""

from __future__ import annotations

import contextlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.documents.scene import SUFFIX, Scene, read_scene, to_text
from app.translation import tr
from engine.errors import EngineError
from engine.records.whole_file import write_whole

MOST_DEATHS = 2
"""After so many starts in a row that died before the window had been up for a moment, the last work is not opened."""
_OLDER_FORMAT = 1
"""Of the files that held one workspace each, before there were scenes."""


@dataclass(frozen=True, slots=True)
class Recovered:
    """What was found: the ``scene``, and in ``problem`` a sentence on why there is none although there was a file, or
    on why it is an older one than a person might expect."""

    scene: Scene | None
    problem: str = ""


class Recovery:
    """The last scene, kept in ``folder`` under ``name``."""

    def __init__(self, folder: Path, name: str = "last") -> None:
        self.path = folder / f"{name}{SUFFIX}"
        self._written = ""

    def save(self, scene: Scene) -> bool:
        """Write the scene unless it is the one on disk; True if something was written.  May raise `FileError`."""
        text = to_text(scene)
        if text == self._written:
            return False
        with contextlib.suppress(OSError):  # what is wrong with the folder is said of the file
            self.path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(self.path, text.encode("ascii"))
        self._written = text
        return True

    def load(self) -> Recovered:
        """The last scene.  A broken file is set aside as ``<name>.broken-<n>``."""
        if not self.path.exists():
            return Recovered(None)
        try:
            scene = read_scene(self.path)
        except EngineError:
            return self.set_aside()
        self._written = to_text(scene)
        return Recovered(scene)

    def set_aside(self) -> Recovered:
        """Rename the file so that it is kept, and say so."""
        aside = next(
            p for n in range(1, 10_000) if not (p := self.path.with_name(f"{self.path.name}.broken-{n}")).exists()
        )
        try:
            os.replace(self.path, aside)
        except OSError:
            return Recovered(
                None,
                tr("Your last work in {name} could not be read. The example opens instead.").format(
                    name=self.path.name
                ),
            )
        return Recovered(
            None,
            tr("Your last work could not be read. It is kept as {name}; the example opens instead.").format(
                name=aside.name
            ),
        )

    def sweep(self) -> None:
        """Remove what kills in the middle of a file left of it; only the window whose folder this is may do so."""
        for left in self.path.parent.glob(".reverie-*"):
            with contextlib.suppress(OSError):
                left.unlink()


def load_older(folder: Path) -> Scene | None:
    """The last work as it was kept before there were scenes, a file a workspace; what cannot be read is left alone."""
    found: dict[str, Any] = {}
    for path in sorted(folder.glob("*.json")):
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            continue
        scene = content.get("scene") if isinstance(content, dict) and content.get("format") == _OLDER_FORMAT else None
        if isinstance(scene, dict):
            found[path.stem] = scene
    return Scene(workspaces=found) if found else None


# --- whether the window was closed


@dataclass(frozen=True, slots=True)
class Ended:
    """How the window ended last time: ``crashed``, without being closed; ``deaths`` starts in a row died at once."""

    crashed: bool = False
    deaths: int = 0


class Mark:
    """A file that is there as long as the window is open, with how many starts in a row have died at once.

    A window that has not `set` it leaves it alone.
    """

    def __init__(self, folder: Path) -> None:
        self._path, self._is_ours = folder / "running", False

    def set(self) -> Ended:
        """The window opens; how it ended last time."""
        try:
            text = self._path.read_text(encoding="ascii", errors="replace").strip()
        except OSError:
            ended = Ended()
        else:
            deaths = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
            ended = Ended(crashed=True, deaths=deaths)
        self._is_ours = True
        self._write(ended.deaths + 1)
        return ended

    def survive(self) -> None:
        """It has been up for a moment: what it opened does not kill it at once."""
        self._write(0)

    def clear(self) -> None:
        """It is closed, and the work kept."""
        if self._is_ours:
            with contextlib.suppress(OSError):
                self._path.unlink(missing_ok=True)

    def _write(self, deaths: int) -> None:
        if not self._is_ours:
            return
        with contextlib.suppress(OSError):  # that the folder cannot be written is said when work is kept
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._path.write_text(f"{deaths}\n", encoding="ascii")
