"""Requests: frozen, seeded values that say what the engine is asked to do.

A request's bounds, names and help texts are declared once, on its fields (`Control`), and read from there by the
inspector panel, the validator, the command line and the tests.  Same request + same model => same pixels.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from engine.contracts.arrays import Image, Images, Latents, Observed
from engine.contracts.controls import (
    CLASS,
    FIT,
    NO_TRUNCATION,
    ORIENTATION,
    PARTICLES,
    SEED,
    TEMPERATURE,
    TRUNCATION,
    Control,
    control,
)
from engine.contracts.probes import EstimateEvidence as EstimateEvidence
from engine.contracts.probes import ExamineImage as ExamineImage
from engine.contracts.probes import MeasureInfluence as MeasureInfluence

METHODS = ("auto", "raster", "particles")
OUTPUTS = ("mean", "draw")
MAX_LATENTS = 4096
"""The most latent vectors that one request decodes."""
MAX_PLACE = 2**32 - 1
"""The last place that a picture of a seed may have: noise is addressed by 32 bits of it."""
MAX_NEIGHBOURS = 4096
"""The most reference pictures that one request is shown."""
FEWEST_TO_MEASURE = 16
"""Of fewer pictures sharpness and diversity say nothing."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CompleteImage:
    """Fill the pixels of a picture that are not observed.

    ``pixels : (H, W, C) uint8`` display values, rounded to the nearest level or colour of the model; where
    ``observed : (H, W) bool`` is False they are ignored.  Where ``class_name`` is empty each picture of a
    class-conditional model has a class, all equally likely beforehand: they are of the mixture of its classes (but at
    ``temperature`` 0, where the model is told none).  The answer is a `Completion`.

    A ``draft`` is asked for while a hand still paints.  Its particles may keep the classes that the drawing before had
    handed out, so that rows above the change stand; it is as right as any, but not the same pictures that another
    engine would draw.
    """

    model: str
    pixels: Image
    observed: Observed
    count: int = control(
        8,
        Control(
            kind="count",
            plain="Completions",
            term="samples",
            help="How many different completions are drawn at once.",
            group="Sampling",
            order=30,
            primary=True,
            minimum=1,
            maximum=64,
            step=1,
        ),
    )
    seed: int = control(0, SEED)
    temperature: float = control(1.0, TEMPERATURE)
    class_name: str = control("", CLASS)
    orientation: str = control("auto", ORIENTATION)
    method: str = control(
        "auto",
        Control(
            kind="choice",
            plain="Method",
            term="sampler",
            help="How given pixels below and right of the hole are used: raster order cannot use them, particles can.",
            group="Order",
            order=70,
            choices=METHODS,
        ),
    )
    particles: int = control(64, PARTICLES)
    runs: int = control(
        1,
        Control(
            kind="count",
            plain="Independent tries",
            term="runs",
            help="Divides the particles into runs that know nothing of each other: more of them differ more, "
            "fewer draw better.",
            group="Order",
            order=90,
            minimum=1,
            maximum=16,
            step=1,
        ),
    )
    draft: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SampleImages:
    """Draw whole pictures.  The answer is a `Completion` of nothing observed; of models with a latent space `Samples`:
    z ~ p(z), its spread times ``temperature``, decoded; without a ``class_name`` the classes come in turn.  Without one
    a PixelCNN that knows classes draws from their mixture, as in `CompleteImage`.

    The pictures are those of the places ``first`` to ``first + count - 1`` of the seed, and each is what it is whatever
    is asked for beside it: picture 700 of a thousand can be had alone.

    ``truncation`` is that of Brock et al. 2019, arXiv:1809.11096, section 3.1: z has the distribution that is left of
    p(z) when numbers beyond it are drawn anew.  It changes the shape of the distribution, ``temperature`` its scale;
    both are one request's to use.
    """

    model: str
    count: int = control(
        16,
        Control(
            kind="count",
            plain="Pictures",
            term="samples",
            help="How many pictures are drawn.",
            group="Sampling",
            order=30,
            primary=True,
            minimum=1,
            maximum=4096,
            step=1,
        ),
    )
    seed: int = control(0, SEED)
    temperature: float = control(1.0, TEMPERATURE)
    class_name: str = control("", CLASS)
    orientation: str = control("upright", ORIENTATION)
    truncation: float = control(NO_TRUNCATION, TRUNCATION)
    first: int = 0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ScoreImages:
    """The exact log-likelihood of whole pictures: ``pixels : (N, H, W, C) uint8``.  The answer is `Scores`.

    ``fit`` says what to do with pixels between the model's levels: refuse (``exact``), round (``nearest``) or, for
    binary models, draw them with their grey value as probability (``stochastic``, with ``seed``).

    ``alone``: each picture meets the noise of a request's first (a Gaussian's dequantization; a VAE's samples), so that
    what is said of it does not depend on what is asked about beside it (drawn ink, ``stochastic``, still does).
    """

    model: str
    pixels: Images
    class_name: str = control("", CLASS)
    fit: str = control("exact", FIT)
    seed: int = control(0, SEED)
    alone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DecodeLatents:
    """The pictures at points of latent space: ``z : (N, D) float32``, finite, 1 to 4096 of them.

    The answer is `Decoded`.  ``output``: the ``mean`` of p(x|z), or a ``draw`` from it, whose noise is addressed by
    (seed, place in the request, pixel): under a drag it stands still.  ``class_name`` is for decoders that are told
    what to draw; empty is the first of their classes.  ``class_names`` says it of every picture by itself, one name
    each: a walk through the classes at one z.
    """

    model: str
    z: Latents
    output: str = control(
        "mean",
        Control(
            kind="choice",
            plain="What is shown",
            term="decoder output",
            help="The mean picture at this point, or one drawn pixel by pixel from the distribution around it.",
            group="Sampling",
            order=10,
            primary=True,
            choices=OUTPUTS,
        ),
    )
    seed: int = control(0, SEED)
    class_name: str = control("", CLASS)
    class_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EncodeImages:
    """Where pictures lie in latent space: ``pixels : (N, H, W, C) uint8``.  The answer is `Encoded`.

    ``fit`` and ``seed`` as in `ScoreImages`.
    """

    model: str
    pixels: Images
    fit: str = control("exact", FIT)
    seed: int = control(0, SEED)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BoundImages:
    """Lower bounds on the log-likelihood of whole pictures: ``pixels : (N, H, W, C) uint8``.  The answer is `Bounds`.

    ``fit``, ``seed`` and ``alone`` as in `ScoreImages`; the seed is also that of the posterior's samples.
    """

    model: str
    pixels: Images
    samples: int = control(
        1,
        Control(
            kind="count",
            plain="Tries a picture",
            term="importance samples K",
            help="How many points are drawn from the posterior of each picture: more of them give a tighter bound.",
            group="Score",
            order=5,
            primary=True,
            minimum=1,
            maximum=5000,
            step=1,
        ),
    )
    fit: str = control("exact", FIT)
    seed: int = control(0, SEED)
    alone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DiscriminateImages:
    """How real a GAN's discriminator holds pictures: ``pixels : (N, H, W, C) uint8``.  The answer is `Realness`.

    ``fit`` and ``seed`` as in `ScoreImages`.  A discriminator that is told the class judges the picture as one of
    ``class_name``; without it, as one of each class.
    """

    model: str
    pixels: Images
    class_name: str = control("", CLASS)
    fit: str = control("exact", FIT)
    seed: int = control(0, SEED)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ClassifyImages:
    """What pictures are taken for, and where they lie in feature space: ``pixels : (N, H, W, C) uint8``.

    ``model`` is a classifier, or any model of a data set that has one installed.  The answer is `Classified`.
    """

    model: str
    pixels: Images


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FindNeighbours:
    """The reference pictures that are nearest to pictures, ``pixels : (N, H, W, C) uint8``: did the model memorise?

    Distances are Euclidean, in pixels (0 to 1 each) and in the classifier's features.  ``model`` as in
    `ClassifyImages`; reference pictures are brought to its levels first.  The answer is `Neighbours`.
    """

    model: str
    pixels: Images
    count: int = control(
        5,
        Control(
            kind="count",
            plain="Neighbours",
            term="k nearest",
            help="How many of the closest reference pictures are shown for each picture.",
            group="Neighbours",
            order=10,
            primary=True,
            minimum=1,
            maximum=32,
            step=1,
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MeasureSamples:
    """How sharp and how varied pictures are beside real ones: ``pixels : (N, H, W, C) uint8``, 16 of them or more.

    ``model`` is the model that drew them: real pictures are brought to its levels first.  The answer is `Measured`.
    """

    model: str
    pixels: Images


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadModel:
    """Open a model's graphs ahead of their first use; the answer is `Loaded`."""

    model: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribeDecoder:
    """What an ``.onnx`` file at ``path`` that belongs to no model shows of itself, if it is a decoder.

    The answer is a `engine.contracts.decoders.DecoderDescription`.
    """

    path: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TryDecoder:
    """Draw ``count`` pictures with a described file as if ``manifest`` (its JSON) were its manifest.

    The answer is a `DecoderTrial`.  z comes from the manifest's prior, from N(0, I) where it says none; picture i is
    of class i modulo their number.  ``sha256`` is the description's, so that nobody answers for another file.
    """

    path: str
    sha256: str
    manifest: Mapping[str, Any]
    count: int = 16
    seed: int = 0


ModelRequest: TypeAlias = (
    CompleteImage
    | EstimateEvidence
    | ExamineImage
    | MeasureInfluence
    | SampleImages
    | ScoreImages
    | DecodeLatents
    | EncodeImages
    | BoundImages
    | DiscriminateImages
    | ClassifyImages
    | FindNeighbours
    | MeasureSamples
    | LoadModel
)
"""Requests of a model, by its id or folder."""
Request: TypeAlias = ModelRequest | DescribeDecoder | TryDecoder

KINDS: dict[str, type[Any]] = {
    kind.__name__: kind
    for kind in (
        *(
            CompleteImage,
            EstimateEvidence,
            SampleImages,
            ScoreImages,
            DecodeLatents,
            EncodeImages,
            BoundImages,
            LoadModel,
        ),
        *(DiscriminateImages, ClassifyImages, FindNeighbours, MeasureSamples),
        *(ExamineImage, MeasureInfluence, DescribeDecoder, TryDecoder),
    )
}
"""Request classes by name, for the pipe and for saved files."""


def parameters(request: Any) -> dict[str, Any]:
    """A request without its arrays, as JSON can hold it: what a saved picture carries."""
    values = {f.name: getattr(request, f.name) for f in dataclasses.fields(request)}
    return {"request": type(request).__name__} | {k: v for k, v in values.items() if not isinstance(v, np.ndarray)}
