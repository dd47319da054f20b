"""What ``reverie self-test`` asks of a model with a latent space."""

from __future__ import annotations

import numpy as np

from engine.catalogue import latents_io
from engine.catalogue.registry import Model, Registry
from engine.cli.answers import Answers
from engine.contracts.arrays import Images
from engine.contracts.events import Bounds, Decoded, Encoded, Samples
from engine.contracts.requests import BoundImages, DecodeLatents, EncodeImages, SampleImages, ScoreImages
from engine.families.gaussian import is_measured
from engine.families.latent_graphs import LatentGraphs
from engine.numerics import noise
from engine.runtime.sessions import Sessions

POINTS = 4
ENDS = {"0..1": (0.0, 1.0), "-1..1": (-1.0, 1.0), "0..255": (0.0, 255.0)}
"""The least and the most of the ranges that have such."""
BEYOND, MOST_BEYOND = 0.1, 0.05
"""Values that are beyond their range by this part of it, and how many of all may be: a decoder without a last squashing
layer goes a little beyond here and there, one of another range everywhere."""


def reads_latents(model: Model, _: Answers, __: Registry) -> str:
    """``latents.npz`` can be read and fits the manifest."""
    latents_io.read(model)
    return ""


def decodes(model: Model, engine: Answers, _: Registry) -> str:
    """Points of latent space have pictures: of the promised shape, numbers, and not all the same."""
    image = model.manifest.image
    answer: Decoded = engine.ask(DecodeLatents(model=model.manifest.id, z=_points(model)))
    if answer.images.shape != (POINTS, image.height, image.width, image.display_channels):
        return f"The pictures have the shape {answer.images.shape}."
    if answer.broken.any():
        return "The decoder gives values that are not finite."
    return "" if (answer.images != answer.images[:1]).any() else "Different points have the same picture."


def keeps_its_range(model: Model, _: Answers, __: Registry) -> str:
    """The decoder's values are of the range that the manifest says; else what is drawn is cut off, and looks harsh."""
    ends = ENDS.get(model.manifest.image.range)
    if ends is None or model.manifest.family == "gaussian":  # a Gaussian has no ends
        return ""
    values = LatentGraphs(model, Sessions()).values(_points(model))["image"]
    margin = BEYOND * (ends[1] - ends[0])
    if ((values < ends[0] - margin) | (values > ends[1] + margin)).mean() <= MOST_BEYOND:
        return ""
    return (
        f"The decoder gives values from {values.min():.3g} to {values.max():.3g}, and the range in manifest.json is "
        f"{model.manifest.image.range}: what is beyond is cut off."
    )


def samples(model: Model, engine: Answers, _: Registry) -> str:
    """A model with a prior draws from it."""
    spec = model.manifest.latent_spec
    if spec is None or spec.prior == "none":
        return ""
    answer: Samples = engine.ask(SampleImages(model=model.manifest.id, count=2))
    if answer.broken.any():
        return "A sample has values that are not finite."
    return "" if (answer.images[0] != answer.images[1]).any() else "Two pictures of different noise are the same."


def encodes_and_scores(model: Model, engine: Answers, _: Registry) -> str:
    """A decoded picture has a place in latent space, and a likelihood or bounds where the family has such."""
    manifest, spec = model.manifest, model.manifest.latent_spec
    pictures: Images = engine.ask(DecodeLatents(model=manifest.id, z=_points(model)[:1])).images
    has_encoder = "encoder" in manifest.graphs
    if has_encoder:
        encoded: Encoded = engine.ask(EncodeImages(model=manifest.id, pixels=pictures, fit="nearest"))
        if not np.isfinite(encoded.mu).all():
            return "A picture's code is not finite."
    if manifest.family == "gaussian":
        if not is_measured(manifest):
            return ""
        nats = engine.ask(ScoreImages(model=manifest.id, pixels=pictures, fit="nearest")).nats
        return "" if np.isfinite(nats).all() else f"A picture's log density is {nats[0]}."
    if manifest.family == "vae" and has_encoder and spec is not None and spec.likelihood != "none":
        bounds: Bounds = engine.ask(BoundImages(model=manifest.id, pixels=pictures, samples=2, fit="nearest"))
        return "" if np.isfinite(bounds.elbo).all() else f"A picture's ELBO is {bounds.elbo[0]}."
    return ""


def _points(model: Model) -> np.ndarray:
    """A few points, of the prior where there is one, else around the mean code."""
    spec = model.manifest.latent_spec
    assert spec is not None
    z = noise.normals_batch(0, range(POINTS), noise.PRIOR, spec.dim).astype(np.float32)
    centre = latents_io.read(model).code_mean if spec.prior == "none" else None
    return z if centre is None else z + centre
