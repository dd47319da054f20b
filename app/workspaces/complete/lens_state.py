"""What the lenses over the canvas show, as values."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.messages import Problem

LENSES = ("none", "bits", "entropy", "field", "class")
"""Nothing, surprise, uncertainty, receptive field, class posterior."""


@dataclass(frozen=True, slots=True, eq=False)
class LensMap:
    """A map over the picture.

    values : (H, W) float32
        0 to 1, of differences -1 to 1; NaN where a pixel has none, and the picture shows.
    blind, later : (H, W) bool or None
        To be hatched: read before and without any influence; to be dimmed: read afterwards.
    low, high, unit
        What stands at the ends of its scale, and what that is in.
    diverging
        Whether these are differences.
    """

    values: NDArray[np.float32]
    blind: NDArray[np.bool_] | None = None
    later: NDArray[np.bool_] | None = None
    low: str = "0"
    high: str = ""
    unit: str = ""
    diverging: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Spot:
    """One pixel under the microscope.

    level, color
        What is there, and its display colour ``(C,)``.
    facts
        (name, figure) pairs.
    distribution : (K,) float32 or None
        p of every level; None where there are too many to be told.
    colors : (K, C) uint8
        The display colour of every level.
    pinned, forcible
        Whether it stays when the pointer goes, and whether another level can be forced there.
    """

    column: int
    row: int
    title: str
    level: int
    facts: tuple[tuple[str, str], ...]
    distribution: NDArray[np.float32] | None
    colors: NDArray[np.uint8]
    pinned: bool
    forcible: bool


@dataclass(frozen=True, slots=True, eq=False)
class FieldView:
    """A receptive field as it stands in the card: of which model, its map, the pixel, and what is said of it."""

    title: str
    map: LensMap
    column: int
    row: int
    text: str


@dataclass(frozen=True, slots=True, eq=False)
class ClassBars:
    """p(class | given pixels) in the order of the classes: ``values (C,)``, ``spread (C,)`` (zeros where exact)."""

    names: tuple[str, ...]
    values: NDArray[np.float64]
    spread: NDArray[np.float64]
    title: str
    stale: bool
    chosen: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class LensView:
    """What the open lens says.

    title, sentence, facts
        What it shows, how that is to be read, and (name, figure) pairs.
    map
        What lies over the canvas.
    spot, pinned
        The pixel under the microscope; the (column, row) that is ringed on the canvas.
    fields
        Receptive fields beside each other: this model's, another one's.
    bars
        The class posterior.
    note, warning
        What else is to be known; what makes all of it worthless.
    busy
        An answer is awaited.
    """

    lens: str
    title: str
    sentence: str
    facts: tuple[tuple[str, str], ...] = ()
    map: LensMap | None = None
    spot: Spot | None = None
    pinned: tuple[int, int] | None = None
    fields: tuple[FieldView, ...] = ()
    bars: ClassBars | None = None
    note: str = ""
    warning: str = ""
    problem: Problem | None = None
    busy: bool = False
