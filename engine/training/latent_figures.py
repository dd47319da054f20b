"""The figures of models with a latent space, measured on their exported graphs in float32.

* VAE: negative ELBO of the whole test set with one sample of z, its two parts, active dimensions, and the
  importance-weighted bound of 500 samples (of large pictures of 50, on the first of the set), with the ELBO of those;
* autoencoder: the squared error; Gaussian: the exact log density, and the graph against the closed form;
* faces: what each direction changes; sprites: the mutual information gap.

Figures of the likelihood say by which noise they were measured and what they are over the first pictures alone, so
that ``reverie score --first N --against-manifest`` can compare its own in a short time.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.catalogue import manifest_io
from engine.contracts.manifest import Manifest
from engine.runtime.sessions import Graph, open_graph
from engine.training import sprites
from engine.training.data import SPRITE_SEED, DataSet, Split
from engine.training.disentanglement import gap, information_table
from engine.training.export import curve, write_manifest
from engine.training.gaussian_fit import DEQUANTIZATION_SEED, dequantization
from engine.training.latent_arrays import FILE
from engine.training.latent_bounds import NOISE_SEED, TestBounds, importance_bounds, single_sample_bounds
from engine.training.latent_data import as_input, encode, fixed_pixels
from engine.training.latent_sheets import latent_pictures
from engine.training.models.gaussian import log_density
from engine.training.objectives import bits_per_dim
from engine.training.partial_results import PartialResults
from engine.training.recipe import GaussianRecipe, LatentRecipe
from engine.training.trait_table import trait_rows

SAMPLES = 500
"""K of the importance-weighted bound."""
LARGE = 1024
"""Pictures of more numbers than this get a tenth of the samples, on a part of the test set."""
LARGE_PICTURES = 200
FIRST = (100, 500)
"""Over how many of the first pictures figures are told besides, for a comparison that does not take long."""
KEPT = "importance_bounds.npz"
"""The file in a run's folder that holds what has been measured of a bound that takes long."""
DRAWN_SPRITES = 10_000
CHECKED_SAMPLES = 10_000
PROBE = np.float32(1024)
"""How far along each dimension a Gaussian's decoder is asked: the farther, the less of the mean's rounding is left."""


