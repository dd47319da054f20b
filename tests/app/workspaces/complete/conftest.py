"""A presenter between a clock that tests wind and an engine that answers when tests say so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from app.workspaces.complete.presenter import CompletePresenter
from app.workspaces.complete.state import CompleteState
from engine.contracts.events import (
    Cancelled,
    Completion,
    Event,
    Failed,
    Finished,
    Partial,
    Scores,
    Started,
)
from engine.contracts.lanes import Lane
from engine.contracts.manifest import Condition, GraphSpec, ImageSpec, Manifest
from engine.contracts.particles import Particles

PALETTE = ((20, 20, 20), (240, 200, 160), (60, 90, 200))


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


@dataclass(eq=False)
class FakeJob:
    """A submitted request, and what the engine says about it when a test asks it to."""

    id: int
    request: Any
    lane: Lane
    on_event: Callable[[Event], None]
    cancelled: bool = False

    def cancel(self) -> None:
        self.cancelled = True

    def start(self) -> None:
        self.on_event(Started(job=self.id))

    def images(self, value: int | None = None) -> np.ndarray:
        """What this job draws: tile i is all ``value + i``; given pixels are exact."""
        r = self.request
        shape = (r.count, *r.pixels.shape)
        first = 100 + 10 * (self.id % 10) if value is None else value
        drawn = np.broadcast_to((first + np.arange(r.count))[:, None, None, None], shape).astype(np.uint8)
        return np.where(r.observed[..., None], r.pixels, drawn)

    def rows(self, count: int, value: int | None = None, provisional: bool = False) -> None:
        """A partial of so many rows."""
        drawn = self.request.observed.copy()
        drawn[:count] = True
        images = np.where(drawn[..., None], self.images(value), 0).astype(np.uint8)
        fraction = count / len(drawn)
        self.on_event(
            Partial(
                job=self.id,
                images=images,
                drawn=drawn,
                fraction=fraction,
                first_row_ms=21.0,
                provisional=provisional,
            )
        )

    def completion(self, value: int | None = None, **changes: Any) -> Completion:
        images = self.images(value)
        n, height, width = images.shape[:3]
        values: dict[str, Any] = {
            "images": images,
            "log_prob": np.full((n, height, width), np.log(0.25), np.float32),
            "unused": np.zeros((height, width), bool),
            "order": np.arange(height * width, dtype=np.int32),
            "distribution": np.full((n, height, width, 2), 0.5, np.float16),
            "orientation": "upright",
            "method": "raster",
            "first_row_ms": 21.0,
            "total_ms": 190.0,
            "naive_ms": 73_000.0,
        }
        return Completion(**(values | changes))

    def finish(self, value: int | None = None, **changes: Any) -> None:
        self.on_event(Finished(job=self.id, answer=self.completion(value, **changes)))

    def weigh(self, value: int | None = None, **changes: Any) -> None:
        """Finish with particles: 64 of them that fared well, or as ``changes`` of `Particles` say."""
        self.finish(value, method="particles", particles=particles(**changes))

    def score(self, nats: float, bits: float = 0.1, scored_by: str = "") -> None:
        answer = Scores(
            log_prob=np.zeros((1, *self.request.pixels.shape[1:3]), np.float32),
            nats=np.array([nats]),
            bits_per_dim=np.array([bits]),
            class_nats=None,
            scored_by=scored_by or self.request.model,
        )
        self.on_event(Finished(job=self.id, answer=answer))

    def fail(self, code: str = "SessionError", problem: str = "It broke.", remedy: str = "Mend it.") -> None:
        self.on_event(Failed(job=self.id, code=code, problem=problem, remedy=remedy))

    def be_cancelled(self) -> None:
        self.on_event(Cancelled(job=self.id))


class FakeDispatcher:
    def __init__(self) -> None:
        self.jobs: list[FakeJob] = []

    def submit(self, request: Any, lane: Lane, on_event: Callable[[Event], None]) -> FakeJob:
        self.jobs.append(FakeJob(len(self.jobs) + 1, request, lane, on_event))
        return self.jobs[-1]

    def of(self, lane: str) -> list[FakeJob]:
        return [job for job in self.jobs if job.lane.name == lane]


def particles(**changes: Any) -> Particles:
    """How 64 particles fared that did well."""
    values: dict[str, Any] = {
        "each": 64,
        "ess": np.array([[64.0, 40.0, 20.0, 50.0]]),
        "distinct": 60,
        "ancestors": 12,
        "log_evidence": np.array([-20.0]),
    }
    values |= changes
    return Particles(**({"rows": np.arange(values["ess"].shape[1])} | values))


def manifest(model: str, *, family: str = "autoregressive", **changes: Any) -> Manifest:
    values: dict[str, Any] = {
        "title": model.capitalize(),
        "architecture": "PixelCNN",
        "data": "toy",
        "data_title": "Toy",
        "image": ImageSpec(height=6, width=8, channels=1, levels=2),
        "graphs": {},
    }
    return Manifest(id=model, family=family, **(values | changes))


INK = manifest(
    "ink",
    conditions=(
        Condition(name="class", names=("zero", "one"), null=True),
        Condition(name="orientation", names=("upright", "flip_vertical"), encoding="index"),
    ),
    figures={"test_log_prob_quantiles": [float(value) for value in range(-200, -99)]},
)
GREY = manifest("grey", image=ImageSpec(height=6, width=8, channels=1, levels=256))
FACE = manifest("face", image=ImageSpec(height=5, width=5, channels=1, levels=3, palette=PALETTE))
VAE = manifest("vae", family="vae")
ROWS = manifest("rows", graphs={"sampler_row": GraphSpec(file="row.onnx", sha256="ab", inputs={}, outputs={})})
"""A model that can draw particles."""


@dataclass(frozen=True, eq=False)
class FakeExample:
    """A face whose middle row is rubbed out."""

    title: str = "A face"
    models: tuple[str, ...] = ("face",)
    hint: str = "Rub something out"

    def read(self) -> np.ndarray:
        rgba = np.full((5, 5, 4), 255, np.uint8)
        rgba[..., :3] = PALETTE[1]
        rgba[0, :, :3] = PALETTE[2]
        rgba[2, :, 3] = 0
        return rgba


@dataclass(eq=False)
class Bench:
    """The presenter, its surroundings, and everything it showed."""

    clock: FakeClock = field(default_factory=FakeClock)
    dispatcher: FakeDispatcher = field(default_factory=FakeDispatcher)
    shown: list[CompleteState] = field(default_factory=list)
    presenter: CompletePresenter = None  # type: ignore[assignment]

    @property
    def state(self) -> CompleteState:
        return self.shown[-1]

    @property
    def jobs(self) -> list[FakeJob]:
        return self.dispatcher.of("complete")

    @property
    def job(self) -> FakeJob:
        return self.jobs[-1]

    @property
    def beside(self) -> list[FakeJob]:
        """What was asked for to compare with."""
        return self.dispatcher.of("complete.raster")

    @property
    def score_jobs(self) -> list[FakeJob]:
        return self.dispatcher.of("score")

    def settle(self) -> None:
        """Let the debounce pass, and finish what was asked for."""
        self.clock.advance(60)
        self.job.finish()

    def stroke(self, *points: tuple[float, float]) -> None:
        self.presenter.start_stroke()
        for (x0, y0), (x1, y1) in zip(points, points[1:] or points, strict=False):
            self.presenter.segment(x0, y0, x1, y1)
        self.presenter.finish_stroke()


def make_bench(
    *models: Manifest, engine: str = "ready", start: str | None = "", examples: tuple[Any, ...] = (FakeExample(),)
) -> Bench:
    bench = Bench()
    seeds = iter(range(1000, 2000))
    bench.presenter = CompletePresenter(
        bench.dispatcher,
        bench.clock,
        models,
        bench.shown.append,
        examples=examples,
        engine=engine,
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
def ink() -> Bench:
    """The binary model, blank, the first completion shown and the show over."""
    bench = make_bench(INK, GREY, FACE, VAE, start="ink")
    bench.presenter.skip_show()
    bench.settle()
    return bench


@pytest.fixture
def face() -> Bench:
    """The colour model with its example, the first completion shown and the show over."""
    bench = make_bench(INK, GREY, FACE, VAE, start="face")
    bench.presenter.skip_show()
    bench.settle()
    return bench


@pytest.fixture
def ring() -> Bench:
    """A model that can draw particles; its picture's rim is given, so that pixels come late; nothing answered yet."""
    bench = make_bench(ROWS, INK, start="rows")
    bench.presenter.skip_show()
    rgba = np.full((6, 8, 4), 255, np.uint8)
    rgba[1:-1, 1:-1, 3] = 0
    bench.presenter.load_picture(rgba)
    bench.clock.advance(60)
    return bench


@pytest.fixture
def models() -> dict[str, Manifest]:
    return {"ink": INK, "grey": GREY, "face": FACE, "vae": VAE, "rows": ROWS}
