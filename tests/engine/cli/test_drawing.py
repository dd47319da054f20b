"""`reverie sample` and `reverie complete`: the pictures, the files, and what they carry."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import engine.cli.sampling
from app.documents.request_record import from_text
from engine.contracts.manifest import Manifest

Run = Callable[..., Any]
Save = Callable[[str, np.ndarray], Path]
INK, PALETTE = "mnist-gated-pixelcnn", "portraits-gated-pixelcnn"


def test_arrays_of_samples(run: Run, ink: Manifest, tmp_path: Path) -> None:
    said = run("sample", INK, "-n", 2, "--seed", 5, "--class", 3, "-o", "a.npz", "--json")
    assert said.code == 0
    assert said.value["request"]["class_name"] == "3"
    assert said.value["resolved"] == {"orientation": "upright", "method": "raster"}
    with np.load(tmp_path / "a.npz") as file:
        assert file["images"].shape == (2, 28, 28, 1)
        assert set(np.unique(file["images"])) == {0, 255}
        assert file["labels"].tolist() == [3, 3]
        assert said.value["log_prob_nats"] == pytest.approx(file["log_prob"].sum(axis=(1, 2)).tolist(), abs=1e-2)


def test_told_no_class_the_arrays_say_what_each_was_drawn_as(run: Run, ink: Manifest, tmp_path: Path) -> None:
    """The same noise told that class is the same picture."""
    assert run("sample", INK, "-n", 6, "--seed", 5, "-o", "any.npz").code == 0
    with np.load(tmp_path / "any.npz") as file:
        images, labels = file["images"], file["labels"]
    assert len(set(labels.tolist())) >= 5, "handed out evenly"
    assert run("sample", INK, "-n", 6, "--seed", 5, "--class", str(labels[0]), "-o", "one.npz").code == 0
    with np.load(tmp_path / "one.npz") as file:
        assert np.array_equal(file["images"][0], images[0]) and not np.array_equal(file["images"][1], images[1])


def test_the_seed_makes_the_picture_however_many_are_drawn(run: Run, palette: Manifest, tmp_path: Path) -> None:
    run("sample", PALETTE, "-n", 1, "--seed", 7, "-o", "one.npz")
    run("sample", PALETTE, "-n", 3, "--seed", 7, "-o", "three.npz")
    run("sample", PALETTE, "-n", 1, "--seed", 8, "-o", "other.npz")
    one, three, other = (np.load(tmp_path / f"{name}.npz")["images"] for name in ("one", "three", "other"))
    assert np.array_equal(one[0], three[0])
    assert not np.array_equal(one, other)


@pytest.mark.parametrize("side", ["top", "bottom", "left", "right"])
def test_the_given_half_is_kept(
    run: Run, save: Save, ink: Manifest, digit: np.ndarray, tmp_path: Path, side: str
) -> None:
    said = run("complete", INK, save("digit.png", digit), "--observed", side, "-n", 2, "-o", "a.npz", "--json")
    assert said.code == 0
    with np.load(tmp_path / "a.npz") as file:
        observed, images = file["observed"], file["images"]
    half = {"top": observed[:14], "bottom": observed[14:], "left": observed[:, :14], "right": observed[:, 14:]}[side]
    assert half.all()
    assert observed.sum() == half.size
    assert (images[:, observed, 0] == digit[observed]).all()
    assert said.value["drawn_pixels"] == 28 * 14
    assert said.value["unused_pixels"] == 0, "there is an orientation for every half"


def test_a_mask_says_what_is_given(run: Run, save: Save, ink: Manifest, digit: np.ndarray, tmp_path: Path) -> None:
    mask = np.random.default_rng(0).random(digit.shape) < 0.4
    light = save("mask.png", np.where(mask, 250, 5).astype(np.uint8))
    told = ("complete", INK, save("digit.png", digit), "--observed", light, "-n", 1, "-o", "a.npz")
    said = run(*told, "--method", "raster")
    assert said.code == 0
    assert "raster order could not use" in said.err
    said = run(*told, "--particles", 16, "--runs", 2, "--json")
    assert said.code == 0 and said.err == ""
    assert said.value["resolved"]["method"] == "particles" and said.value["unused_pixels"] == 0
    assert said.value["particles"]["each"] == 8 and len(said.value["particles"]["log_evidence_nats"]) == 2
    assert 1 <= said.value["particles"]["distinct"] <= 16 and 1 <= said.value["particles"]["lowest_ess"] <= 8
    with np.load(tmp_path / "a.npz") as file:
        assert np.array_equal(file["observed"], mask)
        assert (file["images"][0, mask, 0] == digit[mask]).all()


def test_transparency_says_what_is_unknown_and_the_window_reads_it(
    run: Run, save: Save, palette: Manifest, tmp_path: Path
) -> None:
    colors = np.array(palette.image.palette, np.uint8)[np.arange(256).reshape(16, 16) % 64]
    alpha = np.full((16, 16, 1), 255, np.uint8)
    alpha[4:7, 3:12] = 0
    said = run("complete", PALETTE, save("face.png", np.concatenate([colors, alpha], 2)), "-n", 2, "-o", "a.png")
    assert said.code == 0
    with Image.open(tmp_path / "a.png") as sheet:
        record = from_text(sheet.text["reverie"])
    known = alpha[..., 0] > 0
    assert np.array_equal(record.document.observed, known)
    assert np.array_equal(record.document.pixels[known], colors[known])
    assert record.resolved["orientation"] in palette.orientations


def test_a_larger_picture_is_fitted_when_that_is_asked_for(
    run: Run, save: Save, ink: Manifest, digit: np.ndarray, tmp_path: Path
) -> None:
    large = save("large.png", digit.repeat(3, axis=0).repeat(3, axis=1))
    refused = run("complete", INK, large, "--observed", "top", "-o", "a.npz")
    assert refused.code == 2
    assert "84 x 84" in refused.err
    assert run("complete", INK, large, "--observed", "top", "--fit", "nearest", "-n", 1, "-o", "a.npz").code == 0
    with np.load(tmp_path / "a.npz") as file:
        assert np.array_equal(file["images"][0, :14, :, 0], digit[:14])


def test_given_greys_are_rounded_with_a_remark(run: Run, save: Save, ink: Manifest, digit: np.ndarray) -> None:
    digit[6, 12] = 100
    said = run("complete", INK, save("grey.png", digit), "--observed", "top", "-n", 1, "-o", "a.npz")
    assert said.code == 0
    assert "1 given pixels had values between" in said.err


def test_ctrl_c_leaves_the_old_file_and_no_half_of_a_new_one(
    run: Run, ink: Manifest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.npz").write_bytes(b"old")

    @contextmanager
    def impatient(_: str) -> Iterator[Callable[[float], None]]:
        def stop(fraction: float) -> None:
            raise KeyboardInterrupt

        yield stop

    monkeypatch.setattr(engine.cli.sampling, "progress", impatient)
    said = run("sample", INK, "-n", 64, "-o", "a.npz", "--json")
    assert said.code == 130
    assert said.out == ""
    assert [p.name for p in tmp_path.iterdir()] == ["a.npz"]
    assert (tmp_path / "a.npz").read_bytes() == b"old"
