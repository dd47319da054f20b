"""What the engine says about a job, and the answers a job ends with.

A job's events are, in order: one `Started`, any number of `Partial` (the newest may replace those before it), then
exactly one of `Finished`, `Failed` and `Cancelled`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.contracts.arrays import Images, Latents, LogProb, Observed
from engine.contracts.decoders import DecoderDescription, DecoderTrial
from engine.contracts.particles import Evidence as Evidence
from engine.contracts.particles import Particles as Particles
from engine.contracts.probes import Examination as Examination
from engine.contracts.probes import Influence as Influence


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Completion:
    """The answer to `CompleteImage`, and to `SampleImages` of models without a latent space.

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
    particles
        How they fared, where ``method`` is particles: then no given pixel is ``unused``.
    classes : (N,) int64 or None
        The class that each picture was drawn as, by its number among the model's, where the model knows classes and the
        request named none: the pictures are then from their mixture.
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
    particles: Particles | None = None
    classes: NDArray[np.int64] | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scores:
    """The answer to `ScoreImages`.

    ``log_prob : (N, H, W) float32`` nats by the chain rule, for a class-conditional model without a chosen class that
    of the mixture ``log sum_c p(c) p(x | c)``; ``nats : (N,) float64`` its sum; ``bits_per_dim : (N,) float64``;
    ``class_nats : (N, C) float64`` = log p(x | c), or None; ``scored_by`` the id of the model that scored.

    Of the family ``gaussian`` they are log densities of the pixels as numbers in [0, 1], dequantized: (v + u) / 256
    with u uniform and addressed by (seed, picture, pixel).  ``bits_per_dim`` is still that of the 256 levels.
    """

    log_prob: LogProb
    nats: NDArray[np.float64]
    bits_per_dim: NDArray[np.float64]
    class_nats: NDArray[np.float64] | None
    scored_by: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Decoded:
    """The answer to `DecodeLatents`.

    images : (N, H, W, C) uint8
        Display values; a broken picture is a flat mid grey (128).
    broken : (N,) bool
        Where the decoder gave something that is not finite.
    constant : (N,) bool
        Where every pixel of the mean has the same value (in every channel).
    """

    images: Images
    broken: NDArray[np.bool_]
    constant: NDArray[np.bool_]
    total_ms: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Samples:
    """The answer to `SampleImages` of models with a latent space: ``images (N, H, W, C) uint8``, the mean of p(x|z);
    ``z (N, D) float32``; ``broken (N,) bool``, ``constant (N,) bool`` as in `Decoded`; ``classes (N,) int64`` by number
    what the decoder was told, None where it is told nothing (the number after the last class is "no class")."""

    images: Images
    z: Latents
    broken: NDArray[np.bool_]
    total_ms: float
    constant: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, np.bool_))
    classes: NDArray[np.int64] | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Encoded:
    """The answer to `EncodeImages`.

    mu : (N, D) float32, log_var : (N, D) float32 or None
        The posterior q(z|x) = N(mu, exp(log_var)); an autoencoder has only a code, mu.
    kl : (N, D) float32 or None
        KL(q(z|x) || p(z)) by dimension, nats.
    reconstruction : (N, H, W, C) uint8
        The decoder's mean at mu, broken ones as in `Decoded`.
    broken, constant : (N,) bool
        Of the reconstructions, as in `Decoded`.
    """

    mu: Latents
    log_var: Latents | None
    kl: NDArray[np.float32] | None
    reconstruction: Images
    total_ms: float
    broken: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, np.bool_))
    constant: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, np.bool_))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Bounds:
    """The answer to `BoundImages`: lower bounds on log p(x), nats.

    elbo, reconstruction, kl : (N,) float64
        ``elbo = reconstruction - kl``: E_q log p(x|z), the mean over the request's samples, less the KL in closed form
        (Kingma and Welling 2014, arXiv:1312.6114, eq. 3).
    iwae : (N,) float64
        The importance-weighted bound of all K samples (Burda et al. 2016, arXiv:1509.00519, eq. 8).
    iwae_by_k : (len(ks),) float64, ks : (len(ks),) int64
        Its mean over the pictures for k = 1, 2, 5, 10, 20, 50, ... below K, and K.
    """

    elbo: NDArray[np.float64]
    reconstruction: NDArray[np.float64]
    kl: NDArray[np.float64]
    iwae: NDArray[np.float64]
    iwae_by_k: NDArray[np.float64]
    ks: NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Realness:
    """The answer to `DiscriminateImages`.

    score : (N,) float32
        D(x) before any sigmoid; above 0 for "real".  NaN where the graph gives no number.  Scores of one discriminator
        can be compared with each other, not with another's.
    probability : (N,) float32
        sigmoid(score): what the score means of a discriminator that was trained with cross-entropy.
    class_scores : (N, K) float32 or None
        The score as one of each class, where the discriminator is told one and the request named none; ``score`` is
        then the highest, which is that of class ``classes``.
    classes : (N,) int64
        The class that the score is for; -1 where the discriminator is told none.
    """

    score: NDArray[np.float32]
    probability: NDArray[np.float32]
    class_scores: NDArray[np.float32] | None
    classes: NDArray[np.int64]
    total_ms: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Classified:
    """The answer to `ClassifyImages`.

    features : (N, F) float32
        The classifier's last layer but one.
    heads : (T,) str tuple, names
        What is told (the class, or attribute by attribute), and the values of each.
    classes : (N, T) int64
        The likeliest value of each.
    probabilities : (N, sum of the values) float32
        One head after the other; each head's sum to 1.
    classifier : the id of the model that told.
    """

    features: NDArray[np.float32]
    heads: tuple[str, ...]
    names: tuple[tuple[str, ...], ...]
    classes: NDArray[np.int64]
    probabilities: NDArray[np.float32]
    classifier: str
    total_ms: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Nearest:
    """The k nearest of M reference pictures in one space, nearest first.

    places : (N, k) int64
        Which of the reference pictures.
    images : (N, k, H, W, C) uint8, labels : (N, k) int64
        They themselves as they are in the data set, and their classes (-1 where none is known).
    distances : (N, k) float64
    real : (R,) float64
        Rising: how far real pictures that are not among the references have their nearest one; what memorising is
        held against.
    rank : (N,) float64
        The share of ``real`` that is smaller than the picture's nearest distance: near 0 for a copy, 0.5 for what is as
        near to the data as a typical real picture.
    """

    places: NDArray[np.int64]
    images: Images
    labels: NDArray[np.int64]
    distances: NDArray[np.float64]
    real: NDArray[np.float64]
    rank: NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Neighbours:
    """The answer to `FindNeighbours`: in pixels, and in the features of ``classifier``.

    ``references`` M pictures of ``data_title`` were looked through, ``whole`` says whether they are all that the data
    set's models are trained on, ``trained_on`` how many those are (0: nobody said).
    """

    in_pixels: Nearest
    in_features: Nearest
    references: int
    whole: bool
    data_title: str
    classifier: str
    total_ms: float
    trained_on: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """The answer to `MeasureSamples`: ratios to real pictures, which have 1; each with its standard error.

    sharpness
        The mean variance of the Laplacian, over that of reference pictures.
    diversity
        The mean variance of pixels within a class, over that of reference pictures; classes are those that
        ``classifier`` takes pictures for, and count by the reference pictures' shares.
    missing : the classes that no picture was taken for, by name.
    count, references : how many pictures were measured, and beside how many real ones of ``data_title``.
    """

    sharpness: float
    sharpness_spread: float
    diversity: float
    diversity_spread: float
    missing: tuple[str, ...]
    count: int
    references: int
    data_title: str
    classifier: str
    total_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """The answer to `LoadModel`."""

    model: str
    milliseconds: float


Answer: TypeAlias = (
    Completion
    | Evidence
    | Examination
    | Influence
    | Scores
    | Decoded
    | Samples
    | Encoded
    | Bounds
    | Realness
    | Classified
    | Neighbours
    | Measured
    | Loaded
    | DecoderDescription
    | DecoderTrial
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """The job has left the queue."""

    job: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Partial:
    """What is there so far: ``images (N, H, W, C) uint8`` are meaningful where ``drawn (N, H, W) bool`` is True.

    ``fraction`` of the work done, in [0, 1]; ``first_row_ms`` since the job started, 0 before the first row.
    ``provisional``: drawn pixels may still be replaced by others (particles that fit what is to come less well end).
    """

    job: int
    images: Images
    drawn: NDArray[np.bool_]
    fraction: float
    first_row_ms: float = 0.0
    provisional: bool = False


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
    kind.__name__: kind
    for kind in (
        *(Started, Partial, Finished, Failed, Cancelled),
        *(Particles, Completion, Evidence, Examination, Influence, Scores, Decoded, Samples, Encoded, Bounds, Loaded),
        *(Realness, Classified, Nearest, Neighbours, Measured),
        *(DecoderDescription, DecoderTrial),
    )
}
"""Event and answer classes by name, for the pipe."""
