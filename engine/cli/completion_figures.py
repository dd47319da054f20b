"""What `reverie bench completion` makes of its trials: means with standard errors over pictures, ranks, and whether the
bars are reached.  NumPy and nothing else."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

METHODS = ("raster", "particles", "auto")
"""Raster order upright; particles upright; what is chosen where nothing is said."""

KEPT, TIMES_RASTER, NATS_OFF, NATS_ABOVE, RANK, COST = 0.80, 2.0, 5.0, 8.0, (0.40, 0.65), 1.3
SHOWN_S = 1.2
STANDARD_ERRORS, MARGINAL_ERROR, ALL_KNOWN = 3.0, 0.1, 1e-3
"""The bars of the table and of the exactness checks."""


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean over ``n`` pictures and its standard error; NaN where there is nothing (of one picture: no error)."""

    value: float
    error: float
    n: int

    def __str__(self) -> str:
        if math.isnan(self.value):
            return "-"
        digits = 3 if abs(self.value) < 10 else 1
        spread = "" if math.isnan(self.error) else f" ±{self.error:.{digits}f}"
        return f"{self.value:.{digits}f}{spread}"


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """One picture completed under one mask by one method.

    kept : the share of the draws that the classifier takes for the picture's class; NaN without a classifier.
    nats : (d,) float64, log p of the draws as whole pictures by the model that scores; ``truth`` the picture's own.
    own_gap : mean log p of the draws less the picture's, by the model that draws, upright, as a mixture of its classes.
    lowest_ess : the lowest effective sample size of any row; NaN where nothing was weighed.
    distinct, ancestors : completions among all particles (pictures), and what they go back to (NaN of raster).
    evidence : log p(given pixels), nats; NaN where nothing was weighed.
    cpu_ms, wall_ms : of all particles (pictures) together; ``plain_ms`` CPU milliseconds of as many plain pictures.
    way : method and orientation that were taken.
    """

    number: int
    mask: str
    method: str
    way: str
    count: int
    kept: float
    nats: NDArray[np.float64]
    truth: float
    own_gap: float
    lowest_ess: float
    distinct: int
    ancestors: float
    evidence: float
    cpu_ms: float
    wall_ms: float
    plain_ms: float


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the table: a mask and a method over all pictures; fields as in `Trial`, means with standard errors.

    ``gap`` is log p of the draws less the picture's, picture by picture (``own_gap`` by the model that draws);
    ``rank`` the share of draws less likely than the truth; ``cpu_ms`` and ``wall_ms`` are of one image; ``cost`` the
    CPU time over that of plain sampling.
    """

    mask: str
    method: str
    ways: str
    count: int
    kept: Mean
    nats: Mean
    truth: Mean
    gap: Mean
    own_gap: Mean
    rank: Mean
    lowest_ess: Mean
    distinct: Mean
    fewest_distinct: int
    ancestors: Mean
    evidence: Mean
    cpu_ms: Mean
    wall_ms: Mean
    cost: Mean


@dataclass(frozen=True, slots=True)
class Bar:
    """What was wanted of something, what was found, and whether that reaches it (None: it could not be measured)."""

    name: str
    wanted: str
    found: str
    reached: bool | None


def mean_of(values: ArrayLike) -> Mean:
    """The mean over pictures ``(N,)`` and its standard error, of those that are numbers."""
    found = np.asarray(values, np.float64)
    found = found[~np.isnan(found)]
    n = len(found)
    if not n:
        return Mean(math.nan, math.nan, 0)
    return Mean(float(found.mean()), float(found.std(ddof=1) / math.sqrt(n)) if n > 1 else math.nan, n)


def ratio_of(values: ArrayLike, baselines: ArrayLike) -> Mean:
    """The ratio of the sums of two ``(N,)`` that belong together; its standard error by linearization: that of
    ``v - R b`` over the mean of b (W. Cochran, "Sampling Techniques", 1977, section 2.11)."""
    v, b = np.asarray(values, np.float64), np.asarray(baselines, np.float64)
    if not len(v) or not b.sum():
        return Mean(math.nan, math.nan, len(v))
    ratio = float(v.sum() / b.sum())
    return Mean(ratio, mean_of(v - ratio * b).error / float(b.mean()), len(v))


def rank_of(draws: NDArray[np.float64], truth: float) -> float:
    """The share of draws ``(d,)`` that are less likely than the truth; equally likely ones count a half."""
    return float((draws < truth).mean() + 0.5 * (draws == truth).mean())


def lines(trials: Sequence[Trial]) -> list[Line]:
    """A line for each mask and method that was tried, in the order of the masks' first trials."""
    masks = dict.fromkeys(trial.mask for trial in trials)
    groups = ([t for t in trials if (t.mask, t.method) == (mask, method)] for mask in masks for method in METHODS)
    return [_line(group) for group in groups if group]


