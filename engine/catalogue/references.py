"""Reference pictures: some of the training pictures of a data set, and some that no model was trained on.

They lie in ``assets/reference/<data>.npz`` beside the folder of models (`tests/tools/reference_pictures.py` makes it):
``images (M, H, W, C) uint8`` and ``labels (M,) int16`` of training pictures, ``held_out (R, H, W, C)`` of test
pictures, ``trained_on ()`` how many training pictures there are in all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.contracts.arrays import Images
from engine.errors import FileError, RequestError
from engine.numerics.archives import read_npz

KEYS = ("images", "labels", "held_out", "trained_on")


@dataclass(frozen=True, slots=True, eq=False)
class References:
    """``images (M, H, W, C)`` and ``labels (M,)`` of training pictures, of which there are ``trained_on``; ``held_out
    (R, H, W, C)`` of test pictures.  Display values."""

    images: Images
    labels: NDArray[np.int64]
    held_out: Images
    trained_on: int


def read_references(folders: Sequence[Path], data: str, title: str) -> References:
    """The reference pictures of a data set, looked for beside each folder of models.

    Raises
    ------
    RequestError
        There are none.
    FileError
        The file is damaged.
    """
    places = (folder.parent / "assets" / "reference" / f"{data}.npz" for folder in folders)
    path = next((place for place in places if place.is_file()), None)
    if path is None:
        raise RequestError(
            f"There are no reference pictures of {title} to compare with.", "Choose a model of another data set."
        )
    arrays = read_npz(path, KEYS)
    images, labels, held_out = arrays["images"], arrays["labels"], arrays["held_out"]
    shapes = images.ndim == 4 and held_out.shape[1:] == images.shape[1:] and labels.shape == (len(images),)
    if images.dtype != np.uint8 or held_out.dtype != np.uint8 or not shapes or not len(images) or not len(held_out):
        raise FileError(f"The reference pictures {path.name} are damaged.", "Install Reverie again.", path=str(path))
    return References(images, labels.astype(np.int64), held_out, int(arrays["trained_on"]))
