"""A bare decoder: an ``.onnx`` file of somebody else's that makes pictures of a latent vector, and nothing said of it.

What the file itself shows is a `DecoderDescription`; what only a person knows are `DecoderAnswers`.  Both together make
a manifest (`engine.catalogue.decoders`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.contracts.arrays import Images
from engine.contracts.manifest import Port

MAX_LATENT_DIM = 4096
"""Longer vectors than any decoder's that Reverie was made for."""
DECODER_RANGES = ("0..1", "-1..1", "0..255", "logits")
"""What a bare decoder's values may be, by `engine.contracts.manifest.ImageSpec`'s word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureLayout:
    """One way to read an output as pictures.

    ``image`` is the output, its ``axes`` in the order in which the numbers of a picture come; ``flat`` outputs are one
    row of numbers a picture, whose sides somebody has to know.
    """

    image: Port
    height: int
    width: int
    channels: int
    flat: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassInput:
    """The input that says what the picture is to be of: ``encoding`` ``"one_hot"`` or ``"index"``, ``width`` classes
    (0: the file does not say how many)."""

    port: Port
    encoding: str
    width: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DecoderDescription:
    """The answer to `engine.contracts.requests.DescribeDecoder`.

    path, sha256, size
        The file, its digest, and how many bytes it has.
    producer
        What wrote it, in its own words; may be empty.
    z, dim
        The input that the latent vector goes to, and its length.
    batch
        How many vectors the graph takes at once; 0 is any number.
    layouts
        Every way to read an output as pictures, the likeliest first.
    range
        What the file says its values are, one of `DECODER_RANGES`; empty where it says nothing.
    title
        What the file calls itself; may be empty.
    """

    path: str
    sha256: str
    size: int
    producer: str
    z: Port
    dim: int
    batch: int
    layouts: tuple[PictureLayout, ...]
    class_input: ClassInput | None = None
    range: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecoderAnswers:
    """What only a person knows of a decoder.

    ``layout`` is one of the description's; ``range`` one of `DECODER_RANGES`; ``prior`` one of
    `engine.contracts.manifest.PRIORS`; ``class_names`` in the order of the class input's columns or indices.
    """

    layout: PictureLayout
    range: str
    prior: str = "normal"
    class_names: tuple[str, ...] = ()
    title: str = ""
    attribution: str = ""


KINDS: dict[str, type[Any]] = {kind.__name__: kind for kind in (Port, PictureLayout, ClassInput)}
"""What is inside a description, by name, for the pipe."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DecoderTrial:
    """The answer to `TryDecoder`.

    images : (N, H, W, C) uint8, broken, constant : (N,) bool
        As in `engine.contracts.events.Decoded`.
    alike : bool
        Every picture of a class is the same as the others of it: the decoder does not look at z.
    low, high, mean : float
        Of the decoder's own values, before anything was made of them, as far as they are finite (0 if none is).
    finite, outside : float
        The shares of its values that are finite, and that lie outside of the range that was said.
    """

    images: Images
    broken: NDArray[np.bool_]
    constant: NDArray[np.bool_]
    alike: bool
    low: float
    high: float
    mean: float
    finite: float
    outside: float
    total_ms: float
