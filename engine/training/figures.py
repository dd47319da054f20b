"""The figures of a finished model: measured, written into its manifest, told in its card.

* validation: nats on the 5,000 held-out training images, and what orientation costs against the upright-only control;
* test: all test images, once; for a class-conditional model the mixture over its classes (what ``reverie score``
  prints), and beside it the nats given the class and without one;
* the quantiles of the test set's log-likelihoods, for the Score card.

Models with a latent space have figures of their own: `engine.training.latent_figures`.

The test set is scored by the exported ONNX graph itself, in float32; the validation set, which serves comparisons
between models, by the torch module with the same weights and passes in bfloat16 (under 0.01 nats apart).
"""

from __future__ import annotations

import argparse
import dataclasses
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from engine.catalogue import manifest_io
from engine.catalogue.registry import Model, Registry
from engine.contracts.manifest import Manifest
from engine.families.autoregressive import Autoregressive
from engine.numerics.likelihood import log_mean_exp
from engine.runtime.sessions import Sessions
from engine.training import data
from engine.training.adversarial_figures import measure_adversarial, measure_classifier
from engine.training.cards import card
from engine.training.export import curve, load_weights, write_manifest
from engine.training.film import make_film, save_png, sheet, tiled
from engine.training.latent_figures import measure_latent
from engine.training.objectives import bits_per_dim, evaluate
from engine.training.own_images import open_run
from engine.training.recipe import (
    ORIENTATIONS,
    AdversarialRecipe,
    AutoregressiveRecipe,
    ClassifierRecipe,
    GaussianRecipe,
    LatentRecipe,
)
from engine.training.sample_sources import samples

SCORE_BATCH = 4


def test_log_prob(
    family: Autoregressive, levels: NDArray[np.int64], labels: NDArray[np.int64]
) -> dict[str, NDArray[np.float64]]:
    """``log p`` of every test image in nats by the exported graph, (N,) each: ``mixture`` over the classes, ``given``
    its class, ``without`` class; without classes only the first."""
    names = family.manifest.class_names
    by_class = np.zeros((len(names), len(levels)))
    without = np.zeros(len(levels))
    for start in range(0, len(levels), SCORE_BATCH):
        part = levels[start : start + SCORE_BATCH]
        whole = slice(start, start + len(part))
        for index, name in enumerate(names):
            by_class[index, whole] = family.log_prob(part, name).sum(axis=(1, 2))
        without[whole] = family.log_prob(part, "").sum(axis=(1, 2))
        if start % 1000 == 0:
            print(f"test set: {start} of {len(levels)}", file=sys.stderr, flush=True)
    if not names:
        return {"mixture": without}
    given = by_class[labels, np.arange(len(labels))]
    return {"mixture": log_mean_exp(by_class, axis=0), "given": given, "without": without}


def test_figures(recipe: AutoregressiveRecipe, scores: dict[str, NDArray[np.float64]], dims: int) -> dict[str, Any]:
    """The manifest's entries for the test set."""
    nats = -float(scores["mixture"].mean())
    error = float(scores["mixture"].std() / np.sqrt(len(scores["mixture"])))
    common = {"split": "test", "n": len(scores["mixture"])}
    protocol = _PROTOCOLS.get(recipe.data, "the held-out pictures of the folder")
    out: dict[str, Any] = {}
    binary = recipe.levels == 2
    main = {"unit": "nats", "value": round(nats, 3), "standard_error": round(error, 3)}
    bits = {"unit": "bits/dim", "value": round(bits_per_dim(nats, dims), 4)}
    label = "all classes, equal weights" if recipe.class_names else "whole picture"
    out["test_nll"] = (main if binary else bits) | common | {"label": label, "protocol": protocol}
    other = bits if binary else main
    out["test_nll_other_unit"] = other | {"n": common["n"], "label": label}
    for key, words in (("given", "class given"), ("without", "no class")):
        if key in scores:
            value = -float(scores[key].mean())
            unit = {"unit": "nats", "value": round(value, 3)} if binary else None
            unit = unit or {"unit": "bits/dim", "value": round(bits_per_dim(value, dims), 4)}
            out[f"test_nll_{key}_class"] = unit | common | {"label": words}
    out["test_log_prob_quantiles"] = [round(float(q), 2) for q in np.percentile(scores["mixture"], np.arange(101))]
    out["published"] = _PUBLISHED.get(recipe.data, "")
    return out


def validation_figures(
    recipe: AutoregressiveRecipe, model: torch.nn.Module, loaded: data.DataSet, n: int
) -> dict[str, Any]:
    """Nats an image on the validation set given the class: upright on all of it, other orientations on ``n``."""
    levels = data.fixed_levels(loaded.validation, recipe.levels, loaded.palette is not None)
    labels = loaded.validation.labels.astype(np.int64) if recipe.class_names else None
    upright = -float(evaluate(model, recipe, levels, labels).mean())
    orders = {}
    for code, name in enumerate(ORIENTATIONS[: len(recipe.orientations)]):
        part = evaluate(model, recipe, levels[:n], None if labels is None else labels[:n], code)
        orders[name] = round(-float(part.mean()), 3)
    return {
        "validation_nll": {"unit": "nats", "value": round(upright, 3), "split": "validation", "n": len(levels),
                           "label": "class given, upright" if recipe.class_names else "upright"},
        "validation_nll_by_orientation": {"unit": "nats", "n": n, "values": orders},
    }  # fmt: skip


