"""The lecture's decisions: who stands beside whom, what is drawn, measured and said of each, and what is compared."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.workspaces.gallery.lecture_column import DRAWN_FOR_ONE, MOST_DRAWN
from app.workspaces.gallery.lecture_presenter import LecturePresenter
from app.workspaces.gallery.lecture_state import COUNTS, FEWEST, MOST, TOO_FEW, Column, LectureState, likelihood_of
from engine.contracts.arrays import Images
from engine.contracts.controls import MAX_SEED
from engine.contracts.events import Finished, Measured
from engine.contracts.manifest import Condition, ImageSpec, Manifest
from engine.contracts.requests import FEWEST_TO_MEASURE, MeasureSamples
from tests.app.workspaces.gallery.conftest import (
    CLASSES,
    GAN,
    JUDGE,
    MODELS,
    NORMAL,
    PIXELS,
    VAE,
    FakeClock,
    FakeDispatcher,
    FakeJob,
    manifest,
)

SHARPNESS = {"pixels": 1.1, "vae": 0.4, "gan": 0.9, "normal": 0.2}
OWL = CLASSES.index("owl")
COUNT = COUNTS[0]
Show = Callable[[LectureState], None]


def measured(request: MeasureSamples, **changes: Any) -> Measured:
    """What the engine says of a model's pictures."""
    values: dict[str, Any] = {
        "sharpness": SHARPNESS.get(request.model, 1.0), "sharpness_spread": 0.02, "diversity": 0.8,
        "diversity_spread": 0.05, "missing": (), "count": len(request.pixels), "references": 40, "data_title": "Toy",
        "classifier": "judge", "total_ms": 1.0,
    }  # fmt: skip
    return Measured(**(values | changes))


class Lecture:
    """The presenter, its surroundings, and everything it showed; ``show`` is shown it too."""

    def __init__(
        self, *models: Manifest, judged: bool = True, awake: bool = True, show: Show = lambda state: None
    ) -> None:
        self.dispatcher, self.clock, self.shown = FakeDispatcher(), FakeClock(), list[LectureState]()
        self._show = show
        classifiers = {"toy": JUDGE} if judged else {}
        self.presenter = LecturePresenter(
            self.dispatcher,
            self.clock,
            models or tuple(MODELS.values()),
            self._changed,
            classifiers=lambda: classifiers,
        )
        if awake:
            self.presenter.wake()

    def _changed(self, state: LectureState) -> None:
        self.shown.append(state)
        self._show(state)

    @property
    def state(self) -> LectureState:
        return self.shown[-1]

    @property
    def models(self) -> list[str]:
        return [column.manifest.id for column in self.state.columns]

    def column(self, model: str) -> Column:
        return next(column for column in self.state.columns if column.manifest.id == model)

    def asked(self, model: str, kind: str = "") -> list[FakeJob]:
        return [job for job in self.dispatcher.open(kind) if job.request.model == model]

    def answer(self, kind: str = "", most: int = 10_000) -> int:
        """Finish what is asked of this kind, also what that leads to; how much there was."""
        count = 0
        while count < most and (waiting := self.dispatcher.open(kind)):
            finish(waiting[0])
            count += 1
        return count


def finish(job: FakeJob, **changes: Any) -> None:
    """As `FakeJob.finish`, also for what is measured."""
    if job.kind != "MeasureSamples":
        job.finish()
        return
    job.ended = True
    job.on_event(Finished(job=job.id, answer=measured(job.request, **changes)))


def places(images: Images) -> list[int]:
    """The places of the seed of pictures, read from their pixels."""
    return [int(low) + 256 * int(high) for low, high in images[:, 0, 1:3, 0]]


@pytest.fixture
def lecture() -> Lecture:
    """The three families, nothing drawn yet."""
    return Lecture()


@pytest.fixture
def drawn() -> Lecture:
    """The three families, all drawn and measured."""
    lecture = Lecture()
    lecture.answer()
    return lecture


# --- who stands there


def test_nothing_is_asked_before_somebody_looks() -> None:
    lecture = Lecture(awake=False)
    assert not lecture.dispatcher.jobs and len(lecture.state.columns) == 3
    lecture.presenter.wake()
    assert {job.request.model for job in lecture.dispatcher.open()} == {"pixels", "vae", "gan"}


def test_it_begins_with_a_model_of_each_family_in_their_order(lecture: Lecture) -> None:
    assert lecture.models == ["pixels", "vae", "gan"] and not lecture.state.missing
    assert [model.id for model in lecture.state.offered] == ["vae", "gan", "pixels", "normal"], "no classifier draws"


def test_of_a_family_the_model_stands_there_that_has_most_to_show() -> None:
    large = manifest("large", latent={"dim": 32, "prior": "normal", "likelihood": "none"})
    told = manifest("told", family="autoregressive", conditions=(Condition(name="class", names=CLASSES),))
    assert Lecture(VAE, large, PIXELS, told, GAN).models == ["told", "large", "gan"]


