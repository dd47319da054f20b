"""Bare decoders: which graphs are one, how their outputs may be read as pictures, and the manifest that answers make.

Nothing of a graph runs here; `engine.families.bare_decoder` opens it and asks.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from typing import Any

from engine.catalogue import manifest_io
from engine.catalogue.consistency import MAX_SIDE
from engine.contracts.decoders import (
    MAX_LATENT_DIM,
    ClassInput,
    DecoderAnswers,
    DecoderDescription,
    PictureLayout,
)
from engine.contracts.manifest import Condition, GraphSpec, ImageSpec, Manifest, Port
from engine.errors import GraphMismatch, RequestError

FILE = "decoder.onnx"
"""What a bare decoder's file is called in its model folder."""
FLOATS = ("float32", "float16", "float64")
NUMBERS = ("int64", "int32")
PIXELS = (*FLOATS, "uint8")
MAX_CLASSES = 1000
MIN_SIDE, MIN_FLAT_SIDE, LONGEST = 2, 4, 4
"""Sides of a picture; those of one whose numbers come in one row, whose sides somebody has to say, at most 1 : 4."""
_CLASS_NAME = re.compile(r"(^|[^a-z])(y|c|cls|class(es)?|labels?|cond(ition)?|one_?hot)([^a-z]|$)", re.IGNORECASE)
"""Inputs of one number a class are called so; any other second row of floats could be anything."""
_REMEDY = "A decoder takes one float input z of shape (N, D) or (N, D, 1, 1), and may take a class besides."

Shaped = tuple[str, str, tuple[int, ...]]
"""Name, NumPy dtype and shape of an input or output; 0 where the file leaves a size open."""


def read_inputs(file: str, inputs: Sequence[Shaped]) -> tuple[Port, int, ClassInput | None]:
    """The port of z, its length, and the class's input if there is one; raises `GraphMismatch` for anything else."""
    if not inputs:
        raise GraphMismatch(f"{file} takes nothing, so there is no z to choose.", _REMEDY)
    classes = [(each, found) for each in inputs if (found := _class_input(each, len(inputs))) is not None]
    others = [each for each in inputs if all(each is not taken for taken, _ in classes)]
    if len(others) != 1 or len(classes) > 1:
        raise GraphMismatch(f"{file} takes {len(inputs)} inputs: {', '.join(map(_said, inputs))}.", _REMEDY)
    port, dim = _latent_input(file, others[0])
    return port, dim, classes[0][1] if classes else None


def _class_input(shaped: Shaped, count: int) -> ClassInput | None:
    """A number a picture, or one of K columns of an input that is called so."""
    name, dtype, shape = shaped
    if count < 2:
        return None
    if dtype in NUMBERS and len(shape) in (1, 2) and all(size in (0, 1) for size in shape[1:]):
        axes = ("batch", "one")[: len(shape)]
        return ClassInput(port=Port(name=name, dtype=dtype, axes=axes), encoding="index")
    one_hot = dtype in FLOATS and len(shape) == 2 and 2 <= shape[1] <= MAX_CLASSES and _CLASS_NAME.search(name)
    if one_hot:
        return ClassInput(
            port=Port(name=name, dtype=dtype, axes=("batch", "class")), encoding="one_hot", width=shape[1]
        )
    return None


def _latent_input(file: str, shaped: Shaped) -> tuple[Port, int]:
    name, dtype, shape = shaped
    vector = len(shape) == 2 or (len(shape) == 4 and all(size in (0, 1) for size in shape[2:]))
    if dtype not in FLOATS or not vector:
        raise GraphMismatch(f"{file} takes {_said(shaped)}, which is no latent vector.", _REMEDY)
    dim = shape[1]
    if not dim:
        raise GraphMismatch(
            f"{file} does not say how long its input '{name}' is.", "Export it with the batch as its only open axis."
        )
    if not 2 <= dim <= MAX_LATENT_DIM:
        raise GraphMismatch(
            f"{file} takes latent vectors of {dim} {'number' if dim == 1 else 'numbers'}.",
            f"Choose a decoder of 2 to {MAX_LATENT_DIM} latent dimensions.",
        )
    return Port(name=name, dtype=dtype, axes=("batch", "latent", "one", "one")[: len(shape)]), dim


def read_outputs(file: str, outputs: Sequence[Shaped]) -> tuple[PictureLayout, ...]:
    """Every way to read an output (shapes as they came, N first) as pictures, the likeliest first.

    Raises `GraphMismatch` if there is none.
    """
    found = [layout for shaped in outputs for layout in _layouts(shaped)]
    if not found:
        wide = [s for s in outputs if len(s[2]) in (3, 4) and max(s[2][1:]) > MAX_SIDE]
        given = ", ".join(map(_said, wide or outputs)) or "nothing"
        raise GraphMismatch(
            f"{file} gives {given}, which is no picture that can be shown.",
            f"Choose a decoder that gives grey or RGB pictures of {MIN_SIDE} to {MAX_SIDE} pixels a side.",
        )
    return tuple(sorted(found, key=_unlikeliness))


