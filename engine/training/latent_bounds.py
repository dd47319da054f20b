"""Bounds on log p(x) of a VAE by its exported graphs, in nats.

Written apart from the engine's own (`engine.numerics`), so that the two can be compared.

References
----------
[1] D. Kingma, M. Welling, "Auto-Encoding Variational Bayes", 2014, arXiv:1312.6114, eq. 3.
[2] Y. Burda, R. Grosse, R. Salakhutdinov, "Importance Weighted Autoencoders", 2016, arXiv:1509.00519, eq. 8 and
    section 2.2.
"""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.runtime.sessions import Graph
from engine.training.latent_arrays import encode
from engine.training.latent_data import as_input
from engine.training.models.likelihoods import logistic_log_prob

DECODED = 250
"""Pictures decoded at once."""
ACTIVE_VARIANCE = 0.01
"""A dimension is active if the posterior's mean varies by more than this over the pictures ([2], section 5.2)."""


@dataclass(frozen=True)
class TestBounds:
    """``elbo``, ``reconstruction`` (N,) with one z a picture, ``kl`` (N, D) in closed form, ``active`` (D,) bool."""

    elbo: NDArray[np.float64]
    reconstruction: NDArray[np.float64]
    kl: NDArray[np.float64]
    active: NDArray[np.bool_]


def single_sample_bounds(
    encoder: Graph, decoder: Graph, likelihood: str, pixels: NDArray[np.uint8], rng: np.random.Generator
) -> TestBounds:
    """The ELBO of display values, its KL in closed form and its reconstruction from one sample of z ([1], eq. 3)."""
    codes = {name: values.astype(np.float64) for name, values in encode(encoder, pixels).items()}
    mu, log_var = codes["mu"], codes["log_var"]
    kl = 0.5 * (mu**2 + np.exp(log_var) - 1 - log_var)
    z = mu + np.exp(0.5 * log_var) * rng.standard_normal(mu.shape)
    reconstruction = np.concatenate(
        [
            log_likelihood(decoder, likelihood, z[at : at + DECODED], as_input(pixels[at : at + DECODED]))
            for at in range(0, len(z), DECODED)
        ]
    )
    return TestBounds(reconstruction - kl.sum(1), reconstruction, kl, mu.var(0) > ACTIVE_VARIANCE)


def importance_bounds(
    encoder: Graph,
    decoder: Graph,
    likelihood: str,
    pixels: NDArray[np.uint8],
    samples: int,
    rng: np.random.Generator,
) -> NDArray[np.float64]:
    """The importance-weighted bound of each picture with ``samples`` samples, (N,) ([2], eq. 8)."""
    codes = {name: values.astype(np.float64) for name, values in encode(encoder, pixels).items()}
    out = np.empty(len(pixels))
    for index, (mu, log_var) in enumerate(zip(codes["mu"], codes["log_var"], strict=True)):
        noise = rng.standard_normal((samples, len(mu)))
        z = mu + np.exp(0.5 * log_var) * noise
        image = as_input(pixels[index : index + 1])
        nats = np.concatenate(
            [log_likelihood(decoder, likelihood, z[at : at + DECODED], image) for at in range(0, samples, DECODED)]
        )
        weights = nats + 0.5 * (noise**2 - z**2 + log_var).sum(1)  # log p(x|z) + log p(z) - log q(z|x)
        out[index] = weights.max() + math.log(np.exp(weights - weights.max()).mean())
        if index % 500 == 0:
            print(f"importance-weighted bound: {index} of {len(pixels)}", file=sys.stderr, flush=True)
    return out


def log_likelihood(
    decoder: Graph, likelihood: str, z: NDArray[np.floating[Any]], image: NDArray[np.float32]
) -> NDArray[np.float64]:
    """``log p(x|z)``: z (K, D) with pictures (K, C, H, W) or one for all (1, C, H, W) -> (K,)."""
    given = {name: torch.from_numpy(v) for name, v in decoder.run({"z": z.astype(np.float32)}).items()}
    mean, x = given["image"], torch.from_numpy(image)
    nats: Tensor
    if likelihood == "bernoulli":
        nats = torch.where(x > 0.5, mean, 1 - mean).log()
    else:
        nats = logistic_log_prob(x.expand_as(mean), mean, given["log_scale"])
    return nats.double().flatten(1).sum(1).numpy()
