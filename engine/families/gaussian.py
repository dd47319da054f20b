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
from engine.contracts.arrays import Images
from engine.contracts.events import Encoded, Scores
from engine.contracts.manifest import Manifest
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
"""The covariance of more numbers than this would take more than 128 MB, and minutes; so would a larger factor."""
PROBE = 1024.0
"""How far along each latent dimension the decoder is asked: the farther, the less of its offset's rounding is left."""
TOLERANCE = 1e-3


def is_measured(manifest: Manifest) -> bool:
    """Whether a Gaussian is small enough for its density to be measured."""
    spec = manifest.latent_spec
    return spec is not None and max(spec.dim, manifest.image.dims) <= MAX_DIMS


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
        self._spread: NDArray[np.float32] | None = None

    def answer(self, request: Any) -> Generator[Progress, None, Any]:
        """As `LatentModel.answer`; exact likelihoods too."""
        if isinstance(request, ScoreImages):
            return (yield from self.score(request))
        return (yield from super().answer(request))

    def score(self, request: ScoreImages) -> Generator[Progress, None, Scores]:
        """The exact log density of whole pictures (see `ScoreImages` and `Scores`)."""
        image = self.manifest.image
        self._check_measured()
        yield from self._probed(request.pixels)
        density = self.density()
        levels = self.intensities.levels(request.pixels, request.fit, np.random.default_rng(request.seed))
        log_prob = np.zeros(levels.shape)
        drawn = np.ones((1, *levels.shape[1:3]), bool)
        for rows in self.passes(len(levels)):
            places = range(rows.start, rows.stop)
            whose = [0] * len(places) if request.alone else places
            added = noise.uniforms_batch(request.seed, whose, noise.DEQUANTIZATION, image.dims)
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
        yield from self._probed(request.pixels)
        with self._lock:
            offset, factor = self._decoder()
            inverse = np.linalg.pinv(factor, rcond=FLAT) if self._inverse is None else self._inverse
            self._inverse = inverse
        centred, rng = np.zeros((len(request.pixels), len(offset))), np.random.default_rng(request.seed)
        for rows in self.passes(len(centred)):
            units = self.units(request.pixels[rows], request.fit, rng).transpose(0, 2, 3, 1)
            centred[rows] = units.reshape(len(units), -1).astype(np.float64) - offset
        mu = (centred @ inverse).astype(np.float32)
        images, broken, constant = yield from self.pictures(mu, None)
        return Encoded(
            mu=mu,
            log_var=None,
            kl=None,
            reconstruction=images,
            broken=broken,
            constant=constant,
            total_ms=(time.perf_counter() - began) * 1e3,
        )

    def _probed(self, pixels: Images) -> Generator[Progress, None, None]:
        """Find out what the decoder does; a stop is heard between two passes, and nobody is locked out meanwhile."""
        for _ in self._probe():
            yield Progress(pixels[:1], np.ones((1, *pixels.shape[1:3]), bool), 0.0)

    def density(self) -> MultivariateNormal:
        """The density over pixels in raster order, channels of a pixel side by side; found once."""
        with self._lock:
            if self._density is None:
                self._density = self._find_density()
            return self._density

    def _check_measured(self) -> None:
        image = self.manifest.image
        if not is_measured(self.manifest):
            raise RequestError(
                f"{self.manifest.title} is over {image.dims} numbers, with {self.spec.dim} latent dimensions; "
                f"densities of {MAX_DIMS} at most of either are measured.",
                "Choose a smaller model.",
            )

    def _find_density(self) -> MultivariateNormal:
        self._check_measured()
        offset, factor = self._decoder()
        covariance = factor.T @ factor
        covariance[np.diag_indices_from(covariance)] += self._variance()
        try:
            return MultivariateNormal(offset, covariance)
        except ValueError as error:
            raise RequestError(
                f"{self.manifest.title} puts all pictures on a flat of fewer dimensions, where nothing has a density.",
                "Export it with jitter on the covariance's diagonal, or with 'log_scale'.",
            ) from error

    def _decoder(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The picture at z = 0, ``(H * W * C,)``, and what each z adds to it, ``(D, H * W * C)``."""
        for _ in self._probe():
            pass
        assert self._linear is not None
        return self._linear

    def _probe(self) -> Generator[None, None, None]:
        """Ask the decoder, if that was not done, a pass at a time.  Two threads that do find the same."""
        if self._linear is not None:
            return
        self._check_size()
        offset, probed = self._raster(np.zeros((1, self.spec.dim), np.float32))[0], list[NDArray[np.float64]]()
        for rows in self.passes(self.spec.dim):
            yield
            probed.append(self._raster(self._probes(rows)))
        yield
        factor = (np.concatenate(probed) - offset) / PROBE
        self._check_linear(offset, factor)
        self._linear = offset, factor
        yield

    def _check_size(self) -> None:
        dims, dim = self.manifest.image.dims, self.spec.dim
        if dim > MAX_DIMS or dim * dims > MAX_DIMS**2:
            raise RequestError(
                f"{self.manifest.title} takes {dims} numbers to {dim} latent dimensions; its matrix is too large to be "
                "found by asking its decoder.",
                "Choose a smaller model, or export it with an encoder.",
            )

    def _probes(self, rows: slice) -> NDArray[np.float32]:
        """Points far along these latent dimensions, ``(n, D)``."""
        count = rows.stop - rows.start
        z = np.zeros((count, self.spec.dim), np.float32)
        z[np.arange(count), np.arange(rows.start, rows.stop)] = PROBE
        return z

    def _raster(self, z: NDArray[np.float32]) -> NDArray[np.float64]:
        """The decoder's means ``(N, H * W * C)``; its spread has to be the same everywhere."""
        output = self.graphs.decode(z)
        if output.log_scale is not None:
            with np.errstate(invalid="ignore"):  # what is not a number is refused below
                off = np.abs(output.log_scale - self._log_scale(output.log_scale)).max()
            if not off <= TOLERANCE:
                raise GraphMismatch(
                    f"The decoder of {self.manifest.title} has a spread that depends on z, so it is no Gaussian.",
                    REMEDY,
                    off=float(off),
                )
        return output.mean.transpose(0, 2, 3, 1).reshape(len(z), -1).astype(np.float64)

    def _log_scale(self, found: NDArray[np.float32]) -> NDArray[np.float32]:
        """The log of the decoder's standard deviations, ``(1, C, H, W)``: the first that was ``found``, at z = 0."""
        if self._spread is None:
            self._spread = found[:1]
        return self._spread

    def _variance(self) -> NDArray[np.float64]:
        """The decoder's variances, once it has been asked."""
        if self._spread is None:
            return np.zeros(self.manifest.image.dims)
        return np.asarray(np.exp(2 * self._spread[0].transpose(1, 2, 0).reshape(-1).astype(np.float64)))

    def _check_linear(self, offset: NDArray[np.float64], factor: NDArray[np.float64]) -> None:
        z = noise.normals_batch(0, range(2), noise.PRIOR, self.spec.dim).astype(np.float32)
        off = np.abs(self._raster(z) - (offset + z @ factor)).max()
        if not off <= TOLERANCE:
            raise GraphMismatch(
                f"The decoder of {self.manifest.title} is not linear in z, so it is no Gaussian.",
                REMEDY,
                off=float(off),
            )
