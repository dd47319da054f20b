"""What a person waits for: the engine process, its restart, the first row after a stroke, the window's first paint."""

from __future__ import annotations

import importlib.util
import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any, TypeVar

import numpy as np

from engine.catalogue.registry import Model
from engine.cli.bench import Effort, Row
from engine.cli.pictures import half
from engine.contracts.events import Cancelled, Event, Failed, Finished, Partial
from engine.contracts.lanes import Lane, Policy
from engine.contracts.requests import CompleteImage, ExamineImage, SampleImages
from engine.errors import BY_CODE, EngineDied, EngineError
from engine.host import overhead
from engine.host.client import EngineProcess

COUNT = 8
PATIENCE_S = 120
STARTED = "REVERIE_STARTED_NS"
"""The environment variable that tells the window when its process was started."""
BARE, OURS = "--bench-bare-window", "--bench-first-paint"
_LANE = Lane("bench", Policy.QUEUE)

Asked = TypeVar("Asked", CompleteImage, SampleImages, ExamineImage)


def overhead_rows(effort: Effort) -> list[Row]:
    """``engine.process_overhead_ms``."""
    here, there = overhead.measure(calls=effort.calls)
    return [
        Row(
            name="engine.process_overhead_ms",
            ratio=there / here,
            value=there - here,
            baseline=here,
            n=effort.calls,
            note="an answer of 64 pictures of 28x28 through the engine process, less the same in process (baseline)",
        )
    ]


def stroke_rows(model: Model, folders: Sequence[Path], effort: Effort) -> list[Row]:
    """``complete.<model>.stroke_to_row_ms``: from a request to the first row of its completions."""
    engine = EngineProcess(with_own_folder(model, folders))
    try:
        until(engine, _request(model, 0), finished)
        times = [until(engine, _request(model, 1 + i), _has_a_row) for i in range(effort.strokes)]
    finally:
        engine.close()
    return [
        Row(
            name=f"complete.{model.manifest.id}.stroke_to_row_ms",
            value=median(times),
            n=effort.strokes,
            note=f"from asking the engine process to the first row of {COUNT} completions of a half picture, another "
            "seed each time; wall time, without the window's debounce",
        )
    ]


def restart_rows(model: Model, folders: Sequence[Path], effort: Effort) -> list[Row]:
    """``engine.restart_ms``: from kill -9 to a finished completion of the next process."""
    if not hasattr(signal, "SIGKILL"):
        return [Row(name="engine.restart_ms", note="not measured: this system has no kill -9")]
    times = [_restart(model, folders) for _ in range(effort.restarts)]
    return [
        Row(
            name="engine.restart_ms",
            value=median(times),
            n=effort.restarts,
            note=f"from kill -9 to {COUNT} finished completions of {model.manifest.id} by the next process; wall time",
        )
    ]


def _restart(model: Model, folders: Sequence[Path]) -> float:
    engine = EngineProcess(with_own_folder(model, folders))
    try:
        until(engine, _request(model, 0), finished)
        assert engine.pid is not None, "a process that has just answered is there"
        os.kill(engine.pid, signal.SIGKILL)
        began = time.perf_counter()
        while True:
            try:
                until(engine, _request(model, 1), finished)
            except EngineDied:  # asked before the death was noticed; the window asks again too
                continue
            return (time.perf_counter() - began) * 1e3
    finally:
        engine.close()


def with_own_folder(model: Model, folders: Sequence[Path]) -> list[Path]:
    """The folders, with the one that the model is in first: it may have been named by its path."""
    return [model.folder.absolute().parent, *folders]


def _request(model: Model, seed: int) -> CompleteImage:
    spec = model.manifest.image
    pixels = np.zeros((spec.height, spec.width, spec.display_channels), np.uint8)
    observed = half("top", spec.height, spec.width)
    return CompleteImage(model=model.manifest.id, pixels=pixels, observed=observed, count=COUNT, seed=seed)


