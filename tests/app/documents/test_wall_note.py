"""A contact sheet brings its wall back; what is damaged is refused in words."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.documents.wall import MAX_WALL, Wall
from app.documents.wall_note import WallNote, from_text, is_wall_note, sheet_note, to_text
from engine.errors import FileError

NAMES = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=9)
WALLS = st.builds(
    Wall,
    model=NAMES,
    count=st.integers(1, MAX_WALL),
    seed=st.integers(0, 2**32 - 1),
    class_name=NAMES | st.just(""),
    rows=st.lists(NAMES, max_size=4).map(tuple),
    temperature=st.floats(0.0, 2.0),
    truncation=st.floats(0.0, 4.0),
)


@given(WALLS, st.data())
def test_a_wall_comes_back_exactly(wall: Wall, data: st.DataObject) -> None:
    indices = tuple(data.draw(st.lists(st.integers(0, wall.total - 1), max_size=5)))
    note = WallNote(wall=wall, indices=indices, digests={"generator": "ab"})
    text = to_text(note)
    assert is_wall_note(text) and from_text(text) == note


def test_a_sheet_of_all_lists_nothing_and_one_of_some_lists_them() -> None:
    wall = Wall(model="m", count=4)
    assert from_text(sheet_note(wall, range(4), {})).indices == ()
    assert from_text(sheet_note(wall, [3, 1], {})).indices == (3, 1)
    assert from_text(sheet_note(wall, [3, 2, 1, 0], {})).indices == (3, 2, 1, 0)


def test_keys_of_a_later_version_are_ignored_and_missing_ones_are_plain() -> None:
    values = json.loads(sheet_note(Wall(model="m"), range(256), {"a": "b"}))
    values["wall"] = {"model": "m", "weather": "fine"}
    assert from_text(json.dumps(values | {"more": 1})).wall == Wall(model="m")


@pytest.mark.parametrize(
    ("where", "value"),
    [
        ("wall", None),
        ("wall.model", 3),
        ("wall.model", ""),
        ("wall.model", "x" * 201),
        ("wall.count", 0),
        ("wall.count", MAX_WALL + 1),
        ("wall.count", True),
        ("wall.count", 5.0),
        ("wall.seed", -1),
        ("wall.seed", 10**30),
        ("wall.rows", "abc"),
        ("wall.rows", [1]),
        ("wall.rows", ["x"] * 1001),
        ("wall.temperature", float("nan")),
        ("wall.temperature", 10**400),
        ("wall.temperature", "1"),
        ("wall.truncation", True),
        ("wall.truncation", -0.1),
        ("wall.class_name", None),
        ("indices", [256]),
        ("indices", [-1]),
        ("indices", [1.0]),
        ("indices", {}),
        ("indices", [0] * (MAX_WALL + 1)),
        ("format", 2),
        ("format", True),
        ("request", "SampleWorld"),
    ],
)
def test_damaged_notes_are_refused_in_words(where: str, value: Any) -> None:
    values = json.loads(sheet_note(Wall(model="m", count=256), range(256), {}))
    *path, last = where.split(".")
    inner = values
    for step in path:
        inner = inner[step]
    inner[last] = value
    with pytest.raises(FileError) as refused:
        from_text(json.dumps(values))
    assert refused.value.problem.startswith("The sheet's Reverie note is") and refused.value.remedy


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["wall", "format", "indices", "digests", "model", "count"]), inner)
        ),
        max_leaves=10,
    )
)
@example({"format": 1, "wall": {"model": "m"}, "digests": {"a": 3}, "indices": []})
def test_any_json_is_a_note_or_a_sentence(values: Any) -> None:
    given_values = values | {"request": "SampleWall"} if isinstance(values, dict) else values
    try:
        assert from_text(json.dumps(given_values)).digests.keys() <= {"wall", "format", "indices", "model", "count"}
    except FileError as refused:
        assert refused.remedy