def test_a_family_that_is_missing_is_named_and_others_fill_its_place() -> None:
    lecture = Lecture(VAE, NORMAL)
    assert lecture.models == ["vae", "normal"] and lecture.state.missing == ("PixelCNN", "GAN")
    assert Lecture(NORMAL, manifest("second", family="gaussian")).models == ["normal", "second"]


def test_the_preset_comes_back_whatever_was_chosen_meanwhile(drawn: Lecture) -> None:
    drawn.presenter.choose_model(0, "normal")
    drawn.presenter.add_column()
    drawn.presenter.take_preset()
    assert drawn.models == ["pixels", "vae", "gan"]


def test_data_sets_have_two_models_and_those_with_all_families_come_first() -> None:
    lonely = manifest("lonely", data="faces", data_title="Faces")
    shirts = [manifest(name, data="shirts", data_title="Shirts") for name in ("one", "two")]
    lecture = Lecture(lonely, *shirts, VAE, GAN, PIXELS)
    assert lecture.state.data_sets == (("toy", "Toy"), ("shirts", "Shirts")) and lecture.state.data == "toy"
    lecture.presenter.choose_data("shirts")
    assert lecture.models == ["one", "two"] and [m.id for m in lecture.state.offered] == ["one", "two"]
    for data in ("faces", "unheard of", ""):
        lecture.presenter.choose_data(data)
        assert lecture.state.data == "shirts"


def test_of_another_data_set_all_classes_show(drawn: Lecture) -> None:
    drawn.presenter.set_models([*MODELS.values(), *(manifest(name, data="b", data_title="B") for name in "xy")])
    drawn.presenter.choose_class("owl")
    drawn.presenter.choose_data("b")
    assert drawn.state.class_name == "" and not drawn.state.class_names


@pytest.mark.parametrize("models", [(JUDGE,), (VAE,), (VAE, manifest("other", data="else"))])
def test_too_few_models_are_said_and_no_verb_minds(models: tuple[Manifest, ...]) -> None:
    lecture = Lecture(*models)
    presenter = lecture.presenter
    for verb in (presenter.take_preset, presenter.add_column, presenter.stop, presenter.go_on, presenter.sleep):
        verb()
    presenter.choose_model(0, "vae")
    presenter.remove_column(0)
    presenter.pick(0, 0)
    presenter.look(0, 0, 9)
    presenter.restore(presenter.capture())
    assert not lecture.state.columns and lecture.state.caveat == TOO_FEW and not lecture.dispatcher.jobs
    assert presenter.sheet() is None


# --- what is drawn


def test_all_columns_have_the_same_seed_and_places(drawn: Lecture) -> None:
    assert drawn.state.count == COUNT
    for column in drawn.state.columns:
        assert places(column.images) == list(range(COUNT)) and column.drawn.all() and column.fresh == COUNT
        assert (column.images[:, 0, 0, 0] == 0).all() and not column.running
    drawn.presenter.set_seed(7)
    drawn.answer()
    assert all((column.images[:, 0, 0, 0] == 7).all() for column in drawn.state.columns) and drawn.state.seed == 7


def test_a_seed_stays_within_what_there_is(drawn: Lecture) -> None:
    drawn.presenter.set_seed(-5)
    assert drawn.state.seed == 0
    drawn.presenter.set_seed(MAX_SEED + 1)
    assert drawn.state.seed == MAX_SEED


def test_more_pictures_keep_those_that_are_there_and_are_measured_anew(drawn: Lecture) -> None:
    drawn.presenter.set_count(COUNTS[1])
    assert [column.fresh for column in drawn.state.columns] == [COUNT] * 3
    assert all(column.measured is None for column in drawn.state.columns)
    assert {job.request.first for job in drawn.dispatcher.open("SampleImages")} == {COUNT}
    drawn.answer()
    for column in drawn.state.columns:
        assert places(column.images) == list(range(COUNTS[1]))
        assert column.measured is not None and column.measured.count == COUNTS[1]


@pytest.mark.parametrize("count", [0, -1, 25, 10_000])
def test_a_count_that_is_not_offered_changes_nothing(drawn: Lecture, count: int) -> None:
    drawn.presenter.set_count(count)
    assert drawn.state.count == COUNT and not drawn.dispatcher.open()


def test_what_is_in_view_is_drawn_first(lecture: Lecture) -> None:
    lecture.presenter.set_count(COUNTS[-1])
    lecture.presenter.look(1, 96, 120)
    lecture.presenter.look(9, 0, 5)
    finish(lecture.asked("vae")[0])
    finish(lecture.asked("gan")[0])
    assert [lecture.asked(model)[0].request.first for model in ("vae", "gan")] == [96, 16]


# --- figures


def test_figures_arrive_each_in_its_own_column(drawn: Lecture) -> None:
    for column in drawn.state.columns:
        assert column.measured is not None and not column.measuring
        assert column.measured.sharpness == SHARPNESS[column.manifest.id] and column.measured.count == COUNT
        assert column.ms_per_picture == pytest.approx(1 / 16), "the quickest piece: 1 ms for 16"


