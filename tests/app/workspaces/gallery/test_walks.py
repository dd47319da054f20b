"""Walks from the chosen picture: what is asked for each, how it is played, and the strip that goes out to a file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.documents.latent_path import LatentPath
from app.documents.picture_file import read_picture
from app.workspaces.gallery import walks_words as words
from app.workspaces.gallery.chosen import Chosen
from app.workspaces.gallery.walk_saving import LANE as SAVE_LANE
from app.workspaces.gallery.walk_saving import Strip, WalkSaving
from app.workspaces.gallery.walks import LANE, STEP_MS, WalksPresenter, WalksState
from app.workspaces.gallery.walks_plan import (
    CLASSES,
    OF_UNIFORM,
    PATH,
    STEPS,
    TEMPERATURE,
    TRUNCATION,
    TRUNCATIONS,
    WILDEST,
    kinds_of,
    measured_at,
    truncations,
)
from engine.contracts.controls import NO_TRUNCATION
from engine.contracts.events import Completion, Finished
from engine.contracts.manifest import Condition, Manifest
from engine.contracts.requests import DecodeLatents, SampleImages
from engine.records.note_text import graph_digests
from engine.records.provenance import pixels_sha256
from engine.records.replaying import request_of, verdict
from engine.records.walk_note import from_text
from tests.app.documents.collection.test_faults import nobody
from tests.app.workspaces.gallery.conftest import CLASSES as NAMES
from tests.app.workspaces.gallery.conftest import GAN, NORMAL, PIXELS, VAE, FakeWorker, manifest, pictures
from tests.app.workspaces.gallery.test_neighbours import chosen

TOLD = manifest("told-pixels", family="autoregressive", conditions=(Condition(name="class", names=NAMES),))
BOX = manifest("box", latent={"dim": 3, "prior": "uniform", "likelihood": "none"})
MEASURED = {"bound": 0.7, "frechet": 12, "precision": 0.8, "recall": 0.3}
WHOLE = {f"test_{name}": {"value": value} for name, value in (("frechet", 9.0), ("precision", 0.7), ("recall", 0.6))}


class Desk:
    """The page's presenter, and how often it said that something changed."""

    def __init__(self, dispatcher: Any, clock: Any, engine: str = "ready") -> None:
        self.dispatcher, self.clock = dispatcher, clock
        self.changes = 0
        self.walks = WalksPresenter(dispatcher, clock, self.changed, engine=engine)

    def changed(self) -> None:
        self.changes += 1

    @property
    def state(self) -> WalksState:
        return self.walks.state

    @property
    def asked(self) -> list[Any]:
        """The requests that await an answer."""
        return [job.request for job in self.dispatcher.open()]

    def begins(self, start: Chosen, kind: str) -> None:
        """The page is unfolded on a walk of this kind."""
        self.walks.choose(start)
        self.walks.set_kind(kind)
        self.walks.wake()

    def answers(self) -> list[Any]:
        """Everything is answered, also what that leads to; the requests, in their order."""
        before = len(self.dispatcher.jobs)
        waiting = self.dispatcher.open()
        while open_jobs := self.dispatcher.open():
            assert len(open_jobs) == 1, "one at a time"
            open_jobs[0].finish()
        return [job.request for job in (*waiting, *self.dispatcher.jobs[before:])]

    def plays(self, steps: int) -> list[int]:
        """The columns that are seen while so many steps are played."""
        seen = []
        for _ in range(steps):
            self.clock.advance(STEP_MS)
            seen.append(self.state.cursor[1])
        return seen


@pytest.fixture
def desk(dispatcher: Any, clock: Any) -> Desk:
    return Desk(dispatcher, clock)


def start(model: Manifest, place: int = 7, class_name: str = "", **changes: Any) -> Chosen:
    """A picture on the wall; ``changes`` are of its request."""
    picture = chosen(model, place)
    assert picture.request is not None
    return replace(picture, request=replace(picture.request, **changes), class_name=class_name)


def seen(state: WalksState, row: int = 0) -> list[tuple[int, str]]:
    """The place and the class that each picture of a row shows."""
    assert state.images is not None and state.drawn is not None and state.drawn[row].all()
    return [(int(p[0, 1, 0]), NAMES[p[0, 3, 0] - 1] if p[0, 3, 0] else "") for p in state.images[row]]


# ---------------------------------------------------------------------------------------------- which walks there are


