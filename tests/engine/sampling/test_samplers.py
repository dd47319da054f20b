"""The two samplers are one: same noise, same picture, whatever is given; and an edit redoes only what it must."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from engine.numerics import noise
from engine.sampling.autoregressive import Canvas, Trace, naive, row_cached
from engine.sampling.step import Step

if TYPE_CHECKING:
    from tests.engine.sampling.conftest import Toy

MakeToy: TypeAlias = "Callable[..., Toy]"

HEIGHT, WIDTH, LEVELS = 5, 4, 3
MASKS = st.lists(st.lists(st.booleans(), min_size=WIDTH, max_size=WIDTH), min_size=HEIGHT, max_size=HEIGHT)
ROWS_GIVEN = st.lists(st.booleans(), min_size=HEIGHT, max_size=HEIGHT)


@st.composite
def canvases(draw: st.DrawFn) -> Canvas:
    """Any mask, with wholly given rows more often than chance would make them."""
    observed = np.array(draw(MASKS)) | np.array(draw(ROWS_GIVEN))[:, None]
    seed, batch = draw(st.integers(0, 2**32 - 1)), draw(st.integers(1, 3))
    known = np.random.default_rng(seed).integers(0, LEVELS, observed.shape)
    return Canvas(known, observed, noise.gumbel_batch(seed, range(batch), (HEIGHT, WIDTH, LEVELS)))


@st.composite
def edits(draw: st.DrawFn) -> tuple[Canvas, Canvas]:
    """A canvas, and the same with a few pixels given, forgotten or painted."""
    before = draw(canvases())
    known, observed = before.known.copy(), before.observed.copy()
    for _ in range(draw(st.integers(0, 3))):
        i, j = draw(st.integers(0, HEIGHT - 1)), draw(st.integers(0, WIDTH - 1))
        observed[i, j] = draw(st.booleans())
        known[i, j] = draw(st.integers(0, LEVELS - 1))
    return before, Canvas(known, observed, before.noise)


def cached(toy: Toy, canvas: Canvas, before: Trace | None = None) -> tuple[list[Step], Trace]:
    trace = Trace(canvas, {}, {})
    return list(row_cached(toy, canvas, trace, before)), trace


def assert_same(found: list[Step], expected: list[Step]) -> None:
    assert [step.row for step in found] == [step.row for step in expected]
    for mine, other in zip(found, expected, strict=True):
        np.testing.assert_array_equal(mine.levels, other.levels)
        np.testing.assert_array_equal(mine.logits, other.logits)


@given(canvas=canvases())
def test_naive_and_row_cached_draw_the_identical_picture(make_toy: MakeToy, canvas: Canvas) -> None:
    toy = make_toy(HEIGHT, WIDTH, LEVELS)
    assert_same(cached(toy, canvas)[0], list(naive(toy, canvas)))


@given(canvas=canvases())
def test_known_pixels_are_kept_and_only_the_rows_between_are_drawn(make_toy: MakeToy, canvas: Canvas) -> None:
    toy = make_toy(HEIGHT, WIDTH, LEVELS)
    steps = cached(toy, canvas)[0]
    for step in steps:
        given_here = canvas.observed[step.row]
        assert (step.levels[:, given_here] == canvas.known[step.row, given_here]).all()
    unknown = [row for row in range(HEIGHT) if not canvas.observed[row].all()]
    wanted = list(range(unknown[0], unknown[-1] + 1)) if unknown else []
    assert [step.row for step in steps] == wanted and len(toy.rows_drawn) == len(wanted)
    assert toy.primed == ([unknown[0]] if unknown and unknown[0] else [])  # all rows above, in one call


@given(canvas=canvases())
def test_naive_passes_once_a_pixel(make_toy: MakeToy, canvas: Canvas) -> None:
    toy = make_toy(HEIGHT, WIDTH, LEVELS)
    steps = list(naive(toy, canvas))
    assert toy.passes == len(steps) * WIDTH


@given(canvas=canvases())
def test_a_picture_does_not_depend_on_its_batch(make_toy: MakeToy, canvas: Canvas) -> None:
    toy = make_toy(HEIGHT, WIDTH, LEVELS)
    together = cached(toy, canvas)[0]
    last = Canvas(canvas.known, canvas.observed, canvas.noise[-1:])
    for step, alone in zip(together, cached(toy, last)[0], strict=True):
        np.testing.assert_array_equal(step.levels[-1:], alone.levels)


@given(canvas=canvases(), other=st.integers(0, LEVELS - 1))
def test_what_is_written_under_unknown_pixels_does_not_matter(make_toy: MakeToy, canvas: Canvas, other: int) -> None:
    toy = make_toy(HEIGHT, WIDTH, LEVELS)
    painted = Canvas(np.where(canvas.observed, canvas.known, other), canvas.observed, canvas.noise)
    assert_same(cached(toy, painted)[0], cached(toy, canvas)[0])


@given(edit=edits())
def test_an_edit_redoes_only_from_the_first_row_that_differs(make_toy: MakeToy, edit: tuple[Canvas, Canvas]) -> None:
    before, after = edit
    toy, fresh = make_toy(HEIGHT, WIDTH, LEVELS), make_toy(HEIGHT, WIDTH, LEVELS)
    trace = cached(toy, before)[1]
    toy.rows_drawn.clear()
    toy.primed.clear()
    steps, left = cached(toy, after, trace)
    assert_same(steps, cached(fresh, after)[0])
    kept = [row for row in after.rows if row in before.rows and unchanged_to(before, after, row)]
    assert len(toy.rows_drawn) == len(after.rows) - len(kept)
    assert len(toy.primed) == bool(after.rows and after.rows.start and not kept)
    third, _ = cached(toy, before, left)  # and back again: what an edit leaves behind is as good
    assert_same(third, cached(fresh, before)[0])


def unchanged_to(before: Canvas, after: Canvas, row: int) -> bool:
    """Whether no pixel down to ``row`` differs, by looking at each."""
    return not any(
        before.observed[i, j] != after.observed[i, j]
        or (after.observed[i, j] and before.known[i, j] != after.known[i, j])
        for i in range(row + 1)
        for j in range(WIDTH)
    )


@given(edit=edits(), stop=st.integers(0, HEIGHT))
def test_a_stopped_run_leaves_a_trace_to_go_on_from(make_toy: MakeToy, edit: tuple[Canvas, Canvas], stop: int) -> None:
    before, after = edit
    toy, fresh = make_toy(HEIGHT, WIDTH, LEVELS), make_toy(HEIGHT, WIDTH, LEVELS)
    trace = Trace(before, {}, {})
    run = row_cached(toy, before, trace)
    stopped_after = [step.row for step, _ in zip(run, range(stop), strict=False)]
    run.close()
    toy.rows_drawn.clear()
    assert_same(cached(toy, after, trace)[0], cached(fresh, after)[0])
    kept = [row for row in after.rows if row in trace.steps and unchanged_to(before, after, row)]
    assert set(stopped_after) <= set(trace.steps)
    assert len(toy.rows_drawn) == len(after.rows) - len(kept)


def test_a_trace_without_a_row_is_of_no_use(make_toy: MakeToy) -> None:
    canvas = Canvas(np.zeros((2, 2), np.int64), np.zeros((2, 2), bool), noise.gumbel_batch(0, range(1), (2, 2, 2)))
    assert Trace(canvas, {}, {}).usable_rows(canvas) == 0
    toy = make_toy(2, 2, 2)
    assert len(cached(toy, canvas, Trace(canvas, {}, {}))[0]) == 2


def test_a_picture_that_is_wholly_known_takes_no_step(make_toy: MakeToy) -> None:
    toy = make_toy(2, 2, 2)
    canvas = Canvas(np.ones((2, 2), np.int64), np.ones((2, 2), bool), noise.gumbel_batch(0, range(1), (2, 2, 2)))
    assert cached(toy, canvas)[0] == [] == list(naive(toy, canvas))
    assert not toy.passes and not toy.rows_drawn and not toy.primed
