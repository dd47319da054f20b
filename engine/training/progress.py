"""What a run says while it trains: a bar for a person at a terminal, plain lines for a log file."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from types import TracebackType
from typing import Protocol, Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

Row = Mapping[str, float | int]


class Reporter(Protocol):
    """Is told where a run starts, of every step, and of every row of ``log.csv``."""

    def start(self, name: str, step: int, steps: int, batch: int, unit: str = "nats") -> None:
        """The run ``name`` is about to do step ``step`` of ``steps``, with ``batch`` images each; losses are counted in
        ``unit``."""

    def step(self, step: int, loss: float) -> None:
        """``step`` steps are done; the last one's training loss was ``loss`` an image."""

    def row(self, row: Row) -> None:
        """A row was added to the log."""


class Lines:
    """A line at the start and one for every row of the log, on stderr."""

    def start(self, name: str, step: int, steps: int, batch: int, unit: str = "nats") -> None:
        self._say(f"{name}: {'continuing after' if step else 'starting at'} step {step} of {steps}")

    def step(self, step: int, loss: float) -> None:
        pass

    def row(self, row: Row) -> None:
        self._say(as_line(row))

    def _say(self, line: str) -> None:
        print(line, file=sys.stderr, flush=True)


class Bar:
    """A progress bar with the loss, images a second and the time left; rows of the log scroll by above it.

    Use as a context manager; the same bar shows downloads (`downloading`).
    """

    def __init__(self, console: Console | None = None) -> None:
        self.bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[note]}"),
            TimeRemainingColumn(),
            console=console or Console(stderr=True),
            speed_estimate_period=120,
        )
        self.task: TaskID | None = None
        self.batch, self.unit = 0, ""
        self.files: dict[str, TaskID] = {}

    def __enter__(self) -> Self:
        self.bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.bar.stop()

    def start(self, name: str, step: int, steps: int, batch: int, unit: str = "nats") -> None:
        self.batch, self.unit = batch, unit.replace("_", " ")
        self.task = self.bar.add_task(name, completed=step, total=steps, note="")

    def step(self, step: int, loss: float) -> None:
        if self.task is None:
            return
        speed = self.bar.tasks[self.bar.task_ids.index(self.task)].speed
        images = f"{speed * self.batch:.0f} img/s" if speed else ""
        self.bar.update(self.task, completed=step, note=f"loss {loss:.2f} {self.unit}  {images}")

    def row(self, row: Row) -> None:
        self.bar.console.print(as_line(row), highlight=False)

    def downloading(self, name: str, done: int, total: int) -> None:
        """Show a download: a `engine.training.sources.Report`."""
        self._file(name, done, total, "bytes")

    def reading(self, name: str, done: int, total: int) -> None:
        """Show the reading of a folder of pictures."""
        self._file(name, done, total, "pictures")

    def _file(self, name: str, done: int, total: int, unit: str) -> None:
        if name not in self.files:
            self.files[name] = self.bar.add_task(name, total=None, note=unit)
        self.bar.update(self.files[name], completed=done, total=total or None)


class DownloadLines:
    """A `engine.training.sources.Report` of one line a file."""

    def __init__(self) -> None:
        self.named: set[str] = set()

    def __call__(self, name: str, done: int, total: int) -> None:
        if name not in self.named:
            self.named.add(name)
            size = f" ({total / 1e6:.1f} MB)" if total else ""
            print(f"downloading {name}{size}", file=sys.stderr, flush=True)


def as_line(row: Row) -> str:
    """A row of the log as ``key=value`` pairs."""
    return " ".join(f"{key}={value}" for key, value in row.items())
