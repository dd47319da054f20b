"""The autoregressive family on a toy whose every probability can be enumerated."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from engine.contracts.events import Completion, Loaded, Scores
from engine.contracts.manifest import ImageSpec, Manifest
from engine.contracts.requests import CompleteImage, LoadModel, SampleImages, ScoreImages
from engine.errors import GraphMismatch, ModelNotFound, RequestError
from engine.families import FAMILIES, autoregressive, drawing
from engine.families.autoregressive import Autoregressive
from engine.families.class_mixture import told
from engine.families.kept_states import KeptStates
from engine.numerics import categorical
from engine.sampling import orientation
from engine.sampling.orientation import NAMES
from engine.sampling.step import Progress

if TYPE_CHECKING:
    from tests.engine.families.conftest import ToyFamily

MakeFamily: TypeAlias = "Callable[..., ToyFamily]"
Ask: TypeAlias = Callable[..., Any]

SIZE = 3
SHAPE = (SIZE, SIZE)
MASKS = st.integers(0, 2**9 - 1).map(lambda bits: np.array([bits >> i & 1 for i in range(9)], bool).reshape(SHAPE))
CLASSES = ("", "a", "b")


def picture(bits: int) -> NDArray[np.uint8]:
    return (np.array([bits >> i & 1 for i in range(9)]) * 255).astype(np.uint8).reshape(*SHAPE, 1)


def every_picture() -> NDArray[np.uint8]:
    return np.stack([picture(bits) for bits in range(2**9)])


PICTURES = st.integers(0, 2**9 - 1).map(picture)
REQUESTS = st.builds(
    CompleteImage,
    model=st.just("toy"),
    pixels=PICTURES,
    observed=MASKS,
    count=st.integers(1, 3),
    seed=st.integers(0, 2**32 - 1),
    temperature=st.sampled_from([0.0, 0.5, 1.0, 2.0]),
    class_name=st.sampled_from(CLASSES),
    orientation=st.sampled_from(("auto", *NAMES)),
    method=st.just("raster"),
)


def assert_same(found: Completion, expected: Completion) -> None:
    for name in ("images", "log_prob", "unused", "order", "distribution", "orientation", "method"):
        np.testing.assert_array_equal(getattr(found, name), getattr(expected, name), err_msg=name)


@given(request=REQUESTS)
def test_with_and_without_row_graphs_the_answer_is_the_same(
    make_family: MakeFamily, ask: Ask, request: CompleteImage
) -> None:
    cached, naive = make_family(), make_family(cached=False)
    assert_same(ask(cached, request), ask(naive, request))
    assert not naive.toys.runs("sampler_row") and cached.toys.runs("sampler_prime") <= (1 if request.class_name else 2)


@given(request=REQUESTS)
def test_a_completion_is_what_it_promises(make_family: MakeFamily, ask: Ask, request: CompleteImage) -> None:
    family = make_family()
    done: Completion = ask(family, request)
    observed, name = request.observed, done.orientation
    assert done.images.shape == (request.count, *SHAPE, 1) and done.images.dtype == np.uint8
    assert np.isin(done.images, (0, 255)).all()
    assert (done.images[:, observed] == request.pixels[observed]).all()
    assert name == (orientation.best(observed, NAMES) if request.orientation == "auto" else request.orientation)
    assert done.method == "raster" and done.reused_rows == 0
    np.testing.assert_array_equal(done.order, orientation.order(*SHAPE, name))
    np.testing.assert_array_equal(done.unused, orientation.unused(observed, name))
    rows = np.flatnonzero(~orientation.turn(observed, name).all(axis=1))
    met = np.zeros(SHAPE, bool)
    if len(rows):
        met[rows[0] : rows[-1] + 1] = True
    np.testing.assert_array_equal(~np.isnan(done.log_prob).any(axis=0), orientation.turn_back(met, name))
    assert done.log_prob.dtype == np.float32 and done.log_prob.shape == (request.count, *SHAPE)
    assert done.distribution is not None and done.distribution.shape == (request.count, *SHAPE, 2)
    np.testing.assert_allclose(done.distribution.astype(np.float64).sum(-1), 1, atol=2e-3)
    assert 0 <= done.first_row_ms <= done.total_ms and done.naive_ms >= 0


@given(request=REQUESTS)
def test_log_prob_is_that_of_a_full_pass_over_the_finished_picture(
    make_family: MakeFamily, ask: Ask, request: CompleteImage
) -> None:
    family = make_family()
    done: Completion = ask(family, request)
    levels = orientation.turn(done.images[..., 0] // 255, done.orientation, 1).astype(np.int64)
    conditions = family.conditions(len(levels), request.class_name, done.orientation)
    mixes = not request.class_name and request.temperature > 0 and not request.observed.all()
    assert (done.classes is not None) is mixes
    logits = family.logits_under(levels, conditions if done.classes is None else told(conditions, done.classes))
    expected = orientation.turn_back(categorical.log_prob(logits, levels, request.temperature), done.orientation, 1)
    p = orientation.turn_back(np.exp(categorical.log_softmax(logits, request.temperature)), done.orientation, 1)
    met = ~np.isnan(done.log_prob)
    np.testing.assert_allclose(done.log_prob[met], expected[met], rtol=1e-6)
    assert done.distribution is not None
    np.testing.assert_allclose(done.distribution[met].astype(np.float64), p[met], atol=1e-3)


@given(observed=MASKS, pixels=PICTURES)
def test_temperature_0_draws_one_picture_and_is_sure_of_it(
    make_family: MakeFamily, ask: Ask, observed: NDArray[np.bool_], pixels: NDArray[np.uint8]
) -> None:
    request = CompleteImage(model="toy", pixels=pixels, observed=observed, count=3, temperature=0.0)
    done: Completion = ask(make_family(), request)
    assert (done.images == done.images[0]).all()
    drawn = ~np.isnan(done.log_prob) & ~observed
    assert (done.log_prob[drawn] == 0).all()


def test_pixels_under_the_unknown_are_ignored_and_off_level_ones_are_rounded(make_family: MakeFamily, ask: Ask) -> None:
    observed = np.zeros(SHAPE, bool)
    observed[0] = True
    answers = []
    for given_value, rest in ((255, 0), (200, 255), (130, 77)):
        pixels = np.where(observed, given_value, rest).astype(np.uint8)[..., None]
        answers.append(ask(make_family(), CompleteImage(model="toy", pixels=pixels, observed=observed)))
    assert_same(answers[1], answers[0])
    assert_same(answers[2], answers[0])
    assert (answers[0].images[:, 0] == 255).all()


def test_samples_are_completions_of_nothing(make_family: MakeFamily, ask: Ask) -> None:
    nothing = CompleteImage(
        model="toy", pixels=picture(77), observed=np.zeros(SHAPE, bool), count=5, seed=9, class_name="b"
    )
    sample = SampleImages(model="toy", count=5, seed=9, class_name="b", orientation="auto")
    assert_same(ask(make_family(), sample), ask(make_family(), nothing))


@pytest.mark.parametrize("count", [1, 16, 17, 40, 70])
def test_a_picture_does_not_depend_on_how_many_are_drawn(make_family: MakeFamily, ask: Ask, count: int) -> None:
    many: Completion = ask(make_family(), SampleImages(model="toy", count=80, seed=4))
    few: Completion = ask(make_family(), SampleImages(model="toy", count=count, seed=4))
    np.testing.assert_array_equal(few.images, many.images[:count])
    np.testing.assert_array_equal(few.log_prob, many.log_prob[:count])


@pytest.mark.parametrize("count", [1, 3, 20, 70])
def test_progress_never_shows_a_pixel_that_is_not_there(make_family: MakeFamily, ask: Ask, count: int) -> None:
    observed = np.zeros(SHAPE, bool)
    observed[:, 2] = True
    request = CompleteImage(
        model="toy",
        pixels=picture(2**9 - 1),
        observed=observed,
        count=count,
        orientation="transpose_rotate_180",
        method="raster",
    )
    seen: list[Progress] = []
    done: Completion = ask(make_family(), request, seen)
    fractions = [progress.fraction for progress in seen]
    assert fractions == sorted(fractions) and 0 < fractions[0] <= 1 and fractions[-1] == 1
    assert seen[-1].drawn.all()
    for progress in seen:
        assert progress.images.shape == done.images.shape and progress.drawn.shape == done.images.shape[:3]
        assert progress.drawn[:, observed].all()
        np.testing.assert_array_equal(progress.images[progress.drawn], done.images[progress.drawn])
    assert len({progress.drawn.tobytes() for progress in seen}) == len(seen)


def test_a_wholly_given_picture_is_answered_without_a_pass(make_family: MakeFamily, ask: Ask) -> None:
    family = make_family()
    done: Completion = ask(family, CompleteImage(model="toy", pixels=picture(5), observed=np.ones(SHAPE, bool)))
    assert (done.images == picture(5)).all() and np.isnan(done.log_prob).all() and not done.unused.any()
    assert not family.toys.runs("sampler_row") and not family.toys.runs("sampler_prime") and done.naive_ms == 0


def test_a_large_answer_leaves_the_distribution_out(
    make_family: MakeFamily, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drawing, "DISTRIBUTION_NUMBERS", 2 * 9 * 2)
    assert ask(make_family(), SampleImages(model="toy", count=2)).distribution is not None
    assert ask(make_family(), SampleImages(model="toy", count=3)).distribution is None


# --- conditions ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("class_name", "column"), [("a", 0), ("b", 1), ("", 2)])
@pytest.mark.parametrize("name", NAMES)
def test_conditions_are_one_hot_and_no_class_is_the_last_column(
    make_family: MakeFamily, class_name: str, column: int, name: str
) -> None:
    columns = make_family().conditions(4, class_name, name)
    assert {n: c.shape for n, c in columns.items()} == {"class": (4, 3), "orientation": (4, 8)}
    assert (columns["class"].argmax(1) == column).all() and (columns["class"].sum(1) == 1).all()
    assert (columns["orientation"].argmax(1) == NAMES.index(name)).all() and (columns["orientation"].sum(1) == 1).all()


def test_the_class_changes_what_is_drawn(make_family: MakeFamily, ask: Ask) -> None:
    family = make_family()
    answers = [ask(family, SampleImages(model="toy", count=12, class_name=name)).images for name in CLASSES]
    for one, other in itertools.combinations(answers, 2):
        assert (one != other).any()


def test_an_upright_model_keeps_the_other_orientations_columns(
    make_family: MakeFamily, ask: Ask, manifest_of: Callable[..., Manifest]
) -> None:
    conditions = manifest_of().conditions
    upright = (conditions[0], dataclasses.replace(conditions[1], names=("upright",), columns=8))
    family = make_family(conditions=upright)
    observed = np.zeros(SHAPE, bool)
    observed[1:] = True  # other orientations could use this, but the model knows none
    request = CompleteImage(model="toy", pixels=picture(0), observed=observed, method="raster")
    done: Completion = ask(family, request)
    assert done.orientation == "upright" and done.unused.sum() == 6
    assert_same(done, ask(make_family(), dataclasses.replace(request, orientation="upright")))


def test_a_model_without_conditions_draws_upright(make_family: MakeFamily, ask: Ask) -> None:
    family = make_family(conditions=())
    done: Completion = ask(family, SampleImages(model="toy", orientation="auto"))
    assert done.orientation == "upright" and family.conditions(2, "", "upright") == {}
    fed = family.toys.graphs[family.model.folder, "sampler_row.onnx"].runs[0]
    assert set(fed) == {"n", "k", "o", "state_above", "state_higher", "state_memory"}


# --- what an edit redoes ---------------------------------------------------------------------------------------------


def edit(request: CompleteImage, row: int) -> CompleteImage:
    """The first pixel of a row given with its other value, everything else as before."""
    observed, pixels = request.observed.copy(), request.pixels.copy()
    observed[row, 0], pixels[row, 0] = True, 255 - pixels[row, 0]
    return dataclasses.replace(request, observed=observed, pixels=pixels)


PLAIN = CompleteImage(
    model="toy",
    pixels=picture(0),
    observed=np.zeros(SHAPE, bool),
    count=2,
    seed=3,
    orientation="upright",
    method="raster",
)


@pytest.mark.parametrize("row", range(SIZE))
def test_an_edit_redoes_from_its_row_and_equals_a_fresh_engine(make_family: MakeFamily, ask: Ask, row: int) -> None:
    family = make_family()
    first: Completion = ask(family, PLAIN)
    before = family.toys.runs("sampler_row")
    second: Completion = ask(family, edit(PLAIN, row))
    assert (first.reused_rows, second.reused_rows) == (0, row)
    assert family.toys.runs("sampler_row") - before == SIZE - row and not family.toys.runs("sampler_prime")
    assert_same(second, ask(make_family(), edit(PLAIN, row)))
    back: Completion = ask(family, PLAIN)
    assert back.reused_rows == row
    assert_same(back, first)


def test_the_asker_may_paint_on_in_its_own_arrays(make_family: MakeFamily, ask: Ask) -> None:
    family, request = make_family(), dataclasses.replace(PLAIN, observed=np.zeros(SHAPE, bool), pixels=picture(0))
    ask(family, request)
    request.observed[1, 0], request.pixels[1, 0] = True, 255
    done: Completion = ask(family, request)
    assert done.reused_rows == 1
    assert_same(done, ask(make_family(), request))


@pytest.mark.parametrize("count", [20, 64])
def test_edits_of_many_pictures_reuse_rows_too(make_family: MakeFamily, ask: Ask, count: int) -> None:
    family, request = make_family(), dataclasses.replace(PLAIN, count=count)
    ask(family, request)
    again: Completion = ask(family, edit(request, 2))
    assert again.reused_rows == 2
    assert_same(again, ask(make_family(), edit(request, 2)))


@pytest.mark.parametrize(
    "changes", [{"seed": 4}, {"temperature": 0.9}, {"class_name": "a"}, {"orientation": "transpose"}, {"count": 3}]
)
def test_nothing_is_reused_under_other_noise_or_conditions(
    make_family: MakeFamily, ask: Ask, changes: dict[str, Any]
) -> None:
    family, other = make_family(), dataclasses.replace(PLAIN, **changes)
    ask(family, PLAIN)
    done: Completion = ask(family, other)
    assert done.reused_rows == 0
    assert_same(done, ask(make_family(), other))


@given(requests=st.lists(REQUESTS, min_size=2, max_size=5), stops=st.lists(st.integers(0, 4), min_size=5, max_size=5))
def test_whatever_was_asked_or_stopped_before_the_answer_is_the_same(
    make_family: MakeFamily, ask: Ask, requests: list[CompleteImage], stops: list[int]
) -> None:
    family = make_family()
    shared = {"seed": 1, "class_name": "", "temperature": 1.0, "orientation": "upright"}
    for request, stop in zip(requests, stops, strict=False):
        asked = dataclasses.replace(request, **shared)
        answering = family.answer(asked)
        for _ in range(stop):
            next(answering, None)
        answering.close()
        assert_same(ask(family, asked), ask(make_family(), asked))


def test_a_stopped_run_leaves_its_rows(make_family: MakeFamily, ask: Ask) -> None:
    family = make_family()
    answering = family.answer(PLAIN)
    next(answering)
    next(answering)
    answering.close()
    done: Completion = ask(family, PLAIN)
    assert done.reused_rows == 2 and family.toys.runs("sampler_row") == SIZE
    assert_same(done, ask(make_family(), PLAIN))


def test_a_run_stopped_among_rows_it_took_over_loses_none_of_them(make_family: MakeFamily, ask: Ask) -> None:
    family = make_family()
    ask(family, PLAIN)
    for row in (2, 1):
        answering = family.answer(edit(PLAIN, row))
        next(answering)
        answering.close()
    again: Completion = ask(family, edit(PLAIN, 1))
    assert again.reused_rows == 2 and family.toys.runs("sampler_row") == SIZE + 3
    assert_same(again, ask(make_family(), edit(PLAIN, 1)))


def test_only_new_rows_are_told_and_timed(make_family: MakeFamily, ask: Ask) -> None:
    family = make_family()
    seen: list[Progress] = []
    ask(family, PLAIN, seen)
    assert len(seen) == SIZE
    seen.clear()
    assert ask(family, edit(PLAIN, 2), seen).first_row_ms > 0
    assert len(seen) == SIZE - 2 and seen[0].drawn[:, :3].all(), "the first thing told shows what changed"
    seen.clear()
    same: Completion = ask(family, edit(PLAIN, 2), seen)
    assert not seen and same.reused_rows == SIZE and same.first_row_ms == 0, "nobody waited for a row"


def test_an_orientation_that_comes_back_finds_its_rows(make_family: MakeFamily, ask: Ask) -> None:
    family, turned = make_family(), dataclasses.replace(PLAIN, orientation="rotate_180")
    for request in (PLAIN, turned, edit(PLAIN, 2), dataclasses.replace(PLAIN, temperature=0.5)):
        ask(family, request)
    back: Completion = ask(family, edit(PLAIN, 2))
    assert back.reused_rows == SIZE
    assert ask(family, edit(turned, 0)).reused_rows == 2, "its last row is the upright first"
    assert_same(back, ask(make_family(), edit(PLAIN, 2)))


def test_what_is_kept_is_bounded(make_family: MakeFamily, ask: Ask) -> None:
    family = make_family()
    kept = family.kept = KeptStates()
    ask(family, dataclasses.replace(PLAIN, count=4))
    kept.most_bytes = kept.weight
    for count in (1, 2, 4):
        ask(family, dataclasses.replace(PLAIN, count=count))
    assert [place[-1] for place in kept.places()] == [range(4)], "the newest stays"  # type: ignore[index]
    for count in (1, 2):
        ask(family, dataclasses.replace(PLAIN, count=count))
    assert [place[-1] for place in kept.places()] == [range(1), range(2)]  # type: ignore[index]
    kept.most_bytes = 0
    ask(family, PLAIN)
    assert kept.places() == []
    assert ask(family, PLAIN).reused_rows == 0


def test_models_share_what_may_be_kept(make_family: MakeFamily, ask: Ask) -> None:
    one, other = make_family(), make_family()
    one.kept = other.kept = KeptStates()
    ask(one, PLAIN)
    assert ask(other, PLAIN).reused_rows == 0, "another model, though it has the same name"
    assert ask(one, PLAIN).reused_rows == SIZE
    one.kept.most_bytes = one.kept.weight // 2
    ask(other, PLAIN)
    assert ask(one, PLAIN).reused_rows == 0, "it had to go"


# --- scores ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("class_name", CLASSES)
def test_the_likelihoods_of_all_pictures_sum_to_1(make_family: MakeFamily, ask: Ask, class_name: str) -> None:
    scores: Scores = ask(make_family(), ScoreImages(model="toy", pixels=every_picture(), class_name=class_name))
    assert np.exp(scores.nats).sum() == pytest.approx(1, abs=1e-9)
    np.testing.assert_allclose(scores.log_prob.sum(axis=(1, 2)), scores.nats, rtol=1e-5)
    np.testing.assert_allclose(scores.bits_per_dim, -scores.nats / np.log(2) / 9)
    assert scores.scored_by == "toy"


def test_a_score_without_a_class_is_the_mixture(make_family: MakeFamily, ask: Ask) -> None:
    family, pixels = make_family(), every_picture()[::7]
    mixed: Scores = ask(family, ScoreImages(model="toy", pixels=pixels))
    given_class = [ask(family, ScoreImages(model="toy", pixels=pixels, class_name=name)) for name in ("a", "b")]
    assert mixed.class_nats is not None and mixed.class_nats.shape == (len(pixels), 2)
    for column, scores in enumerate(given_class):
        np.testing.assert_allclose(mixed.class_nats[:, column], scores.nats)
        assert scores.class_nats is None
    np.testing.assert_allclose(np.exp(mixed.nats), (np.exp(given_class[0].nats) + np.exp(given_class[1].nats)) / 2)


def test_a_score_is_the_chain_rule_written_out(make_family: MakeFamily, ask: Ask) -> None:
    """p(x) as the product over pixels of how often each level follows, from all pictures' joint probabilities."""
    family, everything = make_family(), every_picture()
    joint = np.exp(ask(family, ScoreImages(model="toy", pixels=everything, class_name="a")).nats)
    chosen: Scores = ask(family, ScoreImages(model="toy", pixels=everything[[77]], class_name="a"))
    flat, target = everything.reshape(-1, 9), everything[77].reshape(9)
    for i in range(9):
        agree_before = (flat[:, :i] == target[:i]).all(axis=1)
        agree = agree_before & (flat[:, i] == target[i])
        assert chosen.log_prob.reshape(9)[i] == pytest.approx(np.log(joint[agree].sum() / joint[agree_before].sum()))