@pytest.mark.parametrize(
    ("model", "kinds"),
    [
        (VAE, (PATH, TRUNCATION)),
        (GAN, (CLASSES, PATH, TRUNCATION)),
        (NORMAL, (PATH, TRUNCATION)),
        (PIXELS, (TEMPERATURE,)),
        (TOLD, (CLASSES, TEMPERATURE)),
        (manifest("one", family="gan", conditions=(Condition(name="class", names=("cat",)),)), (PATH, TRUNCATION)),
    ],
)
def test_a_model_is_taken_on_the_walks_that_it_can_be_taken_on(
    desk: Desk, model: Manifest, kinds: tuple[str, ...]
) -> None:
    assert kinds_of(model) == kinds
    desk.walks.wake()
    desk.walks.choose(start(model))
    assert desk.state.kinds == kinds and desk.state.kind == kinds[0]


@pytest.mark.parametrize("prior", ["normal", "uniform", "none"])
@pytest.mark.parametrize("family", ["autoregressive", "autoencoder", "classifier", "gan", "gaussian", "vae"])
@pytest.mark.parametrize("conditions", [(), (Condition(name="class", names=NAMES),)])
def test_there_is_no_model_without_a_walk(family: str, prior: str, conditions: tuple[Condition, ...]) -> None:
    latent = {"dim": 3, "prior": prior, "likelihood": "none"}
    for spec in (latent, None):
        assert kinds_of(manifest("any", family=family, latent=spec, conditions=conditions))


def test_a_kind_that_another_model_does_not_have_gives_way_to_its_first(desk: Desk) -> None:
    desk.begins(start(GAN, class_name="cat"), CLASSES)
    desk.walks.choose(start(VAE))
    assert desk.state.kind == PATH
    desk.walks.set_kind("sideways")
    assert desk.state.kind == PATH


def test_without_a_picture_that_a_seed_draws_there_is_no_walk(desk: Desk) -> None:
    desk.walks.wake()
    assert desk.state.hint == words.CHOOSE and desk.state.images is None and not desk.state.kinds
    desk.begins(start(VAE), PATH)
    desk.answers()
    desk.walks.choose(replace(start(VAE), request=None))
    assert desk.state.hint == words.NOT_DRAWN_HERE and desk.state.images is None and desk.walks.strip() is None
    assert not desk.asked


# --------------------------------------------------------------------------------------------------- what is asked for


def test_a_walk_through_the_classes_tells_one_chance_each_of_them(desk: Desk) -> None:
    desk.begins(start(GAN, 7, "dog", seed=3, temperature=0.5, truncation=2.0), CLASSES)
    assert desk.state.busy and desk.dispatcher.jobs[0].lane == LANE
    asked = desk.answers()
    assert [(r.class_name, r.first, r.count) for r in asked] == [("cat", 7, 2), ("dog", 7, 2), ("owl", 7, 2)]
    assert {(r.model, r.seed, r.temperature, r.truncation) for r in asked} == {("gan", 3, 0.5, 2.0)}
    state = desk.state
    assert state.captions == NAMES and state.cursor == (0, 1), "one stands on the class that was chosen"
    assert seen(state) == [(7, "cat"), (7, "dog"), (7, "owl")] and seen(state, 1)[2] == (8, "owl")
    assert state.steps_range is None and not state.busy and not state.measured
    np.testing.assert_array_equal(state.picture, pictures(3, range(7, 8), "dog")[0])


def test_a_walk_to_another_decodes_what_lies_between_two_draws_on_the_great_circle(desk: Desk) -> None:
    desk.begins(start(GAN, 7, "dog", seed=3, truncation=2.0), PATH)
    start_z, end_z = np.array([1, 0, 0.5], np.float32), np.array([0, 2, 1], np.float32)
    first, second = desk.dispatcher.jobs[0], None
    first.finish(z=start_z[None])
    second = desk.dispatcher.open()[0]
    second.finish(z=end_z[None])
    for draw, place in ((first.request, 7), (second.request, 8)):
        assert (draw.first, draw.count, draw.class_name, draw.seed, draw.truncation) == (place, 1, "dog", 3, 2.0)
    (decode,) = desk.asked
    assert isinstance(decode, DecodeLatents) and (decode.model, decode.class_name) == ("gan", "dog")
    keys = (start_z.astype(np.float64), end_z.astype(np.float64))
    np.testing.assert_array_equal(decode.z, LatentPath(keys, "slerp").points(STEPS[PATH][2]))
    desk.answers()
    state = desk.state
    assert state.drawn is not None and state.drawn.all() and state.drawn.shape == (1, 9)
    assert state.captions[:2] == ("start", "12 %") and state.captions[-1] == "end" and state.cursor == (0, 0)


