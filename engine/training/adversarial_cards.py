"""What GANs and classifiers are called, and what their cards say besides the usual."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.contracts.manifest import Manifest
from engine.training.models.biggan import BigGANConfig
from engine.training.recipe import AdversarialRecipe, ClassifierRecipe

_GAN = "I. Goodfellow et al., Generative Adversarial Nets, 2014, arXiv:1406.2661"
_DCGAN = "A. Radford, L. Metz, S. Chintala, Unsupervised Representation Learning with DCGANs, 2016, arXiv:1511.06434"
_SPECTRAL = "T. Miyato et al., Spectral Normalization for Generative Adversarial Networks, 2018, arXiv:1802.05957"
_PROJECTION = "T. Miyato, M. Koyama, cGANs with Projection Discriminator, 2018, arXiv:1802.05637"
_BIGGAN = "A. Brock, J. Donahue, K. Simonyan, Large Scale GAN Training, 2019, arXiv:1809.11096"
_SHIFT = "S. Zhao et al., Differentiable Augmentation for Data-Efficient GAN Training, 2020, arXiv:2006.10738"
_FRECHET = "M. Heusel et al., GANs Trained by a Two Time-Scale Update Rule, 2017, arXiv:1706.08500"
_MANIFOLDS = "T. Kynkaanniemi et al., Improved Precision and Recall Metric, 2019, arXiv:1904.06991"


def describe_adversarial(recipe: AdversarialRecipe) -> dict[str, Any]:
    """Architecture, summary and references."""
    big = isinstance(recipe.model, BigGANConfig)
    how = "a class and " if recipe.model.classes else ""
    return {
        "architecture": "BigGAN in small" if big else "DCGAN",
        "summary": f"A generator makes a picture of {how}{recipe.model.latent} random numbers in one pass; it learnt "
        "from a discriminator that was learning to tell its pictures from real ones. There is no likelihood."
        + _spread(recipe.model.spread),
        "references": (
            *((_GAN, _BIGGAN, _PROJECTION, _SPECTRAL) if big else (_GAN, _DCGAN, _SPECTRAL)),
            *((_SHIFT,) if recipe.shift else ()),
            _FRECHET,
            _MANIFOLDS,
        ),
    }


def _spread(spread: float) -> str:
    """What is said of a z that is not that of training."""
    if spread == 1:
        return ""
    return f" Its z is spread {spread:g} times as wide as in training, for classes as varied as the validation set's."


def describe_classifier(recipe: ClassifierRecipe) -> dict[str, Any]:
    """Architecture, summary and references."""
    told = "the class" if recipe.class_names else "the attributes"
    return {
        "architecture": "Classifier",
        "summary": f"Tells {told} of a picture. It draws nothing: its {recipe.model.features} features are the space "
        "in which samples of this data set are measured and neighbours are found.",
        "references": (),
    }


def adversarial_sections(manifest: Manifest) -> list[str]:
    """The card's lines on the quality of samples, its own and other models'."""
    quality = manifest.figures.get("sample_quality")
    if not isinstance(quality, Mapping):
        return _classes(manifest.figures.get("sample_classes"))
    lines = ["", "## Samples", "", str(quality["protocol"]), ""]
    lines += ["| pictures | compared with | Frechet distance | precision | recall |", "| --- | --- | --- | --- | --- |"]
    lines += [_quality_row(row) for row in quality["rows"]]
    return lines + _classes(manifest.figures.get("sample_classes")) + _truncation(manifest)


def _quality_row(row: Mapping[str, Any]) -> str:
    cells = [f"{row[key]:.{digits}f} +- {row[f'{key}_spread']:.{digits}f}" for key, digits in _QUALITY]
    return f"| {row['title']} | {row['reference']} | {' | '.join(cells)} |"


_QUALITY = (("frechet", 2), ("precision", 3), ("recall", 3))


def _classes(table: Any) -> list[str]:
    """Class by class: accuracy and diversity where the class is asked for, the share where it is not."""
    if not isinstance(table, Mapping) or not table:
        return []
    keys = list(next(iter(table.values())))
    lines = ["", "## Class by class", "", f"| class | {' | '.join(key.replace('_', ' ') for key in keys)} |"]
    lines += [f"| --- |{' --- |' * len(keys)}"]
    return lines + [f"| {name} | {' | '.join(f'{row[key]:.3f}' for key in keys)} |" for name, row in table.items()]


def _truncation(manifest: Manifest) -> list[str]:
    """Fidelity against diversity as z is kept nearer to the middle."""
    rows = manifest.figures.get("truncation")
    if not isinstance(rows, list | tuple) or not rows:
        return []
    lines = [
        "",
        "## Truncation",
        "",
        "Each number of z is drawn from the normal distribution between the bounds only:",
        "",
    ]
    lines += ["| bound | Frechet distance | precision | recall |", "| --- | --- | --- | --- |"]
    lines += [
        f"| {row['bound']} | {row['frechet']:.2f} | {row['precision']:.3f} | {row['recall']:.3f} |" for row in rows
    ]
    return [*lines, "", "![truncation](truncation.png)"]
