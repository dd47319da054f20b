"""The models that are shipped: both samplers draw the identical picture, whatever is given and in every orientation.

The naive sampler costs a full pass a pixel, so it draws its seeds in one batch and few rows, and its passes end below
them.  A whole picture, at the end of the file, it draws of the quickest model; what it would draw of each of the others
one pass over the finished picture says, pixel by pixel.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from engine.catalogue.registry import Model, Registry, digest_errors
from engine.contracts.arrays import Levels, Observed
from engine.contracts.events import Completion, Scores
from engine.contracts.particles import Evidence
from engine.contracts.probes import Examination, Influence
from engine.contracts.requests import (
    CompleteImage,
    EstimateEvidence,
    ExamineImage,
    MeasureInfluence,
    SampleImages,
    ScoreImages,
)
from engine.families.autoregressive import Autoregressive
from engine.numerics import categorical, likelihood, noise
from engine.runtime.sessions import Sessions
from engine.sampling import orientation
from engine.sampling.autoregressive import Canvas, Likelihood, Trace, naive, row_cached
from engine.sampling.causality import TOLERANCE
from engine.sampling.orientation import NAMES
from engine.sampling.step import Step

FOLDER = Path(__file__).resolve().parents[3] / "onnx_models"
MODELS = ("mnist-gated-pixelcnn", "mnist-pixelcnn", "portraits-gated-pixelcnn", "fashion-gated-pixelcnn")
SEEDS = (0, 1)
Ask = Callable[..., Any]


def orientations() -> list[tuple[str, str]]:
    """Every model with every orientation that its manifest lists; a model that is not there once, to be skipped."""
    installed = Registry([FOLDER]).models
    names = {m: installed[m].manifest.orientations if m in installed else ("upright",) for m in MODELS}
    return [(model, name) for model in MODELS for name in names[model]]


@pytest.fixture(scope="module")
def shipped() -> Iterator[Callable[[str], Autoregressive]]:
    """``shipped(id)``: the model with its sessions open; skipped where it is not there."""
    registry, sessions = Registry([FOLDER]), Sessions()
    made: dict[str, Autoregressive] = {}

    def find(name: str) -> Autoregressive:
        if name not in registry.models:
            pytest.skip(f"the model {name} is not in onnx_models")
        return made.setdefault(name, Autoregressive(registry.models[name], sessions, registry))

    yield find
    sessions.close()


@pytest.fixture(params=MODELS)
def family(request: pytest.FixtureRequest, shipped: Callable[[str], Autoregressive]) -> Autoregressive:
    return shipped(request.param)


def shape_of(family: Autoregressive) -> tuple[int, int]:
    return family.manifest.image.height, family.manifest.image.width


def a_picture(family: Autoregressive, seed: int = 0) -> Levels:
    """Blobs: (H, W) levels that hang together more than noise does."""
    height, width = shape_of(family)
    rough = np.random.default_rng(seed).integers(0, family.manifest.image.levels, (height // 4 + 1, width // 4 + 1))
    return np.asarray(np.kron(rough, np.ones((4, 4), np.int64))[:height, :width])


def canvas_of(family: Autoregressive, levels: Levels, observed: Observed, name: str, temperature: float = 1) -> Canvas:
    """What is to be drawn for every seed of `SEEDS` at once: image 0 of each."""
    image = family.manifest.image
    field = np.stack([noise.gumbel(seed, 0, (image.height, image.width, image.levels)) for seed in SEEDS])
    turned = orientation.turn(field, name, 1) * np.float32(temperature)
    return Canvas(orientation.turn(levels, name).copy(), orientation.turn(observed, name).copy(), turned)


def both(family: Autoregressive, canvas: Canvas, class_name: str, name: str) -> tuple[list[Step], list[Step]]:
    graph = family.row_graph(canvas.batch, class_name, name)
    assert graph is not None
    fast = list(row_cached(graph, canvas, Trace(canvas, {}, {})))
    return fast, list(naive(full_pass(family, class_name, name, canvas.rows.stop), canvas))


def full_pass(family: Autoregressive, class_name: str, name: str, rows: int) -> Likelihood:
    """The likelihood of the ``rows`` from the top: those below, which are not drawn, do not matter to them."""
    return lambda levels: family.logits(levels[:, :rows], class_name, name)


def assert_same(fast: list[Step], slow: list[Step]) -> None:
    assert [step.row for step in fast] == [step.row for step in slow] and fast
    for one, other in zip(fast, slow, strict=True):
        np.testing.assert_array_equal(one.levels, other.levels)
        np.testing.assert_allclose(one.logits, other.logits, atol=1e-4)


def a_few_unknown(family: Autoregressive, name: str) -> Observed:
    """Upright mask whose unknown pixels are two patches in two rows of the orientation's frame."""
    height, width = shape_of(family)
    frame = np.ones(orientation.turn(np.zeros((height, width)), name).shape, bool)
    row = NAMES.index(name) + 3
    frame[row, 4 : width - 5] = frame[row + 1, 2:9] = False
    return orientation.turn_back(frame, name).copy()


