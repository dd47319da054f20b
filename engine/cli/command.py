"""The command line: the engine without a window."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path


def main(arguments: Sequence[str], folders: Sequence[Path] = ()) -> int:
    """Run one command; the exit code."""
    raise NotImplementedError(arguments, folders)
