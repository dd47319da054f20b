"""Numbers that take long to measure, kept while they are: a process that was ended goes on where it was."""

from __future__ import annotations

import os
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

SAVED_EVERY_S = 30.0


class PartialResults:
    """``values (N, C) float64``: a row a picture, NaN where nothing has been measured yet.

    With a ``path`` they are written there every half minute, and are read again if the file's ``key``, which stands
    for all that decides them, is the same.
    """

    def __init__(self, count: int, columns: int, path: Path | None = None, key: str = "") -> None:
        self.values = np.full((count, columns), np.nan)
        self.path, self.key = path, key
        if path is not None and path.exists():
            self._read(path)

    def _read(self, path: Path) -> None:
        try:
            with np.load(path, allow_pickle=False) as arrays:
                key, values = str(arrays["key"]), arrays["values"]
        except (OSError, ValueError, KeyError, zipfile.BadZipFile):  # half a file is no file
            return
        if key == self.key and values.shape == self.values.shape and values.dtype == self.values.dtype:
            self.values = values

    def remaining(self, title: str) -> Iterator[int]:
        """The rows still to be measured, in order; saves and reports on the way, and once they all are."""
        missing = np.flatnonzero(np.isnan(self.values).any(1))
        began = saved = time.monotonic()
        for done, row in enumerate(missing, 1):
            yield int(row)
            now = time.monotonic()
            if now - saved >= SAVED_EVERY_S:
                saved = now
                self.save()
                minutes = (now - began) / done * (len(missing) - done) / 60
                said = f"{title}: {len(self.values) - len(missing) + done} of {len(self.values)}"
                print(f"{said}, {minutes:.0f} minutes to go", file=sys.stderr, flush=True)
        self.save()

    def save(self) -> None:
        """Write what there is, in one piece."""
        if self.path is None:
            return
        fresh = self.path.with_name(self.path.name + ".new")
        with fresh.open("wb") as file:
            np.savez(file, allow_pickle=False, key=np.array(self.key), values=self.values)
        os.replace(fresh, self.path)
