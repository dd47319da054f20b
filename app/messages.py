"""The program's words where they depend on what happened: errors, notices, hints, read-outs.  Plain first.

An error is one sentence that names the thing and one that names the remedy; its remedy may also be a button.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from app.translation import tr

COMPLETE_AGAIN = "complete_again"
RESET_PARAMETERS = "reset_parameters"
OPEN_MODELS = "open_models"
OPEN_MODEL_FOLDER = "open_model_folder"
RESTART_ENGINE = "restart_engine"
NO_ACTION = ""

_ACTIONS = {
    "RequestError": (RESET_PARAMETERS, tr("Reset the settings")),
    "ModelNotFound": (OPEN_MODELS, tr("Choose a model")),
    "ManifestError": (OPEN_MODELS, tr("Choose another model")),
    "GraphMismatch": (OPEN_MODELS, tr("Choose another model")),
    "EngineDied": (COMPLETE_AGAIN, tr("Complete again")),
}
_RASTER_START = {
    "upright": tr("at the top left"),
    "flip_horizontal": tr("at the top right"),
    "flip_vertical": tr("at the bottom left"),
    "rotate_180": tr("at the bottom right"),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """Something went wrong: ``problem`` and ``remedy`` are sentences; ``action`` is the remedy's command (one of this
    module's constants, empty if there is no button) and ``button`` its label."""

    problem: str
    remedy: str
    action: str = NO_ACTION
    button: str = ""

    def __str__(self) -> str:
        return f"{self.problem} {self.remedy}".strip()


def problem_of(code: str, problem: str, remedy: str) -> Problem:
    """An engine's error, with the button that its remedy deserves."""
    action, button = _ACTIONS.get(code, (COMPLETE_AGAIN, tr("Try again")))
    return Problem(problem, remedy, action, button)


def engine_restarting() -> Problem:
    """The engine process ended and is being started again."""
    return Problem(
        tr("The engine stopped."),
        tr("It is starting again, and your picture is untouched."),
        COMPLETE_AGAIN,
        tr("Complete again"),
    )


def engine_keeps_dying(title: str) -> Problem:
    """The engine ended several times over the same work."""
    return Problem(
        tr("The engine stopped several times while it worked with {title}.").format(title=title),
        tr("Choose another model, or try once more."),
        COMPLETE_AGAIN,
        tr("Try once more"),
    )


def engine_failed() -> Problem:
    """The engine process ended so often that it is not started again by itself."""
    return Problem(
        tr("The engine stopped too often and is not started again by itself."),
        tr("Your picture is untouched: restart the engine, or choose another model and then restart it."),
        RESTART_ENGINE,
        tr("Restart the engine"),
    )


def no_models() -> Problem:
    """Nothing installed can complete pictures."""
    return Problem(
        tr("No installed model can complete pictures."),
        tr("Open a model folder."),
        OPEN_MODEL_FOLDER,
        tr("Open a model"),
    )


def unknown_model(model: str) -> str:
    """A model id that nothing installed has."""
    return tr("The model {model} is not installed. Open its folder to go on with it.").format(model=model)


def waits(model: str) -> str:
    """A scene's model that is not installed."""
    return tr("{model} is not installed: its picture is kept for when it is, and another one opens.").format(
        model=model
    )


def opens_elsewhere(title: str) -> str:
    """A model that draws whole pictures only."""
    return tr("{title} cannot complete pictures. It opens in another workspace.").format(title=title)


# --- hints and notices


def first_hint(first_tool: str) -> str:
    """What stands beside a picture that nobody has touched."""
    return tr("Rub something out") if first_tool == "forget" else tr("Draw something: the model goes on from there")


def adopted(index: int) -> str:
    """After a completion was taken over."""
    return tr("Adopted completion {n}. R releases it again.").format(n=index + 1)


def only_so_many(count: int) -> str:
    """After the number of a completion that there is not."""
    return (
        tr("There is only one completion: press 1.")
        if count == 1
        else tr("There are {count} completions: press 1 to {count}.").format(count=count)
    )


def nothing_to_preview(index: int) -> str:
    """A completion was chosen for a picture that several of them, or the hand, made whole."""
    return tr("Nothing is unknown here. Press {n} to take completion {n}, or R to release what was adopted.").format(
        n=index + 1
    )


