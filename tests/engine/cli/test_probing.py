"""`reverie examine` and `reverie influence`: the figures, the maps, and what is refused."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import app.theme.colormaps
import engine.cli.probing
from engine.cli import magnitudes
from engine.contracts.events import Influence
from engine.contracts.manifest import Manifest
from engine.sampling.causality import TOLERANCE

Run = Callable[..., Any]
Save = Callable[[str, np.ndarray], Path]
INK, STACKED, PALETTE = "mnist-gated-pixelcnn", "mnist-pixelcnn", "portraits-gated-pixelcnn"


def test_the_bits_are_the_score(run: Run, save: Save, digit: np.ndarray) -> None:
    picture = save("digit.png", digit)
    value = run("examine", STACKED, picture, "--json").value
    scored = run("score", STACKED, picture, "--json").value["mean"]
    assert value["nats"] == pytest.approx(scored["nll_nats"], abs=1e-3)
    assert value["bits"] == pytest.approx(value["nats"] / math.log(2))
    assert value["bits_per_dim"] == pytest.approx(scored["bits_per_dim"], abs=1e-5)
    assert value["resolved"] == {"orientation": "upright"} and value["file"] is None


def test_the_maps_are_those_of_the_figures(run: Run, save: Save, ink: Manifest, digit: np.ndarray) -> None:
    words = ("examine", INK, save("digit.png", digit), "--class", 1, "--orientation", "transpose", "-o", "maps.npz")
    value = run(*words, "--json").value
    assert value["request"]["class_name"] == "1" and value["resolved"] == {"orientation": "transpose"}
    with np.load("maps.npz") as file:
        log_prob, entropy, levels, p = (file[name] for name in ("log_prob", "entropy", "levels", "distribution"))
    assert value["bits"] == pytest.approx(-log_prob.sum() / math.log(2), rel=1e-5)
    assert value["entropy_bits"] == pytest.approx(entropy.sum() / math.log(2), rel=1e-5)
    np.testing.assert_array_equal(levels, digit // 255)
    assert p.shape == (28, 28, 2)
    np.testing.assert_allclose(np.take_along_axis(p, levels[..., None], -1)[..., 0], np.exp(log_prob), atol=1e-3)
    dearest = value["most_surprising"]
    assert len(dearest) == 10 and dearest[0]["bits"] == pytest.approx(-log_prob.min() / math.log(2), rel=1e-5)
    assert [each["bits"] for each in dearest] == sorted((each["bits"] for each in dearest), reverse=True)
    for each in dearest:
        place = (each["row"], each["column"])
        assert each["level"] == levels[place] and each["p"] == pytest.approx(2 ** -each["bits"])
        assert each["bits"] == pytest.approx(-log_prob[place] / math.log(2), rel=1e-5)


def test_a_person_reads_the_figures_and_the_dearest_pixels(
    run: Run, save: Save, ink: Manifest, digit: np.ndarray
) -> None:
    said = run("examine", INK, save("digit.png", digit), "-o", "bits.png")
    lines = said.out.splitlines()
    assert said.code == 0 and "bits in all" in lines[0] and "bits/dim" in lines[0]
    assert lines[1].split()[:4] == ["row", "column", "level", "bits"] and len(lines) == 13
    assert "told no class" in said.err and "count from 0" in said.err
    assert "from 0 bits (violet) to" in lines[-1]


def test_the_picture_of_bits_is_bright_where_they_are(run: Run, save: Save, ink: Manifest, digit: np.ndarray) -> None:
    value = run("examine", INK, save("digit.png", digit), "-o", "bits.png", "--json").value
    with Image.open("bits.png") as file:
        pixels = np.asarray(file.convert("RGB"))
    assert pixels.shape == (672, 672, 3)
    dearest = value["most_surprising"][0]
    assert pixels[dearest["row"] * 24 + 3, dearest["column"] * 24 + 3].tolist() == [253, 231, 37]
    assert np.abs(pixels[2, 2].astype(int) - (68, 1, 84)).max() < 4, "nobody is surprised by an empty corner"


def test_colours_are_told_by_their_entry(run: Run, save: Save, palette: Manifest) -> None:
    colours = np.array(palette.image.palette, np.uint8)
    entries = np.random.default_rng(0).integers(0, 64, (16, 16))
    assert run("examine", PALETTE, save("face.png", colours[entries]), "-o", "maps.npz").code == 0
    with np.load("maps.npz") as file:
        np.testing.assert_array_equal(file["levels"], entries)
        assert file["distribution"].shape == (16, 16, 64)


def test_at_temperature_0_a_surprise_has_no_end(run: Run, save: Save, ink: Manifest, digit: np.ndarray) -> None:
    said = run("examine", INK, save("digit.png", digit), "--temperature", 0, "-o", "bits.png", "--json")
    assert said.code == 0 and said.value["bits"] is None and said.value["most_surprising"][0]["p"] == 0
    assert run("examine", INK, save("digit.png", digit), "--temperature", 0).code == 0


# --- influence --------------------------------------------------------------------------------------------------------


def test_a_receptive_field_and_its_blind_spot(run: Run, save: Save, digit: np.ndarray) -> None:
    words = ("influence", STACKED, save("digit.png", digit), "--pixel", "6,14")
    value = run(*words, "-o", "field.npz", "--json").value
    nats = np.array(value["nats"])
    assert value["pixel"] == [6, 14] and value["causal"] and nats.shape == (28, 28)
    assert (
        value["receptive_field"] == (nats > 0).sum() and value["blind"] == (nats.reshape(-1)[: 6 * 28 + 14] == 0).sum()
    )
    assert nats[5, 17] > 0 and nats[5, 18] == 0, "the blind spot begins there"
    with np.load("field.npz") as file:
        np.testing.assert_allclose(file["nats"], nats, rtol=1e-6)
        assert file["pixel"].tolist() == [6, 14]
    said = run(*words, "-o", "field.png")
    assert said.code == 0
    assert f"{value['receptive_field']} pixels move" in said.out and f"blind: {value['blind']} pixels" in said.out
    assert "causal: yes" in said.out and "the pixel is white" in said.out
    with Image.open("field.png") as file:
        pixels = np.asarray(file.convert("RGB"))[12::24, 12::24]
    assert pixels[6, 14].tolist() == [255] * 3
    np.testing.assert_array_equal((pixels == 128).all(axis=-1), (nats == 0) & ~at(6, 14))


def at(row: int, column: int) -> np.ndarray:
    here = np.zeros((28, 28), bool)
    here[row, column] = True
    return here


def test_a_model_that_looks_ahead_is_told(
    run: Run, save: Save, digit: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    nats = np.zeros((28, 28), np.float32)
    nats[20, 20] = 0.5
    leaky = Influence(nats=nats, row=6, column=14, orientation="upright", causal=False, blind=182, total_ms=1.0)
    monkeypatch.setattr("engine.cli.probing.Answers.ask", lambda *_: leaky)
    said = run("influence", STACKED, save("digit.png", digit), "--pixel", "6,14")
    assert "causal: NO" in said.out and "worth nothing" in said.out
    assert "strongest: row 20, column 20" in said.out


@pytest.mark.parametrize("given", ["14", "14,", "a,b", "1,2,3", "-1,4", "1.5,2", ""])
def test_a_pixel_is_a_row_and_a_column(run: Run, save: Save, ink: Manifest, digit: np.ndarray, given: str) -> None:
    said = run("influence", INK, save("digit.png", digit), f"--pixel={given}")
    assert said.code == 2 and "ROW,COLUMN" in said.err and said.out == ""


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("influence", INK, "--pixel", "28,0"), "rows 0 to 27"),
        (("influence", INK, "--pixel", "0,28"), "columns 0 to 27"),
        (("influence", "mnist-vae", "--pixel", "0,0"), "one pixel after the other"),
        (("influence", INK), "--pixel"),
        (("examine", "mnist-dcgan"), "one pixel after the other"),
        (("examine", "mnist-classifier"), "draws and scores nothing"),
        (("examine", INK, "--orientation", "sideways"), "'sideways' is no orientation"),
        (("examine", INK, "--temperature", "3"), "outside 0 to 2"),
        (("examine", INK, "--class", "cow"), "'cow' is no class"),
        (("examine", INK, "-o", "maps.jpg"), "no .png or .npz file"),
        (("examine", INK, "-o", "nowhere/maps.npz"), "does not exist"),
    ],
)
def test_what_does_not_fit_is_a_sentence(
    run: Run, save: Save, digit: np.ndarray, words: tuple[str, ...], sentence: str
) -> None:
    verb, model, *more = words
    said = run(verb, model, save("digit.png", digit), *more)
    assert said.code == 2 and sentence in said.err and said.out == ""


def test_transparent_pixels_are_refused(run: Run, save: Save, ink: Manifest, digit: np.ndarray) -> None:
    alpha = np.full_like(digit, 255)
    alpha[3, 3] = 0
    said = run("examine", INK, save("cut.png", np.dstack([digit] * 3 + [alpha])))
    assert said.code == 2 and "wholly known picture" in said.err and "reverie complete" in said.err


def test_ctrl_c_writes_nothing(
    run: Run, save: Save, ink: Manifest, digit: np.ndarray, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def impatient(_: str) -> Iterator[Callable[[float], None]]:
        def stop(fraction: float) -> None:
            raise KeyboardInterrupt

        yield stop

    monkeypatch.setattr(engine.cli.probing, "progress", impatient)
    said = run("influence", INK, save("digit.png", digit), "--pixel", "14,14", "-o", "a.npz", "--json")
    assert said.code == 130 and said.out == "" and not (tmp_path / "a.npz").exists()


# --- maps -------------------------------------------------------------------------------------------------------------


def test_the_map_is_the_windows() -> None:
    values = np.linspace(-0.2, 1.2, 301)
    np.testing.assert_array_equal(magnitudes.viridis(values), app.theme.colormaps.viridis(values))


def test_a_flat_map_is_violet_and_what_has_no_end_is_yellow() -> None:
    assert (magnitudes.bits_map(np.zeros((2, 2))) == (68, 1, 84)).all()
    assert magnitudes.bits_map(np.array([[0.0, 1.0, np.inf]]))[0, 2].tolist() == [253, 231, 37]
    assert magnitudes.bits_map(np.array([[0.0, np.inf]]))[0].tolist() == [[68, 1, 84], [253, 231, 37]]


def test_influence_rises_with_its_logarithm() -> None:
    nats = np.array([[0.0, TOLERANCE, TOLERANCE * 10, TOLERANCE * 100, 0.0]])
    image = magnitudes.influence_map(nats, 0, 4, TOLERANCE)
    assert image.dtype == np.uint8
    expected = [[128] * 3, [68, 1, 84], magnitudes.viridis(np.array(0.5)).tolist(), [253, 231, 37], [255] * 3]
    assert image[0].tolist() == expected
    assert (magnitudes.influence_map(np.zeros((2, 2)), 1, 1, TOLERANCE)[0] == 128).all()
