"""The film of a run: 12 sheets of samples from its log-spaced snapshots, all drawn from the same noise."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from engine.contracts.arrays import Images, Levels, Observed
from engine.contracts.manifest import ImageSpec
from engine.numerics import noise
from engine.numerics.pixels import Codec
from engine.sampling.autoregressive import Canvas, Logits, Noise, State, Trace, row_cached
from engine.training.data import one_hot_condition
from engine.training.models.gated_pixelcnn import GatedPixelCNN
from engine.training.models.gated_row_sampler import GatedRowSampler
from engine.training.models.pixelcnn_row_sampler import PixelCNNRowSampler
from engine.training.recipe import AutoregressiveRecipe, Recipe

FRAMES = 12
SIDE = 4
"""A frame is a sheet of 4 by 4 pictures."""


class EagerRowGraph:
    """A torch module's row sampler, run eagerly: an `engine.sampling.autoregressive.RowGraph` for whole pictures."""

    def __init__(
        self, recipe: AutoregressiveRecipe, model: torch.nn.Module, width: int, labels: NDArray[np.int64]
    ) -> None:
        self.gated = isinstance(model, GatedPixelCNN)
        self.sampler = GatedRowSampler(model, width) if self.gated else PixelCNNRowSampler(model, width)  # type: ignore[arg-type]
        self.shapes, self.successors = self.sampler.state_shapes, self.sampler.state_successors
        classes = len(recipe.class_names)
        columns = recipe.condition_width - (classes + 1 if classes else 0)
        upright = np.zeros(len(labels), np.int64)
        self.condition = torch.from_numpy(one_hot_condition(labels, upright, classes, columns))

    def start(self, batch: int) -> State:
        """All zeros: no rows above."""
        kinds = {name: np.int64 if name == "rows" else np.float32 for name in self.shapes}
        return {name: np.zeros([n or batch for n in shape], kinds[name]) for name, shape in self.shapes.items()}

    def prime(self, levels: Levels, batch: int) -> tuple[Logits, State]:
        """Never asked for: a film draws whole pictures."""
        raise NotImplementedError("a film has no known rows")

    @torch.no_grad()
    def row(self, noise: Noise, known: Levels, observed: Observed, state: State) -> tuple[Levels, Logits, State]:
        """One row, columns first inside the module."""
        batch, width = noise.shape[:2]
        inputs = [
            torch.from_numpy(np.ascontiguousarray(noise.transpose(1, 0, 2))),
            torch.zeros(width, batch, 1, dtype=torch.int64),
            torch.zeros(width, batch, 1, dtype=torch.bool),
        ]
        inputs += [self.condition] if self.gated else []
        levels, logits, *outputs = self.sampler(*inputs, *(torch.from_numpy(state[n]) for n in self.shapes))
        moved = {name for name, after in self.successors.items() if after in self.shapes and after != name}
        named = dict(zip([a for n, a in self.successors.items() if n not in moved], outputs, strict=True))
        after = {n: state[a] if n in moved else named[a].numpy() for n, a in self.successors.items()}
        return levels.numpy().T, logits.numpy().transpose(1, 0, 2), after


def sheet(recipe: AutoregressiveRecipe, model: torch.nn.Module, image: ImageSpec, seed: int = 0) -> Images:
    """16 samples as one picture: (4 H + 3, 4 W + 3, C) uint8, a class a column where there are classes."""
    count = SIDE * SIDE
    classes = len(recipe.class_names)
    labels = np.arange(count) % classes if classes else np.zeros(count, np.int64)
    field = noise.gumbel_batch(seed, range(count), (image.height, image.width, image.levels))
    blank = np.zeros((image.height, image.width), np.int64)
    canvas = Canvas(blank, blank.astype(bool), field)
    graph = EagerRowGraph(recipe, model.eval(), image.width, labels)
    rows = [step.levels for step in row_cached(graph, canvas, Trace(canvas, {}, {}))]
    return tiled(Codec(image).decode(np.stack(rows, axis=1)), SIDE)


def tiled(images: Images, columns: int, gap: int = 1, ground: int = 128) -> Images:
    """(N, H, W, C) pictures as one sheet with ``gap`` pixels of grey between them."""
    n, height, width, channels = images.shape
    rows = -(-n // columns)
    out = np.full((rows * (height + gap) - gap, columns * (width + gap) - gap, channels), ground, np.uint8)
    for index, picture in enumerate(images):
        top, left = (index // columns) * (height + gap), (index % columns) * (width + gap)
        out[top : top + height, left : left + width] = picture
    return out


def save_png(picture: Images, path: Path, scale: int = 1) -> None:
    """Write a picture, each pixel ``scale`` times as large; a coloured one in its 256 commonest colours, which is half
    the file and seen by nobody."""
    big = picture.repeat(scale, axis=0).repeat(scale, axis=1)
    image = Image.fromarray(big[..., 0] if big.shape[-1] == 1 else big)
    if image.mode == "RGB":
        image = image.quantize(256, dither=Image.Dither.NONE)
    image.save(path, optimize=True)


def chosen_snapshots(run: Path) -> list[Path]:
    """At most 12 of a run's snapshots, log-spaced, the first and the last among them."""
    found = sorted((run / "snapshots").glob("*.safetensors"), key=lambda p: int(p.stem))
    if len(found) <= FRAMES:
        return found
    steps = np.log([int(p.stem) for p in found])
    wanted = np.linspace(steps[0], steps[-1], FRAMES)
    return [found[i] for i in sorted({int(np.argmin(np.abs(steps - w))) for w in wanted})]


def make_film(recipe: Recipe, run: Path, draw: Callable[[torch.nn.Module], Images], target: Path) -> None:
    """Write ``film/<step>.png`` for each chosen snapshot: what ``draw`` makes of its network."""
    from engine.training.export import load_weights

    folder = target / "film"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for snapshot in chosen_snapshots(run):
        print(f"film: step {int(snapshot.stem)}", file=sys.stderr, flush=True)
        save_png(draw(load_weights(recipe, run, snapshot)), folder / f"{int(snapshot.stem)}.png")
