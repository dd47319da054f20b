"""Colours for magnitudes and for labels, safe for the colour-blind.  Qt-free.

The magnitudes' map is viridis (S. van der Walt and N. Smith, 2015), perceptually even; the first seven label colours
are those of M. Okabe and K. Ito (2008).  A label is never told by its colour alone.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from app.theme.tokens import channels

LABELS = (
    "#e69f00", "#56b4e9", "#009e73", "#f0e442", "#0072b2", "#d55e00", "#cc79a7", "#9aa2b4", "#8d6ee8", "#8fd14f",
)  # fmt: skip
"""Ten colours that a label's index is taken from, round and round."""

_VIRIDIS = np.array(
    [
        (68, 1, 84), (72, 40, 120), (62, 74, 137), (49, 104, 142), (38, 130, 142),
        (31, 158, 137), (53, 183, 121), (109, 205, 89), (180, 222, 44), (253, 231, 37),
    ],
    np.float64,
)  # fmt: skip


def label_color(label: int) -> str:
    """The colour of a label's index."""
    return LABELS[label % len(LABELS)]


def viridis(values: NDArray[np.floating]) -> NDArray[np.uint8]:
    """Red, green and blue ``uint8 (..., 3)`` of magnitudes in [0, 1]."""
    places = np.clip(np.asarray(values, np.float64), 0.0, 1.0) * (len(_VIRIDIS) - 1)
    knots = np.arange(len(_VIRIDIS))
    channels = [np.interp(places, knots, _VIRIDIS[:, channel]) for channel in range(3)]
    return np.stack(channels, axis=-1).round().astype(np.uint8)


def diverging(values: NDArray[np.floating], middle: str) -> NDArray[np.uint8]:
    """Red, green and blue ``uint8 (..., 3)`` of differences in [-1, 1]: blue below, orange above, ``middle`` at 0."""
    ends = np.array([channels("#3d9be0"), channels(middle), channels("#f08a24")], np.float64)
    places = np.clip(np.asarray(values, np.float64), -1.0, 1.0)
    made = [np.interp(places, (-1.0, 0.0, 1.0), ends[:, channel]) for channel in range(3)]
    return np.stack(made, axis=-1).round().astype(np.uint8)
