"""A person's own pictures as a data set: a folder becomes a data set, and a recipe becomes one for it.

The pictures are read once and kept as ``data.npz`` in the run's folder.  So a resumed run sees what the first one saw
even if the folder has changed since, and the export scores the same test pictures.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.errors import FileError, RequestError
from engine.training import readers, sources
from engine.training.data import DataSet, Split, load
from engine.training.models.gated_pixelcnn import GatedPixelCNNConfig
from engine.training.recipe import (
    ORIENTATIONS,
    AdversarialRecipe,
    AutoregressiveRecipe,
    ClassifierRecipe,
    LatentRecipe,
    Recipe,
    recipe_of,
)

FILE = "data.npz"
SPLIT_SEED = 1234
FEWEST = 20
"""Fewer pictures than this cannot be split into three parts that mean anything."""

PARTS = ("train", "validation", "test")


def read_folder(
    folder: Path, recipe: Recipe, on_picture: Callable[[int, int], None] = lambda done, total: None
) -> tuple[DataSet, tuple[str, ...]]:
    """The pictures of ``folder`` in the size and colours of ``recipe``, and the names of their classes.

    A tenth (at most 10,000) is kept for the test, as much for validation; which, is a fixed draw.  A recipe with a
    palette gets one made of the folder's own colours, as many as the recipe's at most.
    """
    height, width = picture_size(recipe)
    palettes = wants_palette(recipe)
    colour = palettes or (not isinstance(recipe, AutoregressiveRecipe) and recipe.model.channels == 3)
    pixels, labels, classes = readers.read_picture_folder(folder, height, width, colour, on_picture)
    if len(pixels) < FEWEST:
        problem = f"{folder} holds {len(pixels)} pictures, too few to learn from."
        raise FileError(problem, f"Give at least {FEWEST}; some thousands make a good model.", path=str(folder))
    palette = None
    if palettes:
        pixels, palette = to_palette(pixels, recipe.levels)
    order = np.random.default_rng(SPLIT_SEED).permutation(len(pixels))
    tenth = min(10_000, len(pixels) // 10)
    test, validation, train = order[:tenth], order[tenth : 2 * tenth], order[2 * tenth :]
    train_split, validation_split, test_split = (Split(pixels[i], labels[i]) for i in (train, validation, test))
    return DataSet(folder.resolve().name, train_split, validation_split, test_split, palette), classes


def picture_size(recipe: Recipe) -> tuple[int, int]:
    """Height and width of the pictures that a recipe learns from."""
    if isinstance(recipe, AutoregressiveRecipe):
        size = sources.source(recipe.data)
        return size.height, size.width
    return recipe.model.height, recipe.model.width


def wants_palette(recipe: Recipe) -> bool:
    """Whether the recipe's levels are colours rather than greys."""
    return isinstance(recipe.model, GatedPixelCNNConfig) and recipe.model.palette


def to_palette(rgb: NDArray[np.uint8], most: int) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Colours (N, H, W, 3) to palette indices (N, H, W) and the palette (K, 3), K <= ``most``, dark to light.

    Exact where there are no more colours than that, else the median cut of all pixels.
    """
    flat = rgb.reshape(-1, 3)
    palette = np.unique(flat[:: max(1, len(flat) // 1_000_000)], axis=0)
    if len(palette) > most:
        strip = Image.fromarray(flat[None, :: max(1, len(flat) // 1_000_000)])
        cut = strip.quantize(most, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).getpalette() or []
        palette = np.unique(np.array(cut, np.uint8).reshape(-1, 3)[:most], axis=0)
    palette = palette[np.argsort(palette @ np.array([0.299, 0.587, 0.114]), kind="stable")]
    return nearest_colour(flat, palette).reshape(rgb.shape[:-1]), palette


def nearest_colour(colours: NDArray[np.uint8], palette: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The index of the palette's nearest colour for each of (N, 3) colours."""
    distinct, inverse = np.unique(colours, axis=0, return_inverse=True)
    index = np.empty(len(distinct), np.uint8)
    for start in range(0, len(distinct), 4096):  # the table of all distances would not fit
        part = distinct[start : start + 4096, None].astype(np.int32) - palette[None].astype(np.int32)
        index[start : start + 4096] = np.square(part).sum(-1).argmin(1)
    return index[inverse.reshape(-1)]


