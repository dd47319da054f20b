"""What the engine says about a job, and the answers a job ends with.

A job's events are, in order: one `Started`, any number of `Partial` (the newest may replace those before it), then
exactly one of `Finished`, `Failed` and `Cancelled`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.contracts.arrays import Images, LogProb, Observed


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Completion:
    """The answer to `CompleteImage` and `SampleImages`.

    images : (N, H, W, C) uint8
        Display values; observed pixels are the given ones, exactly if they were values that the model has.
    log_prob : (N, H, W) float32
        Nats, at the request's temperature and in the order the picture was drawn in; observed pixels have theirs too,
        as far as the raster pass met them (NaN where it did not: rows skipped before the first or after the last
        unknown pixel).
    unused : (H, W) bool
        Given pixels that the order could not use for at least one unknown pixel: they come after the first unknown one.
    order : (H * W,) int32
        Upright flat pixel indices in the order they were drawn (the raster order of ``orientation``).
    distribution : (N, H, W, K) float16 or None
        p of every level at every pixel that the pass met, when it is small enough to send (at most 2 million numbers).
    orientation, method
        What ``auto`` resolved to.
    first_row_ms, total_ms, naive_ms
        Wall milliseconds in the engine; ``naive_ms`` is what sampling without caches would have taken: one measured
        full pass of the likelihood graph for every unknown pixel of every picture.
    reused_rows
        Rows taken from the previous completion of the same lane, because nothing they depend on had changed.
    """

    images: Images
    log_prob: LogProb
    unused: Observed
    order: NDArray[np.int32]
    distribution: NDArray[np.float16] | None
    orientation: str
    method: str
    first_row_ms: float
    total_ms: float
    naive_ms: float
    reused_rows: int = 0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scores:
    """The answer to `ScoreImages`.

    ``log_prob : (N, H, W) float32`` nats by the chain rule, for a class-conditional model without a chosen class that
    of the mixture ``log sum_c p(c) p(x | c)``; ``nats : (N,) float64`` its sum; ``bits_per_dim : (N,) float64``;
    ``class_nats : (N, C) float64`` = log p(x | c), or None; ``scored_by`` the id of the model that scored.
    """

    log_prob: LogProb
    nats: NDArray[np.float64]
    bits_per_dim: NDArray[np.float64]
    class_nats: NDArray[np.float64] | None
    scored_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """The answer to `LoadModel`."""

    model: str
    milliseconds: float


Answer: TypeAlias = Completion | Scores | Loaded


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """The job has left the queue."""

    job: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Partial:
    """What is there so far: ``images (N, H, W, C) uint8`` are meaningful where ``drawn (N, H, W) bool`` is True.

    ``fraction`` of the work done, in [0, 1]; ``first_row_ms`` since the job started, 0 before the first row.
    """

    job: int
    images: Images
    drawn: NDArray[np.bool_]
    fraction: float
    first_row_ms: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Finished:
    """The job is done; ``answer`` is what its request promises."""

    job: int
    answer: Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """The job ended with an `engine.errors.EngineError` of this ``code``, ``problem`` and ``remedy``."""

    job: int
    code: str
    problem: str
    remedy: str
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancelled:
    """The job was stopped, or a newer one of its lane took its place."""

    job: int


Event: TypeAlias = Started | Partial | Finished | Failed | Cancelled

KINDS: dict[str, type[Any]] = {
    kind.__name__: kind for kind in (Started, Partial, Finished, Failed, Cancelled, Completion, Scores, Loaded)
}
"""Event and answer classes by name, for the pipe."""
