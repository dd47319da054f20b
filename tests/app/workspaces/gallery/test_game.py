"""A GAN's training as a game of two: where one is in it, and what the discriminator says of the easel's picture."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from app.documents.film import LOSSES, SCORES
from app.workspaces.gallery import game_words as words
from app.workspaces.gallery.chosen import Chosen
from app.workspaces.gallery.easel import OWN, REAL, Easel
from app.workspaces.gallery.game import LANE, STEP_MS, GamePresenter, GameState
from app.workspaces.gallery.real_pictures import RealPictures
from engine import References
from engine.contracts.lanes import Policy
from engine.contracts.manifest import GraphSpec, Manifest
from tests.app.workspaces.gallery.conftest import CLASSES, GAN, VAE, manifest
from tests.app.workspaces.gallery.test_neighbours import chosen

STEPS = (10.0, 100.0, 1000.0)
LOGGED = [
    {"step": step} | dict.fromkeys(LOSSES, step / 10) | dict.fromkeys(SCORES, -step / 1000) | {"score_real": 1.5}
    for step in STEPS
]
TRAINED = manifest("trained", family="gan", training={"curve": LOGGED})
FRAMES = (1000.0, 0.0, 50.0)
GRAPH = GraphSpec(file="graph.onnx", sha256="0" * 64, inputs={}, outputs={})
ALONE = manifest("alone", family="gan", graphs={"generator": GRAPH})
TOLD = replace(GAN, id="told", training={"curve": LOGGED})


class Desk:
    """The page's presenter, its easel, the models' films, and how often it said that something changed."""

    def __init__(self, dispatcher: Any, clock: Any, worker: Any, engine: str = "ready") -> None:
        self.dispatcher, self.clock, self.worker = dispatcher, clock, worker
        self.changes = 0
        self.films: dict[str, tuple[float, ...]] = {}
        real = np.full((2, 4, 4, 1), 9, np.uint8)
        references = References(real, np.zeros(2, np.int64), real, 90)
        self.easel = Easel(RealPictures(worker, lambda _: references))
        self.game = GamePresenter(
            dispatcher, clock, self.changed, self.easel, film_steps=lambda m: self.films.get(m.id, ()), engine=engine
        )

    def changed(self) -> None:
        self.changes += 1

    @property
    def state(self) -> GameState:
        return self.game.state

    @property
    def asked(self) -> list[Any]:
        return self.dispatcher.open("DiscriminateImages")

    def opens(self, model: Manifest) -> None:
        """The page is unfolded below a wall of this model."""
        self.easel.set_model(model)
        self.game.wake()

    def draws(self, x: float) -> None:
        """A piece of a stroke."""
        self.easel.start_stroke()
        self.easel.segment(x, 1.0, x + 0.5, 1.0)

    def plays(self, steps: int) -> list[int]:
        """The moments that are seen while so many steps are played."""
        seen = []
        for _ in range(steps):
            self.clock.advance(STEP_MS)
            seen.append(self.state.moment)
        return seen


@pytest.fixture
def desk(dispatcher: Any, clock: Any, worker: Any) -> Desk:
    return Desk(dispatcher, clock, worker)


@pytest.fixture
def filmed(desk: Desk) -> Desk:
    """At a model with curves and a film."""
    desk.films[TRAINED.id] = FRAMES
    desk.opens(TRAINED)
    return desk


def told(model: Manifest, value: int, class_name: str) -> Chosen:
    return replace(chosen(model, value), class_name=class_name)


# ------------------------------------------------------------------------------------------------ where one is in it


def test_the_moments_are_the_steps_that_were_logged_and_those_of_the_film(filmed: Desk) -> None:
    state = filmed.state
    assert state.moments == (0.0, 10.0, 50.0, 100.0, 1000.0)
    assert (state.moment, state.step, state.frame) == (4, 1000.0, 2), "one sees first what it came to"
    assert state.curves is not None and state.curves.steps.tolist() == list(STEPS)
    assert (state.real, state.drawn) == (1.5, -1.0) and not state.hint
    assert state.when.startswith("after 1,000 steps: ") and "+1.50" in state.when and "\u22121.00" in state.when


@pytest.mark.parametrize(
    ("step", "moment", "frame"), [(-9.0, 0, 0), (4.0, 0, 0), (6.0, 1, 0), (74.0, 2, 1), (76.0, 3, 1), (1e9, 4, 2)]
)
def test_one_goes_to_the_moment_nearest_to_a_step(filmed: Desk, step: float, moment: int, frame: int) -> None:
    filmed.game.go_to(step)
    assert (filmed.state.moment, filmed.state.frame) == (moment, frame), "the newest frame that there was by then"


def test_one_steps_on_and_back_and_no_farther_than_there_is(filmed: Desk) -> None:
    seen = []
    for by in (-1, -1, -9, -1, 2, 1, 9):
        filmed.game.step(by)
        seen.append(filmed.state.moment)
    assert seen == [3, 2, 0, 0, 2, 3, 4]


def test_at_its_end_a_training_is_played_from_the_beginning_and_stands_at_the_end(filmed: Desk) -> None:
    filmed.game.toggle_play()
    assert filmed.state.playing and filmed.state.moment == 0
    assert filmed.plays(6) == [1, 2, 3, 4, 4, 4] and not filmed.state.playing
    filmed.game.go_to(50.0)
    filmed.game.toggle_play()
    assert filmed.state.moment == 2 and filmed.plays(1) == [3], "else on from where one is"
    filmed.game.toggle_play()
    assert not filmed.state.playing and filmed.plays(2) == [3, 3]


@pytest.mark.parametrize("halt", ["go", "step", "sleep", "model"])
def test_what_else_is_done_halts_it(filmed: Desk, halt: str) -> None:
    filmed.game.toggle_play()
    filmed.plays(1)
    if halt == "go":
        filmed.game.go_to(50.0)
    elif halt == "step":
        filmed.game.step(1)
    elif halt == "sleep":
        filmed.game.sleep()
    else:
        filmed.easel.set_model(TOLD)
    stands = filmed.state.moment
    assert not filmed.state.playing and filmed.plays(3) == [stands] * 3


def test_another_model_has_another_training(filmed: Desk) -> None:
    filmed.game.go_to(0.0)
    filmed.easel.set_model(TOLD)
    state = filmed.state
    assert state.moments == STEPS and (state.moment, state.frame) == (2, -1), "no film, and at the end again"
    filmed.easel.set_model(GAN)
    assert filmed.state.moments == () and filmed.state.hint == words.NO_RECORD and filmed.state.step is None


def test_a_film_without_curves_can_be_gone_through(desk: Desk) -> None:
    desk.films[GAN.id] = FRAMES
    desk.opens(GAN)
    state = desk.state
    assert state.moments == (0.0, 50.0, 1000.0) and state.curves is None and state.real is None
    assert (state.frame, state.when, state.hint) == (2, "after 1,000 steps", "")


def test_what_is_no_gan_did_not_learn_as_a_game(filmed: Desk) -> None:
    filmed.films[VAE.id] = FRAMES
    filmed.game.choose(chosen(VAE))
    state = filmed.state
    assert state.hint == words.NO_GAME and state.moments == () and state.curves is None and not filmed.asked
    filmed.game.toggle_play()
    filmed.game.step(1)
    filmed.game.go_to(5.0)
    assert not filmed.state.playing and filmed.state.moment == 0


def test_a_gan_without_a_record_still_scores_pictures(desk: Desk) -> None:
    desk.opens(GAN)
    assert desk.state.hint == words.NO_RECORD and desk.state.note == words.DRAW
    desk.game.toggle_play()
    assert not desk.state.playing
    desk.game.choose(chosen(GAN))
    desk.asked[-1].finish()
    assert desk.state.judgement is not None


def test_a_gan_without_its_discriminator_says_so(desk: Desk) -> None:
    desk.opens(ALONE)
    desk.game.choose(chosen(ALONE))
    desk.draws(1.0)
    assert not desk.dispatcher.jobs and not desk.state.busy
    assert desk.state.note == words.NO_DISCRIMINATOR and desk.state.judgement is None


def test_without_a_model_there_is_nothing(desk: Desk) -> None:
    desk.game.wake()
    assert desk.state.hint == "" and desk.state.moments == () and desk.state.judgement is None


# ---------------------------------------------------------------------------------------------- the picture's score


@pytest.mark.parametrize(("value", "said"), [(7, "looks real: +7.00"), (0, "looks generated: +0.00")])
def test_the_chosen_picture_is_scored(filmed: Desk, value: int, said: str) -> None:
    picture = chosen(TRAINED, value)
    filmed.game.choose(picture)
    (job,) = filmed.asked
    assert job.lane is LANE and job.request.fit == "nearest" and job.request.class_name == ""
    np.testing.assert_array_equal(job.request.pixels, picture.pixels[None])
    assert filmed.state.busy and filmed.state.note == words.DRAW
    job.finish()
    judgement = filmed.state.judgement
    assert judgement is not None and judgement.of is picture.pixels and judgement.score == float(value)
    assert judgement.sentence == f"To the discriminator the chosen picture {said}."
    assert (judgement.judged_as, judgement.by_class) == ("", ()) and not filmed.state.busy and not filmed.state.note


def scores(*by_class: float) -> dict[str, Any]:
    """An answer with a score a class."""
    best = int(np.argmax(by_class))
    return {
        "score": np.array([by_class[best]], np.float32),
        "class_scores": np.array([by_class], np.float32),
        "classes": np.array([best]),
    }


def test_a_picture_is_judged_as_the_class_that_was_asked_for(desk: Desk) -> None:
    desk.opens(TOLD)
    desk.game.choose(told(TOLD, 7, "cat"))
    desk.asked[-1].finish(**scores(-1.5, 0.25, 3.0))
    judgement = desk.state.judgement
    assert judgement is not None and (judgement.judged_as, judgement.score) == ("cat", -1.5)
    assert judgement.by_class == (("cat", -1.5), ("dog", 0.25), ("owl", 3.0)) and CLASSES == ("cat", "dog", "owl")
    assert judgement.sentence == "To the discriminator the chosen picture looks generated as cat: \u22121.50."


@pytest.mark.parametrize("class_name", ["", "yak"])
def test_a_picture_of_no_known_class_is_judged_as_the_likeliest(desk: Desk, class_name: str) -> None:
    desk.opens(TOLD)
    desk.game.choose(told(TOLD, 8, class_name))
    desk.asked[-1].finish(**scores(-1.5, 0.25, 3.0))
    judgement = desk.state.judgement
    assert judgement is not None and (judgement.judged_as, judgement.score) == ("owl", 3.0)


def test_a_stroke_on_the_chosen_picture_is_judged_as_ones_own(desk: Desk) -> None:
    desk.opens(TOLD)
    desk.game.choose(told(TOLD, 7, "cat"))
    desk.asked[-1].finish()
    desk.draws(2.0)
    desk.asked[-1].finish(**scores(-1.5, 0.25, 3.0))
    judgement = desk.state.judgement
    assert judgement is not None and judgement.judged_as == "owl", "nobody asked for a class of it"
    assert judgement.sentence.startswith("To the discriminator your picture looks real as owl")


def test_scores_of_other_classes_than_the_models_are_not_named(desk: Desk) -> None:
    desk.opens(TOLD)
    desk.game.choose(told(TOLD, 7, "cat"))
    desk.asked[-1].finish(**scores(1.0, 2.0))
    judgement = desk.state.judgement
    assert judgement is not None and (judgement.judged_as, judgement.by_class, judgement.score) == ("", (), 2.0)


@pytest.mark.parametrize("odd", [float("nan"), float("inf"), float("-inf")])
@pytest.mark.parametrize("of_class", [False, True])
def test_a_score_that_is_no_number_is_said(desk: Desk, odd: float, of_class: bool) -> None:
    desk.opens(TOLD)
    desk.game.choose(told(TOLD, 7, "cat"))
    answer = scores(1.0, odd, 2.0) if of_class else {"score": np.array([odd], np.float32)}
    desk.asked[-1].finish(**answer)
    assert desk.state.judgement is None and str(desk.state.problem) == " ".join(words.NO_NUMBER)
    desk.draws(2.0)
    assert desk.state.problem is None
    desk.asked[-1].finish(**scores(1.0, 0.0, 2.0))
    assert desk.state.judgement is not None and desk.state.problem is None


def test_under_a_stroke_what_runs_is_shown_and_the_newest_waits(filmed: Desk) -> None:
    assert LANE.policy is Policy.COALESCE
    filmed.draws(0.5)
    (first,) = filmed.asked
    for x in (1.5, 2.5, 3.0):
        filmed.draws(x)
    assert filmed.asked == [first] and filmed.easel.source == OWN
    first.finish()
    shown = filmed.state.judgement
    assert shown is not None and shown.of is not filmed.easel.pixels and filmed.state.busy
    (last,) = filmed.asked
    assert filmed.easel.pixels is not None
    np.testing.assert_array_equal(last.request.pixels[0], filmed.easel.pixels)
    last.finish()
    judged = filmed.state.judgement
    assert judged is not None and judged.of is filmed.easel.pixels and not filmed.state.busy
    assert len(filmed.dispatcher.jobs) == 2, "what lay between was never asked"


def test_a_real_picture_is_said_to_be_one(filmed: Desk) -> None:
    filmed.easel.use_tool("real")
    filmed.worker.finish()
    assert filmed.easel.source == REAL
    filmed.asked[-1].finish()
    judgement = filmed.state.judgement
    assert judgement is not None and judgement.sentence.startswith("To the discriminator a real picture looks real")


def test_another_models_wall_takes_the_score_away(filmed: Desk) -> None:
    filmed.draws(0.5)
    filmed.asked[-1].finish()
    filmed.draws(2.5)
    job = filmed.asked[-1]
    filmed.easel.set_model(GAN)
    assert job.cancelled and filmed.state.judgement is None, "what runs is of the model before"
    assert [each.request.model for each in filmed.asked] == ["gan"], "the drawing stays, and is asked about anew"
    filmed.easel.set_model(ALONE)
    assert not filmed.asked and not filmed.state.busy


# ------------------------------------------------------------------------------------- who looks, and what goes wrong


def test_nothing_is_asked_while_nobody_looks(desk: Desk) -> None:
    desk.films[TRAINED.id] = FRAMES
    desk.game.choose(chosen(TRAINED, 3))
    assert not desk.dispatcher.jobs
    desk.game.wake()
    assert len(desk.asked) == 1 and desk.state.moments[-1] == 1000.0
    desk.game.sleep()
    assert not desk.asked and desk.dispatcher.jobs[-1].cancelled
    desk.game.wake()
    assert len(desk.asked) == 1
    desk.asked[-1].finish()
    desk.game.sleep()
    desk.game.wake()
    assert not desk.asked and desk.state.judgement is not None, "what is known is not asked again"


def test_what_was_drawn_meanwhile_is_asked_about_when_somebody_looks(filmed: Desk) -> None:
    filmed.draws(0.5)
    filmed.game.sleep()
    filmed.draws(2.5)
    assert not filmed.asked
    filmed.game.wake()
    (job,) = filmed.asked
    assert filmed.easel.pixels is not None
    np.testing.assert_array_equal(job.request.pixels[0], filmed.easel.pixels)


def test_a_death_of_the_engine_loses_no_question(filmed: Desk) -> None:
    filmed.game.choose(chosen(TRAINED, 3))
    job = filmed.asked[-1]
    filmed.game.engine_changed("died")
    job.fail("EngineDied")
    assert not filmed.asked and filmed.state.busy and filmed.state.problem is None
    filmed.game.engine_changed("ready")
    for _ in range(2):
        filmed.asked[-1].fail("EngineDied")
    assert not filmed.asked and filmed.state.problem is not None, "three deaths over one question are enough"


def test_an_engine_that_is_not_there_yet_is_waited_for(dispatcher: Any, clock: Any, worker: Any) -> None:
    desk = Desk(dispatcher, clock, worker, engine="starting")
    desk.opens(GAN)
    desk.game.choose(chosen(GAN))
    assert not desk.asked and desk.state.busy
    desk.game.engine_changed("ready")
    assert len(desk.asked) == 1


def test_what_the_engine_refuses_is_said_and_can_be_tried_again(filmed: Desk) -> None:
    filmed.game.choose(chosen(TRAINED, 3))
    filmed.asked[-1].finish()
    filmed.draws(2.0)
    filmed.asked[-1].fail("SessionError", "It broke.", "Mend it.")
    assert str(filmed.state.problem) == "It broke. Mend it." and not filmed.state.busy
    assert filmed.state.judgement is None, "what is said of another picture would be taken for this one's"
    filmed.game.retry()
    assert filmed.state.problem is None and len(filmed.asked) == 1
    filmed.asked[-1].finish()
    assert filmed.state.judgement is not None and filmed.state.problem is None


def test_a_failure_of_the_picture_before_is_over_when_the_newest_is_scored(filmed: Desk) -> None:
    filmed.draws(0.5)
    filmed.draws(2.5)
    filmed.asked[0].fail()
    assert len(filmed.asked) == 1
    filmed.asked[0].finish()
    assert filmed.state.problem is None and filmed.state.judgement is not None


def test_the_state_is_the_same_object_until_something_changes(filmed: Desk) -> None:
    before, changes = filmed.state, filmed.changes
    assert filmed.game.state is before
    filmed.game.step(-1)
    assert filmed.state is not before and filmed.changes > changes
