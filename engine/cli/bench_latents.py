"""Latent space under the hand: how soon a dragged point has its picture, and what the engine adds to the runtime.

What the window adds is measured in the window (`engine.cli.bench_window`).
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from statistics import median

import numpy as np

from engine.catalogue.registry import Model, Registry
from engine.cli import bench_window
from engine.cli.bench import Effort, Row
from engine.contracts.arrays import Latents
from engine.contracts.events import Cancelled, Event, Failed, Finished
from engine.contracts.lanes import Engine, Lane, Policy
from engine.contracts.requests import DecodeLatents
from engine.errors import BY_CODE, EngineError
from engine.families.latent import LatentModel
from engine.families.passes import threads
from engine.host.client import EngineProcess
from engine.numerics.latents import normal_grid
from engine.runtime.sessions import Sessions

MOVE_S = 0.008
"""125 moves a second: what a mouse sends."""
SIDE = 20
BLOCK_MS, MOST_BLOCK = 50, 15
"""Of what is over at once a few are measured before the other side's turn: each finds its own things in the caches."""
PATIENCE_S = 120
_DRAG, _GRID = Lane("bench drag", Policy.COALESCE), Lane("bench grid", Policy.QUEUE)


def rows(model: Model, folders: Sequence[Path], effort: Effort) -> list[Row]:
    """``latent.<model>.drag_p95_ms``, ``.map.*``, ``.answer_p95_ms`` and ``.grid400.vs_raw``."""
    window = bench_window.rows(model, folders, effort)
    engine = EngineProcess([model.folder.absolute().parent, *folders])
    try:
        return [*window, *_measured(model, engine, folders, effort)]
    finally:
        engine.close()


def _measured(model: Model, engine: Engine, folders: Sequence[Path], effort: Effort) -> list[Row]:
    """The rows that need no window; what a model fails at costs the others nothing."""
    found = []
    for name, measure in (
        ("answer_p95_ms", partial(answer_row, model, engine, effort)),
        ("grid400.vs_raw", partial(grid_row, model, folders, engine, effort)),
    ):
        try:
            found.append(measure())
        except EngineError as error:
            found.append(Row(name=f"latent.{model.manifest.id}.{name}", note=f"not measured: {error}"))
    return found


def answer_row(model: Model, engine: Engine, effort: Effort) -> Row:
    """A point moved around a circle, each move a request; how long until its picture or a newer one has come."""
    _finish(engine, _request(model, _circle(model, 1)))
    moves = [_request(model, z[None]) for z in _circle(model, round(effort.drag_s / MOVE_S))]
    trail = Trail(len(moves))
    began = time.perf_counter()
    for number, move in enumerate(moves):
        time.sleep(max(0.0, began + number * MOVE_S - time.perf_counter()))
        moved = time.perf_counter()
        trail.moved(number, engine.submit(move, _DRAG, trail.on_event).id, moved)
    waits = 1e3 * np.array(trail.waits())
    return Row(
        name=f"latent.{model.manifest.id}.answer_p95_ms",
        value=float(np.quantile(waits, 0.95)),
        n=len(waits),
        note=f"from asking the engine process to the picture or that of a newer request, 125 requests/s for "
        f"{effort.drag_s:g} s, without a window; 95th percentile, wall time (median {np.median(waits):.1f} ms); "
        f"{trail.backwards()} older pictures after newer ones",
    )


