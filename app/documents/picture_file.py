"""Reading pictures that people have, and writing pictures that carry their request.

Pillow is imported when a file is first touched, not when the window starts.
"""

from __future__ import annotations

import io
import os
import tempfile
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.documents.request_record import MAX_CHARACTERS, TEXT_KEY
from engine.contracts.arrays import Image
from engine.errors import FileError

MAX_PIXELS = 40_000_000
"""Larger pictures are refused: they would take a gigabyte on their way down to 28 x 28."""
FORMATS = ("PNG", "JPEG", "BMP", "GIF", "WEBP", "TIFF", "PPM")


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A picture from outside: ``rgba (h, w, 4) uint8``, and the text of its Reverie note, if it has one."""

    rgba: NDArray[np.uint8]
    note: str | None = None


def read_picture(path: str | Path) -> Picture:
    """Read a picture file, upright as its camera meant it; raises `FileError`."""
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise FileError(
            f"The file {Path(path).name} cannot be read: {error.strerror}.", "Choose another file."
        ) from error
    return decode_picture(data, Path(path).name)


def decode_picture(data: bytes, name: str = "the picture") -> Picture:
    """A picture from the bytes of its file; raises `FileError`."""
    from PIL import Image as Pillow
    from PIL import ImageOps

    remedy = "Choose a PNG or JPEG picture."
    try:
        with warnings.catch_warnings(), Pillow.open(io.BytesIO(data), formats=FORMATS) as opened:
            warnings.simplefilter("ignore")
            if opened.width * opened.height > MAX_PIXELS:
                raise FileError(f"{name} has {opened.width} x {opened.height} pixels, which is too many.", remedy)
            note = opened.info.get(TEXT_KEY)
            rgba = np.asarray(ImageOps.exif_transpose(opened).convert("RGBA"), np.uint8)
    except FileError:
        raise
    except Exception as error:  # Pillow's decoders raise anything from SyntaxError to struct.error on broken files
        raise FileError(f"{name} is not a picture that can be read.", remedy) from error
    return Picture(rgba, note if isinstance(note, str) and len(note) <= MAX_CHARACTERS else None)


def encode_png(pixels: Image, note: str | None = None, magnification: int = 1) -> bytes:
    """A PNG file of a picture (H, W, C), C of 1, 3 or 4, each pixel ``magnification`` pixels wide, with its note."""
    from PIL import Image as Pillow
    from PIL.PngImagePlugin import PngInfo

    enlarged = pixels.repeat(magnification, axis=0).repeat(magnification, axis=1)
    info = PngInfo()
    if note is not None:
        info.add_itxt(TEXT_KEY, note, zip=True)
    buffer = io.BytesIO()
    flat = enlarged[..., 0] if enlarged.shape[2] == 1 else enlarged
    Pillow.fromarray(np.ascontiguousarray(flat)).save(buffer, "PNG", pnginfo=info)
    return buffer.getvalue()


def write_png(path: str | Path, pixels: Image, note: str | None = None, magnification: int = 1) -> None:
    """Write a PNG file whole or not at all: a file of that name is replaced only by a finished one."""
    write_whole(Path(path), encode_png(pixels, note, magnification))


def write_whole(target: Path, data: bytes) -> None:
    """Write a file whole or not at all; raises `FileError`."""
    try:
        handle, temporary = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            Path(temporary).chmod(0o644)  # mkstemp's files are for their owner only
            Path(temporary).replace(target)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise FileError(f"{target.name} cannot be written: {error.strerror}.", "Save it in another folder.") from error
