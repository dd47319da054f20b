"""Whatever is wrong with what was given: exit code 2, one sentence and its remedy, and nothing written."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from engine.contracts.manifest import Manifest

Run = Callable[..., Any]
INK = "mnist-gated-pixelcnn"
COMPLETE = ("complete", INK)
TOP = ("--observed", "top", "-o", "out.png")


@pytest.fixture
def given(tmp_path: Path, digit: np.ndarray) -> Path:
    """A folder of things that are wrong, and ``good.png``."""
    Image.fromarray(digit).save(tmp_path / "good.png")
    Image.fromarray(digit[:20]).save(tmp_path / "small.png")
    Image.fromarray(np.dstack([digit] * 3 + [np.full_like(digit, 255)])).save(tmp_path / "opaque.png")
    Image.fromarray(np.zeros((4, 4), np.float32)).save(tmp_path / "float.tiff")
    (tmp_path / "torn.png").write_bytes((tmp_path / "good.png").read_bytes()[:60])
    (tmp_path / "words.png").write_text("no picture")
    (tmp_path / "torn.npz").write_bytes(b"PK\x03\x04 and no more")
    np.savez(tmp_path / "other.npz", things=digit)
    np.savez(tmp_path / "objects.npz", images=np.array([{}], dtype=object))
    np.savez(tmp_path / "floats.npz", images=digit[None] / 255)
    np.savez(tmp_path / "wide.npz", images=np.zeros((2, 32, 32), np.uint8))
    np.savez(tmp_path / "none.npz", images=np.zeros((0, 28, 28), np.uint8))
    Image.fromarray(np.full_like(digit, 100)).save(tmp_path / "grey.png")
    os.mkfifo(tmp_path / "pipe.png")
    (tmp_path / "folder.png").mkdir()
    (tmp_path / "broken_model").mkdir()
    (tmp_path / "broken_model" / "manifest.json").write_text("{")
    return tmp_path


WRONG = {
    "a model that is not there": (("sample", "mnist-gated-pixelcn", "-o", "out.png"), "Did you mean"),
    "a broken manifest": (("sample", "broken_model", "-o", "out.png"), "not valid JSON"),
    "a folder that is no model": (("sample", "folder.png", "-o", "out.png"), "manifest.json"),
    "no such picture": ((*COMPLETE, "nowhere.png", *TOP), "nowhere.png"),
    "half a picture": ((*COMPLETE, "torn.png", *TOP), "not a picture that can be read"),
    "words": ((*COMPLETE, "words.png", *TOP), "not a picture that can be read"),
    "a picture of numbers": ((*COMPLETE, "float.tiff", *TOP), "no known range"),
    "a small picture": ((*COMPLETE, "small.png", *TOP), "28 x 20"),
    "a small mask": ((*COMPLETE, "good.png", "--observed", "small.png", "-o", "out.png"), "The mask small.png"),
    "a broken mask": ((*COMPLETE, "good.png", "--observed", "torn.png", "-o", "out.png"), "torn.png"),
    "nothing unknown": ((*COMPLETE, "opaque.png", "-o", "out.png"), "no transparent pixels"),
    "no transparency": ((*COMPLETE, "good.png", "-o", "out.png"), "no transparent pixels"),
    "a half that is none": (
        (*COMPLETE, "good.png", "--observed", "middle", "-o", "out.png"),
        "neither a half nor a mask",
    ),
    "a device": ((*COMPLETE, "pipe.png", *TOP), "pipe.png is not a file"),
    "no model": (("complete", "", "good.png", *TOP), "No model is named"),
    "too many particles": ((*COMPLETE, "good.png", *TOP, "--particles", "513"), "outside 1 to 512"),
    "no run": ((*COMPLETE, "good.png", *TOP, "--runs", "0"), "outside 1 to 16"),
    "particles without luck": (
        (*COMPLETE, "good.png", *TOP, "--method", "particles", "--temperature", "0"),
        "At temperature 0 all particles are one picture",
    ),
    "another method": ((*COMPLETE, "good.png", *TOP, "--method", "magic"), "magic"),
    "too many completions": ((*COMPLETE, "good.png", *TOP, "-n", "65"), "1 to 64"),
    "a seed too large": (("sample", INK, "--seed", "4294967296", "-o", "out.png"), "outside 0 to 4294967295"),
    "a negative seed": (("sample", INK, "--seed", "-1", "-o", "out.png"), "(seed)"),
    "a negative seed to score": (("score", INK, "good.png", "--seed", "-1"), "(seed)"),
    "a hot temperature": (("sample", INK, "--temperature", "9", "-o", "out.png"), "0 to 2"),
    "no number": (("sample", INK, "-n", "many", "-o", "out.png"), "many"),
    "no class": (("sample", INK, "--class", "12", "-o", "out.png"), "12"),
    "no orientation": (("sample", INK, "--orientation", "sideways", "-o", "out.png"), "sideways"),
    "no output": (("sample", INK), "-o"),
    "an output of another kind": (("sample", INK, "-o", "out.jpg"), ".png, .npz or .zip"),
    "an output nowhere": (("sample", INK, "-o", "nowhere/out.png"), "does not exist"),
    "an output that is a folder": (("sample", INK, "-o", "folder.png"), "is a folder"),
    "a torn NPZ": (("score", INK, "torn.npz"), "torn.npz"),
    "an NPZ of something else": (("score", INK, "other.npz"), "things"),
    "an NPZ of objects": (("score", INK, "objects.npz"), "Python objects"),
    "an NPZ of floats": (("score", INK, "floats.npz"), "float64"),
    "an NPZ of another size": (("score", INK, "wide.npz"), "(2, 32, 32)"),
    "an empty NPZ": (("score", INK, "none.npz"), "holds no pictures"),
    "greys between the levels": (("score", INK, "good.png", "grey.png"), "grey.png: 784 pixels have values between"),
    "no NPZ": (("score", INK, "nowhere.npz"), "nowhere.npz does not exist"),
    "a limit of nothing": (("score", INK, "good.png", "--limit", "0"), "--limit 1"),
    "an unheard-of fit": (("score", INK, "good.png", "--fit", "somehow"), "somehow"),
    "no seeds": (("bench", "identity", INK, "--seeds", "0"), "--seeds"),
    "two models at once": (("bench", INK, "mnist-pixelcnn"), "One model at a time"),
    "an option nobody has": (("models", "--loud"), "--loud"),
    "a verb of later": (("inspect", "good.png"), "later workspace"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_one_sentence_and_exit_code_2(run: Run, ink: Manifest, given: Path, wrong: str) -> None:
    words, named = WRONG[wrong]
    before = sorted(given.rglob("*"))
    said = run(*words, "--json")
    assert said.code == 2
    error = said.value["error"]
    assert error["problem"]
    assert error["remedy"], f"no remedy beside: {error['problem']}"
    assert named in said.err
    assert said.err.strip() == f"{error['problem']} {error['remedy']}"
    assert "\n" not in said.err.strip()
    assert sorted(given.rglob("*")) == before


def test_without_json_nothing_is_on_stdout(run: Run) -> None:
    said = run("sample", "nothing", "-o", "out.png", folders=())
    assert said.code == 2
    assert said.out == ""
    assert said.err.count("\n") == 1


def test_a_picture_that_says_it_is_enormous_is_not_unpacked(run: Run, ink: Manifest, tmp_path: Path) -> None:
    Image.new("1", (9000, 9000)).save(tmp_path / "huge.png")
    said = run("complete", INK, "huge.png", "--observed", "top", "--fit", "nearest", "-o", "out.png")
    assert said.code == 2
    assert "huge.png has 9000 x 9000 pixels" in said.err
