"""`reverie encode`, `decode`, `sample`, `score` and `self-test` of small models with a latent space."""

from __future__ import annotations

import json
import math
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from engine.cli.answers import Answers
from engine.contracts.requests import BoundImages, DecodeLatents, EncodeImages, ScoreImages
from engine.numerics.latents import normal_grid, plain_grid

Run = Callable[..., Any]
TOYS = Path(__file__).resolve().parents[1] / "latent_models"


@pytest.fixture
def toys(run: Run) -> Run:
    """``toys("encode", "linear", ...)``: a command on the small models."""
    return lambda *words, folders=(TOYS,): run(*words, folders=folders)


@pytest.fixture
def digits(tmp_path: Path) -> np.ndarray:
    """Five ink pictures for the model 'ink', also in digits.npz."""
    images = (255 * (np.random.default_rng(0).random((5, 6, 5, 1)) < 0.4)).astype(np.uint8)
    np.savez(tmp_path / "digits.npz", images=images)
    return images


def ask(request: Any) -> Any:
    with Answers((TOYS,)) as engine:
        return engine.ask(request)


def note(path: Path) -> dict[str, Any]:
    with Image.open(path) as sheet:
        return json.loads(sheet.text["reverie"])  # type: ignore[no-any-return]


# --- encode and decode -----------------------------------------------------------------------------------------------


def test_encoding_writes_what_the_engine_answers(toys: Run, digits: np.ndarray, tmp_path: Path) -> None:
    said = toys("encode", "ink", "digits.npz", "-o", "codes.npz", "--json")
    assert said.code == 0
    expected = ask(EncodeImages(model="ink", pixels=digits))
    with np.load(tmp_path / "codes.npz") as file:
        for name in ("mu", "log_var", "kl", "reconstruction"):
            np.testing.assert_array_equal(file[name], getattr(expected, name))
        np.testing.assert_array_equal(file["images"], digits)
        assert file["names"].tolist() == [f"digits.npz[{i}]" for i in range(5)]
    assert said.value["n"] == 5 and said.value["dim"] == 3
    assert said.value["kl_nats"] == pytest.approx(expected.kl.sum(axis=1).tolist(), rel=1e-4)
    assert len(said.value["kl_nats_per_dim"]) == 3


def test_codes_decode_to_the_reconstructions(toys: Run, digits: np.ndarray, tmp_path: Path) -> None:
    toys("encode", "ink", "digits.npz", "-o", "codes.npz")
    assert toys("decode", "ink", "--z", "codes.npz", "-o", "back.npz").code == 0
    with np.load(tmp_path / "codes.npz") as codes, np.load(tmp_path / "back.npz") as back:
        np.testing.assert_array_equal(back["images"], codes["reconstruction"])
        np.testing.assert_array_equal(back["z"], codes["mu"])


