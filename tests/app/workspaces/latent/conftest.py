"""A presenter between a clock that tests wind and an engine that answers when tests say so."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from app.documents.history import History
from app.workspaces.latent.presenter import LatentPresenter
from app.workspaces.latent.state import LatentState
from engine.contracts.events import Bounds, Cancelled, Decoded, Encoded, Event, Failed, Finished, Scores, Started
from engine.contracts.lanes import Lane
from engine.contracts.latents import LatentArrays
from engine.contracts.manifest import GraphSpec, ImageSpec, Manifest


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
        self._timers = [timer for timer in self._timers if timer.active]


def decoded(z: np.ndarray, shape: tuple[int, int, int]) -> np.ndarray:
    """A decoder one can read z back from: pixel d of a picture is 100 + 10 times coordinate d."""
    images = np.zeros((len(z), shape[0] * shape[1] * shape[2]), np.uint8)
    images[:, : z.shape[1]] = np.clip(np.round(100 + 10 * z), 0, 255)[:, : images.shape[1]]
    return images.reshape(len(z), *shape)


@dataclass(eq=False)
class FakeJob:
    """A submitted request, and what the engine says about it when a test asks it to."""

    id: int
    request: Any
    lane: Lane
    on_event: Callable[[Event], None]
    manifest: Manifest
    cancelled: bool = False
    ended: bool = False

    def cancel(self) -> None:
        self.cancelled = True

    def start(self) -> None:
        self.on_event(Started(job=self.id))

    @property
    def shape(self) -> tuple[int, int, int]:
        spec = self.manifest.image
        return spec.height, spec.width, spec.channels

    def finish(self, **changes: Any) -> None:
        self.ended = True
        answers: dict[str, Callable[..., Any]] = {
            "DecodeLatents": self._decoded,
            "EncodeImages": self._encoded,
            "BoundImages": self._bounds,
            "ScoreImages": self._scores,
        }
        self.on_event(Finished(job=self.id, answer=answers[type(self.request).__name__](**changes)))

    def _decoded(self, **changes: Any) -> Decoded:
        count = len(self.request.z)
        values: dict[str, Any] = {
            "images": decoded(self.request.z, self.shape),
            "broken": np.zeros(count, bool),
            "constant": np.zeros(count, bool),
            "total_ms": 0.4,
        }
        return Decoded(**(values | changes))

    def _encoded(self, **changes: Any) -> Encoded:
        """mu is 1, -1, 1, ... and sigma 1/2."""
        dim = self.manifest.latent["dim"]
        mu = np.where(np.arange(dim) % 2, -1.0, 1.0).astype(np.float32)[None].repeat(len(self.request.pixels), 0)
        log_var = np.full(mu.shape, 2 * np.log(0.5), np.float32)
        values: dict[str, Any] = {
            "mu": mu,
            "log_var": log_var,
            "kl": np.full(mu.shape, 0.5, np.float32),
            "reconstruction": decoded(mu, self.shape),
            "total_ms": 1.0,
        }
        return Encoded(**(values | changes))

    def _bounds(self, **changes: Any) -> Bounds:
        ks = np.array([k for k in (1, 2, 5, 10, 20, 50, 100, 200, 500) if k <= self.request.samples], np.int64)
        values: dict[str, Any] = {
            "elbo": np.array([-100.0]),
            "reconstruction": np.array([-90.0]),
            "kl": np.array([10.0]),
            "iwae": np.array([-95.0]),
            "iwae_by_k": -95.0 - 5.0 / ks,
            "ks": ks,
        }
        return Bounds(**(values | changes))

    def _scores(self) -> Scores:
        """Of every picture the same."""
        shape = (len(self.request.pixels), *self.shape[:2])
        nats = np.full(shape[0], -12.5)
        return Scores(
            log_prob=np.zeros(shape, np.float32), nats=nats, bits_per_dim=-nats, class_nats=None, scored_by="normal"
        )

    def fail(self, code: str = "SessionError", problem: str = "It broke.", remedy: str = "Mend it.") -> None:
        self.ended = True
        self.on_event(Failed(job=self.id, code=code, problem=problem, remedy=remedy))

    def be_cancelled(self) -> None:
        self.ended = True
        self.on_event(Cancelled(job=self.id))


class FakeDispatcher:
    def __init__(self) -> None:
        self.jobs: list[FakeJob] = []

    def submit(self, request: Any, lane: Lane, on_event: Callable[[Event], None]) -> FakeJob:
        self.jobs.append(FakeJob(len(self.jobs) + 1, request, lane, on_event, MODELS[request.model]))
        return self.jobs[-1]

    def of(self, lane: str) -> list[FakeJob]:
        return [job for job in self.jobs if job.lane.name == lane]

    def open(self, lane: str) -> list[FakeJob]:
        return [job for job in self.of(lane) if not job.ended and not job.cancelled]


class FakeWorker:
    """Work waits until `finish`."""

    def __init__(self) -> None:
        self.waiting: list[tuple[Callable[[], Any], Callable[[Future[Any]], None]]] = []

    def run(self, work: Callable[[], Any], done: Callable[[Future[Any]], None]) -> None:
        self.waiting.append((work, done))

    def finish(self) -> int:
        """Do all of it; how much there was."""
        waiting, self.waiting = self.waiting, []
        for work, done in waiting:
            outcome: Future[Any] = Future()
            try:
                outcome.set_result(work())
            except Exception as error:
                outcome.set_exception(error)
            done(outcome)
        return len(waiting)


def manifest(model: str, dim: int, *, family: str = "vae", prior: str = "normal", **changes: Any) -> Manifest:
    graph = GraphSpec(file="graph.onnx", sha256="0" * 64, inputs={}, outputs={})
    values: dict[str, Any] = {
        "title": model.capitalize(),
        "architecture": "VAE",
        "data": "toy",
        "data_title": "Toy",
        "image": ImageSpec(height=4, width=4, channels=1, levels=2, range="0..1"),
        "graphs": {"decoder": graph, "encoder": graph},
        "latent": {"dim": dim, "prior": prior, "likelihood": "none" if family == "autoencoder" else "bernoulli"},
    }
    return Manifest(id=model, family=family, **(values | changes))


FLAT = manifest("flat", 2)
CODES = manifest("codes", 2, family="autoencoder", prior="none")
DEEP = manifest("deep", 8)
BARE = manifest("bare", 3)
PIXELS = manifest("pixels", 2, family="autoregressive", latent=None)
USUAL = (FLAT, CODES, DEEP, BARE, PIXELS)
NORMAL = manifest(
    "normal",
    200,
    family="gaussian",
    graphs={"decoder": DEEP.graphs["decoder"]},
    latent={"dim": 200, "prior": "normal", "likelihood": "none"},
)
MODELS = {model.id: model for model in (*USUAL, NORMAL)}


def arrays(model: str) -> LatentArrays:
    """What lies beside the toy models' graphs; nothing beside the bare one's."""
    if model in ("bare", "normal"):
        return LatentArrays()
    dim = MODELS[model].latent["dim"]
    random = np.random.default_rng(7)
    means = np.zeros((3, dim), np.float32)
    means[:, :2] = [[0.25, -0.5], [2, 1], [-2, 1]]
    labels = np.arange(90) % 3
    codes = means[labels] + random.normal(0, 0.2, (90, dim))
    values: dict[str, Any] = {
        "code_mean": codes.mean(0).astype(np.float32),
        "codes": codes.astype(np.float16),
        "code_labels": labels.astype(np.int16),
        "class_names": ("cat", "dog", "owl"),
        "class_means": means,
    }
    if dim == 2:
        density = np.zeros((64, 64), np.float32)
        density[40:, :20] = 1 / 480
        values |= {"density": density, "density_extent": np.array([-4, 4, -2, 6], np.float32)}
    else:
        values |= {
            "kl_per_dim": np.array([0.1, 0.001, 3, 1, 0.5, 2, 0.02, 0.3], np.float32),
            "pca_axes": np.eye(dim, dtype=np.float32)[::-1][:4].copy(),
            "pca_variance": np.array([4, 3, 2, 1], np.float32),
            "attribute_names": ("hat", "smile"),
            "attribute_directions": np.array([[3, 0, 0, 0, 0, 0, 0, 0], [1, 2, 0, 0, 0, 0, 0, 0]], np.float32),
        }
    return LatentArrays(**values)


@dataclass(eq=False)
class Bench:
    """The presenter, its surroundings, and everything it showed."""

    clock: FakeClock = field(default_factory=FakeClock)
    dispatcher: FakeDispatcher = field(default_factory=FakeDispatcher)
    worker: FakeWorker = field(default_factory=FakeWorker)
    shown: list[LatentState] = field(default_factory=list)
    presenter: LatentPresenter = None  # type: ignore[assignment]

    @property
    def state(self) -> LatentState:
        return self.shown[-1]

    @property
    def points(self) -> list[FakeJob]:
        return self.dispatcher.of("latent.point")

    @property
    def z(self) -> np.ndarray:
        """The point that was asked for last."""
        return np.asarray(self.points[-1].request.z[0])

    def answer(self, lane: str = "") -> int:
        """Finish everything that is asked for, also what that leads to, files too; how many requests there were."""
        count = 0
        while waiting := [j for j in self.dispatcher.jobs if not j.ended and lane in ("", j.lane.name)]:
            for job in waiting:
                count += 1
                job.be_cancelled() if job.cancelled else job.finish()
        self.worker.finish()
        return count

    def drag(self, *places: tuple[float, float]) -> None:
        self.presenter.grab()
        for x, y in places:
            self.presenter.move(x, y)
        self.presenter.release()


def make_bench(*models: Manifest, engine: str = "ready", start: str | None = "", read: Any = arrays) -> Bench:
    bench = Bench()
    seeds = iter(range(1000, 2000))
    bench.presenter = LatentPresenter(
        bench.dispatcher,
        bench.clock,
        models or USUAL,
        bench.shown.append,
        worker=bench.worker,
        read_arrays=read,
        engine=engine,
        awake=True,
        new_seed=lambda: next(seeds),
    )
    if start is not None:
        bench.presenter.start(start)
    return bench


def laid_out_evenly(bench: Bench) -> Bench:
    """All is answered, and there is nothing to undo yet."""
    bench.presenter.set_layout("plain")
    bench.answer()
    desk = bench.presenter._desk
    assert desk is not None
    desk.history = History(desk.now)
    return bench


@pytest.fixture
def fresh() -> Callable[..., Bench]:
    """Makes a presenter at its very first moment."""
    return make_bench


@pytest.fixture
def flat() -> Bench:
    """The VAE of two dimensions, evenly laid out, all that was asked for answered."""
    bench = make_bench(start="flat")
    return laid_out_evenly(bench)


@pytest.fixture
def deep() -> Bench:
    """The VAE of eight dimensions, evenly laid out, all that was asked for answered."""
    bench = make_bench(start="deep")
    return laid_out_evenly(bench)


@pytest.fixture
def models() -> dict[str, Manifest]:
    return MODELS