def last_quarter(rows: list[dict[str, float]]) -> dict[str, Any]:
    """By how many per cent the validation nats fell over the last quarter of training."""
    steps = np.array([r["step"] for r in rows])
    nats = np.array([r["validation_nats"] for r in rows])
    at_three_quarters = float(np.interp(steps[-1] * 0.75, steps, nats))
    gain = 100 * (at_three_quarters - float(nats[-1])) / at_three_quarters
    return {"unit": "%", "value": round(gain, 3), "label": "improvement in the last quarter of training"}


def measure(
    recipe: AutoregressiveRecipe,
    run: Path,
    target: Path,
    loaded: data.DataSet,
    control: str,
    *,
    test: bool = True,
    limit: int | None = None,
) -> Manifest:
    """Measure everything for the model in ``target``, write manifest, card, preview, sheet and film."""
    torch.set_num_threads(1)
    manifest = manifest_io.read(target)
    model = load_weights(recipe, run)
    levels = data.fixed_levels(loaded.test, recipe.levels, loaded.palette is not None)
    rows = curve(run)
    figures: dict[str, Any] = dict(manifest.figures) | validation_figures(recipe, model, loaded, 1000)
    figures["last_quarter"] = last_quarter(rows)
    family = Autoregressive(Model(manifest, target), Sessions(), Registry([target.parent]))
    if test:
        labels = loaded.test.labels.astype(np.int64)
        part = slice(None, None, max(1, len(levels) // limit) if limit else 1)  # evenly spread: sets may be easy first
        scores = test_log_prob(family, levels[part], labels[part])
        figures |= test_figures(recipe, scores, manifest.image.dims)
    if control:
        other = manifest_io.read(target.parent / control).figures["validation_nll"]["value"]
        cost = round(figures["validation_nll"]["value"] - other, 3)
        steps = manifest.training.get("steps")
        figures["orientation_cost"] = {
            "unit": "nats", "value": cost, "split": "validation", "n": figures["validation_nll"]["n"],
            "label": f"upright nats above the upright-only control {control}, same architecture and steps ({steps})",
        }  # fmt: skip
        manifest = dataclasses.replace(manifest, scored_by=control if cost > 0.5 else "")
    manifest = dataclasses.replace(manifest, figures=figures)
    write_manifest(manifest, target)
    pictures(recipe, run, target, manifest, family)
    return manifest


def pictures(recipe: AutoregressiveRecipe, run: Path, target: Path, manifest: Manifest, family: Autoregressive) -> None:
    """``preview.png`` (16 pictures), ``samples.png`` (64, or 100 with classes), the film, and ``card.md``."""
    columns = 10 if manifest.class_names else 8
    drawn = samples(family, columns * columns)
    save_png(tiled(drawn, columns), target / "samples.png", 2)
    save_png(tiled(drawn[: 2 * columns], columns), target / "preview.png", 1)
    make_film(recipe, run, lambda model: sheet(recipe, model, manifest.image), target)
    (target / "card.md").write_text(card(manifest), encoding="utf-8")


_PROTOCOLS = {
    "mnist": "binarized once: ink where default_rng(1234).random(x_test.shape) < x_test / 255, in file order",
    "fashion_mnist": "grey values rounded to the nearest of 16 levels",
    "pixel_portraits": "64-colour palette indices; the last 2,000 pictures of the file",
}
_PUBLISHED = {
    "mnist": "Published on another binarization (statically binarized MNIST), not comparable: PixelCNN 81.30, "
    "Diagonal BiLSTM 79.20 nats (van den Oord et al., 2016, arXiv:1601.06759).",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """``python -m engine.training.figures RUN``."""
    parser = argparse.ArgumentParser(prog="python -m engine.training.figures", description=__doc__)
    parser.add_argument("run", help="the run: its folder's name under --runs, a recipe's name unless you chose another")
    parser.add_argument("--data-dir", type=Path)
    parser.add_argument("--runs", type=Path, default=Path("runs"))
    parser.add_argument("--models", type=Path, default=Path("onnx_models"))
    parser.add_argument("--control", default="", help="the upright-only model to set orientation's cost against")
    parser.add_argument("--no-test", action="store_true", help="leave the test set alone")
    parser.add_argument("--limit", type=int, help="score only about so many test images, evenly spread")
    parser.add_argument("--beside", nargs="*", metavar="MODEL", help="a GAN's card: the models to measure beside it "
                        "(default: the VAEs of its data set; autoregressive ones take minutes a draw)")  # fmt: skip
    args = parser.parse_args(arguments)
    run = args.runs / args.run
    recipe, loaded = open_run(run, data.data_folder(args.data_dir))
    target = args.models / recipe.name
    torch.set_num_threads(1)
    if isinstance(recipe, AutoregressiveRecipe):
        measure(recipe, run, target, loaded, args.control, test=not args.no_test, limit=args.limit)
    elif isinstance(recipe, AdversarialRecipe):
        measure_adversarial(recipe, run, target, loaded, test=not args.no_test, limit=args.limit, beside=args.beside)
    elif isinstance(recipe, ClassifierRecipe):
        measure_classifier(recipe, run, target, loaded, test=not args.no_test, limit=args.limit)
    else:
        assert isinstance(recipe, LatentRecipe | GaussianRecipe)
        measure_latent(recipe, run, target, loaded, test=not args.no_test, limit=args.limit)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
