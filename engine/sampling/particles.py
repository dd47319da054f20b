"""Completing any mask: sequential Monte Carlo over the rows of a raster-order model.

A raster model draws a pixel from what comes before it; given pixels that come later do not shape it.  Particles bring
them in [1, 2]: every particle draws the unknown pixels as the model proposes them, and a given pixel, when the raster
comes to it, multiplies the particle's weight by the probability that the model gave it there.  At the end of a row
where the effective sample size of the weights [3] has fallen under a half of the particles, they are resampled
systematically [4]: the likely ones multiply, the others end.  The product of the mean weights is an unbiased estimate
of the probability of the given pixels, the *evidence* [1, section 3.2.1].

Where no given pixel comes late there is nothing to weigh: the particles are the raster pictures of the same noise, bit
for bit.  Resampling at row ends alone, not at every pixel, is a departure from the textbook that fits graphs which draw
a row a call.

References
----------
[1] A. Doucet, A. Johansen, "A Tutorial on Particle Filtering and Smoothing: Fifteen Years Later", 2009.
[2] N. Gordon, D. Salmond, A. Smith, "Novel approach to nonlinear/non-Gaussian Bayesian state estimation", 1993.
[3] A. Kong, J. Liu, W. Wong, "Sequential Imputations and Bayesian Missing Data Problems", 1994, section 4.1.
[4] G. Kitagawa, "Monte Carlo Filter and Smoother for Non-Gaussian Nonlinear State Space Models", 1996, appendix.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.contracts.arrays import Levels, Observed
from engine.numerics import categorical
from engine.numerics.likelihood import log_mean_exp
from engine.sampling.autoregressive import Canvas, Logits, RowGraph, State
from engine.sampling.step import Step

Chosen: TypeAlias = NDArray[np.int64]
"""Numbers of particles."""
Begin: TypeAlias = Callable[[Levels], tuple[NDArray[np.float64], NDArray[np.float64], State]]
"""From the wholly given rows above the first unknown pixel, ``(R, W)`` and R may be 0: log p of them by each run,
``(G,)`` nats, the particles' log weights, ``(G, N)``, and their state below those rows.

Weights that are not 0 take back what the log p holds already of the first row that is passed."""
Due: TypeAlias = Callable[[int, State], NDArray[np.float64]]
"""From a row and the state below it: the log weights ``(B,)`` that particles gain at its end for anything but its given
pixels, nats.  By the last row they and the beginning's must have come to nothing, or the evidence is another's."""
RESAMPLE_BELOW = 0.5
"""The share of a run's particles that the effective sample size falls under before they are resampled."""


class ParticleGraph(RowGraph, Protocol):
    """A row-cached model whose images can be multiplied and ended."""

    def take(self, state: State, images: Chosen) -> State:
        """The state of these images, ``(B,)`` numbers, in this order."""
        ...


@dataclass(slots=True, eq=False)
class Cloud:
    """The particles of G independent runs, N of each, as far as they have come; run g holds the particles ``g N`` to
    ``(g + 1) N - 1``.

    log_weights : (G, N) float64
        Since the last resampling, nats.
    log_evidence : (G,) float64
        log p(given pixels so far), nats, as each run estimates it; without what the weights hold now.
    steps
        The rows drawn so far as they were drawn, before any resampling after them.
    ancestors
        By row: which particle each one goes back to, where they were resampled after it.
    ess : list of (G,) float64
        The effective sample size at the end of each row, before resampling.
    """

    log_weights: NDArray[np.float64]
    log_evidence: NDArray[np.float64]
    steps: list[Step] = field(default_factory=list)
    ancestors: dict[int, Chosen] = field(default_factory=dict)
    ess: list[NDArray[np.float64]] = field(default_factory=list)

    @property
    def evidence(self) -> NDArray[np.float64]:
        """``(G,)`` nats: log p(given pixels so far) by each run."""
        return self.log_evidence + log_mean_exp(self.log_weights, axis=1)

    @property
    def count(self) -> int:
        """B, the particles of all runs."""
        return self.log_weights.size

    def lineage(self, particles: Chosen) -> list[tuple[Step, Chosen]]:
        """The rows from the last to the first, each with the numbers there of what these particles go back to."""
        found, at = [], particles
        for step in reversed(self.steps):
            at = self.ancestors[step.row][at] if step.row in self.ancestors else at
            found.append((step, at))
        return found

    def rows_of(self, particles: Chosen) -> list[Step]:
        """The rows of these particles, ``(n,)`` numbers, each as it was drawn in their line."""
        return [Step(step.row, step.levels[at], step.logits[at]) for step, at in reversed(self.lineage(particles))]


