"""The engine in process: requests are checked, families are made once a model, and answers come as events."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Generator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest

import engine.families
from engine.catalogue.registry import Model, Registry
from engine.contracts.events import Answer, Cancelled, Completion, Event, Failed, Finished, Loaded, Partial, Started
from engine.contracts.lanes import Engine, Lane, Policy
from engine.contracts.manifest import ImageSpec, Manifest
from engine.contracts.requests import CompleteImage, LoadModel, Request, SampleImages, ScoreImages
from engine.errors import SessionError
from engine.host.client import EngineProcess
from engine.inference import InferenceEngine
from engine.sampling.step import Progress

PATIENCE = 120.0
LANE = Lane("lane", Policy.QUEUE)
LAST = (Finished, Failed, Cancelled)
SHIPPED = Path(__file__).resolve().parents[2] / "onnx_models"
IMAGE = ImageSpec(height=2, width=3, channels=1, levels=2)


def manifest(name: str) -> Manifest:
    return Manifest(
        id=name,
        title=name.title(),
        family="autoregressive",
        architecture="PixelCNN",
        data="toy",
        data_title="Toy",
        image=IMAGE,
        graphs={},
    )


class ToyFamily:
    """A family of one step; counts how often it is made and loaded."""

    made: ClassVar[list[str]] = []
    loaded: ClassVar[list[str]] = []
    gate: ClassVar[threading.Event] = threading.Event()

    def __init__(self, model: Model, sessions: Any, registry: Registry) -> None:
        self.id = model.manifest.id
        self.made.append(self.id)
        assert registry.find(self.id) == model

    def load(self) -> None:
        self.loaded.append(self.id)
        if self.id == "broken":
            raise SessionError("The graph is torn.", "Sew it.")

    def answer(self, request: Any) -> Generator[Progress, None, Answer]:
        picture, nothing = np.zeros((request.count, 2, 3, 1), np.uint8), np.zeros((2, 3), bool)
        yield Progress(picture, nothing, 0.0, provisional=True)
        assert self.gate.wait(PATIENCE)
        yield Progress(picture, np.array([[True] * 3, [False] * 3]), 0.5)
        yield Progress(picture, ~nothing, 1.0)
        return Loaded(model=self.id, milliseconds=0.0)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of toy models, "one" and "two"."""
    monkeypatch.setitem(engine.families.FAMILIES, "autoregressive", ToyFamily)
    for noted in (ToyFamily.made, ToyFamily.loaded):
        noted.clear()
    ToyFamily.gate.set()
    toys = {}

    def scan(self: Registry, path: Path) -> None:
        for child in sorted(path.iterdir()):
            toys.setdefault(child.name, Model(manifest(child.name), child))
            self.models[child.name] = toys[child.name]

    monkeypatch.setattr(Registry, "_scan", scan)
    for name in ("one", "two", "broken"):
        (tmp_path / name).mkdir()
    return tmp_path


class Asker:
    """Submits, and waits for last events."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.events: list[Event] = []
        self._changed = threading.Condition()

    def on_event(self, event: Event) -> None:
        assert threading.current_thread() is not threading.main_thread()
        with self._changed:
            self.events.append(event)
            self._changed.notify_all()

    def submit(self, request: Request, lane: Lane = LANE) -> Any:
        return self.engine.submit(request, lane, self.on_event)

    def wait(self, condition: Callable[[], object]) -> None:
        with self._changed:
            assert self._changed.wait_for(condition, PATIENCE), f"not in time: {self.events}"

    def of(self, job: Any) -> list[Event]:
        return [event for event in self.events if event.job == job.id]

    def last(self, job: Any) -> Event:
        self.wait(lambda: any(isinstance(event, LAST) for event in self.of(job)))
        return self.of(job)[-1]

    def ask(self, request: Request) -> Event:
        return self.last(self.submit(request))


@pytest.fixture
def asker(folder: Path) -> Iterator[Asker]:
    made = InferenceEngine([folder])
    yield Asker(made)
    assert made.close()


def test_an_answer_comes_with_its_partials(asker: Asker) -> None:
    ToyFamily.gate.clear()
    job = asker.submit(SampleImages(model="one", count=3))
    asker.wait(lambda: any(isinstance(event, Partial) for event in asker.of(job)))
    before = asker.of(job)[-1]
    assert isinstance(before, Partial) and before.first_row_ms == 0 and before.images.shape == (3, 2, 3, 1)
    ToyFamily.gate.set()
    assert isinstance(asker.last(job), Finished)
    partials = [event for event in asker.of(job) if isinstance(event, Partial)]
    assert partials[-1].fraction == 1.0 and partials[-1].drawn.all()
    assert before.provisional and not partials[-1].provisional
    rows = {event.first_row_ms for event in partials if event.drawn.any()}
    assert len(rows) == 1 and rows.pop() > 0, "measured once, when the first row was there"


def test_a_family_is_made_once_a_model(asker: Asker) -> None:
    for name in ("one", "two", "one", "one"):
        assert isinstance(asker.ask(LoadModel(model=name)), Finished)
    assert ToyFamily.made == ["one", "two"]
    assert ToyFamily.loaded == ["one", "two", "one", "one"]


def test_loading_says_how_long_it_took(asker: Asker) -> None:
    finished = asker.ask(LoadModel(model="one"))
    assert isinstance(finished, Finished) and isinstance(finished.answer, Loaded)
    assert finished.answer.model == "one" and finished.answer.milliseconds >= 0


def test_a_failure_of_the_family_arrives_as_an_event(asker: Asker) -> None:
    failed = asker.ask(LoadModel(model="broken"))
    assert isinstance(failed, Failed)
    assert (failed.code, failed.problem, failed.remedy) == ("SessionError", "The graph is torn.", "Sew it.")


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        (SampleImages(model="three"), "ModelNotFound"),
        (SampleImages(model="one", count=0), "RequestError"),
        (SampleImages(model="one", temperature=float("nan")), "RequestError"),
        (SampleImages(model="one", class_name="cat"), "RequestError"),
        (
            CompleteImage(model="one", pixels=np.zeros((9, 9, 1), np.uint8), observed=np.ones((9, 9), bool)),
            "RequestError",
        ),
        (ScoreImages(model="one", pixels=np.zeros((0, 2, 3, 1), np.uint8)), "RequestError"),
    ],
)
def test_a_request_that_does_not_fit_fails_and_raises_nothing(asker: Asker, request_: Request, code: str) -> None:
    failed = asker.ask(request_)
    assert isinstance(failed, Failed) and failed.code == code and failed.problem and failed.remedy
    assert not any(isinstance(event, Started) for event in asker.events)
    assert ToyFamily.made == []


def test_a_folder_that_cannot_be_read_fails_and_raises_nothing(asker: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    def scan(self: Registry, path: Path) -> None:
        raise PermissionError("the disk says no")

    monkeypatch.setattr(Registry, "_scan", scan)
    failed = asker.ask(LoadModel(model="one"))
    assert isinstance(failed, Failed) and "the disk says no" in failed.problem


def test_a_model_that_is_installed_later_is_found(asker: Asker, folder: Path) -> None:
    assert isinstance(asker.ask(LoadModel(model="new")), Failed)
    (folder / "new").mkdir()
    assert isinstance(asker.ask(LoadModel(model="new")), Finished)


def test_a_model_that_was_exported_again_is_bound_again(
    asker: Asker, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    find = Registry.find
    asker.ask(LoadModel(model="one"))
    newer = Model(replace(manifest("one"), title="Newer"), folder / "one")
    monkeypatch.setattr(Registry, "find", lambda self, name: newer if name == "one" else find(self, name))
    asker.ask(LoadModel(model="one"))
    assert ToyFamily.made == ["one", "one"]


def test_cancelling_stops_at_the_next_step(asker: Asker) -> None:
    ToyFamily.gate.clear()
    job = asker.submit(SampleImages(model="one"))
    asker.wait(lambda: any(isinstance(event, Partial) for event in asker.of(job)))
    job.cancel()
    ToyFamily.gate.set()
    assert isinstance(asker.last(job), Cancelled)


def test_making_an_engine_reads_and_imports_nothing(project: Path) -> None:
    script = """
