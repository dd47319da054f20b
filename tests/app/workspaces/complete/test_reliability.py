"""From the engine's figures to a word, and what may be done about it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from app.workspaces.complete.desk import Made
from app.workspaces.complete.reliability import LOW_NUMBER, LOW_SHARE, compared, low_mark, verdict
from engine.contracts.events import Completion
from engine.contracts.particles import Particles
from engine.contracts.requests import CompleteImage
from tests.app.workspaces.complete.conftest import INK, ROWS, particles

RIM = np.ones((6, 8), bool)
RIM[1:-1, 1:-1] = False
TOP = np.arange(48).reshape(6, 8) < 20


def made(
    told: Particles | None, *, different: int = 8, observed: np.ndarray = RIM, count: int = 8, **request: Any
) -> Made:
    """``count`` completions of which so many are ``different``."""
    values = np.minimum(np.arange(count), different - 1).astype(np.uint8)
    images = np.broadcast_to(values[:, None, None, None], (count, 6, 8, 1))
    asked = CompleteImage(model="rows", pixels=np.zeros((6, 8, 1), np.uint8), observed=observed, **request)
    late = observed.copy().ravel()
    late[: int(np.argmin(late))] = False
    answer = Completion(
        images=np.ascontiguousarray(images),
        log_prob=np.zeros((count, 6, 8), np.float32),
        unused=late.reshape(6, 8) & (told is None),
        order=np.arange(48, dtype=np.int32),
        distribution=None,
        orientation="upright",
        method="raster" if told is None else "particles",
        first_row_ms=1,
        total_ms=2,
        naive_ms=3,
        particles=told,
    )
    return Made(asked, answer)


def sizes(*lowest: float) -> np.ndarray:
    """Effective sample sizes of as many runs, each with its lowest."""
    return np.array([[64.0, low, 50.0] for low in lowest])


def test_what_uses_every_given_pixel_is_exact_whichever_way_it_was_drawn() -> None:
    for told in (None, particles(ess=np.full((1, 3), 64.0))):
        said = verdict(made(told, observed=TOP), ROWS)
        assert (said.kind, said.title, said.sentence) == ("exact", "Exact", "This order uses every given pixel.")
        assert not said.button and said.particles is None
    nothing = verdict(made(None, observed=np.zeros((6, 8), bool)), ROWS)
    assert nothing.kind == "exact" and "straight from the model" in nothing.sentence


def test_raster_order_says_how_many_pixels_it_ignores_and_offers_particles() -> None:
    said = verdict(made(None), ROWS)
    assert said.kind == "late" and said.title == "Ignores 15 given pixels"
    assert said.button == "Use particles" and said.advice == {"method": "auto"}
    one = np.arange(48).reshape(6, 8) != 40
    assert verdict(made(None, observed=one), ROWS).title == "Ignores 7 given pixels"
    assert verdict(made(None, observed=np.arange(48).reshape(6, 8) != 46), ROWS).title == "Ignores 1 given pixel"


def test_particles_are_offered_only_where_they_can_be_drawn() -> None:
    cannot, cold = verdict(made(None), INK), verdict(made(None, temperature=0.0), ROWS)
    assert not cannot.button and cannot.advice is None and "raster order only" in cannot.sentence
    assert not cold.button and "temperature 0" in cold.sentence


@pytest.mark.parametrize(
    ("lowest", "ancestors", "different", "distinct", "kind"),
    [
        ((20.0,), 12, 8, 60, "reliable"),
        ((3.3,), 3, 8, 60, "reliable"),  # above the marks, if barely
        ((3.1,), 3, 8, 60, "few"),  # low, and yet from several beginnings
        ((3.1,), 2, 8, 60, "poor"),
        ((1.0,), 1, 8, 60, "poor"),
        ((20.0, 3.1), 5, 8, 60, "poor"),  # the worse of two runs counts, and so does what each goes back to
        ((20.0, 3.1), 6, 8, 60, "few"),
        ((20.0,), 12, 5, 12, "few"),  # copies
        ((20.0,), 12, 6, 12, "reliable"),  # three quarters are different
        ((20.0,), 12, 2, 3, "reliable"),  # many beginnings came to the same: there is little to choose
    ],
)
def test_the_word(lowest: tuple[float, ...], ancestors: int, different: int, distinct: int, kind: str) -> None:
    told = particles(ess=sizes(*lowest), ancestors=ancestors, distinct=distinct)
    said = verdict(made(told, different=different), ROWS)
    assert said.kind == kind and said.particles is told and said.low == low_mark(64)
    assert said.title == {"reliable": "Reliable", "few": "Few distinct answers", "poor": "Poor"}[kind]
    assert said.sentence.endswith(".") and bool(said.button) == (kind == "poor")


def test_why_there_are_few_is_what_one_sees() -> None:
    low = particles(ess=sizes(1.2), ancestors=4, distinct=4)
    assert "make only 2 different pictures" in verdict(made(low, different=2), ROWS).sentence
    assert "are all one picture" in verdict(made(low, different=1), ROWS).sentence
    assert "about 1.2 of 64 particles fitted" in verdict(made(low), ROWS).sentence
    choice = verdict(made(particles(ess=sizes(20.0), distinct=3), different=2), ROWS)
    assert "leave little choice" in choice.sentence and "make 2 different pictures" in choice.sentence


def test_the_marks_are_a_share_and_a_number_of_particles() -> None:
    assert low_mark(512) == pytest.approx(LOW_SHARE * 512) and low_mark(20) == LOW_NUMBER and low_mark(2) == 2
    few_of_many = particles(each=512, ess=np.array([[512.0, 20.0]]), ancestors=2)
    assert verdict(made(few_of_many), ROWS).kind == "poor"


def test_one_particle_weighs_nothing_and_is_poor() -> None:
    alone = particles(each=1, ess=np.ones((1, 4)), distinct=1, ancestors=1)
    assert verdict(made(alone, different=1), ROWS).kind == "poor"


@pytest.mark.parametrize(("asked", "offered"), [(2, 64), (64, 256), (256, 512), (512, None)])
def test_more_particles_are_offered_up_to_the_most(asked: int, offered: int | None) -> None:
    said = verdict(made(particles(ess=sizes(1.0), ancestors=1), particles=asked), ROWS)
    assert said.advice == (None if offered is None else {"particles": offered})
    assert said.button == ("" if offered is None else f"Take {offered} particles")


def test_what_stands_behind_the_word_is_in_the_tooltip() -> None:
    said = verdict(made(particles(ess=sizes(10.7, 30.0), distinct=32)), ROWS)
    for figure in ("128 in 2 runs of 64", "10.7 of 64", "32 of 128", "12"):
        assert figure in said.help


def test_what_is_compared_with_offers_nothing_and_says_what_those_above_are() -> None:
    below = compared(made(None), ROWS, weighed=True)
    assert below.kind == "late" and not below.button and "above that was weighed" in below.sentence
    assert "in raster order too" in compared(made(None), ROWS, weighed=False).sentence
    same = compared(made(None, observed=TOP), ROWS, weighed=False)
    assert same.kind == "exact" and "same pictures as above" in same.sentence


def test_a_verdict_is_of_its_own_request() -> None:
    """What the order was and what was given are the answer's and the request's; the picture may have changed since."""
    turned = made(None)
    backwards = replace(turned.completion, order=turned.completion.order[::-1].copy())
    assert verdict(Made(turned.request, backwards), ROWS).kind == "late"
    bottom = made(None, observed=~TOP)
    assert verdict(bottom, ROWS).kind == "late"
    upside_down = replace(bottom.completion, order=bottom.completion.order[::-1].copy())
    assert verdict(Made(bottom.request, upside_down), ROWS).kind == "exact"
