"""A picture as a PNG file that carries its note.

Pillow is imported when a picture is first written, not with the module.
"""

from __future__ import annotations

import io

import numpy as np

from engine.contracts.arrays import Image
from engine.records.note_text import TEXT_KEY


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