def test_where_z_is_uniform_one_goes_straight_and_is_cut_off_within_the_box(desk: Desk) -> None:
    desk.begins(start(BOX), PATH)
    desk.dispatcher.open()[0].finish(z=np.array([[1, 0, 0]], np.float32))
    desk.dispatcher.open()[0].finish(z=np.array([[0, 1, 0]], np.float32))
    (decode,) = desk.asked
    np.testing.assert_allclose(decode.z[4], [0.5, 0.5, 0.0])
    desk.walks.set_kind(TRUNCATION)
    assert [request.truncation for request in desk.answers()] == list(OF_UNIFORM)


def test_a_walk_of_truncation_cuts_the_same_z_nearer_and_farther(desk: Desk) -> None:
    desk.begins(start(VAE, 7, seed=3, truncation=1.4), TRUNCATION)
    asked = desk.answers()
    assert [r.truncation for r in asked] == list(TRUNCATIONS)
    assert {(r.first, r.count, r.seed, r.class_name) for r in asked} == {(7, 2, 3, "")}
    assert desk.state.captions == ("0.2", "0.5", "1", "1.5", "2", "3", "uncut")
    assert desk.state.cursor == (0, 3), "one stands nearest to what the picture was drawn with"
    assert desk.state.measured == () or not any(desk.state.measured)


def test_truncations_that_were_measured_are_on_the_walk_with_what_was_found(desk: Desk) -> None:
    model = manifest("gan", family="gan", figures={"truncation": [MEASURED]} | WHOLE)
    desk.begins(start(model), TRUNCATION)
    assert [r.truncation for r in desk.answers()] == [0.2, 0.5, 0.7, 1.0, 1.5, 2.0, 3.0, NO_TRUNCATION]
    measured = desk.state.measured
    assert [m is None for m in measured] == [True, True, False, True, True, True, True, False]
    there, whole = measured[2], measured[7]
    assert there is not None and (there.frechet, there.precision, there.recall) == (12.0, 0.8, 0.3)
    assert whole is not None and (whole.frechet, whole.precision, whole.recall) == (9.0, 0.7, 0.6)
    assert "Recall" in desk.state.note


@pytest.mark.parametrize(
    "rows",
    [
        "all",
        {"bound": 1.0},
        [3, None, "x"],
        [MEASURED | {"bound": True}],
        [MEASURED | {"frechet": float("nan")}],
        [MEASURED | {"recall": float("inf")}],
        [MEASURED | {"precision": 10**400}],
        [{"bound": 0.7, "frechet": 1.0}],
    ],
)
def test_odd_figures_are_left_out(rows: Any) -> None:
    odd = manifest("gan", family="gan", figures={"truncation": rows, "test_frechet": 3})
    assert measured_at(odd) == {} and truncations(odd) == TRUNCATIONS


def test_a_bound_that_is_measured_near_0_or_beyond_the_last_is_on_no_walk() -> None:
    bounds = [MEASURED | {"bound": bound} for bound in (0.1, -1.0, 9.0)]
    assert truncations(manifest("gan", family="gan", figures={"truncation": bounds})) == TRUNCATIONS


def test_a_walk_of_temperature_goes_from_the_likeliest_to_the_wildest(desk: Desk) -> None:
    desk.begins(start(TOLD, 7, "owl", seed=3), TEMPERATURE)
    asked = desk.answers()
    assert [r.temperature for r in asked] == [0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 1.75, WILDEST]
    assert {(r.first, r.count, r.seed, r.class_name) for r in asked} == {(7, 1, 3, "owl")}
    assert desk.state.cursor == (0, 4) and seen(desk.state)[8] == (7, "owl")
    offered = desk.walks.chosen_at(0, 8)
    assert offered is not None and offered.request is not None and offered.request.temperature == WILDEST


def test_what_a_model_without_a_latent_space_answers_is_shown(desk: Desk) -> None:
    desk.begins(start(PIXELS), TEMPERATURE)
    job = desk.dispatcher.open()[0]
    job.ended = True
    images = pictures(0, range(7, 8), "")
    nothing = np.zeros((4, 4), bool)
    job.on_event(
        Finished(
            job=job.id,
            answer=Completion(
                images=images, log_prob=np.zeros((1, 4, 4), np.float32), unused=nothing,
                order=np.arange(16, dtype=np.int32), distribution=None, orientation="upright", method="raster",
                first_row_ms=1.0, total_ms=1.0, naive_ms=1.0,
            ),
        )
    )  # fmt: skip
    assert desk.state.images is not None and desk.state.drawn is not None and desk.state.drawn[0, 0]
    np.testing.assert_array_equal(desk.state.images[0, 0], images[0])
    assert len(desk.asked) == 1 and desk.asked[0].temperature == 0.25


