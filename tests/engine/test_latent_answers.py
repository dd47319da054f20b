"""Latent requests through the engine, in process and through its process: one answer, stopped and refused alike."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.contracts.events import (
    Bounds,
    Cancelled,
    Decoded,
    Encoded,
    Event,
    Failed,
    Finished,
    Partial,
    Samples,
    Scores,
)
from engine.contracts.lanes import Engine, Lane, Policy
from engine.contracts.requests import BoundImages, DecodeLatents, EncodeImages, Request, SampleImages, ScoreImages
from engine.host.client import EngineProcess
from engine.inference import InferenceEngine

TOYS = Path(__file__).resolve().parent / "latent_models"
LANE = Lane("lane", Policy.QUEUE)
PATIENCE = 120.0
GREY = np.random.default_rng(0).integers(0, 256, (3, 4, 3, 1), dtype=np.uint8)
Z = np.random.default_rng(1).normal(size=(700, 2)).astype(np.float32)
ASKED: list[tuple[Request, type[Any]]] = [
    (DecodeLatents(model="linear", z=Z), Decoded),
    (DecodeLatents(model="colours", z=Z[:3], output="draw", seed=3), Decoded),
    (DecodeLatents(model="torn", z=Z[:5]), Decoded),
    (EncodeImages(model="linear", pixels=GREY), Encoded),
    (EncodeImages(model="codes", pixels=GREY), Encoded),
    (BoundImages(model="linear", pixels=GREY, samples=7), Bounds),
    (SampleImages(model="colours", count=3, seed=2), Samples),
    (SampleImages(model="normal", count=3, seed=2), Samples),
    (ScoreImages(model="normal", pixels=GREY), Scores),
    (BoundImages(model="linear", pixels=GREY, samples=7, alone=True), Bounds),
    (ScoreImages(model="normal", pixels=GREY, alone=True), Scores),
]


@pytest.fixture(scope="module")
def engines() -> Iterator[tuple[Engine, Engine]]:
    made = InferenceEngine([TOYS]), EngineProcess([TOYS])
    yield made
    assert all(engine.close() for engine in made)


class Heard:
    """The events of one job."""

    def __init__(self, engine: Engine, request: Request) -> None:
        self.events: list[Event] = []
        self._ended = threading.Event()
        self.job = engine.submit(request, LANE, self._on_event)

    def _on_event(self, event: Event) -> None:
        self.events.append(event)
        if isinstance(event, Finished | Failed | Cancelled):
            self._ended.set()

    @property
    def last(self) -> Event:
        assert self._ended.wait(PATIENCE)
        return self.events[-1]


@pytest.mark.parametrize(("request_", "kind"), ASKED, ids=[f"{type(r).__name__} {r.model}" for r, _ in ASKED])
def test_both_engines_give_the_same_answer(engines: tuple[Engine, Engine], request_: Request, kind: type[Any]) -> None:
    answers = []
    for engine in engines:
        last = Heard(engine, request_).last
        assert isinstance(last, Finished) and type(last.answer) is kind
        answers.append(last.answer)
    for field in dataclasses.fields(kind):
        if field.name != "total_ms":
            here, there = (getattr(answer, field.name) for answer in answers)
            np.testing.assert_array_equal(here, there)


def test_alone_reaches_the_engine_on_either_way(engines: tuple[Engine, Engine]) -> None:
    twice = GREY[[0, 0]]
    for engine in engines:
        for alone in (True, False):
            last = Heard(engine, BoundImages(model="linear", pixels=twice, samples=7, alone=alone)).last
            assert isinstance(last, Finished) and isinstance(last.answer, Bounds)
            first, second = last.answer.elbo
            assert bool(abs(first - second) < 1e-6) == alone


def test_many_pictures_come_in_parts(engines: tuple[Engine, Engine]) -> None:
    heard = Heard(engines[0], DecodeLatents(model="linear", z=Z))
    assert isinstance(heard.last, Finished)
    parts = [event for event in heard.events if isinstance(event, Partial)]
    assert all(part.images.shape == (700, 4, 3, 1) and 0 < part.fraction < 1 for part in parts)


def test_a_long_bound_can_be_stopped(engines: tuple[Engine, Engine]) -> None:
    many = np.repeat(GREY, 500, axis=0)
    for engine in engines:
        heard = Heard(engine, BoundImages(model="linear", pixels=many, samples=5000))
        heard.job.cancel()
        assert isinstance(heard.last, Cancelled)


def test_a_refusal_is_the_same_sentence(engines: tuple[Engine, Engine]) -> None:
    said = []
    for engine in engines:
        last = Heard(engine, DecodeLatents(model="linear", z=np.full((1, 2), np.nan, np.float32))).last
        assert isinstance(last, Failed)
        said.append((last.code, last.problem, last.remedy))
    assert (
        said[0]
        == said[1]
        == ("RequestError", "Latent vector 0 holds a value that is not finite.", "Give finite numbers.")
    )