def test_a_score_says_how_far_it_is(make_family: MakeFamily, ask: Ask) -> None:
    seen: list[Progress] = []
    batch = autoregressive.SCORE_BATCH
    ask(make_family(), ScoreImages(model="toy", pixels=every_picture()[: batch + 2]), seen)
    expected = [n / (2 * batch + 4) for n in (batch, 2 * batch, 2 * batch + 2, 2 * batch + 4)]  # two classes each
    assert [progress.fraction for progress in seen] == pytest.approx(expected)


def test_another_model_may_score(make_family: MakeFamily, ask: Ask, manifest_of: Callable[..., Manifest]) -> None:
    other = manifest_of(id="upright")
    family = make_family(scored_by="upright", others=(other,))
    direct = make_family(others=(other,))
    direct.model = direct.registry.find("upright")
    pixels = every_picture()[:9]
    scores: Scores = ask(family, ScoreImages(model="toy", pixels=pixels))
    assert scores.scored_by == "upright"
    np.testing.assert_array_equal(scores.nats, ask(direct, ScoreImages(model="upright", pixels=pixels)).nats)
    mine: Scores = ask(make_family(), ScoreImages(model="toy", pixels=pixels))
    assert (mine.nats != scores.nats).all() and mine.scored_by == "toy"
    assert ask(family, SampleImages(model="toy", count=1)).images.shape == (1, *SHAPE, 1), "it still draws itself"


