"""The words of the page of a GAN's training."""

from __future__ import annotations

from collections.abc import Mapping

NO_GAME = "Only GANs learn as a game of two; how this model learnt is on its card."
NO_RECORD = "This GAN came without a record of its training."
DRAW = "Choose a picture on the wall, or draw one: the discriminator says how real it looks."
NO_DISCRIMINATOR = "This GAN came without its discriminator, so no picture can be scored."
NO_NUMBER = ("The discriminator gave no number for this picture.", "Try another one.")
NAMES = {
    "generator_loss": "generator",
    "discriminator_loss": "discriminator",
    "score_real": "real",
    "score_drawn": "generated",
    "score_held_out": "held out",
}
"""What a curve is called."""
SOURCES = {"chosen": "the chosen picture", "own": "your picture", "real": "a real picture"}


def when(step: float, values: Mapping[str, float]) -> str:
    """Where one is in the training, and what the two players were at."""
    told = f"after {step:,.0f} steps"
    if "score_real" in values and "score_drawn" in values:
        real, drawn = signed(values["score_real"]), signed(values["score_drawn"])
        told += f": real {real}, generated {drawn}"
    return told


def verdict(score: float, source: str, judged_as: str) -> str:
    """What the discriminator says of a picture."""
    said = "looks real" if score > 0 else "looks generated"
    told = f" as {judged_as}" if judged_as else ""
    return f"To the discriminator {SOURCES[source]} {said}{told}: {signed(score)}."


def signed(score: float) -> str:
    """A score with its sign, the minus a true one."""
    return f"{score:+.2f}".replace("-", "\u2212")
