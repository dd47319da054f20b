"""The autoregressive family: PixelCNN and Gated PixelCNN.

Binds a manifest's graphs (``likelihood``, ``sampler_row``, ``sampler_prime``) to the samplers: display values to levels,
upright to the model's frame, names of conditions to one-hot columns.  Completions choose the orientation in which
fewest given pixels come too late; a model without an orientation condition draws upright.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Generator, Mapping
from statistics import median
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.catalogue.registry import Model, Registry
from engine.contracts.arrays import Levels, Observed
from engine.contracts.events import Completion, Loaded, Scores
from engine.contracts.manifest import GraphSpec
from engine.contracts.requests import CompleteImage, LoadModel, SampleImages, ScoreImages
from engine.errors import RequestError
from engine.numerics import categorical, likelihood, noise
from engine.numerics.pixels import Codec
from engine.runtime.sessions import Graph, Sessions
from engine.sampling import autoregressive, orientation
from engine.sampling.autoregressive import Canvas, Logits, Noise, RowGraph, State, Trace
from engine.sampling.step import Progress, Step

TRACE_BYTES = 96 * 2**20
"""The most that states kept for re-completion may weigh; larger batches are drawn anew each time."""
DISTRIBUTION_NUMBERS = 2_000_000
SCORE_BATCH = 25
CHUNK = 16
"""Pictures drawn together: the batching gain is had by 16, and smaller chunks show their first rows sooner."""

Conditions: TypeAlias = Mapping[str, NDArray[np.float32]]


class BoundRowGraph:
    """A manifest's row graphs with the conditions filled in: an `engine.sampling.autoregressive.RowGraph`."""

    def __init__(self, spec: GraphSpec, row: Graph, prime: tuple[GraphSpec, Graph], conditions: Conditions) -> None:
        self.spec, self.row_graph, self.conditions = spec, row, conditions
        self.prime_spec, self.prime_graph = prime

    def start(self, batch: int) -> State:
        """All zeros: no rows above."""
        return {
            s.input: np.zeros([batch if axis == s.batch_axis else n for axis, n in enumerate(s.shape)], s.dtype)
            for s in self.spec.state
        }

    def prime(self, levels: Levels, batch: int) -> tuple[Logits, State]:
        """One call for all rows above; the state is the same for every image, so it is made once and repeated."""
        spec = self.prime_spec
        feed: dict[str, NDArray[Any]] = {spec.inputs["image"].name: levels[None, None]}
        feed |= {spec.inputs[name].name: value[:1] for name, value in self.conditions.items()}
        out = self.prime_graph.run(feed)
        state = {
            s.input: np.repeat(out[spec.outputs[s.input].name], batch, axis=s.batch_axis) for s in self.spec.state
        }
        logits = out[spec.outputs["logits"].name]  # (1, K, 1, R, W)
        return np.moveaxis(logits[0, :, 0], 0, -1), state

    def row(self, noise: Noise, known: Levels, observed: Observed, state: State) -> tuple[Levels, Logits, State]:
        """One call a row; the graph's layout is columns first."""
        spec, batch = self.spec, noise.shape[0]
        width = noise.shape[1]
        feed: dict[str, NDArray[Any]] = {
            spec.inputs["noise"].name: np.ascontiguousarray(noise.transpose(1, 0, 2)),
            spec.inputs["known"].name: np.repeat(known[:, None, None], batch, axis=1),
            spec.inputs["observed"].name: np.repeat(observed[:, None, None], batch, axis=1),
        }
        feed |= {spec.inputs[name].name: value for name, value in self.conditions.items()}
        feed |= state
        out = self.row_graph.run(feed)
        levels = out[spec.outputs["levels"].name]
        assert levels.shape == (width, batch)
        logits = out[spec.outputs["logits"].name]
        return levels.T, logits.transpose(1, 0, 2), {
            s.input: out[s.output] if s.output in out else state[s.output] for s in self.spec.state
        }


