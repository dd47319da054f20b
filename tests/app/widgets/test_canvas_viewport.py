"""Zoom, pan and fit: whole device pixels, and the point under the pointer stays."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.widgets.canvas_viewport import MAX_ZOOM, Viewport


def view(columns: int = 16, rows: int = 16, width: int = 640, height: int = 640, margin: int = 24) -> Viewport:
    made = Viewport()
    made.resize(width, height, margin)
    made.set_picture(columns, rows)
    return made


@pytest.mark.parametrize(("side", "zoom"), [(16, 37), (28, 21), (592, 1)])
def test_fit_takes_the_largest_whole_zoom(side: int, zoom: int) -> None:
    made = view(side, side)
    assert made.zoom == zoom
    left, right = int(made.x_edges()[0]), 640 - int(made.x_edges()[-1])
    assert abs(left - right) <= 1
    assert left >= 24


def test_a_picture_larger_than_the_canvas_is_shrunk_into_it() -> None:
    made = view(2000, 1000)
    assert made.zoom < 1
    assert made.x_edges()[0] >= 24 - 1
    assert made.x_edges()[-1] <= 640 - 24 + 1


@given(factor=st.floats(0.2, 5), x=st.integers(0, 639), y=st.integers(0, 639))
def test_the_point_under_the_pointer_stays(factor: float, x: int, y: int) -> None:
    made = view()
    before = made.to_image(x, y)
    if not (0 <= before[0] < 16 and 0 <= before[1] < 16):
        return
    made.zoom_by(factor, x, y)
    after = made.to_image(x, y)
    assert abs(after[0] - before[0]) * made.zoom <= 1.5  # to the rounding of the origin to whole device px
    assert abs(after[1] - before[1]) * made.zoom <= 1.5


@given(zooms=st.lists(st.floats(0.5, 2), max_size=8), dx=st.floats(-3000, 3000), dy=st.floats(-3000, 3000))
def test_edges_are_whole_rising_and_never_out_of_sight(zooms: list[float], dx: float, dy: float) -> None:
    made = view()
    for factor in zooms:
        made.zoom_by(factor, 300, 200)
    made.pan(dx, dy)
    for edges, limit in ((made.x_edges(), made.width), (made.y_edges(), made.height)):
        widths = np.diff(edges)
        assert widths.max() - widths.min() <= 1
        assert edges[0] < limit
        assert edges[-1] > 0


def test_zoom_has_bounds() -> None:
    made = view()
    made.zoom_by(1e6, 320, 320)
    assert made.zoom == MAX_ZOOM
    made.zoom_by(1e-9, 320, 320)
    assert made.zoom == 1.0


def test_resizing_fits_again_until_the_person_has_zoomed() -> None:
    made = view()
    made.resize(320, 320, 24)
    assert made.zoom == 17
    made.zoom_by(2, 160, 160)
    zoom, middle = made.zoom, made.to_image(160, 160)
    made.resize(640, 640, 24)
    assert made.zoom == zoom
    assert made.to_image(320, 320) == pytest.approx(middle, abs=0.05)


def test_another_picture_of_the_same_size_stays_where_it_was() -> None:
    made = view()
    made.zoom_by(1.5, 100, 100)
    where = (made.zoom, made.x, made.y)
    made.set_picture(16, 16)
    assert (made.zoom, made.x, made.y) == where
    made.set_picture(28, 28)
    assert made.fitted
