"""What a note asks for, which pictures a file shows, and what is said of the two."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine.contracts.manifest import GraphSpec, ImageSpec, Manifest
from engine.contracts.requests import CompleteImage, DecodeLatents, SampleImages
from engine.errors import FileError, ModelNotFound
from engine.records import completion_note, latent_note, sample_note
from engine.records.completion_note import CompletionNote
from engine.records.latent_note import LatentNote
from engine.records.provenance import pixels_sha256
from engine.records.replaying import Replay, request_of, verdict
from engine.records.sample_note import SampleNote
from engine.records.sheet_pictures import alone, on_sheet

RNG = np.random.default_rng(0)
MADE = RNG.integers(0, 256, (6, 4, 3, 3), np.uint8)
NOW = {"reverie": "1", "onnxruntime": "2", "numpy": "3", "machine": "loom"}
TOY = Manifest(
    **dict.fromkeys(("id", "title", "architecture", "data", "data_title"), "toy"), family="gan",
    image=ImageSpec(height=4, width=3, channels=3, levels=256),
    graphs={"generator": GraphSpec(file="g.onnx", sha256="ab", inputs={}, outputs={})},
)  # fmt: skip
MODELS = (TOY,)


def sheet(images: np.ndarray, columns: int, gap: int, times: int) -> np.ndarray:
    """Drawn by another hand than the one that cuts."""
    count, height, width, channels = images.shape
    rows = -(-count // columns)
    high, wide = height * times + gap, width * times + gap
    out = np.full((rows * high + gap, columns * wide + gap, channels), 128, np.uint8)
    for row in range(rows):
        for column in range(columns):
            if row * columns + column < count:
                block = np.kron(images[row * columns + column], np.ones((times, times, 1), np.uint8))
                out[row * high + gap :, column * wide + gap :][: height * times, : width * times] = block
    return out


def replay(**changes: Any) -> Replay:
    request = SampleImages(model="toy", count=6)
    values: dict[str, Any] = {"request": request, "manifest": TOY, "index": None, "made_with": NOW}
    return Replay(**(values | {"digests": {"generator": "ab"}, "sha256": pixels_sha256(MADE)} | changes))


@pytest.mark.parametrize(
    ("columns", "gap", "times"), [(3, 2, 1), (2, 1, 1), (6, 0, 1), (4, 1, 5), (1, 2, 3), (3, 0, 2)]
)
def test_sheets_of_any_layout_are_cut(columns: int, gap: int, times: int) -> None:
    found = [np.array_equal(way, MADE) for way in on_sheet(sheet(MADE, columns, gap, times), (4, 3, 3), 6)]
    assert any(found)
    assert verdict(replay(), MADE, sheet(MADE, columns, gap, times), NOW).identical


@pytest.mark.parametrize("times", [1, 2, 7])
def test_a_picture_alone(times: int) -> None:
    saved = sheet(MADE[2:3], 1, 0, times)
    assert verdict(replay(index=2), MADE, saved, NOW).identical
    found = verdict(replay(index=1), MADE, saved, NOW)
    assert not found.identical and found.pixels == 12


def test_files_are_of_three_or_four_channels_also_where_the_model_has_one() -> None:
    grey = MADE[..., :1]
    saved = np.repeat(grey[0], 3, axis=2)
    opaque = np.concatenate([saved, np.full((4, 3, 1), 255, np.uint8)], axis=2)
    for file in (grey[0], saved, opaque):
        assert verdict(replay(index=0), grey, file, NOW).identical
    tinted = saved.copy()
    tinted[0, 0, 0] ^= 1
    assert alone(tinted, (4, 3, 1)) is None


def test_blocks_that_are_not_of_one_colour_are_no_picture() -> None:
    saved = sheet(MADE[:1], 1, 0, 3)
    saved[1, 1] ^= 1
    assert alone(saved, (4, 3, 3)) is None
    with pytest.raises(FileError, match="does not show the pictures"):
        verdict(replay(index=0), MADE, saved, NOW)


def test_how_many_pixels_differ_and_by_how_much() -> None:
    saved = MADE[0].copy()
    saved[1, 1, 0] = saved[1, 1, 0] + 9 if saved[1, 1, 0] < 200 else saved[1, 1, 0] - 9
    saved[2, 0, 1] = saved[2, 0, 1] + 4 if saved[2, 0, 1] < 200 else saved[2, 0, 1] - 4
    saved[2, 0, 2] ^= 1
    found = verdict(replay(index=0, sha256=pixels_sha256(saved)), MADE, saved, NOW)
    assert (found.differing, found.pixels, found.largest, found.altered) == (2, 12, 9, False)
    assert found.sentence.startswith("2 of 12 pixels differ, by up to 9 of 255, although model, runtime and machine")
    told = verdict(replay(index=0), MADE, saved, NOW)
    assert told.altered and "changed after it was saved" in told.sentence


def test_what_is_otherwise_than_it_was_is_named() -> None:
    then = {"reverie": "1", "onnxruntime": "1.9", "numpy": "3", "machine": "abacus", "weather": "fine"}
    found = verdict(replay(made_with=then, digests={"generator": "cd"}), MADE[::-1], sheet(MADE, 3, 1, 1), NOW)
    assert found.changed == (
        "the model's generator is another",
        "the machine is loom and was abacus",
        "ONNX Runtime is 2 and was 1.9",
    )
    assert all(words in found.sentence for words in found.changed)
    same = verdict(replay(made_with=then), MADE, sheet(MADE, 3, 1, 1), NOW)
    assert same.identical and "although the machine" in same.sentence
    assert verdict(replay(made_with={}, digests={}), MADE, sheet(MADE, 3, 1, 1), NOW).changed == ()


def test_what_is_see_through_was_not_finished() -> None:
    saved = np.concatenate([MADE[0], np.full((4, 3, 1), 254, np.uint8)], axis=2)
    with pytest.raises(FileError, match="see-through"):
        verdict(replay(index=0), MADE, saved, NOW)


def drawn(**changes: Any) -> SampleNote:
    request = SampleImages(model="toy", count=1, first=7, seed=3)
    return SampleNote(**({"request": request, "place": 7, "sha256": "ab" * 32, "made_with": NOW} | changes))


def test_the_request_of_a_sample() -> None:
    found = request_of(sample_note.to_text(drawn()), MODELS)
    assert isinstance(found.request, SampleImages)
    assert (found.request.first, found.request.seed, found.index, found.manifest) == (7, 3, 0, TOY)
    assert (found.sha256, dict(found.made_with)) == ("ab" * 32, NOW)


def test_the_request_of_a_sheet_of_samples() -> None:
    text = sample_note.to_text(drawn(request=SampleImages(model="toy", count=9, first=7)))
    assert request_of(text, MODELS).index is None


def completed(**changes: Any) -> str:
    state = np.zeros((4, 3), np.uint8)
    state[0], state[1] = 1, 2
    values: dict[str, Any] = {"model": "toy", "parameters": {"count": 3, "seed": 9, "orientation": "auto"}, "index": 2}
    values |= {"pixels": MADE[0], "state": state, "resolved": {"orientation": "rotate", "method": "raster"}}
    return completion_note.to_text(CompletionNote(**(values | {"sha256": "cd", "made_with": NOW} | changes)))


def test_the_request_of_a_completion_is_in_the_order_that_was_taken() -> None:
    found = request_of(completed(), MODELS)
    assert isinstance(found.request, CompleteImage)
    assert found.request.orientation == "rotate" and found.index == 2 and found.request.seed == 9
    assert found.request.method == "raster", "what auto was then, whatever it would be now"
    assert found.request.observed.tolist() == [[True] * 3] * 2 + [[False] * 3] * 2
    np.testing.assert_array_equal(found.request.pixels, MADE[0])


def test_what_was_painted_on_since_no_request_makes() -> None:
    with pytest.raises(FileError, match="painted on since"):
        request_of(completed(sha256=""), MODELS)
    assert request_of(completed(sha256="", made_with={}), MODELS).index == 2  # of an earlier version


def test_the_request_of_points() -> None:
    z = RNG.standard_normal((2, 3)).astype(np.float32)
    note = LatentNote(model="toy", z=z, parameters={"output": "draw", "seed": 4}, class_names=("a", "b"))
    found = request_of(latent_note.to_text(note), MODELS)
    assert isinstance(found.request, DecodeLatents)
    assert (found.request.output, found.request.seed, found.request.class_names) == ("draw", 4, ("a", "b"))
    assert found.index is None
    np.testing.assert_array_equal(found.request.z, z)
    one = request_of(latent_note.to_text(replace(note, z=z[:1], class_names=())), MODELS)
    assert one.index == 0


def test_one_request_makes_no_map() -> None:
    note = LatentNote(model="toy", z=np.zeros((1, 2), np.float32), map={"rect": [0, 0, 1, 1]})
    with pytest.raises(FileError, match="map of latent space"):
        request_of(latent_note.to_text(note), MODELS)


def test_the_model_has_to_be_installed() -> None:
    with pytest.raises(ModelNotFound, match="made with toy, which is not installed"):
        request_of(sample_note.to_text(drawn()), ())


@pytest.mark.parametrize("text", ["", "{}", '{"format":1,"request":"SampleWall"}', '"request":"CompleteImage"'])
def test_what_is_no_note_is_a_sentence(text: str) -> None:
    with pytest.raises(FileError):
        request_of(text, MODELS)
