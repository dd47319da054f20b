"""Works that a scene took the place of, each as a file beside the last one: the way back, and forward again."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from app.documents.scene import SUFFIX, Scene, read_scene, to_text
from app.shell.recovery import Recovered, Recovery
from engine.errors import EngineError

MOST = 12
"""So many works are kept; the oldest makes room."""


class Stack:
    """Scenes in ``folder``, the newest on top: ``<name>.reverie`` is the first, ``<name>-<n>.reverie`` are those after
    it.  Whatever happens between two calls, no file is ever half written."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder, self._name = folder, name

    def push(self, scene: Scene) -> None:
        """Put a scene on top, if it is not what lies there; raises `FileError` where it cannot be kept."""
        numbers = self._numbers()
        if numbers and self._holds(numbers[-1], scene):
            return
        Recovery(self._folder, self._stem(numbers[-1] + 1 if numbers else 0)).save(scene)
        for number in numbers[: max(len(numbers) + 1 - MOST, 0)]:
            with contextlib.suppress(OSError):
                self._path(number).unlink()

    def top(self) -> Recovered:
        """The newest scene; one that cannot be read is set aside under another name."""
        numbers = self._numbers()
        return Recovery(self._folder, self._stem(numbers[-1])).load() if numbers else Recovered(None)

    def drop(self) -> None:
        """Take the newest away."""
        if numbers := self._numbers():
            with contextlib.suppress(OSError):
                self._path(numbers[-1]).unlink()

    def move_to(self, other: Stack) -> bool:
        """Put all of them on top of the other stack, the oldest first; whether there were any."""
        numbers = self._numbers()
        for number in numbers:
            there = other._numbers()
            with contextlib.suppress(OSError):
                os.replace(self._path(number), other._path(there[-1] + 1 if there else 0))
        return bool(numbers)

    def __len__(self) -> int:
        return len(self._numbers())

    def _holds(self, number: int, scene: Scene) -> bool:
        try:
            return to_text(read_scene(self._path(number))) == to_text(scene)
        except EngineError:
            return False

    def _numbers(self) -> list[int]:
        """The numbers of the files that are there, the newest last."""
        names = (path.stem for path in self._folder.glob(f"{self._name}*{SUFFIX}"))
        tails = (name.removeprefix(self._name) for name in names)
        return sorted(int(tail[1:] or 0) for tail in tails if not tail or (tail[0] == "-" and tail[1:].isdecimal()))

    def _stem(self, number: int) -> str:
        return f"{self._name}-{number}" if number else self._name

    def _path(self, number: int) -> Path:
        return self._folder / f"{self._stem(number)}{SUFFIX}"