def test_an_autoencoders_codes_have_no_spread(toys: Run, tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", images=np.full((2, 4, 3, 1), 99, np.uint8))
    said = toys("encode", "codes", "a.npz", "-o", "codes.npz", "--json")
    assert said.code == 0 and "kl_nats" not in said.value
    with np.load(tmp_path / "codes.npz") as file:
        assert set(file.files) == {"mu", "reconstruction", "images", "names"}


def test_pictures_are_fitted_as_told(toys: Run, tmp_path: Path) -> None:
    Image.fromarray(np.full((6, 5), 200, np.uint8)).save(tmp_path / "grey.png")
    assert toys("encode", "ink", "grey.png", "-o", "a.npz").code == 2
    assert toys("encode", "ink", "grey.png", "--fit", "nearest", "-o", "a.npz").code == 0
    with np.load(tmp_path / "a.npz") as file:
        np.testing.assert_array_equal(
            file["mu"], ask(EncodeImages(model="ink", pixels=np.full((1, 6, 5, 1), 255, np.uint8))).mu
        )


def test_a_grid_of_the_prior_is_a_sheet_that_carries_its_request(toys: Run, tmp_path: Path) -> None:
    said = toys("decode", "linear", "--grid", 4, "-o", "map.png", "--json")
    assert said.code == 0 and said.value["shape"] == [16, 4, 3, 1] and said.value["broken"] == []
    record = note(tmp_path / "map.png")
    np.testing.assert_array_equal(np.array(record["z"], np.float32), normal_grid(4))
    assert record["request"] == "DecodeLatents" and record["model"] == "linear" and set(record["digests"])
    assert record["parameters"] == {"output": "mean", "seed": 0, "class_name": ""}
    again = ask(DecodeLatents(model="linear", z=np.array(record["z"], np.float32))).images
    with Image.open(tmp_path / "map.png") as sheet:
        pixels = np.asarray(sheet)
    scale = (pixels.shape[1] - 2) // 4 - 2
    assert scale % 3 == 0 and pixels.shape[0] == 2 + 4 * (scale // 3 * 4 + 2)
    assert pixels[2, 2] == again[0, 0, 0, 0] and pixels[-3, -3] == again[-1, -1, -1, 0]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--extent", 2], plain_grid(3, 2)),
        (["--layout", "plain"], plain_grid(3, 3)),
        (["--layout", "normal", "--axes", 1, 0], normal_grid(3)[:, ::-1]),
    ],
)
def test_a_grid_is_laid_out_as_told(toys: Run, tmp_path: Path, options: list[Any], expected: np.ndarray) -> None:
    assert toys("decode", "linear", "--grid", 3, *options, "-o", "a.npz").code == 0
    with np.load(tmp_path / "a.npz") as file:
        np.testing.assert_allclose(file["z"], expected)


def test_a_grid_of_many_dimensions_takes_those_of_the_largest_divergence(toys: Run, tmp_path: Path) -> None:
    shutil.copytree(TOYS / "ink", tmp_path / "models" / "ink")
    np.savez(tmp_path / "models" / "ink" / "latents.npz", kl_per_dim=np.array([0.1, 3, 2], np.float32))
    assert toys("decode", "ink", "--grid", 2, "-o", "a.npz", folders=(tmp_path / "models",)).code == 0
    with np.load(tmp_path / "a.npz") as file:
        np.testing.assert_array_equal(file["z"][:, 1:], normal_grid(2))
        assert not file["z"][:, 0].any()


def test_without_a_prior_the_grid_goes_as_far_as_the_codes(toys: Run, tmp_path: Path) -> None:
    folder = tmp_path / "models" / "codes"
    shutil.copytree(TOYS / "codes", folder)
    raw = json.loads((folder / "manifest.json").read_text())
    raw["latent"]["file"] = "latents.npz"
    (folder / "manifest.json").write_text(json.dumps(raw))
    extent = np.array([-8, 4, 1, 3], np.float32)
    np.savez(folder / "latents.npz", density=np.ones((64, 64), np.float32), density_extent=extent)
    assert toys("decode", "codes", "--grid", 2, "-o", "a.npz", folders=(tmp_path / "models",)).code == 0
    with np.load(tmp_path / "a.npz") as file:
        assert file["z"].tolist() == [[-8, 3], [4, 3], [-8, 1], [4, 1]]
    assert toys("decode", "codes", "--grid", 1, "--extent", 1, "-o", "a.npz").code == 0


def test_a_draw_is_the_engines(toys: Run, tmp_path: Path) -> None:
    np.save(tmp_path / "z.npy", np.array([0.5, -0.5, 0.0]))
    assert toys("decode", "ink", "--z", "z.npy", "--draw", "--seed", 4, "-o", "a.npz").code == 0
    z = np.array([[0.5, -0.5, 0]], np.float32)
    with np.load(tmp_path / "a.npz") as file:
        expected = ask(DecodeLatents(model="ink", z=z, output="draw", seed=4)).images
        np.testing.assert_array_equal(file["images"], expected)


def test_what_is_broken_or_constant_is_said(toys: Run, tmp_path: Path) -> None:
    np.save(tmp_path / "z.npy", np.array([[-1.0, 0], [1, 0], [-2, 0]]))
    said = toys("decode", "torn", "--z", "z.npy", "-o", "a.png", "--json")
    assert said.code == 0 and said.value["broken"] == [0, 2] and said.value["constant"] == [1]
    assert "no numbers for 2 pictures, shown in flat grey: 0, 2" in said.err
    assert "1 picture with one value everywhere" in said.err


