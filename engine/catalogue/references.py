"""Reference pictures: some of the training pictures of a data set, and some that no model was trained on.

They lie in ``assets/reference/<data>.npz`` beside the folder of models; `tests/tools/reference_pictures.py` makes them:
``images (H, M, W, C) uint8`` and ``labels (M,) int16`` of training pictures, ``held_out (H, R, W, C)`` of test
pictures, ``trained_on ()`` how many training pictures there are in all.  Rows come first because alike ones lie close
to each other then, and take half of the room.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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
    labels, trained_on = arrays["labels"], arrays["trained_on"]
    images, held_out = _upright(arrays["images"]), _upright(arrays["held_out"])
    whole = (
        len(images) and len(held_out) and images.shape[1:] == held_out.shape[1:] and labels.shape == images.shape[:1]
    )
    if not whole or labels.dtype.kind not in "iu" or trained_on.dtype.kind not in "iu" or trained_on.shape:
        raise FileError(f"The reference pictures {path.name} are damaged.", "Install Reverie again.", path=str(path))
    return References(images, labels.astype(np.int64), held_out, int(trained_on))


def _upright(by_rows: NDArray[Any]) -> Images:
    """Pictures (N, H, W, C) of (H, N, W, C); none if they are none."""
    if by_rows.dtype != np.uint8 or by_rows.ndim != 4:
        return np.zeros((0, 0, 0, 0), np.uint8)
    return np.ascontiguousarray(by_rows.transpose(1, 0, 2, 3))
