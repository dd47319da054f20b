"""Models that decode a picture from a latent vector z; an autoencoder is this and nothing more."""

from __future__ import annotations

import math
import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.catalogue.registry import Model, Registry
from engine.contracts.arrays import Images, Latents
from engine.contracts.controls import NO_TRUNCATION
from engine.contracts.events import Decoded, Encoded, Loaded, Samples
from engine.contracts.requests import DecodeLatents, EncodeImages, LoadModel, SampleImages
from engine.errors import RequestError
from engine.families.latent_graphs import LatentGraphs, Output, Posterior
from engine.families.passes import even_passes, fixed_passes, work_off
from engine.numerics import noise, observation, priors
from engine.numerics.normal import kl_divergence
from engine.runtime.sessions import Sessions
from engine.sampling.step import Progress

BROKEN = 128
"""The flat grey of a picture that the decoder failed to make."""
PASS_VALUES = 2**18
"""About how many values one pass of the decoder gives: batching gains no more beyond, and what is done with them finds
them in the processor's cache.  Not measured but fixed, for the last digits of a matrix product depend on its rows."""
PASS_LEAST, PASS_MOST = 8, 512
FIXED_LEAST, FIXED_MOST, FIXED_VALUES = 16, 64, 2**16
"""The rows of every pass that draws samples, filled up where fewer are wanted: a sample is made in the same row of a
pass of the same size whichever others are asked for, and so it is the same to the last digit.  So many of small
pictures as make up for what a call costs, fewer of large ones, since one alone takes as long as all."""
ALONE = 64
"""A batch of no more pictures than a tile of the map has leaves the other cores to the point under the hand."""
PARTIAL_S = 0.1
"""What is there so far is told no more often: telling it takes as long as decoding some of it."""

Pictures: TypeAlias = tuple[Images, NDArray[np.bool_], NDArray[np.bool_]]
"""Display values (N, H, W, C), and which of them are broken and constant, (N,)."""


