"""A request against its declared bounds and against the model: one sentence for everything that does not fit."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any

import numpy as np

from engine.contracts.controls import Control, controls
from engine.contracts.manifest import LatentSpec, Manifest
from engine.contracts.requests import (
    FEWEST_TO_MEASURE,
    MAX_LATENTS,
    MAX_NEIGHBOURS,
    MAX_PLACE,
    BoundImages,
    ClassifyImages,
    CompleteImage,
    DecodeLatents,
    DiscriminateImages,
    EncodeImages,
    EstimateEvidence,
    ExamineImage,
    FindNeighbours,
    LoadModel,
    MeasureInfluence,
    MeasureSamples,
    SampleImages,
    ScoreImages,
)
from engine.errors import RequestError

LOOKING = ClassifyImages | FindNeighbours | MeasureSamples
"""What the classifier of a data set is asked."""
PROBING = ExamineImage | MeasureInfluence
"""What is asked of a model that tells a picture pixel by pixel."""


def choices(control: Control, manifest: Manifest) -> tuple[str, ...]:
    """What a choice may be for this model."""
    if control.choices_from == "class":
        return ("", *manifest.class_names)
    if control.choices_from == "orientation":
        return (*control.choices, *manifest.orientations)
    return control.choices


def check(request: Any, manifest: Manifest) -> None:
    """Raise `RequestError` if a field is out of its declared bounds or a picture does not fit the model."""
    for name, control in controls(type(request)).items():
        value = getattr(request, name)
        if control.kind == "choice":
            _check_choice(name, str(value), choices(control, manifest), manifest)
        else:
            _check_number(name, value, control)
    _check_given(request, manifest)
    spec = manifest.latent_spec
    if spec is not None:
        _check_answerable(request, manifest, spec)
    elif isinstance(request, DecodeLatents | EncodeImages | BoundImages):
        raise RequestError(f"{manifest.title} has no latent space.", "Choose an autoencoder or a VAE.")
    if isinstance(request, DecodeLatents) and spec is not None:
        _check_latents(request.z, spec.dim, manifest)
        _check_classes(request, manifest)


def _check_given(request: Any, manifest: Manifest) -> None:
    """The pictures and places of a request, and whether the model's family is asked such a thing."""
    if isinstance(request, CompleteImage | EstimateEvidence):
        _check_picture(request.pixels, manifest)
        _check_observed(request.observed, manifest)
    if isinstance(request, PROBING):
        _check_probe(request, manifest)
    if manifest.family == "classifier" and not isinstance(request, LoadModel | LOOKING):
        raise RequestError(f"{manifest.title} draws and scores nothing.", "Choose a model that draws pictures.")
    if isinstance(request, EstimateEvidence) and request.by_class and (request.class_name or not manifest.class_names):
        problem = f"{request.class_name} is chosen" if request.class_name else f"{manifest.title} knows no classes"
        raise RequestError(f"The evidence of every class is asked for, and {problem}.", "Ask for one of the two.")
    if isinstance(request, SampleImages):
        _check_places(request)
    if isinstance(request, ScoreImages | BoundImages | DiscriminateImages):
        _check_pictures(request.pixels, "score", manifest)
    if isinstance(request, LOOKING):
        _check_pictures(request.pixels, "look at", manifest)
    if isinstance(request, FindNeighbours) and len(request.pixels) * request.count > MAX_NEIGHBOURS:
        raise RequestError(
            f"{request.count} neighbours of {len(request.pixels)} pictures are asked for at once.",
            f"Ask for {MAX_NEIGHBOURS} in all.",
            given=len(request.pixels) * request.count,
        )
    if isinstance(request, MeasureSamples) and len(request.pixels) < FEWEST_TO_MEASURE:
        raise RequestError(
            f"{len(request.pixels)} pictures are too few to say how sharp and how varied they are.",
            f"Give at least {FEWEST_TO_MEASURE} of them.",
            given=len(request.pixels),
        )
    if isinstance(request, DiscriminateImages) and manifest.family != "gan":
        raise RequestError(f"{manifest.title} has no discriminator.", "Choose a GAN.")
    if isinstance(request, EncodeImages):
        _check_pictures(request.pixels, "encode", manifest)


def _check_probe(request: ExamineImage | MeasureInfluence, manifest: Manifest) -> None:
    """The picture that is looked into, and the pixel in it that is asked about."""
    _check_picture(request.pixels, manifest)
    if not isinstance(request, MeasureInfluence):
        return
    for name, value, size in (
        ("row", request.row, manifest.image.height),
        ("column", request.column, manifest.image.width),
    ):
        whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
        if not whole or not 0 <= value < size:
            raise RequestError(
                f"The pixel's {name} is {value!r}, and a picture of {manifest.title} has {name}s 0 to {size - 1}.",
                "Choose a pixel inside the picture.",
                field=name,
            )


def _check_places(request: SampleImages) -> None:
    """The places of a seed that are asked for."""
    first = request.first
    whole = isinstance(first, int | np.integer) and not isinstance(first, bool)
    if not whole or not 0 <= first <= MAX_PLACE + 1 - request.count:
        raise RequestError(
            f"The first picture's place is {first!r}, and a seed has the places 0 to {MAX_PLACE}.",
            "Ask for places inside of that.",
            first=first,
        )


def _check_classes(request: DecodeLatents, manifest: Manifest) -> None:
    """The classes of the pictures, where each is told its own."""
    names = request.class_names
    if not names:
        return
    if len(names) != len(request.z) or request.class_name:
        raise RequestError(
            f"{len(names)} classes are named for {len(request.z)} latent vectors"
            + (f", and {request.class_name} besides." if request.class_name else "."),
            "Name one class for all, or one for each.",
        )
    for name in dict.fromkeys(names):
        _check_choice("class_names", name, manifest.class_names, manifest)


