"""The figures of GANs and of the classifiers they are measured with."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from engine.catalogue import manifest_io
from engine.catalogue.registry import Model
from engine.contracts.arrays import Images
from engine.contracts.manifest import Manifest
from engine.numerics import sample_quality as quality
from engine.runtime.sessions import open_graph
from engine.training.cards import card
from engine.training.classifier_task import truth
from engine.training.data import DataSet, Split
from engine.training.export import curve, write_manifest
from engine.training.film import SIDE, make_film, save_png, tiled
from engine.training.latent_data import as_display, fixed_pixels
from engine.training.latent_figures import figure, last_quarter_of
from engine.training.models.gan import GAN
from engine.training.recipe import AdversarialRecipe, ClassifierRecipe
from engine.training.sample_figures import (
    BOUNDS,
    DRAWS,
    Judge,
    class_figures,
    class_table,
    mean_of_tables,
    models_beside,
    quality_table,
    registry_around,
    truncation_rows,
)
from engine.training.sample_sources import decoded, draw, prior_codes

SHEET = 10
KEPT = "beside.json"
"""The rows of other models, among the runs."""


def measure_adversarial(
    recipe: AdversarialRecipe,
    run: Path,
    target: Path,
    loaded: DataSet,
    *,
    test: bool = True,
    limit: int | None = None,
    beside: list[str] | None = None,
) -> Manifest:
    """Measure everything for the GAN in ``target``, write manifest, card, sheets and film."""
    manifest = manifest_io.read(target)
    if test:
        figures = dict(manifest.figures) | sample_quality_figures(
            manifest, target, loaded, limit, beside, run.parent / KEPT
        )
        manifest = dataclasses.replace(manifest, figures=figures)
        write_manifest(manifest, target)
    sheets(recipe, run, target, manifest)
    (target / "card.md").write_text(card(manifest), encoding="utf-8")
    return manifest


def sample_quality_figures(
    manifest: Manifest,
    target: Path,
    loaded: DataSet,
    limit: int | None,
    beside: list[str] | None,
    kept: Path,
) -> dict[str, Any]:
    """The manifest's entries on samples."""
    registry, model = registry_around(target), Model(manifest, target)
    judge = Judge(registry, loaded.name)
    test = every_nth(loaded.test, limit)
    names = models_beside(registry, manifest.id, loaded.name, beside)
    table, reference = quality_table(model, registry, judge, loaded, test, names, kept)
    tables = [class_table(judge, reference, test, draw(model, registry, len(test), seed)) for seed in range(DRAWS)]
    classes = mean_of_tables(tables)
    own, floor = table["rows"][:2]
    return {
        "test_frechet": _mean(own, "frechet", "Frechet distance of samples", table),
        "test_frechet_floor": _mean(floor, "frechet", "Frechet distance of training pictures", table),
        "test_precision": _mean(own, "precision", "precision of samples", table),
        "test_recall": _mean(own, "recall", "recall of samples", table),
        **class_figures(classes),
        "sample_quality": table,
        "sample_classes": classes,
        "truncation": truncation_rows(model, judge, reference, len(test)),
    }


def _mean(row: dict[str, Any], key: str, label: str, table: dict[str, Any]) -> dict[str, Any]:
    return {
        "unit": "",
        "value": row[key],
        "standard_error": row[f"{key}_spread"],
        "split": "test",
        "n": table["n"],
        "label": f"{label}, in the features of {table['classifier']} (+- is the spread of {row['draws']} draws)",
    }


def every_nth(split: Split, limit: int | None) -> Split:
    """About ``limit`` pictures, evenly spread: sets may be easy first."""
    return split.part(slice(None, None, max(1, len(split) // limit) if limit else 1))


# --- pictures -------------------------------------------------------------------------------------------------------


def sheets(recipe: AdversarialRecipe, run: Path, target: Path, manifest: Manifest) -> None:
    """``samples.png`` (a class a column, where there are classes), ``truncation.png``, ``preview.png`` and the film."""
    graph = open_graph(target / manifest.graphs["generator"].file, manifest.graphs["generator"])
    columns = len(manifest.class_names) or SHEET
    scale = 2 if manifest.image.height < 48 else 1
    asked = np.arange(SHEET * columns, dtype=np.int64) % columns if manifest.class_names else None
    latent = recipe.model.latent
    drawn = decoded(graph, manifest, prior_codes(latent, SHEET * columns, 0), asked)
    save_png(tiled(drawn, columns), target / "samples.png", scale)
    save_png(tiled(drawn[:16], 8), target / "preview.png", 1)
    one_each = None if asked is None else asked[:columns]
    rows = [decoded(graph, manifest, prior_codes(latent, columns, 0, bound), one_each) for bound in (np.inf, *BOUNDS)]
    save_png(tiled(np.concatenate(rows), columns), target / "truncation.png", scale)
    make_film(recipe, run, _frame, target)


def _frame(model: nn.Module) -> Images:
    assert isinstance(model, GAN)
    return adversarial_sheet(model)


@torch.no_grad()
def adversarial_sheet(gan: GAN) -> Images:
    """A frame of the film, 4 by 4: what the generator makes of fixed z, a class after the other."""
    count, classes = SIDE * SIDE, gan.config.classes
    z = torch.from_numpy(prior_codes(gan.config.latent, count, 0))
    one_hot = torch.eye(classes)[torch.arange(count) % classes] if classes else None
    image = 0.5 * gan.generator(z, one_hot) + 0.5
    return tiled(as_display(image.numpy()), SIDE)


# --- classifiers ----------------------------------------------------------------------------------------------------


def measure_classifier(
    recipe: ClassifierRecipe, run: Path, target: Path, loaded: DataSet, *, test: bool = True, limit: int | None = None
) -> Manifest:
    """Measure how often the classifier in ``target`` is right, write manifest and card."""
    manifest = manifest_io.read(target)
    figures: dict[str, Any] = dict(manifest.figures) | last_quarter_of(curve(run))
    if test:
        figures |= accuracy_figures(manifest, target, recipe, every_nth(loaded.test, limit))
    manifest = dataclasses.replace(manifest, figures=figures)
    write_manifest(manifest, target)
    (target / "card.md").write_text(card(manifest), encoding="utf-8")
    return manifest


def accuracy_figures(manifest: Manifest, target: Path, recipe: ClassifierRecipe, test: Split) -> dict[str, Any]:
    """The share of test pictures whose class (whose attributes, on average) is told right, and by class."""
    judge = Judge(registry_around(target), manifest.data)
    wanted = truth(test)
    pixels = test.pixels.reshape(*test.pixels.shape[:3], -1)
    found = judge.look(pixels)[1]
    right = (found == wanted).mean(1)
    what = "class" if recipe.class_names else "attributes, on average,"
    out: dict[str, Any] = {"test_accuracy": figure(100 * right, "%", f"{what} told right")}
    if recipe.ink_share:
        ink = judge.look(fixed_pixels(test, 2).reshape(pixels.shape))[1]
        out["test_accuracy_ink"] = figure(100 * (ink == wanted).mean(1), "%", "class told right of binarized pictures")
    if recipe.class_names:
        by = quality.class_accuracy(wanted[:, 0], found[:, 0], len(recipe.class_names))
    else:
        by = (found == wanted).mean(0)
    names = recipe.class_names or tuple(condition.name for condition in manifest.conditions)
    out["sample_classes"] = {name: {"right": round(float(share), 4)} for name, share in zip(names, by, strict=True)}
    return out