@pytest.mark.parametrize("asked", [-5, 0, 2, 3, 21, 22, 500])
def test_one_chooses_how_many_pictures_within_bounds(desk: Desk, asked: int) -> None:
    desk.begins(start(PIXELS), TEMPERATURE)
    desk.walks.set_steps(asked)
    assert desk.state.steps == min(max(asked, 3), 21) == len(desk.answers()) == len(desk.state.captions)
    assert desk.state.steps_range == (3, 21)


def test_so_many_pictures_of_one_kind_are_that_kinds(desk: Desk) -> None:
    desk.begins(start(VAE), PATH)
    desk.walks.set_steps(33)
    assert desk.answers()[-1].z.shape == (33, 3)
    desk.walks.set_kind(TRUNCATION)
    desk.walks.set_steps(3)
    assert desk.state.steps == len(TRUNCATIONS)
    desk.walks.set_kind(PATH)
    assert desk.state.steps == 33


@pytest.mark.parametrize(
    ("picture", "kind", "place"),
    [
        (start(GAN, 7, "dog"), CLASSES, 1),
        (start(VAE, 7), PATH, 0),
        (start(VAE, 7, truncation=1.5), TRUNCATION, 3),
        (start(VAE, 7, truncation=1.4), TRUNCATION, None),
        (start(PIXELS, 7), TEMPERATURE, 4),
    ],
)
def test_the_chosen_picture_is_on_its_walk_at_once(desk: Desk, picture: Chosen, kind: str, place: int | None) -> None:
    desk.begins(picture, kind)
    assert desk.state.images is not None and desk.state.drawn is not None
    assert np.flatnonzero(desk.state.drawn[0]).tolist() == ([] if place is None else [place])
    if place is not None:
        np.testing.assert_array_equal(desk.state.images[0, place], picture.pixels)
    assert desk.walks.strip() is None and desk.state.busy


# ------------------------------------------------------------------------------------------------- one after the other


def test_a_walk_that_is_replaced_while_it_is_drawn_is_asked_no_further(desk: Desk) -> None:
    desk.begins(start(GAN, 7, "cat"), CLASSES)
    first = desk.dispatcher.open()[0]
    desk.walks.choose(start(GAN, 9, "cat"))
    assert first.cancelled
    first.finish()
    assert [(r.first, r.class_name) for r in desk.asked] == [(9, "cat")], "the answer that came late leads to nothing"
    assert [r.first for r in desk.answers()] == [9, 9, 9]
    assert [place for place, _ in seen(desk.state)] == [9, 9, 9]


def test_pictures_of_the_walk_before_stay_until_newer_ones_are_there(desk: Desk) -> None:
    desk.begins(start(GAN, 7, "cat"), CLASSES)
    desk.answers()
    desk.walks.choose(start(GAN, 9, "dog"))
    assert seen(desk.state, 1) == [(8, "cat"), (8, "dog"), (8, "owl")], "of the walk before"
    assert desk.walks.strip() is None and desk.walks.chosen_at(1, 2) is None, "but they are none of this one"
    desk.answers()
    assert seen(desk.state, 1) == [(10, "cat"), (10, "dog"), (10, "owl")]
    assert desk.walks.strip() is not None and desk.walks.chosen_at(1, 2) is not None


def test_every_picture_that_comes_is_told_apart_by_its_serial(desk: Desk) -> None:
    desk.begins(start(GAN, 7, "cat"), CLASSES)
    serials = [desk.state.serial]
    while jobs := desk.dispatcher.open():
        jobs[0].finish()
        serials.append(desk.state.serial)
    assert len(set(serials)) == 4


def test_the_same_walk_is_not_asked_for_again(desk: Desk) -> None:
    desk.begins(start(VAE, 7), TRUNCATION)
    desk.answers()
    before = len(desk.dispatcher.jobs)
    desk.walks.choose(start(VAE, 7))
    desk.walks.set_kind(TRUNCATION)
    desk.walks.sleep()
    desk.walks.wake()
    assert len(desk.dispatcher.jobs) == before and desk.state is desk.walks.state


