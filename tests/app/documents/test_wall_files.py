"""Exports of a wall, reopened by readers that are not ours: zipfile, csv, NumPy without pickle, Pillow, and by hand."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image

from app.documents.contact_sheet import GAP_VALUE, contact_sheet, sheet_of
from app.documents.png_rows import PngRows
from app.documents.sample_set import sheet_image
from app.documents.wall_arrays import write_npz
from app.documents.wall_files import write_sheet
from engine.contracts.requests import SampleImages
from engine.errors import RequestError
from engine.records.picture_files import picture_png, write_folder, write_picture, write_zip
from engine.records.request_table import COLUMNS, RequestTable, text_cell
from engine.records.wall_picture import FileNames, WallPicture
from engine.records.whole_file import Stopped

PNG = b"\x89PNG\r\n\x1a\n"


def picture(place: int = 0, **changes: Any) -> WallPicture:
    request = SampleImages(model="mnist-dcgan", count=1, seed=7, first=place, truncation=1.5)
    values: dict[str, Any] = {
        "pixels": np.random.default_rng(place).integers(0, 256, (6, 5, 1), np.uint8),
        "note": json.dumps({"place": place, "words": "ä" * 50}),
        "model": "mnist-dcgan",
        "seed": 7,
        "place": place,
        "request": request,
        "digests": {"generator": "ab" * 32, "discriminator": "cd" * 32},
        "sha256": f"{place:064x}",
        "family": "gan",
        "class_name": ("Bag", "T-shirt/top")[place % 2],
        "value": place / 4 - 1,
        "kind": "score",
        "z": np.full(3, place, np.float32),
    }
    return WallPicture(**(values | changes))


def pictures(count: int = 5, **changes: Any) -> list[WallPicture]:
    return [picture(place, **changes) for place in range(count)]


def chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Kind and body of every chunk of a PNG, read by the standard's first pages."""
    assert data.startswith(PNG)
    at = 8
    while at < len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        body = data[at + 8 : at + 8 + length]
        assert struct.unpack_from(">I", data, at + 8 + length)[0] == zlib.crc32(kind + body)
        yield kind, body
        at += 12 + length


def note_in(data: bytes) -> str | None:
    for kind, body in chunks(data):
        if kind == b"iTXt" and body.startswith(b"reverie\0\1\0\0\0"):
            return zlib.decompress(body[len(b"reverie\0\1\0\0\0") :]).decode()
    return None


def pixels_in(data: bytes) -> np.ndarray[Any, Any]:
    pixels = np.asarray(Image.open(io.BytesIO(data)))
    return pixels[..., None] if pixels.ndim == 2 else pixels


