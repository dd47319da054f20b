"""A lens's map over the layers of the canvas: which colour every pixel of the picture has under it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.theme.colormaps import diverging, viridis
from app.theme.tokens import LENS_DIM, LENS_STRENGTH, Palette, hatch_lines
from app.widgets.canvas_layers import Layers
from app.widgets.imaging import packed, rgb, unpacked

_LUMA = np.array([0.299, 0.587, 0.114], np.float32)
"""Rec. 601: how bright the eye finds red, green and blue."""


@dataclass(frozen=True, slots=True, eq=False)
class Overlay:
    """``values (H, W) float32``, 0 to 1 (differences: -1 to 1), NaN where the picture shows.

    ``blind (H, W) bool`` are hatched over what they show, ``later (H, W) bool`` dimmed; ``differences`` says which map.
    """

    values: NDArray[np.float32]
    blind: NDArray[np.bool_] | None = None
    later: NDArray[np.bool_] | None = None
    differences: bool = False


def colors_of(overlay: Overlay, palette: Palette) -> NDArray[np.uint8]:
    """The map's own colours ``uint8 (H, W, 3)``; anything where it has no value."""
    values = np.nan_to_num(overlay.values)
    return diverging(values, palette.raised) if overlay.differences else viridis(values)


def covered(layers: Layers, overlay: Overlay, palette: Palette) -> Layers:
    """The picture between and on the hatch lines with the map over it.

    Where the map has a value there is no hatch: lines would be read as data.  The picture shines through a little, in
    grey: its colours would turn the map's into others.
    """
    base, lined = (unpacked(layer) for layer in layers)
    valued = np.isfinite(overlay.values)
    grey = (base @ _LUMA)[..., None]
    tinted = grey + (colors_of(overlay, palette) - grey) * LENS_STRENGTH
    for layer in (base, lined):
        layer[valued] = tinted[valued]
        if overlay.later is not None:
            layer[overlay.later] += (rgb(palette.mat) - layer[overlay.later]) * LENS_DIM
    if overlay.blind is not None:
        blind = overlay.blind & ~valued
        lined[blind] = base[blind]
        over_dark, over_light = (rgb(color) for color in hatch_lines(palette))
        light = base[blind].mean(axis=1, keepdims=True) > 128
        lined[blind] += (np.where(light, over_light, over_dark) - lined[blind]) * palette.hatch_alpha
    return packed(base), packed(lined)


def hatched(known: NDArray[np.bool_], overlay: Overlay | None) -> NDArray[np.bool_]:
    """``(H, W)``: pixels that have lines: unknown ones, and blind ones under a lens."""
    if overlay is None or overlay.blind is None:
        return ~known
    return ~known | overlay.blind