def test_a_scoring_model_that_is_not_installed_is_named(make_family: MakeFamily, ask: Ask) -> None:
    with pytest.raises(ModelNotFound, match="upright"):
        ask(make_family(scored_by="upright"), ScoreImages(model="toy", pixels=every_picture()[:1]))


def test_off_level_pictures_are_scored_only_when_told_how(make_family: MakeFamily, ask: Ask) -> None:
    family, pixels = make_family(), np.full((2, *SHAPE, 1), 100, np.uint8)
    with pytest.raises(RequestError, match="18 pixels"):
        ask(family, ScoreImages(model="toy", pixels=pixels))
    nearest = ask(family, ScoreImages(model="toy", pixels=pixels, fit="nearest"))
    black = ask(family, ScoreImages(model="toy", pixels=np.zeros_like(pixels)))
    np.testing.assert_array_equal(nearest.nats, black.nats)
    drawn = (np.random.default_rng(5).random((2, *SHAPE)) < 100 / 255)[..., None] * np.uint8(255)
    stochastic = ask(family, ScoreImages(model="toy", pixels=pixels, fit="stochastic", seed=5))
    np.testing.assert_array_equal(stochastic.nats, ask(family, ScoreImages(model="toy", pixels=drawn)).nats)


# --- the rest --------------------------------------------------------------------------------------------------------


