"""How the training of a latent model begins: a large scale that falls, hints that fade, a variance that is bounded."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="training needs PyTorch: ./run setup --train")

from engine.training import traits
from engine.training.data import Attribute, DataSet, Split
from engine.training.latent_objectives import Elbo, hint_error
from engine.training.loop import build
from engine.training.models.conv_vae import ConvConfig, ConvVAE
from engine.training.models.vae import LARGEST_LOG_VAR
from engine.training.recipe import LatentRecipe
from engine.training.tasks import HINT_NATS, LatentTask
from engine.training.traits import Trait

MODEL = ConvConfig(
    height=8,
    width=8,
    channels=3,
    likelihood="logistic",
    latent=3,
    widths=(4, 4),
    blocks=(1, 0),
    hidden=8,
    smallest_log_scale=-3.0,
)


def a_recipe(**changes: object) -> LatentRecipe:
    recipe = LatentRecipe(name="tiny", title="Tiny", data="tiny", levels=256, model=MODEL, steps=100, batch=8)
    return dataclasses.replace(recipe, **changes)  # type: ignore[arg-type]


def a_set() -> DataSet:
    """Random pictures, every third with a hat; of the last ten nobody can say."""
    rng = np.random.default_rng(3)
    codes = np.array([[0 if n % 3 else 1] for n in range(38)] + [[2]] * 10, np.uint8)
    split = Split(rng.integers(0, 256, (48, 8, 8, 3), dtype=np.uint8), np.zeros(48, np.uint8), codes)
    return DataSet("tiny", split, split, split, attributes=(Attribute("hat", ("no", "yes", "hidden")),))


def test_the_smallest_scale_stays_falls_and_stays() -> None:
    task = LatentTask(a_recipe(first_log_scale=-1.5), a_set())
    found = [task.smallest_log_scale(step) for step in (0, 10, 30, 50, 99)]
    assert found == pytest.approx([-1.5, -1.5, -2.25, -3.0, -3.0])
    assert LatentTask(a_recipe(), a_set()).smallest_log_scale(0) == -3.0


def test_a_step_uses_its_own_scale_and_a_measure_the_models() -> None:
    recipe, data = a_recipe(first_log_scale=-1.5), a_set()
    model, task = build(recipe), LatentTask(recipe, data)
    assert isinstance(model, ConvVAE)
    with torch.no_grad():
        model.pixels.log_scale.fill_(-5.0)
    task.loss(model, 0, False)
    assert float(model.pixels.log_scales(torch.zeros(1, 3, 1, 1)).detach().max()) == -1.5
    fresh = build(recipe)
    assert isinstance(fresh, ConvVAE) and fresh.pixels.smallest_log_scale == -3.0


def test_hints_cost_their_expected_squared_distance() -> None:
    bound = Elbo(torch.zeros(2), torch.zeros(2, 3), torch.tensor([[1.0, 0.0, 9.0], [0.5, 2.0, 9.0]]), torch.zeros(2, 3))
    hints = torch.tensor([[1.0, -1.0], [0.0, 1.0]])  # of the second picture's first trait nothing is known
    assert hint_error(bound, hints).tolist() == [0 + 1 + 1 + 1, 1 + 1]


def test_hints_follow_the_pictures_and_fade(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(traits.TRAITS, "tiny", (Trait("hat", "hat", ("yes",), ("no",)),))
    recipe, data = a_recipe(hinted=("hat",)), a_set()
    task, plain = LatentTask(recipe, data), LatentTask(a_recipe(), data)
    assert task.hints is not None and sorted(set(task.hints[:, 0].tolist())) == [-1, 0, 1]
    assert task.hints[:, 0].tolist()[:4] == [1, -1, -1, 1] and not task.hints[38:].any()
    assert [task.hint_weight(step) for step in (0, 20, 40, 99)] == pytest.approx([HINT_NATS, HINT_NATS / 2, 0, 0])
    model = build(recipe)
    early, late = (
        float((task.loss(model, step, False)[0] - plain.loss(model, step, False)[0]).detach()) for step in (0, 50)
    )
    assert early > 0 and late == 0


def test_a_wild_variance_is_bounded_and_a_plain_one_left() -> None:
    model = ConvVAE(MODEL)
    with torch.no_grad():
        model.code.weight.zero_()
        model.code.bias.copy_(torch.tensor([0.0, 0.0, 0.0, 1000.0, -3.0, 0.0]))
    _, log_var = model.encode(torch.zeros(1, 3, 8, 8))
    assert log_var is not None
    assert log_var[0].tolist() == pytest.approx([LARGEST_LOG_VAR, -3.0, 0.0], abs=1e-4)
    assert math.isfinite(float(torch.exp(log_var).detach().sum()))
