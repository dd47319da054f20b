"""PNGs whose request chunk is broken, foreign, newer or a trap: the picture opens, and what is wrong is said."""

from __future__ import annotations

import io
import json
import struct
import tracemalloc
import zlib
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from app.documents.picture_file import decode_picture
from app.documents.request_record import from_text as completion_from_text
from app.workspaces.latent.scene import rect, vector
from engine.errors import FileError
from engine.records.latent_note import from_text as latent_from_text
from engine.records.note_text import MAX_CHARACTERS
from engine.records.png_file import encode_png
from engine.records.png_text import DAMAGED, TOO_LONG

KEYS = st.sampled_from(
    ["format", "request", "model", "parameters", "index", "document", "digests", "z", "map", "path", "x"]
)
PIXELS = np.random.default_rng(0).integers(0, 256, (9, 7, 3), np.uint8)


def chunk(kind: bytes, body: bytes, *, length: int | None = None, crc: int | None = None) -> bytes:
    told = zlib.crc32(kind + body) if crc is None else crc
    return struct.pack(">I", len(body) if length is None else length) + kind + body + struct.pack(">I", told)


def png_with(*texts: bytes, after: bool = False) -> bytes:
    """A PNG with chunks of text after its header, or before its end."""
    plain = encode_png(PIXELS)
    at = plain.index(b"IEND") - 4 if after else 8 + 25
    return plain[:at] + b"".join(texts) + plain[at:]


def itxt(text: bytes, packed: bool = True, keyword: bytes = b"reverie") -> bytes:
    body = zlib.compress(text) if packed else text
    return chunk(b"iTXt", keyword + b"\0" + (b"\1" if packed else b"\0") + b"\0\0\0" + body)


def ztxt(text: bytes) -> bytes:
    return chunk(b"zTXt", b"reverie\0\0" + zlib.compress(text, 9))


def opened(data: bytes) -> tuple[str | None, str]:
    picture = decode_picture(data)
    np.testing.assert_array_equal(picture.rgba[..., :3], PIXELS)
    return picture.note, picture.problem


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("data", [itxt("ü{}".encode()), itxt("ü{}".encode(), False), ztxt("ü{}".encode("latin-1"))])
def test_a_note_is_found_however_it_is_kept(data: bytes, after: bool) -> None:
    assert opened(png_with(data, after=after)) == ("ü{}", "")
    assert opened(png_with(chunk(b"tEXt", b"reverie\0" + "ü{}".encode("latin-1")), after=after)) == ("ü{}", "")


def test_other_texts_and_chunks_are_no_note() -> None:
    others = (itxt(b"{}", keyword=b"reverie2"), chunk(b"tEXt", b"Comment\0reverie"), chunk(b"prVt", b"reverie\0{}"))
    assert opened(png_with(*others)) == (None, "")
    assert opened(png_with(*others, itxt(b"1"), itxt(b"2"))) == ("1", "")


def test_pillow_reads_what_we_write_and_we_what_pillow_writes() -> None:
    with Image.open(io.BytesIO(encode_png(PIXELS, "eins {ü}"))) as seen:
        assert seen.info["reverie"] == "eins {ü}"
    info, buffer = PngInfo(), io.BytesIO()
    info.add_text("reverie", "{zwei}", zip=True)
    Image.fromarray(PIXELS).save(buffer, "PNG", pnginfo=info)
    assert opened(buffer.getvalue()) == ("{zwei}", "")


