"""The data sets, as level indices, split into training, validation and test.

Files are looked for in the folder given, then in ``REVERIE_DATA``, else downloaded (`engine.training.sources`).  The
split is the project's own: the *last* ``validation`` training images are held out for tuning, the test set is scored
once.

Binarization is dynamic in training (a new draw for every image shown) and fixed for validation and test: pixel x is
ink when ``default_rng(1234).random(shape) < x / 255``, drawn in file order over the whole set.
"""

from __future__ import annotations

import hashlib
import json
import struct
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.errors import FileError
from engine.training import readers, sources, sprites
from engine.training.sources import data_folder as data_folder  # the other half of `load`'s arguments

BINARIZATION_SEED = 1234
PORTRAIT_TESTS = 2000  # the set's own advice: the last 2,000
FACE_TESTS = 1000  # likewise
SPRITES, SPRITE_TESTS, SPRITE_SEED = 45_000, 5_000, 2017


@dataclass(frozen=True)
class Split:
    """Images and labels: ``pixels (N, H, W) uint8`` (grey values, or palette indices) or ``(N, H, W, 3)`` (colours),
    ``labels (N,) uint8``, and for each of the set's attributes a code, ``codes (N, T) uint8``, where it has any."""

    pixels: NDArray[np.uint8]
    labels: NDArray[np.uint8]
    codes: NDArray[np.uint8] | None = None

    def __len__(self) -> int:
        return len(self.pixels)

    def part(self, chosen: slice) -> Split:
        """Some of the pictures, with all that is known about them."""
        codes = None if self.codes is None else self.codes[chosen]
        return Split(self.pixels[chosen], self.labels[chosen], codes)


@dataclass(frozen=True)
class Attribute:
    """Something that is known of every picture: its ``name``, and what the codes 0, 1, ... mean."""

    name: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class DataSet:
    """A data set: ``palette`` is (K, 3) uint8 where pixels are palette indices, else None; ``attributes`` name the
    columns of the splits' codes."""

    name: str
    train: Split
    validation: Split
    test: Split
    palette: NDArray[np.uint8] | None = None
    attributes: tuple[Attribute, ...] = ()


def load(name: str, folder: Path, validation: int, report: sources.Report = sources.silent) -> DataSet:
    """Read the set from ``folder`` (see `data_folder`); hold out the last ``validation`` training images."""
    if name == "sprites":
        return made_sprites(validation)
    found = sources.locate(name, folder, report)
    path = next(iter(found.values()))
    parts = _READERS.get(name, read_grey)(name, found)
    cut = len(parts.train) - validation
    if cut < 1 or not len(parts.test):
        raise FileError(
            f"{path} holds {len(parts.train)} pictures to train on, of which {validation} are to be held out.",
            "Use the whole data set, or --images for pictures of your own.",
            path=str(path),
        )
    train, held_out = parts.train.part(slice(0, cut)), parts.train.part(slice(cut, None))
    return DataSet(name, train, held_out, parts.test, parts.palette, parts.attributes)


def made_sprites(validation: int) -> DataSet:
    """The sprites, which no file holds: they are drawn anew each time, always the same."""
    pixels, codes = sprites.draw(SPRITES + SPRITE_TESTS, SPRITE_SEED)
    whole, cut = Split(pixels, codes[:, 0].copy(), codes), SPRITES - validation
    train, held_out, test = (whole.part(slice(*ends)) for ends in ((0, cut), (cut, SPRITES), (SPRITES, None)))
    attributes = tuple(Attribute(factor, values) for factor, values in sprites.FACTORS)
    return DataSet("sprites", train, held_out, test, attributes=attributes)


class Parts(NamedTuple):
    """What the readers of one form of file return: training and test pictures, the palette, the attributes."""

    train: Split
    test: Split
    palette: NDArray[np.uint8] | None = None
    attributes: tuple[Attribute, ...] = ()


def read_grey(name: str, found: dict[str, Path]) -> Parts:
    """The sets of grey pictures, from one NPZ or four IDX files."""
    if "npz" in found:
        arrays = readers.read_npz(found["npz"], sources.ARRAYS)
    else:
        arrays = {key: readers.read_idx(path, 3 if key.startswith("x") else 1) for key, path in found.items()}
    path = next(iter(found.values()))
    train = checked_split(arrays["x_train"], arrays["y_train"], sources.source(name), path)
    test = checked_split(arrays["x_test"], arrays["y_test"], sources.source(name), path)
    digests = [as_idx_sha256(arrays[key]) for key in sources.ARRAYS]
    if digests != [file.sha256 for file in sources.source(name).files]:
        warn_unpublished(name, path)
    return Parts(train, test)


