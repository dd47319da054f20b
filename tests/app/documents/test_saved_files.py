"""What is written can be read, also by way of a file; what is damaged is refused in words."""

from __future__ import annotations

import base64
import json
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.documents.packing import pack, pack_image, unpack, unpack_image
from app.documents.partial_image import PartialImage
from app.documents.picture_file import decode_picture, encode_png, read_picture, write_png
from app.documents.request_record import RequestRecord, checked_parameters, from_text, to_text
from engine.errors import FileError


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
    assert checked_parameters(values) == {"count": 64, "seed": 0}
    assert checked_parameters({"temperature": 1, "count": True, "method": "raster"}) == {
        "temperature": 1.0,
        "method": "raster",
    }


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
