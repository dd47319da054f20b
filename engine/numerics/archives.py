"""Reading NPZ files that may be broken or malicious.

Nothing here trusts a file: sizes are checked against what the file itself says before memory is taken, pickled
objects are refused, and whatever goes wrong becomes one `FileError` that names the file.
"""

from __future__ import annotations

import math
import struct
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import FileError

LIMIT_BYTES = 2 << 30
"""No array file that these models read needs more memory than this."""


def npz_keys(path: Path) -> tuple[str, ...]:
    """The names of the arrays in an NPZ file; nothing is read but its directory."""
    try:
        with zipfile.ZipFile(path) as archive:
            return tuple(name.removesuffix(".npy") for name in archive.namelist() if name.endswith(".npy"))
    except FileNotFoundError:
        raise _missing(path) from None
    except (OSError, ValueError, EOFError, RuntimeError, zipfile.BadZipFile, struct.error) as error:
        raise _broken(path, f"is no readable NPZ file ({_first_line(error)}).") from error


def read_npz(path: Path, keys: Sequence[str], limit: int = LIMIT_BYTES) -> dict[str, NDArray[Any]]:
    """The arrays called ``keys`` of an NPZ file; never unpickles.

    The zip directory and each array's own header must agree on its size, and all of them together stay under
    ``limit`` bytes, before anything is read.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            _check_members(archive, path, keys, limit)
        with np.load(path, allow_pickle=False) as file:
            return {key: file[key] for key in keys}
    except FileNotFoundError:
        raise _missing(path) from None
    except FileError:
        raise
    except (OSError, ValueError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error, struct.error) as error:
        # RuntimeError: an encrypted member; NotImplementedError (its child): an unknown compression
        raise _broken(path, f"is no readable NPZ file ({_first_line(error)}).") from error


def _check_members(archive: zipfile.ZipFile, path: Path, keys: Sequence[str], limit: int) -> None:
    """Refuse a missing array, a header that lies about the size, and more than ``limit`` bytes."""
    names = set(archive.namelist())
    if missing := [key for key in keys if f"{key}.npy" not in names]:
        raise _broken(path, f"holds no array called {missing[0]!r}; it needs {', '.join(keys)}.")
    total = sum(archive.getinfo(f"{key}.npy").file_size for key in keys)
    if total > limit:
        raise _broken(path, f"would take {total / 1e9:.1f} GB of memory; the limit is {limit / 1e9:.1f} GB.")
    for key in keys:
        _check_header(archive, path, key)


def _check_header(archive: zipfile.ZipFile, path: Path, key: str) -> None:
    member = f"{key}.npy"
    with archive.open(member) as file:
        try:
            version = np.lib.format.read_magic(file)
            read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
            shape, _, dtype = read(file)
        except Exception as error:  # a header is Python text: its parser has many ways of failing
            raise ValueError(f"the header of {key!r} is damaged") from error
        if dtype.hasobject:
            raise _broken(path, f"stores {key!r} as Python objects, which are never loaded.")
        if not dtype.itemsize:  # then any number of them fits into any file
            raise _broken(path, f"stores {key!r} as {math.prod(shape)} values of no size.")
        promised = file.tell() + math.prod(shape) * dtype.itemsize
        if promised != archive.getinfo(member).file_size:
            raise _broken(path, f"contradicts itself about the size of {key!r}.")


def _missing(path: Path) -> FileError:
    return FileError(f"{path} does not exist.", "Check the name of the file.", path=str(path))


def _broken(path: Path, what: str) -> FileError:
    return FileError(f"{path} {what}", "Get the file anew, or name another one.", path=str(path))


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")