def measure_latent(
    recipe: LatentRecipe | GaussianRecipe,
    run: Path,
    target: Path,
    loaded: DataSet,
    *,
    test: bool = True,
    limit: int | None = None,
) -> Manifest:
    """Measure everything for the model in ``target``, write manifest, card, sheets and film."""
    manifest = manifest_io.read(target)
    graphs = {role: open_graph(target / spec.file) for role, spec in manifest.graphs.items()}
    figures: dict[str, Any] = dict(manifest.figures) | last_quarter_of(curve(run))
    spread = slice(None, None, max(1, len(loaded.test) // limit) if limit else 1)
    if isinstance(recipe, GaussianRecipe):
        figures |= gaussian_figures(graphs["decoder"], loaded.test.part(spread) if test else None, recipe)
    elif test:
        pixels = fixed_pixels(loaded.test, recipe.levels)[spread]
        digests = [spec.sha256 for _, spec in sorted(manifest.graphs.items())]
        figures |= network_figures(graphs, recipe, pixels, run / KEPT, digests)
        figures |= factor_figures(graphs, target, loaded)
    manifest = dataclasses.replace(manifest, figures=figures)
    write_manifest(manifest, target)
    latent_pictures(recipe, run, target, manifest, loaded, graphs)
    return manifest


def last_quarter_of(rows: list[dict[str, float]]) -> dict[str, Any]:
    """By how much the validation figure fell over the last quarter of training."""
    unit = next(name.removeprefix("validation_") for name in rows[0] if name.startswith("validation_"))
    steps, values = (np.array([row[key] for row in rows]) for key in ("step", f"validation_{unit}"))
    fallen = float(np.interp(steps[-1] * 0.75, steps, values) - values[-1])
    return {
        "last_quarter": {
            "unit": CURVE_UNITS.get(unit, unit),
            "value": round(fallen, 3),
            "label": "improvement on the validation set in the last quarter of training",
        }
    }


def network_figures(
    graphs: dict[str, Graph], recipe: LatentRecipe, pixels: NDArray[np.uint8], kept: Path, digests: list[str]
) -> dict[str, Any]:
    """Bounds of a VAE, squared errors of both kinds; ``kept`` holds what an earlier call could not finish."""
    figures = squared_error(graphs, pixels)
    if recipe.is_autoencoder:
        return figures
    likelihood, dims = recipe.model.likelihood, int(np.prod(pixels.shape[1:]))
    single = single_sample_bounds(graphs["encoder"], graphs["decoder"], likelihood, pixels)
    figures = bound_figures(single, dims, recipe) | figures
    some, samples = (pixels[:LARGE_PICTURES], SAMPLES // 10) if dims > LARGE else (pixels, SAMPLES)
    partial = PartialResults(len(some), 2, kept, measurement_key(some, samples, digests))
    many = importance_bounds(graphs["encoder"], graphs["decoder"], likelihood, some, samples, kept=partial)
    how = {"samples": samples, "of": len(pixels)}
    return {
        "test_iwae": noise_figure(-many.iwae, f"importance-weighted bound, {samples} samples") | how,
        "test_elbo_many": noise_figure(-many.elbo, f"negative ELBO, {samples} samples") | how,
    } | figures


def measurement_key(pixels: NDArray[np.uint8], samples: int, digests: list[str]) -> str:
    """What decides an importance-weighted bound: pictures, graphs, noise."""
    facts = json.dumps([digests, samples, NOISE_SEED, pixels.shape])
    return hashlib.sha256(facts.encode() + pixels.tobytes()).hexdigest()


def bound_figures(bounds: TestBounds, dims: int, recipe: LatentRecipe) -> dict[str, Any]:
    """The manifest's entries for the ELBO."""
    elbo, kl = -bounds.elbo, bounds.kl.sum(1)
    bits = bits_per_dim(float(elbo.mean()), dims)
    active = int(bounds.active.sum())
    return {
        "test_elbo": noise_figure(elbo, "negative ELBO") | {"samples": 1, "protocol": PROTOCOLS.get(recipe.data, "")},
        "test_elbo_bits": {"unit": "bits/dim", "value": round(bits, 4), "n": len(elbo), "label": "negative ELBO"},
        "test_reconstruction": figure(-bounds.reconstruction, "nats", "of that, reconstruction"),
        "test_kl": figure(kl, "nats", "of that, KL from the prior to the posterior"),
        "active_dims": {
            "unit": f"of {len(bounds.active)}",
            "value": active,
            "label": "active latent dimensions (their mean varies by more than 0.01)",
        },
        "kl_per_dim": [round(float(nats), 4) for nats in bounds.kl.mean(0)],
        "test_elbo_quantiles": [round(float(q), 2) for q in np.percentile(bounds.elbo, np.arange(101))],
        "published": PUBLISHED.get(recipe.data, ""),
    }


def figure(values: NDArray[np.float64], unit: str, label: str, digits: int = 3) -> dict[str, Any]:
    """A figure of the test set: the mean of ``values`` with its standard error."""
    error = float(values.std() / math.sqrt(len(values)))
    return {
        "unit": unit,
        "value": round(float(values.mean()), digits),
        "standard_error": round(error, digits),
        "split": "test",
        "n": len(values),
        "label": label,
    }


def noise_figure(nats: NDArray[np.float64], label: str, seed: int = NOISE_SEED) -> dict[str, Any]:
    """A figure in nats that noise of a seed enters, over all pictures and over the first of them."""
    first = [{"n": n, "value": round(float(nats[:n].mean()), 3)} for n in FIRST if n < len(nats)]
    return figure(nats, "nats", label) | {"seed": seed, "first": first}


def squared_error(graphs: dict[str, Graph], pixels: NDArray[np.uint8], batch: int = 250) -> dict[str, Any]:
    """The mean squared error of a pixel in [0, 1] between a picture and its reconstruction from mu."""
    mu = encode(graphs["encoder"], pixels)["mu"]
    errors = np.concatenate(
        [
            np.square(graphs["decoder"].run({"z": mu[at : at + batch]})["image"] - as_input(pixels[at : at + batch]))
            .reshape(len(mu[at : at + batch]), -1)
            .mean(1, dtype=np.float64)
            for at in range(0, len(pixels), batch)
        ]
    )
    label = "reconstruction from the code, pixels in 0..1"
    return {"test_squared_error": figure(errors, "squared error a pixel", label, digits=5)}


def gaussian_figures(decoder: Graph, test: Split | None, recipe: GaussianRecipe) -> dict[str, Any]:
    """The density of the test set, and the graph's samples against mean, covariance and entropy in closed form."""
    dims = recipe.model.pixels
    mean = decoder.run({"z": np.zeros((1, dims), np.float32)})["image"].reshape(-1).astype(np.float64)
    columns = decoder.run({"z": PROBE * np.eye(dims, dtype=np.float32)})["image"].reshape(dims, -1) - mean
    factor = np.tril(columns.T / PROBE)  # above the diagonal are the rounding errors of 0
    rng = np.random.default_rng(NOISE_SEED)
    z = rng.standard_normal((CHECKED_SAMPLES, dims)).astype(np.float32)
    drawn = np.concatenate([decoder.run({"z": part})["image"].reshape(len(part), -1) for part in np.array_split(z, 20)])
    covariance, found = factor @ factor.T, np.cov(drawn, rowvar=False)
    off = float(np.linalg.norm(found - covariance) / np.linalg.norm(covariance))
    by_chance = math.sqrt((1 + np.trace(covariance) ** 2 / np.square(covariance).sum()) / len(z))
    entropy = 0.5 * dims * (1 + math.log(2 * math.pi)) + float(np.log(np.diag(factor)).sum())
    figures: dict[str, Any] = {
        "jitter": {"unit": "", "value": recipe.model.jitter, "label": "variance added to every pixel in 0..1"},
        "entropy": {"unit": "nats", "value": round(entropy, 3), "label": "entropy in closed form"},
        "sample_covariance_error": {
            "unit": "",
            "value": round(off, 4),
            "n": len(z),
            "label": f"covariance of samples off the fitted one, relative (Frobenius; {by_chance:.4f} is chance)",
        },
    }
    if test is None:
        return figures
    nats = log_density(test.pixels, mean, factor, dequantization(len(test), dims))
    bits = bits_per_dim(-float(nats.mean()), dims) + 8
    return figures | {
        "test_nll": noise_figure(-nats, "negative log density of pixels in 0..1", DEQUANTIZATION_SEED)
        | {"protocol": "dequantized: (v + u) / 256 with u uniform"},
        "test_nll_bits": {"unit": "bits/dim", "value": round(bits, 4), "n": len(nats), "label": "of the 256 levels"},
        "test_log_prob_quantiles": [round(float(q), 2) for q in np.percentile(nats, np.arange(101))],
    }


def factor_figures(graphs: dict[str, Graph], target: Path, loaded: DataSet) -> dict[str, Any]:
    """What is measured against known factors: of faces the directions, of sprites the information gap."""
    if loaded.name == "cartoon_faces":
        with np.load(target / FILE, allow_pickle=False) as arrays:
            names, directions = arrays["attribute_names"].tolist(), arrays["attribute_directions"]
        return {"directions": trait_rows(graphs["encoder"], graphs["decoder"], names, directions, loaded)}
    if loaded.name != "sprites":
        return {}
    pixels, factors = sprites.draw(DRAWN_SPRITES, SPRITE_SEED + 1)  # none of them was seen
    information, entropies = information_table(encode(graphs["encoder"], pixels)["mu"], factors)
    gaps, names = gap(information, entropies), [name for name, _ in sprites.FACTORS]
    label = "mutual information gap (MIG) over shape, scale, rotation, x and y"
    return {
        "mig": {"unit": "", "value": round(float(gaps.mean()), 4), "n": DRAWN_SPRITES, "label": label},
        "mig_by_factor": {
            name: {
                "gap": round(float(gaps[at]), 4),
                "dimension": int(information[:, at].argmax()),
                "information": round(float(information[:, at].max() / entropies[at]), 4),
            }
            for at, name in enumerate(names)
        },
    }


CURVE_UNITS = {"squared_error": "squared error a picture"}
"""What the columns of a run's log are in, if not what they are called."""
PROTOCOLS = {
    "mnist": "binarized once: ink where default_rng(1234).random(x_test.shape) < x_test / 255, in file order",
    "fashion_mnist": "all 256 levels, the likelihood a discretized logistic",
    "cartoon_faces": "all 256 levels a channel, the likelihood a discretized logistic; the last 1,000 of the file",
    "sprites": "5,000 sprites that were not trained on",
}
PUBLISHED = {
    "mnist": "Published for stochastically binarized MNIST, one stochastic layer of 50 units, importance-weighted "
    "bound of 5,000 samples: VAE 86.76 nats (Burda et al., 2016, arXiv:1509.00519, table 1).",
}