def read_portraits(name: str, found: dict[str, Path]) -> Parts:
    """The pixel portraits, whose one file holds palette indices, the palette and no split."""
    path = found["npz"]
    arrays = readers.read_npz(path, ("idx", "palette"))
    palette, pixels = arrays["palette"], arrays["idx"]
    whole = checked_split(pixels, np.zeros(len(pixels), np.uint8), sources.source(name), path)
    if palette.dtype != np.uint8 or palette.shape[1:] != (3,) or (len(whole) and whole.pixels.max() >= len(palette)):
        raise FileError(f"{path} has a palette that does not fit its pictures.", "Get the file anew.", path=str(path))
    compare_with_published(name, path)
    n = PORTRAIT_TESTS
    return Parts(whole.part(slice(None, -n)), whole.part(slice(-n, None)), palette)


def read_faces(name: str, found: dict[str, Path]) -> Parts:
    """The cartoon faces: one file with colours, a code for each attribute, and what the codes mean; no split."""
    path = found["npz"]
    arrays = readers.read_npz(path, ("rgb", "labels", "attributes"))
    pixels, codes = arrays["rgb"], arrays["labels"]
    whole = checked_split(pixels, np.zeros(len(pixels), np.uint8), sources.source(name), path)
    attributes = read_attributes(arrays["attributes"])
    sizes = [len(attribute.values) for attribute in attributes]
    if codes.dtype != np.uint8 or codes.shape != (len(pixels), len(sizes)) or not sizes or (codes >= sizes).any():
        raise FileError(f"{path} has attributes that do not fit its pictures.", "Get the file anew.", path=str(path))
    compare_with_published(name, path)
    whole, n = Split(pixels, whole.labels, codes), FACE_TESTS
    return Parts(whole.part(slice(None, -n)), whole.part(slice(-n, None)), attributes=attributes)


def read_attributes(text: NDArray[Any]) -> tuple[Attribute, ...]:
    """The attributes from JSON of ``keys`` and ``legend``; none if it is not that."""
    try:
        told = json.loads(str(text))
        return tuple(Attribute(str(key), tuple(map(str, told["legend"][key]))) for key in told["keys"])
    except (ValueError, KeyError, TypeError):
        return ()


_READERS: dict[str, Callable[[str, dict[str, Path]], Parts]] = {
    "pixel_portraits": read_portraits,
    "cartoon_faces": read_faces,
}


def compare_with_published(name: str, path: Path) -> None:
    """Say so if an NPZ file is not the one whose digest is known."""
    with path.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != sources.source(name).npz_sha256:
            warn_unpublished(name, path)


def checked_split(pixels: NDArray[Any], labels: NDArray[Any], source: sources.Source, path: Path) -> Split:
    """Pictures and labels that really are what the set should hold, or one sentence."""
    wanted = (source.height, source.width, *((3,) if source.colour else ()))
    if pixels.dtype != np.uint8 or pixels.shape[1:] != wanted or labels.dtype != np.uint8:
        form = f"{source.height} x {source.width} {'colour ' if source.colour else ''}pixels"
        problem = f"{path} should hold pictures of {form} as bytes, not {pixels.dtype} {pixels.shape}."
        raise FileError(problem, "Get the file anew.", path=str(path))
    if labels.shape != (len(pixels),):
        problem = f"{path} holds {len(pixels)} pictures and {labels.size} labels."
        raise FileError(problem, "Get the file anew.", path=str(path))
    return Split(pixels, labels)


def as_idx_sha256(array: NDArray[np.uint8]) -> str:
    """The digest an array would have as an IDX file, so that every form of a set can be compared with the published."""
    header = bytes((0, 0, readers.IDX_UINT8, array.ndim)) + struct.pack(f">{array.ndim}I", *array.shape)
    total = hashlib.sha256(header)
    total.update(np.ascontiguousarray(array).data)
    return total.hexdigest()


def warn_unpublished(name: str, path: Path) -> None:
    """Other data make another model: say so, but let people train on what they like."""
    title = sources.source(name).title
    print(f"Note: {path} is not {title} as published; the model's figures will differ.", file=sys.stderr, flush=True)


def quantize(pixels: NDArray[np.uint8], levels: int, palette: bool) -> NDArray[np.int64]:
    """Level indices of grey pixels: the nearest of K equally spaced greys (0 .. 255); palette indices stay."""
    if palette:
        return pixels.astype(np.int64)
    return np.rint(pixels.astype(np.float64) * (levels - 1) / 255).astype(np.int64)


