"""The Gallery's words where they depend on what happened.  Plain first."""

from __future__ import annotations

import math

from app.messages import COMPLETE_AGAIN, OPEN_MODELS, Problem, duration

SEED_IS_LOCKED = "The seed is locked. Unlock it to roll the dice."
STOPPED = "Stopped. What was drawn stays."
NOT_SCORED = "Stopped. Pictures that have a value already are sorted by it."
NOTHING_CHOSEN = "Choose a picture first: click one, or press an arrow key."
NO_POINT = "Latent walks through VAEs, autoencoders and Gaussians: this picture has no point there."
NOT_KEPT = "None of the chosen pictures is kept. S stars them, which keeps them."
WALK_NOT_DRAWN = "This walk is not drawn yet. Wait until it is, then save it."
NOT_DRAWN = "This picture is not drawn yet. Wait until it is."
IMPLICIT = "This model has no likelihood (its density is implicit), so there is nothing to sort by."
SCENE_DAMAGED = "Part of the saved work is damaged and was left out. The rest is restored."
CHOOSE_ONE = "Click a picture to see it large, and what is known of it."
BROKEN = "The decoder gives no finite numbers here: the crossed-out grey is not its picture."
ASKING = "asking the model..."
UNKNOWN = "not known"
KIND_TAGS = {"exact": "exact", "lower bound": "lower bound", "score": "implicit", "none": "implicit"}
JUDGED = "as the classifier sees it"
FOREIGN = (
    "The gallery shows what models draw. Pictures of your own open in Complete or Latent, or below the wall where "
    "Neighbours or Training is unfolded."
)
KINDS = {
    "exact": "The exact log-likelihood of this picture, by the chain rule or in closed form.",
    "lower bound": "This picture is at least so likely: the evidence lower bound (ELBO), as 8 samples tell it.",
    "score": "This model draws without ever having a likelihood: its density is implicit.",
    "none": "This model draws without ever having a likelihood: its density is implicit.",
}
SORT_HELP = {
    "exact": "By exact log-likelihood, the likeliest first. The model is asked about every picture first.",
    "lower bound": "By the lower bound on the log-likelihood, the highest first. The model is asked first.",
    "score": "By the discriminator's score, what it holds for real first. It is asked about every picture first.",
    "none": IMPLICIT,
}


def value(kind: str, number: float) -> str:
    """What is known of a picture's likelihood."""
    shown = f"{number:.1f}".replace("-", "\u2212")
    if kind == "score":
        share = 1 / (1 + math.exp(-min(max(number, -60), 60)))
        return f"{shown} (real: {round(100 * share)} %)"
    return f"{shown} nats" if kind == "exact" else f"at least about {shown} nats"


def counted(count: int) -> str:
    """1 picture, 10,000 pictures."""
    return "1 picture" if count == 1 else f"{count:,} pictures"


def drawn(done: int, total: int, elapsed_ms: float, each_ms: float | None, running: bool) -> str:
    """How far the wall is, and what it took."""
    if each_ms is None:
        return "" if not running else f"Drawing {counted(total)}"
    each = f"{each_ms:.2f} ms" if each_ms < 10 else duration(each_ms)
    if done < total:
        return f"{done:,} of {counted(total)}, {each} each"
    return f"{counted(total)} in {duration(elapsed_ms)}, {each} each"


def measured(kind: str, done: int, total: int) -> str:
    """How far the asking is."""
    what = {"exact": "Likelihoods", "lower bound": "Lower bounds", "score": "Scores", "class": "Classes"}[kind]
    return f"{what} of {done:,} of {counted(total)}"


def number(place: int) -> str:
    """A place, which counts from 0, as people count: 1, 2, ... 10,000."""
    return f"{place + 1:,}"


def caption(place: int, of: str = "") -> str:
    """A picture in a few words: its number, after what it is of where that is known."""
    return f"{of}, picture {number(place)}" if of else f"Picture {number(place)}"


def seed_and_number(seed: int, place: int) -> str:
    """Which picture of which seed."""
    return f"{seed}, {number(place)}"


def for_command_line(seed: int, place: int) -> str:
    """How the command line calls the same picture."""
    return f"On the command line, which counts from 0: --seed {seed} --first {place}."


def selected(count: int) -> str:
    """More than one picture is selected."""
    return f"{count:,} pictures are selected: save, star or label them together."


def no_models() -> Problem:
    """Nothing installed draws whole pictures."""
    return Problem("No installed model can draw pictures.", "Open a model folder.", OPEN_MODELS, "Open a model")


def unknown_model(model: str) -> str:
    """A model id that nothing installed has."""
    return f"The model {model} is not installed. Open its folder to go on with it."


def not_measured(problem: Problem) -> str:
    """The engine cannot say how likely pictures are, or what they show."""
    return str(problem)


def try_again(problem: str, remedy: str) -> Problem:
    """Something failed that may work the next time."""
    return Problem(problem, remedy, COMPLETE_AGAIN, "Try again")
