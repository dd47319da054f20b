"""How a request's fields are shown and checked: declared once, on the fields, and read from there by everybody."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import Any

MAX_SEED = 2**32 - 1
FITS = ("exact", "nearest", "stochastic")
NO_TRUNCATION = 4.0
"""The truncation at which nothing is cut: of a normal distribution 6 numbers in 100,000 lie farther out."""


@dataclass(frozen=True, slots=True)
class Control:
    """How a request's field is shown and checked.

    ``kind``: ``"slider"`` (float), ``"count"`` (int), ``"seed"`` (int with lock and dice), ``"choice"`` (str).
    ``choices`` are static; ``choices_from`` names what the manifest provides instead (``"class"``, ``"orientation"``).
    ``plain`` is the everyday name, ``term`` the field's own word (shown second), ``help`` the one-sentence tooltip.
    ``primary`` controls show at once (at most four a request), the rest under More.
    """

    kind: str
    plain: str
    term: str
    help: str
    group: str
    order: int
    primary: bool = False
    minimum: float | None = None
    maximum: float | None = None
    step: float | None = None
    choices: tuple[str, ...] = ()
    choices_from: str = ""


def control(default: Any, declared: Control) -> Any:
    """A dataclass field with its `Control` in the metadata."""
    return field(default=default, metadata={"control": declared})


def controls(kind: type[Any]) -> dict[str, Control]:
    """The declared controls of a request class by field name, in the order in which they are shown."""
    if kind not in _CONTROLS:
        found = [(f.name, f.metadata["control"]) for f in dataclasses.fields(kind) if "control" in f.metadata]
        _CONTROLS[kind] = dict(sorted(found, key=lambda item: item[1].order))
    return dict(_CONTROLS[kind])


_CONTROLS: dict[type[Any], dict[str, Control]] = {}


TEMPERATURE = Control(
    kind="slider",
    plain="Play safe or play wild",
    term="temperature",
    help="Divides the logits before drawing: 0 takes the likeliest value, 1 draws as trained, above 1 is wilder.",
    group="Sampling",
    order=10,
    primary=True,
    minimum=0.0,
    maximum=2.0,
    step=0.05,
)
TRUNCATION = Control(
    kind="slider",
    plain="Typical or varied",
    term="truncation",
    help="Draws every number of z from the normal distribution cut off this far from 0: small gives typical pictures "
    f"that are much alike, {NO_TRUNCATION:g} cuts nothing.",
    group="Sampling",
    order=15,
    minimum=0.0,
    maximum=NO_TRUNCATION,
    step=0.05,
)
SEED = Control(
    kind="seed",
    plain="Luck",
    term="seed",
    help="The number that all randomness comes from: the same seed makes the same pictures again.",
    group="Sampling",
    order=20,
    primary=True,
    minimum=0,
    maximum=MAX_SEED,
    step=1,
)
CLASS = Control(
    kind="choice",
    plain="What it should be",
    term="class",
    help="The class the model is told to draw; none lets it decide for itself.",
    group="Sampling",
    order=40,
    primary=True,
    choices_from="class",
)
ORIENTATION = Control(
    kind="choice",
    plain="Reading direction",
    term="orientation",
    help="The raster order in which pixels are drawn; automatic turns it where many more given pixels then come first.",
    group="Order",
    order=60,
    choices=("auto",),
    choices_from="orientation",
)
PARTICLES = Control(
    kind="count",
    plain="Tries at once",
    term="particles",
    help="How many pictures are drawn side by side where given pixels come late; the unlikely ones end on the way.",
    group="Order",
    order=80,
    minimum=1,
    maximum=512,
    step=1,
)
FIT = Control(
    kind="choice",
    plain="Off-level pixels",
    term="fit",
    help="What to do with pixel values that the model has no level for.",
    group="Score",
    order=10,
    choices=FITS,
)
