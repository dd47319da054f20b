"""What is said of pictures that are made again.  Plain first."""

from __future__ import annotations

from app.messages import opened_plain
from app.translation import tr
from engine.errors import EngineError, ModelNotFound

CHECKING = tr("Making it again")
IDENTICAL = tr("The same picture")
DIFFERENT = tr("Not the same picture")
NOT_CHECKED = tr("Not checked")
PLAIN = tr("A plain picture")
STOPPED = tr("Stopped. Whether the model draws this picture again was not checked.")
NO_PICTURES = tr("The engine answered with no picture. Try again.")
WALL = tr("This is the wall that the picture hung on.")
OFF_THE_WALL = tr("This is a wall of the same model and seed; the picture itself hangs on none so small.")
WALK = tr("This is the wall that the walk began on.")
SHEET = tr("This is the wall that the sheet is of.")
OTHER_WEIGHTS = tr("The model has changed since, so the pictures differ.")


def checking(title: str) -> str:
    """The engine is asked."""
    return tr("{title} draws this picture once more, from the request that it carries.").format(title=title)


def plain(error: EngineError) -> str:
    """Why a picture cannot be made again, that it was opened all the same, and what to do where that helps."""
    remedy = (
        tr("Open the folder of that model, then drop the picture again.") if isinstance(error, ModelNotFound) else ""
    )
    return f"{opened_plain(error.problem)} {remedy}".strip()


def not_made(problem: str, remedy: str) -> str:
    """The engine could not make it."""
    return (
        tr("Whether this is the same picture was not checked. {problem} {remedy}")
        .format(problem=problem, remedy=remedy)
        .strip()
    )
