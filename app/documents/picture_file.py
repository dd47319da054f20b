"""Reading pictures that people have, and writing pictures that carry their request.

Pillow is imported when a file is first touched, not when the window starts.
"""

from __future__ import annotations

import io
import stat
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from app.translation import tr
from engine.contracts.arrays import Image
from engine.errors import FileError
from engine.records.note_text import MAX_CHARACTERS, TEXT_KEY
from engine.records.png_file import encode_png
from engine.records.png_text import without_text
from engine.records.whole_file import write_whole

if TYPE_CHECKING:
    from PIL import Image as PillowImage

MAX_PIXELS = 45_000_000
"""Larger pictures are refused: they would take a gigabyte on their way down to 28 x 28.  A sheet of 10,000 pictures of
64 x 64 pixels is not."""
MAX_BYTES = 2**28
"""Larger files are refused unread."""
FORMATS = ("PNG", "JPEG", "BMP", "GIF", "WEBP", "TIFF", "PPM")
_TOO_MANY, _SMALLER = tr("which is too many"), tr("Make it smaller.")


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A picture from outside: ``rgba (h, w, 4) uint8``, and the text of its Reverie note, if it has one that can be
    read; ``problem`` says why not."""

    rgba: NDArray[np.uint8]
    note: str | None = None
    problem: str = ""


def read_picture(path: str | Path) -> Picture:
    """Read a picture file, upright as its camera meant it; raises `FileError`."""
    file = Path(path)
    try:
        data = _read(file)
    except OSError as error:
        raise FileError(
            tr("The file {name} cannot be read: {strerror}.").format(name=file.name, strerror=error.strerror),
            tr("Choose another file."),
        ) from error
    return decode_picture(data, file.name)


def _read(file: Path) -> bytes:
    """The bytes of a file, of an ordinary one only: a pipe may never end, and reading it would stop the window."""
    if not stat.S_ISREG(file.stat().st_mode):
        raise FileError(
            tr("{name} is not an ordinary file.").format(name=file.name), tr("Choose a PNG or JPEG picture.")
        )
    with file.open("rb") as opened:
        data = opened.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise FileError(
            tr("The file {name} is larger than {n} MB.").format(name=file.name, n=MAX_BYTES // 2**20),
            tr("Make the picture smaller."),
        )
    return data


def decode_picture(data: bytes, name: str = tr("the picture")) -> Picture:
    """A picture from the bytes of its file; raises `FileError`."""
    from PIL import Image as Pillow
    from PIL import ImageOps

    text = without_text(data, TEXT_KEY, MAX_CHARACTERS)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # before it is opened: a size worth a warning is refused below
            with Pillow.open(io.BytesIO(text.data), formats=FORMATS) as opened:
                if opened.width * opened.height > MAX_PIXELS:
                    raise FileError(
                        tr("{name} has {width} x {height} pixels, {too_many}.").format(
                            name=name, width=opened.width, height=opened.height, too_many=_TOO_MANY
                        ),
                        _SMALLER,
                    )
                upright = ImageOps.exif_transpose(opened)
                rgba = np.asarray(_eight_bit(upright, opened.format, name).convert("RGBA"), np.uint8)
    except FileError:
        raise
    except Pillow.DecompressionBombError as error:  # so large that Pillow does not even say how large
        raise FileError(
            tr("{name} has more than {max_pixels:,} pixels, {too_many}.").format(
                name=name, max_pixels=MAX_PIXELS, too_many=_TOO_MANY
            ),
            _SMALLER,
        ) from error
    except Exception as error:  # Pillow's decoders raise anything from SyntaxError to struct.error on broken files
        raise FileError(
            tr("{name} is not a picture that can be read.").format(name=name), tr("Choose a PNG or JPEG picture.")
        ) from error
    return Picture(rgba, text.note, text.problem)


def _eight_bit(image: PillowImage.Image, kind: str | None, name: str) -> PillowImage.Image:
    """Sixteen bits a pixel become eight; Pillow would cut them off at white.  Numbers of no known range are refused."""
    from PIL import Image as Pillow

    if image.mode.startswith("I;16") or (image.mode == "I" and kind == "PPM"):  # whose numbers Pillow brings to 65535
        return Pillow.fromarray((np.asarray(image).astype(np.uint32) >> 8).astype(np.uint8))
    if image.mode in ("I", "F"):
        raise FileError(
            tr("{name} holds numbers of no known range ({mode}).").format(name=name, mode=image.mode),
            tr("Save it with 8 bits a channel."),
        )
    return image


def write_png(path: str | Path, pixels: Image, note: str | None = None, magnification: int = 1) -> None:
    """Write a PNG file whole or not at all: a file of that name is replaced only by a finished one."""
    write_whole(Path(path), encode_png(pixels, note, magnification))
