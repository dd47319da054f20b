"""Going back in a drawing, branching at a pixel of it, and what of the rows is drawn anew."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.documents.history import LIMIT
from app.documents.partial_image import ADOPTED
from app.workspaces.complete.desk import Made
from app.workspaces.complete.time_machine_line import drawing_of, redrawn
from app.workspaces.complete.time_machine_words import OWN_CLASS_HELP
from tests.app.workspaces.complete.conftest import INK, ROWS, make_bench

SIZE = (6, 8)
DOWN_COLUMNS = np.arange(48, dtype=np.int32).reshape(SIZE).T.reshape(-1)


def line(bench: Any) -> Any:
    return bench.state.timeline


def drawn(bench: Any, tile: int = 0) -> list[int]:
    """Flat indices of what tile ``tile`` shows."""
    return [int(place) for place in np.flatnonzero(bench.state.drawn[tile])]


# --- scrubbing


def test_at_rest_the_line_is_at_its_end(ink: Any) -> None:
    assert (line(ink).at, line(ink).of, line(ink).rewound) == (48, 48, False) and line(ink).usable
    assert line(ink).row_ends == (8, 16, 24, 32, 40, 48) and line(ink).text == "48 pixels, one after the other"


def test_scrubbing_shows_what_was_drawn_so_far_with_the_cursor_and_its_probability(ink: Any) -> None:
    final = ink.state.images.copy()
    ink.presenter.scrub(11)
    assert drawn(ink) == list(range(11)) and drawn(ink, 7) == list(range(11)) and ink.state.rewound
    assert (ink.state.images[:, 0] == final[:, 0]).all() and ink.state.cursor == 10
    assert ink.state.reading.pixel == 10 and ink.state.reading.probability == pytest.approx(0.25)
    assert line(ink).text == "pixel 11 of 48: row 2, column 3, p = 0.25" and line(ink).rewound
    ink.clock.advance(10_000)
    assert line(ink).at == 11, "it stands"
    ink.presenter.scrub(0)
    assert not drawn(ink) and ink.state.cursor is None and line(ink).text == "before the first of 48 pixels"
    ink.presenter.scrub(48)
    assert not ink.state.playing and not ink.state.rewound and (ink.state.images == final).all()
    assert ink.state.drawn.all() and line(ink).at == 48


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(-3, 60), min_size=1, max_size=6), st.integers(0, 2**31))
def test_every_position_shows_exactly_the_first_pixels_and_given_ones_are_kept(places: list[int], seed: int) -> None:
    bench = make_bench(INK, start="ink")
    bench.presenter.skip_show()
    rgba = np.full((*SIZE, 4), 255, np.uint8)
    rgba[..., 3] = np.where(np.random.default_rng(seed).random(SIZE) < 0.4, 255, 0)
    rgba[0, 0, 3] = 0
    bench.presenter.load_picture(rgba)
    bench.settle()
    final, observed = bench.state.images, bench.state.document.observed
    unknown = np.flatnonzero(~observed)
    for at in places:
        bench.presenter.scrub(at)
        known = np.zeros(48, bool)
        known[unknown[: max(0, at)]] = True
        assert (bench.state.drawn.reshape(-1, 48) == known | observed.reshape(-1)).all()
        assert (bench.state.images[:, observed] == bench.state.document.pixels[observed]).all()
        assert (bench.state.images[bench.state.drawn] == final[bench.state.drawn]).all()
    bench.presenter.escape()
    assert (bench.state.images == final).all() and bench.state.drawn.all()


def test_steps_go_by_pixels_and_rows_to_both_ends(ink: Any) -> None:
    ink.presenter.step_pixels(-1)
    assert line(ink).at == 47
    ink.presenter.step_row(forward=False)
    assert line(ink).at == 40
    ink.presenter.step_row(forward=False)
    assert line(ink).at == 32
    ink.presenter.step_pixels(3)
    assert line(ink).at == 35
    ink.presenter.step_row(forward=True)
    assert line(ink).at == 40
    ink.presenter.rewind()
    ink.presenter.step_pixels(-5)
    assert line(ink).at == 0
    ink.presenter.step_row(forward=False)
    assert line(ink).at == 0
    ink.presenter.to_the_end()
    ink.presenter.step_pixels(5)
    assert line(ink).at == 48 and not ink.state.playing


def test_it_goes_on_by_itself_and_ends_at_the_end(ink: Any) -> None:
    ink.presenter.scrub(46)
    ink.presenter.toggle_replay()
    assert line(ink).playing and not ink.state.paused
    ink.clock.advance(80 + 1)
    assert line(ink).at == 47
    ink.presenter.toggle_replay()
    ink.clock.advance(1000)
    assert line(ink).at == 47 and not line(ink).playing
    ink.presenter.toggle_replay()
    ink.clock.advance(1000)
    assert not ink.state.playing and line(ink).at == 48
    ink.presenter.toggle_replay()
    assert line(ink).playing and line(ink).at == 0, "from the end it begins anew"


def test_scrubbing_takes_over_from_a_replay_by_rows(ink: Any) -> None:
    ink.presenter.set_pace("rows")
    ink.clock.advance(130)
    assert line(ink).at == 8
    ink.presenter.step_pixels(-1)
    assert line(ink).at == 7 and drawn(ink) == list(range(7))


def test_scrubbing_during_a_replay_over_older_completions_begins_from_nothing(ink: Any) -> None:
    ink.presenter.set_pace("pixels")
    ink.presenter.skip_show()
    ink.presenter.roll_dice()
    ink.clock.advance(60)
    ink.job.finish(value=60)
    assert ink.state.playing and ink.state.drawn.all() and not ink.state.rewound
    ink.presenter.scrub(3)
    assert drawn(ink) == [0, 1, 2] and ink.state.rewound
    ink.presenter.to_the_end()
    assert (ink.state.images[0] == 60).all()


def test_looking_at_others_keeps_the_place_and_anything_else_brings_the_end_back(ink: Any) -> None:
    verbs: dict[str, tuple[Any, ...]] = {
        "escape": (),
        "choose_tool": ("adopt",),
        "start_stroke": (),
        "rectangle": (0, 0, 2, 2, True),
        "undo": (),
        "lock_seed": (True,),
        "complete_again": (),
        "retry": (),
        "compare": (),
        "adopt": (1,),
    }
    for verb, arguments in verbs.items():
        ink.presenter.release()
        ink.settle()
        ink.presenter.scrub(5)
        ink.presenter.hover(2)
        ink.presenter.select(3)
        ink.presenter.hover(-1)
        assert line(ink).at == 5 and ink.state.selected == 3
        getattr(ink.presenter, verb)(*arguments)
        ink.presenter.hover(-1)
        assert not ink.state.rewound and ink.state.drawn.all(), verb
        if verb == "compare":
            ink.presenter.compare()


def test_escape_brings_the_end_back_before_it_deselects(ink: Any) -> None:
    ink.presenter.scrub(5)
    ink.presenter.escape()
    assert ink.state.selected == 0 and not ink.state.playing
    ink.presenter.escape()
    assert ink.state.selected == -1
    ink.presenter.scrub(5)
    assert ink.state.selected == 0, "what is scrubbed through is on the canvas"


def test_what_is_saved_while_it_stands_is_the_completion(ink: Any) -> None:
    final = ink.state.images[2].copy()
    ink.presenter.select(2)
    ink.presenter.scrub(5)
    saved = ink.presenter.picture()
    assert (saved.pixels[..., :1] == final).all()


def test_one_cannot_go_back_in_what_is_being_drawn_or_in_a_whole_picture(ink: Any) -> None:
    ink.presenter.roll_dice()
    assert not line(ink).usable and line(ink).text == "Drawing"
    for _ in range(2):
        ink.presenter.scrub(5)
        ink.presenter.step_row(forward=False)
        ink.presenter.toggle_replay()
        assert not ink.state.playing and ink.state.drawn.all()
        ink.clock.advance(60)
    ink.job.finish()
    assert line(ink).usable
    ink.presenter.adopt(0)
    assert not line(ink).usable and line(ink).text == "Every pixel is known"
    ink.presenter.scrub(5)
    assert not ink.state.playing


def test_a_locked_seed_drawn_again_does_not_let_one_back_in_between(ink: Any) -> None:
    ink.presenter.lock_seed(True)
    ink.presenter.complete_again()
    ink.presenter.scrub(5)
    ink.job.rows(3, value=7)
    ink.job.finish(value=7)
    assert not ink.state.playing and (ink.state.images[0] == 7).all() and line(ink).usable


def test_scrubbing_ends_the_first_show(fresh: Callable[..., Any], models: Any) -> None:
    bench = fresh(models["face"])
    bench.clock.advance(60)
    bench.job.finish(value=90)
    bench.clock.advance(500)
    bench.presenter.scrub(2)
    assert line(bench).at == 2 and not bench.state.show_running and not bench.state.drawn[:, 2, 2:].any()


def test_known_pixels_are_skipped_and_columns_are_columns(ring: Any) -> None:
    ring.job.finish(order=DOWN_COLUMNS)
    assert (line(ring).of, line(ring).row_ends) == (24, (4, 8, 12, 16, 20, 24))
    ring.presenter.scrub(5)
    assert line(ring).text.startswith("pixel 5 of 24: row 2, column 3,")


def test_what_nobody_knows_is_not_said(ink: Any) -> None:
    ink.presenter.roll_dice()
    ink.clock.advance(60)
    ink.job.finish(log_prob=np.full((8, *SIZE), np.nan, np.float32))
    ink.presenter.scrub(2)
    assert line(ink).text == "pixel 2 of 48: row 1, column 2"


def test_of_particles_it_is_said_that_others_ended(ring: Any) -> None:
    ring.job.weigh(ess=np.array([[64.0, 31.0, 40.0, 20.0, 60.0, 10.0], [64.0, 60.0, 31.0, 60.0, 60.0, 60.0]]))
    assert line(ring).chosen == (6, 12, 18), "not after the last unknown row, where nothing is left to choose"
    assert not ring.state.status and "others ended on the way" in line(ring).help
    ring.presenter.scrub(5)
    assert ring.state.status == "as this particle was drawn; others ended on the way"
    ring.presenter.to_the_end()
    assert not ring.state.status


def test_where_every_completion_has_a_class_it_is_said_what_p_is_of(ring: Any) -> None:
    """The microscope, told no class, says another p of the same pixel."""
    ring.job.weigh()
    assert OWN_CLASS_HELP not in line(ring).help
    ring.presenter.roll_dice()
    ring.clock.advance(60)
    ring.job.finish(classes=np.zeros(8, np.int64))
    assert OWN_CLASS_HELP in line(ring).help


def test_in_raster_order_nothing_of_particles_is_said(ink: Any) -> None:
    ink.presenter.scrub(5)
    assert not ink.state.status and line(ink).chosen == () and "particle" not in line(ink).help


# --- branching


def branched(bench: Any, at: int = 19, tile: int = 2) -> Any:
    """Branched at a pixel of a completion, and answered."""
    bench.presenter.select(tile)
    bench.presenter.scrub(at)
    bench.presenter.branch()
    return bench


def test_a_branch_adopts_what_was_drawn_and_draws_the_rest_anew_with_another_seed(ink: Any) -> None:
    before, seed, kept = ink.state.document, ink.state.parameters["seed"], ink.state.images.copy()
    branched(ink)
    document = ink.state.document
    assert np.flatnonzero(document.state == ADOPTED).tolist() == list(range(19))
    assert (document.pixels.reshape(-1)[:19] == kept[2].reshape(-1)[:19]).all() and before.is_blank
    asked = ink.job.request
    assert asked.seed == ink.state.parameters["seed"] != seed
    assert (asked.observed == document.observed).all() and (asked.pixels == document.pixels).all()
    assert ink.state.message == (f"The first 19 pixels stay; the other 29 are drawn anew with seed {asked.seed}.")
    assert ink.state.timeline.text == "Drawing" and not ink.state.rewound
    ink.job.finish(value=5)
    assert (ink.state.images.reshape(8, -1)[:, :19] == kept[2].reshape(-1)[:19]).all()
    assert (ink.state.images.reshape(8, -1)[0, 19:] == 5).all()


def test_the_completions_from_before_stay_below_unchanged(ink: Any) -> None:
    seed, kept = ink.state.parameters["seed"], ink.state.images.copy()
    branched(ink).job.finish(value=5)
    beside = ink.state.comparison
    assert (beside.heading, beside.branch, beside.marked) == ("Before the branch", True, 2)
    assert ink.state.heading == "After the branch" and (beside.images == kept).all() and beside.drawn.all()
    assert beside.verdict.title == f"Seed {seed}" and beside.verdict.button == "Go back"
    assert "Completion 3 was taken up after 19 of 48 pixels" in beside.verdict.sentence
    ink.stroke((0.5, 5.5))
    ink.clock.advance(60)
    ink.job.finish(value=9)
    assert ink.state.comparison is beside, "frozen"


def test_going_back_and_one_undo_bring_everything_back_without_the_engine(ink: Any) -> None:
    for back in (ink.presenter.go_back, ink.presenter.undo):
        before = ink.state
        branched(ink).job.finish(value=5)
        jobs = len(ink.jobs)
        back()
        ink.clock.advance(500)
        after = ink.state
        assert after.document is before.document and after.parameters == before.parameters
        assert (after.images == before.images).all() and after.drawn.all() and not after.busy
        assert after.comparison is None and after.heading == "" and after.selected == 2
        assert len(ink.jobs) == jobs and after.timeline == before.timeline


def test_redo_goes_to_the_branch_again(ink: Any) -> None:
    branched(ink).job.finish(value=5)
    there = ink.state
    ink.presenter.undo()
    ink.presenter.redo()
    assert ink.state.document is there.document and ink.state.comparison is there.comparison
    ink.clock.advance(60)
    assert ink.job.request.seed == there.parameters["seed"]


def test_going_back_passes_over_what_was_done_since(ink: Any) -> None:
    before = ink.state.document
    branched(ink).job.finish(value=5)
    ink.stroke((0.5, 5.5))
    ink.presenter.set_parameter("temperature", 0.5)
    ink.presenter.go_back()
    assert ink.state.document is before and ink.state.parameters["temperature"] == 1.0
    assert ink.state.message == "Back to before the branch. Redo goes to the branch again."
    assert ink.state.can_redo


def test_an_undone_branch_is_gone_when_something_else_is_done(ink: Any) -> None:
    branched(ink).job.finish(value=5)
    ink.presenter.undo()
    ink.stroke((0.5, 5.5))
    assert ink.state.comparison is None
    ink.presenter.go_back()
    assert ink.state.message == "There is no branch to go back from."


def test_while_the_branch_is_being_drawn_one_can_go_back(ink: Any) -> None:
    before = ink.state
    branched(ink)
    job = ink.job
    job.rows(3, value=5)
    ink.presenter.go_back()
    assert job.cancelled
    job.finish(value=5)
    assert (ink.state.images == before.images).all() and not ink.state.busy


def test_branching_again_replaces_what_is_kept(ink: Any) -> None:
    branched(ink).job.finish(value=5)
    second = ink.state.images.copy()
    branched(ink, at=6, tile=1)
    assert (ink.state.document.state == ADOPTED).sum() == 25
    assert (ink.state.comparison.images == second).all() and ink.state.comparison.marked == 1


def test_a_locked_seed_gives_way_and_that_is_said(ink: Any) -> None:
    ink.presenter.lock_seed(True)
    seed = ink.state.parameters["seed"]
    branched(ink)
    assert ink.job.request.seed != seed and ink.state.seed_locked
    assert ink.state.message.endswith(f"with seed {ink.job.request.seed}, though it was locked.")


def test_the_dice_showing_the_same_number_do_not_make_the_same_branch(ink: Any) -> None:
    ink.presenter._new_seed = lambda: ink.state.parameters["seed"]
    seed = ink.state.parameters["seed"]
    branched(ink)
    assert ink.job.request.seed == seed + 1


def test_a_branch_before_the_first_pixel_keeps_none(ink: Any) -> None:
    branched(ink, at=0)
    assert ink.state.document.is_blank and ink.state.message.startswith("No pixel stays; the other 48 are drawn anew")
    ink.presenter.undo()
    assert ink.state.comparison is None and ink.state.drawn.all()


def test_at_the_end_there_is_nothing_to_branch(ink: Any) -> None:
    jobs, document = len(ink.jobs), ink.state.document
    ink.presenter.branch()
    assert "Go back in time first" in ink.state.message and ink.state.document is document
    ink.presenter.roll_dice()
    ink.presenter.branch()
    assert "There is no completion to adopt yet" in ink.state.message and len(ink.jobs) == jobs


def test_the_strip_holds_one_of_both(ring: Any) -> None:
    ring.job.weigh(value=50)
    ring.presenter.compare()
    ring.beside[-1].finish(value=150)
    branched(ring, at=7)
    assert ring.state.comparison.branch and len(ring.beside) == 1, "raster order has made room"
    ring.job.weigh(value=60)
    ring.presenter.compare()
    assert ring.state.comparison is not None and not ring.state.comparison.branch and len(ring.beside) == 2
    ring.presenter.undo()
    assert ring.state.comparison is not None and not ring.state.comparison.branch
    ring.presenter.compare()
    assert ring.state.comparison is None


def test_a_branch_that_the_history_has_no_way_back_from_is_over(ink: Any) -> None:
    branched(ink).job.finish(value=5)
    for step in range(LIMIT - 1):
        ink.presenter.set_parameter("count", 3 + step % 2)
    assert ink.state.comparison is not None and ink.state.comparison.branch, "the last of its steps"
    ink.presenter.set_parameter("count", 5)
    assert ink.state.comparison is None
    document = ink.state.document
    ink.presenter.go_back()
    assert ink.state.message == "There is no branch to go back from." and ink.state.document is document


def test_it_can_be_closed_and_the_branch_stays(ink: Any) -> None:
    branched(ink).job.finish(value=5)
    document = ink.state.document
    ink.presenter.close_beside()
    assert ink.state.comparison is None and ink.state.document is document
    ink.presenter.compare()
    ink.presenter.close_beside()
    assert ink.state.comparison is None
    ink.presenter.close_beside()


def test_one_from_before_is_previewed_on_its_own_picture_and_can_be_taken(ink: Any) -> None:
    before, kept = ink.state.document, ink.state.images.copy()
    branched(ink).job.finish(value=5)
    ink.presenter.hover_beside(4)
    assert ink.state.behind is before and (ink.state.preview == kept[4]).all()
    ink.presenter.choose_beside(4)
    assert "Go back" in ink.state.message and ink.state.behind is before
    ink.presenter.adopt()
    assert ink.state.document.is_whole and (ink.state.document.pixels == kept[4]).all()
    ink.presenter.hover_beside(-1)
    assert ink.state.behind is None
    ink.presenter.undo()
    assert ink.state.comparison.branch and (ink.state.document.state == ADOPTED).sum() == 19


def test_particles_are_branched_along_the_order_of_the_answer(ring: Any) -> None:
    given = ring.state.document
    ring.job.finish(value=50, order=DOWN_COLUMNS, method="particles")
    branched(ring, at=6, tile=1)
    adopted = [tuple(at) for at in np.argwhere(ring.state.document.state == ADOPTED).tolist()]
    assert sorted(adopted, key=lambda at: at[::-1]) == [(1, 1), (2, 1), (3, 1), (4, 1), (1, 2), (2, 2)]
    assert (ring.state.document.pixels[given.observed] == given.pixels[given.observed]).all()


def test_a_branch_is_of_its_model(fresh: Callable[..., Any]) -> None:
    bench = fresh(INK, ROWS, start="ink")
    bench.presenter.skip_show()
    bench.settle()
    branched(bench).job.finish(value=5)
    kept = bench.state.comparison
    bench.presenter.choose_model("rows")
    assert bench.state.comparison is None
    bench.presenter.choose_model("ink")
    assert bench.state.comparison is kept


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 47), st.integers(0, 7))
def test_what_a_branch_keeps_is_the_same_in_every_new_completion_and_undo_is_exact(
    seed: int, at: int, tile: int
) -> None:
    bench = make_bench(INK, start="ink")
    bench.presenter.skip_show()
    rng = np.random.default_rng(seed)
    rgba = np.full((*SIZE, 4), 255, np.uint8)
    rgba[..., :3] = 255 * rng.integers(0, 2, (*SIZE, 1), dtype=np.uint8)
    rgba[..., 3] = np.where(rng.random(SIZE) < 0.5, 255, 0)
    rgba[5, 7, 3] = 0
    bench.presenter.load_picture(rgba)
    order = rng.choice([np.arange(48), np.arange(48)[::-1], DOWN_COLUMNS]).astype(np.int32)
    bench.clock.advance(60)
    bench.job.finish(value=31, order=order)
    before, unknown = bench.state, order[~bench.state.document.observed.reshape(-1)[order]]
    at = min(at, len(unknown) - 1)
    branched(bench, at, tile).job.finish(value=77)
    new, old = bench.state.images.reshape(8, 48), before.images.reshape(8, 48)
    assert (new[:, unknown[:at]] == old[tile, unknown[:at]]).all()
    observed = before.document.observed.reshape(-1)
    assert (new[:, observed] == before.document.pixels.reshape(-1)[observed]).all()
    assert (new[:, unknown[at:]] == 77 + np.arange(8)[:, None]).all()
    bench.presenter.undo()
    assert bench.state.document is before.document and bench.state.parameters == before.parameters
    assert (bench.state.images == before.images).all() and bench.state.selected == tile


# --- in a scene


def reopened(bench: Any, fresh: Callable[..., Any], change: Callable[[dict[str, Any]], None] = lambda _: None) -> Any:
    scene = json.loads(json.dumps(bench.presenter.capture()))
    change(scene["desks"]["ink"]["branch"])
    other = fresh(INK, start=None)
    other.presenter.restore(scene)
    other.presenter.skip_show()
    other.clock.advance(60)
    return other


def test_a_scene_keeps_the_branch_and_the_way_back(ink: Any, fresh: Callable[..., Any]) -> None:
    before = ink.state
    branched(ink).job.finish(value=5)
    other = reopened(ink, fresh)
    assert (other.state.comparison.images == before.images).all() and other.state.comparison.marked == 2
    assert other.job.request.seed == ink.state.parameters["seed"]
    other.job.finish(value=5)
    assert (other.state.images == ink.state.images).all()
    other.presenter.go_back()
    assert other.state.document.same_as(before.document) and other.state.parameters == before.parameters
    assert (other.state.images == before.images).all(), "at once"
    other.clock.advance(60)
    assert other.job.request.seed == before.parameters["seed"], "what made them is asked for again"


def test_an_undone_branch_is_not_kept_in_a_scene(ink: Any, fresh: Callable[..., Any]) -> None:
    branched(ink).job.finish(value=5)
    ink.presenter.undo()
    assert ink.presenter.capture()["desks"]["ink"]["branch"] is None


@pytest.mark.parametrize(
    "change",
    [
        lambda kept: kept.pop("images"),
        lambda kept: kept.update(images={"shape": [8, 6, 8, 3], "zlib": ""}),
        lambda kept: kept.update(tile=8),
        lambda kept: kept.update(at="3"),
        lambda kept: kept.update(at=48),
        lambda kept: kept.update(parameters=3),
        lambda kept: kept.update(document=kept["images"]),
    ],
)
def test_a_damaged_branch_is_left_out_of_a_scene(
    ink: Any, fresh: Callable[..., Any], change: Callable[[dict[str, Any]], None]
) -> None:
    branched(ink).job.finish(value=5)
    other = reopened(ink, fresh, change)
    assert other.state.comparison is None and other.state.document.same_as(ink.state.document)
    assert not other.state.can_undo


def test_a_scene_from_before_there_were_branches_opens(ink: Any, fresh: Callable[..., Any]) -> None:
    scene = json.loads(json.dumps(ink.presenter.capture()))
    del scene["desks"]["ink"]["branch"]
    other = fresh(INK, start=None)
    other.presenter.restore(scene)
    assert other.state.comparison is None


# --- rows drawn anew


def made(bench: Any, **changes: Any) -> Made:
    return Made(bench.job.request, bench.job.completion(**changes))


def test_which_rows_were_drawn_anew(ink: Any) -> None:
    found = redrawn(made(ink, reused_rows=4).completion)
    assert (found.first, found.count, found.of, found.columns) == (5, 2, 6, False)
    found = redrawn(made(ink, reused_rows=6).completion)
    assert (found.count, found.of) == (0, 6)


def test_rows_that_were_not_gone_through_do_not_count(ink: Any) -> None:
    log_prob = np.full((8, *SIZE), -1.0, np.float32)
    log_prob[:, :2] = log_prob[:, 5:] = np.nan
    found = redrawn(made(ink, reused_rows=1, log_prob=log_prob).completion)
    assert (found.first, found.count, found.of) == (4, 2, 3)


def test_a_picture_that_is_drawn_from_below_counts_upright(ink: Any) -> None:
    order = np.arange(48, dtype=np.int32).reshape(SIZE)[::-1].reshape(-1)
    found = redrawn(made(ink, reused_rows=1, order=order).completion)
    assert (found.first, found.count, found.of) == (5, 5, 6)
    found = redrawn(made(ink, reused_rows=3, order=DOWN_COLUMNS).completion)
    assert (found.first, found.count, found.of, found.columns) == (4, 5, 8, True)


def test_the_state_says_what_an_edit_had_drawn_anew(ink: Any) -> None:
    assert ink.state.timing.redrawn is None
    ink.stroke((0.5, 4.5))
    ink.clock.advance(60)
    ink.job.finish(reused_rows=4)
    found = ink.state.timing.redrawn
    assert (found.first, found.count, found.of) == (5, 2, 6)
    ink.presenter.roll_dice()
    ink.settle()
    assert ink.state.timing.redrawn is None


def test_a_drawing_knows_its_rows(ring: Any) -> None:
    drawing = drawing_of(made(ring))
    assert drawing.count == 24 and drawing.row_ends == (6, 12, 18, 24)
    assert (drawing.place_after(0), drawing.place_after(1), drawing.place_after(24)) == (0, 10, 39)
    assert (drawing.row_end_before(7), drawing.row_end_before(6), drawing.row_end_before(0)) == (6, 0, 0)
    assert (drawing.row_end_after(6), drawing.row_end_after(23), drawing.row_end_after(24)) == (12, 24, 24)
