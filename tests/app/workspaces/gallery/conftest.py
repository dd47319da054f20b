"""The gallery's presenters between a clock that tests wind and an engine that answers when tests say so."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.workspaces.gallery.keeping import Keeping
from app.workspaces.gallery.presenter import GalleryPresenter
from app.workspaces.gallery.state import GalleryState
from engine.contracts.events import (
    Bounds,
    Cancelled,
    Classified,
    Decoded,
    Event,
    Failed,
    Finished,
    Partial,
    Realness,
    Samples,
    Scores,
    Started,
)
from engine.contracts.lanes import Lane
from engine.contracts.manifest import Condition, GraphSpec, ImageSpec, Manifest


class FakeTimer:
    def __init__(self, due_ms: float, fn: Callable[[], None]) -> None:
        self.due_ms, self.fn, self.active = due_ms, fn, True

    def cancel(self) -> None:
        self.active = False


class FakeClock:
    """Time stands until `advance`."""

    def __init__(self) -> None:
        self._now, self._timers = 1000.0, list[FakeTimer]()

    def now_ms(self) -> float:
        return self._now

    def call_later(self, delay_ms: float, fn: Callable[[], None]) -> FakeTimer:
        timer = FakeTimer(self._now + delay_ms, fn)
        self._timers.append(timer)
        return timer

    def advance(self, ms: float) -> None:
        end = self._now + ms
        while due := [timer for timer in self._timers if timer.active and timer.due_ms <= end]:
            timer = min(due, key=lambda timer: timer.due_ms)
            self._now, timer.active = max(self._now, timer.due_ms), False
            timer.fn()
        self._now = end


def manifest(model: str, *, family: str = "vae", **changes: Any) -> Manifest:
    graph = GraphSpec(file="graph.onnx", sha256="0" * 64, inputs={}, outputs={})
    graphs = {
        "gan": ("generator", "discriminator"),
        "classifier": ("classifier",),
        "autoregressive": ("step", "likelihood"),
    }.get(family, ("decoder", "encoder"))
    latent = None if family in ("autoregressive", "classifier") else {"dim": 3, "prior": "normal", "likelihood": "none"}
    values: dict[str, Any] = {
        "title": model.capitalize(),
        "architecture": family.upper(),
        "data": "toy",
        "data_title": "Toy",
        "image": ImageSpec(height=4, width=4, channels=1, levels=256, range="0..1"),
        "graphs": dict.fromkeys(graphs, graph),
        "latent": latent,
    }
    return Manifest(id=model, family=family, **(values | changes))


VAE = manifest("vae")
CLASSES = ("cat", "dog", "owl")
GAN = manifest("gan", family="gan", conditions=(Condition(name="class", names=CLASSES),))
PIXELS = manifest("pixels", family="autoregressive")
NORMAL = manifest("normal", family="gaussian")
JUDGE = manifest("judge", family="classifier", conditions=(Condition(name="class", names=CLASSES),))
MODELS = {model.id: model for model in (VAE, GAN, PIXELS, NORMAL, JUDGE)}


def retrained(model: Manifest) -> Manifest:
    """The same model with other weights."""
    graphs = {role: replace(graph, sha256="1" * 64) for role, graph in model.graphs.items()}
    return replace(model, graphs=graphs)


def pictures(seed: int, places: range, class_name: str) -> np.ndarray:
    """Pictures one can read the request from: seed, place (low, high) and class in the first pixels."""
    images = np.zeros((len(places), 4, 4, 1), np.uint8)
    images[:, 0, 0, 0] = seed % 256
    images[:, 0, 1, 0] = np.array(places) % 256
    images[:, 0, 2, 0] = np.array(places) // 256
    images[:, 0, 3, 0] = 1 + CLASSES.index(class_name) if class_name else 0
    return images


@dataclass(eq=False)
class FakeJob:
    """A submitted request, and what the engine says about it when a test asks it to."""

    id: int
    request: Any
    lane: Lane
    on_event: Callable[[Event], None]
    cancelled: bool = False
    ended: bool = False

    @property
    def kind(self) -> str:
        return type(self.request).__name__

    def cancel(self) -> None:
        self.cancelled = True

    def start(self) -> None:
        self.on_event(Started(job=self.id))

    def finish(self, **changes: Any) -> None:
        self.ended = True
        answers: dict[str, Callable[[], dict[str, Any]]] = {
            "SampleImages": self._samples,
            "ScoreImages": self._scores,
            "BoundImages": self._bounds,
            "DiscriminateImages": self._realness,
            "ClassifyImages": self._classified,
            "DecodeLatents": self._decoded,
        }
        kinds = {
            "SampleImages": Samples,
            "ScoreImages": Scores,
            "BoundImages": Bounds,
            "DiscriminateImages": Realness,
            "ClassifyImages": Classified,
            "DecodeLatents": Decoded,
        }
        values = answers[self.kind]() | changes
        self.on_event(Finished(job=self.id, answer=kinds[self.kind](**values)))

    def _samples(self) -> dict[str, Any]:
        r = self.request
        places = range(r.first, r.first + r.count)
        return {
            "images": pictures(r.seed, places, r.class_name),
            "z": np.stack([np.full(3, place, np.float32) for place in places]),
            "broken": np.zeros(r.count, bool),
            "total_ms": 1.0,
            "classes": np.full(r.count, CLASSES.index(r.class_name)) if r.class_name else None,
        }

    @property
    def _values(self) -> np.ndarray:
        """A value that is higher for later places."""
        return np.asarray(self.request.pixels[:, 0, 1, 0], np.float64)

    def _scores(self) -> dict[str, Any]:
        n = len(self.request.pixels)
        return {
            "log_prob": np.zeros((n, 4, 4), np.float32),
            "nats": self._values,
            "bits_per_dim": self._values / 10,
            "class_nats": None,
            "scored_by": self.request.model,
        }

    def _bounds(self) -> dict[str, Any]:
        v = self._values
        return {
            "elbo": v,
            "reconstruction": v,
            "kl": v * 0,
            "iwae": v,
            "iwae_by_k": v[:1],
            "ks": np.array([1]),
        }

    def _realness(self) -> dict[str, Any]:
        v = self._values.astype(np.float32)
        return {
            "score": v,
            "probability": 1 / (1 + np.exp(-v)),
            "class_scores": None,
            "classes": np.full(len(v), -1),
            "total_ms": 1.0,
        }

    def _classified(self) -> dict[str, Any]:
        """Class by the place, modulo 3."""
        classes = self._values.astype(np.int64) % 3
        return {
            "features": np.zeros((len(classes), 2), np.float32),
            "heads": ("class",),
            "names": (CLASSES,),
            "classes": classes[:, None],
            "probabilities": np.eye(3, dtype=np.float32)[classes] * 0.9,
            "classifier": "judge",
            "total_ms": 1.0,
        }

    def _decoded(self) -> dict[str, Any]:
        """Pictures one can read z and the class from: twenty times its first two numbers, as of seed and place."""
        z, n = np.asarray(self.request.z), len(self.request.z)
        names = self.request.class_names or (self.request.class_name,) * n
        twenties = np.rint(20 * z[:, :2]).astype(np.int64) % 256
        images = [
            pictures(int(a), range(int(b), int(b) + 1), name) for (a, b), name in zip(twenties, names, strict=True)
        ]
        return {
            "images": np.concatenate(images),
            "broken": np.zeros(n, bool),
            "constant": np.zeros(n, bool),
            "total_ms": 1.0,
        }

    def partial(self, rows: int) -> None:
        r = self.request
        drawn = np.zeros((r.count, 4, 4), bool)
        drawn[:, :rows] = True
        images = pictures(r.seed, range(r.first, r.first + r.count), r.class_name)
        self.on_event(Partial(job=self.id, images=images, drawn=drawn, fraction=rows / 4))

    def fail(self, code: str = "SessionError", problem: str = "It broke.", remedy: str = "Mend it.") -> None:
        self.ended = True
        self.on_event(Failed(job=self.id, code=code, problem=problem, remedy=remedy))

    def be_cancelled(self) -> None:
        self.ended = True
        self.on_event(Cancelled(job=self.id))


@dataclass(eq=False)
class FakeDispatcher:
    jobs: list[FakeJob] = field(default_factory=list)

    def submit(self, request: Any, lane: Lane, on_event: Callable[[Event], None]) -> FakeJob:
        self.jobs.append(FakeJob(len(self.jobs) + 1, request, lane, on_event))
        return self.jobs[-1]

    def open(self, kind: str = "") -> list[FakeJob]:
        return [j for j in self.jobs if not j.ended and not j.cancelled and kind in ("", j.kind)]

    def answer(self, clock: FakeClock | None = None, ms: float = 10.0, most: int = 10_000) -> int:
        """Finish everything, also what that leads to, each after ``ms``; how many requests there were."""
        count = 0
        while count < most and (waiting := [j for j in self.jobs if not j.ended]):
            for job in waiting[:1]:
                count += not job.cancelled
                if clock is not None:
                    clock.advance(ms)
                job.be_cancelled() if job.cancelled else job.finish()
        return count


class FakeWorker:
    """Work waits until `finish`."""

    def __init__(self) -> None:
        self.waiting: list[tuple[Callable[[], Any], Callable[[Future[Any]], None]]] = []

    def run(self, work: Callable[[], Any], done: Callable[[Future[Any]], None]) -> None:
        self.waiting.append((work, done))

    def finish(self) -> int:
        """Do all of it, also what that leads to; how much there was."""
        count = 0
        while self.waiting:
            work, done = self.waiting.pop(0)
            count += 1
            outcome: Future[Any] = Future()
            try:
                outcome.set_result(work())
            except Exception as error:
                outcome.set_exception(error)
            done(outcome)
        return count


class FakeDisk:
    """A `SerialWorker` that works when tests say so."""

    def __init__(self) -> None:
        self._worker = FakeWorker()

    def run(self, work: Callable[[], Any], done: Callable[[Future[Any]], None]) -> None:
        self._worker.run(work, done)

    def flush(self, timeout_s: float = 0.0) -> bool:
        self._worker.finish()
        return True

    finish = flush


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def dispatcher() -> FakeDispatcher:
    return FakeDispatcher()


@pytest.fixture
def worker() -> FakeWorker:
    return FakeWorker()


@pytest.fixture
def models() -> dict[str, Manifest]:
    return MODELS


@dataclass(eq=False)
class Bench:
    """The presenter, its surroundings, and everything it showed."""

    clock: FakeClock = field(default_factory=FakeClock)
    dispatcher: FakeDispatcher = field(default_factory=FakeDispatcher)
    worker: FakeWorker = field(default_factory=FakeWorker)
    disk: FakeDisk = field(default_factory=FakeDisk)
    folder: tempfile.TemporaryDirectory[str] = field(default_factory=tempfile.TemporaryDirectory)
    of_another: Path | None = None
    shown: list[GalleryState] = field(default_factory=list)
    presenter: GalleryPresenter = None  # type: ignore[assignment]

    @property
    def kept(self) -> Path:
        """The file of kept pictures: its own, or that of another one."""
        return self.of_another or Path(self.folder.name) / "kept.sqlite3"

    @property
    def state(self) -> GalleryState:
        return self.shown[-1]

    def answer(self, ms: float = 10.0, most: int = 10_000) -> int:
        count = self.dispatcher.answer(self.clock, ms, most)
        self.worker.finish()
        self.disk.flush()
        return count

    def places(self) -> list[int]:
        """The places of the seed of the pictures on the wall, in the order shown."""
        tiles = self.state.tiles
        assert tiles is not None
        order = np.arange(len(tiles.images)) if tiles.order is None else tiles.order
        found = tiles.images[order, 0, 1, 0].astype(int) + 256 * tiles.images[order, 0, 2, 0].astype(int)
        return [int(place) for place in found]


def make_bench(
    *models: Manifest,
    engine: str = "ready",
    start: str | None = "vae",
    awake: bool = True,
    kept: Path | None = None,
) -> Bench:
    bench = Bench() if kept is None else Bench(of_another=kept)
    seeds = iter(range(1000, 2000))
    bench.presenter = GalleryPresenter(
        bench.dispatcher,
        bench.clock,
        models or tuple(MODELS.values()),
        bench.shown.append,
        worker=bench.worker,
        keeping=Keeping(bench.disk, bench.kept),
        classifiers=lambda: {"toy": JUDGE},
        engine=engine,
        awake=awake,
        new_seed=lambda: next(seeds),
    )
    if start is not None:
        bench.presenter.start(start)
    return bench


@pytest.fixture
def fresh() -> Callable[..., Bench]:
    """Makes a presenter at its very first moment."""
    return make_bench


@pytest.fixture
def bench() -> Bench:
    """A wall of the VAE, all drawn."""
    bench = make_bench()
    bench.answer()
    return bench
