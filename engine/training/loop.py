"""The training loop: steps, moving average, evaluation, snapshots for the film, checkpoints, Ctrl-C.

Everything that a step depends on is a function of (recipe, step), so ``--resume`` continues bit for bit as if the run
had never stopped.  One thread a process; bfloat16 autocast on the CPU.

Under ``runs/<name>/``: ``checkpoint/`` (newest, atomic), ``snapshots/<step>.safetensors`` (12 log-spaced moving
averages, the film's frames), ``log.csv`` (step, images, CPU seconds, training and validation nats or squared errors).
"""

from __future__ import annotations

import csv
import dataclasses
import math
import platform
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import numpy as np
import torch
from torch import nn

from engine.errors import EngineError
from engine.training import checkpoints
from engine.training.data import DataSet
from engine.training.progress import Lines, Reporter
from engine.training.recipe import Recipe
from engine.training.steps import film_steps as film_steps
from engine.training.tasks import network, task


def build(recipe: Recipe) -> nn.Module:
    """The recipe's network with its initial weights (seeded); torch's own generator is left as it was."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(recipe.seed)
        return network(recipe)


def learning_rate(recipe: Recipe, step: int) -> float:
    """Linear warm-up, a cosine down to ``final_rate`` of the peak at ``decay_share`` of the steps, then constant.

    From the recipe's ``restart`` on once more, without warm-up and from half the peak (Loshchilov & Hutter 2017,
    arXiv:1608.03983, eq. 5).
    """
    if step < recipe.warmup_steps:
        return recipe.learning_rate * (step + 1) / recipe.warmup_steps
    again = 0 < recipe.restart <= step
    begun, ended = (recipe.restart, recipe.steps) if again else (recipe.warmup_steps, recipe.restart or recipe.steps)
    peak = recipe.learning_rate * (0.5 if again else 1.0)
    falling = max(1, round(recipe.decay_share * ended) - begun)
    done = min(1.0, (step - begun) / falling)
    cosine = 0.5 * (1 + math.cos(math.pi * done))
    lowest = recipe.learning_rate * recipe.final_rate
    return lowest + (peak - lowest) * cosine


class Run:
    """One training run in ``folder``: ``Run(...).train()``."""

    def __init__(self, recipe: Recipe, data: DataSet, folder: Path, *, resume: bool, bf16: bool = True) -> None:
        self.recipe, self.data, self.folder, self.bf16 = recipe, data, folder, bf16
        torch.set_num_threads(1)
        torch.use_deterministic_algorithms(True, warn_only=True)
        torch.utils.deterministic.fill_uninitialized_memory = False  # type: ignore[attr-defined]  # costs an eighth
        self.model = build(recipe).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.ema = {name: value.detach().clone() for name, value in self.model.state_dict().items()}
        self.optimizer = self.make_optimizer()
        self.step, self.cpu_before = 0, 0.0
        self.stop_asked = False
        folder.mkdir(parents=True, exist_ok=True)
        if resume and (found := checkpoints.newest(folder / "checkpoint")):
            state = checkpoints.restore(found, self.model, self.ema, self.optimizer)
            self.step, self.cpu_before = state["step"], state["cpu_seconds"]
        self.prepare(data)

    def make_optimizer(self) -> torch.optim.Optimizer:
        """What changes the weights; its state is part of a checkpoint."""
        recipe = self.recipe
        return torch.optim.AdamW(
            self.model.parameters(), recipe.learning_rate, betas=(0.9, 0.99), weight_decay=recipe.weight_decay
        )

    def prepare(self, data: DataSet) -> None:
        """Bind the recipe to its data."""
        self.task = task(self.recipe, data)
        self.unit = self.task.unit

    def cpu_seconds(self) -> float:
        return self.cpu_before + time.process_time()

    def train(
        self,
        *,
        checkpoint_every: int | None = None,
        evaluate_every: int | None = None,
        reporter: Reporter | None = None,
    ) -> bool:
        """Run to the last step, or to a Ctrl-C (SIGINT, SIGTERM), which saves; True if the last step was reached.

        Long runs, whose steps are short, save and evaluate less often.
        """
        reporter = reporter or Lines()
        checkpoint_every = checkpoint_every or max(250, self.recipe.steps // 80)
        evaluate_every = evaluate_every or max(500, self.recipe.steps // 40)
        frames = set(film_steps(self.recipe.steps))
        running: list[float] = []
        trim_log(self.folder / "log.csv", self.step)
        with self.stopping_at_signals():
            reporter.start(self.recipe.name, self.step, self.recipe.steps, self.recipe.batch, self.unit)
            while self.step < self.recipe.steps and not self.stop_asked:
                running.append(self.one_step())
                self.step += 1
                reporter.step(self.step, running[-1])
                if self.step in frames:
                    self.snapshot()
                if self.step % evaluate_every == 0 or self.step in frames or self.step == self.recipe.steps:
                    reporter.row(self.log(float(np.mean(running))))
                    running = []
                if self.step % checkpoint_every == 0:
                    self.checkpoint()
            self.checkpoint()
        return self.step >= self.recipe.steps

    @contextmanager
    def stopping_at_signals(self) -> Iterator[None]:
        """Let SIGINT and SIGTERM end the run after the step in hand, and put the old handlers back afterwards."""
        if threading.current_thread() is not threading.main_thread():
            yield  # only the main thread may handle signals; elsewhere the owner sets `stop_asked`
            return
        before = [(number, signal.signal(number, self.ask_stop)) for number in (signal.SIGINT, signal.SIGTERM)]
        try:
            yield
        finally:
            for number, handler in before:
                signal.signal(number, handler)

    def ask_stop(self, number: int = 0, frame: FrameType | None = None) -> None:
        """Stop after the step in hand; also a signal handler."""
        self.stop_asked = True

    def one_step(self) -> float:
        """One optimiser step; returns the mean training loss in nats (or squared error) an image."""
        for group in self.optimizer.param_groups:
            group["lr"] = learning_rate(self.recipe, self.step)
        loss, reported = self.task.loss(self.model, self.step, self.bf16)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        norm = nn.utils.clip_grad_norm_(self.model.parameters(), self.recipe.clip_norm)
        self.refuse_broken(reported.item() + norm.item())
        self.optimizer.step()
        self.update_average()
        return reported.item()

    def refuse_broken(self, number: float) -> None:
        """Raise if a loss or a gradient is not a number, before it gets into the weights and into a checkpoint."""
        if not math.isfinite(number):
            raise EngineError(
                f"The loss of {self.recipe.name} is no longer a number at step {self.step}.",
                "The last checkpoint is unharmed: continue from it with --resume --fp32.",
            )

    @torch.no_grad()
    def update_average(self) -> None:
        """Exponential moving average of the weights, its decay ramped so that early frames are not step 0's noise."""
        decay = min(self.recipe.ema_decay, (1 + self.step) / (10 + self.step))
        for name, value in self.model.state_dict().items():
            self.ema[name].lerp_(value, 1 - decay)

    def averaged(self) -> nn.Module:
        """A copy of the network with the averaged weights."""
        copy: nn.Module = build(self.recipe).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        copy.load_state_dict(self.ema)
        return copy.eval()

    def snapshot(self) -> None:
        folder = self.folder / "snapshots"
        folder.mkdir(exist_ok=True)
        checkpoints.save_tensors(self.ema, folder / f"{self.step:06d}.safetensors")

    def checkpoint(self) -> None:
        checkpoints.save(self.folder / "checkpoint", self.model, self.ema, self.optimizer, self.state())

    def state(self) -> dict[str, object]:
        return {
            "step": self.step,
            "cpu_seconds": self.cpu_seconds(),
            "recipe": dataclasses.asdict(self.recipe),
            "versions": {"torch": torch.__version__, "numpy": np.__version__, "python": platform.python_version()},
            "machine": f"{platform.machine()}, 1 CPU thread",
            "bf16": self.bf16,
        }

    def measured(self, training: float) -> dict[str, float]:
        """The mean training loss since the last row, and the averaged weights' on the validation images."""
        unit = self.task.unit
        return {f"train_{unit}": training, f"validation_{unit}": self.task.measure(self.averaged())}

    def log(self, training: float) -> dict[str, float | int]:
        """Append a row of what was measured to ``log.csv``."""
        row: dict[str, float | int] = {
            "step": self.step,
            "images": self.step * self.recipe.batch,
            "cpu_seconds": round(self.cpu_seconds(), 1),
        }
        row |= {name: round(value, 4) for name, value in self.measured(training).items()}
        path = self.folder / "log.csv"
        fresh = not path.exists()
        with path.open("a", newline="") as file:
            writer = csv.DictWriter(file, row)
            if fresh:
                writer.writeheader()
            writer.writerow(row)
        return row


def trim_log(path: Path, step: int) -> None:
    """Drop the rows after ``step``, which a run that was killed had logged after its last checkpoint."""
    if not path.exists():
        return
    with path.open(newline="") as file:
        header, *rows = list(csv.reader(file)) or [[]]
    kept = [row for row in rows if row and row[0].isdigit() and int(row[0]) <= step]
    if len(kept) == len(rows):
        return
    fresh = path.with_name(f".{path.name}")
    with fresh.open("w", newline="") as file:
        csv.writer(file).writerows([header, *kept])
    fresh.replace(path)
