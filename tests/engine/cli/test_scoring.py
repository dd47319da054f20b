"""`reverie score`: the figure a person gets is the one the model has."""

from __future__ import annotations

import json
import math
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.contracts.manifest import Manifest

Run = Callable[..., Any]
SHIPPED = Path(__file__).resolve().parents[3] / "onnx_models"
INK, PALETTE = "mnist-gated-pixelcnn", "portraits-gated-pixelcnn"


def test_a_line_a_picture_and_the_mean(run: Run, ink: Manifest, digit: np.ndarray, tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", images=np.stack([digit, 255 - digit])[..., None])
    value = run("score", INK, "a.npz", "--json").value
    nll = [image["nll_nats"] for image in value["images"]]
    assert value["scored_by"] == (ink.scored_by or INK)
    assert nll[0] < nll[1], "white paper with a black digit is unheard of"
    assert value["mean"]["nll_nats"] == pytest.approx(np.mean(nll))
    assert value["images"][0]["bits_per_dim"] == pytest.approx(nll[0] / (784 * math.log(2)))
    said = run("score", INK, "a.npz")
    assert [line.split()[0] for line in said.out.splitlines()] == ["a.npz[0]", "a.npz[1]", "mean"]


def test_the_mixture_is_the_mean_over_classes(run: Run, ink: Manifest, digit: np.ndarray, save: Any) -> None:
    path = save("digit.png", digit)
    given = [run("score", INK, path, "--class", c, "--json").value["mean"]["nll_nats"] for c in ink.class_names]
    mixture = -np.log(np.mean(np.exp(-np.array(given))))
    assert run("score", INK, path, "--json").value["mean"]["nll_nats"] == pytest.approx(mixture, abs=1e-3)


def test_binarization_is_that_of_the_whole_file_whatever_is_scored(
    run: Run, ink: Manifest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.cli.pictures.AT_ONCE", 4)
    x_test = np.random.default_rng(0).integers(0, 256, (6, 28, 28), dtype=np.uint8)
    np.savez(tmp_path / "test.npz", x_test=x_test)
    ours = np.random.default_rng(1234).random(x_test.shape) < x_test / 255
    np.savez(tmp_path / "binary.npz", images=(ours * 255).astype(np.uint8))
    stochastic = ("--fit", "stochastic", "--seed", 1234, "--class", 0, "--json")
    whole = run("score", INK, "test.npz", *stochastic).value
    exact = run("score", INK, "binary.npz", "--class", 0, "--json").value
    assert [i["nll_nats"] for i in whole["images"]] == [i["nll_nats"] for i in exact["images"]]
    part = run("score", INK, "test.npz", *stochastic, "--limit", 2).value
    by_name = {image["name"]: image["nll_nats"] for image in whole["images"]}
    assert part["n"] == 2
    assert part["of"] == 6
    for image in part["images"]:
        assert image["nll_nats"] == pytest.approx(by_name[image["name"]], abs=1e-3)


def test_the_subset_is_the_seeds(run: Run, palette: Manifest, tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", idx=np.random.default_rng(0).integers(0, 64, (30, 16, 16), dtype=np.uint8))

    def names(seed: int) -> list[str]:
        value = run("score", PALETTE, "a.npz", "--limit", 3, "--seed", seed, "--json").value
        return [image["name"] for image in value["images"]]

    assert names(1) == names(1)
    assert names(1) != names(2)


def test_palette_indices_are_their_colours(run: Run, palette: Manifest, tmp_path: Path) -> None:
    idx = np.random.default_rng(0).integers(0, 64, (2, 16, 16), dtype=np.uint8)
    np.savez(tmp_path / "idx.npz", idx=idx)
    np.savez(tmp_path / "rgb.npz", images=np.array(palette.image.palette, np.uint8)[idx])
    by_index, by_colour = (run("score", PALETTE, f"{name}.npz", "--json").value for name in ("idx", "rgb"))
    assert by_index["mean"] == by_colour["mean"]


def test_values_between_levels_are_refused_until_told(run: Run, ink: Manifest, digit: np.ndarray, save: Any) -> None:
    digit[0, 0] = 77
    path = save("grey.png", digit)
    refused = run("score", INK, path, "--json")
    assert refused.code == 2
    assert "between the model's 2 levels" in refused.value["error"]["problem"]
    assert run("score", INK, path, "--fit", "nearest", "--class", 1).code == 0


def write_model(folder: Path, **changes: Any) -> None:
    """A copy of the ink model that scores its pictures itself, unless ``changes`` of its manifest say otherwise."""
    shutil.copytree(SHIPPED / INK, folder, ignore=shutil.ignore_patterns("film"), dirs_exist_ok=True)
    raw = json.loads((folder / "manifest.json").read_text()) | {"scored_by": "", "figures": {}} | changes
    (folder / "manifest.json").write_text(json.dumps(raw))


def test_the_figure_is_that_of_the_model_that_scores(
    run: Run, ink: Manifest, digit: np.ndarray, save: Any, tmp_path: Path
) -> None:
    path, models = save("digit.png", digit), tmp_path / "models"
    write_model(models / "upright", id="upright")
    measured = run("score", "upright", path, "--json", folders=(models,)).value["mean"]["nll_nats"]
    figure = {"unit": "nats", "split": "test", "n": 1}
    write_model(models / "upright", id="upright", figures={"test_nll": figure | {"value": measured}})
    write_model(models / "turns", id="turns", scored_by="upright", figures={"test_nll": figure | {"value": 1.5}})
    said = run("score", "turns", path, "--against-manifest", "--json", folders=(models,))
    assert said.code == 0 and said.value["scored_by"] == "upright"
    assert said.value["against_manifest"]["agrees"] and said.value["against_manifest"]["figure_of"] == "upright"
    listed = run("models", folders=(models,)).out
    assert listed.count(f"{measured:.4g} nats") == 2 and "nats, by upright" in listed and "1.5 nats" not in listed


@pytest.mark.parametrize(("off_by", "code"), [(0.01, 0), (1.0, 1)])
def test_against_the_manifest(
    run: Run, ink: Manifest, digit: np.ndarray, save: Any, tmp_path: Path, off_by: float, code: int
) -> None:
    path = save("digit.png", digit)
    copy = tmp_path / "models" / INK
    write_model(copy)
    measured = run("score", copy, path, "--class", 1, "--json").value["mean"]["nll_nats"]
    write_model(copy, figures={"test_nll": {"value": measured + off_by, "unit": "nats", "split": "test", "n": 1}})
    said = run("score", copy, path, "--class", 1, "--against-manifest", "--json")
    assert said.code == code
    assert said.value["against_manifest"]["difference_nats"] == pytest.approx(-off_by, abs=1e-4)
