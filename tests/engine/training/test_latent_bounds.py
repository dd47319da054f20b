"""Bounds on log p(x) against a model so small that the integral over z can be done."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="training needs PyTorch: ./run setup --train")

from engine.numerics import noise
from engine.training import latent_bounds
from engine.training.latent_bounds import (
    bernoulli_log_prob,
    importance_bounds,
    log_likelihood,
    single_sample_bounds,
)
from engine.training.partial_results import PartialResults


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
    found = importance_bounds(ENCODER, DECODER, "bernoulli", PIXELS[:200], 2000, seed=0).iwae
    np.testing.assert_allclose(found.mean(), TRUTH[:200].mean(), atol=0.003)
    np.testing.assert_allclose(found, TRUTH[:200], atol=0.1)


def test_the_elbo_is_its_expectation_and_lies_below() -> None:
    bounds = single_sample_bounds(ENCODER, DECODER, "bernoulli", PIXELS, seed=1)
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
    one = importance_bounds(ENCODER, DECODER, "bernoulli", PIXELS, 1, seed=2)
    assert one.iwae.mean() == pytest.approx(one.elbo.mean(), abs=0.03)
    single = single_sample_bounds(ENCODER, DECODER, "bernoulli", PIXELS, seed=2)
    np.testing.assert_allclose(one.elbo, single.elbo, rtol=1e-6)


def test_the_bound_is_its_formula_written_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sample by sample, with densities in full and one pass of the decoder each."""
    monkeypatch.setattr(latent_bounds, "PASS_VALUES", 7)  # so that a picture takes several passes
    fast = importance_bounds(ENCODER, DECODER, "bernoulli", PIXELS[:6], 30, seed=5)
    for index, value in enumerate(PIXELS[:6, 0, 0] / 255):
        mu, log_var = (0.4 if value else -0.6), -0.2
        scale = math.exp(log_var / 2)
        log_weights, reconstruction = [], []
        for epsilon in noise.normals_batch(5, range(index, index + 1), noise.POSTERIOR, 30)[0]:
            z = mu + scale * epsilon
            p = float(DECODER.run({"z": np.array([[z]], np.float32)})["image"][0, 0, 0, 0])
            reconstruction.append(value * math.log(p) + (1 - value) * math.log(1 - p))
            prior = -0.5 * (z**2 + math.log(2 * math.pi))
            posterior = -0.5 * (((z - mu) / scale) ** 2 + math.log(2 * math.pi)) - math.log(scale)
            log_weights.append(reconstruction[-1] + prior - posterior)
        kl = 0.5 * (mu**2 + math.exp(log_var) - 1 - log_var)
        assert fast.iwae[index] == pytest.approx(math.log(np.mean(np.exp(log_weights))), abs=1e-5)
        assert fast.elbo[index] == pytest.approx(np.mean(reconstruction) - kl, abs=1e-5)


def test_ink_by_one_logarithm_a_pixel_is_the_usual_sum() -> None:
    rng = np.random.default_rng(0)
    mean = rng.random((6, 2, 5, 4)).astype(np.float32)
    x = (rng.random((6, 2, 5, 4)) < 0.4).astype(np.float32)
    for given in (x, x[:1]):
        expected = (given * np.log(mean.astype(np.float64)) + (1 - given) * np.log1p(-mean.astype(np.float64))).sum(
            (1, 2, 3)
        )
        frozen = mean.copy()
        frozen.flags.writeable = False
        np.testing.assert_allclose(bernoulli_log_prob(mean.copy(), given), expected, rtol=1e-5)
        np.testing.assert_allclose(bernoulli_log_prob(frozen, given), expected, rtol=1e-5)


class Ended(Exception):
    """The process was ended."""


class Mortal(OnePixel):
    """A decoder that lives for ``left`` passes."""

    def __init__(self, left: int) -> None:
        super().__init__("decoder")
        self.left = left

    def run(self, inputs: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        self.left -= 1
        if self.left < 0:
            raise Ended
        return super().run(inputs)


def test_an_ended_measurement_goes_on_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.training.partial_results.SAVED_EVERY_S", 0.0)
    path, pixels = tmp_path / "kept.npz", PIXELS[:9]

    def measured(decoder: Any, key: str) -> Any:
        kept = PartialResults(9, 2, path, key)
        return importance_bounds(ENCODER, decoder, "bernoulli", pixels, 20, seed=5, kept=kept)

    with pytest.raises(Ended):
        measured(Mortal(6), "a")
    whole = importance_bounds(ENCODER, DECODER, "bernoulli", pixels, 20, seed=5)
    found = measured(Mortal(3), "a")  # three pictures were left
    np.testing.assert_array_equal(found.iwae, whole.iwae)
    np.testing.assert_array_equal(found.elbo, whole.elbo)
    np.testing.assert_array_equal(measured(Mortal(0), "a").iwae, whole.iwae)
    with pytest.raises(Ended):
        measured(Mortal(8), "b")  # of other graphs nothing was known
    path.write_bytes(b"half a file")
    np.testing.assert_array_equal(measured(Mortal(9), "a").iwae, whole.iwae)


def test_a_dimension_is_active_if_its_mean_varies() -> None:
    assert single_sample_bounds(ENCODER, DECODER, "bernoulli", PIXELS).active.all()
    same = single_sample_bounds(ENCODER, DECODER, "bernoulli", PIXELS[::2])
    assert not same.active.any()


def test_one_picture_may_be_judged_by_many_codes() -> None:
    z, image = np.array([[-1.0], [0.5]]), np.ones((1, 1, 1, 1), np.float32)
    found = log_likelihood(DECODER, "bernoulli", z, image)
    np.testing.assert_allclose(found, -np.log1p(np.exp(0.3 - 2 * z[:, 0])), atol=1e-6)
