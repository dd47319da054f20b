"""Strokes, tools, adopting and undo through the presenter's verbs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.documents.partial_image import ADOPTED, GIVEN, UNKNOWN


def test_first_tools_and_hints(ink: Any, face: Any) -> None:
    assert (ink.state.tool, ink.state.hint) == ("pen", "Draw something: the model goes on from there")
    assert (face.state.tool, face.state.hint) == ("forget", "Rub something out")
    face.stroke((0.5, 0.5))
    assert face.state.hint == "" and face.state.document.state[0, 0] == UNKNOWN


def test_colours_of_each_kind_of_model(ink: Any, face: Any) -> None:
    assert [(c.color, c.name) for c in ink.state.colors] == [((255,), "Ink"), ((0,), "Paper")]
    assert [c.color for c in face.state.colors] == [(240, 200, 160), (60, 90, 200), (20, 20, 20)]
    ink.presenter.choose_model("grey")
    assert len(ink.state.colors) == 16 and ink.state.colors[0].color == (0,) and ink.state.colors[15].color == (255,)


def test_one_stroke_is_one_step_whatever_its_segments(ink: Any) -> None:
    ink.stroke((0.5, 0.5), (3.5, 0.5), (3.5, 4.5))
    ink.stroke((6.5, 0.5))
    assert ink.state.document.observed.sum() == 9
    ink.presenter.undo()
    assert ink.state.document.observed.sum() == 8
    ink.presenter.undo()
    assert ink.state.document.is_blank and not ink.state.can_undo
    ink.presenter.redo()
    ink.presenter.redo()
    assert ink.state.document.observed.sum() == 9 and not ink.state.can_redo


def test_undo_in_mid_stroke_takes_the_stroke_back(ink: Any) -> None:
    ink.presenter.start_stroke()
    ink.presenter.segment(0.5, 0.5, 5.5, 0.5)
    ink.presenter.undo()
    assert ink.state.document.is_blank


def test_undo_goes_over_strokes_and_parameters_and_completes_again(ink: Any) -> None:
    ink.stroke((0.5, 0.5))
    for value in (0.9, 0.8, 0.7):
        ink.presenter.set_parameter("temperature", value, final=False)
    ink.presenter.set_parameter("temperature", 0.6, final=True)
    ink.presenter.set_parameter("class_name", "one")
    ink.settle()
    assert (ink.job.request.temperature, ink.job.request.class_name) == (0.6, "one")
    ink.presenter.undo()
    assert ink.state.parameters["class_name"] == "" and ink.state.parameters["temperature"] == 0.6
    ink.presenter.undo()
    assert ink.state.parameters["temperature"] == 1.0 and ink.state.document.observed.sum() == 1
    ink.clock.advance(60)
    assert ink.job.request.temperature == 1.0
    ink.presenter.undo()
    assert ink.state.document.is_blank and not ink.state.can_undo


def test_two_drags_of_one_slider_are_two_steps(ink: Any) -> None:
    for drag in ((0.9, 0.8), (0.3, 0.2)):
        ink.presenter.set_parameter("temperature", drag[0], final=False)
        ink.presenter.set_parameter("temperature", drag[1], final=True)
    ink.presenter.undo()
    assert ink.state.parameters["temperature"] == 0.8


def test_parameters_stay_inside_what_request_and_model_allow(ink: Any) -> None:
    ink.presenter.set_parameter("temperature", 99)
    assert ink.state.parameters["temperature"] == 2.0
    before = ink.state.parameters
    for field, value in (("class_name", "seven"), ("orientation", "transpose"), ("nonsense", 1), ("count", "x")):
        ink.presenter.set_parameter(field, value)
    assert ink.state.parameters is before
    assert ink.state.choices["class_name"] == (("", "any"), ("zero", "zero"), ("one", "one"))
    ink.presenter.choose_model("grey")
    assert "class_name" not in ink.state.fields and "temperature" in ink.state.fields


def test_enter_adopts_what_is_previewed_and_r_releases_it(ink: Any) -> None:
    ink.stroke((0.5, 0.5))
    ink.settle()
    images = ink.state.images
    ink.presenter.hover(5)
    assert ink.state.preview is not None and (ink.state.preview == images[5]).all()
    ink.presenter.adopt()
    document = ink.state.document
    assert document.is_whole and (document.pixels == images[5]).all()
    assert document.state[0, 0] == GIVEN and (document.state.reshape(-1)[1:] == ADOPTED).all()
    assert ink.state.can_release and ink.state.selected == 5 and "R releases" in ink.state.message
    ink.presenter.release()
    assert ink.state.document.observed.sum() == 1 and ink.state.message == ""
    ink.clock.advance(60)
    assert ink.job.request.observed.sum() == 1


def test_another_number_adopts_another_instead(ink: Any) -> None:
    images, before = ink.state.images, len(ink.jobs)
    ink.presenter.adopt(2)
    assert (ink.state.images == images).all() and ink.state.can_adopt
    ink.presenter.adopt(6)
    assert (ink.state.document.pixels == images[6]).all()
    ink.clock.advance(500)
    assert len(ink.jobs) == before
    ink.presenter.undo()
    assert (ink.state.document.pixels == images[2]).all()


def test_choosing_another_completion_of_a_whole_picture_takes_it(ink: Any) -> None:
    """The canvas cannot preview where nothing is unknown: what is marked is what it shows."""
    images = ink.state.images
    ink.presenter.adopt(1)
    ink.presenter.select(4)
    assert ink.state.selected == 4 and (ink.state.document.pixels == images[4]).all()
    ink.presenter.undo()
    assert ink.state.selected == 1 and (ink.state.document.pixels == images[1]).all()


def test_choosing_does_not_take_what_several_completions_made(ink: Any) -> None:
    ink.presenter.rectangle(0, 0, 4, 6, True)
    ink.presenter.select(3)
    ink.presenter.rectangle(4, 0, 8, 6, True)
    whole = ink.state.document
    assert whole.is_whole
    ink.presenter.select(5)
    assert ink.state.document is whole and ink.state.selected == 3 and "Press 6" in ink.state.message


def test_a_number_beyond_the_completions_says_how_many_there_are(ink: Any) -> None:
    ink.presenter.set_parameter("count", 3)
    ink.settle()
    ink.presenter.adopt(8)
    assert "3 completions" in ink.state.message and ink.state.document.is_blank


def test_paper_is_for_ink_pictures_only(ink: Any, face: Any) -> None:
    before = face.state.document
    face.presenter.rest_is()
    assert face.state.document is before and "ink" in face.state.message
    face.presenter.rest_is((60, 90, 200))
    assert face.state.document.is_whole


def test_adopting_what_is_not_there_says_so(ink: Any, fresh: Callable[..., Any], models: Any) -> None:
    bench = fresh(models["ink"])
    bench.presenter.adopt(0)
    assert bench.state.message == "There is no completion to adopt yet." and bench.state.document.is_blank
    ink.presenter.adopt(8)
    assert ink.state.document.is_blank
    ink.presenter.escape()
    ink.presenter.adopt()
    assert ink.state.message.startswith("Choose a completion first") and ink.state.document.is_blank


def test_a_half_drawn_completion_is_adopted_as_far_as_it_is_drawn(fresh: Callable[..., Any], models: Any) -> None:
    bench = fresh(models["ink"])
    bench.presenter.skip_show()
    bench.clock.advance(60)
    bench.job.rows(2)
    bench.presenter.adopt(0)
    assert bench.state.document.observed[:2].all() and not bench.state.document.observed[2:].any()
    bench.clock.advance(60)
    assert bench.job.request.observed.sum() == 16


def test_a_keep_brush_keeps_part_of_the_preview(ink: Any) -> None:
    ink.presenter.choose_tool("adopt")
    ink.presenter.select(3)
    image = ink.state.images[3]
    ink.stroke((1.5, 2.5), (4.5, 2.5), (1.5, 2.5))
    state = ink.state.document.state
    assert (state[2, 1:5] == ADOPTED).all() and int((state != UNKNOWN).sum()) == 4
    assert (ink.state.document.pixels[2, 1:5] == image[2, 1:5]).all()
    ink.stroke((1.5, 2.5))
    assert ink.state.document.state[2, 1] == GIVEN


def test_a_keep_brush_takes_the_preview_that_it_began_on(ink: Any) -> None:
    ink.presenter.choose_tool("adopt")
    first = ink.state.images[0].copy()
    ink.presenter.start_stroke()
    ink.presenter.segment(0.5, 0.5, 1.5, 0.5)
    ink.clock.advance(60)
    ink.job.rows(6, value=33)
    ink.presenter.segment(1.5, 0.5, 5.5, 0.5)
    ink.presenter.finish_stroke()
    assert (ink.state.document.pixels[0, :6] == first[0, :6]).all()


def test_rectangles_keep_and_forget(ink: Any) -> None:
    ink.presenter.rectangle(0, 0, 4, 3, True)
    assert (ink.state.document.state[:3, :4] == ADOPTED).all() and ink.state.document.observed.sum() == 12
    ink.presenter.rectangle(0, 0, 2, 6, False)
    assert ink.state.document.observed.sum() == 6


def test_keeping_without_a_preview_says_what_to_do(ink: Any) -> None:
    ink.presenter.escape()
    ink.presenter.rectangle(0, 0, 4, 3, True)
    assert ink.state.document.is_blank and "choose a completion" in ink.state.message
    ink.presenter.choose_tool("adopt")
    ink.stroke((2.5, 2.5))
    assert ink.state.document.is_blank and "choose a completion" in ink.state.message


def test_fill_pick_and_colours(face: Any) -> None:
    face.presenter.pick(0, 0)
    assert face.state.color == (60, 90, 200) and face.state.tool == "pen"
    face.presenter.fill(2, 4)
    assert (face.state.document.pixels[3:] == (60, 90, 200)).all() and not face.state.document.observed[2].any()
    face.presenter.choose_color((250, 210, 150))
    assert face.state.color == (240, 200, 160)
    face.presenter.choose_color(None)
    assert face.state.tool == "forget"
    face.presenter.swap_tools()
    assert face.state.tool == "pen"
    face.presenter.swap_tools()
    assert face.state.tool == "forget"


def test_picking_in_the_unknown_takes_the_previews_colour(face: Any) -> None:
    face.presenter.select(4)
    face.presenter.pick(1, 2)
    assert face.state.color == tuple(face.state.images[4, 2, 1])
    before = face.state.color
    face.presenter.pick(99, 0)
    assert face.state.color == before


def test_brush_sizes(ink: Any) -> None:
    ink.presenter.larger()
    assert ink.state.brush_radius == 1.0
    ink.presenter.smaller()
    ink.presenter.smaller()
    assert ink.state.brush_radius == 0.5
    ink.presenter.set_size(1000)
    assert ink.state.brush_radius == 4.0


def test_presets_bring_back_what_was_rubbed_out(face: Any) -> None:
    face.presenter.preset("top")
    assert face.state.document.observed.sum() == 10  # the example never knew its middle row
    face.presenter.preset("bottom")
    assert face.state.document.observed[3:].all() and face.state.document.observed.sum() == 10
    face.presenter.preset("left")
    assert face.state.document.observed[:, :3].sum() == 12 and face.state.document.observed.sum() == 12


def test_forget_everything_and_the_rest_is_paper(ink: Any) -> None:
    ink.stroke((0.5, 0.5))
    ink.presenter.rest_is()
    assert ink.state.document.is_whole and int((ink.state.document.pixels == 255).sum()) == 1
    ink.presenter.forget_everything()
    assert ink.state.document.is_blank


def test_what_did_not_change_keeps_its_identity(ink: Any) -> None:
    before = ink.state
    ink.presenter.choose_tool("adopt")
    after = ink.state
    assert after is not before
    for field in ("document", "images", "drawn", "preview", "parameters", "choices", "fields", "colors", "models"):
        assert getattr(after, field) is getattr(before, field), field


def test_every_verb_shows_once(ink: Any) -> None:
    verbs: list[tuple[str, tuple[Any, ...]]] = [
        ("start_stroke", ()),
        ("segment", (0.5, 0.5, 1.5, 0.5)),
        ("finish_stroke", ()),
        ("fill", (7, 5)),
        ("undo", ()),
        ("redo", ()),
        ("undo", ()),
        ("hover", (1,)),
        ("select", (1,)),
        ("set_parameter", ("temperature", 0.5, True)),
        ("roll_dice", ()),
        ("adopt", (1,)),
        ("release", ()),
        ("stop", ()),
        ("set_pace", ("rows",)),
        ("choose_model", ("face",)),
    ]
    for verb, arguments in verbs:
        before = len(ink.shown)
        getattr(ink.presenter, verb)(*arguments)
        assert len(ink.shown) - before == (0 if verb == "start_stroke" else 1), verb


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("stroke"), st.floats(-4, 12), st.floats(-4, 12)),
        st.tuples(st.just("tool"), st.sampled_from(["pen", "forget", "adopt"])),
        st.tuples(st.just("adopt"), st.integers(0, 9)),
        st.tuples(st.just("rectangle"), st.integers(-2, 9), st.integers(-2, 9), st.booleans()),
        st.tuples(st.just("release")),
        st.tuples(st.just("settle")),
        st.tuples(st.just("temperature"), st.floats(0, 2)),
        st.tuples(st.just("rest")),
    ),
    max_size=25,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_undo_all_the_way_and_redo_all_the_way_is_where_one_was(
    steps: list[Any], fresh: Callable[..., Any], models: Any
) -> None:
    bench = fresh(models["ink"])
    start = bench.state.document
    for step in steps:
        _do(bench, step)
        state = bench.state
        given_pixels = state.document.state == GIVEN
        if state.images is not None:  # ink is on every tile, after any event
            assert (state.images[:, given_pixels] == state.document.pixels[given_pixels]).all()
    end, parameters = bench.state.document, bench.state.parameters
    while bench.state.can_undo:
        bench.presenter.undo()
    assert bench.state.document.same_as(start)
    while bench.state.can_redo:
        bench.presenter.redo()
    assert bench.state.document is end and bench.state.parameters is parameters


def _do(bench: Any, step: tuple[Any, ...]) -> None:
    verb, *arguments = step
    presenter = bench.presenter
    if verb == "stroke":
        bench.stroke((2.5, 2.5), (arguments[0], arguments[1]))
    elif verb == "tool":
        presenter.choose_tool(*arguments)
    elif verb == "adopt":
        presenter.adopt(*arguments)
    elif verb == "rectangle":
        presenter.rectangle(1, 1, *arguments)
    elif verb == "release":
        presenter.release()
    elif verb == "temperature":
        presenter.set_parameter("temperature", arguments[0])
    elif verb == "rest":
        presenter.rest_is()
    else:
        bench.clock.advance(60)
        if bench.jobs and not bench.job.cancelled:
            bench.job.finish()