def test_a_quick_model_is_measured_while_a_slow_one_still_draws(lecture: Lecture) -> None:
    while job := next(iter(lecture.asked("gan")), None):
        finish(job)
    assert lecture.column("gan").measured is not None and not lecture.column("gan").running
    assert lecture.column("pixels").measured is None and lecture.column("pixels").running


def test_before_the_figures_come_they_are_awaited(lecture: Lecture) -> None:
    lecture.answer("SampleImages")
    assert all(column.measuring and column.running and column.measured is None for column in lecture.state.columns)
    assert lecture.answer() == 3
    assert not any(column.measuring or column.running for column in lecture.state.columns)


def test_an_answer_on_pictures_that_are_no_longer_shown_is_not_taken(lecture: Lecture) -> None:
    lecture.answer("SampleImages")
    late = lecture.asked("vae", "MeasureSamples")[0]
    lecture.presenter.set_seed(3)
    assert late.cancelled
    finish(late, sharpness=55.0)
    assert lecture.column("vae").measured is None
    lecture.answer()
    assert lecture.column("vae").measured is not None and lecture.column("vae").measured.sharpness == 0.4


@pytest.mark.parametrize(
    ("family", "figures", "value", "kind"),
    [
        ("autoregressive", {"test_nll": {"value": 82.11, "unit": "nats"}}, "82.1 nats", "exact"),
        ("gaussian", {"test_nll": {"value": -1469.316, "unit": "nats"}}, "\u22121,469.3 nats", "exact"),
        ("autoregressive", {"test_nll": {"value": 2.3456789, "unit": "bits"}}, "2.346 bits", "exact"),
        ("vae", {"test_elbo": {"value": 85.5}, "test_iwae": {"value": 82.06}}, "\u2264 82.1 ", "lower bound"),
        ("vae", {"test_elbo": {"value": 85.52, "unit": "nats"}}, "\u2264 85.5 nats", "lower bound"),
        ("vae", {"test_nll": {"value": 1.0}}, "not measured", "lower bound"),
        ("vae", {"test_iwae": {"value": None}, "test_elbo": "none"}, "not measured", "lower bound"),
        ("autoregressive", {}, "not measured", "exact"),
        ("gan", {"test_nll": {"value": 1.0}}, "none", "implicit"),
        ("autoencoder", {}, "none", "implicit"),
        ("unheard of", {}, "none", "implicit"),
    ],
)
def test_a_likelihood_is_exact_a_bound_or_none_and_never_blank(
    family: str, figures: dict[str, Any], value: str, kind: str
) -> None:
    found = likelihood_of(manifest("m", family=family, figures=figures))
    assert (found.value, found.kind) == (value, kind) and found.note


def test_every_column_has_its_kind_of_likelihood_before_anything_is_drawn() -> None:
    lecture = Lecture(awake=False)
    lecture.presenter.add_column()
    kinds = [column.likelihood.kind for column in lecture.state.columns]
    assert kinds == ["exact", "lower bound", "implicit", "exact"]


def test_likelihoods_of_other_grey_levels_are_said_not_to_compare() -> None:
    coarse = manifest("coarse", image=ImageSpec(height=4, width=4, channels=1, levels=2, range="0..1"))
    assert (
        "VAE 2" in Lecture(coarse, PIXELS).state.caveat and "AUTOREGRESSIVE 256" in Lecture(coarse, PIXELS).state.caveat
    )
    assert Lecture(coarse, GAN).state.caveat == "", "a GAN has none to compare"
    assert Lecture(VAE, PIXELS).state.caveat == ""


# --- classes


def test_a_model_is_told_the_class_and_of_the_others_the_classifier_finds_it(drawn: Lecture) -> None:
    drawn.presenter.choose_class("owl")
    assert all(job.request.class_name == "owl" for job in drawn.asked("gan"))
    assert all(job.request.class_name == "" for job in drawn.asked("vae"))
    drawn.answer()
    told, found = drawn.column("gan"), drawn.column("vae")
    assert (told.images[:, 0, 3, 0] == 1 + OWL).all() and told.told == ""
    assert places(found.images) == list(range(OWL, 3 * COUNT, 3)) and found.drawn.all()
    assert found.told == f"Not told classes: {COUNT} taken for owl out of {DRAWN_FOR_ONE * COUNT} drawn."
    assert all(column.of_one_class and len(column.images) == COUNT for column in drawn.state.columns)
    assert drawn.presenter._desks[1].place_on_wall(4) == 3 * 4 + OWL


def test_only_pictures_that_show_are_measured(drawn: Lecture) -> None:
    drawn.presenter.choose_class("owl")
    drawn.answer("SampleImages")
    drawn.answer("ClassifyImages")
    asked = drawn.asked("vae", "MeasureSamples")[0].request
    assert places(asked.pixels) == places(drawn.column("vae").images)