@dataclass(frozen=True, slots=True, eq=False)
class Mark:
    """Where a cloud stood above a row."""

    state: State
    log_weights: NDArray[np.float64]
    log_evidence: NDArray[np.float64]


@dataclass(slots=True, eq=False)
class CloudTrace:
    """What a run leaves behind, so that the next may start lower: the cloud, and where it stood above some rows.

    ``rows_left`` are still to be drawn; ``every`` so many rows there is a mark.
    """

    canvas: Canvas
    cloud: Cloud
    marks: dict[int, Mark] = field(default_factory=dict)
    every: int = 1
    rows_left: int = 0

    def arrays(self) -> Iterator[NDArray[Any]]:
        """Everything of weight that it holds."""
        for step in self.cloud.steps:
            yield step.logits
        for mark in self.marks.values():
            yield from mark.state.values()

    def mark(self, row: int, state: State, most_bytes: int) -> None:
        """Keep where the cloud stands above a row, unless it is one of too many for ``most_bytes``."""
        rows = len(rows_to_pass(self.canvas.observed))  # the first may be of one picture for all, and light
        weight = sum(array.nbytes for array in state.values())
        self.every = max(self.every, -(-rows * weight // max(1, most_bytes)))
        if (row - min(self.marks, default=row)) % self.every == 0:
            self.marks[row] = Mark(state, self.cloud.log_weights, self.cloud.log_evidence)

    def start_of(self, canvas: Canvas) -> int | None:
        """The lowest marked row above which all is the same for ``canvas``."""
        same = self.canvas.first_change(canvas)
        if canvas.rows.stop != self.canvas.rows.stop:  # whether a row may be resampled after depends on it
            same = min(same, canvas.rows.stop - 1, self.canvas.rows.stop - 1)
        return max((row for row in self.marks if row <= same), default=None)

    def until(self, row: int) -> Cloud:
        """The cloud as it was above a marked row."""
        mark, cloud = self.marks[row], self.cloud
        done = [step for step in cloud.steps if step.row < row]
        ancestors = {at: found for at, found in cloud.ancestors.items() if at < row}
        return Cloud(mark.log_weights, mark.log_evidence, done, ancestors, cloud.ess[: len(done)])


def particles(
    graph: ParticleGraph,
    canvas: Canvas,
    luck: NDArray[np.float64],
    temperature: float = 1.0,
    *,
    begin: Begin | None = None,
    due: Due | None = None,
    before: CloudTrace | None = None,
    most_bytes: int = 0,
) -> Generator[CloudTrace, None, None]:
    """Draw row by row; yields what there is, which grows, at the end of each row; once where no row is to be drawn.

    ``luck (G, H)`` in (0, 1) is what run g resamples with after each row; ``canvas.noise`` is that of all particles.
    ``before`` is what a run of the same noise, conditions, luck and temperature left: rows above the first difference
    are taken from it, from a row at which it was marked on.  Marks may weigh ``most_bytes``, the first always there.
    ``begin`` gives particles a start that is not the same for all of them, ``due`` weights for that as rows pass.
    """
    rows, unknown = rows_to_pass(canvas.observed), canvas.rows
    first = before.start_of(canvas) if before is not None and rows else None
    if before is not None and first is not None and first >= rows.start:
        rows, state = range(first, rows.stop), before.marks[first].state
        kept = {row: mark for row, mark in before.marks.items() if row < first}
        trace = CloudTrace(canvas, before.until(first), kept, before.every)
    else:
        above = canvas.known[: rows.start]
        weights = np.zeros((len(luck), canvas.batch // len(luck)))
        if begin is None:
            log_p, state = _begun(graph, above, canvas.batch, temperature)
        else:
            log_p, weights, state = begin(above)
        cloud = Cloud(weights, np.zeros(len(luck)) + log_p)
        trace = CloudTrace(canvas, cloud)
    cloud, trace.rows_left = trace.cloud, len(rows)
    for row in rows:
        trace.mark(row, state, most_bytes)
        observed = canvas.observed[row]
        levels, logits, state = graph.row(canvas.noise[:, row], canvas.known[row], observed, state)
        cloud.steps.append(Step(row, levels, logits))
        if due is not None:
            cloud.log_weights = cloud.log_weights + due(row, state).reshape(cloud.log_weights.shape)
        _weigh(cloud, canvas.known[row][observed], logits[:, observed], temperature)
        if row + 1 < unknown.stop and observed.any():  # below the hole there is nothing left to choose
            ancestors = _resampled(cloud, luck[:, row])
            if ancestors is not None:
                cloud.ancestors[row] = ancestors
                state = graph.take(state, ancestors)
        trace.rows_left -= 1
        yield trace
    if not rows:
        yield trace


def _begun(graph: ParticleGraph, above: Levels, batch: int, temperature: float) -> tuple[NDArray[np.float64], State]:
    """All particles alike: one pass of the rows above."""
    if not len(above):
        return np.zeros(1), graph.start(batch)
    logits, state = graph.prime(above, batch)
    return categorical.log_prob(logits, above, temperature).sum(keepdims=True).reshape(1), state


def rows_to_pass(observed: Observed) -> range:
    """The rows that particles go through one by one: from the first with an unknown pixel to the last with any to draw
    or to weigh by; none where all is given, since that is one pass."""
    unknown, given = (np.flatnonzero(rows.any(axis=1)) for rows in (~observed, observed))
    if not len(unknown):
        return range(len(observed), len(observed))
    return range(int(unknown[0]), int(max(unknown[-1], given[-1] if len(given) else 0)) + 1)


def _weigh(cloud: Cloud, known: Levels, logits: Logits, temperature: float) -> None:
    """Multiply every weight by the probability of a row's given pixels: ``known (k,)``, ``logits (B, k, K)``."""
    if len(known):
        log_p = categorical.log_softmax(logits, temperature)
        gained = np.take_along_axis(log_p, np.broadcast_to(known, logits.shape[:2])[..., None], axis=-1)
        cloud.log_weights = cloud.log_weights + gained[..., 0].sum(axis=1).reshape(cloud.log_weights.shape)
    cloud.ess.append(effective_sample_size(cloud.log_weights))


def _resampled(cloud: Cloud, luck: NDArray[np.float64]) -> Chosen | None:
    """Resample the runs that need it; which particle each one goes back to, None where no run did."""
    runs, each = cloud.log_weights.shape
    needy = np.flatnonzero(cloud.ess[-1] < RESAMPLE_BELOW * each)
    if not len(needy):
        return None
    ancestors = np.arange(runs * each, dtype=np.int64).reshape(runs, each)
    weights = cloud.log_weights.copy()
    cloud.log_evidence = cloud.log_evidence.copy()
    cloud.log_evidence[needy] += log_mean_exp(weights[needy], axis=1)
    for run in needy:
        ancestors[run] = run * each + systematic(weights[run], float(luck[run]), each)
    weights[needy] = 0.0
    cloud.log_weights = weights
    return ancestors.ravel()


def effective_sample_size(log_weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """``1 / sum w^2`` of the normalised weights over the last axis: of N, between 1 and N.  Weights that are all 0
    (-inf) count as equal ones."""
    w = normalised(log_weights)
    return np.asarray(1.0 / np.square(w).sum(-1))


def normalised(log_weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weights that sum to 1 over the last axis; all alike where every one is 0 (-inf)."""
    top = log_weights.max(axis=-1, keepdims=True)
    w = np.exp(np.where(np.isneginf(top), 0.0, log_weights - np.where(np.isneginf(top), 0.0, top)))
    return np.asarray(w / w.sum(-1, keepdims=True))


def systematic(log_weights: NDArray[np.float64], luck: float, count: int) -> Chosen:
    """``count`` numbers of particles, rising: each as often as its weight says, rounded up or down.

    ``luck`` in (0, 1) is the one random number it takes.
    """
    edges = np.cumsum(normalised(log_weights))
    edges[-1] = 1.0  # sums of rounded numbers are not exactly that
    return np.searchsorted(edges, (np.arange(count) + luck) / count, side="right").astype(np.int64)
