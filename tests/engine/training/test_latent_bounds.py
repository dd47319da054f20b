"""Bounds on log p(x) against a model so small that the integral over z can be done."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="training needs PyTorch: ./run setup --train")

from engine.training.latent_bounds import importance_bounds, log_likelihood, single_sample_bounds


class OnePixel:
    """z of one dimension, a pixel that is ink with probability sigmoid(2 z - 0.3), and a posterior that is near."""

    def __init__(self, role: str) -> None:
        self.role = role
        self.output_names = ["mu", "log_var"] if role == "encoder" else ["image"]

    def run(self, inputs: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        if self.role == "decoder":
            return {"image": (1 / (1 + np.exp(0.3 - 2 * inputs["z"])))[:, :, None, None].astype(np.float32)}
        mu = np.where(inputs["image"][:, :, 0, 0] > 0.5, 0.4, -0.6).astype(np.float32)
        return {"mu": mu, "log_var": np.full_like(mu, -0.2)}


ENCODER: Any = OnePixel("encoder")
DECODER: Any = OnePixel("decoder")
PIXELS = np.array([0, 255] * 3000, np.uint8)[:, None, None]


def ink() -> float:
    """p(x = 1) by the midpoint rule."""
    z = np.linspace(-10, 10, 40_001)
    density = np.exp(-0.5 * z**2) / math.sqrt(2 * math.pi) / (1 + np.exp(0.3 - 2 * z))
    return float(density.sum() * (z[1] - z[0]))


TRUTH = np.log(np.where(PIXELS[:, 0, 0] > 0, ink(), 1 - ink()))


def test_many_samples_reach_the_likelihood() -> None:
    found = importance_bounds(ENCODER, DECODER, "bernoulli", PIXELS[:200], 2000, np.random.default_rng(0))
    np.testing.assert_allclose(found.mean(), TRUTH[:200].mean(), atol=0.003)
    np.testing.assert_allclose(found, TRUTH[:200], atol=0.1)


def test_the_elbo_is_its_expectation_and_lies_below() -> None:
    bounds = single_sample_bounds(ENCODER, DECODER, "bernoulli", PIXELS, np.random.default_rng(1))
    z = np.linspace(-10, 10, 4001)
    expected = []
    for value, mu in ((0, -0.6), (1, 0.4)):
        variance = math.exp(-0.2)
        q = np.exp(-0.5 * (z - mu) ** 2 / variance) / math.sqrt(2 * math.pi * variance)
        log_p = -np.log1p(np.exp((0.3 - 2 * z) * (1 if value else -1)))
        kl = 0.5 * (mu**2 + variance - 1 - math.log(variance))
        expected.append((q * log_p).sum() * (z[1] - z[0]) - kl)
        np.testing.assert_allclose(bounds.kl[value], [kl], atol=1e-6)
    np.testing.assert_allclose([bounds.elbo[0::2].mean(), bounds.elbo[1::2].mean()], expected, atol=0.03)
    assert (np.array(expected) < TRUTH[:2] - 0.001).all()
    np.testing.assert_allclose(bounds.elbo, bounds.reconstruction - bounds.kl.sum(1))


def test_one_importance_sample_is_an_elbo() -> None:
    one = importance_bounds(ENCODER, DECODER, "bernoulli", PIXELS, 1, np.random.default_rng(2))
    elbo = single_sample_bounds(ENCODER, DECODER, "bernoulli", PIXELS, np.random.default_rng(3)).elbo
    assert one.mean() == pytest.approx(elbo.mean(), abs=0.03)


def test_a_dimension_is_active_if_its_mean_varies() -> None:
    assert single_sample_bounds(ENCODER, DECODER, "bernoulli", PIXELS, np.random.default_rng(1)).active.all()
    same = single_sample_bounds(ENCODER, DECODER, "bernoulli", PIXELS[::2], np.random.default_rng(1))
    assert not same.active.any()


def test_one_picture_may_be_judged_by_many_codes() -> None:
    z, image = np.array([[-1.0], [0.5]]), np.ones((1, 1, 1, 1), np.float32)
    found = log_likelihood(DECODER, "bernoulli", z, image)
    np.testing.assert_allclose(found, -np.log1p(np.exp(0.3 - 2 * z[:, 0])), atol=1e-6)
