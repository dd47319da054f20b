"""What models say of a wall's pictures: of which picture, of which weights, and when nobody is asked any more."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from app.documents.wall import Wall
from app.workspaces.gallery import words
from app.workspaces.gallery.asking import SAMPLES, asks_for_values, read_values
from app.workspaces.gallery.feed import DEATHS_BEFORE_GIVING_UP, WallFeed
from app.workspaces.gallery.measuring import ENGINE_KEEPS_STOPPING, Measuring
from engine.contracts.events import Bounds, Finished
from engine.contracts.manifest import Manifest
from tests.app.workspaces.gallery.conftest import GAN, NORMAL, PIXELS, VAE, Bench, retrained


class Desk:
    """A wall that is all drawn, and what is asked about it."""

    def __init__(self, dispatcher: Any, clock: Any) -> None:
        self.dispatcher, self.changes = dispatcher, 0
        self.feed = WallFeed(dispatcher, clock, lambda: None, "gallery.wall")
        self.feed.show(Wall(model="vae", count=1000), VAE)
        dispatcher.answer(clock)
        self.measuring = Measuring(dispatcher, clock, self.feed, self.changed, "gallery.values")
        self.measuring.show("vae", asks_for_values(VAE), read_values)

    def changed(self) -> None:
        self.changes += 1

    def dies(self) -> None:
        """The engine over what is asked, in the order in which it is told."""
        (flying,) = self.dispatcher.open("BoundImages")
        self.measuring.engine_changed("died")
        flying.fail("EngineDied")
        for state in ("starting", "ready"):
            self.measuring.engine_changed(state)


@pytest.fixture
def desk(dispatcher: Any, clock: Any) -> Desk:
    return Desk(dispatcher, clock)


# ------------------------------------------------------------------------------------------ a value is the picture's


@pytest.mark.parametrize(("model", "kind"), [(VAE, "BoundImages"), (NORMAL, "ScoreImages"), (PIXELS, "ScoreImages")])
def test_pictures_are_asked_about_each_as_if_alone(model: Manifest, kind: str) -> None:
    ask = asks_for_values(model)
    assert ask is not None
    request: Any = ask("", np.zeros((3, 4, 4, 1), np.uint8))
    assert type(request).__name__ == kind and request.alone
    assert getattr(request, "samples", SAMPLES) == SAMPLES > 1, "one sample of a posterior is off by several nats"


def test_a_discriminator_meets_no_noise() -> None:
    ask = asks_for_values(GAN)
    assert ask is not None and not hasattr(ask("", np.zeros((1, 4, 4, 1), np.uint8)), "alone")


# ----------------------------------------------------------------------------------------- engines that keep dying


def test_a_model_that_kills_every_engine_is_given_up(desk: Desk) -> None:
    desk.measuring.ask_for_everything()
    for death in range(DEATHS_BEFORE_GIVING_UP):
        assert desk.measuring.running, f"after {death} deaths"
        desk.dies()
    assert desk.measuring.problem == ENGINE_KEEPS_STOPPING and not desk.measuring.running
    assert not desk.dispatcher.open()
    desk.measuring.look_at(3)
    assert not desk.dispatcher.open(), "nor about one picture"
    desk.measuring.ask_for_everything()
    desk.dispatcher.answer()
    assert desk.measuring.complete and desk.measuring.problem is None


def test_one_picture_that_kills_every_engine_is_given_up(desk: Desk) -> None:
    desk.measuring.look_at(5)
    for _ in range(DEATHS_BEFORE_GIVING_UP):
        desk.dies()
    assert desk.measuring.problem is not None and not desk.dispatcher.open()


def test_deaths_with_answers_between_them_are_no_reason_to_give_up(desk: Desk) -> None:
    desk.measuring.ask_for_everything()
    for _ in range(2 * DEATHS_BEFORE_GIVING_UP):
        desk.dispatcher.open()[0].finish()
        desk.dies()
    desk.dispatcher.answer()
    assert desk.measuring.complete and desk.measuring.problem is None


def test_the_workspace_asks_no_more_after_the_engine_has_died_over_scores(bench: Bench) -> None:
    bench.presenter.set_sort("score")
    for _ in range(DEATHS_BEFORE_GIVING_UP):
        (flying,) = bench.dispatcher.open("BoundImages")
        bench.presenter.engine_changed("died")
        flying.fail("EngineDied")
        bench.presenter.engine_changed("ready")
    assert not bench.dispatcher.open() and bench.state.progress is None and bench.state.problem is None
    bench.presenter.go_on()
    bench.answer()
    assert bench.places() == list(range(255, -1, -1))


# --------------------------------------------------------------------------------------------------- other weights


@pytest.mark.parametrize("sort", ["drawn", "score"])
def test_values_of_other_weights_are_forgotten(bench: Bench, sort: str) -> None:
    bench.presenter.set_count(100)
    bench.presenter.set_sort(sort)
    bench.presenter.choose(5)
    bench.answer()
    assert bench.state.detail is not None and bench.state.detail.value_text == words.value("lower bound", 5.0)
    before = len(bench.dispatcher.jobs)
    bench.presenter.set_models([retrained(VAE), GAN])
    while "BoundImages" not in {job.kind for job in bench.dispatcher.jobs[before:]}:
        assert bench.state.detail is None or not bench.state.detail.value_text
        bench.answer(most=1)
    answer_all(bench, lambda places: 500.0 - places)
    assert bench.state.detail is not None and bench.state.detail.value_text == words.value("lower bound", 495.0)
    assert bench.places() == list(range(100)), "by either order it is as it was drawn"


def answer_all(bench: Bench, value: Callable[[np.ndarray], np.ndarray]) -> None:
    """Answer everything; the model's bounds are these of the places."""
    while jobs := bench.dispatcher.open():
        job = jobs[0]
        if job.kind != "BoundImages":
            job.finish()
            continue
        found, nothing = value(job._values), np.zeros(1)
        job.ended = True
        answer = Bounds(elbo=found, reconstruction=found, kl=0 * found, iwae=found, iwae_by_k=nothing, ks=np.array([1]))
        job.on_event(Finished(job=job.id, answer=answer))


def test_the_same_weights_are_remembered_when_the_models_are_read_again(bench: Bench) -> None:
    bench.presenter.choose(5)
    bench.answer()
    bench.presenter.choose_model("gan")
    bench.answer()
    before = len(bench.dispatcher.jobs)
    bench.presenter.choose_model("vae")
    bench.answer()
    assert bench.state.detail is not None and bench.state.detail.value_text == words.value("lower bound", 5.0)
    assert "BoundImages" not in {job.kind for job in bench.dispatcher.jobs[before:]}


def test_that_nobody_is_asked_any_more_is_said_and_what_is_known_is_sorted(bench: Bench) -> None:
    bench.presenter.set_sort("score")
    bench.answer(most=2)
    for _ in range(DEATHS_BEFORE_GIVING_UP):
        (flying,) = bench.dispatcher.open("BoundImages")
        bench.presenter.engine_changed("died")
        flying.fail("EngineDied")
        bench.presenter.engine_changed("ready")
    assert (bench.state.message, bench.state.message_kind) == (str(ENGINE_KEEPS_STOPPING), "warn")
    assert bench.places()[:3] == [11, 10, 9]


def test_classes_judged_of_other_weights_are_forgotten(bench: Bench) -> None:
    bench.presenter.set_sort("class")
    bench.answer()
    before = len(bench.dispatcher.jobs)
    bench.presenter.set_models([retrained(VAE), GAN])
    bench.answer()
    assert "ClassifyImages" in {job.kind for job in bench.dispatcher.jobs[before:]}
