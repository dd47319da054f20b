"""The first show and the replays: recorded steps, the engine never waits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from app.workspaces.complete.playback import Playback


def started(fresh: Callable[..., Any], models: Any) -> Any:
    bench = fresh(models["face"])
    bench.clock.advance(60)
    return bench


def test_the_first_completion_plays_for_a_second_staggered_by_60_ms(fresh: Callable[..., Any], models: Any) -> None:
    bench = started(fresh, models)
    assert bench.state.show_running
    bench.job.rows(5, value=90)
    assert bench.state.images is None  # rows are held back: the show tells them
    bench.job.finish(value=90)
    assert not bench.state.drawn[:, 2].any() and bench.state.drawn[:, 0].all()
    bench.clock.advance(372)
    assert bench.state.playing and bench.state.show_running
    assert bench.state.drawn[0, 2].tolist() == [True, True, True, False, False]
    assert bench.state.drawn[7, 2].sum() == 0  # the eighth began 420 ms later
    assert bench.state.cursor == 12 and bench.state.reading.text == "p(x_i | x_1 … x_i-1) = 0.250"
    bench.clock.advance(660)
    assert not bench.state.playing and bench.state.drawn.all() and bench.state.cursor is None
    assert (bench.state.images[7, 2] == 97).all()


def test_any_input_skips_the_show(fresh: Callable[..., Any], models: Any) -> None:
    for verb in ("select", "choose_tool", "start_stroke", "skip_show", "undo", "hover", "set_size"):
        bench = started(fresh, models)
        bench.job.finish(value=90)
        bench.clock.advance(200)
        arguments = {"select": (1,), "choose_tool": ("adopt",), "hover": (1,), "set_size": (1.0,)}.get(verb, ())
        getattr(bench.presenter, verb)(*arguments)
        bench.presenter.hover(-1)
        assert not bench.state.show_running and bench.state.drawn.all(), verb


def test_the_pointer_leaving_is_no_input(fresh: Callable[..., Any], models: Any) -> None:
    bench = started(fresh, models)
    bench.presenter.hover(-1)
    assert bench.state.show_running


def test_input_before_the_first_answer_shows_the_rows_that_were_held_back(
    fresh: Callable[..., Any], models: Any
) -> None:
    bench = started(fresh, models)
    bench.job.rows(5, value=90)
    bench.presenter.choose_tool("pen")
    assert not bench.state.show_running and (bench.state.images[0, 2] == 90).all()
    bench.job.finish(value=90)
    assert not bench.state.playing


def test_only_the_first_completion_is_a_show(fresh: Callable[..., Any], models: Any) -> None:
    bench = started(fresh, models)
    bench.job.finish(value=90)
    bench.clock.advance(3000)
    bench.stroke((0.5, 0.5))
    bench.settle()
    assert not bench.state.playing and bench.state.drawn.all()


def test_rows_replay_after_the_engine_is_done(ink: Any) -> None:
    ink.presenter.set_pace("rows")
    ink.presenter.skip_show()
    ink.stroke((0.5, 0.5))
    ink.clock.advance(60)
    old = ink.state.images
    ink.job.rows(3, value=60)
    assert (ink.state.images == old).all()
    ink.job.finish(value=60)
    assert ink.state.playing and not ink.state.busy
    ink.clock.advance(250)
    assert (ink.state.images[0, 0, 1:] == 60).all() and (ink.state.images[0, 1] == 60).all()
    assert (ink.state.images[0, 2:] == old[0, 2:]).all() and ink.state.position == pytest.approx(240 / 720)
    ink.clock.advance(1000)
    assert not ink.state.playing and (ink.state.images[0].reshape(-1)[1:] == 60).all()


def test_pixels_replay_with_the_distribution_at_the_cursor(ink: Any) -> None:
    ink.presenter.set_pace("pixels")
    assert ink.state.playing and not ink.state.drawn.any()
    ink.clock.advance(80 * 3 + 1)
    reading = ink.state.reading
    assert ink.state.cursor == reading.pixel == 2 and reading.probability == pytest.approx(0.25)
    assert reading.distribution.tolist() == [0.5, 0.5] and ink.state.drawn[0].sum() == 3
    kept = ink.state.reading
    ink.presenter.choose_tool("adopt")
    assert ink.state.playing and ink.state.reading is kept


def test_an_edit_ends_a_replay_and_the_engine_is_asked_as_ever(ink: Any) -> None:
    ink.presenter.set_pace("pixels")
    before = len(ink.jobs)
    ink.stroke((0.5, 0.5))
    assert not ink.state.playing and ink.state.drawn.all()
    ink.clock.advance(60)
    assert len(ink.jobs) == before + 1


def test_a_replay_can_be_halted_sought_and_gone_on_with(ink: Any) -> None:
    ink.presenter.seek(0.5)
    assert ink.state.playing and ink.state.paused and ink.state.position == 0.5
    assert ink.state.drawn[0].sum() == 24
    ink.clock.advance(10_000)
    assert ink.state.paused and ink.state.drawn[0].sum() == 24
    ink.presenter.toggle_replay()
    ink.clock.advance(80 * 4 + 1)
    assert ink.state.drawn[0].sum() == 28
    ink.clock.advance(10_000)
    assert not ink.state.playing


def test_adopting_in_a_replay_adopts_all_of_it(ink: Any) -> None:
    ink.presenter.set_pace("pixels")
    ink.clock.advance(200)
    ink.presenter.adopt(1)
    assert ink.state.document.is_whole and not ink.state.playing


def test_columns_are_the_lines_of_a_transposed_raster(ink: Any) -> None:
    order = np.arange(48, dtype=np.int32).reshape(6, 8).T.reshape(-1)
    answer = ink.job.completion(order=order)
    observed = np.zeros((6, 8), bool)
    observed[:, 0] = True
    playback = Playback.start("rows", answer, observed, 0.0)
    assert playback.ends.tolist() == [6 * k for k in range(1, 8)]
    assert playback.drawn(121)[0].nonzero()[1].tolist() == [1] * 6


@pytest.mark.parametrize("pace", ["rows", "pixels", "show"])
def test_a_replay_draws_every_unknown_pixel_once_in_order(ink: Any, pace: str) -> None:
    answer, observed = ink.job.completion(), np.random.default_rng(0).random((6, 8)) < 0.5
    playback = Playback.start(pace, answer, observed, 0.0)
    before = playback.drawn(-1)
    for now in range(0, int(playback.length_ms) + 20, 7):
        drawn = playback.drawn(now)
        assert (drawn | ~before).all() and not (drawn & observed).any()
        before = drawn
    assert (before == ~observed).all() and playback.is_over(playback.length_ms + 1)
