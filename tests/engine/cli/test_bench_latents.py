"""`reverie bench` of a model with a latent space: the rows, and what a trail of moves measures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine.cli import bench_latents, bench_window
from engine.cli.bench import Effort
from engine.cli.bench_latents import Trail
from engine.contracts.events import Failed, Finished, Loaded, Started
from engine.errors import SessionError

Run = Callable[..., Any]
TOYS = Path(__file__).resolve().parents[1] / "latent_models"
ANSWER = Loaded(model="toy", milliseconds=0.0)


class Clock:
    """A clock that a test sets."""

    now = 0.0

    def perf_counter(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(bench_latents, "time", made)
    return made


def test_a_wait_ends_with_the_moves_own_picture_or_a_newer_ones(clock: Clock) -> None:
    trail = Trail(4)
    for number, job in enumerate((10, 11, 12, 13)):
        clock.now = float(number)
        trail.moved(number, job)
    for job, now in ((10, 3.5), (12, 5.0), (13, 6.0)):  # 11 was replaced while it waited
        clock.now = now
        trail.on_event(Started(job=job))
        trail.on_event(Finished(job=job, answer=ANSWER))
    assert trail.waits() == [3.5, 4.0, 3.0, 3.0]
    assert trail.backwards() == 0


def test_an_older_picture_after_a_newer_one_is_counted(clock: Clock) -> None:
    trail = Trail(3)
    for number in range(3):
        trail.moved(number, number)
    for job in (1, 0, 2):
        trail.on_event(Finished(job=job, answer=ANSWER))
    assert trail.backwards() == 1 and trail.waits() == [0.0, 0.0, 0.0]


def test_a_failed_move_is_the_error() -> None:
    trail = Trail(1)
    trail.moved(0, 5)
    trail.on_event(Failed(job=5, code="SessionError", problem="The graph is torn.", remedy="Sew it."))
    with pytest.raises(SessionError, match="torn"):
        trail.waits()


def test_rows_of_a_latent_model(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    quick = Effort(drawings=1, calls=1, starts=1, strokes=1, restarts=1, drag_s=0.2, tour_s=8.0)
    monkeypatch.setattr("engine.cli.bench.QUICK", quick)
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    value = run("bench", "colours", "--quick", "--json", folders=(TOYS,)).value
    rows = {row["name"].removeprefix("latent.colours."): row for row in value["rows"]}
    drag, answer, grid = rows["drag_p95_ms"], rows["answer_p95_ms"], rows["grid400.vs_raw"]
    assert drag["value"] > 0 and drag["n"] == 25 and drag["note"].endswith(" 0 older ones after newer ones")
    assert rows["map.worst_frame_ms"]["value"] > 0 and rows["map.missing_at_rest"]["value"] == 0
    assert 0 < rows["map.cache_mb"]["value"] <= rows["map.cache_mb"]["baseline"]
    assert answer["value"] > 0 and answer["n"] == 25
    assert answer["note"].endswith("0 older pictures after newer ones")
    assert grid["ratio"] == pytest.approx(grid["value"] / grid["baseline"])


def test_without_a_window_it_is_said(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    quick = Effort(drawings=1, calls=1, starts=1, strokes=1, restarts=1, drag_s=0.1, tour_s=1.0)
    monkeypatch.setattr("engine.cli.bench.QUICK", quick)
    monkeypatch.setenv("QT_QPA_PLATFORM", "nosuch")
    value = run("bench", "colours", "--quick", "--json", folders=(TOYS,)).value
    notes = {row["name"]: row["note"] for row in value["rows"] if row["value"] is None}
    assert set(notes) == {f"latent.colours.{name}" for name in bench_window.ROWS}
    assert all(note.startswith("not measured: The window did not open") for note in notes.values())


def test_identity_is_for_models_that_draw_row_by_row(run: Run) -> None:
    said = run("bench", "identity", "colours", "--json", folders=(TOYS,))
    assert said.code == 2 and "no autoregressive model" in said.value["error"]["problem"]
