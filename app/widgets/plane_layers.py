"""What lies on a latent plane, as frozen values in chart coordinates (y up).  Qt-free, so that states can hold them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.documents.latent_chart import Rect


@dataclass(frozen=True, slots=True, eq=False)
class MapTile:
    """A square of decoded pictures: ``picture (h, w, C) uint8`` has its top row at ``y + side``.

    ``cells`` pictures lie side by side; ``stale`` tiles are those of the plane before, shown faintly until there are
    newer ones.
    """

    x: float
    y: float
    side: float
    picture: NDArray[np.uint8]
    cells: int
    stale: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class DensityField:
    """How densely codes lie: ``values (h, w) float32`` in [0, 1], the first row at the bottom; nothing lies outside
    of ``rect``."""

    values: NDArray[np.float32]
    rect: Rect


@dataclass(frozen=True, slots=True, eq=False)
class CodeDots:
    """Codes of reference pictures: ``places (M, 2)``, ``labels (M,)``; ``means (K, 2)`` with the ``names`` of the
    labels."""

    places: NDArray[np.float64]
    labels: NDArray[np.int64]
    means: NDArray[np.float64]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class PlaneCurve:
    """A line through ``places (P, 2)``; ``kind`` is ``ring``, ``path``, ``ellipse`` or ``arrow``; ``label`` stands at
    its highest place."""

    places: NDArray[np.float64]
    kind: str
    label: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Pin:
    """A named place that stays: ``kind`` is ``anchor``, ``key``, ``mean`` or ``grip``; a grip can be dragged."""

    x: float
    y: float
    text: str
    kind: str