def until(engine: EngineProcess, request: Asked, reached: Callable[[Event, Asked], bool]) -> float:
    """Milliseconds from submitting to the first event that will do; the job has ended when this returns."""
    events: queue.SimpleQueue[Event] = queue.SimpleQueue()
    began = time.perf_counter()
    engine.submit(request, _LANE, events.put)
    elapsed = 0.0
    while True:
        try:
            event = events.get(timeout=PATIENCE_S)
        except queue.Empty:
            raise EngineError("The engine process does not answer.", "Try again on a quieter machine.") from None
        if not elapsed and reached(event, request):
            elapsed = (time.perf_counter() - began) * 1e3
        if isinstance(event, Failed):
            raise BY_CODE.get(event.code, EngineError)(event.problem, event.remedy)
        if isinstance(event, (Finished, Cancelled)):
            return elapsed


def finished(event: Event, _: object) -> bool:
    """Whether the answer is there."""
    return isinstance(event, Finished)


def _has_a_row(event: Event, request: CompleteImage) -> bool:
    """Something that was unknown is drawn."""
    return isinstance(event, Finished) or (isinstance(event, Partial) and bool((event.drawn & ~request.observed).any()))


def start_rows(effort: Effort) -> list[Row]:
    """``app.start.vs_bare_qt``: from process start to the first paint, ours and an empty window's, in turns."""
    name = "app.start.vs_bare_qt"
    if importlib.util.find_spec("PySide6") is None:
        return [Row(name=name, note="not measured: PySide6 is not installed")]
    times: dict[str, list[float]] = {BARE: [], OURS: []}
    try:
        for turn in range(effort.starts + 1):
            for window, taken in times.items():
                milliseconds = first_paint(window)
                if turn:  # the first turn brings the files into memory
                    taken.append(milliseconds)
    except EngineError as error:
        return [Row(name=name, note=f"not measured: {error}")]
    ours, bare = median(times[OURS]), median(times[BARE])
    screen = f"on {_environment('').get('QT_QPA_PLATFORM', 'the desktop')}"
    note = f"value / baseline; process start to first paint of the window, and of a bare Qt window (baseline); {screen}"
    return [Row(name=name, ratio=ours / bare, value=ours, baseline=bare, n=effort.starts, note=note)]


def first_paint(window: str) -> float:
    """Milliseconds from starting a process of the window to its first paint, as it says itself."""
    return float(said_by_window([window], {}, wanted="first_paint_ms")["first_paint_ms"])


def said_by_window(
    arguments: Sequence[str], environment: Mapping[str, str], wanted: str = "", patience_s: float = PATIENCE_S
) -> dict[str, Any]:
    """The first line of JSON (with something for the key ``wanted``) that a process of the window prints."""
    command = [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "app"]
    with tempfile.TemporaryDirectory(prefix="reverie-bench-") as home:
        done = _run([*command, *arguments], {**_environment(home), **environment}, patience_s)
    for line in done.stdout.splitlines():
        if line.startswith("{"):
            said: dict[str, Any] = json.loads(line)
            if not wanted or said.get(wanted):
                return said
    last = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
    raise EngineError(f"The window did not open ({last.rstrip('.')}).", "Start it with `reverie` to see why.")


def _run(command: Sequence[str], environment: Mapping[str, str], patience_s: float) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=patience_s, check=False)
    except subprocess.TimeoutExpired as error:
        raise EngineError(
            f"The window took more than {patience_s:.0f} seconds.", "Try again on a quieter machine."
        ) from error


def _environment(home: str) -> dict[str, str]:
    """Settings of nobody, a screen if there is one, and the time at which the process is started."""
    now = {"REVERIE_HOME": home, STARTED: str(time.time_ns())}
    screens = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    if sys.platform == "linux" and not any(os.environ.get(screen) for screen in screens):
        now["QT_QPA_PLATFORM"] = "offscreen"
    return {**os.environ, **now}
