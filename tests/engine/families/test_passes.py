"""Passes of a large batch on several threads: all of them once, none after a stop or a failure."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.families import passes
from engine.families.passes import even_passes, work_off

PATIENCE = 30.0


@pytest.fixture(params=[1, 3])
def threads(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """With so many threads, whatever the machine has."""
    monkeypatch.setattr(passes, "threads", lambda: request.param)
    return request.param


@given(st.integers(1, 5000), st.integers(1, 600))
def test_passes_are_even_and_cover_the_batch(count: int, most: int) -> None:
    found = even_passes(count, most)
    assert [row for rows in found for row in range(rows.start, rows.stop)] == list(range(count))
    sizes = [rows.stop - rows.start for rows in found]
    assert max(sizes) <= most and set(sizes[:-1]) <= {sizes[0]}


def test_four_hundred_are_shared_by_two() -> None:
    assert even_passes(400, 334) == [slice(0, 200), slice(200, 400)]


def test_every_pass_is_worked_off_once(threads: int) -> None:
    worked: list[slice] = []
    asked = even_passes(100, 3)
    told = list(work_off(asked, worked.append))
    assert sorted(worked, key=lambda rows: rows.start) == asked
    assert all(set(map(str, one)) <= set(map(str, asked)) for one in told) and len(told) <= len(asked)


def test_alone_is_the_calling_thread(threads: int) -> None:
    names: set[str] = set()
    for _ in work_off(even_passes(40, 2), lambda rows: names.add(threading.current_thread().name), alone=True):
        pass
    assert names == {threading.current_thread().name}


def test_others_help(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passes, "threads", lambda: 2)
    both = threading.Barrier(2, timeout=PATIENCE)  # passes only when two threads stand at it
    for _ in work_off([slice(0, 1), slice(1, 2)], lambda rows: both.wait() and None):
        pass


def test_after_a_stop_nothing_begins_and_nothing_runs_on(threads: int) -> None:
    begun, ended, stopped = list[slice](), list[slice](), threading.Event()
    mine = threading.current_thread()

    def work(rows: slice) -> None:
        begun.append(rows)
        if threading.current_thread() is not mine:
            assert stopped.wait(PATIENCE)  # the others are busy until the stop
        ended.append(rows)

    steps = work_off(even_passes(1000, 1), work)
    next(steps)
    timer = threading.Timer(0.05, stopped.set)
    timer.start()
    steps.close()
    timer.join()
    count = len(begun)
    assert count < 1000 and len(ended) == count, "what had begun was waited for, and nothing else begins"


def test_a_failure_is_told_whoever_met_it(threads: int) -> None:
    def fail_late(rows: slice) -> None:
        if rows.start >= 6:
            raise ValueError(f"row {rows.start}")

    with pytest.raises(ValueError, match="row"):
        for _ in work_off(even_passes(12, 1), fail_late):
            pass