def table_in(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


# ---------------------------------------------------------------------------------------------------------- one PNG


def test_a_picture_carries_its_note(tmp_path: Path) -> None:
    one = picture(3)
    write_picture(tmp_path / "a.png", one, magnification=2)
    data = (tmp_path / "a.png").read_bytes()
    assert note_in(data) == one.note
    np.testing.assert_array_equal(pixels_in(data)[::2, ::2], one.pixels)
    np.testing.assert_array_equal(pixels_in(data)[1::2, 1::2], one.pixels)


# -------------------------------------------------------------------------------------------------------- ZIP, folder


def test_a_zip_has_every_picture_with_its_note_and_every_request(tmp_path: Path) -> None:
    sent = pictures(5)
    write_zip(tmp_path / "wall.zip", sent)
    with zipfile.ZipFile(tmp_path / "wall.zip") as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert names == [*(f"mnist-dcgan_seed7_{i:06d}_{('bag', 't-shirt-top')[i % 2]}.png" for i in range(5)), TABLE]
        table = table_in(archive.read(TABLE))
        for one, row in zip(sent, table, strict=True):
            data = archive.read(row["file"])
            assert note_in(data) == one.note
            np.testing.assert_array_equal(pixels_in(data), one.pixels)
            assert (row["model"], row["family"], int(row["seed"]), int(row["place"])) == (
                *("mnist-dcgan", "gan", 7),
                one.place,
            )
            assert row["digest"] == f"discriminator={'cd' * 32} generator={'ab' * 32}"
            assert (row["class"], row["asked_class"], row["orientation"]) == (one.class_name, "", "upright")
            assert (float(row["temperature"]), float(row["truncation"])) == (1.0, 1.5)
            assert (float(row["value"]), row["kind"], row["star"], row["label"]) == (one.value, "score", "0", "")
            assert row["sha256"] == one.sha256


TABLE = "requests.csv"


def test_the_same_pictures_make_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_zip(tmp_path / f"{name}.zip", pictures())
        write_npz(tmp_path / f"{name}.npz", pictures())
        write_sheet(tmp_path / f"{name}.png", [p.pixels for p in pictures()], "note")
    for kind in ("zip", "npz", "png"):
        assert (tmp_path / f"a.{kind}").read_bytes() == (tmp_path / f"b.{kind}").read_bytes()


def test_a_folder_is_a_zip_unpacked(tmp_path: Path) -> None:
    write_zip(tmp_path / "wall.zip", pictures())
    write_folder(tmp_path / "wall", pictures())
    with zipfile.ZipFile(tmp_path / "wall.zip") as archive:
        packed = {name: archive.read(name) for name in archive.namelist()}
    assert packed == {file.name: file.read_bytes() for file in (tmp_path / "wall").iterdir()}


def test_pictures_that_no_sampling_drew_have_a_row_too(tmp_path: Path) -> None:
    write_zip(tmp_path / "a.zip", [picture(request=None, value=None, kind="none", starred=True, label="meine Öde")])
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        (row,) = table_in(archive.read(TABLE))
    assert (row["temperature"], row["value"], row["kind"], row["star"]) == ("", "", "none", "1")
    assert row["label"] == "meine Öde"


# ------------------------------------------------------------------------------------------------------------ names


@given(st.lists(st.tuples(st.text(max_size=90), st.text(max_size=90), st.integers(0, 2**32 - 1)), max_size=8))
@example([("a", "Bag", 0), ("a", "bag", 0), ("A", "bag!", 0), ("a", "bag-2", 0)])
@example([("../../etc", "..", 1), ("con", "nul", 2), ("", "\0\n", 3)])
def test_names_fit_every_disk_and_are_all_different(named: list[tuple[str, str, int]]) -> None:
    sent = [picture(model=model, class_name=told, place=place, request=None) for model, told, place in named]
    names, again = FileNames(), FileNames()
    made = [names.next(one) for one in sent]
    assert made == [again.next(one) for one in sent]
    assert len({name.casefold() for name in made}) == len(made)
    for name in made:
        assert re.fullmatch(r"[a-z0-9][a-z0-9._-]*\.png", name) and len(name) < 200 and ".." not in name


# -------------------------------------------------------------------------------------------------------------- CSV

FORMULAS = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")


@given(st.text(st.sampled_from([*"=+-@;,|\"' a1\t\r\n\uff1d", "ß", "\0"]), max_size=12), st.sampled_from(";,\t|"))
@example("=HYPERLINK(1)", ",")
@example('x";=cmd|1', ";")
def test_no_cell_is_a_formula_whatever_the_spreadsheet_parts_cells_at(label: str, separator: str) -> None:
    """Also where it parts the line elsewhere than the table does, as some countries' spreadsheets do."""
    table = RequestTable()
    table.add(label, picture(label=label, class_name=label, model=label, kind=label, value=None))
    text = table.data().decode("utf-8-sig")
    for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
        for cell in row:
            assert not cell.lstrip(" \"'").startswith(FORMULAS) or cell.lstrip(' "').startswith("'"), cell
    for line in text.splitlines():
        for piece in line.split(separator):
            assert not piece.strip(' "').startswith(FORMULAS), piece


@given(st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), max_size=20))
@example("=x")
@example("'=x")
@example("';' =x")
def test_a_label_can_be_had_back(label: str) -> None:
    table = RequestTable()
    table.add("a.png", picture(label=label))
    (row,) = table_in(table.data())
    assert re.sub(r"((?:^|[;,|\"'])\s*)'(?=[=+\-@\uff1d\uff0b\uff0d\uff20])", r"\1", row["label"]) == label
    if not any(sign in label for sign in FORMULAS):
        assert row["label"] == label


