"""The words of kept pictures: what was done to them, what can be undone, what an empty page says.  Plain first."""

from __future__ import annotations

from app.documents.collection.change import Change

_DEEDS = {
    "keep": ("keep {n}", "Kept {n}."),
    "star": ("star {n}", "Starred {n}."),
    "unstar": ("take the star from {n}", "Took the star from {n}."),
    "label": ("label {n}", "Labelled {n}."),
    "collect": ("put {n} in a collection", "Put {n} in the collection."),
    "take out": ("take {n} out of a collection", "Took {n} out of the collection."),
    "rename": ("rename a collection", "Renamed the collection."),
    "delete": ("delete {n}", "Deleted {n}."),
    "restore": ("have {n} back", "Brought back {n}."),
}
UNDONE, REDONE = "Undone: {deed}.", "Done again: {deed}."
NOTHING_TO_UNDO, NOTHING_TO_REDO = "There is nothing to undo.", "There is nothing to do again."


def pictures(count: int) -> str:
    """1 picture, 12 pictures."""
    return "1 picture" if count == 1 else f"{count:,} pictures"


def changed(change: Change) -> int:
    """How many pictures are different from before."""
    return len({shift.identity for shift in change.shifts if shift.before != shift.after})


def deed(change: Change) -> str:
    """What was done, as a command: "delete 12 pictures"."""
    return _DEEDS[change.action][0].format(n=pictures(changed(change)))


def done(change: Change) -> str:
    """What was done, as a sentence: "Deleted 12 pictures."."""
    return _DEEDS[change.action][1].format(n=pictures(changed(change)))


def undo_text(change: Change | None) -> str:
    """What undoing would do, empty for nothing: "Undo: delete 12 pictures"."""
    return "" if change is None else f"Undo: {deed(change)}"


def redo_text(change: Change | None) -> str:
    """What doing it again would do, empty for nothing."""
    return "" if change is None else f"Redo: {deed(change)}"