@pytest.mark.parametrize(("model", "name"), orientations())
def test_the_samplers_agree_in_every_orientation(
    shipped: Callable[[str], Autoregressive], model: str, name: str
) -> None:
    """With known pixels: rows above that are primed, pixels left and right, and another class each time."""
    family, index = shipped(model), NAMES.index(name)
    names = ("", *family.manifest.class_names)
    levels, observed = a_picture(family, index), a_few_unknown(family, name)
    canvas = canvas_of(family, levels, observed, name)
    fast, slow = both(family, canvas, names[index % len(names)], name)
    assert_same(fast, slow)
    for step in fast:
        assert (step.levels[:, canvas.observed[step.row]] == canvas.known[step.row, canvas.observed[step.row]]).all()


@pytest.mark.parametrize(("model", "name"), orientations())
def test_the_samplers_agree_from_nothing_in_every_orientation(
    shipped: Callable[[str], Autoregressive], model: str, name: str
) -> None:
    """Without known pixels, as far as the first two rows: they start from the state of all zeros."""
    family = shipped(model)
    canvas = canvas_of(family, a_picture(family), np.zeros(shape_of(family), bool), name, temperature=1.3)
    graph = family.row_graph(canvas.batch, "", name)
    assert graph is not None
    fast = row_cached(graph, canvas, Trace(canvas, {}, {}))
    slow = naive(full_pass(family, "", name, 2), canvas)
    assert_same([next(fast), next(fast)], [next(slow), next(slow)])


def test_teacher_forced_logits_agree_with_the_full_pass(family: Autoregressive) -> None:
    """Every pixel given: the row graph's logits of all rows, from row 0 and primed in the middle."""
    height, width = shape_of(family)
    for index, name in enumerate(family.manifest.orientations):
        levels = orientation.turn(a_picture(family, 10 + index), name).copy()
        full = family.logits(levels[None], "", name)[0]
        graph = family.row_graph(1, "", name)
        assert graph is not None
        middle = height // 2 + index % 3
        primed, primed_state = graph.prime(levels[:middle], 1)
        np.testing.assert_allclose(primed, full[:middle], atol=1e-4)
        state = graph.start(1)
        quiet = np.zeros((1, width, full.shape[-1]), np.float32)
        for row in range(height):
            if row == middle:
                assert set(state) == set(primed_state)
                for key, value in state.items():
                    np.testing.assert_allclose(primed_state[key], value, atol=1e-4, err_msg=key)
            drawn, logits, state = graph.row(quiet, levels[row], np.ones(width, bool), state)
            np.testing.assert_array_equal(drawn[0], levels[row])
            np.testing.assert_allclose(logits[0], full[row], atol=1e-4)


@pytest.mark.parametrize("model", ["portraits-gated-pixelcnn", "mnist-pixelcnn", "mnist-gated-pixelcnn"])
@settings(max_examples=5)
@given(data=st.data())
def test_known_pixels_are_exact_for_any_mask(
    shipped: Callable[[str], Autoregressive], ask: Ask, model: str, data: st.DataObject
) -> None:
    family = shipped(model)
    seed = data.draw(st.integers(0, 2**32 - 1))
    rng = np.random.default_rng(seed)
    observed = rng.random(shape_of(family)) < data.draw(st.sampled_from([0.05, 0.5, 0.95, 1.0]))
    observed |= (rng.random(len(observed)) < 0.3)[:, None]
    pixels = family.codec.decode(a_picture(family, seed % 100))
    done: Completion = ask(family, CompleteImage(model=model, pixels=pixels, observed=observed, count=2, seed=seed))
    np.testing.assert_array_equal(done.images[:, observed], np.stack([pixels[observed]] * 2))
    levels = family.codec.encode(done.images)  # every other pixel is one of the model's levels
    assert levels.min() >= 0 and levels.max() < family.manifest.image.levels


