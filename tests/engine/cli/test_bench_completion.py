"""`reverie bench completion` and `reverie bench posterior` as a person runs them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.cli import bench_posterior, completion_exactness, completion_trials
from engine.cli.completion_cases import Pictures
from engine.cli.completion_figures import Trial
from engine.contracts.manifest import Manifest

Run = Callable[..., Any]


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, palette: Manifest) -> None:
    """Few particles, and portraits that are two blocks of colour."""
    monkeypatch.setattr(completion_trials, "PARTICLES", 8)
    monkeypatch.setattr(completion_exactness, "FIRST", 8)
    monkeypatch.setattr(completion_exactness, "EACH", 4)
    idx = np.full((8, 16, 16), 40, np.uint8)
    for number in range(8):
        idx[number, 4:12, 4 : 6 + number] = number
    np.savez(tmp_path / "pixel_portraits.npz", idx=idx)
    monkeypatch.setenv("REVERIE_DATA", str(tmp_path))


def test_the_tables_of_a_model(run: Run, palette: Manifest) -> None:
    said = run("bench", "completion", palette.id, "--quick", "--pictures", 1, "--json")
    (report,) = said.value["models"]
    assert (report["model"], report["pictures"], report["stopped"]) == (palette.id, 1, False)
    assert [(line["mask"], line["method"]) for line in report["lines"]] == [
        ("nothing", "raster"),
        *(
            (mask, method)
            for mask in ("hair", "clothes", "scattered")
            for method in ("raster", "particles", *(("auto",) if mask == "clothes" else ()))
        ),  # elsewhere it turns nothing
    ]
    assert len(report["cases"]) == 1 and report["cases"][0]["same"] and report["cases"][0]["all_known"] < 1e-3
    assert {bar["name"].partition(":")[0] for bar in report["bars"]} >= {"hair, particles", "enumerable holes"}
    assert said.code == (0 if all(b["reached"] for b in report["bars"] if "enumerable" in b["name"]) else 1)
    assert "100 % done" in said.err and said.value["machine"]["cores"]


def test_as_markdown(run: Run, palette: Manifest) -> None:
    said = run("bench", "completion", palette.id, "--pictures", 1, "--part", "table", "--markdown")
    assert said.code == 0 and f"### {palette.id}" in said.out
    assert "| given | method | class kept |" in said.out and "| hair | particles | - |" in said.out
    assert "* clothes: clothes given (a fixed box" in said.out and "enumerated" not in said.out


def test_ctrl_c_prints_what_there_is(run: Run, palette: Manifest, monkeypatch: pytest.MonkeyPatch) -> None:
    real = completion_trials.trials

    def interrupted(*told: Any) -> Iterator[list[Trial]]:
        yield next(real(*told))
        raise KeyboardInterrupt

    monkeypatch.setattr(completion_trials, "trials", interrupted)
    said = run("bench", "completion", palette.id, "--pictures", 3)
    assert said.code == 130 and "pictures measured until then: 1" in said.out and "clothes" in said.out


def test_a_wrong_answer_is_an_exit_code(run: Run, palette: Manifest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: evidence of what is wholly given is off."""
    monkeypatch.setattr(completion_exactness, "evidence_of_all", lambda *told: -1.0)
    said = run("bench", "completion", palette.id, "--quick", "--part", "exact", "--pictures", 1)
    assert said.code == 1 and "not reached" in said.out


def test_one_mask_alone(run: Run, palette: Manifest) -> None:
    said = run("bench", "completion", palette.id, "--quick", "--part", "table", "--pictures", 1, "--mask", "hair")
    assert said.code == 0 and "hair" in said.out and "clothes given" not in said.out


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("completion", "mnist-vae"), "completes nothing by particles"),
        (("completion", "--pictures", -1), "-1 pictures cannot be completed"),
        (("completion", "portraits-gated-pixelcnn", "--mask", "beard"), "No such mask"),
        (("completion", "nothing-like-it"), "nothing-like-it"),
        (("posterior", "portraits-gated-pixelcnn"), "is told no class"),
    ],
)
def test_what_cannot_be_measured_is_said(run: Run, words: tuple[Any, ...], problem: str) -> None:
    said = run("bench", *words, "--json")
    assert said.code == 2 and problem in said.value["error"]["problem"]


def test_the_posterior_of_classes_by_bayes() -> None:
    log_p = np.log(np.array([[0.2, 0.6], [0.1, 0.1], [0.5, 0.2]]))
    images = np.zeros((3, 1, 1, 1), np.uint8)
    found = bench_posterior.summed(log_p, Pictures(images, images, np.array([1, 0, 1]), "three"), "toy", "toy")
    assert found.accuracy.value == pytest.approx(2 / 3) and found.wrong == (2,)
    assert found.log_class.value == pytest.approx(np.log([0.75, 0.5, 2 / 7]).mean())
    assert found.doubt == pytest.approx(0.5)


def test_the_posterior_on_digits_that_ship(run: Run, ink: Manifest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REVERIE_DATA", "")
    said = run("bench", "posterior", ink.id, "--pictures", 2, "--json")
    (found,) = said.value["models"]
    assert said.code == 0 and (found["pictures"], found["scored_by"]) == (2, ink.scored_by)
    assert found["accuracy"]["value"] == 1.0 and "as the classifier takes them" in found["source"]
    assert [bar["wanted"] for bar in found["bars"]] == [">= 0.96", "aim 0.98"]
