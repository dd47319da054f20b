"""GANs on small real graphs: what the generator draws and the discriminator says, against their formulas."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.catalogue.registry import Registry
from engine.contracts.events import Loaded, Realness, Samples
from engine.contracts.requests import (
    BoundImages,
    CompleteImage,
    DecodeLatents,
    DiscriminateImages,
    EncodeImages,
    LoadModel,
    SampleImages,
    ScoreImages,
)
from engine.errors import GraphMismatch, RequestError
from engine.families import FAMILIES
from engine.families.gan import GenerativeAdversarialNetwork
from engine.families.validation import check
from engine.numerics import noise
from engine.runtime.sessions import Sessions
from engine.sampling.step import Progress

MODELS = Path(__file__).resolve().parents[1] / "sample_models"
CLASSES = ("ring", "bar", "dot")
Ask = Callable[..., Any]
PICTURES = np.random.default_rng(4).integers(0, 256, (7, 4, 3, 1), dtype=np.uint8)


def opened(name: str, **changes: Any) -> GenerativeAdversarialNetwork:
    """One of the committed toys, as the engine opens it."""
    registry = Registry([MODELS])
    model = registry.models[name]
    changed = dataclasses.replace(model, manifest=dataclasses.replace(model.manifest, **changes))
    made = FAMILIES[changed.manifest.family](changed, Sessions(), registry)
    assert isinstance(made, GenerativeAdversarialNetwork)
    return made


def weights_of(model: GenerativeAdversarialNetwork) -> Callable[[NDArray[np.float32]], NDArray[np.float64]]:
    """The discriminator asked directly, picture by picture, as one of each class if it is told one: ``(N, K)``."""
    spec = model.manifest.graphs["discriminator"]
    graph = model.graphs.sessions.graph(model.model.folder, spec)

    def scores(units: NDArray[np.float32]) -> NDArray[np.float64]:
        if "class" not in spec.inputs:
            return np.stack([graph.run({"image": one[None]})["logit"] for one in units])
        eye = np.eye(len(CLASSES), dtype=np.float32)
        by_class = [
            [graph.run({"image": one[None], "class_one_hot": row[None]})["logit"][0] for row in eye] for one in units
        ]
        return np.array(by_class)

    return scores


# --- the generator ---------------------------------------------------------------------------------------------------


def test_samples_are_what_the_generator_makes_of_the_prior(ask: Ask) -> None:
    model = opened("plain")
    request = SampleImages(model="plain", count=5, seed=3, first=40)
    answer: Samples = ask(model, request)
    z = noise.normals_batch(3, range(40, 45), noise.PRIOR, 2)
    np.testing.assert_allclose(answer.z, z, atol=2e-3)  # truncation 4 cuts nothing
    raw = model.graphs.sessions.graph(model.model.folder, model.manifest.graphs["generator"])
    shown = np.rint((raw.run({"z": answer.z})["image"] + 1) * 127.5).transpose(0, 2, 3, 1)
    assert np.abs(shown - answer.images).max() <= 1 and answer.classes is None
    assert not answer.broken.any() and not answer.constant.any()


def test_classes_come_in_turn_by_their_place_or_all_as_named(ask: Ask) -> None:
    model = opened("told")
    in_turn: Samples = ask(model, SampleImages(model="told", count=7, first=4))
    assert in_turn.classes is not None
    np.testing.assert_array_equal(in_turn.classes, [1, 2, 0, 1, 2, 0, 1])
    named: Samples = ask(model, SampleImages(model="told", count=7, first=4, class_name="dot"))
    assert named.classes is not None and (named.classes == 2).all()
    np.testing.assert_array_equal(named.z, in_turn.z)
    same = in_turn.classes == 2
    np.testing.assert_array_equal(named.images[same], in_turn.images[same])
    assert (named.images[~same] != in_turn.images[~same]).any(axis=(1, 2, 3)).all()


def test_every_picture_of_a_walk_is_told_its_own_class(ask: Ask) -> None:
    model = opened("told")
    z = np.repeat(np.random.default_rng(1).normal(size=(1, 3)), 3, axis=0).astype(np.float32)
    walk = ask(model, DecodeLatents(model="told", z=z, class_names=CLASSES))
    for index, name in enumerate(CLASSES):
        alone = ask(model, DecodeLatents(model="told", z=z, class_name=name))
        np.testing.assert_array_equal(walk.images[index], alone.images[index])
    assert len({picture.tobytes() for picture in walk.images}) == 3


def test_truncation_draws_z_towards_0_and_temperature_scales_it(ask: Ask) -> None:
    model = opened("plain")
    wide, cut, flat = (
        ask(model, SampleImages(model="plain", count=200, truncation=truncation)) for truncation in (4.0, 0.5, 0.0)
    )
    assert np.abs(cut.z).max() <= 0.5 < np.abs(wide.z).max() and not flat.z.any()
    assert (np.sign(cut.z) == np.sign(wide.z)).all() and (np.abs(cut.z) <= np.abs(wide.z) + 1e-6).all()
    scaled = ask(model, SampleImages(model="plain", count=200, truncation=0.5, temperature=0.25))
    np.testing.assert_allclose(scaled.z, cut.z / 4, rtol=1e-6)
    assert (flat.images == flat.images[0]).all()


def test_loading_opens_both_graphs(ask: Ask) -> None:
    model = opened("told")
    assert isinstance(ask(model, LoadModel(model="told")), Loaded)


# --- the discriminator -----------------------------------------------------------------------------------------------


def test_a_score_is_the_discriminators(ask: Ask) -> None:
    """Pictures go in with the channels last, from -1 to 1."""
    model = opened("plain")
    answer: Realness = ask(model, DiscriminateImages(model="plain", pixels=PICTURES))
    expected = weights_of(model)((PICTURES / 127.5 - 1).astype(np.float32))[:, 0]
    np.testing.assert_allclose(answer.score, expected, rtol=1e-5)
    np.testing.assert_allclose(answer.probability, 1 / (1 + np.exp(-answer.score.astype(np.float64))), rtol=1e-6)
    assert answer.class_scores is None and (answer.classes == -1).all() and answer.total_ms > 0
    assert answer.score.dtype == answer.probability.dtype == np.float32


def test_a_discriminator_that_is_told_the_class_judges_as_each(ask: Ask) -> None:
    model = opened("told")
    expected = weights_of(model)((PICTURES / 255).astype(np.float32).transpose(0, 3, 1, 2))
    every: Realness = ask(model, DiscriminateImages(model="told", pixels=PICTURES))
    assert every.class_scores is not None
    np.testing.assert_allclose(every.class_scores, expected, rtol=1e-4, atol=1e-5)
    np.testing.assert_array_equal(every.classes, every.class_scores.argmax(axis=1))
    np.testing.assert_array_equal(every.score, every.class_scores.max(axis=1))
    assert len(set(every.classes.tolist())) > 1
    for index, name in enumerate(CLASSES):
        one: Realness = ask(model, DiscriminateImages(model="told", pixels=PICTURES, class_name=name))
        np.testing.assert_array_equal(one.score, every.class_scores[:, index])
        assert one.class_scores is None and (one.classes == index).all()


def test_what_is_no_number_is_the_best_of_nothing(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    model = opened("told")
    judge = model.graphs.discriminate

    def torn(units: NDArray[np.float32], classes: NDArray[np.int64] | None) -> NDArray[np.float32]:
        scores = judge(units, classes).copy()
        assert classes is not None
        scores[0] = np.nan
        if classes[0] == 1:
            scores[1] = np.nan
        return scores

    whole: Realness = ask(model, DiscriminateImages(model="told", pixels=PICTURES))
    monkeypatch.setattr(model.graphs, "discriminate", torn)
    answer: Realness = ask(model, DiscriminateImages(model="told", pixels=PICTURES))
    assert np.isnan(answer.score[0]) and np.isnan(answer.probability[0])
    assert whole.class_scores is not None
    assert answer.score[1] == max(whole.class_scores[1, 0], whole.class_scores[1, 2])
    np.testing.assert_array_equal(answer.score[2:], whole.score[2:])


def test_many_pictures_go_pass_by_pass_and_a_stop_is_heard(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    model, asked, seen = opened("told"), list[int](), list[Progress]()
    model.rows = 3
    judge = model.graphs.discriminate

    def counted(units: NDArray[np.float32], classes: NDArray[np.int64] | None) -> NDArray[np.float32]:
        asked.append(len(units))
        return judge(units, classes)

    monkeypatch.setattr(model.graphs, "discriminate", counted)
    request = DiscriminateImages(model="told", pixels=PICTURES)
    answer: Realness = ask(model, request, seen)
    assert asked == [3, 3, 3, 3, 3, 3, 1, 1, 1] and [p.fraction for p in seen] == pytest.approx([3 / 7, 6 / 7])
    np.testing.assert_allclose(answer.score, ask(opened("told"), request).score, rtol=1e-5)
    del asked[:]
    steps = model.answer(request)
    next(steps)
    steps.close()
    assert asked == [3, 3, 3]


def test_a_discriminator_that_gives_another_shape_is_told_of(ask: Ask) -> None:
    model = opened("told")
    model.graphs._run = lambda role, fed: {"logit": np.zeros((len(PICTURES), 2), np.float32)}  # type: ignore[method-assign]
    with pytest.raises(GraphMismatch, match="discriminator of The toy 'told' gives 'logit'"):
        ask(model, DiscriminateImages(model="told", pixels=PICTURES))


def test_a_gan_without_its_discriminator_draws_and_says_what_it_lacks(ask: Ask) -> None:
    graphs = opened("plain").manifest.graphs
    model = opened("plain", graphs={"generator": graphs["generator"]})
    assert len(ask(model, SampleImages(model="plain", count=2)).images) == 2
    with pytest.raises(RequestError, match="without its discriminator"):
        ask(model, DiscriminateImages(model="plain", pixels=PICTURES))


# --- what a GAN is not asked -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("request_", "problem"),
    [
        (ScoreImages(model="told", pixels=PICTURES), "no likelihood: a GAN's density is implicit"),
        (BoundImages(model="told", pixels=PICTURES), "no likelihood: a GAN's density is implicit"),
        (CompleteImage(model="told", pixels=PICTURES[0], observed=np.ones((4, 3), bool)), "cannot complete a picture"),
        (DiscriminateImages(model="told", pixels=PICTURES, class_name="rung"), "no class"),
        (DiscriminateImages(model="told", pixels=PICTURES[:, :3]), "takes \\(4, 3, 1\\) uint8"),
        (DecodeLatents(model="told", z=np.zeros((1, 3), np.float32), output="draw"), "no distribution"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_a_gan_cannot_answer_is_a_sentence(request_: Any, problem: str) -> None:
    with pytest.raises(RequestError, match=problem) as refused:
        check(request_, opened("told").manifest)
    assert refused.value.remedy


def test_a_picture_has_no_place_in_a_gans_latent_space(ask: Ask) -> None:
    with pytest.raises(RequestError, match="no encoder"):
        ask(opened("told"), EncodeImages(model="told", pixels=PICTURES))


def test_only_gans_discriminate() -> None:
    vae = dataclasses.replace(opened("told").manifest, family="vae")
    with pytest.raises(RequestError, match="has no discriminator"):
        check(DiscriminateImages(model="told", pixels=PICTURES), vae)
