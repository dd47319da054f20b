"""The words of the page of walks."""

from __future__ import annotations

from app.translation import tr
from app.workspaces.gallery.chosen import Chosen
from app.workspaces.gallery.walks_plan import CLASSES, PATH, TEMPERATURE, Walk

CHOOSE = tr("Choose a picture on the wall: walks begin at it.")
NOT_DRAWN_HERE = tr("No seed draws this picture, so there is nothing to walk from. Choose a sample on the wall.")
STILL_WRITING = tr("The strip before is still on its way. Save this one when that is there.")


def hint(chosen: Chosen | None) -> str:
    """Why there is no walk."""
    if chosen is None:
        return CHOOSE
    return NOT_DRAWN_HERE if chosen.request is None else ""


def saved(name: str) -> str:
    """The strip is written."""
    return tr("Saved as {name}; dropped on the window it brings this walk back.").format(name=name)


def note(walk: Walk, measured: bool) -> str:
    """What is held fixed, and what to look for."""
    if walk.kind == CLASSES:
        return tr("A row is one chance in every class: what stays the same along it is not the class's.")
    if walk.kind == PATH:
        told = (
            tr("One class ({class_name}), from").format(class_name=walk.class_name) if walk.class_name else tr("From")
        )
        return tr("{told} one z to another: no picture between them was trained for.").format(told=told)
    if walk.kind == TEMPERATURE:
        return tr("One seed: 0 takes the likeliest value of every pixel, 1 draws as trained, above 1 is wilder.")
    seen = tr("Left typical and alike, right varied.")
    if not measured:
        return seen
    return tr(
        "{seen} Precision: the share that looks real. Recall: the share of real pictures that is reached."
    ).format(seen=seen)
