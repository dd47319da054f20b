"""What is read off the engine's answers for the lenses."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.workspaces.complete import lens_readings as readings
from engine.contracts.particles import Evidence
from engine.contracts.probes import Examination, Influence
from engine.sampling import orientation as engine_order

NAMES = engine_order.NAMES


def examination(log_prob: np.ndarray, entropy: np.ndarray | None = None) -> Examination:
    return Examination(
        log_prob=log_prob.astype(np.float32),
        entropy=np.zeros_like(log_prob, np.float32) if entropy is None else entropy.astype(np.float32),
        levels=np.zeros(log_prob.shape, np.int32),
        distribution=None,
        orientation="upright",
        total_ms=1.0,
    )


@pytest.mark.parametrize("name", NAMES)
def test_the_reading_order_is_the_engines(name: str) -> None:
    assert (readings.reading_order(name, 5, 7) == engine_order.order(5, 7, name)).all()


@pytest.mark.parametrize("name", NAMES)
def test_ranks_are_the_order_turned_round(name: str) -> None:
    ranks = readings.ranks(name, 4, 6)
    assert (ranks.reshape(-1)[readings.reading_order(name, 4, 6)] == np.arange(24)).all()


def test_an_order_that_nobody_knows_is_read_upright() -> None:
    assert (readings.reading_order("auto", 3, 3) == np.arange(9)).all()


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**20 - 1), st.sampled_from(NAMES))
def test_a_pixel_is_foreseen_where_all_before_it_is_known(bits: int, name: str) -> None:
    known = np.array([bits >> place & 1 for place in range(20)], bool).reshape(4, 5)
    found = readings.foreseen(known, name).reshape(-1)
    order = engine_order.order(4, 5, name)
    expected = [bool(known.reshape(-1)[order[:rank]].all()) for rank in range(20)]
    assert found[order].tolist() == expected


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**20 - 1))
def test_an_order_is_exact_where_the_engine_finds_no_late_pixel(bits: int) -> None:
    known = np.array([bits >> place & 1 for place in range(20)], bool).reshape(4, 5)
    for names in (NAMES[:1], NAMES[:4], NAMES):
        late = min(engine_order.late_pixels(known, name) for name in names)
        assert readings.exact_order(known, names) == (late == 0)


def test_bits_are_nats_over_log_two_and_never_negative() -> None:
    found = readings.bits_of(examination(np.array([[np.log(0.5), np.log(0.25)], [0.0, 1e-6]])))
    assert found == pytest.approx(np.array([[1, 2], [0, 0]]), abs=1e-5) and found.min() >= 0


def test_a_map_is_scaled_to_its_largest_value_and_has_none_elsewhere() -> None:
    where = np.array([[True, True, False]])
    found = readings.bits_map(np.array([[4.0, 1.0, 9.0]], np.float32), where)
    assert found.values[0, :2].tolist() == [1.0, 0.25] and np.isnan(found.values[0, 2])
    assert (found.low, found.high, found.unit) == ("0", "4.0", "bits")


def test_a_picture_without_surprise_is_not_blown_up() -> None:
    found = readings.bits_map(np.full((2, 2), 0.01, np.float32), np.ones((2, 2), bool))
    assert found.high == "1.0" and found.values.max() == pytest.approx(0.01)
    empty = readings.bits_map(np.ones((2, 2), np.float32), np.zeros((2, 2), bool))
    assert np.isnan(empty.values).all() and empty.high == "1.0"


def test_the_share_of_the_most_surprising_twentieth() -> None:
    bits = np.zeros(40, np.float32)
    bits[:4] = [5, 3, 1, 1]
    assert readings.surprise_share(bits, np.ones(40, bool)) == (2, pytest.approx(0.8))
    assert readings.surprise_share(np.zeros(4, np.float32), np.ones(4, bool)) == (1, 0.0)


def influence(nats: np.ndarray, row: int, column: int, orientation: str = "upright", causal: bool = True) -> Influence:
    return Influence(
        nats=nats.astype(np.float32),
        row=row,
        column=column,
        orientation=orientation,
        causal=causal,
        blind=0,
        total_ms=1.0,
    )


def test_a_receptive_field_parts_seen_blind_and_later_pixels() -> None:
    nats = np.zeros((3, 3))
    nats[0, 1], nats[1, 0] = 0.25, 1.0
    found = readings.influence_map(influence(nats, 1, 1))
    assert found.values[0, 1] == pytest.approx(0.5) and found.values[1, 0] == 1.0, "on a scale of square roots"
    assert np.isnan(found.values[1, 1]) and np.isfinite(found.values).sum() == 2
    assert found.blind is not None and np.argwhere(found.blind).tolist() == [[0, 0], [0, 2]]
    assert found.later is not None and found.later.sum() == 4 and not found.later[1, 1]
    assert readings.field_size(influence(nats, 1, 1)) == (2, 4)


def test_a_leak_from_the_future_is_shown_and_not_dimmed() -> None:
    nats = np.zeros((2, 2))
    nats[1, 1] = 1.0
    found = readings.influence_map(influence(nats, 0, 1, causal=False))
    assert found.values[1, 1] == 1.0 and found.later is not None and not found.later[1, 1] and found.later[1, 0]


def test_what_comes_before_follows_the_orientation() -> None:
    found = readings.influence_map(influence(np.zeros((2, 2)), 0, 0, "rotate_180"))
    assert found.blind is not None and found.blind.sum() == 3 and not found.blind[0, 0]


def evidence(estimates: np.ndarray) -> Evidence:
    log_evidence = np.logaddexp.reduce(estimates, axis=1) - np.log(estimates.shape[1])
    return Evidence(
        classes=tuple(map(str, range(len(estimates)))),
        log_evidence=log_evidence,
        estimates=estimates,
        spread=np.zeros(len(estimates)),
        posterior=np.ones(len(estimates)) / len(estimates),
        posterior_spread=np.zeros(len(estimates)),
        lowest=np.ones(len(estimates)),
        orientation="upright",
        exact=estimates.shape[1] == 1,
        total_ms=1.0,
    )


def test_evidence_is_the_mixture_of_the_classes() -> None:
    nats, spread = readings.evidence_of(evidence(np.log(np.array([[0.2], [0.4]]))))
    assert nats == pytest.approx(np.log(0.3)) and spread == 0


def test_its_spread_is_that_of_the_mixture_over_the_repeats() -> None:
    estimates = np.log(np.array([[0.2, 0.4], [0.4, 0.4]]))
    nats, spread = readings.evidence_of(evidence(estimates))
    assert nats == pytest.approx(np.log(0.35))
    assert spread == pytest.approx(np.std(np.log([0.3, 0.4]), ddof=1))


def test_evidence_of_almost_impossible_pixels_is_a_number() -> None:
    nats, _ = readings.evidence_of(evidence(np.array([[-5000.0], [-5001.0]])))
    assert -5001 < nats < -5000


def test_where_the_picture_speaks_for_a_class() -> None:
    given, without = examination(np.array([[-1.0, -3.0, -1.0]])), examination(np.array([[-2.0, -1.0, -1.0]]))
    found = readings.speaks_for(given, without, np.array([[True, True, False]]))
    assert found.diverging and found.values[0, 0] == pytest.approx(0.5) and found.values[0, 1] == -1
    assert np.isnan(found.values[0, 2]) and (found.low, found.high) == ("−2.0", "+2.0")
