"""GANs as runs: bit for bit the same when resumed, both networks learning, and guarded against what is no number."""

from __future__ import annotations

import csv
import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="training needs PyTorch: ./run setup --train")

from safetensors.torch import load_file

from engine.errors import EngineError
from engine.training.adversarial_loop import AdversarialRun
from engine.training.adversarial_objectives import discriminator_loss, generator_loss, shifted
from engine.training.data import DataSet, Split
from engine.training.loop import build
from engine.training.models.biggan import BigGANConfig
from engine.training.models.dcgan import DCGANConfig
from engine.training.models.gan import GAN, fold_spectral_norm, take_standing_statistics
from engine.training.progress import Lines
from engine.training.recipe import AdversarialRecipe, recipe_of

KINDS: dict[str, Any] = {
    "plain": DCGANConfig(height=8, width=8, latent=4, widths=(4, 8)),
    "patches": DCGANConfig(height=16, width=16, channels=3, latent=4, widths=(4, 8), patch=2),
    "classes": BigGANConfig(height=8, width=8, latent=6, widths=(4, 8, 8), classes=2, embedding=3),
}


def a_recipe(kind: str, **changes: Any) -> AdversarialRecipe:
    names = ("left", "right") if KINDS[kind].classes else ()
    recipe = AdversarialRecipe(
        name="tiny", title="Tiny", data="tiny", model=KINDS[kind], steps=6, batch=8, class_names=names, warmup_steps=2,
        shift=2 if kind == "patches" else 0,
    )  # fmt: skip
    return dataclasses.replace(recipe, **changes)


def a_set(kind: str, count: int = 48) -> DataSet:
    """A bright left or right half, in the class's manner, on noise."""
    config = KINDS[kind]
    rng = np.random.default_rng(2)
    labels = (np.arange(count) % 2).astype(np.uint8)
    pixels = rng.integers(0, 60, (count, config.height, config.width, config.channels), dtype=np.uint8)
    half = config.width // 2
    for picture, label in zip(pixels, labels, strict=True):
        picture[:, label * half : (label + 1) * half] += 180
    split = Split(pixels if config.channels == 3 else pixels[..., 0], labels)
    return DataSet("tiny", split, split.part(slice(0, 10)), split.part(slice(10, 20)))


class StopAt(Lines):
    """Asks a run to stop after a step."""

    def __init__(self, run: AdversarialRun, step: int) -> None:
        self.run, self.at = run, step

    def step(self, step: int, loss: float) -> None:
        if step == self.at:
            self.run.ask_stop()


def tensors(folder: Path) -> dict[str, Any]:
    return {
        f"{path.name}/{name}": tensor
        for path in (folder / "checkpoint").glob("*.safetensors")
        for name, tensor in load_file(path).items()
    }


@pytest.mark.parametrize("kind", KINDS)
def test_three_turns_and_three_resumed_are_six(kind: str, tmp_path: Path) -> None:
    recipe, data = a_recipe(kind), a_set(kind)
    whole_run = AdversarialRun(recipe, data, tmp_path / "whole", resume=False)
    assert whole_run.train()
    first = AdversarialRun(recipe, data, tmp_path / "parts", resume=False)
    assert not first.train(reporter=StopAt(first, 3))
    halfway = tensors(tmp_path / "parts")
    torch.manual_seed(99)  # the global generator is none of a run's business
    assert AdversarialRun(recipe, data, tmp_path / "parts", resume=True).train()
    whole, parts = tensors(tmp_path / "whole"), tensors(tmp_path / "parts")
    assert whole.keys() == parts.keys() and all(torch.equal(whole[name], parts[name]) for name in whole)
    for part in ("weights.safetensors/generator.", "weights.safetensors/discriminator."):
        moved = [name for name in whole if name.startswith(part) and not torch.equal(whole[name], halfway[name])]
        assert moved, part
    moments = [name for name in whole if name.startswith("optimizer") and name.endswith("exp_avg_sq")]
    assert len(moments) == len(list(whole_run.gan.parameters()))  # those of both networks


def test_a_recipe_survives_json() -> None:
    for kind in KINDS:
        recipe = a_recipe(kind)
        assert recipe_of(dataclasses.asdict(recipe)) == recipe


def test_only_the_generator_is_averaged(tmp_path: Path) -> None:
    run = AdversarialRun(a_recipe("classes", ema_decay=0.9), a_set("classes"), tmp_path, resume=False)
    assert run.train()
    live, average = run.gan.state_dict(), run.ema
    assert any(not torch.equal(live[name], average[name]) for name in live if name.startswith("generator."))
    assert all(torch.equal(live[name], average[name]) for name in live if name.startswith("discriminator."))