class Trail:
    """When each move was made, and when which answer came.  The answers come on a thread of the engine."""

    def __init__(self, count: int) -> None:
        self._changed = threading.Condition()
        self._moved = np.zeros(count)
        self._number: dict[int, int] = {}
        self._shown: list[tuple[int, float]] = []
        self._error: Failed | None = None

    def moved(self, number: int, job: int, at: float) -> None:
        """The move of this number, made ``at`` that second, is that job."""
        self._moved[number] = at
        self._number[job] = number

    def on_event(self, event: Event) -> None:
        """An answer, or why there is none."""
        with self._changed:
            if isinstance(event, Finished):
                self._shown.append((event.job, time.perf_counter()))
            elif isinstance(event, Failed):
                self._error = event
            self._changed.notify_all()

    def waits(self) -> list[float]:
        """Seconds from each move to the first answer that is its own or a newer one's; waits for the last one."""
        last = max(self._number)
        with self._changed:
            arrived = self._changed.wait_for(
                lambda: self._error is not None or any(job == last for job, _ in self._shown), PATIENCE_S
            )
            if self._error is not None:
                raise BY_CODE.get(self._error.code, EngineError)(self._error.problem, self._error.remedy)
            if not arrived:
                raise EngineError("The engine process does not answer.", "Try again on a quieter machine.")
        waits, move = [], 0
        for job, at in self._shown:
            newest = self._number[job]
            waits += [at - self._moved[number] for number in range(move, newest + 1)]
            move = max(move, newest + 1)
        return waits

    def backwards(self) -> int:
        """How many answers came after a newer one."""
        jobs = [job for job, _ in self._shown]
        return sum(job < max(jobs[:place]) for place, job in enumerate(jobs) if place)


def grid_row(model: Model, folders: Sequence[Path], engine: Engine, effort: Effort) -> Row:
    """A grid through the engine process, and the same batch by the bare runtime, in turns."""
    family = LatentModel(model, Sessions(), Registry(folders))
    z = np.zeros((SIDE * SIDE, family.spec.dim), np.float32)
    z[:, :2] = normal_grid(SIDE)[:, : family.spec.dim]
    request = _request(model, z)
    spec = model.manifest.graphs["decoder"]
    graph = family.sessions.graph(model.folder, spec)
    fed = family.graphs.decoder_inputs(z, family.classes("", range(len(z))))
    feed = {spec.inputs[meaning].name: value for meaning, value in fed.items()}
    run = partial(graph.run_rows, feed, [port.name for port in spec.outputs.values()])
    sides: tuple[Callable[[], object], ...] = (partial(_finish, engine, request), run)
    for side in sides:  # lays out memory
        side()
    block = min(max(round(BLOCK_MS / _milliseconds(sides[1])), 1), MOST_BLOCK)
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(effort.drawings):
        for side, taken in zip(sides, times, strict=True):
            taken += [_milliseconds(side) for _ in range(block)]
    ours, raw = times
    return Row(
        name=f"latent.{model.manifest.id}.grid400.vs_raw",
        ratio=median(ours) / median(raw),
        value=median(ours),
        baseline=median(raw),
        n=len(ours),
        note=f"value / baseline; {SIDE * SIDE} pictures through the engine process, which works on {threads()} "
        "threads, and one session.run of the same batch on one thread, as the engine's sessions run (baseline); "
        f"{block} of each in turns, wall time",
    )


def _milliseconds(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return 1e3 * (time.perf_counter() - began)


def _circle(model: Model, count: int) -> Latents:
    """Points once around the origin, (count, D)."""
    spec = model.manifest.latent_spec
    assert spec is not None, "only models with a latent space are measured here"
    angle = np.linspace(0, 2 * np.pi, count, endpoint=False)
    z = np.zeros((count, spec.dim), np.float32)
    z[:, :2] = np.stack([np.cos(angle), np.sin(angle)], axis=1)[:, : spec.dim]
    return z


def _request(model: Model, z: Latents) -> DecodeLatents:
    return DecodeLatents(model=model.manifest.id, z=z)


def _finish(engine: Engine, request: DecodeLatents) -> None:
    """Wait for an answer."""
    events: queue.SimpleQueue[Event] = queue.SimpleQueue()
    engine.submit(request, _GRID, events.put)
    while True:
        try:
            event = events.get(timeout=PATIENCE_S)
        except queue.Empty:
            raise EngineError("The engine process does not answer.", "Try again on a quieter machine.") from None
        if isinstance(event, Failed):
            raise BY_CODE.get(event.code, EngineError)(event.problem, event.remedy)
        if isinstance(event, Finished | Cancelled):
            return
