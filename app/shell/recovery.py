"""The user's work on disk, so that nothing that was made is ever lost.

One JSON file a workspace in the user's data folder, replaced whole (a new file beside it, flushed to the disk, then
renamed over it): a power cut leaves the old one or the new one, never half of one.  A file that cannot be read is set
aside under another name and never overwritten.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Recovered:
    """What was found: the ``scene``, or in ``problem`` a sentence on why there is none although there was a file."""

    scene: dict[str, Any] | None
    problem: str = ""


class Recovery:
    """The file of one workspace in ``folder``."""

    def __init__(self, folder: Path, workspace: str) -> None:
        self.path = folder / f"{workspace}.json"
        self._written = ""

    def save(self, scene: dict[str, Any]) -> bool:
        """Write the scene unless it is the one on disk; True if something was written.  May raise `OSError`."""
        text = json.dumps({"format": FORMAT, "scene": scene})
        if text == self._written:
            return False
        self.path.parent.mkdir(parents=True, exist_ok=True)
        beside = self.path.with_name(f"{self.path.name}.{os.getpid()}.new")
        with beside.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, self.path)
        self._written = text
        return True

    def load(self) -> Recovered:
        """The last scene.  A broken file is set aside as ``<name>.broken-<n>``."""
        try:
            text = self.path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return Recovered(None)
        except (OSError, UnicodeDecodeError):
            return self.set_aside()
        try:
            content = json.loads(text)
            if content["format"] != FORMAT or not isinstance(content["scene"], dict):
                return self.set_aside()
        except (ValueError, KeyError, TypeError, RecursionError):
            return self.set_aside()
        self._written = text
        return Recovered(content["scene"])

    def set_aside(self) -> Recovered:
        """Rename the file so that it is kept, and say so."""
        aside = next(
            p for n in range(1, 10_000) if not (p := self.path.with_name(f"{self.path.name}.broken-{n}")).exists()
        )
        try:
            os.replace(self.path, aside)
        except OSError:
            return Recovered(None, f"Your last work in {self.path.name} could not be read. The example opens instead.")
        return Recovered(
            None, f"Your last work could not be read. It is kept as {aside.name}; the example opens instead."
        )
