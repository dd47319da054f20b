"""From a finished run to a model folder: graphs, manifest and, for models with a latent space, ``latents.npz``.

The folder is written beside its place and moved into it, so that a program that reads it meanwhile sees the old model
or the new one, never half of each.  Figures, card and film are `engine.training.figures`' work and are kept.
"""

from __future__ import annotations

import csv
import dataclasses
import json
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from torch import nn

from engine.catalogue import manifest_io
from engine.contracts.manifest import Condition, GraphSpec, ImageSpec, Manifest
from engine.errors import EngineError
from engine.families.embedded_manifest import METADATA_KEY
from engine.training import checkpoints, data
from engine.training.adversarial_graphs import (
    conditions_of_adversarial,
    conditions_of_classifier,
    finish,
    plan_adversarial,
    plan_classifier,
)
from engine.training.cards import describe
from engine.training.command_line import Parser
from engine.training.compact import HALF_FROM
from engine.training.graphs import Planned, conditions_of, plan, write_graph
from engine.training.latent_arrays import write_latents
from engine.training.latent_graphs import plan_latent
from engine.training.loop import build
from engine.training.models.classifier import Classifier
from engine.training.models.gan import GAN
from engine.training.models.gaussian import Gaussian
from engine.training.models.vae import VAE
from engine.training.own_images import open_run
from engine.training.recipe import (
    AdversarialRecipe,
    AutoregressiveRecipe,
    ClassifierRecipe,
    GaussianRecipe,
    LatentRecipe,
    Recipe,
)


def load_weights(recipe: Recipe, run: Path, snapshot: Path | None = None) -> nn.Module:
    """The network with the averaged weights of a run's newest checkpoint, or of one snapshot, rounded to float16."""
    model = build(recipe)
    if snapshot is None:
        found = checkpoints.newest(run / "checkpoint")
        if found is None:
            raise EngineError(
                f"The run {run} has no checkpoint.", "Train it first, or name another folder with --runs."
            )
        snapshot = found / "ema.safetensors"
    tensors = load_file(snapshot)
    if isinstance(recipe, GaussianRecipe):  # an affine map whose inverse is taken: rounding it would show
        model.load_state_dict(tensors)
        return model.eval()
    if isinstance(model, GAN):
        model.load_state_dict(tensors)
        finish(model, recipe.seed)
        return model
    large = {k for k, t in tensors.items() if t.numel() >= HALF_FROM and t.is_floating_point()}
    model.load_state_dict({k: t.half().float() if k in large else t for k, t in tensors.items()})
    return model.eval()


def image_spec(recipe: Recipe, loaded: data.DataSet) -> ImageSpec:
    """The manifest's picture format."""
    height, width = loaded.train.pixels.shape[1:3]
    palette = None
    if loaded.palette is not None:
        palette = tuple((int(r), int(g), int(b)) for r, g, b in loaded.palette)
    if isinstance(recipe, AutoregressiveRecipe):
        return ImageSpec(height=height, width=width, channels=1, levels=recipe.levels, palette=palette)
    return ImageSpec(height=height, width=width, channels=recipe.model.channels, levels=recipe.levels, range="0..1")


def curve(run: Path) -> list[dict[str, float]]:
    """The rows of a run's ``log.csv``."""
    with (run / "log.csv").open(newline="") as file:
        return [{k: float(v) for k, v in row.items()} for row in csv.DictReader(file)]


def has_curve(run: Path) -> bool:
    """Whether the run left a log."""
    return (run / "log.csv").exists()


