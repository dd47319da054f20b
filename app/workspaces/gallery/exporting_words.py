"""What is said of files on their way out of the gallery.  Plain first."""

from __future__ import annotations

from app.messages import Problem
from app.translation import tr

NOTHING = tr("There is nothing to save yet. Draw a wall, or choose pictures on it.")
NONE_DRAWN = tr("None of these pictures is drawn yet. Let the wall be drawn, then save them.")


def busy(name: str) -> str:
    """A file was asked for while another is on its way."""
    return tr("{name} is still being written. Wait for it, or stop it.").format(name=name)


def drawing(name: str, missing: int, total: int, waiting: bool) -> str:
    """Pictures are waited for."""
    left = (
        tr("{missing:,} of {total:,} pictures are").format(missing=missing, total=total)
        if total > 1
        else tr("The picture is")
    )
    if waiting:
        return tr("{left} not drawn, and drawing has stopped. Go on, or save {name} without them.").format(
            left=left, name=name
        )
    return tr("{left} still to be drawn for {name}.").format(left=left, name=name)


def writing(name: str, done: int, total: int) -> str:
    """A file is being written."""
    return tr("Writing {name}: {done:,} of {total:,} pictures.").format(name=name, done=done, total=total)


def written(name: str, total: int, left_out: int) -> str:
    """A file is there."""
    what = tr("1 picture") if total == 1 else tr("{total:,} pictures").format(total=total)
    without = tr(" Without {left_out:,} that were not drawn.").format(left_out=left_out) if left_out else ""
    return tr("Saved {name}: {what}.{without}").format(name=name, what=what, without=without)


def stopped(name: str) -> str:
    """A file is not wanted any more."""
    return tr("Stopped. {name} is not written.").format(name=name)


def model_gone(name: str) -> str:
    """The model was removed, or replaced by one of the same name."""
    return tr("{name} is not written: its model was replaced or removed. Save it again.").format(name=name)


def not_drawn(name: str, problem: Problem) -> str:
    """The engine could not draw what was to be written."""
    return tr("{name} is not written: {problem}").format(name=name, problem=problem)
