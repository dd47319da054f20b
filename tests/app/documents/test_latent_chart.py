"""The chart: both ways agree, the normal layout is the normal's distribution function, and scales stay readable."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.documents.latent_chart import LAYOUTS, REACH, Chart, ticks


@given(st.sampled_from(LAYOUTS), st.floats(-5, 5))
def test_there_and_back(layout: str, value: float) -> None:
    chart = Chart(layout)
    assert float(chart.to_plane(chart.to_chart(value))) == pytest.approx(value, abs=1e-6)


def test_equal_areas_are_equally_probable() -> None:
    draws = np.random.default_rng(0).standard_normal(200_000)
    counts, _ = np.histogram(Chart("normal").to_chart(draws), bins=10, range=(0, 1))
    np.testing.assert_allclose(counts / len(draws), 0.1, atol=0.003)


def test_the_rim_is_finite() -> None:
    np.testing.assert_array_equal(Chart("normal").to_plane([-1.0, 0.0, 1.0, 2.0]), [-REACH, -REACH, REACH, REACH])


@given(st.sampled_from(LAYOUTS), st.floats(-3, 2.9), st.floats(0.001, 6), st.integers(40, 2000))
def test_scales_are_round_in_view_and_apart(layout: str, start: float, width: float, pixels: int) -> None:
    chart = Chart(layout)
    low, high = (float(v) for v in chart.to_chart([start, start + width]))
    marks = ticks(chart, low, high, pixels)
    assert len(marks) <= pixels / 44 / 0.6 + 2
    for value, place in marks:
        assert low - 1e-9 <= place <= high + 1e-9
        assert float(chart.to_chart(value)) == pytest.approx(place)
        assert len(f"{abs(value):.6g}") <= 8
    gaps = np.diff([place for _, place in marks]) / (high - low) * pixels
    assert (gaps >= 44 * 0.6 - 1e-6).all()


def test_an_empty_view_has_no_scale() -> None:
    assert ticks(Chart("plain"), 1.0, 1.0, 100) == []
    assert ticks(Chart("plain"), 0.0, 1.0, 0) == []
