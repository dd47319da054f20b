"""The canvas's colours pixel by pixel: preview, hatch, tint and contour are where they belong and nowhere else."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from app.theme.tokens import ADOPTED_TINT, DARK, LIGHT, PREVIEW_STRENGTH, Palette, channels, contrast
from app.widgets import canvas_layers as layers
from app.widgets.canvas_viewport import Viewport
from app.widgets.imaging import packed, packed_color

GIVEN_COLOR, EDGE_COLOR = packed_color(DARK.given), packed_color(DARK.given_edge)


def unpack(values: NDArray[np.uint32]) -> NDArray[np.int64]:
    return np.stack([values >> shift & 255 for shift in (16, 8, 0)], axis=-1).astype(np.int64)


def hexadecimal(color: list[int]) -> str:
    return "#" + "".join(f"{value:02x}" for value in color)


def view(side: int, zoom: float, x: int = 3, y: int = 5, room: int = 400) -> Viewport:
    return Viewport(columns=side, rows=side, width=room, height=room, zoom=zoom, x=x, y=y, fitted=False)


def render(pixels: NDArray[np.uint8], state: NDArray[np.uint8], where: Viewport) -> NDArray[np.uint32]:
    made = layers.compose(pixels, state, None, None, DARK)
    return layers.render(made, state > 0, where, 1, (GIVEN_COLOR, EDGE_COLOR))[2]


def test_given_pixels_are_exact_and_adopted_ones_tinted() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (2, 2, 3), dtype=np.uint8)
    state = np.array([[1, 2], [1, 1]], np.uint8)
    plain, lined = layers.compose(pixels, state, None, None, DARK)
    assert np.array_equal(plain, lined), "only unknown pixels are hatched"
    shown = unpack(plain)
    assert np.array_equal(shown[state == 1], pixels[state == 1])
    tint = pixels[0, 1] + (np.array(channels(DARK.adopted)) - pixels[0, 1]) * ADOPTED_TINT
    assert np.abs(shown[0, 1] - tint).max() <= 1


def test_unknown_pixels_show_the_preview_over_the_mat_where_it_is_drawn() -> None:
    pixels = np.full((1, 3, 1), 99, np.uint8)
    state = np.array([[0, 0, 1]], np.uint8)
    preview = np.full((1, 3, 1), 255, np.uint8)
    plain, lined = layers.compose(pixels, state, preview, np.array([[True, False, True]]), DARK)
    mat = np.array(channels(DARK.mat))
    assert np.abs(unpack(plain)[0, 0] - (mat + (255 - mat) * PREVIEW_STRENGTH)).max() <= 1
    assert np.array_equal(unpack(plain)[0, 1], mat)
    assert unpack(plain)[0, 2].tolist() == [99, 99, 99]
    assert (plain != lined).tolist() == [[True, True, False]]


@pytest.mark.parametrize("zoom", [1.0, 7.0, 12.3, 20.75, 3.4])
def test_every_device_pixel_is_its_image_pixel_s(zoom: float) -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (8, 8, 3), dtype=np.uint8)
    where = view(8, zoom)
    made = render(pixels, np.ones((8, 8), np.uint8), where)
    columns = np.searchsorted(where.x_edges(), np.arange(made.shape[1]) + where.x, side="right") - 1
    rows = np.searchsorted(where.y_edges(), np.arange(made.shape[0]) + where.y, side="right") - 1
    assert np.array_equal(made, packed(pixels)[rows][:, columns])


def test_what_lies_beyond_the_canvas_is_left_out() -> None:
    pixels = np.random.default_rng(2).integers(0, 256, (8, 8, 3), dtype=np.uint8)
    where = view(8, 10.5, x=-33, y=-20, room=30)
    left, top, made = layers.render(
        layers.compose(pixels, np.ones((8, 8), np.uint8), None, None, DARK),
        np.ones((8, 8), bool),
        where,
        1,
        (GIVEN_COLOR, EDGE_COLOR),
    )
    assert (left, top, made.shape) == (0, 0, (30, 30))
    column = np.searchsorted(where.x_edges(), 0, side="right") - 1
    row = np.searchsorted(where.y_edges(), 0, side="right") - 1
    assert made[0, 0] == packed(pixels)[row, column]


def test_hatch_lines_lie_at_45_degrees_and_stay_on_the_screen() -> None:
    lines = layers.hatch_pattern(40, 40, 0, 0, 1)
    assert np.array_equal(lines[1:, :-1], lines[:-1, 1:]), "one down is one left"
    assert np.array_equal(layers.hatch_pattern(20, 20, 7, 5, 1), lines[5:25, 7:27]), "moving the picture moves no line"
    assert 0.1 < lines.mean() < 0.25, "fine lines, not a grey"


@pytest.mark.parametrize("palette", [DARK, LIGHT], ids=["dark", "light"])
def test_the_hatch_is_seen_on_every_preview(palette: Palette) -> None:
    preview = np.arange(256, dtype=np.uint8).reshape(1, 256, 1)
    plain, lined = layers.compose(preview, np.zeros((1, 256), np.uint8), preview, None, palette)
    for under, over in zip(unpack(plain)[0].tolist(), unpack(lined)[0].tolist(), strict=True):
        assert contrast(hexadecimal(under), hexadecimal(over)) >= 1.4, under


def test_the_hatch_is_in_unknown_pixels_only() -> None:
    pixels = np.full((4, 4, 1), 10, np.uint8)
    state = np.ones((4, 4), np.uint8)
    state[1:3, 1:3] = 0
    where = view(4, 12)
    made = render(pixels, state, where)
    inside = made[14:34, 14:34]  # two device px from the contour's middle
    assert set(np.unique(inside)) == {packed_color(DARK.mat), unpacked_hatch()}
    assert (made[:10] == packed(pixels)[0, 0]).all()


def unpacked_hatch() -> np.uint32:
    mat, line = np.array(channels(DARK.mat)), np.array(channels(DARK.hatch))
    return np.uint32(packed((mat + (line - mat) * DARK.hatch_alpha)[None, None].astype(np.float32))[0, 0])


def test_the_contour_is_two_px_one_on_each_side() -> None:
    state = np.ones((2, 2), np.uint8)
    state[:, 1] = 0
    made = render(np.full((2, 2, 1), 50, np.uint8), state, view(2, 12))
    assert (made[:, 11] == GIVEN_COLOR).all()
    assert (made[:, 12] == EDGE_COLOR).all()
    assert GIVEN_COLOR not in made[:, :11]
    assert EDGE_COLOR not in made[:, 13:]


def test_the_picture_s_rim_has_no_contour() -> None:
    for value in (0, 1):
        made = render(np.full((3, 3, 1), 50, np.uint8), np.full((3, 3), value, np.uint8), view(3, 12))
        assert GIVEN_COLOR not in made


@given(st.lists(st.booleans(), min_size=16, max_size=16), st.integers(8, 13))
def test_the_contour_touches_both_states_and_changes_nothing_else(flags: list[bool], zoom: int) -> None:
    state = np.array(flags, np.uint8).reshape(4, 4)
    made = render(np.full((4, 4, 1), 50, np.uint8), state, view(4, zoom))
    known = layers.magnify(state > 0, np.full(4, zoom), np.full(4, zoom))
    assert not known[made == EDGE_COLOR].any()
    assert known[made == GIVEN_COLOR].all()
    untouched = known & (made != GIVEN_COLOR)
    assert (made[untouched] == packed(np.full((1, 1, 1), 50, np.uint8))[0, 0]).all()
    if 0 < state.sum() < 16:
        assert (made == GIVEN_COLOR).any()
        assert (made == EDGE_COLOR).any()


@given(st.lists(st.booleans(), min_size=16, max_size=16), st.integers(-60, 20), st.integers(-60, 20))
def test_a_part_in_sight_is_that_part_of_the_whole(flags: list[bool], x: int, y: int) -> None:
    state = np.array(flags, np.uint8).reshape(4, 4)
    pixels = np.random.default_rng(4).integers(0, 256, (4, 4, 3), dtype=np.uint8)
    made = layers.compose(pixels, state, pixels, None, DARK)
    seen = []
    for room, dx, dy in ((400, 120, 120), (50, 0, 0)):
        where = view(4, 23.6, x=x + dx, y=y + dy, room=room)  # 120 is a whole number of hatch periods
        canvas = np.zeros((room, room), np.uint32)
        left, top, part = layers.render(made, state > 0, where, 1, (GIVEN_COLOR, EDGE_COLOR))
        canvas[top : top + part.shape[0], left : left + part.shape[1]] = part
        seen.append(canvas)
    inner = slice(2, 48)  # a contour that begins right outside the canvas is not seen from within
    assert np.array_equal(seen[0][120:170, 120:170][inner, inner], seen[1][inner, inner])
