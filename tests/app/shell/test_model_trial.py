"""A model is tried by the engine before it is anybody's: an error is said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.shell.model_trial import ModelTrial
from engine.contracts.events import Cancelled, Event, Failed, Finished, Loaded, Partial, Started
from engine.contracts.lanes import Lane


@dataclass
class Job:
    """The request, and what tells the trial of it."""

    request: Any
    tell: Callable[[Event], None]
    id: int = 1

    def cancel(self) -> None:
        raise AssertionError("only a whole picture will do")


@dataclass
class Trials:
    """A dispatcher, and how its trials ended."""

    jobs: list[Job] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)

    def submit(self, request: Any, lane: Lane, on_event: Callable[[Event], None]) -> Job:
        assert not lane.interactive, "nobody waits for it while they paint"
        self.jobs.append(Job(request, on_event))
        return self.jobs[-1]


@pytest.fixture
def trials() -> Trials:
    return Trials()


def begin(trials: Trials) -> tuple[ModelTrial, Job]:
    trial = ModelTrial(trials, Path("my") / "toy", lambda: trials.ended.append("passed"), trials.ended.append)
    return trial, trials.jobs[-1]


def test_only_a_whole_picture_will_do(trials: Trials) -> None:
    """What is wrong with the likelihood's graph shows after the last row."""
    trial, job = begin(trials)
    assert job.request.model == str(Path("my") / "toy") and job.request.count == 1
    job.tell(Started(job=1))
    images, drawn = np.zeros((1, 2, 2, 1), np.uint8), np.zeros((2, 2), bool)
    job.tell(Partial(job=1, images=images, drawn=~drawn, fraction=1.0, first_row_ms=9.0))
    assert not trials.ended and not trial.over
    job.tell(Finished(job=1, answer=Loaded(model="toy", milliseconds=1.0)))
    assert trials.ended == ["passed"] and trial.over


def test_what_goes_wrong_is_said(trials: Trials) -> None:
    trial, job = begin(trials)
    job.tell(Failed(job=1, code="RequestError", problem="It is a VAE.", remedy="Choose another."))
    assert trials.ended == ["toy was not added. It is a VAE. Choose another."] and trial.over
    _, job = begin(trials)
    job.tell(Failed(job=1, code="SessionError", problem="It is of another size.", remedy="Ask for something else."))
    assert "manifest.json" in trials.ended[1] and "Ask" not in trials.ended[1]


def test_a_trial_that_was_stopped_before_it_drew_says_nothing(trials: Trials) -> None:
    trial, job = begin(trials)
    job.tell(Cancelled(job=1))
    assert not trials.ended and trial.over