class LatentModel:
    """One autoencoder, or what all models with a latent space have of it.  Any thread."""

    def __init__(self, model: Model, sessions: Sessions, registry: Registry) -> None:
        self.model, self.manifest, self.sessions = model, model.manifest, sessions
        self.graphs = LatentGraphs(model, sessions)
        self.spec, self.intensities = self.graphs.spec, self.graphs.intensities
        self.rows = min(PASS_MOST, max(PASS_LEAST, PASS_VALUES // self.manifest.image.dims))
        self.fixed_rows = fixed_rows(self.manifest.image.dims)

    def load(self) -> None:
        """Open the graphs, and let each allocate what it needs."""
        self.graphs.load()
        self.graphs.decode(np.zeros((1, self.spec.dim), np.float32))

    def answer(self, request: Any) -> Generator[Progress, None, Any]:
        """A generator of `Progress` that returns the answer of the request's kind."""
        if isinstance(request, DecodeLatents):
            return (yield from self.decode(request))
        if isinstance(request, EncodeImages):
            return (yield from self.encode(request))
        if isinstance(request, SampleImages):
            return (yield from self.sample(request))
        if isinstance(request, LoadModel):
            began = time.perf_counter()
            self.load()
            return Loaded(model=self.manifest.id, milliseconds=(time.perf_counter() - began) * 1e3)
        raise RequestError(
            f"{self.manifest.title} cannot answer {type(request).__name__}.", "Choose a model of another family."
        )

    def decode(self, request: DecodeLatents) -> Generator[Progress, None, Decoded]:
        """The pictures at points of latent space (see `DecodeLatents`)."""
        began = time.perf_counter()
        seed = request.seed if request.output == "draw" else None
        classes = self.classes(request.class_name, range(len(request.z)))
        if request.class_names:
            classes = np.array([self.manifest.class_names.index(name) for name in request.class_names], np.int64)
        images, broken, constant = yield from self.pictures(request.z, seed, classes)
        return Decoded(images=images, broken=broken, constant=constant, total_ms=_since(began))

    def encode(self, request: EncodeImages) -> Generator[Progress, None, Encoded]:
        """Where pictures lie in latent space (see `EncodeImages`)."""
        began = time.perf_counter()
        posteriors = yield from self._posteriors(request)
        mu = np.concatenate([p.mu for p in posteriors])
        log_vars = [p.log_var for p in posteriors if p.log_var is not None]
        log_var = np.concatenate(log_vars) if log_vars else None
        kl = None
        if log_var is not None and self.spec.prior == "normal":
            kl = kl_divergence(mu, log_var).astype(np.float32)
        images, broken, constant = yield from _second_half(self.pictures(mu, None))
        return Encoded(
            mu=mu,
            log_var=log_var,
            kl=kl,
            reconstruction=images,
            broken=broken,
            constant=constant,
            total_ms=_since(began),
        )

    def _posteriors(self, request: EncodeImages) -> Generator[Progress, None, list[Posterior]]:
        """A pass of the encoder at a time: only its pictures become numbers of 8 bytes, and then a stop is heard."""
        rng, count = np.random.default_rng(request.seed), len(request.pixels)
        drawn = np.ones((1, *request.pixels.shape[1:3]), bool)
        found = list[Posterior]()
        for rows in self.passes(count):
            found.append(self.graphs.encode(self.units(request.pixels[rows], request.fit, rng), rows.start))
            if rows.stop < count:
                yield Progress(request.pixels[:1], drawn, rows.stop / count / 2)
        return found

    def sample(self, request: SampleImages) -> Generator[Progress, None, Samples]:
        """Draw z from the prior and decode it (see `SampleImages`)."""
        began, places = time.perf_counter(), range(request.first, request.first + request.count)
        cut = math.inf if request.truncation >= NO_TRUNCATION else request.truncation
        z = priors.draw(self.spec.prior, request.seed, places, self.spec.dim, request.temperature, cut)
        classes = self.classes(request.class_name, places, in_turn=True)
        images, broken, constant = yield from self.pictures(z, None, classes, places)
        return Samples(images=images, z=z, broken=broken, constant=constant, classes=classes, total_ms=_since(began))

    # --- for the families ----------------------------------------------------------------------------------------

    def passes(self, count: int) -> Iterator[slice]:
        """The rows of a large batch, a pass of the graph each."""
        return (slice(start, min(start + self.rows, count)) for start in range(0, count, self.rows))

    def units(self, pixels: Images, fit: str, seed: int | np.random.Generator) -> NDArray[np.float32]:
        """Display values fitted to the model's levels, as the graphs' values: ``(N, C, H, W)``.

        A generator goes on from pass to pass as it would through all pictures at once.
        """
        rng = np.random.default_rng(seed)
        return self.intensities.units(self.intensities.levels(pixels, fit, rng))

    def classes(self, name: str, places: range, in_turn: bool = False) -> NDArray[np.int64] | None:
        """Classes by number of the pictures at ``places``: the named one; else "not given", all in turn, or the first.

        None where the decoder is told no class.
        """
        condition = self.manifest.condition("class")
        if condition is None:
            return None
        if name or condition.null:
            return np.full(len(places), condition.names.index(name) if name else len(condition.names), np.int64)
        return np.array(places, dtype=np.int64) % (len(condition.names) if in_turn else 1)

    def pictures(
        self,
        z: Latents,
        draw_seed: int | None,
        classes: NDArray[np.int64] | None = None,
        places: range | None = None,
    ) -> Generator[Progress, None, Pictures]:
        """Display values at ``z``, and which of them are broken and constant; draws of p(x|z) with a seed.

        With ``places`` every picture is made in the pass and row that its place has, see `fixed_rows`.
        """
        spec = self.manifest.image
        if places is None and len(z) <= min(self.rows, ALONE):  # no copies: the point under the hand is one pass
            return self._pass(z, 0, draw_seed, classes)
        images = np.zeros((len(z), spec.height, spec.width, spec.display_channels), np.uint8)
        broken, constant = np.zeros(len(z), bool), np.zeros(len(z), bool)

        def decode(rows: slice) -> None:
            some = None if classes is None else classes[rows]
            if places is None:
                made = self._pass(z[rows], rows.start, draw_seed, some)
            else:
                made = self._fixed_pass(z[rows], places[rows.start] % self.fixed_rows, some)
            images[rows], broken[rows], constant[rows] = made

        passes = even_passes(len(z), self.rows)
        if places is not None:
            passes = fixed_passes(places.start, len(z), self.fixed_rows)
        told = time.perf_counter()
        for done in work_off(passes, decode, alone=len(z) <= ALONE):
            count = sum(rows.stop - rows.start for rows in done)
            if count < len(z) and time.perf_counter() - told >= PARTIAL_S:
                told = time.perf_counter()
                yield Progress(*_so_far(images, done), count / len(z))
        return images, broken, constant

    def _pass(self, z: Latents, first: int, draw_seed: int | None, classes: NDArray[np.int64] | None) -> Pictures:
        """The pictures of one pass of the decoder, which have the places ``first`` and so on in the request."""
        output = self.graphs.decode(z, classes)
        broken, constant = output.broken(), output.constant()
        shown = self.shown(output, range(first, first + len(z)), draw_seed)
        images = self.intensities.display(shown, spoil=True)
        images[broken] = BROKEN
        return images, broken, constant

    def _fixed_pass(self, z: Latents, row: int, classes: NDArray[np.int64] | None) -> Pictures:
        """The pictures of a pass of `fixed_rows`, of which they are the rows from ``row`` on; the others are z = 0."""
        rows = slice(row, row + len(z))
        whole = np.zeros((self.fixed_rows, z.shape[1]), np.float32)
        whole[rows] = z
        told = None
        if classes is not None:
            told = np.zeros(self.fixed_rows, np.int64)
            told[rows] = classes
        images, broken, constant = self._pass(whole, 0, None, told)
        return images[rows], broken[rows], constant[rows]

    def shown(self, output: Output, places: range, draw_seed: int | None) -> NDArray[np.floating]:
        """The mean, or a draw whose noise belongs to the place in the request and the pixel: ``(N, C, H, W)``."""
        if draw_seed is None:
            return output.mean
        n, channels, height, width = output.mean.shape
        uniforms = noise.uniforms_batch(draw_seed, places, noise.OUTPUT, height * width * channels)
        upright = uniforms.reshape(n, height, width, channels).transpose(0, 3, 1, 2)
        return observation.draw(self.spec.likelihood, upright, output.mean, output.log_scale)


def fixed_rows(dims: int) -> int:
    """The rows of a pass that draws pictures of ``dims`` numbers: a power of two."""
    return min(FIXED_MOST, max(FIXED_LEAST, 1 << max(FIXED_VALUES // dims, 1).bit_length() - 1))


def _second_half(steps: Generator[Progress, None, Pictures]) -> Generator[Progress, None, Pictures]:
    """The same steps, said to begin where half of the work is done."""
    try:
        while True:
            try:
                step = next(steps)
            except StopIteration as end:
                found: Pictures = end.value
                return found
            yield replace(step, fraction=(1 + step.fraction) / 2)
    finally:
        steps.close()


def _so_far(images: Images, done: Sequence[slice]) -> tuple[Images, NDArray[np.bool_]]:
    """The pictures of these rows, and where they are; the others may be in the making."""
    some, drawn = np.zeros_like(images), np.zeros(images.shape[:3], bool)
    for rows in done:
        some[rows], drawn[rows] = images[rows], True
    return some, drawn


def _since(began: float) -> float:
    return (time.perf_counter() - began) * 1e3
