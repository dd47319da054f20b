"""What models with a latent space are called, and what their cards say besides the usual."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engine.contracts.manifest import LATENT_FAMILIES, Manifest
from engine.training.recipe import GaussianRecipe, LatentRecipe

_VAE = "D. Kingma, M. Welling, Auto-Encoding Variational Bayes, 2014, arXiv:1312.6114"
_BETA = "I. Higgins et al., beta-VAE: Learning Basic Visual Concepts with a Constrained Variational Framework, 2017"
_AUTOENCODER = "G. Hinton, R. Salakhutdinov, Reducing the Dimensionality of Data with Neural Networks, Science, 2006"
_IWAE = "Y. Burda, R. Grosse, R. Salakhutdinov, Importance Weighted Autoencoders, 2016, arXiv:1509.00519"
_LOGISTIC = "T. Salimans et al., PixelCNN++, 2017, arXiv:1701.05517 (the likelihood)"
_CALIBRATED = "O. Rybkin et al., Simple and Effective VAE Training with Calibrated Decoders, 2021, arXiv:2006.13202"
_MIG = "R. Chen et al., Isolating Sources of Disentanglement in VAEs, 2018, arXiv:1802.04942 (the information gap)"
_DIRECTIONS = "A. Larsen et al., Autoencoding beyond pixels using a learned similarity metric, 2016, arXiv:1512.09300"
_BISHOP = "C. Bishop, Pattern Recognition and Machine Learning, 2006, section 2.3 (the Gaussian distribution)"


def describe_latent(recipe: LatentRecipe | GaussianRecipe) -> dict[str, Any]:
    """Architecture, summary and references."""
    if isinstance(recipe, GaussianRecipe):
        return {
            "architecture": "Gaussian",
            "summary": "A normal distribution over whole pictures, fitted in closed form: z is stretched and turned by "
            "the covariance's Cholesky factor and added to the mean picture. No depth, and it shows.",
            "references": (_BISHOP,),
        }
    dims = recipe.model.latent
    if recipe.is_autoencoder:
        return {
            "architecture": f"Autoencoder, {dims}-D",
            "summary": f"Squeezes a picture through {dims} numbers and rebuilds it. Nothing says where codes should "
            "lie, so between them are holes that decode to nothing known.",
            "references": (_AUTOENCODER,),
        }
    plain = recipe.beta == 1
    references = [_VAE, _IWAE] if plain else [_VAE, _BETA, _IWAE]
    if recipe.model.likelihood == "logistic":
        references += [_LOGISTIC, _CALIBRATED]
    references += {"sprites": [_MIG], "cartoon_faces": [_DIRECTIONS]}.get(recipe.data, [])
    summary = f"Encodes a picture as a normal distribution over {dims} numbers and decodes any draw from the prior."
    if recipe.hinted:
        summary += f" While training began, the code was also told of {listed(recipe.hinted)}; later it was not."
    if not plain:
        summary += f" The KL counts {recipe.beta:g} times, which presses factors into dimensions of their own."
    return {
        "architecture": f"{'VAE' if plain else 'Beta-VAE'}, {dims}-D",
        "summary": summary,
        "references": tuple(references),
    }


def listed(names: Sequence[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    return " and ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)


def latent_sections(manifest: Manifest) -> list[str]:
    """The card's lines on pictures and factors; none for families without a latent space."""
    if manifest.family not in LATENT_FAMILIES or manifest.latent is None:
        return []
    lines: list[str] = []
    if manifest.latent["dim"] == 2:
        how = "at equal shares of the prior" if manifest.latent["prior"] == "normal" else "over where the codes lie"
        lines += ["", "## The plane", "", f"Decoded {how}:", "", "![plane](plane.png)"]
    if "encoder" in manifest.graphs:
        lines += ["", "## Reconstructions", "", "Test pictures, each followed by its reconstruction:", ""]
        lines += ["![reconstructions](reconstructions.png)"]
    return lines + _kl(manifest.figures.get("kl_per_dim")) + _directions(manifest) + _factors(manifest)


def _kl(nats: Any) -> list[str]:
    if not isinstance(nats, list | tuple):
        return []
    return ["", "KL by dimension, nats on the test set: " + ", ".join(f"{each:.2f}" for each in nats) + "."]


def _directions(manifest: Manifest) -> list[str]:
    """The table of what each attribute's direction changes."""
    rows = manifest.figures.get("directions")
    if not isinstance(rows, list | tuple) or not rows:
        return []
    lines = [
        *("", "## Directions", ""),
        "A classifier judges decoded test pictures before and after one step along a direction (the difference of",
        "mean codes, made one to three times as long, whichever works best on validation pictures; what hardly changes",
        "its trait is left out). *right* and *kept*: how often it is right on test pictures and on their",
        "reconstructions (the mean of pictures with and without). *added*, *removed*: how often a step changes its",
        "verdict. *others*: how often that happens to an attribute that should stay, on average, and to the most",
        "changed one.",
        "",
        "| direction | right | kept | added | removed | others | most changed |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    keys = ("accuracy", "kept", "added", "removed", "others")
    return lines + [
        f"| {row['trait']} | {' | '.join(f'{row[key]:.3f}' for key in keys)} | {row['most_changed']} |" for row in rows
    ]


def _factors(manifest: Manifest) -> list[str]:
    """The information gap, factor by factor."""
    gaps = manifest.figures.get("mig_by_factor")
    if not isinstance(gaps, dict) or not gaps:
        return []
    lines = ["", "## Factors", "", "| factor | best dimension | its share of the factor's entropy | gap |"]
    lines += ["| --- | --- | --- | --- |"]
    return lines + [
        f"| {name} | {row['dimension']} | {row['information']} | {row['gap']} |" for name, row in gaps.items()
    ]
