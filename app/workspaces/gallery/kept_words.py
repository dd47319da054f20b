"""The words of kept pictures: what was done to them, what can be undone, what an empty page says.  Plain first."""

from __future__ import annotations

from collections.abc import Sequence

from app.documents.collection.change import Change
from app.documents.collection.picture import LIKELIHOODS, KeptEntry

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


# -- the page ----------------------------------------------------------------------------------------------------------

NOTHING_YET = "Nothing is kept yet."
NOTHING_YET_REMEDY = "On the wall, choose pictures and press S: what has a star is here tomorrow."
GO_TO_WALL = "Go to the wall"
NOTHING_LIKE_THAT_REMEDY = "Choose fewer filters, or none."
CLEAR = "Show all of them"
EMPTY_BIN = "The bin is empty."
EMPTY_BIN_REMEDY = "Deleted pictures lie here until you remove them for good."
LEAVE_BIN = "Back to the kept pictures"
SORTS = {
    "newest": "Newest first",
    "newest-up": "Oldest first",
    "class": "By class",
    "log_likelihood": "Likeliest first",
    "log_likelihood-up": "Least likely first",
    "score": "Most real first",
    "score-up": "Least real first",
}
"""Orders by key; ``-up`` is the lowest first."""
SORT_HELP = (
    "The order of the pictures. Exact log-likelihoods come before lower bounds, and scores of discriminators are an "
    "order of their own: the three are never mixed."
)
EXACT_THEN_BOUNDS = "Exact log-likelihoods first, then lower bounds: the two do not compare."
OTHER_DATA = "Values of different data sets do not compare."
OTHER_JUDGES = "Scores of different discriminators do not compare."


def nothing_like_that(total: int) -> str:
    """The filters let nothing through."""
    return "The one kept picture is not like that." if total == 1 else f"None of your {pictures(total)} is like that."


def summary(shown: int, total: int, selected: int, in_bin: bool) -> str:
    """How many pictures show."""
    what = f"{pictures(shown)} in the bin" if in_bin else f"{shown:,} of {pictures(total)}"
    if not in_bin and shown == total:
        what = pictures(total)
    return f"{what}, {selected:,} selected" if selected > 1 else what


def without(count: int, order: str) -> str:
    """Pictures that have no value to be sorted by."""
    what = "score" if order == "score" else "likelihood"
    return f"{pictures(count)} without a {what} come last." if count != 1 else f"1 picture without a {what} comes last."


def order_note(order: str, entries: Sequence[KeptEntry]) -> str:
    """What must be said of an order by values: what does not compare, and what has none."""
    wanted = ("score",) if order == "score" else LIKELIHOODS if order == "log_likelihood" else ()
    if not wanted:
        return ""
    having = [entry for entry in entries if entry.kind in wanted]
    said = []
    if len({entry.kind for entry in having}) > 1:
        said.append(EXACT_THEN_BOUNDS)
    if order == "score" and len({(entry.model, entry.digest) for entry in having}) > 1:
        said.append(OTHER_JUDGES)
    elif order != "score" and len({entry.dataset for entry in having}) > 1:
        said.append(OTHER_DATA)
    if len(having) < len(entries):
        said.append(without(len(entries) - len(having), order))
    return " ".join(said)


def purge_question(count: int) -> str:
    """Before pictures are removed for good."""
    return f"Remove {pictures(count)} for good? This cannot be undone."


def purged(count: int) -> str:
    """Pictures were removed for good."""
    return f"Removed {pictures(count)} for good."


def not_here(count: int) -> str:
    """Pictures that a scene had chosen, and that are not found."""
    if count == 1:
        return "A picture that the scene had chosen is not among those kept here."
    return f"{pictures(count)} that the scene had chosen are not among those kept here."


def unread(count: int) -> str:
    """A picture's PNG is damaged."""
    return f"{pictures(count)} cannot be read any more." if count > 1 else "This picture cannot be read any more."
