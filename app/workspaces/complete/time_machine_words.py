"""What the time machine says: where in the drawing it stands, what a branch is, which rows were drawn anew."""

from __future__ import annotations

from app.messages import duration

EVERY_PIXEL_KNOWN = "Every pixel is known"
NOTHING_DRAWN = "No completion to go back in yet"
STILL_DRAWING = "Drawing"
HELP = (
    "How this completion was drawn, pixel by pixel: drag, turn the wheel, or press comma and period; with Shift a row."
)
PARTICLES_NOTE = "as this particle was drawn; others ended on the way"
OWN_CLASS_HELP = "Told no class, each completion was drawn as one of its own; p is the probability within that class."
CHOSEN_HELP = "Marked row ends: there too few particles carried the weight, and they were chosen anew by it."
REWIND_FIRST = "Go back in time first: drag along the line below the picture, or press the comma key."
BEFORE = "Before the branch"
AFTER = "After the branch"
GO_BACK = "Go back"
BEFORE_HELP = "The completions as they were when you branched; they no longer change."
ONLY_KEPT = "These are kept to compare. Double click or Enter takes one; Go back brings all of them back."
WENT_BACK = "Back to before the branch. Redo goes to the branch again."
NO_BRANCH = "There is no branch to go back from."


def place(at: int, of: int, row: int, column: int, probability: float | None) -> str:
    """Where the scrubber stands: pixel ``at`` of ``of`` was drawn last; all three numbers count from 1."""
    chance = "" if probability is None else f", p = {probability:.2f}" if probability >= 0.005 else ", p < 0.01"
    return f"pixel {at} of {of}: row {row}, column {column}{chance}"


def start(of: int) -> str:
    """Nothing of it is drawn."""
    return f"before the first of {of} pixels"


def end(of: int) -> str:
    """All of it is drawn."""
    return "1 pixel was drawn" if of == 1 else f"{of} pixels, one after the other"


def branched(at: int, of: int, seed: int, locked: bool) -> str:
    """After a branch: how much stays, and which seed draws the rest."""
    kept = "No pixel stays" if at == 0 else "The first pixel stays" if at == 1 else f"The first {at} pixels stay"
    rest = f"the other {of - at} are drawn anew with seed {seed}"
    return f"{kept}; {rest}{', though it was locked' if locked else ''}."


def kept_from(tile: int, at: int, of: int) -> str:
    """What stands above the completions from before a branch."""
    return f"Completion {tile + 1} was taken up after {at} of {of} pixels."


def seed(number: int) -> str:
    """What completions were drawn with."""
    return f"Seed {number}"


def redrawn(first: int, count: int, of: int, ms: float, columns: bool) -> str:
    """Which rows an edit had drawn anew: ``count`` of ``of``, from row (or column) ``first`` on, counting from 1."""
    line = "column" if columns else "row"
    if count == 0:
        return f"all {of} {line}s as before in {duration(ms)}"
    return f"redrawn from {line} {first}: {count} of {of} {line}s in {duration(ms)}"