BROKEN = {
    "wrong checksum": chunk(b"tEXt", b"reverie\0{}", crc=1),
    "length too long": chunk(b"tEXt", b"reverie\0{}", length=40),
    "length past the end": chunk(b"tEXt", b"reverie\0{}", length=10**6),
    "length of gigabytes": chunk(b"iTXt", b"reverie\0\0\0\0\0{}", length=2**31 - 1),
    "length too short": chunk(b"tEXt", b"reverie\0{ words }", length=9),
    "packed data cut off": chunk(b"zTXt", b"reverie\0\0" + zlib.compress(b"x" * 999)[:-6]),
    "packed data wrong": chunk(b"zTXt", b"reverie\0\0nonsense"),
    "no packed data": chunk(b"zTXt", b"reverie\0"),
    "packed iTXt wrong": chunk(b"iTXt", b"reverie\0\1\0\0\0nonsense"),
    "iTXt without its fields": chunk(b"iTXt", b"reverie\0\0\0"),
    "iTXt with nothing": chunk(b"iTXt", b"reverie\0"),
    "no UTF-8": itxt(b"\xff\xfe{}"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_chunk_costs_the_note_alone(name: str) -> None:
    assert opened(png_with(BROKEN[name])) == (None, DAMAGED)


@pytest.mark.parametrize(
    "data", [itxt(b"x" * (MAX_CHARACTERS + 1)), chunk(b"tEXt", b"reverie\0" + b"x" * (MAX_CHARACTERS + 1))]
)
def test_a_text_that_is_too_long_is_not_read(data: bytes) -> None:
    assert opened(png_with(data)) == (None, TOO_LONG)


def test_a_note_of_four_megabytes_is_read() -> None:
    note = "ü" * MAX_CHARACTERS
    assert opened(png_with(itxt(note.encode()))) == (note, "")


@pytest.mark.parametrize("make", [ztxt, itxt, lambda text: itxt(text, keyword=b"Comment")])
def test_a_bomb_is_not_unpacked(make: Any) -> None:
    data = png_with(make(bytes(400 * 2**20)))
    tracemalloc.start()
    note, problem = opened(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert note is None and problem in (TOO_LONG, "") and peak < 60e6


def test_thousands_of_chunks_are_passed_over() -> None:
    assert opened(png_with(*[chunk(b"tEXt", b"a\0b")] * 50_000, itxt(b"{}"))) == ("{}", "")


@given(st.integers(0, 10_000), st.integers(0, 255), st.sampled_from(["set", "cut", "insert", "drop"]))
def test_any_damage_is_a_picture_or_a_sentence(at: int, value: int, how: str) -> None:
    data = bytearray(encode_png(PIXELS, '{"request":"SampleImages","x":"' + "y" * 60 + '"}'))
    at %= len(data)
    data[at : at + (how in ("set", "drop"))] = b"" if how in ("cut", "drop") else bytes([value])
    try:
        picture = decode_picture(bytes(data[:at] if how == "cut" else data))
    except FileError as refused:
        assert refused.problem and refused.remedy
    else:
        assert picture.rgba.dtype == np.uint8


@pytest.mark.parametrize("at", range(33, 33 + 60))
@pytest.mark.parametrize("value", [0, 255])
def test_any_damage_to_the_note_leaves_the_picture(at: int, value: int) -> None:
    """Every byte of the chunk, its length and its name too."""
    whole = encode_png(PIXELS, "n" * 5 + "".join(map(chr, range(48, 110))))
    assert struct.unpack_from(">I4s", whole, 33)[1] == b"iTXt"
    data = bytearray(whole)
    data[at] = value
    picture = decode_picture(bytes(data))
    np.testing.assert_array_equal(picture.rgba[..., :3], PIXELS)


@pytest.mark.parametrize("read", [completion_from_text, latent_from_text])
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=8),
        max_leaves=12,
    )
)
@example({"format": 2, "request": "CompleteImage"})
@example({"format": float("nan"), "request": "DecodeLatents", "z": [[float("nan")]], "model": "m"})
@example({"format": 1, "request": "DecodeLatents", "z": [[10**400]], "model": "m"})
def test_any_json_is_a_note_or_a_sentence(read: Any, values: Any) -> None:
    for name in ("CompleteImage", "DecodeLatents"):
        given_values = values | {"request": name} if isinstance(values, dict) else values
        try:
            read(json.dumps(given_values))
        except FileError as refused:
            assert refused.problem.startswith("The picture's Reverie note is") or "damaged" in refused.problem


@pytest.mark.parametrize("number", [10**400, -(10**400), float("nan"), float("inf"), True, "1", None])
def test_a_map_s_corners_are_numbers_of_a_sane_size(number: Any) -> None:
    assert vector([0, number], 2) is None and rect([0, 0, 1, number]) is None