def _layouts(shaped: Shaped) -> Iterator[PictureLayout]:
    name, dtype, shape = shaped
    if dtype not in PIXELS:
        return
    sizes, axes = shape[1:], ("channel", "row", "column")
    if len(sizes) == 3 and sizes[0] in (1, 3):
        yield from _layout(name, dtype, axes, *sizes[1:], sizes[0])
    if len(sizes) == 3 and sizes[2] in (1, 3):
        yield from _layout(name, dtype, ("row", "column", "channel"), *sizes)
    if len(sizes) == 2:
        yield from _layout(name, dtype, ("row", "column"), *sizes, 1)
    if len(sizes) == 1:
        for channels, order in ((1, axes), (3, axes), (3, ("row", "column", "channel"))):
            for height, width in _factors(sizes[0] / channels):
                yield from _layout(name, dtype, order, height, width, channels, flat=True)


def _layout(
    name: str, dtype: str, axes: tuple[str, ...], height: int, width: int, channels: int, flat: bool = False
) -> Iterator[PictureLayout]:
    if min(height, width) >= MIN_SIDE and max(height, width) <= MAX_SIDE:
        port = Port(name=name, dtype=dtype, axes=("batch", *axes))
        yield PictureLayout(image=port, height=height, width=width, channels=channels, flat=flat)


def _factors(pixels: float) -> Iterator[tuple[int, int]]:
    """The sides that a picture of so many pixels may have."""
    if pixels != int(pixels) or pixels > MAX_SIDE**2:
        return
    for height in range(MIN_FLAT_SIDE, math.isqrt(int(pixels) * LONGEST) + 1):
        width, rest = divmod(int(pixels), height)
        if not rest and width >= MIN_FLAT_SIDE and width <= LONGEST * height:
            yield height, width


def _unlikeliness(layout: PictureLayout) -> tuple[bool, float, bool, bool]:
    """Shaped before flat, square before long, the output that is called a picture, channels first."""
    long = abs(math.log(layout.height / layout.width))
    named = re.search(r"im(age|g)|pic|x_?hat|recon|sample|mean", layout.image.name, re.IGNORECASE)
    return layout.flat, round(long, 6), named is None, layout.image.axes[-1] == "channel"


def _said(shaped: Shaped) -> str:
    """``'z' (float32, N x 100)``."""
    name, dtype, shape = shaped
    sizes = [str(size) if size else "N" if axis == 0 else "?" for axis, size in enumerate(shape)]
    return f"'{name}' ({dtype or 'no array'}, {' x '.join(sizes) or 'one number'})"


def manifest_of(description: DecoderDescription, answers: DecoderAnswers, identity: str) -> Manifest:
    """The manifest that a description and its answers make; raises `RequestError` where they do not fit."""
    layout, told = answers.layout, description.class_input
    if layout not in description.layouts:
        raise RequestError("That is no layout of this decoder's pictures.", "Choose one of those that it can have.")
    if told is not None and told.width and len(answers.class_names) != told.width:
        raise RequestError(
            f"{len(answers.class_names)} classes are named, and the decoder knows {told.width}.",
            f"Name {told.width} classes, one a line.",
        )
    decoder = GraphSpec(
        file=FILE,
        sha256=description.sha256,
        inputs={"z": description.z} | ({"class": told.port} if told is not None else {}),
        outputs={"image": layout.image},
        batch=description.batch or None,
    )
    image = ImageSpec(
        height=layout.height, width=layout.width, channels=layout.channels, levels=256, range=answers.range
    )
    names = _unique(answers.class_names)
    conditions = () if told is None else (Condition(name="class", names=names, encoding=told.encoding),)
    return Manifest(
        id=identity,
        title=answers.title or identity,
        family="autoencoder",
        architecture="Decoder",
        data="own",
        data_title="Your own",
        image=image,
        graphs={"decoder": decoder},
        conditions=conditions,
        latent={"dim": description.dim, "prior": answers.prior, "likelihood": "none"},
        summary=f"A decoder of {description.dim} latent dimensions, opened by you.",
        attribution=answers.attribution,
    )


def _unique(names: Sequence[str]) -> tuple[str, ...]:
    if len(set(names)) != len(names) or not all(names):
        raise RequestError("Two classes have the same name, or one has none.", "Give every class a name of its own.")
    return tuple(names)


def decoder_manifest(description: DecoderDescription, answers: DecoderAnswers, identity: str) -> dict[str, Any]:
    """`manifest_of` as ``manifest.json`` has it, checked as a reader would; raises `engine.errors.EngineError`."""
    values = manifest_io.to_json(manifest_of(description, answers, identity))
    manifest_io.from_json(values)
    return values
