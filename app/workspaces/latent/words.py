"""The Latent workspace's words where they depend on what happened.  Plain first."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from app.messages import COMPLETE_AGAIN, OPEN_MODELS, Problem
from app.translation import tr

FIRST_HINT = tr("Take hold of the point and pull")
STOPPED = tr("Stopped. What was decoded stays.")
SEED_IS_LOCKED = tr("The seed is locked. Unlock it to roll the dice.")
NO_THIRD = tr("This latent space has two dimensions: the plane is all there is.")
NO_PLANE = tr("These directions span no plane. Choose two that point different ways.")
NO_PICTURE = tr("There is no picture yet. Wait until the point is decoded.")
BROKEN = tr("The decoder gives no finite numbers here: the crossed-out grey is not its picture.")
CONSTANT = tr(
    "The decoder gives one and the same value for every pixel here; elsewhere such pictures are struck through."
)
OF_ELSEWHERE = tr("This is still the picture of where the point was before.")
NOT_FROM_HERE = tr("The picture is on the page Your picture, fitted to the model.")
NO_ENCODER = tr("This model has no encoder, so no picture can be given a place in its latent space.")
NO_ENCODER_REMEDY = tr("Choose a VAE or an autoencoder: they have one.")
DRAW_ONE = tr("Draw in the dark square, or open, paste or drop a picture.")
NOT_ENCODED = tr("Wait until your picture has been encoded.")
SCENE_DAMAGED = tr("Part of the saved work is damaged and was left out. The rest is restored.")
RESTORED_POINT = tr("Restored what made this picture.")
RESTORED_MAP = tr("Restored the map: its plane, its layout, and what was in view.")
RESTORED_POINT_OF_MAP = tr("Restored the point that was on the map. This model has no such plane as it was a map of.")
RESTORED_PATH = tr("Restored the path of this strip. The point is at its first picture.")
RESTORED_FIRST = tr("Restored the first point of this strip. What its path went through is not noted in it.")
OTHER_WEIGHTS = tr("The model has changed since, so the pictures differ.")
MAP_HIDDEN, MAP_HIDDEN_REMEDY = tr("The map is hidden."), tr("Show the layer Pictures, then save it.")
MAP_UNFINISHED, MAP_UNFINISHED_REMEDY = tr("The map is still being decoded."), tr("Save it when it is all there.")

NO_PATH = tr("A path needs two pictures. Bring the point somewhere and add it, then once more.")


def of_yours(family: str, encodes: bool, empty: bool, measuring: bool) -> str:
    """What the page of one's own picture says besides its numbers."""
    if not encodes:
        return f"{NO_ENCODER} {NO_ENCODER_REMEDY}"
    if empty:
        shown = {
            "vae": tr(
                "You see the ellipse of places that the model holds possible for it (the posterior q(z|x)), what it "
                "makes of the picture, and how likely it finds it."
            ),
            "gaussian": tr("A Gaussian needs no encoder: the place of any picture follows from a formula."),
        }
        return f"{DRAW_ONE} {shown.get(family, tr('You see its place (its code) and what the model makes of it.'))}"
    if measuring:
        return tr("Measuring how likely the picture is...")
    if family == "gaussian":
        return tr(
            "Exact, by the formula of the normal distribution: no bound is needed, and every picture has its place."
        )
    if family != "vae":
        return tr("An autoencoder gives a picture one place (its code), no ellipse, and no likelihood.")
    return ""


def too_many_keys(most: int) -> str:
    """The path is full."""
    return tr("A path has {most} pictures at most. Take one out first: choose it and press Delete.").format(most=most)


def exporting(name: str) -> str:
    """A path is being decoded for a file."""
    return tr("Decoding the path for {name}.").format(name=name)


def other_dimension(title: str, noted: int, dim: int) -> str:
    """A note of a model that has the installed one's name and another latent space."""
    return tr(
        "The picture was made in a latent space of {noted} dimensions; that of {title} has {dim}. Open its model."
    ).format(noted=noted, title=title, dim=dim)


def note_damaged(problem: str, opened: str) -> str:
    """A picture's note cannot be read; ``opened`` is what became of the picture itself."""
    return f"{problem} {opened}".strip()


def too_far(farthest: float) -> str:
    """A note's point is out of bounds."""
    return tr(
        "The picture's point lies too far out. The point is as near to it as it can be: at {farthest:,.0f}."
    ).format(farthest=farthest)


def not_exported(names: Sequence[str]) -> str:
    """Files that were on their way when a person stopped them."""
    return tr("Stopped. {words} {word} not written.").format(
        words=" and ".join(names), word="is" if len(names) == 1 else "are"
    )


def exported(name: str, broken: int) -> str:
    """A path was written."""
    torn = (
        tr(" {broken} of its pictures are grey: the decoder gives no finite numbers there.").format(broken=broken)
        if broken
        else ""
    )
    return tr("Saved {name}.{torn}").format(name=name, torn=torn)


def no_models() -> Problem:
    """Nothing installed has a latent space."""
    return Problem(
        tr("No installed model has a latent space."), tr("Open a model folder."), OPEN_MODELS, tr("Open a model")
    )


def engine_restarting() -> Problem:
    """The engine process ended and is being started again."""
    return Problem(tr("The engine stopped."), tr("It is starting again, and the point is where it was."))


def engine_keeps_dying(title: str) -> Problem:
    """The engine ended several times over the same work."""
    return Problem(
        tr("The engine stopped several times while it decoded with {title}.").format(title=title),
        tr("Choose another model, or try once more."),
        COMPLETE_AGAIN,
        tr("Try once more"),
    )


def unknown_model(model: str) -> str:
    """A model id that nothing installed has."""
    return tr("The model {model} is not installed. Open its folder to go on with it.").format(model=model)


def waits(model: str) -> str:
    """A scene's model that is not installed."""
    return tr("{model} is not installed: its point is kept for when it is, and another model opens.").format(
        model=model
    )


def number(value: float) -> str:
    """A coordinate, with a true minus."""
    return f"{value:.2f}".replace("-", "\u2212") if round(value, 2) else "0.00"


def place(z: NDArray[np.float32], names: tuple[str, str], point: tuple[float, float], depth: float) -> str:
    """Where the point is: all of z where that is short, else its place on the plane and its length."""
    if len(z) <= 3:
        return "z = (" + ", ".join(number(float(value)) for value in z) + ")"
    short = [name.replace(tr("principal axis"), tr("axis")) for name in names]
    on_plane = f"{short[0]} {number(point[0])}, {short[1]} {number(point[1])}"
    return tr("{on_plane}, length {number}").format(on_plane=on_plane, number=number(float(np.linalg.norm(z))))


def usual(share: float) -> str:
    """How usual a point is under the prior: ``share`` of its draws lie farther out."""
    if share < 0.01:
        return tr("Fewer than 1 of 100 draws from the prior lie so far out.")
    if share > 0.99:
        return tr("More than 99 of 100 draws from the prior lie farther out.")
    return tr("{n} of 100 draws from the prior lie farther out.").format(n=round(share * 100))


def nearest(distance: float, name: str) -> str:
    """The nearest reference code."""
    of_class = f" ({name})" if name else ""
    return tr("Nearest code{of_class} {number} away.").format(of_class=of_class, number=number(distance))