def test_until_the_classifier_has_answered_it_is_said_what_will_show(drawn: Lecture) -> None:
    drawn.presenter.choose_class("owl")
    drawn.answer("SampleImages")
    column = drawn.column("vae")
    assert not column.drawn.any() and column.fresh == 0 and column.running
    assert column.told == f"Not told classes: {DRAWN_FOR_ONE * COUNT} are drawn, those taken for owl will show."


def test_where_too_few_are_of_the_class_these_show_and_are_not_measured(drawn: Lecture) -> None:
    drawn.presenter.choose_class("owl")
    drawn.answer("SampleImages")
    job = drawn.asked("vae", "ClassifyImages")[0]
    classes = np.zeros((len(job.request.pixels), 1), np.int64)
    classes[: FEWEST_TO_MEASURE - 1] = OWL
    job.finish(classes=classes)
    column = drawn.column("vae")
    assert column.drawn.sum() == column.fresh == FEWEST_TO_MEASURE - 1 and not column.running
    assert column.told.startswith(f"Not told classes: {FEWEST_TO_MEASURE - 1} taken for owl out of")
    assert not drawn.asked("vae") and column.measured is None


def test_however_many_are_wanted_of_a_class_only_so_many_are_drawn(drawn: Lecture) -> None:
    drawn.presenter.set_count(COUNTS[-1])
    drawn.presenter.choose_class("cat")
    drawn.answer("SampleImages")
    assert f"{MOST_DRAWN:,} are drawn" in drawn.column("vae").told
    assert drawn.column("gan").fresh == COUNTS[-1], "a model that is told draws what is wanted"


def test_without_a_classifier_models_that_are_not_told_show_all_kinds_and_say_so() -> None:
    lecture = Lecture(judged=False)
    assert lecture.state.class_names == CLASSES, "the GAN's"
    lecture.presenter.choose_class("dog")
    lecture.answer()
    assert lecture.column("vae").told == "Not told classes: all kinds show."
    assert places(lecture.column("vae").images) == list(range(COUNT)) and lecture.column("gan").told == ""


def test_a_class_that_there_is_not_changes_nothing_and_an_empty_one_brings_all_back(drawn: Lecture) -> None:
    drawn.presenter.choose_class("unicorn")
    assert drawn.state.class_name == "" and not drawn.dispatcher.open()
    drawn.presenter.choose_class("cat")
    drawn.answer()
    drawn.presenter.choose_class("")
    drawn.answer()
    assert all(places(column.images) == list(range(COUNT)) for column in drawn.state.columns)
    assert not any(column.told or column.of_one_class for column in drawn.state.columns)


def test_a_class_goes_with_the_last_that_knows_it() -> None:
    lecture = Lecture(judged=False)
    lecture.presenter.choose_class("dog")
    lecture.presenter.choose_model(2, "normal")
    assert not lecture.state.class_names and lecture.state.class_name == "", "no list is left to take it back in"
    assert not any(column.told for column in lecture.state.columns)


# --- the engine, and who looks


def test_a_death_of_the_engine_is_said_and_all_goes_on_where_it_was(lecture: Lecture) -> None:
    finish(lecture.asked("vae")[0])
    lecture.presenter.engine_changed("died")
    assert not lecture.dispatcher.open()
    for column in lecture.state.columns:
        assert column.running and "It is starting again" in str(column.problem)
    lecture.presenter.engine_changed("starting")
    lecture.presenter.engine_changed("ready")
    assert all(column.problem is None for column in lecture.state.columns)
    assert lecture.asked("vae")[0].request.first == 16, "what was drawn stays"
    lecture.answer()
    assert all(places(c.images) == list(range(COUNT)) and c.measured for c in lecture.state.columns)


@pytest.mark.parametrize("kind", ["MeasureSamples", "ClassifyImages"])
def test_figures_that_were_awaited_when_the_engine_died_are_asked_for_again(drawn: Lecture, kind: str) -> None:
    drawn.presenter.choose_class("owl")
    drawn.answer("SampleImages")
    if kind == "MeasureSamples":
        drawn.answer("ClassifyImages")
    before = drawn.asked("vae", kind)[0]
    drawn.presenter.engine_changed("died")
    before.fail("EngineDied")
    assert drawn.column("vae").problem is None and drawn.column("vae").running
    drawn.presenter.engine_changed("ready")
    assert drawn.asked("vae", kind)[0].request.pixels is before.request.pixels
    drawn.answer()
    assert drawn.column("vae").measured is not None


def test_an_engine_that_dies_over_the_same_pictures_is_not_asked_for_ever(lecture: Lecture) -> None:
    deaths = 0
    while job := next(iter(lecture.asked("vae")), None):
        job.fail("EngineDied")
        deaths += 1
    column = lecture.column("vae")
    assert deaths == 3 and not column.running and "Choose another model" in str(column.problem)
    lecture.answer()
    assert lecture.column("gan").measured is not None, "the others go on"


