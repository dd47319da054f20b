"""A partial image is a value: what each edit does to it, and what none of them may do."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.documents.partial_image import ADOPTED, GIVEN, UNKNOWN, PartialImage
from app.documents.stroke_region import PRESETS, fill_region, preset_region, segment_region

H, W = 7, 9
POINT = st.tuples(st.floats(-30, 30), st.floats(-30, 30))
RADIUS = st.floats(0.1, 6)


def blank(channels: int = 1) -> PartialImage:
    return PartialImage.blank(H, W, channels)


def mixed(seed: int) -> PartialImage:
    """A picture with pixels of every state."""
    rng = np.random.default_rng(seed)
    return PartialImage.from_arrays(
        rng.integers(1, 256, (H, W, 1), dtype=np.uint8), rng.integers(0, 3, (H, W), dtype=np.uint8)
    )


# --- strokes


def test_thin_brush_draws_the_one_pixel_line() -> None:
    region = segment_region(5, 5, (0.5, 0.5), (4.5, 2.5), 0.5)
    assert np.argwhere(region).tolist() == [[0, 0], [1, 1], [1, 2], [2, 3], [2, 4]]


def test_wide_brush_is_a_disc() -> None:
    region = segment_region(5, 5, (2.5, 2.5), (2.5, 2.5), 1.0)
    assert region.astype(int).tolist() == [
        [0, 0, 0, 0, 0],
        [0, 0, 1, 0, 0],
        [0, 1, 1, 1, 0],
        [0, 0, 1, 0, 0],
        [0, 0, 0, 0, 0],
    ]


def test_stroke_that_leaves_and_reenters_paints_both_ends_inside() -> None:
    region = segment_region(H, W, (-5.0, 3.5), (W + 5.0, 3.5), 0.5)
    assert region[3].all() and region.sum() == W


def test_segment_outside_touches_nothing() -> None:
    image = blank()
    assert image.with_segment((-9, -9), (20, -9), 2.0, (255,)) is image


@pytest.mark.parametrize("far", [1e6, 1e12, 1e300, float("inf"), float("nan")])
def test_absurd_points_cost_nothing_and_raise_nothing(far: float) -> None:
    segment_region(H, W, (-far, 3.5), (far, 3.5), 1.0)


@given(POINT, POINT, RADIUS)
def test_lines_have_no_gap_and_no_direction_in_size(p0: tuple[float, float], p1: tuple[float, float], r: float) -> None:
    """Inside the picture a stroke is one 8-connected piece that holds every pixel centre within its radius."""
    inside = [(min(max(x, 0.0), W - 1e-3), min(max(y, 0.0), H - 1e-3)) for x, y in (p0, p1)]
    region = segment_region(H, W, inside[0], inside[1], r)
    assert region[int(inside[0][1]), int(inside[0][0])] and region[int(inside[1][1]), int(inside[1][0])]
    assert _pieces(region) == 1


@given(st.integers(0, 50), POINT, POINT, RADIUS)
def test_forgetting_after_painting_leaves_unknown_exactly_what_was_painted(
    seed: int, p0: tuple[float, float], p1: tuple[float, float], r: float
) -> None:
    before = mixed(seed)
    painted = before.with_segment(p0, p1, r, (7,))
    forgotten = painted.with_segment(p0, p1, r, None)
    region = segment_region(H, W, p0, p1, r)
    assert (painted.state[region] == GIVEN).all() and (painted.pixels[region] == 7).all()
    assert (forgotten.state[region] == UNKNOWN).all() and (forgotten.pixels[region] == 0).all()
    for after in (painted, forgotten):
        assert (after.state[~region] == before.state[~region]).all()
        assert (after.pixels[~region] == before.pixels[~region]).all()


# --- values


@given(st.integers(0, 50))
def test_edits_leave_the_original_alone_and_arrays_cannot_be_written(seed: int) -> None:
    image = mixed(seed)
    pixels, state = image.pixels.copy(), image.state.copy()
    image.with_segment((0, 0), (9, 9), 3, (9,))
    image.with_rectangle(0, 0, 5, 5, keep=False)
    image.with_adopted(np.full((H, W, 1), 3, np.uint8))
    image.released()
    assert (image.pixels == pixels).all() and (image.state == state).all()
    with pytest.raises(ValueError, match="read-only"):
        image.pixels[0, 0] = 1


def test_an_edit_that_changes_nothing_is_the_same_value() -> None:
    image = blank().with_segment((1, 1), (5, 5), 1, (255,))
    assert image.with_segment((1, 1), (5, 5), 1, (255,)) is image
    assert image.released() is image
    assert image.with_rectangle(0, 0, 9, 9, keep=True) is image
    assert image.with_rectangle(8, 6, 9, 7, keep=False) is image


@given(st.integers(0, 50))
def test_unknown_pixels_are_zero_so_that_equal_pictures_have_equal_bytes(seed: int) -> None:
    image = mixed(seed)
    assert (image.pixels[image.state == UNKNOWN] == 0).all()
    assert PartialImage.from_arrays(image.pixels, image.state).same_as(image)


# --- adopting


@given(st.integers(0, 50))
def test_adopting_keeps_given_pixels_and_releasing_keeps_nothing_else(seed: int) -> None:
    image = mixed(seed)
    completion = np.random.default_rng(seed + 1).integers(0, 256, (H, W, 1), dtype=np.uint8)
    adopted = image.with_adopted(completion)
    given_before = image.state == GIVEN
    assert adopted.is_whole
    assert (adopted.pixels[given_before] == image.pixels[given_before]).all()
    assert (adopted.pixels[~given_before] == completion[~given_before]).all()
    released = adopted.released()
    assert (released.observed == given_before).all() and not released.has_adopted


def test_another_completion_replaces_an_adopted_one() -> None:
    first, second = (np.full((H, W, 1), value, np.uint8) for value in (1, 2))
    image = blank().with_segment((0.5, 0.5), (0.5, 0.5), 0.5, (255,)).with_adopted(first).with_adopted(second)
    assert image.pixels[0, 0, 0] == 255 and (image.pixels.reshape(-1)[1:] == 2).all()


def test_keeping_makes_unknown_adopted_and_adopted_given() -> None:
    source = np.full((H, W, 1), 9, np.uint8)
    once = blank().with_rectangle(1, 2, 4, 5, keep=True, source=source)
    assert (once.state[2:5, 1:4] == ADOPTED).all() and int(once.observed.sum()) == 9
    twice = once.with_rectangle(2, 2, 9, 9, keep=True)
    assert (twice.state[2:5, 2:4] == GIVEN).all() and (twice.state[2:5, 1] == ADOPTED).all()
    assert int(twice.observed.sum()) == 9


def test_keeping_takes_only_what_is_drawn() -> None:
    drawn = np.zeros((H, W), bool)
    drawn[:3] = True
    kept = blank().with_rectangle(0, 0, W, H, keep=True, source=np.ones((H, W, 1), np.uint8), drawn=drawn)
    assert (kept.observed == drawn).all()


def test_rectangle_may_be_drawn_from_any_corner_and_reach_outside() -> None:
    image = blank().with_rest((5,))
    assert image.with_rectangle(9, 7, 4, 3, keep=False).same_as(image.with_rectangle(4, 3, 99, 99, keep=False))
    assert image.with_rectangle(-5, -5, -1, -1, keep=False) is image


def test_painting_an_adopted_pixel_makes_it_given() -> None:
    image = blank().with_adopted(np.ones((H, W, 1), np.uint8)).with_segment((3, 3), (3, 3), 0.5, (1,))
    assert image.state[3, 3] == GIVEN


# --- the first pixels of a completion


@given(st.integers(0, 1000), st.integers(-5, H * W + 5))
def test_a_prefix_adopts_exactly_the_unknown_and_drawn_of_the_first_places(seed: int, upto: int) -> None:
    image, rng = mixed(seed), np.random.default_rng(seed + 1)
    pixels = rng.integers(1, 256, (H, W, 1), dtype=np.uint8)
    drawn, order = rng.random((H, W)) < 0.8, rng.permutation(H * W).astype(np.int32)
    after = image.with_prefix(pixels, drawn, order, upto)
    places = {int(place) for place in order[: max(0, upto)]}
    for y, x in np.ndindex(H, W):
        taken = y * W + x in places and bool(drawn[y, x]) and image.state[y, x] == UNKNOWN
        assert after.state[y, x] == (ADOPTED if taken else image.state[y, x])
        assert after.pixels[y, x] == (pixels[y, x] if taken else image.pixels[y, x])


def test_a_prefix_counts_places_of_the_order_the_known_ones_too() -> None:
    image = blank().with_segment((0.5, 0.5), (1.5, 0.5), 0.5, (255,))
    ones, all_drawn = np.ones((H, W, 1), np.uint8), np.ones((H, W), bool)
    order = np.arange(H * W, dtype=np.int32)
    assert image.with_prefix(ones, all_drawn, order, 2) is image
    third = image.with_prefix(ones, all_drawn, order, 3)
    assert np.argwhere(third.state == ADOPTED).tolist() == [[0, 2]]


def test_an_empty_prefix_is_no_edit_and_a_whole_one_adopts_all() -> None:
    image = mixed(3)
    pixels, all_drawn = np.full((H, W, 1), 7, np.uint8), np.ones((H, W), bool)
    order = np.arange(H * W, dtype=np.int32)
    assert image.with_prefix(pixels, all_drawn, order, 0) is image
    assert image.with_prefix(pixels, ~all_drawn, order, H * W) is image
    whole = image.with_prefix(pixels, all_drawn, order, H * W)
    assert whole.is_whole and (whole.state[image.state == GIVEN] == GIVEN).all()


def test_a_prefix_runs_along_columns_where_the_order_does() -> None:
    order = np.arange(H * W, dtype=np.int32).reshape(H, W).T.reshape(-1)
    first = blank().with_prefix(np.ones((H, W, 1), np.uint8), np.ones((H, W), bool), order, H)
    assert (first.state[:, 0] == ADOPTED).all() and not first.state[:, 1:].any()


# --- fills, rest, presets


def test_fill_stops_at_other_colours_and_unknown_pixels() -> None:
    image = blank().with_rectangle(0, 0, 0, 0, keep=True)
    image = image.with_segment((0.5, 3.5), (8.5, 3.5), 0.5, (255,))
    filled = image.with_fill(0, 0, (128,))
    assert (filled.pixels[:3] == 128).all() and (filled.state[4:] == UNKNOWN).all()
    assert (filled.pixels[3] == 255).all()
    assert filled.with_fill(0, 0, None).same_as(image)


def test_fill_outside_touches_nothing() -> None:
    image = blank()
    assert image.with_fill(-1, 0, (1,)) is image and image.with_fill(0, H, (1,)) is image


@given(st.integers(0, 200), st.integers(0, W - 1), st.integers(0, H - 1))
def test_fill_region_is_one_piece_of_equal_pixels(seed: int, x: int, y: int) -> None:
    rng = np.random.default_rng(seed)
    pixels, state = rng.integers(0, 2, (H, W, 1), dtype=np.uint8), rng.integers(0, 2, (H, W), dtype=np.uint8)
    region = fill_region(pixels, state, x, y)
    assert region[y, x] and (state[region] == state[y, x]).all()
    assert not state[y, x] or (pixels[region] == pixels[y, x]).all()
    edge = _grown(region) & ~region
    alike = (state == state[y, x]) & ((pixels == pixels[y, x])[..., 0] | (state == 0))
    assert not (edge & alike).any()


def test_rest_is_paper() -> None:
    image = blank().with_segment((4, 4), (4, 4), 0.5, (255,)).with_rest((0,))
    assert image.is_whole and (image.state == GIVEN).all() and int((image.pixels == 255).sum()) == 1


@pytest.mark.parametrize("name", PRESETS)
def test_presets_keep_their_part_and_forget_the_rest(name: str) -> None:
    whole = PartialImage.from_picture(np.full((H, W, 1), 9, np.uint8))
    kept = whole.with_preset(name, seed=3)
    assert (kept.observed == preset_region(name, H, W, 3)).all()
    assert 0 < kept.observed.sum() < H * W


def test_presets_follow_one_another_by_memory() -> None:
    whole = PartialImage.from_picture(np.arange(H * W, dtype=np.uint8).reshape(H, W, 1))
    bottom = whole.with_preset("top", 0).with_preset("bottom", 0, memory=whole)
    assert bottom.same_as(whole.with_preset("bottom", 0))
    assert not whole.with_preset("top", 0).with_preset("bottom", 0).observed[H // 2 + 1 :].any()


def test_scattered_pixels_belong_to_their_seed() -> None:
    assert (preset_region("scattered", 28, 28, 1) == preset_region("scattered", 28, 28, 1)).all()
    assert (preset_region("scattered", 28, 28, 1) != preset_region("scattered", 28, 28, 2)).any()
    assert 0.1 < preset_region("scattered", 64, 64, 1).mean() < 0.3


def _grown(region: np.ndarray) -> np.ndarray:
    padded = np.pad(region, 1)
    return padded[:-2, 1:-1] | padded[2:, 1:-1] | padded[1:-1, :-2] | padded[1:-1, 2:] | region


def _pieces(region: np.ndarray) -> int:
    """How many 8-connected pieces a region has."""
    left, pieces = {tuple(at) for at in np.argwhere(region)}, 0
    while left:
        pieces, front = pieces + 1, [left.pop()]
        while front:
            y, x = front.pop()
            near = {(y + dy, x + dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1)} & left
            left -= near
            front.extend(near)
    return pieces
