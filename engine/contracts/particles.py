"""What particles say besides pictures: how they fared, and how probable the given pixels are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Particles:
    """How the particles of a completion fared: G independent runs of ``each`` = N.

    ess : (G, R) float64
        The effective sample size of each run, 1 to N, at the end of each of the ``rows`` (R,) int64, which count in the
        order of drawing.
    distinct
        How many different completions there are among as many as there are particles, drawn by weight.
    ancestors
        How many particles of the first row those go back to.
    log_evidence : (G,) float64
        log p(given pixels), nats, as each run estimates it.
    classes : (C,) float64 or None
        The share of those completions that each class has, where every particle had a class of its own: an estimate of
        p(class | given pixels), as coarse as the particles are few.
    """

    each: int
    rows: NDArray[np.int64]
    ess: NDArray[np.float64]
    distinct: int
    ancestors: int
    log_evidence: NDArray[np.float64]
    classes: NDArray[np.float64] | None = None

    @property
    def lowest(self) -> float:
        """The smallest effective sample size of any run at any row, as a share of its particles."""
        return float(self.ess.min()) / self.each if self.ess.size else 1.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Evidence:
    """The answer to `engine.contracts.requests.EstimateEvidence`.

    classes
        What it was asked of: class by class, or one name (empty: no class; of a model that knows classes their mixture
        with equal weights).
    log_evidence : (C,) float64
        log p(given pixels), nats; of several estimates the log of their mean, which is unbiased for p.
    estimates : (C, R) float64
        Each by itself; one column where it is ``exact``.
    spread : (C,) float64
        Their standard deviation, nats; 0 where exact.
    posterior : (C,) float64
        p(class | given pixels) for classes of equal prior weight; of one alone 1.
    posterior_spread : (C,) float64
        Its standard deviation over the repeats.
    lowest : (C,) float64
        The smallest effective sample size at any row, as a share of the particles; 1 where exact.
    """

    classes: tuple[str, ...]
    log_evidence: NDArray[np.float64]
    estimates: NDArray[np.float64]
    spread: NDArray[np.float64]
    posterior: NDArray[np.float64]
    posterior_spread: NDArray[np.float64]
    lowest: NDArray[np.float64]
    orientation: str
    exact: bool
    total_ms: float