def test_a_picture_of_the_walk_that_is_chosen_changes_nothing_of_it(desk: Desk) -> None:
    desk.begins(start(GAN, 7, "cat", seed=3), CLASSES)
    desk.answers()
    before, changes = desk.state, desk.changes
    offered = desk.walks.chosen_at(1, 2)
    assert offered is not None and offered.request is not None and offered.manifest is GAN
    assert (offered.request.first, offered.request.count, offered.class_name) == (8, 1, "owl")
    np.testing.assert_array_equal(offered.pixels, pictures(3, range(8, 9), "owl")[0])
    desk.walks.choose(offered)
    assert desk.state is before and desk.changes == changes and not desk.asked
    assert desk.walks.chosen_at(2, 0) is None and desk.walks.chosen_at(0, 3) is None
    assert desk.walks.chosen_at(0, -1) is None


def test_what_lies_between_two_draws_is_drawn_by_no_seed(desk: Desk) -> None:
    desk.begins(start(VAE, 7), PATH)
    desk.answers()
    between, end = desk.walks.chosen_at(0, 4), desk.walks.chosen_at(0, 8)
    assert between is not None and between.request is None
    assert end is not None and end.request is not None and end.request.first == 8


# --------------------------------------------------------------------------------------------------------- another end


def test_another_end_is_the_next_picture_of_the_seed(desk: Desk) -> None:
    desk.begins(start(VAE, 7), PATH)
    desk.answers()
    for place in (9, 10):
        desk.walks.another_end()
        draws = [r for r in desk.answers() if isinstance(r, SampleImages)]
        assert [r.first for r in draws] == [7, place]


def test_a_start_that_is_held_stays_and_the_next_choice_is_the_end(desk: Desk) -> None:
    desk.begins(start(GAN, 7, "cat"), PATH)
    desk.answers()
    desk.walks.hold(True)
    assert desk.state.held and not desk.asked
    desk.walks.choose(start(GAN, 40, "dog", seed=9))
    draws = [r for r in desk.answers() if isinstance(r, SampleImages)]
    assert [(r.first, r.seed, r.class_name) for r in draws] == [(7, 0, "cat"), (40, 9, "cat")], "one class all along"
    desk.walks.another_end()
    assert [r.first for r in desk.answers() if isinstance(r, SampleImages)] == [7, 9]
    desk.walks.hold(False)
    desk.walks.choose(start(GAN, 50, "owl"))
    assert [r.first for r in desk.answers() if isinstance(r, SampleImages)] == [50, 52]


def test_another_models_picture_lets_the_start_go(desk: Desk) -> None:
    desk.begins(start(GAN, 7, "cat"), PATH)
    desk.walks.hold(True)
    desk.walks.choose(start(VAE, 3))
    assert not desk.state.held
    assert [r.first for r in desk.answers() if isinstance(r, SampleImages)] == [3, 4]


def test_only_a_walk_with_an_end_holds_its_start(desk: Desk) -> None:
    desk.begins(start(GAN, 7, "cat"), PATH)
    desk.walks.hold(True)
    desk.walks.set_kind(CLASSES)
    desk.answers()
    desk.walks.choose(start(GAN, 40, "dog"))
    assert [r.first for r in desk.answers()] == [40, 40, 40]


# ------------------------------------------------------------------------------------------------------------- playing


def test_a_walk_is_played_there_and_back(desk: Desk) -> None:
    desk.begins(start(PIXELS), TEMPERATURE)
    desk.walks.set_steps(3)
    desk.answers()
    desk.walks.point_at(0, 0)
    desk.walks.toggle_play()
    assert desk.state.playing and desk.plays(7) == [1, 2, 1, 0, 1, 2, 1]
    desk.walks.toggle_play()
    assert not desk.state.playing and desk.plays(3) == [1, 1, 1]


def test_classes_are_played_round(desk: Desk) -> None:
    desk.begins(start(GAN, 7, "owl"), CLASSES)
    desk.answers()
    desk.walks.point_at(1, 2)
    desk.walks.toggle_play()
    assert desk.plays(4) == [0, 1, 2, 0] and desk.state.cursor == (1, 0)
    assert desk.state.picture is not None and desk.state.picture[0, 1, 0] == 8


@pytest.mark.parametrize("halt", ["point", "kind", "sleep", "fail"])
def test_what_else_is_done_halts_it(desk: Desk, halt: str) -> None:
    desk.begins(start(VAE), TRUNCATION)
    desk.answers()
    desk.walks.toggle_play()
    if halt == "point":
        desk.walks.point_at(1, 5)
        assert desk.state.cursor == (1, 5)
    elif halt == "kind":
        desk.walks.set_kind(PATH)
    elif halt == "sleep":
        desk.walks.sleep()
    else:
        desk.walks.choose(start(VAE, 9))
        desk.dispatcher.open()[0].fail()
    assert not desk.state.playing
    stands = desk.state.cursor
    desk.clock.advance(5 * STEP_MS)
    assert desk.state.cursor == stands


