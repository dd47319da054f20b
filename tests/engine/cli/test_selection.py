"""Which pictures are scored, and which of the manifest's figures is about just these."""

from __future__ import annotations

import argparse
from typing import Any

import numpy as np
import pytest

from engine.cli.selection import Selection, check_selection, noted, select
from engine.errors import RequestError

FIGURE = {"value": 88.0, "n": 1000, "seed": 1234, "first": [{"n": 100, "value": 81.0}, {"n": 500, "value": 85.0}]}


def options(**given: Any) -> argparse.Namespace:
    return argparse.Namespace(**{"limit": None, "first": None, "last": None, "seed": 1234} | given)


def chosen(count: int = 1000, **given: Any) -> Selection:
    return select(options(**given), count)


@pytest.mark.parametrize(
    ("given", "rows"),
    [
        ({}, range(0, 10)),
        ({"first": 3}, range(0, 3)),
        ({"last": 4}, range(6, 10)),
        ({"first": 3, "last": 4}, range(6, 9)),
        ({"first": 30, "last": 40}, range(0, 10)),
        ({"limit": 30}, range(0, 10)),
    ],
)
def test_rows(given: dict[str, int], rows: range) -> None:
    assert chosen(10, **given).rows.tolist() == list(rows)


def test_a_limit_is_a_random_subset_in_order() -> None:
    rows = chosen(limit=50, last=200).rows
    assert len(set(rows.tolist())) == 50 and (np.diff(rows) > 0).all() and rows.min() >= 800
    assert rows.tolist() == chosen(limit=50, last=200).rows.tolist()
    assert rows.tolist() != chosen(limit=50, last=200, seed=1).rows.tolist()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, ""),
        ({"first": 5}, ", the first 5 of 1000 pictures"),
        ({"limit": 5}, ", a random subset of 1000 pictures"),
        ({"last": 200}, ", the last 200 of 1000 pictures"),
        ({"last": 200, "first": 5}, ", the first 5 of the last 200 of 1000 pictures"),
    ],
)
def test_words(given: dict[str, int], words: str) -> None:
    assert chosen(**given).words == words


@pytest.mark.parametrize("given", [{"first": 0}, {"last": -1}, {"limit": 0}, {"first": 3, "limit": 3}])
def test_numbers_that_make_no_sense_are_refused(given: dict[str, int]) -> None:
    with pytest.raises(RequestError):
        check_selection(options(**given))


@pytest.mark.parametrize(
    ("given", "value"), [({}, 88.0), ({"first": 100}, 81.0), ({"first": 500}, 85.0), ({"limit": 1000}, 88.0)]
)
def test_the_figure_of_the_same_pictures_is_found(given: dict[str, int], value: float) -> None:
    assert noted(FIGURE, chosen(**given), 1234) == value


@pytest.mark.parametrize("given", [{"first": 200}, {"limit": 100}, {"last": 500}])
def test_figures_of_other_pictures_are_not_compared(given: dict[str, int]) -> None:
    said = noted(FIGURE, chosen(**given), 1234)
    assert isinstance(said, str) and "100 or 500 or 1000" in said


def test_figures_of_other_noise_are_not_compared() -> None:
    said = noted(FIGURE, chosen(), 5)
    assert isinstance(said, str) and "--seed 1234" in said
    assert noted({"value": 2, "n": 1000}, chosen(), 5) == 2.0


def test_a_figure_of_the_first_of_a_set() -> None:
    figure = {"value": 7.5, "n": 200, "of": 1000, "first": "not a list"}
    assert (
        noted(figure, chosen(), 0) == "1000 of 1000 pictures were scored, and the figure is of the first 200 of 1000."
    )
    assert noted(figure, chosen(first=200), 0) == 7.5
    assert noted(figure, chosen(5000, last=1000, first=200), 0) == 7.5
    assert isinstance(noted(figure, chosen(200), 0), str)


@pytest.mark.parametrize("n", [[1], {}, "many", None])
def test_numbers_of_pictures_that_are_none_are_passed_over(n: Any) -> None:
    figure = {"value": 88.0, "n": n, "first": [{"n": n, "value": 1.0}, {"n": 100, "value": 81.0}]}
    assert isinstance(noted(figure, chosen(), 0), str)


@pytest.mark.parametrize("figure", [None, 3, {"n": 10}, {"value": "many"}])
def test_what_is_no_figure_is_none(figure: object) -> None:
    assert noted(figure, chosen(), 0) == "The manifest has no such figure."
