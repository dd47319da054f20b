"""Selection by index while hands go by position: filters, ranges, bands."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.widgets.wall_choice import WallChoice


def choice(total: int = 10, order: list[int] | None = None) -> WallChoice:
    made = WallChoice()
    made.show(total, None if order is None else np.array(order))
    return made


def test_a_click_takes_one_alone_and_control_adds() -> None:
    made = choice(order=[5, 3, 1])
    made.take(0)
    made.toggle(2)
    assert made.selection().tolist() == [5, 1] and made.current == 1
    made.toggle(0)
    assert made.selection().tolist() == [1] and made.current == 5
    made.take(1)
    assert made.selection().tolist() == [3]


def test_a_range_runs_from_where_it_began_both_ways() -> None:
    made = choice()
    made.take(4)
    made.extend(7)
    assert made.selection().tolist() == [4, 5, 6, 7] and made.current == 7
    made.extend(2)
    assert made.selection().tolist() == [2, 3, 4]
    made.toggle(9)
    made.extend(8, add=True)
    assert made.selection().tolist() == [2, 3, 4, 8, 9]


def test_a_range_runs_through_what_is_shown() -> None:
    made = choice(order=[9, 0, 7, 2])
    made.take(1)
    made.extend(3)
    assert made.selection().tolist() == [0, 7, 2]


def test_what_a_filter_hides_is_not_selected_any_more() -> None:
    made = choice()
    made.all()
    made.go(4)
    assert made.show(10, np.array([2, 4, 6])) is True
    assert made.selection().tolist() == [2, 4, 6] and made.current == 4
    made.show(10, np.array([2, 6]))
    assert made.current == -1
    made.show(10, None)
    assert made.selection().tolist() == [2, 6]


def test_the_same_order_is_no_news() -> None:
    made = choice(order=[3, 1])
    assert made.show(10, np.array([3, 1])) is False
    assert made.show(10, np.array([1, 3])) is True
    assert made.show(12, np.array([1, 3])) is True


def test_a_longer_wall_keeps_the_selection_and_a_shorter_one_what_it_has() -> None:
    made = choice()
    made.choose(np.array([1, 8]))
    made.show(20, None)
    assert made.selection().tolist() == [1, 8]
    made.show(5, None)
    assert made.selection().tolist() == [1]


def test_a_band_adds_to_what_was_there_and_gives_back_what_it_leaves() -> None:
    made = choice()
    made.take(0)
    base = made.chosen.copy()
    made.band(np.array([4, 5]), base)
    made.band(np.array([5]), base)
    assert made.selection().tolist() == [0, 5]


def test_choosing_what_is_not_shown_chooses_nothing() -> None:
    made = choice(order=[1, 2])
    made.choose(np.array([2, 7]))
    assert made.selection().tolist() == [2]
    made.take(5)
    assert made.current == -1 and not made.selection().size


@given(st.integers(1, 30), st.data())
def test_positions_and_indices_are_inverse(total: int, data: st.DataObject) -> None:
    order = data.draw(st.permutations(range(total)))[: data.draw(st.integers(0, total))]
    made = choice(total, order)
    assert made.count == len(order)
    assert [made.place_of(made.index_at(p)) for p in range(len(order))] == list(range(len(order)))
    assert all(made.place_of(index) == -1 for index in set(range(total)) - set(order))
    assert made.index_at(-1) == made.index_at(len(order)) == made.place_of(total) == made.place_of(-1) == -1
