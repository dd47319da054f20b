"""How a model learnt, from its folder and manifest: the frames of its film, and the two players' curves of a GAN.

Qt-free: frames are files here.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import engine
from engine.contracts.manifest import Manifest
from engine.errors import EngineError

LOSSES = ("generator_loss", "discriminator_loss")
SCORES = ("score_real", "score_drawn", "score_held_out")
_LARGEST = sys.float_info.max
"""A manifest's whole numbers may be longer than any float; a comparison takes them, NumPy does not."""


def film_files(folders: Sequence[Path], manifest: Manifest) -> tuple[tuple[int, Path], ...]:
    """The frames ``film/<step>.png`` with their training steps, oldest first; none where a model has no film."""
    try:
        folder = engine.model_folder(folders, manifest.id) / "film"
    except EngineError:
        return ()
    return tuple(sorted((int(path.stem), path) for path in folder.glob("*.png") if path.stem.isdecimal()))


@dataclass(frozen=True, slots=True, eq=False)
class GameCurves:
    """What was logged of a GAN's training at ``steps (R,)``, rising: of `LOSSES` and `SCORES` those that are there,
    ``(R,)`` each.

    Losses are the hinge losses of both networks; scores the discriminator's mean, above 0 for "real", of training
    pictures, of drawn ones, and of real pictures that were held out.
    """

    steps: NDArray[np.float64]
    values: Mapping[str, NDArray[np.float64]]

    def at(self, step: float) -> Mapping[str, float]:
        """The values of the row nearest to a step."""
        if not len(self.steps):
            return {}
        row = int(np.abs(self.steps - step).argmin())
        return {name: float(values[row]) for name, values in self.values.items()}


def game_curves(training: Mapping[str, object]) -> GameCurves | None:
    """The curves in a manifest's ``training``; None where it is no GAN's.

    Rows that lack a number, or are of a step below 0, are left out.
    """
    points = training.get("curve", ())
    rows = [row for row in points if isinstance(row, Mapping)] if isinstance(points, (list, tuple)) else []
    names = [name for name in (*LOSSES, *SCORES) if any(_is_number(row.get(name)) for row in rows)]
    if not set(LOSSES) <= set(names):
        return None
    wanted = ("step", *names)
    known = [row for row in rows if all(_is_number(row.get(name)) for name in wanted) and row["step"] >= 0]
    whole = [[float(row[name]) for name in wanted] for row in known]
    if not whole:
        return None
    table = np.array(sorted(whole), np.float64)
    return GameCurves(table[:, 0], {name: table[:, column] for column, name in enumerate(names, 1)})


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) <= _LARGEST
