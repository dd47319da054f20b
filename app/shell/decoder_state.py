"""Everything the sheet for a bare decoder shows, as one frozen value, and the words in it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.messages import Problem
from app.translation import tr
from engine.contracts.arrays import Images
from engine.contracts.decoders import ClassInput, DecoderDescription, DecoderTrial, PictureLayout

SAMPLES = 16
RANGES = (
    ("0..1", tr("0 to 1"), tr("0 is black and 1 is white.")),
    ("-1..1", tr("-1 to 1"), tr("-1 is black and 1 is white, as after tanh.")),
    ("0..255", tr("0 to 255"), tr("0 is black and 255 is white.")),
    ("logits", tr("Any (logits)"), tr("Any number: the sigmoid of it is how light the pixel is.")),
)
"""Range, its word, and what it means."""
PRIORS = (
    ("normal", tr("Bell curve"), tr("Every number of z is drawn from N(0, 1): variational autoencoders, most GANs.")),
    ("uniform", tr("Even"), tr("Every number of z is drawn evenly from -1 to 1: some GANs.")),
    (
        "none",
        tr("Unknown"),
        tr(
            "Nobody says where z lies: an autoencoder's decoder. The samples are of a bell curve, just to see "
            "something."
        ),
    ),
)
"""Prior, its word, and what it means."""
_RANGE_WORDS = {value: word for value, word, _ in RANGES}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Samples:
    """What was drawn: ``images (N, H, W, C) uint8``, ``broken`` and ``constant (N,) bool``; a caption a picture."""

    images: Images
    broken: NDArray[np.bool_]
    constant: NDArray[np.bool_]
    captions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DecoderState:
    """What the sheet shows.

    file, facts
        The file's name, and what it shows of itself.
    layouts, layout, sizes, size
        The ways to read the output, and the sides that flat pictures may have, as (words, help) or words; the places of
        those chosen.  No sizes: there is nothing to choose.
    range, prior, title, attribution, classes
        The answers; ``classes`` is the text with a name a line.
    classes_help
        What is asked about the classes; empty where the decoder is told none.
    samples, values, warning
        The pictures, what values the decoder gave, and what is wrong with them.
    problem, cannot_save, refusal
        Why there are no samples; why it cannot be saved yet; why saving did not work.
    """

    file: str
    facts: str
    layouts: tuple[str, ...]
    layout: int
    sizes: tuple[str, ...]
    size: int
    range: str
    prior: str
    title: str
    attribution: str
    classes: str
    classes_help: str
    seed: int
    samples: Samples | None = None
    values: str = ""
    warning: str = ""
    busy: bool = False
    problem: Problem | None = None
    cannot_save: str = ""
    refusal: str = ""


def facts_of(description: DecoderDescription) -> str:
    """The length of z, how it is fed, and the file's size and maker."""
    axes = f"N x {description.dim}" + " x 1 x 1" * (len(description.z.axes) == 4)
    size = description.size / 2**20
    said = [
        tr("z of {dim} numbers ({axes})").format(dim=description.dim, axes=axes),
        tr("one picture at a time") if description.batch == 1 else "",
        tr("{size:.1f} MB").format(size=size)
        if size >= 0.1
        else tr("{n} KB").format(n=max(1, round(description.size / 1024))),
        tr("written by {producer}").format(producer=description.producer[:40]) if description.producer else "",
    ]
    return " \u00b7 ".join(filter(None, said))


def layout_words(layout: PictureLayout, alone: bool) -> str:
    """A way to read an output; its name too where it is not ``alone``."""
    grey, last = layout.channels == 1, layout.image.axes[-1] == "channel"
    sides = f"{layout.height} x {layout.width}"
    if layout.flat:
        words = (
            tr("one row of greys")
            if grey
            else tr("one row, colour by colour")
            if not last
            else tr("one row, pixel by pixel")
        )
    elif "channel" not in layout.image.axes:
        words = f"grey, N x {sides}"
    else:
        color = "grey" if grey else "RGB"
        shape = f"N x {sides} x {layout.channels}" if last else f"N x {layout.channels} x {sides}"
        words = tr("{color}, channels {word}: {shape}").format(
            color=color, word="last" if last else "first", shape=shape
        )
    words = words[0].upper() + words[1:]
    return words if alone else f"{layout.image.name}: {words}"


def size_words(layout: PictureLayout) -> str:
    """The sides of a flat picture."""
    return tr("{height} high, {width} wide").format(height=layout.height, width=layout.width)


def classes_help(told: ClassInput | None) -> str:
    """What is asked about the classes."""
    if told is None:
        return ""
    if told.width:
        return tr("The decoder is told one of {width} classes. Name them in its order, one a line.").format(
            width=told.width
        )
    return tr("The decoder is told a class by number. Name the classes in that order, one a line, from number 0 on.")


def values_words(trial: DecoderTrial) -> str:
    """What values the decoder gave."""
    if not trial.finite:
        return tr("The decoder gives no finite number at all.")
    low, high, mean = (_number(value) for value in (trial.low, trial.high, trial.mean))
    return tr("Values from {low} to {high}, {mean} on average.").format(low=low, high=high, mean=mean)


def warning_words(trial: DecoderTrial, said_range: str) -> str:
    """What is wrong with the pictures, the worst first; empty if nothing is."""
    count, broken, flat = len(trial.images), int(trial.broken.sum()), int((trial.constant & ~trial.broken).sum())
    said = []
    if broken:
        said.append(tr("{of} crossed out: their values are not finite.").format(of=_of(broken, count)))
    if flat:
        said.append(tr("{of} struck through: nothing but one flat colour.").format(of=_of(flat, count)))
    if trial.alike:
        said.append(tr("All pictures are alike: the decoder does not look at z."))
    if trial.outside >= 0.0005:
        share = f"{100 * trial.outside:.0f} %" if trial.outside >= 0.005 else tr("A few")
        said.append(
            tr("{share} of the values lie outside of {range_words} and are cut off.").format(
                share=share, range_words=_RANGE_WORDS[said_range]
            )
        )
    return " ".join(said)


def _of(some: int, count: int) -> str:
    if some == count:
        return tr("All pictures are")
    return tr("{some} of {count} pictures {word}").format(some=some, count=count, word="is" if some == 1 else "are")


def _number(value: float) -> str:
    """Two decimals, fewer for large numbers."""
    return f"{value:.3g}" if abs(value) >= 1e5 else f"{value:.0f}" if abs(value) >= 100 else f"{value + 0.0:z.2f}"
