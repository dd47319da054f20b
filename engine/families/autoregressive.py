"""The autoregressive family: PixelCNN and Gated PixelCNN.

Binds a manifest's graphs (``likelihood``, ``sampler_row``, ``sampler_prime``) to the samplers: display values to
levels, upright to the model's frame, names of conditions to one-hot columns.  Completions choose an orientation
in which few given pixels come too late (`orientation.best`); a model without an orientation condition draws upright.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.catalogue.registry import Model, Registry
from engine.contracts.arrays import Levels, Observed
from engine.contracts.events import Completion, Loaded, Scores
from engine.contracts.requests import (
    CompleteImage,
    EstimateEvidence,
    ExamineImage,
    LoadModel,
    MeasureInfluence,
    SampleImages,
    ScoreImages,
)
from engine.errors import GraphMismatch, RequestError
from engine.families import class_mixture, evidence, particle_completion, probing
from engine.families.drawing import Drawing
from engine.families.embedded_manifest import check_size
from engine.families.kept_states import KeptStates
from engine.families.particle_completion import Left
from engine.families.row_graphs import CHUNK, BoundRowGraph, Conditions
from engine.numerics import categorical, likelihood, noise
from engine.numerics.pixels import Codec
from engine.runtime.sessions import Graph, Sessions
from engine.sampling import autoregressive, orientation
from engine.sampling.autoregressive import Canvas, Logits, Trace
from engine.sampling.step import Progress, Step

KEPT = KeptStates()
"""States kept for re-completion, of all models of this process."""
SCORE_BATCH = 8

SIDE_BY_SIDE = 4
"""Chunks that advance together, so that up to 64 pictures grow as one; states are held for no more than these."""


class Autoregressive:
    """One autoregressive model, ready to answer.  Any thread; requests may run side by side."""

    def __init__(self, model: Model, sessions: Sessions, registry: Registry) -> None:
        self.model, self.manifest = model, model.manifest
        self.sessions, self.registry = sessions, registry
        self.codec = Codec(self.manifest.image)
        self.beginnings = class_mixture.Beginnings()
        self.kept = KEPT
        self._own = object()  # what this one keeps is not for another that was made of a folder of the same name
        self._pass_ms: float | None = None
        self._scorer: Autoregressive | None = None
        self._checked = set[str]()

    # --- answering ---------------------------------------------------------------------------------------------

    def load(self) -> None:
        """Open the graphs that completion needs."""
        for role in self.manifest.graphs:
            self.graph(role)

    def answer(self, request: Any) -> Generator[Progress, None, Any]:
        """A generator of `Progress` that returns the answer of the request's kind."""
        if isinstance(request, CompleteImage):
            return (yield from self.complete(request))
        if isinstance(request, EstimateEvidence):
            return (yield from evidence.estimate(self, request))
        if isinstance(request, ExamineImage):
            return (yield from probing.examine(self, request))
        if isinstance(request, MeasureInfluence):
            return (yield from probing.measure(self, request))
        if isinstance(request, SampleImages):
            return (yield from self.sample(request))
        if isinstance(request, ScoreImages):
            return (yield from self.score(request))
        if isinstance(request, LoadModel):
            began = time.perf_counter()
            self.load()
            return Loaded(model=self.manifest.id, milliseconds=(time.perf_counter() - began) * 1e3)
        raise RequestError(
            f"{self.manifest.title} cannot answer {type(request).__name__}.", "Choose a model of another family."
        )

    def complete(self, request: CompleteImage) -> Generator[Progress, None, Completion]:
        """Fill the unobserved pixels (see `CompleteImage`)."""
        levels = self.codec.encode(request.pixels, "nearest")
        name = request.orientation
        if name == "auto":
            name = orientation.best(request.observed, self.manifest.orientations)
        if self.method_for(request, name) == "raster":
            return (yield from self._draw(levels, request.observed, request, name))
        return (yield from self._weigh(levels, request, name))

    def method_for(self, request: CompleteImage, name: str) -> str:
        """What ``auto`` comes to in this orientation: raster where that is exact, or nothing else is possible."""
        if request.method == "particles" and request.temperature == 0:
            raise RequestError(
                "At temperature 0 all particles are one picture, and there is nothing to weigh.",
                "Raise the temperature, or use method 'auto' or 'raster'.",
            )
        if request.method != "auto":
            return request.method
        weighs = bool(orientation.late_pixels(request.observed, name)) and request.temperature > 0
        return "particles" if weighs and "sampler_row" in self.manifest.graphs else "raster"

    def _weigh(self, levels: Levels, request: CompleteImage, name: str) -> Generator[Progress, None, Completion]:
        """Complete with particles, and keep what they left for the next time."""
        key = (request.class_name, name, request.seed, request.temperature, request.particles, request.runs)

        def keep(left: Left) -> None:  # of one request: they weigh much
            self.kept.keep(self._own, (key, left), left.arrays())

        of, left = self.kept.get(self._own) or (None, None)
        return (yield from particle_completion.complete(self, levels, request, name, left if of == key else None, keep))

    def sample(self, request: SampleImages) -> Generator[Progress, None, Completion]:
        """Draw whole pictures (see `SampleImages`).

        Chunks are those of the seed's places, and drawn whole even for one picture: so it is the same to the last digit
        whichever others are asked for.
        """
        shape = (self.manifest.image.height, self.manifest.image.width)
        name = self.manifest.orientations[0] if request.orientation == "auto" else request.orientation
        return (yield from self._draw(np.zeros(shape, np.int64), np.zeros(shape, bool), request, name))

    def score(self, request: ScoreImages) -> Generator[Progress, None, Scores]:
        """The exact log-likelihood of whole pictures (see `ScoreImages`)."""
        rng = np.random.default_rng(request.seed)
        scorer = self.scorer()
        levels = scorer.codec.encode(request.pixels, request.fit, rng)
        names = scorer.manifest.class_names
        classes: list[str] = [request.class_name] if request.class_name or not names else list(names)
        log_prob = np.zeros((len(classes), *levels.shape))
        done, whole = 0, len(classes) * len(levels)
        drawn = np.ones((1, *levels.shape[1:]), bool)
        for start in range(0, len(levels), SCORE_BATCH):
            part = levels[start : start + SCORE_BATCH]
            for index, class_name in enumerate(classes):
                log_prob[index, start : start + len(part)] = scorer.log_prob(part, class_name)
                done += len(part)
                yield Progress(request.pixels[:1], drawn, done / whole)
        chain = log_prob[0] if len(classes) == 1 else likelihood.mixture_log_prob(log_prob)
        nats = chain.sum(axis=(1, 2))
        return Scores(
            log_prob=chain.astype(np.float32),
            nats=nats,
            bits_per_dim=likelihood.bits_per_dim(nats, scorer.manifest.image.dims),
            class_nats=log_prob.sum(axis=(2, 3)).T if len(classes) > 1 else None,
            scored_by=scorer.manifest.id,
        )

    def scorer(self) -> Autoregressive:
        """The model that gives likelihoods: this one, or the upright one that its manifest names."""
        if not self.manifest.scored_by:
            return self
        if self._scorer is None:
            other = self.registry.find(self.manifest.scored_by)
            self._scorer = Autoregressive(other, self.sessions, self.registry)
        return self._scorer

    # --- graphs --------------------------------------------------------------------------------------------------

    def graph(self, role: str) -> Graph:
        """The open graph of a role; raises `GraphMismatch` where it was made for pictures of another size."""
        spec = self.manifest.graphs[role]
        graph = self.sessions.graph(self.model.folder, spec)
        if role not in self._checked:
            check_size(spec.file, graph.metadata(), self.manifest)
            self._checked.add(role)
        return graph

    def conditions(self, batch: int, class_name: str, orientation_name: str) -> dict[str, NDArray[np.float32]]:
        """One-hot columns by condition: ``(batch, width) float32``; no class is the last column."""
        chosen = {"class": class_name, "orientation": orientation_name}
        out = {}
        for condition in self.manifest.conditions:
            value = chosen.get(condition.name, "")
            column = condition.names.index(value) if value else len(condition.names)
            out[condition.name] = np.zeros((batch, condition.width), np.float32)
            out[condition.name][:, column] = 1
        return out

    def logits(self, levels: Levels, class_name: str = "", orientation_name: str = "upright") -> Logits:
        """The full pass, in the model's frame: ``(B, H, W)`` levels -> ``(B, H, W, K)`` logits."""
        return self.logits_under(levels, self.conditions(len(levels), class_name, orientation_name))

    def logits_under(self, levels: Levels, conditions: Conditions) -> Logits:
        """`logits`, each picture under conditions of its own."""
        spec = self.manifest.graphs["likelihood"]
        feed: dict[str, NDArray[Any]] = {spec.inputs["image"].name: levels[:, None]}
        feed |= {spec.inputs[name].name: value for name, value in conditions.items()}
        out = self.graph("likelihood").run(feed)[spec.outputs["logits"].name]
        wanted = (len(levels), self.manifest.image.levels, 1, *levels.shape[1:])  # (B, K, 1, H, W)
        if out.shape != wanted:
            raise GraphMismatch(
                f"The graph {spec.file} gives 'logits' of shape {out.shape}, and {wanted} is wanted: pictures, levels, "
                "a channel, rows, columns.",
                "Export the model again, or correct manifest.json (docs/own_model.md says how).",
            )
        return np.moveaxis(out[:, :, 0], 1, -1)

    def log_prob(self, levels: Levels, class_name: str = "") -> NDArray[np.float64]:
        """``log p(x_i | x_<i, class)`` upright: ``(B, H, W)`` nats."""
        return categorical.log_prob(self.logits(levels, class_name), levels)

    def row_graph(self, batch: int, class_name: str, orientation_name: str) -> BoundRowGraph | None:
        """The bound row graphs, or None for a model that has only its likelihood."""
        graphs = self.manifest.graphs
        if "sampler_row" not in graphs or "sampler_prime" not in graphs:
            return None
        prime = (graphs["sampler_prime"], self.graph("sampler_prime"))
        conditions = self.conditions(batch, class_name, orientation_name)
        return BoundRowGraph(graphs["sampler_row"], self.graph("sampler_row"), prime, conditions)

    def pass_ms(self) -> float:
        """Milliseconds of one full pass for one picture: the median of three, measured once."""
        if self._pass_ms is None:
            image = self.manifest.image
            levels = np.zeros((1, image.height, image.width), np.int64)
            self.logits(levels, "", self.manifest.orientations[0])  # the first pass allocates
            times = []
            for _ in range(3):
                began = time.perf_counter()
                self.logits(levels, "", self.manifest.orientations[0])
                times.append((time.perf_counter() - began) * 1e3)
            self._pass_ms = median(times)
        return self._pass_ms

    # --- drawing -------------------------------------------------------------------------------------------------

    def canvas(
        self, levels: Levels, observed: Observed, images: range, seed: int, temperature: float, name: str
    ) -> Canvas:
        """What is to be drawn, turned into the frame of orientation ``name``."""
        image = self.manifest.image
        field = noise.gumbel_batch(seed, images, (image.height, image.width, image.levels))
        return Canvas(  # copies: it is compared with the next one, and the asker may paint on in its own arrays
            orientation.turn(levels, name).copy(),
            orientation.turn(observed, name).copy(),
            orientation.turn(field, name, 1) * np.float32(temperature),
        )

    def steps(
        self,
        canvas: Canvas,
        class_name: str,
        name: str,
        before: Trace | None,
        trace: Trace,
        mixed: class_mixture.Mixed | None = None,
    ) -> Iterator[Step]:
        """The generator of rows: cached where the model has the graphs for it, else naive; ``mixed`` images each have a
        class instead of ``class_name``."""
        graph = self.row_graph(canvas.batch, class_name, name)
        conditions: Conditions = self.conditions(canvas.batch, class_name, name)
        if mixed is not None:
            conditions = class_mixture.told(conditions, mixed.classes)
        if graph is None:
            return autoregressive.naive(lambda x: self.logits_under(x, conditions), canvas)
        rows = graph if mixed is None else class_mixture.ClassedRowGraph(graph, mixed)
        return autoregressive.row_cached(rows, canvas, trace, before)

    def _draw(
        self, levels: Levels, observed: Observed, request: CompleteImage | SampleImages, name: str
    ) -> Generator[Progress, None, Completion]:
        drawing = Drawing(self.codec, levels, observed, request.count, request.temperature, name)
        first = request.first if isinstance(request, SampleImages) else None
        places, reused, classes = range(first or 0, (first or 0) + request.count), [], []
        for group in _groups(places, whole=first is not None):
            runs = [self._run(levels, observed, request, name, images) for images in group]
            try:
                for steps in zip(*(run.steps for run in runs), strict=True):  # a row of each: all tiles grow together
                    news = [
                        drawing.add(s, *run.within(places), run.reuses(s)) for run, s in zip(runs, steps, strict=True)
                    ]
                    if any(news):  # rows taken over are on show already, and nobody waited for them
                        yield drawing.progress()
            finally:  # a stopped run leaves its rows for the next one too
                for run in runs:
                    self._remember(run)
            reused += [run.reused_rows for run in runs]
            classes += [run.mixed.classes[run.within(places)[1]] for run in runs if run.mixed is not None]
        total_ms = drawing.elapsed_ms()  # before the pass that is only run to be timed
        own = np.concatenate(classes) if classes else None
        return drawing.completion(self.pass_ms(), total_ms, min(reused), classes=own)

    def _run(
        self, levels: Levels, observed: Observed, request: CompleteImage | SampleImages, name: str, images: range
    ) -> _Run:
        canvas = self.canvas(levels, observed, images, request.seed, request.temperature, name)
        mixed = class_mixture.mixed(self, canvas, images, request.class_name, name, request.seed, request.temperature)
        own = request.class_name if mixed is None else mixed.classes.tobytes()
        key = (own, name, request.seed, request.temperature)
        trace = Trace(canvas, {}, {})
        before = self.kept.get((self._own, key, images))
        steps = self.steps(canvas, request.class_name, name, before, trace, mixed)
        return _Run(images, key, trace, before, steps, mixed)

    def _remember(self, run: _Run) -> None:
        """Keep what a run left, and of earlier runs the latest that there is room for.

        Painting makes the best orientation change to and fro, and undo brings old parameters back: what those drew
        before is still good from its first changed row on.
        """
        left, place = run.left, (self._own, run.key, run.images)
        if left.steps:
            self.kept.keep(place, left, left.arrays())
        else:
            self.kept.forget(place)


