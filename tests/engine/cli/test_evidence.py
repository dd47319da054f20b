"""`reverie evidence`: a figure never stands without its spread, unless it is exact and says so."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import engine.cli.evidence
from engine.cli.evidence import together
from engine.contracts.manifest import Manifest
from engine.contracts.particles import Evidence

Run = Callable[..., Any]
Save = Callable[[str, np.ndarray], Path]
INK = "mnist-gated-pixelcnn"


@pytest.fixture
def mask(save: Save, digit: np.ndarray) -> Path:
    return save("mask.png", np.where(np.random.default_rng(0).random(digit.shape) < 0.1, 250, 5).astype(np.uint8))


def test_a_half_is_exact_and_says_so(run: Run, save: Save, ink: Manifest, digit: np.ndarray) -> None:
    picture = save("digit.png", digit)
    said = run("evidence", INK, picture, "--observed", "top", "--class", 1)
    assert said.code == 0
    assert "392 of 784 pixels given, class 1: log p(given) = -" in said.out and "nats, exact" in said.out
    assert "+-" not in said.out and "before the first unknown one" in said.err
    value = run("evidence", INK, picture, "--observed", "top", "--class", 1, "--json").value
    assert value["exact"] and value["spread_nats"] == 0 and value["given_pixels"] == 392
    assert f"{value['log_evidence_nats']:.2f} nats" in said.out
    (told,) = value["classes"]
    assert told["class"] == "1" and told["lowest_ess"] is None


def test_the_evidence_of_all_of_it_is_its_score(run: Run, save: Save, digit: np.ndarray) -> None:
    model, picture = "mnist-pixelcnn", save("digit.png", digit)
    whole = run("evidence", model, picture, "--json").value
    scored = run("score", model, picture, "--json").value
    assert whole["exact"] and whole["given_pixels"] == 784
    assert whole["log_evidence_nats"] == pytest.approx(-scored["mean"]["nll_nats"], abs=1e-3)


def test_scattered_pixels_have_a_spread(run: Run, save: Save, ink: Manifest, digit: np.ndarray, mask: Path) -> None:
    words = (
        "evidence",
        INK,
        save("digit.png", digit),
        "--observed",
        mask,
        "--particles",
        8,
        "--repeats",
        3,
        "--class",
        1,
    )
    said = run(*words)
    assert said.code == 0 and " +- " in said.out and "exact" not in said.out
    assert "3 times by 8 particles" in said.err and "At the worst row" in said.err
    value = run(*words, "--json").value
    assert not value["exact"] and value["spread_nats"] > 0
    (told,) = value["classes"]
    estimates = np.array(told["estimates_nats"])
    assert estimates.shape == (3,) and told["spread_nats"] == pytest.approx(estimates.std(ddof=1))
    assert value["log_evidence_nats"] == pytest.approx(np.log(np.exp(estimates).mean()))
    assert 1 <= told["lowest_ess"] <= 8
    assert run(*words, "--json").value["log_evidence_nats"] == value["log_evidence_nats"], "the seed makes it"
    assert run(*words, "--seed", 1, "--json").value["log_evidence_nats"] != value["log_evidence_nats"]


def test_classes_are_sorted_by_their_posterior(run: Run, save: Save, ink: Manifest, digit: np.ndarray) -> None:
    picture = save("digit.png", digit)
    value = run("evidence", INK, picture, "--by-class", "--json").value
    posterior = [told["posterior"] for told in value["classes"]]
    assert value["exact"] and posterior == sorted(posterior, reverse=True) and sum(posterior) == pytest.approx(1)
    assert value["classes"][0]["class"] == "1" and {told["class"] for told in value["classes"]} == set("0123456789")
    nats = np.array([told["log_evidence_nats"] for told in value["classes"]])
    np.testing.assert_allclose(posterior, np.exp(nats - np.logaddexp.reduce(nats)), atol=1e-6)
    assert value["log_evidence_nats"] == pytest.approx(np.logaddexp.reduce(nats) - np.log(10))
    lines = run("evidence", INK, picture, "--by-class").out.splitlines()
    assert "over classes of equal weight" in lines[0] and lines[2].split()[0] == "1" and len(lines) == 12
    assert all(line.split()[2] == line.split()[4] == "exact" for line in lines[2:])


def test_told_no_class_it_is_of_their_mixture_and_says_so(
    run: Run, save: Save, ink: Manifest, digit: np.ndarray
) -> None:
    words = "evidence", INK, save("digit.png", digit), "--observed", "top"
    value, by_class = run(*words, "--json").value, run(*words, "--by-class", "--json").value
    assert value["log_evidence_nats"] == pytest.approx(by_class["log_evidence_nats"], abs=1e-4)
    assert "over classes of equal weight: log p(given)" in run(*words).out
    assert "over classes" not in run(*words, "--class", 1).out


def test_an_estimated_posterior_has_its_spread(
    run: Run, save: Save, ink: Manifest, digit: np.ndarray, mask: Path
) -> None:
    words = (
        "evidence",
        INK,
        save("digit.png", digit),
        "--observed",
        mask,
        "--particles",
        4,
        "--repeats",
        2,
        "--by-class",
    )
    value = run(*words, "--json").value
    assert not value["exact"] and value["spread_nats"] > 0
    assert any(told["posterior_spread"] > 0 for told in value["classes"])
    first, second = run(*words).out.splitlines()[:2]
    assert " +- " in first and second.split().count("+-") == 2


def test_of_several_classes_it_is_their_mixture() -> None:
    estimates = np.log([[0.5, 0.25], [0.25, 0.25]])
    answer = Evidence(
        classes=("a", "b"),
        log_evidence=np.log(np.exp(estimates).mean(axis=1)),
        estimates=estimates,
        spread=np.ones(2),
        posterior=np.full(2, 0.5),
        posterior_spread=np.zeros(2),
        lowest=np.ones(2),
        orientation="upright",
        exact=False,
        total_ms=1.0,
    )
    nats, spread = together(answer)
    assert nats == pytest.approx(np.log(0.3125))
    assert spread == pytest.approx(np.log([0.375, 0.25]).std(ddof=1))


def test_transparent_pixels_are_unknown(run: Run, save: Save, ink: Manifest, digit: np.ndarray) -> None:
    alpha = np.full_like(digit, 255)
    alpha[20:] = 0
    value = run("evidence", INK, save("cut.png", np.dstack([digit] * 3 + [alpha])), "--class", 1, "--json").value
    assert value["given_pixels"] == 20 * 28 and value["exact"]


def test_given_greys_are_rounded_with_a_remark(run: Run, save: Save, ink: Manifest, digit: np.ndarray) -> None:
    digit[6, 12] = 100
    said = run("evidence", INK, save("grey.png", digit), "--observed", "top", "--class", 1)
    assert said.code == 0 and "1 given pixels had values between" in said.err


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((INK, "--by-class", "--class", 1), "every class is asked for, and 1 is chosen"),
        (("mnist-pixelcnn", "--by-class"), "knows no classes"),
        ((INK, "--repeats", 1), "outside 2 to 16"),
        ((INK, "--particles", 0), "outside 1 to 512"),
        ((INK, "--class", "cow"), "'cow' is no class"),
        ((INK, "--observed", "middle"), "neither a half nor a mask"),
        (("mnist-vae",), "cannot complete a picture"),
        (("mnist-gaussian",), "cannot complete a picture"),
        (("mnist-classifier",), "draws and scores nothing"),
    ],
)
def test_what_does_not_fit_is_a_sentence(
    run: Run, save: Save, ink: Manifest, digit: np.ndarray, words: tuple[object, ...], sentence: str
) -> None:
    model, *more = words
    said = run("evidence", model, save("digit.png", digit), *more)
    assert said.code == 2 and sentence in said.err and said.out == ""


def test_ctrl_c_prints_no_figure(
    run: Run, save: Save, ink: Manifest, digit: np.ndarray, mask: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def impatient(_: str) -> Iterator[Callable[[float], None]]:
        def stop(fraction: float) -> None:
            raise KeyboardInterrupt

        yield stop

    monkeypatch.setattr(engine.cli.evidence, "progress", impatient)
    said = run("evidence", INK, save("digit.png", digit), "--observed", mask, "--json")
    assert said.code == 130 and said.out == ""