def test_a_walk_goes_on_playing_while_another_takes_its_place(desk: Desk) -> None:
    desk.begins(start(VAE, 7), TRUNCATION)
    desk.answers()
    desk.walks.point_at(0, 0)
    desk.walks.toggle_play()
    desk.walks.choose(start(VAE, 9))
    assert desk.state.playing and desk.plays(2) == [1, 2]


def test_nothing_plays_before_there_is_a_picture(desk: Desk) -> None:
    desk.walks.toggle_play()
    assert not desk.state.playing
    desk.begins(start(VAE), TRUNCATION)
    desk.walks.toggle_play()
    assert not desk.state.playing


def test_one_points_at_no_picture_beyond_the_walk(desk: Desk) -> None:
    desk.begins(start(VAE), TRUNCATION)
    desk.answers()
    desk.walks.point_at(1, 6)
    for row, column in ((2, 0), (0, 7), (-1, 0), (0, -1)):
        desk.walks.point_at(row, column)
        assert desk.state.cursor == (1, 6)


# --------------------------------------------------------------------------------------- who looks, and what goes wrong


def test_nothing_is_asked_while_nobody_looks(desk: Desk) -> None:
    desk.walks.choose(start(GAN, 7, "cat"))
    desk.walks.set_kind(CLASSES)
    assert not desk.dispatcher.jobs
    desk.walks.wake()
    desk.dispatcher.open()[0].finish()
    desk.walks.sleep()
    assert not desk.asked and desk.dispatcher.jobs[-1].cancelled
    desk.walks.wake()
    assert [r.class_name for r in desk.answers()] == ["dog", "owl"], "it goes on where it was"
    assert seen(desk.state) == [(7, "cat"), (7, "dog"), (7, "owl")]


def test_what_was_chosen_meanwhile_is_walked_from_when_somebody_looks(desk: Desk) -> None:
    desk.begins(start(GAN, 7, "cat"), CLASSES)
    desk.walks.sleep()
    desk.walks.choose(start(GAN, 9, "cat"))
    assert not desk.asked
    desk.walks.wake()
    assert [r.first for r in desk.answers()] == [9, 9, 9]


def test_an_engine_that_dies_loses_no_step(desk: Desk) -> None:
    desk.begins(start(GAN, 7, "cat"), CLASSES)
    desk.dispatcher.open()[0].finish()
    job = desk.dispatcher.open()[0]
    desk.walks.engine_changed("died")
    job.fail("EngineDied")
    assert not desk.asked and desk.state.busy and desk.state.problem is None
    desk.walks.engine_changed("ready")
    assert [r.class_name for r in desk.answers()] == ["dog", "owl"]
    assert seen(desk.state) == [(7, "cat"), (7, "dog"), (7, "owl")]


def test_an_engine_that_is_not_there_yet_is_waited_for(dispatcher: Any, clock: Any) -> None:
    desk = Desk(dispatcher, clock, engine="starting")
    desk.begins(start(VAE), TRUNCATION)
    assert not desk.asked and desk.state.busy
    desk.walks.engine_changed("ready")
    assert len(desk.answers()) == len(TRUNCATIONS)


def test_what_the_engine_refuses_is_said_and_can_be_tried_again(desk: Desk) -> None:
    desk.begins(start(GAN, 7, "cat"), CLASSES)
    desk.dispatcher.open()[0].finish()
    desk.dispatcher.open()[0].fail("SessionError", "It broke.", "Mend it.")
    assert str(desk.state.problem) == "It broke. Mend it." and not desk.state.busy and not desk.asked
    desk.walks.retry()
    assert desk.state.problem is None and len(desk.answers()) == 3 and len(seen(desk.state)) == 3


def test_another_walk_does_away_with_what_went_wrong(desk: Desk) -> None:
    desk.begins(start(GAN, 7, "cat"), CLASSES)
    desk.dispatcher.open()[0].fail()
    desk.walks.choose(start(GAN, 8, "cat"))
    assert desk.state.problem is None and desk.asked


# ----------------------------------------------------------------------------------------------------------- the strip


