"""Effective sample sizes as bars: how high, which are marked, what is said of them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtWidgets import QWidget

from app.theme.tokens import DARK, channels
from app.widgets.sample_size_chart import SampleSizeChart

SIZES = np.array([[64.0, 32.0, 1.0, 48.0], [64.0, 40.0, 16.0, 8.0]])


@pytest.fixture
def chart(shown: Callable[..., QWidget]) -> SampleSizeChart:
    made = SampleSizeChart()
    made.set_sizes(np.arange(5, 9), SIZES, 64, 3.2)
    shown(made, 280, 100)
    return made


def test_a_bar_is_as_high_as_the_worst_run(chart: SampleSizeChart) -> None:
    area = chart.area()
    heights = [chart.bar(place).height() / area.height() for place in range(4)]
    assert heights == pytest.approx([1, 0.5, 1 / 64, 1 / 8], abs=0.02)
    assert all(area.adjusted(-1, -1, 1, 1).contains(chart.bar(place)) for place in range(4))


def test_low_bars_are_marked(chart: SampleSizeChart, photograph: Callable[[QWidget], NDArray[np.uint8]]) -> None:
    def has(place: int, colour: str) -> bool:
        column = photograph(chart)[:, int(chart.bar(place).center().x())].astype(int)
        return bool((np.abs(column - channels(colour)).max(axis=1) <= 2).any())

    assert has(0, DARK.accent) and not has(0, DARK.error)
    assert has(2, DARK.error) and not has(2, DARK.accent)


def test_a_row_is_said_in_words(chart: SampleSizeChart) -> None:
    assert chart.said_at(chart.bar(1).center().x()) == "Row 7: 32.0 of 64, the lowest of 2 runs"
    assert chart.said_at(0) == ""
    assert chart.accessibleDescription() == "1.0 to 64.0 of 64, low in 1 rows"
    chart.set_sizes(np.arange(2), SIZES[:1, :2], 64, 3.2)
    assert chart.said_at(chart.bar(0).center().x()) == "Row 1: 64.0 of 64"


def test_nothing_was_weighed(chart: SampleSizeChart, photograph: Callable[[QWidget], NDArray[np.uint8]]) -> None:
    chart.set_sizes(np.zeros(0, np.int64), np.zeros((1, 0)), 64, 3.2)
    assert chart.said_at(100) == ""
    assert (photograph(chart) == photograph(chart)[0, 0]).all()