class Autoregressive:
    """One autoregressive model, ready to answer.  Any thread; requests may run side by side."""

    def __init__(self, model: Model, sessions: Sessions, registry: Registry) -> None:
        self.model, self.manifest = model, model.manifest
        self.sessions, self.registry = sessions, registry
        self.codec = Codec(self.manifest.image)
        self._lock = threading.Lock()
        self._traces: dict[Any, Trace] = {}
        self._pass_ms: float | None = None
        self._scorer: Autoregressive | None = None

    # --- answering ---------------------------------------------------------------------------------------------

    def load(self) -> None:
        """Open the graphs that completion needs."""
        for role in self.manifest.graphs:
            self.graph(role)

    def answer(self, request: Any) -> Generator[Progress, None, Any]:
        """A generator of `Progress` that returns the answer of the request's kind."""
        if isinstance(request, CompleteImage):
            return (yield from self.complete(request))
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
        if request.method == "particles":
            raise RequestError(
                "The sampler 'particles' is not in this version yet.", "Use method 'auto' or 'raster'.", method="particles"
            )
        levels = self.codec.encode(request.pixels, "nearest")
        name = request.orientation
        if name == "auto":
            name = orientation.best(request.observed, self.manifest.orientations)
        return (
            yield from self._draw(
                levels, request.observed, request.count, request.seed, request.temperature, request.class_name, name
            )
        )

    def sample(self, request: SampleImages) -> Generator[Progress, None, Completion]:
        """Draw whole pictures (see `SampleImages`)."""
        shape = (self.manifest.image.height, self.manifest.image.width)
        name = self.manifest.orientations[0] if request.orientation == "auto" else request.orientation
        return (
            yield from self._draw(
                np.zeros(shape, np.int64),
                np.zeros(shape, bool),
                request.count,
                request.seed,
                request.temperature,
                request.class_name,
                name,
            )
        )

    def score(self, request: ScoreImages) -> Generator[Progress, None, Scores]:
        """The exact log-likelihood of whole pictures (see `ScoreImages`)."""
        rng = np.random.default_rng(request.seed)
        scorer = self.scorer()
        levels = scorer.codec.encode(request.pixels, request.fit, rng)
        names = scorer.manifest.class_names
        classes: list[str] = [request.class_name] if request.class_name or not names else list(names)
        log_prob = np.zeros((len(classes), *levels.shape))
        done, whole = 0, len(classes) * len(levels)
        drawn = np.ones(levels.shape[1:], bool)
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
        """The open graph of a role."""
        return self.sessions.graph(self.model.folder, self.manifest.graphs[role])

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
        spec = self.manifest.graphs["likelihood"]
        feed: dict[str, NDArray[Any]] = {spec.inputs["image"].name: levels[:, None]}
        conditions = self.conditions(len(levels), class_name, orientation_name)
        feed |= {spec.inputs[name].name: value for name, value in conditions.items()}
        out = self.graph("likelihood").run(feed)[spec.outputs["logits"].name]  # (B, K, 1, H, W)
        return np.moveaxis(out[:, :, 0], 1, -1)

    def log_prob(self, levels: Levels, class_name: str = "") -> NDArray[np.float64]:
        """``log p(x_i | x_<i, class)`` upright: ``(B, H, W)`` nats."""
        return categorical.log_prob(self.logits(levels, class_name), levels)

    def row_graph(self, batch: int, class_name: str, orientation_name: str) -> RowGraph | None:
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
        return Canvas(
            np.ascontiguousarray(orientation.turn(levels, name)),
            np.ascontiguousarray(orientation.turn(observed, name)),
            orientation.turn(field, name, 1) * np.float32(temperature),
        )

    def steps(self, canvas: Canvas, class_name: str, name: str, before: Trace | None, trace: Trace) -> Any:
        """The generator of rows: cached where the model has the graphs for it, else naive."""
        graph = self.row_graph(canvas.batch, class_name, name)
        if graph is None:
            return autoregressive.naive(lambda x: self.logits(x, class_name, name), canvas)
        return autoregressive.row_cached(graph, canvas, trace, before)

    def _draw(
        self, levels: Levels, observed: Observed, count: int, seed: int, temperature: float, class_name: str, name: str
    ) -> Generator[Progress, None, Completion]:
        began = time.perf_counter()
        drawing = _Drawing(self, levels, observed, count, temperature, name)
        for images in _chunks(count):
            canvas = self.canvas(levels, observed, images, seed, temperature, name)
            key = (class_name, name, seed, temperature, images)
            trace = Trace(canvas, {}, {})
            try:
                for step in self.steps(canvas, class_name, name, self._trace(key), trace):
                    drawing.add(step, images, began)
                    yield drawing.progress()
            finally:  # a stopped run leaves its rows for the next one too
                self._remember(key, trace, count)
        return drawing.completion(began)

    def _trace(self, key: Any) -> Trace | None:
        with self._lock:
            return self._traces.get(key)

    def _remember(self, key: Any, trace: Trace, count: int) -> None:
        size = sum(array.nbytes for state in trace.states.values() for array in state.values())
        with self._lock:
            stale = [k for k in self._traces if k[:-1] != key[:-1] or k == key]
            for old in stale:
                del self._traces[old]
            if trace.steps and size * max(1, count // trace.canvas.batch) <= TRACE_BYTES:
                self._traces[key] = trace


class _Drawing:
    """The picture being drawn: collects rows from the model's frame into upright arrays."""

    def __init__(
        self, family: Autoregressive, levels: Levels, observed: Observed, count: int, temperature: float, name: str
    ) -> None:
        self.family, self.name, self.temperature, self.count = family, name, temperature, count
        self.observed = observed
        height, width = observed.shape
        frame = orientation.turn(observed, name).shape
        known = np.where(observed, levels, 0)
        self.levels = np.repeat(np.ascontiguousarray(orientation.turn(known, name))[None], count, axis=0)
        k = family.manifest.image.levels
        self.logits: NDArray[np.float32] = np.zeros((count, *frame, k), np.float32)
        self.passed = np.zeros(frame[0], bool)  # rows that the raster pass met, for the last chunk
        self.done = np.zeros((count, frame[0]), bool)
        unknown_rows = (~orientation.turn(observed, name)).any(axis=1)
        self.work = max(1, int(unknown_rows.sum()) * count)
        self.unknown = int((~observed).sum())
        self.first_row_ms = 0.0

    def add(self, step: Step, images: range, began: float) -> None:
        """A row of some of the images."""
        self.levels[images.start : images.stop, step.row] = step.levels
        self.logits[images.start : images.stop, step.row] = step.logits
        self.done[images.start : images.stop, step.row] = True
        if not self.first_row_ms:
            self.first_row_ms = (time.perf_counter() - began) * 1e3

    def progress(self) -> Progress:
        """What may be shown: rows that every image has."""
        images = self.family.codec.decode(orientation.turn_back(self.levels, self.name, 1))
        rows = self.done.any(axis=0)
        drawn = np.repeat(rows[:, None], self.levels.shape[2], axis=1)
        upright = np.ascontiguousarray(orientation.turn_back(drawn, self.name)) | self.observed
        return Progress(np.ascontiguousarray(images), upright, min(1.0, float(self.done.sum()) / self.work))

    def completion(self, began: float) -> Completion:
        """The finished answer."""
        log_p = categorical.log_softmax(self.logits, self.temperature)  # (N, H, W, K)
        chosen = np.take_along_axis(log_p, self.levels[..., None], axis=-1)[..., 0]
        chosen[~self.done] = np.nan
        distribution = None
        if log_p.size <= DISTRIBUTION_NUMBERS:
            p = np.exp(log_p).astype(np.float16)
            distribution = np.ascontiguousarray(orientation.turn_back(p, self.name, 1))
        upright = orientation.turn_back(self.levels, self.name, 1)
        return Completion(
            images=np.ascontiguousarray(self.family.codec.decode(upright)),
            log_prob=np.ascontiguousarray(orientation.turn_back(chosen, self.name, 1)).astype(np.float32),
            unused=orientation.unused(self.observed, self.name),
            order=orientation.order(*self.observed.shape, self.name),
            distribution=distribution,
            orientation=self.name,
            method="raster",
            first_row_ms=self.first_row_ms,
            total_ms=(time.perf_counter() - began) * 1e3,
            naive_ms=self.unknown * self.count * self.family.pass_ms(),
        )


def _chunks(count: int) -> list[range]:
    return [range(start, min(start + CHUNK, count)) for start in range(0, count, CHUNK)]
