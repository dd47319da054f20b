"""A scene comes back as it was; whatever else has its name is refused in words, without asking for the machine."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.documents import scene as scenes
from app.documents.packing import unpack_image
from app.documents.scene import MOST_DEPTH, SCHEMA, Scene, from_text, named_models, read_scene, scene_of, to_text
from engine.contracts.manifest import GraphSpec, ImageSpec, Manifest
from engine.errors import FileError

WORDS = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
NUMBERS = st.integers(-(2**63) + 1, 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False)
LEAVES = st.none() | st.booleans() | NUMBERS | WORDS
JSON = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3), max_leaves=12
)
PARTS = st.dictionaries(WORDS, JSON, max_size=2)
SCENES = st.builds(
    Scene,
    workspaces=st.dictionaries(WORDS, PARTS, max_size=3),
    front=WORDS,
    models=st.dictionaries(WORDS, st.dictionaries(WORDS, WORDS, max_size=2), max_size=2),
    made_with=st.dictionaries(WORDS, WORDS, max_size=3),
)
ONE = Scene(workspaces={"complete": {"model": "m", "models": ["m"], "pixels": [0.5, -7]}}, front="complete")


def model(identity: str, sha256: str = "ab") -> Manifest:
    graph = GraphSpec(file="g.onnx", sha256=sha256, inputs={}, outputs={})
    image = ImageSpec(height=2, width=2, channels=1, levels=2)
    return Manifest(
        id=identity,
        title=identity.title(),
        family="vae",
        architecture="VAE",
        data="toy",
        data_title="Toy",
        image=image,
        graphs={"decoder": graph},
    )


def refused(text: str) -> str:
    """The sentence that refuses this text."""
    with pytest.raises(FileError) as caught:
        from_text(text, "odd.reverie")
    assert "odd.reverie" in caught.value.problem and caught.value.problem.count(".") == 2 and caught.value.remedy
    return caught.value.problem


@given(SCENES)
@settings(max_examples=50, deadline=None)
def test_a_scene_comes_back_as_it_was(scene: Scene) -> None:
    text = to_text(scene)
    again = from_text(text, "a.reverie")
    assert again == scene and text.isascii()


def test_the_same_scene_is_the_same_text_whatever_the_order_of_its_keys() -> None:
    turned = Scene(workspaces={"complete": dict(reversed(ONE.workspaces["complete"].items()))}, front="complete")
    assert to_text(turned) == to_text(ONE)


@given(SCENES, st.data())
@settings(max_examples=50, deadline=None)
def test_a_file_that_was_cut_short_is_refused(scene: Scene, data: st.DataObject) -> None:
    text = to_text(scene).rstrip()
    refused(text[: data.draw(st.integers(0, len(text) - 1))])


@given(SCENES, st.data())
@settings(max_examples=50, deadline=None)
def test_whatever_happens_to_a_byte_it_is_read_or_refused(scene: Scene, data: st.DataObject) -> None:
    text = to_text(scene)
    at = data.draw(st.integers(0, len(text) - 1))
    broken = text[:at] + data.draw(st.text(max_size=3)) + text[at + data.draw(st.integers(0, 3)) :]
    try:
        found = from_text(broken, "odd.reverie")
    except FileError:
        return
    assert from_text(to_text(found), "again.reverie") == found, "what was read can be saved"


@given(JSON)
@settings(max_examples=50, deadline=None)
@example(json.loads(to_text(ONE)) | {"workspaces": []})
@example(json.loads(to_text(ONE)) | {"workspaces": {"complete": 3}})
@example(json.loads(to_text(ONE)) | {"models": {"m": "ab"}})
@example(json.loads(to_text(ONE)) | {"models": {str(n): {} for n in range(1001)}})
@example(json.loads(to_text(ONE)) | {"front": 7})
@example(json.loads(to_text(ONE)) | {"front": "x" * 201})
@example(json.loads(to_text(ONE)) | {"schema": True})
@example(json.loads(to_text(ONE)) | {"schema": 0})
@example(json.loads(to_text(ONE)) | {"schema": "1"})
@example(json.loads(to_text(ONE)) | {"kind": ["reverie scene"]})
def test_other_json_is_no_scene(values: Any) -> None:
    refused(json.dumps(values))


def test_a_later_schema_is_said_to_be_one_and_later_keys_are_ignored() -> None:
    values = json.loads(to_text(ONE))
    assert f"schema {SCHEMA + 1}" in refused(json.dumps(values | {"schema": SCHEMA + 1}))
    assert len(refused(json.dumps(values | {"schema": 2**62}))) < 120
    assert from_text(json.dumps(values | {"weather": "fine"}), "a.reverie") == ONE


@pytest.mark.parametrize("number", ["1e999", "-1e999", "NaN", "Infinity", "-Infinity", "9" * 30, "-" + "9" * 5000])
def test_numbers_that_nothing_can_hold_are_refused(number: str) -> None:
    refused(to_text(ONE).replace("-7", number))


@pytest.mark.parametrize("text", [r'"\ud800"', r'{"\udfff": 1}'])
def test_half_a_character_is_refused(text: str) -> None:
    refused(to_text(ONE).replace("-7", text))


@pytest.mark.parametrize("depth", [MOST_DEPTH, 900, 100_000])
def test_what_lies_too_deep_is_refused(depth: int) -> None:
    refused(to_text(ONE).replace("-7", "[" * depth + "]" * depth))
    refused("[" * depth)


def test_what_would_not_fit_in_memory_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scenes, "MOST_VALUES", 1000)
    assert "too large" in refused(to_text(ONE).replace("-7", ",".join("0" * 1001)))
    monkeypatch.setattr(scenes, "MOST_BYTES", 100)
    (tmp_path / "odd.reverie").write_text(to_text(ONE))
    with pytest.raises(FileError, match=r"odd\.reverie is too large"):
        read_scene(tmp_path / "odd.reverie")


@given(st.binary(max_size=60))
@settings(max_examples=30, deadline=None)
def test_any_bytes_are_refused(content: bytes) -> None:
    for data in (content, b"\xff\xfe" + content, b"\0" * 50):
        with pytest.raises(FileError):
            from_bytes(data)


def from_bytes(data: bytes) -> Scene:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "odd.reverie"
        path.write_bytes(data)
        return read_scene(path)


def test_the_example_of_the_documentation_is_a_scene() -> None:
    text = (Path(__file__).resolve().parents[3] / "docs" / "scenes.md").read_text(encoding="utf-8")
    shown = text.partition("```json\n")[2].partition("```")[0]
    found = from_text(shown, "example.reverie")
    desk = found.workspaces[found.front]["desks"]["toy"]
    np.testing.assert_array_equal(unpack_image(desk["document"]).observed, [[True, False], [True, True]])
    assert {model for part in found.workspaces.values() for model in named_models(part)} == found.models.keys()


def test_a_file_that_is_not_there_or_is_a_folder_is_said(tmp_path: Path) -> None:
    for path in (tmp_path / "gone.reverie", tmp_path):
        with pytest.raises(FileError, match=path.name):
            read_scene(path)


def test_a_scene_is_written_whole(tmp_path: Path) -> None:
    scenes.write_scene(tmp_path / "a.reverie", ONE)
    assert read_scene(tmp_path / "a.reverie") == ONE
    with pytest.raises(FileError, match="not there"):
        scenes.write_scene(tmp_path / "gone" / "a.reverie", ONE)


def test_models_are_noted_by_the_digests_of_their_graphs() -> None:
    captured = {"one": {"models": ["a", "lost", "unknown", 3]}, "two": {"models": "b"}, "three": {"models": ["b", "a"]}}
    made = scene_of(captured, "one", [model("a"), model("b"), model("c")], {"lost": {"decoder": "cd"}, "a": {}})
    assert made.models == {"a": {"decoder": "ab"}, "b": {"decoder": "ab"}, "lost": {"decoder": "cd"}}
    assert named_models({}) == () and named_models({"models": {}}) == ()


def test_what_is_missing_and_what_has_other_weights() -> None:
    made = scene_of({"one": {"models": ["a", "b", "c"]}}, "one", [model("a"), model("b"), model("c")], {})
    here = [model("a"), model("b", "other"), model("d", "other")]
    assert made.missing(here) == ("c",)
    assert [m.id for m in made.changed(here)] == ["b"]
