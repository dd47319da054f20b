"""What `reverie bench completion` completes: which pictures, and what is given of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.cli import completion_cases as cases
from engine.contracts.manifest import Manifest
from engine.errors import FileError, RequestError

SHIPPED = Path(__file__).resolve().parents[3] / "onnx_models"


def test_pictures_are_spread_evenly_over_the_classes() -> None:
    labels = np.array([2, 2, 0, 1, 2, 0, 1, 0])
    assert cases.evenly(labels, 5).tolist() == [2, 3, 0, 5, 6]
    assert labels[cases.evenly(labels, 6)].tolist() == [0, 1, 2, 0, 1, 2]
    assert sorted(cases.evenly(labels, 99).tolist()) == list(range(8))
    assert cases.evenly(np.full(4, -1), 2).tolist() == [0, 1]


@pytest.mark.parametrize("mask", [mask for mask in cases.MASKS if mask != cases.NOTHING])
def test_masks_are_given_in_part_and_always_the_same(mask: str) -> None:
    for size in (16, 28):
        given = cases.observed(mask, size, size, 3)
        assert given.shape == (size, size) and given.dtype == bool and 0 < given.sum() < size * size
        assert (given == cases.observed(mask, size, size, 3)).all()
        assert (mask == "scattered") != bool((given == cases.observed(mask, size, size, 4)).all())


def test_what_each_mask_gives() -> None:
    scattered = np.stack([cases.observed("scattered", 28, 28, n) for n in range(200)])
    assert scattered.mean() == pytest.approx(0.2, abs=0.005)
    frame, ring = (cases.observed(mask, 28, 28, 0) for mask in ("frame", "ring"))
    assert not frame[7:21, 7:21].any() and (~frame).sum() == 14 * 14
    assert not ring[frame].any() and not ring[11:17, 11:17].any() and ring.sum() == 14 * 14 - 6 * 6
    hair, clothes = cases.observed("hair", 16, 16, 0), cases.observed("clothes", 16, 16, 0)
    assert hair[:5].all() and not hair[5:, 4:12].any() and hair[5:13, :4].all() and not hair[13:].any()
    assert clothes[13:].all() and not clothes[:13].any()
    assert cases.masks_of("pixel_portraits") == ("hair", "clothes", "scattered")
    assert cases.masks_of("mnist") == ("scattered", "ring", "frame", "bottom", "right")


def test_a_hole_lies_on_a_stroke(digit: np.ndarray) -> None:
    image = digit[..., None]
    for number in range(10):
        given = cases.hole(image, 11, number)
        rows, columns = np.nonzero(~given)
        assert len(rows) == 11 and digit[~given].any()
        assert np.ptp(rows) <= 4 and np.ptp(columns) <= 4
    assert len({cases.hole(image, 11, number).tobytes() for number in range(10)}) > 5
    assert (~cases.hole(np.zeros((8, 8, 1), np.uint8), 3, 0)).sum() == 3


def write(folder: Path, count: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(5)
    grey, labels = rng.integers(0, 256, (count, 28, 28)).astype(np.uint8), rng.integers(0, 3, count).astype(np.uint8)
    np.savez(folder / "mnist.npz", x_test=grey, y_test=labels)
    return grey, labels


def test_digits_are_binarized_as_for_the_models_figures(
    ink: Manifest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    grey, labels = write(tmp_path, 40)
    monkeypatch.setenv("REVERIE_DATA", str(tmp_path))
    whole = cases.test_pictures(ink, [SHIPPED])
    expected = np.random.default_rng(1234).random(grey.shape) < grey / 255
    assert (whole.images[..., 0] == 255 * expected).all() and (whole.labels == labels).all()
    assert (whole.originals[..., 0] == grey).all()
    half = cases.second_half(whole, 6)
    assert half.labels.tolist() == [0, 1, 2, 0, 1, 2] and "evenly over the classes" in half.source
    first = 20 + int(np.flatnonzero(labels[20:] == 0)[0])
    assert (half.images[0] == whole.images[first]).all()
    assert len(cases.second_half(whole, 200)) == 20


def test_a_file_that_lies_about_its_classes_is_refused(
    ink: Manifest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    np.savez(tmp_path / "mnist.npz", x_test=np.zeros((3, 28, 28), np.uint8), y_test=np.zeros(2, np.uint8))
    monkeypatch.setenv("REVERIE_DATA", str(tmp_path))
    with pytest.raises(FileError, match="class of every picture"):
        cases.test_pictures(ink, [SHIPPED])


def test_portraits_are_the_files_last(palette: Manifest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    idx = np.random.default_rng(1).integers(0, 64, (2010, 16, 16)).astype(np.uint8)
    np.savez(tmp_path / "pixel_portraits.npz", idx=idx)
    monkeypatch.setenv("REVERIE_DATA", str(tmp_path))
    whole = cases.test_pictures(palette, [SHIPPED])
    colours = np.array(palette.image.palette, np.uint8)
    assert len(whole) == 2000 and (whole.images == colours[idx[10:]]).all() and (whole.labels == -1).all()
    assert "evenly" not in cases.second_half(whole, 4).source


@pytest.mark.parametrize("folder", ["", "nowhere"])
def test_without_the_data_set_there_are_the_pictures_that_ship(
    ink: Manifest, palette: Manifest, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    monkeypatch.setenv("REVERIE_DATA", folder)
    whole = cases.test_pictures(ink, [SHIPPED])
    assert len(whole) == 1000 and (whole.labels == -1).all() and "a small part of the test set" in whole.source
    assert set(np.unique(whole.images)) == {0, 255} and len(np.unique(whole.originals)) > 100
    with pytest.raises(RequestError) as refused:
        cases.test_pictures(palette, [SHIPPED])
    assert "REVERIE_DATA" in refused.value.remedy
