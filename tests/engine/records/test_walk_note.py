"""The note of a walk's strip comes back as it went out and says what makes the strip again; what is none is refused."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from engine.contracts.controls import MAX_SEED, NO_TRUNCATION
from engine.contracts.requests import MAX_PLACE, DecodeLatents, SampleImages, parameters
from engine.errors import FileError, ModelNotFound
from engine.records import completion_note, latent_note, sample_note, walk_note
from engine.records.note_text import MAX_CHARACTERS
from engine.records.replaying import request_of, verdict
from engine.records.walk_note import WalkNote, from_text, is_walk_note, to_text
from tests.engine.records.test_replaying import MADE, MODELS, NOW, TOY, sheet

REQUEST = SampleImages(model="toy", count=1, first=700, seed=5, temperature=0.9, class_name="bag", truncation=0.7)
Z = np.random.default_rng(0).standard_normal((6, 3)).astype(np.float32)
NAMES = ("bag", "cap", "shoe") * 2


def note(**changes: Any) -> WalkNote:
    values: dict[str, Any] = {"request": REQUEST, "walk": "classes", "z": Z, "class_names": NAMES}
    values |= {"digests": {"generator": "ab" * 32}, "made_with": NOW, "sha256": "0" * 64}
    return WalkNote(**(values | changes))


DRAWS = (
    dataclasses.replace(REQUEST, temperature=0.0),
    REQUEST,
    dataclasses.replace(REQUEST, class_name="cap", first=701),
)


def drawn(**changes: Any) -> WalkNote:
    """Of a model without a latent space."""
    return note(**({"z": None, "class_names": (), "draws": DRAWS, "walk": "temperature"} | changes))


def told(found: WalkNote) -> dict[str, Any]:
    """All of a note but z, which is compared bit for bit."""
    values = {f.name: getattr(found, f.name) for f in dataclasses.fields(found) if f.name != "z"}
    return values | {"request": parameters(found.request), "draws": [parameters(draw) for draw in found.draws]}


NUMBERS = st.floats(-1e8, 1e8, width=32)
PLAIN = st.text(st.characters(exclude_categories=("Cs",)), max_size=8)


@given(arrays(np.float32, array_shapes(min_dims=2, max_dims=2, max_side=6), elements=NUMBERS), st.data())
def test_a_note_comes_back_bit_for_bit(z: np.ndarray, data: st.DataObject) -> None:
    names = data.draw(st.just(()) | st.tuples(*[PLAIN] * len(z)))
    request = SampleImages(
        model=data.draw(st.text(min_size=1, max_size=8)),
        count=1,
        first=data.draw(st.integers(0, MAX_PLACE)),
        seed=data.draw(st.integers(0, MAX_SEED)),
        temperature=data.draw(st.floats(0.25, 2.0)),
        truncation=data.draw(st.floats(0.25, NO_TRUNCATION)),
        class_name=data.draw(PLAIN),
    )
    before = note(z=z, request=request, class_names=names, walk=data.draw(PLAIN))
    text = to_text(before)
    after = from_text(text)
    assert is_walk_note(text) and told(after) == told(before)
    assert after.z.dtype == np.float32 and after.z.shape == z.shape and after.z.tobytes() == z.tobytes()


@given(st.data())
def test_a_note_with_requests_comes_back_as_it_went_out(data: st.DataObject) -> None:
    temperatures = data.draw(st.lists(st.floats(0.0, 2.0), min_size=1, max_size=5))
    names = data.draw(st.tuples(*[PLAIN] * len(temperatures)))
    places = data.draw(st.tuples(*[st.integers(0, MAX_PLACE)] * len(temperatures)))
    draws = tuple(
        dataclasses.replace(REQUEST, temperature=temperature, class_name=name, first=place)
        for temperature, name, place in zip(temperatures, names, places, strict=True)
    )
    before = drawn(draws=draws)
    text = to_text(before)
    after = from_text(text)
    assert is_walk_note(text) and after.z is None and told(after) == told(before)


def test_only_what_another_request_has_otherwise_is_written() -> None:
    values = json.loads(to_text(drawn()))
    assert values["draws"] == [{"temperature": 0.0}, {}, {"class_name": "cap", "first": 701}]
    assert values["format"] == 2 and "z" not in values and "classes" not in values


EARLIER = (
    '{"classes":["bag","cap"],"digests":{},"format":1,"made_with":{},"model":"toy","parameters":{"class_name":"bag",'
    '"count":1,"first":700,"orientation":"upright","seed":5,"temperature":0.9,"truncation":0.7},'
    '"request":"SampleWalk","sha256":"","walk":"path","z":[[0.5,-1.0],[0.25,2.0]]}'
)


def test_a_note_with_points_is_as_it_was_before_there_were_requests() -> None:
    found = from_text(EARLIER)
    assert found.class_names == ("bag", "cap") and found.draws == () and found.walk == "path"
    np.testing.assert_array_equal(found.z, np.array([[0.5, -1.0], [0.25, 2.0]], np.float32))
    assert to_text(found) == EARLIER, "an earlier program reads what is written today"


def test_it_is_told_from_the_notes_of_other_pictures() -> None:
    text = to_text(note())
    others = (sample_note.is_sample_note, latent_note.is_latent_note, completion_note.is_completion_note)
    assert not any(is_other(text) for is_other in others)
    assert not is_walk_note(None) and not is_walk_note("")
    assert not is_walk_note(sample_note.to_text(sample_note.SampleNote(request=REQUEST, place=700)))
    assert not is_walk_note(latent_note.to_text(latent_note.LatentNote(model="toy", z=Z)))


def changed(**values: Any) -> str:
    return json.dumps(json.loads(to_text(note())) | values)


def without(name: str) -> str:
    values = json.loads(to_text(note()))
    del values[name]
    return json.dumps(values)


def with_field(name: str, value: Any) -> str:
    return changed(parameters=json.loads(to_text(note()))["parameters"] | {name: value})


@pytest.mark.parametrize(
    "text",
    [
        *("", "{", "[]", "null", "7", "[" * 100_000, "x" * (MAX_CHARACTERS + 1), to_text(note())[:-1]),
        *(changed(format=2), changed(format=True), changed(format="1"), changed(request="SampleImages")),
        *(changed(request=["SampleWalk"]), changed(model=""), changed(model=3), changed(model="m" * 1001)),
        *(changed(parameters=[]), changed(parameters=None), changed(z=None), changed(z=[]), changed(z=[[]])),
        *(changed(z=[1.0, 2.0]), changed(z=[[1.0], [1.0, 2.0]]), changed(z=[["1"]]), changed(z=[[True]])),
        *(changed(z=[[float("nan")]]), changed(z=[[float("inf")]]), changed(z=[[10**400]]), changed(z={"0": [1]})),
        *(changed(z=[[0.0]] * 4097), changed(z=[[0.0] * 4097])),
        *(with_field("count", 2), with_field("count", 0), with_field("count", True), with_field("seed", -1)),
        *(with_field("first", MAX_PLACE + 1), with_field("first", 1.5), with_field("spiciness", 3)),
        *(with_field("temperature", 10**400), with_field("truncation", "1"), with_field("class_name", 3)),
        *(with_field("class_name", "x" * 1001), with_field("orientation", None)),
        *(without(name) for name in ("format", "request", "model", "parameters", "z")),
    ],
)  # fmt: skip
def test_what_is_no_note_of_a_walk_is_refused_in_words(text: str) -> None:
    refuses(text)


@pytest.mark.parametrize(
    "draws",
    [
        *(None, [], {}, 7, [3], [None], [[]], [{"count": 2}], [{"count": True}], [{"spiciness": 3}], [{}] * 4097),
        *([{}, {"temperature": "1"}], [{"temperature": -1.0}], [{"first": -1}], [{"first": MAX_PLACE + 1}]),
        *([{"seed": 1.5}], [{"class_name": "x" * 1001}], [{"model": "other"}], [{"orientation": None}]),
    ],
)
def test_requests_that_draw_no_picture_are_refused_in_words(draws: Any) -> None:
    refuses(json.dumps(json.loads(to_text(drawn())) | {"draws": draws}))


def refuses(text: str) -> None:
    with pytest.raises(FileError) as refused:
        from_text(text)
    assert refused.value.problem.startswith("The picture's Reverie note is")
    assert "plain picture" in refused.value.remedy


@pytest.mark.parametrize("name", ["walk", "classes", "digests", "made_with", "sha256"])
def test_what_is_not_needed_to_make_it_again_may_be_missing_or_odd(name: str) -> None:
    for text in (without(name), changed(**{name: 3}), changed(**{name: {"a": 3}}), changed(**{name: [3]})):
        found = from_text(text)
        assert not told(found)["class_names" if name == "classes" else name]
        np.testing.assert_array_equal(found.z, Z)


def test_names_that_are_not_one_a_picture_are_none() -> None:
    assert from_text(changed(classes=["bag"])).class_names == ()
    assert from_text(changed(classes=["bag"] * 5 + [3])).class_names == ()


def test_keys_of_a_later_version_are_ignored() -> None:
    assert told(from_text(changed(weather="fine"))) == told(note())


KEYS = st.sampled_from(
    [
        "format",
        "request",
        "model",
        "parameters",
        "walk",
        "z",
        "classes",
        "digests",
        "sha256",
        "made_with",
        "count",
        "draws",
    ]
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
        from_text(changed(**values))
    except FileError as refused:
        assert refused.problem and refused.remedy
    try:
        from_text(json.dumps(json.loads(to_text(drawn())) | values))
    except FileError as refused:
        assert refused.problem and refused.remedy


# ---------------------------------------------------------------------------------------------------- made once more


def test_the_request_of_a_walk_decodes_its_points() -> None:
    replay = request_of(to_text(note()), MODELS)
    assert isinstance(replay.request, DecodeLatents)
    assert (replay.request.model, replay.request.class_names, replay.request.output) == ("toy", NAMES, "mean")
    assert replay.request.z.tobytes() == Z.tobytes()
    assert (replay.manifest, replay.index, replay.sha256, dict(replay.made_with)) == (TOY, None, "0" * 64, NOW)
    assert dict(replay.digests) == {"generator": "ab" * 32}


def test_the_requests_of_a_walk_are_asked_one_by_one() -> None:
    replay = request_of(to_text(drawn()), MODELS)
    assert [parameters(request) for request in replay.requests] == [parameters(draw) for draw in DRAWS]
    assert (replay.manifest, replay.index, replay.sha256, dict(replay.made_with)) == (TOY, None, "0" * 64, NOW)
    assert verdict(replay, MADE[:3], sheet(MADE[:3], 3, 0, 1), NOW).pixels == 3 * 12


def test_a_strip_of_one_point_is_still_a_strip() -> None:
    replay = request_of(to_text(note(z=Z[:1], class_names=())), MODELS)
    assert replay.index is None and verdict(replay, MADE[:1], sheet(MADE[:1], 1, 0, 1), NOW).identical


@pytest.mark.parametrize("columns", [3, 6, 2])
def test_a_strip_of_any_width_is_compared_picture_by_picture(columns: int) -> None:
    replay = request_of(to_text(note(digests={})), MODELS)
    saved = sheet(MADE, columns, 0, 1)
    assert verdict(replay, MADE, saved, NOW).identical
    saved[0, 0, 0] ^= 8
    found = verdict(replay, MADE, saved, NOW)
    assert (found.identical, found.differing, found.largest, found.altered) == (False, 1, 8, True)


def test_its_model_has_to_be_installed() -> None:
    with pytest.raises(ModelNotFound, match="made with toy, which is not installed"):
        request_of(to_text(note()), ())


def test_a_note_that_only_looks_like_a_walks_is_a_sentence() -> None:
    with pytest.raises(FileError):
        request_of(f'{{"format":1,"request":"{walk_note.KIND}"}}', MODELS)