def _check_answerable(request: Any, manifest: Manifest, spec: LatentSpec) -> None:
    """What a model with a latent space cannot be asked."""
    title, family = manifest.title, manifest.family
    if isinstance(request, CompleteImage | EstimateEvidence):
        raise RequestError(f"{title} cannot complete a picture.", "Choose a PixelCNN.")
    if isinstance(request, PROBING):
        raise RequestError(f"{title} does not draw one pixel after the other.", "Choose a PixelCNN.")
    if family == "gan" and isinstance(request, ScoreImages | BoundImages):
        raise RequestError(
            f"{title} has no likelihood: a GAN's density is implicit.", "Ask its discriminator, or choose a PixelCNN."
        )
    if isinstance(request, SampleImages) and spec.prior == "none":
        raise RequestError(
            f"{title} has no prior, so nothing says where to draw.", "Decode points of your own, or choose a VAE."
        )
    if isinstance(request, DecodeLatents) and request.output == "draw" and spec.likelihood == "none":
        raise RequestError(f"The decoder of {title} gives a picture and no distribution.", "Ask for the mean.")
    if isinstance(request, ScoreImages) and family == "vae":
        raise RequestError(
            f"{title} has no likelihood that can be computed exactly.", "Ask for its bound, as `reverie score` does."
        )
    without = spec.likelihood == "none" or spec.prior != "normal"
    if (isinstance(request, ScoreImages) and family == "autoencoder") or (isinstance(request, BoundImages) and without):
        raise RequestError(f"{title} has no likelihood.", "Choose a VAE, a Gaussian or a PixelCNN.")
    if isinstance(request, BoundImages) and family != "vae":
        raise RequestError(f"{title} is no VAE, so it has no bound.", "Score it exactly.")


def _check_latents(z: Any, dim: int, manifest: Manifest) -> None:
    if not isinstance(z, np.ndarray) or z.dtype != np.float32 or z.ndim != 2 or z.shape[1] != dim:
        shape = f"{getattr(z, 'shape', 'nothing')} {getattr(z, 'dtype', '')}".rstrip()
        raise RequestError(
            f"The latent vectors are {shape}, and {manifest.title} takes (N, {dim}) float32.",
            f"Give vectors of {dim} numbers.",
        )
    if not 1 <= len(z) <= MAX_LATENTS:
        raise RequestError(
            f"{len(z)} latent vectors are asked for at once.", f"Give 1 to {MAX_LATENTS} of them.", count=len(z)
        )
    if not np.isfinite(z).all():
        row = int(np.argmin(np.isfinite(z).all(axis=1)))
        raise RequestError(f"Latent vector {row} holds a value that is not finite.", "Give finite numbers.", row=row)


def _check_choice(name: str, value: str, allowed: tuple[str, ...], manifest: Manifest) -> None:
    if value in allowed:
        return
    field = name.removesuffix("_name")
    close = get_close_matches(value, [a for a in allowed if a], n=1)
    offered = ", ".join(a for a in allowed if a)
    if not offered:
        raise RequestError(f"{manifest.title} has no {field} to choose.", f"Leave {field} out.", field=name)
    hint = f"Did you mean '{close[0]}'?" if close else f"Choose one of: {offered}."
    raise RequestError(f"'{value}' is no {field} of {manifest.title}.", hint, field=name, value=value)


def _check_number(name: str, value: Any, control: Control) -> None:
    low, high = control.minimum, control.maximum
    whole = control.kind in ("count", "seed")
    wrong = isinstance(value, bool) or not isinstance(value, (int, float, np.integer, np.floating))
    if wrong or (isinstance(value, (float, np.floating)) and not np.isfinite(value)) or (whole and int(value) != value):
        kind = "whole number" if whole else "number"
        raise RequestError(f"The {control.term} ({name}) is not a {kind}: {value!r}.", f"Give a {kind}.", field=name)
    if (low is not None and value < low) or (high is not None and value > high):
        raise RequestError(
            f"The {control.term} ({name}) is {value}, outside {_plain(low)} to {_plain(high)}.",
            f"Choose a value from {_plain(low)} to {_plain(high)}.",
            field=name,
        )


def _plain(bound: float | None) -> str:
    """A bound as a person writes it: 4294967295, not 4.29497e+09."""
    return "any" if bound is None else str(int(bound)) if bound == int(bound) else f"{bound:g}"


def _check_pictures(pixels: Any, verb: str, manifest: Manifest) -> None:
    if not isinstance(pixels, np.ndarray) or pixels.ndim != 4 or not len(pixels):
        raise RequestError(f"There is no picture to {verb}.", "Give one or more pictures (N, H, W, C).")
    _check_picture(pixels[0], manifest)


def _check_picture(pixels: Any, manifest: Manifest) -> None:
    image = manifest.image
    wanted = (image.height, image.width, image.display_channels)
    if not isinstance(pixels, np.ndarray) or pixels.dtype != np.uint8 or pixels.shape != wanted:
        shape = getattr(pixels, "shape", "nothing")
        raise RequestError(
            f"The picture is {shape} {getattr(pixels, 'dtype', '')}, and {manifest.title} takes {wanted} uint8.",
            "Fit the picture to the model's size first.",
        )


def _check_observed(observed: Any, manifest: Manifest) -> None:
    wanted = (manifest.image.height, manifest.image.width)
    if not isinstance(observed, np.ndarray) or observed.dtype != np.bool_ or observed.shape != wanted:
        raise RequestError(f"The mask of given pixels must be {wanted} bool.", "Give a mask of the model's size.")
