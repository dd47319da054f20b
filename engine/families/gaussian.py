"""The Gaussian: x = mean + L z, a decoder that is one matrix, and so a density in closed form."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Generator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.catalogue.registry import Model, Registry
from engine.contracts.events import Encoded, Scores
from engine.contracts.requests import EncodeImages, ScoreImages
from engine.errors import GraphMismatch, RequestError
from engine.families.latent import LatentModel
from engine.families.latent_graphs import REMEDY
from engine.numerics import likelihood, noise
from engine.numerics.gaussian import MultivariateNormal
from engine.runtime.sessions import Sessions
from engine.sampling.step import Progress

FLAT = 1e-8
"""Directions in which pictures differ by less than this part of the most are taken for directions without any."""
MAX_DIMS = 4096
"""The covariance of more numbers than this would take more than 128 MB, and minutes."""
PROBE = 1024.0
"""How far along each latent dimension the decoder is asked: the farther, the less of its offset's rounding is left."""
TOLERANCE = 1e-3


class Gaussian(LatentModel):
    """One Gaussian, ready to answer.  Any thread.

    Its density is that of what the decoder does: with a = decode(0), the columns of W those of decode(e_i) - a, and the
    decoder's variances (if it gives ``log_scale``) S, pictures are N(a, W W^T + S).  It needs no encoder: z of a
    picture x is that of the least length for which W z is nearest to x - a.
    """

    def __init__(self, model: Model, sessions: Sessions, registry: Registry) -> None:
        super().__init__(model, sessions, registry)
        self._lock = threading.Lock()
        self._density: MultivariateNormal | None = None
        self._linear: tuple[NDArray[np.float64], NDArray[np.float64]] | None = None
        self._inverse: NDArray[np.floating] | None = None

    def answer(self, request: Any) -> Generator[Progress, None, Any]:
        """As `LatentModel.answer`; exact likelihoods too."""
        if isinstance(request, ScoreImages):
            return (yield from self.score(request))
        return (yield from super().answer(request))

    def score(self, request: ScoreImages) -> Generator[Progress, None, Scores]:
        """The exact log density of whole pictures (see `ScoreImages` and `Scores`)."""
        image = self.manifest.image
        density = self.density()
        levels = self.intensities.levels(request.pixels, request.fit, np.random.default_rng(request.seed))
        log_prob = np.zeros(levels.shape)
        drawn = np.ones((1, *levels.shape[1:3]), bool)
        for rows in self.passes(len(levels)):
            places = range(rows.start, rows.stop)
            added = noise.uniforms_batch(request.seed, places, noise.DEQUANTIZATION, image.dims)
            x = (levels[rows].reshape(len(places), -1) + added) / image.levels
            log_prob[rows] = density.conditional_log_prob(x).reshape(levels[rows].shape)
            yield Progress(request.pixels[:1], drawn, rows.stop / len(levels))
        nats = log_prob.sum(axis=(1, 2, 3))
        return Scores(
            log_prob=log_prob.sum(axis=3).astype(np.float32),
            nats=nats,
            bits_per_dim=likelihood.bits_per_dim(nats, image.dims) + math.log2(image.levels),
            class_nats=None,
            scored_by=self.manifest.id,
        )

    def encode(self, request: EncodeImages) -> Generator[Progress, None, Encoded]:
        """Where pictures lie in latent space, in closed form; with an encoder of its own as `LatentModel.encode`."""
        if "encoder" in self.manifest.graphs:
            return (yield from super().encode(request))
        began = time.perf_counter()
        with self._lock:
            offset, factor = self._decoder()
            inverse = np.linalg.pinv(factor, rcond=FLAT) if self._inverse is None else self._inverse
            self._inverse = inverse
        units = self.units(request.pixels, request.fit, request.seed).transpose(0, 2, 3, 1)
        centred = units.reshape(len(units), -1).astype(np.float64) - offset
        mu = (centred @ inverse).astype(np.float32)
        images, _, _ = yield from self.pictures(mu, None)
        total_ms = (time.perf_counter() - began) * 1e3
        return Encoded(mu=mu, log_var=None, kl=None, reconstruction=images, total_ms=total_ms)

    def density(self) -> MultivariateNormal:
        """The density over pixels in raster order, channels of a pixel side by side; found once."""
        with self._lock:
            if self._density is None:
                self._density = self._find_density()
            return self._density

    def _find_density(self) -> MultivariateNormal:
        image = self.manifest.image
        if image.dims > MAX_DIMS:
            raise RequestError(
                f"{self.manifest.title} is over {image.dims} numbers; densities of {MAX_DIMS} at most are measured.",
                "Choose a model of smaller pictures.",
            )
        offset, factor = self._decoder()
        covariance = factor.T @ factor + np.diag(self._variance())
        try:
            return MultivariateNormal(offset, covariance)
        except ValueError as error:
            raise RequestError(
                f"{self.manifest.title} puts all pictures on a flat of fewer dimensions, where nothing has a density.",
                "Export it with jitter on the covariance's diagonal, or with 'log_scale'.",
            ) from error

    def _decoder(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The picture at z = 0, ``(H * W * C,)``, and what each z adds to it, ``(D, H * W * C)``; the lock is held."""
        if self._linear is None:
            eye = np.eye(self.spec.dim, dtype=np.float32)
            offset = self._raster(np.zeros((1, self.spec.dim), np.float32))[0]
            probed = np.concatenate([self._raster(PROBE * eye[rows]) for rows in self.passes(self.spec.dim)])
            factor = (probed - offset) / PROBE
            self._check_linear(offset, factor)
            self._linear = offset, factor
        return self._linear

    def _raster(self, z: NDArray[np.float32]) -> NDArray[np.float64]:
        """The decoder's means ``(N, H * W * C)``."""
        return self.graphs.decode(z).mean.transpose(0, 2, 3, 1).reshape(len(z), -1).astype(np.float64)

    def _variance(self) -> NDArray[np.float64]:
        log_scale = self.graphs.decode(np.zeros((1, self.spec.dim), np.float32)).log_scale
        if log_scale is None:
            return np.zeros(self.manifest.image.dims)
        return np.asarray(np.exp(2 * log_scale[0].transpose(1, 2, 0).reshape(-1).astype(np.float64)))

    def _check_linear(self, offset: NDArray[np.float64], factor: NDArray[np.float64]) -> None:
        z = noise.normals_batch(0, range(2), noise.PRIOR, self.spec.dim).astype(np.float32)
        off = np.abs(self._raster(z) - (offset + z @ factor)).max()
        if not off <= TOLERANCE:
            raise GraphMismatch(
                f"The decoder of {self.manifest.title} is not linear in z, so it is no Gaussian.",
                REMEDY,
                off=float(off),
            )