def test_every_row_has_every_column() -> None:
    table = RequestTable()
    table.add("a.png", picture(label='two "words", and\nmore', class_name="\ud800"))
    rows = list(csv.reader(io.StringIO(table.data().decode("utf-8-sig"), newline="")))
    assert [len(row) for row in rows] == [len(COLUMNS)] * 2
    assert rows[1][COLUMNS.index("label")] == 'two "words", and more' and text_cell("a -b") == "a -b"


# -------------------------------------------------------------------------------------------------------------- NPZ


def opened(path: Path) -> dict[str, np.ndarray[Any, Any]]:
    with np.load(path, allow_pickle=False) as archive:
        return {name: archive[name] for name in archive.files}


def test_an_npz_has_pictures_classes_places_and_requests_without_pickle(tmp_path: Path) -> None:
    sent = pictures(6)
    write_npz(tmp_path / "wall.npz", sent, ("T-shirt/top", "Trouser", "Bag"))
    found = opened(tmp_path / "wall.npz")
    np.testing.assert_array_equal(found["images"], np.stack([one.pixels for one in sent]))
    assert found["images"].dtype == np.uint8 and found["z"].dtype == np.float32
    assert list(found["labels"]) == [2, 0, 2, 0, 2, 0]
    assert list(found["class_names"]) == ["T-shirt/top", "Trouser", "Bag"]
    assert list(found["places"]) == list(range(6)) and found["seed"].shape == () and int(found["seed"]) == 7
    np.testing.assert_array_equal(found["z"], np.stack([one.z for one in sent]))
    requests = json.loads(str(found["requests"]))
    assert [r["sha256"] for r in requests] == [one.sha256 for one in sent]
    assert all(r["first"] == r["place"] == i and r["truncation"] == 1.5 for i, r in enumerate(requests))


def test_an_npz_of_mixed_pictures_says_what_it_can(tmp_path: Path) -> None:
    mixed = [picture(0, seed=3, class_name=""), picture(1, z=None, value=None, kind="none", class_name="Öl")]
    write_npz(tmp_path / "a.npz", mixed)
    found = opened(tmp_path / "a.npz")
    assert list(found["seed"]) == [3, 7] and "z" not in found
    assert list(found["labels"]) == [-1, 0] and list(found["class_names"]) == ["Öl"]
    assert np.isnan(found["values"][1]) and list(found["kinds"]) == ["score", "none"]


def test_pictures_of_several_sizes_are_no_array(tmp_path: Path) -> None:
    mixed = [picture(0), picture(1, pixels=np.zeros((3, 3, 1), np.uint8))]
    with pytest.raises(RequestError) as refused:
        write_npz(tmp_path / "a.npz", mixed)
    assert refused.value.remedy == "Save those of one model, or save a ZIP." and not list(tmp_path.iterdir())


# ------------------------------------------------------------------------------------------------------------ sheets


@given(st.integers(1, 30), st.sampled_from([1, 3, 4]))
def test_a_sheet_is_that_of_the_other_workspaces(count: int, channels: int) -> None:
    images = np.random.default_rng(count).integers(0, 256, (count, 3, 4, channels), np.uint8)
    np.testing.assert_array_equal(contact_sheet(images), sheet_image(images))


@given(st.integers(1, 30), st.sampled_from([1, 3, 4]), st.integers(1, 3))
def test_a_written_sheet_is_the_sheet(count: int, channels: int, magnification: int) -> None:
    images = np.random.default_rng(count).integers(0, 256, (count, 3, 4, channels), np.uint8)
    sheet, file = sheet_of(images, (), magnification), io.BytesIO()
    png = PngRows(file, sheet.width, sheet.height, sheet.channels, "note ü", "reverie")
    for _, band in sheet.bands():
        png.add(band)
    png.end()
    np.testing.assert_array_equal(pixels_in(file.getvalue()), contact_sheet(images, (), magnification))
    assert note_in(file.getvalue()) == "note ü"


def test_a_sheet_has_a_row_a_title(tmp_path: Path) -> None:
    images = np.zeros((7, 28, 28, 1), np.uint8)
    rows = [("Trouser", 3), ("Bag", 4)]
    sheet = sheet_of(images, rows)
    assert (sheet.rows, sheet.columns) == (2, 4) and sheet.starts == (0, 3, 7)
    write_sheet(tmp_path / "a.png", images, "note", rows)
    seen = pixels_in((tmp_path / "a.png").read_bytes())[..., 0]
    beside = seen[:, : sheet.margin]
    for top in (0, 29):
        assert beside[top : top + 29].min() < 60 and beside[top : top + 29].max() == 255, "dark words on white"
    assert (seen[1:29, sheet.margin + 3 * 29 + 1 :] == GAP_VALUE).all(), "the first row ends after three"
    assert (seen[30:58, -29:-1] == 0).all()


