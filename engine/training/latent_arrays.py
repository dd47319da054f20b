"""``latents.npz``: what the program is told of a latent space, measured with the exported encoder.

Directions are differences of means (Larsen et al. [1], section 3.2): where the codes of pictures with a trait lie on
average, less where those without it lie.

References
----------
[1] A. Larsen, S. Sønderby, H. Larochelle, O. Winther, "Autoencoding beyond pixels using a learned similarity metric",
    2016, arXiv:1512.09300.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.runtime.sessions import Graph, open_graph
from engine.training.data import DataSet, Split
from engine.training.latent_data import encode, fixed_pixels
from engine.training.models.gaussian import Gaussian
from engine.training.recipe import GaussianRecipe, LatentRecipe
from engine.training.trait_table import tuned
from engine.training.traits import TRAITS, presence

FILE = "latents.npz"
REFERENCES = 2000
GAUSSIAN_REFERENCES = 250  # a code has as many numbers as the picture
AXES = 32
SEEN_BY_CLASSIFIER = ("cartoon_faces",)
"""Sets of which a classifier tells how long an attribute's direction should be."""
DENSITY_CELLS = 64
DENSITY_SHARE = 0.999
"""The density's extent leaves out a thousandth of the codes on either side, as far as it may be."""

Arrays = dict[str, NDArray[Any]]


def write_latents(
    folder: Path, recipe: LatentRecipe | GaussianRecipe, data: DataSet, model: Gaussian | None
) -> dict[str, str]:
    """Write ``latents.npz`` into a model folder that has its encoder; what the manifest says of the file.

    A Gaussian, which has no encoder, is ``model`` itself.
    """
    if isinstance(recipe, GaussianRecipe):
        assert model is not None
        arrays = gaussian_arrays(model, recipe, data)
    else:
        encoder = open_graph(folder / "encoder.onnx")
        arrays = network_arrays(encoder, recipe, data)
        if data.name in SEEN_BY_CLASSIFIER:
            decoder = open_graph(folder / "decoder.onnx")
            found = tuned(encoder, decoder, arrays.pop("attribute_directions"), data)
            del arrays["attribute_names"]
            if found:
                names, directions = zip(*found.items(), strict=True)
                arrays |= {"attribute_names": np.array(names), "attribute_directions": np.stack(directions)}
    with (folder / FILE).open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, **arrays)
    return {"file": FILE, "sha256": hashlib.sha256((folder / FILE).read_bytes()).hexdigest()}


def network_arrays(graph: Graph, recipe: LatentRecipe, data: DataSet) -> Arrays:
    """The arrays of an autoencoder or a VAE."""
    codes = encode(graph, fixed_pixels(data.train, recipe.levels))["mu"]
    references = data.validation.part(slice(0, REFERENCES))
    encoded = encode(graph, fixed_pixels(references, recipe.levels))
    axes, variance = principal_axes(codes)
    arrays: Arrays = {"code_mean": codes.mean(0), "pca_axes": axes, "pca_variance": variance}
    arrays |= class_arrays(recipe.class_names, codes, data.train.labels) | trait_arrays(recipe.data, codes, data)
    arrays |= reference_arrays(encoded["mu"], references, bool(recipe.class_names))
    if "log_var" in encoded:
        mu, log_var = encoded["mu"].astype(np.float64), encoded["log_var"].astype(np.float64)
        arrays["kl_per_dim"] = (0.5 * (mu**2 + np.exp(log_var) - 1 - log_var)).mean(0).astype(np.float32)
    if codes.shape[1] == 2:
        arrays["density"], arrays["density_extent"] = density(codes)
    return arrays


