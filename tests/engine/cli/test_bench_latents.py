"""`reverie bench` of a model with a latent space: the rows, and what a trail of moves measures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from engine.catalogue.registry import Registry
from engine.cli import bench_gallery, bench_latents, bench_window
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
        trail.moved(number, job, at=float(number))
    for job, now in ((10, 3.5), (12, 5.0), (13, 6.0)):  # 11 was replaced while it waited
        clock.now = now
        trail.on_event(Started(job=job))
        trail.on_event(Finished(job=job, answer=ANSWER))
    assert trail.waits() == [3.5, 4.0, 3.0, 3.0]
    assert trail.backwards() == 0


def test_an_older_picture_after_a_newer_one_is_counted(clock: Clock) -> None:
    trail = Trail(3)
    for number in range(3):
        trail.moved(number, number, at=0.0)
    for job in (1, 0, 2):
        trail.on_event(Finished(job=job, answer=ANSWER))
    assert trail.backwards() == 1 and trail.waits() == [0.0, 0.0, 0.0]


def test_a_failed_move_is_the_error() -> None:
    trail = Trail(1)
    trail.moved(0, 5, at=0.0)
    trail.on_event(Failed(job=5, code="SessionError", problem="The graph is torn.", remedy="Sew it."))
    with pytest.raises(SessionError, match="torn"):
        trail.waits()


def test_rows_of_a_latent_model(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    quick = Effort(
        drawings=1, calls=1, starts=1, strokes=1, restarts=1, drag_s=0.2, tour_s=4.0, wall=64,
        drawn_wall=16, first_walls=1, raw_batches=1, scroll_s=1.0,
    )  # fmt: skip
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


def test_a_move_is_made_before_it_is_submitted(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """Submitting takes time too, which is part of the wait."""

    class SlowEngine:
        def submit(self, request: Any, lane: Any, on_event: Callable[[Any], None]) -> Any:
            clock.now += 5.0
            on_event(Finished(job=7, answer=ANSWER))
            return SimpleNamespace(id=7)

    clock.sleep = lambda seconds: None  # type: ignore[attr-defined]
    monkeypatch.setattr(bench_latents, "_finish", lambda *_: None)
    effort = Effort(drawings=1, calls=1, starts=1, strokes=1, restarts=1, drag_s=bench_latents.MOVE_S)
    row = bench_latents.answer_row(Registry([TOYS]).models["linear"], SlowEngine(), effort)  # type: ignore[arg-type]
    assert row.value == pytest.approx(5000.0)


def test_a_decoder_that_is_told_a_class_has_its_rows(run: Run, told: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    quick = Effort(drawings=1, calls=1, starts=1, strokes=1, restarts=1, drag_s=0.1, tour_s=1.0, wall=64)
    monkeypatch.setattr("engine.cli.bench.QUICK", quick)
    monkeypatch.setattr(bench_window, "rows", lambda *_: [])
    monkeypatch.setattr(bench_gallery, "rows", lambda *_: [])
    value = run("bench", "told", "--quick", "--json", folders=(told,)).value
    rows = {row["name"].removeprefix("latent.told."): row for row in value["rows"]}
    assert set(rows) == {"answer_p95_ms", "grid400.vs_raw"} and all(row["value"] > 0 for row in rows.values())


def test_what_a_model_fails_at_is_said_in_its_row(run: Run, told: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    quick = Effort(drawings=1, calls=1, starts=1, strokes=1, restarts=1, drag_s=0.1, tour_s=1.0, wall=64)
    monkeypatch.setattr("engine.cli.bench.QUICK", quick)
    monkeypatch.setattr(bench_window, "rows", lambda *_: [])
    monkeypatch.setattr(bench_gallery, "rows", lambda *_: [])
    (told / "told" / "decoder.onnx").write_bytes(b"torn")
    said = run("bench", "told", "--quick", "--json", folders=(told,))
    assert said.code == 0 and [row["value"] for row in said.value["rows"]] == [None, None]
    assert all(row["note"].startswith("not measured: ") for row in said.value["rows"])


def test_without_a_window_it_is_said(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    quick = Effort(drawings=1, calls=1, starts=1, strokes=1, restarts=1, drag_s=0.1, tour_s=1.0, wall=64)
    monkeypatch.setattr("engine.cli.bench.QUICK", quick)
    monkeypatch.setenv("QT_QPA_PLATFORM", "nosuch")
    value = run("bench", "colours", "--quick", "--json", folders=(TOYS,)).value
    notes = {row["name"]: row["note"] for row in value["rows"] if row["value"] is None}
    latent, walls = ("latent.colours", bench_window.ROWS), ("gallery.colours", bench_window.WALL_ROWS)
    assert set(notes) == {f"{prefix}.{name}" for prefix, names in (latent, walls) for name in names}
    assert all(note.startswith("not measured: The window did not open") for note in notes.values())


def test_identity_is_for_models_that_draw_row_by_row(run: Run) -> None:
    said = run("bench", "identity", "colours", "--json", folders=(TOYS,))
    assert said.code == 2 and "no autoregressive model" in said.value["error"]["problem"]
