"""The questions about a bare decoder: each answer is tried, nothing older shows, and what is tried is what is kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pytest

from app.shell.decoder_presenter import DecoderPresenter, free_id
from app.shell.decoder_state import DecoderState
from engine.contracts.decoders import ClassInput, DecoderDescription, DecoderTrial, PictureLayout
from engine.contracts.events import Cancelled, Event, Failed, Finished, Partial
from engine.contracts.lanes import Lane, Policy
from engine.contracts.manifest import Port
from engine.errors import FileError

Z = Port(name="z", dtype="float32", axes=("batch", "latent"))
IMAGE = Port(name="image", dtype="float32", axes=("batch", "channel", "row", "column"))
ROW = Port(name="row", dtype="float32", axes=("batch", "channel", "row", "column"))
SHAPED = PictureLayout(image=IMAGE, height=8, width=6, channels=1)
FLAT = tuple(PictureLayout(image=ROW, height=h, width=w, channels=1, flat=True) for h, w in ((8, 8), (4, 16), (16, 4)))
NUMBERED = ClassInput(port=Port(name="y", dtype="int64", axes=("batch",)), encoding="index")
TOLD = ClassInput(port=Port(name="label", dtype="float32", axes=("batch", "class")), encoding="one_hot", width=3)
PLAIN = DecoderDescription(
    path="/there/celeb_faces.onnx",
    sha256="ab",
    size=3 * 2**20,
    producer="pytorch",
    z=Z,
    dim=5,
    batch=0,
    layouts=(SHAPED,),
)


@dataclass
class Job:
    """A request, and what tells its asker of it."""

    request: Any
    lane: Lane
    tell: Callable[[Event], None]
    id: int = 1
    cancelled: bool = False

    def cancel(self) -> None:
        self.cancelled = True


@dataclass
class Desk:
    """A presenter, what it asked for, what it showed and kept."""

    description: DecoderDescription
    jobs: list[Job] = field(default_factory=list)
    states: list[DecoderState] = field(default_factory=list)
    kept: list[Mapping[str, Any]] = field(default_factory=list)
    refusal: FileError | None = None

    def __post_init__(self) -> None:
        self.presenter = DecoderPresenter(
            self,
            self.description,
            "celeb_faces.onnx",
            self.states.append,
            self._keep,
            lambda title: title.lower().replace(" ", "-"),
        )
        self.presenter.begin()

    def submit(self, request: Any, lane: Lane, on_event: Callable[[Event], None]) -> Job:
        self.jobs.append(Job(request, lane, on_event))
        return self.jobs[-1]

    def _keep(self, description: DecoderDescription, manifest: Mapping[str, Any]) -> None:
        assert description is self.description
        if self.refusal is not None:
            raise self.refusal
        self.kept.append(manifest)

    @property
    def state(self) -> DecoderState:
        return self.states[-1]

    @property
    def manifest(self) -> Mapping[str, Any]:
        """What the newest trial was of."""
        found: Mapping[str, Any] = self.jobs[-1].request.manifest
        return found

    def draws(self, job: int = -1, **changes: Any) -> None:
        """The engine has drawn."""
        self.jobs[job].tell(Finished(job=1, answer=trial(**changes)))


def trial(broken: int = 0, constant: int = 0, **changes: Any) -> DecoderTrial:
    """Sixteen pictures, the first ``broken`` of them broken and the last ``constant`` flat."""
    places = np.arange(16)
    values = {"alike": False, "low": 0.0, "high": 1.0, "mean": 0.25, "finite": 1.0, "outside": 0.0, "total_ms": 1.0}
    return DecoderTrial(
        images=np.zeros((16, 8, 6, 1), np.uint8),
        broken=places < broken,
        constant=places >= 16 - constant,
        **values | changes,
    )


@pytest.fixture
def desk() -> Desk:
    return Desk(PLAIN)


def test_samples_are_drawn_at_once_with_what_the_file_suggests(desk: Desk) -> None:
    request = desk.jobs[0].request
    assert (request.path, request.sha256, request.count, request.seed) == ("/there/celeb_faces.onnx", "ab", 16, 0)
    assert desk.jobs[0].lane.policy is Policy.SUPERSEDE
    assert desk.manifest["image"] == {"height": 8, "width": 6, "channels": 1, "levels": 256, "range": "0..1"}
    assert desk.manifest["latent"] == {"dim": 5, "prior": "normal", "likelihood": "none"}
    assert desk.state.busy and desk.state.cannot_save == "The samples are being drawn."
    assert desk.state.facts == "z of 5 numbers (N x 5) \u00b7 3.0 MB \u00b7 written by pytorch"
    assert desk.state.title == "celeb faces" and desk.state.layouts == ("Grey, channels first: N x 1 x 8 x 6",)
    desk.draws()
    assert not desk.state.busy and not desk.state.cannot_save and desk.state.samples is not None
    assert desk.state.values == "Values from 0.00 to 1.00, 0.25 on average."
    assert desk.state.warning == ""


@pytest.mark.parametrize(
    ("answer", "place", "value"),
    [
        (lambda p: p.set_range("-1..1"), ("image", "range"), "-1..1"),
        (lambda p: p.set_range("logits"), ("image", "range"), "logits"),
        (lambda p: p.set_prior("uniform"), ("latent", "prior"), "uniform"),
        (lambda p: p.set_prior("none"), ("latent", "prior"), "none"),
    ],
)
def test_the_samples_follow_every_answer(
    desk: Desk, answer: Callable[[DecoderPresenter], None], place: tuple[str, str], value: str
) -> None:
    desk.draws()
    answer(desk.presenter)
    assert len(desk.jobs) == 2 and desk.manifest[place[0]][place[1]] == value
    assert desk.state.busy and desk.state.cannot_save and desk.state.samples is not None, "the old ones stay meanwhile"
    answer(desk.presenter)
    assert len(desk.jobs) == 2, "the same answer again is none"


def test_an_older_answer_never_shows_after_a_newer_one(desk: Desk) -> None:
    desk.presenter.set_range("-1..1")
    desk.draws(1, low=-1.0)
    shown = desk.state
    desk.draws(0, low=0.5)
    desk.jobs[0].tell(Cancelled(job=1))
    assert desk.state is shown and "from -1.00" in desk.state.values


def test_flat_pictures_have_sides_to_choose(desk: Desk) -> None:
    desk = Desk(replace(PLAIN, layouts=(SHAPED, *FLAT)))
    assert desk.state.layouts == ("image: Grey, channels first: N x 1 x 8 x 6", "row: One row of greys")
    assert desk.state.sizes == ()
    desk.presenter.set_layout(1)
    assert desk.state.sizes == ("8 high, 8 wide", "4 high, 16 wide", "16 high, 4 wide")
    desk.presenter.set_size(1)
    assert (desk.manifest["image"]["height"], desk.manifest["image"]["width"]) == (4, 16)
    desk.presenter.set_layout(0)
    assert (desk.manifest["image"]["height"], desk.manifest["image"]["width"]) == (8, 6)
    desk.presenter.set_layout(1)
    assert desk.state.size == 0


def test_another_sixteen_have_another_seed(desk: Desk) -> None:
    desk.presenter.another()
    assert desk.jobs[-1].request.seed == 1 == desk.state.seed


def test_a_title_is_needed_and_draws_nothing(desk: Desk) -> None:
    desk.draws()
    desk.presenter.set_title("  ")
    assert desk.state.cannot_save == "Give it a title." and len(desk.jobs) == 1
    assert not desk.presenter.save() and not desk.kept
    desk.presenter.set_title("Faces")
    desk.presenter.set_attribution("By N. N., CC BY 4.0")
    assert desk.presenter.save()
    (kept,) = desk.kept
    assert (kept["id"], kept["title"], kept["attribution"]) == ("faces", "Faces", "By N. N., CC BY 4.0")
    assert kept["graphs"]["decoder"]["sha256"] == "ab" and kept["image"] == desk.manifest["image"]


def test_what_cannot_be_copied_is_said_on_the_sheet(desk: Desk) -> None:
    desk.draws()
    desk.refusal = FileError("The disk is full.", "Make room.")
    assert not desk.presenter.save()
    assert desk.state.refusal == "The disk is full. Make room." and desk.state.problem is None
    desk.presenter.set_title("Elsewhere")
    assert desk.state.refusal == ""


@pytest.mark.parametrize(
    ("changes", "warning", "cannot"),
    [
        (
            {"broken": 16, "finite": 0.0},
            "All pictures are crossed out: their values are not finite.",
            "none has finite",
        ),
        ({"broken": 1}, "1 of 16 pictures is crossed out: their values are not finite.", ""),
        ({"constant": 16}, "All pictures are struck through: nothing but one flat colour.", "broken or flat"),
        ({"broken": 10, "constant": 6}, "10 of 16 pictures are crossed out", "broken or flat"),
        ({"alike": True}, "All pictures are alike: the decoder does not look at z.", ""),
        ({"outside": 0.384}, "38 % of the values lie outside of 0 to 1 and are cut off.", ""),
        ({"outside": 0.001}, "A few of the values lie outside of 0 to 1 and are cut off.", ""),
    ],
)
def test_what_is_wrong_is_marked_and_said(desk: Desk, changes: dict[str, Any], warning: str, cannot: str) -> None:
    desk.draws(**changes)
    assert warning in desk.state.warning
    assert (cannot in desk.state.cannot_save) if cannot else not desk.state.cannot_save
    samples, expected = desk.state.samples, trial(changes.get("broken", 0), changes.get("constant", 0))
    assert samples is not None and (samples.broken == expected.broken).all()
    assert (samples.constant == expected.constant).all()


def test_the_engine_may_die_and_the_sheet_lives(desk: Desk) -> None:
    desk.draws()
    desk.presenter.set_range("logits")
    desk.jobs[-1].tell(Failed(job=1, code="EngineDied", problem="It ended.", remedy="Try once more."))
    assert desk.state.problem is not None and desk.state.problem.button == "Try again"
    assert desk.state.samples is None and desk.state.cannot_save == "Nothing could be drawn." and not desk.state.busy
    desk.presenter.again()
    desk.draws()
    assert desk.state.problem is None and not desk.state.cannot_save and desk.state.range == "logits"


def test_what_does_not_run_is_said_without_a_button(desk: Desk) -> None:
    desk.jobs[-1].tell(Failed(job=1, code="SessionError", problem="It does not run.", remedy="Export it again."))
    assert desk.state.problem is not None and desk.state.problem.button == ""


def test_classes_by_number_have_to_be_named(desk: Desk) -> None:
    desk = Desk(replace(PLAIN, class_input=NUMBERED))
    desk.draws()
    assert desk.state.classes_help and desk.state.classes == ""
    assert desk.state.cannot_save == "Name its classes, one a line."
    assert desk.manifest["conditions"][0]["names"] == ["0"]
    desk.presenter.set_classes("boot\nshirt\n")
    assert len(desk.jobs) == 2 and desk.manifest["conditions"][0]["names"] == ["0", "1"]
    desk.draws()
    assert desk.state.samples is not None and desk.state.samples.captions[:3] == ("boot", "shirt", "boot")
    desk.presenter.set_classes("boot\nhat")
    assert len(desk.jobs) == 2, "another name is another caption, and nothing else"
    assert desk.state.samples.captions[1] == "hat"
    assert desk.presenter.save()
    assert desk.kept[0]["conditions"] == [
        {"name": "class", "names": ["boot", "hat"], "encoding": "index", "null": False, "columns": 0}
    ]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a\nb", "Name all 3 classes, one a line: there are 2 names."),
        ("a\n\nb", "One of the classes has no name."),
        ("a\nb\nb", "Two classes have the same name."),
        ("a\nb\nc", ""),
    ],
)
def test_one_hot_classes_are_as_many_as_columns(desk: Desk, text: str, reason: str) -> None:
    desk = Desk(replace(PLAIN, class_input=TOLD))
    assert desk.state.classes == "0\n1\n2"
    desk.draws()
    assert not desk.state.cannot_save
    desk.presenter.set_classes(text)
    desk.draws()
    assert desk.state.cannot_save == reason and desk.presenter.save() is (reason == "")


def test_after_the_end_nothing_is_shown(desk: Desk) -> None:
    shown = len(desk.states)
    desk.presenter.close()
    assert desk.jobs[-1].cancelled
    desk.draws()
    desk.jobs[-1].tell(Partial(job=1, images=trial().images, drawn=np.ones((16, 8, 6), bool), fraction=1.0))
    assert len(desk.states) == shown


def test_the_file_says_what_it_can() -> None:
    said = Desk(replace(PLAIN, range="-1..1", title="Faces of people", batch=1, path="/a/b/decoder.onnx"))
    assert said.state.range == "-1..1" and said.state.title == "Faces of people"
    assert "one picture at a time" in said.state.facts
    nameless = DecoderPresenter(
        said, replace(PLAIN, path="/a/celebs/Decoder.onnx"), "Decoder.onnx", said.states.append, said._keep, str.lower
    )
    assert nameless.state().title == "celebs Decoder"


@pytest.mark.parametrize(
    ("title", "taken", "found"),
    [
        ("Faces", (), "faces"),
        ("My faces, 2nd try!", (), "my-faces-2nd-try"),
        ("Faces", ("faces", "faces-2"), "faces-3"),
        ("\u9854", (), "decoder"),
        ("../../etc", (), "etc"),
    ],
)
def test_an_id_is_made_of_the_title(title: str, taken: tuple[str, ...], found: str) -> None:
    assert free_id(title, taken.__contains__) == found
