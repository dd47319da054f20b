"""A PNG's Reverie note, read chunk by chunk: a bad chunk of text costs the note, not the picture.

PNG (ISO/IEC 15948), section 5 (chunks) and 11.3.4 (tEXt, zTXt, iTXt).  Pillow gives a picture up because of its text: a
damaged checksum, a text of more than a megabyte.  So the text is taken out here, and Pillow gets the rest.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_TEXTS = (b"tEXt", b"zTXt", b"iTXt")
_CRITICAL = (b"IHDR", b"PLTE", b"IDAT", b"IEND")
_KEPT = (*_CRITICAL, b"tRNS", b"eXIf")
"""What the pixels depend on; the program looks at nothing else, so nothing else can do harm."""
_MOST_CHUNKS = 100_000

DAMAGED = "The picture's Reverie note is damaged"
TOO_LONG = "The picture's Reverie note is too long to be one"


@dataclass(frozen=True, slots=True)
class PngText:
    """``data``: the file without its text; ``note``: the text under the keyword, None if there is none that can be
    read; ``problem``: why not, where there is one."""

    data: bytes
    note: str | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class _Chunk:
    kind: bytes
    body: bytes
    whole: bool
    start: int
    end: int


def without_text(data: bytes, keyword: str, most: int) -> PngText:
    """A file's bytes parted from the text under ``keyword``, which has at most ``most`` characters.

    The first chunk with the keyword counts.  What is no PNG comes back as it is.
    """
    if not data.startswith(SIGNATURE):
        return PngText(data)
    kept, note, problem = [SIGNATURE], None, ""
    for chunk in _chunks(data):
        if chunk.kind in _TEXTS and note is None and not problem and chunk.body.startswith(keyword.encode() + b"\0"):
            note, problem = _text(chunk, len(keyword) + 1, most)
        if chunk.kind in _KEPT:
            kept.append(data[chunk.start : chunk.end])
    return PngText(b"".join(kept), note, problem)


def _chunks(data: bytes) -> Iterator[_Chunk]:
    """The chunks one after the other, the last one perhaps cut off; nothing after the end of the picture."""
    at = len(SIGNATURE)
    for _ in range(_MOST_CHUNKS):
        if at + 8 > len(data):
            return
        length, kind = struct.unpack_from(">I4s", data, at)
        end = min(at + 12 + length, len(data))
        body = data[at + 8 : min(at + 8 + length, len(data))] if kind in _TEXTS else b""
        whole = at + 12 + length <= len(data) and _sum_is_right(data, at, length) if kind in _TEXTS else True
        yield _Chunk(kind, body, whole, at, end)
        if kind == b"IEND":
            return
        at = _next(data, at, at + 12 + length)


def _next(data: bytes, at: int, after: int) -> int:
    """Where the chunk after the one at ``at`` begins: ``after``; where its length is wrong, the next of the pixels."""
    if data[after + 4 : after + 8].isalpha():
        return after
    found = data.find(b"IDAT", at + 12)
    return len(data) if found < 0 else found - 4


def _sum_is_right(data: bytes, at: int, length: int) -> bool:
    (told,) = struct.unpack_from(">I", data, at + 8 + length)
    return bool(zlib.crc32(memoryview(data)[at + 4 : at + 8 + length]) == told)


def _text(chunk: _Chunk, after: int, most: int) -> tuple[str | None, str]:
    """The text of a chunk whose keyword ends before ``after``, or why it has none."""
    if not chunk.whole:
        return None, DAMAGED
    rest = chunk.body[after:]
    try:
        if chunk.kind == b"tEXt":
            raw, packed, coding = rest, False, "latin-1"
        elif chunk.kind == b"zTXt":
            raw, packed, coding = rest[1:], True, "latin-1"
        else:
            _language, _translated, raw = rest[2:].split(b"\0", 2)
            packed, coding = rest[0] == 1, "utf-8"
        text = (_unpacked(raw, 4 * most) if packed else raw).decode(coding)
    except OverflowError:
        return None, TOO_LONG
    except (ValueError, IndexError, zlib.error):
        return None, DAMAGED
    return (text, "") if len(text) <= most else (None, TOO_LONG)


def _unpacked(raw: bytes, most: int) -> bytes:
    """Decompressed bytes, never more than ``most`` of them; raises `OverflowError` where there are more."""
    inflater = zlib.decompressobj()
    data = inflater.decompress(raw, most + 1)
    if len(data) > most:
        raise OverflowError
    if not inflater.eof:
        raise zlib.error("cut off")
    return data
