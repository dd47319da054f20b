"""Autoencoders, VAEs and the Gaussian as runs: bit for bit the same when resumed, and learning what there is."""

from __future__ import annotations

import csv
import dataclasses
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="training needs PyTorch: ./run setup --train")

from safetensors.torch import load_file

from engine.training.data import DataSet, Split
from engine.training.gaussian_fit import GaussianFit
from engine.training.latent_data import PixelStream, as_display, as_input, fixed_pixels
from engine.training.loop import Run, build
from engine.training.models.conv_vae import ConvConfig
from engine.training.models.gaussian import GaussianConfig
from engine.training.models.mlp_vae import MLPConfig
from engine.training.progress import Lines
from engine.training.recipe import GaussianRecipe, LatentRecipe, recipe_of
from engine.training.tasks import LatentTask

KINDS: dict[str, Any] = {
    "layers": MLPConfig(height=8, width=8, likelihood="bernoulli", latent=2, hidden=(8,), dropout=0.5),
    "convolutions": ConvConfig(
        height=8, width=8, channels=3, likelihood="logistic", latent=3, widths=(4, 4), blocks=(1, 0), hidden=8
    ),
    "autoencoder": MLPConfig(height=8, width=8, likelihood="none", latent=2, hidden=(8,)),
}


def a_recipe(kind: str, **changes: Any) -> LatentRecipe:
    model = KINDS[kind]
    levels = 2 if model.likelihood == "bernoulli" else 256
    recipe = LatentRecipe(name="tiny", title="Tiny", data="tiny", levels=levels, model=model, steps=6, batch=8)
    return dataclasses.replace(recipe, warmup_steps=2, **changes)


def a_set(kind: str, count: int = 48) -> DataSet:
    """Random pictures that fit the network."""
    shape = (count, 8, 8, 3) if KINDS[kind].channels == 3 else (count, 8, 8)
    pixels = np.random.default_rng(2).integers(0, 256, shape, dtype=np.uint8)
    split = Split(pixels, (np.arange(count) % 2).astype(np.uint8))
    return DataSet("tiny", split, split.part(slice(0, 10)), split.part(slice(10, 20)))


class StopAt(Lines):
    """Asks a run to stop after a step."""

    def __init__(self, run: Run, step: int) -> None:
        self.run, self.at = run, step

    def step(self, step: int, loss: float) -> None:
        if step == self.at:
            self.run.ask_stop()


def weights(folder: Path) -> dict[str, Any]:
    return {
        f"{path.name}/{name}": tensor
        for path in (folder / "checkpoint").glob("*.safetensors")
        for name, tensor in load_file(path).items()
    }


@pytest.mark.parametrize("kind", KINDS)
def test_three_steps_and_three_resumed_are_six(kind: str, tmp_path: Path) -> None:
    recipe, data = a_recipe(kind), a_set(kind)
    assert Run(recipe, data, tmp_path / "whole", resume=False).train()
    first = Run(recipe, data, tmp_path / "parts", resume=False)
    assert not first.train(reporter=StopAt(first, 3))
    halfway = weights(tmp_path / "parts")
    torch.manual_seed(99)  # the global generator is none of a run's business
    assert Run(recipe, data, tmp_path / "parts", resume=True).train()
    whole, parts = weights(tmp_path / "whole"), weights(tmp_path / "parts")
    assert whole.keys() == parts.keys() and any(not torch.equal(whole[name], halfway[name]) for name in whole)
    assert all(torch.equal(whole[name], parts[name]) for name in whole)


def test_the_log_says_what_it_counts(tmp_path: Path) -> None:
    for kind, unit in (("layers", "nats"), ("autoencoder", "squared_error")):
        assert Run(a_recipe(kind), a_set(kind), tmp_path / kind, resume=False).train()
        with (tmp_path / kind / "log.csv").open(newline="") as file:
            row = list(csv.DictReader(file))[-1]
        assert float(row[f"train_{unit}"]) > 0 and float(row[f"validation_{unit}"]) > 0


