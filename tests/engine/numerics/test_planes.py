"""Planes in latent space: at right angles whatever spans them, and every place leads to its point and back."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from engine.errors import RequestError
from engine.numerics.planes import Plane, coordinate_plane, plane_through, spanned_plane


def vectors(dim: int) -> st.SearchStrategy[NDArray[np.float64]]:
    return hnp.arrays(np.float64, dim, elements=st.floats(-5, 5).map(lambda x: round(x, 3)))


@st.composite
def planes(draw: st.DrawFn) -> Plane:
    dim = draw(st.integers(2, 7))
    pivot, first, second = (draw(vectors(dim)) for _ in range(3))
    third = draw(st.none() | vectors(dim))
    try:
        return spanned_plane(pivot, first, second, third)
    except RequestError:
        return coordinate_plane(pivot, 0, 1)


@given(planes())
def test_axes_are_orthonormal_and_so_is_the_third(plane: Plane) -> None:
    rows = plane.axes if plane.third is None else np.vstack([plane.axes, plane.third])
    np.testing.assert_allclose(rows @ rows.T, np.eye(len(rows)), atol=1e-9)
    assert (plane.third is None) == (plane.dim == 2)


@given(planes(), hnp.arrays(np.float64, (4, 2), elements=st.floats(-6, 6)), st.floats(-3, 3))
def test_a_place_leads_to_its_point_and_back(plane: Plane, places: NDArray[np.float64], depth: float) -> None:
    z = plane.points(places, depth)
    assert z.shape == (4, plane.dim) and z.dtype == np.float32
    np.testing.assert_allclose(plane.places(z), places, atol=1e-4)
    if plane.third is not None:
        np.testing.assert_allclose(plane.depths(z), depth, atol=1e-4)
        np.testing.assert_allclose(plane.distances(z), abs(depth), atol=1e-4)
    np.testing.assert_allclose(plane.points(places[0], depth), z[0], atol=1e-5)
    np.testing.assert_allclose(plane.places(z[0]), plane.places(z)[0], atol=1e-9)


@given(planes())
def test_the_pivot_is_the_origin_and_moves_alone(plane: Plane) -> None:
    np.testing.assert_allclose(plane.points([0.0, 0.0]), plane.pivot, atol=1e-5)
    moved = plane.through(plane.pivot + 1)
    assert moved.axes is plane.axes
    np.testing.assert_allclose(moved.points([0.0, 0.0]), plane.pivot + 1, atol=1e-5)


def test_coordinates_span_what_they_say() -> None:
    plane = coordinate_plane([1.0, 2.0, 3.0, 4.0], 3, 1)
    assert plane.points([0.5, -0.5], 2.0).tolist() == [3.0, 1.5, 3.0, 4.5]
    assert coordinate_plane(np.zeros(4), 3, 1, 2).points([0.0, 0.0], 1.0).tolist() == [0, 0, 1, 0]
    assert coordinate_plane(np.zeros(2), 0, 1).third is None
    assert coordinate_plane(np.zeros(2), 0, 1).depths(np.ones((3, 2))).tolist() == [0, 0, 0]


def test_directions_keep_their_sense() -> None:
    first, second = np.array([3.0, 0, 0]), np.array([5.0, -2.0, 0])
    plane = spanned_plane(np.zeros(3), first, second, [1.0, 1.0, -4.0])
    places = plane.places([first, second])
    assert places[0].tolist() == [3.0, 0.0] and places[1, 1] > 0
    assert plane.third is not None and plane.third.tolist() == [0, 0, -1]


def test_a_third_direction_in_the_plane_is_replaced() -> None:
    plane = spanned_plane(np.zeros(3), [1.0, 0, 0], [0, 1.0, 0], [2.0, 3.0, 0])
    assert plane.third is not None and plane.third.tolist() == [0, 0, 1]


@given(st.integers(2, 6).flatmap(lambda dim: st.tuples(vectors(dim), vectors(dim), vectors(dim))))
def test_three_points_lie_on_their_plane_around_the_pivot(points: tuple[NDArray[np.float64], ...]) -> None:
    try:
        plane = plane_through(*points)
    except RequestError as error:
        ab, ac = points[1] - points[0], points[2] - points[0]
        assert np.linalg.matrix_rank(np.stack([ab, ac]), tol=1e-3) < 2 and error.remedy
        return
    np.testing.assert_allclose(plane.distances(np.stack(points)), 0, atol=1e-6)
    places = plane.places(np.stack(points))
    np.testing.assert_allclose(places.mean(axis=0), 0, atol=1e-6)
    assert places[1, 0] > places[0, 0] and places[1, 1] == pytest.approx(places[0, 1], abs=1e-6)


@pytest.mark.parametrize(
    ("first", "second"),
    [((0, 0, 0), (1, 0, 0)), ((1, 2, 3), (0, 0, 0)), ((1, 2, 3), (-2, -4, -6)), ((1, 0, 0), (np.nan, 0, 0))],
)
def test_what_spans_no_plane_is_refused(first: tuple[float, ...], second: tuple[float, ...]) -> None:
    with pytest.raises(RequestError, match="span no plane"):
        spanned_plane(np.zeros(3), first, second)
    with pytest.raises(RequestError, match="lie on a line"):
        plane_through(np.zeros(3), np.ones(3), np.full(3, 2.0))


def test_an_ellipsoids_shadow_is_that_of_its_samples() -> None:
    variance = np.array([4.0, 1.0, 0.25])
    plane = spanned_plane(np.zeros(3), [1.0, 1.0, 0.0], [0.0, 0.0, 1.0])
    np.testing.assert_allclose(plane.covariance(variance), [[2.5, 0], [0, 0.25]], atol=1e-12)
    samples = np.random.default_rng(0).normal(size=(20000, 3)) * np.sqrt(variance)
    np.testing.assert_allclose(np.cov(plane.places(samples).T), plane.covariance(variance), atol=0.06)