NOTHING_TO_ADOPT = tr("There is no completion to adopt yet.")
NOTHING_SELECTED = tr("Choose a completion first: click one, or press its number.")
NOTHING_TO_KEEP = tr("There is nothing to keep here yet: choose a completion first.")
EVERY_PIXEL_KNOWN = tr("Every pixel is known.")
RUB_OUT = tr("Rub something out, and the model paints it.")
NOTHING_DRAWN = tr("Nothing has been drawn yet.")
ASK_AGAIN = tr("Ask the model for completions of this picture.")
RUB_OUT_OR_RELEASE = tr("Rub something out, or press R to release what was adopted, and the model paints it.")
STAGED = tr("Set for the lesson; Undo brings yours back.")
STAGED_ELSEWHERE = tr("Set for the lesson; yours waits with its own model.")
NOTHING_UNKNOWN = f"{EVERY_PIXEL_KNOWN} {RUB_OUT}"
REST_IS_OF_INK = tr("The rest is paper in ink pictures only. Choose a colour and fill instead.")
SEED_IS_LOCKED = tr("The seed is locked. Unlock it to roll the dice.")
STOPPED = tr("Stopped. What was drawn stays.")
NOT_WHOLE = tr("The score needs a whole picture. Adopt a completion, or give the remaining pixels.")
RESTORED = tr("Restored what made this picture.")
RESTORED_OTHER_WEIGHTS = tr("Restored what made this picture; the model has changed since, so the completions differ.")
SCENE_DAMAGED = tr("Part of the saved work is damaged and was left out. The rest is restored.")
NOTE_UNKNOWN = tr("The picture's Reverie note is of a kind that nothing here can use.")


def opened_plain(problem: str) -> str:
    """A picture whose note cannot be used; ``problem`` says why."""
    return tr("{words}. It was opened as a plain picture.").format(words=problem.rstrip("."))


def record_without_model(model: str) -> str:
    """A saved picture whose model is missing here."""
    return tr("This picture was made with {model}, which is not installed. It was opened as a plain picture.").format(
        model=model
    )


def record_of_another_size(model: str) -> str:
    """A saved picture whose model now has pictures of another size."""
    return tr(
        "This picture was made with a {model} whose pictures have another size. It was opened as a plain picture."
    ).format(model=model)


def unused_pixels(count: int, orientation: str) -> str:
    """Why given pixels are dotted."""
    things = tr("1 given pixel") if count == 1 else tr("{count} given pixels").format(count=count)
    dotted = tr("is dotted: it comes") if count == 1 else tr("are dotted: they come")
    start = _RASTER_START.get(orientation)
    reads = (
        tr("the model paints pixel by pixel, starting {start}").format(start=start)
        if start
        else tr("the model paints pixel by pixel")
    )
    return tr("{things} {dotted} after a hole, and {reads}, so what fills the hole could not build on them.").format(
        things=things, dotted=dotted, reads=reads
    )


# --- read-outs


def duration(ms: float) -> str:
    """A wall time in the unit that fits: 21 ms, 1.4 s, 73 s, 12 min, 3.1 h."""
    if ms < 999.5:
        return tr("{ms:.0f} ms").format(ms=ms)
    seconds = ms / 1000.0
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    if seconds < 119.5:
        return f"{seconds:.0f} s"
    return tr("{n:.0f} min").format(n=seconds / 60) if seconds < 7170 else f"{seconds / 3600:.1f} h"


def naive(naive_ms: float) -> str:
    """What sampling without caches would have cost; empty when nobody measured it."""
    return tr("Naive sampling would have taken {duration}.").format(duration=duration(naive_ms)) if naive_ms > 0 else ""


def chain_rule(probability: float) -> str:
    """The read-out at the raster cursor."""
    return f"p(x_i | x_1 … x_i-1) = {probability:.3f}" if probability >= 0.0005 else "p(x_i | x_1 … x_i-1) < 0.001"


def score(nats: float, bits_per_dim: float) -> str:
    """A log-likelihood in both units."""
    return tr("{nats:.1f} nats, {bits_per_dim:.3f} bits per dimension").format(nats=nats, bits_per_dim=bits_per_dim)


def percentile(percent: float | None, test_set: str) -> str:
    """Where a picture stands among the test set's."""
    if percent is None or math.isnan(percent):
        return tr("The model's file says nothing about how {test_set} test pictures score.").format(test_set=test_set)
    if percent <= 0:
        return tr("Less likely than every {test_set} test picture.").format(test_set=test_set)
    if percent >= 100:
        return tr("Likelier than every {test_set} test picture.").format(test_set=test_set)
    return tr("Likelier than {n} of 100 {test_set} test pictures.").format(
        n=min(max(round(percent), 1), 99), test_set=test_set
    )


def scorer_note(scorer: str, completer: str) -> str:
    """Which model gives the likelihood where that is not the one that completes."""
    return tr("The likelihood is of {scorer}; {completer} only completes.").format(scorer=scorer, completer=completer)


def class_note(class_name: str) -> str:
    """Why a score under a chosen class is not quite comparable."""
    return tr(
        "This is the score given the class {class_name}; the test pictures' are averaged over all classes."
    ).format(class_name=class_name)


def color_name(level: int, levels: int, color: tuple[int, ...]) -> str:
    """What a colour is called in its tooltip."""
    if levels == 2 and len(color) == 1:
        return ("Paper", "Ink")[level]
    if len(color) == 1:
        return tr("Grey {level} of {n}").format(level=level, n=levels - 1)
    return "#" + "".join(f"{value:02X}" for value in color)