def test_an_engine_that_is_gone_for_good_is_said_in_every_column(lecture: Lecture) -> None:
    lecture.presenter.engine_changed("failed")
    assert not lecture.dispatcher.open()
    for column in lecture.state.columns:
        assert "restart the engine" in str(column.problem) and not column.running
    lecture.presenter.engine_changed("ready")
    lecture.answer()
    assert all(column.problem is None and column.measured for column in lecture.state.columns)


def test_while_nobody_looks_nothing_is_asked_and_afterwards_all_goes_on(lecture: Lecture) -> None:
    finish(lecture.asked("vae")[0])
    lecture.presenter.sleep()
    assert not lecture.dispatcher.open()
    for change in (lambda p: p.set_seed(4), lambda p: p.choose_class("owl"), lambda p: p.engine_changed("ready")):
        change(lecture.presenter)
        assert not lecture.dispatcher.open()
    lecture.presenter.choose_class("")
    lecture.presenter.wake()
    lecture.answer()
    assert all((c.images[:, 0, 0, 0] == 4).all() and c.measured for c in lecture.state.columns)


def test_a_question_that_nobody_waited_for_is_asked_when_somebody_looks_again(lecture: Lecture) -> None:
    lecture.answer("SampleImages")
    lecture.presenter.sleep()
    assert not lecture.dispatcher.open()
    lecture.presenter.wake()
    assert {job.kind for job in lecture.dispatcher.open()} == {"MeasureSamples"}
    assert lecture.answer() == 3


def test_looking_at_what_is_all_there_asks_nothing(drawn: Lecture) -> None:
    drawn.presenter.sleep()
    drawn.presenter.wake()
    drawn.presenter.engine_changed("died")
    drawn.presenter.engine_changed("ready")
    assert not drawn.dispatcher.open() and not any(column.problem for column in drawn.state.columns)


# --- stopping


def test_stop_is_heard_at_once_and_what_is_drawn_stays(lecture: Lecture) -> None:
    finish(lecture.asked("vae")[0])
    lecture.presenter.stop()
    assert not lecture.dispatcher.open() and not any(column.running for column in lecture.state.columns)
    assert lecture.column("vae").drawn.sum() == 16
    lecture.presenter.go_on()
    assert lecture.asked("vae")[0].request.first == 16
    lecture.answer()
    assert all(column.measured for column in lecture.state.columns)


def test_what_was_stopped_while_it_was_measured_is_measured_afterwards(lecture: Lecture) -> None:
    lecture.answer("SampleImages")
    lecture.presenter.stop()
    assert not lecture.dispatcher.open() and not any(column.measuring for column in lecture.state.columns)
    lecture.presenter.go_on()
    assert lecture.answer() == 3 and all(column.measured for column in lecture.state.columns)


def test_a_piece_that_the_engine_gave_up_is_asked_for_again(lecture: Lecture) -> None:
    lecture.asked("vae")[0].be_cancelled()
    assert lecture.asked("vae")[0].request.first == 0


# --- two pictures


def test_pictures_of_two_models_are_compared(drawn: Lecture) -> None:
    drawn.presenter.pick(0, 3)
    drawn.presenter.pick(1, 5)
    drawn.presenter.compare(True)
    one, other = drawn.state.picks
    assert drawn.state.comparing and (one.title, other.title) == ("AUTOREGRESSIVE, picture 4", "VAE, picture 6")
    assert np.array_equal(one.pixels, drawn.column("pixels").images[3])
    assert np.array_equal(other.pixels, drawn.column("vae").images[5])
    drawn.presenter.compare(False)
    assert not drawn.state.comparing and drawn.state.picks == (one, other), "they can be compared again"


def test_two_pictures_of_the_same_model_are_compared(drawn: Lecture) -> None:
    drawn.presenter.pick(1, 0)
    drawn.presenter.pick(1, 9)
    drawn.presenter.compare(True)
    assert drawn.state.comparing and [(p.column, p.place) for p in drawn.state.picks] == [(1, 0), (1, 9)]


def test_one_picture_alone_is_not_compared(drawn: Lecture) -> None:
    drawn.presenter.compare(True)
    assert not drawn.state.comparing
    drawn.presenter.pick(0, 3)
    drawn.presenter.compare(True)
    assert not drawn.state.comparing and len(drawn.state.picks) == 1


def test_the_last_two_that_were_clicked_count(drawn: Lecture) -> None:
    for column, place in ((0, 1), (1, 2), (2, 3)):
        drawn.presenter.pick(column, place)
    assert [(pick.column, pick.place) for pick in drawn.state.picks] == [(1, 2), (2, 3)]


@pytest.mark.parametrize(("column", "place"), [(-1, 0), (3, 0), (0, -1), (0, COUNT), (9, 9)])
def test_beside_all_pictures_there_is_nothing_to_pick(drawn: Lecture, column: int, place: int) -> None:
    drawn.presenter.pick(column, place)
    assert not drawn.state.picks


def test_only_whole_pictures_can_be_picked(lecture: Lecture) -> None:
    lecture.presenter.pick(0, 0)
    assert not lecture.state.picks
    lecture.asked("pixels")[0].partial(2)
    assert lecture.column("pixels").drawn[0]
    lecture.presenter.pick(0, 0)
    assert not lecture.state.picks, "half of it is there"
    finish(lecture.asked("pixels")[0])
    lecture.presenter.pick(0, 0)
    assert len(lecture.state.picks) == 1


