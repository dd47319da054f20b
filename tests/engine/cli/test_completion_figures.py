"""Means, errors, ranks and bars of `reverie bench completion`, on numbers whose answers are known."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine.cli.completion_figures import Bar, Trial, bars, lines, mean_of, rank_of, ratio_of

GOOD = Trial(
    number=0, mask="scattered", method="raster", way="raster upright", count=64, kept=0.25,
    nats=np.array([-130.0, -140.0]), truth=-85.0, own_gap=-50.0, lowest_ess=math.nan, distinct=64, ancestors=math.nan,
    evidence=math.nan, cpu_ms=640.0, wall_ms=1280.0, plain_ms=640.0,
)  # fmt: skip
WEIGHED: dict[str, Any] = {"method": "particles", "way": "particles upright", "lowest_ess": 8.0, "evidence": -32.0}
WEIGHED |= {
    "kept": 1.0,
    "nats": np.array([-84.0, -90.0]),
    "distinct": 40,
    "ancestors": 3.0,
    "cpu_ms": 704.0,
    "own_gap": -2.0,
}


def test_a_mean_has_the_standard_error_over_pictures() -> None:
    found = mean_of([1.0, 2.0, 3.0, 4.0])
    assert (found.value, found.n) == (2.5, 4)
    assert found.error == pytest.approx(math.sqrt(5 / 3) / 2)
    assert str(found) == "2.500 ±0.645"


def test_what_was_not_measured_does_not_count() -> None:
    assert mean_of([math.nan, 3.0, math.nan, 5.0]).value == 4.0
    nothing, one = mean_of([math.nan]), mean_of([-12.5])
    assert (nothing.n, str(nothing)) == (0, "-") and math.isnan(one.error) and str(one) == "-12.5"


@pytest.mark.parametrize(
    ("draws", "truth", "rank"),
    [
        ([-9, -8, -7, -6], -6.5, 0.75),
        ([-9, -8], -1, 1.0),
        ([-3, -2], -5, 0.0),
        ([-4, -4], -4, 0.5),
        ([-4, -9], -4, 0.75),
    ],
)
def test_the_rank_is_the_share_of_less_likely_draws(draws: list[float], truth: float, rank: float) -> None:
    assert rank_of(np.array(draws, float), truth) == rank


def test_a_ratio_of_sums_and_its_error() -> None:
    exact = ratio_of([2.0, 4.0, 6.0], [1.0, 2.0, 3.0])
    assert exact.value == 2.0 and exact.error == pytest.approx(0.0)
    assert ratio_of([3.0, 1.0], [2.0, 2.0]).value == 1.0
    assert ratio_of([3.0, 1.0], [2.0, 2.0]).error == pytest.approx(0.5)  # deviations 1, -1; their error 1; over 2
    assert math.isnan(ratio_of([], []).value)


def test_the_error_of_a_ratio_is_what_repeats_show() -> None:
    rng = np.random.default_rng(0)
    repeats = []
    for _ in range(400):
        base = rng.uniform(1, 2, 50)
        repeats.append(ratio_of(base * rng.normal(1.2, 0.3, 50), base))
    spread = np.std([found.value for found in repeats])
    assert np.mean([found.error for found in repeats]) == pytest.approx(spread, rel=0.1)


def test_a_line_is_of_one_mask_and_method_over_all_pictures() -> None:
    second = replace(GOOD, number=1, kept=0.75, nats=np.array([-80.0, -80.0]), truth=-75.0)
    raster, particles = lines([GOOD, replace(GOOD, **WEIGHED), second])
    assert (raster.mask, raster.method, raster.kept.value, raster.kept.n) == ("scattered", "raster", 0.5, 2)
    assert raster.nats.value == -107.5 and raster.gap.value == -27.5
    assert raster.gap.error == pytest.approx(22.5)  # of -50 and -5: paired, not that of the means apart
    assert raster.cpu_ms.value == 10.0 and raster.wall_ms.value == 20.0 and raster.cost.value == 1.0
    assert particles.cost.value == pytest.approx(1.1) and particles.rank.value == 0.5
    assert raster.lowest_ess.n == 0 and particles.lowest_ess.value == 8.0
    mixed = lines([GOOD, replace(second, way="raster flip_vertical"), replace(second, way="raster upright")])[0]
    assert mixed.ways == "raster upright (2), raster flip_vertical (1)"


def verdicts(*trials: Trial) -> dict[str, bool | None]:
    return {f"{bar.name} {bar.wanted}": bar.reached for bar in bars(lines(trials), quality=True)}


def test_what_is_good_enough_reaches_the_bars_of_scattered_pixels() -> None:
    found = verdicts(GOOD, replace(GOOD, **WEIGHED))
    assert found == {
        "scattered, particles: class kept >= 0.80": True,
        "scattered, particles: class kept >= 2x raster": True,
        "scattered, particles: log p by the model that draws within 5 nats of the truth": True,
        "scattered, particles: log p by the model that scores within 5 nats of the truth": True,
        "scattered, particles: cost <= 1.3x plain sampling": True,
        "scattered, particles: 64 shown complete <= 1.2 s by the clock": False,
    }


def test_a_sampler_that_ignores_the_evidence_is_not_passed() -> None:
    """Planted: what claims to be particles draws as raster does, and takes half again as long."""
    for mask in ("scattered", "ring", "bottom", "right"):
        raster = replace(GOOD, mask=mask)
        bad = replace(raster, method="particles", way="particles upright", cpu_ms=960.0)
        found = verdicts(raster, bad)
        assert found and not any(found.values()), mask


def test_halves_ask_for_nats_and_rank_and_no_class() -> None:
    raster = replace(GOOD, mask="bottom", kept=math.nan)
    weighed = replace(raster, **{**WEIGHED, "kept": math.nan, "wall_ms": 700.0})
    turned = replace(raster, method="auto", way="raster flip_vertical")
    found = verdicts(raster, weighed, turned)
    assert all(found.values()) and not any("class" in name for name in found) and len(found) == 6
    few = verdicts(raster, replace(turned, distinct=63))
    assert few["bottom, auto: exact by orientation all 64 distinct"] is False
    weighed_auto = replace(weighed, method="auto", distinct=64)
    assert verdicts(raster, weighed_auto)["bottom, auto: exact by orientation all 64 distinct"] is False
    too_likely = replace(weighed, nats=np.array([-50.0, -60.0]))
    assert verdicts(raster, too_likely)["bottom, particles: rank of the truth 0.40 to 0.65"] is False


def test_without_a_classifier_the_class_is_not_judged() -> None:
    found = bars(lines([replace(GOOD, kept=math.nan), replace(GOOD, **{**WEIGHED, "kept": math.nan})]), quality=True)
    assert [bar.reached for bar in found if "class kept" in bar.name] == [None, None]
    only_cost = bars(lines([GOOD, replace(GOOD, **WEIGHED)]), quality=False)
    assert only_cost == [Bar("scattered, particles: cost", "<= 1.3x plain sampling", "1.100", True)]
