"""Looking into a density through a family's graphs: what is said is the chain rule's, upright, and what moves a
prediction is what its graph reads."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from engine.contracts.events import Scores
from engine.contracts.manifest import ImageSpec
from engine.contracts.probes import Examination, Influence
from engine.contracts.requests import ExamineImage, MeasureInfluence, ScoreImages
from engine.families import probing
from engine.numerics import categorical
from engine.sampling import orientation
from engine.sampling.orientation import NAMES
from engine.sampling.step import Progress

if TYPE_CHECKING:
    from tests.engine.families.conftest import ToyFamily

MakeFamily: TypeAlias = "Callable[..., ToyFamily]"
Ask: TypeAlias = Callable[..., Any]
SHAPE = (3, 3)
PALETTE = ((0, 0, 0), (200, 30, 30))


def picture(bits: int) -> NDArray[np.uint8]:
    return (np.array([bits >> i & 1 for i in range(9)]) * 255).astype(np.uint8).reshape(*SHAPE, 1)


PICTURES = st.integers(0, 2**9 - 1).map(picture)
NAMED = st.sampled_from(("auto", *NAMES))
CLASSES = st.sampled_from(("", "a", "b"))


def expected_log_p(family: ToyFamily, request: ExamineImage) -> NDArray[np.float64]:
    """Log p of every level at every pixel, (H, W, K) upright, pixel by pixel."""
    name = NAMES[0] if request.orientation == "auto" else request.orientation
    levels = orientation.turn(request.pixels[..., 0] // 255, name).astype(np.int64).copy()
    logits = family.logits(levels[None], request.class_name, name)[0]
    out = np.zeros((*SHAPE, 2))
    upright = np.arange(9).reshape(SHAPE)
    for place in np.ndindex(*SHAPE):
        row, column = divmod(int(orientation.turn(upright, name)[place]), 3)
        scaled = logits[place].astype(np.float64) / request.temperature
        out[row, column] = scaled - np.logaddexp.reduce(scaled)
    return out


@given(pixels=PICTURES, name=NAMED, class_name=CLASSES, temperature=st.sampled_from([0.25, 1.0, 2.0]))
def test_every_pixel_is_told_upright(
    make_family: MakeFamily, ask: Ask, pixels: NDArray[np.uint8], name: str, class_name: str, temperature: float
) -> None:
    family = make_family()
    request = ExamineImage(model="toy", pixels=pixels, orientation=name, class_name=class_name, temperature=temperature)
    found: Examination = ask(family, request)
    log_p = expected_log_p(family, request)
    levels = pixels[..., 0] // 255
    assert (found.log_prob.dtype, found.entropy.dtype, found.levels.dtype) == (np.float32, np.float32, np.int32)
    np.testing.assert_array_equal(found.levels, levels)
    np.testing.assert_allclose(found.log_prob, np.take_along_axis(log_p, levels[..., None], -1)[..., 0], atol=1e-5)
    np.testing.assert_allclose(found.entropy, -(np.exp(log_p) * log_p).sum(-1), atol=1e-5)
    assert found.distribution is not None and found.distribution.dtype == np.float16
    np.testing.assert_allclose(found.distribution, np.exp(log_p), atol=1e-3)
    assert found.orientation == (NAMES[0] if name == "auto" else name) and found.total_ms > 0
    for array in (found.log_prob, found.entropy, found.levels, found.distribution):
        assert array.flags.c_contiguous, "it goes over the pipe as it is"


@given(pixels=PICTURES, class_name=st.sampled_from(("a", "b")))
def test_it_agrees_with_the_score_of_the_same_class(
    make_family: MakeFamily, ask: Ask, pixels: NDArray[np.uint8], class_name: str
) -> None:
    family = make_family()
    found: Examination = ask(family, ExamineImage(model="toy", pixels=pixels, class_name=class_name))
    scores: Scores = ask(family, ScoreImages(model="toy", pixels=pixels[None], class_name=class_name))
    np.testing.assert_allclose(found.log_prob, scores.log_prob[0], atol=1e-5)


def test_it_is_one_pass_without_a_step(make_family: MakeFamily, ask: Ask) -> None:
    family, seen = make_family(), list[Progress]()
    ask(family, ExamineImage(model="toy", pixels=picture(77)), seen)
    assert family.toys.runs("likelihood") == 1 and seen == []


def test_at_temperature_0_all_is_certain(make_family: MakeFamily, ask: Ask) -> None:
    found: Examination = ask(make_family(), ExamineImage(model="toy", pixels=picture(77), temperature=0.0))
    assert np.isin(found.log_prob, (0, -np.inf)).all() and (found.log_prob == 0).any()
    assert (found.entropy == 0).all()
    assert found.distribution is not None and np.isin(found.distribution, (0, 1)).all()


def test_colours_are_rounded_to_the_nearest_entry(make_family: MakeFamily, ask: Ask) -> None:
    family = make_family(image=ImageSpec(height=3, width=3, channels=1, levels=2, palette=PALETTE))
    levels = picture(77)[..., 0] // 255
    near = np.clip(np.array(PALETTE)[levels].astype(int) + 9, 0, 255).astype(np.uint8)
    found: Examination = ask(family, ExamineImage(model="toy", pixels=near))
    ink: Examination = ask(make_family(), ExamineImage(model="toy", pixels=picture(77)))
    np.testing.assert_array_equal(found.levels, levels)
    np.testing.assert_array_equal(found.log_prob, ink.log_prob)


def test_greys_between_the_levels_are_rounded(make_family: MakeFamily, ask: Ask) -> None:
    grey = np.where(picture(77) > 0, np.uint8(200), np.uint8(40))
    found: Examination = ask(make_family(), ExamineImage(model="toy", pixels=grey))
    np.testing.assert_array_equal(found.levels, picture(77)[..., 0] // 255)


def test_too_many_numbers_are_not_sent_along(
    make_family: MakeFamily, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(probing, "MOST_TOLD", 17)
    found: Examination = ask(make_family(), ExamineImage(model="toy", pixels=picture(77)))
    assert found.distribution is None and np.isfinite(found.log_prob).all()
    monkeypatch.setattr(probing, "MOST_TOLD", 18)
    assert ask(make_family(), ExamineImage(model="toy", pixels=picture(77))).distribution is not None


# --- influence --------------------------------------------------------------------------------------------------------


def tried_alone(family: ToyFamily, request: MeasureInfluence) -> NDArray[np.float64]:
    """The reference: every pixel takes its other level, upright (H, W) nats."""
    name = NAMES[0] if request.orientation == "auto" else request.orientation
    pixel = (request.row, request.column)

    def told(levels: NDArray[np.int64]) -> NDArray[np.float64]:
        turned = orientation.turn(levels, name)[None].copy()
        logits = orientation.turn_back(family.logits(turned, request.class_name, name)[0], name)
        return np.asarray(categorical.log_softmax(logits[pixel].astype(np.float32)))

    levels = (request.pixels[..., 0] // 255).astype(np.int64)
    out = np.zeros(SHAPE)
    for place in np.ndindex(*SHAPE):
        other = levels.copy()
        other[place] = 1 - other[place]
        out[place] = np.abs(told(other) - told(levels)).max()
    return out


INFLUENCES = st.builds(
    MeasureInfluence,
    model=st.just("toy"),
    pixels=PICTURES,
    row=st.integers(0, 2),
    column=st.integers(0, 2),
    class_name=CLASSES,
    orientation=NAMED,
)


@given(request=INFLUENCES)
def test_it_is_what_changing_each_pixel_does(make_family: MakeFamily, ask: Ask, request: MeasureInfluence) -> None:
    family, seen = make_family(), list[Progress]()
    found: Influence = ask(family, request, seen)
    expected = tried_alone(family, request)
    np.testing.assert_allclose(found.nats, np.where(expected > 1e-4, expected, 0), atol=1e-5)
    assert found.causal and found.nats.dtype == np.float32 and found.nats.flags.c_contiguous
    name = NAMES[0] if request.orientation == "auto" else request.orientation
    assert (found.row, found.column, found.orientation) == (request.row, request.column, name)
    rank = np.empty(9, np.int64)
    rank[orientation.order(3, 3, name)] = np.arange(9)
    earlier = (rank < rank[request.row * 3 + request.column]).reshape(SHAPE)
    assert found.blind == int((earlier & (expected <= 1e-4)).sum())
    fractions = [progress.fraction for progress in seen]
    assert fractions == sorted(fractions) and fractions[-1] == 1
    assert all(progress.drawn.mean() == pytest.approx(progress.fraction) for progress in seen)
    assert seen[0].drawn[0, request.row, request.column], "the pixel itself is among what is tried first"


@pytest.mark.parametrize("name", NAMES)
def test_a_planted_leak_is_not_causal(
    make_family: MakeFamily, ask: Ask, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """In the model's frame the first pixel hears of the last one; upright that is wherever those lie."""
    family = make_family()
    honest = family.logits

    def leaky(levels: NDArray[np.int64], class_name: str = "", orientation_name: str = "upright") -> Any:
        logits = honest(levels, class_name, orientation_name).copy()
        logits[:, 0, 0, 0] += levels[:, -1, -1]
        return logits

    monkeypatch.setattr(family, "logits", leaky)
    order = orientation.order(3, 3, name)
    (first_row, first_column), (row, column) = divmod(int(order[0]), 3), divmod(int(order[-1]), 3)
    request = MeasureInfluence(model="toy", pixels=picture(77), row=first_row, column=first_column, orientation=name)
    found: Influence = ask(family, request)
    assert not found.causal and found.blind == 0
    assert [tuple(place) for place in np.argwhere(found.nats)] == [(row, column)]
    elsewhere = dataclasses.replace(request, row=row, column=column)
    assert ask(family, elsewhere).causal, "the last pixel keeps to the order"


def test_it_stops_between_two_passes(make_family: MakeFamily) -> None:
    family = make_family()
    answering = family.answer(MeasureInfluence(model="toy", pixels=picture(77), row=2, column=1))
    next(answering)
    before = family.toys.runs("likelihood")
    next(answering)
    assert family.toys.runs("likelihood") == before + 1
    answering.close()
