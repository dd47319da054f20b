"""Encoders, decoders and likelihoods against closed forms."""

from __future__ import annotations

import math

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="training needs PyTorch: ./run setup --train")

from engine.training.latent_objectives import elbo, normal_kl, seeded
from engine.training.models.conv_vae import ConvConfig, ConvVAE, Double, Halve
from engine.training.models.gaussian import Gaussian, GaussianConfig, Moments, log_density
from engine.training.models.likelihoods import SMALLEST_LOG_SCALE, PixelParameters, logistic_log_prob
from engine.training.models.mlp_vae import MLPVAE, MLPConfig
from engine.training.models.vae import VAE

CONV = ConvConfig(
    height=8, width=8, channels=3, likelihood="logistic", latent=5, widths=(4, 6), blocks=(1, 0), hidden=7
)
MLP = MLPConfig(height=6, width=5, likelihood="bernoulli", latent=2, hidden=(9, 8), dropout=0.5)


@pytest.mark.parametrize("model", [ConvVAE(CONV), MLPVAE(MLP)], ids=["convolutions", "layers"])
def test_shapes_in_and_out(model: VAE) -> None:
    config = model.config
    image = torch.rand(3, config.channels, config.height, config.width)
    mu, log_var = model.encode(image)
    assert log_var is not None and mu.shape == log_var.shape == (3, config.latent)
    raw = model.decode(mu)
    assert raw.shape == image.shape
    mean = model.pixels.mean(raw).detach()
    assert 0 < float(mean.min()) < float(mean.max()) < 1


def test_an_autoencoder_has_a_code_and_no_spread() -> None:
    config = MLPConfig(height=6, width=5, likelihood="none", latent=2, hidden=(4,))
    mu, log_var = MLPVAE(config).encode(torch.rand(3, 1, 6, 5))
    assert mu.shape == (3, 2) and log_var is None


def test_moving_pixels_into_channels_and_back_loses_nothing() -> None:
    """With convolutions that copy, halving and doubling are each other's inverse."""
    down, up = Halve(1, 4), Double(4, 1)
    with torch.no_grad():
        for conv in (down.conv, up.conv):
            conv.weight.zero_()
            conv.bias.zero_()
            conv.weight[range(4), range(4), 1, 1] = 1
    image = torch.rand(2, 1, 6, 4) + 20  # where SiLU is the identity
    assert torch.allclose(up(down(image)), image)


def test_bernoulli_nats_are_those_of_a_coin_a_pixel() -> None:
    pixels = PixelParameters("bernoulli", 1)
    raw, image = torch.randn(2, 1, 3, 3), (torch.rand(2, 1, 3, 3) > 0.5).float()
    p = torch.sigmoid(raw)
    expected = torch.where(image > 0, p, 1 - p).log().flatten(1).sum(1)
    assert torch.allclose(pixels.log_prob(raw, image), expected, atol=1e-5)


def test_ink_probabilities_stay_where_a_float_can_tell_them_from_certainty() -> None:
    mean = PixelParameters("bernoulli", 1).mean(torch.tensor([-100.0, 100.0]))
    assert 5e-6 < float(mean[0]) < 7e-6 and 5e-6 < 1 - float(mean[1]) < 7e-6


