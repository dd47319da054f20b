"""Fitting a Gaussian as a run: the same folder, log and film as of networks, with pictures seen for steps.

The fit has a closed form, so a "step" is a picture that has been counted, and a snapshot is the fit to all pictures so
far.  The whole takes seconds; ``--resume`` of a stopped one begins anew.
"""

from __future__ import annotations

import csv
import dataclasses
import platform
import time
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from engine.numerics import noise
from engine.training import checkpoints
from engine.training.data import DataSet
from engine.training.models.gaussian import Gaussian, Moments, log_density
from engine.training.progress import Lines, Reporter
from engine.training.recipe import GaussianRecipe
from engine.training.steps import film_steps

DEQUANTIZATION_SEED = 1234
"""What `reverie score --seed` has to be to add the same."""


class GaussianFit:
    """One fit in ``folder``: ``GaussianFit(...).train()``, as `engine.training.loop.Run`."""

    def __init__(self, recipe: GaussianRecipe, data: DataSet, folder: Path) -> None:
        count = min(recipe.steps, len(data.train))
        self.recipe, self.data, self.folder = dataclasses.replace(recipe, steps=count), data, folder
        order = np.random.default_rng((recipe.seed, 0, 0)).permutation(len(data.train))
        self.train_pixels = data.train.pixels[order[:count]]
        self.began = time.process_time()
        folder.mkdir(parents=True, exist_ok=True)

    def train(self, *, reporter: Reporter | None = None) -> bool:
        """Count all pictures, and fit after each frame of the film; always True."""
        reporter = reporter or Lines()
        reporter.start(self.recipe.name, 0, self.recipe.steps, 1)
        moments, rows = Moments.none(self.recipe.model.pixels), []
        for step in film_steps(self.recipe.steps):
            moments.add(self.train_pixels[moments.count : step])
            model, row = self.fit(moments)
            self.snapshot(model, step)
            rows.append(row)
            reporter.step(step, float(row["train_nats"]))
            reporter.row(row)
        self.write_log(rows)
        state = {name: tensor.clone() for name, tensor in model.state_dict().items()}
        nothing = torch.optim.SGD([torch.zeros(1)])  # a checkpoint has an optimizer, if one without a state
        checkpoints.save(self.folder / "checkpoint", model, state, nothing, self.state())
        return True

    def fit(self, moments: Moments) -> tuple[Gaussian, dict[str, float | int]]:
        """The fit to the pictures counted, and its row of the log."""
        mean, covariance = moments.maximum_likelihood(self.recipe.model.jitter)
        factor = np.asarray(np.linalg.cholesky(covariance), np.float64)
        model = Gaussian(self.recipe.model)
        model.mean.copy_(torch.from_numpy(mean))
        model.factor.copy_(torch.from_numpy(factor))
        seen = self.train_pixels[: min(moments.count, len(self.data.validation))]
        row: dict[str, float | int] = {
            "step": moments.count,
            "images": moments.count,
            "cpu_seconds": round(time.process_time() - self.began, 1),
            "train_nats": round(nats(seen, mean, factor), 4),
            "validation_nats": round(nats(self.data.validation.pixels, mean, factor), 4),
        }
        return model, row

    def snapshot(self, model: Gaussian, step: int) -> None:
        """A frame of the film, as `Run.snapshot`."""
        folder = self.folder / "snapshots"
        folder.mkdir(exist_ok=True)
        checkpoints.save_tensors(model.state_dict(), folder / f"{step:06d}.safetensors")

    def write_log(self, rows: list[dict[str, float | int]]) -> None:
        """``log.csv``."""
        with (self.folder / "log.csv").open("w", newline="") as file:
            writer = csv.DictWriter(file, rows[0])
            writer.writeheader()
            writer.writerows(rows)

    def state(self) -> dict[str, object]:
        """What `Run.state` says of its run."""
        return {
            "step": self.recipe.steps,
            "cpu_seconds": time.process_time() - self.began,
            "recipe": dataclasses.asdict(self.recipe),
            "versions": {"torch": torch.__version__, "numpy": np.__version__, "python": platform.python_version()},
            "machine": f"{platform.machine()}, 1 CPU thread",
            "bf16": False,
        }


def nats(pixels: NDArray[np.uint8], mean: NDArray[np.float64], factor: NDArray[np.float64]) -> float:
    """Minus the mean log density of display values in [0, 1], with one fixed dequantization."""
    return -float(log_density(pixels, mean, factor, dequantization(len(pixels), len(mean))).mean())


def dequantization(count: int, pixels: int) -> NDArray[np.float64]:
    """What is added to the bytes of ``count`` pictures, (N, P) in 0 .. 1: the noise that the engine adds too."""
    return noise.uniforms_batch(DEQUANTIZATION_SEED, range(count), noise.DEQUANTIZATION, pixels)
