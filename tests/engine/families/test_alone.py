"""Pictures that are asked about ``alone``: what is said of one does not depend on what is asked about beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.catalogue.registry import Registry
from engine.contracts.requests import BoundImages, SampleImages, ScoreImages
from engine.families import FAMILIES
from engine.families.latent import LatentModel
from engine.runtime.sessions import Sessions

Ask: TypeAlias = Callable[..., Any]
Find: TypeAlias = Callable[[str], LatentModel]

FOLDERS = (Path(__file__).resolve().parents[1] / "latent_models", Path(__file__).resolve().parents[3] / "onnx_models")
BOUNDED = ("linear", "colours", "ink", "mnist-vae")
SCORED = ("normal", "mnist-gaussian")
COUNT = 5


@pytest.fixture(scope="module")
def find() -> Iterator[Find]:
    """``find(id)``: a toy or a shipped model; skipped where it is not there."""
    registry, sessions = Registry(list(FOLDERS)), Sessions()
    made: dict[str, LatentModel] = {}

    def opened(name: str) -> LatentModel:
        if name not in registry.models:
            pytest.skip(f"the model {name} is not in onnx_models")
        if name not in made:
            model = registry.models[name]
            family = FAMILIES[model.manifest.family](model, sessions, registry)
            assert isinstance(family, LatentModel)
            made[name] = family
        return made[name]

    yield opened
    sessions.close()


def request_of(name: str, pixels: NDArray[np.uint8], **changes: Any) -> Any:
    """The question that the model of this name can be asked."""
    if name in BOUNDED:
        return BoundImages(model=name, pixels=pixels, samples=4, fit="nearest", seed=3, **changes)
    return ScoreImages(model=name, pixels=pixels, fit="nearest", seed=3, **changes)


def values(answer: Any) -> NDArray[np.float64]:
    """Everything that is said of each picture, ``(N, kinds)``."""
    names = ("elbo", "reconstruction", "kl", "iwae") if hasattr(answer, "elbo") else ("nats", "bits_per_dim")
    return np.stack([getattr(answer, name) for name in names], axis=1)


def drawn(model: LatentModel, ask: Ask) -> NDArray[np.uint8]:
    """Some of the model's own pictures."""
    images: NDArray[np.uint8] = ask(model, SampleImages(model=model.manifest.id, count=COUNT, seed=1)).images
    return images


@pytest.mark.parametrize("name", (*BOUNDED, *SCORED))
def test_a_picture_has_one_value_alone_in_company_and_in_another_place(find: Find, ask: Ask, name: str) -> None:
    model = find(name)
    pixels = drawn(model, ask)
    together = values(ask(model, request_of(name, pixels, alone=True)))
    back = values(ask(model, request_of(name, pixels[::-1], alone=True)))[::-1]
    each = [values(ask(model, request_of(name, pixels[[i]], alone=True)))[0] for i in range(COUNT)]
    np.testing.assert_allclose(each, together, rtol=1e-5, atol=1e-4)
    np.testing.assert_allclose(back, together, rtol=1e-5, atol=1e-4)
    twice = values(ask(model, request_of(name, pixels[[2, 2]], alone=True)))
    np.testing.assert_allclose(twice[0], twice[1], rtol=1e-5, atol=1e-4)


@pytest.mark.parametrize("name", (*BOUNDED, *SCORED))
def test_without_it_noise_is_by_place(find: Find, ask: Ask, name: str) -> None:
    model = find(name)
    pixels = drawn(model, ask)
    by_place = values(ask(model, request_of(name, np.repeat(pixels[[2]], COUNT, axis=0))))
    assert len(np.unique(by_place[:, 0])) == COUNT, "the same picture meets other noise at every place"
    together = values(ask(model, request_of(name, pixels)))
    first = values(ask(model, request_of(name, pixels[:1])))
    np.testing.assert_allclose(first[0], together[0], rtol=1e-5, atol=1e-4)
    alone = values(ask(model, request_of(name, pixels, alone=True)))
    np.testing.assert_allclose(alone[0], together[0], rtol=1e-5, atol=1e-4)
    assert (np.abs(alone[1:, 0] - together[1:, 0]) > 1e-3).all(), "alone it is that of the first place"
