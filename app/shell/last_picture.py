"""The picture as it was left, as a small PNG for the next start's first frame."""

from __future__ import annotations

from pathlib import Path


def last_picture(folder: Path, workspace: str) -> Path:
    """Where it lies in the person's state folder; alpha 0 is unknown."""
    return folder / "recovery" / f"{workspace}.png"
