"""Neighbours: what is asked when, what the answer says, and how honest it is."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Any

import numpy as np
import pytest

from app.workspaces.gallery import neighbours_words as words
from app.workspaces.gallery.chosen import Chosen
from app.workspaces.gallery.easel import OWN, REAL, Easel
from app.workspaces.gallery.neighbours import REST_MS, NeighboursPresenter
from app.workspaces.gallery.real_pictures import RealPictures
from engine import References
from engine.contracts.events import Finished, Nearest, Neighbours
from engine.contracts.requests import SampleImages
from engine.errors import RequestError

HELD_OUT = np.arange(5, dtype=np.uint8)[:, None, None, None] * np.ones((5, 4, 4, 1), np.uint8)


def nearest(distance: float, rank: float, k: int = 3) -> Nearest:
    return Nearest(
        places=np.arange(k)[None],
        images=np.arange(k, dtype=np.uint8)[None, :, None, None, None] * np.ones((1, k, 4, 4, 1), np.uint8),
        labels=np.array([[1, -1, 0]])[:, :k],
        distances=distance + np.arange(k, dtype=np.float64)[None],
        real=np.linspace(1.0, 9.0, 200),
        rank=np.array([rank]),
    )


def neighbours(pixels: Nearest, features: Nearest, **changes: Any) -> Neighbours:
    values: dict[str, Any] = {
        "references": 40, "whole": False, "trained_on": 90, "data_title": "Toy", "classifier": "judge", "total_ms": 1.0,
    }  # fmt: skip
    return Neighbours(in_pixels=pixels, in_features=features, **(values | changes))


class Desk:
    """The page's presenter, its easel, and how often it said that something changed."""

    def __init__(self, dispatcher: Any, clock: Any, worker: Any, engine: str = "ready") -> None:
        self.dispatcher, self.clock, self.worker = dispatcher, clock, worker
        self.changes = 0
        self.read = lambda manifest: References(HELD_OUT, np.zeros(5, np.int64), HELD_OUT, 90)
        self.easel = Easel(RealPictures(worker, lambda manifest: self.read(manifest)))
        self.page = NeighboursPresenter(dispatcher, clock, self.changed, self.easel, engine=engine)

    def changed(self) -> None:
        self.changes += 1

    @property
    def asked(self) -> list[Any]:
        return self.dispatcher.open("FindNeighbours")

    def answer(self, pixels: Nearest, features: Nearest, **changes: Any) -> None:
        job = self.asked[-1]
        job.ended = True
        job.on_event(Finished(job=job.id, answer=neighbours(pixels, features, **changes)))


@pytest.fixture
def desk(dispatcher: Any, clock: Any, worker: Any) -> Desk:
    return Desk(dispatcher, clock, worker)


def chosen(manifest: Any, value: int = 7) -> Chosen:
    pixels = np.full((4, 4, 1), value, np.uint8)
    return Chosen(manifest=manifest, pixels=pixels, request=SampleImages(model=manifest.id, count=1, first=value))


def test_nothing_is_asked_while_the_page_is_folded_away(desk: Desk, models: Any) -> None:
    desk.page.choose(chosen(models["gan"]))
    assert not desk.dispatcher.jobs
    desk.page.wake()
    assert len(desk.asked) == 1 and desk.page.state.busy and desk.page.state.hint == words.LOOKING
    desk.page.sleep()
    assert not desk.asked, "what nobody looks at is stopped"
    desk.page.wake()
    assert len(desk.asked) == 1


def test_the_answer_names_both_spaces_and_what_was_looked_through(desk: Desk, models: Any) -> None:
    desk.page.wake()
    desk.page.choose(chosen(models["gan"]))
    desk.answer(nearest(5.0, 0.24), nearest(4.0, 0.6))
    state = desk.page.state
    assert [space.title for space in state.spaces] == ["In pixels", "In features"]
    assert "3 of 4 real pictures" in state.spaces[0].sentence and "not a copy" in state.spaces[0].sentence
    assert state.headline.startswith("Not a copy") and not state.busy
    assert "40 of 90 training pictures of Toy" in state.note and "unseen" in state.note
    assert state.spaces[0].labels == ("dog", "", "cat")
    assert state is desk.page.state


def test_the_newest_choice_is_the_one_that_is_answered(desk: Desk, models: Any) -> None:
    desk.page.wake()
    desk.page.choose(chosen(models["gan"], 1))
    first = desk.asked[-1]
    second = chosen(models["gan"], 2)
    desk.page.choose(second)
    assert first.cancelled
    first.on_event(Finished(job=first.id, answer=neighbours(nearest(0, 0), nearest(0, 0))))
    assert not desk.page.state.spaces
    desk.answer(nearest(5.0, 0.5), nearest(4.0, 0.5))
    assert desk.page.state.of is second.pixels


