"""The words of kept pictures: what was done to them, what can be undone, what an empty page says.  Plain first."""

from __future__ import annotations

from collections.abc import Sequence

from app.documents.collection.change import Change
from app.documents.collection.picture import LIKELIHOODS, KeptEntry
from app.translation import tr

_DEEDS = {
    "keep": (tr("keep {n}"), tr("Kept {n}.")),
    "star": (tr("star {n}"), tr("Starred {n}.")),
    "unstar": (tr("take the star from {n}"), tr("Took the star from {n}.")),
    "label": (tr("label {n}"), tr("Labelled {n}.")),
    "collect": (tr("put {n} in a collection"), tr("Put {n} in the collection.")),
    "take out": (tr("take {n} out of a collection"), tr("Took {n} out of the collection.")),
    "rename": (tr("rename a collection"), tr("Renamed the collection.")),
    "delete": (tr("delete {n}"), tr("Deleted {n}.")),
    "restore": (tr("have {n} back"), tr("Brought back {n}.")),
}
UNDONE, REDONE = tr("Undone: {deed}."), tr("Done again: {deed}.")
NOTHING_TO_UNDO, NOTHING_TO_REDO = tr("There is nothing to undo."), tr("There is nothing to do again.")


def pictures(count: int) -> str:
    """1 picture, 12 pictures."""
    return tr("1 picture") if count == 1 else tr("{count:,} pictures").format(count=count)


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
    return "" if change is None else tr("Undo: {deed}").format(deed=deed(change))


def redo_text(change: Change | None) -> str:
    """What doing it again would do, empty for nothing."""
    return "" if change is None else tr("Redo: {deed}").format(deed=deed(change))


# -- the page ----------------------------------------------------------------------------------------------------------

NOTHING_YET = tr("Nothing is kept yet.")
NOTHING_YET_REMEDY = tr("On the wall, choose pictures and press S: what has a star is here tomorrow.")
GO_TO_WALL = tr("Go to the wall")
NOTHING_LIKE_THAT_REMEDY = tr("Choose fewer filters, or none.")
CLEAR = tr("Show all of them")
EMPTY_BIN = tr("The bin is empty.")
EMPTY_BIN_REMEDY = tr("Deleted pictures lie here until you remove them for good.")
LEAVE_BIN = tr("Back to the kept pictures")
SORTS = {
    "newest": tr("Newest first"),
    "newest-up": tr("Oldest first"),
    "class": tr("By class"),
    "log_likelihood": tr("Likeliest first"),
    "log_likelihood-up": tr("Least likely first"),
    "score": tr("Most real first"),
    "score-up": tr("Least real first"),
}
"""Orders by key; ``-up`` is the lowest first."""
SORT_HELP = tr(
    "The order of the pictures. Exact log-likelihoods come before lower bounds, and scores of discriminators are an "
    "order of their own: the three are never mixed."
)
EXACT_THEN_BOUNDS = tr("Exact log-likelihoods first, then lower bounds: the two do not compare.")
OTHER_DATA = tr("Values of different data sets do not compare.")
OTHER_JUDGES = tr("Scores of different discriminators do not compare.")


def nothing_like_that(total: int) -> str:
    """The filters let nothing through."""
    return (
        tr("The one kept picture is not like that.")
        if total == 1
        else tr("None of your {pictures} is like that.").format(pictures=pictures(total))
    )


def summary(shown: int, total: int, selected: int, in_bin: bool) -> str:
    """How many pictures show."""
    what = (
        tr("{pictures} in the bin").format(pictures=pictures(shown))
        if in_bin
        else tr("{shown:,} of {pictures}").format(shown=shown, pictures=pictures(total))
    )
    if not in_bin and shown == total:
        what = pictures(total)
    return tr("{what}, {selected:,} selected").format(what=what, selected=selected) if selected > 1 else what


def without(count: int, order: str) -> str:
    """Pictures that have no value to be sorted by."""
    what = "score" if order == "score" else "likelihood"
    return (
        tr("{pictures} without a {what} come last.").format(pictures=pictures(count), what=what)
        if count != 1
        else tr("1 picture without a {what} comes last.").format(what=what)
    )


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
    return tr("Remove {pictures} for good? This cannot be undone.").format(pictures=pictures(count))


def purged(count: int) -> str:
    """Pictures were removed for good."""
    return tr("Removed {pictures} for good.").format(pictures=pictures(count))


def not_here(count: int) -> str:
    """Pictures that a scene had chosen, and that are not found."""
    if count == 1:
        return tr("A picture that the scene had chosen is not among those kept here.")
    return tr("{pictures} that the scene had chosen are not among those kept here.").format(pictures=pictures(count))


def unread(count: int) -> str:
    """A picture's PNG is damaged."""
    return (
        tr("{pictures} cannot be read any more.").format(pictures=pictures(count))
        if count > 1
        else tr("This picture cannot be read any more.")
    )