import sys
from pathlib import Path
from engine.inference import InferenceEngine
made = InferenceEngine([Path("does-not-exist")])
print([name for name in ("onnxruntime", "engine.catalogue.registry", "engine.families") if name in sys.modules])
made.close()
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=project, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


# --- the shipped models, in process and through the pipe ------------------------------------------------------------

shipped = pytest.mark.skipif(not list(SHIPPED.glob("*/manifest.json")), reason="no model is shipped yet")


@pytest.fixture(scope="module", params=[InferenceEngine, EngineProcess])
def real(request: pytest.FixtureRequest) -> Iterator[Asker]:
    made = request.param([SHIPPED])
    yield Asker(made)
    assert made.close()


def shipped_model() -> Manifest:
    """The smallest shipped autoregressive model."""
    files = sorted(SHIPPED.glob("*/manifest.json"), key=lambda path: json.loads(path.read_text())["image"]["height"])
    return Registry([SHIPPED]).find(files[0].parent.name).manifest


@shipped
def test_a_shipped_model_completes_and_keeps_what_was_given(real: Asker) -> None:
    model = shipped_model()
    height, width, channels = model.image.height, model.image.width, model.image.display_channels
    observed = np.zeros((height, width), bool)
    observed[: height // 2] = True
    pixels = np.zeros((height, width, channels), np.uint8)
    done = real.ask(CompleteImage(model=model.id, pixels=pixels, observed=observed, count=2))
    assert isinstance(done, Finished), done
    assert isinstance(done.answer, Completion)
    assert done.answer.images.shape == (2, height, width, channels)
    given = done.answer.images[:, observed]
    assert (given == given[0, 0]).all(), "the nearest level of the given pixels, in every picture"


@shipped
def test_in_process_and_through_the_pipe_the_pixels_are_the_same(real: Asker) -> None:
    request = SampleImages(model=shipped_model().id, count=2, seed=7)
    answers = []
    here = InferenceEngine([SHIPPED])
    try:
        for asker in (real, Asker(here)):
            done = asker.ask(request)
            assert isinstance(done, Finished) and isinstance(done.answer, Completion), done
            answers.append(done.answer)
    finally:
        assert here.close()
    np.testing.assert_array_equal(answers[0].images, answers[1].images)
    np.testing.assert_array_equal(answers[0].log_prob, answers[1].log_prob)


@shipped
def test_a_shipped_model_is_stopped_in_the_middle_and_answers_again(real: Asker) -> None:
    model = shipped_model().id
    job = real.submit(SampleImages(model=model, count=256))
    real.wait(lambda: any(isinstance(event, (Partial, Failed)) for event in real.of(job)))
    job.cancel()
    assert isinstance(real.last(job), Cancelled), real.last(job)
    assert isinstance(real.ask(SampleImages(model=model, count=1)), Finished)


@shipped
def test_a_request_that_does_not_fit_is_refused_at_either_end(real: Asker) -> None:
    failed = real.ask(SampleImages(model=shipped_model().id, count=0))
    assert isinstance(failed, Failed) and failed.code == "RequestError"
