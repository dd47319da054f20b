"""Reading data sets from files that are right, and from files that are broken: each is one sentence."""

from __future__ import annotations

import gzip
import io
import json
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.errors import FileError
from engine.training import readers, sources
from engine.training.data import as_idx_sha256, load

PIXELS = np.arange(2 * 3 * 4, dtype=np.uint8).reshape(2, 3, 4)


def idx(array: np.ndarray) -> bytes:
    return bytes((0, 0, 8, array.ndim)) + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes()


def one_sentence_each(error: FileError) -> None:
    """A problem and a remedy, one sentence each, and nothing of a traceback."""
    for text in (error.problem, error.remedy):
        assert text.endswith(".")
        assert "\n" not in text
        assert text[:1].isupper() or text[0] == "/"


# --------------------------------------------------------------------------------------------------------- NPZ


def test_npz(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    for write in (np.savez, np.savez_compressed):
        write(path, pixels=PIXELS, names=np.array(["a", "bc"]), other=np.zeros(3))
        found = readers.read_npz(path, ("pixels", "names"))
        assert set(found) == {"pixels", "names"}
        assert np.array_equal(found["pixels"], PIXELS)
        assert found["names"].tolist() == ["a", "bc"]


def test_npz_is_never_unpickled(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    np.savez(path, pixels=np.array([{"a": 1}], dtype=object))
    with pytest.raises(FileError, match=r"stores 'pixels' as Python objects, which are never loaded\."):
        readers.read_npz(path, ("pixels",))


def test_npz_sizes_are_checked_before_memory_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    np.savez_compressed(path, pixels=np.zeros(1_000_000, np.uint8))
    with pytest.raises(FileError, match=r"would take 0\.0 GB of memory; the limit"):
        readers.read_npz(path, ("pixels",), limit=100_000)
    header = io.BytesIO()  # a header that promises a petabyte, above three bytes
    np.lib.format.write_array_header_1_0(header, {"descr": "|u1", "fortran_order": False, "shape": (10**15,)})
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("pixels.npy", header.getvalue() + b"abc")
    with pytest.raises(FileError, match=r"contradicts itself about the size of 'pixels'"):
        readers.read_npz(path, ("pixels",))


def test_broken_npz(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    np.savez_compressed(path, pixels=np.random.default_rng(0).integers(0, 256, 5000, dtype=np.uint8))
    whole = path.read_bytes()
    spoilt = bytearray(whole)
    spoilt[2000:2040] = bytes(40)
    wrong_header = io.BytesIO()
    with zipfile.ZipFile(wrong_header, "w") as archive:
        archive.writestr("pixels.npy", b"\x93NUMPY\x01\x00\x0a\x00{'descr':(")
    for content in (b"", b"no zip at all", whole[:-30], whole[:3000], bytes(spoilt), wrong_header.getvalue()):
        path.write_bytes(content)
        with pytest.raises(FileError, match=r"a\.npz is no readable NPZ file \(") as caught:
            readers.read_npz(path, ("pixels",))
        one_sentence_each(caught.value)
    path.write_bytes(whole)
    with pytest.raises(FileError, match=r"holds no array called 'labels'; it needs pixels, labels\."):
        readers.read_npz(path, ("pixels", "labels"))
    with pytest.raises(FileError, match=r"none\.npz does not exist"):
        readers.read_npz(tmp_path / "none.npz", ("pixels",))


# --------------------------------------------------------------------------------------------------------- IDX


@pytest.mark.parametrize("zipped", [False, True])
def test_idx(tmp_path: Path, zipped: bool) -> None:
    path = tmp_path / "images"
    path.write_bytes(gzip.compress(idx(PIXELS)) if zipped else idx(PIXELS))
    assert np.array_equal(readers.read_idx(path, 3), PIXELS)
    labels = np.array([3, 1, 4], np.uint8)
    path.write_bytes(gzip.compress(idx(labels)) if zipped else idx(labels))
    assert readers.read_idx(path, 1).tolist() == [3, 1, 4]


def test_broken_idx(tmp_path: Path) -> None:
    path = tmp_path / "images"
    zipped = gzip.compress(idx(PIXELS))
    cases = {
        b"": "does not start like an IDX file",
        idx(PIXELS)[:9]: "does not start like an IDX file",
        idx(PIXELS[0]): "with 3 axes",
        b"\0\0\x0d\x03" + idx(PIXELS)[4:]: "does not start like an IDX file of bytes",
        idx(PIXELS)[:-1]: "should hold 24 bytes of data and holds 23",
        idx(PIXELS) + b"x": "holds more",
        zipped[:-12]: "no readable IDX file",
        zipped[:20] + b"\xff" * 20: "is no readable|would take|should hold|does not start",  # as the bits will have it
        b"\0\0\x08\x03" + b"\xff" * 12: "of memory; the limit",
    }
    for content, expected in cases.items():
        path.write_bytes(content)
        with pytest.raises(FileError, match=expected) as caught:
            readers.read_idx(path, 3)
        one_sentence_each(caught.value)
    with pytest.raises(FileError, match="does not exist"):
        readers.read_idx(tmp_path / "none", 3)


# ------------------------------------------------------------------------------------------------- folders of pictures


def save(path: Path, array: np.ndarray, **how: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(array).save(path, **how)  # type: ignore[arg-type]


def test_flat_folder_in_the_order_of_names(tmp_path: Path) -> None:
    for value, name in ((30, "c.png"), (10, "a.PNG"), (20, "b.bmp")):
        save(tmp_path / name, np.full((4, 4), value, np.uint8))
    (tmp_path / "notes.txt").write_text("not a picture, and not meant to be one")
    (tmp_path / ".hidden.png").write_bytes(b"")
    pixels, labels, names = readers.read_picture_folder(tmp_path, 4, 4, colour=False)
    assert pixels[:, 0, 0].tolist() == [10, 20, 30]
    assert labels.tolist() == [0, 0, 0]
    assert names == ()


def test_a_sub_folder_is_a_class(tmp_path: Path) -> None:
    for name, value in (("dog", 3), ("cat", 1), ("cat", 2)):
        save(tmp_path / name / f"{value}.png", np.full((4, 4), value, np.uint8))
    (tmp_path / "empty").mkdir()
    told: list[tuple[int, int]] = []
    pixels, labels, names = readers.read_picture_folder(
        tmp_path, 4, 4, colour=False, on_picture=lambda done, total: told.append((done, total))
    )
    assert names == ("cat", "dog")
    assert labels.tolist() == [0, 0, 1]
    assert pixels[:, 0, 0].tolist() == [1, 2, 3]
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_pictures_are_cut_to_the_shape_and_averaged_down(tmp_path: Path) -> None:
    art = np.random.default_rng(0).integers(0, 256, (4, 4, 3), dtype=np.uint8)
    save(tmp_path / "1.png", art.repeat(8, 0).repeat(8, 1))  # enlarged pixel art comes back exactly
    wide = np.zeros((4, 8, 3), np.uint8)
    wide[:, 2:6] = art  # the middle of a wide picture is kept
    save(tmp_path / "2.png", wide)
    pixels, _, _ = readers.read_picture_folder(tmp_path, 4, 4, colour=True)
    assert np.array_equal(pixels, np.stack([art, art]))
    save(tmp_path / "3.png", np.array([[0, 100], [100, 200]], np.uint8).repeat(2, 0).repeat(2, 1))
    assert readers.read_picture(tmp_path / "3.png", 1, 1, colour=False).tolist() == [[100]]


def test_transparent_is_paper(tmp_path: Path) -> None:
    save(tmp_path / "1.png", np.zeros((2, 2, 4), np.uint8) + np.array([255, 0, 0, 0], np.uint8))
    assert readers.read_picture(tmp_path / "1.png", 2, 2, colour=False).max() == 0
    assert readers.read_picture(tmp_path / "1.png", 2, 2, colour=True).min() == 255


def test_broken_picture_folders(tmp_path: Path) -> None:
    def refused(folder: Path, message: str) -> None:
        with pytest.raises(FileError, match=message) as caught:
            readers.read_picture_folder(folder, 4, 4, colour=False)
        one_sentence_each(caught.value)

    refused(tmp_path / "none", "is no folder")
    (tmp_path / "text").mkdir()
    (tmp_path / "text" / "a.txt").write_text("x")
    refused(tmp_path / "text", r"holds no pictures\. Give a folder with")
    save(tmp_path / "mixed" / "a.png", PIXELS[0])
    save(tmp_path / "mixed" / "cats" / "b.png", PIXELS[0])
    refused(tmp_path / "mixed", "both beside and inside its sub-folders")
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "a.png").write_bytes(b"this is text")
    refused(tmp_path / "bad", r"bad/a\.png is not a picture\. Repair the file")
    save(tmp_path / "cut" / "a.png", np.random.default_rng(0).integers(0, 256, (64, 64), dtype=np.uint8))
    whole = (tmp_path / "cut" / "a.png").read_bytes()
    (tmp_path / "cut" / "a.png").write_bytes(whole[:1000])
    refused(tmp_path / "cut", r"cut/a\.png could not be read \(")


def test_a_picture_that_unpacks_to_too_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)
    save(tmp_path / "a.png", np.zeros((40, 40), np.uint8))
    with pytest.raises(FileError, match="more pixels than a picture should"):
        readers.read_picture_folder(tmp_path, 4, 4, colour=False)


# ----------------------------------------------------------------------------------------------- whole data sets


@pytest.fixture
def digits() -> dict[str, np.ndarray]:
    """A little MNIST: 30 training pictures, 5 for the test."""
    rng = np.random.default_rng(0)
    return {
        "x_train": rng.integers(0, 256, (30, 28, 28), dtype=np.uint8),
        "y_train": rng.integers(0, 10, 30, dtype=np.uint8),
        "x_test": rng.integers(0, 256, (5, 28, 28), dtype=np.uint8),
        "y_test": rng.integers(0, 10, 5, dtype=np.uint8),
    }


def test_npz_and_idx_are_the_same_data_set(
    tmp_path: Path, digits: dict[str, np.ndarray], capsys: pytest.CaptureFixture[str]
) -> None:
    np.savez(tmp_path / "mnist.npz", **digits)  # type: ignore[arg-type]
    from_npz = load("mnist", tmp_path, 10)
    assert "mnist.npz is not MNIST as published" in capsys.readouterr().err
    for layout in ("mnist", "MNIST/raw"):
        folder = tmp_path / layout.replace("/", "-") / layout
        folder.mkdir(parents=True)
        for (key, array), file in zip(digits.items(), sources.SOURCES["mnist"].files, strict=True):
            zipped = key.endswith("train")
            name = file.name if zipped else file.name.removesuffix(".gz")
            (folder / name).write_bytes(gzip.compress(idx(array)) if zipped else idx(array))
        from_idx = load("mnist", tmp_path / layout.replace("/", "-"), 10)
        for part in ("train", "validation", "test"):
            assert np.array_equal(getattr(from_idx, part).pixels, getattr(from_npz, part).pixels)
            assert np.array_equal(getattr(from_idx, part).labels, getattr(from_npz, part).labels)
    assert (len(from_npz.train), len(from_npz.validation), len(from_npz.test)) == (20, 10, 5)
    assert np.array_equal(from_npz.validation.pixels, digits["x_train"][20:])  # the last ones are held out


def test_the_published_set_is_recognised_in_any_form(digits: dict[str, np.ndarray]) -> None:
    import hashlib

    for array in digits.values():
        assert as_idx_sha256(array) == hashlib.sha256(idx(array)).hexdigest()


def test_data_sets_that_do_not_fit(tmp_path: Path, digits: dict[str, np.ndarray]) -> None:
    def refused(message: str, **arrays: np.ndarray) -> None:
        np.savez(tmp_path / "mnist.npz", **{**digits, **arrays})  # type: ignore[arg-type]
        with pytest.raises(FileError, match=message) as caught:
            load("mnist", tmp_path, 10)
        one_sentence_each(caught.value)

    refused("should hold pictures of 28 x 28 pixels as bytes", x_train=digits["x_train"][:, :20])
    refused("as bytes, not float64", x_test=digits["x_test"].astype(float))
    refused("holds 30 pictures and 29 labels", y_train=digits["y_train"][1:])
    few = {key: digits[key][:10] for key in ("x_train", "y_train")}
    refused("holds 10 pictures to train on, of which 10", **few)


def test_portraits_split_and_palette(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    indices = np.random.default_rng(0).integers(0, 64, (50, 16, 16), dtype=np.uint8)
    palette = np.random.default_rng(1).integers(0, 256, (64, 3), dtype=np.uint8)
    monkeypatch.setattr("engine.training.data.PORTRAIT_TESTS", 8)
    np.savez(tmp_path / "pixel_portraits.npz", idx=indices, palette=palette)
    data = load("pixel_portraits", tmp_path, 12)
    assert (len(data.train), len(data.validation), len(data.test)) == (30, 12, 8)
    assert np.array_equal(data.test.pixels, indices[-8:])
    assert data.palette is not None
    assert np.array_equal(data.palette, palette)
    np.savez(tmp_path / "pixel_portraits.npz", idx=indices, palette=palette[:10])
    with pytest.raises(FileError, match="a palette that does not fit its pictures"):
        load("pixel_portraits", tmp_path, 12)


def test_faces_split_and_attributes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    rgb, codes = rng.integers(0, 256, (50, 64, 64, 3), dtype=np.uint8), rng.integers(0, 2, (50, 2), dtype=np.uint8)
    told = {"keys": ["smile", "hair"], "legend": {"hair": ["long", "short", "none"], "smile": ["no", "yes"]}}
    monkeypatch.setattr("engine.training.data.FACE_TESTS", 8)
    file = tmp_path / "cartoon_faces.npz"

    def saved(**changes: object) -> None:
        np.savez(file, **{"rgb": rgb, "labels": codes, "attributes": np.array(json.dumps(told))} | changes)  # type: ignore[arg-type]

    saved()
    data = load("cartoon_faces", tmp_path, 12)
    assert (len(data.train), len(data.validation), len(data.test)) == (30, 12, 8)
    assert np.array_equal(data.validation.pixels, rgb[30:42])
    assert data.test.codes is not None and np.array_equal(data.test.codes, codes[-8:])
    assert [(a.name, a.values) for a in data.attributes] == [
        ("smile", ("no", "yes")),
        ("hair", ("long", "short", "none")),
    ]
    for changes in (
        {"labels": codes + 2},  # a code that the legend does not know
        {"labels": codes[:, :1]},
        {"labels": codes.astype(np.int64)},
        {"attributes": np.array("no JSON")},
        {"attributes": np.array(json.dumps({"keys": ["smile"], "legend": {}}))},
    ):
        saved(**changes)
        with pytest.raises(FileError, match="attributes that do not fit its pictures"):
            load("cartoon_faces", tmp_path, 12)
    saved(rgb=rgb[..., 0])
    with pytest.raises(FileError, match="should hold pictures of 64 x 64 colour pixels as bytes"):
        load("cartoon_faces", tmp_path, 12)