@dataclass(frozen=True, slots=True, eq=False)
class _Run:
    """One chunk of pictures being drawn; ``key`` is all that its noise and conditions depend on besides ``images``."""

    images: range
    key: tuple[str | bytes, str, int, float]
    trace: Trace
    before: Trace | None
    steps: Iterator[Step]
    mixed: class_mixture.Mixed | None

    def within(self, places: range) -> tuple[range, slice]:
        """Which of the pictures at ``places`` this chunk draws, and which of its own rows they are."""
        start, stop = max(self.images.start, places.start), min(self.images.stop, places.stop)
        return (
            range(start - places.start, stop - places.start),
            slice(start - self.images.start, stop - self.images.start),
        )

    def reuses(self, step: Step) -> bool:
        """Whether the row is one of the run before."""
        return self.before is not None and self.before.steps.get(step.row) is step

    @property
    def reused_rows(self) -> int:
        """The rows that are those of the run before."""
        return sum(self.reuses(step) for step in self.trace.steps.values())

    @property
    def left(self) -> Trace:
        """What the next run may start from: the run before's rows, if this one was stopped among them."""
        return self.before if self.before is not None and self.reused_rows == len(self.trace.steps) else self.trace


def _groups(places: range, whole: bool) -> list[list[range]]:
    """The pictures in chunks, and the chunks in groups that are drawn side by side; ``whole`` chunks begin at multiples
    of their size and may hold pictures that nobody asked for."""
    if whole:
        chunks = [range(at, at + CHUNK) for at in range(places.start // CHUNK * CHUNK, places.stop, CHUNK)]
    else:
        chunks = [range(at, min(at + CHUNK, places.stop)) for at in range(places.start, places.stop, CHUNK)]
    return [chunks[first : first + SIDE_BY_SIDE] for first in range(0, len(chunks), SIDE_BY_SIDE)]
