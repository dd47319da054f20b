"""The words of the page of walks."""

from __future__ import annotations

from app.workspaces.gallery.chosen import Chosen
from app.workspaces.gallery.walks_plan import CLASSES, PATH, TEMPERATURE, Walk

CHOOSE = "Choose a picture on the wall: walks begin at it."
NOT_DRAWN_HERE = "No seed draws this picture, so there is nothing to walk from. Choose a sample on the wall."
STILL_WRITING = "The strip before is still on its way. Save this one when that is there."


def hint(chosen: Chosen | None) -> str:
    """Why there is no walk."""
    if chosen is None:
        return CHOOSE
    return NOT_DRAWN_HERE if chosen.request is None else ""


def saved(name: str) -> str:
    """The strip is written."""
    return f"Saved as {name}; dropped on the window it brings this walk back."


def note(walk: Walk, measured: bool) -> str:
    """What is held fixed, and what to look for."""
    if walk.kind == CLASSES:
        return "A row is one chance in every class: what stays the same along it is not the class's."
    if walk.kind == PATH:
        told = f"One class ({walk.class_name}), from" if walk.class_name else "From"
        return f"{told} one z to another: no picture between them was trained for."
    if walk.kind == TEMPERATURE:
        return "One seed: 0 takes the likeliest value of every pixel, 1 draws as trained, above 1 is wilder."
    seen = "Left typical and alike, right varied."
    if not measured:
        return seen
    return f"{seen} Precision: the share that looks real. Recall: the share of real pictures that is reached."