def test_reconstructions_that_are_no_numbers_are_said(toys: Run, tmp_path: Path) -> None:
    folder = tmp_path / "models" / "codes"
    shutil.copytree(TOYS / "codes", folder)
    shutil.copy(TOYS / "torn" / "decoder.onnx", folder / "decoder.onnx")
    raw, torn = (json.loads((path / "manifest.json").read_text()) for path in (folder, TOYS / "torn"))
    raw["graphs"]["decoder"] = torn["graphs"]["decoder"]
    (folder / "manifest.json").write_text(json.dumps(raw))
    images = np.random.default_rng(0).integers(0, 256, (6, 4, 3, 1), dtype=np.uint8)
    np.savez(tmp_path / "a.npz", images=images)
    said = toys("encode", "codes", "a.npz", "-o", "codes.npz", "--json", folders=(tmp_path / "models",))
    with np.load(tmp_path / "codes.npz") as file:
        broken = np.flatnonzero(file["mu"][:, 0] < 0).tolist()
    assert 0 < len(broken) < 6 and said.code == 0
    assert said.value["broken"] == broken and said.value["constant"] == [i for i in range(6) if i not in broken]
    assert f"no numbers for {len(broken)} picture" in said.err and "with one value everywhere" in said.err


def test_a_class_by_name_or_number(toys: Run, told: Path, tmp_path: Path) -> None:
    np.save(tmp_path / "z.npy", np.zeros((1, 3)))
    shown = []
    for given in ("cow", 2, "bee"):
        assert toys("decode", "told", "--z", "z.npy", "--class", given, "-o", "a.npz", folders=(told,)).code == 0
        assert toys("sample", "told", "-n", 1, "--class", given, "-o", "b.npz", folders=(told,)).code == 0
        with np.load(tmp_path / "a.npz") as a, np.load(tmp_path / "b.npz") as b:
            shown.append(np.stack([a["images"][0], b["images"][0]]))
    np.testing.assert_array_equal(shown[0], shown[1])
    assert (shown[1] != shown[2]).any()


@pytest.mark.parametrize("shortest", [1, 4])
def test_more_than_a_sheet_can_carry_is_refused_before_it_is_drawn(
    toys: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shortest: int
) -> None:
    monkeypatch.setattr("engine.cli.sheets.MAX_CHARACTERS", 600)
    monkeypatch.setattr("engine.cli.sheets.SHORTEST_NUMBER", shortest)

    def asked(*_: object) -> None:
        raise AssertionError("something was drawn")

    monkeypatch.setattr("engine.cli.latents.Answers", asked)
    said = toys("decode", "linear", "--grid", 9, "-o", "a.png", "--json")
    assert said.code == 2 and "cannot carry 162 latent numbers" in said.value["error"]["problem"]