def test_the_log_has_both_losses_and_all_scores(tmp_path: Path) -> None:
    assert AdversarialRun(a_recipe("plain"), a_set("plain"), tmp_path, resume=False).train()
    with (tmp_path / "log.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    names = {"generator_loss", "discriminator_loss", "score_real", "score_drawn", "score_held_out"}
    assert names <= rows[-1].keys() and all(np.isfinite(float(row[name])) for row in rows for name in names)
    assert float(rows[-1]["generator_loss"]) == pytest.approx(-float(rows[-1]["score_drawn"]), abs=2)


def test_the_hinge_loss() -> None:
    real, drawn = torch.tensor([2.0, 0.0]), torch.tensor([-3.0, 1.0])
    assert float(discriminator_loss(real, drawn)) == pytest.approx((0 + 1) / 2 + (0 + 2) / 2)
    assert float(generator_loss(drawn)) == pytest.approx(1.0)


def test_pictures_are_moved_and_gradients_come_back() -> None:
    image = torch.arange(9.0).reshape(1, 1, 3, 3).requires_grad_()
    moved = shifted(image, torch.tensor([[1, 2]]), 1)  # up and down by none, left by one
    assert moved[0, 0].tolist() == [[1, 2, 0], [4, 5, 0], [7, 8, 0]]
    moved.sum().backward()
    assert image.grad is not None and image.grad[0, 0].tolist() == [[0, 1, 1]] * 3
    assert shifted(image, torch.zeros(1, 2, dtype=torch.int64), 0) is image


def test_what_is_no_number_stops_the_run_before_the_weights(tmp_path: Path) -> None:
    run = AdversarialRun(a_recipe("plain"), a_set("plain"), tmp_path, resume=False)
    before = {name: tensor.clone() for name, tensor in run.gan.named_parameters()}
    with torch.no_grad():
        run.gan.generator.out.bias.fill_(float("nan"))
    with pytest.raises(EngineError, match="no longer a number at step 0"):
        run.one_step()
    after = dict(run.gan.named_parameters())
    assert all(torch.equal(before[name], after[name]) for name in before if name != "generator.out.bias")


def test_it_learns_where_the_light_is(tmp_path: Path) -> None:
    """After some hundred turns each class is bright on its own side: 120 of 255 between the halves at the least."""
    recipe = a_recipe("classes", steps=400, batch=16, learning_rate=2e-3, discriminator_rate=4e-3, ema_decay=0.9)
    run = AdversarialRun(recipe, a_set("classes"), tmp_path, resume=False)
    assert run.train(evaluate_every=400)
    with torch.no_grad():
        one_hot = torch.eye(2).repeat_interleave(8, 0)
        drawn = run.averaged().generator(torch.randn(16, 6, generator=torch.Generator().manual_seed(0)), one_hot)
    left, right = drawn[..., :4].mean((1, 2, 3)), drawn[..., 4:].mean((1, 2, 3))
    assert float((left - right)[:8].mean()) > 0.9 and float((right - left)[8:].mean()) > 0.9


def test_no_layer_of_the_discriminator_stretches_by_more_than_one() -> None:
    gan = build(a_recipe("classes"))
    assert isinstance(gan, GAN)
    with torch.no_grad():  # a weight far from where it was normalised
        gan.discriminator.out.parametrizations.weight.original.mul_(7)
    for _ in range(30):
        gan.discriminator(torch.zeros(1, 1, 8, 8), torch.eye(2)[:1])
    image, one_hot = torch.randn(3, 1, 8, 8), torch.eye(2)[[0, 1, 0]]
    gan.eval()
    before = gan.discriminator(image, one_hot)
    fold_spectral_norm(gan)
    assert torch.allclose(gan.discriminator(image, one_hot), before, atol=1e-6)
    assert not any("original" in name for name in gan.state_dict())
    layers = [m for m in gan.discriminator.modules() if hasattr(m, "weight")]
    norms = [float(torch.linalg.matrix_norm(layer.weight.detach().flatten(1), 2)) for layer in layers]
    assert len(norms) > 5 and max(norms) < 1.02 and min(norms) > 0.9


def test_standing_statistics_are_those_of_the_weights_as_they_are() -> None:
    gan = build(a_recipe("classes"))
    assert isinstance(gan, GAN)
    z = torch.randn(4096, 6, generator=torch.Generator().manual_seed(3))
    one_hot = torch.eye(2).repeat(2048, 1)
    with torch.no_grad():
        wanted = gan.train().generator(z, one_hot)
        off = gan.eval().generator(z, one_hot)
        take_standing_statistics(gan, seed=0)
        found = gan.generator(z, one_hot)
        first = dict(gan.state_dict())
        take_standing_statistics(gan, seed=0)
    assert not gan.generator.training
    assert float((found - wanted).abs().mean()) < 0.1 * float((off - wanted).abs().mean())
    assert all(torch.equal(tensor, first[name]) for name, tensor in gan.state_dict().items())