def test_a_strip_is_row_by_row_as_its_note_is(desk: Desk) -> None:
    desk.begins(start(GAN, 7, "dog", seed=3), CLASSES)
    assert desk.walks.strip() is None
    desk.answers()
    strip = desk.walks.strip()
    assert strip is not None and strip.columns == 3
    note = strip.note
    assert note.walk == CLASSES and note.class_names == (*NAMES, *NAMES)
    np.testing.assert_array_equal(note.z, np.repeat([[7] * 3, [8] * 3], 3, axis=0))
    assert (note.request.first, note.request.seed, note.request.count) == (7, 3, 1)
    assert note.request.class_name == "", "as on the wall, where classes come in turn"
    assert [int(image[0, 1, 0]) for image in strip.images] == [7, 7, 7, 8, 8, 8]
    assert strip.name == "gan_seed3_000007_classes-walk.png"
    assert note.digests == {"generator": "0" * 64, "discriminator": "0" * 64}


def test_a_path_keeps_its_points_and_its_class(desk: Desk) -> None:
    desk.begins(start(GAN, 7, "dog"), PATH)
    decode = desk.answers()[-1]
    strip = desk.walks.strip()
    assert strip is not None
    np.testing.assert_array_equal(strip.note.z, decode.z)
    assert strip.note.class_names == ("dog",) * 9 and strip.columns == 9


def test_of_a_model_without_classes_none_are_noted(desk: Desk) -> None:
    desk.begins(start(VAE), TRUNCATION)
    desk.answers()
    strip = desk.walks.strip()
    assert strip is not None and strip.note.class_names == ()
    assert strip.note.z.shape == (2 * len(TRUNCATIONS), 3) and strip.columns == len(TRUNCATIONS)


@pytest.mark.parametrize(("kind", "rows"), [(TEMPERATURE, 1), (CLASSES, 2)])
def test_without_a_latent_space_the_note_has_a_request_a_picture(desk: Desk, kind: str, rows: int) -> None:
    desk.begins(start(TOLD, 7, "cat", seed=3), kind)
    desk.answers()
    strip = desk.walks.strip()
    assert strip is not None and strip.note.z is None and strip.note.class_names == ()
    assert len(strip.images) == len(strip.note.draws) == strip.columns * rows
    told = [(draw.first, draw.count, draw.seed, draw.class_name, draw.temperature) for draw in strip.note.draws]
    if kind == TEMPERATURE:
        assert told == [(7, 1, 3, "cat", temperature) for temperature in np.linspace(0, WILDEST, 9)]
    else:
        assert told == [(place, 1, 3, name, 1.0) for place in (7, 8) for name in NAMES]


def test_a_strip_is_no_more_changed_by_the_walk(desk: Desk) -> None:
    desk.begins(start(GAN, 7, "dog"), CLASSES)
    desk.answers()
    strip = desk.walks.strip()
    assert strip is not None
    images, z = strip.images.copy(), strip.note.z.copy()
    desk.walks.choose(start(GAN, 20, "dog"))
    desk.answers()
    np.testing.assert_array_equal(strip.images, images)
    np.testing.assert_array_equal(strip.note.z, z)


# -------------------------------------------------------------------------------------------------------------- saving


class Saver:
    """A strip's way to the disk, and what was said of it."""

    def __init__(self, desk: Desk, worker: FakeWorker) -> None:
        self.desk, self.worker, self.said = desk, worker, list[tuple[str, str]]()
        self.saving = WalkSaving(desk.dispatcher, worker, lambda text, kind: self.said.append((text, kind)))
        self.saving.set_open(True)

    def strip(self, picture: Chosen, kind: str) -> Strip:
        self.desk.begins(picture, kind)
        self.desk.answers()
        strip = self.desk.walks.strip()
        assert strip is not None
        return strip

    def saves(self, strip: Strip, target: Path) -> None:
        self.saving.save(strip, target)
        self.desk.answers()
        self.worker.finish()


@pytest.fixture
def saver(desk: Desk, worker: FakeWorker) -> Saver:
    return Saver(desk, worker)


