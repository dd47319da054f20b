"""The Gaussian that is shipped, against the closed form: mean, Cholesky factor, density, entropy, samples."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.catalogue.registry import Registry
from engine.contracts.requests import SampleImages, ScoreImages
from engine.families.gaussian import Gaussian
from engine.numerics import noise
from engine.runtime.sessions import Sessions

FOLDER = Path(__file__).resolve().parents[3] / "onnx_models"
SAMPLES = 2000


def answer(model: Gaussian, request: Any) -> Any:
    generator = model.answer(request)
    try:
        while True:
            next(generator)
    except StopIteration as end:
        return end.value


@pytest.fixture(scope="module")
def model() -> Iterator[Gaussian]:
    registry, sessions = Registry([FOLDER]), Sessions()
    if "mnist-gaussian" not in registry.models:
        pytest.skip("the model mnist-gaussian is not in onnx_models")
    yield Gaussian(registry.models["mnist-gaussian"], sessions, registry)
    sessions.close()


@pytest.fixture(scope="module")
def affine(model: Gaussian) -> tuple[np.ndarray, np.ndarray]:
    """Mean (P,) and factor (P, P), read off the graph a unit vector at a time."""
    dims = model.spec.dim
    mean = model.graphs.decode(np.zeros((1, dims), np.float32)).mean.reshape(-1).astype(np.float64)
    far = np.concatenate(
        [model.graphs.decode(part).mean for part in np.array_split(1024 * np.eye(dims, dtype="f4"), 4)]
    )
    return mean, (far.reshape(dims, dims) - mean).T / 1024


def test_the_factor_is_choleskys(affine: tuple[np.ndarray, np.ndarray]) -> None:
    _, factor = affine
    assert np.abs(np.triu(factor, 1)).max() < 1e-6 and np.diag(factor).min() > 1e-3


def test_the_score_is_the_density_written_out(model: Gaussian, affine: tuple[np.ndarray, np.ndarray]) -> None:
    mean, factor = affine
    drawn = answer(model, SampleImages(model=model.manifest.id, count=20, seed=1)).images
    odd = np.random.default_rng(0).integers(0, 256, drawn.shape, dtype=np.uint8)
    pixels = np.concatenate([drawn, odd])
    found = answer(model, ScoreImages(model=model.manifest.id, pixels=pixels, seed=7))
    added = noise.uniforms_batch(7, range(40), noise.DEQUANTIZATION, len(mean))
    x = (pixels.reshape(40, -1) + added) / 256 - mean
    covariance = factor @ factor.T
    quadratic = (x * np.linalg.solve(covariance, x.T).T).sum(1)
    expected = -0.5 * (quadratic + np.linalg.slogdet(covariance)[1] + len(mean) * math.log(2 * math.pi))
    np.testing.assert_allclose(found.nats, expected, rtol=1e-4, atol=0.05)
    assert (found.nats[20:] < found.nats[:20].min() - 1e5).all(), "no digit is made of noise"
    np.testing.assert_allclose(found.bits_per_dim, -expected / (len(mean) * math.log(2)) + 8, rtol=1e-3, atol=1e-3)


def test_the_density_of_a_sample_is_that_of_its_z(model: Gaussian, affine: tuple[np.ndarray, np.ndarray]) -> None:
    """log N(m + L z) = log N(z; 0, 1) - log det L."""
    mean, factor = affine
    z = noise.normals_batch(3, range(50), noise.PRIOR, len(mean))
    found = model.density().conditional_log_prob(mean + z @ factor.T).sum(1)
    expected = -0.5 * (np.square(z).sum(1) + len(mean) * math.log(2 * math.pi)) - np.log(np.diag(factor)).sum()
    np.testing.assert_allclose(found, expected, atol=0.1)


def test_the_noted_entropy_is_the_factors(model: Gaussian, affine: tuple[np.ndarray, np.ndarray]) -> None:
    mean, factor = affine
    entropy = 0.5 * len(mean) * (1 + math.log(2 * math.pi)) + np.log(np.diag(factor)).sum()
    assert model.manifest.figures["entropy"]["value"] == pytest.approx(entropy, abs=0.05)


def test_samples_have_the_mean_and_the_covariance(model: Gaussian, affine: tuple[np.ndarray, np.ndarray]) -> None:
    mean, factor = affine
    z = answer(model, SampleImages(model=model.manifest.id, count=SAMPLES, seed=0)).z
    drawn = np.concatenate([model.graphs.decode(part).mean for part in np.array_split(z, 8)]).reshape(SAMPLES, -1)
    np.testing.assert_allclose(drawn, mean + z @ factor.T, atol=1e-4)
    covariance = factor @ factor.T
    spread = np.sqrt(np.diag(covariance) / SAMPLES)
    assert (np.abs(drawn.mean(0) - mean) < 5 * spread).all()
    off = np.linalg.norm(np.cov(drawn, rowvar=False) - covariance) / np.linalg.norm(covariance)
    by_chance = math.sqrt((1 + np.trace(covariance) ** 2 / np.square(covariance).sum()) / SAMPLES)
    assert off == pytest.approx(by_chance, rel=0.15)
