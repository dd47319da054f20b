"""Kept pictures go out with their pixels, their notes and what was said of them."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.documents.collection.picture import KeptPicture, Marks, Origin
from app.documents.kept_pictures import KeptPictures
from app.documents.picture_file import decode_picture
from engine.contracts.requests import SampleImages
from engine.errors import FileError
from engine.records.picture_files import picture_png, write_zip
from engine.records.sample_note import SampleNote, pixels_sha256, to_text


def kept(identity: int, channels: int = 1, **changes: Any) -> KeptPicture:
    pixels = np.full((5, 4, channels), 10 * identity, np.uint8)
    request = SampleImages(model="m", count=1, first=identity, seed=3, temperature=0.5)
    note = to_text(SampleNote(request=request, place=identity, digests={"decoder": "ab"}))
    values: dict[str, Any] = {
        "model": "m",
        "digest": "d" * 64,
        "request": note,
        "recipe": "r",
        "sha256": pixels_sha256(pixels),
        "seed": 3,
        "place": identity,
        "class_name": "Bag",
        "value": -7.5,
        "kind": "exact",
    }
    origin = Origin(**(values | changes))
    marks = Marks(starred=True, label="fine")
    return KeptPicture(
        identity=identity, png=picture_png(pixels, note), origin=origin, marks=marks, created=1.0, size=(4, 5)
    )


def test_kept_pictures_are_written_as_they_were_kept(tmp_path: Path) -> None:
    some = [kept(1), kept(2, 3)]
    write_zip(tmp_path / "a.zip", KeptPictures(some))
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        rows = list(csv.DictReader(io.StringIO(archive.read("requests.csv").decode("utf-8-sig"))))
        for one, row in zip(some, rows, strict=True):
            picture = decode_picture(archive.read(row["file"]))
            assert picture.note == one.origin.request and (picture.rgba[..., 0] == 10 * one.identity).all()
    assert [row["file"] for row in rows] == ["m_seed3_000001_bag.png", "m_seed3_000002_bag.png"]
    assert {(row["temperature"], row["digest"], row["value"], row["star"], row["label"]) for row in rows} == {
        ("0.5", "decoder=ab", "-7.5", "1", "fine")
    }


def test_grey_stays_grey_and_colour_stays_colour() -> None:
    grey, color = KeptPictures([kept(1), kept(2, 3)])
    assert grey.pixels.shape == (5, 4, 1) and color.pixels.shape == (5, 4, 3)
    assert pixels_sha256(grey.pixels) == grey.sha256 and pixels_sha256(color.pixels) == color.sha256
    assert len(KeptPictures([kept(1), kept(2)])[1:]) == 1


def test_a_picture_that_no_sampling_made_goes_out_too() -> None:
    (one,) = KeptPictures([kept(1, request='{"request":"DecodeLatents"}')])
    assert one.request is None and one.digests == {"model": "d" * 64} and one.note == '{"request":"DecodeLatents"}'


def test_a_picture_whose_bytes_are_damaged_is_refused_in_words() -> None:
    one = kept(1)
    broken = KeptPicture(identity=1, png=one.png[:60], origin=one.origin, marks=one.marks, created=1.0, size=one.size)
    with pytest.raises(FileError, match="a kept picture is not a picture that can be read"):
        KeptPictures([broken])[0]


@pytest.mark.parametrize("end", [0, 1, 8, 25, 26, 33])
def test_what_is_left_of_a_picture_is_refused_in_words(end: int) -> None:
    one = kept(1)
    broken = KeptPicture(identity=1, png=one.png[:end], origin=one.origin, marks=one.marks, created=1.0, size=one.size)
    with pytest.raises(FileError, match="a kept picture is not a picture that can be read"):
        KeptPictures([broken])[0]
