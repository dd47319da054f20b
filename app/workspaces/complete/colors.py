"""The colours that a model can be painted with."""

from __future__ import annotations

import numpy as np

from app.documents.partial_image import Color, PartialImage
from app.documents.picture_fit import level_values, nearest_colors
from app.messages import color_name
from app.workspaces.complete.state import ColorChoice
from engine.contracts.manifest import ImageSpec

MAX_RAMP = 16
"""Greys offered at most."""


def color_choices(spec: ImageSpec, document: PartialImage) -> tuple[ColorChoice, ...]:
    """Ink and paper, a ramp of greys, or the palette with the document's own colours first, the commonest leading."""
    if spec.levels == 2 and not spec.palette:
        levels = [1, 0]
    elif spec.palette:
        counts = level_counts(spec, document)
        levels = sorted(range(len(counts)), key=lambda level: (-counts[level], level))
    else:
        levels = list(dict.fromkeys(np.linspace(0, spec.levels - 1, min(MAX_RAMP, spec.levels)).round().astype(int)))
    table = level_values(spec)
    return tuple(_choice(int(level), spec, tuple(int(value) for value in table[level])) for level in levels)


def first_color(spec: ImageSpec, document: PartialImage) -> Color:
    """What the pen starts with: ink, the brightest grey, or the palette's colour that the picture uses most."""
    if spec.palette:
        return color_choices(spec, document)[0].color
    return (255,) * spec.display_channels


def paper_color(spec: ImageSpec) -> Color:
    """The lowest level's colour: what the rest of a binary picture is."""
    values = tuple(int(value) for value in level_values(spec)[0])
    return values if len(values) == spec.display_channels else values * spec.display_channels


def snapped(color: Color, spec: ImageSpec) -> Color:
    """The model's colour that is nearest to this one."""
    wanted = np.resize(np.asarray(color, float), spec.display_channels)
    return tuple(int(value) for value in nearest_colors(wanted, spec))


def level_of(color: np.ndarray[tuple[int, ...], np.dtype[np.uint8]], spec: ImageSpec) -> int:
    """The level (of a grey or palette model) whose display colour this is, or the nearest."""
    distance = ((level_values(spec).astype(float) - color.astype(float)) ** 2).sum(axis=1)
    return int(distance.argmin())


def level_counts(spec: ImageSpec, document: PartialImage) -> list[int]:
    """How many known pixels of the document have each of the model's colours."""
    known = document.pixels[document.observed].astype(int)
    return [int((known == color).all(axis=1).sum()) for color in level_values(spec).astype(int)]


def _choice(level: int, spec: ImageSpec, color: Color) -> ColorChoice:
    return ColorChoice(color if spec.palette else color * spec.display_channels, color_name(level, spec.levels, color))