@pytest.mark.parametrize(
    ("picture", "kind"),
    [
        (start(GAN, 7, "dog", seed=3), CLASSES),
        (start(GAN, 7, "dog", seed=3), PATH),
        (start(GAN, 7, "dog", seed=3), TRUNCATION),
        (start(VAE, 2), PATH),
        (start(NORMAL, 2), TRUNCATION),
    ],
)
def test_a_saved_strip_says_what_makes_it_again(saver: Saver, tmp_path: Path, picture: Chosen, kind: str) -> None:
    saver.saves(saver.strip(picture, kind), tmp_path / "walk.png")
    assert saver.said == [(words.saved("walk.png"), "ok")]
    saved = read_picture(tmp_path / "walk.png")
    replay = request_of(str(saved.note), (picture.manifest,))
    asked = saver.desk.dispatcher.jobs[-1]
    assert asked.lane == SAVE_LANE and isinstance(replay.request, DecodeLatents)
    np.testing.assert_array_equal(replay.request.z, asked.request.z)
    made = saver.desk.dispatcher.submit(replay.request, SAVE_LANE, lambda _: None)._decoded()["images"]
    found = verdict(replay, made, saved.rgba)
    assert found.identical and found.changed == () and found.pixels == len(made) * 16
    assert replay.sha256 == pixels_sha256(made) and dict(replay.digests) == graph_digests(picture.manifest)
    assert saved.rgba.shape == (4 * len(made) // saver.desk.state.steps, 4 * saver.desk.state.steps, 4)
    assert from_text(str(saved.note)).walk == kind
    spoilt = saved.rgba.copy()
    spoilt[1, 1, :3] ^= 255
    assert verdict(replay, made, spoilt).altered


def test_a_name_without_its_ending_is_given_it(saver: Saver, tmp_path: Path) -> None:
    strip = saver.strip(start(VAE), TRUNCATION)
    for typed, named in (("walk", "walk.png"), ("v1.5", "v1.5.png"), ("LOUD.PNG", "LOUD.PNG")):
        saver.saves(strip, tmp_path / typed)
        assert (tmp_path / named).exists() and saver.said[-1] == (words.saved(named), "ok")
    assert len(list(tmp_path.iterdir())) == 3


@pytest.mark.parametrize(
    ("picture", "kind"),
    [(start(PIXELS, 7, seed=3), TEMPERATURE), (start(TOLD, 7, "owl"), TEMPERATURE), (start(TOLD, 7, "owl"), CLASSES)],
)
def test_a_strip_without_points_is_written_as_it_was_drawn_and_drawn_again(
    saver: Saver, tmp_path: Path, picture: Chosen, kind: str
) -> None:
    strip = saver.strip(picture, kind)
    before = len(saver.desk.dispatcher.jobs)
    saver.saves(strip, tmp_path / "walk.png")
    assert len(saver.desk.dispatcher.jobs) == before, "what is drawn already is not drawn again to be saved"
    assert saver.said == [(words.saved("walk.png"), "ok")]
    saved = read_picture(tmp_path / "walk.png")
    rows = len(strip.images) // strip.columns
    assert saved.rgba.shape == (4 * rows, 4 * strip.columns, 4)
    replay = request_of(str(saved.note), (picture.manifest,))
    jobs = [saver.desk.dispatcher.submit(request, SAVE_LANE, lambda _: None) for request in replay.requests]
    made = np.concatenate([job._samples()["images"] for job in jobs])
    found = verdict(replay, made, saved.rgba)
    assert found.identical and found.changed == () and found.pixels == len(strip.images) * 16
    assert replay.sha256 == pixels_sha256(made) and dict(replay.digests) == graph_digests(picture.manifest)
    assert from_text(str(saved.note)).walk == kind
    spoilt = saved.rgba.copy()
    spoilt[1, 1, :3] ^= 255
    assert verdict(replay, made, spoilt).altered


def test_a_folder_that_cannot_be_written_to_is_said(saver: Saver, tmp_path: Path) -> None:
    strip = saver.strip(start(VAE), TRUNCATION)
    shut = tmp_path / "shut"
    shut.mkdir()
    shut.chmod(0o555)
    with nobody():
        saver.saves(strip, shut / "walk.png")
    saver.saves(strip, tmp_path / "gone" / "walk.png")
    assert [kind for _, kind in saver.said] == ["warn", "warn"]
    assert saver.said[0][0] == "walk.png cannot be written: the folder shut is read-only. Save it in another folder."
    assert "the folder gone is not there any more" in saver.said[1][0]
    assert not list(shut.iterdir())


def test_a_strip_waits_for_an_engine_that_is_away(saver: Saver, tmp_path: Path) -> None:
    strip = saver.strip(start(VAE), TRUNCATION)
    saver.saving.set_open(False)
    saver.saves(strip, tmp_path / "walk.png")
    assert not saver.said and not (tmp_path / "walk.png").exists()
    saver.saving.set_open(True)
    saver.desk.answers()
    saver.worker.finish()
    assert (tmp_path / "walk.png").exists() and saver.said[-1][1] == "ok"


def test_an_engine_that_cannot_decode_it_is_said_and_nothing_is_written(saver: Saver, tmp_path: Path) -> None:
    saver.saving.save(saver.strip(start(VAE), TRUNCATION), tmp_path / "walk.png")
    saver.desk.dispatcher.open()[0].fail("SessionError", "It broke.", "Mend it.")
    saver.worker.finish()
    assert saver.said == [("It broke. Mend it.", "warn")] and not list(tmp_path.iterdir())
