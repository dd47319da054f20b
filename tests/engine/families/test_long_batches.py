"""Many pictures at once: a pass at a time, so that a stop is heard between two, and what is broken is told."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.catalogue.registry import Registry
from engine.contracts.requests import BoundImages, EncodeImages, ScoreImages
from engine.errors import GraphMismatch
from engine.families import FAMILIES
from engine.families.latent import BROKEN, LatentModel
from engine.families.latent_graphs import Output
from engine.runtime.sessions import Sessions
from engine.sampling.step import Progress

MODELS = Path(__file__).resolve().parents[1] / "latent_models"
Ask = Callable[..., Any]
GREY = np.random.default_rng(0).integers(0, 256, (23, 6, 5, 1), dtype=np.uint8)


def opened(name: str, rows: int, folder: Path = MODELS) -> LatentModel:
    """A toy whose passes are of ``rows`` pictures."""
    registry = Registry([folder])
    model = registry.models[name]
    made = FAMILIES[model.manifest.family](model, Sessions(), registry)
    assert isinstance(made, LatentModel)
    made.rows = rows
    return made


def fitted_at_once(model: LatentModel, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many pictures are made numbers at once, each time."""
    counts: list[int] = []
    levels = model.intensities.levels

    def counted(images: NDArray[np.uint8], *more: Any) -> Any:
        counts.append(len(images))
        return levels(images, *more)

    monkeypatch.setattr(model.intensities, "levels", counted)
    return counts


def test_encoding_goes_pass_by_pass(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    model, seen = opened("ink", 5), list[Progress]()
    request = EncodeImages(model="ink", pixels=GREY, fit="stochastic", seed=3)
    counts = fitted_at_once(model, monkeypatch)
    answer = ask(model, request, seen)
    assert counts == [5, 5, 5, 5, 3]
    fractions = [step.fraction for step in seen]
    assert fractions[:4] == pytest.approx([n / 23 / 2 for n in (5, 10, 15, 20)])
    assert fractions == sorted(fractions) and fractions[-1] < 1
    whole = ask(opened("ink", 100), request)
    np.testing.assert_allclose(answer.mu, whole.mu, atol=1e-5)
    assert (answer.reconstruction == whole.reconstruction).mean() > 0.99


def test_a_stopped_encoding_goes_no_further(monkeypatch: pytest.MonkeyPatch) -> None:
    model = opened("ink", 5)
    counts = fitted_at_once(model, monkeypatch)
    steps = model.answer(EncodeImages(model="ink", pixels=GREY, fit="nearest"))
    next(steps)
    steps.close()
    assert counts == [5]


def test_a_bound_draws_the_same_ink_pass_by_pass(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    model = opened("ink", 5)
    counts = fitted_at_once(model, monkeypatch)
    request = BoundImages(model="ink", pixels=GREY, samples=1, fit="stochastic", seed=3)
    answer = ask(model, request)
    assert counts == [5, 5, 5, 5, 3]
    np.testing.assert_allclose(answer.elbo, ask(opened("ink", 100), request).elbo, rtol=1e-5)


def test_an_encoders_picture_that_is_not_finite_has_its_place_in_the_request(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = opened("ink", 5)
    run = model.graphs._run

    def torn(role: str, fed: Any) -> Any:
        out = run(role, fed)
        if role == "encoder" and len(out["mu"]) == 3:  # the last pass
            out["mu"][1] = np.nan
        return out

    monkeypatch.setattr(model.graphs, "_run", torn)
    for request in (
        EncodeImages(model="ink", pixels=GREY, fit="nearest"),
        BoundImages(model="ink", pixels=GREY, fit="nearest"),
    ):
        with pytest.raises(GraphMismatch, match=r"not finite for picture 21\."):
            ask(model, request)


def tear(model: LatentModel, monkeypatch: pytest.MonkeyPatch, value: float) -> None:
    """Have the decoder give ``value`` everywhere for the second picture of every pass that has one."""
    decode = model.graphs.decode

    def torn(*given: Any) -> Output:
        output = decode(*given)
        mean = output.mean.copy()
        mean[1:2] = value
        return dataclasses.replace(output, mean=mean)

    monkeypatch.setattr(model.graphs, "decode", torn)


@pytest.mark.parametrize(("value", "broken", "constant"), [(np.nan, True, False), (0.5, False, True)])
def test_reconstructions_that_are_none_are_marked(
    ask: Ask, monkeypatch: pytest.MonkeyPatch, value: float, broken: bool, constant: bool
) -> None:
    model = opened("ink", 100)
    tear(model, monkeypatch, value)
    answer = ask(model, EncodeImages(model="ink", pixels=GREY[:3], fit="nearest"))
    assert answer.broken.tolist() == [False, broken, False]
    assert answer.constant.tolist() == [False, constant, False]
    assert not broken or (answer.reconstruction[1] == BROKEN).all()


@pytest.mark.parametrize("kind", [ScoreImages, EncodeImages])
def test_a_gaussian_heeds_a_stop_while_it_is_probed(ask: Ask, monkeypatch: pytest.MonkeyPatch, kind: type[Any]) -> None:
    request = kind(model="normal", pixels=GREY[:2, :4, :3])
    model, asked = opened("normal", 5), list[int]()
    decode = model.graphs.decode

    def counted(z: NDArray[np.float32], *more: Any) -> Output:
        asked.append(len(z))
        return decode(z, *more)

    monkeypatch.setattr(model.graphs, "decode", counted)
    steps = model.answer(request)
    next(steps)
    next(steps)
    steps.close()
    assert asked == [1, 5], "z = 0, and the first of three passes over the twelve dimensions"
    ask(model, request)
    del asked[:]
    ask(model, request)
    assert asked == ([] if kind is ScoreImages else [2]), "what is known is not asked again"


def test_a_gaussians_reconstructions_are_marked_too(ask: Ask, tmp_path: Path) -> None:
    shutil.copytree(MODELS / "normal", tmp_path / "normal")
    answer = ask(opened("normal", 100, tmp_path), EncodeImages(model="normal", pixels=GREY[:2, :4, :3]))
    assert answer.broken.tolist() == answer.constant.tolist() == [False, False]


def test_a_bound_that_is_no_number_is_an_error_that_names_the_picture(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = opened("ink", 5)
    tear(model, monkeypatch, np.nan)
    with pytest.raises(GraphMismatch, match=r"no bound that is a finite number for picture 1\."):
        ask(model, BoundImages(model="ink", pixels=GREY, samples=1, fit="nearest"))