BAD: list[tuple[list[Any], str]] = [
    (["decode", "linear", "-o", "a.png"], "required"),
    (["decode", "linear", "--grid", 0, "-o", "a.png"], "grid of 0"),
    (["decode", "linear", "--grid", 65, "-o", "a.png"], "grid of 65"),
    (["decode", "linear", "--grid", 2, "--extent", -1, "-o", "a.png"], "extent -1"),
    (["decode", "linear", "--grid", 2, "--extent", "nan", "-o", "a.png"], "extent nan"),
    (["decode", "linear", "--grid", 2, "--axes", 0, 0, "-o", "a.png"], "0 and 0 are not two"),
    (["decode", "linear", "--grid", 2, "--axes", 0, 2, "-o", "a.png"], "0 and 2 are not two"),
    (["decode", "linear", "--grid", 2, "--layout", "normal", "--extent", 2, "-o", "a.png"], "layout 'normal' goes as"),
    (["decode", "linear", "--z", "nan.npy", "--layout", "plain", "-o", "a.png"], "--layout is of a grid"),
    (["decode", "linear", "--z", "nan.npy", "--extent", 2, "-o", "a.png"], "--extent is of a grid"),
    (["decode", "linear", "--z", "nan.npy", "--axes", 0, 1, "-o", "a.png"], "--axes is of a grid"),
    (["decode", "linear", "--z", "nowhere.npy", "-o", "a.png"], "does not exist"),
    (["decode", "linear", "--z", "nowhere.npz", "-o", "a.png"], "does not exist"),
    (["decode", "linear", "--z", "text.npy", "-o", "a.png"], "no readable NPY"),
    (["decode", "linear", "--z", "other.npz", "-o", "a.png"], "holds other"),
    (["decode", "linear", "--z", "words.npy", "-o", "a.png"], "latent vectors are numbers"),
    (["decode", "linear", "--z", "nan.npy", "-o", "a.png"], "vector 0 holds"),
    (["decode", "ink", "--z", "nan.npy", "-o", "a.png"], "takes (N, 3) float32"),
    (["decode", "linear", "--grid", 2, "-o", "a.gif"], "no .png or .npz file"),
    (["decode", "codes", "--grid", 2, "--draw", "-o", "a.png"], "no distribution"),
    (["encode", "linear", "picture.png", "-o", "a.png"], "no .npz file"),
    (["encode", "linear", "nowhere.png", "-o", "a.npz"], "nowhere.png cannot be read"),
    (["encode", "linear", "picture.png", "--seed", -1, "-o", "a.npz"], "outside 0 to"),
    (["encode", "torn", "picture.png", "-o", "a.npz"], "has no encoder"),
    (["sample", "codes", "-o", "a.png"], "has no prior"),
    (["sample", "linear", "--orientation", "auto", "-o", "a.png"], "no raster order"),
    (["sample", "linear", "--class", "left", "-o", "a.png"], "no class to choose"),
    (["complete", "linear", "picture.png", "--observed", "top", "-o", "a.png"], "cannot complete"),
    (["score", "codes", "picture.png"], "has no likelihood"),
    (["score", "normal", "picture.png", "--samples", 5], "scored exactly"),
    (["score", "linear", "picture.png", "--samples", 5001], "outside 1 to 5000"),
    (["score", "linear", "picture.png", "--class", "left"], "has no class"),
]


@pytest.mark.parametrize(("words", "said"), BAD, ids=[f"{w[0]} {s}" for w, s in BAD])
def test_what_cannot_be_is_one_sentence_and_writes_nothing(
    toys: Run, tmp_path: Path, words: list[Any], said: str
) -> None:
    (tmp_path / "text.npy").write_text("no array")
    np.savez(tmp_path / "other.npz", other=np.zeros(2))
    np.save(tmp_path / "words.npy", np.array(["a", "b"]))
    np.save(tmp_path / "nan.npy", np.array([[np.nan, 0]]))
    Image.fromarray(np.full((4, 3), 60, np.uint8)).save(tmp_path / "picture.png")
    before = set(tmp_path.iterdir())
    answer = toys(*words, "--json")
    assert answer.code == 2
    assert said in answer.value["error"]["problem"] and answer.value["error"]["remedy"]
    assert set(tmp_path.iterdir()) == before


# --- sample, score, self-test, models --------------------------------------------------------------------------------


def test_a_vaes_score_is_its_bounds(toys: Run, digits: np.ndarray) -> None:
    said = toys("score", "ink", "digits.npz", "--samples", 20, "--seed", 3, "--json")
    assert said.code == 0 and said.value["samples"] == 20
    expected = ask(BoundImages(model="ink", pixels=digits, samples=20, seed=3))
    assert said.value["mean"]["negative_elbo_nats"] == pytest.approx(-expected.elbo.mean())
    assert said.value["mean"]["negative_iwae_nats"] == pytest.approx(-expected.iwae.mean())
    assert said.value["mean"]["bits_per_dim"] == pytest.approx(-expected.iwae.mean() / 30 / math.log(2))
    assert list(said.value["negative_iwae_nats_by_k"]) == ["1", "2", "5", "10", "20"]
    for image, elbo, kl in zip(said.value["images"], expected.elbo, expected.kl, strict=True):
        assert image["negative_elbo_nats"] == pytest.approx(-elbo) and image["kl_nats"] == pytest.approx(kl)
        assert image["negative_elbo_nats"] == pytest.approx(image["reconstruction_nats"] + image["kl_nats"])
    printed = toys("score", "ink", "digits.npz", "--samples", 20, "--seed", 3).out.splitlines()
    assert len(printed) == 7 and printed[-1].startswith("mean of 5  negative IWAE-20")


