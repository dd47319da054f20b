"""Figures of quality with answers that are known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from engine.errors import RequestError
from engine.numerics.sample_quality import (
    class_accuracy,
    class_shares,
    frechet_distance,
    gaussian_frechet_distance,
    neighbour_radii,
    precision_recall,
    squared_distances,
    within_class_variance,
)


def normal(count: int, dims: int = 8, seed: int = 0, *, mean: float = 0.0, scale: float = 1.0) -> np.ndarray:
    return np.random.default_rng(seed).normal(mean, scale, (count, dims))


# --- the Frechet distance -------------------------------------------------------------------------------------------


def test_a_set_is_at_no_distance_from_itself() -> None:
    features = normal(500)
    assert frechet_distance(features, features) == pytest.approx(0, abs=1e-9)
    assert frechet_distance(features, features[::-1]) == pytest.approx(0, abs=1e-9)


def test_moving_a_set_costs_the_square_of_the_way() -> None:
    features = normal(500)
    way = np.linspace(-1, 2, 8)
    assert frechet_distance(features, features + way) == pytest.approx(np.square(way).sum(), abs=1e-9)


def test_two_gaussians_with_common_axes_have_the_closed_form() -> None:
    """|m1 - m2|^2 + sum (s1 - s2)^2, in any rotation."""
    rng = np.random.default_rng(3)
    turn = np.linalg.qr(rng.standard_normal((6, 6)))[0]
    s1, s2, m1, m2 = rng.uniform(0.1, 2, 6), rng.uniform(0.1, 2, 6), rng.normal(size=6), rng.normal(size=6)
    wanted = np.square(m1 - m2).sum() + np.square(s1 - s2).sum()
    covariances = [turn @ np.diag(s**2) @ turn.T for s in (s1, s2)]
    assert gaussian_frechet_distance(m1, covariances[0], m2, covariances[1]) == pytest.approx(wanted)


def test_two_gaussians_whose_covariances_do_not_commute() -> None:
    """In two dimensions tr (C1 C2)^(1/2) = sqrt(tr(C1 C2) + 2 sqrt(det(C1 C2)))."""
    c1, c2 = np.array([[2.0, 0.3], [0.3, 0.5]]), np.array([[1.0, -0.6], [-0.6, 1.5]])
    overlap = np.sqrt(np.trace(c1 @ c2) + 2 * np.sqrt(np.linalg.det(c1 @ c2)))
    wanted = np.trace(c1) + np.trace(c2) - 2 * overlap
    zero = np.zeros(2)
    assert gaussian_frechet_distance(zero, c1, zero, c2) == pytest.approx(wanted)


def test_samples_of_two_gaussians_come_near_the_closed_form() -> None:
    found = frechet_distance(normal(40_000), normal(40_000, seed=1, mean=0.5, scale=2.0))
    assert found == pytest.approx(8 * 0.5**2 + 8 * (2 - 1) ** 2, rel=0.02)


def test_a_feature_that_never_varies_is_no_trouble() -> None:
    one, other = normal(400), normal(400, seed=1)
    one[:, 0] = other[:, 0] = 3
    assert frechet_distance(one, other) < 0.2
    other[:, 0] = 4
    assert 1 <= frechet_distance(one, other) < 1.2


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.1, 5), st.floats(-3, 3))
def test_the_distance_is_symmetric_and_unmoved_by_rotation(seed: int, scale: float, mean: float) -> None:
    one, other = normal(60, 4, seed), normal(70, 4, seed + 1, mean=mean, scale=scale)
    turn = np.linalg.qr(normal(4, 4, seed + 2))[0]
    distance = frechet_distance(one, other)
    assert frechet_distance(other, one) == pytest.approx(distance, rel=1e-6, abs=1e-9)
    assert frechet_distance(one @ turn, other @ turn) == pytest.approx(distance, rel=1e-6, abs=1e-9)


# --- precision and recall -------------------------------------------------------------------------------------------


def test_draws_of_one_distribution_are_precise_and_recalled() -> None:
    precision, recall = precision_recall(normal(1500, 3), normal(1500, 3, seed=1))
    assert precision > 0.9 and recall > 0.9


def test_a_set_recalls_itself() -> None:
    features = normal(200)
    assert precision_recall(features, features) == (1.0, 1.0)


def test_sets_apart_have_neither() -> None:
    assert precision_recall(normal(200), normal(200, seed=1, mean=50)) == (0.0, 0.0)


def test_collapse_is_precise_and_not_recalled() -> None:
    """All samples near one real picture: what is drawn is real, and little of what is real is drawn."""
    real = normal(1000, 4)
    precision, recall = precision_recall(real, real[0] + normal(1000, 4, seed=1, scale=1e-3))
    assert precision == 1.0 and recall < 0.02
    distance, usual = frechet_distance(real, real[0] + normal(1000, 4, scale=1e-3)), normal(1000, 4, seed=2)
    assert distance > 50 * frechet_distance(real, usual)


def test_half_of_the_modes_are_half_of_the_recall() -> None:
    modes = np.array([[0.0, 0.0], [100.0, 0.0]])
    rng = np.random.default_rng(0)
    real = modes[rng.integers(0, 2, 2000)] + normal(2000, 2, seed=1)
    drawn = modes[0] + normal(2000, 2, seed=2)
    precision, recall = precision_recall(real, drawn)
    assert precision > 0.9
    assert recall == pytest.approx(0.5, abs=0.05)


def test_scattering_loses_precision_and_not_recall() -> None:
    precision, recall = precision_recall(normal(1000, 4), normal(1000, 4, seed=1, scale=6))
    assert precision < 0.5 and recall > 0.8


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.2, 4), st.floats(-2, 2))
def test_exchanged_sets_exchange_precision_and_recall(seed: int, scale: float, mean: float) -> None:
    one, other = normal(80, 3, seed), normal(60, 3, seed + 1, mean=mean, scale=scale)
    assert precision_recall(one, other) == precision_recall(other, one)[::-1]


def test_radii_of_points_on_a_line() -> None:
    line = np.array([[0.0], [1.0], [3.0], [7.0]])
    assert neighbour_radii(line, 1).tolist() == [1, 1, 4, 16]
    assert neighbour_radii(line, 2).tolist() == [9, 4, 9, 36]


def test_radii_come_in_parts_and_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    features = normal(130)
    whole = neighbour_radii(features)
    monkeypatch.setattr("engine.numerics.sample_quality._ROWS", 17)
    np.testing.assert_allclose(neighbour_radii(features), whole)


@settings(max_examples=30, deadline=None)
@given(arrays.arrays(np.float32, (7, 3), elements=st.floats(-100, 100, width=32)))
def test_distances_are_those_of_the_definition(x: np.ndarray) -> None:
    wanted = np.square(x.astype(np.float64)[:, None] - x.astype(np.float64)[None]).sum(-1)
    np.testing.assert_allclose(squared_distances(x, x), wanted, atol=1e-7)


# --- classes --------------------------------------------------------------------------------------------------------


def test_shares_and_accuracy() -> None:
    asked, seen = np.array([0, 0, 0, 1, 1, 3]), np.array([0, 0, 1, 1, 1, 0])
    assert class_shares(seen, 4).tolist() == [0.5, 0.5, 0, 0]
    found = class_accuracy(asked, seen, 4)
    assert found[:2].tolist() == pytest.approx([2 / 3, 1]) and np.isnan(found[2]) and found[3] == 0


def test_variance_within_classes_sees_collapse_where_it_is() -> None:
    classes = np.repeat([0, 1, 2], 2000)
    centres = np.array([[0.0] * 5, [10.0] * 5, [-3.0] * 5])[classes]  # far apart, and none of that counts
    real = centres + normal(6000, 5)
    drawn = centres + normal(6000, 5, seed=1) * np.array([1.0, 0.1, 2.0])[classes][:, None]
    ratio = within_class_variance(drawn, classes, 3) / within_class_variance(real, classes, 3)
    np.testing.assert_allclose(ratio, [1, 0.01, 4], rtol=0.1)


def test_one_prototype_a_class_has_no_variance() -> None:
    classes = np.repeat([0, 1], 50)
    assert within_class_variance(np.array([[1.0, 2.0], [5.0, 1.0]])[classes], classes, 3).tolist() == [0, 0, 0]


# --- refusals -------------------------------------------------------------------------------------------------------


def test_too_few_pictures_are_refused() -> None:
    with pytest.raises(RequestError, match="16 pictures are too few to compare sets of 8 features"):
        frechet_distance(normal(16), normal(500))
    with pytest.raises(RequestError, match="at least 17"):
        frechet_distance(normal(500), normal(16))
    assert frechet_distance(normal(17), normal(17)) == pytest.approx(0, abs=1e-9)
    with pytest.raises(RequestError, match="too few"):
        precision_recall(normal(49), normal(500))
    with pytest.raises(RequestError, match="too few"):
        precision_recall(normal(200), normal(100), neighbours=150)


def test_what_is_no_number_or_does_not_fit_is_refused() -> None:
    broken = normal(500)
    broken[7, 2] = np.nan
    for measure in (frechet_distance, precision_recall):
        with pytest.raises(RequestError, match="not a number"):
            measure(normal(500), broken)
        with pytest.raises(RequestError, match="One set has 8"):
            measure(normal(500), normal(500, 7))
    with pytest.raises(RequestError, match="shape"):
        frechet_distance(np.zeros(500), np.zeros(500))
    with pytest.raises(RequestError, match="0 to 2"):
        class_shares(np.array([0, 3]), 3)