@pytest.mark.parametrize("kind", ["layers", "autoencoder"])
def test_it_learns_what_can_be_learnt(kind: str, tmp_path: Path) -> None:
    """Pictures all black or all white: one bit, so about ln 2 nats once the code says which; no squared error."""
    pixels = np.repeat(np.array([0, 255], np.uint8), 32)[:, None, None] * np.ones((1, 8, 8), np.uint8)
    part = Split(pixels, np.zeros(64, np.uint8))
    recipe = a_recipe(kind, steps=300, learning_rate=2e-2, ema_decay=0.9, weight_decay=0.0)
    recipe = dataclasses.replace(recipe, model=dataclasses.replace(recipe.model, **_without_dropout(recipe)))
    run = Run(recipe, DataSet("two", part, part, part), tmp_path, resume=False)
    before = run.task.measure(run.averaged())
    assert run.train(evaluate_every=300)
    after = run.task.measure(run.averaged())
    assert before > 10
    assert after < (math.log(2) + 1.5 if kind == "layers" else 0.1)
    if kind == "layers":
        assert after > math.log(2) - 0.05  # a bound: nothing is known better than a bit


def _without_dropout(recipe: LatentRecipe) -> dict[str, float]:
    return {"dropout": 0.0} if recipe.model.likelihood == "bernoulli" else {}


def test_the_kl_comes_in_slowly_and_stays_at_beta() -> None:
    task = LatentTask(a_recipe("layers", beta=4.0, kl_warmup_steps=100), a_set("layers"))
    assert [task.kl_weight(step) for step in (0, 49, 99, 100, 5000)] == pytest.approx([0.04, 2.0, 4.0, 4.0, 4.0])
    assert LatentTask(a_recipe("layers"), a_set("layers")).kl_weight(0) == 1


def test_a_loss_is_a_function_of_the_step_alone() -> None:
    recipe, data = a_recipe("layers"), a_set("layers")
    model = build(recipe)
    losses = [float(LatentTask(recipe, data).loss(model, step, True)[1]) for step in (3, 4, 3)]
    assert losses[0] == losses[2] != losses[1]


def test_batches_are_binarized_anew_and_fixed_ones_once() -> None:
    split = a_set("layers").train
    stream = PixelStream(split, levels=2, batch=48, seed=0)
    one, two = stream.batch(0), stream.batch(1)
    assert set(np.unique(one)) == {0, 255} and one.shape == (48, 8, 8)
    assert not np.array_equal(np.sort(one.sum((1, 2))), np.sort(two.sum((1, 2))))
    np.testing.assert_array_equal(fixed_pixels(split, 2), fixed_pixels(split, 2))
    expected = np.random.default_rng(1234).random(split.pixels.shape) < split.pixels / 255
    np.testing.assert_array_equal(fixed_pixels(split, 2) == 255, expected)
    assert fixed_pixels(split, 256) is split.pixels
    greys = PixelStream(split, levels=256, batch=48, seed=0).batch(0)
    assert sorted(map(bytes, greys)) == sorted(map(bytes, split.pixels))


def test_display_values_survive_the_way_in_and_out() -> None:
    colours = np.random.default_rng(0).integers(0, 256, (4, 3, 5, 3), dtype=np.uint8)
    assert as_input(colours).shape == (4, 3, 3, 5)
    np.testing.assert_array_equal(as_display(as_input(colours)), colours)
    np.testing.assert_array_equal(as_display(as_input(colours[..., 0]))[..., 0], colours[..., 0])


# --- the Gaussian ---------------------------------------------------------------------------------------------------


def test_the_gaussian_is_fitted_as_a_run(tmp_path: Path) -> None:
    data = a_set("layers", 400)
    model = GaussianConfig(height=8, width=8, jitter=1e-4)
    recipe = GaussianRecipe(name="tiny", title="Tiny", data="tiny", levels=256, model=model, steps=10_000)
    fit = GaussianFit(recipe, data, tmp_path)
    assert fit.recipe.steps == 400  # there are no more pictures
    assert fit.train()
    state = json.loads((tmp_path / "checkpoint/state.json").read_text())
    assert state["step"] == 400 and recipe_of(state["recipe"]) == fit.recipe
    frames = sorted(int(path.stem) for path in (tmp_path / "snapshots").iterdir())
    assert frames[0] == 10 and frames[-1] == 400 and len(frames) == 12
    tensors = load_file(tmp_path / "checkpoint/ema.safetensors")
    flat = data.train.pixels.reshape(400, -1) / 256
    np.testing.assert_allclose(tensors["mean"], flat.mean(0) + 0.5 / 256, rtol=1e-5)
    factor = tensors["factor"].numpy().astype(np.float64)
    expected = np.cov(flat, rowvar=False, bias=True) + np.eye(64) * (1 / (12 * 256**2) + 1e-4)
    np.testing.assert_allclose(factor @ factor.T, expected, atol=1e-6)
    with (tmp_path / "log.csv").open(newline="") as file:
        nats = [float(row["validation_nats"]) for row in csv.DictReader(file)]
    assert nats[-1] < nats[0]
