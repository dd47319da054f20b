"""Pictures drawn by models of every family from their exported graphs, as many as a figure of quality needs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.catalogue.registry import Model, Registry
from engine.contracts.arrays import Images
from engine.contracts.manifest import Manifest
from engine.contracts.requests import SampleImages
from engine.errors import EngineError
from engine.families.autoregressive import Autoregressive
from engine.numerics import noise
from engine.numerics.normal import inverse_normal_cdf, normal_cdf
from engine.runtime.sessions import Graph, Sessions, open_graph
from engine.training.data import Split
from engine.training.latent_data import as_display, fixed_pixels

PASS = 250
CHUNK = 1000
"""Pictures that an autoregressive model draws at a time."""


class Drawn:
    """``images`` (N, H, W, C) uint8 display values and the classes that were asked for, (N,) or None."""

    def __init__(self, images: Images, asked: NDArray[np.int64] | None) -> None:
        self.images, self.asked = images, asked


def draw(model: Model, registry: Registry, count: int, seed: int) -> Drawn:
    """``count`` pictures; of a class-conditional model as many of each class, one after the other."""
    manifest = model.manifest
    if manifest.family == "autoregressive":
        return _drawn_row_by_row(Autoregressive(model, Sessions(), registry), count, seed)
    role = "generator" if manifest.family == "gan" else "decoder"
    if manifest.family not in ("gan", "vae", "gaussian") or role not in manifest.graphs:
        raise EngineError(f"{manifest.title} draws no pictures that could be measured.", "Choose another model.")
    graph = open_graph(model.folder / manifest.graphs[role].file, manifest.graphs[role])
    asked = None
    if manifest.family == "gan" and manifest.class_names:
        asked = np.arange(count, dtype=np.int64) % len(manifest.class_names)
    assert manifest.latent is not None
    return Drawn(decoded(graph, manifest, prior_codes(manifest.latent["dim"], count, seed), asked), asked)


def prior_codes(dim: int, count: int, seed: int, bound: float = np.inf) -> NDArray[np.float32]:
    """Draws of z ~ N(0, I), each number of it between ``-bound`` and ``bound`` ("truncation"): (count, dim).

    The uniforms are those of the engine, so these are the engine's pictures; a bound squeezes every z and draws none
    anew.
    """
    u = noise.uniforms_batch(seed, range(count), noise.PRIOR, dim)
    low = float(normal_cdf(np.array(-bound)))
    return inverse_normal_cdf(low + u * (1 - 2 * low)).astype(np.float32)


def decoded(graph: Graph, manifest: Manifest, z: NDArray[np.float32], asked: NDArray[np.int64] | None) -> Images:
    """What a decoder or generator makes of z and classes, as display values."""
    eye = np.eye(len(manifest.class_names), dtype=np.float32)
    parts = []
    for at in range(0, len(z), PASS):
        inputs = {"z": z[at : at + PASS]}
        if asked is not None:
            inputs["class_one_hot"] = eye[asked[at : at + PASS]]
        parts.append(as_display(graph.run(inputs)["image"]))
    return np.concatenate(parts)


def _drawn_row_by_row(family: Autoregressive, count: int, seed: int) -> Drawn:
    names = family.manifest.class_names
    size = CHUNK - CHUNK % max(1, len(names))
    seeds = range(1000 * seed, 1000 * seed + -(-count // size))
    images = np.concatenate([samples(family, size, each * max(1, len(names))) for each in seeds])[:count]
    return Drawn(images, np.arange(count, dtype=np.int64) % len(names) if names else None)


def samples(family: Autoregressive, count: int, seed: int = 0) -> NDArray[np.uint8]:
    """``count`` pictures by the row-cached sampler, a class after the other where there are classes."""
    names = family.manifest.class_names or ("",)
    each = -(-count // len(names))
    out = []
    for index, name in enumerate(names):
        request = SampleImages(model=family.manifest.id, count=each, seed=seed + index, class_name=name)
        generator = family.sample(request)
        try:
            while True:
                next(generator)
        except StopIteration as stop:
            out.append(stop.value.images)
    by_class = np.stack(out)  # (classes, each, H, W, C)
    return by_class.swapaxes(0, 1).reshape(-1, *by_class.shape[2:])[:count]


def as_shown(split: Split, manifest: Manifest) -> tuple[Images, str]:
    """A split in the form that a model draws in, (N, H, W, C), and what that is called: pixel by pixel drawn ink is
    compared with binarized pictures, drawn greys with greys of as many levels, all else with pictures as they are."""
    pixels, told = split.pixels, "as they are"
    levels = manifest.image.levels
    if manifest.family == "autoregressive" and levels == 2:
        pixels, told = fixed_pixels(split, 2), "binarized"
    elif manifest.family == "autoregressive" and levels < 256 and manifest.image.palette is None:
        steps = np.rint(pixels.astype(np.float64) * (levels - 1) / 255)
        pixels, told = np.rint(steps * 255 / (levels - 1)).astype(np.uint8), f"in {levels} greys"
    return pixels.reshape(*pixels.shape[:3], -1), told
