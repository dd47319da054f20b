"""Which pictures of a wall show, and in which order."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from app.workspaces.gallery.plan import BY_CLASS, BY_SCORE, Plan


def order(
    plan: Plan, names: tuple[str, ...], classes: NDArray[np.int64], values: NDArray[np.float64]
) -> NDArray[np.int64] | None:
    """The indices shown, ``(M,) int64``, or None for all of them as they are numbered.

    ``classes (N,)`` by place in ``names``, -1 for unknown ones, which come last; ``values (N,)`` the highest first, NaN
    last.  What is equal stays in the order of its numbers.
    """
    indices: NDArray[np.int64] = np.arange(len(classes), dtype=np.int64)
    if plan.sort == BY_CLASS:
        indices = np.argsort(np.where(classes < 0, len(names), classes), kind="stable")
    elif plan.sort == BY_SCORE:
        indices = np.argsort(np.where(np.isnan(values), np.inf, -values), kind="stable")
    if plan.only in names:
        indices = indices[classes[indices] == names.index(plan.only)]
    elif plan.sort not in (BY_CLASS, BY_SCORE):
        return None
    return indices


def span(indices: NDArray[np.int64] | None, start: int, stop: int) -> tuple[int, int]:
    """The least span of indices that holds those at the positions ``start`` to ``stop - 1``."""
    if indices is None:
        return start, stop
    shown = indices[max(0, start) : max(0, stop)]
    return (int(shown.min()), int(shown.max()) + 1) if len(shown) else (0, 0)
