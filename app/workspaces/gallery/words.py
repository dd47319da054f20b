"""The Gallery's words where they depend on what happened.  Plain first."""

from __future__ import annotations

import math

from app.messages import COMPLETE_AGAIN, OPEN_MODELS, Problem, duration
from app.translation import tr

SEED_IS_LOCKED = tr("The seed is locked. Unlock it to roll the dice.")
STOPPED = tr("Stopped. What was drawn stays.")
NOT_SCORED = tr("Stopped. Pictures that have a value already are sorted by it.")
NOTHING_CHOSEN = tr("Choose a picture first: click one, or press an arrow key.")
NO_POINT = tr("Latent walks through VAEs, autoencoders and Gaussians: this picture has no point there.")
NOT_KEPT = tr("None of the chosen pictures is kept. S stars them, which keeps them.")
WALK_NOT_DRAWN = tr("This walk is not drawn yet. Wait until it is, then save it.")
NOT_DRAWN = tr("This picture is not drawn yet. Wait until it is.")
IMPLICIT = tr("This model has no likelihood (its density is implicit), so there is nothing to sort by.")
SCENE_DAMAGED = tr("Part of the saved work is damaged and was left out. The rest is restored.")
CHOOSE_ONE = tr("Click a picture to see it large, and what is known of it.")
BROKEN = tr("The decoder gives no finite numbers here: the crossed-out grey is not its picture.")
ASKING = tr("asking the model...")
UNKNOWN = tr("not known")
KIND_TAGS = {"exact": "exact", "lower bound": "lower bound", "score": "implicit", "none": "implicit"}
JUDGED = tr("as the classifier sees it")
FOREIGN = tr(
    "The gallery shows what models draw. Pictures of your own open in Complete or Latent, or below the wall where "
    "Neighbours or Training is unfolded."
)
KINDS = {
    "exact": tr("The exact log-likelihood of this picture, by the chain rule or in closed form."),
    "lower bound": tr("This picture is at least so likely: the evidence lower bound (ELBO), as 8 samples tell it."),
    "score": tr("This model draws without ever having a likelihood: its density is implicit."),
    "none": tr("This model draws without ever having a likelihood: its density is implicit."),
}
SORT_HELP = {
    "exact": tr("By exact log-likelihood, the likeliest first. The model is asked about every picture first."),
    "lower bound": tr("By the lower bound on the log-likelihood, the highest first. The model is asked first."),
    "score": tr("By the discriminator's score, what it holds for real first. It is asked about every picture first."),
    "none": IMPLICIT,
}


def value(kind: str, number: float) -> str:
    """What is known of a picture's likelihood."""
    shown = f"{number:.1f}".replace("-", "\u2212")
    if kind == "score":
        share = 1 / (1 + math.exp(-min(max(number, -60), 60)))
        return tr("{shown} (real: {n} %)").format(shown=shown, n=round(100 * share))
    return (
        tr("{shown} nats").format(shown=shown)
        if kind == "exact"
        else tr("at least about {shown} nats").format(shown=shown)
    )


def counted(count: int) -> str:
    """1 picture, 10,000 pictures."""
    return tr("1 picture") if count == 1 else tr("{count:,} pictures").format(count=count)


def drawn(done: int, total: int, elapsed_ms: float, each_ms: float | None, running: bool) -> str:
    """How far the wall is, and what it took."""
    if each_ms is None:
        return "" if not running else tr("Drawing {counted}").format(counted=counted(total))
    each = tr("{each_ms:.2f} ms").format(each_ms=each_ms) if each_ms < 10 else duration(each_ms)
    if done < total:
        return tr("{done:,} of {counted}, {each} each").format(done=done, counted=counted(total), each=each)
    return tr("{counted} in {duration}, {each} each").format(
        counted=counted(total), duration=duration(elapsed_ms), each=each
    )


def measured(kind: str, done: int, total: int) -> str:
    """How far the asking is."""
    what = {
        "exact": tr("Likelihoods"),
        "lower bound": tr("Lower bounds"),
        "score": tr("Scores"),
        "class": tr("Classes"),
    }[kind]
    return tr("{what} of {done:,} of {counted}").format(what=what, done=done, counted=counted(total))


def number(place: int) -> str:
    """A place, which counts from 0, as people count: 1, 2, ... 10,000."""
    return f"{place + 1:,}"


def caption(place: int, of: str = "") -> str:
    """A picture in a few words: its number, after what it is of where that is known."""
    return (
        tr("{of}, picture {number}").format(of=of, number=number(place))
        if of
        else tr("Picture {number}").format(number=number(place))
    )


def seed_and_number(seed: int, place: int) -> str:
    """Which picture of which seed."""
    return f"{seed}, {number(place)}"


def for_command_line(seed: int, place: int) -> str:
    """How the command line calls the same picture."""
    return tr("On the command line, which counts from 0: --seed {seed} --first {place}.").format(seed=seed, place=place)


def selected(count: int) -> str:
    """More than one picture is selected."""
    return tr("{count:,} pictures are selected: save, star or label them together.").format(count=count)


def no_models() -> Problem:
    """Nothing installed draws whole pictures."""
    return Problem(
        tr("No installed model can draw pictures."), tr("Open a model folder."), OPEN_MODELS, tr("Open a model")
    )


def unknown_model(model: str) -> str:
    """A model id that nothing installed has."""
    return tr("The model {model} is not installed. Open its folder to go on with it.").format(model=model)


def waits(model: str) -> str:
    """The model of a scene's wall is not installed."""
    return tr("{model} is not installed: its wall is kept for when it is, and another one hangs here.").format(
        model=model
    )


def not_measured(problem: Problem) -> str:
    """The engine cannot say how likely pictures are, or what they show."""
    return str(problem)


def try_again(problem: str, remedy: str) -> Problem:
    """Something failed that may work the next time."""
    return Problem(problem, remedy, COMPLETE_AGAIN, tr("Try again"))
