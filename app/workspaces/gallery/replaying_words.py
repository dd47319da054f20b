"""What is said of pictures that are made again.  Plain first."""

from __future__ import annotations

from app.messages import opened_plain
from engine.errors import EngineError, ModelNotFound

CHECKING = "Making it again"
IDENTICAL = "The same picture"
DIFFERENT = "Not the same picture"
NOT_CHECKED = "Not checked"
PLAIN = "A plain picture"
STOPPED = "Stopped. Whether the model draws this picture again was not checked."
NO_PICTURES = "The engine answered with no picture. Try again."
WALL = "This is the wall that the picture hung on."
OFF_THE_WALL = "This is a wall of the same model and seed; the picture itself hangs on none so small."
WALK = "This is the wall that the walk began on."
SHEET = "This is the wall that the sheet is of."
OTHER_WEIGHTS = "The model has changed since, so the pictures differ."


def checking(title: str) -> str:
    """The engine is asked."""
    return f"{title} draws this picture once more, from the request that it carries."


def plain(error: EngineError) -> str:
    """Why a picture cannot be made again, that it was opened all the same, and what to do where that helps."""
    remedy = "Open the folder of that model, then drop the picture again." if isinstance(error, ModelNotFound) else ""
    return f"{opened_plain(error.problem)} {remedy}".strip()


def not_made(problem: str, remedy: str) -> str:
    """The engine could not make it."""
    return f"Whether this is the same picture was not checked. {problem} {remedy}".strip()