def test_an_earlier_answer_stays_on_show_until_the_next_is_there(desk: Desk, models: Any) -> None:
    desk.page.wake()
    desk.page.choose(chosen(models["gan"], 1))
    desk.answer(nearest(5.0, 0.5), nearest(4.0, 0.5))
    desk.page.choose(chosen(models["gan"], 2))
    state = desk.page.state
    assert state.busy and state.spaces and state.of is not state.easel.pixels


def test_a_drawing_is_asked_about_when_the_hand_rests(desk: Desk, models: Any) -> None:
    desk.page.wake()
    desk.easel.set_model(models["vae"])
    desk.easel.start_stroke()
    for x in (0.5, 1.5, 2.5):
        desk.easel.segment(x, 1.0, x + 1, 1.0)
    assert desk.page.state.busy and not desk.asked and desk.easel.source == OWN
    desk.clock.advance(REST_MS)
    assert len(desk.asked) == 1 and desk.asked[0].request.pixels[0].any()


def test_a_real_picture_can_be_asked_about(desk: Desk, models: Any) -> None:
    desk.page.wake()
    desk.easel.set_model(models["vae"])
    desk.easel.use_tool("real")
    assert desk.worker.finish() == 1
    desk.clock.advance(REST_MS)
    seen = {desk.asked[-1].request.pixels[0, 0, 0, 0]}
    for _ in range(4):
        desk.easel.use_tool("real")
        assert desk.easel.pixels is not None and desk.easel.source == REAL
        seen.add(desk.easel.pixels[0, 0, 0])
    assert len(seen) == 5, "all of them before one comes again"
    assert not desk.worker.waiting, "read once"


def test_no_reference_pictures_change_nothing(desk: Desk, models: Any) -> None:
    def refuse(_: Any) -> References:
        raise RequestError("There are none.", "Choose another model.")

    desk.read = refuse
    desk.easel.set_model(models["vae"])
    desk.easel.use_tool("real")
    desk.worker.finish()
    assert desk.easel.pixels is None


def test_what_the_engine_refuses_is_said_and_can_be_tried_again(desk: Desk, models: Any) -> None:
    desk.page.wake()
    desk.page.choose(chosen(models["gan"]))
    desk.asked[-1].fail("RequestError", "There is no classifier.", "Train one.")
    state = desk.page.state
    assert state.problem is not None and "Train one." in str(state.problem) and not state.busy
    desk.page.retry()
    assert len(desk.asked) == 1 and desk.page.state.problem is None


def test_a_death_of_the_engine_loses_no_question(desk: Desk, models: Any) -> None:
    desk.page.wake()
    desk.page.choose(chosen(models["gan"]))
    job = desk.asked[-1]
    desk.page.engine_changed("died")
    job.fail("EngineDied")
    assert not desk.asked and desk.page.state.busy
    desk.page.engine_changed("ready")
    assert len(desk.asked) == 1
    for _ in range(2):
        desk.asked[-1].fail("EngineDied")
    assert not desk.asked and desk.page.state.problem is not None, "three deaths over one question are enough"


def test_another_models_wall_takes_the_chosen_picture_away(desk: Desk, models: Any) -> None:
    desk.page.choose(chosen(models["gan"]))
    desk.easel.set_model(models["vae"])
    assert desk.easel.pixels is None and desk.easel.chosen is None


def test_a_stroke_on_the_chosen_picture_leaves_that_as_it_was(desk: Desk, models: Any) -> None:
    picked = chosen(models["gan"])
    before = picked.pixels.copy()
    desk.page.choose(picked)
    desk.easel.start_stroke()
    desk.easel.segment(1.0, 1.0, 2.0, 2.0)
    assert np.array_equal(picked.pixels, before) and desk.easel.source == OWN
    desk.easel.use_tool("undo")
    assert desk.easel.pixels is picked.pixels
    desk.easel.use_tool("clear")
    assert desk.easel.pixels is not None and not desk.easel.pixels.any()
    desk.easel.use_tool("chosen")
    assert desk.easel.pixels is picked.pixels and not desk.easel.view.has_chosen


def drawn(desk: Desk) -> Any:
    """A stroke; what is on the easel then."""
    desk.easel.start_stroke()
    desk.easel.segment(0.5, 1.0, 2.5, 1.0)
    desk.easel.finish_stroke()
    return desk.easel.pixels