def _line(group: Sequence[Trial]) -> Line:
    def mean(of: Callable[[Trial], float]) -> Mean:
        return mean_of([of(trial) for trial in group])

    ways = [trial.way for trial in group]
    counted = sorted(dict.fromkeys(ways), key=lambda way: -ways.count(way))
    said = counted[0] if len(counted) == 1 else ", ".join(f"{way} ({ways.count(way)})" for way in counted)
    return Line(
        mask=group[0].mask,
        method=group[0].method,
        ways=said,
        count=group[0].count,
        kept=mean(lambda t: t.kept),
        nats=mean(lambda t: float(t.nats.mean())),
        truth=mean(lambda t: t.truth),
        gap=mean(lambda t: float(t.nats.mean()) - t.truth),
        own_gap=mean(lambda t: t.own_gap),
        rank=mean(lambda t: rank_of(t.nats, t.truth)),
        lowest_ess=mean(lambda t: t.lowest_ess),
        distinct=mean(lambda t: t.distinct),
        fewest_distinct=min(trial.distinct for trial in group),
        ancestors=mean(lambda t: t.ancestors),
        evidence=mean(lambda t: t.evidence),
        cpu_ms=mean(lambda t: t.cpu_ms / t.count),
        wall_ms=mean(lambda t: t.wall_ms / t.count),
        cost=ratio_of([t.cpu_ms for t in group], [t.plain_ms for t in group]),
    )


def bars(table: Iterable[Line], quality: bool) -> list[Bar]:
    """Which bars the lines reach; ``quality``: not only those of cost, which are the same for all pictures."""
    by = {(line.mask, line.method): line for line in table}
    found: list[Bar] = []
    for (mask, method), line in by.items():
        if method == "raster":
            continue
        raster = by.get((mask, "raster"))
        if quality:
            found += _quality(line, raster)
        name = f"{mask}, {method}: "
        found.append(_at_most(f"{name}cost", line.cost, COST, "x plain sampling"))
        shown = line.wall_ms.value * line.count / 1e3
        if quality and method == "particles":
            wanted, said = f"<= {SHOWN_S} s by the clock", f"{shown:.2f} s"
            found.append(Bar(f"{name}{line.count} shown complete", wanted, said, shown <= SHOWN_S))
    return found


def _quality(line: Line, raster: Line | None) -> list[Bar]:
    name, kept = f"{line.mask}, {line.method}: ", line.kept
    found = []
    known = not math.isnan(kept.value)
    if line.mask in ("scattered", "ring"):
        found.append(Bar(f"{name}class kept", f">= {KEPT:.2f}", str(kept), kept.value >= KEPT if known else None))
    if line.mask == "scattered":
        if raster is not None:
            said, reached = f"{kept} against {raster.kept}", kept.value >= TIMES_RASTER * raster.kept.value
            found.append(Bar(f"{name}class kept", f">= {TIMES_RASTER:g}x raster", said, reached if known else None))
        wanted = f"within {NATS_OFF:g} nats of the truth"
        for whose, gap in (("the model that draws", line.own_gap), ("the model that scores", line.gap)):
            found.append(Bar(f"{name}log p by {whose}", wanted, f"{gap} nats", abs(gap.value) <= NATS_OFF))
    if line.mask in ("bottom", "right") and line.method == "particles":
        if raster is not None:
            above = line.nats.value - raster.nats.value
            wanted = f">= {NATS_ABOVE:g} nats above raster"
            found.append(Bar(f"{name}log p", wanted, f"{above:.1f} nats", above >= NATS_ABOVE))
        low, high = RANK
        reached = low <= line.rank.value <= high
        found.append(Bar(f"{name}rank of the truth", f"{low:.2f} to {high:.2f}", str(line.rank), reached))
    if line.mask in ("bottom", "right") and line.method == "auto":
        exact = line.evidence.n == 0  # nothing was weighed
        said = f"{'exact' if exact else 'weighed'} ({line.ways}), at least {line.fewest_distinct} distinct"
        reached = exact and line.fewest_distinct == line.count
        found.append(Bar(f"{name}exact by orientation", f"all {line.count} distinct", said, reached))
    return found


def _at_most(name: str, found: Mean, bound: float, unit: str) -> Bar:
    reached = None if math.isnan(found.value) else found.value <= bound
    return Bar(name, f"<= {bound:g}{unit}", str(found), reached)
