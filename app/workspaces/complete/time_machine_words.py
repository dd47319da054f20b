"""What the time machine says: where in the drawing it stands, what a branch is, which rows were drawn anew."""

from __future__ import annotations

from app.messages import duration
from app.translation import tr

EVERY_PIXEL_KNOWN = tr("Every pixel is known")
NOTHING_DRAWN = tr("No completion to go back in yet")
STILL_DRAWING = tr("Drawing")
HELP = tr(
    "How this completion was drawn, pixel by pixel: drag, turn the wheel, or press comma and period; with Shift a row."
)
PARTICLES_NOTE = tr("as this particle was drawn; others ended on the way")
OWN_CLASS_HELP = tr(
    "Told no class, each completion was drawn as one of its own; p is the probability within that class."
)
CHOSEN_HELP = tr("Marked row ends: there too few particles carried the weight, and they were chosen anew by it.")
REWIND_FIRST = tr("Go back in time first: drag along the line below the picture, or press the comma key.")
BEFORE = tr("Before the branch")
AFTER = tr("After the branch")
GO_BACK = tr("Go back")
BEFORE_HELP = tr("The completions as they were when you branched; they no longer change.")
ONLY_KEPT = tr("These are kept to compare. Double click or Enter takes one; Go back brings all of them back.")
WENT_BACK = tr("Back to before the branch. Redo goes to the branch again.")
NO_BRANCH = tr("There is no branch to go back from.")


def place(at: int, of: int, row: int, column: int, probability: float | None) -> str:
    """Where the scrubber stands: pixel ``at`` of ``of`` was drawn last; all three numbers count from 1."""
    chance = "" if probability is None else f", p = {probability:.2f}" if probability >= 0.005 else ", p < 0.01"
    return tr("pixel {at} of {of}: row {row}, column {column}{chance}").format(
        at=at, of=of, row=row, column=column, chance=chance
    )


def start(of: int) -> str:
    """Nothing of it is drawn."""
    return tr("before the first of {of} pixels").format(of=of)


def end(of: int) -> str:
    """All of it is drawn."""
    return tr("1 pixel was drawn") if of == 1 else tr("{of} pixels, one after the other").format(of=of)


def branched(at: int, of: int, seed: int, locked: bool) -> str:
    """After a branch: how much stays, and which seed draws the rest."""
    kept = (
        tr("No pixel stays")
        if at == 0
        else tr("The first pixel stays")
        if at == 1
        else tr("The first {at} pixels stay").format(at=at)
    )
    rest = tr("the other {n} are drawn anew with seed {seed}").format(n=of - at, seed=seed)
    return f"{kept}; {rest}{tr(', though it was locked') if locked else ''}."


def kept_from(tile: int, at: int, of: int) -> str:
    """What stands above the completions from before a branch."""
    return tr("Completion {n} was taken up after {at} of {of} pixels.").format(n=tile + 1, at=at, of=of)


def seed(number: int) -> str:
    """What completions were drawn with."""
    return tr("Seed {number}").format(number=number)


def redrawn(first: int, count: int, of: int, ms: float, columns: bool) -> str:
    """Which rows an edit had drawn anew: ``count`` of ``of``, from row (or column) ``first`` on, counting from 1."""
    line = "column" if columns else "row"
    if count == 0:
        return tr("all {of} {line}s as before in {duration}").format(of=of, line=line, duration=duration(ms))
    return tr("redrawn from {line} {first}: {count} of {of} {line}s in {duration}").format(
        line=line, first=first, count=count, of=of, duration=duration(ms)
    )
