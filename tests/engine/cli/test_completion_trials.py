"""Trials and enumerated holes on a toy whose pictures can all be listed; a planted bad sampler is told apart."""

from __future__ import annotations

import importlib.util
import math
from collections import Counter
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from engine.catalogue.registry import Model, Registry
from engine.cli import completion_cases, completion_exactness, completion_trials
from engine.cli.completion_cases import Pictures
from engine.contracts.events import Classified
from engine.contracts.requests import ClassifyImages, CompleteImage, SampleImages
from engine.errors import RequestError
from engine.families import class_mixture
from engine.families.autoregressive import Autoregressive
from engine.sampling import particles as particles_module


def toys() -> ModuleType:
    """The toy models of the families' tests."""
    path = Path(__file__).resolve().parents[1] / "families" / "conftest.py"
    spec = importlib.util.spec_from_file_location("toys_of_families", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def toy() -> Autoregressive:
    """3 x 3 pixels of ink, eight orientations, two classes."""
    found = toys()
    return Autoregressive(Model(found.toy_manifest(), Path("0")), found.ToySessions(), Registry([]))


def pictures(count: int) -> Pictures:
    images = (255 * np.random.default_rng(3).integers(0, 2, (count, 3, 3, 1))).astype(np.uint8)
    return Pictures(images, images, np.arange(count) % 2, "pictures")


class Asked:
    """An engine of the toy, with a classifier that tells whether the last pixel is ink."""

    def __init__(self, family: Autoregressive, classifier: bool = True) -> None:
        self.family, self.classifier = family, classifier
        self.requests: list[Any] = []

    def __call__(self, request: Any) -> Any:
        self.requests.append(request)
        if isinstance(request, ClassifyImages):
            return self._classified(request)
        answering = self.family.answer(request)
        while True:
            try:
                next(answering)
            except StopIteration as end:
                return end.value

    def _classified(self, request: ClassifyImages) -> Classified:
        if not self.classifier:
            raise RequestError("There is no classifier.", "Train one.")
        ink = (request.pixels[:, -1, -1] > 0).astype(np.int64)
        return Classified(
            features=np.zeros((len(ink), 1), np.float32),
            heads=("class",),
            names=(("paper", "ink"),),
            classes=ink,
            probabilities=np.zeros((len(ink), 2), np.float32),
            classifier="toy",
            total_ms=0.0,
        )


def own(images: np.ndarray) -> np.ndarray:
    return np.zeros(len(images))


MASKS = completion_cases.masks_of("toys")


def test_every_picture_is_completed_under_every_mask_by_every_method(toy: Autoregressive) -> None:
    ask, some = Asked(toy), pictures(3)
    found = list(completion_trials.trials(toy.manifest, some, ask, own, 16))
    turned = {t.mask for of_one in found for t in of_one if t.method == "auto"}
    assert {"bottom", "right"} <= turned and "frame" not in turned  # where it turns nothing it is one of the others
    of_each = [sum(3 if (m, "auto") in {(t.mask, t.method) for t in one} else 2 for m in MASKS) for one in found]
    assert [len(one) for one in found] == [n + 1 for n in of_each] and len(found) == 3
    plain = [r for r in ask.requests if isinstance(r, SampleImages)]
    assert [r.class_name for r in plain] == ["a", "b", "a"]  # the plain pictures are of the same class
    assert {(t.mask, t.method, t.count) for one in found for t in one[:1]} == {("nothing", "raster", 16)}
    drawn = [r for r in ask.requests if isinstance(r, CompleteImage)]
    seeds = Counter(r.seed for r in drawn[3:])  # the first three are not timed
    assert len(drawn) == 3 + sum(of_each) and set(seeds.values()) == {1}
    assert sum(isinstance(r, SampleImages) for r in ask.requests) == 3
    first = {(t.mask, t.method): t for t in found[0]}
    whole = toy.answer(completion_trials.ScoreImages(model="toy", pixels=some.images[:1]))
    assert {t.truth for t in found[0]} == {ask_all(whole).nats[0]}
    frame = first["frame", "particles"]  # of so few pixels it gives none
    assert (frame.way, frame.count) == ("particles upright", 16) and frame.lowest_ess == pytest.approx(16.0)
    assert frame.nats.shape == (4,) and math.isnan(first["frame", "raster"].evidence)
    assert first["bottom", "auto"].way.startswith("raster ") and first["bottom", "raster"].way == "raster upright"
    right = first["right", "particles"]  # the last pixel is given, so every draw has the picture's
    assert right.kept == float((some.images[0, -1, -1, 0] > 0) == some.labels[0])


def ask_all(answering: Any) -> Any:
    while True:
        try:
            next(answering)
        except StopIteration as end:
            return end.value


def test_without_a_classifier_no_class_is_told(toy: Autoregressive) -> None:
    ask, some = Asked(toy, classifier=False), pictures(2)
    trial = next(iter(completion_trials.trials(toy.manifest, some, ask, own, 16)))[0]
    assert math.isnan(trial.kept)
    unnamed = replace(some, labels=np.full(2, -1))
    assert (completion_trials.with_classes(unnamed, toy.manifest, ask).labels == -1).all()
    named = completion_trials.with_classes(unnamed, toy.manifest, Asked(toy))
    assert (named.labels == (some.images[:, -1, -1, 0] > 0)).all() and "classifier takes them" in named.source
    assert completion_trials.with_classes(some, toy.manifest, Asked(toy)) is some


def test_draws_are_every_kth_of_the_completions() -> None:
    images = np.arange(64, dtype=np.uint8).reshape(64, 1, 1, 1)
    starts = set()
    for seed in range(60):
        drawn = completion_trials.by_weight(images, seed).reshape(-1).tolist()
        assert np.diff(drawn).tolist() == [16, 16, 16]
        starts.add(drawn[0])
    assert len(starts) > 10
    assert len(completion_trials.by_weight(images[:3], 0)) == 3


def measured(toy: Autoregressive, mixed: bool = False) -> dict[str, bool | None]:
    cases = list(completion_exactness.measure(toy, pictures(4), runs=48, most=64))
    assert all((case.unknown, case.completions) == (6, 64) for case in cases)
    assert [case.mixed for case in cases] == [False] * 4 + [True] * 4
    bars = completion_exactness.bars(cases)
    return {bar.name.partition(": ")[2]: bar.reached for bar in bars if ("mixed" in bar.name) is mixed}


def test_enumerable_holes_are_filled_as_exactly_as_they_can_be(toy: Autoregressive) -> None:
    assert measured(toy) == dict.fromkeys(("evidence", "marginal error", "all known", "evidence first"), True)
    assert measured(toy, mixed=True) == measured(toy)


def test_mixed_classes_that_are_handed_out_wrongly_are_told(
    toy: Autoregressive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planted: all particles have the first class, which is no mixture."""

    def first(posterior: Any, luck: float, images: range) -> Any:
        return np.zeros(len(images), np.int64)

    monkeypatch.setattr(class_mixture, "handed_out", first)
    assert measured(toy, mixed=True)["evidence"] is False


def test_a_sampler_that_ignores_the_evidence_is_told(toy: Autoregressive, monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: late pixels weigh nothing, so that particles are the raster's drawings."""
    real = particles_module._weigh

    def blind(cloud: Any, known: Any, logits: Any, temperature: float) -> None:
        real(cloud, known[:0], logits[:, :0], temperature)

    monkeypatch.setattr(particles_module, "_weigh", blind)
    found = measured(toy)
    assert found["evidence"] is False and found["marginal error"] is False and found["evidence first"] is True
    assert measured(toy, mixed=True) == found


def test_a_planted_bias_of_the_evidence_is_told(toy: Autoregressive, monkeypatch: pytest.MonkeyPatch) -> None:
    real = completion_exactness.estimated

    def biased(*told: Any) -> Any:
        cloud = real(*told)
        cloud.log_evidence = cloud.log_evidence + 0.5
        return cloud

    monkeypatch.setattr(completion_exactness, "estimated", biased)
    found = measured(toy)
    assert found["evidence"] is False and found["marginal error"] is True


def test_rows_that_do_not_agree_with_the_whole_pass_are_told(
    toy: Autoregressive, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = toy.codec.encode(pictures(1).images[0])
    by_pass = [float(toy.log_prob(image[None], name).sum()) for name in toy.manifest.class_names]
    found = completion_exactness.by_rows(toy, image, toy.manifest.class_names)
    assert found == pytest.approx(np.logaddexp.reduce(by_pass) - np.log(len(by_pass)), abs=1e-5)
    real = completion_exactness.by_rows
    monkeypatch.setattr(completion_exactness, "by_rows", lambda *told: real(*told) + 0.01)
    assert measured(toy)["all known"] is False


def test_marginals_of_what_is_listed() -> None:
    hidden = np.array([[0, 1], [1, 1], [1, 0]])
    found = completion_exactness.marginals(hidden, np.array([0.5, 0.3, 0.2]), 2)
    np.testing.assert_allclose(found, [[0.5, 0.5], [0.2, 0.8]])


@pytest.mark.parametrize(("levels", "most", "unknown"), [(2, 4096, 11), (64, 4096, 2), (16, 4096, 3), (64, 8, 1)])
def test_holes_are_as_large_as_can_be_enumerated(levels: int, most: int, unknown: int) -> None:
    assert completion_exactness.unknown_pixels(levels, most) == unknown


def test_exact_evidence_is_the_sum_over_all_completions(toy: Autoregressive) -> None:
    image = pictures(1).images[0]
    given = completion_cases.hole(image, 4, 0)
    class_name = toy.manifest.class_names[1]
    found = completion_exactness.case(toy, toy.codec.encode(image), given, 0, 2, class_name)
    every = np.array([[n >> i & 1 for i in range(9)] for n in range(512)]).reshape(512, 3, 3)
    log_p = toy.log_prob(every, class_name).sum(axis=(1, 2))
    same = (every[:, given] == toy.codec.encode(image)[given]).all(axis=1)
    assert found.exact == pytest.approx(float(np.logaddexp.reduce(log_p[same])))
    assert np.logaddexp.reduce(log_p) == pytest.approx(0.0, abs=1e-5)