def test_a_picture_of_the_model_before_is_not_taken_for_one_of_the_new_model(drawn: Lecture) -> None:
    drawn.presenter.choose_model(1, "normal")
    assert drawn.column("normal").drawn.all(), "what was there stays until there is something else to show"
    drawn.presenter.pick(1, 0)
    assert not drawn.state.picks
    drawn.answer()
    drawn.presenter.pick(1, 0)
    assert [pick.title for pick in drawn.state.picks] == ["GAUSSIAN, picture 1"]


def test_of_one_class_what_shows_at_a_place_is_picked(drawn: Lecture) -> None:
    drawn.presenter.choose_class("owl")
    drawn.answer()
    drawn.presenter.pick(1, 2)
    assert places(drawn.state.picks[0].pixels[None]) == [2 * 3 + OWL]
    assert drawn.state.picks[0].title == "VAE, picture 3"


def test_figures_that_arrive_leave_a_comparison_alone(lecture: Lecture) -> None:
    lecture.answer("SampleImages")
    lecture.presenter.pick(0, 0)
    lecture.presenter.pick(1, 0)
    lecture.presenter.compare(True)
    picks = lecture.state.picks
    lecture.answer()
    assert lecture.state.comparing and lecture.state.picks is picks


@pytest.mark.parametrize(
    "change",
    [
        lambda p: p.choose_class("owl"),
        lambda p: p.set_count(COUNTS[1]),
        lambda p: p.set_seed(2),
        lambda p: p.choose_model(2, "normal"),
        lambda p: p.remove_column(0),
        lambda p: p.set_models([VAE, GAN, PIXELS]),
    ],
)
def test_other_pictures_end_the_comparison_of_those_before(drawn: Lecture, change: Any) -> None:
    drawn.presenter.pick(0, 0)
    drawn.presenter.pick(1, 0)
    drawn.presenter.compare(True)
    change(drawn.presenter)
    assert not drawn.state.comparing and not drawn.state.picks


def test_a_picked_picture_stays_as_it_was_picked(drawn: Lecture) -> None:
    drawn.presenter.pick(1, 6)
    pick = drawn.state.picks[0]
    drawn.presenter.set_seed(9)
    drawn.answer()
    assert pick.pixels[0, 0, 0] == 0 and places(pick.pixels[None]) == [6]


# --- columns


def test_columns_are_added_up_to_four_each_of_a_model_that_is_not_there() -> None:
    lecture = Lecture(*MODELS.values(), manifest("fifth"))
    lecture.presenter.add_column()
    assert lecture.models == ["pixels", "vae", "gan", "normal"]
    lecture.presenter.add_column()
    lecture.presenter.choose_model(MOST, "fifth")
    assert len(lecture.models) == MOST
    few = Lecture(VAE, GAN)
    few.presenter.add_column()
    assert few.models == ["vae", "gan"], "there is no third"


def test_columns_are_removed_down_to_two_and_ask_for_nothing_more(lecture: Lecture) -> None:
    lecture.presenter.remove_column(7)
    lecture.presenter.remove_column(-1)
    assert len(lecture.models) == 3
    lecture.presenter.remove_column(1)
    assert lecture.models == ["pixels", "gan"] and {j.request.model for j in lecture.dispatcher.open()} == {
        "pixels",
        "gan",
    }
    lecture.presenter.remove_column(0)
    assert len(lecture.models) == FEWEST
    lecture.answer()
    assert all(places(column.images) == list(range(COUNT)) for column in lecture.state.columns)


def test_another_model_in_a_column_is_drawn_and_measured_there(drawn: Lecture) -> None:
    drawn.presenter.choose_model(1, "normal")
    assert drawn.models == ["pixels", "normal", "gan"]
    drawn.answer()
    assert drawn.column("normal").measured is not None and drawn.column("normal").measured.sharpness == 0.2
    drawn.presenter.choose_model(3, "vae")
    assert drawn.models == ["pixels", "normal", "gan", "vae"]


@pytest.mark.parametrize(("column", "model"), [(0, "lost"), (0, "judge"), (-1, "normal"), (4, "normal"), (99, "vae")])
def test_a_model_or_column_that_there_is_not_changes_nothing(drawn: Lecture, column: int, model: str) -> None:
    drawn.presenter.choose_model(column, model)
    assert drawn.models == ["pixels", "vae", "gan"] and not drawn.dispatcher.open()


def test_one_model_may_stand_in_two_columns_with_the_same_pictures(drawn: Lecture) -> None:
    drawn.presenter.choose_model(2, "vae")
    drawn.answer()
    _, one, other = drawn.state.columns
    assert one.manifest is other.manifest and np.array_equal(one.images, other.images)