def binarize(pixels: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.int64]:
    """Bernoulli draws with probability x / 255: 1 is ink."""
    return (rng.random(pixels.shape) < pixels / 255).astype(np.int64)


def fixed_levels(split: Split, levels: int, palette: bool) -> NDArray[np.int64]:
    """The one fixed version of a split that validation and test use: ``(N, H, W) int64`` level indices."""
    if levels == 2:
        return binarize(split.pixels, np.random.default_rng(BINARIZATION_SEED))
    return quantize(split.pixels, levels, palette)


class Epochs:
    """Which pictures a step sees, as a function of the step alone: an epoch is a permutation keyed by (seed, epoch)."""

    def __init__(self, count: int, batch: int, seed: int) -> None:
        self.count, self.size, self.seed = count, batch, seed
        self.per_epoch = count // batch
        self._epoch = -1
        self._order = np.arange(0)

    def chosen(self, step: int) -> NDArray[np.int64]:
        """The indices (B,) of a step's pictures."""
        epoch, index = divmod(step, self.per_epoch)
        if epoch != self._epoch:
            self._order = np.random.default_rng((self.seed, 0, epoch)).permutation(self.count)
            self._epoch = epoch
        return self._order[index * self.size : (index + 1) * self.size]


class BatchStream:
    """Training batches as a function of the step alone, so that a resumed run sees what the first would have seen.

    ``batch(step)`` gives ``levels (B, 1, H, W) int64`` already turned into its orientation and ``condition (B, D)
    float32``.  An epoch is a permutation keyed by (seed, epoch); draws within a step are keyed by (seed, step).
    """

    def __init__(
        self,
        data: DataSet,
        *,
        levels: int,
        classes: int,
        orientations: int,
        orientation_columns: int,
        upright_share: float,
        class_dropout: float,
        batch: int,
        seed: int,
    ) -> None:
        self.data, self.levels, self.classes = data, levels, classes
        self.orientations, self.columns = orientations, orientation_columns
        self.upright_share, self.class_dropout = upright_share, class_dropout
        self.size, self.seed = batch, seed
        self.per_epoch = len(data.train) // batch
        self._epoch = -1
        self._order = np.arange(0)

    def batch(self, step: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        epoch, index = divmod(step, self.per_epoch)
        if epoch != self._epoch:
            self._order = np.random.default_rng((self.seed, 0, epoch)).permutation(len(self.data.train))
            self._epoch = epoch
        rng = np.random.default_rng((self.seed, 1, step))
        chosen = self._order[index * self.size : (index + 1) * self.size]
        pixels = self.data.train.pixels[chosen]
        if self.levels == 2:
            levels = binarize(pixels, rng)
        else:
            levels = quantize(pixels, self.levels, self.data.palette is not None)
        labels = self.data.train.labels[chosen].astype(np.int64)
        dropped = rng.random(self.size) < self.class_dropout
        labels = np.where(dropped, self.classes, labels)
        turned = rng.random(self.size) >= self.upright_share
        orientation = np.where(turned, rng.integers(1, max(2, self.orientations), self.size), 0)
        if self.orientations == 1:
            orientation[:] = 0
        out = np.stack([turn(image, int(o)) for image, o in zip(levels, orientation, strict=True)])
        return out[:, None], one_hot_condition(labels, orientation, self.classes, self.columns)


def turn(image: NDArray[np.int64], orientation: int) -> NDArray[np.int64]:
    """Orientation 0..7 of a (..., H, W) image: bit 0 flips columns, bit 1 flips rows, bit 2 transposes afterwards."""
    if orientation & 1:
        image = image[..., :, ::-1]
    if orientation & 2:
        image = image[..., ::-1, :]
    if orientation & 4:
        image = np.swapaxes(image, -1, -2)
    return image


def one_hot_condition(
    labels: NDArray[np.int64], orientation: NDArray[np.int64], classes: int, orientation_columns: int
) -> NDArray[np.float32]:
    """(N, D) one-hot columns: class (the last of its columns is "no class"), then orientation."""
    n = len(labels)
    parts = []
    if classes:
        parts.append(np.eye(classes + 1, dtype=np.float32)[labels])
    if orientation_columns:
        parts.append(np.eye(orientation_columns, dtype=np.float32)[orientation])
    return np.concatenate(parts, axis=1) if parts else np.zeros((n, 0), np.float32)
