"""Paths, grids and principal axes of latent space against their closed forms."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from engine.numerics.latents import lerp, normal_grid, plain_grid, principal_axes, slerp

POINTS = hnp.arrays(np.float32, 5, elements=st.floats(-4, 4, width=32))
T = np.linspace(0, 1, 9)


def angle(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    u, v = a / np.linalg.norm(a), b / np.linalg.norm(b)
    return float(2 * np.arctan2(np.linalg.norm(u - v), np.linalg.norm(u + v)))


@given(POINTS, POINTS)
def test_both_paths_begin_and_end_where_they_should(a: NDArray[np.float32], b: NDArray[np.float32]) -> None:
    for path in (lerp, slerp):
        found = path(a, b, T)
        assert found.shape == (9, 5) and found.dtype == np.float32 and np.isfinite(found).all()
        np.testing.assert_array_equal(found[[0, -1]], [a, b])
        np.testing.assert_array_equal(path(a, b, T[3]), found[3])


@given(POINTS, POINTS)
def test_the_straight_line_is_straight(a: NDArray[np.float32], b: NDArray[np.float32]) -> None:
    np.testing.assert_allclose(lerp(a, b, T), a + T[:, None] * (b.astype(np.float64) - a), atol=1e-5)


@given(POINTS, POINTS)
def test_the_arc_turns_evenly_and_its_length_goes_evenly(a: NDArray[np.float32], b: NDArray[np.float32]) -> None:
    long_a, long_b = (np.linalg.norm(x.astype(np.float64)) for x in (a, b))
    assume(min(long_a, long_b) > 0.1)
    whole = angle(a.astype(np.float64), b.astype(np.float64))
    assume(0.01 < whole < 3.13)
    found = slerp(a, b, T).astype(np.float64)
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), (1 - T) * long_a + T * long_b, rtol=1e-5)
    np.testing.assert_allclose([angle(found[0], z) for z in found], T * whole, atol=1e-4)


def test_of_equal_lengths_it_is_shoemakes_formula() -> None:
    rng = np.random.default_rng(0)
    a, b = (v / np.linalg.norm(v) * 3 for v in rng.normal(size=(2, 16)))
    omega = angle(a, b)
    expected = [(np.sin((1 - t) * omega) * a + np.sin(t * omega) * b) / np.sin(omega) for t in T]
    np.testing.assert_allclose(slerp(a, b, T), expected, atol=1e-6)


@pytest.mark.parametrize(("a", "b"), [((0, 0, 0), (1, 2, 3)), ((1, 2, 3), (0, 0, 0)), ((1, 2, 2), (2, 4, 4))])
def test_where_no_angle_is_the_arc_is_the_line(a: tuple[float, ...], b: tuple[float, ...]) -> None:
    np.testing.assert_array_equal(slerp(a, b, T), lerp(a, b, T))


def test_opposite_points_are_joined_by_a_half_circle_all_the_same() -> None:
    a = np.array([1.0, 2.0, 2.0])
    found = slerp(a, -a, T).astype(np.float64)
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 3, rtol=1e-6)
    np.testing.assert_allclose([angle(a, z) for z in found], np.pi * T, atol=1e-6)
    np.testing.assert_array_equal(slerp([2.0], [-2.0], T), lerp([2.0], [-2.0], T))


def test_the_plain_grid_reads_from_the_top_left() -> None:
    assert plain_grid(2, 3.0).tolist() == [[-3, 3], [3, 3], [-3, -3], [3, -3]]
    assert plain_grid(1).tolist() == [[0, 0]]


@pytest.mark.parametrize("side", [1, 2, 7, 20])
def test_the_normal_grid_parts_the_prior_evenly(side: int) -> None:
    grid = normal_grid(side).reshape(side, side, 2).astype(np.float64)
    line = [NormalDist().inv_cdf((i + 0.5) / side) for i in range(side)]
    np.testing.assert_allclose(grid[0, :, 0], line, atol=1e-6)
    np.testing.assert_allclose(grid[::-1, 0, 1], line, atol=1e-6)
    assert (grid[:, :, 0] == grid[:1, :, 0]).all() and (grid[:, :, 1] == grid[:, :1, 1]).all()


def test_principal_axes_are_the_covariances_eigenvectors() -> None:
    rng = np.random.default_rng(1)
    codes = rng.normal(size=(200, 4)) @ rng.normal(size=(4, 4)) + 5
    found = principal_axes(codes)
    values, vectors = np.linalg.eigh(np.cov(codes.T))
    np.testing.assert_allclose(found.variance, values[::-1])
    np.testing.assert_allclose(np.abs(found.axes @ vectors[:, ::-1]), np.eye(4), atol=1e-9)
    np.testing.assert_allclose(found.mean, codes.mean(axis=0))
    assert all(axis[np.abs(axis).argmax()] > 0 for axis in found.axes)


@given(hnp.arrays(np.float32, st.tuples(st.integers(2, 12), st.integers(1, 5)), elements=st.floats(-9, 9, width=32)))
def test_principal_axes_of_anything_are_orthonormal_by_falling_variance(codes: NDArray[np.float32]) -> None:
    found = principal_axes(codes)
    np.testing.assert_allclose(found.axes @ found.axes.T, np.eye(len(found.axes)), atol=1e-6)
    assert (np.diff(found.variance) <= 1e-9).all()
    total = codes.astype(np.float64).var(axis=0, ddof=1).sum()
    assert found.variance.sum() == pytest.approx(total, rel=1e-6, abs=1e-9)
