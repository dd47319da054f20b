"""Reading pictures and labels from files that may be broken: NPZ, IDX, a folder of pictures.

Nothing here trusts a file: sizes are checked against what the file itself says before memory is taken, pickled
objects are refused, and whatever goes wrong becomes one `FileError` that names the file.
"""

from __future__ import annotations

import gzip
import io
import math
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from engine.errors import FileError
from engine.numerics.archives import LIMIT_BYTES, read_npz

__all__ = [
    "LIMIT_BYTES",
    "list_pictures",
    "read_idx",
    "read_npz",
    "read_picture",
    "read_picture_folder",
]

PICTURE_SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff", ".pgm", ".ppm"})
IDX_UINT8 = 8  # the type code of unsigned bytes in an IDX file's third byte


def read_idx(path: Path, dimensions: int, limit: int = LIMIT_BYTES) -> NDArray[np.uint8]:
    """An IDX file of unsigned bytes, raw or gzipped, with this many axes (3: pictures, 1: labels)."""
    try:
        with path.open("rb") as file:
            zipped = file.read(2) == b"\x1f\x8b"
        with gzip.open(path, "rb") if zipped else path.open("rb") as stream:
            return _read_idx(stream, path, dimensions, limit)
    except FileNotFoundError:
        raise FileError(f"{path} does not exist.", "Check the name of the file.", path=str(path)) from None
    except (OSError, EOFError, zlib.error) as error:
        raise _broken(path, f"is no readable IDX file ({_first_line(error)}).") from error


def _read_idx(stream: Any, path: Path, dimensions: int, limit: int) -> NDArray[np.uint8]:
    header = stream.read(4 + 4 * dimensions)
    if len(header) < 4 + 4 * dimensions or header[:4] != bytes((0, 0, IDX_UINT8, dimensions)):
        raise _broken(path, f"does not start like an IDX file of bytes with {dimensions} axes.")
    shape = struct.unpack(f">{dimensions}I", header[4:])
    size = math.prod(shape)
    if size > limit:
        raise _broken(path, f"would take {size / 1e9:.1f} GB of memory; the limit is {limit / 1e9:.1f} GB.")
    body = stream.read(size + 1)  # one more than promised, to notice what is left over
    if len(body) != size:
        raise _broken(path, f"should hold {size} bytes of data and holds {'more' if len(body) > size else len(body)}.")
    return np.frombuffer(body, np.uint8).reshape(shape)


def read_picture_folder(
    folder: Path,
    height: int,
    width: int,
    colour: bool,
    on_picture: Callable[[int, int], None] = lambda done, total: None,
) -> tuple[NDArray[np.uint8], NDArray[np.uint8], tuple[str, ...]]:
    """The pictures of a folder: one sub-folder a class, or all in one place.

    Returns pixels (N, H, W) or, in ``colour``, (N, H, W, 3), uint8; labels (N,) uint8; and the classes' names, empty if
    there are fewer than two.  Order is by class, then by name, whatever the file system says.  ``on_picture`` is told
    how many of how many are read.
    """
    found, names = list_pictures(folder)
    pixels = np.empty((len(found), height, width, *((3,) if colour else ())), np.uint8)
    for index, (path, _) in enumerate(found):
        pixels[index] = read_picture(path, height, width, colour)
        on_picture(index + 1, len(found))
    return pixels, np.array([label for _, label in found], np.uint8), names


def list_pictures(folder: Path) -> tuple[list[tuple[Path, int]], tuple[str, ...]]:
    """``(path, label)`` of every picture of a folder in a fixed order, and the names of the classes."""
    if not folder.is_dir():
        raise FileError(f"{folder} is no folder.", "Give --images a folder with pictures.", path=str(folder))
    loose = _pictures(folder)
    sorted_in = [(sub.name, _pictures(sub)) for sub in sorted(folder.iterdir(), key=_by_name) if sub.is_dir()]
    classes = [(name, paths) for name, paths in sorted_in if paths]
    if loose and classes:
        raise FileError(
            f"{folder} holds pictures both beside and inside its sub-folders.",
            "Put every picture into a sub-folder named after its class, or all of them into one folder.",
            path=str(folder),
        )
    if not loose and not classes:
        kinds = ", ".join(sorted(PICTURE_SUFFIXES))
        raise FileError(f"{folder} holds no pictures.", f"Give a folder with {kinds} files.", path=str(folder))
    if len(classes) > 255:
        raise FileError(f"{folder} has {len(classes)} sub-folders.", "At most 255 classes can be told apart.")
    if len(classes) < 2:
        return [(path, 0) for path in loose or classes[0][1]], ()
    return [(p, label) for label, (_, paths) in enumerate(classes) for p in paths], tuple(n for n, _ in classes)


def _pictures(folder: Path) -> list[Path]:
    found = (p for p in folder.iterdir() if p.suffix.lower() in PICTURE_SUFFIXES and not p.name.startswith("."))
    return sorted((p for p in found if p.is_file()), key=_by_name)


def _by_name(path: Path) -> str:
    return path.name


def read_picture(path: Path, height: int, width: int, colour: bool) -> NDArray[np.uint8]:
    """One picture, cut to the shape and averaged down to the size: (H, W) grey or (H, W, 3) colour, uint8.

    What is transparent becomes black in grey, where black is paper, and white in colour.
    """
    try:
        with Image.open(io.BytesIO(path.read_bytes())) as image:
            whole = ImageOps.exif_transpose(image).convert("RGBA")
        ground = Image.new("RGBA", whole.size, (255, 255, 255, 255) if colour else (0, 0, 0, 255))
        flat = Image.alpha_composite(ground, whole).convert("RGB" if colour else "L")
        # The box filter is the plain mean of the covered pixels: enlarged pixel art comes back exactly.
        return np.asarray(ImageOps.fit(flat, (width, height), Image.Resampling.BOX))
    except (OSError, ValueError, SyntaxError, struct.error, zlib.error) as error:
        remedy = "Repair the file or take it out of the folder."
        if isinstance(error, UnidentifiedImageError):
            raise FileError(f"{path} is not a picture.", remedy, path=str(path)) from error
        raise FileError(f"{path} could not be read ({_first_line(error)}).", remedy, path=str(path)) from error
    except Image.DecompressionBombError as error:
        remedy = "Make it smaller or take it out of the folder."
        raise FileError(f"{path} has more pixels than a picture should.", remedy, path=str(path)) from error


def _broken(path: Path, what: str) -> FileError:
    return FileError(f"{path} {what}", "Get the file anew, or point --data-dir at another folder.", path=str(path))


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")