def test_an_edit_reuses_rows_and_equals_a_fresh_engine(family: Autoregressive, ask: Ask) -> None:
    height, width = shape_of(family)
    name = family.manifest.orientations[-1]
    frame = np.zeros((height, width), bool)
    frame[: height // 2] = True
    request = CompleteImage(
        model="",
        pixels=family.codec.decode(a_picture(family)),
        observed=orientation.turn_back(frame, name).copy(),
        count=3,
        orientation=name,
        method="raster",
    )
    first: Completion = ask(family, request)
    frame[height - 3, 2:6] = True
    edited = dataclasses.replace(request, observed=orientation.turn_back(frame, name).copy())
    second: Completion = ask(family, edited)
    assert second.reused_rows == height - 3 - height // 2
    fresh = Autoregressive(family.model, family.sessions, family.registry)
    for mine, expected in ((second, ask(fresh, edited)), (ask(family, request), first)):
        for field in ("images", "log_prob", "distribution", "unused"):
            np.testing.assert_array_equal(getattr(mine, field), getattr(expected, field))


def test_a_picture_is_the_same_alone_and_among_others(family: Autoregressive, ask: Ask) -> None:
    many: Completion = ask(family, SampleImages(model="", count=18, seed=5))
    few: Completion = ask(family, SampleImages(model="", count=2, seed=5))
    np.testing.assert_array_equal(few.images, many.images[:2])
    assert len(np.unique(many.images.reshape(18, -1), axis=0)) == 18, "eighteen different pictures"


def test_a_completion_is_what_it_promises(family: Autoregressive, ask: Ask) -> None:
    height, width = shape_of(family)
    observed = np.ones((height, width), bool)
    observed[5:9, 3:12] = False
    pixels = family.codec.decode(a_picture(family))
    request = CompleteImage(model="", pixels=pixels, observed=observed, count=2, method="raster")
    done: Completion = ask(family, request)
    name = done.orientation
    assert name == orientation.best(observed, family.manifest.orientations) and done.method == "raster"
    np.testing.assert_array_equal(done.order, orientation.order(height, width, name))
    np.testing.assert_array_equal(done.unused, orientation.unused(observed, name))
    rows = (~orientation.turn(observed, name)).any(axis=1)
    met = orientation.turn_back(np.repeat(rows[:, None], width, axis=1), name)
    np.testing.assert_array_equal(np.isnan(done.log_prob), np.stack([~met] * 2))
    assert (done.log_prob[:, met] <= 0).all()
    assert done.distribution is not None
    np.testing.assert_allclose(done.distribution.astype(np.float64).sum(-1), 1, atol=0.02)
    assert done.naive_ms > 0 and 0 < done.first_row_ms <= done.total_ms


@pytest.mark.parametrize("model", ["mnist-gated-pixelcnn", "fashion-gated-pixelcnn"])
def test_a_class_changes_the_picture_and_none_is_its_own(
    shipped: Callable[[str], Autoregressive], ask: Ask, model: str
) -> None:
    family = shipped(model)
    names = family.manifest.class_names
    assert len(names) == 10
    pictures = [ask(family, SampleImages(model="", count=4, class_name=n)).images for n in ("", names[0], names[-1])]
    assert len({p.tobytes() for p in pictures}) == 3


def test_a_score_is_the_chain_rule_over_the_likelihood_graph(family: Autoregressive, ask: Ask) -> None:
    levels = np.stack([a_picture(family, seed) for seed in (0, 1, 2)])
    scores: Scores = ask(family, ScoreImages(model="", pixels=family.codec.decode(levels)))
    scorer = family.scorer()
    classes = scorer.manifest.class_names
    given_class = np.stack([_chain(scorer.logits(levels, name), levels) for name in classes or ("",)])
    np.testing.assert_allclose(scores.nats, likelihood.log_mean_exp(given_class, 0), rtol=1e-6)
    np.testing.assert_allclose(scores.log_prob.sum(axis=(1, 2)), scores.nats, rtol=1e-4)
    np.testing.assert_allclose(scores.bits_per_dim, -scores.nats / np.log(2) / scorer.manifest.image.dims)
    assert scores.scored_by == (family.manifest.scored_by or family.manifest.id)
    if classes:
        assert scores.class_nats is not None
        np.testing.assert_allclose(scores.class_nats, given_class.T, rtol=1e-6)
        one: Scores = ask(family, ScoreImages(model="", pixels=family.codec.decode(levels), class_name=classes[3]))
        np.testing.assert_allclose(one.nats, given_class[3], rtol=1e-6)


def _chain(logits: NDArray[np.float32], levels: Levels) -> NDArray[np.float64]:
    return categorical.log_prob(logits, levels).sum(axis=(1, 2))


def test_the_model_prefers_its_own_samples_to_noise(family: Autoregressive, ask: Ask) -> None:
    """A trained model scores what it draws far above what anybody might scribble."""
    drawn = ask(family, SampleImages(model="", count=4, seed=2)).images
    image = family.manifest.image
    scribble = np.random.default_rng(0).integers(0, image.levels, (4, image.height, image.width))
    pixels = np.concatenate([drawn, family.codec.decode(scribble)])
    nats = ask(family, ScoreImages(model="", pixels=pixels)).nats
    assert nats[:4].min() > nats[4:].max()


def test_the_files_are_those_of_the_manifest(family: Autoregressive) -> None:
    assert digest_errors(Model(family.manifest, family.model.folder)) == []


def test_the_samplers_agree_over_a_whole_picture(shipped: Callable[[str], Autoregressive]) -> None:
    family = shipped("portraits-gated-pixelcnn")
    nothing, name = np.zeros(shape_of(family), bool), family.manifest.orientations[0]
    assert_same(*both(family, canvas_of(family, a_picture(family), nothing, name), "", name))


def test_a_whole_picture_is_the_naive_samplers_by_induction(family: Autoregressive) -> None:
    """Where the pixels before one are the naive sampler's, so is it, if it is the argmax of a full pass plus noise."""
    nothing, name = np.zeros(shape_of(family), bool), family.manifest.orientations[0]
    canvas = canvas_of(family, a_picture(family), nothing, name)
    graph = family.row_graph(canvas.batch, "", name)
    assert graph is not None
    steps = list(row_cached(graph, canvas, Trace(canvas, {}, {})))
    assert [step.row for step in steps] == list(range(len(canvas.observed)))
    drawn, logits = (np.stack([getattr(s, kind) for s in steps], axis=1) for kind in ("levels", "logits"))
    passed = family.logits(drawn, "", name)
    np.testing.assert_allclose(logits, passed, atol=1e-4)
    np.testing.assert_array_equal(drawn, (passed + canvas.noise).argmax(-1))
    assert (drawn[0] != drawn[1]).any()


def test_the_samplers_agree_over_the_last_rows(family: Autoregressive) -> None:
    """Below a whole picture that is known, where the state has passed through every row."""
    height, _ = shape_of(family)
    observed, name = np.ones(shape_of(family), bool), family.manifest.orientations[0]
    observed[height - 2 :] = False
    assert_same(*both(family, canvas_of(family, a_picture(family), observed, name), "", name))


def test_the_samplers_agree_over_half_a_portrait(shipped: Callable[[str], Autoregressive]) -> None:
    family = shipped("portraits-gated-pixelcnn")
    height, width = shape_of(family)
    left = np.repeat(np.arange(width)[None] < width // 2, height, axis=0)
    name = orientation.best(left, family.manifest.orientations)
    assert not orientation.unused(left, name).any()
    assert_same(*both(family, canvas_of(family, a_picture(family), left, name), "", name))


def test_particles_fit_what_comes_late(family: Autoregressive, ask: Ask) -> None:
    """Scattered pixels of a picture of its own: particles find likelier pictures around them than raster order does."""
    drawn: Completion = ask(family, SampleImages(model="", count=1, seed=8))
    height, width = shape_of(family)
    observed = np.random.default_rng(0).random((height, width)) < 0.2
    request = CompleteImage(
        model="", pixels=drawn.images[0], observed=observed, count=4, orientation=family.manifest.orientations[0]
    )
    nats = {}
    for method in ("auto", "raster"):
        done: Completion = ask(family, dataclasses.replace(request, method=method))
        assert (done.images[:, observed] == drawn.images[0][observed]).all()
        nats[done.method] = float(ask(family, ScoreImages(model="", pixels=done.images)).nats.mean())
        assert (done.particles is None) == (method == "raster")
    assert nats["particles"] > nats["raster"] + 5


def test_the_evidence_of_a_half_is_exact(family: Autoregressive, ask: Ask) -> None:
    drawn: Completion = ask(family, SampleImages(model="", count=1, seed=8))
    height, width = shape_of(family)
    observed = np.zeros((height, width), bool)
    observed[: height // 2] = True
    top: Evidence = ask(family, EstimateEvidence(model="", pixels=drawn.images[0], observed=observed))
    whole: Evidence = ask(
        family, EstimateEvidence(model="", pixels=drawn.images[0], observed=np.ones((height, width), bool))
    )
    assert top.exact and whole.exact and whole.log_evidence[0] < top.log_evidence[0] < 0


@pytest.mark.parametrize(("model", "name"), [*orientations(), (f"{MODELS[0]}-upright", "upright")])
def test_an_examination_is_the_chain_rule_in_every_orientation(
    shipped: Callable[[str], Autoregressive], ask: Ask, model: str, name: str
) -> None:
    family = shipped(model)
    class_name = family.manifest.class_names[3] if family.manifest.class_names else ""
    levels = a_picture(family)
    pixels = family.codec.decode(levels)
    request = ExamineImage(model="", pixels=pixels, orientation=name, class_name=class_name)
    found: Examination = ask(family, request)
    turned = np.ascontiguousarray(orientation.turn(levels, name))[None]
    chain = categorical.log_prob(family.logits(turned, class_name, name), turned)[0]
    np.testing.assert_allclose(found.log_prob, orientation.turn_back(chain, name), atol=1e-5)
    np.testing.assert_array_equal(found.levels, levels)
    assert found.distribution is not None and (found.entropy <= np.log(family.manifest.image.levels) + 1e-6).all()
    np.testing.assert_allclose(found.distribution.astype(np.float64).sum(-1), 1, atol=0.02)
    if name == "upright" and not family.manifest.scored_by:
        scores: Scores = ask(family, ScoreImages(model="", pixels=pixels[None], class_name=class_name))
        np.testing.assert_allclose(found.log_prob, scores.log_prob[0], atol=1e-5)


def tried_alone(family: Autoregressive, levels: Levels, row: int, column: int) -> NDArray[np.float64]:
    """The reference: each pixel before this one takes its other level, the rest as it was; (H, W) nats."""
    above = levels[: row + 1]  # the full pass takes fewer rows, and those below do not matter
    before = categorical.log_softmax(family.logits(above[None])[0, row, column])
    out = np.zeros(levels.shape)
    for place in np.ndindex(*above.shape):
        if place < (row, column):
            other = above.copy()
            other[place] = 1 - other[place]
            out[place] = np.abs(categorical.log_softmax(family.logits(other[None])[0, row, column]) - before).max()
    return np.where(out > TOLERANCE, out, 0)


def test_stacked_masks_have_a_blind_spot_and_the_gated_model_has_none(
    shipped: Callable[[str], Autoregressive], ask: Ask
) -> None:
    """van den Oord et al. 2016, figure 1: a first mask sees 3 columns to the right, stacked 3x3 masks go one column
    to the right with each row up, so the pixels beyond that are never seen."""
    row, column = 8, 14
    beyond = np.zeros((28, 28), bool)
    for up in range(1, 6):
        beyond[row - up, column + up + 3 : column + 9] = True
    blind: dict[str, int] = {}
    for model in ("mnist-pixelcnn", "mnist-gated-pixelcnn"):
        family = shipped(model)
        drawn: Completion = ask(family, SampleImages(model="", count=1, seed=8))
        found: Influence = ask(family, MeasureInfluence(model="", pixels=drawn.images[0], row=row, column=column))
        assert found.causal and not found.nats.reshape(-1)[row * 28 + column :].any()
        levels = family.codec.encode(drawn.images[0])
        np.testing.assert_allclose(found.nats, tried_alone(family, levels, row, column), atol=TOLERANCE)
        seen = found.nats[beyond] > 0
        assert seen.mean() > 0.8 if model == "mnist-gated-pixelcnn" else not seen.any()
        assert found.nats[row - 1, column + 3] > 0, "what both see"
        blind[model] = found.blind
    assert blind["mnist-pixelcnn"] > blind["mnist-gated-pixelcnn"] + 30
