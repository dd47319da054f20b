"""Bounds on log p(x) of a VAE by its exported graphs, in nats.

The arithmetic is written apart from the engine's own (`engine.numerics`), so that the two can be compared; the noise is
the same, addressed by seed, picture and sample, so that they can be compared closely.

References
----------
[1] D. Kingma, M. Welling, "Auto-Encoding Variational Bayes", 2014, arXiv:1312.6114, eq. 3.
[2] Y. Burda, R. Grosse, R. Salakhutdinov, "Importance Weighted Autoencoders", 2016, arXiv:1509.00519, eq. 8 and
    section 2.2.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from engine.numerics import noise
from engine.runtime.sessions import Graph
from engine.training.latent_data import as_input, encode
from engine.training.models.likelihoods import logistic_log_prob
from engine.training.partial_results import PartialResults

NOISE_SEED = 1234
"""What `reverie score --seed` has to be to draw the same noise."""
PASS_VALUES = 2**17
"""About how many numbers the decoder gives at once: more of them run out of the processor's caches."""
ACTIVE_VARIANCE = 0.01
"""A dimension is active if the posterior's mean varies by more than this over the pictures ([2], section 5.2)."""


@dataclass(frozen=True)
class TestBounds:
    """``elbo``, ``reconstruction`` (N,) with one z a picture, ``kl`` (N, D) in closed form, ``active`` (D,) bool."""

    elbo: NDArray[np.float64]
    reconstruction: NDArray[np.float64]
    kl: NDArray[np.float64]
    active: NDArray[np.bool_]


@dataclass(frozen=True)
class ImportanceBounds:
    """From K samples a picture, (N,) each: ``elbo`` with the mean of their reconstruction terms, and ``iwae``."""

    elbo: NDArray[np.float64]
    iwae: NDArray[np.float64]


def single_sample_bounds(
    encoder: Graph, decoder: Graph, likelihood: str, pixels: NDArray[np.uint8], seed: int = NOISE_SEED
) -> TestBounds:
    """The ELBO of display values, its KL in closed form and its reconstruction from one sample of z ([1], eq. 3)."""
    codes = {name: values.astype(np.float64) for name, values in encode(encoder, pixels).items()}
    mu, log_var = codes["mu"], codes["log_var"]
    kl = normal_kl(mu, log_var)
    z = mu + np.exp(0.5 * log_var) * noise.normals_batch(seed, range(len(mu)), noise.POSTERIOR, mu.shape[1])
    batch = pass_rows(pixels)
    reconstruction = np.concatenate(
        [
            log_likelihood(decoder, likelihood, z[at : at + batch], as_input(pixels[at : at + batch]))
            for at in range(0, len(z), batch)
        ]
    )
    return TestBounds(reconstruction - kl.sum(1), reconstruction, kl, mu.var(0) > ACTIVE_VARIANCE)


def importance_bounds(
    encoder: Graph,
    decoder: Graph,
    likelihood: str,
    pixels: NDArray[np.uint8],
    samples: int,
    seed: int = NOISE_SEED,
    kept: PartialResults | None = None,
) -> ImportanceBounds:
    """The importance-weighted bound of each picture with ``samples`` samples ([2], eq. 8), and the ELBO from the same.

    ``kept`` has two columns, and a row a picture.
    """
    codes = {name: values.astype(np.float64) for name, values in encode(encoder, pixels).items()}
    dims, batch = codes["mu"].shape[1], pass_rows(pixels)
    kept = kept or PartialResults(len(pixels), 2)
    for index in kept.remaining("importance-weighted bound"):
        mu, log_var = codes["mu"][index], codes["log_var"][index]
        epsilon = noise.normals_batch(seed, range(index, index + 1), noise.POSTERIOR, samples * dims)
        epsilon = epsilon.reshape(samples, dims)
        z = mu + np.exp(0.5 * log_var) * epsilon
        image = as_input(pixels[index : index + 1])
        nats = np.concatenate(
            [log_likelihood(decoder, likelihood, z[at : at + batch], image) for at in range(0, samples, batch)]
        )
        weights = nats + 0.5 * (epsilon**2 - z**2 + log_var).sum(1)  # log p(x|z) + log p(z) - log q(z|x)
        iwae = weights.max() + math.log(np.exp(weights - weights.max()).mean())
        kept.values[index] = nats.mean() - normal_kl(mu, log_var).sum(), iwae
    return ImportanceBounds(*kept.values.T)


def normal_kl(mu: NDArray[np.float64], log_var: NDArray[np.float64]) -> NDArray[np.float64]:
    """KL(N(mu, exp(log_var)) || N(0, 1)) by dimension ([1], appendix B)."""
    return np.asarray(0.5 * (mu**2 + np.exp(log_var) - 1 - log_var))


def pass_rows(pixels: NDArray[np.uint8]) -> int:
    """How many pictures of this size are decoded at once."""
    return max(8, PASS_VALUES // math.prod(pixels.shape[1:]))


def log_likelihood(
    decoder: Graph, likelihood: str, z: NDArray[np.floating[Any]], image: NDArray[np.float32]
) -> NDArray[np.float64]:
    """``log p(x|z)``: z (K, D) with pictures (K, C, H, W) or one for all (1, C, H, W) -> (K,)."""
    given = decoder.run({"z": z.astype(np.float32)})
    if likelihood == "bernoulli":
        return bernoulli_log_prob(given["image"], image)
    mean, log_scale = torch.from_numpy(given["image"]), torch.from_numpy(given["log_scale"])
    nats = logistic_log_prob(torch.from_numpy(image).expand_as(mean), mean, log_scale)
    return np.asarray(nats.double().flatten(1).sum(1).numpy())


def bernoulli_log_prob(mean: NDArray[np.float32], image: NDArray[np.float32]) -> NDArray[np.float64]:
    """``x log p + (1 - x) log(1 - p)``, summed over pixels that are 0 or 1: shapes as in `log_likelihood`.

    One logarithm a pixel, for ``|p - (1 - x)|`` is p where there is ink and 1 - p where there is none; and all of it
    in ``mean``'s own memory, which is not wanted after.
    """
    chance = mean if mean.flags.writeable else mean.copy()
    np.subtract(chance, 1 - image, out=chance)
    np.abs(chance, out=chance)
    np.log(chance, out=chance)
    return np.asarray(chance.reshape(len(chance), -1).sum(1, dtype=np.float64))