def own_recipe(base: Recipe, name: str, data: DataSet, classes: tuple[str, ...]) -> Recipe:
    """``base``'s architecture and optimiser for another data set: its classes, its palette, its size of batch."""
    levels = base.levels if data.palette is None else len(data.palette)
    model = base.model
    if isinstance(model, GatedPixelCNNConfig):
        width = (len(classes) + 1 if classes else 0) + len(ORIENTATIONS)
        model = dataclasses.replace(model, levels=levels, condition_width=width)
    elif isinstance(base, AutoregressiveRecipe):
        model, classes = dataclasses.replace(model, levels=levels), ()  # the plain model takes no conditions
    elif isinstance(base, AdversarialRecipe | ClassifierRecipe):
        model, classes = own_classes(base, classes)
    if isinstance(base, LatentRecipe):
        base = dataclasses.replace(base, hinted=())  # nothing says which of these pictures has what
    return dataclasses.replace(
        base,
        name=name,
        title=f"{base.title.split(' on ')[0]} on {data.name}",
        data=data.name,
        levels=levels,
        model=model,
        class_names=classes,
        batch=min(base.batch, len(data.train)),
        validation=len(data.validation),
    )


def own_classes(base: AdversarialRecipe | ClassifierRecipe, classes: tuple[str, ...]) -> tuple[Any, tuple[str, ...]]:
    """The network for these classes, and what it is told of them: nothing, if it knows no classes."""
    if isinstance(base, AdversarialRecipe) and not base.model.classes:
        return base.model, ()
    if len(classes) < 2:
        problem = f"{base.title.split(' on ')[0]} learns classes, and the pictures are of one kind."
        raise RequestError(problem, "Put them into a sub-folder a class, or choose another recipe.")
    if isinstance(base, ClassifierRecipe):
        return dataclasses.replace(base.model, heads=(len(classes),)), classes
    return dataclasses.replace(base.model, classes=len(classes)), classes


def checked_name(name: str) -> str:
    """A name that can be a folder and a model's id."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", name):
        remedy = "Use letters, digits, dots, dashes and underscores, starting with a letter or a digit."
        raise RequestError(f"{name!r} cannot be the name of a model.", remedy, name=name)
    return name


def as_name(text: str) -> str:
    """A folder's name as a model's: lower case, with dashes."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:40] or "own"


def save(data: DataSet, classes: tuple[str, ...], run: Path) -> None:
    """Keep the pictures in the run's folder."""
    run.mkdir(parents=True, exist_ok=True)
    arrays: dict[str, NDArray[Any]] = {"name": np.array(data.name), "classes": np.array(classes, np.str_)}
    for part in PARTS:
        split: Split = getattr(data, part)
        arrays[f"x_{part}"], arrays[f"y_{part}"] = split.pixels, split.labels
    arrays["palette"] = np.zeros((0, 3), np.uint8) if data.palette is None else data.palette
    fresh = run / f".{FILE}"
    with fresh.open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, **arrays)
    fresh.replace(run / FILE)


def saved(run: Path) -> tuple[DataSet, tuple[str, ...]] | None:
    """The pictures that `save` kept in a run's folder; None if that run learnt from a published set."""
    if not (run / FILE).is_file():
        return None
    keys = ("name", "classes", "palette", *(f"{xy}_{part}" for part in PARTS for xy in "xy"))
    arrays = readers.read_npz(run / FILE, keys)
    train, validation, test = (Split(arrays[f"x_{part}"], arrays[f"y_{part}"]) for part in PARTS)
    palette = arrays["palette"] if len(arrays["palette"]) else None
    classes = tuple(str(name) for name in arrays["classes"])
    return DataSet(str(arrays["name"]), train, validation, test, palette), classes


def open_run(run: Path, data_folder: Path) -> tuple[Recipe, DataSet]:
    """The recipe and the data of a run, whosever pictures they were: what the export needs besides the weights."""
    state = run / "checkpoint" / "state.json"
    try:
        recipe = recipe_of(json.loads(state.read_text())["recipe"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise FileError(f"{run} holds no run that could be read.", "Train it first.", path=str(run)) from error
    own = saved(run)
    return recipe, own[0] if own else load(recipe.data, data_folder, recipe.validation)
