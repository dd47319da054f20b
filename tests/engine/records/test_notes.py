"""Notes come back as they went out; what is broken, foreign or newer is refused in a sentence."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.contracts.requests import MAX_PLACE, SampleImages
from engine.errors import FileError
from engine.records import completion_note, latent_note, sample_note
from engine.records.completion_note import CompletionNote
from engine.records.latent_note import LatentNote
from engine.records.provenance import made_with, pixels_sha256
from engine.records.sample_note import SampleNote

DIGESTS = {"generator": "ab" * 32}


def drawn(**changes: Any) -> SampleNote:
    request = SampleImages(
        model="toy", count=1, first=700, seed=5, temperature=0.9, class_name="bag", orientation="auto", truncation=0.7
    )
    values = {"request": request, "place": 700, "digests": DIGESTS, "made_with": made_with(), "sha256": "0" * 64}
    return SampleNote(**(values | {"resolved": {"class": "bag"}} | changes))


def completed(**changes: Any) -> CompletionNote:
    rng = np.random.default_rng(0)
    pixels, state = rng.integers(0, 256, (5, 6, 3), np.uint8), rng.integers(0, 3, (5, 6), np.uint8)
    values = {"model": "toy", "parameters": {"count": 3, "seed": 9}, "pixels": pixels, "state": state, "index": 2}
    return CompletionNote(**(values | {"digests": DIGESTS, "made_with": made_with(), "sha256": "1" * 64} | changes))


def decoded(**changes: Any) -> LatentNote:
    z = np.random.default_rng(0).standard_normal((2, 3)).astype(np.float32)
    values = {"model": "toy", "z": z, "parameters": {"seed": 1}, "class_names": ("a", "b"), "digests": DIGESTS}
    return LatentNote(**(values | {"made_with": made_with(), "sha256": "2" * 64, "map": {"x": 1}} | changes))


def fields(value: Any) -> dict[str, Any]:
    own = {f.name: getattr(value, f.name) for f in dataclasses.fields(value)}
    return {k: v.tolist() if isinstance(v, np.ndarray) else fields(v) if dataclasses.is_dataclass(v) else v
            for k, v in own.items()}  # fmt: skip


def test_a_sample_s_note_comes_back() -> None:
    assert fields(sample_note.from_text(sample_note.to_text(drawn()))) == fields(drawn())
    assert drawn().index == 0


def test_a_completion_s_note_comes_back() -> None:
    assert fields(completion_note.from_text(completion_note.to_text(completed()))) == fields(completed())


def test_a_latent_note_comes_back() -> None:
    assert fields(latent_note.from_text(latent_note.to_text(decoded()))) == fields(decoded())


def test_each_kind_is_told_from_the_others() -> None:
    texts = sample_note.to_text(drawn()), completion_note.to_text(completed()), latent_note.to_text(decoded())
    told = [
        [sample_note.is_sample_note(text), completion_note.is_completion_note(text), latent_note.is_latent_note(text)]
        for text in texts
    ]
    assert told == np.eye(3, dtype=bool).tolist()
    assert not sample_note.is_sample_note(None)


def test_every_field_of_the_request_is_noted() -> None:
    """Also one that will be added to the request one day."""
    noted = json.loads(sample_note.to_text(drawn()))
    assert {*noted["parameters"], "model"} == {f.name for f in dataclasses.fields(SampleImages)}


def test_what_it_was_made_with() -> None:
    assert set(made_with()) == {"reverie", "onnxruntime", "numpy", "machine"}
    assert all(made_with().values()) and made_with()["numpy"] == np.__version__


def test_the_digest_is_that_of_the_pixels_however_they_lie_in_memory() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (4, 6, 3), np.uint8)
    assert pixels_sha256(pixels) == pixels_sha256(np.asfortranarray(pixels)) != pixels_sha256(pixels[::-1])
    assert pixels_sha256(np.zeros((0, 1), np.uint8)).startswith("e3b0c442")  # of nothing, FIPS 180-4


def changed(**values: Any) -> str:
    return json.dumps(json.loads(sample_note.to_text(drawn())) | values)


def with_field(name: str, value: Any) -> str:
    return changed(parameters=json.loads(sample_note.to_text(drawn()))["parameters"] | {name: value})


@pytest.mark.parametrize(
    "text",
    [
        *("", "{", "[]", "null", "[" * 100_000, "x" * (4 * 2**20 + 1)),
        *(changed(format=2), changed(format=True), changed(request="SampleWall"), changed(request=["SampleImages"])),
        *(changed(model=""), changed(model=3), changed(model="m" * 1001), changed(parameters=[])),
        *(changed(place=699), changed(place=701), changed(place=True), changed(place=None)),
        *(changed(sha256="ab"), changed(sha256="G" * 64)),
        *(with_field("spiciness", 3), with_field("count", 0), with_field("count", 4097), with_field("count", 1.0)),
        *(with_field("seed", -1), with_field("temperature", float("nan")), with_field("temperature", 10**400)),
        *(with_field("truncation", "1"), with_field("class_name", 3), with_field("first", MAX_PLACE + 1)),
        *(with_field("first", True), with_field("class_name", "x" * 1001), with_field("orientation", None)),
    ],
)  # fmt: skip
def test_what_is_no_note_of_a_sample_is_refused_in_words(text: str) -> None:
    with pytest.raises(FileError) as refused:
        sample_note.from_text(text)
    assert refused.value.problem.startswith("The picture's Reverie note is")
    assert "plain picture" in refused.value.remedy


def test_keys_of_a_later_version_are_ignored() -> None:
    assert fields(sample_note.from_text(changed(weather="fine"))) == fields(drawn())


def test_fields_that_an_earlier_version_did_not_have_are_as_they_were_without() -> None:
    parameters = {"count": 1, "first": 700}
    values = json.loads(changed(parameters=parameters))
    for name in ("digests", "made_with", "sha256", "resolved"):
        del values[name]
    note = sample_note.from_text(json.dumps(values))
    assert fields(note.request) == fields(SampleImages(model="toy", count=1, first=700)) and note.sha256 == ""


KEYS = st.sampled_from(
    ["format", "request", "model", "parameters", "place", "digests", "sha256", "made_with", "count", "first", "seed"]
)


@given(
    st.dictionaries(
        KEYS,
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=8),
            max_leaves=12,
        ),
    )
)
def test_any_json_is_a_note_or_a_sentence(values: dict[str, Any]) -> None:
    try:
        sample_note.from_text(changed(**values))
    except FileError as refused:
        assert refused.problem and refused.remedy
