"""The data sets, as level indices, split into training, validation and test.

Files are looked for in the folder given, then in ``REVERIE_DATA``.  The split is the project's own: the *last*
``validation`` training images are held out for tuning, the test set is scored once.

Binarization is dynamic in training (a new draw for every image shown) and fixed for validation and test: pixel x is
ink when ``default_rng(1234).random(shape) < x / 255``, drawn in file order over the whole set.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

BINARIZATION_SEED = 1234


@dataclass(frozen=True)
class Split:
    """Images and labels: ``pixels (N, H, W) uint8`` (grey values, or palette indices), ``labels (N,) uint8``."""

    pixels: NDArray[np.uint8]
    labels: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.pixels)


@dataclass(frozen=True)
class DataSet:
    """A data set: ``palette`` is (K, 3) uint8 where pixels are palette indices, else None."""

    name: str
    train: Split
    validation: Split
    test: Split
    palette: NDArray[np.uint8] | None = None


def data_folder(given: Path | None) -> Path:
    """The folder with the data sets: the one given, else ``REVERIE_DATA``."""
    if given is not None:
        return given
    if folder := os.environ.get("REVERIE_DATA"):
        return Path(folder)
    raise FileNotFoundError("no data folder: give --data-dir, or set REVERIE_DATA to the folder with the .npz files")


def load(name: str, folder: Path, validation: int) -> DataSet:
    """Read ``folder/name.npz``; hold out the last ``validation`` training images."""
    with np.load(folder / f"{name}.npz") as file:
        if name == "pixel_portraits":
            pixels, palette = file["idx"], file["palette"]
            labels = np.zeros(len(pixels), np.uint8)
            test = 2000  # the set's own advice: the last 2,000
            train, train_labels = pixels[:-test], labels[:-test]
            held, held_labels = pixels[-test:], labels[-test:]
        else:
            train, train_labels, held, held_labels = (file[k] for k in ("x_train", "y_train", "x_test", "y_test"))
            palette = None
    cut = len(train) - validation
    return DataSet(
        name,
        Split(train[:cut], train_labels[:cut]),
        Split(train[cut:], train_labels[cut:]),
        Split(held, held_labels),
        palette,
    )


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
