"""What is said of files on their way out of the gallery.  Plain first."""

from __future__ import annotations

from app.messages import Problem

NOTHING = "There is nothing to save yet. Draw a wall, or choose pictures on it."
NONE_DRAWN = "None of these pictures is drawn yet. Let the wall be drawn, then save them."


def busy(name: str) -> str:
    """A file was asked for while another is on its way."""
    return f"{name} is still being written. Wait for it, or stop it."


def drawing(name: str, missing: int, total: int, waiting: bool) -> str:
    """Pictures are waited for."""
    left = f"{missing:,} of {total:,} pictures are" if total > 1 else "The picture is"
    if waiting:
        return f"{left} not drawn, and drawing has stopped. Go on, or save {name} without them."
    return f"{left} still to be drawn for {name}."


def writing(name: str, done: int, total: int) -> str:
    """A file is being written."""
    return f"Writing {name}: {done:,} of {total:,} pictures."


def written(name: str, total: int, left_out: int) -> str:
    """A file is there."""
    what = "1 picture" if total == 1 else f"{total:,} pictures"
    without = f" Without {left_out:,} that were not drawn." if left_out else ""
    return f"Saved {name}: {what}.{without}"


def stopped(name: str) -> str:
    """A file is not wanted any more."""
    return f"Stopped. {name} is not written."


def model_gone(name: str) -> str:
    """The model was removed, or replaced by one of the same name."""
    return f"{name} is not written: its model was replaced or removed. Save it again."


def not_drawn(name: str, problem: Problem) -> str:
    """The engine could not draw what was to be written."""
    return f"{name} is not written: {problem}"