def test_what_is_known_of_a_column_stays_when_another_one_comes_or_goes(drawn: Lecture) -> None:
    before = drawn.column("pixels").measured
    drawn.presenter.add_column()
    assert drawn.column("pixels").measured is before
    assert {job.request.model for job in drawn.dispatcher.open()} == {"normal"}
    drawn.answer()
    drawn.presenter.remove_column(3)
    assert drawn.column("pixels").measured is before and not drawn.dispatcher.open()


# --- what is installed


def test_the_column_of_a_model_that_is_gone_ends_and_the_others_stay(drawn: Lecture, models: Any) -> None:
    drawn.presenter.set_models([models[name] for name in ("pixels", "gan", "normal")])
    assert drawn.models == ["pixels", "gan"] and drawn.state.missing == ("VAE",)
    drawn.answer()
    assert [column.measured.sharpness for column in drawn.state.columns if column.measured] == [1.1, 0.9]


def test_where_one_column_would_be_left_others_take_the_place_of_what_is_gone(drawn: Lecture) -> None:
    drawn.presenter.set_models([PIXELS, NORMAL])
    assert drawn.models == ["pixels", "normal"]
    drawn.answer()
    assert all(column.measured for column in drawn.state.columns)


def test_a_model_that_was_trained_again_is_drawn_again(drawn: Lecture) -> None:
    again = manifest("vae", title="Vae, longer")
    drawn.presenter.set_models([PIXELS, again, GAN])
    assert drawn.column("vae").manifest is again and drawn.column("vae").measured is None
    assert drawn.column("gan").measured is not None
    assert {job.request.model for job in drawn.dispatcher.open()} == {"vae"}


def test_when_everything_is_gone_nothing_shows_and_it_comes_back_with_models(lecture: Lecture) -> None:
    lecture.presenter.set_models([])
    assert not lecture.state.columns and lecture.state.caveat == TOO_FEW and not lecture.dispatcher.open()
    lecture.presenter.set_models(tuple(MODELS.values()))
    assert lecture.models == ["pixels", "vae", "gan"]
    lecture.answer()
    assert all(column.measured for column in lecture.state.columns)


def test_when_a_data_set_is_gone_another_one_shows(drawn: Lecture) -> None:
    shirts = [manifest(name, data="shirts", data_title="Shirts") for name in ("one", "two")]
    drawn.presenter.set_models([VAE, *shirts])
    assert drawn.state.data == "shirts" and drawn.models == ["one", "two"]


# --- from start to start


def test_the_page_comes_back_as_it_was(drawn: Lecture) -> None:
    drawn.presenter.choose_model(0, "normal")
    drawn.presenter.choose_class("dog")
    drawn.presenter.set_count(COUNTS[2])
    drawn.presenter.set_seed(12)
    scene = drawn.presenter.capture()
    again = Lecture()
    again.presenter.restore(scene)
    assert again.presenter.capture() == scene and again.models == ["normal", "vae", "gan"]
    again.answer()
    assert (again.column("gan").images[:, 0, 0, 0] == 12).all() and again.state.class_name == "dog"


def test_models_that_are_gone_are_left_out_and_too_few_of_them_give_the_preset(drawn: Lecture) -> None:
    scene = drawn.presenter.capture()
    drawn.presenter.restore(scene | {"models": ["lost", "normal", "gan", 7, None]})
    assert drawn.models == ["normal", "gan"]
    for models in (["lost", "vae"], [], ["vae"], ["vae"] * (MOST + 1)):
        drawn.presenter.restore(scene | {"models": models})
        assert drawn.models == ["pixels", "vae", "gan"]


@pytest.mark.parametrize(
    "scene",
    [
        None,
        [],
        "toy",
        {},
        {"format": 2},
        {"format": 1, "data": "toy"},
        {"format": 1, "data": "toy", "models": "vae"},
        {"format": 1, "data": "lost", "models": ["vae", "gan"]},
        {"format": 1, "data": ["toy"], "models": ["vae", "gan"]},
        {"format": 1, "data": {}, "models": []},
        {"format": 1, "data": None, "models": None},
    ],
)
def test_a_scene_that_says_nothing_of_use_leaves_the_page_as_it_is(drawn: Lecture, scene: Any) -> None:
    drawn.presenter.choose_model(0, "normal")
    drawn.presenter.restore(scene)
    assert drawn.models == ["normal", "vae", "gan"]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("count", "24"), ("count", 25), ("count", True), ("count", [24]), ("count", float("nan")),
        ("seed", -1), ("seed", MAX_SEED + 1), ("seed", 1.5), ("seed", False), ("seed", {}),
        ("class_name", "unicorn"), ("class_name", ["owl"]), ("class_name", 0), ("class_name", None),
    ],
)  # fmt: skip
def test_a_value_that_cannot_be_used_is_left_out(drawn: Lecture, key: str, value: Any) -> None:
    before = drawn.presenter.capture()
    drawn.presenter.restore(before | {key: value})
    assert drawn.presenter.capture() == before


junk = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=4)
    | st.sampled_from(["toy", "vae", "gan"]),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)