def test_loading_opens_every_graph(make_family: MakeFamily, ask: Ask) -> None:
    family = make_family()
    loaded = ask(family, LoadModel(model="toy"))
    assert isinstance(loaded, Loaded) and loaded.model == "toy" and len(family.toys.graphs) == 3


def test_a_request_of_another_kind_is_refused(make_family: MakeFamily, ask: Ask) -> None:
    with pytest.raises(RequestError, match="object"):
        ask(make_family(), object())


def test_one_pass_is_measured_once(make_family: MakeFamily, ask: Ask) -> None:
    family = make_family()
    done = [ask(family, SampleImages(model="toy", count=n)) for n in (1, 2)]
    assert done[1].naive_ms == 2 * done[0].naive_ms == 2 * 9 * family.pass_ms() > 0
    assert family.toys.runs("likelihood") == 4


def test_a_palette_is_drawn_in_its_colours(make_family: MakeFamily, ask: Ask) -> None:
    image = ImageSpec(height=SIZE, width=SIZE, channels=1, levels=2, palette=((9, 8, 7), (200, 100, 50)))
    done: Completion = ask(make_family(image=image), SampleImages(model="toy", count=4))
    ink: Completion = ask(make_family(), SampleImages(model="toy", count=4))
    np.testing.assert_array_equal(done.images, np.array(image.palette, np.uint8)[ink.images[..., 0] // 255])


def test_the_dispatch_table_knows_the_family() -> None:
    assert FAMILIES["autoregressive"] is Autoregressive


@pytest.mark.parametrize(
    "bent", [lambda out: out[:, :, 0], lambda out: out[:, :1], lambda out: out[..., :-1]], ids=["rank", "K", "W"]
)
def test_logits_of_another_shape_are_named(
    make_family: MakeFamily, monkeypatch: pytest.MonkeyPatch, bent: Callable[[NDArray[Any]], NDArray[Any]]
) -> None:
    """A file of one's own may promise anything; what it gives is looked at before it is believed."""
    family = make_family()
    honest = family.graph("likelihood").run
    monkeypatch.setattr(
        family.graph("likelihood"), "run", lambda feed: (out := honest(feed)) | {"logits_out": bent(out["logits_out"])}
    )
    with pytest.raises(GraphMismatch) as refused:
        family.logits(np.zeros((2, *SHAPE), np.int64))
    assert "likelihood.onnx gives 'logits' of shape" in refused.value.problem
    assert "(2, 2, 1, 3, 3) is wanted" in refused.value.problem
