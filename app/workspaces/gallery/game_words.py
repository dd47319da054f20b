"""The words of the page of a GAN's training."""

from __future__ import annotations

from collections.abc import Mapping

from app.translation import tr

NO_GAME = tr("Only GANs learn as a game of two; how this model learnt is on its card.")
NO_RECORD = tr("This GAN came without a record of its training.")
DRAW = tr("Choose a picture on the wall, or draw one: the discriminator says how real it looks.")
NO_DISCRIMINATOR = tr("This GAN came without its discriminator, so no picture can be scored.")
NO_NUMBER = (tr("The discriminator gave no number for this picture."), tr("Try another one."))
NAMES = {
    "generator_loss": "generator",
    "discriminator_loss": "discriminator",
    "score_real": "real",
    "score_drawn": "generated",
    "score_held_out": tr("held out"),
}
"""What a curve is called."""
SOURCES = {"chosen": tr("the chosen picture"), "own": tr("your picture"), "real": tr("a real picture")}


def when(step: float, values: Mapping[str, float]) -> str:
    """Where one is in the training, and what the two players were at."""
    told = tr("after {step:,.0f} steps").format(step=step)
    if "score_real" in values and "score_drawn" in values:
        real, drawn = signed(values["score_real"]), signed(values["score_drawn"])
        told += tr(": real {real}, generated {drawn}").format(real=real, drawn=drawn)
    return told


def verdict(score: float, source: str, judged_as: str) -> str:
    """What the discriminator says of a picture."""
    said = tr("looks real") if score > 0 else tr("looks generated")
    told = tr(" as {judged_as}").format(judged_as=judged_as) if judged_as else ""
    return tr("To the discriminator {sources} {said}{told}: {signed}.").format(
        sources=SOURCES[source], said=said, told=told, signed=signed(score)
    )


def signed(score: float) -> str:
    """A score with its sign, the minus a true one."""
    return f"{score:+.2f}".replace("-", "\u2212")