scenes = st.fixed_dictionaries(
    {"format": st.just(1) | junk, "data": st.just("toy") | junk, "models": st.just(["vae", "gan"]) | junk},
    optional=dict.fromkeys(("class_name", "count", "seed"), junk),
)


@given(scenes | junk)
def test_no_scene_whatever_breaks_the_page(scene: Any) -> None:
    lecture = Lecture()
    lecture.presenter.restore(scene)
    state = lecture.state
    assert FEWEST <= len(state.columns) <= MOST and state.count in COUNTS and 0 <= state.seed <= MAX_SEED
    assert lecture.answer() and all(column.measured for column in lecture.state.columns)


# --- what goes wrong


@pytest.mark.parametrize("code", ["SessionError", "GraphMismatch", "RequestError"])
def test_a_model_that_fails_says_so_and_the_others_go_on(lecture: Lecture, code: str) -> None:
    lecture.asked("vae")[0].fail(code, "The decoder gave no numbers.", "Install the model again.")
    column = lecture.column("vae")
    assert str(column.problem) == "The decoder gave no numbers. Install the model again." and not column.running
    lecture.answer()
    assert lecture.column("gan").measured is not None and not lecture.asked("vae")
    lecture.presenter.add_column()
    if lecture.column("vae").problem is not None:
        assert not lecture.column("vae").running, "nothing is on its way that would not come"
    else:
        assert lecture.asked("vae"), "it is tried once more"


@pytest.mark.parametrize("kind", ["MeasureSamples", "ClassifyImages"])
def test_figures_that_cannot_be_had_are_said_and_tried_again_with_the_next_choice(drawn: Lecture, kind: str) -> None:
    drawn.presenter.choose_class("owl")
    drawn.answer("SampleImages")
    if kind == "MeasureSamples":
        drawn.answer("ClassifyImages")
    drawn.asked("vae", kind)[0].fail("RequestError", "There are no reference pictures.", "Train a classifier.")
    column = drawn.column("vae")
    assert str(column.problem) == "There are no reference pictures. Train a classifier." and not column.running
    assert column.measured is None and len(column.images) == COUNT
    drawn.presenter.choose_class("owl")
    assert drawn.column("vae").problem is None
    drawn.answer()
    assert drawn.column("vae").measured is not None


def test_another_model_takes_the_failure_with_it(lecture: Lecture) -> None:
    lecture.asked("vae")[0].fail()
    lecture.presenter.choose_model(1, "normal")
    assert lecture.column("normal").problem is None
    lecture.answer()
    assert lecture.column("normal").measured is not None


# --- as one picture


def test_all_columns_are_one_picture_for_slides(drawn: Lecture) -> None:
    sheet = drawn.presenter.sheet()
    assert sheet is not None and sheet.shape == (5 * 5 + 1, 3 * (5 * 5 + 5), 1)
    for number, column in enumerate(drawn.state.columns):
        left = number * 30
        for place in (0, 6, COUNT - 1):
            row, across = divmod(place, 5)
            top, at = 5 * row + 1, left + 5 * across + 1
            assert np.array_equal(sheet[top : top + 4, at : at + 4], column.images[place])
        assert (sheet[:, left] == 128).all()


# --- the column that is told of


def told_of(lecture: Lecture) -> str:
    model = lecture.presenter.state.told_of
    return "" if model is None else model.id


def test_the_model_of_the_column_that_was_touched_last_is_told_of() -> None:
    lecture = Lecture()
    lecture.answer()
    assert lecture.models == ["pixels", "vae", "gan"] and told_of(lecture) == "pixels"
    lecture.presenter.pick(1, 3)
    assert told_of(lecture) == "vae"
    lecture.presenter.touch(2)
    assert lecture.state.told_of is GAN
    lecture.presenter.choose_model(0, "normal")
    assert told_of(lecture) == "normal"
    lecture.presenter.add_column()
    assert told_of(lecture) == lecture.models[-1] and len(lecture.models) == 4
    for column in (-1, 4):
        lecture.presenter.touch(column)
        assert told_of(lecture) == lecture.models[-1], "there is no such column"
    lecture.presenter.take_preset()
    assert told_of(lecture) == "pixels"


@pytest.mark.parametrize(
    ("touched", "removed", "told"), [(2, 0, "gan"), (0, 2, "pixels"), (1, 1, "gan"), (2, 2, "vae")]
)
def test_it_stays_the_same_model_when_another_column_goes(touched: int, removed: int, told: str) -> None:
    lecture = Lecture()
    lecture.presenter.touch(touched)
    lecture.presenter.remove_column(removed)
    assert told_of(lecture) == told


def test_without_columns_no_model_is_told_of() -> None:
    lecture = Lecture(VAE)
    assert told_of(lecture) == "" and not lecture.state.columns


def test_the_column_in_hand_being_touched_again_shows_nothing_anew() -> None:
    lecture = Lecture()
    before = len(lecture.shown)
    lecture.presenter.touch(0)
    assert len(lecture.shown) == before
