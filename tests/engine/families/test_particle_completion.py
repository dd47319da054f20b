"""Completions by particles through a family's graphs: when ``auto`` takes them, what they promise, what is kept."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from engine.contracts.events import Completion
from engine.contracts.particles import Evidence
from engine.contracts.requests import CompleteImage, EstimateEvidence
from engine.errors import RequestError
from engine.families import evidence, particle_completion
from engine.families.class_mixture import classes_in
from engine.families.drawing import Drawing
from engine.families.validation import check
from engine.numerics import categorical
from engine.sampling import orientation
from engine.sampling.orientation import NAMES
from engine.sampling.step import Progress

if TYPE_CHECKING:
    from tests.engine.families.conftest import ToyFamily

MakeFamily: TypeAlias = "Callable[..., ToyFamily]"
Ask: TypeAlias = Callable[..., Any]
SHAPE = (3, 3)
RING = np.array([[1, 1, 1], [1, 0, 0], [1, 0, 1]], bool)
MASKS = st.integers(0, 2**9 - 1).map(lambda bits: np.array([bits >> i & 1 for i in range(9)], bool).reshape(SHAPE))


def picture(bits: int) -> NDArray[np.uint8]:
    return (np.array([bits >> i & 1 for i in range(9)]) * 255).astype(np.uint8).reshape(*SHAPE, 1)


REQUESTS = st.builds(
    CompleteImage,
    model=st.just("toy"),
    pixels=st.integers(0, 2**9 - 1).map(picture),
    observed=MASKS,
    count=st.integers(1, 5),
    seed=st.integers(0, 2**32 - 1),
    temperature=st.sampled_from([0.5, 1.0, 2.0]),
    class_name=st.sampled_from(("", "a", "b")),
    orientation=st.sampled_from(("auto", *NAMES)),
    particles=st.sampled_from([1, 7, 16, 40]),
    runs=st.integers(1, 3),
    method=st.just("particles"),
)


def assert_same(found: Completion, expected: Completion) -> None:
    for name in ("images", "log_prob", "unused", "order", "distribution", "orientation", "method"):
        np.testing.assert_array_equal(getattr(found, name), getattr(expected, name), err_msg=name)


@given(request=REQUESTS)
def test_a_completion_is_what_it_promises(make_family: MakeFamily, ask: Ask, request: CompleteImage) -> None:
    seen: list[Progress] = []
    done: Completion = ask(make_family(), request, seen)
    told, each = done.particles, max(1, request.particles // request.runs)
    assert done.method == "particles" and told is not None and not done.unused.any()
    assert done.images.shape == (request.count, *SHAPE, 1)
    assert (done.images[:, request.observed] == request.pixels[request.observed]).all()
    assert told.each == each and told.ess.shape == (request.runs, len(told.rows))
    assert told.ancestors >= 1 and 1 <= told.distinct <= min(each * request.runs, 2 ** int((~request.observed).sum()))
    assert 0 < told.lowest <= 1 + 1e-9 and np.isfinite(told.log_evidence).all()
    fractions = [progress.fraction for progress in seen]
    assert fractions == sorted(fractions) and all(0 < fraction <= 1 for fraction in fractions)
    assert all(progress.drawn[:, request.observed].all() for progress in seen)
    assert all(progress.provisional for progress in seen), "particles may end until the last row"
    assert_same(done, ask(make_family(), request))


@given(request=REQUESTS)
def test_where_no_given_pixel_comes_late_they_are_the_rasters(
    make_family: MakeFamily, ask: Ask, request: CompleteImage
) -> None:
    first = int(np.argmin(orientation.turn(request.observed, NAMES[0]).reshape(-1)))
    observed = (np.arange(9) < first).reshape(SHAPE)
    early = dataclasses.replace(request, observed=observed, orientation=NAMES[0], runs=1, particles=16)
    mine, raster = ask(make_family(), early), ask(make_family(), dataclasses.replace(early, method="raster"))
    assert_same(dataclasses.replace(mine, method="raster"), raster)


@pytest.mark.parametrize(
    ("observed", "changes", "method"),
    [
        (RING, {}, "particles"),
        (RING, {"temperature": 0.0}, "raster"),
        (np.arange(9).reshape(SHAPE) < 6, {}, "raster"),
        (np.arange(9).reshape(SHAPE) >= 3, {}, "raster"),
        (np.arange(9).reshape(SHAPE) >= 3, {"orientation": "upright"}, "particles"),
        (RING, {"method": "raster"}, "raster"),
        (np.ones(SHAPE, bool), {}, "raster"),
    ],
    ids=["ring", "ring, temperature 0", "top", "bottom turned", "bottom upright", "told", "all given"],
)
def test_auto_weighs_where_turning_is_not_enough(
    make_family: MakeFamily, ask: Ask, observed: NDArray[np.bool_], changes: dict[str, Any], method: str
) -> None:
    request = CompleteImage(model="toy", pixels=picture(77), observed=observed, count=2)
    done: Completion = ask(make_family(), dataclasses.replace(request, **changes))
    assert done.method == method and (done.particles is None) == (method == "raster")


def test_a_model_without_a_row_sampler_draws_in_raster_order_and_refuses_particles(
    make_family: MakeFamily, ask: Ask
) -> None:
    request = CompleteImage(model="toy", pixels=picture(77), observed=RING, count=2)
    assert ask(make_family(cached=False), request).method == "raster"
    with pytest.raises(RequestError, match="no row sampler") as refused:
        ask(make_family(cached=False), dataclasses.replace(request, method="particles"))
    assert "raster" in refused.value.remedy


def test_at_temperature_0_particles_are_refused(make_family: MakeFamily, ask: Ask) -> None:
    request = CompleteImage(model="toy", pixels=picture(77), observed=RING, method="particles", temperature=0.0)
    with pytest.raises(RequestError, match="temperature 0") as refused:
        ask(make_family(), request)
    assert "raster" in refused.value.remedy


PLAIN = CompleteImage(
    model="toy", pixels=picture(0), observed=RING, count=3, seed=3, orientation="upright", method="particles"
)


def edited(row: int) -> CompleteImage:
    pixels = PLAIN.pixels.copy()
    pixels[row, 0] = 255
    return dataclasses.replace(PLAIN, pixels=pixels)


@pytest.mark.parametrize("row", range(3))
def test_an_edit_redoes_from_its_row_and_equals_a_fresh_engine(make_family: MakeFamily, ask: Ask, row: int) -> None:
    family = make_family()
    ask(family, PLAIN)
    before = family.toys.runs("sampler_row")
    done: Completion = ask(family, edited(row))
    assert_same(done, ask(make_family(), edited(row)))
    if row == 2:
        assert done.reused_rows == 1 and family.toys.runs("sampler_row") - before == 4  # a row of 4 chunks of 16
    same: Completion = ask(family, edited(row))
    assert_same(same, done)
    assert same.reused_rows > 0 or row == 0


LATE = dataclasses.replace(PLAIN, observed=np.array([[0, 0, 1], [1, 0, 0], [1, 0, 1]], bool), class_name="a")


@pytest.mark.parametrize("started", [False, True])
def test_what_is_shown_on_the_way_is_what_the_particles_go_back_to(
    make_family: MakeFamily, ask: Ask, monkeypatch: pytest.MonkeyPatch, started: bool
) -> None:
    """Row after row only what changed is copied; all of it, from rows that were taken over too, comes to the same."""
    shown: list[list[Progress]] = []
    for whole in (False, True):
        if whole:
            monkeypatch.setattr(Drawing, "follow", Drawing.replace)
        shown.append([])
        for seed in range(20):
            family = make_family()
            if started:
                ask(family, dataclasses.replace(LATE, pixels=edited(1).pixels, seed=seed))
            ask(family, dataclasses.replace(LATE, seed=seed), shown[-1])
    assert len(shown[0]) == len(shown[1]) >= 20
    for one, other in zip(*shown, strict=True):
        np.testing.assert_array_equal(one.images, other.images)
        np.testing.assert_array_equal(one.drawn, other.drawn)


def test_a_stopped_run_leaves_its_rows(make_family: MakeFamily, ask: Ask) -> None:
    family = make_family()
    answering = family.answer(PLAIN)
    next(answering)
    answering.close()
    done: Completion = ask(family, PLAIN)
    assert_same(done, ask(make_family(), PLAIN))


def test_each_run_has_its_share_of_the_pictures(
    make_family: MakeFamily, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[NDArray[np.int64]] = []
    picks = particle_completion.chosen

    def spied(*args: Any) -> NDArray[np.int64]:
        seen.append(picks(*args))
        return seen[-1]

    monkeypatch.setattr(particle_completion, "chosen", spied)
    ask(make_family(), dataclasses.replace(PLAIN, particles=32, runs=4, count=8))
    assert np.bincount(seen[0] // 8, minlength=4).tolist() == [2, 2, 2, 2]


# --- classes ----------------------------------------------------------------------------------------------------------


def test_told_no_class_particles_have_each_one_and_draw_from_the_mixtures_posterior(
    make_family: MakeFamily, ask: Ask
) -> None:
    family, pixels = make_family(), picture(77)
    request = CompleteImage(
        model="toy", pixels=pixels, observed=RING, count=64, particles=512, runs=1, method="particles",
        orientation="upright",
    )  # fmt: skip
    hidden = ~RING
    found, shares = [], []
    for seed in range(16):
        answer: Completion = ask(family, dataclasses.replace(request, seed=seed))
        assert answer.particles is not None and answer.particles.classes is not None
        shares.append(answer.particles.classes)
        found.append(answer.images[..., 0][:, hidden] // 255)
    each = np.array([enumerated(family, RING, pixels, name) for name in ("a", "b")])
    np.testing.assert_allclose(np.mean(shares, axis=0), np.exp(each - np.logaddexp.reduce(each)), atol=0.05)
    whole = np.stack([picture(bits)[..., 0] // 255 for bits in range(2**9)]).astype(np.int64)
    fits = whole[(whole[:, RING] == pixels[..., 0][RING] // 255).all(axis=1)]
    log_p = np.logaddexp.reduce(
        [categorical.log_prob(family.logits(fits, name, "upright"), fits).sum(axis=(1, 2)) for name in ("a", "b")]
    )
    true = np.exp(log_p - np.logaddexp.reduce(log_p)) @ fits[:, hidden]
    np.testing.assert_allclose(np.concatenate(found).mean(axis=0), true, atol=0.06)


def begun(family: ToyFamily, observed: NDArray[np.bool_], pixels: NDArray[np.uint8], each: int, runs: int) -> Any:
    """The mixture's graph on a canvas, and log p, weights and state that it begins with."""
    levels = (pixels[..., 0] // 255).astype(np.int64)
    canvas = family.canvas(levels, observed, range(each * runs), 3, 1.0, "upright")
    start = particle_completion.begun(family, canvas, "", "upright", 3, range(runs))
    assert start.begin is not None
    return start.graph, *start.begin(canvas.known[: canvas.rows.start])


@pytest.mark.parametrize("given", range(9))
def test_what_comes_first_hands_out_the_classes_by_their_posterior(make_family: MakeFamily, given: int) -> None:
    """Log p of the pixels before the first unknown one is the mixture's, and each class has its share of the particles
    but for a few; what the part of a row told is taken back from the weights."""
    family, observed, pixels = make_family(), np.arange(9).reshape(SHAPE) < given, picture(5)
    _, log_p, weights, state = begun(family, observed, pixels, 200, 2)
    whole = (pixels[None, ..., 0] // 255).astype(np.int64)
    by_pixel = np.stack([categorical.log_prob(family.logits(whole, n, "upright"), whole)[0] for n in ("a", "b")])
    each = by_pixel[:, observed].sum(axis=1)
    np.testing.assert_allclose(log_p, np.full(2, np.logaddexp.reduce(each) - np.log(2)), atol=1e-5)
    classes = classes_in(state).reshape(2, 200)
    shares = np.stack([np.bincount(run, minlength=2) for run in classes])
    assert np.abs(shares - 200 * np.exp(each - np.logaddexp.reduce(each))).max() < 3
    part = by_pixel[:, given // 3, : given % 3].sum(axis=1) if given % 3 else np.zeros(2)
    np.testing.assert_allclose(weights, -part[classes], atol=1e-5)


def test_runs_hand_classes_out_by_chances_of_their_own_and_taking_moves_classes_along(make_family: MakeFamily) -> None:
    graph, log_p, _, state = begun(make_family(), np.zeros(SHAPE, bool), picture(0), 40, 2)
    one, other = classes_in(state).reshape(2, 40)
    assert log_p.tolist() == [0.0, 0.0] and (one != other).any()
    assert np.abs(np.array([one.sum(), other.sum()]) - 20).max() <= 2
    chosen = np.random.default_rng(0).integers(0, 80, 80)
    assert classes_in(graph.take(state, chosen)).tolist() == classes_in(state)[chosen].tolist()


@given(observed=MASKS, pixels=st.integers(0, 2**9 - 1).map(picture))
def test_raster_told_no_class_is_the_same_picture_by_picture_however_many(
    make_family: MakeFamily, ask: Ask, observed: NDArray[np.bool_], pixels: NDArray[np.uint8]
) -> None:
    """A picture has its class whichever others are drawn, and is what that class draws of its noise."""
    request = CompleteImage(model="toy", pixels=pixels, observed=observed, method="raster", orientation="upright")
    family = make_family()
    many: Completion = ask(family, dataclasses.replace(request, count=40))
    few: Completion = ask(family, dataclasses.replace(request, count=3))
    assert (many.images[:3] == few.images).all()
    if observed.all():
        assert many.classes is None
        return
    assert many.classes is not None and few.classes is not None and (many.classes[:3] == few.classes).all()
    for number, name in enumerate(("a", "b")):
        one: Completion = ask(family, dataclasses.replace(request, count=40, class_name=name))
        same = many.classes == number
        assert one.classes is None and (many.images[same] == one.images[same]).all()


def test_raster_told_no_class_draws_from_the_mixture_given_what_comes_first(make_family: MakeFamily, ask: Ask) -> None:
    family, pixels, given = make_family(), picture(5), 4
    observed = np.arange(9).reshape(SHAPE) < given
    request = CompleteImage(model="toy", pixels=pixels, observed=observed, count=64, orientation="upright")
    found = np.concatenate([ask(family, dataclasses.replace(request, seed=seed)).images for seed in range(32)])
    whole = np.stack([picture(bits)[..., 0] // 255 for bits in range(2**9)]).astype(np.int64)
    fits = whole[(whole[:, observed] == pixels[..., 0][observed] // 255).all(axis=1)]
    log_p = np.logaddexp.reduce(
        [categorical.log_prob(family.logits(fits, name, "upright"), fits).sum(axis=(1, 2)) for name in ("a", "b")]
    )
    true = np.exp(log_p - np.logaddexp.reduce(log_p)) @ fits[:, ~observed]
    np.testing.assert_allclose((found[..., 0] // 255)[:, ~observed].mean(axis=0), true, atol=0.04)


@pytest.mark.parametrize("runs", [1, 2])
def test_particles_with_nothing_to_weigh_are_rasters_told_no_class(
    make_family: MakeFamily, ask: Ask, runs: int
) -> None:
    """With a part of a row given first, too; runs beyond the first hand out classes by chances of their own."""
    top = np.arange(9).reshape(SHAPE) < 4
    family, plain = make_family(), dataclasses.replace(PLAIN, observed=top, particles=32, runs=runs, count=32)
    weighed: Completion = ask(family, dataclasses.replace(plain, method="particles"))
    raster: Completion = ask(family, dataclasses.replace(plain, method="raster"))
    own = slice(0, 32 // runs)
    assert (weighed.images[own] == raster.images[own]).all()
    assert weighed.classes is not None and raster.classes is not None
    assert (weighed.classes[own] == raster.classes[own]).all()
    assert weighed.particles is not None and weighed.particles.lowest == pytest.approx(1.0)
    assert weighed.particles.classes == pytest.approx(np.bincount(weighed.classes, minlength=2) / 32)


def test_a_class_that_is_told_mixes_none_and_temperature_0_has_no_chance_to(make_family: MakeFamily, ask: Ask) -> None:
    told: Completion = ask(make_family(), dataclasses.replace(PLAIN, particles=16, class_name="a"))
    assert told.particles is not None and told.particles.classes is None and told.classes is None
    cold: Completion = ask(make_family(), dataclasses.replace(PLAIN, method="raster", temperature=0.0))
    assert cold.classes is None and (cold.images == cold.images[0]).all()


@pytest.mark.parametrize("back", [False, True])
@pytest.mark.parametrize("method", ["raster", "particles"])
def test_what_handed_out_other_classes_is_not_gone_on_from(
    make_family: MakeFamily, ask: Ask, back: bool, method: str
) -> None:
    """A dot in the given part of the first row with an unknown pixel changes the classes, and undoing it does again."""
    top = np.arange(9).reshape(SHAPE) < 4
    dot = top.copy()
    dot[1, 1] = True
    plain = dataclasses.replace(PLAIN, observed=top, particles=16, count=16, method=method)
    more = dataclasses.replace(plain, observed=dot)
    first, second = (more, plain) if back else (plain, more)
    family = make_family()
    ask(family, first)
    done: Completion = ask(family, second)
    assert_same(done, ask(make_family(), second))


# --- evidence ---------------------------------------------------------------------------------------------------------


def enumerated(family: ToyFamily, observed: NDArray[np.bool_], pixels: NDArray[np.uint8], class_name: str) -> float:
    """log p(given pixels), all pictures summed up; without a class of the mixture of the classes."""
    if not class_name:
        each = [enumerated(family, observed, pixels, name) for name in family.manifest.class_names]
        return float(np.logaddexp.reduce(each) - np.log(len(each)))
    whole = np.stack([picture(bits)[..., 0] // 255 for bits in range(2**9)]).astype(np.int64)
    fits = (whole[:, observed] == pixels[..., 0][observed] // 255).all(axis=1)
    log_p = categorical.log_prob(family.logits(whole, class_name, "upright"), whole).sum(axis=(1, 2))
    return float(np.logaddexp.reduce(log_p[fits]))


@pytest.mark.parametrize("class_name", ["", "a"])
def test_the_evidence_is_that_of_all_pictures_summed_up(make_family: MakeFamily, ask: Ask, class_name: str) -> None:
    request = EstimateEvidence(
        model="toy", pixels=picture(77), observed=RING, particles=64, repeats=16, class_name=class_name,
        orientation="upright",
    )  # fmt: skip
    family = make_family()
    told: Evidence = ask(family, request)
    assert told.classes == (class_name,) and not told.exact and told.estimates.shape == (1, 16)
    error = float(told.spread[0]) / 4
    assert 0 < error < 0.2
    assert abs(told.log_evidence[0] - enumerated(family, RING, request.pixels, class_name)) < 3.5 * error
    assert told.posterior.tolist() == [1.0] and 0 < told.lowest[0] < 1


@pytest.mark.parametrize("class_name", ["", "a"])
def test_repeats_in_several_batches_are_the_same_estimates(
    make_family: MakeFamily, ask: Ask, monkeypatch: pytest.MonkeyPatch, class_name: str
) -> None:
    request = EstimateEvidence(
        model="toy", pixels=picture(77), observed=RING, particles=16, repeats=5, class_name=class_name,
        orientation="upright",
    )  # fmt: skip
    together, seen = ask(make_family(), request), list[Progress]()
    monkeypatch.setattr(evidence, "MOST_AT_ONCE", 40)
    apart: Evidence = ask(make_family(), request, seen)
    np.testing.assert_allclose(apart.estimates, together.estimates, atol=1e-6)
    assert apart.lowest == pytest.approx(together.lowest, abs=1e-6)
    fractions = [progress.fraction for progress in seen]
    assert fractions == sorted(fractions) and fractions[-1] == 1 and len(fractions) > len(RING)


@given(pixels=st.integers(0, 2**9 - 1).map(picture), first=st.integers(0, 9))
def test_where_the_order_reads_all_of_it_first_the_evidence_is_exact(
    make_family: MakeFamily, ask: Ask, pixels: NDArray[np.uint8], first: int
) -> None:
    observed = (np.arange(9) < first).reshape(SHAPE)
    family = make_family()
    told: Evidence = ask(family, EstimateEvidence(model="toy", pixels=pixels, observed=observed, orientation="upright"))
    assert told.exact and told.spread.tolist() == [0.0] and told.lowest.tolist() == [1.0]
    assert told.log_evidence[0] == pytest.approx(enumerated(family, observed, pixels, ""), abs=1e-5)


def test_classes_have_a_posterior_with_its_spread(make_family: MakeFamily, ask: Ask) -> None:
    family, seen = make_family(), list[Progress]()
    request = EstimateEvidence(
        model="toy", pixels=picture(77), observed=RING, repeats=8, by_class=True, orientation="upright"
    )
    told: Evidence = ask(family, request, seen)
    assert told.classes == ("a", "b") and told.estimates.shape == (2, 8)
    exact = np.array([enumerated(family, RING, request.pixels, name) for name in told.classes])
    expected = np.exp(exact - np.logaddexp.reduce(exact))
    assert told.posterior.sum() == pytest.approx(1) and (told.posterior_spread > 0).all()
    assert np.abs(told.posterior - expected).max() < 4 * told.posterior_spread.max() / np.sqrt(8) + 0.02
    fractions = [progress.fraction for progress in seen]
    assert fractions == sorted(fractions) and fractions[-1] == 1
    with pytest.raises(RequestError, match="every class"):
        check(dataclasses.replace(request, class_name="a"), family.manifest)
