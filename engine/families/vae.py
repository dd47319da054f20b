"""The variational autoencoder: a latent model with a posterior, and so with bounds on the likelihood."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.contracts.events import Bounds
from engine.contracts.requests import BoundImages
from engine.errors import GraphMismatch, RequestError
from engine.families.latent import PASS_LEAST, LatentModel
from engine.families.latent_graphs import REMEDY, Posterior
from engine.numerics import bounds, noise, observation
from engine.numerics.normal import kl_divergence
from engine.sampling.step import Progress

BOUND_VALUES = 2**17
"""About how many values a pass gives while bounding: a stop is heeded between passes, which take some hundredths of a
second at every picture size, and larger ones are no quicker.  Fixed, as `PASS_VALUES` is."""


class VariationalAutoencoder(LatentModel):
    """One VAE, ready to answer.  Any thread."""

    def answer(self, request: Any) -> Generator[Progress, None, Any]:
        """As `LatentModel.answer`; bounds too."""
        if isinstance(request, BoundImages):
            return (yield from self.bound(request))
        return (yield from super().answer(request))

    def bound(self, request: BoundImages) -> Generator[Progress, None, Bounds]:
        """Lower bounds on the log-likelihood (see `BoundImages`)."""
        count, rng = len(request.pixels), np.random.default_rng(request.seed)
        tally = _Tally(count, request.samples)
        drawn = np.ones((1, *request.pixels.shape[1:3]), bool)
        self.graphs.load()
        yield Progress(request.pixels[:1], drawn, 0.0)  # opening graphs is slow too: whoever asks to stop is heard here
        step = max(1, self.bound_rows // request.samples)
        for start in range(0, count, step):
            images = range(start, min(start + step, count))
            part = self.units(request.pixels[images.start : images.stop], request.fit, rng)
            for done in self._weigh(part, images, request, tally):
                yield Progress(request.pixels[:1], drawn, (start + done * len(images)) / count)
            self._check(tally, images)
        return tally.bounds(count)

    @property
    def bound_rows(self) -> int:
        """Pictures a pass while bounding."""
        return min(self.rows, max(PASS_LEAST, BOUND_VALUES // self.manifest.image.dims))

    def _weigh(
        self, part: NDArray[np.float32], images: range, request: BoundImages, tally: _Tally
    ) -> Generator[float, None, None]:
        """Importance weights of the pictures ``part``, a pass of the decoder at a time; yields the fraction of them."""
        posterior = self.graphs.encode(part, images.start)
        mu, log_var = posterior.mu.astype(np.float64), self._log_var(posterior)
        whose = [0] * len(images) if request.alone else images
        draws = noise.normals_batch(request.seed, whose, noise.POSTERIOR, request.samples * self.spec.dim)
        epsilon = draws.reshape(len(images), request.samples, self.spec.dim)
        nats, weights = np.zeros((2, len(images), request.samples))
        step = max(1, self.bound_rows // len(images))
        for start in range(0, request.samples, step):
            some = slice(start, min(start + step, request.samples))
            z = mu[:, None] + np.exp(log_var[:, None] / 2) * epsilon[:, some]
            nats[:, some] = self._log_likelihood(part, z)
            weights[:, some] = bounds.log_weights(nats[:, some], z, epsilon[:, some], log_var[:, None])
            yield some.stop / request.samples
        tally.add(images, nats, kl_divergence(mu, log_var).sum(axis=1), weights)

    def _check(self, tally: _Tally, images: range) -> None:
        """Raises `GraphMismatch` for the first of these pictures without a bound that is a number."""
        found = (tally.reconstruction, tally.kl, tally.iwae)
        finite = np.isfinite([values[images.start : images.stop] for values in found]).all(axis=0)
        if not finite.all():
            which = images.start + int(np.argmin(finite))
            raise GraphMismatch(
                f"The graphs of {self.manifest.title} give no bound that is a finite number for picture {which}.",
                REMEDY,
                picture=which,
            )

    def _log_var(self, posterior: Posterior) -> NDArray[np.float64]:
        if posterior.log_var is None:
            raise RequestError(
                f"The encoder of {self.manifest.title} gives a point and no distribution, so there is no bound.",
                "Choose a VAE whose encoder gives log_var.",
            )
        return posterior.log_var.astype(np.float64)

    def _log_likelihood(self, units: NDArray[np.float32], z: NDArray[np.float64]) -> NDArray[np.float64]:
        """Nats of pictures given z: ``(n, C, H, W)`` and ``(n, k, D)`` -> ``(n, k)``."""
        output = self.graphs.decode(z.reshape(-1, self.spec.dim).astype(np.float32))
        shape = (*z.shape[:2], *units.shape[1:])
        log_scale = None if output.log_scale is None else output.log_scale.reshape(shape)
        return observation.log_prob(self.spec.likelihood, units[:, None], output.mean.reshape(shape), log_scale)


class _Tally:
    """The bounds of the pictures so far."""

    def __init__(self, count: int, samples: int) -> None:
        self.ks = bounds.sample_counts(samples)
        self.reconstruction, self.kl, self.iwae = np.zeros((3, count))
        self.by_k = np.zeros(len(self.ks))

    def add(
        self, images: range, nats: NDArray[np.float64], kl: NDArray[np.float64], weights: NDArray[np.float64]
    ) -> None:
        """``nats``, ``weights (n, K)`` and ``kl (n,)`` of these pictures."""
        rows = slice(images.start, images.stop)
        self.reconstruction[rows], self.kl[rows] = nats.mean(axis=1), kl
        found = np.stack([bounds.importance_bound(weights, int(k)) for k in self.ks])
        self.by_k += found.sum(axis=1)
        self.iwae[rows] = found[-1]  # the last k is K

    def bounds(self, count: int) -> Bounds:
        """All of them, once every picture has been added."""
        return Bounds(
            elbo=self.reconstruction - self.kl,
            reconstruction=self.reconstruction,
            kl=self.kl,
            iwae=self.iwae,
            iwae_by_k=self.by_k / count,
            ks=self.ks,
        )
