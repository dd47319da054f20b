"""The lenses over the canvas: what they ask, what they show, which pixel is looked at, and what is forced there."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from app.documents.partial_image import ADOPTED, GIVEN
from app.workspaces.complete import lens_words as words
from app.workspaces.complete.lens_look import PACE_MS
from engine.contracts.events import Finished, Partial
from engine.contracts.lanes import Policy
from engine.contracts.manifest import GraphSpec
from engine.contracts.particles import Evidence
from engine.contracts.probes import EstimateEvidence, Examination, ExamineImage, Influence, MeasureInfluence
from tests.app.workspaces.complete.conftest import FACE, INK, ROWS, FakeJob, manifest

LOOK, FIELD, EVIDENCE, SPEAK = "complete.look", "complete.field", "complete.evidence", "complete.look.class"
PLAIN = manifest("plain", architecture="Gated PixelCNN")
OTHER = manifest("other", architecture="PixelCNN")


def looks(bench: Any, lane: str = LOOK) -> list[FakeJob]:
    return list(bench.dispatcher.of(lane))


def examine(job: FakeJob, p: float = 0.25, **changes: Any) -> Examination:
    """Answer an `ExamineImage`: every pixel has probability ``p`` and one bit of entropy."""
    shape, told = job.request.pixels.shape[:2], changes.pop("levels", 2)
    distribution = np.full((*shape, told), (1 - p) / max(told - 1, 1), np.float16)
    distribution[..., 1] = p
    values: dict[str, Any] = {
        "log_prob": np.full(shape, np.log(p), np.float32),
        "entropy": np.full(shape, np.log(2), np.float32),
        "levels": np.ones(shape, np.int32),
        "distribution": distribution,
        "orientation": "upright" if job.request.orientation == "auto" else job.request.orientation,
        "total_ms": 5.0,
    }
    answer = Examination(**(values | changes))
    job.on_event(Finished(job=job.id, answer=answer))
    return answer


def influence(job: FakeJob, causal: bool = True, blind: int = 2, orientation: str = "upright") -> None:
    request = job.request
    nats = np.zeros(request.pixels.shape[:2], np.float32)
    nats[0, 0] = 1.0
    answer = Influence(
        nats=nats,
        row=request.row,
        column=request.column,
        orientation=orientation,
        causal=causal,
        blind=blind,
        total_ms=9.0,
    )
    job.on_event(Finished(job=job.id, answer=answer))


def evidence(job: FakeJob, exact: bool = True, names: tuple[str, ...] = ("zero", "one")) -> None:
    repeats = 1 if exact else 4
    posterior = np.array([0.2, 0.8]) if len(names) == 2 else np.ones(1)
    estimates = np.tile(np.log(posterior)[:, None] - 10, (1, repeats)) + np.linspace(0, 0.3, repeats)
    answer = Evidence(
        classes=names,
        log_evidence=np.log(np.exp(estimates).mean(axis=1)),
        estimates=estimates,
        spread=np.zeros(len(names)),
        posterior=posterior,
        posterior_spread=np.full(len(names), 0.0 if exact else 0.1),
        lowest=np.ones(len(names)),
        orientation="upright",
        exact=exact,
        total_ms=9.0,
    )
    job.on_event(Finished(job=job.id, answer=answer))


def whole(bench: Any) -> None:
    """The picture becomes whole: all ink."""
    rgba = np.full((*bench.state.document.state.shape, 4), 255, np.uint8)
    bench.presenter.load_picture(rgba)


# --- which lens


def test_there_is_none_at_first_and_nothing_is_asked(ink: Any) -> None:
    assert ink.state.lens == "none" and ink.state.look is None
    ink.presenter.look_at(2, 2)
    ink.stroke((1.5, 1.5), (4.5, 1.5))
    assert not looks(ink)


@pytest.mark.parametrize("lens", ["bits", "entropy", "field", "class"])
def test_one_lens_at_a_time_says_what_it_is(ink: Any, lens: str) -> None:
    ink.presenter.choose_lens(lens)
    assert ink.state.lens == lens and ink.state.look is not None
    assert ink.state.look.lens == lens and ink.state.look.title == words.TITLES[lens]
    ink.presenter.choose_lens("none")
    assert ink.state.lens == "none" and ink.state.look is None


def test_a_lens_that_there_is_not_changes_nothing(ink: Any) -> None:
    ink.presenter.choose_lens("bits")
    ink.presenter.choose_lens("magic")
    assert ink.state.lens == "bits"


def test_the_lens_is_kept_in_the_scene(ink: Any, fresh: Callable[..., Any]) -> None:
    ink.presenter.choose_lens("entropy")
    scene = json.loads(json.dumps(ink.presenter.capture()))
    other = fresh(INK, FACE, start=None)
    other.presenter.restore(scene)
    assert other.state.lens == "entropy" and looks(other)
    older = {key: value for key, value in scene.items() if key != "lens"}
    for damaged in ({}, {"lens": "magic"}, {"lens": 3}, {"lens": None}):
        other.presenter.choose_lens("bits")
        other.presenter.restore(older | damaged)
        assert other.state.lens == "none"


def test_the_lens_stays_when_another_model_comes(ink: Any) -> None:
    ink.presenter.choose_lens("bits")
    examine(looks(ink)[-1])
    ink.presenter.choose_model("grey")
    assert ink.state.lens == "bits" and ink.state.look.map is None, "the map was of another picture"
    assert looks(ink)[-1].request.model == "grey"


# --- bits and entropy


def test_bits_are_asked_of_what_the_canvas_shows(ink: Any) -> None:
    ink.presenter.choose_lens("bits")
    job = looks(ink)[-1]
    assert isinstance(job.request, ExamineImage) and job.request.model == "ink"
    assert job.lane.policy is Policy.COALESCE and not job.lane.interactive, "completions neither wait nor are held up"
    assert (job.request.pixels == ink.state.images[0]).all()
    examine(job)
    ink.clock.advance(PACE_MS)
    ink.presenter.hover(3)
    assert (looks(ink)[-1].request.pixels == ink.state.images[3]).all()


def test_class_order_and_temperature_are_the_parameters(ink: Any) -> None:
    ink.presenter.choose_lens("bits")
    for name, value in (("class_name", "one"), ("temperature", 0.5)):
        ink.presenter.set_parameter(name, value)
    assert looks(ink)[-1].request.class_name == "one" and looks(ink)[-1].request.temperature == 0.5
    ink.settle()
    ink.clock.advance(60)
    ink.presenter.complete_again()
    ink.job.finish(orientation="flip_vertical")
    assert looks(ink)[-1].request.orientation == "flip_vertical", "the order in which the completion was drawn"
    whole(ink)
    assert looks(ink)[-1].request.orientation == "auto"


def test_at_temperature_zero_it_says_so_and_uses_one(ink: Any) -> None:
    ink.presenter.choose_lens("bits")
    ink.presenter.set_parameter("temperature", 0.0)
    assert looks(ink)[-1].request.temperature == 1.0
    assert words.TEMPERATURE_ZERO in ink.state.look.note


def test_the_map_and_its_figures(ink: Any) -> None:
    whole(ink)
    ink.presenter.choose_lens("bits")
    examine(looks(ink)[-1], p=0.25)
    look = ink.state.look
    assert np.isfinite(look.map.values).all() and (look.map.low, look.map.high, look.map.unit) == ("0", "2.0", "bits")
    facts = dict(look.facts)
    assert facts["All bits"] == "96.0 bits" and facts["Bits per dimension"] == "2.000"
    assert facts["In the 2 most surprising"] == "4 %" and "row by row from the top left" in look.sentence
    ink.presenter.choose_lens("entropy")
    assert dict(ink.state.look.facts)["Mean a pixel"] == "1.000 bits", "without asking again"
    assert len(looks(ink)) == 1


def test_the_figures_are_per_dimension_of_what_has_a_value(fresh: Callable[..., Any]) -> None:
    bench = fresh(INK, start="ink")
    bench.presenter.skip_show()
    bench.presenter.choose_lens("bits")
    bench.stroke((0.5, 0.5), (7.5, 0.5))
    examine(looks(bench)[-1])
    facts = dict(bench.state.look.facts)
    assert facts["Without a value yet"] == "40 pixels" and facts["All bits"] == "16.0 bits"
    assert facts["Bits per dimension"] == "2.000"
    bench.presenter.choose_lens("entropy")
    assert dict(bench.state.look.facts)["Without a value yet"] == "39 pixels", "the next one is foreseen"


def test_pixels_after_unknown_ones_have_no_value(fresh: Callable[..., Any]) -> None:
    bench = fresh(INK, start="ink")
    bench.presenter.skip_show()
    bench.presenter.choose_lens("bits")
    bench.stroke((0.5, 3.5), (7.5, 3.5))
    examine(looks(bench)[-1])
    assert np.isnan(bench.state.look.map.values).all(), "the first pixel is unknown"
    bench.settle()
    examine(looks(bench)[-1])
    assert np.isfinite(bench.state.look.map.values).all(), "the completion has filled it"


def drag(bench: Any, *columns: int, row: int = 2, ms: float = 8.0) -> None:
    """The moving pen comes to these columns, ``ms`` apart."""
    for column in columns:
        bench.clock.advance(ms)
        bench.presenter.segment(column - 0.5, row + 0.5, column + 0.5, row + 0.5)


def test_a_strokes_first_segment_asks_at_once_and_the_next_ones_when_the_engine_has_rested(ink: Any) -> None:
    ink.presenter.choose_lens("bits")
    examine(looks(ink)[-1])
    ink.clock.advance(100)
    before = len(looks(ink))
    ink.presenter.start_stroke()
    drag(ink, 1)
    assert len(looks(ink)) == before + 1 and looks(ink)[-1].request.pixels[2, 1, 0] == 255
    drag(ink, 2, 3)
    assert len(looks(ink)) == before + 1, "one pass is in flight"
    examine(looks(ink)[-1])  # 5 ms long, after 16 ms
    drag(ink, 4, 5)
    assert len(looks(ink)) == before + 1, f"no two within {PACE_MS:g} ms"
    drag(ink, 6)
    assert len(looks(ink)) == before + 2, "and now the latest picture"
    assert (looks(ink)[-1].request.pixels[2, 1:7, 0] == 255).all()


def test_a_pass_that_takes_long_is_followed_by_a_rest_as_long(ink: Any) -> None:
    ink.presenter.choose_lens("bits")
    examine(looks(ink)[-1])
    ink.clock.advance(100)
    ink.presenter.start_stroke()
    drag(ink, 1, 2, 3, 4, 5, 6)
    asked = len(looks(ink))
    examine(looks(ink)[-1], total_ms=40.0)
    drag(ink, 1, 2, 3, 4, row=3)
    assert len(looks(ink)) == asked
    drag(ink, 5, row=3)
    assert len(looks(ink)) == asked + 1


def test_a_strokes_end_asks_at_once_and_only_for_the_picture_as_it_is(ink: Any) -> None:
    ink.presenter.choose_lens("bits")
    examine(looks(ink)[-1])
    ink.clock.advance(100)
    ink.presenter.start_stroke()
    drag(ink, 1, 2, 3)
    running, asked = looks(ink)[-1], len(looks(ink))
    ink.presenter.finish_stroke()
    assert len(looks(ink)) == asked + 1 and (looks(ink)[-1].request.pixels[2, 1:4, 0] == 255).all()
    assert not running.cancelled, "its map is shown if it comes first"
    ink.clock.advance(1000)
    assert len(looks(ink)) == asked + 1, "what was to be asked after a rest is not asked"


def test_a_strokes_end_waits_for_a_pass_of_the_very_same_pixels(ink: Any) -> None:
    ink.presenter.choose_lens("bits")
    examine(looks(ink)[-1])
    ink.clock.advance(100)
    ink.presenter.start_stroke()
    drag(ink, 1)
    asked = len(looks(ink))
    drag(ink, 1)
    ink.presenter.finish_stroke()
    ink.clock.advance(1000)
    assert len(looks(ink)) == asked
    examine(looks(ink)[-1])
    assert ink.presenter.examined is not None and ink.presenter.examined.same_as(ink.state.document)


def test_a_picture_that_is_as_it_was_asked_for_is_not_asked_for_again(ink: Any) -> None:
    ink.presenter.choose_lens("bits")
    examine(looks(ink)[-1])
    ink.clock.advance(100)
    ink.presenter.hover(3)
    asked = len(looks(ink))
    ink.presenter.hover(2)
    ink.presenter.hover(3)
    ink.clock.advance(1000)
    assert len(looks(ink)) == asked


def test_a_pen_that_rests_has_its_map(ink: Any) -> None:
    ink.presenter.choose_lens("bits")
    examine(looks(ink)[-1])
    ink.clock.advance(100)
    ink.presenter.start_stroke()
    drag(ink, 1, 2, 3)
    asked = len(looks(ink))
    ink.clock.advance(PACE_MS)
    assert len(looks(ink)) == asked + 1 and looks(ink)[-1].request.pixels[2, 3, 0] == 255


def test_rows_of_a_completion_are_looked_at_no_more_often(ink: Any) -> None:
    ink.presenter.choose_lens("bits")
    examine(looks(ink)[-1])
    ink.presenter.complete_again()
    ink.clock.advance(100)
    asked = len(looks(ink))
    for count in range(1, 9):
        ink.job.rows(count, value=200)
    assert len(looks(ink)) == asked + 1
    ink.clock.advance(PACE_MS)
    assert len(looks(ink)) == asked + 2
    assert (looks(ink)[-1].request.pixels == ink.state.images[0]).all()


def test_while_the_engine_is_away_nothing_is_asked_and_afterwards_once(ink: Any) -> None:
    ink.presenter.choose_lens("bits")
    examine(looks(ink)[-1])
    ink.clock.advance(100)
    asked = len(looks(ink))
    ink.presenter.engine_changed("starting")
    ink.stroke((1.5, 2.5), (3.5, 2.5), (5.5, 2.5))
    assert len(looks(ink)) == asked
    ink.presenter.engine_changed("ready")
    assert len(looks(ink)) == asked + 1 and (looks(ink)[-1].request.pixels[2, 1:6, 0] == 255).all()


def test_an_older_picture_is_shown_meanwhile_but_not_after_a_newer_one(ink: Any) -> None:
    ink.presenter.choose_lens("bits")
    examine(looks(ink)[-1])
    ink.clock.advance(100)
    ink.presenter.start_stroke()
    ink.presenter.segment(0.5, 2.5, 1.5, 2.5)
    older = looks(ink)[-1]
    ink.presenter.segment(1.5, 2.5, 4.5, 2.5)
    ink.presenter.finish_stroke()
    newer = looks(ink)[-1]
    examine(older, p=0.5)
    assert dict(ink.state.look.facts)["Bits per dimension"] == "1.000" and ink.state.look.busy
    examine(newer, p=0.25)
    assert dict(ink.state.look.facts)["Bits per dimension"] == "2.000" and not ink.state.look.busy
    examine(older, p=0.5)
    assert dict(ink.state.look.facts)["Bits per dimension"] == "2.000"


def test_what_did_not_change_keeps_its_identity(ink: Any) -> None:
    ink.presenter.choose_lens("bits")
    examine(looks(ink)[-1])
    first = ink.state.look
    ink.presenter.lock_seed(True)
    assert ink.state.look is first
    ink.presenter.look_at(2, 2)
    assert ink.state.look is not first and ink.state.look.map is first.map and ink.state.look.facts is first.facts


def test_it_says_which_class_the_model_was_told(ink: Any, face: Any) -> None:
    """Bits told no class do not add up to the score, which is averaged over all classes."""
    ink.presenter.choose_lens("bits")
    examine(looks(ink)[-1])
    assert "told no class (scores average over all classes)" in ink.state.look.sentence
    ink.presenter.set_parameter("class_name", "one")
    examine(looks(ink)[-1])
    assert "told the class one" in ink.state.look.sentence
    ink.presenter.choose_lens("entropy")
    assert "told the class one" in ink.state.look.sentence
    ink.presenter.choose_lens("none")
    ink.presenter.choose_tool("probe")
    assert ink.state.look.sentence.startswith("Read row by row from the top left, told the class one")
    face.presenter.choose_lens("bits")
    examine(looks(face)[-1])
    assert "told" not in face.state.look.sentence, "it knows no classes"


# --- the microscope


def test_a_hovered_pixel_is_looked_at_without_asking(ink: Any) -> None:
    ink.presenter.choose_lens("bits")
    examine(looks(ink)[-1], p=0.25)
    asked = len(ink.dispatcher.jobs)
    ink.presenter.look_at(3, 2)
    spot = ink.state.look.spot
    assert (spot.column, spot.row, spot.level) == (3, 2, 1) and spot.title == "Row 3, column 4"
    facts = dict(spot.facts)
    assert facts["p of ink"] == "0.250" and facts["Its surprise"] == "2.00 bits"
    assert facts["Unsure before it (entropy)"] == "1.00 bits" and facts["Its turn in the order"] == "20 of 48"
    assert spot.distribution.tolist() == pytest.approx([0.75, 0.25]) and len(spot.colors) == 2
    assert not spot.pinned and ink.state.look.note == words.PIN
    assert len(ink.dispatcher.jobs) == asked
    ink.presenter.look_at(-1, -1)
    assert ink.state.look.spot is None and ink.state.look.note == words.POINT


def test_it_works_without_a_lens_with_the_probe_in_hand(ink: Any) -> None:
    ink.presenter.choose_tool("probe")
    examine(looks(ink)[-1])
    ink.presenter.look_at(0, 0)
    look = ink.state.look
    assert ink.state.lens == "none" and look.map is None and look.spot is not None
    ink.presenter.choose_tool("pen")
    assert ink.state.look is None


def test_too_many_levels_to_list_are_said(ink: Any) -> None:
    ink.presenter.choose_lens("bits")
    examine(looks(ink)[-1], distribution=None)
    ink.presenter.look_at(0, 0)
    spot = ink.state.look.spot
    assert spot.distribution is None and dict(spot.facts)["p of ink"] == "0.250" and not spot.forcible
    assert ink.state.look.note == words.TOO_MANY


def test_a_pixel_after_unknown_ones_has_nothing_to_say(fresh: Callable[..., Any]) -> None:
    bench = fresh(INK, start="ink")
    bench.presenter.skip_show()
    bench.presenter.choose_lens("entropy")
    examine(looks(bench)[-1])
    bench.presenter.look_at(0, 0)
    spot = bench.state.look.spot
    assert spot.level == -1 and dict(spot.facts)["Unsure before it (entropy)"] == "1.00 bits"
    assert spot.distribution is not None, "the first pixel's distribution is known before any pixel is"
    bench.presenter.look_at(1, 0)
    assert bench.state.look.spot.distribution is None and bench.state.look.note == words.NO_VALUE


def test_a_probed_pixel_stays_until_it_is_probed_again(ink: Any) -> None:
    ink.presenter.choose_lens("bits")
    examine(looks(ink)[-1])
    ink.presenter.probe(3, 2)
    ink.presenter.look_at(5, 5)
    look = ink.state.look
    assert look.pinned == (3, 2) and (look.spot.column, look.spot.row) == (3, 2) and look.note == words.FORCE
    ink.presenter.probe(3, 2)
    assert ink.state.look.pinned is None and ink.state.look.spot.column == 5
    ink.presenter.probe(3, 2)
    ink.presenter.escape()
    assert ink.state.look.pinned is None and ink.state.selected == 0, "the completion is still chosen"


@pytest.mark.parametrize("pixel", [(-1, 0), (8, 0), (0, 6)])
def test_a_pixel_outside_cannot_be_probed(ink: Any, pixel: tuple[int, int]) -> None:
    ink.presenter.choose_lens("bits")
    ink.presenter.probe(*pixel)
    assert ink.state.look.pinned is None


# --- forcing a value


def probed(bench: Any, column: int, row: int) -> None:
    bench.presenter.choose_lens("bits")
    examine(looks(bench)[-1])
    bench.presenter.probe(column, row)


def test_a_forced_value_keeps_what_was_drawn_before_and_draws_the_rest_anew(ink: Any) -> None:
    drawn = ink.state.images[0].copy()
    probed(ink, 3, 2)
    ink.presenter.force(0)
    document = ink.state.document
    flat = document.state.reshape(-1)
    assert (flat[:19] == ADOPTED).all() and flat[19] == GIVEN and not flat[20:].any()
    assert (document.pixels.reshape(-1)[:19] == drawn.reshape(-1)[:19]).all() and document.pixels[2, 3, 0] == 0
    assert "19 pixels drawn before it are kept" in ink.state.message and "paper" in ink.state.message
    ink.clock.advance(60)
    assert ink.job.request.observed.sum() == 20
    ink.presenter.undo()
    assert ink.state.document.is_blank, "one step of the history"


def test_it_follows_the_order_of_the_completion(ink: Any) -> None:
    ink.presenter.complete_again()
    ink.job.finish(orientation="flip_vertical")
    probed(ink, 0, 4)
    ink.presenter.force(1)
    state = ink.state.document.state
    assert (state[5] == ADOPTED).all() and state[4, 0] == GIVEN and not state[:4].any() and not state[4, 1:].any()


def test_it_follows_the_order_of_the_shown_completion_and_not_that_of_an_older_map(ink: Any) -> None:
    probed(ink, 0, 4)
    ink.presenter.complete_again()
    ink.job.finish(orientation="flip_vertical")  # and nobody has looked at that yet
    ink.presenter.force(1)
    state = ink.state.document.state
    assert (state[5] == ADOPTED).all() and state[4, 0] == GIVEN and not state[:4].any() and not state[4, 1:].any()


def test_given_pixels_stay_and_adopted_ones_after_it_go(ink: Any) -> None:
    ink.stroke((0.5, 5.5), (7.5, 5.5))
    ink.settle()
    ink.presenter.adopt(0)
    probed(ink, 0, 1)
    ink.presenter.force(1)
    state = ink.state.document.state
    assert (state[0] == ADOPTED).all() and state[1, 0] == GIVEN and not state[1, 1:].any() and not state[2:5].any()
    assert (state[5] == GIVEN).all()


def test_in_a_given_picture_one_pixel_changes_and_it_is_said(ink: Any) -> None:
    whole(ink)
    probed(ink, 3, 2)
    ink.presenter.force(0)
    assert ink.state.document.is_whole and ink.state.document.pixels[2, 3, 0] == 0
    assert "rub something out" in ink.state.message


def test_without_a_probed_pixel_nothing_is_forced(ink: Any) -> None:
    before = ink.state.document
    ink.presenter.choose_lens("bits")
    ink.presenter.force(0)
    assert ink.state.document is before and ink.state.message == words.NO_PIXEL
    ink.presenter.choose_lens("none")
    ink.presenter.choose_model("grey")
    ink.presenter.probe(0, 0)
    grey = ink.state.document
    ink.presenter.force(0)
    assert ink.state.document is grey and ink.state.message == words.CANNOT_FORCE, "nobody has looked at it"
    ink.presenter.choose_model("ink")
    probed(ink, 0, 0)
    for level in (-1, 2):
        ink.presenter.force(level)
        assert ink.state.document is before


def test_a_palettes_colour_is_forced(face: Any) -> None:
    face.presenter.choose_lens("bits")
    examine(looks(face)[-1], levels=3)
    face.presenter.probe(1, 2)
    face.presenter.force(2)
    assert face.state.document.pixels[2, 1].tolist() == [60, 90, 200] and face.state.document.state[2, 1] == GIVEN


# --- receptive fields


@pytest.fixture
def pair(fresh: Callable[..., Any]) -> Any:
    """A gated model and one with a blind spot of the same pictures; the first completion is shown."""
    bench = fresh(PLAIN, OTHER, FACE, start="plain")
    bench.presenter.skip_show()
    bench.settle()
    bench.presenter.choose_lens("field")
    return bench


def test_a_probed_pixel_is_measured_at_once_and_the_other_model_after_it(pair: Any) -> None:
    assert pair.state.look.note == words.POINT_FIELD and not looks(pair, FIELD)
    pair.presenter.probe(2, 3)
    (job,) = looks(pair, FIELD)
    assert isinstance(job.request, MeasureInfluence) and (job.request.row, job.request.column) == (3, 2)
    assert job.request.model == "plain" and pair.state.look.note == words.MEASURING and pair.state.working
    job.on_event(Partial(job=job.id, images=None, drawn=None, fraction=0.4, first_row_ms=0))  # type: ignore[arg-type]
    assert pair.state.progress == 0.4
    influence(job, blind=0)
    assert pair.state.look.map is not None and dict(pair.state.look.facts)["Blind (before it, no influence)"] == "0"
    influence(looks(pair, FIELD)[-1], blind=5)
    first, second = pair.state.look.fields
    assert (first.title, second.title) == ("Gated PixelCNN", "PixelCNN")
    assert "none is blind" in first.text and "5 are blind" in second.text and "Read" not in first.text + second.text
    assert not pair.state.working and len(looks(pair, FIELD)) == 2


def test_fields_that_were_read_in_different_orders_say_so(pair: Any) -> None:
    pair.presenter.probe(2, 3)
    influence(looks(pair, FIELD)[-1], orientation="flip_vertical")
    influence(looks(pair, FIELD)[-1], orientation="upright")
    first, second = pair.state.look.fields
    assert first.text.endswith("Read row by row from the bottom left.")
    assert second.text.endswith("Read row by row from the top left.")


def test_a_hovered_pixel_is_measured_after_a_rest(pair: Any) -> None:
    pair.presenter.look_at(1, 1)
    pair.clock.advance(200)
    pair.presenter.look_at(2, 1)
    pair.clock.advance(200)
    assert not looks(pair, FIELD)
    pair.clock.advance(100)
    assert looks(pair, FIELD)[-1].request.column == 2
    influence(looks(pair, FIELD)[-1])
    pair.presenter.look_at(-1, -1)
    assert pair.state.look.map is not None and pair.state.look.pinned == (2, 1), "it stays when the pointer goes"


def test_what_was_measured_is_not_measured_again(pair: Any) -> None:
    for column in (2, 3):
        pair.presenter.probe(column, 3)
        influence(looks(pair, FIELD)[-1])
        influence(looks(pair, FIELD)[-1])
    assert len(looks(pair, FIELD)) == 4
    pair.presenter.probe(2, 3)
    assert len(looks(pair, FIELD)) == 4 and pair.state.look.fields[0].column == 2
    assert not pair.state.working


def test_another_picture_is_measured_after_a_rest_and_what_runs_ends(pair: Any) -> None:
    pair.presenter.probe(2, 3)
    running = looks(pair, FIELD)[-1]
    pair.stroke((0.5, 0.5), (3.5, 0.5))
    assert running.cancelled and len(looks(pair, FIELD)) == 1
    pair.clock.advance(300)
    assert len(looks(pair, FIELD)) == 2


def test_a_model_that_looks_ahead_is_called_worthless(pair: Any) -> None:
    pair.presenter.probe(2, 3)
    influence(looks(pair, FIELD)[-1], causal=False)
    assert pair.state.look.warning == words.NOT_CAUSAL and "worthless" in words.NOT_CAUSAL


def test_stop_and_escape_end_it(pair: Any) -> None:
    for stop in (pair.presenter.stop, pair.presenter.escape):
        pair.presenter.probe(2, 3)
        job = looks(pair, FIELD)[-1]
        stop()
        assert job.cancelled and not pair.state.working
        pair.presenter.probe(2, 3)
        pair.presenter.choose_lens("none")
        pair.presenter.choose_lens("field")


def test_stopped_before_its_pixel_was_measured_it_shows_no_other_pixels_map(pair: Any) -> None:
    pair.presenter.probe(2, 3)
    influence(looks(pair, FIELD)[-1])
    influence(looks(pair, FIELD)[-1])
    pair.presenter.probe(5, 4)
    assert pair.state.look.map is not None and pair.state.look.note == words.MEASURING
    pair.presenter.stop()
    look = pair.state.look
    assert look.pinned == (5, 4) and look.map is None and not look.fields and look.note == words.POINT_FIELD
    pair.presenter.probe(2, 3)
    assert pair.state.look.fields[0].column == 2, "what was measured is still known"


def test_a_model_that_was_trained_anew_is_measured_anew(fresh: Callable[..., Any]) -> None:
    def trained(digest: str) -> Any:
        return manifest("plain", graphs={"likelihood": GraphSpec(file="l.onnx", sha256=digest, inputs={}, outputs={})})

    bench = fresh(trained("ab"), start="plain")
    bench.presenter.choose_lens("field")
    bench.presenter.probe(2, 3)
    influence(looks(bench, FIELD)[-1])
    bench.presenter.set_models((trained("cd"),))
    asked = len(looks(bench, FIELD))
    bench.presenter.probe(2, 3)
    assert len(looks(bench, FIELD)) == asked + 1 and bench.state.look.map is None


def test_stop_leaves_the_look_alone_which_takes_a_moment(pair: Any) -> None:
    pair.presenter.probe(2, 3)
    pair.presenter.stop()
    assert not looks(pair)[-1].cancelled
    examine(looks(pair)[-1])
    assert pair.state.look.spot is not None


def test_the_model_alone_where_there_is_no_other(face: Any) -> None:
    face.presenter.choose_lens("field")
    face.presenter.probe(0, 4)
    influence(looks(face, FIELD)[-1])
    assert len(looks(face, FIELD)) == 1 and len(face.state.look.fields) == 1


# --- class and evidence


def test_a_whole_picture_has_an_exact_posterior_soon(ink: Any) -> None:
    ink.presenter.choose_lens("class")
    whole(ink)
    ink.clock.advance(99)
    assert not looks(ink, EVIDENCE)
    ink.clock.advance(1)
    request = looks(ink, EVIDENCE)[-1].request
    assert isinstance(request, EstimateEvidence) and request.by_class and request.observed.all()
    evidence(looks(ink, EVIDENCE)[-1])
    look = ink.state.look
    assert look.bars.names == ("zero", "one") and look.bars.values.tolist() == [0.2, 0.8] and not look.bars.stale
    assert look.bars.title == "p(class | picture), exact"
    assert look.facts[0][1] == "Most likely one: 80 %" and look.facts[1][1].endswith("nats, exact")


def test_of_a_part_that_is_read_first_it_is_called_exact_and_not_that_of_a_picture(ink: Any) -> None:
    ink.presenter.choose_lens("class")
    ink.presenter.rectangle(0, 0, 8, 3, keep=True)
    ink.clock.advance(100)
    evidence(looks(ink, EVIDENCE)[-1])
    assert ink.state.look.bars.title == "p(class | given pixels), exact"


def test_figures_of_an_older_picture_are_called_that(face: Any) -> None:
    face.presenter.choose_lens("class")
    whole(face)
    face.clock.advance(100)
    evidence(looks(face, EVIDENCE)[-1], names=("",))
    assert face.state.look.facts and face.state.look.note == ""
    face.presenter.rectangle(0, 3, 5, 5, keep=False)
    assert face.state.look.facts and face.state.look.note == words.OLDER_FIGURES, "no bars that could be greyed"
    face.clock.advance(100)
    evidence(looks(face, EVIDENCE)[-1], names=("",))
    assert face.state.look.note == ""


def test_where_nothing_can_be_asked_nothing_older_stays(ink: Any) -> None:
    """A hole in the middle: no order reads all of the rest first, and there is no row sampler to weigh it with."""
    ink.presenter.choose_lens("class")
    whole(ink)
    ink.clock.advance(100)
    evidence(looks(ink, EVIDENCE)[-1])
    ink.presenter.rectangle(3, 2, 5, 4, keep=False)
    ink.clock.advance(1000)
    assert len(looks(ink, EVIDENCE)) == 1
    look = ink.state.look
    assert look.bars is None and not look.facts and look.note == words.CANNOT_WEIGH
    ink.presenter.undo()
    ink.clock.advance(100)
    evidence(looks(ink, EVIDENCE)[-1])
    assert ink.state.look.bars is not None and ink.state.look.note == ""


def test_an_estimate_waits_for_rest_and_is_called_one(fresh: Callable[..., Any]) -> None:
    classes = manifest("rowed", graphs=ROWS.graphs, conditions=tuple(c for c in INK.conditions if c.name == "class"))
    bench = fresh(classes, start="rowed")
    bench.presenter.skip_show()
    bench.presenter.choose_lens("class")
    bench.stroke((0.5, 3.5), (7.5, 3.5))
    bench.clock.advance(599)
    assert not looks(bench, EVIDENCE)
    bench.clock.advance(1)
    job = looks(bench, EVIDENCE)[-1]
    assert (job.request.particles, job.request.repeats) == (16, 4) and bench.state.working
    evidence(job, exact=False)
    look = bench.state.look
    assert "an estimate: from 4 repeats of 16 particles" in look.bars.title and (look.bars.spread > 0).all()
    assert "estimated" in look.facts[0][1] and "±" in look.facts[1][1], "never without its spread"


def test_a_stroke_ends_what_runs_and_greys_what_is_known(ink: Any) -> None:
    ink.presenter.choose_lens("class")
    whole(ink)
    ink.clock.advance(100)
    evidence(looks(ink, EVIDENCE)[-1])
    ink.presenter.choose_color((0,))
    ink.stroke((0.5, 3.5), (3.5, 3.5))
    assert ink.state.look.bars.stale
    ink.clock.advance(100)
    running = looks(ink, EVIDENCE)[-1]
    ink.stroke((0.5, 4.5), (3.5, 4.5))
    assert running.cancelled
    ink.clock.advance(100)
    evidence(looks(ink, EVIDENCE)[-1])
    assert not ink.state.look.bars.stale


def test_a_model_without_classes_shows_the_evidence_alone(face: Any) -> None:
    face.presenter.choose_lens("class")
    whole(face)
    face.clock.advance(100)
    job = looks(face, EVIDENCE)[-1]
    assert not job.request.by_class
    evidence(job, names=("",))
    look = face.state.look
    assert look.title == words.EVIDENCE_TITLE and look.bars is None and len(look.facts) == 1


def test_nothing_given_asks_nothing_and_says_what_to_do(ink: Any) -> None:
    ink.presenter.choose_lens("class")
    ink.clock.advance(1000)
    assert not looks(ink, EVIDENCE) and ink.state.look.note == words.DRAW_SOMETHING


def test_seeds_and_temperature_leave_the_posterior_alone(ink: Any) -> None:
    ink.presenter.choose_lens("class")
    whole(ink)
    ink.clock.advance(100)
    evidence(looks(ink, EVIDENCE)[-1])
    ink.presenter.set_parameter("temperature", 0.7)
    ink.clock.advance(1000)
    assert len(looks(ink, EVIDENCE)) == 1


def test_where_the_picture_speaks_for_a_class(ink: Any) -> None:
    ink.presenter.choose_lens("class")
    whole(ink)
    ink.clock.advance(100)
    evidence(looks(ink, EVIDENCE)[-1])
    examine(looks(ink)[-1], p=0.25)
    ink.presenter.speak_for("one")
    job = looks(ink, SPEAK)[-1]
    assert job.request.class_name == "one" and looks(ink)[-1].request.class_name == ""
    examine(job, p=0.5)
    look = ink.state.look
    assert look.map.diverging and (look.map.values == 1).all() and look.bars.chosen == "one" and "one" in look.sentence
    ink.presenter.speak_for("one")
    assert ink.state.look.map is None and ink.state.look.bars.chosen == ""
    ink.presenter.speak_for("seven")
    assert ink.state.look.bars.chosen == "", "there is no such class"


# --- when things go wrong


def test_an_error_stands_in_the_card_and_the_next_picture_is_asked(ink: Any) -> None:
    ink.presenter.choose_lens("bits")
    looks(ink)[-1].fail("SessionError", "It broke.", "Mend it.")
    assert str(ink.state.look.problem) == "It broke. Mend it." and ink.state.problem is None
    ink.stroke((0.5, 0.5), (3.5, 0.5))
    assert ink.state.look.problem is None
    examine(looks(ink)[-1])
    assert ink.state.look.map is not None


def test_its_remedy_asks_again(ink: Any) -> None:
    ink.presenter.choose_lens("bits")
    looks(ink)[-1].fail()
    asked = len(looks(ink))
    ink.presenter.retry()
    assert len(looks(ink)) == asked + 1 and ink.state.look.problem is None


def test_when_the_engine_dies_it_says_so_and_asks_again_afterwards(ink: Any) -> None:
    ink.presenter.choose_lens("bits")
    ink.presenter.engine_changed("died")
    assert ink.state.look.problem is not None and "engine stopped" in str(ink.state.look.problem)
    asked = len(looks(ink))
    ink.presenter.engine_changed("ready")
    assert len(looks(ink)) == asked + 1 and ink.state.look.problem is None
    examine(looks(ink)[-1])
    assert ink.state.look.map is not None


def test_three_deaths_over_the_same_picture_are_enough(ink: Any) -> None:
    ink.presenter.choose_lens("bits")
    for _ in range(3):
        looks(ink)[-1].fail("EngineDied")
        ink.presenter.engine_changed("died")
        ink.presenter.engine_changed("ready")
    asked = len(looks(ink))
    assert "several times" in str(ink.state.look.problem)
    ink.presenter.engine_changed("ready")
    assert len(looks(ink)) == asked


def test_it_waits_for_an_engine_that_is_not_there_yet(fresh: Callable[..., Any]) -> None:
    bench = fresh(INK, start="ink", engine="starting")
    bench.presenter.choose_lens("bits")
    assert not looks(bench)
    bench.presenter.engine_changed("ready")
    assert len(looks(bench)) == 1


# --- while a drawing is replayed


def test_a_replay_is_one_picture_whose_map_grows(ink: Any) -> None:
    ink.presenter.choose_lens("bits")
    examine(looks(ink)[-1])
    asked = len(looks(ink))
    ink.presenter.seek(0.5)
    assert len(looks(ink)) == asked, "what it will be is known already"
    half = np.isfinite(ink.state.look.map.values).sum()
    ink.presenter.seek(0.75)
    assert 0 < half < np.isfinite(ink.state.look.map.values).sum() < 48


def test_looking_does_not_end_a_halted_replay(ink: Any) -> None:
    ink.presenter.seek(0.5)
    ink.presenter.choose_lens("entropy")
    ink.presenter.probe(0, 0)
    assert ink.state.playing and ink.state.paused


def test_a_stroke_is_scored_when_it_has_ended(ink: Any) -> None:
    whole(ink)
    ink.clock.advance(60)
    scored = len(ink.score_jobs)
    ink.presenter.choose_color((0,))
    ink.presenter.start_stroke()
    ink.presenter.segment(0.5, 2.5, 4.5, 2.5)
    ink.clock.advance(500)
    assert len(ink.score_jobs) == scored, "it would take from what shows the stroke"
    ink.presenter.finish_stroke()
    ink.clock.advance(60)
    assert len(ink.score_jobs) == scored + 1


def test_a_stroke_that_another_model_cuts_off_leaves_scores_alone(ink: Any) -> None:
    ink.presenter.start_stroke()
    ink.presenter.segment(0.5, 2.5, 4.5, 2.5)
    ink.presenter.choose_model("grey")
    whole(ink)
    ink.clock.advance(60)
    assert ink.score_jobs and ink.score_jobs[-1].request.model == "grey"
