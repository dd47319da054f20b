"""`reverie sample`: one picture or thousands, from any place of a seed, each with the request that draws it alone."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from engine.catalogue.registry import Registry
from engine.contracts.manifest import Manifest
from engine.records.note_text import graph_digests
from engine.records.sample_note import SampleNote, from_text, made_with, pixels_sha256
from engine.records.sheet_pictures import on_sheet

Run = Callable[..., Any]
PALETTE = "portraits-gated-pixelcnn"
ENGINE = Path(__file__).resolve().parents[1]
TOYS, GANS = ENGINE / "latent_models", ENGINE / "sample_models"


@pytest.fixture
def toys(run: Run) -> Run:
    """``toys("sample", "told", ...)``: a command on the small models."""
    return lambda *words: run(*words, folders=(GANS, TOYS))


def note_of(file: Path | bytes) -> SampleNote:
    with Image.open(io.BytesIO(file) if isinstance(file, bytes) else file) as opened:
        return from_text(opened.text["reverie"])


def pixels_of(file: Path | bytes) -> np.ndarray:
    with Image.open(io.BytesIO(file) if isinstance(file, bytes) else file) as opened:
        pixels = np.asarray(opened)
        return pixels if pixels.ndim == 3 else pixels[..., None]


def images_of(path: Path) -> np.ndarray:
    with np.load(path) as file:
        return np.asarray(file["images"])


def test_a_sheet_says_what_draws_its_pictures(run: Run, palette: Manifest, tmp_path: Path) -> None:
    words = ("sample", PALETTE, "-n", 3, "--seed", 7, "--first", 20, "--temperature", 0.9, "--orientation", "auto")
    said = run(*words, "-o", "a.png")
    assert said.code == 0 and "a.png: 3 pictures" in said.out
    assert run(*words, "-o", "a.npz").code == 0
    note = note_of(tmp_path / "a.png")
    request = note.request
    assert (request.model, request.count, request.seed, request.first) == (PALETTE, 3, 7, 20)
    assert (request.temperature, request.orientation, request.truncation) == (0.9, "auto", 4.0)
    assert note.place == 20 and note.digests == graph_digests(palette) and note.made_with == made_with()
    assert note.resolved["orientation"] in palette.orientations and note.resolved["method"] == "raster"
    drawn = images_of(tmp_path / "a.npz")
    assert note.sha256 == pixels_sha256(drawn)
    (shown,) = on_sheet(pixels_of(tmp_path / "a.png"), (16, 16, 3), 3)
    np.testing.assert_array_equal(shown, drawn)
    assert pixels_of(tmp_path / "a.png").shape[0] > 16 * 8, "a sheet is large enough to be looked at"


def test_a_picture_is_the_same_from_any_place(toys: Run, tmp_path: Path) -> None:
    assert toys("sample", "told", "-n", 20, "--seed", 3, "-o", "all.npz").code == 0
    assert toys("sample", "told", "-n", 5, "--first", 13, "--seed", 3, "-o", "some.npz").code == 0
    np.testing.assert_array_equal(images_of(tmp_path / "all.npz")[13:18], images_of(tmp_path / "some.npz"))


def test_truncation_draws_nearer_to_the_middle(toys: Run, tmp_path: Path) -> None:
    assert toys("sample", "plain", "-n", 64, "--truncation", 0.3, "-o", "a.npz").code == 0
    with np.load(tmp_path / "a.npz") as file:
        assert 0 < np.abs(file["z"]).max() <= 0.3


def test_a_folder_holds_a_picture_with_its_own_note_each(toys: Run, tmp_path: Path) -> None:
    words = ("sample", "told", "-n", 7, "--seed", 3, "--first", 5, "--truncation", 1.5)
    said = toys(*words, "-o", "out/", "--json")
    assert said.code == 0 and said.value["file"] == "out/"
    assert toys(*words, "-o", "a.npz").code == 0
    files = sorted((tmp_path / "out").glob("*.png"))
    assert len(files) == 7
    with np.load(tmp_path / "a.npz") as drawn:
        for place, file in enumerate(files, 5):
            note, image = note_of(file), drawn["images"][place - 5]
            assert (note.request.count, note.request.first, note.place) == (1, place, place)
            assert note.request.truncation == 1.5 and note.request.class_name == ""
            assert note.resolved["class"] == ("ring", "bar", "dot")[place % 3]
            assert note.sha256 == pixels_sha256(image)
            np.testing.assert_array_equal(pixels_of(file), image)
        assert drawn["labels"].tolist() == [place % 3 for place in range(5, 12)]
    rows = list(csv.DictReader((tmp_path / "out" / "requests.csv").open(encoding="utf-8-sig")))
    assert [row["file"] for row in rows] == [file.name for file in files]
    assert [int(row["place"]) for row in rows] == list(range(5, 12))


def test_a_zip_holds_the_same_files(toys: Run, tmp_path: Path) -> None:
    for target in ("a.zip", "out/"):
        assert toys("sample", "linear", "-n", 4, "--seed", 1, "-o", target).code == 0
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    assert held == {file.name: file.read_bytes() for file in (tmp_path / "out").iterdir()}
    assert note_of(held["linear_seed1_000002.png"]).place == 2


def test_the_note_names_the_model_by_its_id(run: Run, tmp_path: Path) -> None:
    assert run("sample", GANS / "plain", "-n", 1, "-o", "a.png", folders=()).code == 0
    assert note_of(tmp_path / "a.png").request.model == "plain"
    digests = graph_digests(Registry([GANS]).models["plain"].manifest)
    assert note_of(tmp_path / "a.png").digests == digests and set(digests) == {"generator", "discriminator"}


def test_an_empty_folder_is_filled(toys: Run, tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    assert toys("sample", "plain", "-n", 2, "-o", "there").code == 0
    assert len(list((tmp_path / "there").iterdir())) == 3


BAD: list[tuple[list[Any], str]] = [
    (["sample", "plain", "--truncation", 5, "-o", "a.png"], "(truncation) is 5.0, outside 0 to 4"),
    (["sample", "plain", "--first", -1, "-o", "a.png"], "first picture's place is -1"),
    (["sample", "plain", "-n", 2, "--first", 2**32 - 1, "-o", "a.png"], "has the places 0 to"),
    (["sample", "plain", "-n", 4097, "-o", "a/"], "outside 1 to 4096"),
    (["sample", "plain", "-o", "full"], "is there already, with something in it"),
    (["sample", "plain", "-o", "full/"], "is there already, with something in it"),
    (["sample", "plain", "-o", "nowhere/a/"], "does not exist"),
    (["sample", "plain", "-o", "a.gif"], "no .png, .npz or .zip file"),
    (["sample", "plain", "-o", "full/kept.txt/"], "kept.txt is there already"),
    (["sample", "tells", "-o", "a.png"], "draws and scores nothing"),
]


@pytest.mark.parametrize(("words", "said"), BAD, ids=[s for _, s in BAD])
def test_what_cannot_be_is_one_sentence_and_writes_nothing(
    toys: Run, tmp_path: Path, words: list[Any], said: str
) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "kept.txt").write_text("kept")
    before = sorted(tmp_path.rglob("*"))
    answer = toys(*words, "--json")
    assert answer.code == 2
    assert said in answer.value["error"]["problem"] and answer.value["error"]["remedy"]
    assert sorted(tmp_path.rglob("*")) == before


def test_there_is_no_z_to_truncate_pixel_by_pixel(run: Run, palette: Manifest) -> None:
    said = run("sample", PALETTE, "--truncation", 1, "-o", "a.png", "--json")
    assert said.code == 2 and "no z to truncate" in said.value["error"]["problem"]
