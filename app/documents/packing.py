"""Arrays as text inside JSON: zlib, then base64, with shape and type beside them; never pickle."""

from __future__ import annotations

import base64
import binascii
import math
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.documents.partial_image import ADOPTED, PartialImage
from engine.errors import FileError

MAX_SIDE = 4096
"""Longest side of a packed array: a few bytes of text must not ask for gigabytes."""
MAX_BYTES = 64 * 2**20


def pack(array: NDArray[np.uint8]) -> dict[str, Any]:
    """A uint8 array as JSON can hold it."""
    data = zlib.compress(np.ascontiguousarray(array).tobytes(), 9)
    return {"shape": list(array.shape), "zlib": base64.b64encode(data).decode("ascii")}


def unpack(packed: Any) -> NDArray[np.uint8]:
    """The array that `pack` packed; raises `FileError` for anything else."""
    try:
        shape = tuple(packed["shape"])
        size = math.prod(shape)
        if (
            not shape
            or any(type(side) is not int for side in shape)
            or min(shape) < 1
            or max(shape) > MAX_SIDE
            or size > MAX_BYTES
        ):
            raise ValueError("shape")
        data = zlib.decompressobj().decompress(base64.b64decode(packed["zlib"], validate=True), size + 1)
        if len(data) != size:
            raise ValueError("size")
    except (KeyError, TypeError, ValueError, OverflowError, binascii.Error, zlib.error) as error:
        raise _damaged() from error
    return np.frombuffer(data, np.uint8).reshape(shape)


def pack_image(image: PartialImage) -> dict[str, Any]:
    """A partial image as JSON can hold it."""
    return {"pixels": pack(image.pixels), "state": pack(image.state)}


def unpack_image(packed: Any) -> PartialImage:
    """The image that `pack_image` packed; raises `FileError` for anything else."""
    if not isinstance(packed, dict) or not {"pixels", "state"} <= set(packed):
        raise _damaged()
    pixels, state = unpack(packed["pixels"]), unpack(packed["state"])
    if pixels.ndim != 3 or pixels.shape[:2] != state.shape or pixels.shape[2] not in (1, 3) or state.max() > ADOPTED:
        raise _damaged()
    return PartialImage.from_arrays(pixels, state)


def _damaged() -> FileError:
    return FileError("The saved picture data is damaged.", "Open another copy of the file.")
