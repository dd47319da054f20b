"""Bringing any picture to a model's size and levels, and the colours that a model knows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from app.documents.partial_image import PartialImage
from engine.contracts.arrays import Image, Observed
from engine.contracts.manifest import ImageSpec

_LUMA = np.array([0.299, 0.587, 0.114])
"""Rec. 601: how bright the eye finds red, green and blue."""


def level_values(spec: ImageSpec) -> NDArray[np.uint8]:
    """(K, C) display colours of a palette or grey model by level; of a colour model the (K, 1) values of a channel."""
    if spec.palette:
        return np.array(spec.palette, np.uint8)
    ramp = np.rint(np.linspace(0, 255, spec.levels))
    return np.asarray(ramp.astype(np.uint8)[:, None])


def nearest_colors(pixels: NDArray[np.float64], spec: ImageSpec) -> Image:
    """Every pixel (..., C), values of 0..255, at the nearest display colour that the model has; RGB distance."""
    values = level_values(spec)
    if spec.palette is None:
        nearest = np.rint(pixels * ((spec.levels - 1) / 255.0)).astype(int)
        return np.asarray(values[np.clip(nearest, 0, spec.levels - 1), 0])
    distance = ((pixels[..., None, :] - values.astype(float)) ** 2).sum(axis=-1)
    return np.asarray(values[distance.argmin(axis=-1)])


def fit_picture(rgba: NDArray[np.uint8], spec: ImageSpec) -> PartialImage:
    """A picture (h, w, 4) at the model's size and levels.

    It is averaged by area as large as fits, centred, greyed if the model is grey, and taken to the nearest level.
    Pixels that are less than half opaque, and margins where the shape differs, are unknown: the model paints them.
    """
    colors, opaque = _resized(rgba, spec.height, spec.width)
    channels = colors @ _LUMA[:, None] if spec.display_channels == 1 else colors
    return PartialImage.from_picture(nearest_colors(channels, spec), opaque)


def _resized(rgba: NDArray[np.uint8], height: int, width: int) -> tuple[NDArray[np.float64], Observed]:
    """(H, W, 3) float RGB of 0..255 and (H, W) bool where the picture is."""
    colors, opaque = np.zeros((height, width, 3)), np.zeros((height, width), bool)
    scale = min(height / rgba.shape[0], width / rgba.shape[1])
    h, w = max(1, min(height, round(rgba.shape[0] * scale))), max(1, min(width, round(rgba.shape[1] * scale)))
    top, left = (height - h) // 2, (width - w) // 2
    inner = slice(top, top + h), slice(left, left + w)
    colors[inner], opaque[inner] = _area_average(rgba, h, w)
    return colors, opaque


def _area_average(rgba: NDArray[np.uint8], height: int, width: int) -> tuple[NDArray[np.float64], Observed]:
    """Mean colour under every target pixel, weighted by opacity, and whether at least half of it is opaque."""
    rows, columns = _overlaps(rgba.shape[0], height), _overlaps(rgba.shape[1], width)
    alpha = rgba[..., 3].astype(np.float32) / np.float32(255)
    mean_alpha = rows @ alpha @ columns.T
    sums = [rows @ (rgba[..., c] * alpha) @ columns.T for c in range(3)]
    colors = np.stack(sums, axis=-1) / np.maximum(mean_alpha, 1e-6)[..., None]
    return np.asarray(colors, np.float64), mean_alpha >= 0.5 - 1e-6


def _overlaps(source: int, target: int) -> NDArray[np.float32]:
    """(target, source) weights: the share of each target pixel that each source pixel covers; rows add up to 1."""
    edges = np.arange(target + 1) * (source / target)
    start, end = edges[:-1, None], edges[1:, None]
    at = np.arange(source)[None, :]
    covered = np.clip(np.minimum(end, at + 1) - np.maximum(start, at), 0.0, None)
    return np.asarray(covered / (source / target), np.float32)
