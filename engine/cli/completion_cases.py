"""What `reverie bench completion` completes: test pictures of a data set, what is given of them, and holes so small
that every completion of them can be enumerated."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.catalogue.references import read_references
from engine.cli.pictures import half, read_all
from engine.contracts.arrays import Images, Observed
from engine.contracts.manifest import Manifest
from engine.errors import FileError, RequestError
from engine.numerics import noise
from engine.numerics.archives import npz_keys, read_npz
from engine.numerics.pixels import fitted

BINARIZATION_SEED = 1234
"""Test pictures are binarized as they were for the models' figures: once, by this seed, in file order."""
TESTS = {"pixel_portraits": 2000}
"""Of files without a split: how many of their last pictures are for tests."""
SCATTERED = 0.2
"""The share of pixels that a scattered mask gives."""
LEAST_INK = 8
"""Pixels that are not background which a hole's middle is chosen from, at the least."""

NOTHING = "nothing"
"""The name of the mask that gives nothing."""
MASKS = {
    NOTHING: "nothing given but the class, where the model knows classes: what exact sampling gives",
    "scattered": "20 % scattered pixels given",
    "ring": "the rim of the middle half of rows and columns given, a seventh of the picture wide",
    "frame": "all given but the middle half of rows and columns",
    "bottom": "bottom half given",
    "right": "right half given",
    "top": "top half given",
    "hair": "hair given (a fixed box: the first 5 rows, and of the next 8 the outer 4 columns on each side)",
    "clothes": "clothes given (a fixed box: the last 3 rows)",
}
"""What is given, in words."""
OF_PORTRAITS = ("hair", "clothes", "scattered")
OF_OTHERS = ("scattered", "ring", "frame", "bottom", "right")


@dataclass(frozen=True, slots=True, eq=False)
class Pictures:
    """Test pictures.

    images : (N, H, W, C) uint8
        At the model's levels.
    originals : (N, H, W, C) uint8
        As they are in the file: binarized pictures are grey there.
    labels : (N,) int64
        Classes; -1 where the file does not tell.
    source : which pictures these are, a sentence.
    """

    images: Images
    originals: Images
    labels: NDArray[np.int64]
    source: str

    def __len__(self) -> int:
        return len(self.images)

    def part(self, places: NDArray[np.int64], source: str) -> Pictures:
        """Some of them."""
        return Pictures(self.images[places], self.originals[places], self.labels[places], source)


def masks_of(data: str) -> tuple[str, ...]:
    """The names of the masks that pictures of a data set are completed under."""
    return OF_PORTRAITS if data == "pixel_portraits" else OF_OTHERS


def observed(mask: str, height: int, width: int, number: int) -> Observed:
    """What a mask of `MASKS` gives of picture ``number``: ``(H, W) bool``; only scattered pixels depend on it."""
    given = np.zeros((height, width), bool)
    if mask == "scattered":
        u = noise.uniforms(0, number, noise.SCATTER, height * width)
        return u.reshape(height, width) < SCATTERED
    if mask in ("ring", "frame"):
        down, across = height // 4, width // 4
        given[down : height - down, across : width - across] = True
        if mask == "frame":
            return ~given
        down, across = down + height // 7, across + width // 7
        given[down : height - down, across : width - across] = False
    elif mask == NOTHING:
        pass
    elif mask == "hair":
        rows, side, low = round(height * 5 / 16), width // 4, round(height * 13 / 16)
        given[:rows] = True
        given[rows:low, :side] = given[rows:low, width - side :] = True
    elif mask == "clothes":
        given[round(height * 13 / 16) :] = True
    else:
        return half(mask, height, width)
    return given


def hole(image: Images, unknown: int, number: int) -> Observed:
    """All given but the ``unknown`` pixels that are nearest to one of the drawing, chosen by ``number``.

    ``image (H, W, C)``; the answer is ``(H, W) bool``.  The middle is of another value than the picture's commonest, so
    that the hole lies on a stroke, with evidence on all sides.
    """
    height, width = image.shape[:2]
    flat = image.reshape(height * width, -1)
    values, counts = np.unique(flat, axis=0, return_counts=True)
    ink = np.flatnonzero((flat != values[counts.argmax()]).any(axis=1))
    if len(ink) < LEAST_INK:
        ink = np.arange(height * width)
    middle = divmod(int(np.random.default_rng([BINARIZATION_SEED, number]).choice(ink)), width)
    rows, columns = np.indices((height, width))
    far = (rows - middle[0]) ** 2 + (columns - middle[1]) ** 2
    given = np.ones(height * width, bool)
    given[np.argsort(far.reshape(-1), kind="stable")[:unknown]] = False
    return given.reshape(height, width)


def evenly(labels: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """Places of the first ``count`` pictures, as evenly over the classes as they go: the first of each class, then the
    second of each, and so on; ``(count,)`` or fewer."""
    rank = np.zeros(len(labels), np.int64)
    for label in np.unique(labels):
        own = np.flatnonzero(labels == label)
        rank[own] = np.arange(len(own))
    return np.lexsort((labels, rank))[:count]


def test_pictures(manifest: Manifest, folders: Sequence[Path]) -> Pictures:
    """All test pictures of a model's data set, at its levels: those of ``<data>.npz`` in ``REVERIE_DATA``, else the few
    that Reverie ships as reference pictures, whose classes nobody tells."""
    data = os.environ.get("REVERIE_DATA", "")
    path = Path(data) / f"{manifest.data}.npz"
    if data and path.is_file():
        return _of_file(path, manifest)
    try:
        held_out = read_references(folders, manifest.data, manifest.data_title).held_out
    except RequestError as error:
        raise RequestError(
            f"There are no test pictures of {manifest.data_title} to complete.",
            f"Set REVERIE_DATA to the folder that holds {manifest.data}.npz.",
        ) from error
    images = fitted(held_out, manifest.image, _fit(manifest), np.random.default_rng(BINARIZATION_SEED))
    source = f"{len(images):,} test pictures of {manifest.data_title} that Reverie ships, a small part of the test set"
    return Pictures(images, held_out, np.full(len(images), -1), f"{source} (REVERIE_DATA names no folder with it)")


def second_half(pictures: Pictures, count: int) -> Pictures:
    """``count`` pictures of the second half, evenly over the classes; what there is where there are fewer."""
    middle = len(pictures) // 2
    places = middle + evenly(pictures.labels[middle:], count)
    source = f"{len(places)} of the second half of the {pictures.source}"
    return pictures.part(places, source if (pictures.labels < 0).all() else f"{source}, evenly over the classes")


def _of_file(path: Path, manifest: Manifest) -> Pictures:
    fit, spec = _fit(manifest), manifest.image
    images = read_all([str(path)], spec, fit, BINARIZATION_SEED)[0]
    keys = npz_keys(path)
    labels = np.full(len(images), -1)
    if "y_test" in keys:
        labels = read_npz(path, ("y_test",))["y_test"].astype(np.int64)
        if labels.shape != images.shape[:1]:
            raise FileError(f"{path} does not tell the class of every picture.", "Get the file anew.", path=str(path))
    originals = images
    if "x_test" in keys and spec.display_channels == 1:
        originals = read_npz(path, ("x_test",))["x_test"].reshape(images.shape)
    start = max(0, len(images) - TESTS.get(manifest.data, len(images)))
    title = f"{len(images) - start:,} test pictures of {manifest.data_title}"
    return Pictures(images[start:], originals[start:], labels[start:], title)


def _fit(manifest: Manifest) -> str:
    return "stochastic" if manifest.image.levels == 2 and manifest.image.palette is None else "nearest"
