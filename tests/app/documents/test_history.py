"""Undo and redo against the plainest model: a list and a place on it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.documents.history import LIMIT, History

VERBS = st.lists(st.one_of(st.integers(0, 999), st.sampled_from(["undo", "redo"])), max_size=60)


@given(VERBS)
def test_history_is_a_list_with_a_place_on_it(verbs: list[int | str]) -> None:
    history, values, at = History[object]("start"), ["start"], 0
    for verb in verbs:
        if verb == "undo":
            at = max(0, at - 1)
            assert history.undo() == values[at]
        elif verb == "redo":
            at = min(len(values) - 1, at + 1)
            assert history.redo() == values[at]
        else:
            value = f"value {verb} {len(values)} {at}"
            values = [*values[: at + 1], value]
            at += 1
            history.push(value)
        assert (history.value, history.can_undo, history.can_redo) == (values[at], at > 0, at < len(values) - 1)


def test_a_drag_is_one_step() -> None:
    history = History(0)
    for value in (1, 2, 3):
        history.push(value, "temperature")
    assert history.value == 3 and history.undo() == 0 and not history.can_undo
    assert history.redo() == 3


def test_two_drags_are_two_steps_when_sealed_and_so_are_other_keys() -> None:
    history = History(0)
    history.push(1, "a")
    history.seal()
    history.push(2, "a")
    history.push(3, "b")
    assert [history.undo() for _ in range(3)] == [2, 1, 0]


def test_a_drag_after_undo_does_not_swallow_the_value_gone_back_to() -> None:
    history = History(0)
    history.push(1, "a")
    history.undo()
    history.push(2, "a")
    assert history.undo() == 0


def test_the_oldest_steps_go_first() -> None:
    history = History(0)
    for value in range(1, 301):
        history.push(value)
    steps = 0
    while history.can_undo:
        history.undo()
        steps += 1
    assert steps == LIMIT == 200 and history.value == 100


def test_the_same_value_is_no_step() -> None:
    history = History("a")
    history.push("b")
    history.undo()
    history.push("a")
    assert history.can_redo and not history.can_undo


def test_it_knows_which_very_values_can_be_undone_to() -> None:
    first, second, third, alike = [0], [1], [2], [1]
    history = History(first)
    history.push(second)
    history.push(third)
    assert all(history.has_passed(value) for value in (first, second, third)) and not history.has_passed(alike)
    history.undo()
    assert history.has_passed(second) and not history.has_passed(third)
    history.undo()
    history.push(alike)
    assert not history.has_passed(second)
