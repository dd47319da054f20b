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
from engine.numerics import noise

POINTS = 4


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
