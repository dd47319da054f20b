"""Arrays as text inside JSON: zlib, then base64, with their shape beside them; never pickle."""

from __future__ import annotations

import base64
import binascii
import math
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

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
        raise damaged_data() from error
    return np.frombuffer(data, np.uint8).reshape(shape)


def damaged_data() -> FileError:
    """What was packed is not whole."""
    return FileError("The saved picture data is damaged.", "Open another copy of the file.")
