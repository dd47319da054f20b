"""Where tiles lie: what is in view, found back, never overlapping, at any size, with titles and given columns."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.widgets.wall_layout import MOST_AVERAGED, Box, WallLayout, around, gap_of, nearest_side, tile_sides

layouts = st.builds(
    WallLayout,
    count=st.integers(0, 300),
    width=st.integers(1, 900),
    tile_width=st.integers(1, 70),
    tile_height=st.integers(1, 70),
    gap=st.integers(0, 8),
    margin=st.integers(0, 20),
    forced=st.none() | st.integers(1, 40),
    title_width=st.integers(0, 120),
    title_height=st.integers(0, 30),
)
places = st.integers(-50, 1500)


@st.composite
def boxes(draw: st.DrawFn) -> Box:
    left, top = draw(places), draw(places)
    return left, top, left + draw(st.integers(1, 900)), top + draw(st.integers(1, 900))


def touches(one: Box, other: Box) -> bool:
    return one[0] < other[2] and one[2] > other[0] and one[1] < other[3] and one[3] > other[1]


@given(layouts, boxes())
def test_exactly_what_touches_a_box_is_found(layout: WallLayout, box: Box) -> None:
    expected = [p for p in range(layout.count) if touches(layout.box(p), box)]
    assert layout.positions_in(box).tolist() == expected


@given(layouts, places, places)
def test_a_point_finds_the_tile_it_is_in(layout: WallLayout, x: int, y: int) -> None:
    expected = [p for p in range(layout.count) if touches(layout.box(p), (x, y, x + 1, y + 1))]
    assert layout.at(x, y) == (expected[0] if expected else -1)
    assert len(expected) <= 1, "tiles overlap"


@given(layouts)
def test_tiles_lie_inside_of_the_whole_beside_the_titles(layout: WallLayout) -> None:
    extent = layout.extent
    for position in range(layout.count):
        left, top, right, bottom = layout.box(position)
        assert (right - left, bottom - top) == (layout.tile_width, layout.tile_height)
        assert layout.title_width <= left and top >= 0 and right <= extent.width and bottom <= extent.height
    corners = layout.corners(np.arange(layout.count))
    assert corners.tolist() == [list(layout.box(p)[:2]) for p in range(layout.count)]


@given(layouts)
def test_rows_are_as_high_as_their_titles_and_full_but_the_last(layout: WallLayout) -> None:
    assert layout.pitch_y - layout.gap >= layout.title_height
    assert (layout.rows - 1) * layout.columns < layout.count or not layout.count
    assert layout.rows * layout.columns >= layout.count
    assert layout.forced is None or layout.columns == layout.forced


@given(layouts)
def test_as_many_columns_as_fit_and_not_one_more(layout: WallLayout) -> None:
    free = replace(layout, forced=None)
    room = free.width - free.title_width - 2 * free.margin
    assert free.columns == 1 or free.columns * free.pitch_x - free.gap <= room
    assert (free.columns + 1) * free.pitch_x - free.gap > room


@given(layouts, places, st.integers(1, 900))
def test_the_span_holds_what_is_in_view_in_whole_rows(layout: WallLayout, top: int, height: int) -> None:
    start, stop = layout.span(top, top + height)
    seen = layout.positions_in((-10_000, top, 100_000, top + height))
    assert 0 <= start <= stop <= layout.count
    assert all(start <= p < stop for p in seen.tolist())
    assert start % layout.columns == 0 or start == layout.count


@given(layouts, places, places)
def test_the_nearest_tile_is_the_one_under_the_point(layout: WallLayout, x: int, y: int) -> None:
    found = layout.nearest(x, y)
    assert -1 <= found < layout.count and (found >= 0) == (layout.count > 0)
    at = layout.at(x, y)
    assert at < 0 or found == at


@given(layouts.filter(lambda layout: layout.count > 0), st.data())
def test_keys_stay_on_the_wall(layout: WallLayout, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, layout.count - 1))
    across, down = data.draw(st.sampled_from([(-1, 0), (1, 0), (0, -1), (0, 1), (0, -7), (0, 7)]))
    goal = layout.moved(place, across, down)
    assert 0 <= goal < layout.count
    back = layout.moved(goal, -across, -down)
    if goal != place and (across or (goal - place) == down * layout.columns):
        assert back == place


def test_down_from_above_a_short_last_row_ends_on_the_last_tile() -> None:
    layout = WallLayout(count=7, width=100, tile_width=10, tile_height=10, forced=5)
    assert layout.moved(4, 0, 1) == 6
    assert layout.moved(6, 0, 1) == 6
    assert layout.moved(6, 0, -1) == 1
    assert layout.moved(1, 0, -1) == 1


@given(boxes(), boxes())
def test_what_is_around_a_box_covers_the_rest_once(outer: Box, inner: Box) -> None:
    def area(box: Box) -> int:
        return max(0, box[2] - box[0]) * max(0, box[3] - box[1])

    rest = list(around(outer, inner))
    both = (*(max(a, b) for a, b in zip(outer[:2], inner[:2], strict=True)), *map(min, outer[2:], inner[2:]))
    assert sum(map(area, rest)) == area(outer) - area(both)  # type: ignore[arg-type]
    for number, one in enumerate(rest):
        assert not touches(one, inner)
        assert not any(touches(one, other) for other in rest[number + 1 :])


@given(st.integers(1, 128), st.integers(1, 128), st.integers(1, 40), st.integers(1, 700))
def test_sizes_are_whole_multiples_or_whole_parts(width: int, height: int, least: int, most: int) -> None:
    sides, longer = tile_sides(width, height, least, most), max(width, height)
    assert sides == tuple(sorted(set(sides))) and longer in sides
    for side in sides:
        assert side % longer == 0 or (longer % side == 0 and min(width, height) % (longer // side) == 0)
        assert side <= most if side > longer else side == longer or least <= side
        assert longer // side <= MOST_AVERAGED


def test_sizes_of_the_pictures_there_are() -> None:
    assert tile_sides(28, 28, 7, 112) == (7, 14, 28, 56, 84, 112)
    assert tile_sides(64, 64, 7, 128) == (8, 16, 32, 64, 128)
    assert tile_sides(48, 32, 12, 96) == (12, 24, 48, 96)


@given(st.lists(st.integers(1, 300), min_size=1, unique=True), st.integers(1, 400))
def test_the_size_taken_is_the_largest_within_the_wish(sides: list[int], wish: int) -> None:
    sides.sort()
    taken = nearest_side(tuple(sides), wish)
    assert taken in sides
    assert taken == sides[0] if wish < sides[0] else taken <= wish and not any(taken < s <= wish for s in sides)


def test_the_gap_grows_with_the_tiles() -> None:
    gaps = [gap_of(side) for side in range(1, 100)]
    assert gaps == sorted(gaps) and gaps[0] == 1
