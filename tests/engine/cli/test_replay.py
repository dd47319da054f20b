"""`reverie replay`: what was saved is made again; what differs, and why, is said; what cannot be is a sentence."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from engine.contracts.manifest import Manifest
from engine.contracts.requests import SampleImages
from engine.records.png_file import encode_png
from engine.records.provenance import pixels_sha256
from engine.records.walk_note import WalkNote, to_text

Run = Callable[..., Any]
ENGINE = Path(__file__).resolve().parents[1]
TOYS, GANS = ENGINE / "latent_models", ENGINE / "sample_models"
GOLDEN = ENGINE / "records" / "golden"


@pytest.fixture
def toys(run: Run) -> Run:
    """``toys("sample", "told", ...)``: a command on the small models."""
    return lambda *words, folders=(GANS, TOYS): run(*words, folders=folders)


def rewritten(path: Path, change: Callable[[dict[str, Any]], Any], pixels: np.ndarray | None = None) -> None:
    """The file with another note, and perhaps other pixels."""
    with Image.open(path) as opened:
        note, kept = json.loads(opened.text["reverie"]), np.asarray(opened)
    info = PngInfo()
    info.add_itxt("reverie", json.dumps(change(note) or note))
    Image.fromarray(kept if pixels is None else pixels).save(path, pnginfo=info)


def test_pictures_sheets_and_folders_come_out_again(toys: Run, tmp_path: Path) -> None:
    assert toys("sample", "told", "-n", 9, "--seed", 3, "--first", 70, "--truncation", 1, "-o", "out/").code == 0
    assert toys("sample", "colours", "-n", 5, "--temperature", 0.5, "-o", "sheet.png").code == 0
    assert toys("decode", "linear", "--grid", 3, "-o", "grid.png").code == 0
    assert toys("decode", "ink", "--grid", 2, "--draw", "--seed", 4, "-o", "drawn.png").code == 0
    said = toys("replay", "out", "sheet.png", "grid.png", "drawn.png")
    assert said.code == 0
    assert said.out.count("Made again, and identical in every pixel.") == 12 and said.out.endswith("12 identical.\n")
    value = toys("replay", sorted((tmp_path / "out").glob("*.png"))[0], "--json").value
    assert (value["identical"], value["differs"], value["cannot"]) == (1, 0, 0)
    (file,) = value["files"]
    assert file["result"] == "identical" and file["model"] == "told" and file["differing"] == 0


@pytest.mark.parametrize("name", sorted(path.name for path in GOLDEN.glob("*.png")))
def test_pictures_of_earlier_versions_come_out_again(run: Run, ink: Manifest, palette: Manifest, name: str) -> None:
    said = run("replay", GOLDEN / name)
    assert said.code == 0 and "identical" in said.out


def test_completions_and_their_sheet(run: Run, palette: Manifest, tmp_path: Path) -> None:
    colors = np.array(palette.image.palette, np.uint8)[np.arange(256).reshape(16, 16) % 64]
    Image.fromarray(colors).save(tmp_path / "face.png")
    words = ("complete", palette.id, "face.png", "--observed", "left", "-n", 3, "--seed", 2)
    assert run(*words, "-o", "sheet.png").code == 0
    assert run("replay", "sheet.png").code == 0


def test_the_strip_of_a_walk_without_a_latent_space(run: Run, ink: Manifest, tmp_path: Path) -> None:
    """The pictures were drawn one by one, at temperatures of their own; the command line drew them here."""
    start = SampleImages(model=ink.id, count=1, first=3, seed=5, class_name="7")
    draws = tuple(replace(start, temperature=temperature) for temperature in (0.0, 0.75, 2.0))
    images = list[np.ndarray]()
    for number, draw in enumerate(draws):
        words = ("--seed", 5, "--first", 3, "--class", "7", "--temperature", draw.temperature)
        assert run("sample", ink.id, "-n", 1, *words, "-o", f"{number}.npz").code == 0
        images.extend(np.load(tmp_path / f"{number}.npz")["images"])
    noted = WalkNote(request=start, walk="temperature", draws=draws, sha256=pixels_sha256(np.stack(images)))
    strip = np.concatenate(images, axis=1)
    (tmp_path / "walk.png").write_bytes(encode_png(strip, to_text(noted)))
    said = run("replay", "walk.png")
    assert said.code == 0 and "identical in every pixel" in said.out, said
    strip[5, 40] ^= 255
    (tmp_path / "walk.png").write_bytes(encode_png(strip, to_text(noted)))
    said = run("replay", "walk.png")
    assert said.code == 1 and "1 of 2,352 pixels differ" in said.out and "changed after it was saved" in said.out


def test_what_another_hand_changed_is_told_from_another_model(toys: Run, tmp_path: Path) -> None:
    assert toys("sample", "plain", "-n", 1, "-o", "out/").code == 0
    (file,) = (tmp_path / "out").glob("*.png")
    with Image.open(file) as opened:
        pixels = np.array(opened)
    pixels[0, :2] ^= 255
    rewritten(file, lambda note: None, pixels)
    said = toys("replay", file)
    assert said.code == 1
    assert "2 of 12 pixels differ, by up to" in said.out and "changed after it was saved" in said.out


def test_another_model_under_the_same_id_is_named(toys: Run, tmp_path: Path) -> None:
    assert toys("sample", "plain", "-n", 2, "-o", "a.png").code == 0
    models = tmp_path / "models"
    shutil.copytree(GANS / "plain", models / "plain")
    raw = json.loads((models / "plain" / "manifest.json").read_text())
    raw["image"]["range"] = "0..1"
    raw["graphs"]["generator"]["sha256"] = "0" * 64
    (models / "plain" / "manifest.json").write_text(json.dumps(raw))
    said = toys("replay", "a.png", "--json", folders=(models,))
    (file,) = said.value["files"]
    assert said.code == 1 and file["result"] == "differs" and not file["altered"]
    assert file["differing"] > 0 and file["changed"] == ["the model's generator is another"]


def test_another_runtime_and_machine_are_named(toys: Run, tmp_path: Path) -> None:
    assert toys("sample", "plain", "-n", 1, "-o", "a.png").code == 0
    rewritten(tmp_path / "a.png", lambda note: note["made_with"].update(onnxruntime="0.1", machine="a loom"))
    said = toys("replay", "a.png")
    assert said.code == 0 and "ONNX Runtime is" in said.out and "was 0.1" in said.out and "a loom" in said.out
    rewritten(tmp_path / "a.png", lambda note: note["parameters"].update(seed=99))
    said = toys("replay", "a.png")
    assert said.code == 1 and "pixels differ" in said.out and "was 0.1" in said.out


def test_a_picture_that_differs_for_no_reason_says_so(toys: Run, tmp_path: Path) -> None:
    assert toys("sample", "plain", "-n", 1, "-o", "a.png").code == 0
    rewritten(tmp_path / "a.png", lambda note: note["parameters"].update(seed=99))
    said = toys("replay", "a.png")
    assert said.code == 1 and "although model, runtime and machine are those" in said.out


CANNOT: dict[str, tuple[Callable[[dict[str, Any]], Any], str]] = {
    "another model": (lambda note: note.update(model="elsewhere"), "made with elsewhere, which is not installed"),
    "a newer note": (lambda note: note.update(format=9), "kind that this version does not know"),
    "a foreign note": (lambda note: [1, 2], "note is damaged"),
    "a field of a later version": (lambda note: note["parameters"].update(spice=1), "does not know"),
    "a class that is not there": (lambda note: note["parameters"].update(class_name="mouse"), "mouse"),
    "more pictures than are shown": (lambda note: note["parameters"].update(count=7), "does not show the pictures"),
}


@pytest.mark.parametrize("name", CANNOT)
def test_what_cannot_be_made_again_is_a_sentence(toys: Run, tmp_path: Path, name: str) -> None:
    change, words = CANNOT[name]
    assert toys("sample", "told", "-n", 1, "-o", "a.png").code == 0
    rewritten(tmp_path / "a.png", change)
    said = toys("replay", "a.png", "--json")
    assert said.code == 2
    (file,) = said.value["files"]
    assert file["result"] == "cannot" and words in file["error"]["problem"] and file["error"]["remedy"]


def test_files_without_a_note_do_not_keep_the_others_from_being_made(toys: Run, tmp_path: Path) -> None:
    Image.fromarray(np.zeros((4, 3), np.uint8)).save(tmp_path / "plain.png")
    (tmp_path / "torn.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    assert toys("sample", "told", "-n", 1, "-o", "a.png").code == 0
    said = toys("replay", "plain.png", "torn.png", "nowhere.png", "a.png")
    assert said.code == 2
    lines = said.out.splitlines()
    assert "carries no Reverie note" in lines[0] and "carries no Reverie note" in lines[1]
    assert "cannot be read" in lines[2] and "identical" in lines[3] and lines[4] == "1 identical, 3 cannot."


def test_a_folder_without_pictures(toys: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    said = toys("replay", "empty", "--json")
    assert said.code == 2 and "holds no PNG file" in said.value["error"]["problem"]
