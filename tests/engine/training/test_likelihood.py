"""The figure every card shows: log-likelihoods that are those of a probability distribution."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="training needs PyTorch: ./run setup --train")

from engine.training.loop import build
from engine.training.models.gated_pixelcnn import GatedPixelCNNConfig
from engine.training.models.pixelcnn import PixelCNNConfig
from engine.training.objectives import bits_per_dim, evaluate, negative_log_likelihood

if TYPE_CHECKING:
    from engine.training.recipe import AutoregressiveRecipe

MODELS = {
    "gated": GatedPixelCNNConfig(levels=3, condition_width=12, channels=8, layers=2, head=8),
    "palette": GatedPixelCNNConfig(levels=3, condition_width=12, channels=8, layers=2, head=8, palette=True),
    "plain": PixelCNNConfig(levels=3, channels=8, blocks=2, head=8),
}
EVERY_IMAGE = np.array(list(product(range(3), repeat=4)), np.int64).reshape(-1, 2, 2)


def toy(make: Callable[..., AutoregressiveRecipe], kind: str) -> AutoregressiveRecipe:
    return make(levels=3, model=MODELS[kind], class_names=() if kind == "plain" else ("a", "b", "c"))


@pytest.mark.parametrize(
    "kind,orientation", [("gated", 0), ("gated", 3), ("gated", 4), ("palette", 0), ("palette", 7), ("plain", 0)]
)
def test_probabilities_of_all_images_sum_to_one(
    tiny_recipe: Callable[..., AutoregressiveRecipe], kind: str, orientation: int
) -> None:
    recipe = toy(tiny_recipe, kind)
    log_p = evaluate(build(recipe), recipe, EVERY_IMAGE, None, orientation, batch=10, bf16=False)
    assert log_p.shape == (81,)
    assert np.exp(log_p).sum() == pytest.approx(1, abs=1e-5)
    assert log_p.std() > 1e-3  # not just the uniform distribution


def test_log_likelihood_is_the_product_of_conditionals_taken_one_at_a_time(
    tiny_recipe: Callable[..., AutoregressiveRecipe],
) -> None:
    """Brute force: pixel by pixel, with the pixels not yet drawn set to zero."""
    recipe = toy(tiny_recipe, "gated")
    model = build(recipe)
    labels = np.arange(81) % 3
    found = evaluate(model, recipe, EVERY_IMAGE, labels, 2, bf16=False)
    for index in range(0, 81, 7):
        turned = EVERY_IMAGE[index][::-1]  # orientation 2 flips the rows
        condition = torch.zeros(1, 12)
        condition[0, labels[index]] = condition[0, 4 + 2] = 1
        drawn, total = torch.zeros(1, 1, 2, 2, dtype=torch.long), 0.0
        for i, j in product(range(2), range(2)):
            logits = model(drawn, condition)[0, :, 0, i, j].double()
            level = int(turned[i, j])
            total += float(torch.log_softmax(logits, 0)[level].detach())
            drawn[0, 0, i, j] = level
        assert found[index] == pytest.approx(total, abs=1e-5)


def test_class_and_orientation_change_the_likelihood(tiny_recipe: Callable[..., AutoregressiveRecipe]) -> None:
    recipe = toy(tiny_recipe, "gated")
    model = build(recipe)
    scores = [evaluate(model, recipe, EVERY_IMAGE, np.full(81, c), bf16=False) for c in range(3)]
    scores += [evaluate(model, recipe, EVERY_IMAGE, None, bf16=False)]
    # a symmetric picture, so that only the condition's column differs between orientations
    same = np.zeros((1, 2, 2), np.int64)
    by_orientation = [float(evaluate(model, recipe, same, None, o, bf16=False)[0]) for o in range(8)]
    assert len({score.tobytes() for score in scores}) == 4
    assert len(set(by_orientation)) == 8


def test_nll_of_uniform_logits_and_bits_per_dim() -> None:
    nats = negative_log_likelihood(torch.zeros(2, 4, 1, 3, 3), torch.zeros(2, 1, 3, 3, dtype=torch.long))
    assert nats.tolist() == pytest.approx([9 * math.log(4)] * 2)
    assert bits_per_dim(9 * math.log(4), 9) == pytest.approx(2)
