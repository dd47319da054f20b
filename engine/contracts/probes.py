"""Looking into a density: how probable given pixels are, what a model says of every pixel of a picture, and which
pixels one of them hangs on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.contracts.arrays import Image, Observed
from engine.contracts.controls import CLASS, ORIENTATION, PARTICLES, SEED, TEMPERATURE, Control, control

MOST_TOLD = 2_000_000
"""The most numbers that the distributions of a picture may have to be sent along."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EstimateEvidence:
    """How probable the given pixels of a picture are: log p(observed), the unknown ones summed out.

    ``pixels`` and ``observed`` as in `engine.contracts.requests.CompleteImage`.  Where an orientation reads all given
    pixels first it is exact; else ``repeats`` runs of ``particles`` each estimate it.  Without a ``class_name`` a
    model that knows classes is asked for their mixture with equal weights, as scores are.  ``by_class`` asks it of
    every class by itself, which gives the posterior p(class | given pixels).  The answer is an
    `engine.contracts.particles.Evidence`.
    """

    model: str
    pixels: Image
    observed: Observed
    particles: int = control(64, PARTICLES)
    repeats: int = control(
        4,
        Control(
            kind="count",
            plain="Repeats",
            term="independent estimates",
            help="How many times the estimate is made: how far apart they lie says how good it is.",
            group="Order",
            order=95,
            minimum=2,
            maximum=16,
            step=1,
        ),
    )
    seed: int = control(0, SEED)
    class_name: str = control("", CLASS)
    orientation: str = control("auto", ORIENTATION)
    by_class: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ExamineImage:
    """What an autoregressive model says of every pixel of a whole picture, in one pass.

    ``pixels : (H, W, C) uint8`` display values, rounded to the nearest level or colour of the model.  ``orientation``
    is the raster order in which the pixels are told one after the other (``auto``: the model's first, upright).  The
    answer is an `Examination`.
    """

    model: str
    pixels: Image
    class_name: str = control("", CLASS)
    orientation: str = control("auto", ORIENTATION)
    temperature: float = control(1.0, TEMPERATURE)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MeasureInfluence:
    """Which pixels the prediction of one pixel depends on, measured by changing them: its receptive field.

    ``pixels`` and ``orientation`` as in `ExamineImage`; ``row`` and ``column`` of the pixel are upright, from 0.  The
    answer is an `Influence`.
    """

    model: str
    pixels: Image
    row: int
    column: int
    class_name: str = control("", CLASS)
    orientation: str = control("auto", ORIENTATION)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Examination:
    """The answer to `ExamineImage`; all upright, whatever the raster order was.

    log_prob : (H, W) float32
        ``log p(x_i | x_<i)`` of the picture's own levels, nats, at the request's temperature.
    entropy : (H, W) float32
        Of each pixel's distribution, nats.
    levels : (H, W) int32
        The picture's levels (entries of the palette, where the model has one).
    distribution : (H, W, K) float16 or None
        p of every level at every pixel, where that is at most `MOST_TOLD` numbers.
    orientation
        What ``auto`` came to.
    """

    log_prob: NDArray[np.float32]
    entropy: NDArray[np.float32]
    levels: NDArray[np.int32]
    distribution: NDArray[np.float16] | None
    orientation: str
    total_ms: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Influence:
    """The answer to `MeasureInfluence`, upright.

    nats : (H, W) float32
        The largest change of log p of any level of the pixel when this one takes another level; 0 where there is none.
    causal
        Whether all pixels that it depends on come before it in the raster order.
    blind
        How many pixels before it do not matter at all.
    """

    nats: NDArray[np.float32]
    row: int
    column: int
    orientation: str
    causal: bool
    blind: int
    total_ms: float
