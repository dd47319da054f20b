"""What is written can be read, also by way of a file; what is damaged is refused in words."""

from __future__ import annotations

import base64
import io
import json
import os
import struct
import warnings
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from app.documents.packing import pack_image, unpack_image
from app.documents.partial_image import PartialImage
from app.documents.picture_file import MAX_BYTES, decode_picture, read_picture, write_png
from app.documents.request_record import RequestRecord, from_text, to_text
from engine.contracts.requests import CompleteImage
from engine.errors import FileError
from engine.records.checked_values import all_brought_inside
from engine.records.packed_arrays import pack, unpack
from engine.records.png_file import encode_png


def document(seed: int = 0, channels: int = 3) -> PartialImage:
    rng = np.random.default_rng(seed)
    return PartialImage.from_arrays(
        rng.integers(0, 256, (5, 6, channels), dtype=np.uint8), rng.integers(0, 3, (5, 6), dtype=np.uint8)
    )


def record(**changes: object) -> RequestRecord:
    values = {
        "model": "toy",
        "parameters": {"count": 8, "seed": 42, "temperature": 0.5, "class_name": "", "orientation": "auto"},
        "document": document(),
        "index": 3,
        "resolved": {"orientation": "flip_vertical", "method": "raster"},
        "digests": {"likelihood": "ab" * 32},
    }
    return RequestRecord(**(values | changes))  # type: ignore[arg-type]


def test_a_record_comes_back_from_a_png(tmp_path: Path) -> None:
    write_png(tmp_path / "a.png", document().pixels, to_text(record()), magnification=4)
    picture = read_picture(tmp_path / "a.png")
    assert picture.rgba.shape == (20, 24, 4) and picture.note is not None
    back, sent = from_text(picture.note), record()
    assert (back.model, back.parameters, back.index) == (sent.model, sent.parameters, sent.index)
    assert (back.resolved, back.digests) == (sent.resolved, sent.digests)
    assert back.document.same_as(sent.document)
    assert [p.name for p in tmp_path.iterdir()] == ["a.png"]


def test_png_keeps_every_pixel_of_grey_and_colour() -> None:
    for channels in (1, 3):
        pixels = document(1, channels).pixels
        rgba = decode_picture(encode_png(pixels)).rgba
        assert (rgba[..., :3] == np.broadcast_to(pixels, (5, 6, 3))).all() and (rgba[..., 3] == 255).all()


def test_keys_of_a_later_version_are_ignored() -> None:
    values = json.loads(to_text(record())) | {"weather": "fine"}
    values["parameters"]["spiciness"] = 3
    assert from_text(json.dumps(values)).parameters == record().parameters


def test_parameters_are_brought_inside_their_bounds() -> None:
    values = {"count": 900, "seed": -3, "temperature": float("nan"), "class_name": 7, "method": "magic", "x": 1}
    assert all_brought_inside(CompleteImage, values) == {"count": 64, "seed": 0}
    given_values = {"temperature": 1, "count": True, "method": "raster"}
    assert all_brought_inside(CompleteImage, given_values) == {"temperature": 1.0, "method": "raster"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{",
        "[" * 100_000,
        json.dumps({"format": 2}),
        to_text(record()).replace('"index":3', '"index":99'),
        to_text(record()).replace('"index":3', '"index":"3"'),
        to_text(record()).replace('"index":3', '"index":true'),
        to_text(record()).replace('"format":1', '"format":true'),
        to_text(record()).replace('"shape":[5,6]', '"shape":[true,30]'),
        to_text(record()).replace('"shape":[5,6]', '"shape":[5,6.5]'),
        to_text(record()).replace('"zlib":"', '"zlib":"AAAA'),
        to_text(record()).replace('"shape":[5,6,3]', '"shape":[5,6,4]'),
    ],
)
def test_damaged_records_are_refused_in_words(text: str) -> None:
    with pytest.raises(FileError) as refused:
        from_text(text)
    assert refused.value.problem.endswith(".") and refused.value.remedy.endswith(".")


@given(st.binary(max_size=200))
def test_bytes_that_are_no_picture_are_refused_in_words(data: bytes) -> None:
    with pytest.raises(FileError):
        decode_picture(data)


@given(st.integers(0, 400), st.integers(0, 255))
def test_broken_png_files_raise_nothing_else(at: int, value: int) -> None:
    data = bytearray(encode_png(document().pixels, to_text(record())))
    data[at % len(data)] = value
    try:
        decode_picture(bytes(data))
    except FileError as refused:
        assert refused.remedy


def test_missing_and_unwritable_files(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"nowhere\.png"):
        read_picture(tmp_path / "nowhere.png")
    with pytest.raises(FileError, match=r"a\.png"):
        write_png(tmp_path / "no folder" / "a.png", document().pixels)


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "PPM"])
def test_sixteen_bit_greys_become_eight(kind: str) -> None:
    grey = np.arange(0, 65536, 257, dtype=np.uint16).reshape(16, 16)
    buffer = io.BytesIO()
    Image.fromarray(grey).save(buffer, kind)
    rgba = decode_picture(buffer.getvalue()).rgba
    assert (rgba[..., 0] == grey >> 8).all() and (rgba[..., 3] == 255).all()


@pytest.mark.parametrize("dtype", [np.float32, np.int32])
def test_numbers_of_no_known_range_are_refused_in_words(dtype: type[Any]) -> None:
    buffer = io.BytesIO()
    Image.fromarray(np.ones((4, 4), dtype)).save(buffer, "TIFF")
    with pytest.raises(FileError, match="no known range") as refused:
        decode_picture(buffer.getvalue(), "a.tif")
    assert refused.value.remedy == "Save it with 8 bits a channel."


@pytest.mark.parametrize("side", [12_000, 40_000])
def test_a_picture_with_too_many_pixels_is_to_be_made_smaller(side: int) -> None:
    """Only the header is looked at, and what Pillow warns of is not printed."""
    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    data = b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*c) for c in ((b"IHDR", header), (b"IDAT", b""), (b"IEND", b"")))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(FileError, match="too many") as refused:
            decode_picture(data, "sky.png")
    assert refused.value.remedy == "Make it smaller."


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def test_what_is_no_ordinary_file_is_refused_unread(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    (tmp_path / "zero.png").symlink_to("/dev/zero")
    for name in ("pipe.png", "zero.png"):
        with pytest.raises(FileError, match=f"{name} is not an ordinary file"):
            read_picture(tmp_path / name)


def test_an_endless_file_is_refused(tmp_path: Path) -> None:
    with (tmp_path / "huge.png").open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    with pytest.raises(FileError, match="larger than 256 MB"):
        read_picture(tmp_path / "huge.png")


@given(st.integers(0, 99))
def test_packed_images_come_back(seed: int) -> None:
    assert unpack_image(json.loads(json.dumps(pack_image(document(seed))))).same_as(document(seed))


def test_a_few_bytes_cannot_ask_for_gigabytes() -> None:
    bomb = base64.b64encode(zlib.compress(bytes(10_000_000))).decode()
    for shape in ([2, 2], [100_000, 100_000], [-1, -4], [4096, 4096, 4096], []):
        with pytest.raises(FileError):
            unpack({"shape": shape, "zlib": bomb})


def test_states_out_of_range_are_refused() -> None:
    packed = pack_image(document()) | {"state": pack(np.full((5, 6), 3, np.uint8))}
    with pytest.raises(FileError):
        unpack_image(packed)
