"""Which steps of a run matter: the film's frames."""

from __future__ import annotations

import numpy as np

FILM_FRAMES = 12


def film_steps(steps: int) -> list[int]:
    """12 log-spaced steps from 10 to the last one."""
    return sorted({round(s) for s in np.geomspace(min(10, steps), steps, FILM_FRAMES)})
