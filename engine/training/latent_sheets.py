"""Sheets of pictures of models with a latent space: samples, the plane, reconstructions, and the film."""

from __future__ import annotations

from pathlib import Path
from statistics import NormalDist

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from engine.contracts.arrays import Images
from engine.contracts.manifest import Manifest
from engine.runtime.sessions import Graph
from engine.training.cards import card
from engine.training.data import DataSet
from engine.training.film import SIDE, make_film, save_png, tiled
from engine.training.latent_arrays import FILE
from engine.training.latent_data import as_display, as_input, encode, fixed_pixels
from engine.training.latent_graphs import Decoder
from engine.training.models.gaussian import Gaussian
from engine.training.models.vae import VAE
from engine.training.recipe import GaussianRecipe, LatentRecipe

SHEET = 10
PLANE = 20
PAIRS = (8, 4)
"""Rows of the reconstruction sheet, and pairs in each."""

Codes = NDArray[np.float32]


def latent_pictures(
    recipe: LatentRecipe | GaussianRecipe,
    run: Path,
    target: Path,
    manifest: Manifest,
    loaded: DataSet,
    graphs: dict[str, Graph],
) -> None:
    """Write ``samples.png``, ``plane.png`` (two dimensions), ``reconstructions.png``, ``preview.png``, film, card."""
    decoder = graphs["decoder"]
    scale = 2 if manifest.image.height < 48 else 1
    first: Images | None = None
    if manifest.latent is not None and manifest.latent["dim"] == 2:
        grid = plane_codes(manifest, target, PLANE)
        save_png(tiled(decoded(decoder, grid), PLANE, gap=0), target / "plane.png", 1)
    if "encoder" in graphs:
        pairs = reconstruction_pairs(recipe, graphs, loaded)
        save_png(tiled(pairs, 2 * PAIRS[1]), target / "reconstructions.png", scale)
        first = pairs[1::2]
    if manifest.latent is not None and manifest.latent["prior"] == "normal":
        first = decoded(decoder, prior_codes(manifest.latent["dim"], SHEET * SHEET))
        save_png(tiled(first, SHEET), target / "samples.png", scale)
    assert first is not None
    save_png(tiled(first[:16], 8), target / "preview.png", 1)
    references = as_input(fixed_pixels(loaded.validation.part(slice(0, SIDE * SIDE)), recipe.levels))
    make_film(recipe, run, lambda model: _frame(model, references), target)
    (target / "card.md").write_text(card(manifest), encoding="utf-8")


def prior_codes(dim: int, count: int, seed: int = 0) -> Codes:
    """Draws from the prior N(0, I): (count, dim)."""
    return np.random.default_rng(seed).standard_normal((count, dim)).astype(np.float32)


def plane_codes(manifest: Manifest, target: Path, side: int) -> Codes:
    """A grid over a plane of codes, top row first (side * side, 2): of a prior equal shares of its mass (Kingma and
    Welling 2014, figure 4), of an autoencoder evenly over where the codes lie."""
    if manifest.latent is not None and manifest.latent["prior"] == "normal":
        return quantile_grid(side)
    with np.load(target / FILE, allow_pickle=False) as arrays:
        x0, x1, y0, y1 = arrays["density_extent"]
    x, y = np.meshgrid(np.linspace(x0, x1, side), np.linspace(y1, y0, side))
    return np.stack([x.ravel(), y.ravel()], axis=1).astype(np.float32)


def quantile_grid(side: int) -> Codes:
    """(side * side, 2), top row first: the inverse normal distribution function amid each of ``side`` equal shares."""
    ticks = np.array([NormalDist().inv_cdf((i + 0.5) / side) for i in range(side)])
    x, y = np.meshgrid(ticks, ticks[::-1])
    return np.stack([x.ravel(), y.ravel()], axis=1).astype(np.float32)


def decoded(decoder: Graph, z: Codes, batch: int = 100) -> Images:
    """The decoder's mean as display values (N, H, W, C)."""
    return np.concatenate(
        [as_display(decoder.run({"z": z[at : at + batch]})["image"]) for at in range(0, len(z), batch)]
    )


def reconstruction_pairs(recipe: LatentRecipe | GaussianRecipe, graphs: dict[str, Graph], loaded: DataSet) -> Images:
    """Test pictures spread over the set, each followed by its reconstruction: (2 N, H, W, C)."""
    count = PAIRS[0] * PAIRS[1]
    chosen = loaded.test.part(slice(None, None, max(1, len(loaded.test) // count))).part(slice(0, count))
    pixels = fixed_pixels(chosen, recipe.levels)
    again = decoded(graphs["decoder"], encode(graphs["encoder"], pixels)["mu"])
    return np.stack([pixels.reshape(again.shape), again], axis=1).reshape(-1, *again.shape[1:])


def _frame(model: nn.Module, references: NDArray[np.float32]) -> Images:
    assert isinstance(model, VAE | Gaussian)
    return latent_sheet(model, references)


@torch.no_grad()
def latent_sheet(model: VAE | Gaussian, references: NDArray[np.float32]) -> Images:
    """A frame of the film, 4 by 4: the plane's quantiles, pictures of fixed z, or what an autoencoder makes of
    ``references`` (16, C, H, W), as one picture."""
    latent = model.config.pixels if isinstance(model, Gaussian) else model.config.latent
    if isinstance(model, VAE) and model.config.likelihood == "none":
        z = model.encode(torch.from_numpy(references))[0]
    elif latent == 2:
        z = torch.from_numpy(quantile_grid(SIDE))
    else:
        z = torch.from_numpy(prior_codes(latent, SIDE * SIDE))
    given = Decoder(model)(z)
    mean = given if isinstance(given, torch.Tensor) else given[0]
    return tiled(as_display(mean.numpy()), SIDE)