def test_another_model_is_asked_about_the_same_drawing(desk: Desk, models: Any) -> None:
    desk.page.wake()
    desk.easel.set_model(models["vae"])
    own = drawn(desk)
    desk.clock.advance(REST_MS)
    desk.answer(nearest(5.0, 0.5), nearest(4.0, 0.5))
    assert desk.page.state.spaces
    desk.easel.set_model(models["gan"])
    assert desk.easel.pixels is own and desk.easel.source == OWN
    assert desk.page.state.busy and not desk.page.state.spaces, "the other model's neighbours are not this one's"
    desk.clock.advance(REST_MS)
    (job,) = desk.asked
    assert job.request.model == "gan" and np.array_equal(job.request.pixels[0], own)
    desk.answer(nearest(5.0, 0.5), nearest(4.0, 0.5))
    desk.easel.set_model(models["gan"])
    desk.clock.advance(REST_MS)
    assert not desk.asked and desk.page.state.spaces and not desk.page.state.busy, "the same model is not asked twice"


def test_what_the_model_before_was_still_asked_is_not_shown_of_this_one(desk: Desk, models: Any) -> None:
    desk.page.wake()
    desk.easel.set_model(models["vae"])
    drawn(desk)
    desk.clock.advance(REST_MS)
    before = desk.asked[-1]
    desk.easel.set_model(models["gan"])
    desk.clock.advance(REST_MS)
    before.on_event(Finished(job=before.id, answer=neighbours(nearest(0, 0), nearest(0, 0))))
    assert before.cancelled and not desk.page.state.spaces and desk.asked[-1].request.model == "gan"


def test_a_drawing_is_one_step_back_from_the_picture_that_was_chosen_after_it(desk: Desk, models: Any) -> None:
    desk.page.choose(chosen(models["gan"], 1))
    own = drawn(desk)
    second = chosen(models["gan"], 2)
    desk.page.choose(second)
    assert desk.easel.pixels is second.pixels and desk.easel.view.can_undo and not desk.easel.view.has_chosen
    desk.easel.use_tool("undo")
    assert desk.easel.pixels is own and desk.easel.source == OWN and desk.easel.view.has_chosen
    desk.easel.use_tool("chosen")
    assert desk.easel.pixels is second.pixels


def test_one_chosen_picture_after_another_is_no_step_back(desk: Desk, models: Any) -> None:
    for value in (1, 2):
        desk.page.choose(chosen(models["gan"], value))
    assert not desk.easel.view.can_undo


@pytest.mark.parametrize(
    ("distance", "rank", "found", "piece"),
    [
        (0.0, 0.0, words.COPY, "Exactly where a training picture is"),
        (1.0, 0.0, words.LOOK, "than all 1,000 real pictures are: look closely"),
        (1.0, 0.002, words.LOOK, "than 99.8 % of real pictures are: look closely"),
        (1.0, 0.03, words.NEAR, "than 97 % of real pictures"),
        (1.0, 0.25, words.APART, "Nearer to a training picture than 3 of 4 real pictures are: not a copy"),
        (1.0, 0.5, words.APART, "than half of the real pictures"),
        (9.0, 0.8, words.APART, "Farther from the nearest training picture than 4 of 5"),
        (9.0, 1.0, words.FAR, "than all 1,000 real pictures are: farther than most"),
    ],
)
def test_the_sentence_says_what_the_rank_means(distance: float, rank: float, found: str, piece: str) -> None:
    assert words.level(distance, rank) == found
    assert piece in words.sentence(distance, rank, 1000)


def test_the_headline_takes_the_nearer_space_but_pixels_alone_do_not_convict() -> None:
    assert words.headline(words.APART, words.LOOK).startswith("Look closely")
    assert words.headline(words.LOOK, words.LOOK).startswith("Look closely")
    assert "smooth" in words.headline(words.LOOK, words.APART)
    assert words.headline(words.COPY, words.COPY).startswith("A copy")
    assert words.headline(words.APART, words.COPY).startswith("Look closely"), "features alone prove no copy"
    assert "unlike" in words.headline(words.APART, words.FAR)
    assert words.headline(words.FAR, words.APART).startswith("Not a copy: as far")


def test_a_whole_set_looked_through_says_so() -> None:
    assert words.looked_through(90, 90, True, "Toy") == "All 90 training pictures of Toy were looked through."


def test_a_worker_that_fails_otherwise_is_not_hidden(models: Any) -> None:
    real = RealPictures(None, lambda m: None)  # type: ignore[arg-type]
    broken: Future[Any] = Future()
    broken.set_exception(ZeroDivisionError())
    with pytest.raises(ZeroDivisionError):
        real._take("toy", broken)


def test_the_nearest_is_the_first() -> None:
    assert words.training_picture(0, "dog", "1.20") == "training picture 1, dog, distance 1.20"
    assert words.training_picture(9, "", "3.00") == "training picture 10, distance 3.00"
