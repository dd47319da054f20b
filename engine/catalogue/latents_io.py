"""``latents.npz`` to `LatentArrays`: every array optional, none trusted."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.catalogue.registry import Model
from engine.contracts.latents import LatentArrays
from engine.errors import FileError
from engine.numerics.archives import npz_keys, read_npz

LIMIT_BYTES = 64 << 20
"""2,000 codes of 512 dimensions take 2 MB."""
DENSITY_SIDE = 64
MOST = {"K": 4096, "T": 4096, "A": 4096, "M": 20_000}
"""How many classes, attributes, axes and codes a window can list and draw."""
NAME_LENGTH = 256
_SHAPES: dict[str, tuple[type[np.generic], tuple[str, ...]]] = {
    "code_mean": (np.float32, ("D",)),
    "pca_axes": (np.float32, ("A", "D")),
    "pca_variance": (np.float32, ("A",)),
    "kl_per_dim": (np.float32, ("D",)),
    "class_means": (np.float32, ("K", "D")),
    "attribute_directions": (np.float32, ("T", "D")),
    "codes": (np.float16, ("M", "D")),
    "code_labels": (np.int16, ("M",)),
    "density": (np.float32, ("64", "64")),
    "density_extent": (np.float32, ("4",)),
}
"""Type and axes of the arrays of numbers; the same letter is the same size wherever it stands."""
_NAMES = {"class_names": "K", "attribute_names": "T"}
_TOGETHER = (
    ("pca_axes", "pca_variance"),
    ("class_names", "class_means"),
    ("attribute_names", "attribute_directions"),
    ("code_labels", "codes"),
    ("density", "density_extent"),
)
"""Arrays of which the first is not understood without the second."""
_REMEDY = "Export the model again, or take 'file' out of the manifest's 'latent'."


def read(model: Model) -> LatentArrays:
    """The arrays of a model's ``latents.npz``; all absent if its manifest names no such file.

    Raises
    ------
    FileError
        The file is missing or broken, or an array does not fit the others or the manifest.
    """
    spec = model.manifest.latent_spec
    if spec is None or not spec.file:
        return LatentArrays()
    path = model.folder / spec.file
    held = [name for name in npz_keys(path) if name in _SHAPES or name in _NAMES]
    arrays = read_npz(path, held, LIMIT_BYTES)
    try:
        return _arrays(arrays, spec.dim)
    except ValueError as error:
        raise FileError(f"{path}: {error}.", _REMEDY, path=str(path)) from error


def _arrays(raw: dict[str, NDArray[Any]], dim: int) -> LatentArrays:
    """Each array checked by itself and against those that share an axis with it; `ValueError` says what is wrong."""
    sizes = {"D": dim, "64": DENSITY_SIDE, "4": 4}
    found: dict[str, Any] = {}
    for name, axis in _NAMES.items():
        if name in raw:
            found[name] = _names(name, raw[name], axis)
            sizes[axis] = len(found[name])
    for name, (dtype, axes) in _SHAPES.items():
        if name in raw:
            found[name] = _numbers(name, raw[name], dtype, axes, sizes)
    for first, second in _TOGETHER:
        if first in found and second not in found:
            raise ValueError(f"{first} is there without {second}")
    if "density_extent" in found:
        x0, x1, y0, y1 = found["density_extent"]
        if not (x0 < x1 and y0 < y1):
            raise ValueError("density_extent is not x0 < x1, y0 < y1")
    return LatentArrays(**found)


def _names(name: str, array: NDArray[Any], axis: str) -> tuple[str, ...]:
    if array.dtype.kind != "U" or array.ndim != 1:
        raise ValueError(f"{name} is not a list of texts")
    _check_count(name, axis, len(array))
    if array.dtype.itemsize > 4 * NAME_LENGTH:
        raise ValueError(f"{name} has names of {array.dtype.itemsize // 4} letters, and {NAME_LENGTH} are the most")
    return tuple(str(text) for text in array)


def _check_count(name: str, axis: str, size: int) -> None:
    if size > MOST.get(axis, size):
        raise ValueError(f"{name} has {size} entries, and {MOST[axis]} are the most ({axis})")


def _numbers(
    name: str, array: NDArray[Any], dtype: type[np.generic], axes: tuple[str, ...], sizes: dict[str, int]
) -> NDArray[Any]:
    """The array in its declared type; sets the size of every axis that is met for the first time."""
    if array.dtype.kind not in "fiu" or array.ndim != len(axes):
        raise ValueError(f"{name} is {array.dtype} of {array.ndim} axes, not numbers ({', '.join(axes)})")
    for axis, size in zip(axes, array.shape, strict=True):
        _check_count(name, axis, size)
        if sizes.setdefault(axis, size) != size:
            raise ValueError(f"{name} has {size} where {sizes[axis]} are needed ({', '.join(axes)})")
    with np.errstate(over="ignore"):
        converted = array.astype(dtype)
    if not np.isfinite(converted).all():
        raise ValueError(f"{name} has values that are not finite")
    return np.asarray(converted)