@pytest.mark.parametrize("mean", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("log_scale", [-6.0, -3.0, 0.0])
def test_the_256_levels_share_all_of_the_probability(mean: float, log_scale: float) -> None:
    levels = torch.arange(256, dtype=torch.float64) / 255
    nats = logistic_log_prob(levels, torch.full_like(levels, mean), torch.full_like(levels, log_scale))
    assert float(nats.exp().sum()) == pytest.approx(1, abs=1e-9)


def test_a_bin_is_the_difference_of_two_sigmoids() -> None:
    mean, scale, level = 0.4, 0.05, 90
    edges = [((level + side * 0.5) / 255 - mean) / scale for side in (-1, 1)]
    low, high = (1 / (1 + math.exp(-edge)) for edge in edges)
    given = [torch.tensor([value], dtype=torch.float64) for value in (level / 255, mean, math.log(scale))]
    assert float(logistic_log_prob(*given)) == pytest.approx(math.log(high - low), abs=1e-9)


def test_the_scale_has_a_floor_and_is_one_number_a_channel() -> None:
    pixels = PixelParameters("logistic", 3)
    with torch.no_grad():
        pixels.log_scale.copy_(torch.tensor([-50.0, -2.0, -1.0]))
    scales = pixels.log_scales(torch.zeros(2, 3, 4, 4))
    assert scales.shape == (2, 3, 4, 4)
    assert scales[0, :, 0, 0].tolist() == [SMALLEST_LOG_SCALE, -2.0, -1.0]


def test_the_kl_is_the_integral_it_stands_for() -> None:
    mu, log_var = 0.7, -0.9
    z = np.linspace(-12, 12, 200_001)
    q = np.exp(-0.5 * (z - mu) ** 2 / math.exp(log_var)) / math.sqrt(2 * math.pi * math.exp(log_var))
    log_q = -0.5 * (z - mu) ** 2 / math.exp(log_var) - 0.5 * (math.log(2 * math.pi) + log_var)
    integral = (q * (log_q - (-0.5 * z**2 - 0.5 * math.log(2 * math.pi)))).sum() * (z[1] - z[0])
    assert float(normal_kl(torch.tensor(mu), torch.tensor(log_var))) == pytest.approx(integral, abs=1e-6)
    assert float(normal_kl(torch.tensor(0.0), torch.tensor(0.0))) == 0


def test_the_bound_is_reconstruction_less_kl_and_an_autoencoders_the_squared_error() -> None:
    image = (torch.rand(4, 1, 6, 5) > 0.5).float()
    model = MLPVAE(MLP).eval()
    with seeded(1):
        bound = elbo(model, image)
    assert torch.allclose(bound.elbo, bound.reconstruction - bound.kl.sum(1))
    assert bound.kl.shape == (4, 2) and (bound.kl >= 0).all()
    plain = MLPVAE(MLPConfig(height=6, width=5, likelihood="none", latent=2, hidden=(4,)))
    raw = plain.decode(plain.encode(image)[0])
    assert torch.allclose(elbo(plain, image).elbo, -(torch.sigmoid(raw) - image).square().flatten(1).sum(1))


def test_a_seeded_draw_leaves_the_global_generator_alone() -> None:
    torch.manual_seed(5)
    before = torch.random.get_rng_state()
    with seeded(3, 4):
        one = torch.randn(3)
    with seeded(3, 4):
        two = torch.randn(3)
    with seeded(3, 5):
        other = torch.randn(3)
    assert torch.equal(torch.random.get_rng_state(), before)
    assert torch.equal(one, two) and not torch.equal(one, other)


# --- the Gaussian ---------------------------------------------------------------------------------------------------


def test_moments_counted_in_parts_are_those_of_the_whole() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (50, 2, 3), dtype=np.uint8)
    moments = Moments.none(6)
    for part in np.array_split(pixels, 7):
        moments.add(part)
    mean, covariance = moments.maximum_likelihood(0.25)
    flat = pixels.reshape(50, 6) / 256
    np.testing.assert_allclose(mean, flat.mean(0) + 0.5 / 256, atol=1e-12)
    dequantized = np.eye(6) * (1 / (12 * 256**2) + 0.25)
    np.testing.assert_allclose(covariance, np.cov(flat, rowvar=False, bias=True) + dequantized, atol=1e-12)


def test_the_density_is_the_textbooks() -> None:
    rng = np.random.default_rng(1)
    factor = np.tril(rng.normal(size=(4, 4))) + 3 * np.eye(4)
    mean, pixels = rng.normal(size=4), rng.integers(0, 256, (5, 2, 2), dtype=np.uint8)
    added = rng.random((5, 4))
    found = log_density(pixels, mean, factor, added)
    x = (pixels.reshape(5, 4) + added) / 256 - mean
    covariance = factor @ factor.T
    quadratic = (x * np.linalg.solve(covariance, x.T).T).sum(1)
    expected = -0.5 * (quadratic + np.linalg.slogdet(covariance)[1] + 4 * math.log(2 * math.pi))
    np.testing.assert_allclose(found, expected, rtol=1e-10)


def test_the_decoder_is_affine_and_unclipped() -> None:
    model = Gaussian(GaussianConfig(height=2, width=2, jitter=0.0))
    model.mean.copy_(torch.tensor([0.1, 0.2, 0.3, 0.4]))
    model.factor.copy_(torch.tril(torch.arange(16.0).reshape(4, 4)))
    image = model.decode(torch.tensor([[0.0, 0, 0, 0], [1, 0, 0, 0], [0, 0, 0, -2]]))
    assert image.shape == (3, 1, 2, 2)
    assert torch.allclose(image[0].flatten(), model.mean)
    assert torch.allclose(image[1].flatten() - model.mean, torch.tensor([0.0, 4, 8, 12]))
    assert float(image[2, 0, 1, 1]) == pytest.approx(0.4 - 30)