def test_few_pictures_get_many_samples_and_many_one(toys: Run, tmp_path: Path) -> None:
    images = np.zeros((101, 6, 5, 1), np.uint8)
    np.savez(tmp_path / "a.npz", images=images)
    assert toys("score", "ink", "a.npz", "--json").value["samples"] == 1
    assert toys("score", "ink", "a.npz", "--limit", 2, "--json").value["samples"] == 500


def test_a_density_has_no_bits(toys: Run, tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", images=np.full((1, 4, 3, 1), 128, np.uint8))
    assert "bits_per_dim" not in toys("score", "linear", "a.npz", "--json").value["mean"]


def test_a_gaussians_score_is_the_engines(toys: Run, tmp_path: Path) -> None:
    images = np.random.default_rng(0).integers(90, 160, (3, 4, 3, 1), dtype=np.uint8)
    np.savez(tmp_path / "a.npz", images=images)
    value = toys("score", "normal", "a.npz", "--json").value
    expected = ask(ScoreImages(model="normal", pixels=images))
    assert [image["nll_nats"] for image in value["images"]] == pytest.approx((-expected.nats).tolist())


@pytest.mark.parametrize(("off_by", "code"), [(0.01, 0), (1.0, 1)])
def test_bounds_against_the_manifest(toys: Run, digits: np.ndarray, tmp_path: Path, off_by: float, code: int) -> None:
    folder = tmp_path / "models" / "ink"
    shutil.copytree(TOYS / "ink", folder)
    words = ("score", "ink", "digits.npz", "--samples", 50, "--against-manifest", "--json")
    none = toys(*words, folders=(tmp_path / "models",))
    assert none.code == 0 and none.value["against_manifest"]["agrees"] is None
    mean = none.value["mean"]
    raw = json.loads((folder / "manifest.json").read_text())
    raw["figures"] = {
        "test_elbo": {"value": mean["negative_elbo_nats"], "unit": "nats", "n": 5},
        "test_iwae": {"value": mean["negative_iwae_nats"] - off_by, "unit": "nats", "n": 5, "samples": 50},
    }
    (folder / "manifest.json").write_text(json.dumps(raw))
    said = toys(*words, folders=(tmp_path / "models",))
    assert said.code == code
    found = said.value["against_manifest"]
    assert found["agrees"] is (code == 0)
    assert found["test_iwae"]["difference_nats"] == pytest.approx(off_by) and "test_elbo" in found
    printed = toys(*words[:-1], folders=(tmp_path / "models",))
    assert ("agrees with" if code == 0 else "is not") in printed.err


def test_models_lists_them(toys: Run) -> None:
    found = {model["id"]: model for model in toys("models", "--json").value["models"]}
    assert found["colours"]["latent"] == {"dim": 2, "prior": "normal", "likelihood": "logistic", "beta": 4.0}
    assert "Autoencoder" in toys("models").out


def test_self_test_passes_them_and_finds_the_torn_one(toys: Run, tmp_path: Path) -> None:
    said = toys("self-test", "--json")
    assert said.code == 1
    failures = said.value["failures"]
    codes = failures.pop("codes")  # linear, so that its own range is wider than what it declares
    assert len(codes) == 1 and "range in manifest.json is 0..1" in codes[0]
    assert failures == {"torn": ["The decoder gives values that are not finite."]}
    assert set(said.value["models"]) == {path.parent.name for path in TOYS.glob("*/manifest.json")}


def test_self_test_finds_other_latents(toys: Run, tmp_path: Path) -> None:
    shutil.copytree(TOYS / "linear", tmp_path / "models" / "linear")
    with (tmp_path / "models" / "linear" / "latents.npz").open("ab") as file:
        file.write(b"\0")
    said = toys("self-test", folders=(tmp_path / "models",))
    assert said.code == 1 and "latents.npz has another SHA-256" in said.err