def gaussian_arrays(model: Gaussian, recipe: GaussianRecipe, data: DataSet) -> Arrays:
    """The arrays of a Gaussian: its codes ``L^-1 (x - mean)`` have unit variance in every direction, so the axes are
    those along which the *pictures* vary most."""
    mean, factor = model.mean.numpy().astype(np.float64), model.factor.numpy().astype(np.float64)

    def whitened(split: Split) -> NDArray[np.float32]:
        pictures = (split.pixels.reshape(len(split), -1) + 0.5) / 256
        return np.linalg.solve(factor, (pictures - mean).T).T.astype(np.float32)

    values, vectors = np.linalg.eigh(factor @ factor.T)
    axes = np.linalg.solve(factor, vectors[:, ::-1][:, :AXES] * np.sqrt(values[::-1][:AXES])).T
    codes = whitened(data.train)
    references = data.validation.part(slice(0, GAUSSIAN_REFERENCES))
    arrays: Arrays = {
        "code_mean": codes.mean(0),
        "pca_axes": upward(axes).astype(np.float32),
        "pca_variance": np.ones(len(axes), np.float32),
    }
    arrays |= class_arrays(recipe.class_names, codes, data.train.labels)
    return arrays | reference_arrays(whitened(references), references, bool(recipe.class_names))


def principal_axes(codes: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Unit axes (A, D) of codes (N, D) by falling variance, and the variance (A,); A is D or 32 if that is less."""
    centred = codes.astype(np.float64) - codes.mean(0, dtype=np.float64)
    values, vectors = np.linalg.eigh(centred.T @ centred / len(codes))
    axes, variance = vectors[:, ::-1].T[:AXES], np.maximum(values[::-1][:AXES], 0)
    return upward(axes).astype(np.float32), variance.astype(np.float32)


def upward(axes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Axes (A, D) turned so that the largest component of each is positive: an axis has no sign of its own."""
    largest = axes[np.arange(len(axes)), np.abs(axes).argmax(1)]
    return axes * np.where(largest < 0, -1, 1)[:, None]


def class_arrays(names: tuple[str, ...], codes: NDArray[np.float32], labels: NDArray[np.uint8]) -> Arrays:
    """The mean code of every class."""
    if not names:
        return {}
    means = np.stack([codes[labels == label].mean(0) for label in range(len(names))])
    return {"class_names": np.array(names), "class_means": means.astype(np.float32)}


def trait_arrays(set_name: str, codes: NDArray[np.float32], data: DataSet) -> Arrays:
    """The directions of the data set's traits, where it has any."""
    traits = TRAITS.get(set_name, ()) if data.attributes else ()
    if not traits:
        return {}
    has = [presence(trait, data.train, data.attributes) for trait in traits]
    directions = np.stack([codes[h == 1].mean(0) - codes[h == 0].mean(0) for h in has])
    names = np.array([trait.name for trait in traits])
    return {"attribute_names": names, "attribute_directions": directions.astype(np.float32)}


def reference_arrays(mu: NDArray[np.float32], references: Split, labelled: bool) -> Arrays:
    """The codes of the reference pictures, and their classes (-1 where there are none)."""
    labels = references.labels.astype(np.int16) if labelled else np.full(len(references), -1, np.int16)
    return {"codes": mu.astype(np.float16), "code_labels": labels}


def density(codes: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Where codes (N, 2) lie: shares of a grid (64, 64), row 0 lowest in y, smoothed by a cell; and x0, x1, y0, y1."""
    ends = []
    for axis in codes.astype(np.float64).T:
        low, high = np.quantile(axis, (1 - DENSITY_SHARE, DENSITY_SHARE))
        margin = 0.1 * (high - low) or 1.0
        ends += [low - margin, high + margin]
    x0, x1, y0, y1 = ends
    counts, _, _ = np.histogram2d(codes[:, 1], codes[:, 0], bins=DENSITY_CELLS, range=((y0, y1), (x0, x1)))
    kernel = np.exp(-0.5 * np.arange(-3, 4) ** 2.0)
    for axis in (0, 1):
        counts = np.apply_along_axis(np.convolve, axis, counts, kernel, "same")
    return (counts / counts.sum()).astype(np.float32), np.array(ends, np.float32)
