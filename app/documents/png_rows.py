"""A PNG written band by band, so that a sheet of ten thousand pictures is never whole in memory.

PNG (ISO/IEC 15948), sections 5 and 10: each row begins with its filter's number (0, none: pictures with few colours
pack best without), all rows are one zlib stream, cut into IDAT chunks.
"""

from __future__ import annotations

import struct
import zlib
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from engine.records.png_text import SIGNATURE

_COLOR_TYPES = {1: 0, 3: 2, 4: 6}
"""Channels -> grey, RGB, RGBA."""


class PngRows:
    """A PNG file of ``width`` x ``height`` px with 1, 3 or 4 channels on its way to ``file``, with a note."""

    def __init__(
        self, file: BinaryIO, width: int, height: int, channels: int, note: str = "", keyword: str = ""
    ) -> None:
        self._file, self._row_bytes = file, width * channels
        self._packer = zlib.compressobj(6)
        file.write(SIGNATURE)
        self._chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, _COLOR_TYPES[channels], 0, 0, 0))
        if note:
            head = keyword.encode() + b"\0\1\0\0\0"  # compressed, no language, no translation
            self._chunk(b"iTXt", head + zlib.compress(note.encode("utf-8", "replace"), 9))

    def add(self, band: NDArray[np.uint8]) -> None:
        """The next rows ``(h, W, C)``."""
        flat = band.reshape(len(band), self._row_bytes)
        rows = np.concatenate([np.zeros((len(band), 1), np.uint8), flat], axis=1)
        if packed := self._packer.compress(np.ascontiguousarray(rows).data):
            self._chunk(b"IDAT", packed)

    def end(self) -> None:
        """What is still to be written."""
        self._chunk(b"IDAT", self._packer.flush())
        self._chunk(b"IEND", b"")

    def _chunk(self, kind: bytes, body: bytes) -> None:
        self._file.write(struct.pack(">I", len(body)) + kind + body)
        self._file.write(struct.pack(">I", zlib.crc32(kind + body)))