def test_a_title_with_more_pictures_than_fit_across_has_several_rows() -> None:
    sheet = sheet_of(np.zeros((250, 2, 2, 1), np.uint8), [("a", 150), ("", 0), ("b", 100)])
    assert (sheet.columns, sheet.starts, sorted(sheet.titles)) == (100, (0, 100, 150, 250), [0, 2])


def test_pictures_of_several_sizes_share_a_sheet() -> None:
    grey, color = np.full((2, 2, 1), 10, np.uint8), np.full((3, 4, 3), 200, np.uint8)
    sheet = contact_sheet([grey, color])
    assert sheet.shape == (5, 11, 3) and (sheet[1:3, 1:3] == 10).all() and (sheet[1:4, 6:10] == 200).all()
    assert (sheet[3, 1:5] == GAP_VALUE).all()


# ------------------------------------------------------------------------------------- ten thousand, and stopping


class Lazy(Sequence[Any]):
    """Ten thousand pictures of which none is kept, and a count of those that are alive at once."""

    def __init__(self, make: Callable[[int], Any], count: int) -> None:
        self._make, self._count = make, count

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, index: Any) -> Any:
        if not 0 <= index < self._count:
            raise IndexError(index)
        return self._make(index)


def test_ten_thousand_pictures_take_the_memory_of_a_few(tmp_path: Path) -> None:
    import tracemalloc

    plain = picture(pixels=np.zeros((64, 64, 3), np.uint8), z=None)
    many = Lazy(lambda i: dataclasses.replace(plain, pixels=plain.pixels.copy(), place=i), 2_000)
    tiles = Lazy(lambda i: np.full((64, 64, 3), i % 256, np.uint8), 10_000)
    tracemalloc.start()
    try:
        write_npz(tmp_path / "a.npz", many)
        write_zip(tmp_path / "a.zip", many)
        write_sheet(tmp_path / "a.png", tiles)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 25e6, "2,000 of these pictures are 25 MB, the sheet of 10,000 is 127 MB"
    with Image.open(tmp_path / "a.png") as sheet:
        assert sheet.size == (6501, 6501)
    assert opened(tmp_path / "a.npz")["images"].shape == (2_000, 64, 64, 3)


WRITERS: dict[str, Callable[[Path, Any], None]] = {
    "zip": lambda target, watch: write_zip(target, pictures(9), watch),
    "folder": lambda target, watch: write_folder(target, pictures(9), watch),
    "npz": lambda target, watch: write_npz(target, pictures(9), (), watch),
    "sheet": lambda target, watch: write_sheet(target, [p.pixels for p in pictures(9)], "n", watch=watch),
}


@pytest.mark.parametrize("kind", WRITERS)
def test_how_far_a_file_is_is_told_up_to_its_end(kind: str, tmp_path: Path) -> None:
    told: list[int] = []
    WRITERS[kind](tmp_path / "a", told.append)
    assert told == sorted(told) and told[-1] == 9 and [p.name for p in tmp_path.iterdir()] == ["a"]


@pytest.mark.parametrize("kind", WRITERS)
@pytest.mark.parametrize("there", [False, True])
def test_a_stop_leaves_no_file_and_the_old_one_as_it_was(kind: str, there: bool, tmp_path: Path) -> None:
    if there and kind != "folder":
        (tmp_path / "a").write_text("old")

    def stop_in_the_middle(done: int) -> None:
        if done >= 4:
            raise Stopped

    with pytest.raises(Stopped):
        WRITERS[kind](tmp_path / "a", stop_in_the_middle)
    left = {p.name: p.read_text() for p in tmp_path.iterdir()}
    assert left == ({"a": "old"} if there and kind != "folder" else {})


def test_one_picture_s_bytes_are_those_of_the_archive(tmp_path: Path) -> None:
    write_zip(tmp_path / "a.zip", pictures(1))
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert archive.read(archive.namelist()[0]) == picture_png(picture().pixels, picture().note)