def export(recipe: Recipe, run: Path, target: Path, loaded: data.DataSet, *, snapshot: Path | None = None) -> Manifest:
    """Write the model folder ``target`` (graphs and manifest); figures are added by `engine.training.figures`."""
    model = load_weights(recipe, run, snapshot)
    image = image_spec(recipe, loaded)
    fresh = target.with_name(target.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    if target.exists():
        shutil.copytree(target, fresh)
    fresh.mkdir(parents=True, exist_ok=True)
    manifest = Manifest(
        id=recipe.name,
        title=recipe.title,
        family=family_of(recipe),
        image=image,
        graphs={},
        conditions=all_conditions(recipe, loaded),
        latent=latent_facts(recipe),
        training=training_facts(recipe, run),
        **describe(recipe),
    )
    metadata = graph_metadata(manifest)
    graphs = {}
    for planned in planned_graphs(recipe, model, image):
        print(f"exporting {planned.role}", file=sys.stderr, flush=True)
        graphs[planned.role] = write_graph(planned, fresh / f"{planned.role}.onnx", metadata)
    if isinstance(recipe, AutoregressiveRecipe):
        graphs |= likelihood_of(graphs["sampler_prime"])
        (fresh / "likelihood.onnx").unlink(missing_ok=True)  # of earlier versions
    if (target / manifest_io.FILE).exists():  # what was measured is not this program's to throw away
        previous = manifest_io.read(target)
        manifest = dataclasses.replace(manifest, figures=previous.figures, scored_by=previous.scored_by)
    manifest = dataclasses.replace(manifest, graphs=graphs)
    if isinstance(recipe, LatentRecipe | GaussianRecipe):
        print("measuring the latent space", file=sys.stderr, flush=True)
        told = write_latents(fresh, recipe, loaded, model if isinstance(model, Gaussian) else None)
        manifest = dataclasses.replace(manifest, latent={**(manifest.latent or {}), **told})
    write_manifest(manifest, fresh)
    replace_folder(fresh, target)
    return manifest


def likelihood_of(prime: GraphSpec) -> dict[str, GraphSpec]:
    """The role of the whole picture's likelihood, which the prime graph has too: given all rows, it passes them all and
    leaves their logits; the state is for a row that there is not."""
    return {"likelihood": dataclasses.replace(prime, outputs={"logits": prime.outputs["logits"]})}


def all_conditions(recipe: Recipe, loaded: data.DataSet) -> tuple[Condition, ...]:
    """The manifest's conditions."""
    if isinstance(recipe, AutoregressiveRecipe):
        return conditions_of(recipe)
    if isinstance(recipe, AdversarialRecipe):
        return conditions_of_adversarial(recipe)
    return conditions_of_classifier(recipe, loaded) if isinstance(recipe, ClassifierRecipe) else ()


def family_of(recipe: Recipe) -> str:
    """The manifest's family."""
    if isinstance(recipe, AdversarialRecipe):
        return "gan"
    if isinstance(recipe, ClassifierRecipe):
        return "classifier"
    if isinstance(recipe, AutoregressiveRecipe):
        return "autoregressive"
    if isinstance(recipe, GaussianRecipe):
        return "gaussian"
    return "autoencoder" if recipe.model.likelihood == "none" else "vae"


def latent_facts(recipe: Recipe) -> dict[str, Any] | None:
    """The manifest's ``latent``, less the file that `write_latents` adds."""
    if isinstance(recipe, AdversarialRecipe):
        return {"dim": recipe.model.latent, "prior": "normal", "likelihood": "none"}
    if isinstance(recipe, GaussianRecipe):
        return {"dim": recipe.model.pixels, "prior": "normal", "likelihood": "none"}
    if not isinstance(recipe, LatentRecipe):
        return None
    likelihood = recipe.model.likelihood
    if likelihood == "none":
        return {"dim": recipe.model.latent, "prior": "none", "likelihood": "none"}
    return {"dim": recipe.model.latent, "prior": "normal", "likelihood": likelihood, "beta": recipe.beta}


def planned_graphs(recipe: Recipe, model: nn.Module, image: ImageSpec) -> list[Planned]:
    """The graphs of the recipe's family."""
    if isinstance(recipe, AutoregressiveRecipe):
        return plan(recipe, model, image.width)
    if isinstance(model, GAN):
        return plan_adversarial(model)
    if isinstance(model, Classifier):
        return plan_classifier(model)
    assert isinstance(model, VAE | Gaussian)
    return plan_latent(model)


def replace_folder(fresh: Path, target: Path) -> None:
    """Put the folder ``fresh`` in the place of ``target``."""
    old = target.with_name(target.name + ".old")
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        os.replace(target, old)
    os.replace(fresh, target)
    shutil.rmtree(old, ignore_errors=True)


def write_manifest(manifest: Manifest, target: Path) -> None:
    """Write ``manifest.json`` atomically."""
    fresh = target / (manifest_io.FILE + ".new")
    fresh.write_text(json.dumps(manifest_io.to_json(manifest), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    os.replace(fresh, target / manifest_io.FILE)


def graph_metadata(manifest: Manifest) -> dict[str, str]:
    """ONNX's ``Image.*`` keys, and the manifest less graphs and figures as one JSON value."""
    plain = manifest_io.to_json(manifest)
    plain.pop("graphs", None)  # their digests, as that of latents.npz, would be circular
    plain.pop("figures", None)
    return {
        "Image.BitmapPixelFormat": "Rgb8" if manifest.image.display_channels == 3 else "Gray8",
        "Image.ColorSpaceGamma": "SRGB",
        "Image.NominalPixelRange": "NominalRange_0_255",
        METADATA_KEY: json.dumps(plain, ensure_ascii=False),
    }


def training_facts(recipe: Recipe, run: Path) -> dict[str, Any]:
    """What the manifest says about how the weights came about."""
    found = checkpoints.newest(run / "checkpoint")
    state = json.loads((found / "state.json").read_text()) if found else {}
    return {
        "recipe": {k: v for k, v in dataclasses.asdict(recipe).items() if k not in ("name", "title", "class_names")},
        "seed": recipe.seed,
        "steps": state.get("step", 0),
        "images": state.get("step", 0) * recipe.batch,
        "cpu_minutes": round(state.get("cpu_seconds", 0.0) / 60, 1),
        "machine": state.get("machine", ""),
        "versions": state.get("versions", {}),
        "curve": [{k: v for k, v in row.items() if k != "images"} for row in curve(run)] if has_curve(run) else [],
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """``python -m engine.training export RUN``."""
    parser = Parser(prog="python -m engine.training export", description=__doc__)
    parser.add_argument("run", help="the run: its folder's name under --runs, a recipe's name unless you chose another")
    parser.add_argument("--data-dir", type=Path)
    parser.add_argument("--runs", type=Path, default=Path("runs"))
    parser.add_argument("--models", type=Path, default=Path("onnx_models"))
    parser.add_argument("--snapshot", type=Path, help="a snapshot's weights instead of the newest checkpoint")
    args = parser.parse_args(arguments)
    torch.set_num_threads(1)
    run = args.runs / args.run
    recipe, loaded = open_run(run, data.data_folder(args.data_dir))
    export(recipe, run, args.models / recipe.name, loaded, snapshot=args.snapshot)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
