"""``python -m engine.training``: what a person types, what it says, and how it ends."""

from __future__ import annotations

import csv
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="training needs PyTorch: ./run setup --train")

from safetensors.torch import load_file

from engine.training import __main__ as command
from engine.training import checkpoints, own_images

Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def small_recipes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The real recipes' names with networks that train in moments."""
    import dataclasses

    from engine.training import recipes

    torch.set_num_threads(1)

    def smaller(recipe: recipes.Recipe) -> recipes.Recipe:
        fields = {field.name for field in dataclasses.fields(recipe.model)}
        sizes = {"layers": 1, "blocks": 1, "channels": 4, "head": 4} if "levels" in fields else {"hidden": (4,)}
        if "widths" in fields:
            sizes = {"widths": (4, 4), "blocks": (0, 0), "hidden": 4}
        changes = {name: value for name, value in sizes.items() if name in fields}
        model = dataclasses.replace(recipe.model, **changes)
        return dataclasses.replace(recipe, batch=4, steps=4, model=model)

    small = {name: smaller(recipe) for name, recipe in recipes.RECIPES.items()}
    monkeypatch.setattr(recipes, "RECIPES", small)
    monkeypatch.delenv("REVERIE_DATA", raising=False)


def run(capsys: Capture, *words: object) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of a command."""
    code = command.main([str(word) for word in words])
    out, err = capsys.readouterr()
    return code, out, err


def test_own_pictures_from_folder_to_weights(picture_folder: Path, tmp_path: Path, capsys: Capture) -> None:
    runs = tmp_path / "runs"
    code, _, err = run(capsys, "train", "mnist-gated-pixelcnn", "--images", picture_folder, "--runs", runs)
    assert code == 0
    folder = runs / "my-pets-gated-pixelcnn"
    assert "my-pets-gated-pixelcnn: starting at step 0 of 4" in err
    state = json.loads((folder / "checkpoint/state.json").read_text())
    assert state["step"] == 4
    assert state["recipe"]["class_names"] == ["cats", "dogs"]
    assert load_file(folder / "checkpoint/weights.safetensors")["layers.0.vertical_condition.weight"].shape[1] == 11
    assert [path.name for path in (folder / "snapshots").iterdir()] == ["000004.safetensors"]
    with (folder / "log.csv").open() as file:
        assert [row["step"] for row in csv.DictReader(file)] == ["4"]
    recipe, data = own_images.open_run(folder, tmp_path)
    assert (recipe.name, len(data.train)) == ("my-pets-gated-pixelcnn", 32)


@pytest.mark.parametrize(
    "recipe",
    [
        *("mnist-pixelcnn", "fashion-gated-pixelcnn", "portraits-gated-pixelcnn"),
        *("mnist-vae-2d", "fashion-autoencoder-2d", "fashion-vae-2d", "mnist-vae", "faces-vae", "sprites-beta-vae"),
        "mnist-gaussian",
    ],
)
def test_every_form_of_picture_trains(recipe: str, picture_folder: Path, tmp_path: Path, capsys: Capture) -> None:
    code, _, _ = run(capsys, recipe, "--images", picture_folder, "--runs", tmp_path, "--name", "pets", "--steps", "2")
    assert code == 0
    assert (tmp_path / "pets/checkpoint/weights.safetensors").is_file()


def test_resuming_own_pictures_needs_the_folder_no_more(picture_folder: Path, tmp_path: Path, capsys: Capture) -> None:
    words = ["mnist-pixelcnn", "--runs", tmp_path, "--name", "pets"]
    assert run(capsys, *words, "--images", picture_folder, "--steps", "2")[0] == 0
    picture_folder.rename(tmp_path / "gone")
    code, _, err = run(capsys, *words, "--resume", "--steps", "3")
    assert code == 0
    assert "Note: this run began with another recipe (steps 2 -> 3)." in err
    assert "pets: continuing after step 2 of 3" in err


def test_a_run_is_not_wiped_out_by_accident(picture_folder: Path, tmp_path: Path, capsys: Capture) -> None:
    words = ["mnist-pixelcnn", "--images", picture_folder, "--runs", tmp_path, "--name", "pets", "--steps", "2"]
    assert run(capsys, *words)[0] == 0
    before = (tmp_path / "pets/checkpoint/weights.safetensors").stat().st_mtime_ns
    code, _, err = run(capsys, *words)
    assert code == 2
    assert re.fullmatch(r".*pets already holds a run\. Continue it with --resume, begin anew with --overwrite.*\n", err)
    assert (tmp_path / "pets/checkpoint/weights.safetensors").stat().st_mtime_ns == before
    (tmp_path / "pets" / "notes.txt").write_text("mine")
    assert run(capsys, *words, "--overwrite")[0] == 0
    assert (tmp_path / "pets" / "notes.txt").read_text() == "mine"  # only what a run writes is removed
    assert (tmp_path / "pets/checkpoint/weights.safetensors").stat().st_mtime_ns != before


@pytest.mark.parametrize(
    "words,message",
    [
        (["mnist"], r"There is no recipe called 'mnist'\. Known ones: faces-classifier, faces-gan, faces-vae, "),
        (["mnist-pixelcnn", "--data-dir", "/nowhere"], r"The data folder /nowhere does not exist\. Check --data-dir"),
        (["mnist-pixelcnn", "--images", "/nowhere"], r"/nowhere is no folder\. Give --images a folder with pictures"),
        (["mnist-pixelcnn", "--name", "../x"], r"'\.\./x' cannot be the name of a model\. Use letters"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(words: list[str], message: str, tmp_path: Path, capsys: Capture) -> None:
    for form in (words, ["train", *words]):
        code, _, err = run(capsys, *form, "--runs", tmp_path)
        assert code == 2
        assert re.match(message, err)
        assert err.count("\n") == 1


@pytest.mark.parametrize("words", [["mnist-pixelcnn", "--steps", "0"], ["mnist-pixelcnn", "--steps", "many"], []])
def test_wrong_options_are_one_sentence_and_exit_2(words: list[str], capsys: Capture) -> None:
    code, out, err = run(capsys, *words)
    assert code == 2 and not out
    assert err.count("\n") == 1 and "--help` says what it takes." in err


def test_list_says_how_far_runs_are(picture_folder: Path, tmp_path: Path, capsys: Capture) -> None:
    run(capsys, "mnist-pixelcnn", "--images", picture_folder, "--runs", tmp_path, "--name", "mnist-pixelcnn")
    code, out, _ = run(capsys, "list", "--runs", tmp_path)
    assert code == 0
    lines = {line.split()[0]: line for line in out.splitlines()}
    assert set(lines) == set(command_recipes())
    assert "trained 4 of 4" in lines["mnist-pixelcnn"]
    assert "trained" not in lines["mnist-gated-pixelcnn"]


def command_recipes() -> list[str]:
    from engine.training.recipes import RECIPES

    return list(RECIPES)


def test_export_gets_the_rest_of_the_line(monkeypatch: pytest.MonkeyPatch) -> None:
    exporter = pytest.importorskip("engine.training.export", exc_type=ImportError)
    given: list[list[str]] = []

    def main(words: list[str]) -> int:
        given.append(words)
        return 3

    monkeypatch.setattr(exporter, "main", main)
    assert command.main(["export", "mnist-pixelcnn", "--runs", "x"]) == 3
    assert given == [["mnist-pixelcnn", "--runs", "x"]]


def test_without_torch_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    code, _, err = run(capsys, "list")
    assert code == 2
    assert err == "Training needs torch, which is not installed. Run ./run setup --train.\n"


def test_ctrl_c_saves_says_how_to_go_on_and_exits_130(picture_folder: Path, tmp_path: Path) -> None:
    """The real command in a process of its own, with the real recipe."""
    words = ["train", "mnist-pixelcnn", "--images", str(picture_folder), "--runs", str(tmp_path), "--name", "pets"]
    root = Path(command.__file__).parents[2]
    process = subprocess.Popen(
        [sys.executable, "-m", "engine.training", *words],
        cwd=root,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stderr is not None
        said: list[str] = []
        while not said or (said[-1] and "starting at step 0 of" not in said[-1]):
            said.append(process.stderr.readline())
        process.send_signal(signal.SIGINT)
        said += process.stderr.readlines()
        code = process.wait(60)
    finally:
        process.kill()
    assert code == 130, said
    assert said[0] == "40 pictures in 2 classes\n"
    assert said[-1].startswith("Stopped and saved. Continue with: python -m engine.training train mnist-pixelcnn")
    assert said[-1].rstrip().endswith("--resume")
    found = checkpoints.newest(tmp_path / "pets" / "checkpoint")
    assert found is not None
    assert 0 <= json.loads((found / "state.json").read_text())["step"] < 10
    assert load_file(found / "weights.safetensors")
